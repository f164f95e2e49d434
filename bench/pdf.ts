import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import {
  goldenCases,
  katsuragi,
  paper,
  risaiCase,
  type GoldenCase,
} from '@open-bcl/modules/certificates/golden/cases.ts'
import { print } from '@open-bcl/modules/certificates/golden/print.ts'
import type { RisaiFacts } from '@open-bcl/modules/certificates/papers/risai.ts'
import { checkDocument } from '@open-bcl/modules/certificates/rendering.actions.ts'
import { unpackFonts } from '@open-bcl/platform/pdf/fonts.ts'
import { type PdfEngine, startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { chromium } from 'playwright-core'
import { type BenchOptions, median, quantile, report } from './result.ts'

const cacheDir = fileURLToPath(new URL('../.cache', import.meta.url))
const MEASURED = 300
const MEASURED_CHROMIUM = 30
const DEFAULT_RENDERS = 2000

/** A town's day: the same form, other people. */
function facts(i: number): RisaiFacts {
  return {
    ...katsuragi,
    serialNo: `令８水害第${i}号`,
    headName: `葛\u{E0100}城　${['髙太郎', '𠮷乃', '辻\u{E0100}雄', '﨑子'][i % 4]}${i}`,
    gradeCode: `G${(i % 6) + 1}` as RisaiFacts['gradeCode'],
  }
}

const certificate = (i: number): GoldenCase =>
  risaiCase(facts(i), { transactionId: i.toString(16).padStart(32, '0') })

/**
 * Certificate: snapshot → checked PDF bytes, median ms, beside Chromium printing the same page with the same fonts
 * (browser and page kept open, fonts loaded: its best case), and beside the plain use of the library we chose: the same
 * page as its manual would have it, in the same thread, without PDF/A, check or code. `rows` = renders in the memory
 * run, 2,000 unless said.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const started = performance.now()
  const engine = await startPdfEngine({ cacheDir })
  console.log(`engine ready after ${(performance.now() - started).toFixed(0)} ms`)
  try {
    const { total, first } = await ours(engine)
    await memory(engine, rows ?? DEFAULT_RENDERS)
    const reference = await printByChromium()
    const plain = await printPlainly()
    console.log(`first certificate ${first.toFixed(1)} ms; Chromium print-to-PDF ${reference.toFixed(1)} ms`)
    console.log(
      `plain use of Typst ${plain.toFixed(2)} ms: ${(total / plain).toFixed(2)} times as long as it we take`,
    )
    report({
      name: 'pdf',
      data: `罹災証明書, 1 page, PDF/A-2u, ${MEASURED} renders one after another`,
      figure: total,
      unit: 'ms',
      reference,
      ratio: reference / total,
    })
  } finally {
    await engine.close()
  }
}

async function ours(engine: PdfEngine): Promise<{ total: number; first: number }> {
  const renders: number[] = []
  const checks: number[] = []
  const totals: number[] = []
  for (let i = 0; i < MEASURED; i++) {
    const one = certificate(i)
    const begin = performance.now()
    const { pdf, words, snapshot } = await print(engine, one)
    const rendered = performance.now()
    const found = checkDocument(pdf, words, snapshot)
    const end = performance.now()
    if (found !== null) throw new Error('a certificate did not show what it should')
    renders.push(rendered - begin)
    checks.push(end - rendered)
    totals.push(end - begin)
  }
  const show = (label: string, values: readonly number[]): void =>
    console.log(
      `${label}: median ${median(values).toFixed(2)} ms, p99 ${quantile(values, 0.99).toFixed(2)} ms`,
    )
  show('render', renders)
  show('check ', checks)
  show('total ', totals)
  return { total: median(totals), first: totals[0]! }
}

/** Resident memory must not grow with the number of certificates. */
async function memory(engine: PdfEngine, renders: number): Promise<void> {
  const cases = Object.values(goldenCases)
  const marks: string[] = []
  for (let i = 0; i < renders; i++) {
    const one = cases[i % cases.length]!
    const transactionId = i.toString(16).padStart(32, '0')
    await print(engine, { ...one, paper: { ...one.paper, transactionId } })
    if ((i + 1) % Math.ceil(renders / 4) === 0) marks.push(`${Math.round(process.memoryUsage().rss / 1e6)}`)
  }
  console.log(`memory over ${renders} renders, MB at each quarter: ${marks.join(', ')}`)
}

/** The library as its manual shows it: one compiler, the data as input, a page of tables. */
async function printPlainly(): Promise<number> {
  const fonts = await unpackFonts(cacheDir)
  const workspace = fileURLToPath(new URL('./support', import.meta.url))
  const compiler = NodeCompiler.create({
    workspace,
    fontArgs: [{ fontPaths: [dirname(fonts[0]!.path)] }],
  })
  compiler.mapShadow(join(workspace, 'seal.png'), Buffer.from(paper.municipality.sealPng ?? '', 'base64'))
  const ground = readFileSync(new URL('../modules/certificates/layouts/copy-ground.png', import.meta.url))
  compiler.mapShadow(join(workspace, 'ground.png'), ground)
  const times: number[] = []
  for (let i = 0; i < MEASURED; i++) {
    const data = JSON.stringify({ ...facts(i), paper: { ...certificate(i).paper, codes: [] } })
    const begin = performance.now()
    compiler.pdf({ mainFilePath: join(workspace, 'plain-certificate.typ'), inputs: { data } })
    times.push(performance.now() - begin)
    compiler.evictCache(2)
  }
  return median(times)
}

async function printByChromium(): Promise<number> {
  const fonts = await unpackFonts(cacheDir)
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--allow-file-access-from-files'],
  })
  try {
    const page = await browser.newPage()
    // A file, since only a page from a file may load the fonts from files.
    const file = join(cacheDir, 'bench-pdf.html')
    writeFileSync(file, html(facts(0), fonts))
    await page.goto(pathToFileURL(file).href)
    await page.evaluate('document.fonts.ready')
    const times: number[] = []
    for (let i = 0; i < MEASURED_CHROMIUM; i++) {
      const begin = performance.now()
      for (const [id, text] of Object.entries(changing(i))) {
        await page.locator(`#${id}`).evaluate((element, words) => {
          element.textContent = words
        }, text)
      }
      await page.pdf({ format: 'A4', printBackground: true })
      times.push(performance.now() - begin)
    }
    return median(times)
  } finally {
    await browser.close()
  }
}

function changing(i: number): Record<string, string> {
  const { headName, serialNo } = facts(i)
  return { headName, serialNo, transactionId: i.toString(16).padStart(32, '0') }
}

/** The same page as the layout's, as a web developer would write it. */
function html(snapshot: RisaiFacts, fonts: Awaited<ReturnType<typeof unpackFonts>>): string {
  const picture = (url: URL): string => `data:image/png;base64,${readFileSync(url).toString('base64')}`
  const ground = picture(new URL('../modules/certificates/layouts/copy-ground.png', import.meta.url))
  const row = (label: string, value: string): string => `<tr><th>${label}</th><td>${value}</td></tr>`
  const grades = snapshot.grades.map(
    ({ code, label }) => `<span>${code === snapshot.gradeCode ? '✓' : '□'} ${label}</span>`,
  )
  const { municipality } = paper
  return `<!doctype html><html lang="ja"><meta charset="utf-8"><style>
    ${fonts.map(({ family, path }) => `@font-face { font-family: '${family}'; src: url('${pathToFileURL(path).href}') }`).join('\n')}
    @page { size: A4; margin: 0 }
    body { font: 11pt 'IPAmjMincho', 'Noto Serif JP'; margin: 0; padding: 17mm 22mm; background: url(${ground}) 0 0 / 62.3mm 40.6mm }
    h1 { font-size: 23pt; letter-spacing: 0.55em; text-align: center; font-weight: normal }
    table { border-collapse: collapse; border: 1.1pt solid; width: 100%; margin-bottom: 3.2mm }
    th, td { border: 0.5pt solid; padding: 4mm 3mm; font-weight: normal; text-align: left }
    th { width: 34mm; text-align-last: justify }
    .big { font-size: 16pt } .right { text-align: right } .small { font-size: 8pt } img { vertical-align: middle }
    </style>
    <p class="right">整理番号 <span id="serialNo">${snapshot.serialNo}</span></p><h1>罹災証明書</h1>
    <table>${row('世帯主住所', snapshot.headAddress)}${row('世帯主氏名', `<span class="big" id="headName">${snapshot.headName}</span>`)}
    ${row('世帯の構成員', (snapshot.additional1 ?? []).join('　'))}</table>
    <table>${row('罹災原因', snapshot.cause)}</table>
    <table>${row('被災住家※の所在地', snapshot.dwellingAddress)}${row('住家※の被害の程度', grades.join(' '))}
    ${row('住家に関する事項', snapshot.additional2 ?? '＊＊＊')}</table><table>${row('その他の事項', '＊＊＊')}</table>
    <p class="small">※住家とは、現実に居住のために使用している建物のこと。</p><p>${snapshot.certifyingSentence}</p><p>${paper.issuedOnText}</p>
    <p class="right">${municipality.prefecture}${municipality.mayorTitle}　<span class="big">${municipality.mayorName}</span>
    <img src="data:image/png;base64,${municipality.sealPng ?? ''}" style="width: 21mm"></p>
    <p class="small">取引番号 <span id="transactionId">${paper.transactionId}</span></p></html>`
}
