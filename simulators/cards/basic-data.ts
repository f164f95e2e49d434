/** What 券面事項入力補助AP tells of the holder, invented. */
export type BasicData = {
  readonly name: string
  readonly address: string
  /** `YYYYMMDD`. */
  readonly bornOn: string
  /** ISO/IEC 5218: 1 男, 2 女, 9 適用不能. */
  readonly sex: '1' | '2' | '9'
}

const tag = {
  all: 0xff20,
  header: 0xdf21,
  name: 0xdf22,
  address: 0xdf23,
  bornOn: 0xdf24,
  sex: 0xdf25,
} as const

/**
 * EF 0002, 基本4情報: FF20 { DF21 header, DF22 氏名, DF23 住所, DF24 生年月日, DF25 性別 }, text in UTF-8. The header holds
 * where each of the four begins, two bytes each (seen in public readers, UNVERIFIED; readers that take the tags apart
 * need it not).
 */
export function basicDataFile({ name, address, bornOn, sex }: BasicData): Buffer {
  const items = [
    element(tag.name, Buffer.from(name)),
    element(tag.address, Buffer.from(address)),
    element(tag.bornOn, Buffer.from(bornOn)),
    element(tag.sex, Buffer.from(sex)),
  ]
  const headerLength = element(tag.header, Buffer.alloc(8)).length
  const content = Buffer.concat([Buffer.alloc(headerLength), ...items])
  const begin = element(tag.all, content).length - content.length
  const places = Buffer.alloc(8)
  let at = begin + headerLength
  for (const [index, item] of items.entries()) {
    places.writeUInt16BE(at, index * 2)
    at += item.length
  }
  return element(tag.all, Buffer.concat([element(tag.header, places), ...items]))
}

/** EF 0001, 個人番号: private tag 16, 12 digits, to 17 bytes. */
export function individualNumberFile(digits: string): Buffer {
  return Buffer.concat([Uint8Array.of(0xd0, digits.length), Buffer.from(digits), Buffer.alloc(3, 0xff)])
}

function element(code: number, content: Uint8Array): Buffer {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.of(code >> 8, code & 0xff, ...size), content])
}
