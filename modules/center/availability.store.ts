import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import {
  wholeScopes,
  type Calendar,
  type MachinePlace,
  type MaintenanceWindow,
  type Rules,
  type StandingStop,
} from './calendar.ts'
import { calendarColumns } from './calendar.store.ts'

/**
 * Everything that may close service at the machine, for the town where one is named, as it stands on the day. Maintenance is
 * what is under way at an instant, or between it and `until`. One statement: nearly every message of a machine asks it.
 */
export async function loadRules(
  tx: Tx,
  place: MachinePlace,
  municipalityCode: MunicipalityCode | null,
  today: PlainDate,
  at: Date,
  until: Date = at,
): Promise<Rules> {
  const named = [
    ['town', municipalityCode ?? ''],
    ['operator', place.operatorId],
    ['relay', place.relayId ?? ''],
    ['store', place.storeId],
    ['kiosk', place.kioskId],
  ].filter(([, key]) => key !== '')
  const keys = [...[...wholeScopes].map((scope) => [scope, '']), ...named]
  const reach = [keys.map(([scope]) => scope), keys.map(([, key]) => key)]
  // By its key alone: of 56,000 stores each may have a calendar of its own.
  const within = `(scope, scope_key) in (select * from unnest($1::text[], $2::text[]))`
  const [row] = await tx.sql<{
    calendars: Calendar[]
    maintenance: (Omit<MaintenanceWindow, 'fromAt' | 'untilAt'> & { fromAt: string; untilAt: string })[]
    stops: StandingStop[]
    inService: boolean | null
    operatorKinds: string[]
  }>(
    `select
       (select coalesce(json_agg(c), '[]') from (
          select ${calendarColumns} from (
            select distinct on (scope, scope_key, kind) * from center.calendar
             where from_on <= $3 and ${within} order by scope, scope_key, kind, from_on desc) latest
           where until_on is null or until_on >= $3) c) as calendars,
       (select coalesce(json_agg(m), '[]') from (
          select scope, scope_key as "scopeKey", kind, from_at as "fromAt", until_at as "untilAt"
            from center.maintenance
           where cancelled_at is null and from_at <= $5 and until_at > $4 and ${within}) m) as maintenance,
       (select coalesce(json_agg(s), '[]') from (
          select scope, scope_key as "scopeKey", kind from center.stop
           where lifted_at is null and ${within}) s) as stops,
       (o.left_on is null or o.left_on >= $3) and o.joined_on <= $3
          and s.opened_on <= $3 and (s.closed_on is null or s.closed_on >= $3)
          and (s.relay_id is null or (r.from_on <= $3 and (r.until_on is null or r.until_on >= $3)))
          as "inService",
       array(select kind from (
          select distinct on (kind) kind, until_on from center.operator_kind
           where operator_id = o.operator_id and from_on <= $3 order by kind, from_on desc) latest
         where until_on is null or until_on >= $3 order by kind) as "operatorKinds"
     from (values ($6::text)) place (store_id)
     left join center.store s on s.store_id = place.store_id
     left join center.operator o using (operator_id) left join center.relay r using (relay_id)`,
    [...reach, today, at, until, place.storeId],
  )
  const { calendars, maintenance, stops, inService, operatorKinds } = row!
  return {
    ...{ calendars, stops, operatorKinds },
    maintenance: maintenance.map((one) => ({
      ...one,
      fromAt: new Date(one.fromAt),
      untilAt: new Date(one.untilAt),
    })),
    inService: inService ?? false,
  }
}
