import type { Brand, PlainDate } from '@open-bcl/core/brand.ts'
import { addDays } from '@open-bcl/core/dates.ts'
import { careLevelCodes } from '../interfaces/interfaces.columns.ts'

export type EvacRecipientId = Brand<string, 'EvacRecipientId'>

/** 名簿に載せる要件, as the town's 地域防災計画 sets them. An empty list or `null` is no criterion. */
export type Criteria = {
  /** 要介護状態区分. */
  readonly careLevels: readonly string[]
  /** 身体障害者手帳の等級. */
  readonly bodyGrades: readonly string[]
  /** 療育手帳の判定, as the prefecture words them. */
  readonly intellectualGrades: readonly string[]
  /** 精神障害者保健福祉手帳の等級. */
  readonly mentalGrades: readonly string[]
  /** 精神障害者保健福祉手帳: only those who live alone. */
  readonly mentalAlone: boolean
  /** 一人暮らしで、この年齢以上. */
  readonly aloneFrom: number | null
  /** この年齢以上の人だけの世帯. */
  readonly elderlyFrom: number | null
}

/**
 * What a town finds on the form before it has set anything: the example that many towns follow (取組指針). Not read in its
 * source here, so it is a draft that only the town's own act makes a rule.
 */
export const exampleCriteria: Criteria = {
  careLevels: ['23', '24', '25'],
  bodyGrades: ['1', '2'],
  intellectualGrades: ['A'],
  mentalGrades: ['1'],
  mentalAlone: false,
  aloneFrom: 75,
  elderlyFrom: 75,
}

/** 条例による提供 (災対法49条の11第2項ただし書). */
export const ordinances = [
  { value: 'none', label: '条例の定めはない（同意した人だけを提供する）' },
  { value: 'unless-refused', label: '条例により、拒否した人を除いて同意なしに提供する' },
  { value: 'all', label: '条例により、同意なしに全員を提供する' },
] as const
export type Ordinance = (typeof ordinances)[number]['value']

export type Setting = {
  readonly settingNo: number
  readonly fromOn: PlainDate
  readonly criteria: Criteria
  readonly ordinance: Ordinance
  readonly ordinanceSource: string
  /** Our own measure until the town sets another: the law names no days. */
  readonly emergencyDays: number
  readonly source: string
}

/** Reasons that staff tell besides those of the registers. */
export const toldGrounds = [
  { value: 'request', label: '本人・家族からの申し出（手挙げ）' },
  { value: 'mayor', label: '市町村長が必要と認める' },
] as const
export type ToldGround = (typeof toldGrounds)[number]['value']

/** Kinds of reasons, to pick by. */
export const groundKinds = [
  { value: 'care', label: '要介護認定' },
  { value: 'body', label: '身体障害者手帳' },
  { value: 'intellectual', label: '療育手帳' },
  { value: 'mental', label: '精神障害者保健福祉手帳' },
  { value: 'alone', label: '高齢者の一人暮らし' },
  { value: 'elderly', label: '高齢者だけの世帯' },
  ...toldGrounds,
] as const
export type GroundKind = (typeof groundKinds)[number]['value']

/** 「要介護3」 of `care-23`: the registers' reasons carry their level. */
export function groundLabel(code: string): string {
  const dash = code.indexOf('-')
  const kind = dash < 0 ? code : code.slice(0, dash)
  const level = dash < 0 ? '' : code.slice(dash + 1)
  if (kind === 'care') return careLevelCodes[level as keyof typeof careLevelCodes] ?? `要介護状態区分${level}`
  const label = groundKinds.find(({ value }) => value === kind)?.label ?? code
  if (kind === 'intellectual') return `${label}（${level}）`
  return level === '' ? label : `${label}${level}級`
}

export const consentStates = [
  { value: 'given', label: '同意' },
  { value: 'refused', label: '不同意' },
  { value: 'withdrawn', label: '同意の取消し' },
] as const
export type ConsentState = (typeof consentStates)[number]['value']

export const consentMethods = [
  { value: 'paper', label: '書面' },
  { value: 'visit', label: '訪問' },
  { value: 'window', label: '窓口' },
  { value: 'phone', label: '電話' },
  { value: 'e-form', label: '電子申請' },
] as const
export type ConsentMethod = (typeof consentMethods)[number]['value']

/** 避難支援等関係者 (災対法49条の11第2項, in its order). */
export const recipientKinds = [
  { value: 'fire', label: '消防機関' },
  { value: 'police', label: '都道府県警察' },
  { value: 'welfare-volunteer', label: '民生委員' },
  { value: 'council', label: '社会福祉協議会' },
  { value: 'neighbours', label: '自主防災組織' },
  { value: 'other', label: 'その他の避難支援等関係者' },
] as const
export type RecipientKind = (typeof recipientKinds)[number]['value']

export type Recipient = {
  readonly evacRecipientId: EvacRecipientId
  readonly version: number
  readonly kind: RecipientKind
  readonly inPlan: boolean
  readonly wholeTown: boolean
  readonly ended: boolean
  readonly words: RecipientWords
}
export type RecipientWords = {
  readonly name: string
  readonly person: string
  readonly contact: string
  /** Where the 地域防災計画 names it. */
  readonly plan: string
  /** 町字 of its area; empty where it is the whole town. */
  readonly areas: readonly string[]
}

export const bases = [
  { value: 'peacetime', label: '平常時の提供（災対法49条の11第2項）' },
  { value: 'emergency', label: '災害時の提供（災対法49条の11第3項）' },
] as const
export type Basis = (typeof bases)[number]['value']

/** By what right one person is on what is handed over. */
export const personBases = [
  { value: 'consent', label: '本人の同意' },
  { value: 'ordinance', label: '条例' },
  { value: 'emergency', label: '災害時（同意を要しない）' },
] as const
export type PersonBasis = (typeof personBases)[number]['value']

export const provisionStates = [
  { value: 'requested', label: '承認待ち' },
  { value: 'approved', label: '承認' },
  { value: 'refused', label: '不承認' },
] as const
export type ProvisionState = (typeof provisionStates)[number]['value']

/** An approval is for a list of about now; later it is asked for again. Our own measure. */
export const OPEN_DAYS = 30

/** 49条の12 and 49条の13, as they stand on what is handed over. */
export const secrecyWords = [
  'この名簿は、災害対策基本法第49条の11により、避難の支援、安否の確認その他の避難支援等に必要な限度で提供するものです。ほかの目的に使えません。',
  'この名簿を受けた者（その役員・職員と、これらであった者を含む）は、正当な理由なく、避難支援等について知り得た秘密を漏らしてはなりません（同法第49条の13）。',
  '写しを作らず、鍵のかかるところに保管し、要らなくなったときは市町村に返してください（同法第49条の12による、市町村からの求め）。',
  'この名簿に載っていない方にも、避難の支援を必要とする方がいます。',
] as const

export type Listed = {
  readonly residentNo: string
  readonly consent: {
    readonly state: ConsentState
    readonly untilOn: PlainDate | null
    readonly exceptKinds: readonly string[]
  } | null
}

/** By what right a listed person may be handed to a recipient; `null` = by none. */
export function basisFor(
  { consent }: Listed,
  asked: {
    readonly basis: Basis
    readonly kind: RecipientKind
    readonly ordinance: Ordinance
    readonly today: PlainDate
  },
): PersonBasis | null {
  if (asked.basis === 'emergency') return 'emergency'
  if (asked.ordinance === 'all') return 'ordinance'
  const agreed = consent?.state === 'given' && (consent.untilOn === null || consent.untilOn >= asked.today)
  if (agreed && !consent.exceptKinds.includes(asked.kind)) return 'consent'
  // Whoever said no, took it back, or does not want this kind of recipient is not handed over past that.
  const said = consent !== null && (consent.state !== 'given' || consent.exceptKinds.includes(asked.kind))
  return asked.ordinance === 'unless-refused' && !said ? 'ordinance' : null
}

/** Whether the list may go out for a disaster under 49条の11第3項 on a day. */
export function isEmergency(occurredOn: PlainDate, days: number, today: PlainDate): boolean {
  return occurredOn <= today && today <= addDays(occurredOn, days)
}

export type OfferKind = 'join' | 'leave' | 'grounds'
export const offerKinds = [
  { value: 'join', label: '新たに該当' },
  { value: 'leave', label: '該当しなくなった' },
  { value: 'grounds', label: '事由が変わった' },
] as const

export type Offer = {
  readonly residentNo: string
  readonly kind: OfferKind
  readonly grounds: readonly string[]
}

type Present = {
  readonly state: 'listed' | 'off'
  readonly grounds: readonly string[]
  readonly told: readonly string[]
  readonly away: boolean
}

const sameGrounds = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && [...a].sort().join('|') === [...b].sort().join('|')

/**
 * What differs between the list and the registers. Somebody who was taken off by hand for living in an institution is not
 * offered again, nor is what staff declined while nothing changed; who was told by staff stays while living in the town.
 */
export function offersOf(
  /** Everybody who meets a criterion, with the reasons. */
  found: ReadonlyMap<string, readonly string[]>,
  /** Whether somebody lives in the town by the register. */
  livesHere: (residentNo: string) => boolean,
  present: ReadonlyMap<string, Present>,
  declined: ReadonlyMap<string, Offer>,
): Offer[] {
  const offers: Offer[] = []
  for (const [residentNo, grounds] of found) {
    const entry = present.get(residentNo)
    if (entry?.away) continue
    if (entry?.state !== 'listed') offers.push({ residentNo, kind: 'join', grounds })
    else if (!sameGrounds(entry.grounds, grounds)) offers.push({ residentNo, kind: 'grounds', grounds })
  }
  for (const [residentNo, entry] of present) {
    if (entry.state !== 'listed' || found.has(residentNo)) continue
    const kept = entry.told.length > 0 && livesHere(residentNo)
    if (!kept) offers.push({ residentNo, kind: 'leave', grounds: [] })
    else if (entry.grounds.length > 0) offers.push({ residentNo, kind: 'grounds', grounds: [] })
  }
  return offers.filter((offer) => {
    const no = declined.get(offer.residentNo)
    return no?.kind !== offer.kind || !sameGrounds(no.grounds, offer.grounds)
  })
}
