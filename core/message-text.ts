/** The part of a machine message that its sender signs (`platform/signed-message.ts`; kiosks use WebCrypto). */
export type MessageHead = {
  /** Which key signed: SHA-256 of the public key's SubjectPublicKeyInfo, hex. */
  readonly keyId: string
  /** Upper case: `GET`, `POST`. */
  readonly method: string
  /** Path and query exactly as sent, `/api/exchange/issues?kind=...`. */
  readonly path: string
  /** The receiver's origin, so that a message to one machine cannot be played to another: `https://bcl.example`. */
  readonly origin: string
  /** Instant of sending, ISO 8601 UTC. */
  readonly sentAt: string
  /** UUIDv7, fresh for every sending, also for a resend. */
  readonly messageId: string
  /** The write's `Idempotency-Key`, the same on every resend; '' for a read. */
  readonly requestId: string
  /** SHA-256 of the body's bytes, hex; of no bytes when there is no body. */
  readonly bodySha256: string
}

/** Bumped when the list of signed lines changes, so that a signature never fits two meanings. */
const domain = 'open-bcl message 1'

/**
 * The signed text: one line a field. A field with a line break is refused, since it could pose as another field.
 * Runs in browsers and Node.
 */
export function messageText(head: MessageHead): string {
  const lines = [
    domain,
    head.keyId,
    head.method,
    head.origin,
    head.path,
    head.sentAt,
    head.messageId,
    head.requestId,
    head.bodySha256,
  ]
  if (lines.some((line) => /[\r\n]/.test(line))) throw new RangeError('a signed field holds a line break')
  return lines.join('\n')
}

/** HTTP headers that carry what the receiver cannot see from the request itself. Lower case, as Node reads them. */
export const messageHeaders = {
  keyId: 'open-bcl-key',
  sentAt: 'open-bcl-sent-at',
  messageId: 'open-bcl-message-id',
  signature: 'open-bcl-signature',
  requestId: 'idempotency-key',
} as const
