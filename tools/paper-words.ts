/**
 * Gives each layout that has none yet its dictionary for the 2-D codes (`modules/certificates/verification-dictionaries.ts`):
 * the words of its sample and golden pages. Run it when a layout is added. What stands there is never changed: papers that were
 * printed with it could no longer be read, and a test in verification.test.ts knows each one. (`--anew`, before the first release only, makes them all again.)
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { goldenCases, paper } from '@open-bcl/modules/certificates/golden/cases.ts'
import { layouts } from '@open-bcl/modules/certificates/layouts.ts'
import { printedWords } from '@open-bcl/modules/certificates/paper.ts'
import { dictionaries } from '@open-bcl/modules/certificates/verification-dictionaries.ts'

const file = fileURLToPath(new URL('../modules/certificates/verification-dictionaries.ts', import.meta.url))
const anew = process.argv.includes('--anew')
const kept = anew ? dictionaries.slice(0, 1) : dictionaries
const added = layouts
  .filter(({ version }) => !kept.some(({ layout }) => layout === version))
  .map(({ version, form, sample }) => {
    // The golden cases know the labels that the sample does without. What is most like a usual page comes last, where a
    // reference to it is shortest.
    const cases = Object.values(goldenCases).filter(({ layout }) => layout.version === version)
    const pages = [...cases.map((one) => one.body(one.paper)), sample(paper)].flatMap((body) =>
      printedWords(paper, body.pages),
    )
    const usual = pages.flatMap((page) => page.slice(0, -5)).toReversed()
    const words = [...new Set(usual)].toReversed()
    return { layout: version, words: [...words, form, version, paper.issueNo].join('\u001f') }
  })
const lines = [...kept, ...added].map(
  ({ layout, words }) => `  { layout: ${quoted(layout)}, words: ${quoted(words)} },`,
)
writeFileSync(
  file,
  `/**
 * Words that pages of a layout have in common: codes on paper refer to them by their number in this list, for as long as
 * there is paper. Entries are added by \`tools/paper-words.ts\` and never changed, moved or taken away.
 */
export const dictionaries: readonly { readonly layout: string; readonly words: string }[] = [
${lines.join('\n')}
]
`,
)
console.log(`${kept.length - 1} kept, ${added.length} added`)

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\u001f', '\\u001f')}'`
}
