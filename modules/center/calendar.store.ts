import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Calendar, CalendarScope, MaintenanceScope } from './calendar.ts'

export type DatedCalendar = Calendar & {
  readonly fromOn: PlainDate
  readonly untilOn: PlainDate | null
  readonly note: string
  readonly setAt: Date
  readonly setBy: string
}

export const calendarColumns = `scope, scope_key as "scopeKey", kind, opens_at as "opensAt", closes_at as "closesAt",
  weekdays, closed_days as "closedDays", closed_dates::text[] as "closedDates"`

export async function listCalendars(
  tx: Tx,
  asked: { readonly scope?: CalendarScope | undefined; readonly scopeKey?: string | undefined },
): Promise<DatedCalendar[]> {
  return await tx.sql<DatedCalendar>(
    `select ${calendarColumns}, from_on as "fromOn", until_on as "untilOn", note, set_at as "setAt", set_by as "setBy"
       from center.calendar
      where ($1::text is null or scope = $1) and ($2::text is null or scope_key = $2)
      order by scope, scope_key, kind, from_on desc limit 2000`,
    [asked.scope ?? null, asked.scopeKey ?? null],
  )
}

/** False when a calendar from that day is there and the day has come. */
export async function setCalendar(tx: Tx, calendar: DatedCalendar, today: PlainDate): Promise<boolean> {
  const rows = await tx.sql(
    `insert into center.calendar as c
       (scope, scope_key, kind, from_on, until_on, opens_at, closes_at, weekdays, closed_days, closed_dates, note, set_at,
        set_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (scope, scope_key, kind, from_on) do update
       set until_on = excluded.until_on, opens_at = excluded.opens_at, closes_at = excluded.closes_at,
           weekdays = excluded.weekdays, closed_days = excluded.closed_days, closed_dates = excluded.closed_dates,
           note = excluded.note, set_at = excluded.set_at, set_by = excluded.set_by
      where c.from_on > $14
     returning scope`,
    [
      calendar.scope,
      calendar.scopeKey,
      calendar.kind,
      calendar.fromOn,
      calendar.untilOn,
      calendar.opensAt,
      calendar.closesAt,
      [...calendar.weekdays],
      [...calendar.closedDays],
      [...calendar.closedDates],
      calendar.note,
      calendar.setAt,
      calendar.setBy,
      today,
    ],
  )
  return rows.length === 1
}

export type Maintenance = {
  readonly maintenanceId: string
  readonly scope: MaintenanceScope
  readonly scopeKey: string
  readonly kind: string
  readonly fromAt: Date
  readonly untilAt: Date
  readonly words: string
  readonly urgentReason: string | null
  readonly plannedAt: Date
  readonly plannedBy: string
  readonly cancelledAt: Date | null
  readonly cancelledBy: string | null
}

const maintenanceColumns = `maintenance_id as "maintenanceId", scope, scope_key as "scopeKey", kind, from_at as "fromAt",
  until_at as "untilAt", words, urgent_reason as "urgentReason", planned_at as "plannedAt", planned_by as "plannedBy",
  cancelled_at as "cancelledAt", cancelled_by as "cancelledBy"`

/** `endingAfter`: what ends later and was not cancelled, the earliest first; `null` = the newest 500. */
export async function listMaintenance(tx: Tx, endingAfter: Date | null): Promise<Maintenance[]> {
  return await tx.sql<Maintenance>(
    endingAfter === null
      ? `select ${maintenanceColumns} from center.maintenance order by from_at desc limit 500`
      : `select ${maintenanceColumns} from center.maintenance
          where until_at > $1 and cancelled_at is null order by from_at`,
    endingAfter === null ? [] : [endingAfter],
  )
}

export async function insertMaintenance(
  tx: Tx,
  planned: Omit<Maintenance, 'cancelledAt' | 'cancelledBy'>,
): Promise<void> {
  await tx.sql(
    `insert into center.maintenance
       (maintenance_id, scope, scope_key, kind, from_at, until_at, words, urgent_reason, planned_at, planned_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      planned.maintenanceId,
      planned.scope,
      planned.scopeKey,
      planned.kind,
      planned.fromAt,
      planned.untilAt,
      planned.words,
      planned.urgentReason,
      planned.plannedAt,
      planned.plannedBy,
    ],
  )
}

/** `undefined` = there is none; false = it was over or cancelled already. */
export async function cancelMaintenance(
  tx: Tx,
  maintenanceId: string,
  at: Date,
  by: string,
): Promise<boolean | undefined> {
  const rows = await tx.sql(
    `update center.maintenance set cancelled_at = $2, cancelled_by = $3
      where maintenance_id = $1 and cancelled_at is null and until_at > $2 returning maintenance_id`,
    [maintenanceId, at, by],
  )
  if (rows.length === 1) return true
  const known = await tx.sql('select 1 from center.maintenance where maintenance_id = $1', [maintenanceId])
  return known.length === 1 ? false : undefined
}
