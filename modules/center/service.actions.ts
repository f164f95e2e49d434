import { randomBytes } from 'node:crypto'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import * as calendars from './calendar.store.ts'
import {
  judgeNotice,
  maintenanceScopes,
  wholeScopes,
  type MaintenanceScope,
  type StopScope,
} from './calendar.ts'
import { recordAct } from './center-audit.store.ts'
import { findKiosk } from './kiosk-registry.store.ts'
import * as openings from './ledger-openings.store.ts'
import { findOperator, findRelay, findStore } from './operators.store.ts'
import { registryEvents as events, registryProblems as problems } from './registry.messages.ts'
import type * as contract from './service.contract.ts'
import * as stops from './stops.store.ts'
import { findRegistered } from './towns.store.ts'

/** 運用: calendars, maintenance, stops and the ledger outside its hours, as operators set them. Telling: `telling.actions.ts`. */

/** What is opened longer is opened again: somebody looks at it every day. */
const LONGEST_OPENING_MS = 24 * 3_600_000

/** The name that stands beside what an operator did. */
function by(ctx: CenterCtx): string {
  return ctx.staff?.displayName ?? 'システム'
}

/** A calendar, window or stop is of somebody who is registered; of the whole there is one. */
async function requireSubject(ctx: CenterCtx, scope: MaintenanceScope, scopeKey: string): Promise<void> {
  const { tx } = ctx
  const known = async (): Promise<boolean> => {
    switch (scope) {
      case 'town':
        return (await findRegistered(tx, scopeKey as MunicipalityCode)) !== undefined
      case 'operator':
        return (await findOperator(tx, scopeKey)) !== undefined
      case 'relay':
        return (await findRelay(tx, scopeKey)) !== undefined
      case 'store':
        return (await findStore(tx, scopeKey)) !== undefined
      case 'kiosk':
        return (await findKiosk(tx, scopeKey)) !== undefined
      case 'center':
      case 'bcl':
      case 'backup':
      case 'jpki':
        return scopeKey === ''
    }
  }
  if (!(await known())) throw new Problem(platformProblems.notFound)
}

function subjectOf(scope: MaintenanceScope, scopeKey: string): { kind: string; id: string } {
  return { kind: scope, id: wholeScopes.has(scope) ? scope : scopeKey }
}

export async function listCalendars(
  { tx }: CenterCtx,
  input: InputOf<typeof contract.listCalendars>,
): Promise<OutputOf<typeof contract.listCalendars>> {
  const rows = await calendars.listCalendars(tx, input)
  return {
    calendars: rows.map(({ setAt, ...row }) => ({
      ...row,
      weekdays: [...row.weekdays],
      closedDays: [...row.closedDays],
      closedDates: [...row.closedDates] as OutputOf<
        typeof contract.listCalendars
      >['calendars'][number]['closedDates'],
      setAt: setAt.toISOString(),
    })),
  }
}

export async function setCalendar(
  ctx: CenterCtx,
  input: InputOf<typeof contract.setCalendar>,
): Promise<{ saved: true }> {
  await requireSubject(ctx, input.scope, input.scopeKey)
  const today = todayInJapan(ctx.now)
  const endsFirst = input.untilOn !== null && input.untilOn < input.fromOn
  if (input.fromOn < today || endsFirst) throw new Problem(problems.pastDay)
  if (input.opensAt >= input.closesAt) {
    throw new Problem(platformProblems.invalidInput, [
      { pointer: '/closesAt', message: '終了は開始より後の時刻にしてください' },
    ])
  }
  const row = { ...input, setAt: ctx.now, setBy: by(ctx) }
  if (!(await calendars.setCalendar(ctx.tx, row, today))) throw new Problem(problems.begun)
  await recordAct(ctx, events.calendarSet, subjectOf(input.scope, input.scopeKey), { ...input })
  return { saved: true }
}

export async function listMaintenance(
  { tx, now }: CenterCtx,
  { which }: InputOf<typeof contract.listMaintenance>,
): Promise<OutputOf<typeof contract.listMaintenance>> {
  const rows = await calendars.listMaintenance(tx, which === 'coming' ? now : null)
  return {
    maintenance: rows.map(({ fromAt, untilAt, plannedAt, cancelledAt, cancelledBy, ...row }) => ({
      ...row,
      scopeJa: maintenanceScopes[row.scope],
      fromAt: fromAt.toISOString(),
      untilAt: untilAt.toISOString(),
      plannedAt: plannedAt.toISOString(),
      cancelled: cancelledAt === null ? null : { at: cancelledAt.toISOString(), by: cancelledBy ?? '' },
      state:
        cancelledAt !== null ? 'cancelled' : untilAt <= now ? 'over' : fromAt <= now ? 'under-way' : 'coming',
    })),
  }
}

export async function planMaintenance(
  ctx: CenterCtx,
  input: InputOf<typeof contract.planMaintenance>,
): Promise<OutputOf<typeof contract.planMaintenance>> {
  await requireSubject(ctx, input.scope, input.scopeKey)
  const fromAt = new Date(input.fromAt)
  const untilAt = new Date(input.untilAt)
  if (untilAt <= fromAt) {
    throw new Problem(platformProblems.invalidInput, [
      { pointer: '/untilAt', message: '終了は開始より後にしてください' },
    ])
  }
  const notice = judgeNotice(input.scope, fromAt, ctx.now)
  if (notice === 'begun') throw new Problem(problems.maintenanceBegun)
  if (notice === 'short' && input.urgentReason === null) throw new Problem(problems.shortNotice)
  const maintenanceId = uuidv7(ctx.now.getTime())
  // A reason is kept where there was a rule to depart from.
  const urgentReason = notice === 'short' ? input.urgentReason : null
  await calendars.insertMaintenance(ctx.tx, {
    ...{ ...input, maintenanceId, fromAt, untilAt, urgentReason },
    ...{ plannedAt: ctx.now, plannedBy: by(ctx) },
  })
  const subject = subjectOf(input.scope, input.scopeKey)
  await recordAct(ctx, events.maintenancePlanned, subject, { ...input, maintenanceId, urgentReason })
  return { maintenanceId }
}

export async function cancelMaintenance(
  ctx: CenterCtx,
  { maintenanceId }: InputOf<typeof contract.cancelMaintenance>,
): Promise<{ cancelled: true }> {
  const cancelled = await calendars.cancelMaintenance(ctx.tx, maintenanceId, ctx.now, by(ctx))
  if (cancelled === undefined) throw new Problem(platformProblems.notFound)
  if (cancelled) await recordAct(ctx, events.maintenanceCancelled, { kind: 'maintenance', id: maintenanceId })
  return { cancelled: true }
}

export async function listStops(
  { tx }: CenterCtx,
  { which }: InputOf<typeof contract.listStops>,
): Promise<OutputOf<typeof contract.listStops>> {
  const rows = await stops.listStops(tx, which === 'standing')
  return {
    stops: rows.map(({ setAt, toldAt, liftedAt, liftedBy, liftNote, liftToldAt, ...row }) => ({
      ...row,
      scopeJa: maintenanceScopes[row.scope],
      setAt: setAt.toISOString(),
      told:
        row.scope === 'town' && row.kind === '' ? (liftedAt === null ? toldAt : liftToldAt) !== null : null,
      lifted:
        liftedAt === null ? null : { at: liftedAt.toISOString(), by: liftedBy ?? '', note: liftNote ?? '' },
    })),
  }
}

export async function setStop(
  ctx: CenterCtx,
  input: InputOf<typeof contract.setStop>,
): Promise<OutputOf<typeof contract.setStop>> {
  await requireSubject(ctx, input.scope, input.scopeKey)
  const stopId = newHexId()
  const scope = input.scope as StopScope
  const row = { ...input, scope, stopId, setAt: ctx.now, setBy: by(ctx) }
  await stops.insertStop(ctx.tx, row)
  await recordAct(ctx, events.stopSet, subjectOf(input.scope, input.scopeKey), { ...input, stopId })
  return { stopId }
}

export async function liftStop(
  ctx: CenterCtx,
  { stopId, note, confirmedBy, backlogCleared }: InputOf<typeof contract.liftStop>,
): Promise<{ lifted: true }> {
  const stop = await stops.lockStop(ctx.tx, stopId)
  if (!stop) throw new Problem(platformProblems.notFound)
  if (stop.liftedAt !== null) return { lifted: true }
  if (stop.incidentId !== null) throw new Problem(problems.ofIncident)
  // §2.8: a town restarts, not the centre, and only when all stuck data have been processed.
  if (stop.scope === 'town' && (confirmedBy === null || !backlogCleared))
    throw new Problem(problems.townMustConfirm)
  const liftNote = confirmedBy === null ? note : `${note}（市区町村の確認：${confirmedBy}）`
  await stops.liftStop(ctx.tx, stopId, ctx.now, by(ctx), liftNote)
  const facts = { stopId, note, confirmedBy, backlogCleared }
  await recordAct(ctx, events.stopLifted, subjectOf(stop.scope, stop.scopeKey), facts)
  return { lifted: true }
}

export async function openLedger(
  ctx: CenterCtx,
  input: InputOf<typeof contract.openLedger>,
): Promise<OutputOf<typeof contract.openLedger>> {
  const { municipalityCode, askedBy, reason } = input
  if (!(await findRegistered(ctx.tx, municipalityCode))) throw new Problem(platformProblems.notFound)
  const fromAt = new Date(input.fromAt)
  const untilAt = new Date(input.untilAt)
  if (untilAt <= ctx.now || untilAt <= fromAt) throw new Problem(problems.openingInPast)
  if (untilAt.getTime() - fromAt.getTime() > LONGEST_OPENING_MS) throw new Problem(problems.openingTooLong)
  const openingId = newHexId()
  await openings.insertOpening(ctx.tx, {
    ...{ openingId, municipalityCode, fromAt, untilAt, askedBy, reason },
    ...{ openedAt: ctx.now, openedBy: by(ctx) },
  })
  await recordAct(ctx, events.ledgerOpened, { kind: 'town', id: municipalityCode }, { ...input, openingId })
  return { openingId }
}

export async function endLedgerOpening(
  ctx: CenterCtx,
  { openingId }: InputOf<typeof contract.endLedgerOpening>,
): Promise<{ ended: true }> {
  const ended = await openings.endOpening(ctx.tx, openingId, ctx.now, by(ctx))
  if (ended === undefined) throw new Problem(platformProblems.notFound)
  if (ended) await recordAct(ctx, events.ledgerEnded, { kind: 'ledger-opening', id: openingId })
  return { ended: true }
}

export async function listLedgerOpenings(
  { tx }: CenterCtx,
  { municipalityCode }: InputOf<typeof contract.listLedgerOpenings>,
): Promise<OutputOf<typeof contract.listLedgerOpenings>> {
  const rows = await openings.listOpenings(tx, municipalityCode ?? null)
  return {
    openings: rows.map(({ fromAt, untilAt, openedAt, toldAt, endedAt, endedBy, endToldAt, ...row }) => ({
      ...row,
      fromAt: fromAt.toISOString(),
      untilAt: untilAt.toISOString(),
      openedAt: openedAt.toISOString(),
      told: toldAt !== null,
      ended:
        endedAt === null ? null : { at: endedAt.toISOString(), by: endedBy ?? '', told: endToldAt !== null },
    })),
  }
}

/** 128 random bits, as the exchange protocol names stops and openings. */
function newHexId(): string {
  return randomBytes(16).toString('hex')
}
