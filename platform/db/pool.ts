import pg from 'pg'

/** Postgres types as we want them: bigint as bigint, date as 'YYYY-MM-DD' string, numeric as string. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === 20) return (value: string) => BigInt(value)
    if (oid === 1082) return (value: string) => value
    return pg.types.getTypeParser(oid, format as 'text')
  },
}

export type Pool = {
  readonly name: string
  /**
   * For a second transaction beside an open one of this pool: connections of their own, so that those who hold all of this
   * pool's do not wait for one another for ever.
   */
  readonly beside: Pool
  connect(): Promise<pg.PoolClient>
  end(): Promise<void>
}

const MOST_BESIDE = 4

/** Unknown to the types of `pg`. */
const PIPELINE: object = { pipeline: true }

/** The setting that undoes the roles' own (`bootstrap.ts`). */
const KEEP_PLANS = 'plan_cache_mode=auto'

const AGAIN = new Set([
  // Serialization failure, deadlock, lock not free in time, too many connections.
  ...['40001', '40P01', '55P03', '53300'],
  // The server is shutting down or starting.
  ...['57P01', '57P02', '57P03'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'],
])
/** What `pg` says without a code: the connection ended, could not be made in time, or none of the pool's came free. */
const LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (has encountered|was closed))/

/**
 * True where the same command may be sent again by its `requestId`: serialization, deadlock, a lock or a connection that
 * cannot be had now, a lost connection (SQLSTATE class 08), a database that is away.
 */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  if (typeof code === 'string') return AGAIN.has(code) || /^08...$/.test(code)
  return LOST.test(error.message)
}

export type PoolOptions = {
  readonly max?: number
  /**
   * Plans of named statements are kept where they are as good as new ones. For databases without towns: roles otherwise
   * plan every statement anew (`bootstrap.ts`), which for a look by a key costs more than the look.
   */
  readonly keepPlans?: boolean
  /**
   * Statements do not wait for each other's answers (`Tx.together`). Not for connections that COPY. A look by a key takes the
   * database a tenth of what its message takes both ends: what machines ask is hardly anything else (with `keepPlans`), and every
   * page begins and ends with such ones.
   */
  readonly pipeline?: boolean
}

/**
 * A pool over one or several hosts (east, west): `postgres://u:p@east:5432,west:5432/db`. `pg` knows no host list, so
 * each new connection tries the hosts in turn and keeps the one that is a writable primary.
 */
export function openPool(name: string, url: string, options: PoolOptions = {}): Pool {
  const hosts = splitHosts(url)
  const pools = hosts.map((connectionString) => {
    const pool = new pg.Pool({
      connectionString,
      max: options.max ?? 10,
      types: types as unknown as pg.CustomTypesConfig,
      ...(options.pipeline ? PIPELINE : {}),
      ...(options.keepPlans ? { options: `-c ${KEEP_PLANS}` } : {}),
      application_name: `open-bcl ${name}`,
      connectionTimeoutMillis: 5_000,
      // A host that vanished without a word is noticed.
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      idleTimeoutMillis: 30_000,
    })
    // A connection that dies, idle or between two statements of a transaction, fails the next statement and is never lent
    // again; the events must not end the process.
    pool.on('error', () => undefined)
    pool.on('connect', (client) => client.on('error', () => undefined))
    return pool
  })
  let current = 0
  let beside: Pool | undefined
  return {
    name,
    get beside() {
      beside ??= openPool(`${name}, beside`, url, { ...options, max: MOST_BESIDE })
      return beside
    },
    async connect() {
      const first = current
      let last: unknown
      for (let tries = 0; tries < pools.length; tries++) {
        // Counted from where this call began: others that connect now move `current`, too.
        const index = (first + tries) % pools.length
        try {
          const client = await pools[index]!.connect()
          if (pools.length > 1) await requirePrimary(client)
          current = index
          return client
        } catch (error) {
          last = error
        }
      }
      throw last
    },
    async end() {
      await Promise.all([...pools.map((pool) => pool.end()), beside?.end()])
    },
  }
}

/** Gives the client back when its host cannot write: a standby, or one that does not answer. */
async function requirePrimary(client: pg.PoolClient): Promise<void> {
  try {
    const { rows } = await client.query<{ ok: boolean }>('select not pg_is_in_recovery() as ok')
    // SQLSTATE 08001: while a standby takes over, there is no primary for some seconds.
    if (rows[0]?.ok !== true) throw Object.assign(new Error('standby'), { code: '08001' })
  } catch (error) {
    client.release(error as Error)
    throw error
  }
}

export function splitHosts(url: string): string[] {
  const match = /^(postgres(?:ql)?:\/\/(?:[^@/]*@)?)([^/?]+)(.*)$/.exec(url)
  if (!match) throw new Error('DATABASE_URL must look like postgres://user:password@host:port/name')
  const [, head, hosts, tail] = match as unknown as [string, string, string, string]
  return hosts.split(',').map((host) => `${head}${host}${tail}`)
}
