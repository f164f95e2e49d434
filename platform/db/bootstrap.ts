import pg from 'pg'

/**
 * The roles of the data tier, made once by a superuser (an operator runs this, or the embedded start does).
 *
 * - `migrator` owns everything; itself under forced RLS.
 * - `app` serves requests with the granted verbs only. `linkage` alone may close resident versions (`to_seq`).
 * - `searcher` (BYPASSRLS, no sign-in) owns the SECURITY DEFINER search functions that check the municipality themselves,
 *   since only leakproof operators use an index under RLS (design §4 rule 4).
 * - `loader` (BYPASSRLS, no sign-in) may only COPY new rows of the municipality in scope, since COPY FROM is refused under
 *   RLS. `linkage` becomes it by SET ROLE for that one statement and inherits nothing of it.
 * - `disposer` (no sign-in, under row security) alone may delete, and only what is kept for a time. `app` becomes it by
 *   SET ROLE for that one statement and inherits nothing of it.
 * - `clearer` (no sign-in, under row security) may delete what lies in practice towns, and of a real town nothing: policies
 *   of the tables say so. `app` becomes it in the same way.
 * - `worker` owns the job queue and runs nothing else.
 * - `rekeyer` changes a municipality's keys and seals anew what they sealed (platform/rekey.ts): it may update sealed
 *   columns, under row security, and may see when the transactions of others began.
 */
export type RolePasswords = {
  readonly migrator: string
  readonly app: string
  readonly linkage: string
  readonly worker: string
  readonly rekeyer: string
}

const LOGIN_ROLES = ['migrator', 'app', 'linkage', 'worker', 'rekeyer'] as const

/**
 * A request that hangs gives its locks and its connection back. Taking in a large file is one statement that may last for
 * hours; only its silence between two statements has an end.
 */
const LIMITS = {
  app: { statement_timeout: '60s', lock_timeout: '10s', idle_in_transaction_session_timeout: '60s' },
  linkage: { idle_in_transaction_session_timeout: '120s' },
  rekeyer: { lock_timeout: '10s', idle_in_transaction_session_timeout: '60s' },
} as const

export async function bootstrapDatabase(
  superuserUrl: string,
  database: string,
  passwords: RolePasswords,
): Promise<void> {
  const admin = new pg.Client({ connectionString: superuserUrl })
  await admin.connect()
  try {
    for (const role of LOGIN_ROLES) {
      const known = await admin.query('select 1 from pg_roles where rolname = $1', [role])
      const verb = known.rowCount === 0 ? 'create' : 'alter'
      await admin.query(`${verb} role ${role} login password ${pg.escapeLiteral(passwords[role])}`)
    }
    for (const role of ['searcher', 'loader']) {
      const known = await admin.query('select 1 from pg_roles where rolname = $1', [role])
      if (known.rowCount === 0) await admin.query(`create role ${role} nologin bypassrls`)
    }
    for (const role of ['disposer', 'clearer']) {
      const known = await admin.query('select 1 from pg_roles where rolname = $1', [role])
      if (known.rowCount === 0) await admin.query(`create role ${role} nologin`)
    }
    await admin.query('grant searcher to migrator')
    // Before the grant: PostgreSQL 15 looks at the role, later ones write its word into the grant.
    await admin.query('alter role linkage noinherit')
    await admin.query('alter role app noinherit')
    await admin.query('grant loader to linkage')
    await admin.query('grant disposer, clearer to app')
    await admin.query('grant worker to migrator')
    await admin.query('grant pg_read_all_stats to rekeyer')
    // One size must plan for 500 and for 3.7 million people (design §4): never a cached generic plan.
    for (const role of ['app', 'linkage', 'rekeyer'])
      await admin.query(`alter role ${role} set plan_cache_mode = force_custom_plan`)
    for (const role of LOGIN_ROLES) await admin.query(`alter role ${role} set timezone = 'UTC'`)
    for (const [role, limits] of Object.entries(LIMITS))
      for (const [setting, value] of Object.entries(limits))
        await admin.query(`alter role ${role} set ${setting} = '${value}'`)
    const exists = await admin.query('select 1 from pg_database where datname = $1', [database])
    if (exists.rowCount === 0) {
      await admin.query(
        `create database ${database} owner migrator template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'`,
      )
    }
  } finally {
    await admin.end()
  }
  const inside = new pg.Client({ connectionString: databaseUrl(superuserUrl, database) })
  await inside.connect()
  try {
    await inside.query('create extension if not exists btree_gin')
    await inside.query('revoke create on schema public from public')
    await inside.query(`grant create on database ${database} to migrator, worker`)
    await inside.query(`grant connect on database ${database} to app, linkage, worker, rekeyer`)
  } finally {
    await inside.end()
  }
}

/** The same server, another database, and optionally another role. */
export function databaseUrl(
  url: string,
  database: string,
  role?: { name: string; password: string },
): string {
  const made = new URL(url)
  made.pathname = `/${database}`
  if (role) {
    made.username = role.name
    made.password = role.password
  }
  return made.toString()
}
