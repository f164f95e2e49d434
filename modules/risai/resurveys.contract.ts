import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day } from '../disasters/disasters.contract.ts'
import { damageGrades } from '../disasters/grades.ts'
import {
  ApplicationIdField,
  FormFields,
  required,
  StateField,
  text,
  valuesOf,
  Version,
} from './risai.contract.ts'
import { risaiProblems } from './risai.messages.ts'
import { resurveyStates, resurveyWishes } from './resurveys.ts'
import { surveyMethods, type ResurveyId } from './risai.ts'

export const ResurveyIdField = z.uuid() as unknown as z.ZodType<ResurveyId, string>
const Grade = z.enum(valuesOf(damageGrades))
const State = z.enum(valuesOf(resurveyStates))

export const ResurveyView = z.object({
  resurveyId: z.string(),
  applicationId: z.string(),
  resurveyNo: z.number(),
  state: State.meta({ title: '状態' }),
  version: z.number(),
  wanted: z.enum(valuesOf(resurveyWishes)).meta({ title: '求める調査' }),
  appliedOn: z.string().meta({ title: '申請日' }),
  gradeBefore: Grade.meta({ title: '申請のときの被害の程度' }),
  resultGrade: Grade.nullable().meta({ title: '調査の結果' }),
  surveyedOn: z.string().nullable().meta({ title: '調査日' }),
  endedAt: z.string().nullable(),
  reason: z.string().meta({ title: '再調査を求める理由' }),
  lateReason: z.string().nullable().meta({ title: '期限の後に受け付けた理由' }),
  findings: z
    .object({
      method: z.enum(valuesOf(surveyMethods)),
      surveyors: z.array(z.string()),
      note: z.string(),
      taskId: z.string().nullable(),
    })
    .nullable(),
  answer: z.string().nullable().meta({ title: '回答・理由' }),
})

const Changed = z.object({
  resurveyId: z.string(),
  applicationId: z.string(),
  state: State,
  version: z.number(),
})
const Seen = { resurveyId: ResurveyIdField, version: Version }
const common = [risaiProblems.resurveyNotFound, risaiProblems.resurveyWrongState] as const

/** 再調査 of a decided application. The certificate stays in force. */
export const receiveResurvey = endpoint({
  name: 'receiveResurvey',
  method: 'POST',
  path: '/api/risai/applications/:applicationId/resurveys',
  title: '再調査の申請の受付',
  permission: 'risai.apply',
  input: z.object({
    applicationId: ApplicationIdField,
    /** Of the application. */
    version: Version,
    wanted: z.enum(valuesOf(resurveyWishes)).meta({ title: '求める調査' }),
    appliedOn: Day.meta({ title: '申請日' }),
    reason: required('再調査を求める理由', 1000),
    lateReason: text('期限の後に受け付ける理由', 500).default(''),
  }),
  output: Changed,
  problems: [
    risaiProblems.notFound,
    risaiProblems.wrongState,
    risaiProblems.resurveyOpen,
    risaiProblems.appliedInFuture,
    risaiProblems.resurveyLate,
  ],
})

/** Those of one application, newest first, and until when another may be asked for. */
export const listResurveys = endpoint({
  name: 'listResurveys',
  method: 'GET',
  path: '/api/risai/applications/:applicationId/resurveys',
  title: '再調査の申請の一覧',
  permission: 'risai.view',
  input: z.object({ applicationId: ApplicationIdField }),
  output: z.object({
    resurveys: z.array(ResurveyView),
    /** `null` = the town set no term, or nothing is decided. */
    untilOn: z.string().nullable(),
  }),
  problems: [risaiProblems.notFound],
})

/** Asks for the survey at once. */
export const acceptResurvey = endpoint({
  name: 'acceptResurvey',
  method: 'POST',
  path: '/api/risai/resurveys/:resurveyId/accept',
  title: '再調査の申請の受理',
  permission: 'risai.apply',
  input: z.object(Seen),
  output: Changed,
  problems: common,
})

/** What the survey found; it decides nothing yet. */
export const enterResurvey = endpoint({
  name: 'enterResurvey',
  method: 'POST',
  path: '/api/risai/resurveys/:resurveyId/result',
  title: '再調査の結果の登録',
  permission: 'risai.grade',
  input: z.object({
    ...Seen,
    grade: Grade.meta({ title: '被害の程度' }),
    surveyedOn: Day.meta({ title: '調査日' }),
    method: z.enum(valuesOf(surveyMethods)).meta({ title: '調査の方法' }),
    surveyors: z
      .array(required('調査員', 60))
      .min(1, '調査員を入力してください')
      .max(10)
      .meta({ title: '調査員' }),
    note: text('備考', 500),
    taskId: z.uuid().nullable().default(null),
  }),
  output: Changed,
  problems: [
    ...common,
    risaiProblems.surveyOutOfRange,
    risaiProblems.otherThanSurvey,
    risaiProblems.noSurveyResult,
  ],
})

/**
 * The same grade: the certificate stays. Another: the old certificate loses its force and the new one may be issued, in one
 * act; 無被害 leaves none.
 */
export const concludeResurvey = endpoint({
  name: 'concludeResurvey',
  method: 'POST',
  path: '/api/risai/resurveys/:resurveyId/conclude',
  title: '再調査の結果の決定',
  permission: 'risai.decide',
  input: z.object({ ...Seen, answer: text('申請者への説明', 500).default('') }),
  output: Changed.extend({ certificateId: z.string().nullable() }),
  problems: [...common, risaiProblems.wrongState],
})

export const rejectResurvey = endpoint({
  name: 'rejectResurvey',
  method: 'POST',
  path: '/api/risai/resurveys/:resurveyId/reject',
  title: '再調査の申請の不受理',
  permission: 'risai.apply',
  input: z.object({ ...Seen, reason: required('不受理の理由', 500) }),
  output: Changed,
  problems: common,
})

export const withdrawResurvey = endpoint({
  name: 'withdrawResurvey',
  method: 'POST',
  path: '/api/risai/resurveys/:resurveyId/withdraw',
  title: '再調査の申請の取下げ',
  permission: 'risai.apply',
  input: z.object({ ...Seen, reason: required('取下げの理由', 500) }),
  output: Changed,
  problems: common,
})

const AfterDecision = z.object({
  applicationId: z.string(),
  state: StateField,
  version: z.number(),
  certificateId: z.string().nullable(),
})

/** 訂正: what the certificate says is put right, its grade unchanged; the old one loses its force in the same act. */
export const amendCertificate = endpoint({
  name: 'amendCertificate',
  method: 'POST',
  path: '/api/risai/applications/:applicationId/amend',
  title: '罹災証明書の記載の訂正',
  permission: 'risai.decide',
  input: z.object({
    applicationId: ApplicationIdField,
    version: Version,
    reason: required('訂正の理由', 500),
    form: FormFields,
  }),
  output: AfterDecision,
  problems: [
    risaiProblems.notFound,
    risaiProblems.wrongState,
    risaiProblems.concealed,
    risaiProblems.consentMissing,
    risaiProblems.incomplete,
    risaiProblems.memberNotInLedger,
  ],
})

/** The decision on the same dwelling, for its owner or its tenant: a certificate with a number of its own. */
export const adoptDecision = endpoint({
  name: 'adoptDecision',
  method: 'POST',
  path: '/api/risai/applications/:applicationId/adopt',
  title: '同じ住家の決定による交付の決定',
  permission: 'risai.decide',
  input: z.object({
    applicationId: ApplicationIdField,
    version: Version,
    /** The application of the same dwelling that was decided. */
    sameAs: ApplicationIdField,
  }),
  output: AfterDecision,
  problems: [
    risaiProblems.notFound,
    risaiProblems.wrongState,
    risaiProblems.notSameDwelling,
    risaiProblems.alreadyAdopted,
    risaiProblems.resurveyOpen,
  ],
})
