import { addressKey, keyText } from '@open-bcl/core/ja/address-key.ts'
import { readInBatches } from '@open-bcl/platform/db/cursor.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { openResidentPayload } from './residents.fields.ts'
import { PLACE } from './residents.store.ts'
import type { HouseholdPlace } from './households.ts'

type Row = {
  readonly householdNo: string
  readonly members: string[]
  readonly resident_no: string
  readonly history_no: number
  readonly branch_no: number
  readonly sealed: Buffer
}

/**
 * Where every household lived as of `seq`, as keyed tokens, in batches: to compare with places sealed elsewhere under the
 * same key without anybody's address leaving this store. None of a protected household.
 */
export async function* streamHouseholdPlaces(
  tx: Tx,
  keys: Keys,
  seq: bigint,
): AsyncGenerator<HouseholdPlace[]> {
  for await (const rows of readInBatches<Row>(
    tx,
    `select h.household_no as "householdNo", h.members, v.resident_no, v.history_no, v.branch_no, v.sealed
       from residents.households_at($1, $2) h
       join residents.version v on v.municipality_code = $1 and v.resident_no = h.members[1] and v.latest and not v.deleted
        and v.from_seq <= $2 and (v.to_seq is null or v.to_seq > $2)
      where not h.protected`,
    [tx.municipality, seq],
  ))
    yield rows.map(({ householdNo, members, ...row }) => {
      const key = `${row.resident_no}|${row.history_no}|${row.branch_no}`
      const { address } = openResidentPayload(keys.open(PLACE, key, row.sealed))
      return { householdNo, members, blockCode: address.townCode, places: placeTokens(keys, address) }
    })
}

/** Tokens of an address, the whole of it first, then without its last number, and so on: `1-2-301` may be a room in `1-2`. */
export function placeTokens(
  keys: Pick<Keys, 'token'>,
  { town, number }: { readonly town: string; readonly number: string },
): bigint[] {
  const { block, numbers } = addressKey(town, number)
  return numbers.map((_, i) =>
    keys.token('place', keyText({ block, numbers: numbers.slice(0, numbers.length - i) })!),
  )
}

/**
 * Where people under 支援措置 live now, as tokens of the whole address and of it without its last number (a house at `1-2`
 * may hold the room `1-2-301`); nobody is named.
 */
export async function hiddenPlaces(tx: Tx, keys: Keys): Promise<ReadonlySet<bigint>> {
  const rows = await tx.sql<Omit<Row, 'householdNo' | 'members'>>(
    `select v.resident_no, v.history_no, v.branch_no, v.sealed from residents.version v
      where v.municipality_code = $1 and v.latest and not v.deleted and v.to_seq is null
        and v.resident_no in (select s.resident_no from access.pub_suppressed s where s.municipality_code = $1)`,
    [tx.municipality],
  )
  return new Set(
    rows.flatMap((row) => {
      const key = `${row.resident_no}|${row.history_no}|${row.branch_no}`
      const { address } = openResidentPayload(keys.open(PLACE, key, row.sealed))
      return placeTokens(keys, address).slice(0, 2)
    }),
  )
}

/** Members of households as of `seq`, and whether the household is protected now. */
export async function membersOf(
  tx: Tx,
  householdNos: readonly string[],
  seq: bigint,
): Promise<
  { readonly householdNo: string; readonly members: readonly string[]; readonly suppressed: boolean }[]
> {
  return await tx.sql(
    `select h.household_no as "householdNo", h.members, h.protected as suppressed
       from residents.households_at($1, $2) h where h.household_no = any($3)`,
    [tx.municipality, seq, [...householdNos]],
  )
}

/** In which household somebody was as of `seq`, and whether the person is protected now. */
export async function householdOf(
  tx: Tx,
  residentNo: string,
  seq: bigint,
): Promise<{ readonly householdNo: string | null; readonly suppressed: boolean } | null> {
  const [row] = await tx.sql<{ householdNo: string | null; suppressed: boolean }>(
    `select household_no as "householdNo", residents.is_protected(municipality_code, resident_no, household_no) as suppressed
       from residents.version
      where municipality_code = $1 and resident_no = $2 and latest and not deleted
        and from_seq <= $3 and (to_seq is null or to_seq > $3)`,
    [tx.municipality, residentNo, seq],
  )
  return row ?? null
}
