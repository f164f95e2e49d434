import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { DutyMode } from './duties.ts'

export type DutySetting = {
  readonly duty: string
  readonly version: number
  readonly mode: DutyMode
  readonly at: Date
  readonly by: string
}

/** The newest of each duty that the town has decided on. */
export async function listDutySettings(tx: Tx): Promise<DutySetting[]> {
  return await tx.sql<DutySetting>(
    `select distinct on (duty) duty, version, mode, at, by
       from access.duty_setting where municipality_code = $1 order by duty, version desc`,
    [tx.municipality],
  )
}

/** False when somebody has written this version already. */
export async function appendDutySetting(tx: Tx, setting: DutySetting): Promise<boolean> {
  const rows = await tx.sql(
    `insert into access.duty_setting (municipality_code, duty, version, mode, at, by) values ($1, $2, $3, $4, $5, $6)
     on conflict (municipality_code, duty, version) do nothing returning duty`,
    [tx.municipality, setting.duty, setting.version, setting.mode, setting.at, setting.by],
  )
  return rows.length === 1
}
