import { createHash, createPublicKey, randomInt, scrypt, type JsonWebKey, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { plainDate, todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { inCenter, inCenterOnce, type Tx } from '@open-bcl/platform/db/tx.ts'
import type { Pool } from '@open-bcl/platform/db/pool.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import {
  keyIdOf,
  verifyMessage,
  type MessageVerdict,
  type ReceivedMessage,
  type VerifyOptions,
} from '@open-bcl/platform/signed-message.ts'
import { exchangeKinds } from '../certificates/exchange.contract.ts'
import * as admissions from './admission.store.ts'
import type { Centre } from './center.actions.ts'
import { readEnrolmentCode, type KioskWords } from './center.ts'
import { centerLogCodes, centerProblems as problems } from './center.messages.ts'
import { openIncident } from './incidents.actions.ts'
import type { enrolKiosk } from './kiosk.contract.ts'
import { findKiosk, placeKiosk } from './kiosk-registry.store.ts'
import * as kiosks from './kiosks.store.ts'
import * as operators from './operators.store.ts'
import type { testKioskConnection } from './registry.contract.ts'
import { notAdmitted } from './registry.messages.ts'
import * as towns from './towns.store.ts'

/** Clocks of kiosk and centre may differ this much, either way. */
const maxSkewMs = 120_000
const codeLifeMs = 24 * 3_600_000
/** A person waits for several of them one after the other. */
const maxRoundTripMs = 3_000
/** Where the machines of the demonstration stand. */
const SETUP_TOWN = '212172' as MunicipalityCode
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
 * For the start of the demonstration and for tests: the machine with its store and operator in one step, and a code by
 * which it is admitted at once. A real one is registered, tested and checked by operators (`registry.contract.ts`).
 * @param code a wished code; by default a random one
 * @returns the code as a person types it: `1234-5678-9012`
 */
export async function createEnrolmentCode(
  pool: Pool,
  kiosk: KioskWords,
  now: Date,
  code: string = randomDigits(12),
): Promise<string> {
  const digits = readEnrolmentCode(code)
  if (digits === null) throw new RangeError('enrolment code: 12 digits')
  const hash = await codeHash(digits)
  await inCenter(pool, async (tx) => {
    await setUpMachine(tx, kiosk, now)
    await keepCode(tx, hash, { kioskId: kiosk.kioskId, now, admits: true })
  })
  return typed(digits)
}

/** A new 利用開始コード for a registered machine: 12 digits, good once and for a day. */
export async function makeEnrolmentCode(
  tx: Tx,
  kioskId: string,
  now: Date,
): Promise<{ readonly code: string; readonly expiresAt: Date }> {
  const digits = randomDigits(12)
  const expiresAt = await keepCode(tx, await codeHash(digits), { kioskId, now, admits: false })
  return { code: typed(digits), expiresAt }
}

async function keepCode(
  tx: Tx,
  hash: Buffer,
  code: { readonly kioskId: string; readonly now: Date; readonly admits: boolean },
): Promise<Date> {
  const expiresAt = new Date(code.now.getTime() + codeLifeMs)
  const { kioskId, now: createdAt, admits } = code
  await kiosks.insertEnrolmentCode(tx, { hash, kioskId, createdAt, expiresAt, admits })
  return expiresAt
}

function typed(digits: string): string {
  return digits.replace(/(\d{4})(\d{4})(\d{4})/, '$1-$2-$3')
}

/** An operator that offers everything, and a store of it, named by their words. */
async function setUpMachine(tx: Tx, kiosk: KioskWords, now: Date): Promise<void> {
  const named = (prefix: string, words: string): string =>
    `${prefix}-${createHash('sha256').update(words).digest('hex').slice(0, 16)}`
  const operatorId = named('setup', kiosk.operator)
  const storeId = named('setup', `${kiosk.operator}|${kiosk.place}`)
  const joinedOn = plainDate('2000-01-01')
  await operators.saveOperator(tx, {
    ...{ operatorId, ja: kiosk.operator, sort: 'chain', municipalityCode: null, joinedOn, leftOn: null },
  })
  for (const kind of Object.keys(exchangeKinds)) {
    await operators.insertOperatorKind(tx, { operatorId, kind, fromOn: joinedOn, untilOn: null })
  }
  await operators.saveStore(tx, {
    ...{ storeId, operatorId, relayId: null, ja: kiosk.place, address: kiosk.place },
    ...{ municipalityCode: SETUP_TOWN, latitude: null, longitude: null, openedOn: joinedOn, closedOn: null },
  })
  const registered = await findKiosk(tx, kiosk.kioskId)
  await placeKiosk(tx, {
    ...{ ...kiosk, storeId, at: now },
    usage: registered?.usage ?? 'kiosk',
    onlyMunicipality: registered?.onlyMunicipality ?? null,
  })
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
            if (kiosk.admits) await admitAtOnce(tx, kioskId, keyId, now)
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

/** 403 for a machine that is enrolled and has not been tested and checked, or whose check is too old. */
export function requireAdmitted({ admitted }: kiosks.KnownKiosk): void {
  if (!admitted) throw new Problem(notAdmitted)
}

/** The machine in use that signed this message, which has not been taken before. Throws a 401 or 409 problem. */
export async function knowKiosk(centre: Centre, message: ReceivedMessage): Promise<kiosks.KnownKiosk> {
  const today = todayInJapan(centre.now())
  let taken: { readonly keyId: string; readonly kiosk: kiosks.KnownKiosk | undefined } | undefined
  const verdict = await verify(
    centre,
    message,
    (keyId) => keyNamed(centre, keyId),
    async (messageId, keyId, sentAt) => {
      const { seen, kiosk } = await inCenterOnce(centre.pool, (tx) =>
        kiosks.takeMessage(tx, { keyId, messageId, sentAt }, today),
      )
      taken = { keyId, kiosk }
      return seen
    },
  )
  judge(centre, verdict)
  if (taken?.kiosk) return taken.kiosk
  // Somebody really holds the key of a machine that was taken out of service.
  const { keyId = '' } = taken ?? {}
  const former = await inCenterOnce(centre.pool, (tx) => kiosks.findRevokedKey(tx, keyId))
  if (former) await openIncident(centre, { kind: 'revoked-key', kioskId: former.kioskId })
  throw new Problem(problems.unknownKiosk)
}

/** Keys that signed before. A key is named by its own digest, so that nothing that is read again could be another one. */
const keysByName = new Map<string, KeyObject>()
/** More than there are machines in the nation. */
const mostKeys = 100_000

/** A key that is or was a machine's. Whether the machine is in use is asked with each message. */
async function keyNamed(centre: Centre, keyId: string): Promise<KeyObject | null> {
  const before = keysByName.get(keyId)
  if (before) return before
  const jwk = await inCenterOnce(centre.pool, (tx) => kiosks.findPublicKey(tx, keyId))
  const key = jwk === undefined ? null : publicKeyOf(jwk)
  if (key !== null && keysByName.size < mostKeys) keysByName.set(keyId, key)
  return key
}

/**
 * 接続試験: the first message of an enrolled machine that is answered. That it is here, signed, in time and not a replay is
 * the test; what the machine found out about itself is kept with it.
 */
export async function testConnection(
  centre: Centre,
  message: ReceivedMessage,
  input: InputOf<typeof testKioskConnection>,
): Promise<OutputOf<typeof testKioskConnection>> {
  const { kioskId, keyId } = await knowKiosk(centre, message)
  const now = centre.now()
  const sentAt = message.headers['open-bcl-sent-at']
  const skewMs = typeof sentAt === 'string' ? Math.abs(now.getTime() - Date.parse(sentAt)) : null
  const passed = input.cardReader && input.printer && input.roundTripMs <= maxRoundTripMs
  return await inCenter(centre.pool, async (tx) => {
    await admissions.insertAdmission(tx, kioskId, {
      ...{ step: 'connection-test', passed, keyId, doneAt: now, doneBy: `kiosk:${kioskId}` },
      ...{ validUntil: null, facts: { ...input, skewMs }, note: '' },
    })
    const known = await kiosks.findKioskKey(tx, keyId, todayInJapan(now))
    return { passed, admitted: known?.admitted ?? false }
  })
}

async function admitAtOnce(tx: Tx, kioskId: string, keyId: string, at: Date): Promise<void> {
  for (const step of ['connection-test', 'security-check'] as const) {
    await admissions.insertAdmission(tx, kioskId, {
      ...{ step, passed: true, keyId, doneAt: at, doneBy: 'setup', facts: {}, note: 'デモ・試験用の登録' },
      validUntil: step === 'security-check' ? plainDate('9999-12-31') : null,
    })
  }
}

async function verify(
  centre: Centre,
  message: ReceivedMessage,
  findKey: VerifyOptions['findKey'],
  seen: VerifyOptions['seen'] = (messageId, keyId, sentAt) =>
    inCenterOnce(centre.pool, (tx) => kiosks.wasSeen(tx, keyId, messageId, sentAt)),
): Promise<MessageVerdict> {
  return await verifyMessage(message, {
    origin: centre.origin,
    now: centre.now(),
    maxSkewMs,
    findKey,
    seen,
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
