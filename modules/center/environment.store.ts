import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type EnvironmentName = 'production' | 'test'

/** What this database is for. The first start writes it; afterwards it stands. */
export async function claimEnvironment(tx: Tx, name: EnvironmentName, at: Date): Promise<EnvironmentName> {
  await tx.sql('insert into center.environment (name, set_at) values ($1, $2) on conflict do nothing', [
    name,
    at,
  ])
  const [row] = await tx.sql<{ name: EnvironmentName }>('select name from center.environment')
  return row?.name ?? name
}
