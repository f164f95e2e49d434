import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { HouseholdId } from '../ledger/households.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import { recordedItems, type RecordedItem } from './rules/recorded.ts'

/** Some people, by both kinds of number; `null` = everybody. */
export type Who = {
  readonly residentNos: readonly string[]
  readonly nonResidentIds: readonly string[]
} | null

/** Choices that are told of a protected person, too (`ledger.isTold`): they say nothing of a place. */
const toldOfAnybody: readonly RecordedItem[] = ['human-damage', 'needs']

/**
 * Choices of the ledger by person; of a protected person those alone that anybody may see. What was told under a 住登外者 who
 * is somebody of the register counts for that person, unless the person's own entry says otherwise.
 */
export async function listItems(
  tx: Tx,
  disasterId: DisasterId,
  who: Who,
): Promise<{ ref: PersonRef; key: RecordedItem; codes: string[] }[]> {
  const hidden =
    who === null
      ? `exists (select 1 from hidden h where h.resident_no = w.resident_no or h.non_resident_id = w.non_resident_id)`
      : `ledger.is_protected($1, w.resident_no, null, w.non_resident_id)`
  return await tx.sql(
    `with ${who === null ? 'hidden as materialized (select * from ledger.protected_now($1)),' : ''}
     same as materialized (
       select i.non_resident_id, i.resident_no from ledger.pub_identity i
        where i.municipality_code = $1 and ($3::text[] is null or i.resident_no = any($3))),
     who as materialized (
       select e.entry_id, e.resident_no, e.non_resident_id,
              coalesce('R-' || coalesce(e.resident_no, s.resident_no), 'N-' || e.non_resident_id) as ref
         from ledger.pub_entry e
         left join same s on s.non_resident_id = e.non_resident_id
        where e.municipality_code = $1 and e.disaster_id = $2
          and ($3::text[] is null or e.resident_no = any($3) or e.non_resident_id = any($4::uuid[])
               or e.non_resident_id in (select x.non_resident_id from same x)))
     select distinct on (w.ref, p.item_key) w.ref, p.item_key as key, p.codes
       from who w
       join ledger.pub_item p on p.municipality_code = $1 and p.entry_id = w.entry_id
      where p.item_key = any($5) and (p.item_key = any($6) or not ${hidden})
      order by w.ref, p.item_key, w.resident_no nulls last`,
    [
      tx.municipality,
      disasterId,
      who?.residentNos ?? null,
      who?.nonResidentIds ?? null,
      [...recordedItems],
      [...toldOfAnybody],
    ],
  )
}

export type Insurance = 'late-elderly' | 'nursing-care'

/** Who is insured, at any time from the disaster on. */
export async function listInsured(
  tx: Tx,
  residentNos: readonly string[] | null,
  from: PlainDate,
  until: PlainDate,
): Promise<{ residentNo: string; business: Insurance }[]> {
  return await tx.sql(
    `select distinct r.resident_no as "residentNo", r.business from registers.pub_ledger r
      where r.municipality_code = $1 and r.business in ('late-elderly', 'nursing-care') and r.resident_no is not null
        and ($2::text[] is null or r.resident_no = any($2))
        and coalesce(r.clear ->> '資格取得日', r.clear ->> '資格取得年月日', '9999') <= $4
        and coalesce(nullif(coalesce(r.clear ->> '資格喪失日', r.clear ->> '資格喪失年月日'), ''), '9999') > $3`,
    [tx.municipality, residentNos === null ? null : [...residentNos], from, until],
  )
}

/** Which of these registers the town sends at all: without one, nobody's absence says anything. */
export async function keptRegisters(tx: Tx): Promise<Insurance[]> {
  const rows = await tx.sql<{ business: Insurance }>(
    `select b.business from unnest(array['late-elderly', 'nursing-care']) as b (business)
      where exists (select 1 from registers.pub_ledger r where r.municipality_code = $1 and r.business = b.business)`,
    [tx.municipality],
  )
  return rows.map(({ business }) => business)
}

/** Of a whole ledger: who was born in the span, and who on an unknown day. */
export async function listBorn(
  tx: Tx,
  disasterId: DisasterId,
  cutSeq: bigint,
  span: { readonly from: PlainDate; readonly until: PlainDate },
): Promise<{ ref: PersonRef; unknown: boolean }[]> {
  return await tx.sql(
    `select 'R-' || p.resident_no as ref, p.birth_on is null as unknown
       from residents.people_at($1, $3) p
      where p.birth_on is null or p.birth_on between $4 and $5
     union all
     select 'N-' || n.non_resident_id, n.birth_on is null
       from ledger.pub_non_resident n
      where n.municipality_code = $1 and n.disaster_id = $2
        and (n.birth_on is null or n.birth_on between $4 and $5)`,
    [tx.municipality, disasterId, cutSeq, span.from, span.until],
  )
}

/** When 住登外者 were born. */
export async function listBirths(
  tx: Tx,
  nonResidentIds: readonly string[],
): Promise<{ ref: PersonRef; birthOn: PlainDate | null }[]> {
  if (nonResidentIds.length === 0) return []
  return await tx.sql(
    `select 'N-' || n.non_resident_id as ref, n.birth_on as "birthOn" from ledger.pub_non_resident n
      where n.municipality_code = $1 and n.non_resident_id = any($2::uuid[])`,
    [tx.municipality, [...nonResidentIds]],
  )
}

/** Households that were granted one of these programmes. */
export async function listGrantedOf(
  tx: Tx,
  disasterId: DisasterId,
  programmeCodes: readonly string[],
  householdId: HouseholdId | null,
): Promise<{ householdId: HouseholdId; programmeCode: string }[]> {
  return await tx.sql(
    `select distinct a.household_id as "householdId", a.programme_code as "programmeCode" from support.application a
      where a.municipality_code = $1 and a.disaster_id = $2 and a.state = 'granted' and a.programme_code = any($3)
        and ($4::uuid is null or a.household_id = $4)`,
    [tx.municipality, disasterId, [...programmeCodes], householdId],
  )
}
