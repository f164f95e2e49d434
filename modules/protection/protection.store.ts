import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { Act, Category, MeasureId, MeasureWords, PersonWords, Role, Scope } from './protection.ts'

const MEASURE = 'protection.measure.sealed'
const ACT = 'protection.act.sealed'
const PERSON = 'protection.person.sealed'

export type Measure = {
  readonly measureId: MeasureId
  readonly category: Category
  readonly scope: readonly Scope[]
}

export async function insertMeasure(
  tx: Tx,
  keys: Keys,
  { measureId, category, scope }: Measure,
  words: MeasureWords,
): Promise<void> {
  await tx.sql(
    `insert into protection.measure (municipality_code, measure_id, category, scope, sealed)
     values ($1, $2, $3, $4, $5)`,
    [tx.municipality, measureId, category, [...scope], keys.seal(MEASURE, measureId, JSON.stringify(words))],
  )
}

export type StoredAct = Act & {
  readonly by: string
  readonly forStaff: string | null
  /** Empty = none. */
  readonly words: string
}

/** False when somebody else acted on the measure since: its next number is taken. */
export async function insertAct(tx: Tx, keys: Keys, measureId: MeasureId, act: StoredAct): Promise<boolean> {
  const sealed = act.words === '' ? null : keys.seal(ACT, `${measureId}|${act.actNo}`, act.words)
  const rows = await tx.sql(
    `insert into protection.act (municipality_code, measure_id, act_no, kind, at, actor, actor_label, starts_on, ends_on,
       minutes, until_at, for_staff, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing returning act_no`,
    [
      ...[
        tx.municipality,
        measureId,
        act.actNo,
        act.kind,
        act.at,
        act.actor,
        act.by,
        act.startsOn,
        act.endsOn,
      ],
      ...[act.minutes, act.untilAt, act.forStaff, sealed],
    ],
  )
  return rows.length === 1
}

export type StoredPerson = {
  readonly personNo: number
  readonly role: Role
  readonly residentNo: string | null
  readonly words: PersonWords
}

export async function insertPeople(
  tx: Tx,
  keys: Keys,
  measureId: MeasureId,
  actNo: number,
  people: readonly StoredPerson[],
): Promise<void> {
  for (const { personNo, role, residentNo, words } of people) {
    const sealed = keys.seal(PERSON, `${measureId}|${personNo}`, JSON.stringify(words))
    await tx.sql(
      `insert into protection.person (municipality_code, measure_id, person_no, act_no, role, resident_no, sealed)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [tx.municipality, measureId, personNo, actNo, role, residentNo, sealed],
    )
  }
}

export async function findMeasure(
  tx: Tx,
  keys: Keys,
  measureId: string,
): Promise<(Measure & { readonly words: MeasureWords }) | null> {
  const [row] = await tx.sql<Measure & { sealed: Buffer }>(
    `select measure_id as "measureId", category, scope, sealed from protection.measure
      where municipality_code = $1 and measure_id = $2`,
    [tx.municipality, measureId],
  )
  if (!row) return null
  const { sealed, ...measure } = row
  return { ...measure, words: JSON.parse(keys.open(MEASURE, measure.measureId, sealed)) as MeasureWords }
}

const actColumns = `act_no as "actNo", kind, at, actor, actor_label as "by", starts_on::text as "startsOn",
  ends_on::text as "endsOn", minutes, until_at as "untilAt", for_staff as "forStaff"`

export async function listActs(tx: Tx, keys: Keys, measureId: string): Promise<StoredAct[]> {
  const rows = await tx.sql<Omit<StoredAct, 'words'> & { sealed: Buffer | null }>(
    `select ${actColumns}, sealed from protection.act
      where municipality_code = $1 and measure_id = $2 order by act_no`,
    [tx.municipality, measureId],
  )
  return rows.map(({ sealed, ...act }) => ({
    ...act,
    words: sealed === null ? '' : keys.open(ACT, `${measureId}|${act.actNo}`, sealed),
  }))
}

export async function listPeople(tx: Tx, keys: Keys, measureId: string): Promise<StoredPerson[]> {
  const rows = await tx.sql<Omit<StoredPerson, 'words'> & { sealed: Buffer }>(
    `select person_no as "personNo", role, resident_no as "residentNo", sealed from protection.person
      where municipality_code = $1 and measure_id = $2 order by person_no`,
    [tx.municipality, measureId],
  )
  return rows.map(({ sealed, ...person }) => ({
    ...person,
    words: JSON.parse(keys.open(PERSON, `${measureId}|${person.personNo}`, sealed)) as PersonWords,
  }))
}

/** Every measure with its acts, without words: a town has some hundreds. */
export async function listMeasures(
  tx: Tx,
): Promise<(Measure & { readonly acts: readonly (Act & { readonly by: string })[] })[]> {
  const measures = await tx.sql<Measure>(
    `select measure_id as "measureId", category, scope from protection.measure
      where municipality_code = $1 order by measure_id desc`,
    [tx.municipality],
  )
  const acts = await tx.sql<Act & { by: string; measureId: MeasureId }>(
    `select measure_id as "measureId", ${actColumns} from protection.act
      where municipality_code = $1 order by measure_id, act_no`,
    [tx.municipality],
  )
  const byMeasure = Map.groupBy(acts, ({ measureId }) => measureId)
  return measures.map((one) => ({ ...one, acts: byMeasure.get(one.measureId) ?? [] }))
}

/** The applicant of each measure. */
export async function listApplicants(
  tx: Tx,
  keys: Keys,
  measureIds: readonly string[],
): Promise<(StoredPerson & { readonly measureId: MeasureId })[]> {
  const rows = await tx.sql<Omit<StoredPerson, 'words'> & { measureId: MeasureId; sealed: Buffer }>(
    `select measure_id as "measureId", person_no as "personNo", role, resident_no as "residentNo", sealed
       from protection.person
      where municipality_code = $1 and measure_id = any($2::uuid[]) and role = 'applicant'`,
    [tx.municipality, [...measureIds]],
  )
  return rows.map(({ sealed, ...person }) => ({
    ...person,
    words: JSON.parse(keys.open(PERSON, `${person.measureId}|${person.personNo}`, sealed)) as PersonWords,
  }))
}

export type LinkedPeriod = {
  readonly residentNo: string
  readonly startsOn: PlainDate
  readonly endsOn: PlainDate
}

/** Periods of the town's own 支援措置 that are over on a day, or will be. */
export async function listLinkedPeriods(tx: Tx, until: PlainDate): Promise<LinkedPeriod[]> {
  return await tx.sql<LinkedPeriod>(
    `select resident_no as "residentNo", starts_on::text as "startsOn", ends_on::text as "endsOn"
       from access.pub_suppression_period
      where municipality_code = $1 and ends_on <= $2::date order by ends_on, resident_no`,
    [tx.municipality, until],
  )
}

const notEnded = `not exists (
  select 1 from protection.act e
   where e.municipality_code = p.municipality_code and e.measure_id = p.measure_id and e.kind in ('refused', 'released'))`

/** Measures that somebody is in and that are not over. */
export async function measuresOf(
  tx: Tx,
  residentNo: string,
): Promise<{ readonly measureId: MeasureId; readonly role: Role }[]> {
  return await tx.sql(
    `select distinct p.measure_id as "measureId", p.role from protection.person p
      where p.municipality_code = $1 and p.resident_no = $2 and ${notEnded}
      order by p.measure_id`,
    [tx.municipality, residentNo],
  )
}

/**
 * Who is protected from any of these people, whatever is lifted for a while: a lift opens a person to an officer, never to
 * the one it protects from.
 */
export async function protectedFrom(tx: Tx, residentNos: readonly string[]): Promise<string[]> {
  const rows = await tx.sql<{ residentNo: string }>(
    `select distinct o.resident_no as "residentNo"
       from protection.person p
       join protection.person o on o.municipality_code = $1 and o.measure_id = p.measure_id
        and o.role <> 'perpetrator' and o.resident_no is not null
      where p.municipality_code = $1 and p.role = 'perpetrator' and p.resident_no = any($2) and ${notEnded}`,
    [tx.municipality, [...residentNos]],
  )
  return rows.map(({ residentNo }) => residentNo)
}
