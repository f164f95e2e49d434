import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type Node = {
  readonly nodeId: string
  readonly host: string
  readonly build: string
  readonly startedAt: Date
}

export async function insertNode(tx: Tx, node: Node): Promise<void> {
  await tx.sql('insert into certificates.node (node_id, host, build, started_at) values ($1, $2, $3, $4)', [
    node.nodeId,
    node.host,
    node.build,
    node.startedAt,
  ])
}

/** The last start on each machine, newest first. */
export async function listNodes(tx: Tx): Promise<Node[]> {
  return await tx.sql<Node>(
    `select node_id as "nodeId", host, build, started_at as "startedAt" from (
       select distinct on (host) * from certificates.node order by host, started_at desc) newest
     order by started_at desc limit 200`,
  )
}

export async function insertFleetBuild(tx: Tx, build: string, by: string, now: Date): Promise<void> {
  await tx.sql('insert into certificates.fleet_build (recorded_at, build, recorded_by) values ($1, $2, $3)', [
    now,
    build,
    by,
  ])
}

/** The build that may issue; `null` = none was ever recorded. */
export async function fleetBuild(tx: Tx): Promise<string | null> {
  const [row] = await tx.sql<{ build: string }>(
    'select build from certificates.fleet_build order by recorded_at desc limit 1',
  )
  return row?.build ?? null
}
