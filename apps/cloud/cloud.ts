import type { AddressInfo } from 'node:net'
import { openPool } from '@open-bcl/platform/db/pool.ts'
import { httpServer, serveWeb, type ReadyCheck } from '@open-bcl/platform/http/server.ts'
import { startJobs } from '@open-bcl/platform/jobs.ts'
import type { Log } from '@open-bcl/platform/log.ts'
import type { Closable } from '@open-bcl/platform/program.ts'
import type { Runtime } from '@open-bcl/platform/runtime.ts'
import { Keyring } from '@open-bcl/platform/seal.ts'
import { cloudJobs, composeCloud } from './compose.ts'
import type { CloudConfig } from './config.ts'

/** Starts `cloud`: staff pages and API on one port, the machine link on another, and the background jobs. */
export async function startCloud(
  config: CloudConfig,
  log: Log,
): Promise<Closable & { readonly port: number }> {
  const keyring = new Keyring(config.secrets.masterKey)
  const now = (): Date => new Date()
  const app: Runtime = { pool: openPool('cloud', config.secrets.appDatabase, { max: 20 }), keyring, log, now }
  const ready: ReadyCheck[] = [{ name: 'データベース', check: () => ping(app) }]

  const http = await httpServer({ program: 'cloud', log, ready })
  composeCloud(http, app)
  await serveWeb(http, '/', config.staffDist)
  await http.listen({ host: config.host, port: config.port })

  const jobs = await startJobs(app, config.secrets.workerDatabase, cloudJobs)
  return {
    port: (http.server.address() as AddressInfo).port,
    async close() {
      await http.close()
      await jobs.stop()
      await app.pool.end()
    },
  }
}

async function ping(runtime: Runtime): Promise<void> {
  const client = await runtime.pool.connect()
  try {
    await client.query('select 1')
  } finally {
    client.release()
  }
}
