import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { serveCenter, type CenterRuntime, type CenterStaff } from '@open-bcl/platform/http/serve-center.ts'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { fillPath } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { testDatabase, type TestDatabase } from '@open-bcl/platform/testing/database.ts'
import { permissionsOfRole, type StaffRole } from '../../center/staff.ts'
import { migrationsOf } from '../../schema.ts'
import { billingRoutes, openPapers } from '../billing.routes.ts'

/** One printed transaction; what is left out is the usual. */
export type Printed = {
  readonly at: string
  readonly town?: string
  readonly kind?: string
  readonly issuer?: 'bcl' | 'own'
  readonly kiosk?: string
  readonly copies?: number
  readonly feeYen?: number
  readonly printingYen?: number
  /** How far it came; only what was printed counts. */
  readonly state?: 'printed' | 'paid' | 'aborted'
}

export type SettledCentre = {
  readonly database: TestDatabase
  clock: Date
  /** As somebody with that role, or as nobody. */
  get(
    path: string,
    role?: StaffRole | null,
  ): Promise<{ status: number; body: never; bytes: Buffer; type: string }>
  post(
    endpoint: Endpoint,
    input: Readonly<Record<string, unknown>>,
    role?: StaffRole | null,
  ): Promise<{ status: number; body: never }>
  sql(text: string, params?: readonly unknown[]): Promise<Record<string, unknown>[]>
  print(rows: readonly Printed[]): Promise<string[]>
  close(): Promise<void>
}

export const HIDA = '212172'
export const SHIRAKAWA = '216046'
export const YOKOHAMA = '141003'

/**
 * A centre's database with two shops, a town hall's machine and its counter, and a shop elsewhere; and the billing endpoints
 * over HTTP.
 */
export async function settledCentre(cacheDir: string): Promise<SettledCentre> {
  const database = await testDatabase('center', migrationsOf('center'))
  const admin = new pg.Client({ connectionString: database.urls.admin })
  await admin.connect()
  const sql = async (text: string, params: readonly unknown[] = []) =>
    (await admin.query<Record<string, unknown>>(text, [...params])).rows
  await sql(`insert into center.town (municipality_code, prefecture, name) values
    ('212172', '岐阜県', '飛騨市'), ('216046', '岐阜県', '大野郡白川村'), ('141003', '神奈川県', '横浜市')`)
  await sql(`insert into center.operator (operator_id, ja, sort, municipality_code, joined_on) values
    ('mart', 'マート', 'chain', null, '2024-01-01'), ('corner', '=コーナー', 'chain', null, '2024-01-01'),
    ('hida-hall', '飛騨市役所', 'hall', '212172', '2024-01-01')`)
  await sql(`insert into center.store (store_id, operator_id, ja, municipality_code, address, opened_on) values
    ('mart-1', 'mart', 'マート古川店', '212172', '岐阜県飛騨市古川町', '2024-01-01'),
    ('mart-9', 'mart', 'マート横浜店', '141003', '神奈川県横浜市', '2024-01-01'),
    ('corner-1', 'corner', 'コーナー神岡店', '212172', '岐阜県飛騨市神岡町', '2024-01-01'),
    ('hall-1', 'hida-hall', '飛騨市役所', '212172', '岐阜県飛騨市古川町', '2024-01-01')`)
  await sql(`insert into center.kiosk (kiosk_id, operator, name, place, registered_at, store_id, usage) values
    ('k-mart-1', 'mart', 'マート', '古川', now(), 'mart-1', 'kiosk'),
    ('k-mart-9', 'mart', 'マート', '横浜', now(), 'mart-9', 'kiosk'),
    ('k-corner-1', 'corner', 'コーナー', '神岡', now(), 'corner-1', 'kiosk'),
    ('k-hall', 'hida-hall', '市役所', '古川', now(), 'hall-1', 'kiosk'),
    ('k-counter', 'hida-hall', '窓口', '古川', now(), 'hall-1', 'counter'),
    ('k-old', 'mart', '古い端末', '古川', now(), null, 'kiosk')`)

  const state = { clock: new Date('2026-12-05T00:00:00Z') }
  const log = openLog('center', { write: () => {} })
  const runtime: CenterRuntime = { pool: database.app, log, now: () => state.clock, production: false }
  const staffOf = (role: string): CenterStaff => ({
    staffId: randomUUID(),
    displayName: `${role}の人`,
    sessionId: randomUUID(),
    csrfToken: 'csrf',
    mustChangePassword: false,
    permissions: permissionsOfRole(role as StaffRole),
  })
  const app = await httpServer({ program: 'center', log, ready: [] })
  const papers = openPapers(cacheDir)
  for (const bound of billingRoutes(papers))
    serveCenter(app, runtime, async (_ctx, token) => staffOf(token), bound)
  const cookiesOf = (role: StaffRole | null) => (role === null ? {} : { open_bcl_center_session: role })

  return {
    database,
    get clock() {
      return state.clock
    },
    set clock(at) {
      state.clock = at
    },
    async get(path, role = 'auditor') {
      const answer = await app.inject({ method: 'GET', url: path, cookies: cookiesOf(role) })
      const type = String(answer.headers['content-type'])
      return {
        status: answer.statusCode,
        body: (type.includes('json') ? answer.json() : null) as never,
        bytes: answer.rawPayload,
        type,
      }
    },
    async post(endpoint, input, role = 'operator') {
      const { path, rest } = fillPath(endpoint.path, input)
      const answer = await app.inject({
        method: 'POST',
        url: path,
        cookies: cookiesOf(role),
        headers: { 'x-csrf-token': 'csrf', 'idempotency-key': uuidv7() },
        payload: rest,
      })
      return { status: answer.statusCode, body: answer.json() as never }
    },
    sql,
    async print(rows) {
      const ids: string[] = []
      for (const row of rows) ids.push(await insertPrinted(sql, row))
      return ids
    },
    async close() {
      await papers.close()
      await app.close()
      await admin.end()
      await database.close()
    },
  }
}

/** Whole rows as the centre itself leaves them: session, transaction, quote, states, coins and change. */
async function insertPrinted(sql: SettledCentre['sql'], row: Printed): Promise<string> {
  const {
    at,
    town = HIDA,
    kind = 'juminhyo',
    issuer = 'bcl',
    kiosk = 'k-mart-1',
    copies = 1,
    feeYen = 300,
    printingYen = 0,
    state = 'printed',
  } = row
  const session = randomUUID()
  const id = randomUUID().replaceAll('-', '')
  const total = (feeYen + printingYen) * copies
  await sql(
    `insert into center.session (session_id, kiosk_id, started_at, last_seen_at, ended_at, ended_why)
     values ($1, $2, $3, $3, $3, 'finished')`,
    [session, kiosk, at],
  )
  await sql(
    `insert into center.transaction (transaction_id, session_id, kiosk_id, request_id, municipality_code, kind, issuer,
        endpoint, copies, requested_at) values ($1, $2, $3, $4, $5, $6, $7, 'https://issuer.example:8444', $8, $9)`,
    [id, session, kiosk, randomUUID(), town, kind, issuer, copies, at],
  )
  await sql(
    `insert into center.quote (transaction_id, pages, fee_yen, printing_yen, total_yen) values ($1, 1, $2, $3, $4)`,
    [id, feeYen, printingYen, total],
  )
  const atCounter = kiosk === 'k-counter'
  const passed = ['requested', 'quoted', 'built', 'delivered', ...(atCounter ? [] : ['paid'])]
  if (state !== 'paid') passed.push(state)
  if (state === 'aborted') passed.push('refunded')
  for (const [index, name] of passed.entries())
    await sql(
      `insert into center.transaction_state (transaction_id, position, state, at, told_at) values ($1, $2, $3, $4, $4)`,
      [id, index + 1, name, at],
    )
  if (!atCounter && total > 0) {
    const note = 1000 * Math.ceil(total / 1000)
    for (let coin = 0; coin * 1000 < note; coin++)
      await sql(`insert into center.coin (transaction_id, coin_no, yen, at) values ($1, $2, 1000, $3)`, [
        id,
        coin + 1,
        at,
      ])
    if (note > total)
      await sql(
        `insert into center.payout (transaction_id, reason, yen, decided_at, handed_at) values ($1, 'change', $2, $3, $3)`,
        [id, note - total, at],
      )
    if (state === 'aborted')
      await sql(
        `insert into center.payout (transaction_id, reason, yen, decided_at, handed_at) values ($1, 'refunded', $2, $3, $3)`,
        [id, total, at],
      )
  }
  return id
}
