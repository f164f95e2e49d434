import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { TlsOptions } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import { reportBuild } from '@open-bcl/modules/certificates/fleet.jobs.ts'
import { externalLinkMessages } from '@open-bcl/modules/external-link/link.routes.ts'
import { exchangeRoutes } from '@open-bcl/modules/certificates/exchange.routes.ts'
import { linkEnrolment, linkGateway } from '@open-bcl/modules/linkage/gateway.routes.ts'
import { startLinkQueue } from '@open-bcl/modules/linkage/linkage.jobs.ts'
import { startLinking, startStamping } from '@open-bcl/modules/access/audit.jobs.ts'
import { startDisposing } from '@open-bcl/modules/certificates/disposal.jobs.ts'
import { startSweeping } from '@open-bcl/modules/manual/manual.jobs.ts'
import { startFileSweeping } from '@open-bcl/modules/files/files.jobs.ts'
import { certificateReader } from '@open-bcl/platform/client-certificates.ts'
import { FileVault } from '@open-bcl/platform/files.ts'
import { openMailer } from '@open-bcl/platform/mail.ts'
import { openPool, type Pool } from '@open-bcl/platform/db/pool.ts'
import { serveSecurityTxt } from '@open-bcl/platform/http/security-txt.ts'
import { httpServer, serveWeb, type ReadyCheck } from '@open-bcl/platform/http/server.ts'
import { startJobs } from '@open-bcl/platform/jobs.ts'
import type { Log } from '@open-bcl/platform/log.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { openPictureDesk } from '@open-bcl/platform/pictures.ts'
import { loadAuthority, loadIdentity, tlsServerOptions } from '@open-bcl/platform/pki.ts'
import type { Closable } from '@open-bcl/platform/program.ts'
import type { Runtime } from '@open-bcl/platform/runtime.ts'
import { Keyring } from '@open-bcl/platform/seal.ts'
import { Spool } from '@open-bcl/platform/spool.ts'
import { clamd } from '@open-bcl/platform/virus-scan.ts'
import { cloudJobs, composeCloud, issuingOf, type Services } from './compose.ts'
import type { CloudConfig } from './config.ts'

/** Two, so that a kiosk does not wait for a batch's document. */
const RENDERERS = 2
/** Link files that one process applies at once, and messages of agents it answers at once. */
const FILES_AT_ONCE = 2
const MESSAGES_AT_ONCE = 8
/**
 * A file holds one connection and says its progress over another, and a quick one may have a place more; an alarm is
 * raised beside what is refused.
 */
const LINKAGE_CONNECTIONS = 2 * (FILES_AT_ONCE + 1) + MESSAGES_AT_ONCE + 4

/** Pages for anybody, beside the console. */
export const publicPages = { '/verify': 'verify.html' }

/**
 * Starts `cloud`: pages and API for browsers (in clear on the loopback, and under TLS, which also knows enrolled terminals by their certificates), the machine link for agents and
 * the centre under mutual TLS, and the background jobs. Ends them in the reverse order.
 */
export async function startCloud(
  config: CloudConfig,
  log: Log,
): Promise<Closable & { readonly port: number }> {
  const ending: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const step of ending.splice(0).reverse()) await step()
  }
  try {
    return { port: await open(config, log, ending), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function open(config: CloudConfig, log: Log, ending: (() => Promise<unknown>)[]): Promise<number> {
  const keyring = new Keyring(config.secrets.masterKeys)
  const runtimeOn = (pool: Pool): Runtime => {
    ending.push(() => pool.end())
    return { pool, keyring, log, production: config.production, now: () => new Date() }
  }
  // A session leaves with BEGIN and an act of the audit trail with COMMIT: what every page asks waits for no message of its own.
  const app = runtimeOn(openPool('cloud', config.secrets.appDatabase, { max: 20, pipeline: true }))
  // Apart: machines ask the same few things over and over, and people in a hurry at kiosks do not queue behind screens.
  const exchange = runtimeOn(
    openPool('exchange', config.secrets.appDatabase, { max: 16, keepPlans: true, pipeline: true }),
  )
  const linkage = runtimeOn(openPool('linkage', config.secrets.linkageDatabase, { max: LINKAGE_CONNECTIONS }))
  const engine = await startPdfEngine({ cacheDir: config.cacheFolder, workers: RENDERERS })
  ending.push(() => engine.close())
  const uploads = Spool.open(path.join(config.spoolFolder, 'manual'))
  const sweeping = startSweeping(app, await uploads)
  ending.push(() => sweeping.close())
  const desk = openPictureDesk()
  ending.push(() => desk.close())
  const shelf = {
    vault: new FileVault(config.filesFolder),
    desk,
    spool: await Spool.open(path.join(config.spoolFolder, 'files')),
    ...(config.clamd === undefined ? {} : { scanner: clamd(config.clamd) }),
  }
  const fileSweeping = startFileSweeping(app, shelf)
  ending.push(() => fileSweeping.close())
  const identity = await loadIdentity(path.join(config.pkiFolder, 'cloud.pem'))
  const authority = await loadAuthority(path.join(config.pkiFolder, 'authority.pem'))
  const center = await loadIdentity(path.join(config.pkiFolder, 'center.pem'))
  if (!identity || !authority || !center) throw new Error(`機器の証明書がありません: ${config.pkiFolder}`)
  const build = await reportBuild(app, engine.rendererBuild())
  const services: Services = {
    engine,
    build,
    uploads: () => uploads,
    files: async () => shelf,
    publicOrigin: config.publicOrigin,
    signIn: { origins: config.staffOrigins, ssoIssuers: config.ssoIssuers },
    terminals: {
      authority: () => authority,
      origin: config.terminalOrigin,
      certificateOf: certificateReader(authority.certificatePem, config.terminalProxies, app.now),
    },
  }
  const disposing = startDisposing(app, issuingOf(services).archiveDays)
  ending.push(() => disposing.close())
  const linking = startLinking(app)
  ending.push(() => linking.close())
  const stamping = config.stamps === null ? null : startStamping(app, config.stamps)
  if (stamping) ending.push(() => stamping.close())
  const ready: ReadyCheck[] = [
    { name: 'データベース', check: () => ping(app.pool) },
    { name: '取込用データベース', check: () => ping(linkage.pool) },
    ...(stamping ? [{ name: '監査記録の時刻印', check: async () => stampNote(stamping.lateTowns) }] : []),
  ]

  const listen = async (server: FastifyInstance, port: number): Promise<void> => {
    await server.listen({ host: config.host, port })
    ending.push(() => server.close())
  }
  const browsers = async (https?: TlsOptions): Promise<FastifyInstance> => {
    const server = await httpServer({ program: 'cloud', log, ready, ...(https ? { https } : {}) })
    composeCloud(server, app, services)
    linkEnrolment(server, linkage, authority)
    serveSecurityTxt(server, config.security, config.publicOrigin, app.now)
    await serveWeb(server, '/', config.staffDist, publicPages)
    await serveWeb(server, '/field', config.fieldDist)
    return server
  }

  const machines = await httpServer({
    program: 'cloud-link',
    log,
    ready,
    https: tlsServerOptions(identity, 'machines'),
    // For 4 MiB over a thin line; whoever is silent for longer is cut off.
    requestTimeoutMs: 120_000,
  })
  const spool = await Spool.open(config.spoolFolder)
  const queue = startLinkQueue(linkage, spool, { atOnce: FILES_AT_ONCE })
  ready.push({
    name: '連携の見回り',
    // One town's trouble must not take the machine away from the others.
    check: async () => (queue.failing === 0 ? undefined : `見回れない団体: ${queue.failing}`),
  })
  ending.push(() => queue.close())
  linkGateway(machines, linkage, {
    origin: config.linkOrigin,
    authority,
    spool,
    queue,
    atOnce: MESSAGES_AT_ONCE,
    messages: externalLinkMessages(app),
  })
  await exchangeRoutes(machines, exchange, issuingOf(services), {
    origin: config.linkOrigin,
    centers: [center],
  })
  await listen(machines, config.linkPort)
  await listen(await browsers({ key: identity.privateKeyPem, cert: identity.certificatePem }), config.tlsPort)
  await listen(await browsers(tlsServerOptions(identity, 'terminals')), config.terminalPort)
  const plain = await browsers()
  await listen(plain, config.port)

  const jobs = await startJobs(
    app,
    config.secrets.workerDatabase,
    cloudJobs(openMailer(config.smtpUrl, config.mailFrom), { app, linkage }, services),
  )
  ending.push(() => jobs.stop())
  return (plain.server.address() as AddressInfo).port
}

/** A stamp that is late is for the operator to look after; the machine serves all the same. */
function stampNote(lateTowns: number): string | undefined {
  return lateTowns === 0 ? undefined : `時刻印を受けられない団体: ${lateTowns}`
}

async function ping(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('select 1')
  } finally {
    client.release()
  }
}
