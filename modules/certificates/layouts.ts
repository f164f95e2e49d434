import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Body, Paper } from './paper.ts'
import { hisaiSample } from './papers/hisai.ts'
import { residenceSample } from './papers/residence.ts'
import { risaiSample } from './papers/risai.ts'
import { sealSample } from './papers/seal.ts'
import { incomeSample, taxAssessmentSample, taxPaymentSample } from './papers/tax.ts'

/**
 * A form as it is printed from a day on. A law change is a new version with its own date; issues that were frozen under an
 * old one are printed with it for ever. `unverified` says what no public source has shown, so that it can be corrected by a
 * new version when the official form is seen.
 */
export type Layout = {
  /** Of the version; the file `layouts/<version>.typ`. */
  readonly version: string
  readonly form: Form
  readonly ja: string
  readonly inForceFrom: PlainDate
  /** Law, guideline or form it follows. */
  readonly source: string
  readonly unverified: readonly string[]
  /** Made-up people on the form: for the picture in the docs and the town's test copies. */
  readonly sample: (paper: Paper) => Body
}

/** 様式. One kind of certificate may have several. */
export type Form = (typeof all)[number]['form']

/** 振り仮名 became an item of 住民票 on this day (令和5年法律第48号). */
const residenceFrom = '2025-05-26' as PlainDate
const residenceSource =
  '住民記録システム標準仕様書（世帯連記式は4人まで、個人票は1人）と、公開されている様式の写し。氏名の振り仮名は令和5年法律第48号'
const residenceUnverified = [
  '外国人住民の欄の並び',
  '異動前住所の欄の位置（求めがあったときに記載）',
  '省略した項目を【省略】、記載のない項目を【空欄】とする表記',
  '欄の寸法',
]

const all = [
  {
    version: 'risai-2020',
    form: 'risai',
    ja: '罹災証明書',
    inForceFrom: '2020-03-30' as PlainDate,
    source: '罹災証明書の統一様式（府政防第737号 令和2年3月30日）',
    unverified: [
      '欄の寸法と配置（様式の原本は未見）',
      '「再交付」の記載（様式に定めは見つからない。記載すると決めた団体だけ）',
    ],
    sample: risaiSample,
  },
  {
    version: 'hisai-1',
    form: 'hisai',
    ja: '被災証明書',
    inForceFrom: '2020-03-30' as PlainDate,
    source:
      '統一様式はない。被害の程度を記載しない証明書は罹災証明書と別の名とする（府政防第737号 令和2年3月30日）',
    unverified: ['項目とその順、欄の寸法と配置（市町村ごとに定める）', '証明書の名称（市町村ごとに定める）'],
    sample: hisaiSample,
  },
  {
    version: 'inkan-2025',
    form: 'inkan',
    ja: '印鑑登録証明書',
    inForceFrom: '2025-01-01' as PlainDate,
    source: '印鑑登録システム標準仕様書（A4縦）。記載項目は印鑑登録証明事務処理要領',
    unverified: [
      '欄の寸法と配置、項目の順（様式の原本は未見）',
      '旧氏・通称・併記名の欄の名称',
      '備考（氏名のカタカナ表記）の書き方',
      '認証文の語句（公表されている例による）',
    ],
    sample: sealSample,
  },
  {
    version: 'tax-assessment-2025',
    form: 'tax-assessment',
    ja: '課税（非課税）証明書',
    inForceFrom: '2025-01-01' as PlainDate,
    source: '個人住民税システム標準仕様書（A4縦、所得と課税を1枚に）。項目は市の見本（標準化前）',
    unverified: [
      '欄の寸法と配置、項目の順と名称（様式の原本は未見）',
      '森林環境税の欄の位置',
      '所得と控除は額のあるものだけを並べる',
      '税額のわからない人（申告のない被扶養者）の証明書の名称',
      '氏名を賦課期日のものとするか',
      '負の額の記号（△）',
    ],
    sample: taxAssessmentSample,
  },
  {
    version: 'tax-income-2025',
    form: 'tax-income',
    ja: '所得証明書',
    inForceFrom: '2025-01-01' as PlainDate,
    source: '課税（非課税）証明書の様式から、税額と課税標準額を除いたもの',
    unverified: ['標準化後は様式がない（分けて交付する団体のため）'],
    sample: incomeSample,
  },
  {
    version: 'tax-payment-2025',
    form: 'tax-payment',
    ja: '納税証明書',
    inForceFrom: '2025-01-01' as PlainDate,
    source: '市の見本から（税目、課税額、納付済額、未納額、納期未到来額）',
    unverified: ['欄の寸法と配置、項目の順と名称（様式の原本は未見）', '現在日の書き方', '税目の名称'],
    sample: taxPaymentSample,
  },
  {
    version: 'juminhyo-joint-2025',
    form: 'juminhyo-joint',
    ja: '住民票の写し（世帯連記式）',
    inForceFrom: residenceFrom,
    source: residenceSource,
    unverified: [...residenceUnverified, '一部の世帯員の認証文の文言'],
    sample: residenceSample('住民票', 'joint'),
  },
  {
    version: 'juminhyo-single-2025',
    form: 'juminhyo-single',
    ja: '住民票の写し（個人票）',
    inForceFrom: residenceFrom,
    source: residenceSource,
    unverified: [...residenceUnverified, '個人票の欄の並び', '一部の世帯員の認証文の文言'],
    sample: residenceSample('住民票', 'single'),
  },
  {
    version: 'kisai-joint-2025',
    form: 'kisai-joint',
    ja: '住民票記載事項証明書（連記式）',
    inForceFrom: residenceFrom,
    source: residenceSource,
    unverified: [...residenceUnverified, '認証文の文言'],
    sample: residenceSample('住民票記載事項証明書', 'joint'),
  },
  {
    version: 'kisai-single-2025',
    form: 'kisai-single',
    ja: '住民票記載事項証明書（個人票）',
    inForceFrom: residenceFrom,
    source: residenceSource,
    unverified: [...residenceUnverified, '個人票の欄の並び', '認証文の文言'],
    sample: residenceSample('住民票記載事項証明書', 'single'),
  },
] as const

export const layouts: readonly Layout[] = all

/** The version of a form in force on a day. Throws where there was none: nothing may be printed by guess. */
export function layoutOn(form: Form, day: PlainDate, among: readonly Layout[] = layouts): Layout {
  const inForce = among
    .filter((layout) => layout.form === form && layout.inForceFrom <= day)
    .toSorted((a, b) => (a.inForceFrom < b.inForceFrom ? 1 : -1))
  if (!inForce[0]) throw new RangeError(`no layout of ${form} is in force on ${day}`)
  return inForce[0]
}
