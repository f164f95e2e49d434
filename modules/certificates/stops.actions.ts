import { randomBytes } from 'node:crypto'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import type * as contract from './certificates.contract.ts'
import { certificatesEvents, certificatesLogs, certificatesProblems } from './certificates.messages.ts'
import { refusalWords, type RefusalCode } from './refusals.ts'
import * as store from './stops.store.ts'

/** What keeps the town from issuing now: an alarm nobody has acknowledged, a stop of the centre or of the town. */
export async function standstillCode(ctx: Ctx): Promise<RefusalCode | null> {
  const { openAlarms, stops } = await store.getStandstill(ctx.tx)
  if (openAlarms > 0) return 901
  return stops.length > 0 ? 502 : null
}

/**
 * A document is not the frozen one: kept with its evidence in a transaction of its own, whatever becomes of the
 * request. From that commit on the town issues nothing until somebody acknowledges.
 */
export async function raiseAlarm(
  ctx: Ctx,
  alarm: Omit<store.Alarm, 'alarmId' | 'at'>,
  evidence: store.Evidence,
): Promise<void> {
  await ctx.separately(async (own) => {
    const alarmId = uuidv7(own.now.getTime())
    await store.insertAlarm(own.tx, await own.keys(), { ...alarm, alarmId, at: own.now }, evidence)
    await audit(own, certificatesEvents.alarmRaised, {
      subjects: [{ kind: 'issue', id: alarm.transactionId }],
      facts: { alarmId, stage: alarm.stage, finding: alarm.finding, build: alarm.build },
    })
  })
  ctx.log(certificatesLogs.alarm, {
    traceId: ctx.traceId,
    municipalityCode: ctx.municipality,
    transactionId: alarm.transactionId,
    reason: alarm.finding,
    build: alarm.build,
  })
}

/** Whether the town issues now, and what stands in the way. */
export async function getIssuingStatus(ctx: Ctx): Promise<OutputOf<typeof contract.getIssuingStatus>> {
  const { openAlarms, stops } = await store.getStandstill(ctx.tx)
  const code = openAlarms > 0 ? 901 : stops.length > 0 ? 502 : null
  return {
    issuing: code === null,
    words: code === null ? null : refusalWords(code),
    openAlarms,
    stops: stops.map(({ at, ...stop }) => ({ ...stop, at: at.toISOString() })),
  }
}

export async function listAlarms(ctx: Ctx): Promise<OutputOf<typeof contract.listAlarms>> {
  const alarms = await store.listAlarms(ctx.tx)
  return {
    alarms: alarms.map(({ at, acknowledgedAt, mismatches, ...alarm }) => ({
      ...alarm,
      at: at.toISOString(),
      acknowledgedAt: acknowledgedAt?.toISOString() ?? null,
      mismatches: [...mismatches],
    })),
  }
}

/** Somebody looked into an alarm and says what was found; the last one opens the town's issuing again. */
export async function acknowledgeAlarm(
  ctx: Ctx,
  input: InputOf<typeof contract.acknowledgeAlarm>,
): Promise<OutputOf<typeof contract.acknowledgeAlarm>> {
  if (!(await store.hasAlarm(ctx.tx, input.alarmId))) throw new Problem(platformProblems.notFound)
  const by = { at: ctx.now, actor: actorName(ctx.actor), note: input.note }
  if (!(await store.acknowledgeAlarm(ctx.tx, await ctx.keys(), input.alarmId, by))) {
    throw new Problem(certificatesProblems.alreadyAcknowledged)
  }
  await audit(ctx, certificatesEvents.alarmAcknowledged, { facts: { alarmId: input.alarmId } })
  return { issuing: (await standstillCode(ctx)) === null }
}

/** The town's own switch: stops issuing at once, at the counter and at every kiosk. */
export async function stopIssuing(
  ctx: Ctx,
  input: InputOf<typeof contract.stopIssuing>,
): Promise<OutputOf<typeof contract.stopIssuing>> {
  const stopId = randomBytes(16).toString('hex')
  await setStop(ctx, { stopId, setBy: 'town', reason: input.reason })
  return { stopId }
}

export async function resumeIssuing(
  ctx: Ctx,
  input: InputOf<typeof contract.resumeIssuing>,
): Promise<OutputOf<typeof contract.resumeIssuing>> {
  if (!(await liftStop(ctx, input.stopId, 'town'))) throw new Problem(platformProblems.notFound)
  return { issuing: (await standstillCode(ctx)) === null }
}

/** Sets a stop once; the same id again changes nothing. */
export async function setStop(
  ctx: Ctx,
  stop: { readonly stopId: string; readonly setBy: 'center' | 'town'; readonly reason: string },
): Promise<void> {
  const made = await store.insertStop(ctx.tx, { ...stop, at: ctx.now, actor: actorName(ctx.actor) })
  if (made) await audit(ctx, certificatesEvents.stopped, { facts: { ...stop } })
}

/** Lifts a stop of that party; each lifts its own only. False when there is none. */
export async function liftStop(ctx: Ctx, stopId: string, setBy: 'center' | 'town'): Promise<boolean> {
  const ended = await store.endStop(ctx.tx, stopId, setBy, { at: ctx.now, actor: actorName(ctx.actor) })
  if (ended) await audit(ctx, certificatesEvents.resumed, { facts: { stopId, setBy } })
  return ended
}
