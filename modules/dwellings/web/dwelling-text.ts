import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import type { searchDwellings } from '../dwellings.contract.ts'
import { houseAddress, structures, uses, type StructureCode, type UseCode } from '../dwellings.ts'

export type HouseRow = OutputOf<typeof searchDwellings>['dwellings'][number]
export type House = Omit<HouseRow, 'households'>

/** 木造・2階・専用住宅 */
export function houseKind({
  structureCode,
  storeys,
  useCode,
}: Pick<House, 'structureCode' | 'storeys' | 'useCode'>): string {
  const floors = storeys === null ? '' : `${storeys}階`
  return [labelOf(structures, structureCode as StructureCode), floors, labelOf(uses, useCode as UseCode)]
    .filter((part) => part !== '')
    .join('・')
}

export function ownersText({ owners }: Pick<House, 'owners'>): string {
  return owners.map(({ name, share }) => (share === '' ? name : `${name}（${share}）`)).join('、')
}

export function householdsText({ households }: Pick<HouseRow, 'households'>): string {
  return households.map(({ name, size }) => `${name}（${size}人）`).join('、')
}

export function addressText(
  house: Pick<House, 'town' | 'number' | 'building' | 'houseNumber' | 'concealed'>,
): string {
  return house.concealed ? `${house.town}（番地は非表示）` : houseAddress(house)
}
