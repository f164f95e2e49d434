import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { withdrawIssues } from '../certificates/certificates.actions.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import * as outcomes from './outcomes.store.ts'
import { labelOf, tell } from './risai.actions.ts'
import { risaiEvents } from './risai.messages.ts'
import type { ApplicationHead } from './risai.store.ts'
import {
  certificateNoOf,
  type CertificateId,
  type Decision,
  type RisaiCertificate,
  type WithdrawnCause,
} from './risai.ts'

/** Appends a decision on a grading; 交付可 makes the certificate that may be issued from now on. */
export async function decideOn(
  ctx: Ctx,
  head: ApplicationHead,
  grading: { readonly gradingNo: number; readonly grade: DamageGrade },
  outcome: Decision['outcome'],
  reason: string,
): Promise<{ readonly decisionNo: number; readonly certificateId: CertificateId | null }> {
  const keys = await ctx.keys()
  const { applicationId } = head
  const decisionNo = await outcomes.insertDecision(
    ctx.tx,
    keys,
    applicationId,
    { gradingNo: grading.gradingNo, outcome, reason, decidedAt: ctx.now, decidedBy: labelOf(ctx) },
    actorName(ctx.actor),
  )
  const [last, ...before] = await outcomes.listCertificates(ctx.tx, keys, applicationId, true)
  let certificateId: CertificateId | null = null
  if (outcome === 'issuable') {
    certificateId = uuidv7(ctx.now.getTime()) as CertificateId
    await outcomes.insertCertificate(ctx.tx, {
      certificateId,
      applicationId,
      serialNo: certificateNoOf(head.serialNo, last ? before.length + 2 : 1),
      grade: grading.grade,
      decisionNo,
      madeAt: ctx.now,
    })
  }
  if (last && last.grade !== grading.grade) await tellChange(ctx, head, last, grading.grade, certificateId)
  return { decisionNo, certificateId }
}

/** 失効 of a certificate with every copy that is out. False when somebody was first. */
export async function revoke(
  ctx: Ctx,
  certificate: RisaiCertificate,
  cause: WithdrawnCause,
  reason: string,
): Promise<boolean> {
  const { certificateId } = certificate
  // An issue that is being frozen holds the certificate: this waits for it and then voids its paper too.
  const withdrawn = await outcomes.withdrawCertificate(ctx.tx, await ctx.keys(), certificateId, {
    at: ctx.now,
    by: actorName(ctx.actor),
    cause,
    reason,
  })
  if (withdrawn) await withdrawIssues(ctx, 'risai', certificateId, `risai-certificate-${cause}`)
  return withdrawn
}

/** What was granted on the old grade has to be looked at again: support reads it from the ledger. */
async function tellChange(
  ctx: Ctx,
  head: ApplicationHead,
  before: RisaiCertificate,
  grade: DamageGrade,
  certificateId: CertificateId | null,
): Promise<void> {
  await tell(ctx, head, 'risai.grade-changed', risaiEvents.gradeChanged, {
    gradeBefore: before.grade,
    grade,
    certificateBefore: before.certificateId,
    certificateId,
  })
}
