import { restoreShards, spareShards } from './erasure.ts'

/**
 * うら面: for each front page one page with twelve 2-D codes, which together hold the front's picture, encrypted and signed.
 * What stands on paper is read for decades: nothing here may change but by a new format (decision 16).
 */

/** Codes on a page; any `DATA` of them give back the whole. */
export const COLUMNS = 3
export const ROWS = 4
export const CODES = COLUMNS * ROWS
export const DATA = 9

/** From one code's middle to the next one's, mm. */
export const PITCH_MM = 62
/** From the paper's edges to the squares of the codes, mm. */
export const LEFT_MM = 12
export const TOP_MM = 38
/** The code with the address of the page that decodes: it is coarse, so it is found where the others are not yet. */
export const ADDRESS = { leftMm: 174, topMm: 9, sideMm: 22 }
export const PAGE_PATH = '/backpage'
/** Dots of a printer with 600 dpi, mm. */
const DOT_MM = 25.4 / 600

/**
 * Sizes of codes, coarsest first: what a page needs decides, so that a short certificate gets the codes that are easiest to
 * read. Each is a QR code of this version and level M with modules of so many whole dots, at most 60 mm a side; `bytes` is
 * what one holds (ISO/IEC 18004 table 7).
 */
export type Grade = { readonly version: number; readonly dots: number; readonly bytes: number }
export const grades: readonly Grade[] = [
  { version: 25, dots: 12, bytes: 997 },
  { version: 28, dots: 11, bytes: 1_190 },
  { version: 31, dots: 10, bytes: 1_452 },
  { version: 35, dots: 9, bytes: 1_809 },
  { version: 40, dots: 8, bytes: 2_331 },
]

export const modulesOf = ({ version }: Grade): number => 17 + 4 * version
/** Side of the code without its quiet zone, mm. */
export const sideMm = (grade: Grade): number => modulesOf(grade) * grade.dots * DOT_MM

/** Before what a code holds: the mark, format, place, which page it belongs to, and how long the whole is. */
const PREFIX = 11
const MARK = [0x4f, 0x42] as const
const FORMAT = 1

/** Bytes that the codes of a page hold together, spares not counted. */
export const capacityOf = ({ bytes }: Grade): number => DATA * (bytes - PREFIX)

/** What each code of a page holds. */
export function shardsOf(message: Uint8Array, grade: Grade): Uint8Array[] {
  const length = grade.bytes - PREFIX
  if (message.length > capacityOf(grade)) throw new RangeError('longer than a back page of this grade')
  const parts = Array.from({ length: DATA }, (_, i) => {
    const part = new Uint8Array(length)
    part.set(message.subarray(i * length, (i + 1) * length))
    return part
  })
  return [...parts, ...spareShards(parts, CODES - DATA)].map((part, place) => {
    const shard = new Uint8Array(grade.bytes)
    const total = message.length
    const whole = [total >> 16, (total >> 8) & 255, total & 255]
    shard.set([...MARK, (FORMAT << 4) | place, ...pageMark(message), ...whole, grade.version])
    shard.set(part, PREFIX)
    return shard
  })
}

/** Four bytes of the salt, so that codes of two pages are never put together. */
function pageMark(message: Uint8Array): Uint8Array {
  return message.subarray(SALT_AT, SALT_AT + 4)
}

export type Shard = {
  readonly place: number
  /** The same for all codes of one page, and for no other page. */
  readonly page: string
  readonly length: number
  readonly grade: Grade
  readonly part: Uint8Array
}

/** A code of a back page, or `null` for any other code. */
export function readShard(bytes: Uint8Array): Shard | null {
  const grade = grades.find(({ version }) => version === bytes[PREFIX - 1])
  if (bytes[0] !== MARK[0] || bytes[1] !== MARK[1] || grade?.bytes !== bytes.length) return null
  const place = bytes[2]! & 15
  const length = (bytes[7]! << 16) | (bytes[8]! << 8) | bytes[9]!
  if (bytes[2]! >> 4 !== FORMAT || place >= CODES || length > capacityOf(grade)) return null
  return { place, page: hex(bytes.subarray(3, 11)), length, grade, part: bytes.subarray(PREFIX) }
}

/** The message of a page from codes of that page, or `null` while too few are there. */
export function joinShards(shards: readonly Shard[]): Uint8Array | null {
  const [first] = shards
  if (!first) return null
  const parts: (Uint8Array | null)[] = Array.from({ length: CODES }, () => null)
  for (const { place, page, part } of shards) if (page === first.page) parts[place] = part
  const data = restoreShards(parts, DATA)
  if (data === null) return null
  const message = new Uint8Array(first.grade.bytes * DATA)
  let at = 0
  for (const part of data) {
    message.set(part, at)
    at += part.length
  }
  return message.slice(0, first.length)
}

/**
 * What stands in clear before the encrypted part: whose key, which page, and a salt. The key of this one page is made of the
 * centre's secret and of these bytes, so it cannot be had without the paper; `proof` shows the centre that it made them.
 */
export type Header = {
  readonly keyId: number
  /** From 1. */
  readonly page: number
  readonly pages: number
  /** 16 random bytes. */
  readonly salt: Uint8Array
}
const SALT_AT = 5
/** Without the proof. */
export const HEADER_BYTES = 21
export const PROOF_BYTES = 16
export const ASKED_BYTES = HEADER_BYTES + PROOF_BYTES

export function writeHeader({ keyId, page, pages, salt }: Header): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES)
  bytes.set([FORMAT, keyId >> 8, keyId & 255, page, pages])
  bytes.set(salt, SALT_AT)
  return bytes
}

export function readHeader(bytes: Uint8Array): Header | null {
  if (bytes.length < HEADER_BYTES || bytes[0] !== FORMAT) return null
  const [, high = 0, low = 0, page = 0, pages = 0] = bytes
  if (page < 1 || page > pages) return null
  return { keyId: (high << 8) | low, page, pages, salt: bytes.slice(SALT_AT, HEADER_BYTES) }
}

/** What the centre signs beside the picture. Nobody's name: who it is about stands in the picture alone. */
export type FrontFacts = {
  readonly municipalityCode: string
  readonly kind: string
  readonly madeAt: Date
  /** Of the whole front document, so that an electronic copy can be compared, too. */
  readonly frontSha256: Uint8Array
}

/** The picture of a front page as it stands in a back page. */
export type PackedFront = {
  readonly dpi: number
  readonly width: number
  readonly height: number
  readonly packed: Uint8Array
}

/** What stands in the encrypted part before the picture and the signature. */
const FACTS_BYTES = 6 + 20 + 4 + 32 + 2 + 2 + 2
export const SIGNATURE_BYTES = 64
const TAG_BYTES = 16
/** Of a message beside the packed picture. */
export const OVERHEAD_BYTES = ASKED_BYTES + FACTS_BYTES + SIGNATURE_BYTES + TAG_BYTES

export function writeFront(facts: FrontFacts, front: PackedFront): Uint8Array {
  const bytes = new Uint8Array(FACTS_BYTES + front.packed.length)
  const view = new DataView(bytes.buffer)
  bytes.set(ascii(facts.municipalityCode).subarray(0, 6))
  bytes.set(ascii(facts.kind).subarray(0, 20), 6)
  view.setUint32(26, Math.floor(facts.madeAt.getTime() / 1000))
  bytes.set(facts.frontSha256, 30)
  view.setUint16(62, front.dpi)
  view.setUint16(64, front.width)
  view.setUint16(66, front.height)
  bytes.set(front.packed, FACTS_BYTES)
  return bytes
}

export function readFront(
  bytes: Uint8Array,
): { readonly facts: FrontFacts; readonly front: PackedFront } | null {
  if (bytes.length < FACTS_BYTES) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const words = (from: number, to: number): string =>
    String.fromCharCode(...bytes.subarray(from, to)).replace(/\0+$/, '')
  return {
    facts: {
      municipalityCode: words(0, 6),
      kind: words(6, 26),
      madeAt: new Date(view.getUint32(26) * 1000),
      frontSha256: bytes.slice(30, 62),
    },
    front: {
      dpi: view.getUint16(62),
      width: view.getUint16(64),
      height: view.getUint16(66),
      packed: bytes.slice(FACTS_BYTES),
    },
  }
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 127)
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Resolutions to try with the grades that may carry them, in this order: first a picture in which the smallest print can be
 * read, in the coarsest codes that hold it; then finer codes; then coarser pictures. The last ones are for pages that no
 * certificate looks like: a back page is always made, and says how coarse its picture is.
 */
export const ladder: readonly { readonly dpi: number; readonly upTo: number }[] = [
  { dpi: 200, upTo: 0 },
  { dpi: 150, upTo: 3 },
  { dpi: 125, upTo: 3 },
  { dpi: 150, upTo: 4 },
  { dpi: 125, upTo: 4 },
  { dpi: 100, upTo: 4 },
  { dpi: 75, upTo: 4 },
  { dpi: 50, upTo: 4 },
  { dpi: 30, upTo: 4 },
]

/** The first grade that holds the packed picture, at most `upTo`; `null` = none. */
export function gradeFor(packedBytes: number, upTo: number): Grade | null {
  const fitting = grades.slice(0, upTo + 1).find((grade) => OVERHEAD_BYTES + packedBytes <= capacityOf(grade))
  return fitting ?? null
}
