import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import type { getCase, listCases, listCasesOf } from '../cases.contract.ts'
import { needs, type Need } from '../cases.ts'

export type ListedCase = OutputOf<typeof listCases>['cases'][number]
export type CaseOf = OutputOf<typeof listCasesOf>['cases'][number]
export type LoadedCase = OutputOf<typeof getCase>

export function needsText(codes: readonly Need[]): string {
  return codes.map((code) => labelOf(needs, code)).join('、')
}
