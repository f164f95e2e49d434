import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { fileInterfaces } from '../interfaces/interfaces.columns.ts'
import { fieldsOfVersionedRow } from '../interfaces/interfaces.fields.ts'
import { ENTRY_PLACE, entryOf, entrySealKey, type Entry } from './entries.ts'
import type { Origin } from '../residents/versions.ts'

/** Rows of 家屋課税台帳 as they stand now, opened: the owners of each house in the order of their 枝番. */
export async function listHouseRows(
  tx: Tx,
  keys: Keys,
  propertyNos: readonly string[],
  seq: bigint,
): Promise<Entry[]> {
  const rows = await tx.sql<{ rowKey: string; origin: Origin; sealed: Buffer }>(
    `select e.row_key as "rowKey", e.origin, e.sealed from registers.entry e
      where e.municipality_code = $1 and e.business = 'houses' and e.to_seq is null and e.latest and not e.deleted
        and e.clear->>'物件番号' = any($2)
      order by e.clear->>'物件番号', (e.clear->>'所有者_枝番')::integer`,
    [tx.municipality, [...propertyNos]],
  )
  return rows.map((row) => {
    const text = keys.open(ENTRY_PLACE, entrySealKey('houses', row.rowKey), row.sealed)
    const fields = fieldsOfVersionedRow('houses', text, { latest: true, deleted: false })
    return entryOf(fileInterfaces.houses, row, fields, seq)
  })
}
