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
  connect(): Promise<pg.PoolClient>
  end(): Promise<void>
}

const CONNECTION_LOST = /^(57P0[1-3]|08...|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/

/** True where the same command may be sent again by its `requestId`: serialization, deadlock, lost connection. */
export function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  if (typeof code !== 'string') return false
  return code === '40001' || code === '40P01' || CONNECTION_LOST.test(code)
}

/**
 * A pool over one or several hosts (east, west): `postgres://u:p@east:5432,west:5432/db`. `pg` knows no host list, so
 * each new connection tries the hosts in turn and keeps the one that is a writable primary.
 */
export function openPool(name: string, url: string, options: { max?: number } = {}): Pool {
  const hosts = splitHosts(url)
  const pools = hosts.map((connectionString) => {
    const pool = new pg.Pool({
      connectionString,
      max: options.max ?? 10,
      types: types as unknown as pg.CustomTypesConfig,
      application_name: `open-bcl ${name}`,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: 30_000,
    })
    // An idle connection that dies is replaced at the next request; the event must not end the process.
    pool.on('error', () => undefined)
    return pool
  })
  let current = 0
  return {
    name,
    async connect() {
      let last: unknown
      for (let tries = 0; tries < pools.length; tries++) {
        try {
          const client = await pools[current]!.connect()
          if (pools.length === 1 || (await isPrimary(client))) return client
          client.release()
          last = new Error('standby')
        } catch (error) {
          last = error
        }
        current = (current + 1) % pools.length
      }
      throw last
    },
    async end() {
      await Promise.all(pools.map((pool) => pool.end()))
    },
  }
}

async function isPrimary(client: pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ ok: boolean }>('select not pg_is_in_recovery() as ok')
  return rows[0]?.ok === true
}

export function splitHosts(url: string): string[] {
  const match = /^(postgres(?:ql)?:\/\/(?:[^@/]*@)?)([^/?]+)(.*)$/.exec(url)
  if (!match) throw new Error('DATABASE_URL must look like postgres://user:password@host:port/name')
  const [, head, hosts, tail] = match as unknown as [string, string, string, string]
  return hosts.split(',').map((host) => `${head}${host}${tail}`)
}
