import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { NonResidentId } from './ledger.ts'

const PLACE = 'ledger.identity.sealed'

export type Identity = {
  readonly nonResidentId: NonResidentId
  readonly version: number
  readonly residentNo: ResidentNo
  readonly same: boolean
  readonly reason: string
  readonly at: Date
  readonly by: string
}

/** False when somebody wrote that version first. */
export async function insertIdentity(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  { nonResidentId, version, residentNo, same, reason, at, by }: Identity,
  actor: string,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into ledger.identity (municipality_code, non_resident_id, version, disaster_id, resident_no, same, sealed, at,
       actor, actor_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning version`,
    [
      tx.municipality,
      nonResidentId,
      version,
      disasterId,
      residentNo,
      same,
      keys.seal(PLACE, `${nonResidentId}|${version}`, reason),
      at,
      actor,
      by,
    ],
  )
  return rows.length === 1
}

/** What was told of a 住登外者, newest first. */
export async function listIdentities(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  nonResidentId: NonResidentId,
): Promise<Identity[]> {
  const rows = await tx.sql<Omit<Identity, 'reason'> & { sealed: Buffer }>(
    `select non_resident_id as "nonResidentId", version, resident_no as "residentNo", same, sealed, at, actor_label as by
       from ledger.identity
      where municipality_code = $1 and disaster_id = $2 and non_resident_id = $3 order by version desc`,
    [tx.municipality, disasterId, nonResidentId],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    reason: keys.open(PLACE, `${row.nonResidentId}|${row.version}`, sealed),
  }))
}

/** 住登外者 of a ledger who are, at present, this resident. */
export async function nonResidentsBeing(
  tx: Tx,
  disasterId: DisasterId,
  residentNo: ResidentNo,
): Promise<NonResidentId[]> {
  const rows = await tx.sql<{ id: NonResidentId }>(
    `select non_resident_id as id from ledger.present_identity
      where municipality_code = $1 and disaster_id = $2 and resident_no = $3 order by non_resident_id`,
    [tx.municipality, disasterId, residentNo],
  )
  return rows.map(({ id }) => id)
}

/** Of whom of the register a 住登外者 is the other name, at present; `null` = of a whole ledger. */
export async function presentIdentities(
  tx: Tx,
  disasterId: DisasterId,
  nonResidentId: string | null,
): Promise<{ nonResidentId: string; residentNo: ResidentNo }[]> {
  return await tx.sql(
    `select non_resident_id as "nonResidentId", resident_no as "residentNo" from ledger.present_identity
      where municipality_code = $1 and disaster_id = $2 and ($3::uuid is null or non_resident_id = $3)`,
    [tx.municipality, disasterId, nonResidentId],
  )
}

export async function listNonResidentIds(tx: Tx, disasterId: DisasterId): Promise<NonResidentId[]> {
  const rows = await tx.sql<{ id: NonResidentId }>(
    `select non_resident_id as id from ledger.entry
      where municipality_code = $1 and disaster_id = $2 and non_resident_id is not null`,
    [tx.municipality, disasterId],
  )
  return rows.map(({ id }) => id)
}
