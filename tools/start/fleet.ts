import fs from 'node:fs'
import path from 'node:path'
import { OPERATOR_REALM } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { fleetStanding, recordRollout } from '@open-bcl/modules/certificates/fleet.actions.ts'
import { openPool } from '@open-bcl/platform/db/pool.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { Keyring } from '@open-bcl/platform/seal.ts'

/** On one machine the start is the rollout: what `cloud` has just reported is the build that may issue. */
export async function recordThisBuild(secrets: string): Promise<void> {
  const read = (file: string): string => fs.readFileSync(path.join(secrets, file), 'utf8').trim()
  const pool = openPool('start', read('bcl_cloud-app.url'), { max: 1 })
  try {
    const runtime = {
      ...{ pool, log: openLog('start'), production: false, now: () => new Date() },
      keyring: new Keyring(Buffer.from(read('master.key'), 'hex')),
    }
    const call = {
      actor: { kind: 'job', task: 'start' },
      municipality: OPERATOR_REALM,
      traceId: uuidv7(),
    } as const
    await withCtx(runtime, call, async (ctx) => {
      const { build, nodes } = await fleetStanding(ctx)
      const [newest] = nodes
      if (newest !== undefined && newest.build !== build) await recordRollout(ctx, newest.build)
    })
  } finally {
    await pool.end()
  }
}
