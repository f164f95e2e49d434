import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { accessEvents } from '../access/access.messages.ts'
import { audit } from '../access/audit.ts'
import type { Disaster } from '../disasters/disasters.ts'
import {
  describeFiles,
  openFile,
  storeFile,
  takeUpload,
  thumbnailsOf,
  type FileShelf,
} from '../files/files.actions.ts'
import { qualityNotes, type FileId } from '../files/files.ts'
import type * as contract from './photos.contract.ts'
import * as store from './photos.store.ts'
import { FAR_M, metresBetween } from './places.ts'
import { getHead, labelOf } from './surveys.actions.ts'
import { surveysEvents, surveysProblems as problems } from './surveys.messages.ts'
import { placeOf } from './surveys.store.ts'
import type { TaskId } from './surveys.ts'
import type * as tasksContract from './tasks.contract.ts'

export type { FileShelf }

type PhotoView = OutputOf<typeof tasksContract.getTask>['photos'][number]

/** Keeps a photo. It is taken whatever became of the task since: what was seen is not thrown away. */
export async function addPhoto(
  ctx: Ctx,
  shelf: FileShelf,
  input: InputOf<typeof contract.addPhoto>,
): Promise<OutputOf<typeof contract.addPhoto>> {
  const { picture, ...photo } = input
  return await keepPhoto(ctx, shelf, photo, async () =>
    'base64' in picture
      ? Buffer.from(picture.base64, 'base64')
      : await takeUpload(ctx, shelf, picture.uploadId),
  )
}

/** `pictureOf` is asked once, and only for a photo that is not there yet. */
export async function keepPhoto(
  ctx: Ctx,
  shelf: FileShelf,
  photo: Omit<InputOf<typeof contract.addPhoto>, 'picture'>,
  pictureOf: () => Promise<Buffer>,
): Promise<OutputOf<typeof contract.addPhoto>> {
  const { taskId, photoId, sheetId, part, finding, note } = photo
  const keys = await ctx.keys()
  const known = await store.findPhoto(ctx.tx, keys, photoId)
  if (known) {
    if (known.taskId !== taskId) throw new Problem(problems.numberTaken)
    return { photoId }
  }
  await getHead(ctx, taskId)
  const bytes = await pictureOf()
  // One photo, one file: the same number does.
  const fileId = photoId as string as FileId
  const file = await storeFile(ctx, shelf, { fileId, bytes, fileName: photo.fileName, accept: 'picture' })
  const place = await placeOf(ctx.tx, taskId)
  const { taken } = file.words
  const kept = await store.insertPhoto(ctx.tx, keys, {
    photoId,
    taskId,
    sheetId,
    fileId,
    part,
    finding,
    note,
    // A camera writes its own wall clock without a zone: here that is Japan's.
    takenAt: taken.at === null ? null : new Date(`${taken.at}+09:00`),
    distanceM: place === null || taken.point === null ? null : metresBetween(place, taken.point),
    recordedAt: new Date(photo.recordedAt),
    receivedAt: ctx.now,
    recordedBy: actorName(ctx.actor),
    recordedByLabel: labelOf(ctx),
  })
  if (!kept) throw new Problem(problems.numberTaken)
  await audit(ctx, surveysEvents.photoAdded, {
    subjects: [{ kind: 'survey-task', id: taskId }],
    facts: { photoId, part },
  })
  return { photoId }
}

/** The photo as taken. Who looks is audited; of a protected task there is nothing to be seen. */
export async function getPhoto(
  ctx: Ctx,
  shelf: FileShelf,
  input: InputOf<typeof contract.getPhoto>,
): Promise<Binary> {
  const photo = await store.findPhoto(ctx.tx, await ctx.keys(), input.photoId)
  if (!photo || (await getHead(ctx, photo.taskId)).suppressed) throw new Problem(problems.photoNotFound)
  const { bytes, mediaType } = await openFile(ctx, shelf, photo.fileId)
  await audit(ctx, accessEvents.personRevealed, {
    purpose: 'view',
    subjects: [{ kind: 'survey-task', id: photo.taskId }],
    facts: { photoId: photo.photoId },
  })
  const ending = mediaType === 'image/png' ? 'png' : mediaType === 'image/webp' ? 'webp' : 'jpg'
  return { bytes, mediaType, fileName: `photo-${photo.photoId.slice(-8)}.${ending}` }
}

/** Photos of a task with their small pictures, in the order in which they came. The caller knows that they may be seen. */
export async function viewPhotos(
  ctx: Ctx,
  taskId: TaskId,
  disaster: Pick<Disaster, 'occurredOn'>,
): Promise<PhotoView[]> {
  return (await viewPhotosOf(ctx, [taskId], disaster)).get(taskId) ?? []
}

export async function viewPhotosOf(
  ctx: Ctx,
  taskIds: readonly TaskId[],
  disaster: Pick<Disaster, 'occurredOn'>,
): Promise<Map<TaskId, PhotoView[]>> {
  const photos = await store.listPhotos(ctx.tx, await ctx.keys(), taskIds)
  const fileIds = photos.map((photo) => photo.fileId)
  const files = await describeFiles(ctx, fileIds)
  const small = await thumbnailsOf(ctx, fileIds)
  const begin = new Date(`${disaster.occurredOn}T00:00:00+09:00`)
  const views = new Map<TaskId, PhotoView[]>()
  for (const photo of photos) {
    const file = files.get(photo.fileId)
    const view: PhotoView = {
      photoId: photo.photoId,
      sheetId: photo.sheetId,
      part: photo.part,
      finding: photo.finding,
      note: photo.note,
      small: small.get(photo.fileId) ?? '',
      width: file?.width ?? null,
      height: file?.height ?? null,
      takenAt: photo.takenAt?.toISOString() ?? null,
      distanceM: photo.distanceM,
      recordedAt: photo.recordedAt.toISOString(),
      recordedBy: photo.recordedByLabel,
      notes: [
        ...(file ? qualityNotes(file.words) : []),
        ...(photo.distanceM !== null && photo.distanceM > FAR_M ? (['far'] as const) : []),
        ...(photo.takenAt !== null && photo.takenAt < begin ? (['before-disaster'] as const) : []),
      ],
    }
    views.set(photo.taskId, [...(views.get(photo.taskId) ?? []), view])
  }
  return views
}
