import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { DisasterId } from '../disasters/disasters.ts'

/** Work over the whole town, by a job. */
export type Run = {
  readonly runId: string
  readonly kind: 'take' | 'propose'
  readonly disasterId: DisasterId | null
  readonly state: 'waiting' | 'done'
  readonly counts: Readonly<Record<string, number>>
  readonly askedAt: Date
  readonly askedBy: string
  readonly askedLabel: string
}

const columns = `run_id as "runId", kind, disaster_id as "disasterId", state, counts, asked_at as "askedAt",
  asked_by as "askedBy", asked_label as "askedLabel"`

export async function insertRun(tx: Tx, run: Run): Promise<void> {
  await tx.sql(
    `insert into dwellings.run (municipality_code, run_id, kind, disaster_id, state, counts, asked_at, asked_by, asked_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tx.municipality,
      run.runId,
      run.kind,
      run.disasterId,
      run.state,
      JSON.stringify(run.counts),
      run.askedAt,
      run.askedBy,
      run.askedLabel,
    ],
  )
}

/** Held until the transaction ends, so that a job that runs twice does its work once; `null` when it is done or not there. */
export async function holdWaitingRun(tx: Tx, runId: string): Promise<Run | null> {
  const [row] = await tx.sql<Run>(
    `select ${columns} from dwellings.run
      where municipality_code = $1 and run_id = $2 and state = 'waiting' for update`,
    [tx.municipality, runId],
  )
  return row ?? null
}

export async function endRun(
  tx: Tx,
  runId: string,
  counts: Readonly<Record<string, number>>,
  at: Date,
): Promise<void> {
  await tx.sql(
    `update dwellings.run set state = 'done', counts = $3, done_at = $4 where municipality_code = $1 and run_id = $2`,
    [tx.municipality, runId, JSON.stringify(counts), at],
  )
}

/** The newest of a kind, of a disaster where it is about one. */
export async function newestRun(
  tx: Tx,
  kind: Run['kind'],
  disasterId: DisasterId | null,
): Promise<Run | null> {
  const [row] = await tx.sql<Run>(
    `select ${columns} from dwellings.run
      where municipality_code = $1 and kind = $2 and disaster_id is not distinct from $3
      order by run_id desc limit 1`,
    [tx.municipality, kind, disasterId],
  )
  return row ?? null
}
