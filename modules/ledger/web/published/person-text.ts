import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { ageOn } from '../../../residents/residents.ts'
import type { getVictim, searchLedger } from '../../ledger.contract.ts'

export type PersonRow = OutputOf<typeof searchLedger>['people'][number]
export type Victim = OutputOf<typeof getVictim>
export type Fact = Victim['facts'][number]

/** 性別 as the register codes it. */
export const sexes = [
  { value: '1', label: '男' },
  { value: '2', label: '女' },
  { value: '3', label: '不明' },
] as const

/** What is written in place of an address that may not be shown. */
export const concealedAddress = '（支援措置のため非表示）'

/** 生年月日: 和暦, or the register's own words where the day is not certain. */
export function birthText(birth: PersonRow['birth']): string {
  if (birth.text !== null && birth.text !== '') return birth.text
  return dateText(birth.on as PlainDate | null)
}

/** 「50歳」 on a day; empty when the birth is unknown. */
export function ageText(birth: PersonRow['birth'], day: PlainDate): string {
  const age = ageOn({ ...birth, on: birth.on as PlainDate | null }, day)
  return age === null ? '' : `${age}歳`
}
