import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { isTold } from '../ledger/items.ts'

/** 抽出の条件. All that are given hold at once; an empty list or `null` is no condition. */
export type Conditions = {
  /** Ages in whole years on the day the disaster struck. */
  readonly ageFrom: number | null
  readonly ageTo: number | null
  readonly sexes: readonly ('1' | '2' | '3')[]
  /** 被災時の世帯の人数. */
  readonly sizeFrom: number | null
  readonly sizeTo: number | null
  /** 65歳以上だけの世帯. */
  readonly elderlyOnly: boolean
  /** Words of the address as the ledger was cut; nobody protected is found by them. */
  readonly area: string
  readonly careLevels: readonly string[]
  /** 障害者手帳などの記録がある. */
  readonly disability: boolean
  /** 台帳に何か記載がある / ない. */
  readonly entered: boolean | null
  /** Items of the ledger: one of these choices was told; `codes` empty = nothing was told. */
  readonly items: readonly { readonly key: string; readonly codes: readonly string[] }[]
  /** Facts told of anybody in the household: the newest of the kind has one of these values; `values` empty = none told. */
  readonly facts: readonly {
    readonly kind: string
    readonly code: string
    readonly values: readonly string[]
  }[]
}

/** Codes of facts that tell no place, whichever module told them. */
const placeless: readonly string[] = ['grade', 'state', 'outcome']

/**
 * Whether being on a list of these conditions would tell where somebody is: by words of an address, by an item that is
 * closed for protected people, or by a fact that may name a place. Nobody protected is counted or listed by them.
 */
export function tellsPlace({ area, items, facts }: Conditions): boolean {
  return (
    area !== '' ||
    items.some((item) => !isTold(item)) ||
    facts.some(({ code, values }) => values.length > 0 && !placeless.includes(code))
  )
}

export const itemStates = [
  { value: 'open', label: '未対応' },
  { value: 'done', label: '済み' },
  { value: 'skipped', label: '見送り' },
] as const
export type ItemState = (typeof itemStates)[number]['value']

export const itemActs = [
  { value: 'done', label: '済みにする' },
  { value: 'skip', label: '見送る' },
  { value: 'reopen', label: '未対応に戻す' },
  { value: 'take', label: '自分が担当する' },
  { value: 'release', label: '担当を外す' },
] as const
export type ItemAct = (typeof itemActs)[number]['value']

/** What an act makes of an item, and from which states it may be done. */
export const acts: Readonly<
  Record<ItemAct, { readonly from: readonly ItemState[]; readonly to: ItemState | null }>
> = {
  done: { from: ['open'], to: 'done' },
  skip: { from: ['open'], to: 'skipped' },
  reopen: { from: ['done', 'skipped'], to: 'open' },
  take: { from: ['open'], to: null },
  release: { from: ['open'], to: null },
}

export type ExtractionList = {
  readonly listId: string
  readonly disasterId: DisasterId
  readonly name: string
  readonly conditions: Conditions
  readonly people: number
  readonly madeAt: Date
  readonly by: string
}

/** Between which birthdays ages on a day lie: born on or before `bornUntil`, and after `bornFrom`. `null` = no bound. */
export function birthsOf(
  { ageFrom, ageTo }: Pick<Conditions, 'ageFrom' | 'ageTo'>,
  day: PlainDate,
): { readonly bornUntil: string | null; readonly bornFrom: string | null } {
  // Somebody reaches an age on the day before the birthday: born on `day + 1` minus so many years is old enough.
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000)
  const back = (years: number): string => {
    const year = next.getUTCFullYear() - years
    const last = new Date(Date.UTC(year, next.getUTCMonth() + 1, 0)).getUTCDate()
    const to = new Date(Date.UTC(year, next.getUTCMonth(), Math.min(next.getUTCDate(), last)))
    return to.toISOString().slice(0, 10)
  }
  return {
    bornUntil: ageFrom === null ? null : back(ageFrom),
    bornFrom: ageTo === null ? null : back(ageTo + 1),
  }
}
