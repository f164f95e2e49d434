import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { requireOtherHand } from '../access/duties.actions.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { Disaster } from '../disasters/disasters.ts'
import { isCertifiable } from '../disasters/grades.ts'
import { decideOn, revoke } from './certifying.actions.ts'
import { askedText, proofsMissing } from './entitlement.ts'
import { acceptedWords, issuableWords, notIssuableWords, rejectedWords } from './notice-words.ts'
import { notify } from './notify.actions.ts'
import * as outcomes from './outcomes.store.ts'
import * as resurveys from './resurveys.store.ts'
import { changed, labelOf, moveOn, tell } from './risai.actions.ts'
import type * as contract from './risai.contract.ts'
import { risaiEvents, risaiProblems as problems } from './risai.messages.ts'
import * as store from './risai.store.ts'
import { askForSurvey, endSurveys, forecastFor, isSurveyed } from './surveying.actions.ts'

type Changed = OutputOf<typeof contract.acceptApplication>

/** 受理. What was not shown is asked for, or the clerk says why it may be missing. */
export async function acceptApplication(
  ctx: Ctx,
  input: InputOf<typeof contract.acceptApplication>,
): Promise<Changed> {
  const { waivedReason } = input
  const keys = await ctx.keys()
  const head = await moveOn(ctx, input, 'accept', 'accepted')
  const form = await store.storedForm(ctx.tx, keys, head.applicationId, head.formNo)
  const missing = proofsMissing(form)
  if (missing.length > 0) {
    if (waivedReason === '') {
      throw new Problem(
        problems.proofsMissing,
        missing.map((asked) => ({ pointer: '/waivedReason', message: askedText(asked) })),
      )
    }
    await store.setProofsWaived(ctx.tx, keys, head.applicationId, waivedReason)
  }
  const proofsMissed = missing.map(({ anyOf }) => anyOf[0]).join(' ')
  await tell(ctx, head, 'risai.accepted', risaiEvents.accepted, proofsMissed === '' ? {} : { proofsMissed })
  await askForSurvey(ctx, head, 'first', '')
  const expected = await forecastFor(ctx, head)
  const surveyBy = expected && formatWareki(expected.byOn, 'full-width')
  await notify(ctx, head, 'acceptance', (about) => acceptedWords(about, surveyBy))
  return changed(head)
}

export async function rejectApplication(
  ctx: Ctx,
  input: InputOf<typeof contract.rejectApplication>,
): Promise<Changed> {
  const head = await moveOn(ctx, input, 'reject', 'rejected')
  await store.setStateReason(ctx.tx, await ctx.keys(), input.applicationId, input.reason)
  await tell(ctx, head, 'risai.rejected', risaiEvents.rejected, {}, input.reason)
  await notify(ctx, head, 'acceptance', rejectedWords, input.reason)
  return changed(head)
}

/** A survey is of a day from the disaster on, and not of tomorrow. */
export function refuseSurveyOutOfRange(ctx: Ctx, disaster: Disaster, surveyedOn: string): void {
  if (surveyedOn >= disaster.occurredOn && surveyedOn <= todayInJapan(ctx.now)) return
  throw new Problem(problems.surveyOutOfRange, [
    { pointer: '/surveyedOn', message: problems.surveyOutOfRange.title },
  ])
}

/** Enters the degree of damage that a survey found. A new one rules over the old, which stays in the record. */
export async function gradeDwelling(
  ctx: Ctx,
  input: InputOf<typeof contract.gradeDwelling>,
): Promise<Changed> {
  const { grade, surveyedOn, method, surveyors, note, taskId } = input
  const head = await moveOn(ctx, input, 'grade', 'graded')
  const disaster = await getDisaster(ctx, head.disasterId)
  refuseSurveyOutOfRange(ctx, disaster, surveyedOn)
  const gradingNo = await outcomes.insertGrading(
    ctx.tx,
    await ctx.keys(),
    head.applicationId,
    {
      ...{ grade, surveyedOn, method, surveyors, note, gradedAt: ctx.now, gradedBy: labelOf(ctx) },
      ...{ resurveyId: null, sameAs: null, taskId },
      adopted: await isSurveyed(ctx, head.applicationId, { grade, note, taskId }),
    },
    actorName(ctx.actor),
  )
  if (taskId === null) await endSurveys(ctx, head.applicationId, '罹災証明の画面で被害の程度を登録')
  const { guidelineCode } = disaster
  const codes = { gradingNo, grade, surveyedOn, method, guidelineCode, taskId }
  await tell(ctx, head, 'risai.graded', risaiEvents.graded, codes, note)
  return changed(head)
}

/** 交付可 makes a certificate that may be issued from now on; 交付不可 says why not. */
export async function decideApplication(
  ctx: Ctx,
  input: InputOf<typeof contract.decideApplication>,
): Promise<OutputOf<typeof contract.decideApplication>> {
  const { outcome, reason } = input
  const head = await moveOn(ctx, input, 'decide', outcome)
  const grading = await outcomes.latestGrading(ctx.tx, head.applicationId)
  if (!grading) throw new Error('a graded application without a grading')
  await requireOtherHand(ctx, 'risai-decision', grading.grader)
  if (outcome === 'issuable' && !isCertifiable(grading.grade)) {
    throw new Problem(problems.noDamageCertificate, [
      { pointer: '/outcome', message: problems.noDamageCertificate.title },
    ])
  }
  const { decisionNo, certificateId } = await decideOn(ctx, head, grading, outcome, reason)
  const codes = { outcome, decisionNo, grade: grading.grade, certificateId }
  await tell(ctx, head, 'risai.decided', risaiEvents.decided, codes, reason)
  const words = outcome === 'issuable' ? issuableWords : notIssuableWords
  const told = outcome === 'issuable' ? null : reason
  await notify(ctx, head, 'decision', (about) => words(about, !head.suppressed), told)
  return { ...changed(head), certificateId }
}

export async function withdrawApplication(
  ctx: Ctx,
  input: InputOf<typeof contract.withdrawApplication>,
): Promise<Changed> {
  const head = await moveOn(ctx, input, 'withdraw', 'withdrawn')
  await store.setStateReason(ctx.tx, await ctx.keys(), input.applicationId, input.reason)
  await endSurveys(ctx, head.applicationId, '申請の取下げ')
  await tell(ctx, head, 'risai.withdrawn', risaiEvents.withdrawn, {}, input.reason)
  return changed(head)
}

/** 失効: the certificate loses its force with every copy that is out, and the dwelling is graded again. */
export async function withdrawCertificate(
  ctx: Ctx,
  input: InputOf<typeof contract.withdrawCertificate>,
): Promise<Changed> {
  const { certificateId, version, reason } = input
  const certificate = await outcomes.findCertificate(ctx.tx, certificateId)
  if (!certificate) throw new Problem(problems.certificateNotFound)
  const { applicationId } = certificate
  if (await resurveys.findOpen(ctx.tx, applicationId)) throw new Problem(problems.resurveyOpen)
  const head = await moveOn(ctx, { applicationId, version }, 'withdrawCertificate', 'accepted')
  if (!(await revoke(ctx, certificate, 'other', reason))) throw new Problem(problems.wrongState)
  const codes = { certificateId, grade: certificate.grade }
  await tell(ctx, head, 'risai.certificate-withdrawn', risaiEvents.certificateWithdrawn, codes, reason)
  return changed(head)
}
