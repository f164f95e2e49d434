import { fold } from '@open-bcl/core/ja/fold.ts'
import { addressKey, keyText, type AddressKey } from '@open-bcl/core/ja/address-key.ts'
import type { NonResident } from '../ledger/ledger.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import type { ListedPerson } from './matching.ts'

/**
 * Compares a row of a list with a person, reason by reason. Pure; each reason is one yes or no, so that a person under
 * 支援措置 is compared without opening anything.
 */

/** A person of the register or a 住登外者, folded for comparing. */
export type Known = {
  readonly names: readonly string[]
  readonly kanas: readonly string[]
  readonly families: readonly string[]
  readonly givens: readonly string[]
  readonly kanaGivens: readonly string[]
  readonly birthOn: string | null
  readonly sex: string
  readonly house: string | null
  readonly block: string
  readonly phone: string
}

/** A row, folded once. `years`: the years of birth that its age allows. */
export type Asked = {
  readonly name: string
  readonly kana: string
  readonly family: string
  readonly given: string
  readonly kanaGiven: string
  readonly birthOn: string | null
  /** As written, where no calendar has such a day: 1971-12-91 is 1971-12-19 with two digits exchanged. */
  readonly birthWritten: string | null
  readonly years: readonly number[]
  readonly sex: string
  readonly house: string | null
  readonly block: string
  readonly phone: string
}

const space = /[\s\u3000]+/

function parts(text: string): { family: string; given: string } {
  const [family = '', ...rest] = text.trim().split(space)
  return rest.length === 0 ? { family: '', given: '' } : { family: fold(family), given: fold(rest.join('')) }
}

const present = (texts: readonly string[]): string[] => [...new Set(texts.filter((text) => text !== ''))]
const digits = (text: string): string => text.normalize('NFKC').replace(/\D/g, '')

/** 「古川町若宮三丁目3-1 コーポ101」 as town, number; 方書 is not compared: many households live in one house. */
export function addressOf(line: string): AddressKey {
  const plain = line
    .normalize('NFKC')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(
      /[〇一二三四五六七八九十]+(?=丁目)/g,
      (text) => addressKey(`町${text}丁目`, '').numbers[0] ?? text,
    )
  const [, town = '', rest = ''] = /^(.*?)(\d.*)?$/u.exec(plain.replace(/ (?=\d)/g, '')) ?? []
  const number = /^\d+(?:(?:番地の|番地|番|号|丁目|の|ノ|-|ー|−|‐|―)\d*)*号?/u.exec(rest)?.[0] ?? ''
  return addressKey(town.trim(), number)
}

/** Name and kana as written: a name in kana alone is kana. */
function written(row: ListedPerson): { name: string; kana: string } {
  const kanaOnly = /^[\p{Script=Hiragana}\p{Script=Katakana}ー・\s\u3000ｦ-ﾟ]+$/u.test(row.name)
  return { name: kanaOnly ? '' : row.name, kana: row.kana !== '' || !kanaOnly ? row.kana : row.name }
}

export function namesOf(row: ListedPerson): Pick<Asked, 'name' | 'kana'> {
  const { name, kana } = written(row)
  return { name: fold(name), kana: fold(kana) }
}

/** `town`: prefecture and municipality, which lists name or leave out. */
export function askedOf(row: ListedPerson, town: string, year: number): Asked {
  const { name: nameText, kana: kanaText } = written(row)
  const { family, given } = parts(nameText)
  const key = row.address === '' ? null : addressOf(withoutTown(row.address, town))
  return {
    ...namesOf(row),
    family,
    given,
    kanaGiven: parts(kanaText).given,
    birthOn: row.birthOn,
    birthWritten: writtenDay(row.birthText),
    years: row.birthOn === null && row.age !== null ? [year - row.age, year - row.age - 1] : [],
    sex: row.sex,
    house: key && keyText(key),
    block: key?.block ?? '',
    phone: digits(row.phone),
  }
}

function writtenDay(text: string): string | null {
  const found = /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})$/.exec(text.normalize('NFKC').trim())
  return found && `${found[1]}-${found[2]}-${found[3]}`
}

/** 「岐阜県飛騨市古川町」 as 「古川町」. */
function withoutTown(address: string, town: string): string {
  const plain = address.normalize('NFKC').replace(/\s+/g, '')
  const at = plain.indexOf(town)
  if (at >= 0 && /^(.{2,3}[都道府県])?$/.test(plain.slice(0, at)))
    return address
      .normalize('NFKC')
      .replace(/\s+/g, '')
      .slice(at + town.length)
  return address
}

const knownResidents = new WeakMap<ResidentRecord, Known>()

export function knownOfResident(record: ResidentRecord): Known {
  const kept = knownResidents.get(record)
  if (kept) return kept
  const { name, address } = record
  const { family, given } = parts(name.full)
  const { given: kanaGiven } = parts(name.kana)
  const former = name.former === '' ? '' : fold(name.former)
  const key = addressKey(address.town, address.number)
  const known: Known = {
    names: present([
      ...[name.full, name.latin, name.kanji, name.alias].map(fold),
      former === '' || given === '' ? '' : former + given,
    ]),
    kanas: present([
      ...[name.kana, name.aliasKana].map(fold),
      name.formerKana === '' || kanaGiven === '' ? '' : fold(name.formerKana) + kanaGiven,
    ]),
    families: present([family, former]),
    givens: present([given]),
    kanaGivens: present([kanaGiven]),
    birthOn: record.birth.on,
    sex: record.sex,
    house: keyText(key),
    block: key.block,
    phone: '',
  }
  knownResidents.set(record, known)
  return known
}

export function knownOfNonResident(person: NonResident, town: string): Known {
  const { family, given } = parts(person.name)
  const key = addressOf(withoutTown(person.address, town))
  return {
    names: present([fold(person.name)]),
    kanas: present([fold(person.kana)]),
    families: present([family]),
    givens: present([given]),
    kanaGivens: present([parts(person.kana).given]),
    birthOn: person.birth.on,
    sex: person.sex,
    house: person.address === '' ? null : keyText(key),
    block: person.address === '' ? '' : key.block,
    phone: digits(person.phone),
  }
}

/** Whether one slip of the pen makes one text of the other: a character more, less, another, or two exchanged. */
export function oneSlip(a: string, b: string): boolean {
  const [s, t] = [[...a], [...b]]
  if (Math.abs(s.length - t.length) > 1) return false
  let from = 0
  while (from < s.length && from < t.length && s[from] === t[from]) from += 1
  let [i, j] = [s.length, t.length]
  while (i > from && j > from && s[i - 1] === t[j - 1]) [i, j] = [i - 1, j - 1]
  const [left, right] = [s.slice(from, i), t.slice(from, j)]
  if (left.length <= 1 && right.length <= 1) return true
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]
}

/** Day and month exchanged, or two neighbouring digits. */
function swappedDay(a: string, b: string): boolean {
  const [year, month, day] = a.split('-') as [string, string, string]
  if (`${year}-${day}-${month}` === b) return true
  const [s, t] = [a.replaceAll('-', ''), b.replaceAll('-', '')]
  const differing = [...s].flatMap((one, i) => (one === t[i] ? [] : [i]))
  return (
    differing.length === 2 &&
    differing[1] === differing[0]! + 1 &&
    s[differing[0]!] === t[differing[1]!] &&
    s[differing[1]!] === t[differing[0]!]
  )
}

const oneDigit = (a: string, b: string): boolean => [...a].filter((one, i) => one !== b[i]).length === 1

/** The same year of another era: 昭和5年 for 平成5年. The years in which they begin are these far apart. */
const eraGaps: ReadonlySet<number> = new Set([14, 30, 44, 63, 77, 93])
function otherEra(a: string, b: string): boolean {
  return a.slice(4) === b.slice(4) && eraGaps.has(Math.abs(Number(a.slice(0, 4)) - Number(b.slice(0, 4))))
}

type Reason = {
  readonly code: string
  readonly label: string
  readonly points: number
  readonly holds: (row: Asked, known: Known) => boolean
}

/** Within a group the first that holds counts. */
const groups = {
  name: [
    {
      ...{ code: 'name', label: '氏名が同じ', points: 40 },
      holds: (row, known) => row.name.length >= 2 && known.names.includes(row.name),
    },
    {
      ...{ code: 'name-near', label: '氏名が一字違い', points: 24 },
      holds: (row, known) =>
        row.name.length >= 3 && known.names.some((name) => name.length >= 3 && oneSlip(row.name, name)),
    },
    {
      ...{ code: 'given', label: '名が同じ（氏が違う）', points: 16 },
      holds: (row, known) =>
        row.given !== ''
          ? known.givens.includes(row.given)
          : known.givens.some((given) => given.length >= 2 && row.name.endsWith(given)),
    },
    {
      ...{ code: 'family', label: '氏が同じ（名が違う）', points: 6 },
      holds: (row, known) =>
        row.family !== ''
          ? known.families.includes(row.family)
          : known.families.some((family) => family.length >= 2 && row.name.startsWith(family)),
    },
  ],
  kana: [
    {
      ...{ code: 'kana', label: 'フリガナが同じ', points: 34 },
      holds: (row, known) => row.kana.length >= 3 && known.kanas.includes(row.kana),
    },
    {
      ...{ code: 'kana-near', label: 'フリガナが一字違い', points: 22 },
      holds: (row, known) => row.kana.length >= 4 && known.kanas.some((kana) => oneSlip(row.kana, kana)),
    },
    {
      ...{ code: 'kana-given', label: '名のフリガナが同じ', points: 14 },
      holds: (row, known) =>
        row.kanaGiven !== ''
          ? known.kanaGivens.includes(row.kanaGiven)
          : known.kanaGivens.some((given) => given.length >= 2 && row.kana.endsWith(given)),
    },
  ],
  birth: [
    {
      ...{ code: 'birth', label: '生年月日が同じ', points: 40 },
      holds: (row, { birthOn }) => row.birthOn !== null && row.birthOn === birthOn,
    },
    {
      ...{ code: 'birth-swapped', label: '生年月日の数字が入れ替わり', points: 28 },
      holds: (row, { birthOn }) =>
        birthOn !== null &&
        [row.birthOn, row.birthWritten].some((day) => day !== null && swappedDay(day, birthOn)),
    },
    {
      ...{ code: 'birth-era', label: '生年月日が元号違い', points: 26 },
      holds: (row, { birthOn }) => row.birthOn !== null && birthOn !== null && otherEra(row.birthOn, birthOn),
    },
    {
      ...{ code: 'birth-digit', label: '生年月日が一字違い', points: 20 },
      holds: (row, { birthOn }) => row.birthOn !== null && birthOn !== null && oneDigit(row.birthOn, birthOn),
    },
    {
      ...{ code: 'age', label: '年齢が合う', points: 10 },
      holds: (row, { birthOn }) => birthOn !== null && row.years.includes(Number(birthOn.slice(0, 4))),
    },
    {
      ...{ code: 'birth-differs', label: '生年月日・年齢が違う', points: -25 },
      holds: (row, { birthOn }) => birthOn !== null && (row.birthOn !== null || row.years.length > 0),
    },
  ],
  sex: [
    {
      ...{ code: 'sex', label: '性別が同じ', points: 3 },
      holds: (row, { sex }) => row.sex !== '3' && row.sex === sex,
    },
    {
      ...{ code: 'sex-differs', label: '性別が違う', points: -15 },
      holds: (row, { sex }) => row.sex !== '3' && sex !== '3',
    },
  ],
  address: [
    {
      ...{ code: 'address', label: '住所が同じ', points: 16 },
      holds: (row, { house }) => row.house !== null && row.house === house,
    },
    {
      ...{ code: 'block', label: '町名が同じ', points: 5 },
      holds: (row, { block }) => row.block !== '' && row.block === block,
    },
  ],
  phone: [
    {
      ...{ code: 'phone', label: '電話番号が同じ', points: 16 },
      holds: (row, { phone }) => row.phone.length >= 9 && row.phone === phone,
    },
  ],
} as const satisfies Record<string, readonly Reason[]>

/** 世帯: found by comparing the rows of a list with each other (`match.ts`). */
export const householdReason = { code: 'household', label: '同じ世帯の方も一覧にある', points: 8 } as const

type Group = keyof typeof groups
/** What would tell where a protected person lives. */
const tellPlace: ReadonlySet<Group> = new Set(['address', 'phone'])

export const reasonLabels: Readonly<Record<string, string>> = Object.fromEntries(
  [...Object.values(groups).flat(), householdReason].map(({ code, label }) => [code, label]),
)
const pointsOf: Readonly<Record<string, number>> = Object.fromEntries(
  [...Object.values(groups).flat(), householdReason].map(({ code, points }) => [code, points]),
)

/**
 * The reasons that hold, one a group. `holds` asks one of them about the person, who may be closed. Nothing where the names
 * have nothing in common, unless birth date and address are the same (somebody who took another name).
 */
export function reasonsFor(
  suppressed: boolean,
  holds: (predicate: (row: Asked, known: Known) => boolean) => boolean,
): string[] {
  const first = (group: Group): string[] => {
    if (suppressed && tellPlace.has(group)) return []
    const found = (groups[group] as readonly Reason[]).find((reason) => holds(reason.holds))
    return found ? [found.code] : []
  }
  const names = [...first('name'), ...first('kana')]
  const birth = first('birth')
  const address = first('address')
  if (names.length === 0 && !(birth[0] === 'birth' && address[0] === 'address')) return []
  return [...names, ...birth, ...first('sex'), ...address, ...first('phone')]
}

const nameCodes: ReadonlySet<string> = new Set([...groups.name, ...groups.kana].map(({ code }) => code))

/** From 0 to 100. Name and kana tell of the same thing: the lesser of them counts a quarter. */
export function scoreOf(reasons: readonly string[]): number {
  const names = reasons
    .filter((code) => nameCodes.has(code))
    .map((code) => pointsOf[code]!)
    .toSorted((a, b) => b - a)
  const others = reasons.filter((code) => !nameCodes.has(code)).map((code) => pointsOf[code]!)
  const sum = (names[0] ?? 0) + (names[1] ?? 0) / 4 + others.reduce((total, points) => total + points, 0)
  return Math.max(0, Math.min(100, Math.round(sum)))
}

/** From here on nobody doubts, unless somebody else comes near. */
export const CERTAIN = 80
/** Below this nobody would look twice. */
export const UNSURE = 30
/** So far ahead of the next the best one must be. */
export const LEAD = 20

export type Scored = {
  readonly personRef: string
  readonly suppressed: boolean
  readonly score: number
  readonly reasons: readonly string[]
}

/** `candidates` the best first. */
export function verdictOf(candidates: readonly Scored[]): 'certain' | 'unsure' | 'none' {
  const [best, second] = candidates
  if (!best) return 'none'
  return best.score >= CERTAIN && best.score - (second?.score ?? 0) >= LEAD ? 'certain' : 'unsure'
}

/**
 * Whether a row may link itself: certain, the whole name or kana and the birth date the same, nothing that speaks against
 * it, and nobody under 支援措置. Where the row writes both and one of them is another (裕子 and 優子 are read alike, and one
 * kanji is read in several ways), somebody else with the same birthday may be meant, who lives elsewhere: then the one that
 * differs may do so by one slip of the pen, and in the same house.
 */
export function mayLinkItself(candidates: readonly Scored[], row: Pick<Asked, 'name' | 'kana'>): boolean {
  const [best] = candidates
  if (!best || verdictOf(candidates) !== 'certain' || best.suppressed) return false
  const has = (code: string): boolean => best.reasons.includes(code)
  if (!(has('name') || has('kana')) || !has('birth') || has('sex-differs')) return false
  const said = (['name', 'kana'] as const).filter((one) => row[one] !== '')
  return (
    said.every((one) => has(one)) || (has('address') && said.every((one) => has(one) || has(`${one}-near`)))
  )
}
