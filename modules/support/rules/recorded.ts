import type { DamageGrade } from '../../disasters/grades.ts'
import {
  noCircumstances,
  type CircumstanceKey,
  type Circumstances,
  type HarmedPerson,
  type HousingTenure,
  type RebuildWay,
} from './facts.ts'

/** Items of the ledger that tell a circumstance. */
export const recordedItems = ['human-damage', 'needs', 'tenure', 'rebuilding', 'present-place'] as const
export type RecordedItem = (typeof recordedItems)[number]

/** What is on record of one of the household. `null` = nothing that could tell. */
export type PersonRecord = {
  readonly personRef: string
  /** Choices as told; absent = not told. */
  readonly items: Readonly<Partial<Record<RecordedItem, readonly string[]>>>
  readonly lateElderly: boolean | null
  readonly nursingCare: boolean | null
  /** Of an age from 小学1年 to 高校3年. */
  readonly pupil: boolean | null
}

/** What is on record of where the household lived. */
export type HomeRecord = {
  /** As the applications for 罹災証明書 say. */
  readonly tenures: readonly HousingTenure[]
  readonly floodedByForm: boolean
  /** As the survey sheets in force say; one a survey. */
  readonly surveys: readonly SurveyRecord[]
  /** 家屋の台帳: the house they lived in is gone; `null` = no house is linked. */
  readonly houseGone: boolean | null
  /** Support granted before. */
  readonly temporaryHousing: boolean
  readonly publicDemolition: boolean
}

export type SurveyRecord = {
  readonly lost: boolean | null
  readonly floodedAboveFloor: boolean | null
  readonly slopeDemolition: boolean | null
}

export const noHome: HomeRecord = {
  tenures: [],
  floodedByForm: false,
  surveys: [],
  houseGone: null,
  temporaryHousing: false,
  publicDemolition: false,
}

/** Circumstances that stand somewhere already, and where each stands. */
export type Recorded = {
  readonly circumstances: Circumstances
  readonly from: Readonly<Partial<Record<CircumstanceKey, string>>>
}

export const nothingRecorded: Recorded = { circumstances: noCircumstances, from: {} }

const LEDGER = '被災者台帳'
const FORM = '罹災証明書の申請書'
const SURVEY = '住家の調査票'

const tenureOf: Readonly<Record<string, HousingTenure>> = {
  owned: 'owned',
  rented: 'rented',
  public: 'rented',
  company: 'other',
  other: 'other',
}
/** Whoever has not decided tells nothing. */
const wayOf: Readonly<Record<string, RebuildWay>> = {
  build: 'build',
  repair: 'repair',
  rent: 'rent',
  public: 'public-rent',
}

/**
 * What follows from the records of a household. Silence is no answer here either: a no needs everybody to have been asked,
 * and where two records contradict each other neither is taken.
 */
export function recordedOf(
  people: readonly PersonRecord[],
  home: HomeRecord,
  grade: DamageGrade | null,
): Recorded {
  const found: { -readonly [K in CircumstanceKey]?: Circumstances[K] } = {}
  const from: Partial<Record<CircumstanceKey, string>> = {}
  const take = <K extends CircumstanceKey>(key: K, value: Circumstances[K] | undefined, source: string) => {
    if (value === undefined || value === null || found[key] !== undefined) return
    found[key] = value
    from[key] = source
  }
  const choices = (item: RecordedItem): (readonly string[] | undefined)[] =>
    people.map(({ items }) => items[item])
  const single = <T>(values: readonly (T | undefined)[]): T | undefined => {
    const different = [...new Set(values.filter((one) => one !== undefined))]
    return different.length === 1 ? different[0] : undefined
  }

  const harms = choices('human-damage').map((codes) => codes?.[0])
  take('harmed', harmedOf(people, harms), `${LEDGER}（人的被害）`)
  if (harms.every((harm) => harm !== undefined && harm !== 'unknown' && harm !== 'missing'))
    take('seriouslyInjured', harms.filter((harm) => harm === 'severe').length, `${LEDGER}（人的被害）`)

  const needs = choices('needs')
  const inNeed = needs.some((codes) => codes?.some((code) => code !== 'none'))
  if (inNeed || needs.every((codes) => codes?.includes('none')))
    take('needsWelfare', inNeed, `${LEDGER}（要配慮の事由）`)

  take(
    'tenure',
    single(choices('tenure').map((codes) => tenureOf[codes?.[0] ?? ''])),
    `${LEDGER}（住まいの所有関係）`,
  )
  take('tenure', single(home.tenures), FORM)
  take(
    'rebuild',
    single(choices('rebuilding').map((codes) => wayOf[codes?.[0] ?? ''])),
    `${LEDGER}（住まいの再建の意向）`,
  )

  const places = choices('present-place').map((codes) => codes?.[0])
  if (home.temporaryHousing) take('usesTemporaryHousing', true, '応急仮設住宅の支給決定')
  if (places.includes('temporary-housing')) take('usesTemporaryHousing', true, `${LEDGER}（今いる場所）`)
  else if (places.every((place) => place !== undefined && place !== 'unknown'))
    take('usesTemporaryHousing', false, `${LEDGER}（今いる場所）`)

  take('houseLost', togetherOf(home.surveys.map(({ lost }) => lost)), SURVEY)
  take('floodedAboveFloor', togetherOf(home.surveys.map((one) => one.floodedAboveFloor)), SURVEY)
  if (home.floodedByForm) take('floodedAboveFloor', true, FORM)
  if (home.surveys.some(({ slopeDemolition }) => slopeDemolition === true)) {
    take('mustDemolish', true, SURVEY)
    take('siteDamaged', true, SURVEY)
  }
  // Pulled down for the town by its own decision, and gone. A house that is merely gone may have been pulled down for
  // another reason: that somebody tells.
  if (home.houseGone === true && home.publicDemolition && grade !== null)
    take('demolished', true, '公費解体の決定と家屋の台帳（滅失）')

  take('lateElderly', togetherOf(people.map((one) => one.lateElderly)), '後期高齢者医療の台帳')
  take('nursingCare', togetherOf(people.map((one) => one.nursingCare)), '介護保険の台帳')
  if (people.every(({ pupil }) => pupil !== null))
    take(
      'pupils',
      people.filter(({ pupil }) => pupil === true).length,
      '生年月日（小学1年から高校3年の年齢）',
    )
  return { circumstances: { ...noCircumstances, ...found }, from }
}

/** One yes is enough; a no needs all of them. */
function togetherOf(values: readonly (boolean | null)[]): boolean | undefined {
  if (values.includes(true)) return true
  return values.length > 0 && values.every((value) => value === false) ? false : undefined
}

/** Whoever died, once of everybody it is known; a serious injury may yet become a disability, and is left to a person. */
function harmedOf(
  people: readonly PersonRecord[],
  harms: readonly (string | undefined)[],
): readonly HarmedPerson[] | undefined {
  if (!harms.every((harm) => harm === 'none' || harm === 'slight' || harm === 'dead')) return undefined
  return people
    .filter((_, i) => harms[i] === 'dead')
    .map(({ personRef }) => ({
      ...{ personRef, harm: 'dead' as const, supporter: null, barred: null },
      disabilityPaidYen: 0,
    }))
}

/** Why a person's own entry says something else than the record, by circumstance. */
export type OverrideReasons = Readonly<Partial<Record<CircumstanceKey, string>>>

/**
 * What holds: what a person told, and where nobody told anything, the record. Who died by the ledger stays dead in the
 * household's answer although somebody wrote down others before, unless it was told with a reason.
 */
export function heldOf(told: Circumstances, recorded: Recorded, reasons: OverrideReasons): Circumstances {
  const held = { ...recorded.circumstances, ...onlyTold(told) }
  const dead = recorded.circumstances.harmed
  if (told.harmed === null || dead === null || reasons.harmed !== undefined) return held
  const missing = dead.filter(({ personRef }) => !told.harmed!.some((one) => one.personRef === personRef))
  return { ...held, harmed: [...told.harmed, ...missing] }
}

function onlyTold(told: Circumstances): Partial<Circumstances> {
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null))
}

/** Whether an entry contradicts the record. More about somebody who died (whether they kept the family) does not. */
export function contradicts(key: CircumstanceKey, told: Circumstances, recorded: Recorded): boolean {
  const [one, other] = [told[key], recorded.circumstances[key]]
  if (one === null || other === null) return false
  if (key !== 'harmed') return one !== other
  const dead = (people: Circumstances['harmed']) =>
    (people ?? [])
      .filter(({ harm }) => harm === 'dead')
      .map(({ personRef }) => personRef)
      .toSorted()
      .join(' ')
  return dead(told.harmed) !== dead(recorded.circumstances.harmed)
}

/** An entry without what the record says just so: the record goes on telling it, also when it changes. */
export function withoutRepeats(told: Circumstances, recorded: Recorded): Circumstances {
  const repeats = (key: string): boolean => {
    const [one, other] = [told[key as CircumstanceKey], recorded.circumstances[key as CircumstanceKey]]
    return one !== null && JSON.stringify(one) === JSON.stringify(other)
  }
  return Object.fromEntries(
    Object.entries(told).map(([key, value]) => [key, repeats(key) ? null : value]),
  ) as Circumstances
}
