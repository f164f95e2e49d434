import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import type { Damage, Figure } from './damage.ts'

/** One thing that a figure counts. */
export type DamageRow = {
  readonly damage: Damage
  readonly record: 'application' | 'task' | 'person' | 'property'
  readonly recordId: string
  readonly personRef: PersonRef | null
  readonly households: number
  readonly people: number
}

/**
 * Houses by their newest grade: as certified or graded, else as surveyed. Owner and tenant of one house, and two surveys of it,
 * are one house; a household or a person of two houses is counted at the worse one only. Who lived there the form says; of a
 * house that nobody applied for, whoever stands behind its survey by the address, and they count as one household.
 */
const houses = `
  with graded as (
    select a.application_id, a.applicant_ref, a.form_no, g.grade, coalesce(g.same_as, a.application_id) as house_of
      from risai.pub_standing a
     cross join lateral (select grade, same_as from risai.pub_grading g
                          where g.municipality_code = $1 and g.application_id = a.application_id
                          order by g.grading_no desc limit 1) g
     where a.municipality_code = $1 and a.disaster_id = $2 and a.state not in ('joined', 'withdrawn', 'rejected')
  ), surveyed as (
    select t.task_id, t.origin_ref, t.dwelling_id, t.grade from surveys.pub_task t
     where t.municipality_code = $1 and t.disaster_id = $2 and t.state = 'done' and t.grade is not null
  ), standing as (
    select distinct on (t.origin_ref) t.origin_ref, t.dwelling_id from surveys.pub_task t
     where t.municipality_code = $1 and t.disaster_id = $2 and t.dwelling_id is not null and t.origin = 'application'
     order by t.origin_ref, t.task_id desc
  ), found as (
    select coalesce('D' || s.dwelling_id, 'A' || g.house_of) as house, 1 as rank, 'application' as record,
           g.application_id as record_id, g.applicant_ref as person_ref, g.application_id as form_of, g.form_no, g.grade
      from graded g left join standing s on s.origin_ref = g.house_of
    union all
    select coalesce('D' || s.dwelling_id, 'A' || a.application_id, 'T' || s.task_id), 2, 'task', s.task_id, null,
           a.application_id, a.form_no, s.grade
      from surveyed s
      left join risai.pub_standing a on a.municipality_code = $1 and a.application_id = s.origin_ref
     where a.application_id is null or a.state not in ('joined', 'withdrawn', 'rejected')
  ), house as (
    select distinct on (house) house, record, record_id, person_ref, form_of, grade from found
     order by house, rank, record_id desc
  ), counted as (
    select * from house where grade <> 'G0'
  ), person as (
    select c.house, c.grade, p.resident_no, p.household_no, p.non_resident_id, false as by_address
      from found f
      join counted c on c.house = f.house
      join risai.pub_form_person p on p.municipality_code = $1 and p.application_id = f.form_of and p.form_no = f.form_no
       and p.role in ('head', 'member')
    union
    select c.house, c.grade, p.resident_no, p.household_no, p.non_resident_id, true
      from counted c
      join surveys.pub_person p on p.municipality_code = $1 and p.task_id = c.record_id
     where c.record = 'task' and c.form_of is null
  ), people as (
    select distinct on (who) house, coalesce('R' || resident_no, 'N' || non_resident_id) as who from person
     order by who, grade, house
  ), families as (
    select distinct on (family) house,
           coalesce('H' || household_no, case when by_address then 'T' || house end, 'R' || resident_no, 'N' || non_resident_id) as family
      from person order by family, grade, house
  )
  select case when c.grade = 'G1' then 'destroyed' when c.grade in ('G2', 'G3', 'G4') then 'half' else 'part' end as damage,
         c.record, c.record_id as "recordId", c.person_ref as "personRef",
         coalesce(f.n, 0) as households, coalesce(p.n, 0) as people
    from counted c
    left join (select house, count(*)::int as n from families group by house) f on f.house = c.house
    left join (select house, count(*)::int as n from people group by house) p on p.house = c.house
   order by 1, c.grade, c.record_id`

const harmed = `
  select h.code as damage, 'person' as record, i.entry_id as "recordId", i.person_ref as "personRef", 0 as households, 0 as people
    from ledger.pub_harm i cross join lateral unnest(i.codes) as h (code)
   where i.municipality_code = $1 and i.disaster_id = $2 and h.code in ('dead', 'missing', 'severe', 'slight')`

/** Buildings alone; of those whose damage is none or a part the form asks nothing. */
const things = `
  select 'other' as damage, 'property' as record, p.non_dwelling_id as "recordId", p.person_ref as "personRef", 0 as households,
         0 as people
    from non_dwellings.pub_property p
   where p.municipality_code = $1 and p.disaster_id = $2
     and p.kind in ('warehouse', 'garage', 'shop', 'office', 'factory', 'farm', 'vacant')
     and p.result_code in ('much', 'unusable', 'washed-away', 'burnt', 'buried')`

/** What the figures of this moment count. */
export async function listDamage(tx: Tx, disasterId: DisasterId): Promise<DamageRow[]> {
  const asked = [tx.municipality, disasterId]
  return [
    ...(await tx.sql<DamageRow>(harmed, asked)),
    ...(await tx.sql<DamageRow>(houses, asked)),
    ...(await tx.sql<DamageRow>(things, asked)),
  ]
}

export type ToldFigure = {
  readonly item: string
  readonly toldNo: number
  readonly value: number | null
  readonly asOf: Date
  readonly source: string
  readonly by: string
}

/** The newest of each item. */
export async function listTold(tx: Tx, disasterId: DisasterId): Promise<ToldFigure[]> {
  return await tx.sql<ToldFigure>(
    `select distinct on (item) item, told_no as "toldNo", value, as_of as "asOf", source, told_by_label as by
       from situation.told_figure where municipality_code = $1 and disaster_id = $2 order by item, told_no desc`,
    [tx.municipality, disasterId],
  )
}

/** False when somebody told another figure first. */
export async function insertTold(
  tx: Tx,
  disasterId: DisasterId,
  told: Omit<ToldFigure, 'by'>,
  given: { readonly at: Date; readonly by: string; readonly label: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into situation.told_figure (municipality_code, disaster_id, item, told_no, value, as_of, source, told_at, told_by,
       told_by_label)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
      where $4 = 1 + (select coalesce(max(told_no), 0) from situation.told_figure
                       where municipality_code = $1 and disaster_id = $2 and item = $3)
     on conflict do nothing returning told_no`,
    [
      ...[tx.municipality, disasterId, told.item, told.toldNo, told.value, told.asOf, told.source],
      ...[given.at, given.by, given.label],
    ],
  )
  return rows.length === 1
}

export type Report = {
  readonly reportNo: number
  readonly final: boolean
  readonly asOf: Date
  readonly note: string
  readonly figures: readonly Figure[]
  readonly madeAt: Date
  readonly madeBy: string
}

const columns = `report_no as "reportNo", final, as_of as "asOf", note, figures, made_at as "madeAt", made_by_label as "madeBy"`

/** Newest first. */
export async function listReports(tx: Tx, disasterId: DisasterId): Promise<Report[]> {
  return await tx.sql<Report>(
    `select ${columns} from situation.report where municipality_code = $1 and disaster_id = $2 order by report_no desc`,
    [tx.municipality, disasterId],
  )
}

/** With the rows behind it; false when the number is taken. */
export async function insertReport(
  tx: Tx,
  disasterId: DisasterId,
  report: Omit<Report, 'madeAt' | 'madeBy'>,
  rows: readonly DamageRow[],
  given: { readonly at: Date; readonly by: string; readonly label: string },
): Promise<boolean> {
  const made = await tx.sql(
    `insert into situation.report (municipality_code, disaster_id, report_no, final, as_of, note, figures, made_at, made_by,
       made_by_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning report_no`,
    [
      ...[tx.municipality, disasterId, report.reportNo, report.final, report.asOf, report.note],
      ...[JSON.stringify(report.figures), given.at, given.by, given.label],
    ],
  )
  if (made.length === 0) return false
  await tx.sql(
    `insert into situation.report_row (municipality_code, disaster_id, report_no, damage, row_no, record, record_id, person_ref,
       households, people)
     select $1, $2, $3, damage, row_no, record, record_id, person_ref, households, people
       from unnest($4::text[], $5::int[], $6::text[], $7::uuid[], $8::text[], $9::int[], $10::int[])
         as t (damage, row_no, record, record_id, person_ref, households, people)`,
    [
      ...[tx.municipality, disasterId, report.reportNo],
      rows.map(({ damage }) => damage),
      rows.map((_, i) => i),
      rows.map(({ record }) => record),
      rows.map(({ recordId }) => recordId),
      rows.map(({ personRef }) => personRef),
      rows.map(({ households }) => households),
      rows.map(({ people }) => people),
    ],
  )
  return true
}

/** As they stood when the report was made. */
export async function listReportRows(
  tx: Tx,
  disasterId: DisasterId,
  reportNo: number,
  damage: Damage,
): Promise<DamageRow[]> {
  return await tx.sql<DamageRow>(
    `select damage, record, record_id as "recordId", person_ref as "personRef", households, people
       from situation.report_row
      where municipality_code = $1 and disaster_id = $2 and report_no = $3 and damage = $4 order by row_no`,
    [tx.municipality, disasterId, reportNo, damage],
  )
}
