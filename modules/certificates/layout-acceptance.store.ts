import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type LayoutAct = {
  readonly layoutVersion: string
  readonly actNo: number
  readonly act: 'printed' | 'accepted'
  readonly build: string
  readonly at: Date
  readonly actor: string
}

/** Oldest first. */
export async function listLayoutActs(tx: Tx, layoutVersion: string | null): Promise<LayoutAct[]> {
  return await tx.sql<LayoutAct>(
    `select layout_version as "layoutVersion", act_no as "actNo", act, build, at, actor from certificates.layout_act
      where municipality_code = $1 and ($2::text is null or layout_version = $2) order by layout_version, act_no`,
    [tx.municipality, layoutVersion],
  )
}

/** Whether the town accepted it. */
export async function isAccepted(tx: Tx, layoutVersion: string): Promise<boolean> {
  const rows = await tx.sql(
    `select 1 from certificates.layout_act where municipality_code = $1 and layout_version = $2 and act = 'accepted'`,
    [tx.municipality, layoutVersion],
  )
  return rows.length === 1
}

/** Appends; false when another was quicker, or it had been accepted. */
export async function insertLayoutAct(tx: Tx, act: Omit<LayoutAct, 'actNo'>): Promise<boolean> {
  const rows = await tx.sql(
    `insert into certificates.layout_act (municipality_code, layout_version, act_no, act, build, at, actor)
     select $1, $2::text, coalesce(max(act_no), 0) + 1, $3::text, $4::text, $5::timestamptz, $6::text
       from certificates.layout_act where municipality_code = $1 and layout_version = $2
     on conflict do nothing returning act_no`,
    [tx.municipality, act.layoutVersion, act.act, act.build, act.at, act.actor],
  )
  return rows.length === 1
}
