import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { BreakGlassPurpose } from '../certificates/exchange.contract.ts'
import type { AnnouncementKind, Party } from './announcements.ts'
import type { MaintenanceScope, StopReason } from './calendar.ts'
import type { IncidentKind } from './incidents.ts'

type SubjectKind = 'stop' | 'maintenance' | 'incident' | 'access-grant'

/** The kind that was told last about a subject, `null` = nothing was. */
const last = (subject: SubjectKind, id: string): string =>
  `left join lateral (select a.kind from center.announcement a
     where a.subject_kind = '${subject}' and a.subject_id = ${id} order by a.round desc limit 1) l on true`

export type StopToTell = {
  readonly stopId: string
  readonly scope: MaintenanceScope
  readonly scopeKey: string
  readonly kind: string
  readonly reason: StopReason
  readonly setAt: Date
  readonly liftedAt: Date | null
}

/** Stops and restarts that nobody was told of, the oldest first. */
export async function listStopsToTell(tx: Tx): Promise<StopToTell[]> {
  return await tx.sql<StopToTell>(
    `select s.stop_id as "stopId", s.scope, s.scope_key as "scopeKey", s.kind, s.reason, s.set_at as "setAt",
            s.lifted_at as "liftedAt"
       from center.stop s ${last('stop', 's.stop_id')}
      where (s.lifted_at is null and l.kind is null) or (s.lifted_at is not null and l.kind = 'stop')
      order by s.set_at limit 50`,
  )
}

export type MaintenanceToTell = {
  readonly maintenanceId: string
  readonly scope: MaintenanceScope
  readonly scopeKey: string
  readonly fromAt: Date
  readonly untilAt: Date
  readonly words: string
  readonly cancelledAt: Date | null
}

export async function listMaintenanceToTell(tx: Tx, at: Date): Promise<MaintenanceToTell[]> {
  return await tx.sql<MaintenanceToTell>(
    `select m.maintenance_id as "maintenanceId", m.scope, m.scope_key as "scopeKey", m.from_at as "fromAt",
            m.until_at as "untilAt", m.words, m.cancelled_at as "cancelledAt"
       from center.maintenance m ${last('maintenance', 'm.maintenance_id::text')}
      where (m.cancelled_at is null and m.until_at > $1 and l.kind is null)
         or (m.cancelled_at is not null and l.kind = 'maintenance')
      order by m.planned_at limit 50`,
    [at],
  )
}

export type IncidentToTell = {
  readonly incidentId: string
  readonly kind: IncidentKind
  readonly endpoint: string | null
  readonly openedAt: Date
  readonly endedAt: Date | null
}

/** Troubles of these kinds that began, ended or began again since they were told of. */
export async function listIncidentsToTell(tx: Tx, kinds: readonly IncidentKind[]): Promise<IncidentToTell[]> {
  return await tx.sql<IncidentToTell>(
    `select i.incident_id as "incidentId", i.kind, i.endpoint, i.opened_at as "openedAt", i.ended_at as "endedAt"
       from center.incident i ${last('incident', 'i.incident_id::text')}
      where i.kind = any($1) and (
              (i.ended_at is null and i.acknowledged_at is null and (l.kind is null or l.kind = 'trouble-over'))
           or (i.ended_at is not null and l.kind = 'trouble'))
      order by i.opened_at limit 50`,
    [kinds],
  )
}

export type GrantToTell = {
  readonly grantId: string
  readonly grantNo: number
  readonly municipalityCode: string
  readonly askedBy: string
  readonly approvedBy: string
  readonly purpose: BreakGlassPurpose
  readonly reason: string
  readonly ticket: string
  readonly untilAt: Date
  /** `null` = it is open. */
  readonly overAt: Date | null
  readonly told: boolean
}

/** 緊急閲覧 that were approved, and their ends. */
export async function listGrantsToTell(tx: Tx, at: Date): Promise<GrantToTell[]> {
  return await tx.sql<GrantToTell>(
    `select g.grant_id as "grantId", g.grant_no as "grantNo", g.municipality_code as "municipalityCode",
            g.asked_by_name as "askedBy", g.approved_by_name as "approvedBy", g.purpose, g.reason, g.ticket,
            g.until_at as "untilAt", coalesce(g.over_at, g.ended_at, case when g.until_at <= $1 then g.until_at end) as "overAt",
            l.kind is not null as told
       from center.access_grant g ${last('access-grant', 'g.grant_id')}
      where g.approved_at is not null
        and (l.kind is null or (l.kind = 'access'
              and (g.over_at is not null or g.ended_at is not null or g.until_at <= $1)))
      order by g.approved_at limit 50`,
    [at],
  )
}

/** Name of what a scope's key stands for, and the operator it belongs to. */
export async function findNames(
  tx: Tx,
  scope: string,
  key: string,
): Promise<{ readonly name: string; readonly operatorId: string | null }> {
  const queries: Readonly<Record<string, string>> = {
    access: `select name, null as "operatorId" from center.town where municipality_code = $1`,
    town: `select name, null as "operatorId" from center.town where municipality_code = $1`,
    operator: `select ja as name, operator_id as "operatorId" from center.operator where operator_id = $1`,
    relay: `select ja as name, operator_id as "operatorId" from center.relay where relay_id = $1`,
    store: `select ja as name, operator_id as "operatorId" from center.store where store_id = $1`,
    kiosk: `select k.name, s.operator_id as "operatorId" from center.kiosk k left join center.store s using (store_id)
             where k.kiosk_id = $1`,
  }
  const query = queries[scope]
  if (query === undefined) return { name: '', operatorId: null }
  const [row] = await tx.sql<{ name: string; operatorId: string | null }>(query, [key])
  return row ?? { name: key, operatorId: null }
}

/** Tells it: the announcement and a mail for each contact, to be sent from now on. */
export async function insertAnnouncement(
  tx: Tx,
  announcement: {
    readonly announcementId: string
    readonly subjectKind: SubjectKind
    readonly subjectId: string
    readonly kind: AnnouncementKind
    readonly title: string
    readonly body: string
    readonly at: Date
  },
  contactIds: readonly string[],
): Promise<void> {
  const { announcementId, subjectKind, subjectId, kind, title, body, at } = announcement
  await tx.sql(
    `insert into center.announcement (announcement_id, subject_kind, subject_id, round, kind, title, body, made_at)
     select $1, $2, $3, coalesce(max(round), 0) + 1, $4, $5, $6, $7
       from center.announcement where subject_kind = $2 and subject_id = $3`,
    [announcementId, subjectKind, subjectId, kind, title, body, at],
  )
  await tx.sql(
    `insert into center.announcement_mail (announcement_id, contact_id, next_try_at)
     select $1, contact_id, $3 from unnest($2::uuid[]) as c (contact_id)`,
    [announcementId, contactIds, at],
  )
}

export type WaitingMail = {
  readonly announcementId: string
  readonly contactId: string
  readonly mail: string
  readonly title: string
  readonly body: string
  readonly tries: number
}

/** Mails whose time has come. Of a contact that was removed none is sent any more. */
export async function listWaiting(tx: Tx, at: Date, limit: number): Promise<WaitingMail[]> {
  return await tx.sql<WaitingMail>(
    `select m.announcement_id as "announcementId", m.contact_id as "contactId", c.mail, a.title, a.body, m.tries
       from center.announcement_mail m join center.announcement a using (announcement_id)
       join center.contact c using (contact_id)
      where m.sent_at is null and m.refused is null and m.acknowledged_at is null and m.next_try_at <= $1
        and c.removed_at is null
      order by m.next_try_at limit $2`,
    [at, limit],
  )
}

type MailKey = { readonly announcementId: string; readonly contactId: string }

/** Before it is sent: its link is known, and a crash in between sends it again later. */
export async function beginTry(tx: Tx, key: MailKey, tokenHash: Buffer, nextTryAt: Date): Promise<void> {
  await tx.sql(
    `update center.announcement_mail set tries = tries + 1, token_hash = $3, next_try_at = $4
      where announcement_id = $1 and contact_id = $2`,
    [key.announcementId, key.contactId, tokenHash, nextTryAt],
  )
}

export async function endTry(
  tx: Tx,
  key: MailKey,
  outcome: { readonly sentAt: Date | null; readonly refused: string | null },
): Promise<void> {
  await tx.sql(
    `update center.announcement_mail set sent_at = $3, refused = $4 where announcement_id = $1 and contact_id = $2`,
    [key.announcementId, key.contactId, outcome.sentAt, outcome.refused],
  )
}

export type Announcement = {
  readonly announcementId: string
  readonly kind: AnnouncementKind
  readonly title: string
  readonly body: string
  readonly madeAt: Date
  readonly contacts: number
  readonly sent: number
  readonly acknowledged: number
  readonly refused: number
}

const columns = `a.announcement_id as "announcementId", a.kind, a.title, a.body, a.made_at as "madeAt",
  c.contacts, c.sent, c.acknowledged, c.refused`
const from = `center.announcement a cross join lateral (
  select count(*)::int as contacts, count(m.sent_at)::int as sent, count(m.acknowledged_at)::int as acknowledged,
         count(m.refused)::int as refused
    from center.announcement_mail m where m.announcement_id = a.announcement_id) c`

/** The newest first. */
export async function listAnnouncements(
  tx: Tx,
  before: string | null,
  limit: number,
): Promise<Announcement[]> {
  return await tx.sql<Announcement>(
    `select ${columns} from ${from}
      where $1::uuid is null or (a.made_at, a.announcement_id) <
            (select b.made_at, b.announcement_id from center.announcement b where b.announcement_id = $1)
      order by a.made_at desc, a.announcement_id desc limit $2`,
    [before, limit],
  )
}

export async function findAnnouncement(tx: Tx, announcementId: string): Promise<Announcement | undefined> {
  const [row] = await tx.sql<Announcement>(`select ${columns} from ${from} where a.announcement_id = $1`, [
    announcementId,
  ])
  return row
}

export type Delivery = {
  readonly contactId: string
  readonly party: Party
  readonly name: string
  readonly ja: string
  readonly phone: string
  readonly tries: number
  readonly sentAt: Date | null
  readonly refused: string | null
  readonly acknowledgedAt: Date | null
  readonly acknowledgedBy: string | null
}

/** Those who have not answered first. */
export async function listDeliveries(tx: Tx, announcementId: string): Promise<Delivery[]> {
  return await tx.sql<Delivery>(
    `select m.contact_id as "contactId", c.party, coalesce(t.name, o.ja, '') as name, c.ja, c.phone, m.tries,
            m.sent_at as "sentAt", m.refused, m.acknowledged_at as "acknowledgedAt",
            m.acknowledged_by as "acknowledgedBy"
       from center.announcement_mail m join center.contact c using (contact_id)
       left join center.town t on c.party = 'town' and t.municipality_code = c.party_key
       left join center.operator o on c.party = 'operator' and o.operator_id = c.party_key
      where m.announcement_id = $1 order by m.acknowledged_at is not null, c.party, c.party_key, c.ja, m.contact_id`,
    [announcementId],
  )
}

/** Who read it first counts. False = there is no such mail. */
export async function acknowledgeMail(tx: Tx, key: MailKey, by: string, at: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update center.announcement_mail
        set acknowledged_at = coalesce(acknowledged_at, $4), acknowledged_by = coalesce(acknowledged_by, $3)
      where announcement_id = $1 and contact_id = $2 returning contact_id`,
    [key.announcementId, key.contactId, by, at],
  )
  return rows.length === 1
}

export type Notice = MailKey & {
  readonly title: string
  readonly body: string
  readonly madeAt: Date
  readonly contact: string
  readonly acknowledgedAt: Date | null
  readonly acknowledgedBy: string | null
}

export async function findNotice(tx: Tx, tokenHash: Buffer): Promise<Notice | undefined> {
  const [row] = await tx.sql<Notice>(
    `select m.announcement_id as "announcementId", m.contact_id as "contactId", a.title, a.body,
            a.made_at as "madeAt", c.ja as contact, m.acknowledged_at as "acknowledgedAt",
            m.acknowledged_by as "acknowledgedBy"
       from center.announcement_mail m join center.announcement a using (announcement_id)
       join center.contact c using (contact_id) where m.token_hash = $1`,
    [tokenHash],
  )
  return row
}
