import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import type { HouseholdId } from '../ledger/households.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import { noCircumstances, type Circumstances } from './rules/facts.ts'
import type { GateCode } from './rules/gates.ts'
import type { ByGrade, ProgrammeArea } from './rules/programme.ts'
import type { OverrideReasons } from './rules/recorded.ts'

const CIRCUMSTANCE = 'support.circumstance.sealed'

type Told = { readonly at: Date; readonly by: string; readonly label: string }

export type GateAct = {
  readonly gate: GateCode
  readonly actNo: number
  readonly applies: boolean
  readonly decidedOn: PlainDate
  readonly basis: string
  readonly source: string
  readonly recordedBy: string
}

/** The act that rules of each law. */
export async function listGateActs(tx: Tx, disasterId: DisasterId): Promise<GateAct[]> {
  return await tx.sql<GateAct>(
    `select distinct on (gate) gate, act_no as "actNo", applies, decided_on as "decidedOn", basis, source,
            recorded_by_label as "recordedBy"
       from support.gate_act where municipality_code = $1 and disaster_id = $2 order by gate, act_no desc`,
    [tx.municipality, disasterId],
  )
}

/** False when somebody recorded that number already. */
export async function insertGateAct(
  tx: Tx,
  disasterId: DisasterId,
  act: Omit<GateAct, 'recordedBy'>,
  told: Told,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into support.gate_act (municipality_code, disaster_id, gate, act_no, applies, decided_on, basis, source,
       recorded_at, recorded_by, recorded_by_label)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
      where $4 = 1 + coalesce((select max(act_no) from support.gate_act
                                where municipality_code = $1 and disaster_id = $2 and gate = $3), 0)
     on conflict do nothing returning act_no`,
    [
      tx.municipality,
      disasterId,
      act.gate,
      act.actNo,
      act.applies,
      act.decidedOn,
      act.basis,
      act.source,
      told.at,
      told.by,
      told.label,
    ],
  )
  return rows.length === 1
}

export type SettingRow = {
  readonly programmeCode: string
  readonly settingNo: number
  readonly offered: boolean | null
  readonly deadlineOn: PlainDate | null
  readonly limitYen: number | null
  readonly source: string
}

export async function listSettings(tx: Tx, disasterId: DisasterId): Promise<SettingRow[]> {
  const rows = await tx.sql<Omit<SettingRow, 'limitYen'> & { limitYen: string | null }>(
    `select distinct on (programme_code) programme_code as "programmeCode", setting_no as "settingNo", offered,
            deadline_on as "deadlineOn", limit_yen as "limitYen", source
       from support.programme_setting where municipality_code = $1 and disaster_id = $2
      order by programme_code, setting_no desc`,
    [tx.municipality, disasterId],
  )
  return rows.map((row) => ({ ...row, limitYen: row.limitYen === null ? null : Number(row.limitYen) }))
}

export async function insertSetting(
  tx: Tx,
  disasterId: DisasterId,
  row: SettingRow,
  told: Told,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into support.programme_setting (municipality_code, disaster_id, programme_code, setting_no, offered,
       deadline_on, limit_yen, source, recorded_at, recorded_by, recorded_by_label)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
      where $4 = 1 + coalesce((select max(setting_no) from support.programme_setting
                                where municipality_code = $1 and disaster_id = $2 and programme_code = $3), 0)
     on conflict do nothing returning setting_no`,
    [
      tx.municipality,
      disasterId,
      row.programmeCode,
      row.settingNo,
      row.offered,
      row.deadlineOn,
      row.limitYen,
      row.source,
      told.at,
      told.by,
      told.label,
    ],
  )
  return rows.length === 1
}

export type TownProgramme = {
  readonly programmeCode: string
  readonly version: number
  readonly title: string
  readonly area: ProgrammeArea
  readonly rule: ByGrade
  readonly documents: string[]
  readonly about: string
  readonly basis: string
  readonly ended: boolean
}

export async function listTownProgrammes(tx: Tx, disasterId: DisasterId): Promise<TownProgramme[]> {
  return await tx.sql<TownProgramme>(
    `select distinct on (programme_code) programme_code as "programmeCode", version, title, area, rule, documents, about,
            basis, ended
       from support.town_programme where municipality_code = $1 and disaster_id = $2
      order by programme_code, version desc`,
    [tx.municipality, disasterId],
  )
}

export async function insertTownProgramme(
  tx: Tx,
  disasterId: DisasterId,
  programme: TownProgramme,
  told: Told,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into support.town_programme (municipality_code, disaster_id, programme_code, version, title, area, rule,
       documents, about, basis, ended, written_at, written_by, written_by_label)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
      where $4 = 1 or exists (select 1 from support.town_programme
                               where municipality_code = $1 and disaster_id = $2 and programme_code = $3 and version = $4 - 1)
     on conflict do nothing returning version`,
    [
      tx.municipality,
      disasterId,
      programme.programmeCode,
      programme.version,
      programme.title,
      programme.area,
      JSON.stringify(programme.rule),
      programme.documents,
      programme.about,
      programme.basis,
      programme.ended,
      told.at,
      told.by,
      told.label,
    ],
  )
  return rows.length === 1
}

/** What a person told of a household; `reasons`: why it is not as the records say. */
export type StoredCircumstances = {
  readonly version: number
  readonly circumstances: Circumstances
  readonly reasons: OverrideReasons
}
export const nothingTold: StoredCircumstances = { version: 0, circumstances: noCircumstances, reasons: {} }

function open(
  keys: Keys,
  row: { householdId: string; version: number; sealed: Buffer },
): StoredCircumstances {
  const text = keys.open(CIRCUMSTANCE, `${row.householdId}|${row.version}`, row.sealed)
  // Entries of the first release have no reasons.
  const { reasons = {}, ...circumstances } = JSON.parse(text) as Circumstances & { reasons?: OverrideReasons }
  return { version: row.version, circumstances, reasons }
}

/** The newest of each household that anything was told of. For judging; what is shown goes through the household's page. */
export async function listCircumstances(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  householdId: HouseholdId | null,
): Promise<Map<HouseholdId, StoredCircumstances>> {
  const rows = await tx.sql<{ householdId: HouseholdId; version: number; sealed: Buffer }>(
    `select distinct on (household_id) household_id as "householdId", version, sealed from support.circumstance
      where municipality_code = $1 and disaster_id = $2 and ($3::uuid is null or household_id = $3)
      order by household_id, version desc`,
    [tx.municipality, disasterId, householdId],
  )
  return new Map(rows.map((row) => [row.householdId, open(keys, row)]))
}

export async function insertCircumstances(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  householdId: HouseholdId,
  stored: StoredCircumstances,
  told: Told,
): Promise<boolean> {
  const { version } = stored
  const rows = await tx.sql(
    `insert into support.circumstance (municipality_code, disaster_id, household_id, version, sealed, written_at,
       written_by, written_by_label)
     select $1, $2, $3, $4, $5, $6, $7, $8
      where $4 = 1 or exists (select 1 from support.circumstance
                               where municipality_code = $1 and disaster_id = $2 and household_id = $3 and version = $4 - 1)
     on conflict do nothing returning version`,
    [
      tx.municipality,
      disasterId,
      householdId,
      version,
      keys.seal(
        CIRCUMSTANCE,
        `${householdId}|${version}`,
        JSON.stringify({ ...stored.circumstances, reasons: stored.reasons }),
      ),
      told.at,
      told.by,
      told.label,
    ],
  )
  return rows.length === 1
}

/** 被害の程度 as certified, by person (of a 住登外者 who is somebody of the register, by that one, too); of two dwellings the worse. `people` null = everybody of the disaster. */
export async function certifiedGrades(
  tx: Tx,
  disasterId: DisasterId,
  people: readonly PersonRef[] | null,
): Promise<Map<PersonRef, DamageGrade>> {
  const rows = await tx.sql<{ ref: PersonRef; grade: DamageGrade }>(
    `select g.ref, min(g.grade) as grade
       from (select coalesce('R-' || c.resident_no, 'N-' || c.non_resident_id) as ref, c.grade
               from risai.pub_certified_grade c
              where c.municipality_code = $1 and c.disaster_id = $2
              union all
             select 'R-' || i.resident_no, c.grade
               from ledger.pub_identity i
               join risai.pub_certified_grade c
                 on c.municipality_code = i.municipality_code and c.non_resident_id = i.non_resident_id
              where i.municipality_code = $1 and c.disaster_id = $2) g
      where g.ref is not null and ($3::text[] is null or g.ref = any($3)) group by g.ref`,
    [tx.municipality, disasterId, people === null ? null : [...people]],
  )
  return new Map(rows.map(({ ref, grade }) => [ref, grade]))
}
