import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { send } from '@open-bcl/ui/api.ts'
import { putFilePiece } from '../../files/files.contract.ts'
import { MOST_FILE_BYTES, PIECE_BYTES } from '../../files/files.ts'
import { addPhoto } from '../photos.contract.ts'
import type { PhotoId, TaskId } from '../surveys.ts'

/** `null` = may be sent; otherwise what to say. Looked at before anything is sent. */
export function refusalOf(photo: File): string | null {
  if (photo.size > MOST_FILE_BYTES) return '15MBを超えています。縮めてから選び直してください。'
  if (/\.(heic|heif)$/i.test(photo.name))
    return 'HEIC形式は受け付けられません。JPEGに変換してから選び直してください。'
  return photo.size === 0 ? '空のファイルです。' : null
}

/** Sends a photo: small ones with the request, larger ones in pieces before it. */
export async function sendPhoto(
  taskId: TaskId,
  photo: File,
  about: { readonly part: string; readonly finding: string; readonly note: string },
): Promise<void> {
  const picture = await pictureToSend(photo)
  await send(addPhoto, {
    taskId,
    photoId: uuidv7() as PhotoId,
    sheetId: null,
    picture,
    fileName: photo.name,
    ...about,
    recordedAt: new Date().toISOString(),
  })
}

/** A picture as an endpoint takes it: small ones with the request, larger ones in pieces before it. */
export async function pictureToSend(
  picture: Blob,
): Promise<{ readonly base64: string } | { readonly uploadId: string }> {
  const bytes = new Uint8Array(await picture.arrayBuffer())
  return bytes.length <= PIECE_BYTES ? { base64: base64Of(bytes) } : { uploadId: await sendPieces(bytes) }
}

async function sendPieces(bytes: Uint8Array): Promise<string> {
  const uploadId = uuidv7()
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
    const base64 = base64Of(bytes.subarray(offset, offset + PIECE_BYTES))
    await send(putFilePiece, { uploadId, bytes: bytes.length, offset, base64 })
  }
  return uploadId
}

export function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}
