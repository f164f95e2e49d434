import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'
import { UNUSED } from '../certificates/paper.ts'
import {
  EMPTY,
  OMITTED,
  RESIDENCE_SENTENCES,
  residenceGrids,
  type Item,
  type MemberFacts,
  type ResidenceFacts,
} from '../certificates/papers/residence.ts'
import { printedDate } from '../certificates/papers/printed.ts'
import { addressLine, type Reading, type ResidentRecord } from '../residents/residents.ts'
import { orderMembers } from './member-order.ts'
import { articleWords, periodText, statusText } from './residence.codes.ts'
import { options, type Asked, type ResidenceKind } from './residence.ts'

/** What the words of one certificate are made of. */
export type Source = {
  /** In the order of the paper. */
  readonly chosen: readonly ResidentRecord[]
  /** Everybody of the household is chosen. */
  readonly whole: boolean
  /** 世帯主 as certificates write it; `null` = none is set. */
  readonly headName: string | null
  readonly asked: Asked
  readonly statusWords: Readonly<Record<string, string>>
}

/** Every word of one certificate. */
export function residenceFacts(kind: ResidenceKind, source: Source): ResidenceFacts {
  const { chosen, whole, headName, asked, statusWords } = source
  const [first] = chosen
  if (!first) throw new Error('a certificate of nobody')
  const address = asked.building ? first.address : { ...first.address, building: '' }
  return {
    title: kind === 'juminhyo' ? '住民票' : '住民票記載事項証明書',
    form: asked.form,
    address: addressLine(address),
    head: asked.items.has('relation') ? (headName ?? EMPTY) : OMITTED,
    grids: residenceGrids[asked.form],
    members: chosen.map((record) => memberFacts(kind, record, asked, statusWords)),
    certifyingSentence: RESIDENCE_SENTENCES[kind === 'kisai' ? 'kisai' : whole ? 'all' : 'some'],
  }
}

/** 世帯員の並び順, of the whole household: whoever is chosen of it keeps the place. */
export function inOrder(records: readonly ResidentRecord[]): ResidentRecord[] {
  return orderMembers(
    records.map((record) => ({
      record,
      residentNo: record.residentNo,
      relationText: record.relationText,
      sex: record.sex,
      birth: record.birth,
      name: record.name.full,
      domicileHead: record.copy.domicileHead,
      order: record.copy.order,
    })),
  ).map(({ record }) => record)
}

/** Items that hang on an option of this kind and were not asked for. */
function omittedItems(kind: ResidenceKind, { items }: Asked): ReadonlySet<Item> {
  const optional = options.filter(({ kinds }) => kinds.includes(kind)).flatMap((option) => option.items)
  return new Set<Item>(['myNumber', ...optional.filter((item) => !items.has(item))])
}

function memberFacts(
  kind: ResidenceKind,
  record: ResidentRecord,
  asked: Asked,
  statusWords: Source['statusWords'],
): MemberFacts {
  const said = record.foreign === null ? japaneseItems(record) : foreignItems(record, statusWords)
  const omitted = omittedItems(kind, asked)
  const printed = Object.entries<string | null>(said).map(([item, words]): [string, string] => [
    item,
    // What nobody of this kind has is struck out, asked for or not.
    omitted.has(item as Item) && words !== UNUSED ? OMITTED : certain(item, words),
  ])
  return {
    grid: record.foreign === null ? 'japanese' : 'foreign',
    ...(Object.fromEntries(printed) as Record<Item, string>),
  }
}

/** `null` = a code that has no words. */
type Items = Readonly<Record<Item, string | null>>

/** Cells that both kinds of residents have. 個人番号 is never among what is read. */
function commonItems({ sexText, relationText, copy, addressBefore }: ResidentRecord) {
  return {
    sex: sexText === '' ? EMPTY : sexText,
    relation: relationText,
    myNumber: EMPTY,
    recordCode: orEmpty(copy.recordCode),
    settledOn: dateText(copy.settledOn, 'wareki'),
    settledNotifiedOn: dateText(ofDay(copy.settledNotifiedOn), 'wareki'),
    addressBefore: orEmpty(addressBefore),
    addressWithin: orEmpty(copy.addressWithin),
    remarks: copy.remarks === '' ? UNUSED : copy.remarks,
  }
}

function japaneseItems(record: ResidentRecord): Items {
  const { name, birth, becameResidentOn, copy } = record
  return {
    ...commonItems(record),
    reading: readingText(copy.familyReading, copy.givenReading),
    name: name.full,
    formerReading: name.former === '' ? UNUSED : readingText(copy.formerReading),
    former: name.former === '' ? UNUSED : name.former,
    birth: dateText(birth, 'wareki'),
    since: dateText(becameResidentOn, 'wareki'),
    domicile: orEmpty(copy.domicile),
    domicileHead: orEmpty(copy.domicileHead),
    alias: UNUSED,
    nationality: UNUSED,
    article30_45: UNUSED,
    status: UNUSED,
    period: UNUSED,
    periodUntil: UNUSED,
    cardNo: UNUSED,
  }
}

function foreignItems(record: ResidentRecord, statusWords: Source['statusWords']): Items {
  const { name, birth } = record
  const foreign = record.foreign!
  return {
    ...commonItems(record),
    // There is no certified reading of a foreign name; one that was asked to be shown stands in 備考.
    reading: UNUSED,
    name: foreignName(name),
    alias: orUnused(name.alias),
    formerReading: UNUSED,
    former: UNUSED,
    birth: dateText(birth, 'western'),
    since: dateText(foreign.since, 'wareki'),
    domicile: UNUSED,
    domicileHead: UNUSED,
    nationality: orEmpty(foreign.nationality),
    article30_45: articleWords(foreign) === '' ? EMPTY : articleWords(foreign),
    // 特別永住者 have no 在留資格, 永住者 no period.
    status: statusText(foreign, statusWords) === '' ? UNUSED : statusText(foreign, statusWords),
    period: periodText(foreign) === '' ? UNUSED : periodText(foreign),
    periodUntil: foreign.periodUntil === null ? UNUSED : dateText(ofDay(foreign.periodUntil), 'western'),
    cardNo: orUnused(foreign.cardNo),
  }
}

/** 氏名 as registered, then 漢字 and ローマ字 unless they are that already. */
function foreignName({ full, kanji, latin }: ResidentRecord['name']): string {
  const others = [kanji, latin].filter((one) => one !== '' && !full.includes(one))
  return [full, ...others].join('\n')
}

/** Only what is certified is printed. */
function readingText(...readings: Reading[]): string {
  const certain = readings.every(({ state }) => state === 'confirmed')
  return orEmpty(
    certain
      ? readings
          .map(({ text }) => text)
          .filter(Boolean)
          .join('　')
      : '',
  )
}

function dateText(date: RegisterDate, calendar: 'wareki' | 'western'): string {
  return printedDate(date, calendar) ?? EMPTY
}

function ofDay(on: PlainDate | null): RegisterDate {
  return { on, uncertain: false, text: null }
}

function orEmpty(text: string): string {
  return text === '' ? EMPTY : text
}

function orUnused(text: string): string {
  return text === '' ? UNUSED : text
}

/** `faultsOfPaper` refused before what nobody can put into words. */
function certain(item: string, words: string | null): string {
  if (words === null) throw new Error(`${item} has no words`)
  return words
}
