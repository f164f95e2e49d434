import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { filesProblems as problems } from './files.messages.ts'
import { MOST_FILE_BYTES, PIECE_BYTES, type FileId } from './files.ts'

export const FileIdField = z.uuid() as unknown as z.ZodType<FileId, string>

/** Base64 of a file, or of a piece of one, that fits into a request. */
export const PieceField = z.base64().max(Math.ceil(PIECE_BYTES / 3) * 4)

/** The same as they are, for a body that takes bytes: with the digest by which they are known to be whole. */
export const bytesFields = {
  bytes: z.instanceof(Uint8Array).refine((bytes) => bytes.length <= PIECE_BYTES, 'ファイルが大きすぎます'),
  sha256: z.hex().length(64),
}

/** A file that is larger than one piece comes piece by piece; the number is the client's. */
export const putFilePiece = endpoint({
  name: 'putFilePiece',
  method: 'POST',
  path: '/api/files/uploads/:uploadId/pieces',
  title: '写真・添付ファイルの送信（分割）',
  permission: 'files.upload',
  input: z.object({
    uploadId: z.uuid(),
    /** Of the whole file. */
    bytes: z.int().min(1).max(MOST_FILE_BYTES, '15MB以内のファイルを選んでください'),
    offset: z.int().min(0),
    base64: PieceField,
  }),
  output: z.object({ received: z.int() }),
  problems: [
    problems.uploadNotFound,
    problems.wrongPiece,
    problems.tooManyOpen,
    problems.noRoom,
    problems.tooLarge,
  ],
})
