import { createHash } from 'node:crypto'
import type { Writable } from 'node:stream'
import {
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely'
import pg from 'pg'
import { OPERATOR_REALM, type MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import type { Reach } from '@open-bcl/core/reach.ts'
import { openCopyIn, type CopyIn, type OpenCopy } from './copy-in.ts'
import type { Pool } from './pool.ts'
import { tenantGuard } from './tenant-guard.ts'

/** One open transaction in the scope of one municipality (or of none, in the centre's database). */
export type Tx = {
  readonly municipality: MunicipalityCode
  /** Query builder over the caller's own tables; refuses a tenant table without its municipality filter. */
  as<Tables>(): Kysely<Tables>
  /** Hand-written SQL for what the builder cannot say (functions). Runs under the same forced RLS. */
  sql<Row extends pg.QueryResultRow>(text: string, params?: readonly unknown[]): Promise<Row[]>
  /**
   * Writes what nobody needs the answer of: a pipelined connection sends it with whatever is asked next and waits for it at the
   * end, any other waits at once. Where it fails, the transaction fails with it.
   */
  alongside(text: string, params?: readonly unknown[]): Promise<void>
  /** Starts `copy … from stdin`; to be finished before anything else is asked of the transaction. */
  copyIn(sql: string): CopyIn
  /** A `copyIn` is not finished: the connection serves nothing else. */
  isCopying(): boolean
  /**
   * Asks once for what stays the same: in a REPEATABLE READ transaction the answer for a key is kept until its end, in
   * any other it is asked for each time. For readings of what the transaction itself does not write.
   */
  once<T>(key: string, ask: () => Promise<T>): Promise<T>
  /**
   * Asks what does not hang on each other's answers, in this order: in one packet where the connection takes that
   * (`PoolOptions.pipeline`), else one after the other.
   */
  together<Asks extends readonly (() => Promise<unknown>)[]>(
    ...asks: Asks
  ): Promise<{ -readonly [I in keyof Asks]: Awaited<ReturnType<Asks[I]>> }>
  /**
   * The last of a transaction: as `together`, and its COMMIT leaves in the same packet. Each must send its one statement at
   * once, without waiting for anything before. Nothing can be asked afterwards, and whoever throws afterwards throws in vain.
   */
  lastly<Asks extends readonly (() => Promise<unknown>)[]>(
    ...asks: Asks
  ): Promise<{ -readonly [I in keyof Asks]: Awaited<ReturnType<Asks[I]>> }>
  readonly client: pg.PoolClient
}

export type TxOptions = {
  /** All data of one certificate come from one REPEATABLE READ transaction (design §5.6). */
  readonly isolation?: 'repeatable read'
  readonly readOnly?: boolean
  /** What the right acted under is limited to; absent: nothing. Rows of others are not there (`app.in_reach`, `app.in_areas`). */
  readonly reach?: Reach | undefined
}

/** Lends `work` one transaction scoped to `municipality`; commits when it returns, rolls back when it throws. */
export async function inScope<T>(
  pool: Pool,
  municipality: MunicipalityCode,
  work: (tx: Tx) => Promise<T>,
  options: TxOptions = {},
): Promise<T> {
  // The literal goes into SQL text (only a literal SET LOCAL reaches Citus workers), so its form is proved first.
  if (municipality !== OPERATOR_REALM && !isMunicipalityCode(municipality))
    throw new Error('not a municipality code')
  const mode = `${options.isolation ? ' isolation level repeatable read' : ''}${options.readOnly ? ' read only' : ''}`
  return await transact(
    pool,
    `begin${mode}; set local app.municipality_code = '${municipality}'${options.reach ? `; ${limiting(options.reach)}` : ''}`,
    municipality,
    work,
    options.isolation === 'repeatable read',
  )
}

/** Limits an open transaction, for what is left of it. */
export async function limitReach(tx: Tx, reach: Reach): Promise<void> {
  await tx.client.query(limiting(reach))
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Literals, as above. */
function limiting(reach: Reach): string {
  const disasters = [...new Set(reach.map(({ disasterId }) => disasterId))]
  if (!disasters.every((id) => UUID.test(id))) throw new Error('not the id of a disaster')
  const areas = reach.flatMap(({ disasterId, areas }) =>
    // A line feed in a name would begin another line.
    areas === null ? [disasterId] : areas.map((area) => `${disasterId}:${area.replaceAll('\n', ' ')}`),
  )
  const whole = reach.every(({ areas }) => areas === null)
  return [
    `set local app.limited = 'yes'; set local app.disasters = '${disasters.join(',')}'`,
    // The first line is there even where nothing else is: an empty setting would be no limit.
    ...(whole ? [] : [`set local app.areas = ${pg.escapeLiteral(['only', ...areas].join('\n'))}`]),
  ].join('; ')
}

/** A transaction in a database without tenants (the centre's). */
export async function inCenter<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  return await transact(pool, 'begin', '' as MunicipalityCode, work)
}

/**
 * One statement in a database without tenants, a transaction by itself: without BEGIN and COMMIT it is a third of the
 * messages, and what machines ask is mostly this.
 */
export async function inCenterOnce<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  let asked = false
  return await byThemselves(pool, work, () => {
    if (asked) refuse()
    asked = true
  })
}

/**
 * Statements of which each is a transaction by itself: for looking, where nothing is locked and nothing hangs together. Two
 * readings of a transaction see two moments, too, unless it is REPEATABLE READ.
 */
export async function inCenterEach<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  return await byThemselves(pool, work, () => undefined)
}

function refuse(): never {
  throw new Error('one statement by itself')
}

async function byThemselves<T>(pool: Pool, work: (tx: Tx) => Promise<T>, count: () => void): Promise<T> {
  const client = await pool.connect()
  const tx = txOf(client, '' as MunicipalityCode, [], false)
  let broken: Error | undefined
  try {
    return await work({
      ...tx,
      async sql<Row extends pg.QueryResultRow>(text: string, params?: readonly unknown[]) {
        count()
        try {
          return await tx.sql<Row>(text, params)
        } catch (error) {
          // What the server refused leaves the connection as it was; any other end may have cut it.
          if ((error as { severity?: unknown }).severity !== 'ERROR') broken = error as Error
          throw error
        }
      },
      as: refuse,
      copyIn: refuse,
      alongside: refuse,
      lastly: refuse,
    })
  } finally {
    client.release(broken)
  }
}

async function transact<T>(
  pool: Pool,
  begin: string,
  municipality: MunicipalityCode,
  work: (tx: Tx) => Promise<T>,
  keeps = false,
): Promise<T> {
  const client = await pool.connect()
  const copies: OpenCopy[] = []
  const copying = (): boolean => copies.some((copy) => copy.isOpen())
  const end: End = { came: false, commit: null, cause: null }
  let broken: Error | undefined
  try {
    // The first statement leaves with it; what follows a BEGIN that failed is refused, or rolled back here.
    const begun = inOnePacket(client, () => client.query(begin))
    if (isPipelined(client)) begun.catch(() => undefined)
    else await begun
    const result = await work(txOf(client, municipality, copies, keeps, end))
    await begun
    if (copying()) throw new Error('the transaction ended inside a COPY')
    await (end.commit ?? commit(client))
    return result
  } catch (error) {
    // An open COPY takes no ROLLBACK: cutting the connection ends both.
    if (copying()) broken = error instanceof Error ? error : new Error('COPY left open')
    else {
      await client.query('rollback').catch((failed: Error) => {
        broken = failed
      })
    }
    throw end.cause !== null && isAftermath(error) ? end.cause : error
  } finally {
    client.release(broken)
  }
}

const ROLLED_BACK = 'COMMIT was answered with ROLLBACK'

/** What every statement behind one that failed is told, and COMMIT. */
function isAftermath(error: unknown): boolean {
  return (
    error instanceof Error && ((error as { code?: string }).code === '25P02' || error.message === ROLLED_BACK)
  )
}

async function commit(client: pg.PoolClient): Promise<void> {
  const { command } = await client.query('commit').catch((error: Error & { code?: string }) => {
    // An internal error here (a worker node went away) leaves open what became of the transaction: SQLSTATE 08007.
    if (error.code === 'XX000') error.code = '08007'
    throw error
  })
  // PostgreSQL answers so when a statement had failed and its error was swallowed: nothing was saved.
  if (command !== 'COMMIT') throw new Error(ROLLED_BACK)
}

/** How a transaction ended before its work returned (`Tx.lastly`), and what failed that nobody waited for. */
type End = { came: boolean; commit: Promise<void> | null; cause: Error | null }

function txOf(
  client: pg.PoolClient,
  municipality: MunicipalityCode,
  copies: OpenCopy[],
  keeps: boolean,
  end: End = { came: false, commit: null, cause: null },
): Tx {
  const answers = new Map<string, Promise<unknown>>()
  let builder: Kysely<unknown> | undefined
  const refuseAfterEnd = (): void => {
    if (end.came) throw new Error('a statement after the last one of its transaction')
  }
  const ask = <Row extends pg.QueryResultRow>(text: string, params: readonly unknown[]) =>
    inOnePacket(client, () => client.query<Row>({ name: statementName(text), text, values: [...params] }))
  return {
    municipality,
    client,
    as<Tables>() {
      builder ??= new Kysely<unknown>({
        dialect: {
          createAdapter: () => new PostgresAdapter(),
          createDriver: () => lentDriver(client, refuseAfterEnd),
          createIntrospector: (db) => new PostgresIntrospector(db),
          createQueryCompiler: () => new PostgresQueryCompiler(),
        },
        plugins: municipality === '' ? [] : [tenantGuard],
      })
      return builder as unknown as Kysely<Tables>
    },
    copyIn(sql) {
      const copy = openCopyIn(client, sql)
      // One at a time: those before are over. A file of many batches must not gather them.
      copies.splice(0, copies.length, ...copies.filter((one) => one.isOpen()), copy)
      return copy
    },
    once<T>(key: string, ask: () => Promise<T>): Promise<T> {
      if (!keeps) return ask()
      const known = answers.get(key) as Promise<T> | undefined
      if (known) return known
      const answer = ask()
      answers.set(key, answer)
      answer.catch(() => answers.delete(key))
      return answer
    },
    async together(...asks) {
      const answers: unknown[] = []
      if (isPipelined(client))
        answers.push(...(await inOnePacket(client, () => Promise.all(asks.map((ask) => ask())))))
      else for (const ask of asks) answers.push(await ask())
      return answers as never
    },
    async lastly(...asks) {
      const answers: unknown[] = []
      if (!isPipelined(client)) {
        for (const ask of asks) answers.push(await ask())
        end.came = true
        return answers as never
      }
      const asked = inOnePacket(client, () => {
        const all = asks.map((ask) => ask())
        end.came = true
        end.commit = commit(client)
        return all
      })
      // Where a statement failed, its own error is the one to tell.
      end.commit?.catch(() => undefined)
      answers.push(...(await Promise.all(asked)))
      return answers as never
    },
    isCopying: () => copies.some((copy) => copy.isOpen()),
    async alongside(text, params = []) {
      refuseAfterEnd()
      const written = ask(text, params)
      if (isPipelined(client))
        written.catch((error: Error) => {
          end.cause ??= error
        })
      else await written
    },
    async sql<Row extends pg.QueryResultRow>(text: string, params: readonly unknown[] = []) {
      refuseAfterEnd()
      return (await ask<Row>(text, params)).rows
    },
  }
}

function isPipelined(client: pg.PoolClient): boolean {
  return (client as { pipeline?: boolean }).pipeline === true
}

/** What a pipelined connection is asked from here to the end of this turn of the program leaves as one packet. */
function inOnePacket<T>(client: pg.PoolClient, ask: () => T): T {
  if (isPipelined(client)) {
    const { stream } = (client as unknown as { connection: { stream: Writable } }).connection
    stream.cork()
    process.nextTick(() => stream.uncork())
  }
  return ask()
}

const names = new Map<string, string>()

/** Named statements are parsed once a connection; the names are bounded so that odd SQL cannot fill the server. */
function statementName(text: string): string | undefined {
  let name = names.get(text)
  if (name === undefined && names.size < 2_000) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 16)
    names.set(text, name)
  }
  return name
}

function lentDriver(client: pg.PoolClient, mayAsk: () => void): Driver {
  const connection: DatabaseConnection = {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      mayAsk()
      const name = statementName(query.sql)
      const result = await client.query({
        ...(name ? { name } : {}),
        text: query.sql,
        values: [...query.parameters],
      })
      return { rows: result.rows as R[], numAffectedRows: BigInt(result.rowCount ?? 0) }
    },
    streamQuery() {
      throw new Error('stream with COPY instead')
    },
  }
  return {
    init: async () => undefined,
    acquireConnection: async () => connection,
    beginTransaction: async () => undefined,
    commitTransaction: async () => undefined,
    rollbackTransaction: async () => undefined,
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  }
}
