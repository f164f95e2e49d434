/**
 * Writes docs/certificates/: a page for each 様式 with every version of it, and an index, from `layouts.ts` and the made-up
 * people of its samples. `<version>.png` is the first page of the sample (needs pdftoppm, Debian poppler-utils; skipped
 * without). With `--check` it only compares the text; the text holds a hash of what the pictures are made of.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { paper } from '@open-bcl/modules/certificates/golden/cases.ts'
import { print } from '@open-bcl/modules/certificates/golden/print.ts'
import { layouts, type Layout } from '@open-bcl/modules/certificates/layouts.ts'
import { printedWords } from '@open-bcl/modules/certificates/paper.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { writeGenerated } from './generated.ts'

const folder = 'docs/certificates'
const script = 'tools/layout-docs.ts'
const layoutFolder = new URL('../modules/certificates/layouts/', import.meta.url)
const made = `Made by \`${script}\`; do not edit.`

/** The words of the sample in the order they are drawn, page by page. */
function wordsOf({ sample }: Layout): string[][] {
  return printedWords(paper, sample(paper).pages)
}

/** Of everything the picture hangs on: the layout with what it imports, and the words. */
function pictureHash(layout: Layout): string {
  const seen = new Set<string>()
  const hash = createHash('sha256')
  const read = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    const content = readFileSync(new URL(file, layoutFolder))
    hash.update(file).update(content)
    if (!file.endsWith('.typ')) return
    for (const [, name] of content.toString('utf8').matchAll(/"([\w-]+\.(?:typ|png))"/g)) read(name!)
  }
  read(`${layout.version}.typ`)
  return hash
    .update(JSON.stringify(wordsOf(layout)))
    .digest('hex')
    .slice(0, 16)
}

const LINE = 60

function inLines(words: readonly string[]): string {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length >= LINE) lines.push(word)
    else lines[lines.length - 1] = `${last}｜${word}`
  }
  return lines.join('\n')
}

function versionSection(layout: Layout): string {
  const { version, inForceFrom, source, unverified } = layout
  const pages = wordsOf(layout).map((words) => inLines(words.map((word) => word.replaceAll('\n', ' '))))
  return `## ${version}

| | |
| --- | --- |
| 適用開始日 | ${inForceFrom} |
| よりどころ | ${source} |
| 未確認 | ${unverified.length === 0 ? 'なし' : unverified.join('<br>')} |

![${layout.ja}（${version}）の見本、1ページ目。架空の人物](${version}.png)

見本に印字される語句（印字の順。｜は区切りで、印字しない）：
${pages.map((words, i) => `\n${i + 1}ページ目\n\n\`\`\`\n${words}\n\`\`\``).join('\n')}

<!-- picture of ${pictureHash(layout)} -->
`
}

/** The newest version first. */
function versionsOf(form: string): Layout[] {
  return layouts
    .filter((layout) => layout.form === form)
    .toSorted((a, b) => (a.inForceFrom < b.inForceFrom ? 1 : -1))
}

const forms = [...new Set(layouts.map(({ form }) => form))]

for (const form of forms) {
  const versions = versionsOf(form)
  writeGenerated(
    `${folder}/${form}.md`,
    `# 様式：${versions[0]!.ja}\n\n${made}\n\n${versions.map(versionSection).join('\n')}`,
    script,
  )
}

const rows = forms.map((form) => {
  const [newest] = versionsOf(form)
  const open = newest!.unverified.length
  return `| [${newest!.ja}](${form}.md) | \`${newest!.version}\` | ${newest!.inForceFrom} | ${open === 0 ? '' : open} |`
})
writeGenerated(
  `${folder}/README.md`,
  `# 証明書の様式

${made}

様式は版ごとに適用開始日をもち、法改正などでは新しい版を加えます。発行済みの証明書は、発行したときの版で再現されます。
「未確認」は、公開資料で確かめられなかった事項の数です。確かめたら新しい版で直します。団体は、適用開始日の前に試験印刷で新しい版を確かめます。

| 様式 | 最新の版 | 適用開始日 | 未確認 |
| --- | --- | --- | --: |
${rows.join('\n')}
`,
  script,
)

if (!process.argv.includes('--check')) await drawPictures()

async function drawPictures(): Promise<void> {
  const root = fileURLToPath(new URL('../', import.meta.url))
  const engine = await startPdfEngine({ cacheDir: join(root, '.cache') })
  const scratch = mkdtempSync(join(tmpdir(), 'layouts-'))
  try {
    for (const layout of layouts) {
      const { pdf } = await print(engine, { layout, paper, body: layout.sample })
      const file = join(scratch, 'sample.pdf')
      writeFileSync(file, pdf)
      try {
        const picture = join(root, folder, layout.version)
        execFileSync('pdftoppm', ['-r', '72', '-gray', '-png', '-singlefile', file, picture])
      } catch {
        console.log(`${layout.version}: no picture (pdftoppm is not installed)`)
      }
    }
  } finally {
    rmSync(scratch, { recursive: true })
    await engine.close()
  }
}
