import type { Pool } from '@open-bcl/platform/db/pool.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { claimEnvironment as claim, type EnvironmentName } from './environment.store.ts'

/**
 * 試験環境 apart from 本番: a process works only on a database of its own kind. The first start says which it is.
 * @throws Error, so that the process does not start
 */
export async function claimEnvironment(pool: Pool, environment: EnvironmentName, now: Date): Promise<void> {
  const found = await inCenter(pool, (tx) => claim(tx, environment, now))
  if (found === environment) return
  const ja = { production: '本番', test: '試験環境' }
  throw new Error(
    `center: このデータベースは${ja[found]}のものです（設定は${ja[environment]}）。起動しません。`,
  )
}
