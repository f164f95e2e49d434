import { send } from '@open-bcl/ui/api.ts'
import { asProblem } from '@open-bcl/ui/api-problem.ts'
import type { Business } from '../../interfaces/interfaces.columns.ts'
import { openUpload, putPiece } from '../manual.contract.ts'

/** A piece whose answer was lost is sent again so often. */
const TRIES = 4

/** Sends a file piece by piece and answers under which name it lies there. */
export async function sendFile(
  business: Business,
  file: File,
  progress: (sent: number) => void,
): Promise<string> {
  const { uploadId, pieceBytes } = await send(openUpload, {
    business,
    fileName: file.name,
    bytes: file.size,
  })
  for (let offset = 0; offset < file.size; offset += pieceBytes) {
    const base64 = await base64Of(file.slice(offset, offset + pieceBytes))
    await sendPiece(uploadId, offset, base64)
    progress(Math.min(file.size, offset + pieceBytes))
  }
  return uploadId
}

async function sendPiece(uploadId: string, offset: number, base64: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await send(putPiece, { uploadId, offset, base64 })
      return
    } catch (error) {
      const { status } = asProblem(error)
      // The network (0) and a busy server may come back; a refusal stays one.
      if (tries === TRIES || (status !== 0 && status !== 503)) throw error
    }
  }
}

function base64Of(part: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => {
      const url = reader.result as string
      resolve(url.slice(url.indexOf(',') + 1))
    }
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'))
    reader.readAsDataURL(part)
  })
}
