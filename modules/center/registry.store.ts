import type { Tx } from '@open-bcl/platform/db/tx.ts'

const keys = {
  town: 'municipality_code',
  operator: 'operator_id',
  relay: 'relay_id',
  store: 'store_id',
  kiosk: 'kiosk_id',
} as const

/** Of two who save the same thing at once the second waits here for the first, and then reads what that one wrote. */
export async function lockRow(tx: Tx, table: keyof typeof keys, id: string): Promise<void> {
  await tx.sql(`select 1 from center.${table} where ${keys[table]} = $1 for update`, [id])
}
