import type { Channel } from './copies.ts'
import type { Month } from './fiscal-year.ts'
import type { MunicipalityType } from './operating-charge.ts'
import { sizeClassOf } from './operating-charge.ts'
import { sizeClasses, type SizeClass } from './tariff.ts'

/** Copies that have all of this in common. */
export type Count = {
  readonly month: Month
  readonly kind: string
  /** Empty = a machine that stands in no store. */
  readonly operatorId: string
  readonly channel: Channel
  /** 実店舗試験; counted apart. */
  readonly test: boolean
  /** Inside the office hours of town halls (`officeHours`). */
  readonly officeHours: boolean
  /** Taken in the town that issued it. */
  readonly ownTown: boolean
  readonly copies: number
}

/** One column of a distribution. `permille` is of the whole, cut. */
export type Share = { readonly key: string; readonly copies: number; readonly permille: number }

export type Statistics = {
  /** Real copies; tests are not in any figure but their own. */
  readonly copies: number
  readonly testCopies: number
  readonly byMonth: readonly Share[]
  readonly byKind: readonly Share[]
  readonly byOperator: readonly Share[]
  readonly byChannel: readonly Share[]
  readonly outsideOfficeHours: Share
  readonly otherTown: Share
  /** Month × kind, for the table and its CSV. */
  readonly monthlyKinds: readonly {
    readonly month: Month
    readonly kinds: Readonly<Record<string, number>>
  }[]
}

export function statisticsOf(counts: readonly Count[]): Statistics {
  const real = counts.filter((count) => !count.test)
  const copies = total(real)
  const share = (key: string, of: number): Share => ({
    key,
    copies: of,
    permille: copies === 0 ? 0 : Math.floor((of * 1_000) / copies),
  })
  const by = (keyOf: (count: Count) => string): Share[] => {
    const sums = new Map<string, number>()
    for (const count of real) sums.set(keyOf(count), (sums.get(keyOf(count)) ?? 0) + count.copies)
    return [...sums].map(([key, of]) => share(key, of))
  }
  const largestFirst = (a: Share, b: Share): number => b.copies - a.copies || a.key.localeCompare(b.key)
  const byMonth = by((count) => count.month).toSorted((a, b) => a.key.localeCompare(b.key))
  return {
    copies,
    testCopies: total(counts) - copies,
    byMonth,
    byKind: by((count) => count.kind).toSorted(largestFirst),
    byOperator: by((count) => count.operatorId).toSorted(largestFirst),
    byChannel: by((count) => count.channel).toSorted(largestFirst),
    outsideOfficeHours: share('outside', total(real.filter((count) => !count.officeHours))),
    otherTown: share('other', total(real.filter((count) => !count.ownTown))),
    monthlyKinds: byMonth.map(({ key }) => ({
      month: key as Month,
      kinds: Object.fromEntries(
        [
          ...Map.groupBy(
            real.filter((count) => count.month === key),
            (count) => count.kind,
          ),
        ]
          .map(([kind, of]) => [kind, total(of)] as const)
          .toSorted(([a], [b]) => a.localeCompare(b)),
      ),
    })),
  }
}

function total(counts: readonly Count[]): number {
  return counts.reduce((sum, count) => sum + count.copies, 0)
}

/** 全団体 by class, 2023-05-01 (S4: 参加状況): 1,741 municipalities. */
const municipalitiesByClass: Readonly<Record<ParticipationClass, number>> = {
  designated: 20,
  'city-150k': 162,
  'city-50k': 353,
  'city-30k': 169,
  'city-small': 111,
  'city-unknown': 0,
  town: 926,
}
/** As S4 counts them: designated cities together; `city-unknown` = nobody recorded its head count. */
export type ParticipationClass = Exclude<SizeClass, 'designated-large'> | 'city-unknown'
export const participationWords: Readonly<Record<ParticipationClass, string>> = {
  designated: '政令市',
  'city-150k': sizeClasses['city-150k'].ja,
  'city-50k': sizeClasses['city-50k'].ja,
  'city-30k': sizeClasses['city-30k'].ja,
  'city-small': sizeClasses['city-small'].ja,
  'city-unknown': '市・特別区（人口の登録なし）',
  town: sizeClasses.town.ja,
}

export type TownOffer = {
  readonly type: MunicipalityType
  /** `null` = nobody recorded it. */
  readonly people: number | null
  /** Kinds issued on the day, with who issues them. */
  readonly kinds: readonly { readonly kind: string; readonly issuer: 'bcl' | 'own' }[]
}

export type ParticipationRow = {
  readonly sizeClass: ParticipationClass
  readonly towns: number
  /** Of them, with a kind of 住・印・税 from BCL. */
  readonly throughBcl: number
  /** All of the nation in that class. */
  readonly ofAll: number
  readonly kinds: Readonly<Record<string, number>>
}

const bclKinds: ReadonlySet<string> = new Set(['juminhyo', 'inkan', 'tax'])

export function participationOf(towns: readonly TownOffer[]): ParticipationRow[] {
  const taking = towns.filter((town) => town.kinds.length > 0)
  return (Object.keys(participationWords) as ParticipationClass[]).map((sizeClass) => {
    const inClass = taking.filter((town) => participationClassOf(town) === sizeClass)
    const kinds: Record<string, number> = {}
    for (const town of inClass) for (const { kind } of town.kinds) kinds[kind] = (kinds[kind] ?? 0) + 1
    return {
      sizeClass,
      towns: inClass.length,
      throughBcl: inClass.filter((town) =>
        town.kinds.some(({ kind, issuer }) => issuer === 'bcl' && bclKinds.has(kind)),
      ).length,
      ofAll: municipalitiesByClass[sizeClass],
      kinds,
    }
  })
}

function participationClassOf({ type, people }: TownOffer): ParticipationClass {
  if (type === 'town') return 'town'
  if (type === 'designated') return 'designated'
  if (people === null) return 'city-unknown'
  const sizeClass = sizeClassOf(type, people)
  return sizeClass === 'designated-large' ? 'designated' : sizeClass
}
