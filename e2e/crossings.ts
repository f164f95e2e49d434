import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { testCloud } from '@open-bcl/app-cloud/testing/town.ts'
import { exchangeClient } from '@open-bcl/modules/certificates/exchange.contract.ts'
import type { CertificateKindCode } from '@open-bcl/modules/municipalities/municipalities.ts'
import { freePort, startPostgres } from '@open-bcl/platform/db/embedded.ts'
import { machineClient } from '@open-bcl/platform/machine-client.ts'
import { createAuthority, issueIdentity } from '@open-bcl/platform/pki.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { Centre, emptyTally, type Tally } from './crossings/centre.ts'
import type { ServerOrders } from './crossings/server.ts'
import { loadMarkedTown } from './crossings/town.ts'
import { randomOf } from './random.ts'

/**
 * `node tools/run.mjs e2e/crossings.ts --issues 100000 --renderer typst --seed 1 --sum crossings.json`
 *
 * Randomised issues over two server processes on one database: delays in every step, messages given up too early, sent
 * again, sent twice at once, servers killed (-9) and started again. Every PDF that comes is read back and compared with who
 * asked. What a run found is added to the sum, so that a million can be reached in several runs. Exit code 1 at a crossing.
 */
const { values: options } = parseArgs({
  options: {
    issues: { type: 'string', default: '1000' },
    renderer: { type: 'string', default: 'typst' },
    seed: { type: 'string', default: '1' },
    machines: { type: 'string', default: '16' },
    minutes: { type: 'string', default: '600' },
    kinds: { type: 'string', default: 'juminhyo,kisai,inkan,tax' },
    /** File that holds the sums; left out = nothing is kept. */
    sum: { type: 'string' },
  },
})
const renderer = options.renderer === 'plain' ? 'plain' : 'typst'
const random = randomOf(Number(options.seed))
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const HIDA = '212172' as MunicipalityCode
/** Between two kills, seconds. */
const KILL_EVERY = 8

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'open-bcl-crossings-'))
const postgres = await startPostgres({
  kind: 'embedded',
  dataDir: path.join(folder, 'data'),
  throwAway: true,
})
process.env['TEST_DATABASE_URL'] = postgres.url
const masterKey = randomBytes(32)
const cloud = await testCloud({ masterKey })
// Eleven in the morning of today, so that the town is open and the data are fresh.
cloud.clock = new Date(`${todayInJapan(new Date())}T02:00:00Z`)
const clockOffsetMs = cloud.clock.getTime() - Date.now()

const holders = await loadMarkedTown(cloud, HIDA)
const servers = await startServers()
const clients = servers.map(({ origin }) =>
  machineClient({
    origin,
    identity: servers[0]!.center,
    now: () => new Date(Date.now() + clockOffsetMs),
    timeoutMs: 20_000,
  }),
)
const centre = new Centre(
  clients.map(({ send }) => exchangeClient(send)),
  HIDA,
  holders,
  options.kinds.split(',') as CertificateKindCode[],
  random,
)

const startedAt = performance.now()
const deadline = startedAt + Number(options.minutes) * 60_000
const goesOn = (): boolean => centre.tally.issues < Number(options.issues) && performance.now() < deadline
let kills = 0
const killing = killNowAndThen()
const telling = tellNowAndThen()
await Promise.all(
  Array.from({ length: Number(options.machines) }, (_, i) => centre.machine(`K-${i + 1}`, goesOn)),
)
await centre.settle()
await Promise.all([killing, telling])
const broken = await checkDatabase()
for (const client of clients) client.close()
for (const server of servers) server.child.kill('SIGKILL')
await cloud.close()
await postgres.stop()
fs.rmSync(folder, { recursive: true, force: true })

for (const line of [...centre.crossings, ...broken].slice(0, 20)) say(`CROSSING ${line}`)
const seconds = Math.round((performance.now() - startedAt) / 1000)
const crossings = centre.crossings.length + broken.length
say(
  JSON.stringify({
    renderer,
    seed: options.seed,
    seconds,
    kills,
    crossings,
    ...centre.tally,
    codes: Object.fromEntries(centre.codes),
  }),
)
if (options.sum !== undefined) addUp(options.sum)
process.exit(crossings > 0 ? 1 : 0)

type Server = {
  readonly origin: string
  readonly orders: ServerOrders
  readonly center: Awaited<ReturnType<typeof issueIdentity>>
  child: ChildProcess
}

async function startServers(): Promise<Server[]> {
  const now = new Date()
  const authority = await createAuthority({ name: 'crossings', now, validDays: 2 })
  const identity = (name: string, hosts: readonly string[]) =>
    issueIdentity(authority, {
      machineName: `urn:open-bcl:${name}`,
      hosts,
      uses: ['server', 'client'],
      now,
      validDays: 1,
    })
  const center = await identity('center', [])
  const server = await identity('cloud', ['127.0.0.1'])
  const started: Server[] = []
  for (let i = 0; i < 2; i++) {
    const port = await freePort()
    const orders: ServerOrders = {
      databaseUrl: cloud.database.urls.app,
      masterKey: masterKey.toString('hex'),
      identity: server,
      centerPem: center.certificatePem,
      seed: Number(options.seed) * 1000 + i,
      ...{ port, clockOffsetMs, renderer },
    }
    started.push({ origin: `https://127.0.0.1:${port}`, orders, center, child: await startServer(orders) })
  }
  return started
}

async function startServer(orders: ServerOrders): Promise<ChildProcess> {
  const child = fork(path.join(import.meta.dirname, 'crossings/server.ts'), {
    env: { ...process.env, CROSSINGS_SERVER: JSON.stringify(orders) },
  })
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('an issuing server did not start'))),
  ])
  return child
}

async function killNowAndThen(): Promise<void> {
  while (goesOn()) {
    await delay(random() * 2 * KILL_EVERY * 1000)
    if (!goesOn()) return
    const server = servers[random() < 0.5 ? 0 : 1]!
    server.child.kill('SIGKILL')
    kills++
    await once(server.child, 'exit').catch(() => undefined)
    server.child = await startServer({ ...server.orders, seed: server.orders.seed + kills * 7 })
  }
}

async function tellNowAndThen(): Promise<void> {
  for (let told = 0; goesOn();) {
    await delay(1000)
    if (centre.tally.issues < told + 5000) continue
    told = centre.tally.issues
    say(
      `${told} issues, ${kills} kills, ${centre.crossings.length} crossings, ${Math.round((performance.now() - startedAt) / 1000)} s`,
    )
  }
}

/** What must hold in the database whatever was cut off. */
async function checkDatabase(): Promise<string[]> {
  const client = new pg.Client({ connectionString: cloud.database.urls.admin })
  await client.connect()
  try {
    const found: string[] = []
    const rules = {
      'an issue is printed twice': `select transaction_id as id from certificates.issue_state where state = 'printed' group by 1 having count(*) > 1`,
      'a document without an issue that was built': `select a.transaction_id as id from certificates.artefact a where not exists (select 1 from certificates.issue_state s
         where s.transaction_id = a.transaction_id and s.state = 'built')`,
      'an alarm was raised': `select concat_ws(' ', transaction_id, stage, finding, mismatches::text) as id from certificates.alarm`,
      'printed without a document': `select s.transaction_id as id from certificates.issue_state s where s.state = 'printed'
         and not exists (select 1 from certificates.artefact a where a.transaction_id = s.transaction_id)`,
    }
    for (const [rule, sql] of Object.entries(rules)) {
      const { rows } = await client.query<{ id: string }>(sql)
      for (const { id } of rows) found.push(`${rule}: ${id}`)
    }
    const { rows } = await client.query<{ id: string }>(
      `select transaction_id as id from certificates.issue_state where state = 'printed'`,
    )
    const kept = new Set(rows.map(({ id }) => id))
    for (const id of centre.printed)
      if (!kept.has(id)) found.push(`an acknowledged print is forgotten: ${id}`)
    return found
  } finally {
    await client.end()
  }
}

type Sums = {
  readonly runs: number
  readonly kills: number
  readonly crossings: number
  readonly tally: Tally
  readonly seeds: readonly string[]
}

function addUp(file: string): void {
  const all = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, Sums>) : {}
  const before = all[renderer] ?? { runs: 0, kills: 0, crossings: 0, tally: emptyTally(), seeds: [] }
  const tally = Object.fromEntries(
    Object.entries(centre.tally).map(([name, count]) => [name, before.tally[name as keyof Tally] + count]),
  ) as Tally
  const sums: Sums = {
    runs: before.runs + 1,
    kills: before.kills + kills,
    crossings: before.crossings + crossings,
    tally,
    seeds: [...before.seeds, options.seed],
  }
  fs.writeFileSync(file, `${JSON.stringify({ ...all, [renderer]: sums }, null, 2)}\n`)
  say(`sum (${renderer}): ${JSON.stringify(sums)}`)
}
