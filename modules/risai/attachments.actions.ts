import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { audit } from '../access/audit.ts'
import {
  describeFiles,
  openFile,
  storeFile,
  takeUpload,
  thumbnailsOf,
  type FileShelf,
} from '../files/files.actions.ts'
import { filesProblems } from '../files/files.messages.ts'
import type { FileId } from '../files/files.ts'
import { addPhotoFor } from '../surveys/surveys.actions.ts'
import type * as contract from './attachments.contract.ts'
import * as store from './attachments.store.ts'
import { getHead, labelOf } from './risai.actions.ts'
import { risaiEvents, risaiProblems as problems } from './risai.messages.ts'

export type { FileShelf }

/** Keeps a paper or photo of an application, whatever became of the application since: nothing is thrown away. */
export async function addAttachment(
  ctx: Ctx,
  shelf: FileShelf,
  input: InputOf<typeof contract.addAttachment>,
): Promise<OutputOf<typeof contract.addAttachment>> {
  const { applicationId, attachmentId, kind, fileName, file } = input
  const head = await getHead(ctx, applicationId)
  const known = await store.findAttachment(ctx.tx, attachmentId)
  if (known) {
    if (known.applicationId !== applicationId) throw new Problem(filesProblems.numberTaken)
    return { attachmentId }
  }
  const bytes =
    'base64' in file ? Buffer.from(file.base64, 'base64') : await takeUpload(ctx, shelf, file.uploadId)
  // One attachment, one file: the same number does.
  const fileId = attachmentId as string as FileId
  const accept = kind === 'photo' ? 'picture' : 'any'
  await storeFile(ctx, shelf, { fileId, bytes, fileName, accept })
  const added = { attachmentId, applicationId, kind, addedAt: ctx.now, addedBy: labelOf(ctx) }
  if (!(await store.insertAttachment(ctx.tx, added, actorName(ctx.actor))))
    throw new Problem(filesProblems.numberTaken)
  if (kind === 'photo') await addPhotoFor(ctx, applicationId, attachmentId)
  await audit(ctx, risaiEvents.attached, {
    subjects: [{ kind: 'application', id: head.applicationId }],
    facts: { attachmentId, kind },
  })
  return { attachmentId }
}

export async function listAttachments(
  ctx: Ctx,
  input: InputOf<typeof contract.listAttachments>,
): Promise<OutputOf<typeof contract.listAttachments>> {
  const head = await getHead(ctx, input.applicationId)
  const found = head.suppressed ? [] : await store.listAttachments(ctx.tx, head.applicationId)
  const ids = found.map(({ attachmentId }) => attachmentId)
  const files = await describeFiles(ctx, ids)
  const small = await thumbnailsOf(ctx, ids)
  await audit(ctx, risaiEvents.attachmentsViewed, {
    purpose: 'view',
    subjects: [{ kind: 'application', id: head.applicationId }],
    facts: { count: found.length },
  })
  return {
    attachments: found.map(({ attachmentId, kind, addedAt, addedBy }) => {
      const file = files.get(attachmentId)
      return {
        ...{ attachmentId, kind, addedBy, addedAt: addedAt.toISOString() },
        fileName: file?.words.fileName ?? '',
        mediaType: file?.mediaType ?? '',
        bytes: file?.bytes ?? 0,
        small: small.get(attachmentId) ?? '',
      }
    }),
  }
}

export async function getAttachment(
  ctx: Ctx,
  shelf: FileShelf,
  input: InputOf<typeof contract.getAttachment>,
): Promise<Binary> {
  const found = await store.findAttachment(ctx.tx, input.attachmentId)
  if (!found || (await getHead(ctx, found.applicationId)).suppressed)
    throw new Problem(problems.attachmentNotFound)
  const { bytes, mediaType } = await openFile(ctx, shelf, found.attachmentId)
  await audit(ctx, risaiEvents.attachmentsViewed, {
    purpose: 'view',
    subjects: [{ kind: 'application', id: found.applicationId }],
    facts: { attachmentId: found.attachmentId },
  })
  const [, ending] = mediaType.split('/')
  return { bytes, mediaType, fileName: `attachment-${found.attachmentId.slice(-8)}.${ending}` }
}

/** Photos of the damage, for whoever surveys by them. */
export async function photosFor(
  ctx: Ctx,
  applicationId: store.Attachment['applicationId'],
): Promise<{ fileId: string }[]> {
  const all = await store.listAttachments(ctx.tx, applicationId)
  return all.filter(({ kind }) => kind === 'photo').map(({ attachmentId }) => ({ fileId: attachmentId }))
}
