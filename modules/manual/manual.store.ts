import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import type { RunResult } from './manual.run.ts'

export type UploadRow = {
  readonly uploadId: string
  readonly business: Business
  readonly spoolId: string
  readonly sealedKey: Buffer
  readonly sealed: Buffer
  readonly bytes: bigint
  readonly goneAt: Date | null
}

export type RunState = 'waiting' | 'running' | 'done' | 'refused' | 'failed'
export type RunRow = {
  readonly runId: string
  readonly uploadId: string
  readonly business: Business
  readonly kind: 'check' | 'apply'
  readonly mode: 'full' | 'delta'
  readonly confirmedDeletions: number | null
  readonly sealed: Buffer
  readonly state: RunState
  readonly reading: number
  readonly bytesDone: bigint
  readonly rowsDone: bigint
  readonly result: RunResult | null
}

const uploadColumns = `upload_id as "uploadId", business, spool_id as "spoolId", sealed_key as "sealedKey", sealed, bytes,
  gone_at as "goneAt"`
const runColumns = `run_id as "runId", upload_id as "uploadId", business, kind, mode,
  confirmed_deletions as "confirmedDeletions", sealed, state, reading, bytes_done as "bytesDone",
  rows_done as "rowsDone", result`

export async function insertUpload(
  tx: Tx,
  upload: Omit<UploadRow, 'goneAt'> & { readonly madeBy: string; readonly now: Date },
): Promise<void> {
  await tx.sql(
    `insert into manual.upload (municipality_code, upload_id, business, spool_id, sealed_key, sealed, bytes, made_by, made_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tx.municipality,
      upload.uploadId,
      upload.business,
      upload.spoolId,
      upload.sealedKey,
      upload.sealed,
      upload.bytes,
      upload.madeBy,
      upload.now,
    ],
  )
}

export async function findUpload(tx: Tx, uploadId: string): Promise<UploadRow | undefined> {
  const [row] = await tx.sql<UploadRow>(
    `select ${uploadColumns} from manual.upload where municipality_code = $1 and upload_id = $2`,
    [tx.municipality, uploadId],
  )
  return row
}

export async function setUploadSealed(tx: Tx, uploadId: string, sealed: Buffer): Promise<void> {
  await tx.sql('update manual.upload set sealed = $3 where municipality_code = $1 and upload_id = $2', [
    tx.municipality,
    uploadId,
    sealed,
  ])
}

export async function setUploadGone(tx: Tx, uploadId: string, now: Date): Promise<void> {
  await tx.sql(
    'update manual.upload set gone_at = coalesce(gone_at, $3) where municipality_code = $1 and upload_id = $2',
    [tx.municipality, uploadId, now],
  )
}

/** Uploads whose bytes are still kept though nobody has come back to them since. */
export async function listLeftUploads(tx: Tx, since: Date): Promise<UploadRow[]> {
  return await tx.sql<UploadRow>(
    `select ${uploadColumns} from manual.upload u
      where municipality_code = $1 and gone_at is null and made_at < $2
        and not exists (
          select 1 from manual.run r
           where r.municipality_code = $1 and r.upload_id = u.upload_id
             and (r.made_at >= $2 or r.state in ('waiting', 'running')))`,
    [tx.municipality, since],
  )
}

export async function listKeptUploads(tx: Tx): Promise<UploadRow[]> {
  return await tx.sql<UploadRow>(
    `select ${uploadColumns} from manual.upload where municipality_code = $1 and gone_at is null`,
    [tx.municipality],
  )
}

/** A person's uploads that are kept and of which no run waits or runs, the earliest first. */
export async function listIdleUploads(tx: Tx, madeBy: string): Promise<UploadRow[]> {
  return await tx.sql<UploadRow>(
    `select ${uploadColumns} from manual.upload u
      where municipality_code = $1 and made_by = $2 and gone_at is null
        and not exists (
          select 1 from manual.run r
           where r.municipality_code = $1 and r.upload_id = u.upload_id and r.state in ('waiting', 'running'))
      order by made_at, upload_id`,
    [tx.municipality, madeBy],
  )
}

/** The bytes that the town's uploads may take, whether they have come yet or not. */
export async function keptBytes(tx: Tx): Promise<number> {
  const [row] = await tx.sql<{ bytes: string }>(
    'select coalesce(sum(bytes), 0) as bytes from manual.upload where municipality_code = $1 and gone_at is null',
    [tx.municipality],
  )
  return Number(row!.bytes)
}

export type MappingRow = { readonly mappingId: string; readonly sealed: Buffer }

/** The newest first; more than these few headers nobody uses. */
export async function listMappings(tx: Tx, business: Business): Promise<MappingRow[]> {
  return await tx.sql<MappingRow>(
    `select mapping_id as "mappingId", sealed from manual.mapping
      where municipality_code = $1 and business = $2 order by saved_at desc, mapping_id desc limit 50`,
    [tx.municipality, business],
  )
}

export async function insertMapping(
  tx: Tx,
  mapping: MappingRow & { readonly business: Business; readonly savedBy: string; readonly now: Date },
): Promise<void> {
  await tx.sql(
    `insert into manual.mapping (municipality_code, mapping_id, business, sealed, saved_by, saved_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [tx.municipality, mapping.mappingId, mapping.business, mapping.sealed, mapping.savedBy, mapping.now],
  )
}

export async function insertRun(
  tx: Tx,
  run: Pick<RunRow, 'runId' | 'uploadId' | 'business' | 'kind' | 'mode' | 'confirmedDeletions' | 'sealed'> & {
    readonly startedBy: string
    readonly now: Date
  },
): Promise<void> {
  await tx.sql(
    `insert into manual.run (municipality_code, run_id, upload_id, business, kind, mode, confirmed_deletions, sealed, state,
       reading, bytes_done, rows_done, started_by, made_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0, 0, 0, $9, $10)`,
    [
      tx.municipality,
      run.runId,
      run.uploadId,
      run.business,
      run.kind,
      run.mode,
      run.confirmedDeletions,
      run.sealed,
      run.startedBy,
      run.now,
    ],
  )
}

export async function findRun(tx: Tx, runId: string): Promise<RunRow | undefined> {
  const [row] = await tx.sql<RunRow>(
    `select ${runColumns} from manual.run where municipality_code = $1 and run_id = $2`,
    [tx.municipality, runId],
  )
  return row
}

/** The newest run of an upload that is done. */
export async function findDoneRun(
  tx: Tx,
  uploadId: string,
  kind: 'check' | 'apply',
): Promise<RunRow | undefined> {
  const [row] = await tx.sql<RunRow>(
    `select ${runColumns} from manual.run
      where municipality_code = $1 and upload_id = $2 and kind = $3 and state = 'done'
      order by made_at desc, run_id desc limit 1`,
    [tx.municipality, uploadId, kind],
  )
  return row
}

export async function setProgress(
  tx: Tx,
  runId: string,
  progress: { readonly reading: number; readonly bytesDone: number; readonly rowsDone: number },
): Promise<void> {
  await tx.sql(
    `update manual.run set state = 'running', reading = $3, bytes_done = $4, rows_done = $5
      where municipality_code = $1 and run_id = $2 and state in ('waiting', 'running')`,
    [tx.municipality, runId, progress.reading, progress.bytesDone, progress.rowsDone],
  )
}

export async function finishRun(
  tx: Tx,
  runId: string,
  state: 'done' | 'refused' | 'failed',
  result: RunResult,
  now: Date,
): Promise<void> {
  await tx.sql(
    `update manual.run set state = $3, result = $4, finished_at = $5 where municipality_code = $1 and run_id = $2`,
    [tx.municipality, runId, state, JSON.stringify(result), now],
  )
}

export type LastRun = { readonly business: Business; readonly at: Date; readonly result: RunResult }

/** The last load of each business that was done. */
export async function listLastLoads(tx: Tx): Promise<LastRun[]> {
  return await tx.sql<LastRun>(
    `select distinct on (business) business, finished_at as at, result from manual.run
      where municipality_code = $1 and kind = 'apply' and state = 'done'
      order by business, made_at desc, run_id desc`,
    [tx.municipality],
  )
}

export async function insertStatement(
  tx: Tx,
  statement: { readonly statementId: string; readonly statedBy: string; readonly now: Date },
): Promise<void> {
  await tx.sql(
    `insert into manual.no_suppression (municipality_code, statement_id, stated_by, stated_at) values ($1, $2, $3, $4)`,
    [tx.municipality, statement.statementId, statement.statedBy, statement.now],
  )
}

export async function hasStatement(tx: Tx): Promise<boolean> {
  const [row] = await tx.sql<{ stated: boolean }>(
    'select exists (select 1 from manual.no_suppression where municipality_code = $1) as stated',
    [tx.municipality],
  )
  return row!.stated
}

/**
 * Businesses that an agent has sent a file of: its numbers go on, and a load by hand would stand between them. Not those of
 * which staff ended the linkage.
 */
export async function listLinked(tx: Tx): Promise<Business[]> {
  const rows = await tx.sql<{ business: Business }>(
    `(select business from residents.pub_applied
       where municipality_code = $1 and origin = 'link' and business is not null
      union select business from linkage.pub_watermark where municipality_code = $1)
     except select business from linkage.pub_ended where municipality_code = $1`,
    [tx.municipality],
  )
  return rows.map(({ business }) => business)
}

export async function isLinked(tx: Tx, business: Business): Promise<boolean> {
  return (await listLinked(tx)).includes(business)
}

/** Whether a file of the business was ever applied, from wherever. */
export async function hasApplied(tx: Tx, business: Business): Promise<boolean> {
  const [row] = await tx.sql<{ applied: boolean }>(
    `select exists (select 1 from residents.pub_applied where municipality_code = $1 and business = $2) as applied`,
    [tx.municipality, business],
  )
  return row!.applied || (await isLinked(tx, business))
}

/** How many digits a 宛名番号 of the town has, when all that are known have as many; `null` when they differ or none is. */
export async function digitsOfNumbers(tx: Tx): Promise<number | null> {
  const rows = await tx.sql<{ digits: number }>(
    `select distinct length(resident_no) as digits from (
       (select resident_no from residents.pub_person where municipality_code = $1 limit 10000)
       union all select resident_no from access.pub_suppressed where municipality_code = $1) known limit 2`,
    [tx.municipality],
  )
  return rows.length === 1 ? rows[0]!.digits : null
}
