import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import { ledgerPlaceOf } from '../disasters/ledger-place.actions.ts'
import {
  cancelSurveysOf,
  correctSurveysOf,
  requestSurvey,
  surveyResultsFor,
} from '../surveys/surveys.actions.ts'
import { listPlans } from '../surveys/plans.actions.ts'
import { areaNameOf, methodOf, type SurveyOutcome, type SurveyStage } from '../surveys/surveys.ts'
import { photosFor } from './attachments.actions.ts'
import { getHead } from './risai.actions.ts'
import { risaiEvents, risaiProblems as problems } from './risai.messages.ts'
import * as store from './risai.store.ts'
import type { ApplicationForm, ApplicationId } from './risai.ts'
import type * as contract from './surveying.contract.ts'

/** Asks for the survey of an accepted application's dwelling, unless one is under way already or the ledger is elsewhere. */
export async function askForSurvey(
  ctx: Ctx,
  head: store.ApplicationHead,
  wanted: Exclude<SurveyStage, 'self'>,
  note: string,
): Promise<void> {
  const { applicationId, formNo } = head
  // Surveyed by whoever keeps the ledger: two teams would come to one house.
  if ((await ledgerPlaceOf(ctx, head.disasterId))?.elsewhere === true) return
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
    words: { ...surveyWords(form), note },
    photos: await photosFor(ctx, applicationId),
    previousTaskId: known.find(({ result }) => result !== null)?.taskId ?? null,
  })
}

/** The form was corrected: whoever goes to the house goes to the right one. */
export async function tellSurveys(
  ctx: Ctx,
  applicationId: ApplicationId,
  form: ApplicationForm,
  people: readonly store.FormPerson[],
): Promise<void> {
  await correctSurveysOf(ctx, applicationId, { words: surveyWords(form), people })
}

function surveyWords(form: ApplicationForm) {
  return {
    address: form.dwellingAddress,
    headName: form.head.name,
    applicantName: form.applicant.name,
    phone: form.applicant.phone,
  }
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

/** 「お住まいの地域は…ごろまで」 from the pace of the plan that has this place; `null` = in no plan, no pace yet, or concealed. */
export async function forecastFor(
  ctx: Ctx,
  head: store.ApplicationHead,
): Promise<{ readonly areaName: string; readonly byOn: PlainDate } | null> {
  if (head.suppressed) return null
  const form = await store.storedForm(ctx.tx, await ctx.keys(), head.applicationId, head.formNo)
  const areaName = areaNameOf(form.dwellingAddress)
  if (areaName === '') return null
  const { plans } = await listPlans(ctx, { disasterId: head.disasterId })
  const own = plans.find(
    (plan) => !plan.closed && plan.areas.some(({ areaNames }) => areaNames.includes(areaName)),
  )
  const byOn = own?.forecast.atPaceOn ?? own?.forecast.asPlannedOn ?? null
  return byOn === null ? null : { areaName, byOn: byOn as PlainDate }
}

/** For the page of an application and of its 認定: what its surveys found, with their reasons. */
export async function viewSurveys(
  ctx: Ctx,
  input: InputOf<typeof contract.getApplicationSurveys>,
): Promise<OutputOf<typeof contract.getApplicationSurveys>> {
  const head = await getHead(ctx, input.applicationId)
  const surveys = await surveyResultsFor(ctx, head.applicationId)
  await audit(ctx, risaiEvents.surveysViewed, {
    purpose: 'view',
    subjects: [{ kind: 'application', id: head.applicationId }],
    facts: { count: surveys.length },
  })
  const waits = head.state === 'received' || head.state === 'accepted'
  return {
    surveys: surveys.map(({ taskId, taskNo, stage, state, teamName, result }) => ({
      ...{ taskId, taskNo, stage, state, teamName: head.suppressed ? null : teamName },
      result: result && {
        grade: result.grade,
        method: methodOf(result.kind),
        percentX100: result.percentX100,
        guidelineCode: result.guidelineCode,
        surveyedOn: result.surveyedOn,
        surveyors: [...result.surveyors],
        reason: head.suppressed ? '' : result.reason,
        decidedBy: result.decidedByLabel,
      },
    })),
    forecast: waits ? await forecastFor(ctx, head) : null,
  }
}
