import { createECDH, createHash, createHmac } from 'node:crypto'
import type { Signer } from '../paper-keys.actions.ts'

/** Order of the group of P-256. */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const SECRET = createHash('sha256').update('open-bcl: key of the golden pages, of no town').digest()
const d = BigInt(`0x${SECRET.toString('hex')}`) % N

/** P-256 point of the key, uncompressed. */
export const goldenPublicKey: Buffer = pointOf(d)

/**
 * Signs the golden pages: as any key, but with a nonce made of the message (the idea of RFC 6979), so that the same page
 * has the same bytes.
 */
export const goldenSigner: Signer = {
  keyId: 1,
  sign(bytes) {
    const z = BigInt(`0x${createHash('sha256').update(bytes).digest('hex')}`)
    const k = BigInt(`0x${createHmac('sha256', SECRET).update(bytes).digest('hex')}`) % N
    const r = BigInt(`0x${pointOf(k).toString('hex', 1, 33)}`) % N
    const s = (inverse(k) * (z + r * d)) % N
    return Buffer.concat([bytesOf(r), bytesOf(s)])
  },
}

function pointOf(secret: bigint): Buffer {
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(bytesOf(secret))
  return curve.getPublicKey()
}

function bytesOf(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex')
}

/** By Fermat: N is prime. */
function inverse(number: bigint): bigint {
  let [result, base] = [1n, number]
  for (let exponent = N - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % N
    base = (base * base) % N
  }
  return result
}
