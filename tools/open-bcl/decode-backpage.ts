import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import { openBackPage } from '@open-bcl/modules/backpage/backpage.contract.ts'
import { codeReader } from '@open-bcl/core/picture/code-reader.ts'
import {
  decodeBackPage,
  decodedTitles,
  type Answered,
  type DecodedBackPage,
} from '@open-bcl/modules/backpage/decode.ts'
import { greyOf, type GreyPicture } from '@open-bcl/core/picture/grey-picture.ts'
import { unpackInk } from '@open-bcl/modules/backpage/ink-coder.ts'
import { encodeOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'
import { openPdf, readPicture } from '@open-bcl/platform/pdf/page-pictures.ts'
import { UnreadablePdf } from '@open-bcl/platform/pdf/pdf-objects.ts'
import { Refusal } from './installation.ts'

type Print = (line: string) => void
const toTerminal: Print = (line) => void process.stdout.write(`${line}\n`)

/** Scans in a PDF are drawn so fine. */
const SCAN_DPI = 300

/**
 * `open-bcl decode-backpage`: the front that the centre signed, from a scan of the back, as a PNG; and whether an electronic
 * front is the very document. Asks the centre for the key of that one page.
 */
export async function decodeBackPageCommand(
  args: readonly string[],
  print: Print = toTerminal,
): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { center: { type: 'string' }, out: { type: 'string' }, front: { type: 'string' } },
  })
  const [scan] = positionals
  if (scan === undefined) throw new Refusal('裏面の画像（JPEG・PNG・PDF）を指定してください。')
  const center = URL.parse(values.center ?? 'http://localhost:8081')
  if (!center) throw new Refusal('--center に証明書交付センターのアドレスを指定してください。')
  const out = values.out ?? `${scan}.decoded.png`
  const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
  const readCodes = codeReader({ wasmBinary: new Uint8Array(await readFile(wasm)).buffer })
  const front = values.front === undefined ? null : await readBytes(values.front)

  let sound = true
  let seen = 0
  for await (const side of sidesOf(await readBytes(scan))) {
    const verdict = await decodeBackPage(side, readCodes, (asked) => askCentre(center, asked))
    if (verdict.kind === 'nothing') continue
    seen += 1
    print(`${decodedTitles[verdict.kind]}: ${verdict.ja}`)
    sound &&= verdict.kind === 'genuine'
    if (!verdict.opened) continue
    const file = seen === 1 ? out : out.replace(/(\.png)?$/, `-${seen}.png`)
    await tell(verdict.opened, file, print)
    if (front) sound &&= sameDocument(front, verdict.opened, print)
  }
  if (seen === 0) throw new Refusal('裏面が見つかりません。裏面の全体を、200dpi以上で読み取ってください。')
  if (!sound) throw new Refusal('この証明書は、確かめられませんでした。')
}

async function tell(
  { facts, front, header }: NonNullable<DecodedBackPage['opened']>,
  file: string,
  print: Print,
): Promise<void> {
  print(`団体コード: ${facts.municipalityCode}　証明書の種類: ${facts.kind}`)
  print(`裏面を作った日時: ${facts.madeAt.toISOString()}`)
  print(`${header.pages}ページのうち${header.page}ページ目、鍵 ${header.keyId} 番、${front.dpi}dpi`)
  const { width, height, ink } = unpackInk(front.packed, front.width, front.height)
  const isInked = (x: number, y: number): boolean => ink[y * width + x] === 1
  await writeFile(file, encodeOneBitPng({ width, height, dpi: front.dpi, grey: 0, isInked }))
  print(`復元した表面: ${file}`)
}

function sameDocument(
  front: Uint8Array,
  opened: NonNullable<DecodedBackPage['opened']>,
  print: Print,
): boolean {
  const same = createHash('sha256').update(front).digest().equals(opened.facts.frontSha256)
  print(
    same
      ? '電子の表面: 裏面を作ったときの文書と同じです。'
      : '電子の表面: 裏面を作ったときの文書と違います。この文書を信用しないでください。',
  )
  return same
}

async function readBytes(file: string): Promise<Uint8Array> {
  return await readFile(file).catch(() => {
    throw new Refusal(`ファイルが読めません: ${file}`)
  })
}

async function* sidesOf(bytes: Uint8Array): AsyncGenerator<GreyPicture> {
  if (Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-')) {
    try {
      const pdf = await openPdf(bytes)
      for (let page = 1; page <= pdf.pages; page++) {
        const { rgba, width, height } = await pdf.draw(page, SCAN_DPI)
        yield greyOf(rgba, width, height)
      }
      await pdf.close()
    } catch (error) {
      if (error instanceof UnreadablePdf) throw new Refusal('PDFファイルとして読めません。')
      throw error
    }
    return
  }
  const picture = await readPicture(bytes)
  if (!picture) throw new Refusal('JPEG・PNG・PDFのいずれでもありません。')
  yield greyOf(picture.rgba, picture.width, picture.height)
}

async function askCentre(center: URL, asked: string): Promise<Answered> {
  try {
    const answer = await fetch(new URL(openBackPage.path, center), {
      method: openBackPage.method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ asked }),
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    })
    if (answer.status === 404 || answer.status === 400) return 'not-ours'
    return answer.ok ? openBackPage.output.parse(await answer.json()) : 'silent'
  } catch {
    return 'silent'
  }
}
