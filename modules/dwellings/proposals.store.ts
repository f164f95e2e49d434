import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { DwellingId, LinkReason } from './dwellings.ts'
import type { Proposal } from './proposals.ts'

/** Those of an older run that are found again belong to this run; the others are proposed no more. */
export async function writeProposals(
  tx: Tx,
  disasterId: DisasterId,
  runId: string,
  list: readonly Proposal[],
): Promise<void> {
  await tx.sql(
    `insert into dwellings.proposal (municipality_code, disaster_id, household_no, dwelling_id, reasons, confidence, run_id)
     select $1, $2, household_no, dwelling_id, string_to_array(reasons, ' '), confidence, $3
       from unnest($4::text[], $5::uuid[], $6::text[], $7::integer[]) as t (household_no, dwelling_id, reasons, confidence)
     on conflict (municipality_code, disaster_id, household_no, dwelling_id)
     do update set reasons = excluded.reasons, confidence = excluded.confidence, run_id = excluded.run_id`,
    [
      tx.municipality,
      disasterId,
      runId,
      list.map((one) => one.householdNo),
      list.map((one) => one.dwellingId),
      list.map((one) => one.reasons.join(' ')),
      list.map((one) => one.confidence),
    ],
  )
}

/** Open: of the newest run that is done, not refused, the household neither linked nor protected. */
const open = `
  from dwellings.proposal p
 where p.municipality_code = $1 and p.disaster_id = $2 and p.run_id = (
         select r.run_id from dwellings.run r
          where r.municipality_code = $1 and r.kind = 'propose' and r.disaster_id = $2 and r.state = 'done'
          order by r.run_id desc limit 1)
   and not exists (select 1 from dwellings.occupancy o
                    where o.municipality_code = $1 and o.disaster_id = $2 and o.occupant = 'H-' || p.household_no
                      and o.present and o.dwelling_id is not null)
   and not exists (select 1 from dwellings.refusal f
                    where f.municipality_code = $1 and f.disaster_id = $2 and f.household_no = p.household_no
                      and f.dwelling_id = p.dwelling_id and f.present)`
const unprotected = 'and not residents.is_protected($1, null, p.household_no)'

export type OpenProposal = {
  readonly householdNo: string
  readonly dwellingId: DwellingId
  readonly reasons: LinkReason[]
  readonly confidence: number
  readonly several: boolean
}

/** The surest first, after `after` (`<confidence>|<household>|<dwelling>`). */
export async function listProposals(
  tx: Tx,
  disasterId: DisasterId,
  wanted: { readonly atMost: number; readonly after: string | null; readonly limit: number },
): Promise<OpenProposal[]> {
  const [confidence = '101', household = '', dwelling = '00000000-0000-0000-0000-000000000000'] =
    wanted.after?.split('|') ?? []
  return await tx.sql<OpenProposal>(
    `with open as (select p.* ${open} and p.confidence <= $3)
     select p.household_no as "householdNo", p.dwelling_id as "dwellingId", p.reasons, p.confidence,
            exists (select 1 from open q where q.household_no = p.household_no and q.dwelling_id <> p.dwelling_id) as several
       from open p
      where (-p.confidence, p.household_no, p.dwelling_id) > (-$4::integer, $5, $6::uuid) ${unprotected}
      order by -p.confidence, p.household_no, p.dwelling_id limit $7`,
    [tx.municipality, disasterId, wanted.atMost, Number(confidence), household, dwelling, wanted.limit],
  )
}

/** Open proposals by how sure they are. */
export async function countProposals(
  tx: Tx,
  disasterId: DisasterId,
): Promise<{ readonly confidence: number; readonly count: number }[]> {
  return await tx.sql(
    `select p.confidence, count(*)::integer as count ${open} ${unprotected} group by p.confidence order by 1 desc`,
    [tx.municipality, disasterId],
  )
}

/** Of the named pairs, those that are open. */
export async function openPairs(
  tx: Tx,
  disasterId: DisasterId,
  pairs: readonly { readonly householdNo: string; readonly dwellingId: string }[],
): Promise<OpenProposal[]> {
  return await tx.sql<OpenProposal>(
    `select p.household_no as "householdNo", p.dwelling_id as "dwellingId", p.reasons, p.confidence, false as several ${open}
        and (p.household_no, p.dwelling_id) in (select h, d from unnest($3::text[], $4::uuid[]) as t (h, d)) ${unprotected}
      order by p.confidence desc, p.dwelling_id`,
    [tx.municipality, disasterId, pairs.map((one) => one.householdNo), pairs.map((one) => one.dwellingId)],
  )
}

/** Households with one open proposal as sure as said, and how many have several. */
const sure = `
  with sure as (
    select p.household_no, (array_agg(p.dwelling_id))[1] as dwelling_id, (array_agg(p.reasons[1]))[1] as reason,
           max(p.confidence) as confidence, count(*) as found
      ${open} and p.confidence >= $3 ${unprotected} group by p.household_no)`

export async function countSure(
  tx: Tx,
  disasterId: DisasterId,
  atLeast: number,
): Promise<{ readonly alone: number; readonly several: number }> {
  const [row] = await tx.sql<{ alone: number; several: number }>(
    `${sure} select (count(*) filter (where found = 1))::integer as alone,
                    (count(*) filter (where found > 1))::integer as several from sure`,
    [tx.municipality, disasterId, atLeast],
  )
  return row!
}

/** Links what `countSure` counted, at one go; what somebody links at the same moment is left to them. */
export async function linkSure(
  tx: Tx,
  disasterId: DisasterId,
  atLeast: number,
  given: { readonly bulkId: string; readonly at: Date; readonly by: string; readonly label: string },
): Promise<number> {
  const rows = await tx.sql<{ linked: number }>(
    `${sure},
     ended as (
       update dwellings.occupancy o set present = false from sure s
        where o.municipality_code = $1 and o.disaster_id = $2 and o.occupant = 'H-' || s.household_no and o.present
          and o.dwelling_id is null and s.found = 1
        returning o.occupant, o.occupancy_no),
     made as (
       insert into dwellings.occupancy (municipality_code, disaster_id, occupant, occupancy_no, present, dwelling_id,
         household_no, reason_code, confidence, bulk_id, at, actor, actor_label)
       select $1, $2, 'H-' || s.household_no, coalesce(e.occupancy_no, 0) + 1, true, s.dwelling_id, s.household_no,
              s.reason, s.confidence, $4, $5, $6, $7
         from sure s left join ended e on e.occupant = 'H-' || s.household_no
        where s.found = 1
       on conflict do nothing returning occupant)
     select count(*)::integer as linked from made`,
    [tx.municipality, disasterId, atLeast, given.bulkId, given.at, given.by, given.label],
  )
  return rows[0]!.linked
}

/** Refuses open proposals; they are not made again. */
export async function insertRefusals(
  tx: Tx,
  disasterId: DisasterId,
  pairs: readonly OpenProposal[],
  given: { readonly bulkId: string; readonly at: Date; readonly by: string; readonly label: string },
): Promise<number> {
  const rows = await tx.sql(
    `insert into dwellings.refusal (municipality_code, disaster_id, household_no, dwelling_id, refusal_no, present, bulk_id,
       at, actor, actor_label)
     select $1, $2, t.h, t.d, coalesce((select max(f.refusal_no) from dwellings.refusal f
              where f.municipality_code = $1 and f.disaster_id = $2 and f.household_no = t.h and f.dwelling_id = t.d), 0) + 1,
            true, $5, $6, $7, $8
       from unnest($3::text[], $4::uuid[]) as t (h, d)
     on conflict do nothing returning refusal_no`,
    [
      tx.municipality,
      disasterId,
      pairs.map((one) => one.householdNo),
      pairs.map((one) => one.dwellingId),
      given.bulkId,
      given.at,
      given.by,
      given.label,
    ],
  )
  return rows.length
}

export type Bulk = {
  readonly bulkId: string
  readonly kind: 'accepted' | 'refused'
  readonly count: number
  readonly at: Date
  readonly by: string
}

/** Bulk acts of which something still stands, newest first. */
export async function listBulks(tx: Tx, disasterId: DisasterId): Promise<Bulk[]> {
  return await tx.sql<Bulk>(
    `select * from (
       select bulk_id as "bulkId", 'accepted' as kind, count(*)::integer as count, min(at) as at, min(actor_label) as by
         from dwellings.occupancy o
        where municipality_code = $1 and disaster_id = $2 and present and bulk_id is not null and dwelling_id is not null
        group by bulk_id
       union all
       select bulk_id, 'refused', count(*)::integer, min(at), min(actor_label) from dwellings.refusal
        where municipality_code = $1 and disaster_id = $2 and present group by bulk_id) b
      order by at desc, "bulkId" desc limit 10`,
    [tx.municipality, disasterId],
  )
}

/** Takes back what still stands of a bulk act: links are ended by an empty one after them, refusals lifted. */
export async function undoBulk(
  tx: Tx,
  disasterId: DisasterId,
  bulkId: string,
  given: { readonly at: Date; readonly by: string; readonly label: string },
): Promise<{ readonly undone: number; readonly changedSince: number }> {
  const [row] = await tx.sql<{ undone: number; all: number }>(
    `with ended as (
       update dwellings.occupancy set present = false
        where municipality_code = $1 and disaster_id = $2 and bulk_id = $3 and present and dwelling_id is not null
        returning occupant, occupancy_no, household_no),
     made as (
       insert into dwellings.occupancy (municipality_code, disaster_id, occupant, occupancy_no, present, dwelling_id,
         household_no, reason_code, bulk_id, at, actor, actor_label)
       select $1, $2, occupant, occupancy_no + 1, true, null, household_no, 'undone', $3, $4, $5, $6 from ended
       returning occupant),
     lifted as (
       update dwellings.refusal set present = false
        where municipality_code = $1 and disaster_id = $2 and bulk_id = $3 and present returning household_no)
     select ((select count(*) from made) + (select count(*) from lifted))::integer as undone,
            ((select count(*) from dwellings.occupancy where municipality_code = $1 and disaster_id = $2
                 and bulk_id = $3 and dwelling_id is not null)
             + (select count(*) from dwellings.refusal where municipality_code = $1 and disaster_id = $2
                 and bulk_id = $3))::integer as "all"`,
    [tx.municipality, disasterId, bulkId, given.at, given.by, given.label],
  )
  return { undone: row!.undone, changedSince: row!.all - row!.undone }
}

/** Households as the ledger was cut, and how many are linked; those under 支援措置 are in neither number. */
export async function countLinks(
  tx: Tx,
  disasterId: DisasterId,
  seq: bigint,
): Promise<{ readonly households: number; readonly linked: number }> {
  const [row] = await tx.sql<{ households: number; linked: number }>(
    `select count(*)::integer as households, count(o.occupant)::integer as linked
       from residents.households_at($1, $3) h
       left join dwellings.occupancy o on o.municipality_code = $1 and o.disaster_id = $2
        and o.occupant = 'H-' || h.household_no and o.present and o.dwelling_id is not null
      where not h.protected`,
    [tx.municipality, disasterId, seq],
  )
  return row!
}

/** Households without a link, in the order of their numbers; none that is protected. */
export async function listUnlinked(
  tx: Tx,
  disasterId: DisasterId,
  seq: bigint,
  wanted: { readonly after: string; readonly limit: number },
): Promise<{ readonly householdNo: string; readonly members: string[] }[]> {
  return await tx.sql(
    `select h.household_no as "householdNo", h.members from residents.households_at($1, $3) h
      where not h.protected and h.household_no > $4
        and not exists (select 1 from dwellings.occupancy o
                         where o.municipality_code = $1 and o.disaster_id = $2 and o.occupant = 'H-' || h.household_no
                           and o.present and o.dwelling_id is not null)
      order by h.household_no limit $5`,
    [tx.municipality, disasterId, seq, wanted.after, wanted.limit],
  )
}
