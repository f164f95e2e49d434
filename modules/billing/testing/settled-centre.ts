import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { serveCenter, type CenterRuntime, type CenterStaff } from '@open-bcl/platform/http/serve-center.ts'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { fillPath } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { testDatabase, type TestDatabase } from '@open-bcl/platform/testing/database.ts'
import { insertPlaces, insertPrinted, type Printed, type Sql } from '../../center/testing/printed-rows.ts'
import { permissionsOfRole, type StaffRole } from '../../center/staff.ts'
import { migrationsOf } from '../../schema.ts'
import { billingRoutes, openPapers } from '../billing.routes.ts'

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
  readonly sql: Sql
  print(rows: readonly Printed[]): Promise<string[]>
  close(): Promise<void>
}

export const HIDA = '212172'
export const SHIRAKAWA = '216046'
export const YOKOHAMA = '141003'

/** A centre's database with towns, shops and machines, and the billing endpoints over HTTP. */
export async function settledCentre(cacheDir: string): Promise<SettledCentre> {
  const database = await testDatabase('center', migrationsOf('center'))
  const admin = new pg.Client({ connectionString: database.urls.admin })
  await admin.connect()
  const sql = async (text: string, params: readonly unknown[] = []) =>
    (await admin.query<Record<string, unknown>>(text, [...params])).rows
  await insertPlaces(sql)
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
