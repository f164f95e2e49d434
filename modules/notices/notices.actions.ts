import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { isPracticeTown } from '@open-bcl/core/practice-town.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Mailer } from '@open-bcl/platform/mail.ts'
import { audit } from '../access/audit.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { noticesEvents } from './notices.messages.ts'
import * as store from './notices.store.ts'
import { PRACTICE_CODE, type Notice, type NoticeId, type NoticeRequest } from './notices.ts'

/** The job that sends one notice. */
export const SEND_NOTICE = 'notices.send'

/** Keeps a mail, sealed, and enqueues its sending: both commit with the change they tell of, or not at all. */
export async function requestMail(ctx: Ctx, notice: NoticeRequest): Promise<NoticeId> {
  const noticeId = uuidv7(ctx.now.getTime()) as NoticeId
  await store.insertNotice(ctx.tx, await ctx.keys(), noticeId, notice, ctx.now)
  // Kept, so that one sees what would have been sent; whoever the address is of hears nothing.
  if (isPracticeTown(ctx.municipality)) await store.markFailed(ctx.tx, noticeId, ctx.now, PRACTICE_CODE)
  else await ctx.enqueue(SEND_NOTICE, { noticeId })
  await audit(ctx, noticesEvents.requested, {
    purpose: 'notice',
    facts: { noticeId, kind: notice.kind, subjectId: notice.subjectId },
  })
  return noticeId
}

/**
 * Sends a notice that waits. The mark and the sending share a transaction, so a repeated or doubled job sends nothing;
 * only a crash between the relay's answer and the commit sends again, under the same Message-ID.
 */
export async function sendNotice(ctx: Ctx, mailer: Mailer, noticeId: NoticeId): Promise<void> {
  if (isPracticeTown(ctx.municipality)) return
  const letter = await store.takeWaiting(ctx.tx, await ctx.keys(), noticeId)
  if (letter === null) return
  const { name } = await getMunicipality(ctx)
  const outcome = await mailer.send({ ...letter, fromName: name, messageId: noticeId })
  if (outcome.kind === 'sent') {
    await store.markSent(ctx.tx, noticeId, ctx.now)
    await audit(ctx, noticesEvents.sent, { purpose: 'notice', facts: { noticeId } })
  } else {
    await store.markFailed(ctx.tx, noticeId, ctx.now, outcome.code)
    await audit(ctx, noticesEvents.refused, { purpose: 'notice', facts: { noticeId, code: outcome.code } })
  }
}

/** What was sent, or waits to be, about a thing; newest first, without addresses and texts. */
export async function listNotices(ctx: Ctx, subjectId: string): Promise<Notice[]> {
  return await store.listNotices(ctx.tx, subjectId)
}
