import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { birthText } from '../../ledger/web/published/person-text.ts'
import type { listMatchingLists, listMatchingRows } from '../matching.contract.ts'
import type { RowState } from '../matching.ts'

export type List = OutputOf<typeof listMatchingLists>['lists'][number]
export type ListedRow = OutputOf<typeof listMatchingRows>['rows'][number]

/** How many rows of a list stand so. */
export function countOf(list: List, states: readonly RowState[]): number {
  return list.states.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + count, 0)
}

/** Rows that a person has to look at. */
export const waitingForPerson: readonly RowState[] = ['certain', 'unsure', 'undone', 'none']

export const stateTones = {
  waiting: 'neutral',
  certain: 'information',
  unsure: 'warning',
  undone: 'warning',
  none: 'warning',
  later: 'neutral',
  linked: 'success',
  added: 'success',
} as const satisfies Record<RowState, string>

/** 「昭和55年4月1日」, 「45歳」 where a list says no more. */
export function bornText(row: Pick<ListedRow, 'birth' | 'age'>): string {
  const text = birthText(row.birth)
  return text !== '' ? text : row.age === null ? '' : `${row.age}歳`
}
