import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { RoleName } from './roles.ts'
import type { TerminalClass } from './terminal-classes.ts'

export type TerminalRow = {
  readonly terminalId: string
  readonly name: string
  readonly terminalClass: TerminalClass
  readonly registeredAt: Date
  readonly registeredBy: string
  readonly revokedAt: Date | null
  readonly lastSeenAt: Date | null
  /** Only the browser is marked: it has no certificate. */
  readonly marked: boolean
}

/** A terminal that a certificate proved. */
export type EnrolledTerminal = {
  readonly terminalId: string
  readonly terminalClass: TerminalClass
  readonly certificateNo: number
}

const columns = `t.terminal_id as "terminalId", t.name, t.class as "terminalClass", t.registered_at as "registeredAt",
  t.registered_by as "registeredBy", t.revoked_at as "revokedAt", t.last_seen_at as "lastSeenAt",
  t.token_hash is not null as marked`

export async function insertTerminal(
  tx: Tx,
  terminal: {
    terminalId: string
    name: string
    terminalClass: TerminalClass
    tokenHash: Buffer | null
    now: Date
    by: string
  },
): Promise<void> {
  await tx.sql(
    `insert into access.terminal (municipality_code, terminal_id, name, class, token_hash, registered_at, registered_by)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      tx.municipality,
      terminal.terminalId,
      terminal.name,
      terminal.terminalClass,
      terminal.tokenHash,
      terminal.now,
      terminal.by,
    ],
  )
}

/** The marked terminal of a token, unless it was revoked. */
export async function findMarked(tx: Tx, tokenHash: Buffer): Promise<TerminalRow | undefined> {
  const [row] = await tx.sql<TerminalRow>(
    `select ${columns} from access.terminal t
      where t.municipality_code = $1 and t.token_hash = $2 and t.revoked_at is null`,
    [tx.municipality, tokenHash],
  )
  return row
}

/** Held until the transaction ends: whoever gives it another certificate waits. */
export async function holdTerminal(tx: Tx, terminalId: string): Promise<TerminalRow | undefined> {
  const [row] = await tx.sql<TerminalRow>(
    `select ${columns} from access.terminal t where t.municipality_code = $1 and t.terminal_id = $2 for update`,
    [tx.municipality, terminalId],
  )
  return row
}

/** The town's terminal of a certificate; neither it nor the certificate has ended. */
export async function findEnrolled(tx: Tx, fingerprint: string): Promise<EnrolledTerminal | undefined> {
  const [row] = await tx.sql<EnrolledTerminal>(
    `select t.terminal_id as "terminalId", t.class as "terminalClass", c.certificate_no as "certificateNo"
       from access.terminal_certificate c
       join access.terminal t on t.municipality_code = c.municipality_code and t.terminal_id = c.terminal_id
      where c.municipality_code = $1 and c.fingerprint = $2 and c.ended_at is null and t.revoked_at is null`,
    [tx.municipality, fingerprint],
  )
  return row
}

export type ListedTerminal = TerminalRow & {
  /** Of the newest certificate. */
  readonly validUntil: Date | null
  readonly used: boolean
}

export async function listTerminals(tx: Tx): Promise<ListedTerminal[]> {
  return await tx.sql<ListedTerminal>(
    `select distinct on (t.registered_at, t.terminal_id) ${columns}, c.valid_until as "validUntil",
            t.token_hash is not null or c.first_used_at is not null as used
       from access.terminal t
       left join access.terminal_certificate c
         on c.municipality_code = t.municipality_code and c.terminal_id = t.terminal_id
      where t.municipality_code = $1
      order by t.registered_at desc, t.terminal_id, c.certificate_no desc`,
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

export type NewCertificate = {
  readonly terminalId: string
  readonly fingerprint: string
  readonly now: Date
  readonly by: string
  readonly validUntil: Date
}

/** One that was given out before and never used is worth nothing from now on; the one in use stays until this one is. */
export async function insertCertificate(tx: Tx, certificate: NewCertificate): Promise<void> {
  const { terminalId, fingerprint, now, by, validUntil } = certificate
  await tx.sql(
    `update access.terminal_certificate set ended_at = $3
      where municipality_code = $1 and terminal_id = $2 and first_used_at is null and ended_at is null`,
    [tx.municipality, terminalId, now],
  )
  await tx.sql(
    `insert into access.terminal_certificate (municipality_code, terminal_id, certificate_no, fingerprint, made_at, made_by,
       valid_until)
     select $1, $2, coalesce(max(certificate_no), 0) + 1, $3, $4, $5, $6 from access.terminal_certificate
      where municipality_code = $1 and terminal_id = $2`,
    [tx.municipality, terminalId, fingerprint, now, by, validUntil],
  )
}

/** Somebody signs in there. With its first use a certificate ends those before it. */
export async function noteUse(
  tx: Tx,
  { terminalId, certificateNo }: EnrolledTerminal,
  now: Date,
): Promise<void> {
  await touchTerminal(tx, terminalId, now)
  const first = await tx.sql(
    `update access.terminal_certificate set first_used_at = $3
      where municipality_code = $1 and terminal_id = $2 and certificate_no = $4 and first_used_at is null
     returning certificate_no`,
    [tx.municipality, terminalId, now, certificateNo],
  )
  if (first.length === 0) return
  await tx.sql(
    `update access.terminal_certificate set ended_at = $4
      where municipality_code = $1 and terminal_id = $2 and certificate_no < $3 and ended_at is null`,
    [tx.municipality, terminalId, certificateNo, now],
  )
}

/** Waits for nobody. */
export async function touchTerminal(tx: Tx, terminalId: string, now: Date): Promise<void> {
  await tx.sql(
    `update access.terminal set last_seen_at = $3
      where municipality_code = $1 and terminal_id = (
        select terminal_id from access.terminal
         where municipality_code = $1 and terminal_id = $2 for update skip locked)`,
    [tx.municipality, terminalId, now],
  )
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
