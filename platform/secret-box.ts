import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/**
 * Seals small secrets of a program that has no towns, under a key derived for one purpose from the keys of a file: the first
 * is in use, the others open what they closed before. 12 bytes nonce, ciphertext, 16 bytes tag (AES-256-GCM); what is sealed
 * at one place opens at no other.
 */
export class SecretBox {
  readonly #keys: readonly Buffer[]

  constructor(masters: readonly Uint8Array[], purpose: string) {
    if (masters.length === 0) throw new Error('no key to seal with')
    this.#keys = masters.map((master) =>
      Buffer.from(hkdfSync('sha256', master, '', `open-bcl ${purpose}`, 32)),
    )
  }

  seal(place: string, plain: string): Buffer {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#keys[0]!, nonce).setAAD(Buffer.from(place))
    return Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  }

  open(place: string, sealed: Buffer): string {
    for (const key of this.#keys) {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
      decipher.setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(-16))
      const opened = decipher.update(sealed.subarray(12, -16))
      try {
        return Buffer.concat([opened, decipher.final()]).toString('utf8')
      } catch {
        // Another key closed it.
      }
    }
    throw new Error('no key opens this secret')
  }
}
