import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { occupantKey, type DwellingId, type LinkReason, type Occupant } from './dwellings.ts'

const SEALED = 'dwellings.occupancy.sealed'

/** A link as it stands. `dwellingId` null = it was taken back. */
export type Occupancy = {
  readonly occupant: string
  readonly occupancyNo: number
  readonly dwellingId: DwellingId | null
  readonly householdNo: string | null
  readonly residentNo: string | null
  readonly nonResidentId: string | null
  readonly reasonCode: LinkReason
  readonly confidence: number | null
  readonly bulkId: string | null
  readonly at: Date
  readonly label: string
  /** 支援措置 now: to nobody is the link shown. */
  readonly suppressed: boolean
}

const columns = `o.occupant, o.occupancy_no as "occupancyNo", o.dwelling_id as "dwellingId", o.household_no as "householdNo",
  o.resident_no as "residentNo", o.non_resident_id as "nonResidentId", o.reason_code as "reasonCode", o.confidence,
  o.bulk_id as "bulkId", o.at, o.actor_label as label`
const hidden = `(case when o.household_no is not null then residents.is_protected($1, null, o.household_no)
  else ledger.is_protected($1, o.resident_no, null, o.non_resident_id) end)`

export async function findOccupancy(
  tx: Tx,
  disasterId: DisasterId,
  occupants: readonly string[],
): Promise<Occupancy[]> {
  return await tx.sql<Occupancy>(
    `select ${columns}, ${hidden} as suppressed from dwellings.occupancy o
      where o.municipality_code = $1 and o.disaster_id = $2 and o.occupant = any($3) and o.present`,
    [tx.municipality, disasterId, [...occupants]],
  )
}

/** Who lived in these houses; nobody who is protected. */
export async function occupantsOf(
  tx: Tx,
  disasterId: DisasterId,
  dwellingIds: readonly string[],
): Promise<(Occupancy & { readonly dwellingId: DwellingId })[]> {
  return await tx.sql(
    `select * from (
       select ${columns}, ${hidden} as suppressed from dwellings.occupancy o
        where o.municipality_code = $1 and o.disaster_id = $2 and o.dwelling_id = any($3::uuid[]) and o.present) x
      where not suppressed order by occupant`,
    [tx.municipality, disasterId, [...dwellingIds]],
  )
}

/**
 * Of these people of the register, those whom the ledger conceals: under 支援措置, or told to be of one household (or one
 * person) with somebody who is. Of a house they must not tell either.
 */
export async function concealedAmong(tx: Tx, residentNos: readonly string[]): Promise<Set<string>> {
  const rows = await tx.sql<{ no: string }>(
    'select no from unnest($2::text[]) no where ledger.is_protected($1, no, null, null)',
    [tx.municipality, [...residentNos]],
  )
  return new Set(rows.map(({ no }) => no))
}

/** The words of links, for whoever may see the link. */
export async function wordsOf(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  occupant: string,
): Promise<Map<number, string>> {
  const rows = await tx.sql<{ no: number; sealed: Buffer }>(
    `select occupancy_no as no, sealed from dwellings.occupancy
      where municipality_code = $1 and disaster_id = $2 and occupant = $3 and sealed is not null`,
    [tx.municipality, disasterId, occupant],
  )
  return new Map(
    rows.map(({ no, sealed }) => [no, keys.open(SEALED, `${disasterId}|${occupant}|${no}`, sealed)]),
  )
}

/** Every link that somebody had in a disaster, the newest first. */
export async function listOccupancies(
  tx: Tx,
  disasterId: DisasterId,
  occupant: string,
): Promise<Occupancy[]> {
  return await tx.sql<Occupancy>(
    `select ${columns}, ${hidden} as suppressed from dwellings.occupancy o
      where o.municipality_code = $1 and o.disaster_id = $2 and o.occupant = $3 order by o.occupancy_no desc`,
    [tx.municipality, disasterId, occupant],
  )
}

export type NewOccupancy = {
  readonly occupant: Occupant
  /** The number the clerk saw; 0 = none yet. */
  readonly seenNo: number
  readonly dwellingId: DwellingId | null
  readonly reasonCode: LinkReason
  readonly confidence: number | null
  readonly bulkId: string | null
  readonly words: string | null
}

/** Appends a link; false when somebody was first. */
export async function insertOccupancy(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  link: NewOccupancy,
  given: { readonly at: Date; readonly by: string; readonly label: string },
): Promise<boolean> {
  const { occupant, seenNo } = link
  const key = occupantKey(occupant)
  if (seenNo > 0) {
    const ended = await tx.sql(
      `update dwellings.occupancy set present = false
        where municipality_code = $1 and disaster_id = $2 and occupant = $3 and occupancy_no = $4 and present
        returning occupancy_no`,
      [tx.municipality, disasterId, key, seenNo],
    )
    if (ended.length === 0) return false
  }
  const no = seenNo + 1
  const rows = await tx.sql(
    `insert into dwellings.occupancy (municipality_code, disaster_id, occupant, occupancy_no, present, dwelling_id,
       household_no, resident_no, non_resident_id, reason_code, confidence, bulk_id, sealed, at, actor, actor_label)
     values ($1, $2, $3, $4, true, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     on conflict do nothing returning occupancy_no`,
    [
      tx.municipality,
      disasterId,
      key,
      no,
      link.dwellingId,
      occupant.kind === 'household' ? occupant.householdNo : null,
      occupant.kind === 'resident' ? occupant.residentNo : null,
      occupant.kind === 'non-resident' ? occupant.nonResidentId : null,
      link.reasonCode,
      link.confidence,
      link.bulkId,
      link.words === null ? null : keys.seal(SEALED, `${disasterId}|${key}|${no}`, link.words),
      given.at,
      given.by,
      given.label,
    ],
  )
  return rows.length === 1
}
