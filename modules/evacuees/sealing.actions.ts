import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import type { z } from 'zod'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { isAgeRecipient, newAgeKeyPair, openWithIdentity, sealToRecipient } from '@open-bcl/platform/age.ts'
import {
  FORMAT,
  Message,
  Outside,
  Signed,
  type Opened,
  type TownCard,
  type TownKeys,
  type TownSecret,
} from './packet.ts'

const CARD = 'open-bcl-town/1'

export async function makeTownKeys(): Promise<TownKeys> {
  const { identity, recipient } = await newAgeKeyPair()
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    recipient,
    signer: publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
    secret: {
      identity,
      signing: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url'),
    },
  }
}

export async function sealMessage(
  message: Message,
  { signing }: Pick<TownSecret, 'signing'>,
  recipient: string,
): Promise<Uint8Array> {
  const text = JSON.stringify(Message.parse(message))
  const key = createPrivateKey({ key: Buffer.from(signing, 'base64url'), type: 'pkcs8', format: 'der' })
  const signature = sign(null, signedBytes(text), key).toString('base64')
  const inner = Buffer.from(JSON.stringify({ message: text, signature }), 'utf8')
  const sealed = Buffer.from(await sealToRecipient(recipient, inner)).toString('base64')
  return Buffer.from(JSON.stringify({ format: FORMAT, from: message.from, to: message.to, sealed }), 'utf8')
}

function signedBytes(text: string): Buffer {
  return Buffer.from(`${FORMAT}\n${text}`, 'utf8')
}

/**
 * @param own the addressee who opens it
 * @param signerOf the public key of a town, `null` = not known here
 */
export async function openMessage(
  bytes: Uint8Array,
  own: { readonly code: string; readonly identity: string },
  signerOf: (town: string) => Promise<string | null>,
): Promise<Opened> {
  const outside = parsed(Outside, Buffer.from(bytes).toString('utf8'))
  if (outside === null) return { ok: false, why: 'not-a-message' }
  if (outside.to !== own.code) return { ok: false, why: 'wrong-town' }
  const signer = await signerOf(outside.from)
  if (signer === null) return { ok: false, why: 'unknown-sender' }
  let inner: string
  try {
    const sealed = Buffer.from(outside.sealed, 'base64')
    inner = Buffer.from(await openWithIdentity(own.identity, sealed)).toString('utf8')
  } catch {
    return { ok: false, why: 'damaged' }
  }
  const signed = parsed(Signed, inner)
  const key = keyOf(signer)
  const genuine =
    signed !== null &&
    key !== null &&
    verify(null, signedBytes(signed.message), key, Buffer.from(signed.signature, 'base64'))
  const message = genuine ? parsed(Message, signed.message) : null
  if (message === null || message.from !== outside.from || message.to !== own.code)
    return { ok: false, why: 'damaged' }
  return { ok: true, message }
}

function parsed<T extends z.ZodType>(schema: T, text: string): z.output<T> | null {
  try {
    const result = schema.safeParse(JSON.parse(text))
    return result.success ? result.data : null
  } catch {
    return null
  }
}

function keyOf(signer: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(signer, 'base64url'), type: 'spki', format: 'der' })
    return key.asymmetricKeyType === 'ed25519' ? key : null
  } catch {
    return null
  }
}

export function cardText({ code, recipient, signer }: TownCard): string {
  return [CARD, code, recipient, signer].join(' ')
}

export function readCard(text: string): TownCard | null {
  const [format, code = '', recipient = '', signer = '', ...rest] = text.trim().split(/\s+/)
  if (format !== CARD || rest.length > 0) return null
  if (!isMunicipalityCode(code) || !isAgeRecipient(recipient) || keyOf(signer) === null) return null
  return { code, recipient, signer }
}

/** Read out on the telephone, so that nobody puts a key of their own between two towns: 80 bits in groups of four. */
export function fingerprint({ code, recipient, signer }: TownCard): string {
  const digest = createHash('sha256').update(`${code} ${recipient} ${signer}`).digest('hex')
  return digest
    .slice(0, 20)
    .toUpperCase()
    .replace(/(.{4})(?=.)/g, '$1-')
}
