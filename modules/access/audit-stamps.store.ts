import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type Stamp = {
  readonly position: number
  readonly nonce: Buffer
  readonly token: Buffer
  readonly stampedAt: Date
}

export async function listStamps(tx: Tx): Promise<Stamp[]> {
  const rows = await tx.sql<Omit<Stamp, 'position'> & { position: string }>(
    `select position, nonce, token, stamped_at as "stampedAt" from access.audit_stamp
      where municipality_code = $1 order by position`,
    [tx.municipality],
  )
  return rows.map((row) => ({ ...row, position: Number(row.position) }))
}

export async function lastStamp(tx: Tx): Promise<Pick<Stamp, 'position' | 'stampedAt'> | undefined> {
  const [row] = await tx.sql<{ position: string; stampedAt: Date }>(
    `select position, stamped_at as "stampedAt" from access.audit_stamp
      where municipality_code = $1 order by position desc limit 1`,
    [tx.municipality],
  )
  return row && { position: Number(row.position), stampedAt: row.stampedAt }
}

/** When the first head behind a place was signed; `null`: all are before it. */
export async function waitingSince(tx: Tx, position: number): Promise<Date | null> {
  const [row] = await tx.sql<{ signedAt: Date | null }>(
    `select min(signed_at) as "signedAt" from access.audit_head where municipality_code = $1 and position > $2`,
    [tx.municipality, position],
  )
  return row?.signedAt ?? null
}

export async function insertStamp(tx: Tx, stamp: Stamp): Promise<void> {
  await tx.sql(
    `insert into access.audit_stamp (municipality_code, position, nonce, token, stamped_at)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [tx.municipality, stamp.position, stamp.nonce, stamp.token, stamp.stampedAt],
  )
}
