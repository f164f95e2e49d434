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
 * what is under way at an instant, or between it and `until`.
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
  const readCalendars = () =>
    tx.sql<Calendar>(
      `select ${calendarColumns} from (
       select distinct on (scope, scope_key, kind) * from center.calendar
        where from_on <= $3 and ${within} order by scope, scope_key, kind, from_on desc) latest
      where until_on is null or until_on >= $3`,
      [...reach, today],
    )
  const readMaintenance = () =>
    tx.sql<MaintenanceWindow>(
      `select scope, scope_key as "scopeKey", kind, from_at as "fromAt", until_at as "untilAt" from center.maintenance
      where cancelled_at is null and from_at <= $4 and until_at > $3 and ${within}`,
      [...reach, at, until],
    )
  const readStops = () =>
    tx.sql<StandingStop>(
      `select scope, scope_key as "scopeKey", kind from center.stop where lifted_at is null and ${within}`,
      reach,
    )
  const readMachine = () =>
    tx.sql<{ inService: boolean; kinds: string[] }>(
      `select (o.left_on is null or o.left_on >= $2) and o.joined_on <= $2
             and s.opened_on <= $2 and (s.closed_on is null or s.closed_on >= $2)
             and (s.relay_id is null or (r.from_on <= $2 and (r.until_on is null or r.until_on >= $2)))
             as "inService",
            array(select kind from (
              select distinct on (kind) kind, until_on from center.operator_kind
               where operator_id = o.operator_id and from_on <= $2 order by kind, from_on desc) latest
             where until_on is null or until_on >= $2 order by kind) as kinds
       from center.store s join center.operator o using (operator_id) left join center.relay r using (relay_id)
      where s.store_id = $1`,
      [place.storeId, today],
    )
  const [calendars, maintenance, stops, [machine]] = await tx.together(
    readCalendars,
    readMaintenance,
    readStops,
    readMachine,
  )
  return {
    ...{ calendars, maintenance, stops },
    operatorKinds: machine?.kinds ?? [],
    inService: machine?.inService ?? false,
  }
}
