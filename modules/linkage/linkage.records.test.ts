import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HouseholdNo, MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { addDays, plainDate } from '@open-bcl/core/dates.ts'
import { makeMyNumber, makeResidentRecordCode } from '@open-bcl/core/ja/check-digits.ts'
import fc from 'fast-check'
import type { ResidentRecord } from '../residents/residents.ts'
import { checkRow, readHeader, type FileColumns } from '../interfaces/interfaces.checks.ts'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import {
  suppressionOf,
  writeCardSerialRow,
  writeSuppressionRow,
  type CardSerialRecord,
  type SuppressionRecord,
} from './linkage.records.ts'
import { cardSerialOf } from '../registers/registers.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'
import { parseResidentRow, writeResidentRow } from '../residents/residents.fields.ts'
import type { RowMarks } from '../interfaces/interfaces.fields.ts'

const hida = '212172' as MunicipalityCode
const marks: RowMarks = {
  latest: true,
  deleted: false,
  operatorId: 'test',
  operatedOn: plainDate('2026-11-21'),
  operatedTime: '09:30:00',
}

function columnsOf(business: Business, order: (names: string[]) => string[] = (names) => names): FileColumns {
  const file = fileInterfaces[business]
  const result = readHeader(file, order(file.columns.map((column) => column.name)), hida)
  assert.ok('columns' in result)
  return result.columns
}
const columns = columnsOf('residents')

const day = fc.integer({ min: -30_000, max: 25_000 }).map((n) => addDays(plainDate('1970-01-01'), n))
const words = (max: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom('髙', '葛\u{E0100}', '𠮷', 'ア', 'a', '，', '"', ' ', '1'), {
      maxLength: Math.min(max, 20),
    })
    .map((parts) => parts.join(''))
const someWords = (max: number): fc.Arbitrary<string> => words(max - 1).map((text) => `飛${text}`)
const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((list) => list.join(''))
const known: fc.Arbitrary<RegisterDate> = day.map((on) => ({ on, uncertain: false, text: null }))
const unknown: fc.Arbitrary<RegisterDate> = fc.record({
  on: fc.option(day),
  uncertain: fc.constant(true),
  text: someWords(72),
})
const none: fc.Arbitrary<RegisterDate> = fc.constant({ on: null, uncertain: false, text: null })
const anyDate = fc.oneof(known, unknown, none)
const line = fc.oneof(
  fc.constant(''),
  someWords(100),
  fc
    .tuple(
      fc.constantFrom('岐阜県飛騨市', '東京都', '大阪府大阪市北区', '北海道', ''),
      someWords(100),
      fc.constantFrom('', '　コーポ飛騨　101'),
    )
    .map((parts) => parts.join('')),
)

const reading = fc.record({
  text: words(50),
  state: fc.constantFrom('none' as const, 'confirmed' as const, 'provisional' as const),
})

const resident: fc.Arbitrary<ResidentRecord> = fc
  .record({
    residentNo: digits(1, 15).map((no) => no as ResidentNo),
    historyNo: fc.integer({ min: 1, max: 999_999 }),
    branchNo: fc.integer({ min: 0, max: 9_999 }),
    householdNo: fc.option(digits(1, 15).map((no) => no as HouseholdNo)),
    kind: fc.constantFrom('japanese' as const, 'foreign' as const),
    state: fc.constantFrom('resident' as const, 'moved-out' as const, 'dead' as const, 'removed' as const),
    changedOn: fc.oneof(known, unknown),
    notifiedOn: fc.option(day),
    changeReason: digits(2, 2),
    name: fc.record({
      full: someWords(100),
      kana: words(100),
      latin: words(100),
      kanji: words(100),
      former: words(50),
      formerKana: words(50),
      alias: words(100),
      aliasKana: words(100),
      preference: fc.constantFrom('', '1', '2'),
    }),
    sex: fc.constantFrom('1' as const, '2' as const, '3' as const),
    sexText: fc.constantFrom('男', '女', '不明'),
    birth: fc.oneof(known, unknown),
    relationCodes: fc.array(fc.constantFrom('02', '12', '20', '51'), { minLength: 1, maxLength: 4 }),
    relationText: someWords(10),
    address: fc.record({
      municipalityCode: fc.constant(hida),
      townCode: digits(7, 7),
      prefecture: fc.constant('岐阜県'),
      city: fc.constant('飛騨市'),
      town: words(100),
      number: words(50),
      building: words(100),
      postCode: digits(7, 7),
    }),
    becameResidentOn: anyDate,
    addressBefore: line,
    addressAfter: line,
    removedOn: anyDate,
    copy: fc.record({
      familyReading: reading,
      givenReading: fc.constant({ text: 'ハナ', state: 'none' as const }),
      formerReading: reading,
      settledOn: anyDate,
      settledNotifiedOn: fc.option(day),
      addressWithin: line,
      domicile: words(100),
      domicileHead: words(100),
      recordCode: fc.constantFrom('', makeResidentRecordCode('0012345678')),
      order: fc.option(fc.integer({ min: 0, max: 999 })),
      remarks: words(100),
    }),
    foreign: fc.record({
      since: anyDate,
      nationalityCode: fc.constantFrom('', 'PHL'),
      nationality: words(50),
      article30_45: fc.constantFrom('', '1'),
      statusOfResidence: fc.constantFrom('', 'A01'),
      period: fc.record({
        years: fc.constantFrom('', '03'),
        months: fc.constantFrom('', '06'),
        days: fc.constantFrom('', '090'),
      }),
      periodUntil: fc.option(day),
      cardNo: fc.constantFrom('', 'AB12345678CD'),
    }),
  })
  .map(({ copy, ...record }) =>
    structuredClone({
      ...record,
      // 氏 and 名 share their state.
      copy: { ...copy, givenReading: { ...copy.givenReading, state: copy.familyReading.state } },
      foreign: record.kind === 'foreign' ? record.foreign : null,
    }),
  )

test('a resident written as a row is read back the same', () => {
  fc.assert(
    fc.property(
      resident,
      fc.boolean(),
      fc.boolean(),
      fc.option(digits(11, 11).filter((body) => !/^0+$/.test(body))),
      (record, latest, deleted, body) => {
        const myNumber = body === null ? null : makeMyNumber(body)
        const row = writeResidentRow(hida, record, { ...marks, latest, deleted }, myNumber)
        assert.deepEqual(parseResidentRow(row, columns, 2), { record, latest, deleted, myNumber })
      },
    ),
    { numRuns: 500 },
  )
})

test('columns may stand in any order', () => {
  const reversed = columnsOf('residents', (names) => names.toReversed())
  const record = fc.sample(resident, { numRuns: 1, seed: 1 })[0]!
  const row = writeResidentRow(hida, record, marks)
  assert.deepEqual(parseResidentRow(row.toReversed(), reversed, 2), parseResidentRow(row, columns, 2))
})

test('a header that lacks, repeats or invents a column is refused in clear words', () => {
  const file = fileInterfaces.residents
  const names = file.columns.map((column) => column.name)
  const wrong = names.map((name) => (name === '氏名_フリガナ' ? '氏名カナ' : name === '旧氏' ? '通称' : name))
  const result = readHeader(file, wrong, hida)
  assert.ok('errors' in result)
  assert.deepEqual(
    result.errors.map((error) => error.pointer),
    ['line:1/16', 'line:1/通称', 'line:1/氏名_フリガナ', 'line:1/旧氏'],
  )
  assert.match(result.errors[2]!.message, /見出し行に「氏名_フリガナ」がありません/)
})

/** A right row with some columns changed. */
function rowWith(changes: Readonly<Record<string, string>>): string[] {
  const record = fc.sample(
    resident.filter((one) => one.kind === 'japanese' && !one.birth.uncertain && !one.changedOn.uncertain),
    { numRuns: 1, seed: 7 },
  )[0]!
  const row = writeResidentRow(hida, record, marks)
  for (const [name, value] of Object.entries(changes)) {
    const at = fileInterfaces.residents.columns.findIndex((column) => column.name === name)
    assert.ok(at >= 0, name)
    row[at] = value
  }
  return row
}

function errorsOf(changes: Readonly<Record<string, string>>): string[] {
  const result = parseResidentRow(rowWith(changes), columns, 12)
  return 'errors' in result ? result.errors.map((error) => error.pointer) : []
}

test('each wrong value is named by line and 項目名, without the value itself', () => {
  const cases: [string, string][] = [
    ['氏名', ''],
    ['氏名', 'あ'.repeat(101)],
    ['氏名', '佐藤\u0007'],
    ['氏名', '佐\uFFFD'],
    ['宛名番号', '12a'],
    ['宛名番号', '1'.repeat(16)],
    ['履歴番号', '0'],
    ['履歴番号', '01'],
    ['履歴番号', '-1'],
    ['住民種別', '3'],
    ['生年月日', '2026-02-29'],
    ['生年月日', ''],
    ['異動届出年月日', '2026/01/01'],
    ['住所_郵便番号', '509-4221'],
    ['住所_町字コード', '1000'],
    ['個人番号', '123456789012'],
    ['個人番号', '000000000000'],
    ['最新フラグ', '2'],
    ['削除フラグ', ''],
    ['市区町村コード', '212032'],
    ['異動年月日_不詳フラグ', 'x'],
  ]
  for (const [name, value] of cases)
    assert.deepEqual(errorsOf({ [name]: value }), [`line:12/${name}`], `${name} ${value}`)
  const result = parseResidentRow(
    rowWith({ 個人番号: '123456789012', 氏名: '見せない名前\u0000' }),
    columns,
    12,
  )
  assert.ok('errors' in result)
  for (const { message } of result.errors) assert.doesNotMatch(message, /123456789012|見せない/)
  assert.match(result.errors[1]!.message, /^12行目の「個人番号」の検査数字が合いません。.+。$/)
})

test('100 characters with variation selectors are a name of 100', () => {
  assert.deepEqual(errorsOf({ 氏名: '葛\u{E0100}'.repeat(100) }), [])
  assert.deepEqual(errorsOf({ 氏名: '葛\u{E0100}'.repeat(101) }), ['line:12/氏名'])
})

function birthOf(value: string, flag: string, wording: string): RegisterDate | string[] {
  const changes = { 生年月日: value, 生年月日_不詳フラグ: flag, 生年月日_不詳表記: wording }
  const result = parseResidentRow(rowWith(changes), columns, 12)
  return 'errors' in result ? result.errors.map((error) => error.pointer) : result.record.birth
}

test('an uncertain birth date keeps its words and a day to sort by', () => {
  assert.deepEqual(birthOf('1945-01-01', '1', '昭和20年頃'), {
    on: '1945-01-01',
    uncertain: true,
    text: '昭和20年頃',
  })
  assert.deepEqual(birthOf('', '1', '年月日不詳'), { on: null, uncertain: true, text: '年月日不詳' })
  // 29 February of a common year, month and day unknown: days that no calendar has.
  assert.deepEqual(birthOf('1951-02-29', '1', '昭和26年2月29日'), {
    on: '1951-02-28',
    uncertain: true,
    text: '昭和26年2月29日',
  })
  assert.deepEqual(birthOf('1951-00-00', '1', '昭和26年月日不詳'), {
    on: '1951-01-01',
    uncertain: true,
    text: '昭和26年月日不詳',
  })
})

test('an uncertain date without its words, or words without the flag, is refused', () => {
  for (const [value, flag, wording] of [
    ['1951-02-29', '1', ''],
    ['', '1', ''],
    ['1951-02-28', '0', '頃'],
    ['1951-13-01', '1', '頃'],
    ['', '0', ''],
    ['昭和26年', '1', '頃'],
  ] as const) {
    assert.deepEqual(birthOf(value, flag, wording), ['line:12/生年月日'], `${value} ${flag} ${wording}`)
  }
})

test('suppressions and card serials are read back the same', () => {
  const suppressionColumns = columnsOf('suppressions')
  const open: SuppressionRecord = {
    residentNo: '0000000000019' as ResidentNo,
    historyNo: 1,
    startsOn: plainDate('2026-04-01'),
    endsOn: null,
    categoryCode: '1',
    ended: false,
  }
  for (const record of [
    open,
    { ...open, endsOn: plainDate('2027-03-31') },
    { ...open, categoryCode: '9', ended: true },
  ]) {
    const row = writeSuppressionRow(hida, record, marks)
    assert.deepEqual(checkRow(row, suppressionColumns, 2), [])
    assert.deepEqual(suppressionOf(row), record)
  }
  const backwards = writeSuppressionRow(hida, { ...open, endsOn: '2026-03-31' as PlainDate }, marks)
  assert.equal(checkRow(backwards, suppressionColumns, 2).length, 1)

  const cardColumns = columnsOf('card-serials')
  const card: CardSerialRecord = {
    residentNo: open.residentNo,
    issuerKeyId: 'ab'.repeat(20),
    serial: '1461501637330902918203684832716283019655932542975',
    kind: 'smartphone',
    validFrom: plainDate('2026-01-01'),
    validUntil: plainDate('2031-01-01'),
    revokedOn: null,
  }
  assert.deepEqual(checkRow(writeCardSerialRow(hida, card, true), cardColumns, 2), [])
  assert.deepEqual(cardSerialOf(writeCardSerialRow(hida, card, true)), card)
  for (const bad of [
    { ...card, issuerKeyId: 'xyz' },
    { ...card, serial: '0123' },
    { ...card, serial: 'ff' },
    { ...card, validUntil: plainDate('2025-12-31') },
  ]) {
    assert.equal(checkRow(writeCardSerialRow(hida, bad, false), cardColumns, 2).length, 1)
  }
})
