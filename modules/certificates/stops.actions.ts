import { randomBytes } from 'node:crypto'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { namesOfActors } from '../access/access.actions.ts'
import { audit } from '../access/audit.ts'
import { tellContacts } from '../linkage/alarms.actions.ts'
import { listBacklog, type Backlog } from '../linkage/gate.actions.ts'
import { certificateKinds, type CertificateKindCode } from '../municipalities/municipalities.ts'
import type * as contract from './certificates.contract.ts'
import { certificatesEvents, certificatesLogs, certificatesProblems } from './certificates.messages.ts'
import type { RefusalCode } from './refusals.ts'
import * as store from './stops.store.ts'
import { stopReasonText, stopSetters, type StopSetter } from './stops.ts'

/**
 * What keeps the town from issuing a kind now: an alarm nobody has acknowledged, a stop of the centre, of the operator or of
 * the town. `null` = whatever the kind.
 */
export async function standstillCode(
  ctx: Ctx,
  kind: CertificateKindCode | null,
): Promise<RefusalCode | null> {
  return standstillOf(await getStandstill(ctx), kind)
}

/** For `standstillOf`, where the kind is not known yet. */
export async function getStandstill(ctx: Ctx): Promise<store.Standstill> {
  return await ctx.tx.once('standstill', () => store.getStandstill(ctx.tx))
}

/** `standstillCode` of what was read before. */
export function standstillOf(
  { openAlarms, stops }: store.Standstill,
  kind: CertificateKindCode | null,
): RefusalCode | null {
  if (openAlarms > 0) return 901
  const holds = (stop: store.Standing) =>
    stop.kind === null
      ? kind === null
        ? stop.except.length === 0
        : !stop.except.includes(kind)
      : stop.kind === kind
  return stops.some(holds) ? 502 : null
}

/**
 * A document is not the frozen one: kept with its evidence in a transaction of its own, whatever becomes of the
 * request. From that commit on the town issues nothing until somebody acknowledges.
 */
export async function raiseAlarm(
  ctx: Ctx,
  alarm: Omit<store.Alarm, 'alarmId' | 'at'>,
  evidence: store.Evidence,
): Promise<void> {
  await ctx.separately(async (own) => {
    const alarmId = uuidv7(own.now.getTime())
    await store.insertAlarm(own.tx, await own.keys(), { ...alarm, alarmId, at: own.now }, evidence)
    await audit(own, certificatesEvents.alarmRaised, {
      subjects: [{ kind: 'issue', id: alarm.transactionId }],
      facts: { alarmId, stage: alarm.stage, finding: alarm.finding, build: alarm.build },
    })
    await tellContacts(own, {
      kind: 'issuing-alarm',
      subjectId: alarmId,
      subject: '【BCL証明発行】異常を検知し、証明書の交付を止めました',
      text: `作成した証明書が記載すべき内容と一致しなかったため、すべての証明書の交付を止めました。不一致のあった証明書は渡していません。\n取引番号：${alarm.transactionId}\n\n証明発行状況の画面で証拠を確かめ、確認の記録をしてください。確認されるまで、窓口でもコンビニでも交付できません。\n`,
    })
  })
  ctx.log(certificatesLogs.alarm, {
    traceId: ctx.traceId,
    municipalityCode: ctx.municipality,
    transactionId: alarm.transactionId,
    reason: alarm.finding,
    build: alarm.build,
  })
}

/** `standstillCode` of no kind, and the kinds that stand still. */
export async function listStoppedKinds(
  ctx: Ctx,
): Promise<{ readonly whole: RefusalCode | null; readonly kinds: ReadonlySet<CertificateKindCode> }> {
  const standing = await store.getStandstill(ctx.tx)
  return {
    whole: standstillOf(standing, null),
    kinds: new Set(allKinds.filter((kind) => standstillOf(standing, kind) !== null)),
  }
}

export async function listAlarms(ctx: Ctx): Promise<OutputOf<typeof contract.listAlarms>> {
  const alarms = await store.listAlarms(ctx.tx, await ctx.keys())
  const nameOf = await namesOfActors(
    ctx,
    alarms.flatMap(({ acknowledgedBy }) => (acknowledgedBy === null ? [] : [acknowledgedBy])),
  )
  return {
    alarms: alarms.map(({ at, acknowledgedAt, acknowledgedBy, mismatches, ...alarm }) => ({
      ...alarm,
      at: at.toISOString(),
      acknowledgedAt: acknowledgedAt?.toISOString() ?? null,
      acknowledgedBy: acknowledgedBy === null ? null : nameOf(acknowledgedBy),
      mismatches: [...mismatches],
    })),
  }
}

/** Somebody looked into an alarm and says what was found; the last one opens the town's issuing again. */
export async function acknowledgeAlarm(
  ctx: Ctx,
  input: InputOf<typeof contract.acknowledgeAlarm>,
): Promise<OutputOf<typeof contract.acknowledgeAlarm>> {
  if (!(await store.hasAlarm(ctx.tx, input.alarmId))) throw new Problem(platformProblems.notFound)
  const by = { at: ctx.now, actor: actorName(ctx.actor), note: input.note }
  if (!(await store.acknowledgeAlarm(ctx.tx, await ctx.keys(), input.alarmId, by))) {
    throw new Problem(certificatesProblems.alreadyAcknowledged)
  }
  await audit(ctx, certificatesEvents.alarmAcknowledged, { facts: { alarmId: input.alarmId } })
  return { issuing: (await standstillCode(ctx, null)) === null }
}

/** The town's own switch: stops issuing at once, at the counter and at every kiosk, of all kinds or of one. */
export async function stopIssuing(
  ctx: Ctx,
  { reason, kind }: InputOf<typeof contract.stopIssuing>,
): Promise<OutputOf<typeof contract.stopIssuing>> {
  const stopId = newStopId()
  await setStop(ctx, { stopId, setBy: 'town', reason, kind })
  return { stopId }
}

const newStopId = (): string => randomBytes(16).toString('hex')

/** What lies unapplied of the data that the stopped kinds hang on: looked at before they are taken up again. */
export async function getStopBacklog(
  ctx: Ctx,
  { stopId }: InputOf<typeof contract.getStopBacklog>,
): Promise<OutputOf<typeof contract.getStopBacklog>> {
  const stop = await findStop(ctx, stopId)
  const backlog = await listBacklog(ctx, kindsOf(stop))
  return { backlog }
}

async function findStop(ctx: Ctx, stopId: string): Promise<store.Standing> {
  const { stops } = await store.getStandstill(ctx.tx)
  const stop = stops.find((one) => one.stopId === stopId)
  if (!stop) throw new Problem(platformProblems.notFound)
  return stop
}

const allKinds = Object.keys(certificateKinds) as CertificateKindCode[]

/** The kinds that a stop holds for now. */
function kindsOf({ kind, except }: store.Standing): readonly CertificateKindCode[] {
  return kind === null ? allKinds.filter((one) => !except.includes(one)) : [kind]
}

/**
 * The town takes issuing up again, once it has confirmed that nothing of the data it hangs on is still on its way (手引き 6.2).
 * Of a stop of all kinds some may be taken up alone: the others stay stopped.
 */
export async function resumeIssuing(
  ctx: Ctx,
  { stopId, kinds }: InputOf<typeof contract.resumeIssuing>,
): Promise<OutputOf<typeof contract.resumeIssuing>> {
  const stop = await findStop(ctx, stopId)
  if (stop.setBy === 'center') throw new Problem(certificatesProblems.notLiftedHere)
  const resumed = kinds === undefined ? kindsOf(stop) : kindsOf(stop).filter((kind) => kinds.includes(kind))
  const backlog = await listBacklog(ctx, resumed)
  if (backlog.length > 0) {
    throw new Problem(
      certificatesProblems.backlog,
      backlog.map((one) => ({ pointer: '/stopId', message: backlogWords(one) })),
    )
  }
  if (resumed.length < kindsOf(stop).length) {
    await store.endStopOfKinds(ctx.tx, stopId, resumed, { at: ctx.now, actor: actorName(ctx.actor) })
    await audit(ctx, certificatesEvents.resumed, { facts: { stopId, kinds: resumed.join(' ') } })
  } else if (!(await liftStop(ctx, stopId, ['town', 'operator']))) {
    throw new Problem(platformProblems.notFound)
  }
  return { issuing: (await standstillCode(ctx, null)) === null }
}

function backlogWords({ title, waiting, unsent, refused }: Backlog): string {
  const parts = [
    ...(waiting > 0 ? [`取込を待つファイル ${waiting} 件`] : []),
    ...(unsent > 0 ? [`連携APにあるファイル ${unsent} 件`] : []),
    ...(refused ? ['取り込めなかったファイルがあり、直したものが届いていません'] : []),
  ]
  return `${title}：${parts.join('、')}`
}

/** Sets a stop once; the same id again changes nothing. Of a stop that others set the town's contacts hear at once. */
export async function setStop(ctx: Ctx, stop: Omit<store.StopRow, 'at' | 'actor'>): Promise<void> {
  const made = await store.insertStop(ctx.tx, { ...stop, at: ctx.now, actor: actorName(ctx.actor) })
  if (!made) return
  await audit(ctx, certificatesEvents.stopped, { facts: { ...stop } })
  if (stop.setBy === 'town') return
  const kinds = stop.kind === null ? 'すべての証明書' : certificateKinds[stop.kind].ja
  await tellContacts(ctx, {
    kind: 'issuing-stop',
    subjectId: stop.stopId,
    subject: '【BCL証明発行】証明書の交付を止めました',
    text: `${stopSetters[stop.setBy]}が、${kinds}の交付を止めました（${stopReasonText(stop.reason)}）。\n\n${howToLift[stop.setBy]}\n`,
  })
}

const howToLift = {
  center: '証明書交付センターが解除するまで、窓口でもコンビニでも交付できません。',
  operator: '証明発行状況の画面で未反映のデータがないことを確かめ、再開してください。',
} as const

/** Lifts a stop of one of these parties. False when there is none. */
export async function liftStop(ctx: Ctx, stopId: string, setBy: readonly StopSetter[]): Promise<boolean> {
  const ended = await store.endStop(ctx.tx, stopId, setBy, { at: ctx.now, actor: actorName(ctx.actor) })
  if (ended) await audit(ctx, certificatesEvents.resumed, { facts: { stopId } })
  return ended
}
