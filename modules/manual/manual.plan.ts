import type { Column, FileInterface } from '../interfaces/interfaces.columns.ts'
import type { Encoding } from './manual.encoding.ts'
import type { Dialect } from './manual.records.ts'

/** How one upload is read and which of its columns means what. Guessed, then corrected by the clerk, then remembered. */
export type Plan = {
  readonly encoding: Encoding
  readonly delimiter: Dialect['delimiter']
  readonly quote: Dialect['quote']
  /** Sheet of a workbook from 0; 0 for text. */
  readonly sheet: number
  /** On which line of the file, from 1, the record of the column names begins; 0: none does. What stands before it is a title and is left out. */
  readonly headerLine: number
  /** For each column of the file what it means: a column of the interface, one of `virtualTargets`, or nothing. */
  readonly targets: (string | null)[]
  /** Values for columns that the file does not have, by name of the column. */
  readonly fills: Readonly<Record<string, string>>
  /** Columns whose cut-off leading zeros are put back, and to what length. */
  readonly zeroFill: Readonly<Record<string, number>>
}

/** What a column of a file may be that is no column of the interface: a part of one, or several in one. */
export type VirtualTarget =
  | { readonly kind: 'name-part'; readonly name: string; readonly of: string; readonly order: 0 | 1 }
  | { readonly kind: 'whole-address'; readonly name: string; readonly prefix: string }

/** Never taken by hand: the law wants a purpose (番号法9条, 住基法30条の37), and neither the ledger nor 罹災証明 has one. */
export const neverByHand: ReadonlySet<string> = new Set(['個人番号', '住民票コード'])

export function virtualTargets(file: FileInterface): VirtualTarget[] {
  const names = new Set(file.columns.map((column) => column.name))
  const found: VirtualTarget[] = []
  for (const whole of ['氏名', '氏名_フリガナ']) {
    if (!names.has(whole)) continue
    for (const [order, part] of (['氏', '名'] as const).entries()) {
      const name = whole === '氏名' ? part : `${part}_フリガナ`
      if (!names.has(name)) found.push({ kind: 'name-part', name, of: whole, order: order as 0 | 1 })
    }
  }
  for (const name of names) {
    if (!name.endsWith('_町字')) continue
    const prefix = name.slice(0, -'_町字'.length)
    if (names.has(`${prefix}_番地号表記`))
      found.push({ kind: 'whole-address', name: `${prefix}（1列に全部）`, prefix })
  }
  return found
}

/** Everything a column of the file may be chosen to mean, in the order of the interface. */
export function targetNames(file: FileInterface): string[] {
  const virtual = virtualTargets(file)
  return file.columns.flatMap(({ name }) => {
    if (neverByHand.has(name)) return []
    const parts = virtual.filter((one) =>
      one.kind === 'name-part' ? one.of === name : `${one.prefix}_町字` === name,
    )
    return [name, ...parts.map((part) => part.name)]
  })
}

/** What is put where the file has no column, or an empty cell; shown to the clerk as it stands. */
export type FillRule = {
  readonly column: string
  /** The value put in, or `null` when it is worked out row by row as `words` says. */
  readonly value: string | null
  readonly words: string
  /** Empty cells of a column that is there are filled, too. */
  readonly blanksToo: boolean
}

export type FillTown = { readonly code: string; readonly prefecture: string; readonly name: string }

type Known = { readonly value: string | null; readonly words: string; readonly blanksToo?: true }

/**
 * The rules for columns that the interface demands and the file may lack. `firstOn`: the day of the first load, which must
 * not move with the calendar, or the same file would change everything the next day.
 */
function knownRules(town: FillTown, firstOn: string): Readonly<Record<string, Known>> {
  const blanksToo = true
  return {
    市区町村コード: { value: town.code, words: '自団体のコード', blanksToo },
    履歴番号: { value: '1', words: '1人1行とみなします' },
    履歴番号_枝番: { value: '0', words: '枝番なし', blanksToo },
    住民種別: { value: null, words: '国籍が日本以外の行は外国人住民、ほかは日本人住民', blanksToo },
    住民状態: { value: '1', words: '全員を住民とみなします' },
    異動年月日: { value: null, words: '住民となった年月日。なければ「記載なし」の不詳日', blanksToo },
    異動事由: { value: '00', words: '事由の記載なし', blanksToo },
    振り仮名_公証区分: { value: '0', words: '振り仮名の記載なし', blanksToo },
    世帯状態: { value: '1', words: 'すべて現存とみなします' },
    性別: { value: '3', words: '不明', blanksToo },
    性別表記: { value: null, words: '性別コードの名称', blanksToo },
    続柄コード1: { value: null, words: '続柄表記から。表にない続柄は00', blanksToo },
    続柄表記: { value: '記載なし', words: '続柄の記載なし', blanksToo },
    住所_市区町村コード: { value: town.code, words: '自団体のコード', blanksToo },
    住所_町字コード: { value: '0000000', words: '町字コードの記載なし', blanksToo },
    住所_都道府県: { value: town.prefecture, words: '自団体', blanksToo },
    住所_市区郡町村名: { value: town.name, words: '自団体', blanksToo },
    住所_郵便番号: { value: '0000000', words: '郵便番号の記載なし', blanksToo },
    支援措置区分: { value: '4', words: '区分の記載がない人も保護します', blanksToo },
    支援措置開始年月日: { value: firstOn, words: '最初に取り込んだ日', blanksToo },
    操作者ID: { value: '手作業', words: '手作業で取り込んだ印', blanksToo },
    操作年月日: { value: firstOn, words: '最初に取り込んだ日', blanksToo },
    操作時刻: { value: '00:00:00', words: '時刻の記載なし', blanksToo },
    最新フラグ: { value: '1', words: 'どの行も最新とみなします', blanksToo },
    削除フラグ: { value: '0', words: '削除の行はないとみなします', blanksToo },
  }
}

/** The rule of each required column; a required column without one must be in the file. */
export function fillRules(file: FileInterface, town: FillTown, firstOn: string): FillRule[] {
  const known = knownRules(town, firstOn)
  return file.columns.flatMap((column) => {
    const rule = known[column.name] ?? generic(column)
    if (rule === null || (!column.required && column.kind !== 'flag')) return []
    const { value, words, blanksToo = false } = rule
    return [{ column: column.name, value, words, blanksToo }]
  })
}

function generic(column: Column): Known | null {
  if (column.kind === 'integer' && column.name.endsWith('履歴番号'))
    return { value: '1', words: '1件1行とみなします' }
  if (column.kind === 'flag') return { value: '0', words: '記載なし', blanksToo: true }
  return null
}

/** Columns that are made of others when the file lacks them: covered by what is mapped there. */
export function coveredBy(file: FileInterface, targets: readonly (string | null)[]): ReadonlySet<string> {
  const chosen = new Set(targets.filter((target) => target !== null))
  const covered = new Set(chosen)
  for (const virtual of virtualTargets(file)) {
    if (!chosen.has(virtual.name)) continue
    if (virtual.kind === 'name-part') covered.add(virtual.of)
    else for (const part of addressColumns) covered.add(`${virtual.prefix}_${part}`)
  }
  return covered
}

export const addressColumns = [
  '市区町村コード',
  '都道府県',
  '市区郡町村名',
  '町字',
  '番地号表記',
  '方書',
] as const

/** Required columns that nothing gives: the file cannot be taken before they are mapped. */
export function missingColumns(
  file: FileInterface,
  targets: readonly (string | null)[],
  town: FillTown,
): string[] {
  const covered = coveredBy(file, targets)
  const ruled = new Set(fillRules(file, town, '2000-01-01').map((rule) => rule.column))
  return file.columns
    .filter((column) => column.required && !covered.has(column.name) && !ruled.has(column.name))
    .map((column) => column.name)
}

/** Targets chosen for more than one column of the file. */
export function repeatedTargets(targets: readonly (string | null)[]): string[] {
  const seen = new Set<string>()
  return targets.filter(
    (target): target is string => target !== null && (seen.has(target) || !seen.add(target)),
  )
}
