import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { messageHeaders, messageText } from '@open-bcl/core/message-text.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'

/**
 * A detached signature over a machine's HTTP request, beside mutual TLS: it survives a relay that ends TLS, and it
 * can be kept as evidence. ECDSA P-256 with SHA-256, IEEE P1363 form, so that WebCrypto makes the same.
 */
export type OutgoingMessage = {
  readonly method: string
  /** Origin the message is meant for, as the receiver knows itself. */
  readonly origin: string
  /** Path and query exactly as sent. */
  readonly path: string
  /** Empty for a request without body. */
  readonly body: Uint8Array
  /** The write's `Idempotency-Key`; absent for a read. */
  readonly requestId?: string
}

export type ReceivedMessage = {
  readonly method: string
  /** Path and query exactly as received (`request.raw.url`). */
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The bytes as received, before any parsing. */
  readonly body: Uint8Array
}

export type MessageVerdict =
  | { readonly kind: 'verified'; readonly keyId: string; readonly messageId: string; readonly sentAt: Date }
  | {
      readonly kind: 'refused'
      readonly reason: 'missing' | 'malformed' | 'unknown-key' | 'clock' | 'signature' | 'replayed'
    }

export type VerifyOptions = {
  /** Our own origin; a message meant for another machine is refused. */
  readonly origin: string
  readonly now: Date
  /** How far the sender's clock may differ from ours, either way, in ms. */
  readonly maxSkewMs: number
  /** The enrolled public key of that id, or `null`. Must refuse revoked keys itself. */
  readonly findKey: (keyId: string) => KeyObject | null | Promise<KeyObject | null>
  /**
   * Records the id and tells whether it was there already, in one atomic step. Called only for a genuine message,
   * so a stranger cannot fill the store. Ids must be kept for at least twice `maxSkewMs`.
   */
  readonly seen: (messageId: string, keyId: string, sentAt: Date) => boolean | Promise<boolean>
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** SHA-256 of the SubjectPublicKeyInfo, hex: a key names itself. */
export function keyIdOf(key: KeyObject): string {
  const known = keyIds.get(key)
  if (known !== undefined) return known
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  const keyId = sha256(publicKey.export({ type: 'spki', format: 'der' }))
  keyIds.set(key, keyId)
  return keyId
}

/** A machine signs every message with the same key; writing it out each time was a tenth of the work. */
const keyIds = new WeakMap<KeyObject, string>()

/** Headers to add to the request. Sign again for every sending; only `requestId` stays the same. */
export function signMessage(
  message: OutgoingMessage,
  privateKey: KeyObject,
  now: Date,
): Readonly<Record<string, string>> {
  const keyId = keyIdOf(privateKey)
  const sentAt = now.toISOString()
  const messageId = uuidv7(now.getTime())
  const requestId = message.requestId ?? ''
  const text = messageText({
    keyId,
    method: message.method.toUpperCase(),
    origin: message.origin,
    path: message.path,
    sentAt,
    messageId,
    requestId,
    bodySha256: sha256(message.body),
  })
  return {
    [messageHeaders.keyId]: keyId,
    [messageHeaders.sentAt]: sentAt,
    [messageHeaders.messageId]: messageId,
    [messageHeaders.signature]: sign('sha256', Buffer.from(text), {
      key: privateKey,
      dsaEncoding: 'ieee-p1363',
    }).toString('base64url'),
    ...(requestId === '' ? {} : { [messageHeaders.requestId]: requestId }),
  }
}

/** Judges a received request. The replay store is asked last, and only when everything else is right. */
export async function verifyMessage(
  message: ReceivedMessage,
  options: VerifyOptions,
): Promise<MessageVerdict> {
  const header = (name: string) => message.headers[name]
  const keyId = header(messageHeaders.keyId)
  const sentAtText = header(messageHeaders.sentAt)
  const messageId = header(messageHeaders.messageId)
  const signature = header(messageHeaders.signature)
  const requestId = header(messageHeaders.requestId) ?? ''
  if (keyId === undefined || sentAtText === undefined || messageId === undefined || signature === undefined) {
    return refused('missing')
  }
  if (
    typeof keyId !== 'string' ||
    typeof sentAtText !== 'string' ||
    typeof messageId !== 'string' ||
    typeof signature !== 'string' ||
    typeof requestId !== 'string'
  ) {
    return refused('malformed')
  }
  const sentAt = new Date(sentAtText)
  if (
    !/^[0-9a-f]{64}$/.test(keyId) ||
    !uuid.test(messageId) ||
    !/^[\w-]{86}$/.test(signature) ||
    !/^[\w-]{0,64}$/.test(requestId) ||
    /[\r\n]/.test(message.method + message.path) ||
    Number.isNaN(sentAt.getTime()) ||
    sentAt.toISOString() !== sentAtText
  ) {
    return refused('malformed')
  }
  if (Math.abs(options.now.getTime() - sentAt.getTime()) > options.maxSkewMs) return refused('clock')
  const key = await options.findKey(keyId)
  if (key === null || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1' || keyIdOf(key) !== keyId) {
    return refused('unknown-key')
  }
  const text = messageText({
    keyId,
    method: message.method.toUpperCase(),
    origin: options.origin,
    path: message.path,
    sentAt: sentAtText,
    messageId,
    requestId,
    bodySha256: sha256(message.body),
  })
  const genuine = verify(
    'sha256',
    Buffer.from(text),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  if (!genuine) return refused('signature')
  if (await options.seen(messageId, keyId, sentAt)) return refused('replayed')
  return { kind: 'verified', keyId, messageId, sentAt }
}

function refused(reason: Extract<MessageVerdict, { kind: 'refused' }>['reason']): MessageVerdict {
  return { kind: 'refused', reason }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
