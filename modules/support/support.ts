import type { Brand, PlainDate } from '@open-bcl/core/brand.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { HouseholdId } from '../ledger/households.ts'
import type { EntryId, PersonRef } from '../ledger/ledger.ts'
import type { Assessment } from './rules/assessment.ts'
import type { HouseholdFacts } from './rules/facts.ts'
import type { Programme } from './rules/programme.ts'

export type SupportId = Brand<string, 'SupportId'>
export type DifferenceId = Brand<string, 'DifferenceId'>

/** 支援の申請の状態. Proposal and decision are of two people. Drawn in README.md. */
export const supportStates = [
  { value: 'received', label: '受付（審査待ち）' },
  { value: 'proposed', label: '審査済（決裁待ち）' },
  { value: 'granted', label: '支給決定' },
  { value: 'refused', label: '不支給決定' },
  { value: 'withdrawn', label: '取下げ' },
] as const
export type SupportState = (typeof supportStates)[number]['value']

/** What is done to an application, and from which states; they stand in the UPDATE's own WHERE. */
export const supportTransitions = {
  propose: { from: ['received'] },
  decide: { from: ['proposed'] },
  withdraw: { from: ['received', 'proposed'] },
} as const satisfies Record<string, { readonly from: readonly SupportState[] }>
export type SupportTransition = keyof typeof supportTransitions

export type SupportHead = {
  readonly supportId: SupportId
  readonly disasterId: DisasterId
  readonly householdId: HouseholdId
  readonly programmeCode: string
  readonly subjectRef: PersonRef | null
  readonly applicantRef: PersonRef
  readonly entryId: EntryId
  readonly state: SupportState
  readonly version: number
  readonly proposalNo: number
  readonly appliedOn: PlainDate
  readonly receivedAt: Date
  readonly receivedBy: string
  /** Somebody of it is protected now. */
  readonly suppressed: boolean
}

/** What a proposal stands on, frozen and sealed: read again when it is explained, printed, or compared with later facts. */
export type ProposalWords = {
  readonly facts: HouseholdFacts
  readonly assessment: Assessment
  readonly note: string
}

export const awardKinds = [
  { value: 'grant', label: '支給' },
  { value: 'extra', label: '追加支給' },
  { value: 'claim-back', label: '返還' },
] as const
export type AwardKind = (typeof awardKinds)[number]['value']

export const differenceActs = [
  { value: 'extra', label: '不足分を追加で支給する' },
  { value: 'claim-back', label: '過払い分の返還を求める' },
  { value: 'kept', label: 'そのままとする' },
] as const
export type DifferenceAct = (typeof differenceActs)[number]['value']
export const differenceStates = [
  { value: 'open', label: '判断待ち' },
  ...differenceActs,
  { value: 'gone', label: '差がなくなった' },
] as const
export type DifferenceState = (typeof differenceStates)[number]['value']

/** Whether money of it leaves by transfer. */
export function isPaid(programme: Pick<Programme, 'benefit'>): boolean {
  return programme.benefit === 'payment' || programme.benefit === 'loan'
}

/** Money given per person names whose it is. */
export function isPerPerson(programme: Pick<Programme, 'rule'>): boolean {
  return programme.rule.kind === 'condolence' || programme.rule.kind === 'disability'
}

/** What whoever needs it simply gets, or asks somebody else for: no list of those who have not applied here. */
export function isOnDemand(programme: Pick<Programme, 'rule'>): boolean {
  const { rule } = programme
  return rule.kind === 'guide' || (rule.kind === 'relief-in-kind' && rule.when === null)
}

/** The sum that an application is due by an assessment: of its person where it has one. 0 = nothing; `null` = not known. */
export function dueYen(assessment: Assessment, subjectRef: PersonRef | null): number | null {
  if (assessment.answer === 'unknown') return null
  if (assessment.answer === 'no') return 0
  if (subjectRef === null) return assessment.amountYen
  return assessment.shares.find((share) => share.personRef === subjectRef)?.amountYen ?? 0
}
