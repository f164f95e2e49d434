import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { AuditEvent } from '../access/access.messages.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { isCertifiable } from '../disasters/grades.ts'
import { decideOn, revoke } from './certifying.actions.ts'
import { refuseSurveyOutOfRange } from './decisions.actions.ts'
import {
  resurveyAcceptedWords,
  resurveyChangedWords,
  resurveyKeptWords,
  resurveyRejectedWords,
} from './notice-words.ts'
import { notify } from './notify.actions.ts'
import * as outcomes from './outcomes.store.ts'
import type * as contract from './resurveys.contract.ts'
import * as store from './resurveys.store.ts'
import {
  resurveyStates,
  resurveyTransitions,
  resurveyUntil,
  type Resurvey,
  type ResurveyState,
  type ResurveyTransition,
} from './resurveys.ts'
import { getHead, labelOf, moveOn, tell } from './risai.actions.ts'
import { risaiEvents, risaiProblems as problems, type RisaiFactKind } from './risai.messages.ts'
import type { ApplicationHead } from './risai.store.ts'
import type { ApplicationId, ResurveyId } from './risai.ts'
import { askForSurvey, endSurveys, isSurveyed } from './surveying.actions.ts'
import { termsOf } from './terms.actions.ts'

type Changed = OutputOf<typeof contract.acceptResurvey>

/** 再調査の申請. The certificate stays in force, and what was handed out stays good, until another grade is decided. */
export async function receiveResurvey(
  ctx: Ctx,
  input: InputOf<typeof contract.receiveResurvey>,
): Promise<Changed> {
  const { applicationId, wanted, appliedOn, reason, lateReason } = input
  if (appliedOn > todayInJapan(ctx.now)) {
    throw new Problem(problems.appliedInFuture, [
      { pointer: '/appliedOn', message: problems.appliedInFuture.title },
    ])
  }
  const before = await getHead(ctx, applicationId)
  const untilOn = await untilOf(ctx, before)
  const isLate = untilOn !== null && appliedOn > untilOn
  if (isLate && lateReason === '') {
    throw new Problem(problems.resurveyLate, [
      { pointer: '/lateReason', message: problems.resurveyLate.title },
    ])
  }
  const head = await moveOn(ctx, input, 'resurvey', null)
  const grading = await outcomes.latestGrading(ctx.tx, applicationId)
  if (!grading) throw new Error('a decided application without a grading')
  const resurveyId = uuidv7(ctx.now.getTime()) as ResurveyId
  const received = await store.insertResurvey(
    ctx.tx,
    await ctx.keys(),
    {
      ...{ resurveyId, applicationId, wanted, appliedOn, reason, receivedAt: ctx.now },
      gradeBefore: grading.grade,
      lateReason: isLate ? lateReason : null,
    },
    actorName(ctx.actor),
  )
  if (!received) throw new Problem(problems.resurveyOpen)
  const codes = { wanted, appliedOn, late: isLate }
  await tellOf(ctx, head, resurveyId, 'risai.resurvey-received', risaiEvents.resurveyReceived, codes, reason)
  return { resurveyId, applicationId, state: 'received', version: 1 }
}

async function untilOf(ctx: Ctx, head: ApplicationHead): Promise<PlainDate | null> {
  const { resurveyDays } = await termsOf(ctx, await getDisaster(ctx, head.disasterId))
  const [decision] = await outcomes.listDecisions(ctx.tx, await ctx.keys(), head.applicationId, true)
  return decision ? resurveyUntil(todayInJapan(decision.decidedAt), resurveyDays) : null
}

export async function listResurveys(
  ctx: Ctx,
  input: InputOf<typeof contract.listResurveys>,
): Promise<OutputOf<typeof contract.listResurveys>> {
  const head = await getHead(ctx, input.applicationId)
  const keys = await ctx.keys()
  const found = await store.listResurveys(ctx.tx, keys, head.applicationId, head.suppressed)
  await audit(ctx, risaiEvents.resurveysViewed, {
    purpose: 'view',
    subjects: [{ kind: 'application', id: head.applicationId }],
    facts: { count: found.length },
  })
  return {
    resurveys: found.map(({ receivedAt: _, endedAt, findings, ...one }) => ({
      ...one,
      endedAt: endedAt?.toISOString() ?? null,
      findings: findings && {
        method: findings.method,
        surveyors: [...findings.surveyors],
        note: findings.note,
        taskId: findings.taskId,
      },
    })),
    untilOn: await untilOf(ctx, head),
  }
}

/** 受理: the survey is asked for at once. */
export async function acceptResurvey(
  ctx: Ctx,
  input: InputOf<typeof contract.acceptResurvey>,
): Promise<Changed> {
  const { resurvey, head, changed } = await go(ctx, input, 'accept', 'accepted')
  await askForSurvey(ctx, head, resurvey.wanted, resurvey.reason)
  await tellOf(ctx, head, input.resurveyId, 'risai.resurvey-accepted', risaiEvents.resurveyAccepted)
  await notify(ctx, head, 'resurvey', resurveyAcceptedWords)
  return changed
}

export async function rejectResurvey(
  ctx: Ctx,
  input: InputOf<typeof contract.rejectResurvey>,
): Promise<Changed> {
  const { reason } = input
  const { head, changed } = await go(ctx, input, 'reject', 'rejected', { answer: reason, endedAt: ctx.now })
  await tellOf(
    ctx,
    head,
    input.resurveyId,
    'risai.resurvey-rejected',
    risaiEvents.resurveyRejected,
    {},
    reason,
  )
  await notify(ctx, head, 'resurvey', resurveyRejectedWords, reason)
  return changed
}

export async function withdrawResurvey(
  ctx: Ctx,
  input: InputOf<typeof contract.withdrawResurvey>,
): Promise<Changed> {
  const { reason, resurveyId } = input
  const ended = { answer: reason, endedAt: ctx.now }
  const { head, changed } = await go(ctx, input, 'withdraw', 'withdrawn', ended)
  await endSurveys(ctx, head.applicationId, '再調査の申請の取下げ')
  await tellOf(ctx, head, resurveyId, 'risai.resurvey-withdrawn', risaiEvents.resurveyWithdrawn, {}, reason)
  return changed
}

/** What the survey found is entered by one person and decided on by another act. */
export async function enterResurvey(
  ctx: Ctx,
  input: InputOf<typeof contract.enterResurvey>,
): Promise<Changed> {
  const { grade, surveyedOn, method, surveyors, note, taskId } = input
  const findings = { grade, surveyedOn, method, surveyors, note, taskId }
  const { head, changed } = await go(ctx, input, 'survey', 'surveyed', { findings })
  refuseSurveyOutOfRange(ctx, await getDisaster(ctx, head.disasterId), surveyedOn)
  await isSurveyed(ctx, head.applicationId, findings)
  if (taskId === null) await endSurveys(ctx, head.applicationId, '罹災証明の画面で再調査の結果を登録')
  const codes = { grade, surveyedOn, method, taskId }
  await tellOf(
    ctx,
    head,
    input.resurveyId,
    'risai.resurvey-surveyed',
    risaiEvents.resurveySurveyed,
    codes,
    note,
  )
  return changed
}

/**
 * The chain of grades goes on. The same grade: the certificate stays. Another: the old certificate loses its force and the
 * new one may be issued from the same moment, so that nobody stands without a paper.
 */
export async function concludeResurvey(
  ctx: Ctx,
  input: InputOf<typeof contract.concludeResurvey>,
): Promise<OutputOf<typeof contract.concludeResurvey>> {
  const { resurveyId, answer } = input
  const keys = await ctx.keys()
  const known = await get(ctx, resurveyId)
  const before = await getHead(ctx, known.applicationId)
  const certificates = await outcomes.listCertificates(ctx.tx, keys, known.applicationId, true)
  const inForce = certificates.find((one) => one.withdrawnAt === null)
  const grading = await outcomes.latestGrading(ctx.tx, known.applicationId)
  const { findings } = known
  const gradeBefore = inForce?.grade ?? grading?.grade ?? known.gradeBefore
  const isSame = findings?.grade === gradeBefore
  const ended = { answer, endedAt: ctx.now }
  const { resurvey, changed } = await go(ctx, input, 'conclude', isSame ? 'kept' : 'changed', ended)
  if (!findings) throw new Error('a surveyed 再調査 without its findings')
  const { grade, surveyedOn, method, surveyors, note, taskId } = findings
  const outcome = isCertifiable(grade) ? 'issuable' : 'not-issuable'
  const seen = { applicationId: before.applicationId, version: before.version }
  const head = await moveOn(ctx, seen, 'resurvey', isSame ? null : outcome)
  const gradingNo = await outcomes.insertGrading(
    ctx.tx,
    keys,
    head.applicationId,
    {
      ...{ grade, surveyedOn, method, surveyors, note, gradedAt: ctx.now, gradedBy: labelOf(ctx) },
      ...{ resurveyId, sameAs: null, taskId, adopted: await isSurveyed(ctx, head.applicationId, findings) },
    },
    actorName(ctx.actor),
  )
  const codes = { resurveyNo: resurvey.resurveyNo, gradeBefore, grade }
  if (isSame) {
    await tellOf(ctx, head, resurveyId, 'risai.resurvey-kept', risaiEvents.resurveyKept, codes, answer)
    await notify(ctx, head, 'resurvey', resurveyKeptWords, answer === '' ? null : answer)
    return { ...changed, certificateId: inForce?.certificateId ?? null }
  }
  const why = `再調査（第${resurvey.resurveyNo}回）により被害の程度を変更`
  if (inForce && !(await revoke(ctx, inForce, 'regraded', why))) throw new Problem(problems.wrongState)
  const { certificateId } = await decideOn(ctx, head, { gradingNo, grade }, outcome, why)
  await tellOf(ctx, head, resurveyId, 'risai.resurvey-changed', risaiEvents.resurveyChanged, codes, answer)
  const atKiosks = !head.suppressed && certificateId !== null
  const told = answer === '' ? null : answer
  await notify(ctx, head, 'resurvey', (about) => resurveyChangedWords(about, atKiosks), told)
  return { ...changed, certificateId }
}

async function get(ctx: Ctx, resurveyId: ResurveyId): Promise<Resurvey> {
  const resurvey = await store.findResurvey(ctx.tx, await ctx.keys(), resurveyId)
  if (!resurvey) throw new Problem(problems.resurveyNotFound)
  return resurvey
}

/** Moves a 再調査 on; of two at once one wins, and the other learns what the state is now. */
async function go(
  ctx: Ctx,
  seen: { readonly resurveyId: ResurveyId; readonly version: number },
  transition: ResurveyTransition,
  to: ResurveyState,
  change: Parameters<typeof store.moveResurvey>[5] = {},
): Promise<{ readonly resurvey: Resurvey; readonly head: ApplicationHead; readonly changed: Changed }> {
  const { resurveyId, version } = seen
  const { from } = resurveyTransitions[transition]
  const moved = await store.moveResurvey(ctx.tx, await ctx.keys(), seen, from, to, change)
  const resurvey = await get(ctx, resurveyId)
  const { state } = resurvey
  if (!moved) {
    const label = resurveyStates.find((one) => one.value === state)?.label ?? state
    throw new Problem(
      resurvey.version === version ? problems.resurveyWrongState : platformProblems.changedByOther,
      [{ pointer: '/state', message: `現在の状態：${label}` }],
    )
  }
  const applicationId: ApplicationId = resurvey.applicationId
  return {
    resurvey,
    head: await getHead(ctx, applicationId),
    changed: { resurveyId, applicationId, state, version: resurvey.version },
  }
}

async function tellOf(
  ctx: Ctx,
  head: ApplicationHead,
  resurveyId: ResurveyId,
  kind: RisaiFactKind,
  event: AuditEvent,
  codes: Readonly<Record<string, string | number | boolean | null>> = {},
  words: string | null = null,
): Promise<void> {
  await tell(ctx, head, kind, event, { resurveyId, ...codes }, words)
}
