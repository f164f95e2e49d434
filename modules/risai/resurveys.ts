import { addDays } from '@open-bcl/core/dates.ts'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import type { ApplicationId, CodeOf, ResurveyId, SurveyMethod } from './risai.ts'

/** 何を求めるか: a second survey of what was seen from outside only, or the second survey again. */
export const resurveyWishes = [
  { value: 'second', label: '第2次調査' },
  { value: 'again', label: '再調査' },
] as const

/** 再調査の申請の状態. The certificate stays in force until another grade is decided (`changed`). */
export const resurveyStates = [
  { value: 'received', label: '受付' },
  { value: 'accepted', label: '受理（調査待ち）' },
  { value: 'surveyed', label: '調査済み（決定待ち）' },
  { value: 'kept', label: '被害の程度は変わらず' },
  { value: 'changed', label: '被害の程度を変更' },
  { value: 'rejected', label: '不受理' },
  { value: 'withdrawn', label: '取下げ' },
] as const
export type ResurveyState = CodeOf<typeof resurveyStates>

export const resurveyTransitions = {
  accept: { from: ['received'] },
  reject: { from: ['received'] },
  survey: { from: ['accepted', 'surveyed'] },
  conclude: { from: ['surveyed'] },
  withdraw: { from: ['received', 'accepted', 'surveyed'] },
} as const satisfies Record<string, { readonly from: readonly ResurveyState[] }>
export type ResurveyTransition = keyof typeof resurveyTransitions

export function canDoResurvey(transition: ResurveyTransition, state: ResurveyState): boolean {
  const from: readonly ResurveyState[] = resurveyTransitions[transition].from
  return from.includes(state)
}

/** What the survey found: sealed until it is decided on, then a grading like any other. */
export type ResurveyFindings = {
  readonly grade: DamageGrade
  readonly surveyedOn: PlainDate
  readonly method: SurveyMethod
  readonly surveyors: readonly string[]
  readonly note: string
  readonly taskId: string | null
}

export type Resurvey = {
  readonly resurveyId: ResurveyId
  readonly applicationId: ApplicationId
  readonly resurveyNo: number
  readonly state: ResurveyState
  readonly version: number
  readonly wanted: CodeOf<typeof resurveyWishes>
  readonly appliedOn: PlainDate
  readonly receivedAt: Date
  readonly gradeBefore: DamageGrade
  readonly resultGrade: DamageGrade | null
  readonly surveyedOn: PlainDate | null
  readonly endedAt: Date | null
  /** '' also where it is concealed. */
  readonly reason: string
  readonly lateReason: string | null
  readonly findings: ResurveyFindings | null
  readonly answer: string | null
}

/** The last day on which 再調査 may be asked for; `null` = the town set no term. */
export function resurveyUntil(decidedOn: PlainDate, days: number | null): PlainDate | null {
  return days === null ? null : addDays(decidedOn, days)
}
