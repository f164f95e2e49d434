import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { openBackPages, serveBackPages } from '@open-bcl/modules/backpage/backpage.routes.ts'
import { openPapers } from '@open-bcl/modules/billing/billing.routes.ts'
import { startAnnouncing } from '@open-bcl/modules/center/announcements.jobs.ts'
import { startSweeping } from '@open-bcl/modules/center/center.jobs.ts'
import { claimEnvironment, openCentre } from '@open-bcl/modules/center/center.routes.ts'
import { serveKiosks } from '@open-bcl/modules/center/kiosk.routes.ts'
import { openPool } from '@open-bcl/platform/db/pool.ts'
import { serveSecurityTxt } from '@open-bcl/platform/http/security-txt.ts'
import { httpServer, serveWeb, type ReadyCheck } from '@open-bcl/platform/http/server.ts'
import { openMailer } from '@open-bcl/platform/mail.ts'
import type { Log } from '@open-bcl/platform/log.ts'
import { loadIdentity } from '@open-bcl/platform/pki.ts'
import type { Closable } from '@open-bcl/platform/program.ts'
import { servePeople } from './compose.ts'
import type { CenterConfig } from './config.ts'

/** A person reads 「続けますか」 for so long before the session ends. */
const idleGraceSeconds = 15
/** Machines stay connected; a few thousand are no more than what they hold open. */
const maxConnections = 10_000
const sweepEveryMs = 5_000

/** Pages anybody may open, beside the machine's: what a town would pay, and what a back page holds. */
export const publicPages = { '/cost': 'cost.html', '/backpage': 'backpage.html' }

/** Pages anybody may open, beside the operators' console: how to use a machine, and where a contact answers a mail. */
export const operatorPublicPages = { '/guide': 'guide.html', '/notice': 'notice.html' }

/** Starts `center`: kiosk page and kiosk API on one port, the operators' console, and the sweep that settles what was left standing. */
export async function startCenter(
  config: CenterConfig,
  log: Log,
): Promise<Closable & { readonly port: number }> {
  const identityFile = path.join(config.pkiFolder, 'center.pem')
  const identity = await loadIdentity(identityFile)
  if (identity === null) throw new Error(`center: ${identityFile} がありません`)
  const pool = openPool('center', config.secrets.database, { max: 20, keepPlans: true, pipeline: true })
  const ready: ReadyCheck[] = [
    {
      name: 'データベース',
      async check() {
        const client = await pool.connect()
        try {
          await client.query('select 1')
        } finally {
          client.release()
        }
      },
    },
  ]
  await claimEnvironment(pool, config.environment, new Date())
  const http = await httpServer({
    ...{ program: 'center', log, ready, connect: [config.cardBridgeUrl], maxConnections },
  })
  const page = { cardBridgeUrl: config.cardBridgeUrl, idleSeconds: config.idleSeconds, idleGraceSeconds }
  const now = (): Date => new Date()
  const { cacheFolder: cacheDir, origin } = config
  const masters = config.secrets.backPages
  const backPages = masters
    ? await openBackPages({ pool, log, now, masters, origin, cacheDir, processes: 2 })
    : null
  const { centre, close } = await openCentre({
    pool,
    log,
    now,
    origin,
    calendar: config.calendar,
    jpki: config.jpki,
    identity,
    makeBackPage: backPages?.make ?? null,
    // The page says that it is there at least every 30 s, as long as it shows anything to anybody.
    sessionIdleMs: (config.idleSeconds + idleGraceSeconds + 75) * 1000,
  })
  await serveKiosks(http, centre, page)
  const people = { pool, log, now, production: config.production }
  const papers = openPapers(cacheDir)
  servePeople(http, people, {
    ...{ centre, papers, test: config.environment === 'test' },
    // The keys of the back pages, from which others are derived for this.
    factor: {
      origins: config.operatorOrigins,
      keys: masters ?? [],
      required: config.production,
    },
  })
  if (backPages) serveBackPages(http, people, backPages)
  serveSecurityTxt(http, config.security, origin, now)
  await serveWeb(http, '/kiosk', config.kioskDist, publicPages)
  await serveWeb(http, '/operator', config.operatorDist, operatorPublicPages)
  await http.listen({ host: config.host, port: config.port })
  const sweeping = startSweeping(centre, sweepEveryMs)
  const mailer = openMailer(config.smtpUrl, config.mailFrom)
  const announcing = startAnnouncing(centre, mailer, sweepEveryMs, config.environment === 'test')
  return {
    port: (http.server.address() as AddressInfo).port,
    async close() {
      await http.close()
      await sweeping.close()
      await announcing.close()
      close()
      await backPages?.close()
      await papers.close()
      await pool.end()
    },
  }
}
