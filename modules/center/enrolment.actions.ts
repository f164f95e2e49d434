import { createPublicKey, randomInt, scrypt, type JsonWebKey, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import type { Pool } from '@open-bcl/platform/db/pool.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import {
  keyIdOf,
  verifyMessage,
  type MessageVerdict,
  type ReceivedMessage,
} from '@open-bcl/platform/signed-message.ts'
import type { Centre } from './center.actions.ts'
import { readEnrolmentCode, type Kiosk } from './center.ts'
import { centerLogCodes, centerProblems as problems } from './center.messages.ts'
import type { enrolKiosk } from './kiosk.contract.ts'
import * as kiosks from './kiosks.store.ts'
import * as towns from './towns.store.ts'

/** Clocks of kiosk and centre may differ this much, either way. */
const maxSkewMs = 120_000
const codeLifeMs = 24 * 3_600_000
const failureWindowMs = 600_000
const maxFailures = 10

/**
 * A town takes part: who issues which kind from which day on. Repeatable; a row of the same day is corrected, a later
 * day is a new row. For operators and the start of the demonstration.
 */
export async function registerTown(
  pool: Pool,
  town: towns.Town,
  routes: readonly towns.DatedRoute[],
): Promise<void> {
  if (!isMunicipalityCode(town.municipalityCode)) throw new RangeError('not a municipality code')
  await inCenter(pool, async (tx) => {
    await towns.saveTown(tx, town)
    for (const route of routes) {
      await towns.saveRoute(tx, town.municipalityCode, { ...route, endpoint: new URL(route.endpoint).origin })
    }
  })
}

/**
 * Registers a machine (or corrects its words) and makes a 利用開始コード for it: 12 digits, good once and for a day.
 * @param code a wished code, for the demonstration and tests; by default a random one
 * @returns the code as a person types it: `1234-5678-9012`
 */
export async function createEnrolmentCode(
  pool: Pool,
  kiosk: Kiosk,
  now: Date,
  code: string = randomDigits(12),
): Promise<string> {
  const digits = readEnrolmentCode(code)
  if (digits === null) throw new RangeError('enrolment code: 12 digits')
  const hash = await codeHash(digits)
  await inCenter(pool, async (tx) => {
    await kiosks.saveKiosk(tx, kiosk, now)
    const expiresAt = new Date(now.getTime() + codeLifeMs)
    await kiosks.insertEnrolmentCode(tx, { hash, kioskId: kiosk.kioskId, createdAt: now, expiresAt })
  })
  return digits.replace(/(\d{4})(\d{4})(\d{4})/, '$1-$2-$3')
}

/** Stops a machine for good: lost, stolen, taken away. False when it was stopped already or never known. */
export async function revokeKiosk(pool: Pool, kioskId: string, now: Date): Promise<boolean> {
  return await inCenter(pool, (tx) => kiosks.revokeKiosk(tx, kioskId, now))
}

/** First use of a machine: its own new key signs this message, the code says which machine it is. */
export async function enrol(
  centre: Centre,
  message: ReceivedMessage,
  input: InputOf<typeof enrolKiosk>,
): Promise<OutputOf<typeof enrolKiosk>> {
  const now = centre.now()
  const since = new Date(now.getTime() - failureWindowMs)
  const failures = await inCenter(centre.pool, (tx) => kiosks.countFailures(tx, since))
  if (failures >= maxFailures) throw new Problem(problems.tooManyCodes)

  const key = publicKeyOf(input.publicJwk)
  if (key === null)
    throw new Problem(platformProblems.invalidInput, [{ pointer: '/publicJwk', message: '鍵の形が誤りです' }])
  const keyId = keyIdOf(key)
  judge(centre, await verify(centre, message, (asked) => (asked === keyId ? key : null)))

  const digits = readEnrolmentCode(input.code)
  const hash = digits === null ? null : await codeHash(digits)
  const enrolled =
    hash === null
      ? undefined
      : await inCenter(centre.pool, async (tx) => {
          const kiosk = await kiosks.useEnrolmentCode(tx, hash, keyId, now)
          if (kiosk) {
            const { kioskId } = kiosk
            await kiosks.replaceKioskKey(tx, { keyId, kioskId, publicJwk: input.publicJwk, at: now })
          }
          return kiosk
        })
  if (!enrolled) {
    await inCenter(centre.pool, (tx) => kiosks.insertFailure(tx, now))
    throw new Problem(problems.wrongCode)
  }
  centre.log(centerLogCodes.kioskEnrolled, { kioskId: enrolled.kioskId })
  const { kioskId, name, place } = enrolled
  return { kioskId, name, place }
}

/** The enrolled machine that signed this message, which has not been taken before. Throws a 401 or 409 problem. */
export async function admitKiosk(centre: Centre, message: ReceivedMessage): Promise<Kiosk> {
  let kiosk: Kiosk | undefined
  const verdict = await verify(centre, message, async (keyId) => {
    const found = await inCenter(centre.pool, (tx) => kiosks.findKioskKey(tx, keyId))
    kiosk = found
    return found ? publicKeyOf(found.publicJwk) : null
  })
  judge(centre, verdict)
  if (!kiosk) throw new Problem(problems.unknownKiosk)
  return kiosk
}

async function verify(
  centre: Centre,
  message: ReceivedMessage,
  findKey: (keyId: string) => KeyObject | null | Promise<KeyObject | null>,
): Promise<MessageVerdict> {
  return await verifyMessage(message, {
    origin: centre.origin,
    now: centre.now(),
    maxSkewMs,
    findKey,
    seen: (messageId, keyId, sentAt) =>
      inCenter(centre.pool, (tx) => kiosks.wasSeen(tx, keyId, messageId, sentAt)),
  })
}

function judge(centre: Centre, verdict: MessageVerdict): void {
  if (verdict.kind === 'verified') return
  centre.log(centerLogCodes.messageRefused, { reason: verdict.reason })
  switch (verdict.reason) {
    case 'clock':
      throw new Problem(problems.clock)
    case 'replayed':
      throw new Problem(problems.replayed)
    case 'unknown-key':
      throw new Problem(problems.unknownKiosk)
    case 'missing':
    case 'malformed':
    case 'signature':
      throw new Problem(problems.badSignature)
  }
}

/** Forgets message ids whose clock would be refused anyway. */
export async function forgetOldMessages(centre: Centre): Promise<void> {
  const before = new Date(centre.now().getTime() - 3 * maxSkewMs)
  await inCenter(centre.pool, (tx) => kiosks.forgetMessages(tx, before))
}

function publicKeyOf(jwk: kiosks.PublicJwk): KeyObject | null {
  try {
    return createPublicKey({ key: { ...jwk } as JsonWebKey, format: 'jwk' })
  } catch {
    return null
  }
}

const scryptOf = promisify(scrypt) as (password: string, salt: string, length: number) => Promise<Buffer>

/** The same code always makes the same hash, so that it can be looked up; scrypt makes trying all 10¹² take years. */
async function codeHash(digits: string): Promise<Buffer> {
  return await scryptOf(digits, 'open-bcl kiosk enrolment 1', 32)
}

function randomDigits(length: number): string {
  return Array.from({ length }, () => randomInt(10)).join('')
}
