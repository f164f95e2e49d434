import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { addressKey } from '@open-bcl/core/ja/address-key.ts'
import blocks212172 from './data/blocks-212172.json' with { type: 'json' }
import outline212172 from './data/outline-212172.json' with { type: 'json' }

/** A 町字 of the open address data, with a point in it. */
export type Block = {
  readonly blockCode: string
  readonly name: string
  readonly latitude: number
  readonly longitude: number
}

type Town = {
  readonly blocks: readonly Block[]
  readonly outline: readonly (readonly (readonly [number, number])[])[]
  readonly credit: string
}

const none: Town = { blocks: [], outline: [], credit: '' }
const towns: Readonly<Record<string, Town>> = {
  '212172': {
    blocks: (blocks212172 as [string, string, number, number][]).map(
      ([blockCode, name, latitude, longitude]) => ({ blockCode, name, latitude, longitude }),
    ),
    outline: outline212172 as unknown as Town['outline'],
    credit:
      '町字：アドレス・ベース・レジストリ（デジタル庁）、座標：Geolonia 住所データ（CC BY 4.0）、行政区域：国土数値情報（国土交通省）',
  },
}

/** What the open data knows of a town; nothing where none is at hand. */
export function townMap(municipality: MunicipalityCode): Town {
  return towns[municipality] ?? none
}

/** 町字ID of a 町字 by its name in any spelling; empty where the open data does not know it. */
export function blockOf(municipality: MunicipalityCode, town: string): string {
  const wanted = addressKey(town, '')
  const chome = wanted.numbers.join('-')
  const found = townMap(municipality).blocks.find(({ name }) => {
    const key = addressKey(name, '')
    return key.block === wanted.block && key.numbers.join('-') === chome
  })
  return found?.blockCode ?? ''
}
