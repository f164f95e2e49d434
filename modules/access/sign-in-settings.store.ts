import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type SettingRow = {
  readonly settingNo: number
  readonly key: string
  readonly fromOn: string
  readonly setAt: Date
  readonly setBy: string
  readonly value: unknown
  readonly sealed: Buffer | null
}

const columns = `setting_no as "settingNo", key, from_on as "fromOn", set_at as "setAt", set_by as "setBy", value, sealed`

/** The setting of each key that holds on a day. */
export async function settingsOn(tx: Tx, on: string): Promise<SettingRow[]> {
  return await tx.sql<SettingRow>(
    `select distinct on (key) ${columns} from access.sign_in_setting
      where municipality_code = $1 and from_on <= $2 order by key, from_on desc, setting_no desc`,
    [tx.municipality, on],
  )
}

export async function settingHistory(tx: Tx): Promise<SettingRow[]> {
  return await tx.sql<SettingRow>(
    `select ${columns} from access.sign_in_setting where municipality_code = $1 order by setting_no desc limit 200`,
    [tx.municipality],
  )
}

/** Appends after the setting that was the newest when `after` was read; false when another came first. */
export async function insertSetting(
  tx: Tx,
  after: number,
  row: Omit<SettingRow, 'settingNo'>,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into access.sign_in_setting (municipality_code, setting_no, key, from_on, set_at, set_by, value, sealed)
     select $1, $2::integer + 1, $3, $4, $5, $6, $7, $8
      where $2 = (select coalesce(max(setting_no), 0) from access.sign_in_setting where municipality_code = $1)
     on conflict do nothing returning setting_no`,
    [
      tx.municipality,
      after,
      row.key,
      row.fromOn,
      row.setAt,
      row.setBy,
      JSON.stringify(row.value),
      row.sealed,
    ],
  )
  return rows.length === 1
}
