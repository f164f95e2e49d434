import { isMyNumber } from '@open-bcl/core/ja/check-digits.ts'
import { fold } from '@open-bcl/core/ja/fold.ts'
import type { Column, FileInterface } from '../interfaces/interfaces.columns.ts'
import { readDate } from './manual.dates.ts'
import platform from './manual.platform.json' with { type: 'json' }
import { targetNames, virtualTargets } from './manual.plan.ts'
import { readRecords, type Dialect, type RawRecord } from './manual.records.ts'
import synonyms from './manual.synonyms.json' with { type: 'json' }
import { isRelation, readValue } from './manual.values.ts'

/** What a column of the file may be, how sure we are (0 to 1) and by what. */
export type ColumnGuess = {
  readonly target: string | null
  readonly confidence: number
  readonly by: 'name' | 'content' | 'nothing'
  /** Looks like 個人番号 or 住民票コード: masked on the screen and never taken. */
  readonly secret: boolean
}

const words = synonyms as Readonly<Record<string, readonly string[]>>
export const platformColumns = platform.columns as Readonly<Record<string, string>>

/** Names of columns are compared without width, kana, dashes and brackets. */
export function foldName(name: string): string {
  return fold(name.replace(/[（）()［］[\]【】「」<>＜＞:：／/＿_]/g, ''))
}

type Names = {
  readonly exact: ReadonlyMap<string, string>
  /** Of two names for one target the one that is listed first says it better: 開始日 before 申出日. */
  readonly rank: ReadonlyMap<string, number>
  readonly parts: readonly [string, string][]
}

function namesFor(file: FileInterface): Names {
  const exact = new Map<string, string>()
  const rank = new Map<string, number>()
  const parts: [string, string][] = []
  // The first to claim a name keeps it: the interface's own names before anybody's habits.
  const claim = (name: string, target: string, at = 0): void => {
    const folded = foldName(name)
    if (folded !== '' && !exact.has(folded)) {
      exact.set(folded, target)
      rank.set(folded, at)
    }
    if ([...folded].length >= 3) parts.push([folded, target])
  }
  const targets = [...targetNames(file), '個人番号', '住民票コード']
  for (const target of targets) claim(target, target)
  for (const target of targets)
    for (const [at, word] of (words[target] ?? []).entries()) claim(word, target, at + 1)
  for (const [word, target] of Object.entries(platformColumns))
    if (targets.includes(target)) claim(word, target)
  // Of 「世帯主氏名」 and 「氏名」 the longer says more.
  parts.sort((a, b) => b[0].length - a[0].length)
  return { exact, rank, parts }
}

/** How many of the names say what they are: tells a header from a title and from data. */
export function countKnownNames(file: FileInterface, cells: readonly string[]): number {
  const { exact } = namesFor(file)
  return new Set(cells.map((cell) => exact.get(foldName(cell))).filter((target) => target !== undefined)).size
}

/** Whether the header is that of 地域情報プラットフォーム as far as we know it. */
export function looksLikePlatform(header: readonly string[]): boolean {
  const known = new Set(Object.keys(platformColumns).map(foldName))
  const hits = header.filter((name) => known.has(foldName(name))).length
  return hits >= 8 && hits >= header.length * 0.6
}

/** What the cells of one column are like, as shares of those that are not empty. */
type Look = {
  readonly filled: number
  readonly dates: number
  readonly old: number
  readonly kana: number
  readonly kanji: number
  readonly sexes: number
  readonly posts: number
  readonly relations: number
  readonly addresses: number
  readonly digits: number
  /** Nothing but figures, however few. */
  readonly figures: number
  readonly distinct: number
  readonly myNumbers: boolean
}

function lookAt(cells: readonly string[]): Look {
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '')
  const n = Math.max(1, filled.length)
  const share = (test: (cell: string) => boolean): number => filled.filter(test).length / n
  const plain = (cell: string): string => cell.normalize('NFKC')
  const days = filled.map(readDate)
  const years = days.flatMap((one) => (one.kind === 'day' ? [Number(one.day.slice(0, 4))] : []))
  return {
    filled: filled.length / Math.max(1, cells.length),
    dates: days.filter((one) => one.kind === 'day' || one.kind === 'uncertain').length / n,
    old: years.filter((year) => year < 1990).length / Math.max(1, years.length),
    kana: share((cell) => /^[ァ-ヶー・\s]+$/.test(plain(cell))),
    kanji: share((cell) =>
      /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}々ヶ\s\u{E0100}-\u{E01EF}]{2,20}$/u.test(cell),
    ),
    sexes: share((cell) => /^(?:[男女]性?|[MFmf]|[0129])$/.test(plain(cell))),
    posts: share((cell) => /^〒?\d{3}-\d{4}$/.test(plain(cell))),
    relations: share(isRelation),
    addresses: share((cell) => /[都道府県市区町村字].*[0-9０-９]/.test(cell) && cell.length >= 5),
    figures: share((cell) => /^\d+$/.test(plain(cell))),
    digits: share((cell) => /^\d{4,15}$/.test(plain(cell))),
    distinct: new Set(filled).size / n,
    myNumbers: filled.length >= 3 && share((cell) => isMyNumber(plain(cell))) > 0.8,
  }
}

/** What the content alone suggests, with how sure that is. */
function byContent(look: Look, names: ReadonlySet<string>): [string, number][] {
  const found: [string, number][] = []
  const offer = (target: string, confidence: number, when: boolean): void => {
    if (when && look.filled > 0.3 && names.has(target)) found.push([target, confidence])
  }
  offer('住所_郵便番号', 0.8, look.posts > 0.9)
  offer('性別', 0.7, look.sexes > 0.95 && look.distinct < 0.5)
  offer('続柄表記', 0.75, look.relations > 0.8)
  offer('生年月日', 0.65, look.dates > 0.9 && look.old > 0.3)
  offer('氏名_フリガナ', 0.7, look.kana > 0.9)
  offer('住所（1列に全部）', 0.6, look.addresses > 0.8)
  offer('氏名', 0.6, look.kanji > 0.9 && look.relations < 0.3 && look.sexes < 0.5)
  offer('宛名番号', 0.55, look.digits > 0.95 && look.distinct > 0.98 && look.filled > 0.98)
  offer('世帯番号', 0.5, look.digits > 0.95 && look.distinct < 0.9 && look.distinct > 0.15)
  return found
}

/** Names that say little of a code: taken only where every value is one of the interface's. */
const weakNames: ReadonlySet<string> = new Set(['外国人区分', '事由', '申出事由'].map(foldName))
/** Here figures mean what the vendor chose: 1 may be 外国人 and is 日本人 in the interface. */
const figuresOfOwn = foldName('外国人区分')

/** Of the cells that are not empty, how many the interface would take as a code of the column. */
function codesAmong(column: Column, cells: readonly string[]): number {
  const filled = cells.filter((cell) => cell.trim() !== '')
  const taken = filled.filter((cell) => {
    const { value } = readValue(column, cell, null)
    if (column.codes !== undefined) return Object.hasOwn(column.codes, value)
    return value.length <= column.maxLength && /^[0-9A-Z]+$/i.test(value)
  })
  return taken.length / Math.max(1, filled.length)
}

/** Whether what stands in a column can be what its name says: 1 it is, 0 it cannot be, between: nothing to say. */
function fits(target: string, kinds: ReadonlyMap<string, Column>, look: Look): number {
  const column = kinds.get(target)
  if (look.filled === 0) return 0.8
  if (column?.kind === 'date' || column?.kind === 'uncertain-date') return look.dates
  if (column?.kind === 'digits')
    return look.digits > 0.5 || look.posts > 0.5 ? 1 : target === '宛名番号' ? 0.5 : 0.6
  if (target === '性別') return look.sexes > 0.8 ? 1 : 0.3
  return 0.9
}

/**
 * Which column is what. Names count most, content decides between them and finds what has no name. `rows`: some hundred
 * rows of data; `header`: `null` when the file has none.
 */
export function guessColumns(
  file: FileInterface,
  header: readonly string[] | null,
  rows: readonly (readonly string[])[],
): ColumnGuess[] {
  const width = Math.max(header?.length ?? 0, ...rows.map((row) => row.length))
  const names = namesFor(file)
  const targets = new Set(targetNames(file))
  const kinds = new Map(file.columns.map((column) => [column.name, column]))
  const offers: { at: number; target: string; score: number; by: 'name' | 'content' }[] = []
  const secrets = new Set<number>()
  for (let at = 0; at < width; at++) {
    const cells = rows.map((row) => row[at] ?? '')
    const look = lookAt(cells)
    const name = foldName(header?.[at] ?? '')
    const exact = names.exact.get(name)
    if (exact === '個人番号' || exact === '住民票コード') {
      // Some vendors call 宛名番号 so: the check digits tell.
      if (
        !look.myNumbers &&
        exact === '個人番号' &&
        look.filled > 0 &&
        look.digits > 0.9 &&
        targets.has('宛名番号')
      )
        offers.push({ at, target: '宛名番号', score: 0.5, by: 'content' })
      else secrets.add(at)
      continue
    }
    // 宛名番号 of twelve digits has the same check digit (標準 1.1.13): a name that is known decides.
    if (look.myNumbers && exact === undefined) {
      secrets.add(at)
      continue
    }
    const column = exact === undefined ? undefined : kinds.get(exact)
    const foreign =
      column?.kind === 'code' &&
      weakNames.has(name) &&
      look.filled > 0 &&
      (codesAmong(column, cells) < 1 || (name === figuresOfOwn && look.figures > 0))
    if (exact !== undefined && !foreign) {
      const rank = (names.rank.get(name) ?? 0) / 1_000
      offers.push({ at, target: exact, score: 0.6 + 0.4 * fits(exact, kinds, look) - rank, by: 'name' })
    } else if (exact === undefined && name !== '') {
      const part = names.parts.find(([folded]) => name.includes(folded))
      if (part !== undefined && targets.has(part[1])) {
        const fit = fits(part[1], kinds, look)
        if (fit > 0.5) offers.push({ at, target: part[1], score: 0.35 + 0.3 * fit, by: 'name' })
      }
    }
    for (const [target, confidence] of byContent(look, targets)) {
      // A column whose name is known to mean something else is not taken for what it looks like.
      if (exact === undefined)
        offers.push({ at, target, score: confidence * (name === '' ? 1 : 0.8), by: 'content' })
    }
  }
  offers.sort((a, b) => b.score - a.score || a.at - b.at)
  const taken = new Map<number, (typeof offers)[number]>()
  const given = new Set<string>()
  for (const offer of offers) {
    if (taken.has(offer.at) || given.has(offer.target)) continue
    taken.set(offer.at, offer)
    given.add(offer.target)
  }
  dropDoubles(file, taken)
  return Array.from({ length: width }, (_, at) => {
    const offer = taken.get(at)
    const secret = secrets.has(at)
    if (offer === undefined || secret) return { target: null, confidence: 0, by: 'nothing' as const, secret }
    return { target: offer.target, confidence: Math.round(offer.score * 100) / 100, by: offer.by, secret }
  })
}

/** 氏名 and 氏 in one file say the same twice: the whole wins. */
function dropDoubles(file: FileInterface, taken: Map<number, { readonly target: string }>): void {
  const given = new Set([...taken.values()].map(({ target }) => target))
  for (const virtual of virtualTargets(file)) {
    if (virtual.kind !== 'name-part' || !given.has(virtual.of)) continue
    for (const [at, { target }] of taken) if (target === virtual.name) taken.delete(at)
  }
}

export type Shape = {
  readonly delimiter: Dialect['delimiter']
  readonly quote: Dialect['quote']
  readonly headerLine: number
}

/** Delimiter, quotes and header of a text, from its first some hundred lines. */
export async function guessShape(file: FileInterface, head: string): Promise<Shape> {
  const quote = /(?:^|[,\t;\r\n])'[^'\r\n]*'(?=[,\t;\r\n])/.test(head) && !head.includes('"') ? "'" : '"'
  const tries = await Promise.all(
    ([',', '\t', ';'] as const).map(async (delimiter) => {
      const records = await firstRecords(head, { delimiter, quote })
      const widths = records.map(({ cells }) => cells.length)
      const usual = mostCommon(widths)
      const same = widths.filter((width) => width === usual).length / Math.max(1, widths.length)
      return { delimiter, records, score: usual <= 1 ? 0 : same * Math.log2(usual + 1) }
    }),
  )
  const best = tries.toSorted((a, b) => b.score - a.score)[0]!
  return { delimiter: best.delimiter, quote, headerLine: findHeader(file, best.records) }
}

async function firstRecords(head: string, dialect: Dialect): Promise<RawRecord[]> {
  const records: RawRecord[] = []
  async function* once(): AsyncGenerator<string> {
    yield head
  }
  try {
    for await (const batch of readRecords(once(), dialect)) {
      records.push(...batch)
      if (records.length > 300) break
    }
  } catch {
    // With this delimiter it is no table; another may do.
  }
  return records
}

/** On which line the record begins that names the columns; 0: none does. */
export function findHeader(
  file: FileInterface,
  records: readonly Pick<RawRecord, 'cells' | 'line'>[],
): number {
  const first = records.slice(0, 20)
  const known = first.map(({ cells }) => countKnownNames(file, cells))
  const most = Math.max(0, ...known)
  if (most >= 2) return first[known.indexOf(most)]!.line
  // Names that nobody knows: a row of words above rows that have figures.
  const usual = mostCommon(records.slice(0, 100).map(({ cells }) => cells.length))
  const start = first.findIndex(
    ({ cells }) => cells.length === usual && cells.filter((cell) => cell !== '').length > usual / 2,
  )
  const words = first[start]?.cells ?? []
  const figures = (cells: readonly string[]): number => cells.filter((cell) => /[0-9０-９]/.test(cell)).length
  const next = first[start + 1]?.cells ?? []
  const heads =
    words.length > 1 && figures(words) === 0 && figures(next) > 0 && new Set(words).size === words.length
  return heads || (most === 1 && figures(words) === 0) ? (first[start]?.line ?? 0) : 0
}

function mostCommon(numbers: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const one of numbers) counts.set(one, (counts.get(one) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0
}
