import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { judgeSignature } from '@open-bcl/modules/certificates/signature.ts'
import {
  judge,
  scan,
  verdictTitles,
  type Verdict,
} from '@open-bcl/modules/certificates/verification-verdict.ts'
import { PaperKeys } from '@open-bcl/modules/certificates/verification.contract.ts'
import { saysPage, type PageDrawing } from '@open-bcl/modules/certificates/verification.ts'
import { codesOfPages } from '@open-bcl/platform/pdf/page-codes.ts'
import { UnreadablePdf } from '@open-bcl/platform/pdf/pdf-objects.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { readSignedPdf } from '@open-bcl/platform/pdf/signed-pdf.ts'
import { Refusal } from './installation.ts'

type Print = (line: string) => void
const toTerminal: Print = (line) => void process.stdout.write(`${line}\n`)

/**
 * `open-bcl verify-paper`: judges the text of a 2-D code, or every page and the signature of a PDF, without a network and
 * without a database. Whether a paper was withdrawn since is not known here: `/verify` asks the town.
 */
export async function verifyPaper(args: readonly string[], print: Print = toTerminal): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { keys: { type: 'string' } },
  })
  const [paper] = positionals
  if (paper === undefined || values.keys === undefined)
    throw new Refusal('二次元コードの文字列かPDFファイルと、--keys に公開鍵のファイルを指定してください。')
  const towns = await readKeys(values.keys)
  const sound = /\.pdf$/i.test(paper)
    ? await verifyPdf(paper, towns, print)
    : await verifyText(paper, towns, print)
  if (!sound) throw new Refusal('この証明書は、確かめられませんでした。')
  print('今も有効かどうか（失効していないか）は、/verify の画面で確かめてください。')
}

/** What `GET /api/verify/keys/…` answered, of one town or, as an array, of several. */
async function readKeys(path: string): Promise<readonly PaperKeys[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Refusal('公開鍵のファイルが読めません。')
  })
  try {
    const read = z.union([PaperKeys, z.array(PaperKeys).min(1)]).parse(JSON.parse(text))
    return Array.isArray(read) ? read : [read]
  } catch {
    throw new Refusal(
      '公開鍵のファイルの形が正しくありません。/api/verify/keys/団体コード の答えを保存してください。',
    )
  }
}

async function judgeOffline(text: string, towns: readonly PaperKeys[]): Promise<Verdict> {
  const scanned = scan(text)
  if (scanned.kind === 'none') return scanned.verdict
  const town = towns.find(({ municipalityCode }) => municipalityCode === scanned.code.municipalityCode)
  return await judge(scanned, town ?? null, null)
}

async function verifyText(text: string, towns: readonly PaperKeys[], print: Print): Promise<boolean> {
  const verdict = await judgeOffline(text, towns)
  print(`${verdictTitles[verdict.kind]}: ${verdict.ja}`)
  const { said } = verdict
  if (!said) return false
  print(`発行した団体: ${said.municipalityName}`)
  print(`交付した日: ${said.code.issuedOn}`)
  print(`取引番号: ${said.code.transactionId}`)
  print(
    `${said.code.copies}部のうち${said.code.copy}部目、${said.code.pages}ページのうち${said.code.page}ページ目`,
  )
  for (const word of said.page.words) print(`  ${word}`)
  if (said.page.drawing) for (const line of drawnLines(said.page.drawing)) print(`  ${line}`)
  if (said.page.omitted > 0) print(`  （残り${said.page.omitted}項目は二次元コードに入っていません）`)
  return true
}

/** 印影 in characters, two rows a line. */
function drawnLines({ width, height, bits }: PageDrawing): string[] {
  const isInked = (x: number, y: number): boolean => {
    const at = y * width + x
    return y < height && (bits[at >> 3]! & (0x80 >> (at & 7))) !== 0
  }
  const character = (x: number, y: number): string =>
    [' ', '▀', '▄', '█'][Number(isInked(x, y)) + 2 * Number(isInked(x, y + 1))]!
  return Array.from({ length: Math.ceil(height / 2) }, (_, line) =>
    Array.from({ length: width }, (_, x) => character(x, 2 * line)).join(''),
  )
}

async function verifyPdf(path: string, towns: readonly PaperKeys[], print: Print): Promise<boolean> {
  const pdf = await readFile(path).catch(() => {
    throw new Refusal('PDFファイルが読めません。')
  })
  try {
    const document = readSignedPdf(pdf)
    const pages = await verifyPages(document?.original ?? pdf, towns, print)
    if (!document) {
      print('文書: 署名付き文書ではありません。ページの二次元コードだけを確かめました。')
      return pages.sound
    }
    const town =
      towns.find(({ municipalityCode }) => municipalityCode === pages.municipalityCode) ?? towns[0]!
    const signedOn = todayInJapan(document.signedAt)
    const { kind, ja } = await judgeSignature({ ...document, signedOn }, town)
    print(`文書の署名: ${verdictTitles[kind]}: ${ja}`)
    return kind === 'genuine' && pages.sound
  } catch (error) {
    if (!(error instanceof UnreadablePdf)) throw error
    print(
      '文書: 証明書のPDFとして読めません。壊れているか、後から何かが追加されています。この文書を信用しないでください。',
    )
    return false
  }
}

/** Every page by its own code: what it says, and that none is missing, doubled or of another paper. */
async function verifyPages(
  pdf: Uint8Array,
  towns: readonly PaperKeys[],
  print: Print,
): Promise<{ readonly sound: boolean; readonly municipalityCode: string | null }> {
  const texts = extractPages(pdf)
  let sound = true
  let first: NonNullable<Verdict['said']>['code'] | null = null
  const tell = (at: number, ok: boolean, ja: string): void => {
    print(`${at + 1}ページ: ${ok ? '○' : '×'} ${ja}`)
    sound &&= ok
  }
  for (const [at, text] of codesOfPages(pdf).entries()) {
    if (text === null) {
      tell(at, false, '二次元コードがありません。')
      continue
    }
    const scanned = scan(text)
    const verdict = await judgeOffline(text, towns)
    if (scanned.kind === 'none' || !verdict.said) {
      tell(at, false, `${verdictTitles[verdict.kind]}: ${verdict.ja}`)
      continue
    }
    const { code } = verdict.said
    first ??= code
    const place = (code.copy - 1) * code.pages + code.page - 1
    if (!(await saysPage(scanned.payload, code, texts[at] ?? '')))
      tell(at, false, 'ページの記載が、二次元コードの内容と違います。この文書を信用しないでください。')
    else if (code.transactionId !== first.transactionId || place !== at)
      tell(at, false, '別の証明書のページか、ページの順序が違います。')
    else tell(at, true, 'ページの記載は、団体が署名した内容と同じです。')
  }
  const expected = first === null ? texts.length : first.copies * first.pages
  if (texts.length !== expected) {
    print(`ページが足りないか、多すぎます（${expected}ページのはずが${texts.length}ページ）。`)
    sound = false
  }
  return { sound, municipalityCode: first?.municipalityCode ?? null }
}
