import type { TownState } from '../../console.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { PlainDate } from '@open-bcl/core/brand.ts'

/** Readings are asked again this often as long as somebody looks: a fault is on the screen before the phone rings. */
export const LIVE_MS = 10_000

type Tone = 'neutral' | 'information' | 'success' | 'warning' | 'error'

export const stateTones: Readonly<Record<TownState, Tone>> = {
  stopped: 'error',
  maintenance: 'information',
  trouble: 'warning',
  open: 'success',
  none: 'neutral',
}

export const stopReasons = {
  failure: '障害',
  anomaly: '異常（誤交付のおそれ）',
  jpki: '公的個人認証の停止',
  maintenance: '保守',
} as const

/** Today in Japan, by the clock of this machine: what a form begins with. */
export function presentDay(): PlainDate {
  return todayInJapan(new Date())
}

/** 「14:05:09」 in Japan: on a day like today the date is known. */
export function clockText(iso: string): string {
  const japan = new Date(new Date(iso).getTime() + 9 * 3_600_000)
  return japan.toISOString().slice(11, 19)
}

/** 「11/21 14:05:09」 */
export function shortInstant(iso: string): string {
  const day = todayInJapan(new Date(iso))
  return `${Number(day.slice(5, 7))}/${Number(day.slice(8, 10))} ${clockText(iso)}`
}

export function yenText(yen: number): string {
  return `${yen.toLocaleString('ja-JP')}円`
}

/** The instant of a day and a clock time in Japan; `null` = not a time. */
export function instantOf(day: PlainDate | null, clock: string): string | null {
  const plain = clock.normalize('NFKC').trim()
  const [, hour = '', minute = ''] = /^(\d{1,2}):?([0-5]\d)$/.exec(plain) ?? []
  if (day === null || hour === '' || Number(hour) > 23) return null
  return new Date(`${day}T${hour.padStart(2, '0')}:${minute}:00+09:00`).toISOString()
}

/** 参加パターン of a town (docs/glossary.md). */
export const patterns = { A1: 'A①', A2: 'A②', A3: 'A③', B: 'B' } as const
export type Pattern = keyof typeof patterns
export const patternHints = {
  A1: 'BCLでコンビニ交付をしており、被災者支援を加える',
  A2: '住・印・税・戸は市区町村のサーバ、罹災・被災はBCL。データは連携する',
  A3: 'これまでコンビニ交付をしておらず、すべてBCLで始める',
  B: '住・印・税・戸は市区町村のサーバ、罹災・被災はBCL。データは手作業で取り込む',
} as const satisfies Record<Pattern, string>
