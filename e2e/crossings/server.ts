import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { TEST_BUILD } from '@open-bcl/app-cloud/testing/town.ts'
import { certificateKindsOfCloud } from '@open-bcl/app-cloud/compose.ts'
import type { CertificateKind } from '@open-bcl/modules/certificates/certificates.ts'
import { exchangeRoutes, type Issuing } from '@open-bcl/modules/certificates/exchange.routes.ts'
import { printedWords, type Paper } from '@open-bcl/modules/certificates/paper.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { openPool } from '@open-bcl/platform/db/pool.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { readOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { Keyring } from '@open-bcl/platform/seal.ts'
import { randomOf } from '../random.ts'
import { plainPdf } from './plain-pdf.ts'

/** What a server of the crossing test is told, as JSON in `CROSSINGS_SERVER`. */
export type ServerOrders = {
  readonly databaseUrl: string
  readonly masterKey: string
  readonly port: number
  readonly seed: number
  /** Added to the machine's clock, so that the town is open whenever the test runs. */
  readonly clockOffsetMs: number
  /** Drawn by Typst, or only said (`plain-pdf.ts`). */
  readonly renderer: 'typst' | 'plain'
  readonly identity: MachineIdentity
  readonly centerPem: string
}

/**
 * One of the issuing servers: the product's own routes, actions, store and kinds over mutual TLS. What is added are
 * moments: every step of a kind and of the renderer may take longer, and now and then longer than its limit.
 */
const orders = JSON.parse(process.env['CROSSINGS_SERVER']!) as ServerOrders
const random = randomOf(orders.seed)
const RENDER_TIMEOUT_MS = 10_000

/** Mostly nothing, often a little, seldom long. */
async function hesitate(): Promise<void> {
  const dice = random()
  if (dice < 0.6) return
  await delay(dice < 0.98 ? random() * 6 : random() * 60)
}

const kinds = certificateKindsOfCloud.map((kind): CertificateKind<Ctx> => ({
  ...kind,
  subjects: async (...given) => (await hesitate(), await kind.subjects(...given)),
  people: async (...given) => (await hesitate(), await kind.people(...given)),
  blocks: async (...given) => (await hesitate(), await kind.blocks(...given)),
  freeze: async (...given) => {
    await hesitate()
    const frozen = await kind.freeze(...given)
    await hesitate()
    const { facts, pages } = frozen
    return orders.renderer === 'plain' ? { ...frozen, facts: { ...facts, pages } } : frozen
  },
}))

const engine = await startPdfEngine({ cacheDir: path.resolve(import.meta.dirname, '../../.cache') })
const render: Issuing['engine']['render'] = async (layout, snapshot, options) => {
  await hesitate()
  // Now and then the limit strikes: the document is given up, and the thread that made it with it.
  if (random() < 0.001) return await engine.render(layout, snapshot, { timeoutMs: 1 })
  if (orders.renderer === 'typst') return await engine.render(layout, snapshot, options)
  const { paper, pages } = snapshot as { paper: Paper; pages: readonly (readonly string[])[] }
  const words = printedWords(paper, pages)
  return plainPdf(words, picturesOf(snapshot, words.length))
}

/** The code of each page on it, every other picture on the first. */
function picturesOf(snapshot: object, pages: number): Dots[][] {
  const shown: Dots[][] = Array.from({ length: pages }, () => [])
  let codes = 0
  JSON.stringify(snapshot, (key, value: unknown) => {
    if (!key.endsWith('Png') || typeof value !== 'string') return value
    const picture = readOneBitPng(Buffer.from(value, 'base64'))
    if (!('fault' in picture)) shown[key === 'codePng' ? codes++ : 0]?.push(picture)
    return null
  })
  return shown
}
type Dots = Exclude<ReturnType<typeof readOneBitPng>, { fault: unknown }>

const { privateKeyPem: key, certificatePem: cert, authorityPem: ca } = orders.identity
const runtime = {
  pool: openPool('crossings', orders.databaseUrl, { max: 8, keepPlans: true, pipeline: true }),
  keyring: new Keyring(Buffer.from(orders.masterKey, 'hex')),
  log: openLog('cloud', { write: () => undefined }),
  production: false,
  now: () => new Date(Date.now() + orders.clockOffsetMs),
}
const app = await httpServer({
  program: 'cloud',
  log: runtime.log,
  ready: [],
  https: { key, cert, ca, requestCert: true, rejectUnauthorized: true },
})
const issuing: Issuing = {
  kinds,
  engine: { ...engine, render },
  build: TEST_BUILD,
  renderTimeoutMs: RENDER_TIMEOUT_MS,
  archiveDays: 1,
  publicOrigin: 'https://bcl.test',
}
await exchangeRoutes(app, runtime, issuing, {
  origin: `https://127.0.0.1:${orders.port}`,
  centers: [{ certificatePem: orders.centerPem }],
})
await app.listen({ port: orders.port, host: '127.0.0.1' })
process.send!('ready')
