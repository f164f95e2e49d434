import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import type { listApplications } from '../listing.contract.ts'
import type { draftApplication, getApplication, receiveApplication } from '../risai.contract.ts'
import { damageGrades, type DamageGrade } from '../../disasters/grades.ts'
import {
  applicationStates,
  canDo,
  type ApplicantRelation,
  type ApplicationForm,
  type ApplicationState,
  type Channel,
  type Transition,
} from '../risai.ts'

export type Application = OutputOf<typeof getApplication>
export type ApplicationRow = OutputOf<typeof listApplications>['applications'][number]
export type FormView = OutputOf<typeof draftApplication>['form']
type FormInput = RawInputOf<typeof receiveApplication>['form']

/** 損害割合 of each grade (災害の被害認定基準; 災害に係る住家の被害認定基準運用指針). The lower bound belongs to the grade. */
export const lossRatios: Readonly<Record<DamageGrade, string>> = {
  G1: '損害割合 50％以上',
  G2: '損害割合 40％以上50％未満',
  G3: '損害割合 30％以上40％未満',
  G4: '損害割合 20％以上30％未満',
  G5: '損害割合 10％以上20％未満',
  G6: '損害割合 10％未満',
  G0: '被害なし。罹災証明書は交付できません',
}

export const stateTones: Readonly<
  Record<ApplicationState, 'neutral' | 'information' | 'success' | 'warning' | 'error'>
> = {
  received: 'warning',
  accepted: 'information',
  rejected: 'neutral',
  graded: 'information',
  issuable: 'success',
  'not-issuable': 'error',
  withdrawn: 'neutral',
  joined: 'neutral',
}

export const steps = ['受付', '受理', '被害の認定', '交付の決定', '交付'] as const

/** Which step is to be done next, from 0; `null` where the procedure has ended without a certificate. */
export function currentStep(state: ApplicationState): number | null {
  switch (state) {
    case 'received':
      return 1
    case 'accepted':
      return 2
    case 'graded':
      return 3
    case 'issuable':
      return 4
    case 'rejected':
    case 'not-issuable':
    case 'withdrawn':
    case 'joined':
      return null
  }
}

/** 次にすること, for somebody who has opened the page without knowing the procedure by heart. */
export const nextWords: Readonly<Record<ApplicationState, string>> = {
  received: '申請の内容を確かめ、受理するか、不受理にするかを決めてください。',
  accepted: '住家の被害認定調査を行い、被害の程度を登録してください。',
  rejected: '不受理としました。この申請の手続は終わっています。',
  graded: '登録した被害の程度を確かめ、交付の可否を決定してください。',
  issuable: '罹災証明書を交付できます。コンビニのキオスク端末でも取得できます。',
  'not-issuable':
    '交付不可と決定しました。再調査の申請があれば受け付けてください。誤りであれば、被害の程度を登録し直してください。',
  withdrawn: '申請は取り下げられました。この申請の手続は終わっています。',
  joined: '同じ申請に併合しました。手続は併合先の申請で進めます。',
}

/** Checked before sending: a colleague may have moved the application on while the form was open. */
export function refusedState(transition: Transition, state: ApplicationState): readonly FieldError[] {
  if (canDo(transition, state)) return []
  return [
    {
      pointer: '/state',
      message: `申請は「${labelOf(applicationStates, state)}」になったため、この操作はできません。申請の画面で確かめてください`,
    },
  ]
}

/** The form as it is typed: choices not yet made and an empty number are `null`. */
export type FormDraft = Omit<
  ApplicationForm,
  'applicant' | 'surveyWish' | 'copies' | 'noticeBy' | 'receiveBy'
> & {
  readonly applicant: Omit<ApplicationForm['applicant'], 'relationToHead'> & {
    readonly relationToHead: ApplicantRelation | null
  }
  readonly surveyWish: ApplicationForm['surveyWish'] | null
  readonly noticeBy: ApplicationForm['noticeBy'] | null
  readonly receiveBy: ApplicationForm['receiveBy'] | null
  readonly copies: number | null
}

/** What the form page holds, shaped as the contract's input so that the server's pointers find their fields. */
export type ApplicationValues = {
  readonly appliedOn: PlainDate | null
  /** The version that was loaded; 0 = not received yet. */
  readonly version: number
  readonly form: FormDraft
}

/** 受付: also how it came, and why it is taken late. */
export type ReceivingValues = ApplicationValues & {
  readonly channel: Channel | null
  readonly reference: string
  readonly lateReason: string
}

/** 訂正: also why. */
export type AmendingValues = ApplicationValues & { readonly reason: string }

/** The contract gives days and numbers as plain text; they were checked by the server. */
export function formDraftOf(view: FormView): FormDraft {
  return view as unknown as FormDraft
}

/** The contract's form; the page asks for the choices before it sends, and the server refuses what is still missing. */
export function formInputOf(draft: FormDraft): FormInput {
  return {
    ...draft,
    applicant: { ...draft.applicant, relationToHead: draft.applicant.relationToHead ?? 'other' },
    members: draft.members.map((member) => ({ ...member })),
    causeHazards: [...draft.causeHazards],
    damagedParts: [...draft.damagedParts],
    damagedEquipment: [...draft.damagedEquipment],
    proofs: [...draft.proofs],
    surveyWish: draft.surveyWish ?? 'site',
    noticeBy: draft.noticeBy ?? 'email',
    receiveBy: draft.receiveBy ?? 'counter',
    copies: draft.copies ?? 1,
  }
}

export const emptyMember: FormDraft['members'][number] = {
  residentNo: null as ResidentNo | null,
  name: '',
  kana: '',
  relation: '',
  birthOn: null,
}

/** Names as typed in one line, 「山田太郎、佐藤花子」, in the order typed. */
export function readNames(text: string): string[] {
  return text
    .split(/[、,，\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

const outcomeLabels: Readonly<Record<string, string>> = { issuable: '交付可', 'not-issuable': '交付不可' }

/** What the codes of a fact of this module say, for the timeline of a victim: number, grade and outcome. */
export function factText(codes: Readonly<Record<string, string | number | boolean | null>>): string {
  const grade = damageGrades.find((one) => one.value === codes['grade'])?.label
  const outcome = outcomeLabels[String(codes['outcome'])]
  return [codes['serialNo'], grade, outcome].filter((part) => part !== undefined && part !== null).join('　')
}
