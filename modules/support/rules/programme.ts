import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { DamageGrade } from '../../disasters/grades.ts'
import type { GateCode } from './gates.ts'

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

/** How money leaves: paid to the household, or something else is given. Of a `guide` the town takes no application. */
export const benefitKinds = [
  { value: 'payment', label: '支給' },
  { value: 'loan', label: '貸付' },
  { value: 'in-kind', label: '現物・委託' },
  { value: 'reduction', label: '減免' },
  { value: 'guide', label: '案内（ほかの機関）' },
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
      /** Given by somebody else: whom to ask. */
      readonly kind: 'guide'
      readonly office: string
      /** `null` = whatever the damage. */
      readonly grades: readonly DamageGrade[] | null
      readonly when: 'pupils' | null
    }
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
  /** `town`: open only where the town decided so for the disaster. `none`: open in any disaster. */
  readonly gate: GateCode | 'town' | 'none'
  readonly rule: Rule
  /** Months from the disaster, its day included; `null` = the town sets a day, or there is none. */
  readonly months: number | null
  readonly documents: readonly string[]
  /** Codes that are not given together with this one. */
  readonly exclusiveWith: readonly string[]
  /** In plain words, for the letter and the page of a household. */
  readonly about: string
}
