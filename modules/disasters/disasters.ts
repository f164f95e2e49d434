import type { Brand, PlainDate } from '@open-bcl/core/brand.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'

export type DisasterId = Brand<string, 'DisasterId'>

/** 異常な自然現象 named by 災害対策基本法 2条1号, in its order. Fires of single houses are certified by the fire service. */
export const hazards = [
  { value: 'storm', label: '暴風' },
  { value: 'tornado', label: '竜巻' },
  { value: 'heavy-rain', label: '豪雨' },
  { value: 'heavy-snow', label: '豪雪' },
  { value: 'flood', label: '洪水' },
  { value: 'cliff-failure', label: '崖崩れ' },
  { value: 'debris-flow', label: '土石流' },
  { value: 'storm-surge', label: '高潮' },
  { value: 'earthquake', label: '地震' },
  { value: 'tsunami', label: '津波' },
  { value: 'eruption', label: '噴火' },
  { value: 'landslide', label: '地滑り' },
  { value: 'other', label: 'その他' },
] as const

export type HazardCode = (typeof hazards)[number]['value']
export const hazardCodes = hazards.map((hazard) => hazard.value) as [HazardCode, ...HazardCode[]]

/** 災害: one disaster as the municipality registered it. Several hazards may come together (地震 and 津波). */
export type Disaster = {
  readonly disasterId: DisasterId
  /** 災害コード, `R8-1`: era year of the day it struck and a running number of the town. Head of every 整理番号. */
  readonly disasterCode: string
  readonly name: string
  readonly hazards: readonly HazardCode[]
  /** 発生日, JST; the first day of a disaster that lasted. */
  readonly occurredOn: PlainDate
  /** 罹災原因 as certificates print it: 「令和８年７月２８日の地震による」. Initial value of each application. */
  readonly causeText: string
  /** 申請期限, the last day; `null` = the town set none (all municipal: there is no national term). */
  readonly applicationDeadlineOn: PlainDate | null
  /** 被害認定基準運用指針 that rules this disaster, pinned at registration. */
  readonly guidelineCode: GuidelineCode
  readonly registeredAt: Date
}

/** 災害に係る住家の被害認定基準運用指針, its editions. `verified: false` = the day within the month is not confirmed. */
export const guidelines = [
  { code: 'H13.6', fromOn: '2001-06-01' as PlainDate, verified: false },
  { code: 'H21.6', fromOn: '2009-06-01' as PlainDate, verified: false },
  { code: 'H25.6', fromOn: '2013-06-01' as PlainDate, verified: false },
  { code: 'H30.3', fromOn: '2018-03-01' as PlainDate, verified: false },
  { code: 'R2.3', fromOn: '2020-03-01' as PlainDate, verified: false },
  { code: 'R3.3', fromOn: '2021-03-01' as PlainDate, verified: false },
  { code: 'R6.5', fromOn: '2024-05-31' as PlainDate, verified: true },
  { code: 'R7.7', fromOn: '2025-07-01' as PlainDate, verified: false },
] as const

export type GuidelineCode = (typeof guidelines)[number]['code']
export const guidelineCodes = guidelines.map((one) => one.code) as [GuidelineCode, ...GuidelineCode[]]

/** The edition in force on a day; the oldest for earlier days. */
export function guidelineOn(day: PlainDate): GuidelineCode {
  return guidelines.findLast((one) => one.fromOn <= day)?.code ?? guidelines[0].code
}

export function hazardLabels(codes: readonly HazardCode[]): string[] {
  return hazards.filter((hazard) => codes.includes(hazard.value)).map((hazard) => hazard.label)
}

/**
 * 罹災原因 in the words of the unified form, 〇年〇月〇日の〇〇による (府政防第737号): what the registering clerk starts
 * from. Empty before 1873, where there is no 和暦 to write.
 */
export function causeTextOf(occurredOn: PlainDate, codes: readonly HazardCode[]): string {
  const day = formatWareki(occurredOn, 'full-width')
  const labels = hazardLabels(codes)
  return day === null || labels.length === 0 ? '' : `${day}の${labels.join('・')}による`
}
