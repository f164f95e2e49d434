import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import type { BatchState, ItemState } from './batch.ts'
import type { RefusalCode } from './refusals.ts'

const REASONS = 'certificates.batch_item.reasons'

export type Batch = {
  readonly batchId: string
  readonly kind: CertificateKindCode
  readonly scopeId: string
  readonly withSheets: boolean
  readonly bundleSize: number
  readonly askedAt: Date
  readonly askedBy: string
  readonly state: BatchState
  /** Position of the state: who acts on it says which one was seen. */
  readonly version: number
  readonly saidAt: Date
  /** Why it stopped; `null` = it did not. */
  readonly stopCode: RefusalCode | null
}

export type Item = {
  readonly position: number
  readonly subjectId: string
  readonly copies: number
  readonly transactionId: string
  readonly state: ItemState
  readonly bundleNo: number | null
  readonly bundlePlace: number | null
  readonly code: RefusalCode | null
}

/** Which of these were printed, wherever, or wait in a batch. */
export async function listTaken(
  tx: Tx,
  kind: CertificateKindCode,
  subjectIds: readonly string[],
): Promise<{ subjectId: string; printed: boolean }[]> {
  return await tx.sql(
    `select s.id as "subjectId", p.printed
       from unnest($3::text[]) as s (id)
       cross join lateral (
         select exists (select 1 from certificates.issue i
                          join certificates.issue_state t on (t.municipality_code, t.transaction_id) = (i.municipality_code, i.transaction_id)
                         where i.municipality_code = $1 and i.kind = $2 and i.subject_id = s.id and t.state = 'printed') as printed) p
      where p.printed
         or exists (select 1 from certificates.batch_item b
                     where b.municipality_code = $1 and b.subject_id = s.id and b.state in ('waiting', 'built', 'bundled'))`,
    [tx.municipality, kind, [...subjectIds]],
  )
}

export async function insertBatch(
  tx: Tx,
  batch: Pick<Batch, 'batchId' | 'kind' | 'scopeId' | 'withSheets' | 'bundleSize' | 'askedAt' | 'askedBy'>,
  actor: string,
): Promise<void> {
  await tx.sql(
    `insert into certificates.batch (municipality_code, batch_id, kind, scope_id, with_sheets, bundle_size, asked_at,
       asked_by, asked_by_label, runs) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)`,
    [
      tx.municipality,
      batch.batchId,
      batch.kind,
      batch.scopeId,
      batch.withSheets,
      batch.bundleSize,
      batch.askedAt,
      actor,
      batch.askedBy,
    ],
  )
}

/** Answers how many were taken in: what is in another batch that waits is not. Two at once wait for each other here. */
export async function insertItems(
  tx: Tx,
  batchId: string,
  items: readonly Pick<Item, 'position' | 'subjectId' | 'copies' | 'transactionId'>[],
): Promise<number> {
  const rows = await tx.sql(
    `insert into certificates.batch_item (municipality_code, batch_id, position, subject_id, copies, transaction_id, state)
     select $1, $2, position, subject_id, copies, transaction_id, 'waiting'
       from unnest($3::int[], $4::text[], $5::smallint[], $6::text[]) as t (position, subject_id, copies, transaction_id)
      -- In one order, whoever asks: so that of two at once none waits for the other for ever.
      order by subject_id
     on conflict (municipality_code, subject_id) where state in ('waiting', 'built', 'bundled') do nothing
     returning position`,
    [
      tx.municipality,
      batchId,
      items.map((item) => item.position),
      items.map((item) => item.subjectId),
      items.map((item) => item.copies),
      items.map((item) => item.transactionId),
    ],
  )
  return rows.length
}

/** False when another said something first. `after` = the version that was seen, 0 for a new batch. */
export async function appendState(
  tx: Tx,
  batchId: string,
  after: number,
  said: {
    readonly state: BatchState
    readonly code?: RefusalCode | undefined
    readonly at: Date
    readonly actor: string
  },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into certificates.batch_state (municipality_code, batch_id, position, state, code, at, actor)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning position`,
    [tx.municipality, batchId, after + 1, said.state, said.code ?? null, said.at, said.actor],
  )
  return rows.length === 1
}

const BATCH = `select b.batch_id as "batchId", b.kind, b.scope_id as "scopeId", b.with_sheets as "withSheets",
    b.bundle_size as "bundleSize", b.asked_at as "askedAt", b.asked_by_label as "askedBy", s.state,
    s.position as version, s.at as "saidAt", s.code as "stopCode"
  from certificates.batch b
  join lateral (select state, position, at, code from certificates.batch_state s
                 where s.municipality_code = $1 and s.batch_id = b.batch_id order by s.position desc limit 1) s on true`

export async function findBatch(tx: Tx, batchId: string): Promise<Batch | undefined> {
  const [row] = await tx.sql<Batch>(`${BATCH} where b.municipality_code = $1 and b.batch_id = $2`, [
    tx.municipality,
    batchId,
  ])
  return row
}

/** Newest first, at most 50. */
export async function listBatches(tx: Tx, kind: CertificateKindCode, scopeId: string): Promise<Batch[]> {
  return await tx.sql<Batch>(
    `${BATCH} where b.municipality_code = $1 and b.kind = $2 and b.scope_id = $3 order by b.batch_id desc limit 50`,
    [tx.municipality, kind, scopeId],
  )
}

/** Holds the batch until the transaction ends; waits for whoever holds it. False when there is none. */
export async function takeUp(tx: Tx, batchId: string): Promise<boolean> {
  const rows = await tx.sql(
    'update certificates.batch set runs = runs + 1 where municipality_code = $1 and batch_id = $2 returning batch_id',
    [tx.municipality, batchId],
  )
  return rows.length === 1
}

/** Of these the batches that no job holds. None can take them up until our transaction ends; many may ask at once. */
export async function listFree(tx: Tx, batchIds: readonly string[]): Promise<string[]> {
  const rows = await tx.sql<{ batchId: string }>(
    `select batch_id as "batchId" from certificates.batch
      where municipality_code = $1 and batch_id = any($2) for share skip locked`,
    [tx.municipality, [...batchIds]],
  )
  return rows.map(({ batchId }) => batchId)
}

export const ITEM = `position, subject_id as "subjectId", copies, transaction_id as "transactionId", state,
  bundle_no as "bundleNo", bundle_place as "bundlePlace", code`

/** Those that wait, in the order of printing, after a position. */
export async function listWaiting(tx: Tx, batchId: string, after: number, limit: number): Promise<Item[]> {
  return await tx.sql<Item>(
    `select ${ITEM} from certificates.batch_item
      where municipality_code = $1 and batch_id = $2 and state = 'waiting' and position > $3
      order by position limit $4`,
    [tx.municipality, batchId, after, limit],
  )
}

/** What is made and in no bundle, in order. `over`: void since. */
export async function listBuilt(
  tx: Tx,
  batchId: string,
  limit: number,
): Promise<(Item & { pages: number; over: boolean })[]> {
  return await tx.sql(
    `select b.position, b.subject_id as "subjectId", b.copies, b.transaction_id as "transactionId", b.state,
            b.bundle_no as "bundleNo", b.bundle_place as "bundlePlace", b.code, i.pages::int as pages,
            exists (select 1 from certificates.issue_state s
                     where s.municipality_code = $1 and s.transaction_id = b.transaction_id
                       and s.state in ('aborted', 'withdrawn')) as over
       from certificates.batch_item b
       join certificates.issue i on (i.municipality_code, i.transaction_id) = (b.municipality_code, b.transaction_id)
      where b.municipality_code = $1 and b.batch_id = $2 and b.state = 'built' order by b.position limit $3`,
    [tx.municipality, batchId, limit],
  )
}

export async function countItems(
  tx: Tx,
  batchIds: readonly string[],
): Promise<{ batchId: string; state: ItemState; code: RefusalCode | null; count: number }[]> {
  return await tx.sql(
    `select batch_id as "batchId", state, code, count(*)::int as count from certificates.batch_item
      where municipality_code = $1 and batch_id = any($2) group by batch_id, state, code`,
    [tx.municipality, [...batchIds]],
  )
}

export async function setBuilt(tx: Tx, batchId: string, positions: readonly number[]): Promise<void> {
  await tx.sql(
    `update certificates.batch_item set state = 'built'
      where municipality_code = $1 and batch_id = $2 and position = any($3) and state = 'waiting'`,
    [tx.municipality, batchId, [...positions]],
  )
}

export type LeftOut = {
  readonly position: number
  readonly code: RefusalCode | null
  readonly reasons: readonly string[]
}

/**
 * Of what was not printed, and stands as `from` says: what somebody else has made meanwhile stays. What was bundled keeps its place
 * in the bundle, which stays empty.
 */
export async function leaveOut(
  tx: Tx,
  keys: Keys,
  batchId: string,
  items: readonly LeftOut[],
  from: readonly ('waiting' | 'built' | 'bundled')[],
): Promise<void> {
  if (items.length === 0) return
  const sealed = items.map(({ position, reasons }) =>
    reasons.length === 0 ? null : keys.seal(REASONS, `${batchId}|${position}`, JSON.stringify(reasons)),
  )
  await tx.sql(
    `update certificates.batch_item b set state = 'left-out', code = t.code, reasons = t.reasons
       from unnest($3::int[], $4::smallint[], $5::bytea[]) as t (position, code, reasons)
      where b.municipality_code = $1 and b.batch_id = $2 and b.position = t.position
        and b.state = any($6)`,
    [
      tx.municipality,
      batchId,
      items.map(({ position }) => position),
      items.map(({ code }) => code),
      sealed,
      [...from],
    ],
  )
}

/** 打ち切り: what waits, or was made and is in no bundle, is free for another batch. Answers the 取引番号 of what was made. */
export async function leaveOutRest(tx: Tx, batchId: string): Promise<string[]> {
  const rows = await tx.sql<{ transactionId: string }>(
    `update certificates.batch_item set state = 'left-out'
      where municipality_code = $1 and batch_id = $2 and state in ('waiting', 'built')
      returning transaction_id as "transactionId"`,
    [tx.municipality, batchId],
  )
  return rows.map(({ transactionId }) => transactionId)
}

/** In the order of printing, at most 1,000. */
export async function listLeftOut(
  tx: Tx,
  keys: Keys,
  batchId: string,
): Promise<(Item & { reasons: readonly string[] })[]> {
  const rows = await tx.sql<Item & { sealed: Buffer | null }>(
    `select ${ITEM}, reasons as sealed from certificates.batch_item
      where municipality_code = $1 and batch_id = $2 and state = 'left-out' order by position limit 1000`,
    [tx.municipality, batchId],
  )
  return rows.map(({ sealed, ...item }) => ({
    ...item,
    reasons:
      sealed === null
        ? []
        : (JSON.parse(keys.open(REASONS, `${batchId}|${item.position}`, sealed)) as string[]),
  }))
}

export async function setPrinted(tx: Tx, batchId: string, positions: readonly number[]): Promise<void> {
  await tx.sql(
    `update certificates.batch_item set state = 'printed'
      where municipality_code = $1 and batch_id = $2 and position = any($3) and state = 'bundled'`,
    [tx.municipality, batchId, [...positions]],
  )
}
