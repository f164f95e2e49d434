import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import type { BusinessStanding } from './gate.ts'

const nothing: Omit<BusinessStanding, 'business'> = {
  ...{ loaded: false, clearAt: null, waitingSince: null, refusedSince: null },
  ...{ paused: false, unproved: false, nameless: false, differs: false },
}

/**
 * How each business of the town stands: one statement, since every issue asks for all of it. Each branch says what one
 * table knows of a business; `differs`: its newest 突合 differed, and the alarm of it nobody has acknowledged.
 */
export async function standingsOf(tx: Tx, businesses: readonly Business[]): Promise<BusinessStanding[]> {
  const rows = await tx.sql<BusinessStanding>(
    `select business, bool_or(loaded) as loaded, min(clear_at) as "clearAt", min(waiting_since) as "waitingSince",
            min(refused_since) as "refusedSince", bool_or(paused) as paused, bool_or(unproved) as unproved,
            bool_or(nameless) as nameless, bool_or(differs) as differs
       from (
         select business, true as loaded, null::timestamptz as clear_at, null::timestamptz as waiting_since,
                null::timestamptz as refused_since, false as paused, false as unproved, false as nameless,
                false as differs
           from linkage.watermark where municipality_code = $1
         union all
         select w.business, false, case when count(*) = count(w.clear_at) then min(w.clear_at) end, null, null,
                false, false, false, false
           from linkage.agent_word w
          where w.municipality_code = $1 and not exists (
            select 1 from linkage.agent a
             where a.municipality_code = $1 and a.agent_id = w.agent_id and a.revoked_at is not null)
          group by w.business
         union all
         select business, false, null, opened_at, null, false, false, false, false
           from linkage.inbound where municipality_code = $1 and state in ('waiting', 'applying')
         union all
         select i.business, false, null, null, i.opened_at, false, false, false, false
           from linkage.inbound i
           left join linkage.watermark m on m.municipality_code = $1 and m.business = i.business
          where i.municipality_code = $1 and i.state = 'refused' and i.file_no > coalesce(m.file_no, 0)
         union all
         select business, false, null, null, null, paused_at is not null, unproved, false, false
           from linkage.business_state where municipality_code = $1
         union all
         select business, false, null, null, null, false, false, true, false
           from linkage.bad_row where municipality_code = $1 and to_seq is null and resident_no is null
         union all
         select business, false, null, null, null, false, false, false, true from (
           select distinct on (business) business, agrees, at from linkage.reconciliation
            where municipality_code = $1 order by business, at desc, reconciliation_id desc) last
          where not agrees and not exists (
            select 1 from linkage.alarm a
             where a.municipality_code = $1 and a.kind = 'reconciliation' and a.business = last.business
               and a.last_at >= last.at and a.acknowledged_at is not null)
       ) known
      group by business`,
    [tx.municipality],
  )
  const known = new Map(rows.map((row) => [row.business, row]))
  return businesses.map((business) => known.get(business) ?? { business, ...nothing })
}
