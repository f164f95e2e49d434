import { readInBatches } from '@open-bcl/platform/db/cursor.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { PLACE } from './residents.store.ts'

export type ResidentPayload = { readonly payload: string; readonly latest: boolean }

/** What is sealed of every version that held at `seq`, opened, in batches in the order of the key. */
export async function* streamPayloads(tx: Tx, keys: Keys, seq: bigint): AsyncGenerator<ResidentPayload[]> {
  type Row = { key: string; latest: boolean; sealed: Buffer }
  for await (const rows of readInBatches<Row>(
    tx,
    `select resident_no || '|' || history_no || '|' || branch_no as key, latest, sealed from residents.version
      where municipality_code = $1 and not deleted and from_seq <= $2 and (to_seq is null or to_seq > $2)
      order by municipality_code, resident_no, history_no, branch_no, from_seq`,
    [tx.municipality, seq],
  ))
    yield rows.map(({ key, latest, sealed }) => ({ latest, payload: keys.open(PLACE, key, sealed) }))
}

/** Businesses with a file, or rows loaded by hand, up to `seq`, and the last of each. */
export async function listAppliedUpTo(tx: Tx, seq: bigint): Promise<LastApplied[]> {
  return await tx.sql<LastApplied>(
    `select distinct on (business) business, seq, at, file_no as "fileNo", origin,
            bool_or(origin = 'hand') over (partition by business) as hand
       from residents.applied
      where municipality_code = $1 and seq <= $2 and business is not null order by business, seq desc`,
    [tx.municipality, seq],
  )
}

export type LastApplied = {
  readonly business: string
  readonly seq: bigint
  readonly at: Date
  readonly fileNo: number | null
  readonly origin: 'link' | 'hand'
  /** Something of the business was loaded by staff. */
  readonly hand: boolean
}
