import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { DamageGrade } from '../../disasters/grades.ts'
import type { GateCode } from './gates.ts'
import { reductionProgrammes } from './programmes-reductions.ts'
import { reliefProgrammes } from './programmes-relief.ts'

export const programmeAreas = [
  { value: 'rebuild', label: '生活再建' },
  { value: 'people', label: '亡くなった方・障害を負った方' },
  { value: 'loan', label: '貸付' },
  { value: 'relief', label: '災害救助法' },
  { value: 'donation', label: '義援金' },
  { value: 'reduction', label: '税・保険料・料金' },
  { value: 'other', label: 'その他' },
] as const
export type ProgrammeArea = (typeof programmeAreas)[number]['value']

/** How money leaves: paid to the household, or something else is given. Only `payment` makes payments. */
export const benefitKinds = [
  { value: 'payment', label: '支給' },
  { value: 'loan', label: '貸付' },
  { value: 'in-kind', label: '現物・委託' },
  { value: 'reduction', label: '減免' },
] as const
export type BenefitKind = (typeof benefitKinds)[number]['value']

/**
 * The rule that decides, as data: `assess.ts` says what each means. `by-grade` is what towns make on screen: an amount a
 * grade and household, a person of it, a death, a serious injury.
 */
export type Rule =
  | { readonly kind: 'rebuild-base' | 'rebuild-addition' | 'rebuild-special-evacuation' }
  | { readonly kind: 'condolence' | 'disability' | 'relief-loan' }
  | { readonly kind: 'repair'; readonly grades: readonly DamageGrade[]; readonly prices: PriceTable }
  | { readonly kind: 'temporary-housing'; readonly rented: boolean; readonly prices: PriceTable }
  | {
      readonly kind: 'relief-in-kind'
      /** Which told circumstance opens it; `null` = everybody who needs it. */
      readonly when: 'lost-house' | 'pupils' | 'dead' | 'needs-welfare' | null
    }
  | ByGrade
  | {
      readonly kind: 'reduction'
      /** Share by grade, in words; grades not named are not reduced. */
      readonly shares: Readonly<Partial<Record<DamageGrade, string>>>
      readonly when: 'national-insurance' | 'late-elderly' | 'nursing-care' | 'pension' | 'owner' | null
    }
  | { readonly kind: 'resident-tax-person' | 'resident-tax-loss' | 'land-tax' }

export type ByGrade = {
  readonly kind: 'by-grade'
  readonly gradeYen: Readonly<Partial<Record<DamageGrade, number>>>
  readonly perMemberYen: number
  readonly deathYen: number
  readonly injuryYen: number
  /** `null` = whoever lives there. */
  readonly tenure: 'owned' | 'rented' | null
  /** Whole yen of the household's income at the most; `null` = whatever it is. */
  readonly incomeCapYen: number | null
}

/** 限度額 of a fiscal year. */
export type Price = {
  readonly year: number
  readonly yen: number
  readonly verified: boolean
  readonly source: string
}
export type PriceTable = readonly Price[]

/** 支援制度 as dated data. A version holds for disasters from `fromOn` on, to `untilOn` if it was followed by another. */
export type Programme = {
  readonly code: string
  readonly title: string
  readonly area: ProgrammeArea
  readonly benefit: BenefitKind
  readonly fromOn: PlainDate
  readonly untilOn: PlainDate | null
  /** 根拠法令 */
  readonly basis: string
  /** Where the figures were read. */
  readonly source: string
  readonly verified: boolean
  /** `town`: open only where the town decided so for the disaster. */
  readonly gate: GateCode | 'town'
  readonly rule: Rule
  /** Months from the disaster, its day included; `null` = the town sets a day, or there is none. */
  readonly months: number | null
  readonly documents: readonly string[]
  /** Codes that are not given together with this one. */
  readonly exclusiveWith: readonly string[]
  /** In plain words, for the letter and the page of a household. */
  readonly about: string
}

const day = (text: string) => text as PlainDate
const CERTIFICATE = '罹災証明書'

const rebuildSource =
  '被災者生活再建支援法3条・同令3条・4条（平成25年12月の法令）、中規模半壊は令和2年12月改正（七尾市の支援制度一覧）'

/** The national programmes. Town extras and 義援金 are rows that staff make (`support.town_programme`). */
export const nationalProgrammes: readonly Programme[] = [
  {
    code: 'saiken-kiso',
    title: '被災者生活再建支援金（基礎支援金）',
    area: 'rebuild',
    benefit: 'payment',
    fromOn: day('2020-12-04'),
    untilOn: null,
    basis: '被災者生活再建支援法3条1項・2項',
    source: rebuildSource,
    verified: true,
    gate: 'saiken',
    rule: { kind: 'rebuild-base' },
    months: 13,
    documents: [
      CERTIFICATE,
      '住民票（世帯全員。災害時の世帯がわかるもの）',
      '預金通帳の写し',
      '解体したとき：解体証明書又は滅失登記簿謄本',
      '敷地の被害のとき：敷地被害証明書類',
    ],
    exclusiveWith: [],
    about: '住まいに大きな被害を受けた世帯に、被害の程度に応じて支給します。使い道は自由です。',
  },
  {
    code: 'saiken-kasan',
    title: '被災者生活再建支援金（加算支援金）',
    area: 'rebuild',
    benefit: 'payment',
    fromOn: day('2020-12-04'),
    untilOn: null,
    basis: '被災者生活再建支援法3条2項・3項',
    source: rebuildSource,
    verified: true,
    gate: 'saiken',
    rule: { kind: 'rebuild-addition' },
    months: 37,
    documents: [CERTIFICATE, '住宅の建設・購入・補修・賃借の契約書の写し', '預金通帳の写し'],
    exclusiveWith: [],
    about: '住まいを建てる・買う、直す、借りるときに、その方法に応じて支給します。',
  },
  {
    code: 'saiken-tokutei',
    title: '被災者生活再建支援金（特定長期避難世帯の加算）',
    area: 'rebuild',
    benefit: 'payment',
    fromOn: day('2020-12-04'),
    untilOn: null,
    basis: '被災者生活再建支援法施行令3条',
    source: '被災者生活再建支援法施行令3条（平成25年12月の法令）',
    verified: true,
    gate: 'saiken',
    rule: { kind: 'rebuild-special-evacuation' },
    months: 37,
    documents: ['長期避難世帯であることの証明書類', '預金通帳の写し'],
    exclusiveWith: [],
    about: '市町村の全域で3年以上避難し、避難の解除から2年以内に戻る世帯に支給します。',
  },
  {
    code: 'choikin',
    title: '災害弔慰金',
    area: 'people',
    benefit: 'payment',
    fromOn: day('2011-07-29'),
    untilOn: null,
    basis: '災害弔慰金の支給等に関する法律3条から7条',
    source: '災害弔慰金の支給等に関する法律・同令（平成25年12月の法令）。対象災害の規模の現行の定めは未確認',
    verified: true,
    gate: 'choikin',
    rule: { kind: 'condolence' },
    months: null,
    documents: ['死亡診断書（死体検案書）', '戸籍（続柄がわかるもの）', '預金通帳の写し'],
    exclusiveWith: [],
    about:
      '災害で亡くなった方のご遺族（配偶者、子、父母、孫、祖父母の順。いずれもいないときは、同居又は生計を同じくする兄弟姉妹）に支給します。災害関連死も対象になります。',
  },
  {
    code: 'shogai-mimaikin',
    title: '災害障害見舞金',
    area: 'people',
    benefit: 'payment',
    fromOn: day('2011-07-29'),
    untilOn: null,
    basis: '災害弔慰金の支給等に関する法律8条・9条',
    source: '災害弔慰金の支給等に関する法律・同令（平成25年12月の法令）',
    verified: true,
    gate: 'choikin',
    rule: { kind: 'disability' },
    months: null,
    documents: ['障害の程度を証明する診断書', '預金通帳の写し'],
    exclusiveWith: [],
    about: '災害による負傷・病気で、法律の別表に定める重い障害を負った方に支給します。',
  },
  {
    code: 'engo-shikin',
    title: '災害援護資金',
    area: 'loan',
    benefit: 'loan',
    fromOn: day('2011-07-29'),
    untilOn: null,
    basis: '災害弔慰金の支給等に関する法律10条・同令3条から7条',
    source:
      '同令7条の限度額（OpenFisca-Japan の表）、令4条・5条の所得の限度（平成25年12月の法令）。利率・保証人は条例で定める',
    verified: true,
    gate: 'engo',
    rule: { kind: 'relief-loan' },
    months: null,
    documents: ['罹災証明書', '所得を証明する書類', '世帯主が負傷したとき：診断書', '見積書'],
    exclusiveWith: [],
    about: '世帯主が負傷した世帯、住まい・家財に被害を受けた世帯にお貸しします（返済が必要です）。',
  },
  ...reliefProgrammes,
  ...reductionProgrammes,
]
