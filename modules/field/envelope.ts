/**
 * What a phone records, sealed once for two: the content under a key of its own, and that key for the town (ECDH P-256, HKDF,
 * AES-GCM), so that staff open it without the phone's PIN. Runs in browsers and Node alike.
 *
 * Bytes: version 1 · ephemeral public key 65 · wrapped content key 12 + 48 · content 12 + n + 16.
 */
const VERSION = 1
const POINT = 65
const IV = 12
const WRAPPED = IV + 48
const HEADER = 1 + POINT + WRAPPED
const ECDH = { name: 'ECDH', namedCurve: 'P-256' } as const

const utf8 = new TextEncoder()
const bytesOf = (length: number): Uint8Array<ArrayBuffer> =>
  globalThis.crypto.getRandomValues(new Uint8Array(length))
const { subtle } = globalThis.crypto

type Bytes = Uint8Array<ArrayBuffer>
/** Node names the type elsewhere than browsers do. */
export type SecretKey = Awaited<ReturnType<typeof subtle.deriveKey>>

export type TownKeyPair = { readonly publicKey: Bytes; readonly privateKey: Bytes }

export async function makeTownKeyPair(): Promise<TownKeyPair> {
  const pair = await subtle.generateKey(ECDH, true, ['deriveBits'])
  return {
    publicKey: new Uint8Array(await subtle.exportKey('raw', pair.publicKey)),
    privateKey: new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey)),
  }
}

/** An envelope and the key of its content: the phone keeps that one, wrapped under its queue key. */
export async function sealEnvelope(
  townPublicKey: Bytes,
  itemId: string,
  plain: Bytes,
): Promise<{ readonly envelope: Bytes; readonly contentKey: Bytes }> {
  const town = await subtle.importKey('raw', townPublicKey, ECDH, false, [])
  const ephemeral = await subtle.generateKey(ECDH, true, ['deriveBits'])
  const point = new Uint8Array(await subtle.exportKey('raw', ephemeral.publicKey))
  const shared = await subtle.deriveBits({ name: 'ECDH', public: town }, ephemeral.privateKey, 256)
  const wrapKey = await wrappingKey(shared, point, itemId, 'encrypt')
  const contentKey = bytesOf(32)
  const wrapped = await sealWith(wrapKey, itemId, contentKey)
  const content = await sealWith(await aes(contentKey, 'encrypt'), itemId, plain)
  const envelope = new Uint8Array(HEADER + content.length)
  envelope[0] = VERSION
  envelope.set(point, 1)
  envelope.set(wrapped, 1 + POINT)
  envelope.set(content, HEADER)
  return { envelope, contentKey }
}

/** Throws when it is not what was sealed for this town and under this id. */
export async function openEnvelope(townPrivateKey: Bytes, itemId: string, envelope: Bytes): Promise<Bytes> {
  if (envelope.length < HEADER + IV + 16 || envelope[0] !== VERSION) throw new Error('not an envelope')
  const town = await subtle.importKey('pkcs8', townPrivateKey, ECDH, false, ['deriveBits'])
  const point = envelope.slice(1, 1 + POINT)
  const ephemeral = await subtle.importKey('raw', point, ECDH, false, [])
  const shared = await subtle.deriveBits({ name: 'ECDH', public: ephemeral }, town, 256)
  const wrapKey = await wrappingKey(shared, point, itemId, 'decrypt')
  const contentKey = await openWith(wrapKey, itemId, envelope.slice(1 + POINT, HEADER))
  return await openContent(contentKey, itemId, envelope)
}

/** By whoever has the content's key: the phone itself. */
export async function openContent(contentKey: Bytes, itemId: string, envelope: Bytes): Promise<Bytes> {
  return await openWith(await aes(contentKey, 'decrypt'), itemId, envelope.slice(HEADER))
}

async function wrappingKey(
  shared: ArrayBuffer,
  point: Bytes,
  itemId: string,
  use: 'encrypt' | 'decrypt',
): Promise<SecretKey> {
  const base = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
  const info = utf8.encode(`open-bcl field item ${itemId}`)
  return await subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: point, info },
    base,
    { name: 'AES-GCM', length: 256 },
    false,
    [use],
  )
}

async function aes(key: Bytes, use: 'encrypt' | 'decrypt'): Promise<SecretKey> {
  return await subtle.importKey('raw', key, 'AES-GCM', false, [use])
}

/** Nonce and what is hidden; `about` binds it to its place. */
export async function sealWith(key: SecretKey, about: string, plain: Bytes): Promise<Bytes> {
  const iv = bytesOf(IV)
  const hidden = new Uint8Array(
    await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8.encode(about) }, key, plain),
  )
  const sealed = new Uint8Array(IV + hidden.length)
  sealed.set(iv)
  sealed.set(hidden, IV)
  return sealed
}

export async function openWith(key: SecretKey, about: string, sealed: Bytes): Promise<Bytes> {
  const algorithm = { name: 'AES-GCM', iv: sealed.slice(0, IV), additionalData: utf8.encode(about) }
  return new Uint8Array(await subtle.decrypt(algorithm, key, sealed.slice(IV)))
}
