import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { bootstrapDatabase, databaseUrl, type RolePasswords } from '../db/bootstrap.ts'
import { migrate, type Migration } from '../db/migrate.ts'
import { openPool, type Pool } from '../db/pool.ts'
import { installJobs } from '../jobs.ts'

/**
 * A real, migrated database of the test file's own, cloned from a template in a fraction of a second.
 * The server is started by the test runner, which names it in `TEST_DATABASE_URL`.
 */
export type TestDatabase = {
  readonly app: Pool
  readonly linkage: Pool
  /** `app` as programs open it for what machines ask. */
  readonly machines: Pool
  readonly urls: {
    readonly app: string
    readonly linkage: string
    readonly migrator: string
    readonly worker: string
    readonly rekeyer: string
    readonly admin: string
  }
  close(): Promise<void>
}

const passwords: RolePasswords = {
  migrator: 'test',
  app: 'test',
  linkage: 'test',
  worker: 'test',
  rekeyer: 'test',
}

/** `kept`: the name of a database that stays when it is closed, and is brought up to date when it is opened again. */
export async function testDatabase(
  kind: 'cloud' | 'center',
  migrations: readonly Migration[],
  kept?: string,
): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL']
  if (!server) throw new Error('TEST_DATABASE_URL is not set: run tests with `npm test`')
  const template = await templateOf(server, kind, migrations)
  const name = kept ?? `test_${randomBytes(6).toString('hex')}`
  const known = await asAdmin(server, async (admin) => {
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 1) return true
    await admin.query(`create database ${name} template ${template} owner migrator`)
    await admin.query(`grant connect on database ${name} to app, linkage, worker, rekeyer`)
    return false
  })
  if (known)
    await migrate(databaseUrl(server, name, { name: 'migrator', password: passwords.migrator }), migrations)
  const url = (role: keyof RolePasswords): string =>
    databaseUrl(server, name, { name: role, password: passwords[role] })
  const asked = { keepPlans: true, pipeline: true }
  // As the cloud's own.
  const screens = { pipeline: true }
  const machines = openPool('test machines', url('app'), { max: 8, ...asked })
  // The centre is asked by machines above all, and has one pool.
  const app = openPool('test app', url('app'), { max: 8, ...(kind === 'center' ? asked : screens) })
  const linkage = openPool('test linkage', url('linkage'), { max: 4 })
  return {
    app,
    linkage,
    machines,
    urls: {
      app: url('app'),
      linkage: url('linkage'),
      migrator: url('migrator'),
      worker: url('worker'),
      rekeyer: url('rekeyer'),
      admin: databaseUrl(server, name),
    },
    async close() {
      await app.end()
      await linkage.end()
      await machines.end()
      if (kept !== undefined) return
      await asAdmin(server, (admin) => admin.query(`drop database if exists ${name} with (force)`))
    },
  }
}

/** Name carries the migrations' checksums: a changed migration makes a new template. */
async function templateOf(server: string, kind: string, migrations: readonly Migration[]): Promise<string> {
  const { createHash } = await import('node:crypto')
  const digest = createHash('sha256')
    .update(migrations.map((m) => m.checksum).join())
    .digest('hex')
    .slice(0, 12)
  const template = `template_${kind}_${digest}`
  const lock = new pg.Client({ connectionString: server })
  await lock.connect()
  try {
    // Test files start at once and all want the template; tests may use a session lock, the product does not.
    await lock.query('select pg_advisory_lock(4711)')
    const known = await lock.query('select 1 from pg_database where datname = $1 and datallowconn = false', [
      template,
    ])
    if (known.rowCount === 0) {
      await lock.query(`drop database if exists ${template} with (force)`)
      await bootstrapDatabase(server, template, passwords)
      await migrate(
        databaseUrl(server, template, { name: 'migrator', password: passwords.migrator }),
        migrations,
      )
      if (kind === 'cloud')
        await installJobs(databaseUrl(server, template, { name: 'worker', password: passwords.worker }))
      await closeConnections(lock, template)
      await lock.query(`alter database ${template} with allow_connections false`)
    }
  } finally {
    await lock.end()
  }
  return template
}

async function closeConnections(admin: pg.Client, database: string): Promise<void> {
  for (;;) {
    const { rowCount } = await admin.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
      [database],
    )
    if (rowCount === 0) return
    await delay(20)
  }
}

async function asAdmin<T>(server: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}
