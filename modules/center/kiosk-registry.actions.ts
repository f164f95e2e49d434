import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import * as admissions from './admission.store.ts'
import { judgeAdmission, type Admission, type AdmissionRecord } from './admission.ts'
import { recordAct } from './center-audit.store.ts'
import { makeEnrolmentCode } from './enrolment.actions.ts'
import * as store from './kiosk-registry.store.ts'
import { revokeKiosk as revoke } from './kiosks.store.ts'
import { findOperator, findStore } from './operators.store.ts'
import { securityCheckItems } from './registry.contract.ts'
import type * as contract from './registry.contract.ts'
import { registryEvents as events, registryProblems as problems } from './registry.messages.ts'
import { lockRow } from './registry.store.ts'
import { requireSeen } from './registry.ts'

/** 端末の登録と接続の承認: a machine is registered, enrolled with a code, tested over its line, checked by a person. */

const PAGE = 500
/** A check is repeated every year. */
const CHECK_DAYS = 366
const items = Object.keys(securityCheckItems) as (keyof typeof securityCheckItems)[]

export async function listKiosks(
  { tx, now }: CenterCtx,
  input: InputOf<typeof contract.listKiosks>,
): Promise<OutputOf<typeof contract.listKiosks>> {
  const found = await store.listKiosks(tx, { ...input, limit: PAGE + 1 })
  const kiosks = found.slice(0, PAGE)
  const ids = kiosks.map((kiosk) => kiosk.kioskId)
  const records = Map.groupBy(await admissions.latestAdmissions(tx, ids), (record) => record.kioskId)
  const today = todayInJapan(now)
  return {
    kiosks: kiosks.map((kiosk) => rowOf(kiosk, records.get(kiosk.kioskId) ?? [], today)),
    more: found.length > PAGE,
  }
}

export async function getKiosk(
  { tx, now }: CenterCtx,
  { kioskId }: InputOf<typeof contract.getKiosk>,
): Promise<OutputOf<typeof contract.getKiosk>> {
  const kiosk = await store.findKiosk(tx, kioskId)
  if (!kiosk) throw new Problem(platformProblems.notFound)
  const records = await admissions.listAdmissions(tx, kioskId)
  const keys = await store.listKeys(tx, kioskId)
  return {
    ...rowOf(kiosk, records, todayInJapan(now)),
    keys: keys.map(({ keyId, enrolledAt, revokedAt }) => ({
      keyId,
      enrolledAt: enrolledAt.toISOString(),
      revokedAt: revokedAt?.toISOString() ?? null,
    })),
    admissions: records.map(({ keyId, doneAt, ...record }) => ({
      ...record,
      doneAt: doneAt.toISOString(),
      formerKey: keyId !== kiosk.keyId,
    })),
  }
}

function rowOf(
  kiosk: store.RegisteredKiosk,
  records: readonly AdmissionRecord[],
  today: PlainDate,
): OutputOf<typeof contract.listKiosks>['kiosks'][number] {
  const { keyId, registeredAt, enrolledAt, revokedAt, lastSeenAt, ...rest } = kiosk
  return {
    ...rest,
    registeredAt: registeredAt.toISOString(),
    enrolledAt: enrolledAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
    admission: admissionOf(kiosk, records, today),
  }
}

/** One that is revoked, or stands nowhere, is not admitted whatever was tested. */
function admissionOf(
  { keyId, revokedAt, storeId }: store.RegisteredKiosk,
  records: readonly AdmissionRecord[],
  today: PlainDate,
): Admission {
  const judged = judgeAdmission(keyId, records, today)
  return revokedAt === null && storeId !== null ? judged : { ...judged, admitted: false }
}

export async function saveKiosk(
  ctx: CenterCtx,
  input: InputOf<typeof contract.saveKiosk>,
): Promise<{ saved: true }> {
  const { was, ...kiosk } = input
  const { kioskId, storeId, usage } = kiosk
  const place = await findStore(ctx.tx, storeId)
  const operator = place ? await findOperator(ctx.tx, place.operatorId) : undefined
  if (!place || !operator) throw new Problem(platformProblems.notFound)
  // らくらく窓口 stands at a counter of the town whose staff hand the paper over.
  if (usage === 'counter' && operator.sort !== 'hall') throw new Problem(problems.notThisTown)
  await lockRow(ctx.tx, 'kiosk', kioskId)
  requireSeen(was, await store.findKiosk(ctx.tx, kioskId))
  const placed = { ...kiosk, operator: operator.ja, place: place.ja, at: ctx.now }
  if (!(await store.placeKiosk(ctx.tx, placed, was === null))) throw new Problem(problems.alreadyThere)
  await recordAct(ctx, events.kioskSaved, { kind: 'kiosk', id: kioskId }, { ...kiosk })
  return { saved: true }
}

export async function issueKioskCode(
  ctx: CenterCtx,
  { kioskId }: InputOf<typeof contract.issueKioskCode>,
): Promise<OutputOf<typeof contract.issueKioskCode>> {
  const kiosk = await store.findKiosk(ctx.tx, kioskId)
  if (!kiosk || kiosk.revokedAt !== null || kiosk.storeId === null)
    throw new Problem(platformProblems.notFound)
  const { code, expiresAt } = await makeEnrolmentCode(ctx.tx, kioskId, ctx.now)
  await recordAct(ctx, events.kioskCode, { kind: 'kiosk', id: kioskId })
  return { code, expiresAt: expiresAt.toISOString() }
}

/** Passed when every item is; what was not ticked off is no. The check is of the key the machine has now. */
export async function recordSecurityCheck(
  ctx: CenterCtx,
  input: InputOf<typeof contract.recordSecurityCheck>,
): Promise<OutputOf<typeof contract.recordSecurityCheck>> {
  const { kioskId, validUntil, note } = input
  const kiosk = await store.findKiosk(ctx.tx, kioskId)
  if (!kiosk) throw new Problem(platformProblems.notFound)
  if (kiosk.keyId === null || kiosk.revokedAt !== null) throw new Problem(problems.notEnrolled)
  const today = todayInJapan(ctx.now)
  if (validUntil < today || validUntil > addDays(today, CHECK_DAYS)) {
    throw new Problem(platformProblems.invalidInput, [
      { pointer: '/validUntil', message: '今日から1年以内の日付にしてください' },
    ])
  }
  const facts = Object.fromEntries(items.map((item) => [item, input.items[item] === true]))
  const passed = items.every((item) => facts[item] === true)
  await admissions.insertAdmission(ctx.tx, kioskId, {
    ...{ step: 'security-check', passed, keyId: kiosk.keyId, doneAt: ctx.now, validUntil, facts, note },
    doneBy: ctx.staff?.displayName ?? '',
  })
  await recordAct(ctx, events.kioskChecked, { kind: 'kiosk', id: kioskId }, { passed, validUntil })
  const records = await admissions.listAdmissions(ctx.tx, kioskId)
  return { passed, admission: admissionOf(kiosk, records, today) }
}

export async function revokeKiosk(
  ctx: CenterCtx,
  { kioskId, note }: InputOf<typeof contract.revokeKiosk>,
): Promise<{ revoked: true }> {
  if (!(await store.findKiosk(ctx.tx, kioskId))) throw new Problem(platformProblems.notFound)
  if (await revoke(ctx.tx, kioskId, ctx.now))
    await recordAct(ctx, events.kioskRevoked, { kind: 'kiosk', id: kioskId }, { note })
  return { revoked: true }
}
