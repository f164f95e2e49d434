import type { Brand, PlainDate } from '@open-bcl/core/brand.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import type { SupportId } from '../support/support.ts'
import { accountFaults, sameHolder, toZenginKana, type BankAccount } from './zengin.ts'

export type PaymentRunId = Brand<string, 'PaymentRunId'>
export type AwardId = Brand<string, 'AwardId'>

/** When something was written, and by whom. */
export type Told = { readonly at: Date; readonly by: string; readonly label: string }

/** 振込先口座 as the applicant told it; folded to the file's letters when it is saved. */
export type PayeeAccount = BankAccount & { readonly holder: string }

export const runStates = [
  { value: 'proposed', label: '作成済（承認待ち）' },
  { value: 'approved', label: '承認済（振込データ出力）' },
  { value: 'settled', label: '振込結果を登録済' },
  { value: 'cancelled', label: '取消' },
] as const
export type RunState = (typeof runStates)[number]['value']

export const itemStates = [
  { value: 'planned', label: '承認待ち' },
  { value: 'sent', label: '振込依頼中' },
  { value: 'paid', label: '支払済' },
  { value: 'returned', label: '振込不能' },
  { value: 'dropped', label: '取消' },
] as const
export type ItemState = (typeof itemStates)[number]['value']

export const returnCodes = [
  { value: 'no-account', label: '該当する口座なし' },
  { value: 'other-name', label: '口座名義の相違' },
  { value: 'closed', label: '口座の解約' },
  { value: 'other', label: 'その他' },
] as const
export type ReturnCode = (typeof returnCodes)[number]['value']

/** Warnings that a person may find right after looking into them. */
export const warnings = [
  { value: 'shared-account', label: '同じ制度で、別の世帯の申請と同じ口座です' },
  { value: 'other-holder', label: '口座名義が申請者のフリガナと違います（フリガナの登録がないときを含む）' },
] as const
export type Warning = (typeof warnings)[number]['value']

export const blocks = [
  { value: 'account-missing', label: '口座が登録されていません' },
  { value: 'account-wrong', label: '口座の記載が振込データに使えません' },
  { value: 'returned', label: '前回の振込が不能でした。口座を直してください' },
  {
    value: 'over-awarded',
    label:
      '決定の後に事実が変わり、決定額が今の判定より多くなっています。先に「支給額の過不足」で扱いを決めてください',
  },
  ...warnings,
] as const
export type Block = (typeof blocks)[number]['value']

/** What is to be paid: an award that no living item pays, with what is claimed back of the same application taken off. */
export type Due = {
  readonly awardId: AwardId
  readonly supportId: SupportId
  readonly householdId: string
  readonly programmeCode: string
  readonly applicantRef: PersonRef
  readonly amountYen: number
  readonly kind: 'grant' | 'extra'
  /** `null` = none told. */
  readonly account: { readonly version: number; readonly value: PayeeAccount } | null
  readonly cleared: readonly Warning[]
  /** Version of the account of a transfer that came back. */
  readonly returnedVersion: number | null
}

/** Another application's account of the same programme. */
export type KnownAccount = {
  readonly supportId: SupportId
  readonly householdId: string
  readonly programmeCode: string
  readonly key: string
}

/**
 * Takes what is claimed back of an application off what it is still to be paid: nobody is paid a sum to be asked for it back.
 * What is taken off whole is not due.
 */
export function offset<T extends Pick<Due, 'supportId' | 'amountYen'>>(
  due: readonly T[],
  claimed: ReadonlyMap<SupportId, { readonly openYen: number }>,
): T[] {
  const open = new Map([...claimed].map(([supportId, { openYen }]) => [supportId, openYen]))
  return due.flatMap((one) => {
    const taken = Math.min(open.get(one.supportId) ?? 0, one.amountYen)
    open.set(one.supportId, (open.get(one.supportId) ?? 0) - taken)
    return taken === one.amountYen ? [] : [{ ...one, amountYen: one.amountYen - taken }]
  })
}

/** One account, whatever its names are spelt like. */
export function accountKey(account: BankAccount): string {
  return [account.bankCode, account.branchCode, account.accountType, account.accountNo].join('|')
}

/** Why an award is not paid in a run now; [] = it is. */
export function blocksOf(due: Due, kana: string, known: readonly KnownAccount[]): Block[] {
  const { account } = due
  if (account === null) return ['account-missing']
  const found: Block[] = []
  if (accountFaults(account.value).length > 0) found.push('account-wrong')
  if (due.returnedVersion !== null && due.returnedVersion >= account.version) found.push('returned')
  const name = toZenginKana(kana)
  if (name === null || !sameHolder(name, toZenginKana(account.value.holder) ?? '')) found.push('other-holder')
  const key = accountKey(account.value)
  const shared = known.some(
    (one) =>
      one.key === key &&
      one.programmeCode === due.programmeCode &&
      one.supportId !== due.supportId &&
      one.householdId !== due.householdId,
  )
  if (shared) found.push('shared-account')
  return found.filter((block) => !due.cleared.includes(block as Warning))
}

/** An account as screens of somebody protected show it: a branch tells where a person lives. */
export function concealAccount(account: PayeeAccount): PayeeAccount {
  return { ...account, bankName: '', bankCode: '', branchName: '', branchCode: '', accountNo: '' }
}

export type Run = {
  readonly paymentRunId: PaymentRunId
  readonly disasterId: DisasterId
  readonly transferOn: PlainDate
  readonly state: RunState
  readonly version: number
  readonly items: number
  readonly totalYen: number
  readonly madeAt: Date
  readonly madeBy: string
  readonly maker: string
  readonly approvedAt: Date | null
  readonly approvedBy: string | null
  readonly sha256: string | null
  /** Of the town's account it is paid from; `null` in runs of before that was kept: then the newest. */
  readonly remitterVersion: number | null
}
