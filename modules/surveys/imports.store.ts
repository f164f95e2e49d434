import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { TaskId } from './surveys.ts'

const SEALED = 'surveys.import_row.sealed'

/** What a source last said of a house, and which task it is. */
export type KnownRow = {
  readonly key: string
  readonly rowNo: number
  readonly taskId: TaskId
  readonly content: string
}

export async function insertImport(
  tx: Tx,
  made: {
    readonly importId: string
    readonly disasterId: DisasterId
    readonly source: string
    readonly counts: Readonly<Record<string, number>>
    readonly at: Date
    readonly actor: string
    readonly actorLabel: string
  },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into surveys.import (municipality_code, import_id, disaster_id, source, counts, at, actor, actor_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning import_id`,
    [
      tx.municipality,
      made.importId,
      made.disasterId,
      made.source,
      JSON.stringify(made.counts),
      made.at,
      made.actor,
      made.actorLabel,
    ],
  )
  return rows.length === 1
}

/** What the source said before of these houses, by its own number. */
export async function knownRows(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  source: string,
  wanted: readonly string[],
): Promise<Map<string, KnownRow>> {
  const hmacs = wanted.flatMap((key) => keys.each.map((one) => one.recordHmac('survey-import-row', key)))
  const rows = await tx.sql<{ id: string; rowNo: number; taskId: TaskId; sealed: Buffer }>(
    `select import_row_id as id, row_no as "rowNo", task_id as "taskId", sealed from surveys.import_row
      where municipality_code = $1 and disaster_id = $2 and source = $3 and row_hmac = any($4) order by row_no`,
    [tx.municipality, disasterId, source, hmacs],
  )
  const found = new Map<string, KnownRow>()
  for (const { id, rowNo, taskId, sealed } of rows) {
    const { key, content } = JSON.parse(keys.open(SEALED, id, sealed)) as { key: string; content: string }
    found.set(key, { key, rowNo, taskId, content })
  }
  return found
}

/** False when another import of the same moment wrote that row first. */
export async function insertRow(
  tx: Tx,
  keys: Keys,
  row: KnownRow & {
    readonly importRowId: string
    readonly importId: string
    readonly disasterId: DisasterId
    readonly source: string
  },
): Promise<boolean> {
  const { key, content } = row
  const rows = await tx.sql(
    `insert into surveys.import_row (municipality_code, import_row_id, disaster_id, source, row_hmac, row_no, task_id,
       import_id, sealed) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning row_no`,
    [
      tx.municipality,
      row.importRowId,
      row.disasterId,
      row.source,
      keys.recordHmac('survey-import-row', key),
      row.rowNo,
      row.taskId,
      row.importId,
      keys.seal(SEALED, row.importRowId, JSON.stringify({ key, content })),
    ],
  )
  return rows.length === 1
}

/** Tasks of a disaster by their numbers. */
export async function tasksByNo(
  tx: Tx,
  disasterId: DisasterId,
  taskNos: readonly string[],
): Promise<Map<string, TaskId>> {
  const rows = await tx.sql<{ taskNo: string; taskId: TaskId }>(
    `select task_no as "taskNo", task_id as "taskId" from surveys.task
      where municipality_code = $1 and disaster_id = $2 and task_no = any($3)`,
    [tx.municipality, disasterId, [...taskNos]],
  )
  return new Map(rows.map((row) => [row.taskNo, row.taskId]))
}
