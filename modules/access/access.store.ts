import type { Pending } from '@open-bcl/platform/ctx.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { HeldRole } from './roles.ts'
import type { TerminalRule } from './sign-in-settings.ts'
import type { EnrolledTerminal } from './terminals.store.ts'

/** An account with what sign-in needs. */
export type StaffRow = {
  readonly staffId: string
  readonly loginId: string
  readonly displayName: string
  readonly department: string
  readonly passwordHash: string
  readonly mustChangePassword: boolean
  readonly disabledAt: Date | null
  /** 退職: the last day of work. */
  readonly lastOn: string | null
}

export type SessionRow = {
  readonly sessionId: string
  readonly staffId: string
  readonly csrfToken: string
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly displayName: string
  readonly mustChangePassword: boolean
  readonly pending: Pending | null
  readonly roles: readonly HeldRole[]
  /** The enrolled terminal signed in at; `null` = at none. */
  readonly terminalId: string | null
  /** The one that this request comes from. */
  readonly here: EnrolledTerminal | null
  readonly terminalRule: TerminalRule | null
}

const staffColumns = `staff_id as "staffId", login_id as "loginId", display_name as "displayName", department,
  password_hash as "passwordHash", must_change_password as "mustChangePassword",
  disabled_at as "disabledAt", last_on as "lastOn"`

export async function findStaffByLogin(tx: Tx, loginId: string): Promise<StaffRow | undefined> {
  const [row] = await tx.sql<StaffRow>(
    `select ${staffColumns} from access.staff where municipality_code = $1 and login_id = $2`,
    [tx.municipality, loginId],
  )
  return row
}

export async function findStaff(tx: Tx, staffId: string): Promise<StaffRow | undefined> {
  const [row] = await tx.sql<StaffRow>(
    `select ${staffColumns} from access.staff where municipality_code = $1 and staff_id = $2`,
    [tx.municipality, staffId],
  )
  return row
}

export async function displayNames(
  tx: Tx,
  staffIds: readonly string[],
): Promise<{ staffId: string; displayName: string }[]> {
  return await tx.sql(
    `select staff_id as "staffId", display_name as "displayName" from access.staff
      where municipality_code = $1 and staff_id = any($2::uuid[])`,
    [tx.municipality, staffIds],
  )
}

export async function insertStaff(
  tx: Tx,
  staff: {
    staffId: string
    loginId: string
    displayName: string
    department: string
    passwordHash: string
    mustChangePassword: boolean
    roles: readonly string[]
    fromOn: string
    now: Date
  },
): Promise<void> {
  await tx.sql(
    `insert into access.staff (municipality_code, staff_id, login_id, display_name, department, password_hash,
       must_change_password, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tx.municipality,
      staff.staffId,
      staff.loginId,
      staff.displayName,
      staff.department,
      staff.passwordHash,
      staff.mustChangePassword,
      staff.now,
    ],
  )
  await tx.sql(
    `insert into access.staff_role (municipality_code, staff_id, role, from_on)
     select $1, $2, role, $4 from unnest($3::text[]) as t (role)`,
    [tx.municipality, staff.staffId, [...staff.roles], staff.fromOn],
  )
}

/** The roles `r` of a person in force on day `$3`, each with the newest permissions of it, if it is the town's own. */
const held = `select r.role, nullif(r.only_disaster, '00000000-0000-0000-0000-000000000000') as "disasterId", r.only_areas as areas,
       (select case when t.ended then '{}' else t.permissions end from access.town_role t
         where t.municipality_code = $1 and t.role_id::text = r.role order by t.version desc limit 1) as "ownPermissions"
  from access.staff_role r
 where r.municipality_code = $1 and r.from_on <= $3 and (r.until_on is null or r.until_on >= $3)`

export async function rolesOf(tx: Tx, staffId: string, on: string): Promise<HeldRole[]> {
  return await tx.sql<HeldRole>(`${held} and r.staff_id = $2 order by r.role`, [tx.municipality, staffId, on])
}

/** The session of a token with its person and the roles in force, unless ended or the account was disabled. */
export async function findSession(
  tx: Tx,
  tokenHash: Buffer,
  on: string,
  /** Of the certificate that the connection proved. */
  fingerprint: string | null,
): Promise<SessionRow | undefined> {
  const [row] = await tx.sql<SessionRow>(
    `select s.session_id as "sessionId", s.staff_id as "staffId", s.csrf_token as "csrfToken",
            s.last_seen_at as "lastSeenAt", s.expires_at as "expiresAt", p.display_name as "displayName",
            p.must_change_password as "mustChangePassword", s.pending,
            -- Whom a temporary lift of 支援措置 is for (protection.pub_protected); no round trip of its own.
            set_config('app.staff', s.staff_id::text, true),
            s.terminal_id as "terminalId",
            (select jsonb_build_object('terminalId', t.terminal_id, 'terminalClass', t.class,
                      'certificateNo', c.certificate_no)
               from access.terminal_certificate c
               join access.terminal t on t.municipality_code = c.municipality_code and t.terminal_id = c.terminal_id
              where c.municipality_code = $1 and c.fingerprint = $4 and c.ended_at is null and t.revoked_at is null) as here,
            (select value from access.sign_in_setting
              where municipality_code = $1 and key = 'terminals' and from_on <= $3
              order by from_on desc, setting_no desc limit 1) as "terminalRule",
            coalesce((select jsonb_agg(h) from (${held} and r.staff_id = s.staff_id) h), '[]') as roles
       from access.session s
       join access.staff p on p.municipality_code = s.municipality_code and p.staff_id = s.staff_id
      where s.municipality_code = $1 and s.token_hash = $2 and s.ended_at is null and p.disabled_at is null
        and (p.last_on is null or p.last_on >= $3)`,
    [tx.municipality, tokenHash, on, fingerprint],
  )
  return row
}

export async function getTenant(tx: Tx): Promise<{ name: string; demonstration: boolean } | undefined> {
  const [row] = await tx.sql<{ name: string; demonstration: boolean }>(
    'select name, demonstration from app.tenant where municipality_code = $1',
    [tx.municipality],
  )
  return row
}
