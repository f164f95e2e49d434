import { fork, type ChildProcess } from 'node:child_process'
import {
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { HIDA, type TestKiosk } from '@open-bcl/app-center/testing/center.ts'
import { processCenter, type ProcessCenter } from '@open-bcl/app-center/testing/center-process.ts'
import { testCloud } from '@open-bcl/app-cloud/testing/town.ts'
import type { Endpoint, OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { challengeBytes } from '@open-bcl/modules/center/challenge.ts'
import * as contract from '@open-bcl/modules/center/kiosk.contract.ts'
import { loadCardSerials } from '@open-bcl/modules/registers/testing/rows.ts'
import { freePort, startPostgres } from '@open-bcl/platform/db/embedded.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { keyIdOf, signMessage } from '@open-bcl/platform/signed-message.ts'
import { loadMarkedTown } from '../../e2e/crossings/town.ts'
import type { IssuingServerOrders } from './issuing-server.ts'

/**
 * The centre, JPKI and BCL's issuing side as they stand in a data centre, each a process of its own on a database that
 * flushes to disk; machines and cards are in this process, and JPKI's simulator with them.
 */
export type KioskBench = {
  readonly center: ProcessCenter
  readonly cards: readonly Card[]
  /** A machine that stays connected. */
  machine(kioskId: string): Promise<Machine>
  /** So many machines at once, put straight into the registry. */
  machines(count: number): Promise<Machine[]>
  /** CPU seconds used so far: of the centre, of BCL, of the database, of machines, cards and JPKI. */
  cpu(): { centre: number; bcl: number; database: number; around: number }
  close(): Promise<void>
}

export type Card = { readonly certificateBase64: string; readonly key: KeyObject }

export type Machine = {
  readonly kioskId: string
  get<E extends Endpoint>(endpoint: E, input: RawInputOf<E>): Promise<OutputOf<E>>
  /** The card's answer to a fresh challenge. */
  prove(sessionId: string, card: Card): Promise<{ certificateBase64: string; signatureBase64: string }>
  hangUp(): void
}

/** @param issuing `false`: no issuing server, for what ends before one is asked */
export async function openKioskBench(options: {
  readonly cards: number
  readonly issuing: boolean
  readonly maxConnections?: number
}): Promise<KioskBench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-kiosks-'))
  const postgres = await startPostgres({ kind: 'embedded', dataDir: path.join(folder, 'db') })
  process.env['TEST_DATABASE_URL'] = postgres.url
  // Eleven in the morning of today, so that the town is open whenever the benchmark runs.
  const clockOffsetMs = Date.parse(`${todayInJapan(new Date())}T02:00:00Z`) - Date.now()
  const { maxConnections } = options
  const center = await processCenter({
    ...{ clockOffsetMs, connections: 24 },
    ...(maxConnections === undefined ? {} : { maxConnections }),
  })
  const admin = new pg.Client({ connectionString: center.database.urls.admin })
  await admin.connect()
  const cards = await makeCards(center.jpkiUrl, options.cards)
  const bcl = options.issuing ? await startIssuing(center, cards, clockOffsetMs) : null
  if (bcl) await route(admin, bcl.origin)
  for (const { serial } of cards) center.issuer.serials.add(serial)

  return {
    center,
    cards,
    async machine(kioskId) {
      const kiosk = await center.kiosk(kioskId)
      return machineOf(center, kiosk.key, kioskId)
    },
    async machines(count) {
      const model = await center.kiosk('bench-model')
      const keys = Array.from({ length: count }, () => generateKeyPairSync('ec', { namedCurve: 'P-256' }))
      await cloneKiosks(
        admin,
        model,
        keys.map(({ publicKey }) => publicKey),
      )
      return keys.map(({ privateKey }, i) => machineOf(center, privateKey, kioskName(i)))
    },
    cpu: () => ({
      centre: cpuOf([center.pid()]),
      bcl: bcl === null ? 0 : cpuOf([bcl.child.pid ?? 0]),
      database: cpuOf(postgresPids(path.join(folder, 'db'))),
      around: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
    }),
    async close() {
      bcl?.child.kill('SIGKILL')
      await admin.end()
      await center.close()
      await bcl?.close()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const kioskName = (i: number): string => `bench-${i}`

/** One RSA key for all: making a key is no part of the way, and each card has a certificate of its own. */
async function makeCards(
  jpkiUrl: string,
  count: number,
): Promise<(Card & { issuerSki: string; serial: string })[]> {
  const { privateKey: key, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' })
  return await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const response = await fetch(`${jpkiUrl}/api/certificates`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ publicKeyPem, subjectId: `bench-${i}` }),
      })
      if (!response.ok) throw new Error(`JPKI: ${response.status} ${await response.text()}`)
      const { issuerSki, serial, certificatePem } = (await response.json()) as Record<string, string>
      const certificateBase64 = new X509Certificate(certificatePem!).raw.toString('base64')
      return { certificateBase64, key, issuerSki: issuerSki!, serial: serial! }
    }),
  )
}

async function startIssuing(
  center: ProcessCenter,
  cards: readonly { readonly issuerSki: string; readonly serial: string }[],
  clockOffsetMs: number,
): Promise<{ readonly origin: string; readonly child: ChildProcess; close(): Promise<void> }> {
  const masterKey = randomBytes(32)
  const cloud = await testCloud({ masterKey })
  cloud.clock = new Date(Date.now() + clockOffsetMs)
  const holders = await loadMarkedTown(cloud, HIDA)
  const call = { actor: { kind: 'job', task: 'bench' }, municipality: HIDA, traceId: 'bench' } as const
  await withCtx(cloud.linkage, call, (ctx) =>
    loadCardSerials(
      ctx,
      cards.map(({ issuerSki, serial }, i) => ({
        ...{ residentNo: holders[i % holders.length]!.residentNo, issuerKeyId: issuerSki, serial },
        ...{ kind: 'card' as const, validFrom: '2024-01-01', validUntil: '2036-01-01' },
      })),
    ),
  )
  const port = await freePort()
  const orders: IssuingServerOrders = {
    databaseUrl: cloud.database.urls.app,
    masterKey: masterKey.toString('hex'),
    identity: center.serverIdentity,
    centerPem: center.orders.identity.certificatePem,
    ...{ port, clockOffsetMs },
  }
  const child = fork(path.join(import.meta.dirname, 'issuing-server.ts'), {
    env: { ...process.env, BENCH_ISSUING_SERVER: JSON.stringify(orders) },
  })
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the issuing server did not start'))),
  ])
  return { origin: `https://localhost:${port}`, child, close: () => cloud.close() }
}

/** 住民票の写し of the town comes from BCL, and every operator's machines offer it. */
async function route(admin: pg.Client, origin: string): Promise<void> {
  await admin.query(
    `insert into center.route (municipality_code, kind, from_on, issuer, endpoint) values ($1, 'juminhyo', '2026-04-01', 'bcl', $2)`,
    [HIDA, origin],
  )
}

async function cloneKiosks(admin: pg.Client, model: TestKiosk, keys: readonly KeyObject[]): Promise<void> {
  const keyId = keyIdOf(createPublicKey(model.key))
  const ids = keys.map((key) => keyIdOf(key))
  const jwks = keys.map((key) => JSON.stringify(key.export({ format: 'jwk' })))
  const names = keys.map((_, i) => kioskName(i))
  const copies = async (
    table: string,
    changed: Readonly<Record<string, string>>,
    from: string,
  ): Promise<void> => {
    const { rows } = await admin.query<{ column: string }>(
      `select attname as column from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
      [table],
    )
    const columns = rows.map((row) => row.column)
    const values = columns.map((column) => changed[column] ?? `m.${column}`)
    await admin.query(
      `insert into ${table} (${columns.join(', ')}) select ${values.join(', ')}
         from unnest($1::text[], $2::text[], $3::text[]) as n(name, id, jwk) cross join ${from}`,
      [names, ids, jwks],
    )
  }
  const kiosk = `(select * from center.kiosk where kiosk_id = 'bench-model') m`
  await copies('center.kiosk', { kiosk_id: 'n.name' }, kiosk)
  const ofKey = (table: string) => `(select * from ${table} where key_id = '${keyId}') m`
  const key = { key_id: 'n.id', kiosk_id: 'n.name', public_jwk: 'n.jwk::jsonb' }
  await copies('center.kiosk_key', key, ofKey('center.kiosk_key'))
  const admission = { admission_id: 'gen_random_uuid()', kiosk_id: 'n.name', key_id: 'n.id' }
  await copies('center.admission', admission, ofKey('center.admission'))
}

function machineOf(center: ProcessCenter, key: KeyObject, kioskId: string): Machine {
  const { origin } = center
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const get: Machine['get'] = async (endpoint, input) => {
    const body = Buffer.from(JSON.stringify(input))
    const headers = signMessage({ method: 'POST', origin, path: endpoint.path, body }, key, center.now())
    const { status, json } = await post(new URL(endpoint.path, origin), agent, headers, body)
    if (status !== 200) throw new Error(`${endpoint.name}: ${status} ${JSON.stringify(json).slice(0, 200)}`)
    return json as never
  }
  return {
    kioskId,
    get,
    async prove(sessionId, { certificateBase64, key: cardKey }) {
      const challenge = await get(contract.getChallenge, { sessionId })
      const signature = sign('sha256', challengeBytes(challenge), cardKey)
      return { certificateBase64, signatureBase64: signature.toString('base64') }
    },
    hangUp: () => agent.destroy(),
  }
}

function post(
  url: URL,
  agent: http.Agent,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<{ status: number; json: unknown }> {
  return new Promise((resolve, reject) => {
    const all = { ...headers, 'content-type': 'application/json', 'content-length': String(body.length) }
    const request = http.request(url, { agent, method: 'POST', headers: all }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          json: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown,
        }),
      )
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** User and system time of processes, in seconds; the kernel counts in hundredths. */
function cpuOf(pids: readonly number[]): number {
  let ticks = 0
  for (const pid of pids) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
      ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // It has ended.
    }
  }
  return ticks / 100
}

/** The server's processes: its own, and one for each connection. */
function postgresPids(dataDir: string): number[] {
  const server = Number(readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0])
  const children = readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const parent = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]!.split(' ')[1]
      return Number(parent) === server ? [Number(name)] : []
    } catch {
      return []
    }
  })
  return [server, ...children]
}
