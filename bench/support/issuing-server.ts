import path from 'node:path'
import { certificateKindsOfCloud } from '@open-bcl/app-cloud/compose.ts'
import { TEST_BUILD } from '@open-bcl/app-cloud/testing/town.ts'
import { exchangeRoutes } from '@open-bcl/modules/certificates/exchange.routes.ts'
import { openPool } from '@open-bcl/platform/db/pool.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { Keyring } from '@open-bcl/platform/seal.ts'

/** What the issuing server of a benchmark is told, as JSON in `BENCH_ISSUING_SERVER`. */
export type IssuingServerOrders = {
  readonly databaseUrl: string
  readonly masterKey: string
  readonly port: number
  readonly clockOffsetMs: number
  readonly identity: MachineIdentity
  readonly centerPem: string
}

/** BCL's side of the exchange protocol in a process of its own: the product's routes, kinds and renderer, and nothing added. */
const orders = JSON.parse(process.env['BENCH_ISSUING_SERVER']!) as IssuingServerOrders
const { privateKeyPem: key, certificatePem: cert, authorityPem: ca } = orders.identity
const runtime = {
  pool: openPool('bench', orders.databaseUrl, { max: 10, keepPlans: true, pipeline: true }),
  keyring: new Keyring(Buffer.from(orders.masterKey, 'hex')),
  log: openLog('cloud', { write: () => undefined }),
  production: false,
  now: () => new Date(Date.now() + orders.clockOffsetMs),
}
const engine = await startPdfEngine({ cacheDir: path.resolve(import.meta.dirname, '../../.cache') })
const app = await httpServer({
  program: 'cloud',
  log: runtime.log,
  ready: [],
  https: { key, cert, ca, requestCert: true, rejectUnauthorized: true },
})
const issuing = {
  kinds: certificateKindsOfCloud,
  engine,
  build: TEST_BUILD,
  renderTimeoutMs: 10_000,
  archiveDays: 1,
  publicOrigin: 'https://bcl.test',
}
await exchangeRoutes(app, runtime, issuing, {
  origin: `https://localhost:${orders.port}`,
  centers: [{ certificatePem: orders.centerPem }],
})
await app.listen({ port: orders.port, host: 'localhost' })
process.send!('ready')
