import type { HouseholdNo, ResidentNo } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { Guarded } from '../access/guarded.ts'
import { openResidentPayload } from './residents.fields.ts'
import { concealResident, type ResidentRecord } from './residents.ts'

export const PLACE = 'residents.version.sealed'

export function rowKey(record: { residentNo: string; historyNo: number; branchNo: number }): string {
  return `${record.residentNo}|${record.historyNo}|${record.branchNo}`
}

/** The next number of the town's data, given inside the applying transaction; its row lock lets one file apply at a time. */
export async function nextSeq(tx: Tx): Promise<bigint> {
  const [row] = await tx.sql<{ seq: bigint }>(
    `insert into residents.sequence as s (municipality_code, last_seq) values ($1, 1)
     on conflict (municipality_code) do update set last_seq = s.last_seq + 1 returning last_seq as seq`,
    [tx.municipality],
  )
  return row!.seq
}

/** 0 before the first file. */
export async function currentSeq(tx: Tx): Promise<bigint> {
  return await tx.once('seq', async () => {
    const [row] = await tx.sql<{ seq: bigint }>(
      'select last_seq as seq from residents.sequence where municipality_code = $1',
      [tx.municipality],
    )
    return row?.seq ?? 0n
  })
}

type SealedRow = {
  resident_no: string
  history_no: number
  branch_no: number
  sealed: Buffer
  protected: boolean
}

function open(keys: Keys, row: SealedRow): Guarded<ResidentRecord> {
  const key = `${row.resident_no}|${row.history_no}|${row.branch_no}`
  const record = openResidentPayload(keys.open(PLACE, key, row.sealed))
  return new Guarded({ kind: 'resident', id: row.resident_no }, row.protected, record, concealResident)
}

const guardedColumns = `resident_no, history_no, branch_no, sealed,
  residents.is_protected(municipality_code, resident_no, household_no) as protected`

/** What a search asks of the index; the candidates are checked exactly by the caller. */
export type CandidateSearch = {
  readonly asOf: bigint
  readonly tokens: readonly bigint[]
  readonly birthOn: string | null
  readonly byAddress: boolean
}

/**
 * Candidates among the first `examined` people in order of 宛名番号, at most `most`. What many people have in common (one
 * character, a frequent name) is found here in milliseconds; the index of tokens would fetch a sixth of a city first.
 */
export async function walkCandidates(
  tx: Tx,
  keys: Keys,
  search: CandidateSearch,
  examined: number,
  most: number,
): Promise<Guarded<ResidentRecord>[]> {
  const rows = await tx.sql<SealedRow>('select * from residents.walk($1, $2, $3, $4, $5, $6)', [
    tx.municipality,
    search.asOf,
    search.tokens,
    search.byAddress,
    examined,
    most,
  ])
  return rows.map((row) => open(keys, row))
}

/** The first `most` candidates of a search in order of 宛名番号; the caller checks them exactly. */
export async function searchCandidates(
  tx: Tx,
  keys: Keys,
  search: CandidateSearch,
  most: number,
): Promise<Guarded<ResidentRecord>[]> {
  const rows = await tx.sql<SealedRow>('select * from residents.search($1, $2, $3, $4, $5, $6)', [
    tx.municipality,
    search.asOf,
    search.tokens.length === 0 ? null : search.tokens,
    search.birthOn,
    search.byAddress,
    most,
  ])
  return rows.map((row) => open(keys, row))
}

/** Whether any of these or their households is protected now; also of who is in the register no more. */
export async function anyProtected(tx: Tx, residentNos: readonly string[]): Promise<boolean> {
  const [row] = await tx.sql<{ some: boolean }>(
    `select exists (select 1 from unnest($2::text[]) as one (no)
                     where residents.is_protected($1, one.no, null)) as some`,
    [tx.municipality, residentNos],
  )
  return row!.some
}

/** The latest row of a person as of `seq`. */
export async function findVersion(
  tx: Tx,
  keys: Keys,
  residentNo: ResidentNo,
  seq: bigint,
): Promise<Guarded<ResidentRecord> | null> {
  const [row] = await tx.sql<SealedRow>(
    `select ${guardedColumns} from residents.version
      where municipality_code = $1 and resident_no = $2 and latest and not deleted
        and from_seq <= $3 and (to_seq is null or to_seq > $3)`,
    [tx.municipality, residentNo, seq],
  )
  return row ? open(keys, row) : null
}

/** From so many people on it is asked once who is protected, instead of each time. */
const MANY = 100

const manyColumns = `v.resident_no, v.history_no, v.branch_no, v.sealed,
  v.resident_no in (select h.resident_no from hidden h where h.resident_no is not null)
    or coalesce(v.household_no in (select h.household_no from hidden h where h.household_no is not null), false) as protected`

/** The latest rows of many people as of `seq`, in order of 宛名番号; who is not in the register is left out. */
export async function listVersions(
  tx: Tx,
  keys: Keys,
  residentNos: readonly string[],
  seq: bigint,
): Promise<Guarded<ResidentRecord>[]> {
  const rows = await tx.sql<SealedRow>(
    residentNos.length < MANY
      ? `select ${guardedColumns} from residents.version
          where municipality_code = $1 and resident_no = any($2) and latest and not deleted
            and from_seq <= $3 and (to_seq is null or to_seq > $3)
          order by resident_no`
      : `with hidden as materialized (
           select p.resident_no, p.household_no from residents.protected_now($1) p)
         select ${manyColumns} from residents.version v
          where v.municipality_code = $1 and v.resident_no = any($2) and v.latest and not v.deleted
            and v.from_seq <= $3 and (v.to_seq is null or v.to_seq > $3)
          order by v.resident_no`,
    [tx.municipality, [...residentNos], seq],
  )
  return rows.map((row) => open(keys, row))
}

/** 世帯番号 of a person as of `seq`; `null` when the register gives none. */
export async function findHouseholdNo(
  tx: Tx,
  residentNo: ResidentNo,
  seq: bigint,
): Promise<HouseholdNo | null> {
  const [row] = await tx.sql<{ householdNo: HouseholdNo | null }>(
    `select household_no as "householdNo" from residents.version
      where municipality_code = $1 and resident_no = $2 and latest and not deleted
        and from_seq <= $3 and (to_seq is null or to_seq > $3)`,
    [tx.municipality, residentNo, seq],
  )
  return row?.householdNo ?? null
}

/** Who lives in which household as of `seq`: numbers alone, in order of 宛名番号. */
export async function listHouseholdNumbers(
  tx: Tx,
  seq: bigint,
): Promise<{ residentNo: ResidentNo; householdNo: HouseholdNo | null }[]> {
  return await tx.sql(
    `select resident_no as "residentNo", household_no as "householdNo" from residents.version
      where municipality_code = $1 and latest and not deleted and state = 'resident'
        and from_seq <= $2 and (to_seq is null or to_seq > $2)
      order by resident_no`,
    [tx.municipality, seq],
  )
}

/** Which of these people are registered in which household as of `seq`; who is in none is left out. */
export async function householdNumbersOf(
  tx: Tx,
  residentNos: readonly string[],
  seq: bigint,
): Promise<Map<string, HouseholdNo>> {
  const rows = await tx.sql<{ residentNo: string; householdNo: HouseholdNo }>(
    `select resident_no as "residentNo", household_no as "householdNo" from residents.version
      where municipality_code = $1 and resident_no = any($2) and latest and not deleted and state = 'resident'
        and from_seq <= $3 and (to_seq is null or to_seq > $3) and household_no is not null`,
    [tx.municipality, [...residentNos], seq],
  )
  return new Map(rows.map(({ residentNo, householdNo }) => [residentNo, householdNo]))
}

export async function listHousehold(
  tx: Tx,
  keys: Keys,
  householdNo: string,
  seq: bigint,
): Promise<Guarded<ResidentRecord>[]> {
  const rows = await tx.sql<SealedRow>(
    `select ${guardedColumns} from residents.version
      where municipality_code = $1 and household_no = $2 and latest and not deleted
        and from_seq <= $3 and (to_seq is null or to_seq > $3)
      order by birth_on nulls last, resident_no`,
    [tx.municipality, householdNo, seq],
  )
  return rows.map((row) => open(keys, row))
}

/** Whose name, kana or address may hold all of these tokens, as of `seq`: numbers alone. The caller checks them exactly. */
export async function numbersOfTokens(tx: Tx, seq: bigint, wanted: readonly bigint[]): Promise<string[]> {
  const rows = await tx.sql<{ no: string }>(
    'select resident_no as no from residents.numbers_of_tokens($1, $2, $3)',
    [tx.municipality, seq, [...wanted]],
  )
  return rows.map(({ no }) => no)
}
