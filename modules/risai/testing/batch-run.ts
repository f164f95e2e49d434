/** Runs a batch in a process of its own, to be killed: `node batch-run.ts` with a JSON line of what it needs on stdin. */
import { text } from 'node:stream/consumers'
import path from 'node:path'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { openPool } from '@open-bcl/platform/db/pool.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { withCtx, type Runtime } from '@open-bcl/platform/runtime.ts'
import { Keyring } from '@open-bcl/platform/seal.ts'
import { issuingOf, noServices } from '../../../apps/cloud/compose.ts'
import { batchJob } from '../../certificates/batch.jobs.ts'
import { risaiBatches } from '../risai.routes.ts'

export type Ordered = {
  readonly database: string
  readonly masterKey: string
  readonly municipality: MunicipalityCode
  readonly batchId: string
  readonly build: string
  readonly now: string
}

const ordered = JSON.parse(await text(process.stdin)) as Ordered
const runtime: Runtime = {
  pool: openPool('test', ordered.database),
  keyring: new Keyring(Buffer.from(ordered.masterKey, 'base64')),
  log: openLog('cloud', { write: () => undefined }),
  production: false,
  now: () => new Date(ordered.now),
}
const engine = await startPdfEngine({ cacheDir: path.resolve(import.meta.dirname, '../../../.cache') })
const issuing = issuingOf({ ...noServices, engine, build: ordered.build })
const job = batchJob(runtime, { issuing, sources: risaiBatches })
const { municipality, batchId } = ordered
await withCtx(runtime, { actor: { kind: 'job', task: job.task }, municipality, traceId: 'test' }, (ctx) =>
  job.run(ctx, { batchId }),
)
await engine.close()
await runtime.pool.end()
