import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays, plainDate } from '@open-bcl/core/dates.ts'
import { makeResidentRecordCode } from '@open-bcl/core/ja/check-digits.ts'
import {
  addressLine,
  noCopyItems,
  type CopyItems,
  type Reading,
  type ResidentRecord,
} from '@open-bcl/modules/residents/residents.ts'
import { noDate, sure, type DraftHousehold, type DraftPerson, type Relation } from './drafts.ts'

/** 住民票コード that nobody has: each begins with a zero (made up for the demonstration). */
const firstDigits = '00'

/** What copies of 住民票 show beside the rest, as a person's `sequence` in the town makes them: no chance, so that nobody else changes. */
export function copyItemsOf(
  person: DraftPerson,
  { address, members }: DraftHousehold,
  sequence: number,
): CopyItems {
  const moved = person.change?.reason === '転居' ? person.change : undefined
  const place: Omit<CopyItems, 'familyReading' | 'givenReading' | 'formerReading'> = {
    ...noCopyItems,
    recordCode: makeResidentRecordCode(
      firstDigits + String((sequence * 6_173) % 100_000_000).padStart(8, '0'),
    ),
    settledOn: moved === undefined ? noDate : sure(moved.on),
    settledNotifiedOn: notifiedOn(person, sequence),
    addressWithin: moved?.from === undefined ? '' : addressLine(moved.from),
  }
  if (person.foreign !== undefined) return { ...noCopyItems, ...place }
  const head = domicileHead(person, members)
  // Of one 戸籍 one 本籍.
  const sum = Array.from(head).reduce((total, character) => total + character.codePointAt(0)!, 0)
  return {
    ...place,
    ...readingsOf(person, sequence),
    domicile: `${address.prefecture}${address.city}${address.town}${1 + (sum % 1_900)}番地`,
    domicileHead: head,
  }
}

function notifiedOn({ since, sinceReason }: DraftPerson, sequence: number): PlainDate | null {
  if (since.on === null || sinceReason === '出生' || sinceReason === '職権修正') return null
  return addDays(since.on, sequence % 14)
}

/** The law's readings of 2025: most were notified or carried over; some people's are provisional, some have none. */
function readingsOf(
  { key, name }: DraftPerson,
  sequence: number,
): Pick<CopyItems, 'familyReading' | 'givenReading' | 'formerReading'> {
  const state: Reading['state'] =
    key === undefined && sequence % 8 === 0
      ? 'provisional'
      : key === undefined && sequence % 13 === 0
        ? 'none'
        : 'confirmed'
  const [family = '', given = ''] = name.kana.split('　')
  const reading = (text: string): Reading => (state === 'none' ? { text: '', state } : { text, state })
  return {
    familyReading: reading(family),
    givenReading: reading(given),
    formerReading:
      name.formerKana === undefined || name.formerKana === ''
        ? { text: '', state: 'none' }
        : { text: name.formerKana, state: 'confirmed' },
  }
}

/** Couples and their unmarried children share a 戸籍; parents and everybody else have their own. */
function domicileHead(person: DraftPerson, members: readonly DraftPerson[]): string {
  const named = (...wanted: Relation[]): DraftPerson[] =>
    members.filter(({ relation, foreign }) => wanted.includes(relation) && foreign === undefined)
  const firstOf = (...people: DraftPerson[]): string =>
    (people.find(({ male }) => male) ?? people[0] ?? person).name.full
  const couple = named('世帯主', '夫', '妻')
  const is = (...wanted: Relation[]): boolean => wanted.includes(person.relation)
  if (is('世帯主', '夫', '妻')) return firstOf(...couple)
  if (is('子の夫', '子の妻', '子の子')) return firstOf(...named('子', '子の夫').filter(({ male }) => male))
  if (is('父', '母')) return firstOf(...named('父', '母'))
  if (!is('子')) return person.name.full
  const married = named('子の夫', '子の妻').length > 0 && person === named('子').find(({ male }) => male)
  return married ? person.name.full : firstOf(...couple)
}

/** 外国人住民 have 住民票 since this day (平成21年法律第77号). */
const FIRST_DAY = plainDate('2012-07-09')

/** 在留カード等番号 that was never given out. */
export function foreignOf(person: DraftPerson, sequence: number): ResidentRecord['foreign'] {
  if (person.foreign === undefined) return null
  const cardNo = `ZZ${String((sequence * 4_271) % 100_000_000).padStart(8, '0')}ZZ`
  // Who lived here before became 外国人住民 on the day 外国人登録 ended.
  const before = person.since.on !== null && person.since.on < FIRST_DAY
  return { ...person.foreign, since: before ? sure(FIRST_DAY) : person.since, cardNo }
}
