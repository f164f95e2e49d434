import { z } from 'zod'
import { endpoint, type Endpoint } from '@open-bcl/core/endpoint.ts'
import { announcementProblems as problems } from './announcements.messages.ts'
import { announcementKinds, parties, type AnnouncementKind, type Party } from './announcements.ts'
import { At, Words } from './registry-fields.ts'

/** 周知: what operators see of it, and the page on which a contact says that it was read. */

const view = { method: 'GET', permission: 'center.view' } as const
const AnnouncementId = z.uuid().meta({ title: '周知の番号' })

const Row = z.object({
  announcementId: AnnouncementId,
  kind: z.enum(Object.keys(announcementKinds) as [AnnouncementKind, ...AnnouncementKind[]]),
  ja: z.string(),
  title: z.string(),
  madeAt: At,
  contacts: z.int(),
  sent: z.int(),
  acknowledged: z.int(),
  /** Addresses that do not work. */
  refused: z.int(),
})

export const listAnnouncements = endpoint({
  ...view,
  name: 'listAnnouncements',
  path: '/api/center/announcements',
  title: '周知の一覧',
  input: z.object({
    /** Older than this one, 100 at a time. */
    before: AnnouncementId.optional(),
  }),
  output: z.object({ announcements: z.array(Row), more: z.boolean() }),
})

export const getAnnouncement = endpoint({
  ...view,
  name: 'getAnnouncement',
  path: '/api/center/announcements/:announcementId',
  title: '周知の詳細',
  input: z.object({ announcementId: AnnouncementId }),
  output: Row.extend({
    body: z.string(),
    deliveries: z.array(
      z.object({
        contactId: z.string(),
        party: z.enum(Object.keys(parties) as [Party, ...Party[]]),
        partyJa: z.string(),
        /** Town or operator; empty for BCL and JPKI. */
        name: z.string(),
        ja: z.string(),
        phone: z.string(),
        tries: z.int(),
        sentAt: At.nullable(),
        refused: z.string().nullable(),
        acknowledged: z.object({ at: At, by: z.string() }).nullable(),
      }),
    ),
  }),
})

/** Somebody was reached by telephone. */
export const recordHeard = endpoint({
  name: 'recordAnnouncementHeard',
  method: 'POST',
  path: '/api/center/announcements/:announcementId/heard',
  title: '周知が伝わったことの記録',
  permission: 'center-incidents.handle',
  input: z.object({
    announcementId: AnnouncementId,
    contactId: z.uuid(),
    by: Words.meta({ title: '電話で聞いた方（課名・役職）' }),
  }),
  output: z.object({ recorded: z.literal(true) }),
})

const Token = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** The token comes in the body: it is in no URL that a server sees or logs. */
export const readNotice = endpoint({
  name: 'readNotice',
  method: 'POST',
  reads: true,
  path: '/api/notices/read',
  title: 'お知らせの内容',
  permission: 'public',
  input: z.object({ token: Token }),
  output: z.object({
    title: z.string(),
    body: z.string(),
    madeAt: At,
    contact: z.string(),
    acknowledged: z.object({ at: At, by: z.string() }).nullable(),
  }),
  problems: [problems.unknownNotice],
})

export const acknowledgeNotice = endpoint({
  name: 'acknowledgeNotice',
  method: 'POST',
  path: '/api/notices/acknowledge',
  title: 'お知らせの確認',
  permission: 'public',
  input: z.object({ token: Token, by: Words.meta({ title: '確認した方（課名・役職）' }) }),
  output: z.object({ acknowledged: z.object({ at: At, by: z.string() }) }),
  problems: [problems.unknownNotice],
})

export const announcementEndpoints = {
  listAnnouncements,
  getAnnouncement,
  recordHeard,
  readNotice,
  acknowledgeNotice,
} as const satisfies Record<string, Endpoint>
