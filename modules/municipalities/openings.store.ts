import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type LedgerOpening = { readonly openingId: string; readonly fromAt: Date; readonly untilAt: Date }

/** False when the opening is known already: it is not opened a second time. */
export async function insertOpening(tx: Tx, opening: LedgerOpening, at: Date, by: string): Promise<boolean> {
  const rows = await tx.sql(
    `insert into municipalities.ledger_opening (municipality_code, opening_id, from_at, until_at, told_at, told_by)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning opening_id`,
    [tx.municipality, opening.openingId, opening.fromAt, opening.untilAt, at, by],
  )
  return rows.length === 1
}

export async function endOpening(tx: Tx, openingId: string, at: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update municipalities.ledger_opening set ended_at = $3
      where municipality_code = $1 and opening_id = $2 and ended_at is null returning opening_id`,
    [tx.municipality, openingId, at],
  )
  return rows.length === 1
}

/** Until when the ledger is open outside its hours at this moment; `null` = it is not. */
export async function findOpenUntil(tx: Tx, at: Date): Promise<Date | null> {
  const [row] = await tx.sql<{ until: Date | null }>(
    `select max(until_at) as until from municipalities.ledger_opening
      where municipality_code = $1 and from_at <= $2 and until_at > $2 and ended_at is null`,
    [tx.municipality, at],
  )
  return row?.until ?? null
}
