import type { DemoTown } from '@open-bcl/demo/town.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import { encodeLegacy } from './japanese-codes.ts'

/** What a clerk is given by an old system: CP932, a title line, columns in an order of its own, 和暦, half-width kana. */
export type Messy = {
  readonly bytes: Buffer
  readonly people: number
  readonly wrongLines: readonly number[]
}

const halfWidth = new Map(
  Array.from({ length: 63 }, (_, i) => String.fromCharCode(0xff61 + i)).flatMap((half) => [
    [half.normalize('NFKC'), half] as const,
  ]),
)
function toHalfWidth(kana: string): string {
  return [...kana.normalize('NFD')]
    .map((c) => ({ '\u3099': 'ﾞ', '\u309A': 'ﾟ', '\u3000': ' ' })[c] ?? halfWidth.get(c) ?? c)
    .join('')
}

const sexes = { '1': '男', '2': '女', '3': '不明' } as const

/** `wrong`: every so many-th row is spoilt (a birth date of the 13th month); 0: none. */
export function messyResidents(town: DemoTown, wrong: number): Messy {
  const lines = [
    `住民基本台帳　住民一覧（${town.residents.length}件）`,
    '"性別","ｶﾅ氏名","現住所","世帯コード","漢字氏名","生年月日","宛名コード","続柄","郵便番号","転入日","備考"',
  ]
  const wrongLines: number[] = []
  for (const [i, person] of town.residents.entries()) {
    const { address, name, birth } = person
    const spoilt = wrong > 0 && i % wrong === wrong - 1
    if (spoilt) wrongLines.push(lines.length + 1)
    const born = birth.on === null ? (birth.text ?? '') : (formatWareki(birth.on) ?? birth.on)
    const since = person.becameResidentOn.on
    const cells = [
      sexes[person.sex],
      toHalfWidth(name.kana),
      `${address.city}${address.town}${address.number}${address.building === '' ? '' : `　${address.building}`}`,
      person.householdNo ?? '',
      name.full,
      spoilt ? '昭和50年13月40日' : i % 3 === 0 ? shortWareki(born) : born,
      person.residentNo,
      person.relationText,
      `${address.postCode.slice(0, 3)}-${address.postCode.slice(3)}`,
      since === null ? '' : since.replaceAll('-', '/'),
      '',
    ]
    lines.push(cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','))
  }
  const bytes = encodeLegacy(`${lines.join('\r\n')}\r\n`, 'shift_jis')
  return { bytes, people: town.residents.length, wrongLines }
}

/** 昭和55年4月1日 → S55.04.01, as half of the systems write it. */
function shortWareki(text: string): string {
  const letters: Readonly<Record<string, string>> = { 明治: 'M', 大正: 'T', 昭和: 'S', 平成: 'H', 令和: 'R' }
  const match = /^(明治|大正|昭和|平成|令和)(元|\d+)年(\d+)月(\d+)日$/.exec(text)
  if (match === null) return text
  const year = match[2] === '元' ? '1' : match[2]!
  return `${letters[match[1]!]}${[year, match[3]!, match[4]!].map((part) => part.padStart(2, '0')).join('.')}`
}

/** 支援措置対象者 of the same town, with no more than the old system knows. */
export function messySuppressions(town: DemoTown): Buffer {
  const lines = ['宛名コード\t履歴No\t開始日\t終了日\t措置区分\t最新']
  const newest = new Map(town.suppressions.map((one) => [one.residentNo, one.historyNo]))
  for (const one of town.suppressions) {
    const day = (on: string | null): string => (on === null ? '' : on.replaceAll('-', ''))
    const cells = [one.residentNo, one.historyNo, day(one.startsOn), day(one.endsOn)]
    const latest = newest.get(one.residentNo) === one.historyNo
    lines.push([...cells, one.ended ? '終了' : 'DV', latest ? '○' : ''].join('\t'))
  }
  return Buffer.from(`\u{feff}${lines.join('\n')}\n`, 'utf16le')
}
