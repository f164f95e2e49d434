import type { PlainDate } from '@open-bcl/core/brand.ts'

/** Words of the search form; empty ones are not sent. */
export type SearchWords = {
  readonly name: string
  readonly kana: string
  readonly birthOn: PlainDate | null
  readonly address: string
  readonly residentNo: string
}

export const noWords: SearchWords = { name: '', kana: '', birthOn: null, address: '', residentNo: '' }

/**
 * The conditions to send, without the empty ones; `null` when there is none at all. Digits may be typed in either width.
 * An address of the town is found by what stands behind the town's name: nobody of the register has it there.
 */
export function conditionsOf(
  words: SearchWords,
  municipalityName: string,
): Partial<Record<keyof SearchWords, string>> | null {
  const typed = {
    ...words,
    residentNo: words.residentNo.normalize('NFKC').replace(/[\s-]/g, ''),
    address: withoutTown(words.address.trim(), municipalityName),
  }
  const given = Object.entries(typed).flatMap(([name, value]) => {
    const word = value?.trim() ?? ''
    return word === '' ? [] : [[name, word]]
  })
  return given.length === 0 ? null : (Object.fromEntries(given) as Partial<Record<keyof SearchWords, string>>)
}

/** 「岐阜県飛騨市古川町」 as 「古川町」; the town's name alone stays, so that the search says that nothing was found. */
function withoutTown(address: string, municipalityName: string): string {
  const at = address.indexOf(municipalityName)
  if (at < 0 || !/^(.{2,3}[都道府県])?$/.test(address.slice(0, at))) return address
  return address.slice(at + municipalityName.length).trim() || address
}
