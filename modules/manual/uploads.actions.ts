import { randomBytes } from 'node:crypto'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { SpoolFull, SpoolLost, WrongOffset, type Spool, type SpoolPlace } from '@open-bcl/platform/spool.ts'
import { audit } from '../access/audit.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import { isZip } from './manual.encoding.ts'
import { PIECE_BYTES } from './manual.contract.ts'
import { manualEvents, manualProblems as problems, workbookWords } from './manual.messages.ts'
import * as store from './manual.store.ts'
import { MOST_WORKBOOK_BYTES, type Sheet } from './manual.workbook.ts'
import { readWorkbook, WorkbookRefused } from './workbook.actions.ts'

/** What is sealed of an upload. `textId`: where a sheet's rows lie as CSV. */
export type UploadWords = {
  readonly fileName: string
  readonly sheets: readonly (Sheet & { readonly textId: string })[] | null
}

export type OpenedUpload = {
  readonly row: store.UploadRow
  readonly place: SpoolPlace
  readonly words: UploadWords
}

/** Nobody comes back to a file after this: its bytes go. */
const KEPT_MS = 24 * 3_600_000
/** What one town may keep on the disk that all towns share. */
export const MOST_TOWN_BYTES = 16 * 1024 ** 3
/** Of one person's files so many are kept; the one begun earliest gives way, unless it is being tried or loaded. */
export const MOST_OWN_UPLOADS = 4

/** Begins an upload. Files that nobody came back to go first, then the earliest of one's own. */
export async function openUpload(
  ctx: Ctx,
  spool: Spool,
  input: { readonly business: Business; readonly fileName: string; readonly bytes: number },
): Promise<{ uploadId: string; pieceBytes: number }> {
  if (await store.isLinked(ctx.tx, input.business)) throw new Problem(problems.linked)
  await sweepUploads(ctx, spool)
  const own = await store.listIdleUploads(ctx.tx, actorName(ctx.actor))
  for (const earliest of own.slice(0, Math.max(0, own.length - MOST_OWN_UPLOADS + 1)))
    await removeBytes(ctx, spool, await openRow(ctx, earliest))
  if ((await store.keptBytes(ctx.tx)) + input.bytes > MOST_TOWN_BYTES) throw new Problem(problems.tooMuchKept)
  try {
    await spool.requireRoom(input.bytes)
  } catch (error) {
    throw spoolProblem(error)
  }
  const uploadId = uuidv7(ctx.now.getTime())
  const keys = await ctx.keys()
  const words: UploadWords = { fileName: input.fileName, sheets: null }
  await store.insertUpload(ctx.tx, {
    uploadId,
    business: input.business,
    spoolId: spool.spoolId,
    sealedKey: keys.seal('manual.upload.sealed_key', uploadId, randomBytes(32).toString('base64')),
    sealed: keys.seal('manual.upload.sealed', uploadId, JSON.stringify(words)),
    bytes: BigInt(input.bytes),
    madeBy: actorName(ctx.actor),
    now: ctx.now,
  })
  return { uploadId, pieceBytes: PIECE_BYTES }
}

/** Takes the next piece. One that is sent again, since its answer was lost, is not written twice. */
export async function putPiece(
  ctx: Ctx,
  spool: Spool,
  input: { readonly uploadId: string; readonly offset: number; readonly base64: string },
): Promise<{ received: number }> {
  const { row, place } = await requireUpload(ctx, spool, input.uploadId)
  const bytes = Buffer.from(input.base64, 'base64')
  if (BigInt(input.offset + bytes.length) > row.bytes) throw new Problem(problems.wrongPiece)
  try {
    return { received: await spool.append(place, input.offset, bytes) }
  } catch (error) {
    if (error instanceof WrongOffset && error.received === input.offset + bytes.length)
      return { received: error.received }
    throw spoolProblem(error)
  }
}

/** Removes what nobody came back to, and lists of findings that nobody fetched. */
export async function sweepUploads(ctx: Ctx, spool: Spool): Promise<void> {
  const since = new Date(ctx.now.getTime() - KEPT_MS)
  for (const left of await store.listLeftUploads(ctx.tx, since)) {
    await removeBytes(ctx, spool, await openRow(ctx, left))
  }
  const known = new Set<string>()
  for (const row of await store.listKeptUploads(ctx.tx)) {
    const { words } = await openRow(ctx, row)
    for (const id of [row.uploadId, ...(words.sheets ?? []).map((sheet) => sheet.textId)]) known.add(id)
  }
  await spool.sweep(ctx.municipality, known, since)
}

/** The upload, if its bytes are in this process's spool; `gone`: or were. */
export async function requireUpload(
  ctx: Ctx,
  spool: Spool,
  uploadId: string,
  options: { readonly gone?: boolean } = {},
): Promise<OpenedUpload> {
  const row = await store.findUpload(ctx.tx, uploadId)
  const here = row?.spoolId === spool.spoolId && (row.goneAt === null || options.gone === true)
  if (!row || !here) throw new Problem(problems.uploadNotFound)
  return await openRow(ctx, row)
}

/** As `requireUpload`, and all of it has come. */
export async function requireWhole(ctx: Ctx, spool: Spool, uploadId: string): Promise<OpenedUpload> {
  const upload = await requireUpload(ctx, spool, uploadId)
  const received = await spool.received(upload.place)
  if (received === null || BigInt(received) < upload.row.bytes) throw new Problem(problems.uploadUnfinished)
  return upload
}

async function openRow(ctx: Ctx, row: store.UploadRow): Promise<OpenedUpload> {
  const keys = await ctx.keys()
  const key = Buffer.from(keys.open('manual.upload.sealed_key', row.uploadId, row.sealedKey), 'base64')
  return {
    row,
    place: { municipality: ctx.municipality, uploadId: row.uploadId, key },
    words: JSON.parse(keys.open('manual.upload.sealed', row.uploadId, row.sealed)) as UploadWords,
  }
}

/** Another file of the same upload in the spool: a sheet's text, a list of findings. */
export function besides({ place }: OpenedUpload, uploadId: string): SpoolPlace {
  return { ...place, uploadId }
}

/**
 * The sheets of an upload that is a workbook, taken apart once and kept as text; `null` when it is text itself.
 */
export async function sheetsOf(ctx: Ctx, spool: Spool, upload: OpenedUpload): Promise<UploadWords['sheets']> {
  if (upload.words.sheets !== null) return upload.words.sheets
  const head = await headOf(spool, upload.place, 4)
  if (!isZip(head)) return null
  if (upload.row.bytes > BigInt(MOST_WORKBOOK_BYTES)) throw notATable(workbookWords['too-large'])
  const parts: Uint8Array[] = []
  for await (const part of spool.read(upload.place)) parts.push(part)
  const ids: string[] = []
  const written: number[] = []
  let sheets: Sheet[]
  try {
    sheets = await readWorkbook(Buffer.concat(parts), async (sheet, text) => {
      ids[sheet] ??= uuidv7(ctx.now.getTime())
      written[sheet] = await spool.append(besides(upload, ids[sheet]), written[sheet] ?? 0, Buffer.from(text))
    })
  } catch (error) {
    throw error instanceof WorkbookRefused ? notATable(workbookWords[error.fault]) : spoolProblem(error)
  }
  const kept = sheets.map((sheet, i) => ({ ...sheet, textId: ids[i] ?? uuidv7(ctx.now.getTime()) }))
  const words: UploadWords = { ...upload.words, sheets: kept }
  const keys = await ctx.keys()
  const { uploadId } = upload.row
  await store.setUploadSealed(
    ctx.tx,
    uploadId,
    keys.seal('manual.upload.sealed', uploadId, JSON.stringify(words)),
  )
  return kept
}

/** The bytes that a plan reads: those of the file, or of one sheet of it. */
export function bytesOf(
  spool: Spool,
  upload: OpenedUpload,
  sheets: UploadWords['sheets'],
  sheet: number,
): AsyncGenerator<Uint8Array> {
  const chosen = sheets?.[sheet]
  return spool.read(chosen === undefined ? upload.place : besides(upload, chosen.textId))
}

/** The first so many bytes, or all. */
export async function headOf(spool: Spool, place: SpoolPlace, bytes: number): Promise<Uint8Array> {
  return await firstBytes(spool.read(place), bytes)
}

export async function firstBytes(source: AsyncIterable<Uint8Array>, bytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for await (const part of source) {
      parts.push(part)
      size += part.length
      if (size >= bytes) break
    }
  } catch (error) {
    // A sheet without a cell has no text.
    if (!(error instanceof SpoolLost)) throw error
  }
  return Buffer.concat(parts).subarray(0, bytes)
}

export async function discardUpload(
  ctx: Ctx,
  spool: Spool,
  input: { readonly uploadId: string },
): Promise<{ discarded: true }> {
  await removeBytes(ctx, spool, await requireUpload(ctx, spool, input.uploadId))
  await audit(ctx, manualEvents.discarded, { facts: { uploadId: input.uploadId } })
  return { discarded: true }
}

/** Removes the bytes of an upload and of what was made of it; a list of findings stays as long as its key. */
export async function removeBytes(ctx: Ctx, spool: Spool, upload: OpenedUpload): Promise<void> {
  const { uploadId } = upload.row
  await store.setUploadGone(ctx.tx, uploadId, ctx.now)
  for (const sheet of upload.words.sheets ?? []) await spool.remove(ctx.municipality, sheet.textId)
  await spool.remove(ctx.municipality, uploadId)
}

export function notATable(message: string): Problem {
  return new Problem(problems.notATable, [{ pointer: '/uploadId', message }])
}

export function spoolProblem(error: unknown): unknown {
  if (error instanceof SpoolFull) return new Problem(problems.noRoom)
  if (error instanceof WrongOffset) return new Problem(problems.wrongPiece)
  if (error instanceof SpoolLost) return new Problem(problems.uploadNotFound)
  return error
}
