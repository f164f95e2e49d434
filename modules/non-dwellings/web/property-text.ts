import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import type { listNonDwellings } from '../non-dwellings.contract.ts'
import { damageWords, type DamageWord } from '../non-dwellings.ts'

export type Property = OutputOf<typeof listNonDwellings>['properties'][number]

export function resultText(result: DamageWord | null): string {
  return result === null ? '未確認' : labelOf(damageWords, result)
}
