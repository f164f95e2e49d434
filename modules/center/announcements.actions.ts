import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type * as contract from './announcements.contract.ts'
import { announcementEvents as events, announcementProblems as problems } from './announcements.messages.ts'
import * as store from './announcements.store.ts'
import { announcementKinds, parties } from './announcements.ts'
import { hashOf } from './announcing.actions.ts'
import { recordAct } from './center-audit.store.ts'

/** 周知の画面: what was told, who got it, who said so. */

const PAGE = 100

export async function listAnnouncements(
  { tx }: CenterCtx,
  { before }: InputOf<typeof contract.listAnnouncements>,
): Promise<OutputOf<typeof contract.listAnnouncements>> {
  const rows = await store.listAnnouncements(tx, before ?? null, PAGE + 1)
  return { announcements: rows.slice(0, PAGE).map(rowOf), more: rows.length > PAGE }
}

function rowOf(
  row: store.Announcement,
): OutputOf<typeof contract.listAnnouncements>['announcements'][number] {
  const { announcementId, kind, title, madeAt, contacts, sent, acknowledged, refused } = row
  return {
    ...{ announcementId, kind, title, contacts, sent, acknowledged, refused },
    ja: announcementKinds[kind],
    madeAt: madeAt.toISOString(),
  }
}

export async function getAnnouncement(
  { tx }: CenterCtx,
  { announcementId }: InputOf<typeof contract.getAnnouncement>,
): Promise<OutputOf<typeof contract.getAnnouncement>> {
  const row = await store.findAnnouncement(tx, announcementId)
  if (!row) throw new Problem(platformProblems.notFound)
  const deliveries = await store.listDeliveries(tx, announcementId)
  return {
    ...rowOf(row),
    body: row.body,
    deliveries: deliveries.map(({ sentAt, acknowledgedAt, acknowledgedBy, ...one }) => ({
      ...{ ...one, partyJa: parties[one.party], sentAt: sentAt?.toISOString() ?? null },
      acknowledged: answerOf({ acknowledgedAt, acknowledgedBy }),
    })),
  }
}

function answerOf(row: {
  readonly acknowledgedAt: Date | null
  readonly acknowledgedBy: string | null
}): { at: string; by: string } | null {
  return row.acknowledgedAt === null
    ? null
    : { at: row.acknowledgedAt.toISOString(), by: row.acknowledgedBy ?? '' }
}

export async function recordHeard(
  ctx: CenterCtx,
  { announcementId, contactId, by }: InputOf<typeof contract.recordHeard>,
): Promise<{ recorded: true }> {
  const words = `${by}（電話、受け手 ${ctx.staff?.displayName ?? ''}）`
  if (!(await store.acknowledgeMail(ctx.tx, { announcementId, contactId }, words, ctx.now)))
    throw new Problem(platformProblems.notFound)
  await recordAct(ctx, events.heard, { kind: 'announcement', id: announcementId }, { contactId, by })
  return { recorded: true }
}

export async function readNotice(
  { tx }: CenterCtx,
  { token }: InputOf<typeof contract.readNotice>,
): Promise<OutputOf<typeof contract.readNotice>> {
  const { title, body, madeAt, contact, ...answer } = await requireNotice(tx, token)
  return { title, body, madeAt: madeAt.toISOString(), contact, acknowledged: answerOf(answer) }
}

export async function acknowledgeNotice(
  { tx, now }: CenterCtx,
  { token, by }: InputOf<typeof contract.acknowledgeNotice>,
): Promise<OutputOf<typeof contract.acknowledgeNotice>> {
  await store.acknowledgeMail(tx, await requireNotice(tx, token), by, now)
  const acknowledged = answerOf(await requireNotice(tx, token))
  if (acknowledged === null) throw new Error('what was acknowledged is not')
  return { acknowledged }
}

async function requireNotice(tx: CenterCtx['tx'], token: string): Promise<store.Notice> {
  const notice = await store.findNotice(tx, hashOf(token))
  if (!notice) throw new Problem(problems.unknownNotice)
  return notice
}
