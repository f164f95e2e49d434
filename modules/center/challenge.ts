/**
 * What a card signs to prove that its holder is here, now, at this centre, for this transaction.
 * Runs in the kiosk page and in the centre: the page computes the digest itself from what it shows and from its own
 * origin, so a page lured elsewhere cannot have a card sign for us.
 */
export type Challenge = {
  /** UUIDv7 of the kiosk transaction; a signature never fits another one. */
  readonly transactionId: string
  /** 32 random bytes of the centre, base64url without padding; used once. */
  readonly nonce: string
  /** Origin of the centre as the kiosk page sees it: `https://center.example`. */
  readonly centerOrigin: string
  /** Instant of issue by the centre's clock, ISO 8601 UTC with milliseconds. */
  readonly issuedAt: string
}

/** Says what the signature is for, so that it can never pass for a signature asked for elsewhere. */
const domain = 'open-bcl JPKI user authentication 1'

/** DER of `DigestInfo { sha256, NULL }` up to the 32 bytes of the hash (RFC 8017 §9.2 note 1). */
export const sha256DigestInfoPrefix = Uint8Array.of(
  ...[0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00],
  ...[0x04, 0x20],
)

/**
 * The signed bytes, one line a field.
 * @throws RangeError if a field has not its form, since a line break in one could pose as another.
 */
export function challengeBytes(challenge: Challenge): Uint8Array<ArrayBuffer> {
  const { transactionId, nonce, centerOrigin, issuedAt } = challenge
  const sound =
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(transactionId) &&
    /^[\w-]{43}$/.test(nonce) &&
    /^https?:\/\/[a-z0-9.:[\]-]+$/.test(centerOrigin) &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(issuedAt)
  if (!sound) throw new RangeError('challenge: a field has not its form')
  return new TextEncoder().encode([domain, centerOrigin, transactionId, nonce, issuedAt].join('\n'))
}

/** DigestInfo (51 bytes) for the card's signature command (PKCS #1 v1.5). */
export async function challengeDigestInfo(challenge: Challenge): Promise<Uint8Array<ArrayBuffer>> {
  const hash = await crypto.subtle.digest('SHA-256', challengeBytes(challenge))
  const digestInfo = new Uint8Array(sha256DigestInfoPrefix.length + hash.byteLength)
  digestInfo.set(sha256DigestInfoPrefix)
  digestInfo.set(new Uint8Array(hash), sha256DigestInfoPrefix.length)
  return digestInfo
}
