import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { PhotoId, SheetId, TaskId } from './surveys.ts'

const PHOTO = 'surveys.photo.sealed'

/** 調査写真, as kept. */
export type Photo = {
  readonly photoId: PhotoId
  readonly taskId: TaskId
  readonly sheetId: SheetId | null
  readonly fileId: string
  readonly part: string
  readonly finding: string
  readonly takenAt: Date | null
  readonly distanceM: number | null
  readonly recordedAt: Date
  readonly receivedAt: Date
  readonly recordedBy: string
  readonly recordedByLabel: string
  readonly note: string
}

/** False when a photo of that id is there already. */
export async function insertPhoto(tx: Tx, keys: Keys, photo: Photo): Promise<boolean> {
  const rows = await tx.sql(
    `insert into surveys.photo (municipality_code, photo_id, task_id, sheet_id, file_id, part, finding, taken_at,
       distance_m, recorded_at, received_at, recorded_by, recorded_by_label, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict do nothing returning photo_id`,
    [
      tx.municipality,
      photo.photoId,
      photo.taskId,
      photo.sheetId,
      photo.fileId,
      photo.part,
      photo.finding,
      photo.takenAt,
      photo.distanceM,
      photo.recordedAt,
      photo.receivedAt,
      photo.recordedBy,
      photo.recordedByLabel,
      keys.seal(PHOTO, photo.photoId, JSON.stringify({ note: photo.note })),
    ],
  )
  return rows.length === 1
}

const columns = `photo_id as "photoId", task_id as "taskId", sheet_id as "sheetId", file_id as "fileId", part, finding,
  taken_at as "takenAt", distance_m as "distanceM", recorded_at as "recordedAt", received_at as "receivedAt",
  recorded_by as "recordedBy", recorded_by_label as "recordedByLabel", sealed`

type Row = Omit<Photo, 'note'> & { readonly sealed: Buffer }

function photoOf(keys: Keys, { sealed, ...row }: Row): Photo {
  const { note } = JSON.parse(keys.open(PHOTO, row.photoId, sealed)) as { note: string }
  return { ...row, note }
}

export async function findPhoto(tx: Tx, keys: Keys, photoId: PhotoId): Promise<Photo | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns} from surveys.photo where municipality_code = $1 and photo_id = $2`,
    [tx.municipality, photoId],
  )
  return row ? photoOf(keys, row) : null
}

/** Photos of some tasks, in the order in which they came. */
export async function listPhotos(tx: Tx, keys: Keys, taskIds: readonly TaskId[]): Promise<Photo[]> {
  const rows = await tx.sql<Row>(
    `select ${columns} from surveys.photo where municipality_code = $1 and task_id = any($2)
      order by task_id, photo_id`,
    [tx.municipality, [...taskIds]],
  )
  return rows.map((row) => photoOf(keys, row))
}
