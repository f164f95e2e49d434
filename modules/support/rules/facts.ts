import type { PlainDate } from '@open-bcl/core/brand.ts'
import { damageGrades, type DamageGrade } from '../../disasters/grades.ts'
import type { GateCode } from './gates.ts'

/** 再建の方法 (支援法3条2項). `public-rent`: 公営住宅, which gives no addition. */
export const rebuildWays = [
  { value: 'build', label: '建設・購入' },
  { value: 'repair', label: '補修' },
  { value: 'rent', label: '賃借（公営住宅以外）' },
  { value: 'public-rent', label: '公営住宅への入居' },
] as const
export type RebuildWay = (typeof rebuildWays)[number]['value']

export const housingTenures = [
  { value: 'owned', label: '持家' },
  { value: 'rented', label: '借家' },
  { value: 'other', label: 'その他' },
] as const
export type HousingTenure = (typeof housingTenures)[number]['value']

/** Somebody of the household who died or became disabled; money is per person. */
export type HarmedPerson = {
  /** Who, as the ledger refers to people. */
  readonly personRef: string
  readonly harm: 'dead' | 'disabled'
  /** 主として生計を維持していた; `null` = not known. */
  readonly supporter: boolean | null
  /** 故意・重大な過失, or another benefit of work that shuts this one out; `null` = not looked into. */
  readonly barred: boolean | null
  /** 災害障害見舞金 already paid to this person, whole yen; it is taken off 弔慰金. */
  readonly disabilityPaidYen: number
}

/**
 * What is told about a household beside its house: entered by staff, or read from the ledger. `null` = not known, and
 * stays not known: no rule takes it for a no.
 */
export type Circumstances = {
  readonly tenure: HousingTenure | null
  readonly houseLost: boolean | null
  readonly demolished: boolean | null
  readonly mustDemolish: boolean | null
  readonly siteDamaged: boolean | null
  readonly longEvacuation: boolean | null
  readonly specialEvacuation: boolean | null
  readonly floodedAboveFloor: boolean | null
  readonly uninhabitableMonth: boolean | null
  readonly rebuild: RebuildWay | null
  readonly cannotAfford: boolean | null
  readonly usesTemporaryHousing: boolean | null
  readonly repairOverMonth: boolean | null
  readonly headInjuredMonth: boolean | null
  readonly goodsThirdLost: boolean | null
  readonly goodsLossPercent: number | null
  readonly landLossPercent: number | null
  readonly incomeYen: number | null
  readonly seriouslyInjured: number | null
  readonly nationalInsurance: boolean | null
  readonly lateElderly: boolean | null
  readonly nursingCare: boolean | null
  readonly pensionPayer: boolean | null
  readonly pupils: number | null
  readonly needsWelfare: boolean | null
  /** `null` = nobody asked; [] = nobody of the household was harmed. */
  readonly harmed: readonly HarmedPerson[] | null
}

/** Everything the rules look at. Pure: no name, no place, no number of anybody but what `harmed` refers to. */
export type HouseholdFacts = Circumstances & {
  readonly occurredOn: PlainDate
  /** Absent = nobody recorded yet whether it applies. */
  readonly gates: Readonly<Partial<Record<GateCode, boolean>>>
  /** 被害の程度 of a 罹災証明書 that may be issued; `null` = none yet. */
  readonly grade: DamageGrade | null
  /** 世帯員数 at the disaster (支援法3条2項), never at the application; `null` = not known. */
  readonly members: number | null
}

/** Nothing told. */
export const noCircumstances: Circumstances = {
  tenure: null,
  houseLost: null,
  demolished: null,
  mustDemolish: null,
  siteDamaged: null,
  longEvacuation: null,
  specialEvacuation: null,
  floodedAboveFloor: null,
  uninhabitableMonth: null,
  rebuild: null,
  cannotAfford: null,
  usesTemporaryHousing: null,
  repairOverMonth: null,
  headInjuredMonth: null,
  goodsThirdLost: null,
  goodsLossPercent: null,
  landLossPercent: null,
  incomeYen: null,
  seriouslyInjured: null,
  nationalInsurance: null,
  lateElderly: null,
  nursingCare: null,
  pensionPayer: null,
  pupils: null,
  needsWelfare: null,
  harmed: null,
}

export type CircumstanceKey = keyof Circumstances

type Field = { readonly key: CircumstanceKey; readonly label: string } & (
  | { readonly kind: 'yes-no' | 'yen' | 'people' | 'percent' }
  | {
      readonly kind: 'choice'
      readonly options: readonly { readonly value: string; readonly label: string }[]
    }
)

/** How each is asked and called; `harmed` has a form of its own. */
export const circumstanceFields: readonly Field[] = [
  { key: 'tenure', label: '住家の所有', kind: 'choice', options: housingTenures },
  { key: 'houseLost', label: '住家の全体が滅失・流失した', kind: 'yes-no' },
  { key: 'demolished', label: 'やむを得ず住家を解体した', kind: 'yes-no' },
  { key: 'mustDemolish', label: '解体せざるを得ない（流入した土砂・臭気・危険など）', kind: 'yes-no' },
  { key: 'siteDamaged', label: '敷地に被害がある', kind: 'yes-no' },
  { key: 'longEvacuation', label: '長期避難世帯に当たる', kind: 'yes-no' },
  { key: 'specialEvacuation', label: '特定長期避難世帯に当たる', kind: 'yes-no' },
  { key: 'floodedAboveFloor', label: '床上浸水した', kind: 'yes-no' },
  {
    key: 'uninhabitableMonth',
    label: '1か月以上住めない（二次災害・ライフライン・避難指示など）',
    kind: 'yes-no',
  },
  { key: 'rebuild', label: '住まいの再建の方法', kind: 'choice', options: rebuildWays },
  { key: 'cannotAfford', label: '自らの資力では住まいを確保・修理できない（申出）', kind: 'yes-no' },
  { key: 'usesTemporaryHousing', label: '応急仮設住宅を利用している', kind: 'yes-no' },
  { key: 'repairOverMonth', label: '応急修理が1か月を超える見込み', kind: 'yes-no' },
  { key: 'headInjuredMonth', label: '世帯主が療養1か月以上の負傷をした', kind: 'yes-no' },
  { key: 'goodsThirdLost', label: '家財の3分の1以上に損害がある', kind: 'yes-no' },
  { key: 'goodsLossPercent', label: '住宅・家財の損害の割合', kind: 'percent' },
  { key: 'landLossPercent', label: '被害を受けた土地の面積の割合', kind: 'percent' },
  { key: 'incomeYen', label: '世帯の総所得金額（前年。1月から5月の災害は前々年）', kind: 'yen' },
  { key: 'seriouslyInjured', label: '重傷者の人数', kind: 'people' },
  { key: 'nationalInsurance', label: '国民健康保険に加入している', kind: 'yes-no' },
  { key: 'lateElderly', label: '後期高齢者医療の被保険者がいる', kind: 'yes-no' },
  { key: 'nursingCare', label: '介護保険の被保険者（保険料・利用）がいる', kind: 'yes-no' },
  { key: 'pensionPayer', label: '国民年金の第1号被保険者がいる', kind: 'yes-no' },
  { key: 'pupils', label: '小・中・高校生などの人数', kind: 'people' },
  { key: 'needsWelfare', label: '福祉サービスの提供が必要', kind: 'yes-no' },
]

/** What may be missing, and what it is called. */
export type MissingFact = CircumstanceKey | 'grade' | 'members' | 'price' | 'offered' | `gate:${GateCode}`

const otherLabels: Readonly<Record<string, string>> = {
  grade: '罹災証明書の被害の程度（交付の決定がまだありません）',
  members: '災害時の世帯員数',
  price: '限度額・単価（年度の告示がまだ登録されていません）',
  offered: '市町村がこの制度を実施するかどうか',
  harmed: '亡くなった方・障害を負った方の有無と続柄',
}

export function missingLabel(missing: string, gateLabel: (code: GateCode) => string): string {
  if (missing.startsWith('gate:')) return `${gateLabel(missing.slice(5) as GateCode)}の有無`
  return otherLabels[missing] ?? circumstanceFields.find((field) => field.key === missing)?.label ?? missing
}

/** A circumstance in words. */
export function circumstanceText(key: CircumstanceKey, circumstances: Circumstances): string {
  const value = circumstances[key]
  if (value === null) return '不明'
  if (key === 'harmed') {
    const people = circumstances.harmed ?? []
    const of = (harm: HarmedPerson['harm']): number => people.filter((one) => one.harm === harm).length
    return people.length === 0 ? 'いません' : `亡くなった方${of('dead')}人、障害を負った方${of('disabled')}人`
  }
  const field = circumstanceFields.find((one) => one.key === key)
  if (typeof value === 'boolean') return value ? 'はい' : 'いいえ'
  if (field?.kind === 'choice') return field.options.find((option) => option.value === value)?.label ?? ''
  const unit = { yen: '円', people: '人', percent: '％' }[field?.kind as 'yen'] ?? ''
  return `${(value as number).toLocaleString('ja-JP')}${unit}`
}

export function circumstanceLabel(key: CircumstanceKey): string {
  return circumstanceFields.find((field) => field.key === key)?.label ?? otherLabels[key] ?? key
}

export function gradeLabel(grade: DamageGrade): string {
  return damageGrades.find((one) => one.value === grade)?.label ?? grade
}
