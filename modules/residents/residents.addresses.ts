import { countGraphemes, graphemes } from '@open-bcl/core/ja/text.ts'

/**
 * 都道府県, 市区郡町村名, 町字, 番地号表記, 方書 from `first` on, as `addressLine` prints them; else 国名等 and 国外住所, where
 * the interface has them.
 */
export function joinedAddress(at: (index: number) => string, first: number, abroad?: number): string {
  const head = at(first) + at(first + 1) + at(first + 2) + at(first + 3)
  const building = at(first + 4)
  if (head !== '' || building !== '') return building === '' ? head : `${head}　${building}`
  if (abroad === undefined) return ''
  const country = at(abroad)
  return at(abroad + 1) === '' ? country : `${country}　${at(abroad + 1)}`
}

/**
 * Spreads one printed line over the columns it came from. The record keeps no borders between them, so 町字 takes what
 * has no telling ending; read back, the line is the same. Throws when the line is longer than the columns.
 */
export function putAddress(fields: string[], first: number, line: string): void {
  if (line === '') return
  const space = line.indexOf('　')
  const head = space < 0 ? line : line.slice(0, space)
  const [, prefecture = '', city = '', rest = ''] =
    /^(北海道|東京都|大阪府|京都府|[^\s]{2,3}県)?([^\s]{1,11}?[市区町村])?([\s\S]*)$/u.exec(head) ?? []
  const characters = graphemes(rest)
  const building = space < 0 ? '' : line.slice(space + 1)
  if (characters.length > 170 || countGraphemes(building) > 300)
    throw new RangeError('address too long for its columns')
  fields[first] = prefecture
  fields[first + 1] = city
  fields[first + 2] = characters.slice(0, 120).join('')
  fields[first + 3] = characters.slice(120).join('')
  fields[first + 4] = building
}
