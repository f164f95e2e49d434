import type { Brand } from '@open-bcl/core/brand.ts'
import type { CodeOf } from './risai.ts'

export type ReportId = Brand<string, 'ReportId'>

/** 届出の状態. Accepted it has its number, and a 被災証明書 may be issued of it. */
export const reportStates = [
  { value: 'received', label: '受付' },
  { value: 'accepted', label: '受理' },
  { value: 'withdrawn', label: '取下げ' },
] as const
export type ReportState = CodeOf<typeof reportStates>

/** Whether an act is offered in a state (buttons); the store decides for real. */
export function canAccept(state: ReportState): boolean {
  return state === 'received'
}
export function canWithdraw(state: ReportState): boolean {
  return state !== 'withdrawn'
}

/** 被災した物件: what 被災証明書 is about. The dwelling itself has its own paper. */
export const damagedObjects = [
  { value: 'non-dwelling', label: '非住家' },
  { value: 'household-goods', label: '家財' },
  { value: 'vehicle', label: '車両' },
  { value: 'other', label: 'その他' },
] as const
export type DamagedObject = CodeOf<typeof damagedObjects>

/** 届出書の記載. Wholly sealed. */
export type ReportForm = {
  readonly applicant: {
    readonly name: string
    readonly kana: string
    readonly address: string
    readonly phone: string
  }
  readonly causeText: string
  readonly objects: readonly DamagedObject[]
  /** 被災場所: where the things were. */
  readonly place: string
  readonly damageText: string
}

/** A form without anything that tells where the person is, or how to reach them. */
export function concealReport(form: ReportForm): ReportForm {
  return {
    ...form,
    applicant: { ...form.applicant, address: '', phone: '' },
    place: '',
    // Free words may say anything.
    damageText: '',
  }
}

/** 整理番号 of the `n`th accepted report of a disaster: never that of an application. */
export function reportNoOf(disasterCode: string, n: number): string {
  return `${disasterCode}-H${String(n).padStart(5, '0')}`
}
