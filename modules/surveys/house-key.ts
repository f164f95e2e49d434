import { addressKey, type AddressKey } from '@open-bcl/core/ja/address-key.ts'
import { inTownOf } from './surveys.ts'

/** Where a house stands, for finding out who lives there. For comparing only: never stored, never shown. */
export type HouseKey = AddressKey & {
  /** The 丁目 alone is no house: as many numbers must be there at least. */
  readonly least: number
}

const KANJI_NUMBER = '[〇一二三四五六七八九十百千]+'
const MARK = '(?:丁目|番地の?|番|号|[のノ之－‐‑–—―−ー─-])'
const arabic = /^(\D*?)([甲乙丙丁イロハ]?\d.*)$/
const kanji = new RegExp(`^(.+?)(${KANJI_NUMBER}(?:丁目|番|号).*)$`)
/** Numbers of a house, up to the building's name or a space. */
const numberRun = new RegExp(`^(?:(?:[甲乙丙丁イロハ]?\\d+|${KANJI_NUMBER})${MARK}*)+`)

/** The key of 町字 and what follows it; `null` where no number says which house. */
export function houseKey(town: string, number: string): HouseKey | null {
  const run = numberRun.exec(number.normalize('NFKC').trimStart())?.[0] ?? ''
  const key = addressKey(town, run)
  const least = /丁目/.test(`${town}${run}`.normalize('NFKC')) ? 2 : 1
  return key.block === '' || key.numbers.length < least ? null : { ...key, least }
}

/** The key of an address in one line; `null` where no number says which house. */
export function houseKeyOf(address: string): HouseKey | null {
  const line = address
    .normalize('NFKC')
    .trim()
    .replace(/^\D*/, (head) => head.replace(/\s+/g, ''))
    .replace(/(?<=丁目)\s+/, '')
  const inTown = inTownOf(line)
  const [, town, number] = arabic.exec(inTown) ?? kanji.exec(inTown) ?? []
  return town === undefined || number === undefined ? null : houseKey(town, number)
}

/**
 * Whether two addresses may be one house: of the same 町字, the numbers of one beginning with those of the other (a room,
 * a 号 that was left out). One spelling too many conceals a place; one too few would tell where somebody hides.
 */
export function mayBeOneHouse(one: HouseKey, other: HouseKey): boolean {
  if (!one.block.endsWith(other.block) && !other.block.endsWith(one.block)) return false
  const length = Math.min(one.numbers.length, other.numbers.length)
  if (length < Math.max(one.least, other.least)) return false
  return one.numbers.slice(0, length).every((number, i) => number === other.numbers[i])
}

/** What addresses of one 町字 have in common in whatever spelling: with or without 大字, with or without the old town's name. */
export function tailOf({ block }: AddressKey): string {
  return [...block].slice(-2).join('')
}
