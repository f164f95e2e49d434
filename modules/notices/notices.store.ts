import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { PRACTICE_CODE, type Notice, type NoticeId, type NoticeRequest } from './notices.ts'

const PLACE = 'notices.notice.sealed'

export type Letter = Pick<NoticeRequest, 'to' | 'subject' | 'text'>

export async function insertNotice(
  tx: Tx,
  keys: Keys,
  noticeId: NoticeId,
  notice: NoticeRequest,
  now: Date,
): Promise<void> {
  const { kind, subjectId, to, subject, text } = notice
  const letter: Letter = { to, subject, text }
  await tx.sql(
    `insert into notices.notice (municipality_code, notice_id, kind, subject_id, requested_at, sealed)
     values ($1, $2, $3, $4, $5, $6)`,
    [tx.municipality, noticeId, kind, subjectId, now, keys.seal(PLACE, noticeId, JSON.stringify(letter))],
  )
}

/**
 * The letter of a notice that waits, held until the transaction ends: a second worker with the same job waits here and
 * then finds it sent. `null` when there is nothing to send.
 */
export async function takeWaiting(tx: Tx, keys: Keys, noticeId: NoticeId): Promise<Letter | null> {
  const [row] = await tx.sql<{ sealed: Buffer }>(
    `select sealed from notices.notice
      where municipality_code = $1 and notice_id = $2 and sent_at is null and failed_at is null for update`,
    [tx.municipality, noticeId],
  )
  return row ? (JSON.parse(keys.open(PLACE, noticeId, row.sealed)) as Letter) : null
}

export async function markSent(tx: Tx, noticeId: NoticeId, now: Date): Promise<void> {
  await tx.sql('update notices.notice set sent_at = $3 where municipality_code = $1 and notice_id = $2', [
    tx.municipality,
    noticeId,
    now,
  ])
}

export async function markFailed(tx: Tx, noticeId: NoticeId, now: Date, code: string): Promise<void> {
  await tx.sql(
    'update notices.notice set failed_at = $3, failed_code = $4 where municipality_code = $1 and notice_id = $2',
    [tx.municipality, noticeId, now, code],
  )
}

/** Newest first. */
export async function listNotices(tx: Tx, subjectId: string): Promise<Notice[]> {
  return await tx.sql<Notice>(
    `select notice_id as "noticeId", kind, requested_at as "requestedAt", sent_at as "sentAt",
            case when sent_at is not null then 'sent' when failed_code = '${PRACTICE_CODE}' then 'practice'
                 when failed_at is not null then 'failed' else 'waiting' end as state
       from notices.notice where municipality_code = $1 and subject_id = $2 order by notice_id desc`,
    [tx.municipality, subjectId],
  )
}
