import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { FileId, FileWords, StoredFile } from './files.ts'

const KEY = 'files.file.sealed_key'
const WORDS = 'files.file.sealed'
const THUMBNAIL = 'files.file.thumbnail'
const UPLOAD_KEY = 'files.upload.sealed_key'

/** Where a file lies, and with which key. */
export type FilePlaceRow = { readonly name: string; readonly key: Buffer }

/** False when a file of that id is there already. */
export async function insertFile(
  tx: Tx,
  keys: Keys,
  file: StoredFile &
    FilePlaceRow & {
      readonly words: FileWords
      readonly contentHmac: Buffer
      readonly thumbnail: Buffer | null
      readonly storedBy: string
    },
): Promise<boolean> {
  const { fileId } = file
  const rows = await tx.sql(
    `insert into files.file (municipality_code, file_id, name, media_type, bytes, width, height, content_hmac,
       sealed_key, sealed, thumbnail, stored_at, stored_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing returning file_id`,
    [
      tx.municipality,
      fileId,
      file.name,
      file.mediaType,
      file.bytes,
      file.width,
      file.height,
      file.contentHmac,
      keys.seal(KEY, fileId, file.key.toString('hex')),
      keys.seal(WORDS, fileId, JSON.stringify(file.words)),
      // As text, since what is sealed opens as text when keys are changed.
      file.thumbnail === null ? null : keys.seal(THUMBNAIL, fileId, file.thumbnail.toString('base64')),
      file.storedAt,
      file.storedBy,
    ],
  )
  return rows.length === 1
}

const columns = `file_id as "fileId", media_type as "mediaType", bytes, width, height, stored_at as "storedAt"`

export type FoundFile = StoredFile & FilePlaceRow & { readonly words: FileWords }

export async function findFile(tx: Tx, keys: Keys, fileId: FileId): Promise<FoundFile | null> {
  const [row] = await tx.sql<StoredFile & { name: string; sealedKey: Buffer; sealed: Buffer }>(
    `select ${columns}, name, sealed_key as "sealedKey", sealed from files.file
      where municipality_code = $1 and file_id = $2`,
    [tx.municipality, fileId],
  )
  if (!row) return null
  const { sealedKey, sealed, ...file } = row
  return {
    ...file,
    key: Buffer.from(keys.open(KEY, fileId, sealedKey), 'hex'),
    words: JSON.parse(keys.open(WORDS, fileId, sealed)) as FileWords,
  }
}

/** What is known of some files, by id. */
export async function describeFiles(
  tx: Tx,
  keys: Keys,
  fileIds: readonly string[],
): Promise<Map<string, StoredFile & { readonly words: FileWords }>> {
  const rows = await tx.sql<StoredFile & { sealed: Buffer }>(
    `select ${columns}, sealed from files.file where municipality_code = $1 and file_id = any($2)`,
    [tx.municipality, [...fileIds]],
  )
  return new Map(
    rows.map(({ sealed, ...file }) => [
      file.fileId,
      { ...file, words: JSON.parse(keys.open(WORDS, file.fileId, sealed)) as FileWords },
    ]),
  )
}

/** Small pictures as base64, by id; those that are no pictures are left out. */
export async function thumbnailsOf(
  tx: Tx,
  keys: Keys,
  fileIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.sql<{ fileId: string; thumbnail: Buffer }>(
    `select file_id as "fileId", thumbnail from files.file
      where municipality_code = $1 and file_id = any($2) and thumbnail is not null`,
    [tx.municipality, [...fileIds]],
  )
  return new Map(rows.map(({ fileId, thumbnail }) => [fileId, keys.open(THUMBNAIL, fileId, thumbnail)]))
}

/** Which of these names a row stands for. */
export async function knownNames(tx: Tx, names: readonly string[]): Promise<Set<string>> {
  const rows = await tx.sql<{ name: string }>(
    'select name from files.file where municipality_code = $1 and name = any($2)',
    [tx.municipality, [...names]],
  )
  return new Set(rows.map((row) => row.name))
}

export type UploadRow = {
  readonly uploadId: string
  readonly bytes: number
  readonly openedBy: string
  readonly key: Buffer
}

export async function insertUpload(
  tx: Tx,
  keys: Keys,
  upload: UploadRow & { readonly openedAt: Date },
): Promise<void> {
  await tx.sql(
    `insert into files.upload (municipality_code, upload_id, bytes, sealed_key, opened_by, opened_at)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [
      tx.municipality,
      upload.uploadId,
      upload.bytes,
      keys.seal(UPLOAD_KEY, upload.uploadId, upload.key.toString('hex')),
      upload.openedBy,
      upload.openedAt,
    ],
  )
}

/** The open upload, held for this transaction so that two pieces do not come at once. */
export async function holdUpload(tx: Tx, keys: Keys, uploadId: string): Promise<UploadRow | null> {
  const [row] = await tx.sql<Omit<UploadRow, 'key'> & { sealedKey: Buffer }>(
    `select upload_id as "uploadId", bytes, opened_by as "openedBy", sealed_key as "sealedKey" from files.upload
      where municipality_code = $1 and upload_id = $2 and ended_at is null for update`,
    [tx.municipality, uploadId],
  )
  if (!row) return null
  const { sealedKey, ...upload } = row
  return { ...upload, key: Buffer.from(keys.open(UPLOAD_KEY, uploadId, sealedKey), 'hex') }
}

export async function countOpenUploads(tx: Tx, openedBy: string, since: Date): Promise<number> {
  const [row] = await tx.sql<{ count: number }>(
    `select count(*)::int as count from files.upload
      where municipality_code = $1 and opened_by = $2 and ended_at is null and opened_at > $3`,
    [tx.municipality, openedBy, since],
  )
  return row!.count
}

export async function endUpload(tx: Tx, uploadId: string, at: Date): Promise<void> {
  await tx.sql('update files.upload set ended_at = $3 where municipality_code = $1 and upload_id = $2', [
    tx.municipality,
    uploadId,
    at,
  ])
}

/** Uploads begun since then that are still open. */
export async function openUploadIds(tx: Tx, since: Date): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    `select upload_id as id from files.upload
      where municipality_code = $1 and ended_at is null and opened_at > $2`,
    [tx.municipality, since],
  )
  return rows.map((row) => row.id)
}

/** Ids of stored files in their order, after one of them. */
export async function fileIdsAfter(tx: Tx, after: string | null, limit: number): Promise<FileId[]> {
  const rows = await tx.sql<{ id: FileId }>(
    `select file_id as id from files.file
      where municipality_code = $1 and ($2::uuid is null or file_id > $2) order by file_id limit $3`,
    [tx.municipality, after, limit],
  )
  return rows.map(({ id }) => id)
}
