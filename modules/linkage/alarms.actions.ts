import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import { requestMail } from '../notices/notices.actions.ts'
import type { NoticeRequest } from '../notices/notices.ts'
import {
  alarmKinds,
  alarmText,
  DAMP_MS,
  lastingAlarms,
  MOST_MAILS,
  REMIND_MS,
  type AlarmKind,
} from './alarms.ts'
import * as store from './alarms.store.ts'
import type * as contract from './linkage.contract.ts'
import { linkageEvents, linkageLog, linkageProblems } from './linkage.messages.ts'

const ALARMS_SHOWN = 100
const MOST_CONTACTS = 20

const lasting: ReadonlySet<AlarmKind> = new Set(lastingAlarms)

/**
 * Raises an alarm and mails the town's contacts, in this transaction. Of a trouble that still stands it only counts, and
 * reminds every six hours while nobody has acknowledged it. One that was over and comes back is mailed like a new one, three
 * times an hour at most.
 */
export async function raiseAlarm(
  ctx: Ctx,
  kind: AlarmKind,
  business: Business | '',
  facts: store.AlarmFacts,
): Promise<void> {
  const { now } = ctx
  // That it works again is over as soon as it is said.
  const endedAt = kind === 'restarted' ? now : null
  const alarmId = uuidv7(now.getTime())
  if (await store.insertAlarm(ctx.tx, { alarmId, kind, business, facts, endedAt, now })) {
    await audit(ctx, linkageEvents.alarmRaised, { facts: { alarmId, kind, business } })
    ctx.log(linkageLog.alarm, { traceId: ctx.traceId, municipalityCode: ctx.municipality, reason: kind })
    await tell(ctx, alarmId, kind, business, facts)
    return
  }
  const standing = await store.takeStandingAlarm(ctx.tx, kind, business)
  if (standing === undefined) return
  const mailTimes = standing.mailTimes.filter((at) => now.getTime() - at.getTime() < DAMP_MS)
  const due =
    (standing.endedAt !== null && mailTimes.length < MOST_MAILS) ||
    (standing.acknowledgedAt === null && now.getTime() - standing.mailedAt.getTime() >= REMIND_MS)
  await store.countAlarm(ctx.tx, {
    alarmId: standing.alarmId,
    facts,
    times: standing.times + 1,
    lastAt: now,
    mailedAt: due ? now : standing.mailedAt,
    mailTimes: due ? [...mailTimes, now] : mailTimes,
    endedAt,
  })
  if (due) await tell(ctx, standing.alarmId, kind, business, facts)
}

/** The trouble is over; true when it stood until now. */
export async function endAlarm(ctx: Ctx, kind: AlarmKind, business: Business | ''): Promise<boolean> {
  return await store.endAlarm(ctx.tx, kind, business, ctx.now)
}

async function tell(
  ctx: Ctx,
  alarmId: string,
  kind: AlarmKind,
  business: Business | '',
  facts: store.AlarmFacts,
): Promise<void> {
  await tellContacts(ctx, {
    kind: 'link-alarm',
    subjectId: alarmId,
    subject: `【BCL連携】${alarmKinds[kind]}`,
    text: `${alarmText(kind, business, facts)}\n\n連携状況の画面で確認（確認済みの登録）をしてください。\n`,
  })
}

/** A mail to everybody whom the town wants to be told of faults and stops, in this transaction. */
export async function tellContacts(ctx: Ctx, notice: Omit<NoticeRequest, 'to'>): Promise<void> {
  for (const { mail } of await store.listContacts(ctx.tx, await ctx.keys()))
    await requestMail(ctx, { ...notice, to: mail })
}

export async function listLinkAlarms(ctx: Ctx): Promise<OutputOf<typeof contract.listLinkAlarms>> {
  const alarms = await store.listAlarms(ctx.tx, ALARMS_SHOWN)
  return {
    alarms: alarms.map((alarm) => ({
      alarmId: alarm.alarmId,
      kind: alarm.kind,
      business: alarm.business === '' ? null : alarm.business,
      text: alarmText(alarm.kind, alarm.business, alarm.facts),
      raisedAt: alarm.raisedAt.toISOString(),
      times: alarm.times,
      lastAt: alarm.lastAt.toISOString(),
      endedAt: alarm.endedAt?.toISOString() ?? null,
      acknowledged:
        alarm.acknowledgedAt === null
          ? null
          : {
              by: alarm.acknowledgedBy ?? '',
              at: alarm.acknowledgedAt.toISOString(),
              note: alarm.note ?? '',
            },
    })),
  }
}

export async function acknowledgeLinkAlarm(
  ctx: Ctx,
  { alarmId, note }: InputOf<typeof contract.acknowledgeLinkAlarm>,
): Promise<OutputOf<typeof contract.acknowledgeLinkAlarm>> {
  const by = ctx.actor.kind === 'staff' ? ctx.actor.displayName : actorName(ctx.actor)
  const ends = (Object.keys(alarmKinds) as AlarmKind[]).filter((kind) => !lasting.has(kind))
  if (!(await store.acknowledgeAlarm(ctx.tx, alarmId, { by, note, now: ctx.now, ends })))
    throw new Problem(linkageProblems.alarmNotFound)
  await audit(ctx, linkageEvents.alarmAcknowledged, { facts: { alarmId } })
  return { acknowledged: true }
}

export async function listLinkContacts(ctx: Ctx): Promise<OutputOf<typeof contract.listLinkContacts>> {
  const contacts = await store.listContacts(ctx.tx, await ctx.keys())
  await audit(ctx, linkageEvents.contactsRead)
  return { contacts }
}

export async function addLinkContact(
  ctx: Ctx,
  { name, mail }: InputOf<typeof contract.addLinkContact>,
): Promise<OutputOf<typeof contract.addLinkContact>> {
  const keys = await ctx.keys()
  if ((await store.listContacts(ctx.tx, keys)).length >= MOST_CONTACTS)
    throw new Problem(linkageProblems.tooManyContacts)
  const contactId = uuidv7(ctx.now.getTime())
  await store.insertContact(
    ctx.tx,
    keys,
    { contactId, name, mail },
    { by: actorName(ctx.actor), now: ctx.now },
  )
  await audit(ctx, linkageEvents.contactAdded, { facts: { contactId } })
  return { contactId }
}

export async function removeLinkContact(
  ctx: Ctx,
  { contactId }: InputOf<typeof contract.removeLinkContact>,
): Promise<OutputOf<typeof contract.removeLinkContact>> {
  if (!(await store.removeContact(ctx.tx, contactId, ctx.now)))
    throw new Problem(linkageProblems.contactNotFound)
  await audit(ctx, linkageEvents.contactRemoved, { facts: { contactId } })
  return { removed: true }
}
