import { randomBytes } from 'node:crypto'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { FileLost, FilesFull, type FileVault } from '@open-bcl/platform/files.ts'
import {
  NotAPicture,
  PicturesBusy,
  type PictureDesk,
  type SmallPicture,
} from '@open-bcl/platform/pictures.ts'
import { ScannerAway, type VirusScanner } from '@open-bcl/platform/virus-scan.ts'
import { SpoolFull, SpoolLost, WrongOffset, type Spool } from '@open-bcl/platform/spool.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { audit } from '../access/audit.ts'
import type * as contract from './files.contract.ts'
import { filesEvents, filesLog, filesProblems as problems } from './files.messages.ts'
import {
  MOST_FILE_BYTES,
  MOST_PIXELS,
  sniff,
  takenOf,
  THUMBNAIL_BYTES,
  THUMBNAIL_SIDE,
  type FileId,
  type FileWords,
  type MediaType,
  type Sniffed,
  type StoredFile,
} from './files.ts'
import * as store from './files.store.ts'

/** What a process that keeps files lends: where they lie, who draws them small, and where pieces wait. */
export type FileShelf = {
  readonly vault: FileVault
  readonly desk: PictureDesk
  readonly spool: Spool
  /** Absent = the operator has none: files are typed by their content alone. */
  readonly scanner?: VirusScanner
}

/** Whoever may store at once what one person sends piece by piece. */
const MOST_OPEN_UPLOADS = 20
/** Nobody comes back to pieces after this. */
const KEPT_MS = 24 * 3_600_000

export type FileToStore = {
  /** Made by the client: the same file under the same id again changes nothing. */
  readonly fileId: FileId
  readonly bytes: Buffer
  /** As the person named it; '' = unnamed. */
  readonly fileName: string
  /** `picture`: no PDF. */
  readonly accept: 'picture' | 'any'
}

/**
 * Keeps a file: typed by its content, drawn small where it is a picture, sealed, on the disk before its row. What is not
 * accepted is refused with what to do; nothing is kept of it.
 */
export async function storeFile(
  ctx: Ctx,
  shelf: FileShelf,
  file: FileToStore,
): Promise<StoredFile & { readonly words: FileWords }> {
  const { fileId, bytes, fileName } = file
  if (bytes.length > MOST_FILE_BYTES) throw new Problem(problems.tooLarge)
  const keys = await ctx.keys()
  const contentHmac = keys.recordHmac('file', bytes)
  const name = contentHmac.toString('hex')
  const known = await store.findFile(ctx.tx, keys, fileId)
  if (known) {
    const same = keys.each.some((key) => key.recordHmac('file', bytes).toString('hex') === known.name)
    if (!same) throw new Problem(problems.numberTaken)
    return known
  }
  const mediaType = acceptedType(sniff(bytes), file.accept)
  await refuseInfected(ctx, shelf, bytes)
  const small = mediaType === 'application/pdf' ? null : await drawSmall(shelf, bytes)
  const key = keys.recordHmac('file-key', bytes)
  try {
    await shelf.vault.write({ municipality: ctx.municipality, name, key }, bytes)
  } catch (error) {
    throw error instanceof FilesFull ? new Problem(problems.noRoom) : error
  }
  const stored: StoredFile = {
    fileId,
    mediaType,
    bytes: bytes.length,
    width: small?.width ?? null,
    height: small?.height ?? null,
    storedAt: ctx.now,
  }
  const words: FileWords = {
    fileName: fileName.slice(0, 255),
    taken: mediaType === 'image/jpeg' ? takenOf(bytes) : { at: null, point: null },
    brightness: small?.brightness ?? null,
    contrast: small?.contrast ?? null,
  }
  const made = await store.insertFile(ctx.tx, keys, {
    ...stored,
    name,
    key,
    words,
    contentHmac,
    thumbnail: small?.jpeg ?? null,
    storedBy: actorName(ctx.actor),
  })
  if (!made) throw new Problem(problems.numberTaken)
  await audit(ctx, filesEvents.stored, { facts: { fileId, mediaType, bytes: bytes.length } })
  return { ...stored, words }
}

/** Before anybody decodes it. Without an answer of the scanner nothing is kept. */
async function refuseInfected(
  ctx: Ctx,
  { scanner }: Pick<FileShelf, 'scanner'>,
  bytes: Buffer,
): Promise<void> {
  if (scanner === undefined) return
  const found = await scanner.find(bytes).catch((error: unknown) => {
    throw error instanceof ScannerAway ? new Problem(problems.scannerAway) : error
  })
  if (found === null) return
  ctx.log(filesLog.infected, { municipalityCode: ctx.municipality, traceId: ctx.traceId })
  throw new Problem(problems.infected)
}

function acceptedType(sniffed: Sniffed, accept: FileToStore['accept']): MediaType {
  switch (sniffed.kind) {
    case 'picture':
      if (sniffed.width * sniffed.height > MOST_PIXELS) throw new Problem(problems.tooManyPixels)
      return sniffed.mediaType
    case 'pdf':
      if (accept === 'any') return 'application/pdf'
      throw new Problem(problems.notAPhoto)
    case 'heic':
      throw new Problem(problems.heic)
    case 'video':
      throw new Problem(problems.video)
    case 'broken':
      throw new Problem(problems.notAPhoto)
    case 'other':
      throw new Problem(accept === 'picture' ? problems.notAPhoto : problems.notAccepted)
  }
}

async function drawSmall(shelf: FileShelf, bytes: Buffer): Promise<SmallPicture> {
  try {
    return await shelf.desk.small(bytes, { side: THUMBNAIL_SIDE, mostBytes: THUMBNAIL_BYTES })
  } catch (error) {
    if (error instanceof PicturesBusy) throw new Problem(problems.busy)
    if (error instanceof NotAPicture) throw new Problem(problems.notAPhoto)
    throw error
  }
}

/** The bytes of a file. Whoever may see them is the caller's to know, and to tell the audit trail. */
export async function openFile(
  ctx: Ctx,
  shelf: Pick<FileShelf, 'vault'>,
  fileId: string,
): Promise<{ readonly bytes: Buffer; readonly mediaType: MediaType; readonly words: FileWords }> {
  const file = await store.findFile(ctx.tx, await ctx.keys(), fileId as FileId)
  if (!file) throw new Problem(problems.notFound)
  try {
    const bytes = await shelf.vault.read({ municipality: ctx.municipality, name: file.name, key: file.key })
    return { bytes, mediaType: file.mediaType, words: file.words }
  } catch (error) {
    throw error instanceof FileLost ? new Problem(problems.lost) : error
  }
}

/** What is known of some files, by id. Places in it are personal data: the caller opens them only to those who may. */
export async function describeFiles(
  ctx: Ctx,
  fileIds: readonly string[],
): Promise<ReadonlyMap<string, StoredFile & { readonly words: FileWords }>> {
  return await store.describeFiles(ctx.tx, await ctx.keys(), fileIds)
}

/** Small pictures (JPEG, base64) by id. As `openFile`: who may see them is the caller's to know. */
export async function thumbnailsOf(
  ctx: Ctx,
  fileIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return await store.thumbnailsOf(ctx.tx, await ctx.keys(), fileIds)
}

/** Takes the next piece of a file that is larger than a request may be. The first piece begins it. */
export async function putFilePiece(
  ctx: Ctx,
  shelf: FileShelf,
  input: InputOf<typeof contract.putFilePiece>,
): Promise<OutputOf<typeof contract.putFilePiece>> {
  const keys = await ctx.keys()
  const { uploadId, offset, bytes } = input
  const piece = Buffer.from(input.base64, 'base64')
  const openedBy = actorName(ctx.actor)
  if (bytes > MOST_FILE_BYTES) throw new Problem(problems.tooLarge)
  if (offset === 0) {
    const since = new Date(ctx.now.getTime() - KEPT_MS)
    if ((await store.countOpenUploads(ctx.tx, openedBy, since)) >= MOST_OPEN_UPLOADS)
      throw new Problem(problems.tooManyOpen)
    await store.insertUpload(ctx.tx, keys, {
      uploadId,
      bytes,
      openedBy,
      openedAt: ctx.now,
      key: randomBytes(32),
    })
  }
  const upload = await store.holdUpload(ctx.tx, keys, uploadId)
  if (upload === null || upload.openedBy !== openedBy) throw new Problem(problems.uploadNotFound)
  if (upload.bytes !== bytes || offset + piece.length > bytes) throw new Problem(problems.wrongPiece)
  const place = { municipality: ctx.municipality, uploadId, key: upload.key }
  try {
    return { received: await shelf.spool.append(place, offset, piece) }
  } catch (error) {
    // A piece sent again, since its answer was lost, is not written twice.
    if (error instanceof WrongOffset && error.received === offset + piece.length)
      return { received: error.received }
    if (error instanceof WrongOffset) throw new Problem(problems.wrongPiece)
    throw error instanceof SpoolFull ? new Problem(problems.noRoom) : error
  }
}

/** The bytes of an upload that is whole; it is over with that. */
export async function takeUpload(ctx: Ctx, shelf: FileShelf, uploadId: string): Promise<Buffer> {
  const upload = await store.holdUpload(ctx.tx, await ctx.keys(), uploadId)
  if (upload === null || upload.openedBy !== actorName(ctx.actor)) throw new Problem(problems.uploadNotFound)
  const place = { municipality: ctx.municipality, uploadId, key: upload.key }
  const parts: Uint8Array[] = []
  try {
    for await (const part of shelf.spool.read(place)) parts.push(part)
  } catch (error) {
    throw error instanceof SpoolLost ? new Problem(problems.uploadNotFound) : error
  }
  const bytes = Buffer.concat(parts)
  if (bytes.length !== upload.bytes) throw new Problem(problems.notWhole)
  await store.endUpload(ctx.tx, uploadId, ctx.now)
  return bytes
}

/** Removes pieces that nobody came back to, and files whose row was never written. */
export async function sweepFiles(ctx: Ctx, shelf: FileShelf): Promise<void> {
  const since = new Date(ctx.now.getTime() - KEPT_MS)
  await shelf.spool.sweep(ctx.municipality, new Set(await store.openUploadIds(ctx.tx, since)), since)
  await shelf.vault.sweep(ctx.municipality, (names) => store.knownNames(ctx.tx, names), since)
}
