import { unzipSync } from 'fflate'
import { canaries } from '@open-bcl/demo/people.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { readSignedPdf } from '@open-bcl/platform/pdf/signed-pdf.ts'

/**
 * Searches what left the system for hidden addresses, in every spelling in which a program or a person may write one: full
 * width, kanji numerals, 「番地」 as a hyphen, kana, with spaces between; in text, in percent and character codes, in
 * Shift_JIS and UTF-16, in base64, in workbooks, and on the pages of PDFs.
 */
export type Left = { readonly endpoint: string; readonly text: string; readonly bytes: Buffer | null }

/** Endpoints (and the first place) by which one of the hidden words left; empty = none did. */
export function leaksIn(left: readonly Left[], hidden: readonly string[] = canaries): string[] {
  const detect = detector(hidden)
  const seen = new Set<string>()
  return left.flatMap(({ endpoint, text, bytes }) => {
    const found = [
      ...(seen.has(text) ? [] : inText(text, detect)),
      ...(bytes === null ? [] : inBytes(bytes, detect, 0)),
    ]
    seen.add(text)
    return found.length === 0 ? [] : [`${endpoint}: ${found[0]!}`]
  })
}

type Detect = (text: string) => string | null

function detector(hidden: readonly string[]): Detect {
  const words = hidden.flatMap((word) => [word, ...(readings[word] ?? [])])
  const wanted = [...new Set(words.map(spelledOneWay))].map(finder)
  // Folding is slow: only what has the beginning of one of them in some spelling is looked at closely.
  const suspicious = new RegExp(words.map(beginningOf).join('|'), 'iu')
  return (text) => {
    if (!suspicious.test(text)) return null
    const folded = spelledOneWay(text)
    return wanted.find(({ find }) => find.test(folded))?.word ?? null
  }
}

const readings: Readonly<Record<string, readonly string[]>> = {
  金糸雀荘: ['カナリアソウ', 'キンシジャクソウ'],
}

const gap = '[\\s\\u200b-\\u200d]*'
const figures = ['0０〇', '1１一', '2２二', '3３三', '4４四', '5５五', '6６六', '7７七', '8８八', '9９九']

/** The first figures or characters of a word as somebody may write them. */
function beginningOf(word: string): string {
  const number = /^\d+/.exec(word)?.[0]
  if (number !== undefined)
    return [...number].map((one) => `[${figures[Number(one)]}]`).join(`${gap}[千百十]?${gap}`)
  const [first, second] = [...word].map((one) => {
    const code = one.codePointAt(0)!
    const isKana = code >= 0x30a1 && code <= 0x30f6
    return isKana ? `[${one}${String.fromCodePoint(code - 0x60)}]` : one
  })
  return word.startsWith('カナリア') ? `${first}${gap}${second}|ｶ${gap}ﾅ` : `${first}${gap}${second}`
}

const digitsOfKanji = '〇一二三四五六七八九'

/** One spelling for all: NFKC, no spaces, katakana, numerals as digits, 「番地」 and its like between numbers as a hyphen. */
export function spelledOneWay(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\s\u200b-\u200d]+/gu, '')
    .replaceAll(/[ぁ-ゖ]/gu, (kana) => String.fromCodePoint(kana.codePointAt(0)! + 0x60))
    .replaceAll(/[〇一二三四五六七八九十百千]+/gu, (numeral) => numberOf(numeral))
    .replaceAll(/(?<=\d)(番地ノ?|番ノ?|号|ノ|[-‐‑‒–—―−ーｰ~]|丁目)(?=\d)/gu, '-')
    .replaceAll(/(?<=\d)(番地|番|号)/gu, '')
}

function numberOf(numeral: string): string {
  if (!/[十百千]/u.test(numeral))
    return [...numeral].map((one) => String(digitsOfKanji.indexOf(one))).join('')
  let total = 0
  let digit = 0
  for (const one of numeral) {
    const unit = { 十: 10, 百: 100, 千: 1000 }[one]
    if (unit === undefined) digit = digitsOfKanji.indexOf(one)
    else {
      total += (digit === 0 ? 1 : digit) * unit
      digit = 0
    }
  }
  return String(total + digit)
}

/** Digits of an address stand by themselves: the same ones inside an id or a longer number are none. */
function finder(word: string): { readonly word: string; readonly find: RegExp } {
  return { word, find: new RegExp(`${/^\d/.test(word) ? '(?<![0-9a-fA-F-])' : ''}${word}(?![0-9])`) }
}

const BASE64 = /[A-Za-z0-9+/_-]{24,}={0,2}/g
const DEEPEST = 3

function inText(text: string, detect: Detect, depth = 0): string[] {
  const found =
    detect(text) ??
    (text.includes('%') || text.includes('\\u') || text.includes('&#') ? detect(decoded(text)) : null)
  if (found !== null) return [found]
  if (depth >= DEEPEST) return []
  for (const [run] of text.matchAll(BASE64)) {
    // Ids and digests are no texts; a file is longer, and a short text has a multiple of four.
    if (run.length < 200 && run.length % 4 !== 0) continue
    const inside = inBytes(Buffer.from(run, 'base64'), detect, depth + 1)
    if (inside.length > 0) return inside.map((word) => `base64 ${word}`)
  }
  return []
}

/** Percent, JSON and HTML codes as what they stand for. */
function decoded(text: string): string {
  const plain = text
    .replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/&#x([0-9a-fA-F]{1,6});/g, (_, hex: string) => pointOf(Number.parseInt(hex, 16)))
    .replaceAll(/&#(\d{1,7});/g, (_, number: string) => pointOf(Number(number)))
  return plain.replaceAll(/(%[0-9a-fA-F]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString(),
  )
}

function pointOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}

const shiftJis = new TextDecoder('shift_jis')
const utf16le = new TextDecoder('utf-16le')
const utf16be = new TextDecoder('utf-16be')

function inBytes(bytes: Buffer, detect: Detect, depth: number): string[] {
  if (bytes.subarray(0, 4).toString('latin1') === '%PDF') return inPdf(bytes, detect)
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') {
    for (const [name, part] of Object.entries(unzipSync(bytes))) {
      const inside = inBytes(Buffer.from(part), detect, depth + 1)
      if (inside.length > 0) return [`${name} ${inside[0]!}`]
    }
    return []
  }
  const text = bytes.toString()
  const found = inText(text, detect, depth)
  if (found.length > 0 || isUtf8(text)) return found
  for (const decoder of [shiftJis, utf16le, utf16be]) {
    const word = detect(decoder.decode(bytes))
    if (word !== null) return [`${decoder.encoding} ${word}`]
  }
  return []
}

function isUtf8(text: string): boolean {
  return !text.includes('\ufffd') && !text.includes('\u0000')
}

/** The words on the pages, and the metadata, which nothing reads. A signature is appended to what was delivered. */
function inPdf(pdf: Buffer, detect: Detect): string[] {
  const raw = pdf.toString('latin1')
  const titles = [...raw.matchAll(/<(?:FEFF|feff)([0-9a-fA-F\s]+)>/g)].map(([, hex]) =>
    utf16be.decode(Buffer.from(hex!.replaceAll(/\s/g, ''), 'hex')),
  )
  const meta = detect(`${pdf.toString()}\n${titles.join('\n')}`)
  if (meta !== null) return [`metadata ${meta}`]
  // What a walker uploads as a scan is no whole PDF: it comes back as it went in, and has no pages.
  if (!raw.includes('startxref')) return []
  for (const [i, page] of extractPages(readSignedPdf(pdf)?.original ?? pdf).entries()) {
    const found = detect(page)
    if (found !== null) return [`page ${i + 1} ${found}`]
  }
  return []
}
