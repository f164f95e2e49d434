import { blackRuns, LONGEST_CODE, modes, whiteRuns, type Codes } from './group-4-codes.ts'
import type { OneBitImage } from './one-bit-png.ts'

/** Why a TIFF cannot be read as one picture of a single ink. */
export type NotOneBitTiff = 'not-group-4' | 'turned' | 'several' | 'broken'

/** Pixels a side; more is no seal, and no run is longer than one code for it and one for its rest. */
const MOST_PIXELS = 1_728

export function isTiff(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('latin1')
  return start === 'II*\0' || start === 'MM\0*'
}

/**
 * Reads a TIFF (revision 6) with one bit a pixel, packed as Group 4 (ITU-T T.6). Decoders for faxes guess on where a line is
 * spoilt; a picture that is certified must not be guessed. So whatever is not exactly as the standard has it is refused: a
 * line that is too long or too short, an unknown code, lines or bytes too many or too few. Each step takes a bit of what
 * is there, so that it ends whatever is in it.
 */
export function readOneBitTiff(
  tiff: Uint8Array,
): Pick<OneBitImage, 'width' | 'height' | 'isInked'> | { readonly fault: NotOneBitTiff } {
  const tags = isTiff(tiff) ? tagsOf(Buffer.from(tiff)) : null
  if (tags === null) return { fault: 'broken' }
  const one = (tag: number, usual?: number): number | undefined => {
    const values = tags.values.get(tag)
    return values === undefined ? usual : values.length === 1 ? values[0] : undefined
  }
  if (one(tag.compression) !== 4 || one(tag.bits, 1) !== 1 || one(tag.samples, 1) !== 1)
    return { fault: 'not-group-4' }
  if (tags.more) return { fault: 'several' }
  if (one(tag.orientation, 1) !== 1) return { fault: 'turned' }
  const [width, height, black] = [one(tag.width), one(tag.height), one(tag.photometric)]
  const rowsPerStrip = Math.min(one(tag.rowsPerStrip, MOST_PIXELS) ?? 0, height ?? 0)
  const [offsets, lengths] = [tags.values.get(tag.stripOffsets), tags.values.get(tag.stripLengths)]
  const order = one(tag.fillOrder, 1)
  if (!width || !height || width > MOST_PIXELS || height > MOST_PIXELS) return { fault: 'broken' }
  if (one(tag.uncompressed, 0) !== 0 || (order !== 1 && order !== 2)) return { fault: 'broken' }
  if ((black !== 0 && black !== 1) || rowsPerStrip < 1 || !offsets || !lengths) return { fault: 'broken' }
  if (offsets.length !== Math.ceil(height / rowsPerStrip) || lengths.length !== offsets.length)
    return { fault: 'broken' }
  const lines: Uint16Array[] = []
  for (const [i, offset] of offsets.entries()) {
    const end = offset + lengths[i]!
    if (end > tiff.length) return { fault: 'broken' }
    const strip = tiff.subarray(offset, end)
    const rows = Math.min(rowsPerStrip, height - i * rowsPerStrip)
    const read = linesOf(order === 1 ? strip : strip.map(reversed), width, rows)
    if (read === null) return { fault: 'broken' }
    lines.push(...read)
  }
  const stride = Math.ceil(width / 8)
  const dots = new Uint8Array(stride * height)
  for (const [y, changes] of lines.entries())
    for (let i = 0; i < changes.length; i += 2)
      for (let x = changes[i]!; x < (changes[i + 1] ?? width); x++)
        dots[y * stride + (x >> 3)]! |= 0x80 >> (x & 7)
  const isInked = (x: number, y: number): boolean =>
    x < width && y < height && ((dots[y * stride + (x >> 3)]! >> (7 - (x & 7))) & 1) !== black
  return { width, height, isInked }
}

const tag = {
  ...{ width: 256, height: 257, bits: 258, compression: 259, photometric: 262, fillOrder: 266 },
  ...{ stripOffsets: 273, orientation: 274, samples: 277, rowsPerStrip: 278, stripLengths: 279 },
  uncompressed: 293,
} as const
const known: ReadonlySet<number> = new Set(Object.values(tag))

type Tags = {
  readonly values: ReadonlyMap<number, readonly number[]>
  /** Another picture follows. */
  readonly more: boolean
}

/** What the first directory says, of what is known here; `null` when it points outside, or says a thing twice. */
function tagsOf(bytes: Buffer): Tags | null {
  const little = bytes[0] === 0x49
  const short = (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const long = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  if (bytes.length < 14) return null
  const directory = long(4)
  if (directory < 8 || directory + 2 > bytes.length) return null
  const end = directory + 2 + short(directory) * 12
  if (end + 4 > bytes.length) return null
  const values = new Map<number, readonly number[]>()
  for (let at = directory + 2; at < end; at += 12) {
    if (!known.has(short(at))) continue
    const [type, count] = [short(at + 2), long(at + 4)]
    if ((type !== 3 && type !== 4) || count < 1 || count > MOST_PIXELS || values.has(short(at))) return null
    const size = type === 3 ? 2 : 4
    const from = count * size <= 4 ? at + 8 : long(at + 8)
    if (from + count * size > bytes.length) return null
    const read = type === 3 ? short : long
    values.set(
      short(at),
      Array.from({ length: count }, (_, i) => read(from + i * size)),
    )
  }
  return { values, more: long(end) !== 0 }
}

/** FillOrder 2: the first pixel is the lowest bit. */
function reversed(byte: number): number {
  let turned = 0
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) turned |= 0x80 >> bit
  return turned
}

/** Per line where the colour changes, from white on; `null` unless the strip holds exactly these lines. */
function linesOf(strip: Uint8Array, width: number, rows: number): Uint16Array[] | null {
  const bits = new Bits(strip)
  const lines: Uint16Array[] = []
  let above = new Uint16Array()
  for (let row = 0; row < rows; row++) {
    const changes = lineOf(bits, above, width)
    if (changes === null) return null
    above = Uint16Array.from(changes)
    lines.push(above)
  }
  // EOFB stands after the last line; a few programs leave it away. Behind it only filling up to a word.
  if (bits.left >= END_BITS && bits.peek(END_BITS) === END) bits.skip(END_BITS)
  return bits.left < 16 && bits.peek(bits.left) === 0 ? lines : null
}

const END = 0b000000000001_000000000001
const END_BITS = 24

/** T.6 §2.2: `start` is a0, `next` b1, of the line above; `colour` 0 = white. */
function lineOf(bits: Bits, above: Uint16Array, width: number): number[] | null {
  const changes: number[] = []
  /** A run of no length is none. */
  const change = (at: number): void => {
    if (changes.at(-1) === at) changes.pop()
    else if (at < width) changes.push(at)
  }
  let start = -1
  let colour = 0
  let at = 0
  while (start < width) {
    while (at > 0 && above[at - 1]! > start) at--
    while (at < above.length && (above[at]! <= start || (at & 1) !== colour)) at++
    const next = above[at] ?? width
    const mode = bits.code(modes)
    if (mode === undefined) return null
    if (mode === 'pass') start = above[at + 1] ?? width
    else if (mode === 'horizontal') {
      const first = runOf(bits, colour, width)
      const second = runOf(bits, 1 - colour, width)
      if (first === null || second === null) return null
      const middle = Math.max(start, 0) + first
      start = middle + second
      if (start > width) return null
      change(middle)
      change(start)
    } else {
      const here = next + mode
      if (here <= start || here > width) return null
      change(here)
      start = here
      colour = 1 - colour
    }
  }
  return changes
}

function runOf(bits: Bits, colour: number, width: number): number | null {
  for (let run = 0; ;) {
    const part = bits.code(colour === 0 ? whiteRuns : blackRuns)
    if (part === undefined) return null
    run += part
    if (run > width) return null
    if (part < 64) return run
  }
}

class Bits {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length * 8 - this.#at
  }

  /** The next bits, at most 24, as a number; 0 beyond the end. */
  peek(count: number): number {
    const from = this.#at >> 3
    let word = 0
    for (let i = 0; i < 4; i++) word = (word << 8) | (this.#bytes[from + i] ?? 0)
    return count === 0 ? 0 : (word << (this.#at & 7)) >>> (32 - count)
  }

  skip(count: number): void {
    this.#at += count
  }

  /** What the next code means, which is then taken; `undefined` = there is none, or not the whole of it. */
  code<T>(codes: Codes<T>): T | undefined {
    const ahead = this.peek(LONGEST_CODE)
    const most = Math.min(LONGEST_CODE, this.left)
    for (let length = 1; length <= most; length++) {
      const meant = codes.get((1 << length) | (ahead >>> (LONGEST_CODE - length)))
      if (meant !== undefined) {
        this.skip(length)
        return meant
      }
    }
    return undefined
  }
}
