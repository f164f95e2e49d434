import { createHash, randomBytes } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { inCenter, type Tx } from '@open-bcl/platform/db/tx.ts'
import { errorFields } from '@open-bcl/platform/log.ts'
import type { Mailer } from '@open-bcl/platform/mail.ts'
import { announcementLogCodes as logCodes } from './announcements.messages.ts'
import * as store from './announcements.store.ts'
import {
  announcementKinds,
  bodyOf,
  concerns,
  mailInstant,
  mailText,
  retryMinutes,
  subjectWords,
  type AnnouncementKind,
  type Facts,
  type Subject,
} from './announcements.ts'
import { purposeLabel } from '../certificates/exchange.contract.ts'
import type { Centre } from './center.actions.ts'
import { listContacts } from './contacts.store.ts'
import { ruleOf, type IncidentKind } from './incidents.ts'
import { kindJa } from './registry.actions.ts'
import { listAllRoutes } from './towns.store.ts'

/** Makes announcements of what changed, and mails them. Both are done again in each round until nothing is left. */

/** Troubles that towns and operators hear of; what is between the centre and one machine is not theirs. */
const toldTroubles: readonly IncidentKind[] = ['jpki-away', 'silent-issuer']
const reasons = {
  maintenance: '保守',
  failure: '障害',
  jpki: '公的個人認証の停止',
  anomaly: '誤交付のおそれがある異常',
} as const
/** At once to the relay; the rest follows in the same round. */
const MAILS_AT_ONCE = 8
const MAILS_PER_ROUND = 400

type About = {
  readonly subjectKind: 'stop' | 'maintenance' | 'incident' | 'access-grant'
  readonly subjectId: string
  readonly kind: AnnouncementKind
  readonly scope: Subject['scope']
  readonly scopeKey: string
  readonly towns?: readonly string[]
  readonly facts: Facts
}

/** Every stop, restart, maintenance, 緊急閲覧 and trouble that its contacts were not told of. */
export async function announceChanges(centre: Centre): Promise<void> {
  const now = centre.now()
  await inCenter(centre.pool, async (tx) => {
    for (const stop of await store.listStopsToTell(tx)) await announce(centre, tx, aboutStop(stop))
    for (const planned of await store.listMaintenanceToTell(tx, now))
      await announce(centre, tx, aboutMaintenance(planned))
    for (const grant of await store.listGrantsToTell(tx, now)) await announce(centre, tx, aboutGrant(grant))
    for (const incident of await store.listIncidentsToTell(tx, toldTroubles))
      await announce(centre, tx, await aboutIncident(centre, tx, incident))
  })
}

function aboutStop(stop: store.StopToTell): About {
  const { stopId, scope, scopeKey, kind, reason, setAt, liftedAt } = stop
  return {
    ...{ subjectKind: 'stop', subjectId: stopId, scope, scopeKey },
    kind: liftedAt === null ? 'stop' : 'restart',
    facts: [
      { term: '証明書', value: kind === '' ? 'すべて' : kindJa(kind) },
      { term: '停止', value: mailInstant(setAt) },
      ...(liftedAt === null ? [] : [{ term: '再開', value: mailInstant(liftedAt) }]),
      { term: '理由', value: reasons[reason] },
    ],
  }
}

function aboutMaintenance(planned: store.MaintenanceToTell): About {
  const { maintenanceId, scope, scopeKey, fromAt, untilAt, words, cancelledAt } = planned
  return {
    ...{ subjectKind: 'maintenance', subjectId: maintenanceId, scope, scopeKey },
    kind: cancelledAt === null ? 'maintenance' : 'maintenance-cancelled',
    facts: [
      { term: '期間', value: `${mailInstant(fromAt)} から ${mailInstant(untilAt)} まで` },
      { term: '内容', value: words },
      ...(cancelledAt === null ? [] : [{ term: '取消し・終了', value: mailInstant(cancelledAt) }]),
    ],
  }
}

/** To the town alone; whoever reads it there may have to act without being able to sign in. */
function aboutGrant(grant: store.GrantToTell): About {
  const { grantId, grantNo, municipalityCode, askedBy, approvedBy, purpose, reason, ticket } = grant
  const over = grant.told ? grant.overAt : null
  return {
    ...{ subjectKind: 'access-grant', subjectId: grantId, scope: 'access', scopeKey: municipalityCode },
    kind: grant.told ? 'access-over' : 'access',
    facts: [
      { term: '番号', value: `緊急閲覧 第${grantNo}号` },
      { term: '閲覧する運用者', value: askedBy },
      { term: '承認した運用者', value: approvedBy },
      { term: '目的', value: purposeLabel(purpose) },
      { term: '理由', value: `${reason}（${ticket}）` },
      { term: '期限', value: mailInstant(grant.untilAt) },
      ...(over === null
        ? [
            {
              term: '見られるもの',
              value: '中間DBの住民情報と連携の状況。見るだけで、書き込み・印刷・書き出しはできません。',
            },
            {
              term: '止めるには',
              value:
                '「運用者による緊急閲覧」の画面で終わらせてください。ログインできないときは、証明書交付センターに電話してください。',
            },
          ]
        : [
            { term: '終了', value: mailInstant(over) },
            {
              term: 'お願い',
              value: '「運用者による緊急閲覧」の画面で見られた内容を確かめ、事後確認を記録してください。',
            },
          ]),
    ],
  }
}

async function aboutIncident(centre: Centre, tx: Tx, incident: store.IncidentToTell): Promise<About> {
  const { incidentId, kind, endpoint, openedAt, endedAt } = incident
  const routes = endpoint === null ? [] : await listAllRoutes(tx, todayInJapan(centre.now()))
  const towns = routes.filter((route) => route.endpoint === endpoint).map((route) => route.municipalityCode)
  return {
    ...{ subjectKind: 'incident', subjectId: incidentId, towns: [...new Set<string>(towns)] },
    kind: endedAt === null ? 'trouble' : 'trouble-over',
    scope: kind === 'jpki-away' ? 'jpki' : 'issuer',
    // How a server is addressed is nobody's business outside.
    scopeKey: '',
    facts: [
      { term: '内容', value: ruleOf(kind).ja },
      { term: '発生', value: mailInstant(openedAt) },
      ...(endedAt === null ? [] : [{ term: '復旧', value: mailInstant(endedAt) }]),
    ],
  }
}

async function announce(centre: Centre, tx: Tx, about: About): Promise<void> {
  const { subjectKind, subjectId, kind, scope, scopeKey, towns = [], facts } = about
  const { name, operatorId } = await store.findNames(tx, scope, scopeKey)
  const contacts = await listContacts(tx, {})
  const concerned = contacts.filter((contact) => concerns({ scope, scopeKey, operatorId, towns }, contact))
  const at = centre.now()
  const what = subjectWords(scope, name)
  await store.insertAnnouncement(
    tx,
    {
      ...{ announcementId: uuidv7(at.getTime()), subjectKind, subjectId, kind, at },
      title: `${announcementKinds[kind]}：${what}`,
      body: bodyOf([{ term: '対象', value: what }, ...facts]),
    },
    concerned.map((contact) => contact.contactId),
  )
  centre.log(logCodes.announced, { reason: kind, count: concerned.length })
}

export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Mails what waits. One that fails waits for its next turn and keeps no other from being sent. */
export async function mailWaiting(centre: Centre, mailer: Mailer, test: boolean): Promise<void> {
  const waiting = await inCenter(centre.pool, (tx) => store.listWaiting(tx, centre.now(), MAILS_PER_ROUND))
  const next = waiting.values()
  await Promise.all(
    Array.from({ length: MAILS_AT_ONCE }, async () => {
      for (const mail of next) await mailOne(centre, mailer, mail, test)
    }),
  )
}

async function mailOne(
  centre: Centre,
  mailer: Mailer,
  waiting: store.WaitingMail,
  test: boolean,
): Promise<void> {
  const { announcementId, contactId, mail, title, body, tries } = waiting
  const token = randomBytes(32).toString('base64url')
  const nextTry = new Date(centre.now().getTime() + retryMinutes(tries + 1) * 60_000)
  try {
    await inCenter(centre.pool, (tx) => store.beginTry(tx, waiting, hashOf(token), nextTry))
    const outcome = await mailer.send({
      fromName: '証明書交付センター',
      to: mail,
      subject: `${test ? '【試験】' : ''}【証明書交付センター】${title}`,
      text: mailText(body, `${centre.origin}/notice#${token}`, test),
      messageId: `${announcementId}.${contactId}.${tries + 1}`,
    })
    await inCenter(centre.pool, (tx) =>
      store.endTry(tx, waiting, {
        sentAt: outcome.kind === 'sent' ? centre.now() : null,
        refused: outcome.kind === 'refused' ? outcome.code : null,
      }),
    )
  } catch (error) {
    centre.log(logCodes.mailFailed, errorFields(error))
  }
}
