import { openLog } from '@open-bcl/platform/log.ts'
import { openPool } from '@open-bcl/platform/db/pool.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { Keyring } from '@open-bcl/platform/seal.ts'
import { linkActs } from '../audit-chain.actions.ts'

/** Links a town's acts and never commits: for a test that kills it. */
const { DATABASE: url = '', MASTER_KEY: key = '', TOWN: town = '' } = process.env
const pool = openPool('victim', url, { max: 2 })
const runtime = {
  pool,
  keyring: new Keyring(Buffer.from(key, 'hex')),
  log: openLog('cloud', { write: () => undefined }),
  production: false,
  now: () => new Date('2026-11-21T00:10:00Z'),
}
await withCtx(
  runtime,
  { actor: { kind: 'job', task: 'test' }, municipality: town as never, traceId: 'victim' },
  async (ctx) => {
    await linkActs(ctx)
    process.stdout.write('linked\n')
    // Until it is killed.
    await new Promise((resolve) => process.stdin.once('close', resolve).resume())
  },
)
