import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import { cancelSurveysOf, requestSurvey, surveyResultsFor } from '../surveys/surveys.actions.ts'
import type { SurveyOutcome, SurveyStage } from '../surveys/surveys.ts'
import { risaiProblems as problems } from './risai.messages.ts'
import * as store from './risai.store.ts'
import type { ApplicationId } from './risai.ts'

/** Asks for the survey of an accepted application's dwelling, unless one is under way already. */
export async function askForSurvey(
  ctx: Ctx,
  head: store.ApplicationHead,
  wanted: Exclude<SurveyStage, 'self'>,
  note: string,
): Promise<void> {
  const { applicationId, formNo } = head
  const known = await surveyResultsFor(ctx, applicationId)
  if (known.some(({ state }) => state !== 'done' && state !== 'cancelled')) return
  const form = await store.storedForm(ctx.tx, await ctx.keys(), applicationId, formNo)
  const byPhotos = form.surveyWish === 'self-judgement' && form.consents.selfJudgement
  await requestSurvey(ctx, {
    disasterId: head.disasterId,
    stage: wanted === 'first' && byPhotos ? 'self' : wanted,
    ...{ origin: 'application', originRef: applicationId, entryId: head.entryId },
    people: await store.listPeople(ctx.tx, applicationId, formNo),
    ...{ dwellingId: null, point: null },
    words: {
      address: form.dwellingAddress,
      headName: form.head.name,
      applicantName: form.applicant.name,
      phone: form.applicant.phone,
      note,
    },
    previousTaskId: known.find(({ result }) => result !== null)?.taskId ?? null,
  })
}

/** A finished or withdrawn application needs no survey any more. */
export async function endSurveys(ctx: Ctx, applicationId: ApplicationId, reason: string): Promise<void> {
  await cancelSurveysOf(ctx, applicationId, reason)
}

/**
 * Whether a grade is the one a survey of this application found. Another one is a person's: it needs a reason, which stays
 * with the grading.
 */
export async function isSurveyed(
  ctx: Ctx,
  applicationId: ApplicationId,
  stated: { readonly grade: DamageGrade; readonly note: string; readonly taskId: string | null },
): Promise<boolean> {
  const { grade, note, taskId } = stated
  if (taskId === null) return false
  const found = (await surveyResultsFor(ctx, applicationId)).find((one) => one.taskId === taskId)
  if (!found?.result) throw new Problem(problems.noSurveyResult)
  if (found.result.grade === grade) return true
  if (note !== '') return false
  throw new Problem(problems.otherThanSurvey, [{ pointer: '/note', message: problems.otherThanSurvey.title }])
}

export async function surveysOf(ctx: Ctx, applicationId: ApplicationId): Promise<SurveyOutcome[]> {
  return await surveyResultsFor(ctx, applicationId)
}
