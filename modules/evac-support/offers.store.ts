import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Hand } from './evac-support.store.ts'
import type { Criteria, Offer, OfferKind } from './evac-support.ts'

/** Offers written at once. */
const INSERTED = 5_000

/** Who meets the criteria by what stands in clear, with the reasons. One statement, whatever the size of the town. */
export async function match(
  tx: Tx,
  asked: {
    readonly seq: bigint
    readonly criteria: Criteria
    readonly today: PlainDate
    /** Born on or before: old enough alone, and old enough for a household of the elderly. */
    readonly aloneUntil: string | null
    readonly elderlyUntil: string | null
  },
): Promise<{ readonly residentNo: ResidentNo; readonly grounds: readonly string[] }[]> {
  const { criteria } = asked
  return await tx.sql(
    `with people as materialized (
       select p.resident_no, coalesce(p.household_no, 'alone ' || p.resident_no) as home, p.birth_on
         from residents.people_at($1, $2) p),
     homes as materialized (
       select home, count(*) as size, bool_and(birth_on is not null and birth_on <= $4::date) as elderly
         from people group by home),
     care as materialized (
       select r.resident_no, max(r.clear ->> '要介護状態区分コード') as level
         from registers.pub_ledger r
        where r.municipality_code = $1 and r.business = 'nursing-care'
          and r.clear ->> '要介護状態区分コード' = any($6) and coalesce(r.clear ->> '資格喪失日', '') = ''
          and coalesce(r.clear ->> '要介護認定有効期間終了日', '9999') >= $5
        group by r.resident_no),
     books as materialized (
       select p.resident_no, array_agg(distinct b.code order by b.code) as codes
         from (select r.resident_no, r.clear ->> '手帳種別' as kind,
                      case r.clear ->> '手帳種別' when '1' then 'body-' when '2' then 'intellectual-' else 'mental-' end
                        || (r.clear ->> '等級') as code
                 from registers.pub_ledger r
                where r.municipality_code = $1 and r.business = 'disabilities' and r.clear ->> '手帳状態' = '1'
                  and coalesce(r.clear ->> '有効期限', '9999') >= $5
                  and r.clear ->> '等級' = any (case r.clear ->> '手帳種別'
                        when '1' then $7::text[] when '2' then $8::text[] when '3' then $9::text[] end)) b
         join people p on p.resident_no = b.resident_no
         join homes h on h.home = p.home
        where b.kind <> '3' or not $10::boolean or h.size = 1
        group by p.resident_no),
     met as (
       select p.resident_no,
              array_remove(array['care-' || c.level,
                case when h.size = 1 and p.birth_on <= $3::date then 'alone' end,
                case when h.size > 1 and h.elderly then 'elderly' end], null) || coalesce(b.codes, '{}') as grounds
         from people p
         join homes h on h.home = p.home
         left join care c on c.resident_no = p.resident_no
         left join books b on b.resident_no = p.resident_no)
     select resident_no as "residentNo", grounds from met where cardinality(grounds) > 0`,
    [
      tx.municipality,
      asked.seq,
      asked.aloneUntil,
      asked.elderlyUntil,
      asked.today,
      [...criteria.careLevels],
      [...criteria.bodyGrades],
      [...criteria.intellectualGrades],
      [...criteria.mentalGrades],
      criteria.mentalAlone,
    ],
  )
}

/** Who of the list lives in the town by the register as of a seq. */
export async function residentsOfList(tx: Tx, seq: bigint): Promise<ReadonlySet<string>> {
  const rows = await tx.sql<{ no: string }>(
    `select p.resident_no as no from residents.people_at($1, $2) p
       join evac_support.present_person e on e.municipality_code = $1 and e.resident_no = p.resident_no
      where e.state = 'listed'`,
    [tx.municipality, seq],
  )
  return new Set(rows.map(({ no }) => no))
}

/** The last decision on each person's offers, where it was no. */
export async function listDeclined(tx: Tx): Promise<Offer[]> {
  return await tx.sql<Offer>(
    `select resident_no as "residentNo", kind, grounds from (
       select distinct on (resident_no) resident_no, kind, grounds, state from evac_support.offer
        where municipality_code = $1 and state in ('accepted', 'declined')
        order by resident_no, scan_no desc, decided_at desc) last
      where state = 'declined'`,
    [tx.municipality],
  )
}

export async function lastScan(tx: Tx): Promise<{ readonly scanNo: number; readonly at: Date } | null> {
  const [row] = await tx.sql<{ scanNo: number; at: Date }>(
    `select scan_no as "scanNo", scanned_at as at from evac_support.scan
      where municipality_code = $1 order by scan_no desc limit 1`,
    [tx.municipality],
  )
  return row ?? null
}

/** Keeps a scan and what it offers; what was offered before and is not decided is offered anew or lapses. */
export async function insertScan(
  tx: Tx,
  scan: {
    readonly scanNo: number
    readonly settingNo: number
    readonly seq: bigint
    readonly people: number
  },
  offers: readonly (Offer & { readonly offerId: string })[],
  hand: Hand,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into evac_support.scan (municipality_code, scan_no, setting_no, seq, people, scanned_at, scanned_by,
       scanned_by_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning scan_no`,
    [tx.municipality, scan.scanNo, scan.settingNo, scan.seq, scan.people, hand.at, hand.by, hand.label],
  )
  if (rows.length === 0) return false
  await tx.sql(
    `update evac_support.offer set state = 'lapsed', decided_at = $2 where municipality_code = $1 and state = 'open'`,
    [tx.municipality, hand.at],
  )
  for (let from = 0; from < offers.length; from += INSERTED)
    await tx.sql(
      `insert into evac_support.offer (municipality_code, offer_id, scan_no, resident_no, kind, grounds, state)
       select $1, t."offerId", $2, t."residentNo", t.kind, t.grounds, 'open'
         from jsonb_to_recordset($3::jsonb) as t ("offerId" uuid, "residentNo" text, kind text, grounds text[])`,
      [tx.municipality, scan.scanNo, JSON.stringify(offers.slice(from, from + INSERTED))],
    )
  return true
}

export type OpenOffer = Offer & {
  readonly offerId: string
  readonly groundsBefore: readonly string[]
}

export async function listOpen(
  tx: Tx,
  wanted: { readonly kind: OfferKind | null; readonly after: string | null; readonly limit: number },
): Promise<OpenOffer[]> {
  return await tx.sql<OpenOffer>(
    `select o.offer_id as "offerId", o.resident_no as "residentNo", o.kind, o.grounds,
            coalesce(p.grounds || p.told, '{}') as "groundsBefore"
       from evac_support.offer o
       left join evac_support.present_person p on p.municipality_code = $1 and p.resident_no = o.resident_no
      where o.municipality_code = $1 and o.state = 'open' and ($2::text is null or o.kind = $2)
        and ($3::uuid is null or o.offer_id > $3)
      order by o.offer_id limit $4`,
    [tx.municipality, wanted.kind, wanted.after, wanted.limit],
  )
}

export async function countOpen(tx: Tx): Promise<Record<OfferKind, number>> {
  const rows = await tx.sql<{ kind: OfferKind; count: number }>(
    `select kind, count(*)::integer as count from evac_support.offer
      where municipality_code = $1 and state = 'open' group by kind`,
    [tx.municipality],
  )
  return { join: 0, leave: 0, grounds: 0, ...Object.fromEntries(rows.map((row) => [row.kind, row.count])) }
}

/**
 * Decides open offers and answers with how many there were; what is accepted becomes versions of the list's entries. `null`
 * where somebody wrote into one of these entries at the same moment: nothing of it may stand then.
 */
export async function decide(
  tx: Tx,
  which: { readonly kind: OfferKind } | { readonly offerIds: readonly string[] },
  outcome: 'accepted' | 'declined',
  hand: Hand,
): Promise<number | null> {
  const decided = await tx.sql<{ offerId: string }>(
    `update evac_support.offer set state = $4, decided_at = $5, decided_by = $6, decided_by_label = $7
      where municipality_code = $1 and state = 'open' and ($2::text is null or kind = $2)
        and ($3::uuid[] is null or offer_id = any($3))
      returning offer_id as "offerId"`,
    [
      tx.municipality,
      'kind' in which ? which.kind : null,
      'kind' in which ? null : [...which.offerIds],
      outcome,
      hand.at,
      hand.by,
      hand.label,
    ],
  )
  if (outcome === 'declined' || decided.length === 0) return decided.length
  const written = await tx.sql(
    `insert into evac_support.person (municipality_code, resident_no, version, state, grounds, told, away, cause, sealed,
       written_at, written_by, written_by_label)
     select $1, o.resident_no, coalesce(p.version, 0) + 1, case o.kind when 'leave' then 'off' else 'listed' end, o.grounds,
            case when o.kind = 'leave' then '{}' else coalesce(p.told, '{}') end, false, 'offer', p.sealed, $3, $4, $5
       from evac_support.offer o
       left join evac_support.present_person p on p.municipality_code = $1 and p.resident_no = o.resident_no
      where o.municipality_code = $1 and o.offer_id = any($2)
     on conflict do nothing returning version`,
    [tx.municipality, decided.map(({ offerId }) => offerId), hand.at, hand.by, hand.label],
  )
  return written.length === decided.length ? decided.length : null
}
