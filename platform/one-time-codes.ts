import { createHash, randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'

/** Codes of authenticator apps (RFC 6238: SHA-1, six digits, 30 s, what every app can do) and codes to be kept on paper. */

const STEP_S = 30
/** A clock may be half a minute off, either way. */
const WINDOW = 1
const RECOVERY_CODES = 10
/** Nothing that is mistaken for something else when written by hand. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

/** 160 bits, as the RFC recommends. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32
}

/** What the 2-D code of an enrolment says. */
export function totpUri(secret: string, issuer: string, account: string): string {
  return new TOTP({ secret, issuer, label: account, period: STEP_S }).toString()
}

/** The step a code belongs to; `null`: it is wrong, or of a step whose code, or a later one, was taken before. */
export function stepOfCode(secret: string, code: string, now: Date, lastStep: number | null): number | null {
  const token = code.normalize('NFKC').replace(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return null
  const delta = new TOTP({ secret, period: STEP_S }).validate({
    token,
    timestamp: now.getTime(),
    window: WINDOW,
  })
  if (delta === null) return null
  const step = Math.floor(now.getTime() / 1000 / STEP_S) + delta
  return lastStep !== null && step <= lastStep ? null : step
}

/** For once each: 79 bits, so that a digest of one cannot be tried out. */
export function newRecoveryCodes(count = RECOVERY_CODES): string[] {
  return Array.from({ length: count }, () =>
    [...randomBytes(16)]
      .map((byte) => ALPHABET[byte % ALPHABET.length])
      .join('')
      .replace(/(.{4})(?=.)/g, '$1-'),
  )
}

/** However it was typed: with hyphens or without, large or small. */
export function hashOfCode(code: string): Buffer {
  const plain = code
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
  return createHash('sha256').update(plain).digest()
}
