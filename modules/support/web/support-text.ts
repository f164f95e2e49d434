import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import type { getHouseholdSupport } from '../support.contract.ts'
import { awardKinds, differenceActs, type SupportState } from '../support.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'

export type Household = OutputOf<typeof getHouseholdSupport>
export type Offered = Household['programmes'][number]

export const stateTones = {
  received: 'information',
  proposed: 'warning',
  granted: 'success',
  refused: 'neutral',
  withdrawn: 'neutral',
} as const satisfies Record<SupportState, string>

export const answers = {
  yes: { label: '受けられます', tone: 'success' },
  unknown: { label: 'まだわかりません', tone: 'warning' },
  no: { label: '対象外', tone: 'neutral' },
} as const

export const yen = (value: number): string => `${grouped(value)}円`

/** What is given, in one line: a sum, a limit, or what it is. */
export function benefitText(assessment: Offered['assessment']): string {
  if (assessment.amountYen !== null && assessment.amountYen > 0)
    return `${yen(assessment.amountYen)}${assessment.isLimit ? '（限度）' : ''}`
  return assessment.benefit ?? '―'
}

type Codes = Readonly<Record<string, string | number | boolean | null>>

/** What a fact's codes say beside its name. */
export function factText(codes: Codes): string {
  const parts: string[] = []
  if (codes['outcome'] === 'grant') parts.push('支給')
  if (codes['outcome'] === 'refuse') parts.push('不支給')
  if (codes['approved'] === false) parts.push('差戻し')
  if (typeof codes['act'] === 'string') parts.push(labelOf(differenceActs, codes['act'] as never))
  if (typeof codes['kind'] === 'string') parts.push(labelOf(awardKinds, codes['kind'] as never))
  if (typeof codes['amountYen'] === 'number' && codes['amountYen'] > 0) parts.push(yen(codes['amountYen']))
  return parts.join('　')
}
