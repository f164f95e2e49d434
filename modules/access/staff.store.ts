import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { StaffState } from './staff-states.ts'
import { ALL_DISASTERS, type SpellRow } from './staff.ts'

export type Account = {
  readonly staffId: string
  readonly version: number
  readonly loginId: string
  readonly displayName: string
  readonly department: string
  readonly disabledAt: Date | null
  readonly lastOn: string | null
  readonly createdAt: Date
  readonly mustChangePassword: boolean
}

const columns = `s.staff_id as "staffId", s.version, s.login_id as "loginId", s.display_name as "displayName",
  s.department, s.disabled_at as "disabledAt", s.last_on as "lastOn", s.created_at as "createdAt",
  s.must_change_password as "mustChangePassword"`

/** Acts that change rights come one after another: two administrators could take away each other's. */
export async function lockStaff(tx: Tx): Promise<void> {
  await tx.sql(
    `select staff_id from access.staff where municipality_code = $1 order by staff_id for no key update`,
    [tx.municipality],
  )
}

export async function findAccount(tx: Tx, staffId: string): Promise<Account | undefined> {
  const [row] = await tx.sql<Account>(
    `select ${columns} from access.staff s where s.municipality_code = $1 and s.staff_id = $2`,
    [tx.municipality, staffId],
  )
  return row
}

export async function listAccounts(tx: Tx): Promise<Account[]> {
  return await tx.sql<Account>(
    `select ${columns} from access.staff s where s.municipality_code = $1 order by s.login_id`,
    [tx.municipality],
  )
}

/** `state` said in SQL as `stateOf` says it. */
export async function searchAccounts(
  tx: Tx,
  asked: {
    readonly words: readonly string[]
    readonly state: StaffState | null
    readonly role: string | null
    readonly on: string
    readonly offset: number
    readonly limit: number
  },
): Promise<{ rows: (Account & { readonly lastSeenAt: Date | null })[]; count: number }> {
  const rows = await tx.sql<Account & { lastSeenAt: Date | null; count: number }>(
    `select ${columns}, count(*) over ()::integer as count,
            (select max(e.last_seen_at) from access.session e
              where e.municipality_code = $1 and e.staff_id = s.staff_id) as "lastSeenAt"
       from access.staff s
      where s.municipality_code = $1
        and not exists (select 1 from unnest($2::text[]) as w (word)
             where position(lower(w.word) in lower(s.login_id || ' ' || s.display_name || ' ' || s.department)) = 0)
        and ($3::text is null or $3 = case when s.last_on < $5::date then 'retired'
             when s.disabled_at is not null then 'suspended' when s.last_on is null then 'active' else 'leaving' end)
        and ($4::text is null or exists (select 1 from access.staff_role r
             where r.municipality_code = $1 and r.staff_id = s.staff_id and r.role = $4
               and r.from_on <= $5 and (r.until_on is null or r.until_on >= $5)))
      order by s.department, s.login_id offset $6 limit $7`,
    [tx.municipality, asked.words, asked.state, asked.role, asked.on, asked.offset, asked.limit],
  )
  return { rows, count: rows[0]?.count ?? 0 }
}

/** Nothing when the login ID is taken. */
export async function insertAccount(
  tx: Tx,
  account: Pick<Account, 'staffId' | 'loginId' | 'displayName' | 'department'> & {
    readonly passwordHash: string
    readonly now: Date
  },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into access.staff (municipality_code, staff_id, login_id, display_name, department, password_hash,
       must_change_password, created_at) values ($1, $2, $3, $4, $5, $6, true, $7)
     on conflict (municipality_code, login_id) do nothing returning staff_id`,
    [
      tx.municipality,
      account.staffId,
      account.loginId,
      account.displayName,
      account.department,
      account.passwordHash,
      account.now,
    ],
  )
  return rows.length === 1
}

/** What may change of an account; `undefined` when another version is there. */
export async function updateAccount(
  tx: Tx,
  { staffId, version }: { readonly staffId: string; readonly version: number },
  to: Pick<Account, 'displayName' | 'department' | 'disabledAt' | 'lastOn'>,
): Promise<number | undefined> {
  const [row] = await tx.sql<{ version: number }>(
    `update access.staff set version = version + 1, display_name = $4, department = $5, disabled_at = $6, last_on = $7
      where municipality_code = $1 and staff_id = $2 and version = $3 returning version`,
    [tx.municipality, staffId, version, to.displayName, to.department, to.disabledAt, to.lastOn],
  )
  return row?.version
}

export async function setInitialPassword(tx: Tx, staffId: string, passwordHash: string): Promise<void> {
  await tx.sql(
    `update access.staff set password_hash = $3, must_change_password = true
      where municipality_code = $1 and staff_id = $2`,
    [tx.municipality, staffId, passwordHash],
  )
}

/** How many there were. */
export async function endSessions(tx: Tx, staffId: string, now: Date): Promise<number> {
  const rows = await tx.sql(
    `update access.session set ended_at = $3
      where municipality_code = $1 and staff_id = $2 and ended_at is null and expires_at > $3 returning session_id`,
    [tx.municipality, staffId, now],
  )
  return rows.length
}

export async function countSessions(tx: Tx, staffId: string, now: Date, seenAfter: Date): Promise<number> {
  const [row] = await tx.sql<{ count: number }>(
    `select count(*)::integer as count from access.session
      where municipality_code = $1 and staff_id = $2 and ended_at is null and expires_at > $3 and last_seen_at > $4`,
    [tx.municipality, staffId, now, seenAfter],
  )
  return row?.count ?? 0
}

/** What is in force on a day or comes later, of some people or of all. */
export async function listSpells(
  tx: Tx,
  on: string,
  staffIds: readonly string[] | null,
): Promise<SpellRow[]> {
  return await tx.sql<SpellRow>(
    `select r.staff_id as "staffId", r.role, r.from_on as "fromOn", r.until_on as "untilOn",
            nullif(r.only_disaster, '${ALL_DISASTERS}') as "disasterId", r.only_areas as areas, t.name as "ownName",
            case when t.ended then '{}' else t.permissions end as "ownPermissions"
       from access.staff_role r
       left join lateral (select v.name, v.permissions, v.ended from access.town_role v
              where v.municipality_code = $1 and v.role_id::text = r.role order by v.version desc limit 1) t on true
      where r.municipality_code = $1 and (r.until_on is null or r.until_on >= greatest($2::date, r.from_on))
        and ($3::uuid[] is null or r.staff_id = any($3::uuid[]))
      order by r.staff_id, r.from_on, r.role`,
    [tx.municipality, on, staffIds],
  )
}

/** A spell that begins on the same day is made to end on the new one, and to hold where the new one does. */
export async function assign(
  tx: Tx,
  spell: Pick<SpellRow, 'staffId' | 'role' | 'fromOn' | 'untilOn' | 'disasterId' | 'areas'>,
): Promise<void> {
  await tx.sql(
    `insert into access.staff_role (municipality_code, staff_id, role, from_on, until_on, only_disaster, only_areas)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (municipality_code, staff_id, role, from_on, only_disaster)
       do update set until_on = excluded.until_on, only_areas = excluded.only_areas`,
    [
      tx.municipality,
      spell.staffId,
      spell.role,
      spell.fromOn,
      spell.untilOn,
      spell.disasterId ?? ALL_DISASTERS,
      spell.areas,
    ],
  )
}

/** Makes one spell end on a day, which may be the one before it begins; false when there is none that lasts longer. */
export async function endSpell(
  tx: Tx,
  spell: Pick<SpellRow, 'staffId' | 'role' | 'fromOn' | 'disasterId'>,
  lastOn: string,
): Promise<boolean> {
  const rows = await tx.sql(
    `update access.staff_role set until_on = greatest($6::date, from_on - 1)
      where municipality_code = $1 and staff_id = $2 and role = $3 and from_on = $4 and only_disaster = $5
        and (until_on is null or until_on > greatest($6::date, from_on - 1)) returning staff_id`,
    [tx.municipality, spell.staffId, spell.role, spell.fromOn, spell.disasterId ?? ALL_DISASTERS, lastOn],
  )
  return rows.length === 1
}
