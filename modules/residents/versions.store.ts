import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { Guarded } from '../access/guarded.ts'
import { PLACE, rowKey } from './residents.store.ts'
import type { ResidentKind, ResidentState } from './residents.ts'
import {
  concealItems,
  itemsOfSealed,
  type AppliedChange,
  type Item,
  type Origin,
  type VersionKey,
} from './versions.ts'

/** Remembers what a number of the town's data was given for, and when. */
export async function insertApplied(
  tx: Tx,
  applied: AppliedChange & { readonly seq: bigint; readonly at: Date },
): Promise<void> {
  await tx.sql(
    `insert into residents.applied (municipality_code, seq, at, business, file_no, origin)
     values ($1, $2, $3, $4, $5, $6)`,
    [tx.municipality, applied.seq, applied.at, applied.business, applied.fileNo, applied.origin],
  )
}

/** The number that held at a moment; `null` when nothing that is recorded had been applied by then. */
export async function seqAt(tx: Tx, at: Date): Promise<bigint | null> {
  const [row] = await tx.sql<{ seq: bigint }>(
    `select seq from residents.applied where municipality_code = $1 and at <= $2 order by at desc, seq desc limit 1`,
    [tx.municipality, at],
  )
  return row?.seq ?? null
}

/** When a number was given; `null` for numbers older than the record of them. */
export async function appliedAt(tx: Tx, seq: bigint): Promise<Date | null> {
  const [row] = await tx.sql<{ at: Date }>(
    'select at from residents.applied where municipality_code = $1 and seq = $2',
    [tx.municipality, seq],
  )
  return row?.at ?? null
}

// With whom somebody in hiding lives, and that it changed, tells where she is.
const openHousehold = `case when not residents.is_protected(v.municipality_code, v.resident_no, v.household_no)
                 then v.household_no end as "householdNo"`

/** One version as it stands in clear: numbers, times and states. */
export type VersionRow = VersionKey & {
  readonly toSeq: bigint | null
  readonly latest: boolean
  readonly deleted: boolean
  /** `null` also where protected. */
  readonly householdNo: string | null
  readonly kind: ResidentKind
  readonly state: ResidentState
  readonly origin: Origin
  /** `null` for numbers older than the record of them. */
  readonly fileNo: number | null
  readonly appliedAt: Date | null
  readonly endedAt: Date | null
}

/** Every version of a person in the order in which they came. */
export async function listVersions(tx: Tx, residentNo: ResidentNo): Promise<VersionRow[]> {
  return await tx.sql<VersionRow>(
    `select v.history_no as "historyNo", v.branch_no as "branchNo", v.from_seq as "fromSeq", v.to_seq as "toSeq",
            v.latest, v.deleted, ${openHousehold}, v.kind, v.state,
            v.origin, f.file_no as "fileNo", f.at as "appliedAt", t.at as "endedAt"
       from residents.version v
       left join residents.applied f on (f.municipality_code, f.seq) = (v.municipality_code, v.from_seq)
       left join residents.applied t on (t.municipality_code, t.seq) = (v.municipality_code, v.to_seq)
      where v.municipality_code = $1 and v.resident_no = $2
      order by v.from_seq, v.history_no, v.branch_no, v.deleted`,
    [tx.municipality, residentNo],
  )
}

/** What a list of found people shows of each without opening them. */
export type PersonSummary = {
  readonly residentNo: string
  readonly householdNo: string | null
  readonly kind: ResidentKind
  readonly state: ResidentState
  /** No version holds now. */
  readonly deleted: boolean
  readonly versions: number
  readonly suppressed: boolean
}

export async function summariesOf(tx: Tx, residentNos: readonly string[]): Promise<PersonSummary[]> {
  return await tx.sql<PersonSummary>(
    `select distinct on (v.resident_no) v.resident_no as "residentNo", ${openHousehold}, v.kind, v.state,
            (v.deleted or v.to_seq is not null) as deleted,
            (count(*) over (partition by v.resident_no))::integer as versions,
            residents.is_protected(v.municipality_code, v.resident_no, v.household_no) as suppressed
       from residents.version v
      where v.municipality_code = $1 and v.resident_no = any($2)
      order by v.resident_no, (v.to_seq is null) desc, v.latest desc, v.history_no desc, v.branch_no desc, v.from_seq desc`,
    [tx.municipality, [...residentNos]],
  )
}

type SealedVersion = {
  readonly historyNo: number
  readonly branchNo: number
  readonly fromSeq: bigint
  readonly sealed: Buffer
  readonly suppressed: boolean
}

const guardedVersion = `v.history_no as "historyNo", v.branch_no as "branchNo", v.from_seq as "fromSeq", v.sealed,
  residents.is_protected(v.municipality_code, v.resident_no, v.household_no) as suppressed`

/** Items of one version, closed. */
export async function findItems(
  tx: Tx,
  keys: Keys,
  residentNo: ResidentNo,
  { historyNo, branchNo, fromSeq }: VersionKey,
): Promise<Guarded<Item[]> | null> {
  const [row] = await tx.sql<SealedVersion>(
    `select ${guardedVersion} from residents.version v
      where v.municipality_code = $1 and v.resident_no = $2 and v.history_no = $3 and v.branch_no = $4
        and v.from_seq = $5`,
    [tx.municipality, residentNo, historyNo, branchNo, fromSeq],
  )
  return row ? guard(keys, residentNo, row) : null
}

/** The version that was the person's latest as of `seq`, closed. */
export async function findItemsAsOf(
  tx: Tx,
  keys: Keys,
  residentNo: ResidentNo,
  seq: bigint,
): Promise<{ key: VersionKey; householdNo: string | null; items: Guarded<Item[]> } | null> {
  const [row] = await tx.sql<SealedVersion & { householdNo: string | null }>(
    `select ${guardedVersion}, v.household_no as "householdNo" from residents.version v
      where v.municipality_code = $1 and v.resident_no = $2 and v.latest and not v.deleted
        and v.from_seq <= $3 and (v.to_seq is null or v.to_seq > $3)`,
    [tx.municipality, residentNo, seq],
  )
  if (!row) return null
  const { historyNo, branchNo, fromSeq, householdNo } = row
  return { key: { historyNo, branchNo, fromSeq }, householdNo, items: guard(keys, residentNo, row) }
}

function guard(keys: Keys, residentNo: ResidentNo, row: SealedVersion): Guarded<Item[]> {
  const plain = keys.open(PLACE, rowKey({ ...row, residentNo }), row.sealed)
  const items = itemsOfSealed(plain, keys.municipality)
  return new Guarded({ kind: 'resident', id: residentNo }, row.suppressed, items, concealItems)
}
