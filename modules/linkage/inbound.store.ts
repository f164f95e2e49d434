import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import type { Manifest } from './linkage.manifest.ts'

const PLACE = 'linkage.inbound.sealed_key'

export type InboundState = 'receiving' | 'waiting' | 'applying' | 'applied' | 'refused'

export type Inbound = {
  readonly business: Business
  readonly fileNo: number
  readonly uploadId: string
  readonly spoolId: string
  /** The upload's own key. */
  readonly key: Buffer
  readonly manifest: Manifest
  readonly sha256: string
  readonly bytes: number
  readonly received: number
  readonly state: InboundState
  readonly fileId: string | null
  readonly rowsDone: number
  readonly attempts: number
  readonly leaseUntil: Date | null
  readonly sentBy: string
  readonly seenAt: Date
  readonly signedAt: Date | null
}

type Row = Omit<Inbound, 'key' | 'bytes' | 'received'> & {
  readonly sealedKey: Buffer
  readonly bytes: bigint
  readonly received: bigint
}

const columns = `business, file_no as "fileNo", upload_id as "uploadId", spool_id as "spoolId", sealed_key as "sealedKey",
  manifest, sha256, bytes, received, state, file_id as "fileId", rows_done as "rowsDone", attempts,
  lease_until as "leaseUntil", sent_by as "sentBy", seen_at as "seenAt",
  signed_at as "signedAt"`

function inboundOf(keys: Keys, { sealedKey, bytes, received, ...row }: Row): Inbound {
  const key = Buffer.from(keys.open(PLACE, `${row.business}|${row.fileNo}`, sealedKey), 'base64')
  return { ...row, key, bytes: Number(bytes), received: Number(received) }
}

/** One upload; `lock` holds its row until the transaction ends, so that two senders take turns. */
export async function findInbound(
  tx: Tx,
  keys: Keys,
  at: { readonly business: Business; readonly fileNo: number },
  lock: 'lock' | 'look',
): Promise<Inbound | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns} from linkage.inbound where municipality_code = $1 and business = $2 and file_no = $3
     ${lock === 'lock' ? 'for update' : ''}`,
    [tx.municipality, at.business, at.fileNo],
  )
  return row ? inboundOf(keys, row) : null
}

/** Begins an upload, or begins it anew under another id. */
export async function putInbound(
  tx: Tx,
  keys: Keys,
  upload: {
    readonly manifest: Manifest
    readonly uploadId: string
    readonly spoolId: string
    readonly key: Buffer
    readonly bytes: number
    readonly sentBy: string
    readonly signedAt: Date
    readonly now: Date
  },
): Promise<void> {
  const { manifest, uploadId, spoolId, key, bytes, sentBy, signedAt, now } = upload
  const { business, fileNo, sha256 } = manifest
  await tx.sql(
    `insert into linkage.inbound (municipality_code, business, file_no, upload_id, spool_id, sealed_key, manifest, sha256,
       bytes, received, state, file_id, rows_done, attempts, retry_at, lease_id, lease_until, sent_by, opened_at,
       updated_at, seen_at, signed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 'receiving', null, 0, 0, null, null, null, $10, $11, $11, $11, $12)
     on conflict (municipality_code, business, file_no) do update
       set upload_id = excluded.upload_id, spool_id = excluded.spool_id, sealed_key = excluded.sealed_key,
           manifest = excluded.manifest, sha256 = excluded.sha256, bytes = excluded.bytes, received = excluded.received,
           state = excluded.state, file_id = excluded.file_id, rows_done = excluded.rows_done,
           attempts = excluded.attempts, retry_at = excluded.retry_at, lease_id = excluded.lease_id,
           lease_until = excluded.lease_until, sent_by = excluded.sent_by, opened_at = excluded.opened_at,
           updated_at = excluded.updated_at, seen_at = excluded.seen_at, signed_at = excluded.signed_at`,
    [
      tx.municipality,
      business,
      fileNo,
      uploadId,
      spoolId,
      keys.seal(PLACE, `${business}|${fileNo}`, key.toString('base64')),
      JSON.stringify(manifest),
      sha256,
      bytes,
      sentBy,
      now,
      signedAt,
    ],
  )
}

/** Another manifest for the same bytes. */
export async function setManifest(
  tx: Tx,
  uploadId: string,
  { manifest, signedAt, now }: { readonly manifest: Manifest; readonly signedAt: Date; readonly now: Date },
): Promise<void> {
  await tx.sql(
    `update linkage.inbound set manifest = $3, updated_at = $4, signed_at = $5
      where municipality_code = $1 and upload_id = $2`,
    [tx.municipality, uploadId, JSON.stringify(manifest), now, signedAt],
  )
}

export async function setReceived(
  tx: Tx,
  uploadId: string,
  { received, complete, now }: { received: number; complete: boolean; now: Date },
): Promise<void> {
  await tx.sql(
    `update linkage.inbound set received = $3, state = $4, updated_at = $5, seen_at = $5
      where municipality_code = $1 and upload_id = $2`,
    [tx.municipality, uploadId, received, complete ? 'waiting' : 'receiving', now],
  )
}

/** Every upload that is not finished. */
export async function listUnfinished(tx: Tx, keys: Keys): Promise<Inbound[]> {
  const rows = await tx.sql<Row>(
    `select ${columns} from linkage.inbound
      where municipality_code = $1 and state in ('receiving', 'waiting', 'applying') order by business, file_no`,
    [tx.municipality],
  )
  return rows.map((row) => inboundOf(keys, row))
}

export type InboundRow = Pick<
  Inbound,
  'business' | 'fileNo' | 'state' | 'bytes' | 'received' | 'rowsDone' | 'manifest'
> & { readonly updatedAt: Date; readonly openedAt: Date }

/** The same without their keys, for screens. */
export async function listInboundRows(tx: Tx): Promise<InboundRow[]> {
  const rows = await tx.sql<Omit<InboundRow, 'bytes' | 'received'> & { bytes: bigint; received: bigint }>(
    `select business, file_no as "fileNo", state, bytes, received, rows_done as "rowsDone", manifest,
            updated_at as "updatedAt", opened_at as "openedAt"
       from linkage.inbound
      where municipality_code = $1 and state in ('receiving', 'waiting', 'applying') order by business, file_no`,
    [tx.municipality],
  )
  return rows.map((row) => ({ ...row, bytes: Number(row.bytes), received: Number(row.received) }))
}

/** What the town's unfinished uploads will take of the disk, bytes. */
export async function unfinishedBytes(
  tx: Tx,
  except: { business: Business; fileNo: number },
): Promise<number> {
  const [row] = await tx.sql<{ bytes: string | null }>(
    `select sum(bytes) as bytes from linkage.inbound
      where municipality_code = $1 and state in ('receiving', 'waiting', 'applying')
        and not (business = $2 and file_no = $3)`,
    [tx.municipality, except.business, except.fileNo],
  )
  return Number(row?.bytes ?? 0)
}

/**
 * Takes a complete file for applying, unless another process holds it, it is not yet to be tried again, or it changed.
 * @returns how often it was taken, this time included; `null` when it is not ours
 */
export async function lease(
  tx: Tx,
  uploadId: string,
  { leaseId, now, until }: { leaseId: string; now: Date; until: Date },
): Promise<number | null> {
  const [row] = await tx.sql<{ attempts: number }>(
    `update linkage.inbound
        set state = 'applying', lease_id = $3, lease_until = $5, attempts = attempts + 1, rows_done = 0, updated_at = $4
      where municipality_code = $1 and upload_id = $2 and (retry_at is null or retry_at <= $4)
        and (state = 'waiting' or (state = 'applying' and lease_until < $4))
      returning attempts`,
    [tx.municipality, uploadId, leaseId, now, until],
  )
  return row?.attempts ?? null
}

/** Says how far the applying is. False when the lease was lost. */
export async function renewLease(
  tx: Tx,
  uploadId: string,
  { leaseId, until, rowsDone }: { leaseId: string; until: Date; rowsDone: number },
): Promise<boolean> {
  const rows = await tx.sql(
    `update linkage.inbound set lease_until = $4, rows_done = $5
      where municipality_code = $1 and upload_id = $2 and state = 'applying' and lease_id = $3 returning upload_id`,
    [tx.municipality, uploadId, leaseId, until, rowsDone],
  )
  return rows.length === 1
}

/** Back to the queue, to be tried again at a time. */
export async function giveBack(
  tx: Tx,
  uploadId: string,
  { leaseId, retryAt, now }: { leaseId: string; retryAt: Date; now: Date },
): Promise<void> {
  await tx.sql(
    `update linkage.inbound set state = 'waiting', lease_id = null, lease_until = null, retry_at = $4, updated_at = $5
      where municipality_code = $1 and upload_id = $2 and state = 'applying' and lease_id = $3`,
    [tx.municipality, uploadId, leaseId, retryAt, now],
  )
}

/** An upload in the hands of whoever applies it. */
export type Hold = { readonly uploadId: string; readonly leaseId: string }

/**
 * Ends an upload with its receipt, and keeps its row until the transaction ends. False when it is not in these hands any
 * more: other content took its number, or another process took it up.
 */
export async function settle(
  tx: Tx,
  { uploadId, leaseId }: Hold,
  { state, fileId, now }: { state: 'applied' | 'refused'; fileId: string; now: Date },
): Promise<boolean> {
  const rows = await tx.sql(
    `update linkage.inbound
        set state = $4, file_id = $5, lease_id = null, lease_until = null, retry_at = null, updated_at = $6
      where municipality_code = $1 and upload_id = $2 and state = 'applying' and lease_id = $3 returning upload_id`,
    [tx.municipality, uploadId, leaseId, state, fileId, now],
  )
  return rows.length === 1
}

/** Ends uploads whose number was applied without them: their turn never comes. */
export async function settlePassed(tx: Tx, now: Date): Promise<void> {
  await tx.sql(
    `update linkage.inbound i
        set state = 'applied', file_id = f.file_id, lease_id = null, lease_until = null, retry_at = null, updated_at = $2
       from linkage.file f, linkage.watermark w
      where i.municipality_code = $1 and i.state in ('receiving', 'waiting', 'applying')
        and w.municipality_code = $1 and w.business = i.business and i.file_no <= w.file_no
        and f.municipality_code = $1 and f.business = i.business and f.file_no = i.file_no and f.state = 'applied'`,
    [tx.municipality, now],
  )
}

/** Since when a refused file stands before the next one of its business, by business: what it would have told is not here. */
export async function listRefused(tx: Tx): Promise<ReadonlyMap<Business, Date>> {
  const rows = await tx.sql<{ business: Business; since: Date }>(
    `select i.business, min(i.opened_at) as since from linkage.inbound i
       left join linkage.watermark w on w.municipality_code = $1 and w.business = i.business
      where i.municipality_code = $1 and i.state = 'refused' and i.file_no > coalesce(w.file_no, 0)
      group by i.business`,
    [tx.municipality],
  )
  return new Map(rows.map(({ business, since }) => [business, since]))
}

/** What was here is gone: it has to come again from its first byte. */
export async function markLost(tx: Tx, uploadId: string, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update linkage.inbound
        set state = 'receiving', received = 0, lease_id = null, lease_until = null, retry_at = null, updated_at = $3
      where municipality_code = $1 and upload_id = $2 and state in ('receiving', 'waiting', 'applying')
      returning upload_id`,
    [tx.municipality, uploadId, now],
  )
  return rows.length === 1
}

/** The holder of these uploads is alive and has them. */
export async function markSeen(tx: Tx, uploadIds: readonly string[], now: Date): Promise<void> {
  await tx.sql(
    `update linkage.inbound set seen_at = $3 where municipality_code = $1 and upload_id = any($2::uuid[])`,
    [tx.municipality, uploadIds, now],
  )
}

/** Codes of the towns that have an agent; asked in nobody's scope. */
export async function listTowns(tx: Tx): Promise<string[]> {
  const rows = await tx.sql<{ code: string }>('select municipality_code as code from linkage.towns()')
  return rows.map((row) => row.code)
}
