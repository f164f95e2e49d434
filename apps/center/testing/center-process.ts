import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { plainDate } from '@open-bcl/core/dates.ts'
import { openCentre, type CentreOptions } from '@open-bcl/modules/center/center.routes.ts'
import { startSweeping } from '@open-bcl/modules/center/center.jobs.ts'
import { createEnrolmentCode, registerTown } from '@open-bcl/modules/center/enrolment.actions.ts'
import { enrolKiosk } from '@open-bcl/modules/center/kiosk.contract.ts'
import { serveKiosks } from '@open-bcl/modules/center/kiosk.routes.ts'
import { openPool } from '@open-bcl/platform/db/pool.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { createAuthority, issueIdentity, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { testDatabase, type TestDatabase } from '@open-bcl/platform/testing/database.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { start as startCards } from '../../../simulators/cards/main.ts'
import { start as startJpki } from '../../../simulators/jpki/main.ts'
import { testPolicy } from '../../../simulators/jpki/profile.ts'
import { freePort, HIDA, post, testKiosk, type Line, type SignedRequest, type TestKiosk } from './center.ts'
import { startIssuingServer, type IssuingServer } from './issuing-server.ts'

/**
 * The centre in a process of its own, as `main.ts` runs it but for the pages, so that it can be killed: -9, in the middle
 * of anything. It runs by the clock of the machine.
 */
export type CentreProcess = {
  readonly pid: number
  /** Power cut. Resolves when the process is gone. */
  kill(): Promise<void>
}

/** What goes to the child, as JSON. */
export type CentreOrders = Omit<CentreOptions, 'pool' | 'log' | 'now'> & {
  readonly databaseUrl: string
  readonly port: number
  readonly cardsUrl: string
  readonly connections: number
  /** Added to the clock of the machine. */
  readonly clockOffsetMs: number
  readonly maxConnections?: number
}

const ORDERS = 'OPEN_BCL_TEST_CENTRE'

/** Its port is free when it is chosen and may be somebody's a moment later: then it is tried again. */
const STARTS = 5

/** Resolves when it answers. */
export async function spawnCentre(
  orders: CentreOrders,
  nodeArgs: readonly string[] = [],
): Promise<CentreProcess> {
  for (let tries = 1; tries <= STARTS; tries++) {
    const child = spawn(process.execPath, [...nodeArgs, import.meta.filename], {
      env: { ...process.env, NODE_TEST_CONTEXT: '', [ORDERS]: JSON.stringify(orders) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const gone = once(child, 'exit')
    const [said] = (await Promise.race([once(child, 'message'), gone])) as unknown[]
    if (said === 'ready')
      return {
        pid: child.pid ?? 0,
        async kill() {
          child.kill('SIGKILL')
          await gone
        },
      }
    await setTimeout(1_000)
  }
  throw new Error('the centre did not start')
}

async function run(orders: CentreOrders): Promise<void> {
  const { databaseUrl, port, cardsUrl, connections, clockOffsetMs, maxConnections, ...options } = orders
  const log = openLog('center')
  const pool = openPool('center', databaseUrl, { max: connections, keepPlans: true, pipeline: true })
  const now = (): Date => new Date(Date.now() + clockOffsetMs)
  const { centre } = await openCentre({ ...options, pool, log, now })
  const app = await httpServer({
    ...{ program: 'center', log, ready: [], connect: [cardsUrl] },
    ...(maxConnections === undefined ? {} : { maxConnections }),
  })
  await serveKiosks(app, centre, { cardBridgeUrl: cardsUrl, idleSeconds: 30, idleGraceSeconds: 15 })
  await app.listen({ host: 'localhost', port })
  startSweeping(centre, 5_000)
  process.send?.('ready')
}

/** A centre that can be killed, with everything around it: JPKI, cards, an issuing server, a database. */
export type ProcessCenter = {
  readonly origin: string
  readonly issuer: IssuingServer
  readonly database: TestDatabase
  readonly orders: CentreOrders
  readonly jpkiUrl: string
  /** What another issuing server on `localhost` shows. */
  readonly serverIdentity: MachineIdentity
  now(): Date
  /** What a card of that name is known by. */
  makeCard(cardId: string): Promise<{ issuerSki: string; serial: string }>
  kiosk(kioskId: string): Promise<TestKiosk>
  pid(): number
  kill(): Promise<void>
  /** After `kill`: another process on the same database. */
  start(): Promise<void>
  close(): Promise<void>
}

export async function processCenter(
  options: {
    readonly nodeArgs?: readonly string[]
    readonly clockOffsetMs?: number
    readonly connections?: number
    readonly maxConnections?: number
  } = {},
): Promise<ProcessCenter> {
  const { nodeArgs = [], clockOffsetMs = 0, connections = 20, maxConnections } = options
  const folder = await mkdtemp(join(tmpdir(), 'open-bcl-center-'))
  const now = (): Date => new Date(Date.now() + clockOffsetMs)
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const jpki = await startJpki({ folder: join(folder, 'jpki'), port: 0, now })
  const kioskOrigins = [origin]
  const cards = await startCards({ folder: join(folder, 'cards'), port: 0, kioskOrigins, jpkiUrl: jpki.url })
  const authority = await createAuthority({ name: 'test', now: new Date(), validDays: 30 })
  const identity = await issueIdentity(authority, {
    ...{ machineName: 'urn:open-bcl:center', hosts: [], uses: ['client'], now: new Date(), validDays: 7 },
  })
  const server = await issueIdentity(authority, {
    ...{
      machineName: 'urn:open-bcl:cloud',
      hosts: ['localhost'],
      uses: ['server'],
      now: new Date(),
      validDays: 7,
    },
  })
  const issuer = await startIssuingServer({ identity: server, center: identity, now })
  issuer.hours = { opensAt: '00:00', closesAt: '24:00' }
  const database = await testDatabase('center', migrationsOf('center'))
  const route = { kind: 'risai', issuer: 'bcl', endpoint: issuer.origin } as const
  await registerTown(database.app, { municipalityCode: HIDA, prefecture: '岐阜県', name: '飛騨市' }, [
    { ...route, fromOn: plainDate('2026-04-01'), untilOn: null },
  ])
  const orders: CentreOrders = {
    origin,
    port,
    identity,
    databaseUrl: database.urls.app,
    cardsUrl: cards.url,
    connections,
    clockOffsetMs,
    ...(maxConnections === undefined ? {} : { maxConnections }),
    calendar: { opensAt: '00:00', closesAt: '24:00', closedOn: [] },
    jpki: {
      trust: `${jpki.url}/ca`,
      ocspUrl: `${jpki.url}/ocsp`,
      crlUrl: `${jpki.url}/crl`,
      policies: [testPolicy],
    },
    sessionIdleMs: 120_000,
  }
  let running = await spawnCentre(orders, nodeArgs)
  return {
    origin,
    issuer,
    database,
    orders,
    jpkiUrl: jpki.url,
    serverIdentity: server,
    now,
    async makeCard(cardId) {
      const order = { cardId, label: cardId, subjectId: cardId, pin: '1234' }
      const made = (await post(`${cards.url}/cards`, order)) as { issuerSki: string; serial: string }
      issuer.serials.add(made.serial)
      return made
    },
    async kiosk(kioskId) {
      const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      const line: Line = {
        async inject(request) {
          const { status, body } = await sendTo(origin, request)
          return { statusCode: status, json: () => body }
        },
      }
      const kiosk = testKiosk(() => line, origin, key, now, cards.url)
      const about = { kioskId, operator: '試験', name: '試験端末', place: '試験場' }
      const code = await createEnrolmentCode(database.app, about, now())
      await kiosk.get(enrolKiosk, { code, publicJwk: { kty: 'EC', crv: 'P-256', x, y } })
      return kiosk
    },
    pid: () => running.pid,
    kill: () => running.kill(),
    async start() {
      running = await spawnCentre(orders, nodeArgs)
    },
    async close() {
      await running.kill()
      await issuer.close()
      await cards.close()
      await jpki.close()
      await database.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** Over a connection of its own, so that a killed centre leaves none behind. */
export async function sendTo(
  origin: string,
  request: SignedRequest,
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${origin}${request.url}`, {
    method: 'POST',
    headers: { ...request.headers, connection: 'close' },
    body: request.payload,
  })
  return { status: answer.status, body: await answer.json() }
}

const orders = process.env[ORDERS]
if (orders !== undefined && process.argv[1] === import.meta.filename)
  await run(JSON.parse(orders) as CentreOrders)
