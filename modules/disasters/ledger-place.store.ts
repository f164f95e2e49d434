import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { DisasterId } from './disasters.ts'

/** Where the ledger of a disaster is kept, as set: of those that have begun the highest number holds. */
export type LedgerPlace = {
  readonly settingNo: number
  readonly elsewhere: boolean
  readonly fromOn: PlainDate
  /** What the other system is called; empty when the ledger is here. */
  readonly systemName: string
  readonly note: string
  readonly setAt: Date
  readonly setBy: string
}

/** Newest first. */
export async function listLedgerPlaces(tx: Tx, disasterId: DisasterId): Promise<LedgerPlace[]> {
  return await tx.sql<LedgerPlace>(
    `select setting_no as "settingNo", elsewhere, from_on as "fromOn", system_name as "systemName", note,
            set_at as "setAt", set_by_label as "setBy"
       from disasters.ledger_place where municipality_code = $1 and disaster_id = $2 order by setting_no desc`,
    [tx.municipality, disasterId],
  )
}

/** False when somebody was first with that number. */
export async function insertLedgerPlace(
  tx: Tx,
  disasterId: DisasterId,
  place: LedgerPlace,
  actor: string,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into disasters.ledger_place (municipality_code, disaster_id, setting_no, elsewhere, from_on, system_name,
       note, set_at, set_by, set_by_label)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
      where $3 = 1 + (select coalesce(max(setting_no), 0) from disasters.ledger_place
                       where municipality_code = $1 and disaster_id = $2)
     on conflict do nothing returning setting_no`,
    [
      tx.municipality,
      disasterId,
      place.settingNo,
      place.elsewhere,
      place.fromOn,
      place.systemName,
      place.note,
      place.setAt,
      actor,
      place.setBy,
    ],
  )
  return rows.length === 1
}
