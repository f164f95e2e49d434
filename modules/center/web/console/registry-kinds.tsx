import { useQuery } from '@tanstack/react-query'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import type { FieldKind } from '@open-bcl/ui/fields/kind.ts'
import { orNull } from '@open-bcl/ui/fields/kind.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { exchangeKinds } from '../../../certificates/exchange.contract.ts'
import { listOperators, listRegistryTowns } from '../../registry.contract.ts'

/** Fields and words that the pages of the registry share. */

export const kindOptions = Object.entries(exchangeKinds).map(([value, { ja }]) => ({ value, label: ja }))
export const Kind = selectOf(kindOptions)
/** `null` = every kind. */
export const KindOrAll = selectOf(kindOptions, 'すべての証明書')

/** 「住民票の写し」; a kind of a later protocol by its code, none for every kind. */
export function kindText(kind: string): string {
  return kindOptions.find(({ value }) => value === kind)?.label ?? kind
}

/** 「市区町村 飛騨市（住民票の写しだけ）」: what a stop or maintenance reaches. */
export function reachText(scopeJa: string, name: string, kind: string): string {
  const whole = name === '' ? scopeJa : `${scopeJa} ${name}`
  return kind === '' ? whole : `${whole}（${kindText(kind)}だけ）`
}

export const sorts = { chain: 'コンビニ等', post: '郵便局', hall: '庁舎' } as const
export const usages = { kiosk: 'キオスク', counter: 'らくらく窓口' } as const

export const IdText = textWith({ width: 'middle', maxLength: 64 })
export const OptionalText = orNull(textWith({ width: 'wide' }))

/** 「令和8年4月1日から」, 「令和8年4月1日から令和9年3月31日まで」 */
export function periodText(fromOn: PlainDate, untilOn: PlainDate | null): string {
  return `${dateText(fromOn)}から${untilOn === null ? '' : `${dateText(untilOn)}まで`}`
}

export function useTownKind(): FieldKind<string | null> {
  const towns = useQuery(q(listRegistryTowns, {})).data?.towns ?? []
  return selectOf(
    towns.map(({ municipalityCode, prefecture, name }) => ({
      value: municipalityCode as string,
      label: `${prefecture}${name}（${municipalityCode}）`,
    })),
  )
}

/** Names by code, for lists that hold codes. */
export function useTownNames(): ReadonlyMap<string, string> {
  const towns = useQuery(q(listRegistryTowns, {})).data?.towns ?? []
  return new Map(towns.map(({ municipalityCode, name }) => [municipalityCode, name]))
}

export function useOperators() {
  return useQuery(q(listOperators, {})).data?.operators ?? []
}
