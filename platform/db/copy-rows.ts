/**
 * Rows of COPY … (FORMAT binary), written into one piece of memory again and again. Binary is half as long as text where
 * values are sealed, and costs neither side a conversion.
 */
export class CopyRows {
  #bytes = Buffer.allocUnsafeSlow(START)
  #view = viewOf(this.#bytes)
  #at = 0
  #headed = false

  /** Begins a row of so many columns. */
  row(columns: number): void {
    if (!this.#headed) {
      this.#headed = true
      this.#room(HEADER.length)
      this.#at += HEADER.copy(this.#bytes, this.#at)
    }
    this.#room(2)
    this.#int16(columns)
  }

  none(): void {
    this.#room(4)
    this.#int32(-1)
  }

  text(value: string): void {
    // A UTF-16 unit takes three bytes at most.
    this.#room(4 + value.length * 3)
    const length = this.#bytes.write(value, this.#at + 4)
    this.#int32(length)
    this.#at += length
  }

  bytes(value: Uint8Array): void {
    this.#room(4 + value.length)
    this.#int32(value.length)
    this.#bytes.set(value, this.#at)
    this.#at += value.length
  }

  boolean(value: boolean): void {
    this.#room(5)
    this.#int32(1)
    this.#bytes[this.#at++] = value ? 1 : 0
  }

  integer(value: number): void {
    this.#room(8)
    this.#int32(4)
    this.#int32(value)
  }

  bigint(value: bigint): void {
    this.#room(12)
    this.#int32(8)
    this.#at = this.#bytes.writeBigInt64BE(value, this.#at)
  }

  /** `YYYY-MM-DD` of the calendar. */
  date(value: string): void {
    this.integer(Date.parse(`${value}T00:00:00Z`) / 86_400_000 - DAYS_TO_2000)
  }

  bigints(values: readonly Int64[]): void {
    const count = values.length
    this.#room(28 + count * 12)
    this.#int32(count === 0 ? 12 : 20 + count * 12)
    this.#int32(count === 0 ? 0 : 1)
    this.#int32(0)
    this.#int32(INT8)
    if (count === 0) return
    this.#int32(count)
    this.#int32(1)
    const view = this.#view
    let at = this.#at
    for (const { high, low } of values) {
      view.setInt32(at, 8)
      view.setInt32(at + 4, high)
      view.setInt32(at + 8, low)
      at += 12
    }
    this.#at = at
  }

  get length(): number {
    return this.#at
  }

  /** What was written since the last `clear`: good until then. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  clear(): void {
    this.#at = 0
  }

  /** Writes the end of the rows; the next row begins another COPY. */
  end(): void {
    if (!this.#headed) this.row(-1)
    else {
      this.#room(2)
      this.#int16(-1)
    }
    this.#headed = false
  }

  #int16(value: number): void {
    this.#view.setInt16(this.#at, value)
    this.#at += 2
  }

  #int32(value: number): void {
    this.#view.setInt32(this.#at, value)
    this.#at += 4
  }

  #room(wanted: number): void {
    if (this.#at + wanted <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + wanted))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
    this.#view = viewOf(larger)
  }
}

/** A bigint in two halves, as it is written again and again. */
export type Int64 = { readonly high: number; readonly low: number }

export function int64(value: bigint): Int64 {
  return { high: Number(BigInt.asIntN(32, value >> 32n)), low: Number(BigInt.asIntN(32, value)) }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

const START = 256 * 1024
const INT8 = 20
const DAYS_TO_2000 = 10_957
const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xFF\r\n\0', 'latin1'), Buffer.alloc(8)])
