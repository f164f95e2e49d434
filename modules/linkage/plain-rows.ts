/** A byte loop over CSV of the commonest form: one line a row, quoted fields or not, no quote inside a field. */

const COMMA = 0x2c
const QUOTE = 0x22
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const SEPARATOR = 0x1f
/** The strict reader knows how long a field may be. */
const LONGEST_LINE = 65_536

/**
 * Turns lines into what is sealed of them without making strings, which takes a fifth of the time. It gives up at the first
 * line that is not plain; the strict reader (`interfaces.csv.ts`) goes on from there, and says what is wrong if anything is.
 */
export class PlainRows {
  /** Where each field of the last line begins and ends in its block, without its quotes. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly #width: number
  readonly #prefix: Buffer
  readonly #left: Uint8Array
  #out = Buffer.allocUnsafeSlow(0)
  #at = 0

  /** `prefix` begins each payload; `kept`: the fields that go into it, in the order of the file. */
  constructor(width: number, prefix: string, kept: readonly number[]) {
    this.#width = width
    this.#prefix = Buffer.from(prefix)
    this.#left = new Uint8Array(width).fill(1)
    for (const i of kept) this.#left[i] = 0
    this.starts = new Int32Array(width)
    this.ends = new Int32Array(width)
  }

  /** Begins anew with the memory of the last payloads. `bytes`: of the lines to come. */
  reuse(bytes: number): void {
    // A line is at least as long as it has commas, so a prefix for each of them fits.
    const wanted = bytes + Math.ceil(bytes / this.#width) * this.#prefix.length
    if (this.#out.length < wanted) this.#out = Buffer.allocUnsafeSlow(wanted)
    this.#at = 0
  }

  /** What is sealed of the last line: good until `reuse`. */
  payload = this.#out

  /** Reads one line; gives where the next begins, or -1 where the line is not plain or not whole. `block` ends with LF. */
  read(block: Uint8Array, from: number): number {
    const { starts, ends } = this
    const out = this.#out
    const left = this.#left
    const width = this.#width
    const begin = this.#at
    let to = begin + this.#prefix.copy(out, begin)
    let at = from
    for (let field = 0; ; field++) {
      if (field === width) return -1
      const kept = left[field] === 0
      if (kept && field > 0) out[to++] = SEPARATOR
      let unit = block[at]!
      if (unit === QUOTE) {
        starts[field] = ++at
        while ((unit = block[at]!) !== QUOTE) {
          if (unit < 0x20) return -1
          if (kept) out[to++] = unit
          at += 1
        }
        ends[field] = at++
        unit = block[at]!
      } else {
        starts[field] = at
        while (unit !== COMMA && unit >= 0x20) {
          if (unit === QUOTE) return -1
          if (kept) out[to++] = unit
          unit = block[++at]!
        }
        ends[field] = at
      }
      if (unit === COMMA) {
        at += 1
        continue
      }
      if (unit === CARRIAGE_RETURN) unit = block[++at]!
      if (unit !== LINE_FEED || field + 1 !== width || at - from > LONGEST_LINE) return -1
      this.payload = out.subarray(begin, to)
      this.#at = to
      return at + 1
    }
  }
}
