import { createHash } from 'node:crypto'

const MODULUS = 1n << 128n

/** SHA-256 of one canonical row (`interfaces.fields.ts`), published so that a town can compute it at home. */
export function rowDigest(canonical: string): Buffer {
  return createHash('sha256').update(canonical, 'utf8').digest()
}

/**
 * The hash total of a set of rows: the sum modulo 2^128 of the first 16 bytes of their digests, so that neither their order
 * nor the order of changes matters. Says "the same rows" on both sides of the link without telling anything of a row.
 */
export class HashTotal {
  #sum = 0n

  add(digest: Buffer): void {
    this.#sum = (this.#sum + head(digest)) % MODULUS
  }

  remove(digest: Buffer): void {
    this.#sum = (this.#sum + MODULUS - head(digest)) % MODULUS
  }

  /** 32 lower-case hexadecimal digits. */
  toString(): string {
    return this.#sum.toString(16).padStart(32, '0')
  }
}

function head(digest: Buffer): bigint {
  return (digest.readBigUInt64BE(0) << 64n) | digest.readBigUInt64BE(8)
}
