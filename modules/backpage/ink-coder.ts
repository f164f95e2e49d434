/** A picture of ink and paper, one byte a pixel: 1 = ink. Rows from the top. */
export type InkPicture = { readonly width: number; readonly height: number; readonly ink: Uint8Array }

/**
 * Packs a picture of a printed page without loss. Never "nearly": methods that put one shape in another's place where both
 * look alike (JBIG2 with pattern matching) have exchanged digits on real papers.
 *
 * Each pixel is told by an arithmetic coder under the mean of three guesses from the pixels above and to the left, weighed by
 * how well they guessed before. Squares of paper only are told by one question each. Whole numbers alone, so that every
 * machine packs and unpacks alike; what is packed must be unpacked for decades, so a change is a new format.
 */
export function packInk(picture: InkPicture): Uint8Array {
  const coder = new Packer()
  walk(picture.width, picture.height, coder, picture.ink)
  return coder.finish()
}

/** The picture that was packed. Any bytes give some picture: whether they are the right ones, the signature says. */
export function unpackInk(packed: Uint8Array, width: number, height: number): InkPicture {
  return { width, height, ink: walk(width, height, new Unpacker(packed), null) }
}

type Coder = {
  /** Tells or asks one bit that is 1 with `chance` / 4096. */
  code(bit: number, chance: number): number
}

/** Pixels a side of the squares that may be paper only. */
const SQUARE = 16
/** White around the picture, so that no pixel asks whether it has neighbours. */
const MARGIN = 8

function walk(width: number, height: number, coder: Coder, source: Uint8Array | null): Uint8Array {
  const stride = width + 2 * MARGIN
  const pixels = new Uint8Array(stride * (height + MARGIN))
  const at = (x: number, y: number): number => (y + MARGIN) * stride + x + MARGIN
  if (source)
    for (let y = 0; y < height; y++) pixels.set(source.subarray(y * width, (y + 1) * width), at(0, y))
  const columns = Math.ceil(width / SQUARE)
  const squares = new Guess(1 << 4)
  const pixel = new Mixture()
  let above = new Uint8Array(columns + 2)
  for (let top = 0; top < height; top += SQUARE) {
    const bottom = Math.min(top + SQUARE, height)
    const inked = new Uint8Array(columns + 2)
    for (let column = 0; column < columns; column++) {
      const [left, right] = [column * SQUARE, Math.min((column + 1) * SQUARE, width)]
      const known = source ? anyInk(pixels, stride, at(left, top), right - left, bottom - top) : 0
      const around =
        inked[column]! | (above[column]! << 1) | (above[column + 1]! << 2) | (above[column + 2]! << 3)
      inked[column + 1] = coder.code(known, squares.chance(around))
      squares.learn(around, inked[column + 1]!)
    }
    for (let y = top; y < bottom; y++)
      for (let column = 0; column < columns; column++) {
        if (inked[column + 1] === 0) continue
        const end = at(Math.min((column + 1) * SQUARE, width), y)
        for (let i = at(column * SQUARE, y); i < end; i++) pixels[i] = pixel.code(pixels, i, stride, coder)
      }
    above = inked
  }
  const ink = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) ink.set(pixels.subarray(at(0, y), at(0, y) + width), y * width)
  return ink
}

function anyInk(pixels: Uint8Array, stride: number, from: number, width: number, height: number): number {
  for (let row = 0; row < height; row++) {
    const start = from + row * stride
    if (pixels.subarray(start, start + width).includes(1)) return 1
  }
  return 0
}

/** How often a bit was 1 in a context, learnt quickly at first. Chances are told in 1/4096. */
class Guess {
  readonly #chances: Uint16Array
  readonly #seen: Uint8Array
  constructor(contexts: number) {
    this.#chances = new Uint16Array(contexts).fill(1 << 15)
    this.#seen = new Uint8Array(contexts)
  }

  chance(context: number): number {
    return Math.min(4095, Math.max(1, this.#chances[context]! >> 4))
  }

  learn(context: number, bit: number): void {
    const seen = this.#seen[context]!
    const aim = bit === 1 ? 65_535 : 0
    this.#chances[context]! += ((aim - this.#chances[context]!) * learning[seen]!) >> 15
    if (seen < learning.length - 1) this.#seen[context] = seen + 1
  }
}
/** How far a chance moves towards what was seen, in 1/32768. */
const learning = Int32Array.from({ length: 60 }, (_, seen) => Math.floor(65_536 / (2 * seen + 3)))

/** Three guesses from ever more neighbours, weighed in the logistic domain. */
class Mixture {
  readonly #near = new Guess(1 << 10)
  readonly #middle = new Guess(1 << 16)
  readonly #far = new Guess(1 << 20)
  /** A set of weights for each state of the three nearest neighbours. */
  readonly #weights = new Int32Array(8 * 3).fill(26_000)

  code(pixels: Uint8Array, i: number, stride: number, coder: Coder): number {
    const [one, two, three] = [i - stride, i - 2 * stride, i - 3 * stride]
    const row0 = (pixels[i - 1]! << 1) | pixels[i - 2]!
    const row1 =
      (pixels[one - 1]! << 2) |
      (pixels[one]! << 1) |
      pixels[one + 1]! |
      (pixels[one - 2]! << 3) |
      (pixels[one + 2]! << 4)
    const row2 = (pixels[two - 1]! << 2) | (pixels[two]! << 1) | pixels[two + 1]!
    const near = row0 | (row1 << 2) | (row2 << 7)
    const wider = (pixels[i - 3]! << 1) | pixels[i - 4]! | (pixels[two - 2]! << 2) | (pixels[two + 2]! << 3)
    const middle = near | (wider << 10) | (pixels[one + 3]! << 14) | (pixels[one - 3]! << 15)
    const row3 = (pixels[three - 1]! << 2) | (pixels[three]! << 1) | pixels[three + 1]!
    const far = middle | (row3 << 16) | (pixels[i - 5]! << 19)

    const set = 3 * ((pixels[i - 1]! << 2) | (pixels[one]! << 1) | pixels[one + 1]!)
    const weights = this.#weights
    const a = stretched[this.#near.chance(near)]!
    const b = stretched[this.#middle.chance(middle)]!
    const c = stretched[this.#far.chance(far)]!
    const sum = a * weights[set]! + b * weights[set + 1]! + c * weights[set + 2]!
    const chance = Math.min(4095, Math.max(1, squash(Math.floor(sum / 65_536))))
    const bit = coder.code(pixels[i]!, chance)

    const error = ((bit << 12) - chance) * 6
    weights[set]! += (a * error + 32_768) >> 16
    weights[set + 1]! += (b * error + 32_768) >> 16
    weights[set + 2]! += (c * error + 32_768) >> 16
    this.#near.learn(near, bit)
    this.#middle.learn(middle, bit)
    this.#far.learn(far, bit)
    return bit
  }
}

/** 4096 / (1 + e^-x), x in 1/256, between points that are 128 apart. */
const curve = [
  1, 2, 3, 6, 10, 16, 27, 45, 73, 120, 194, 310, 488, 747, 1101, 1546, 2047, 2549, 2994, 3348, 3607, 3785,
  3901, 3975, 4022, 4050, 4068, 4079, 4085, 4089, 4092, 4093, 4094,
]
function squash(x: number): number {
  if (x >= 2047) return 4095
  if (x <= -2047) return 1
  const part = x & 127
  const place = (x >> 7) + 16
  return (curve[place]! * (128 - part) + curve[place + 1]! * part + 64) >> 7
}
/** The inverse of `squash`. */
const stretched = new Int16Array(4096)
for (let x = -2047, chance = 0; x <= 2047; x++)
  for (const reached = squash(x); chance <= reached; chance++) stretched[chance] = x

/** Binary arithmetic coder with 32-bit bounds: of what is left of the range, the lower part means 1. */
class Packer implements Coder {
  #low = 0
  #high = 0xffff_ffff
  #bytes = new Uint8Array(1 << 14)
  #length = 0

  code(bit: number, chance: number): number {
    const middle = split(this.#low, this.#high, chance)
    if (bit === 1) this.#high = middle
    else this.#low = middle + 1
    while ((this.#low ^ this.#high) >>> 24 === 0) {
      this.#put(this.#high >>> 24)
      this.#low = (this.#low << 8) >>> 0
      this.#high = ((this.#high << 8) | 255) >>> 0
    }
    return bit
  }

  finish(): Uint8Array {
    // Zeros follow for the reader: one byte above the low bound is enough to stay inside.
    this.#put((this.#low >>> 24) + 1)
    return this.#bytes.slice(0, this.#length)
  }

  #put(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#length)
      longer.set(this.#bytes)
      this.#bytes = longer
    }
    this.#bytes[this.#length++] = byte
  }
}

class Unpacker implements Coder {
  readonly #bytes: Uint8Array
  #low = 0
  #high = 0xffff_ffff
  #value = 0
  #next = 0
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    for (let i = 0; i < 4; i++) this.#take()
  }

  code(_bit: number, chance: number): number {
    const middle = split(this.#low, this.#high, chance)
    const bit = this.#value <= middle ? 1 : 0
    if (bit === 1) this.#high = middle
    else this.#low = middle + 1
    while ((this.#low ^ this.#high) >>> 24 === 0) {
      this.#low = (this.#low << 8) >>> 0
      this.#high = ((this.#high << 8) | 255) >>> 0
      this.#take()
    }
    return bit
  }

  #take(): void {
    this.#value = ((this.#value << 8) | (this.#bytes[this.#next++] ?? 0)) >>> 0
  }
}

function split(low: number, high: number, chance: number): number {
  const range = high - low
  return low + Math.floor(range / 4096) * chance + Math.floor(((range % 4096) * chance) / 4096)
}
