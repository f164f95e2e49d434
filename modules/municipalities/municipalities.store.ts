import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type SettingRow = {
  readonly key: string
  readonly fromOn: string
  readonly setAt: Date
  readonly setBy: string
  readonly value: unknown
}

const columns = `key, from_on as "fromOn", set_at as "setAt", set_by as "setBy", value`

/** The town, and the value of each key that holds on a day; one statement, since nearly everything asks it. */
export async function findTenantOn(
  tx: Tx,
  day: string,
): Promise<(Tenant & { readonly settings: readonly SettingRow[] }) | undefined> {
  const rows = await tx.sql<Tenant & (SettingRow | { readonly key: null })>(
    `select t.name, t.demonstration, t.onboarded_at as "onboardedAt", held.*
       from app.tenant t left join lateral (
         select distinct on (key) ${columns} from municipalities.setting
          where municipality_code = $1 and from_on <= $2 order by key, from_on desc, set_no desc) held on true
      where t.municipality_code = $1`,
    [tx.municipality, day],
  )
  const [first] = rows
  if (first === undefined) return undefined
  const { name, demonstration, onboardedAt } = first
  return {
    name,
    demonstration,
    onboardedAt,
    settings: rows.flatMap((row) => (row.key === null ? [] : [row])),
  }
}

export async function settingHistory(tx: Tx): Promise<SettingRow[]> {
  return await tx.sql<SettingRow>(
    `select ${columns} from municipalities.setting where municipality_code = $1
      order by set_no desc limit 200`,
    [tx.municipality],
  )
}

/** How many settings there are; the number of the newest. */
export async function settingsVersion(tx: Tx): Promise<number> {
  const [row] = await tx.sql<{ version: number }>(
    'select coalesce(max(set_no), 0) as version from municipalities.setting where municipality_code = $1',
    [tx.municipality],
  )
  return row!.version
}

/** Appends after the setting that was the newest when `version` was read; false when another came first. */
export async function insertSetting(tx: Tx, version: number, row: SettingRow): Promise<boolean> {
  const rows = await tx.sql(
    `insert into municipalities.setting (municipality_code, set_no, key, from_on, set_at, set_by, value)
     select $1, $2::integer + 1, $3, $4, $5, $6, $7
      where $2 = (select coalesce(max(set_no), 0) from municipalities.setting where municipality_code = $1)
     on conflict do nothing returning set_no`,
    [tx.municipality, version, row.key, row.fromOn, row.setAt, row.setBy, JSON.stringify(row.value)],
  )
  return rows.length === 1
}

export async function insertTenant(
  tx: Tx,
  name: string,
  demonstration: boolean,
  now: Date,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into app.tenant (municipality_code, name, demonstration, onboarded_at) values ($1, $2, $3, $4)
     on conflict do nothing returning municipality_code`,
    [tx.municipality, name, demonstration, now],
  )
  return rows.length === 1
}

type Tenant = { readonly name: string; readonly demonstration: boolean; readonly onboardedAt: Date }

export async function findTenant(tx: Tx): Promise<Tenant | undefined> {
  const [row] = await tx.sql<Tenant>(
    'select name, demonstration, onboarded_at as "onboardedAt" from app.tenant where municipality_code = $1',
    [tx.municipality],
  )
  return row
}
