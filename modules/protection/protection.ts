import type { Brand, PlainDate } from '@open-bcl/core/brand.ts'
import { addDays, partsOf, plainDateOf } from '@open-bcl/core/dates.ts'

export type MeasureId = Brand<string, 'MeasureId'>

/** 支援措置の区分 (住民基本台帳事務における支援措置). */
export const categories = [
  { value: 'dv', label: '配偶者からの暴力（DV）' },
  { value: 'stalking', label: 'ストーカー行為等' },
  { value: 'child-abuse', label: '児童虐待' },
  { value: 'other', label: 'その他これらに準ずるもの' },
] as const
export type Category = (typeof categories)[number]['value']

/** 支援の必要な事務 as on the form. Recorded; the protection itself is never narrower than everything. */
export const scopes = [
  { value: 'browse', label: '住民基本台帳の閲覧' },
  { value: 'copy', label: '住民票の写し等の交付（現住所地）' },
  { value: 'former-copy', label: '住民票の写し等の交付（前住所地）' },
  { value: 'annex', label: '戸籍の附票の写しの交付（本籍地）' },
  { value: 'former-annex', label: '戸籍の附票の写しの交付（前本籍地）' },
] as const
export type Scope = (typeof scopes)[number]['value']

export const roles = [
  { value: 'applicant', label: '申出者' },
  { value: 'together', label: '併せて支援を求める者' },
  { value: 'perpetrator', label: '加害者' },
] as const
export type Role = (typeof roles)[number]['value']

/** What a measure says in words. */
export type MeasureWords = {
  /** 担当課 */
  readonly office: string
  /** 相談機関 (警察, 配偶者暴力相談支援センター, 児童相談所 …) */
  readonly agency: string
  readonly note: string
}

/** Of somebody of a measure, as told. A resident's own name is read from the register. */
export type PersonWords = {
  readonly name: string
  readonly birthOn: PlainDate | null
  /** 申出者との関係 */
  readonly relation: string
}

export const actKinds = [
  { value: 'asked', label: '仮支援措置を始めた' },
  { value: 'approved', label: '支援措置を決定した' },
  { value: 'refused', label: '支援措置の必要を認めなかった' },
  { value: 'renewed', label: '支援措置を延長した' },
  { value: 'added', label: '対象者・加害者を加えた' },
  { value: 'release-asked', label: '解除を求めた' },
  { value: 'release-refused', label: '解除を認めなかった' },
  { value: 'released', label: '支援措置を解除した' },
  { value: 'lift-asked', label: '一時解除を求めた' },
  { value: 'lift-refused', label: '一時解除を認めなかった' },
  { value: 'lifted', label: '一時解除した' },
  { value: 'lift-ended', label: '一時解除を終えた' },
] as const
export type ActKind = (typeof actKinds)[number]['value']

export type Act = {
  readonly actNo: number
  readonly kind: ActKind
  readonly at: Date
  /** As `actorName` says it. */
  readonly actor: string
  readonly startsOn: PlainDate | null
  readonly endsOn: PlainDate | null
  readonly minutes: number | null
  readonly untilAt: Date | null
}

export const states = [
  { value: 'provisional', label: '仮支援措置（決定待ち）' },
  { value: 'in-force', label: '支援措置中' },
  { value: 'refused', label: '認められず終了' },
  { value: 'released', label: '解除済み' },
] as const
export type State = (typeof states)[number]['value']

/** How a measure stands after its acts. */
export type Standing = {
  readonly state: State
  readonly version: number
  readonly startsOn: PlainDate | null
  readonly endsOn: PlainDate | null
  /** What waits for a second person; `by` asked for it and cannot decide. */
  readonly waiting: {
    readonly what: 'measure' | 'release' | 'lift'
    readonly by: string
    readonly at: Date
  } | null
  /** Minutes that a waiting lift asks for. */
  readonly minutes: number | null
  /** A temporary lift that has not been ended by hand; its time may be over. */
  readonly liftedUntil: Date | null
}

/** Reads the acts in their order; the first is 「asked」. */
export function standingOf(acts: readonly Act[]): Standing {
  let standing: Standing = {
    ...{ state: 'provisional', version: 0, startsOn: null, endsOn: null },
    ...{ waiting: null, minutes: null, liftedUntil: null },
  }
  for (const act of acts) standing = { ...standing, ...changeOf(act), version: act.actNo }
  return standing
}

function changeOf({ kind, actor: by, at, startsOn, endsOn, minutes, untilAt }: Act): Partial<Standing> {
  switch (kind) {
    case 'asked':
      return { state: 'provisional', waiting: { what: 'measure', by, at } }
    case 'approved':
      return { state: 'in-force', waiting: null, startsOn, endsOn }
    case 'renewed':
      return { startsOn, endsOn }
    case 'refused':
      return { state: 'refused', waiting: null, liftedUntil: null }
    case 'released':
      return { state: 'released', waiting: null, liftedUntil: null }
    case 'release-asked':
      return { waiting: { what: 'release', by, at } }
    case 'lift-asked':
      return { waiting: { what: 'lift', by, at }, minutes }
    case 'release-refused':
    case 'lift-refused':
      return { waiting: null, minutes: null }
    case 'lifted':
      return { waiting: null, minutes: null, liftedUntil: untilAt }
    case 'lift-ended':
      return { liftedUntil: null }
    case 'added':
      return {}
  }
}

export function isOver({ state }: Standing): boolean {
  return state === 'refused' || state === 'released'
}

/** What people may do about a measure. */
export type Move =
  | 'approve'
  | 'refuse'
  | 'renew'
  | 'add'
  | 'ask-release'
  | 'release'
  | 'refuse-release'
  | 'ask-lift'
  | 'lift'
  | 'refuse-lift'
  | 'end-lift'

/** Why a move cannot be made now; `null` = it can. Nobody decides what he asked for himself. */
export function hindrance(
  standing: Standing,
  move: Move,
  actor: string,
  now: Date,
  today: PlainDate,
): 'over' | 'not-now' | 'oneself' | 'too-early' | null {
  if (isOver(standing)) return 'over'
  const { state, waiting, liftedUntil } = standing
  const decides = (what: NonNullable<Standing['waiting']>['what']): 'not-now' | 'oneself' | null =>
    waiting?.what !== what ? 'not-now' : waiting.by === actor ? 'oneself' : null
  switch (move) {
    case 'approve':
    case 'refuse':
      return decides('measure')
    case 'release':
    case 'refuse-release':
      return decides('release')
    case 'lift':
    case 'refuse-lift':
      return decides('lift')
    case 'add':
      return null
    case 'renew':
      if (state !== 'in-force') return 'not-now'
      return renewableFrom(standing.endsOn!) > today ? 'too-early' : null
    case 'ask-release':
    case 'ask-lift':
      return state === 'in-force' && waiting === null ? null : 'not-now'
    case 'end-lift':
      return liftedUntil !== null && liftedUntil > now ? null : 'not-now'
  }
}

/** 支援措置の期間: one year; begun on 2020-04-01 it lasts until 2021-03-31 (標準 3.4). */
export function yearFrom(startsOn: PlainDate): PlainDate {
  const { year, month, day } = partsOf(startsOn)
  return addDays(plainDateOf(year + 1, month, day) ?? plainDateOf(year + 1, 3, 1)!, -1)
}

/** Renewals are taken from one month before the end (標準 3.4). */
export function renewableFrom(endsOn: PlainDate): PlainDate {
  const { year, month, day } = partsOf(endsOn)
  const [y, m] = month === 1 ? [year - 1, 12] : [year, month - 1]
  for (let d = day; ; d--) {
    const found = plainDateOf(y, m, d)
    if (found) return found
  }
}

/** The period after one: it begins on the day after the end, however late it is renewed, and never ends in the past. */
export function nextPeriod(endsOn: PlainDate, today: PlainDate): { startsOn: PlainDate; endsOn: PlainDate } {
  const startsOn = addDays(endsOn, 1)
  const next = yearFrom(startsOn)
  return next >= today ? { startsOn, endsOn: next } : { startsOn: today, endsOn: yearFrom(today) }
}

export const filters = [
  { value: 'waiting', label: '決定待ち' },
  { value: 'overdue', label: '期限を過ぎた' },
  { value: 'renewal', label: '1か月以内に期限' },
  { value: 'open', label: '措置中すべて' },
  { value: 'ended', label: '終了' },
] as const
export type Filter = (typeof filters)[number]['value']

/** A period that is over, or will be within a month: somebody has to decide, and until then the protection stays. */
export function dueOf(endsOn: PlainDate | null, today: PlainDate): 'overdue' | 'renewal' | null {
  if (endsOn === null) return null
  if (endsOn < today) return 'overdue'
  return renewableFrom(endsOn) <= today ? 'renewal' : null
}

export function isListed(filter: Filter, standing: Standing, today: PlainDate): boolean {
  switch (filter) {
    case 'ended':
      return isOver(standing)
    case 'open':
      return !isOver(standing)
    case 'waiting':
      return !isOver(standing) && standing.waiting !== null
    case 'overdue':
    case 'renewal':
      return !isOver(standing) && dueOf(standing.endsOn, today) === filter
  }
}

/** A temporary lift is for one act at the counter. */
export const liftMinutes = [15, 30, 60, 120] as const
