import {
  ASKED_BYTES,
  HEADER_BYTES,
  readFront,
  readHeader,
  SIGNATURE_BYTES,
  writeFront,
  writeHeader,
  type FrontFacts,
  type Header,
  type PackedFront,
} from './backpage.ts'

/**
 * Message of a back page: header ‖ proof ‖ AES-256-GCM(facts ‖ packed picture ‖ signature). The signature (ECDSA P-256 over
 * SHA-256) covers the header and what is decrypted: what a person sees is what was signed. WebCrypto alone, so that centre,
 * command and browser run this same file.
 */
export async function sealFront(options: {
  readonly header: Header
  readonly proof: Uint8Array
  readonly facts: FrontFacts
  readonly front: PackedFront
  /** 32 bytes, of this page alone. */
  readonly pageKey: Uint8Array
  sign(signed: Uint8Array): Promise<Uint8Array>
}): Promise<Uint8Array> {
  const header = writeHeader(options.header)
  const content = writeFront(options.facts, options.front)
  const signature = await options.sign(join(SIGNED_WORDS, header, content))
  const key = await aesKey(options.pageKey, 'encrypt')
  const cipher = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: ONLY_NONCE, additionalData: own(header) },
    key,
    own(join(content, signature)),
  )
  return join(header, options.proof, new Uint8Array(cipher))
}

/** The bytes of a message that the centre is asked with. They tell it which key, and nothing of the picture. */
export function askedOf(message: Uint8Array): Uint8Array | null {
  return message.length > ASKED_BYTES && readHeader(message) ? message.slice(0, ASKED_BYTES) : null
}

export type OpenedFront = {
  readonly header: Header
  readonly facts: FrontFacts
  readonly front: PackedFront
  /** Whether the centre's key signed exactly this picture and these facts. */
  readonly signed: boolean
}

/** Opens what stands on paper; `null` when the key does not fit or a single bit is another. */
export async function openFront(
  message: Uint8Array,
  keys: { readonly pageKey: Uint8Array; readonly publicKey: Uint8Array },
): Promise<OpenedFront | null> {
  const header = readHeader(message)
  if (!header) return null
  const clear = own(message.subarray(0, HEADER_BYTES))
  let plain: Uint8Array
  try {
    plain = new Uint8Array(
      await crypto.subtle.decrypt(
        { name: 'AES-GCM', iv: ONLY_NONCE, additionalData: clear },
        await aesKey(keys.pageKey, 'decrypt'),
        own(message.subarray(ASKED_BYTES)),
      ),
    )
  } catch {
    return null
  }
  const content = plain.subarray(0, plain.length - SIGNATURE_BYTES)
  const read = readFront(content)
  if (!read) return null
  const signed = await crypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-256' },
    await crypto.subtle.importKey('raw', own(keys.publicKey), { name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'verify',
    ]),
    own(plain.subarray(content.length)),
    own(join(SIGNED_WORDS, clear, content)),
  )
  return { header, ...read, signed }
}

/** A signature for another purpose by the same key is none here. */
const SIGNED_WORDS = new TextEncoder().encode('open-bcl back page 1\n')
/** A page's key encrypts once and never again. */
const ONLY_NONCE = new Uint8Array(12)

async function aesKey(bytes: Uint8Array, use: 'encrypt' | 'decrypt') {
  return await crypto.subtle.importKey('raw', own(bytes), 'AES-GCM', false, [use])
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** WebCrypto's types take no view of a shared buffer. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
