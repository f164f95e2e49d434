import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { correctedForm } from './applications.actions.ts'
import { decideOn, revoke } from './certifying.actions.ts'
import { amendedWords, issuableWords } from './notice-words.ts'
import { notify } from './notify.actions.ts'
import * as outcomes from './outcomes.store.ts'
import type * as contract from './resurveys.contract.ts'
import * as resurveys from './resurveys.store.ts'
import { changed, getHead, labelOf, moveOn, tell } from './risai.actions.ts'
import { risaiEvents, risaiProblems as problems } from './risai.messages.ts'
import * as store from './risai.store.ts'
import type { ApplicationId } from './risai.ts'
import { endSurveys, tellSurveys } from './surveying.actions.ts'

/** 訂正: a certificate with what is right takes the place of the one in force, under the next branch of its number. */
export async function amendCertificate(
  ctx: Ctx,
  input: InputOf<typeof contract.amendCertificate>,
): Promise<OutputOf<typeof contract.amendCertificate>> {
  const { applicationId, reason } = input
  const keys = await ctx.keys()
  const before = await getHead(ctx, applicationId)
  const newFormNo = before.formNo + 1
  const head = await moveOn(ctx, input, 'amend', null, newFormNo)
  const { form, people } = await correctedForm(ctx, before, input.form)
  await store.insertForm(ctx.tx, keys, applicationId, newFormNo, form, people, ctx.now, actorName(ctx.actor))
  await tellSurveys(ctx, applicationId, form, people)
  const certificate = await inForce(ctx, applicationId)
  const [decision] = await outcomes.listDecisions(ctx.tx, keys, applicationId, true)
  if (!certificate || !decision) throw new Error('an issuable application without a certificate in force')
  if (!(await revoke(ctx, certificate, 'corrected', reason))) throw new Problem(problems.wrongState)
  // The grade of the certificate, whatever a 再調査 that is under way has found.
  const { gradingNo } = decision
  const grading = { gradingNo, grade: certificate.grade }
  const { certificateId, decisionNo } = await decideOn(ctx, head, grading, 'issuable', `訂正：${reason}`)
  const codes = { formNo: newFormNo, decisionNo, certificateBefore: certificate.certificateId, certificateId }
  await tell(ctx, head, 'risai.amended', risaiEvents.amended, codes, reason)
  await notify(ctx, head, 'decision', amendedWords)
  return { ...changed(head), certificateId }
}

/** 所有者と借家人: the decision on the dwelling is taken over, with a certificate of its own. */
export async function adoptDecision(
  ctx: Ctx,
  input: InputOf<typeof contract.adoptDecision>,
): Promise<OutputOf<typeof contract.adoptDecision>> {
  const { applicationId, sameAs } = input
  const keys = await ctx.keys()
  const before = await getHead(ctx, applicationId)
  // Which application is of the same dwelling tells where its people live.
  const source = sameAs === applicationId ? null : await store.findHead(ctx.tx, sameAs)
  const certificate = source && (await inForce(ctx, sameAs))
  if (
    !source ||
    !certificate ||
    source.disasterId !== before.disasterId ||
    source.suppressed ||
    before.suppressed
  ) {
    throw new Problem(problems.notSameDwelling, [
      { pointer: '/sameAs', message: problems.notSameDwelling.title },
    ])
  }
  // Held until this is written: a withdrawal of that moment comes before or after, not between.
  await outcomes.holdCertificate(ctx.tx, certificate.certificateId)
  if (await resurveys.findOpen(ctx.tx, applicationId)) throw new Problem(problems.resurveyOpen)
  const own = await inForce(ctx, applicationId)
  if (own?.grade === certificate.grade) throw new Problem(problems.alreadyAdopted)
  const head = await moveOn(ctx, input, 'adopt', 'issuable')
  const [theirs] = await outcomes.listDecisions(ctx.tx, keys, sameAs, false)
  const gradings = await outcomes.listGradings(ctx.tx, keys, sameAs, false)
  const found = gradings.find(({ gradingNo }) => gradingNo === theirs?.gradingNo)
  if (!found) throw new Error('a certificate without its grading')
  const why = `同じ住家の申請 ${source.serialNo} の認定による`
  const gradingNo = await outcomes.insertGrading(
    ctx.tx,
    keys,
    applicationId,
    {
      ...{ grade: certificate.grade, surveyedOn: found.surveyedOn, method: found.method },
      ...{ surveyors: found.surveyors, note: '', gradedAt: ctx.now, gradedBy: labelOf(ctx) },
      ...{ resurveyId: null, sameAs, taskId: found.taskId, adopted: found.adopted },
    },
    actorName(ctx.actor),
  )
  if (own && !(await revoke(ctx, own, 'regraded', why))) throw new Problem(problems.wrongState)
  await endSurveys(ctx, applicationId, why)
  const grading = { gradingNo, grade: certificate.grade }
  const { certificateId, decisionNo } = await decideOn(ctx, head, grading, 'issuable', why)
  const codes = { decisionNo, gradingNo, grade: certificate.grade, certificateId, sameAs }
  await tell(ctx, head, 'risai.adopted', risaiEvents.adopted, codes)
  await notify(ctx, head, 'decision', (about) => issuableWords(about, !head.suppressed))
  return { ...changed(head), certificateId }
}

async function inForce(ctx: Ctx, applicationId: ApplicationId) {
  const certificates = await outcomes.listCertificates(ctx.tx, await ctx.keys(), applicationId, true)
  return certificates.find((one) => one.withdrawnAt === null) ?? null
}
