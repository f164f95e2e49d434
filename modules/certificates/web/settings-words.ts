import { closedDayText } from '../../municipalities/typed-hours.ts'
import type { IssuingSettingKey } from '../settings.contract.ts'

export const settingTitles: Readonly<Record<IssuingSettingKey, string>> = {
  participation: '交付する証明書',
  'issue-options': '記載と部数',
  fees: '手数料',
  hours: 'コンビニ交付のサービス時間',
}

/** 年末年始: closed in most towns. */
export const YEAR_END = ['12-29', '12-30', '12-31', '01-01', '01-02', '01-03'] as const

/** 「年末年始（12月29日から1月3日まで）、5月1日」: days of every year on which nothing is issued. */
export function closedText(days: readonly string[]): string {
  const { yearEnd, others } = splitClosed(days)
  const words = [...(yearEnd ? ['年末年始（12月29日から1月3日まで）'] : []), ...others.map(closedDayText)]
  return words.join('、') || 'なし'
}

export function splitClosed(days: readonly string[]): { yearEnd: boolean; others: readonly string[] } {
  const yearEnd = YEAR_END.every((day) => days.includes(day))
  return {
    yearEnd,
    others: yearEnd ? days.filter((day) => !YEAR_END.some((one) => one === day)) : days,
  }
}
