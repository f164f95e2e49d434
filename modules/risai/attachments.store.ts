import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { ApplicationId, AttachmentId, AttachmentKind } from './risai.ts'

export type Attachment = {
  readonly attachmentId: AttachmentId
  readonly applicationId: ApplicationId
  readonly kind: AttachmentKind
  readonly addedAt: Date
  readonly addedBy: string
}

const columns = `attachment_id as "attachmentId", application_id as "applicationId", kind, added_at as "addedAt",
  added_by_label as "addedBy"`

export async function insertAttachment(tx: Tx, attachment: Attachment, actor: string): Promise<boolean> {
  const rows = await tx.sql(
    `insert into risai.attachment (municipality_code, attachment_id, application_id, kind, added_at, added_by,
       added_by_label) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning attachment_id`,
    [
      tx.municipality,
      attachment.attachmentId,
      attachment.applicationId,
      attachment.kind,
      attachment.addedAt,
      actor,
      attachment.addedBy,
    ],
  )
  return rows.length === 1
}

export async function findAttachment(tx: Tx, attachmentId: AttachmentId): Promise<Attachment | null> {
  const [row] = await tx.sql<Attachment>(
    `select ${columns} from risai.attachment where municipality_code = $1 and attachment_id = $2`,
    [tx.municipality, attachmentId],
  )
  return row ?? null
}

/** In the order in which they came. */
export async function listAttachments(tx: Tx, applicationId: ApplicationId): Promise<Attachment[]> {
  return await tx.sql<Attachment>(
    `select ${columns} from risai.attachment where municipality_code = $1 and application_id = $2
      order by attachment_id limit 200`,
    [tx.municipality, applicationId],
  )
}
