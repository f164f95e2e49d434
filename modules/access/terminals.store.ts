import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { RoleName } from './roles.ts'

export type TerminalRow = {
  readonly terminalId: string
  readonly name: string
  readonly registeredAt: Date
  readonly registeredBy: string
  readonly revokedAt: Date | null
}

const columns = `terminal_id as "terminalId", name, registered_at as "registeredAt", registered_by as "registeredBy",
  revoked_at as "revokedAt"`

export async function insertTerminal(
  tx: Tx,
  terminal: { terminalId: string; name: string; tokenHash: Buffer; now: Date; by: string },
): Promise<void> {
  await tx.sql(
    `insert into access.terminal (municipality_code, terminal_id, name, token_hash, registered_at, registered_by)
     values ($1, $2, $3, $4, $5, $6)`,
    [tx.municipality, terminal.terminalId, terminal.name, terminal.tokenHash, terminal.now, terminal.by],
  )
}

/** The terminal of a token, unless it was revoked. */
export async function findTerminal(tx: Tx, tokenHash: Buffer): Promise<TerminalRow | undefined> {
  const [row] = await tx.sql<TerminalRow>(
    `select ${columns} from access.terminal
      where municipality_code = $1 and token_hash = $2 and revoked_at is null`,
    [tx.municipality, tokenHash],
  )
  return row
}

export async function listTerminals(tx: Tx): Promise<TerminalRow[]> {
  return await tx.sql<TerminalRow>(
    `select ${columns} from access.terminal where municipality_code = $1 order by registered_at desc, terminal_id`,
    [tx.municipality],
  )
}

/** False when there is none of that id that is in use. */
export async function revokeTerminal(tx: Tx, terminalId: string, now: Date, by: string): Promise<boolean> {
  const rows = await tx.sql(
    `update access.terminal set revoked_at = $3, revoked_by = $4
      where municipality_code = $1 and terminal_id = $2 and revoked_at is null returning terminal_id`,
    [tx.municipality, terminalId, now, by],
  )
  return rows.length === 1
}

/** Display names of staff of the town. */
export async function findStaffNames(tx: Tx, staffIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.sql<{ staffId: string; displayName: string }>(
    `select staff_id as "staffId", display_name as "displayName" from access.staff
      where municipality_code = $1 and staff_id = any($2::uuid[])`,
    [tx.municipality, staffIds],
  )
  return new Map(rows.map(({ staffId, displayName }) => [staffId, displayName]))
}

export type HolderRow = {
  readonly staffId: string
  readonly displayName: string
  readonly department: string
  readonly fromOn: string
  readonly untilOn: string | null
}

/** Who holds a role on a day or will. */
export async function listHolders(tx: Tx, role: RoleName, on: string): Promise<HolderRow[]> {
  return await tx.sql<HolderRow>(
    `select s.staff_id as "staffId", s.display_name as "displayName", s.department, r.from_on as "fromOn",
            r.until_on as "untilOn"
       from access.staff_role r
       join access.staff s on s.municipality_code = r.municipality_code and s.staff_id = r.staff_id
      where r.municipality_code = $1 and r.role = $2 and (r.until_on is null or r.until_on >= $3)
      order by s.display_name, s.staff_id`,
    [tx.municipality, role, on],
  )
}

/** From a day until a day; a spell that begins on the same day is made to end on the new one. */
export async function assignRole(
  tx: Tx,
  staffId: string,
  role: RoleName,
  fromOn: string,
  untilOn: string,
): Promise<void> {
  await tx.sql(
    `insert into access.staff_role (municipality_code, staff_id, role, from_on, until_on)
     values ($1, $2, $3, $4, $5)
     on conflict (municipality_code, staff_id, role, from_on, only_disaster) do update set until_on = excluded.until_on`,
    [tx.municipality, staffId, role, fromOn, untilOn],
  )
}

/** Ends every spell of a role as of the day before `on`. False when there is none. */
export async function endRole(tx: Tx, staffId: string, role: RoleName, on: string): Promise<boolean> {
  const rows = await tx.sql(
    `update access.staff_role set until_on = $4::date - 1
      where municipality_code = $1 and staff_id = $2 and role = $3 and (until_on is null or until_on >= $4)
     returning staff_id`,
    [tx.municipality, staffId, role, on],
  )
  return rows.length > 0
}
