import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type TownRole = {
  readonly roleId: string
  readonly version: number
  readonly name: string
  readonly permissions: readonly string[]
  readonly ended: boolean
  readonly at: Date
  readonly by: string
}

/** The newest version of each. */
export async function listTownRoles(tx: Tx): Promise<TownRole[]> {
  return await tx.sql<TownRole>(
    `select distinct on (role_id) role_id as "roleId", version, name, permissions, ended, at, by
       from access.town_role where municipality_code = $1 order by role_id, version desc`,
    [tx.municipality],
  )
}

/** False when somebody has written this version already. */
export async function appendTownRole(tx: Tx, role: TownRole): Promise<boolean> {
  const rows = await tx.sql(
    `insert into access.town_role (municipality_code, role_id, version, name, permissions, ended, at, by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (municipality_code, role_id, version) do nothing returning role_id`,
    [tx.municipality, role.roleId, role.version, role.name, role.permissions, role.ended, role.at, role.by],
  )
  return rows.length === 1
}
