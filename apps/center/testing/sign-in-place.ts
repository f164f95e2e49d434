import path from 'node:path'
import { makeStaff } from '@open-bcl/modules/center/staff.actions.ts'
import type { FactorPlace } from '@open-bcl/modules/access/testing/second-factor-cases.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { centerCtx, type CenterRuntime } from '@open-bcl/platform/http/serve-center.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { testDatabase } from '@open-bcl/platform/testing/database.ts'
import { operatorPublicPages } from '../center.ts'
import { centerRoutes, servePeople, type CenterSide } from '../compose.ts'
import { testFactor, testPassword } from './people.ts'

/** Another build of the console, for who works on several at once. */
const dist = process.env['OPEN_BCL_OPERATOR_DIST'] ?? path.join(import.meta.dirname, '../../operator/dist')

/** The console as far as signing in goes, at a time of the test's own; no kiosk, card or town is behind it. */
export type SignInPlace = FactorPlace & {
  /** Where the pages are, when they are served. */
  readonly origin: string
  readonly logLines: readonly string[]
}

/** @param pages serves the built console on a port of its own */
export async function openSignInPlace(pages = false): Promise<SignInPlace> {
  const state = { clock: new Date('2026-11-25T00:00:00Z') }
  const origins = [...testFactor.origins]
  const factor = { ...testFactor, origins }
  const logLines: string[] = []
  const log = openLog('center', { write: (line: string) => void logLines.push(line) })
  const database = await testDatabase('center', migrationsOf('center'))
  const runtime: CenterRuntime = { pool: database.app, log, production: false, now: () => state.clock }
  const app = await httpServer({ program: 'center', log, ready: [] })
  const side: CenterSide = { centre: null as never, papers: null as never, test: false, factor }
  servePeople(app, runtime, side)
  if (pages) {
    await serveWeb(app, '/operator', dist, operatorPublicPages)
    // Passkeys hold for a host: the address is known once the server listens.
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    origins.splice(0, 1, address.replace('127.0.0.1', 'localhost'))
  } else await app.ready()
  const inCentre = centerCtx(runtime).separately
  return {
    ...{ app, logLines, password: testPassword },
    get origin() {
      return origins[0] ?? ''
    },
    get clock() {
      return state.clock
    },
    set clock(value: Date) {
      state.clock = value
    },
    endpoints: centerRoutes(side).map(({ endpoint }) => endpoint),
    async account(loginId, kind) {
      await inCentre((ctx) =>
        makeStaff(ctx, {
          ...{ loginId, displayName: `運用 ${loginId}`, password: testPassword, mustChangePassword: false },
          role: kind === 'worker' ? 'operator' : 'administrator',
        }),
      )
    },
    signInBody: (loginId) => ({ loginId, password: testPassword }),
    async require(required) {
      factor.required = required
    },
    async storedSecrets() {
      const rows = await inCentre((ctx) =>
        ctx.tx.sql<{ sealed: Buffer }>('select sealed from center.staff_totp', []),
      )
      return rows.map(({ sealed }) => sealed)
    },
    async answersKept(endpoints) {
      const [row] = await inCentre((ctx) =>
        ctx.tx.sql<{ hits: number }>(
          `select count(*)::integer as hits from center.command
            where endpoint = any($1::text[]) and outcome is not null`,
          [[...endpoints]],
        ),
      )
      return row!.hits
    },
    async close() {
      await app.close()
      await database.close()
    },
  }
}
