import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { withdrawIssues } from '../certificates/certificates.actions.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { requestMail } from '../notices/notices.actions.ts'
import {
  acceptedWords,
  issuableWords,
  notIssuableWords,
  rejectedWords,
  type NoticeAbout,
  type NoticeWords,
} from './notice-words.ts'
import * as outcomes from './outcomes.store.ts'
import { changed, moveOn, tell } from './risai.actions.ts'
import type * as contract from './risai.contract.ts'
import { risaiEvents, risaiProblems as problems } from './risai.messages.ts'
import * as store from './risai.store.ts'
import { isCertifiable, type DamageGrade } from '../disasters/grades.ts'
import { certificateNoOf, type CertificateId, type NoticeKind } from './risai.ts'

type Changed = OutputOf<typeof contract.acceptApplication>

export async function acceptApplication(
  ctx: Ctx,
  input: InputOf<typeof contract.acceptApplication>,
): Promise<Changed> {
  const head = await moveOn(ctx, input, 'accept', 'accepted')
  await tell(ctx, head, 'risai.accepted', risaiEvents.accepted)
  await notify(ctx, head, 'acceptance', acceptedWords)
  return changed(head)
}

export async function rejectApplication(
  ctx: Ctx,
  input: InputOf<typeof contract.rejectApplication>,
): Promise<Changed> {
  const head = await moveOn(ctx, input, 'reject', 'rejected')
  await store.setStateReason(ctx.tx, await ctx.keys(), input.applicationId, input.reason)
  await tell(ctx, head, 'risai.rejected', risaiEvents.rejected, {}, input.reason)
  await notify(ctx, head, 'acceptance', rejectedWords)
  return changed(head)
}

/** Enters the degree of damage that a survey found. A new one rules over the old, which stays in the record. */
export async function gradeDwelling(
  ctx: Ctx,
  input: InputOf<typeof contract.gradeDwelling>,
): Promise<Changed> {
  const { grade, surveyedOn, method, surveyors, note } = input
  const head = await moveOn(ctx, input, 'grade', 'graded')
  const disaster = await getDisaster(ctx, head.disasterId)
  if (surveyedOn < disaster.occurredOn || surveyedOn > todayInJapan(ctx.now)) {
    throw new Problem(problems.surveyOutOfRange, [
      { pointer: '/surveyedOn', message: problems.surveyOutOfRange.title },
    ])
  }
  const gradingNo = await outcomes.insertGrading(
    ctx.tx,
    await ctx.keys(),
    head.applicationId,
    { grade, surveyedOn, method, surveyors, note, gradedAt: ctx.now, gradedBy: labelOf(ctx) },
    actorName(ctx.actor),
  )
  const { guidelineCode } = disaster
  const codes = { gradingNo, grade, surveyedOn, method, guidelineCode }
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
  if (outcome === 'issuable' && !isCertifiable(grading.grade)) {
    throw new Problem(problems.noDamageCertificate, [
      { pointer: '/outcome', message: problems.noDamageCertificate.title },
    ])
  }
  const decisionNo = await outcomes.insertDecision(
    ctx.tx,
    await ctx.keys(),
    head.applicationId,
    { gradingNo: grading.gradingNo, outcome, reason, decidedAt: ctx.now, decidedBy: labelOf(ctx) },
    actorName(ctx.actor),
  )
  const certificateId =
    outcome === 'issuable' ? await makeCertificate(ctx, head, decisionNo, grading.grade) : null
  const codes = { outcome, decisionNo, grade: grading.grade, certificateId }
  await tell(ctx, head, 'risai.decided', risaiEvents.decided, codes, reason)
  const words = outcome === 'issuable' ? issuableWords : notIssuableWords
  await notify(ctx, head, 'decision', (about) => words(about, !head.suppressed))
  return { ...changed(head), certificateId }
}

async function makeCertificate(
  ctx: Ctx,
  head: store.ApplicationHead,
  decisionNo: number,
  grade: DamageGrade,
): Promise<CertificateId> {
  const { applicationId } = head
  const earlier = await outcomes.listCertificates(ctx.tx, await ctx.keys(), applicationId, true)
  const certificateId = uuidv7(ctx.now.getTime()) as CertificateId
  await outcomes.insertCertificate(ctx.tx, {
    certificateId,
    applicationId,
    serialNo: certificateNoOf(head.serialNo, earlier.length + 1),
    grade,
    decisionNo,
    madeAt: ctx.now,
  })
  return certificateId
}

export async function withdrawApplication(
  ctx: Ctx,
  input: InputOf<typeof contract.withdrawApplication>,
): Promise<Changed> {
  const head = await moveOn(ctx, input, 'withdraw', 'withdrawn')
  await store.setStateReason(ctx.tx, await ctx.keys(), input.applicationId, input.reason)
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
  // An issue that is being frozen holds the certificate: this waits for it and then voids its paper too.
  const head = await moveOn(ctx, { applicationId, version }, 'withdrawCertificate', 'accepted')
  const withdrawn = await outcomes.withdrawCertificate(ctx.tx, await ctx.keys(), certificateId, {
    at: ctx.now,
    by: actorName(ctx.actor),
    reason,
  })
  if (!withdrawn) throw new Problem(problems.wrongState)
  await withdrawIssues(ctx, 'risai', certificateId, 'risai-certificate-withdrawn')
  const codes = { certificateId, grade: certificate.grade }
  await tell(ctx, head, 'risai.certificate-withdrawn', risaiEvents.certificateWithdrawn, codes, reason)
  return changed(head)
}

/** Tells the applicant by mail, if an address was given: it alone of a protected person's contacts is used. */
async function notify(
  ctx: Ctx,
  head: store.ApplicationHead,
  kind: NoticeKind,
  words: (about: NoticeAbout) => NoticeWords,
): Promise<void> {
  const form = await store.storedForm(ctx.tx, await ctx.keys(), head.applicationId, head.formNo)
  const to = form.applicant.email
  if (to === '') return
  const { name: townName } = await getMunicipality(ctx)
  const { name: disasterName } = await getDisaster(ctx, head.disasterId)
  const { subject, text } = words({ townName, disasterName, serialNo: head.serialNo })
  await requestMail(ctx, { kind, subjectId: head.applicationId, to, subject, text })
}

function labelOf(ctx: Ctx): string {
  return ctx.actor.kind === 'staff' ? ctx.actor.displayName : actorName(ctx.actor)
}
