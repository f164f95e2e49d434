import { deflateSync, inflateSync } from 'fflate'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { addDays, dayNumber } from '@open-bcl/core/dates.ts'
import { dictionaries } from './verification-dictionaries.ts'

/**
 * The signed 2-D code of one printed page: what the page says, under the signature of the town. Made by `cloud` when the
 * words are frozen, read by the public page and by `open-bcl verify-paper`; so this file runs in a browser, too.
 *
 * Bytes (big-endian): 1 format · 1 flags (1 = cut, 2 = drawing) · 1 dictionary · 2 key id · 3 municipality · 16 transaction id ·
 * 1 copy · 1 copies · 1 page · 1 pages · 2 issued on (days since 2020-01-01) · if cut: 2 words of the page, 16 first bytes
 * of the SHA-256 of their text · if there is a drawing (flag 2): 1 width, 1 height, 2 length, its bits (raw deflate) · words (raw deflate of UTF-16LE, with the dictionary) · 64 ECDSA P-256 signature (r ‖ s) over
 * `SIGNED_AS` and all before it.
 */
export type PageCode = {
  readonly keyId: number
  readonly municipalityCode: MunicipalityCode
  readonly transactionId: string
  readonly copy: number
  readonly copies: number
  readonly page: number
  readonly pages: number
  readonly issuedOn: PlainDate
}

/** What the page says. Shown only when the signature is the town's. */
export type PageWords = {
  readonly kind: string
  readonly layoutVersion: string
  /** 発行番号 without the transaction id. */
  readonly issueNo: string
  /** In drawing order, without those of the foot, which stand in `PageCode`. */
  readonly words: readonly string[]
  /** Words of the page that the code had no room for: they come after `words`, and only `digest` tells of them. */
  readonly omitted: number
  /** 印影 of the page, much reduced; `null` = the page has none, or there was no room. */
  readonly drawing: PageDrawing | null
}

/** A picture of one ink, row by row, eight pixels a byte without gaps between rows. */
export type PageDrawing = { readonly width: number; readonly height: number; readonly bits: Uint8Array }

const FORMAT = 1
const CUT = 1
const DRAWING = 2
const HEADER = 30
const CUT_HEADER = 18
const DRAWING_HEADER = 4
export const SIGNATURE = 64
const EPOCH = '2020-01-01' as PlainDate
const BETWEEN = '\u001f'
/** Says what is signed, so that a signature of this key over anything else is none of a page. */
const SIGNED_AS = new TextEncoder().encode('open-bcl paper code\0')
/** `発行番号`, its words, transaction id, copy, page: the last five words of every page (`printedWords`). */
const FOOT = 5

/**
 * The code of one page. `words` are all it says, foot included (`printedWords`). What does not fit in `roomBytes` is cut
 * off at the end, and a digest of the whole stands in for it; a drawing is left out before any word is.
 * @param sign ECDSA P-256 with SHA-256, r ‖ s
 */
export function encodePage(
  code: PageCode,
  page: {
    readonly kind: string
    readonly layoutVersion: string
    readonly words: readonly string[]
    readonly drawing?: PageDrawing | null
  },
  roomBytes: number,
  sign: (bytes: Uint8Array) => Uint8Array,
  sha256: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  const issueNo = page.words.at(1 - FOOT) ?? ''
  const words = page.words.slice(0, -FOOT)
  const pack = (count: number): Uint8Array =>
    packWords([page.kind, page.layoutVersion, issueNo, ...words.slice(0, count)], page.layoutVersion)
  const room = roomBytes - HEADER - SIGNATURE
  let packed = pack(words.length)
  const cut = packed.length > room
  if (cut) {
    // As many whole words as fit: the number is found by halving.
    let [fits, tooMany] = [0, words.length]
    while (tooMany - fits > 1) {
      const half = (fits + tooMany) >> 1
      if (pack(half).length <= room - CUT_HEADER) fits = half
      else tooMany = half
    }
    packed = pack(fits)
  }
  const drawn = page.drawing ? packDrawing(page.drawing) : new Uint8Array()
  const hasDrawing = drawn.length > 0 && packed.length + drawn.length <= room
  const flags = (cut ? CUT : 0) | (hasDrawing ? DRAWING : 0)
  const header = headerOf(code, flags, dictionaryOf(page.layoutVersion))
  const body = joined(
    header,
    ...(cut ? [cutHeader(words, sha256)] : []),
    ...(hasDrawing ? [drawn] : []),
    packed,
  )
  return joined(body, sign(joined(SIGNED_AS, body)))
}

function headerOf(code: PageCode, flags: number, dictionary: number): Uint8Array {
  const bytes = new Uint8Array(HEADER)
  const view = new DataView(bytes.buffer)
  bytes.set([FORMAT, flags, dictionary])
  // Three bytes hold every code of six digits; the fourth, which is zero, is the key id's.
  view.setUint32(4, Number(code.municipalityCode))
  view.setUint16(3, code.keyId)
  bytes.set(fromHex(code.transactionId), 8)
  bytes.set([code.copy, code.copies, code.page, code.pages], 24)
  view.setUint16(28, dayNumber(code.issuedOn) - dayNumber(EPOCH))
  return bytes
}

function cutHeader(words: readonly string[], sha256: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const bytes = new Uint8Array(CUT_HEADER)
  new DataView(bytes.buffer).setUint16(0, words.length)
  bytes.set(sha256(new TextEncoder().encode(spaceless(words))).subarray(0, 16), 2)
  return bytes
}

function packDrawing({ width, height, bits }: PageDrawing): Uint8Array {
  const packed = deflateSync(bits, { level: 9, mem: 4 })
  return joined(Uint8Array.of(width, height, packed.length >> 8, packed.length & 0xff), packed)
}

/** What stands in the code before anybody asked whose signature it is. `null` = not a code of ours. */
export function decodePage(
  payload: Uint8Array,
): { readonly code: PageCode; readonly isOfLaterFormat: boolean } | null {
  if (payload.length < HEADER + SIGNATURE) return null
  const isOfLaterFormat = payload[0]! > FORMAT || payload[2]! >= dictionaries.length
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const municipalityCode = String(view.getUint32(4) & 0xff_ff_ff).padStart(6, '0')
  if (payload[0] === 0 || !isMunicipalityCode(municipalityCode)) return null
  return {
    isOfLaterFormat,
    code: {
      keyId: view.getUint16(3),
      municipalityCode,
      transactionId: toHex(payload.subarray(8, 24)),
      copy: payload[24]!,
      copies: payload[25]!,
      page: payload[26]!,
      pages: payload[27]!,
      issuedOn: addDays(EPOCH, view.getUint16(28)),
    },
  }
}

/** Whether the holder of the key made exactly this code. WebCrypto: in the browser of any phone, and in Node. */
export async function isSignedBy(payload: Uint8Array, publicKey: Uint8Array): Promise<boolean> {
  const body = payload.subarray(0, -SIGNATURE)
  try {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('raw', new Uint8Array(publicKey), algorithm, false, ['verify'])
    const signature = new Uint8Array(payload.subarray(-SIGNATURE))
    return await crypto.subtle.verify(algorithm, key, signature, new Uint8Array(joined(SIGNED_AS, body)))
  } catch {
    return false
  }
}

/** The words of a code whose signature was checked. Throws on one that no `encodePage` made. */
export function wordsOf(payload: Uint8Array): PageWords {
  const cut = (payload[1]! & CUT) !== 0
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  let at = HEADER + (cut ? CUT_HEADER : 0)
  let drawing: PageDrawing | null = null
  if ((payload[1]! & DRAWING) !== 0) {
    const [width, height, length] = [payload[at]!, payload[at + 1]!, view.getUint16(at + 2)]
    at += DRAWING_HEADER
    drawing = { width, height, bits: inflateSync(payload.subarray(at, at + length)) }
    at += length
  }
  const packed = payload.subarray(at, -SIGNATURE)
  const [kind = '', layoutVersion = '', issueNo = '', ...words] = unpackWords(packed, payload[2]!)
  const omitted = cut ? view.getUint16(HEADER) - words.length : 0
  return { kind, layoutVersion, issueNo, words, omitted, drawing }
}

/**
 * Whether a page with this text (as it is read back from a PDF) is the one the code was made for; white space does not count.
 * With `decodePage` of the same payload.
 */
export async function saysPage(
  payload: Uint8Array,
  { transactionId, copy, page, pages }: PageCode,
  text: string,
): Promise<boolean> {
  const said = wordsOf(payload)
  const foot = spaceless(['発行番号', said.issueNo, transactionId, `${copy}部目`, `${page}／${pages}`])
  const read = spaceless([text])
  const begin = spaceless(said.words)
  if (said.omitted === 0) return read === begin + foot
  if (!read.startsWith(begin) || !read.endsWith(foot)) return false
  const whole = new TextEncoder().encode(read.slice(0, -foot.length))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', whole))
  return payload.subarray(HEADER + 2, HEADER + CUT_HEADER).every((byte, i) => byte === digest[i])
}

const spaceless = (words: readonly string[]): string => words.join('').replace(/\s+/gu, '')

/** Permanent number of the dictionary of a layout; 0 is the empty one, for a layout that has none yet. */
function dictionaryOf(layoutVersion: string): number {
  return Math.max(
    dictionaries.findIndex((one) => one.layout === layoutVersion),
    0,
  )
}

function packWords(words: readonly string[], layoutVersion: string): Uint8Array {
  const dictionary = utf16(dictionaries[dictionaryOf(layoutVersion)]!.words)
  return deflateSync(utf16(words.join(BETWEEN)), { level: 9, mem: 4, dictionary })
}

function unpackWords(packed: Uint8Array, dictionary: number): string[] {
  const text = inflateSync(packed, { dictionary: utf16(dictionaries[dictionary]!.words) })
  return new TextDecoder('utf-16le').decode(text).split(BETWEEN)
}

/** Two bytes a character: rarer Kanji take three in UTF-8, and deflate sees their patterns better so. */
function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    bytes[2 * i] = unit & 0xff
    bytes[2 * i + 1] = unit >> 8
  }
  return bytes
}

/** What a phone's camera reads. What stands after `#` stays in the phone: it is sent to no server. */
export function codeText(publicOrigin: string, payload: Uint8Array): string {
  return `${publicOrigin}/verify#${toBase64Url(payload)}`
}

/** Bytes of payload for which a text of so many characters has room. */
export function roomFor(publicOrigin: string, characters: number): number {
  return Math.floor(((characters - codeText(publicOrigin, new Uint8Array()).length) * 3) / 4)
}

/** The payload in what was scanned or pasted: the whole address, or what stands after its `#`. `null` = none. */
export function payloadIn(text: string): Uint8Array | null {
  const fragment = text
    .trim()
    .replace(/^[^#]*#/, '')
    .replace(/\s+/g, '')
  if (!/^[A-Za-z0-9_-]{100,4000}$/.test(fragment)) return null
  try {
    const binary = atob(fragment.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(binary, (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}

export function toBase64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
