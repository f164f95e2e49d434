import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { PieceField } from '../files/files.contract.ts'
import { filesProblems } from '../files/files.messages.ts'
import { ApplicationIdField, valuesOf } from './risai.contract.ts'
import { risaiProblems } from './risai.messages.ts'
import { attachmentKinds, type AttachmentId } from './risai.ts'

const AttachmentIdField = z.uuid() as unknown as z.ZodType<AttachmentId, string>
const Kind = z.enum(valuesOf(attachmentKinds)).meta({ title: '書類の種類' })

/** A photo or a scanned paper that came with the application. The number is the client's: sent again, nothing changes. */
export const addAttachment = endpoint({
  name: 'addAttachment',
  method: 'POST',
  path: '/api/risai/applications/:applicationId/attachments',
  title: '申請の添付書類の登録',
  permission: 'risai.apply',
  input: z.object({
    applicationId: ApplicationIdField,
    attachmentId: AttachmentIdField,
    kind: Kind,
    fileName: z.string().max(255),
    file: z.union([z.object({ base64: PieceField }), z.object({ uploadId: z.uuid() })]),
  }),
  output: z.object({ attachmentId: z.string() }),
  problems: [
    risaiProblems.notFound,
    filesProblems.notAccepted,
    filesProblems.notAPhoto,
    filesProblems.heic,
    filesProblems.video,
    filesProblems.tooManyPixels,
    filesProblems.tooLarge,
    filesProblems.uploadNotFound,
    filesProblems.notWhole,
    filesProblems.numberTaken,
    filesProblems.noRoom,
    filesProblems.busy,
    filesProblems.infected,
    filesProblems.scannerAway,
  ],
})

/** Of a protected application none: a photo of a house tells where it is. */
export const listAttachments = endpoint({
  name: 'listAttachments',
  method: 'GET',
  path: '/api/risai/applications/:applicationId/attachments',
  title: '申請の添付書類の一覧',
  permission: 'risai.view',
  input: z.object({ applicationId: ApplicationIdField }),
  output: z.object({
    attachments: z.array(
      z.object({
        attachmentId: z.string(),
        kind: Kind,
        fileName: z.string(),
        mediaType: z.string(),
        bytes: z.number(),
        /** JPEG as base64; '' = no picture. */
        small: z.string(),
        addedAt: z.string(),
        addedBy: z.string(),
      }),
    ),
  }),
  problems: [risaiProblems.notFound],
})

export const getAttachment = endpoint({
  name: 'getAttachment',
  method: 'GET',
  path: '/api/risai/attachments/:attachmentId/file',
  title: '申請の添付書類',
  permission: 'risai.view',
  produces: 'application/octet-stream',
  input: z.object({ attachmentId: AttachmentIdField }),
  output: z.object({}),
  problems: [risaiProblems.attachmentNotFound, filesProblems.lost],
})
