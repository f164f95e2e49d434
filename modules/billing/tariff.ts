import type { PlainDate } from '@open-bcl/core/brand.ts'
import { plainDate } from '@open-bcl/core/dates.ts'

/**
 * 料金表: every amount with the days it holds, the paper it was read in, and whether that paper says it outright. All amounts
 * are whole yen, tax included. What no paper says is `verified: false` and stays a parameter.
 */
export const sources = {
  S0: {
    title: 'クラウド型被災者支援システム 説明資料',
    by: '地方公共団体情報システム機構',
    on: '令和5年5月ごろ',
  },
  S1: {
    title: 'クラウド型被災者支援システムについて',
    by: '地方公共団体情報システム機構',
    on: '令和5年10月',
  },
  S2: {
    title: '自治体基盤クラウドシステム（BCL）のご案内',
    by: '地方公共団体情報システム機構',
    on: '令和5年4月ごろ',
  },
  S3: {
    title: '自治体基盤クラウドシステム（BCL）導入検討の手引き 第5.0版',
    by: '地方公共団体情報システム機構',
    on: '令和7年11月',
  },
  S4: {
    title: '自治体基盤クラウドシステム（BCL）で広がる行政サービス',
    by: '地方公共団体情報システム機構',
    on: '令和6年3月',
  },
} as const
export type SourceKey = keyof typeof sources

export type Dated<Value> = {
  readonly fromOn: PlainDate
  /** Last day; `null` = until a later line says otherwise. */
  readonly untilOn: PlainDate | null
  readonly sources: readonly SourceKey[]
  /** False: inferred, or read in a paper about other years; somebody must confirm it before money is asked for by it. */
  readonly verified: boolean
  /** 日本語, shown beside the figure. */
  readonly note: string | null
  readonly value: Value
}

/** 消費税率, percent: every published amount is tax included at this rate. */
export const taxPercent = 10

/** The line in force on a day; throws when there is none: no amount is ever guessed. */
export function inForce<Value>(lines: readonly Dated<Value>[], on: PlainDate): Dated<Value> {
  const line = lines.find(({ fromOn, untilOn }) => fromOn <= on && (untilOn === null || on <= untilOn))
  if (!line) throw new RangeError(`no tariff for ${on}`)
  return line
}

/** Base and amount per resident of クラウド型被災者支援システム利用料, a year. */
export type UsageRate = { readonly baseYen: number; readonly perPersonYen: number }

/** 通常 and the discounts 措置1, 措置2① and 措置2②. */
export type Measure = 'normal' | 'early' | 'half' | 'three-quarters'
export const measureWords: Readonly<Record<Measure, string>> = {
  normal: '通常',
  early: '措置1（早期割引）',
  half: '措置2①（都道府県内の2分の1以上が利用）',
  'three-quarters': '措置2②（都道府県内の4分の3以上が利用）',
}

export type UsageTariff = Readonly<Record<Measure, UsageRate>> & {
  /** 措置1: for those who began by this fiscal year, until that one. */
  readonly earlyJoinedBy: number
  readonly earlyUntil: number
  /** 措置2: fiscal years of a prefecture, ① and ② together. */
  readonly prefectureYears: number
}

/** クラウド型被災者支援システム利用料. */
export const usageTariffs: readonly Dated<UsageTariff>[] = [
  {
    fromOn: plainDate('2023-04-01'),
    untilOn: null,
    sources: ['S0', 'S1', 'S3', 'S4'],
    verified: true,
    note: '措置2は令和5・6年の資料にあり、令和7年11月の手引き（第5.0版）には通常の料金だけが載っています。令和8年度以後の措置2は、機構に確かめてください。',
    value: {
      normal: { baseYen: 185_000, perPersonYen: 10 },
      early: { baseYen: 138_750, perPersonYen: 8 },
      half: { baseYen: 138_750, perPersonYen: 7 },
      'three-quarters': { baseYen: 92_500, perPersonYen: 6 },
      earlyJoinedBy: 2023,
      earlyUntil: 2025,
      prefectureYears: 3,
    },
  },
]

/** 団体規模の区分 of the 運営負担金. */
export const sizeClasses = {
  'designated-large': { ja: '政令市（人口100万人以上）' },
  designated: { ja: '政令市（人口100万人未満）' },
  'city-150k': { ja: '市・特別区（人口15万人以上）' },
  'city-50k': { ja: '市・特別区（人口5万人以上15万人未満）' },
  'city-30k': { ja: '市・特別区（人口3万人以上5万人未満）' },
  'city-small': { ja: '市・特別区（人口3万人未満）' },
  town: { ja: '町村' },
} as const
export type SizeClass = keyof typeof sizeClasses

/** Whose issuing server makes 住民票・印鑑・税: the town's own, or BCL's. */
export type IssuingServer = 'own' | 'bcl'
export type OperatingTariff = Readonly<Record<IssuingServer, Readonly<Record<SizeClass, number>>>>

const ownServer = {
  'designated-large': 9_879_630,
  designated: 7_842_593,
  'city-150k': 4_787_037,
  'city-50k': 2_728_000,
  'city-30k': 2_218_741,
  'city-small': 2_218_741,
  town: 690_963,
} as const

/** コンビニ交付 運営負担金, a fiscal year. */
export const operatingTariffs: readonly Dated<OperatingTariff>[] = [
  {
    fromOn: plainDate('2021-04-01'),
    untilOn: plainDate('2023-03-31'),
    sources: ['S3'],
    verified: false,
    note: '町村と人口3万人未満の市のほかは、令和3・4年度の額が資料にないため、令和5年度以後と同じとしています。',
    value: { own: ownServer, bcl: { ...ownServer, 'city-small': 1_527_778, town: 0 } },
  },
  {
    fromOn: plainDate('2023-04-01'),
    untilOn: null,
    sources: ['S2', 'S3', 'S4'],
    verified: true,
    note: null,
    value: { own: ownServer, bcl: { ...ownServer, 'city-small': 1_873_259, town: 345_481 } },
  },
]

/** Amounts per copy. */
export type CopyTariff = {
  /** コンビニ等事業者への委託手数料. */
  readonly commissionYen: number
  /** Of it, what the resident puts into the machine for a free 罹災・被災証明書 (印刷代). */
  readonly printingYen: number
  /** BCL証明発行機能利用料; the backup service is included. */
  readonly bclYen: number
  /** Kinds the BCL fee is asked for, when BCL made the document. */
  readonly bclKinds: readonly string[]
  /** Kinds of which the town may leave the price at nothing but the print. */
  readonly disasterKinds: readonly string[]
}

export const copyTariffs: readonly Dated<CopyTariff>[] = [
  {
    fromOn: plainDate('2022-01-01'),
    untilOn: plainDate('2023-03-31'),
    sources: ['S2'],
    verified: false,
    note: '令和5年4月の資料の額を、自治体基盤クラウドシステムの運用開始（令和4年1月）までさかのぼって使っています。',
    value: {
      commissionYen: 117,
      printingYen: 10,
      bclYen: 180,
      bclKinds: ['juminhyo', 'inkan', 'tax'],
      disasterKinds: ['risai', 'hisai'],
    },
  },
  {
    fromOn: plainDate('2023-04-01'),
    untilOn: null,
    sources: ['S0', 'S1', 'S2', 'S3', 'S4'],
    verified: true,
    note: '180円は住民票の写し・印鑑登録証明書・税証明だけにかかります。住民票記載事項証明書は資料に載っていないため、かからないものとしています。らくらく窓口に180円がかかるかも、資料にありません。',
    value: {
      commissionYen: 117,
      printingYen: 10,
      bclYen: 180,
      bclKinds: ['juminhyo', 'inkan', 'tax'],
      disasterKinds: ['risai', 'hisai'],
    },
  },
]

/** 特別交付税措置 for 導入経費, in tenths so that it stays whole numbers. */
export const specialGrants: readonly Dated<{ readonly tenths: number }>[] = [
  {
    fromOn: plainDate('2023-04-01'),
    untilOn: plainDate('2026-03-31'),
    sources: ['S2', 'S4'],
    verified: true,
    note: '導入経費だけが対象です。財政力補正があり、実際の単位と端数処理は資料にありません。令和8年度以後の措置は確かめられていません。',
    value: { tenths: 7 },
  },
]
