import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { addDays, plainDate } from '@open-bcl/core/dates.ts'
import { makeMyNumber, makeResidentRecordCode } from '@open-bcl/core/ja/check-digits.ts'
import { checkRow, currentFields, makeKeyCheck, readHeader, type FileColumns } from './interfaces.checks.ts'
import { fileInterfaces, type Column, type FileInterface } from './interfaces.columns.ts'
import { sampleFields, sampleMunicipality } from './testing/sample-rows.ts'

const hida = sampleMunicipality as MunicipalityCode
const municipality = fileInterfaces.residents.columns[0]!

/** An interface of nothing but these columns. */
function fileOf(columns: readonly Column[], more: Partial<FileInterface> = {}): FileInterface {
  const base = { ...fileInterfaces.residents, version: 'test', key: [], history: [], periods: [] }
  return { ...base, columns: [municipality, ...columns], ...more }
}
function columnsOf(file: FileInterface): FileColumns {
  const header = readHeader(
    file,
    file.columns.map(({ name }) => name),
    hida,
  )
  assert.ok('columns' in header)
  return header.columns
}
function columnOf(kind: Column['kind'], maxLength: number, more: Partial<Column> = {}): Column {
  return { name: '項目', kind, maxLength, required: false, sealed: false, ...more }
}
/** Places and messages of what is wrong with one value. */
function wrongs(column: Column, value: string): string[] {
  const errors = checkRow([hida, value], columnsOf(fileOf([column])), 7)
  for (const { pointer, message } of errors) {
    assert.equal(pointer, 'line:7/項目')
    assert.match(message, /^7行目の「項目」.+。$/)
  }
  return errors.map(({ message }) => message)
}

const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: max })
const day = fc.integer({ min: -700_000, max: 2_900_000 }).map((n) => addDays(plainDate('1970-01-01'), n))
const two = (max: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'))
/** Right text: JIS beyond the BMP, variants, compatibility ideographs, private use, quotes and spaces. */
const character = fc.constantFrom(
  '髙',
  '葛\u{E0100}',
  '𠮷',
  '辻\uFE00',
  '﨑',
  '\uE000',
  'ア',
  'ｱ',
  'é',
  '"',
  ',',
  '　',
  ' ',
)

type Case = {
  readonly column: Column
  readonly right: fc.Arbitrary<string>
  readonly wrong: readonly string[]
}
const cases: Readonly<Record<Exclude<Column['kind'], 'uncertain-date' | 'image'>, Case>> = {
  text: {
    column: columnOf('text', 20),
    right: fc.array(character, { minLength: 1, maxLength: 20 }).map((list) => list.join('')),
    wrong: [
      'a\nb',
      'a\u0000',
      '\u001F',
      '\u007F',
      '\u0085',
      '\u2028',
      '\u202E',
      '\u2069',
      '\uFEFFa',
      '\uFFFD',
      '\uFFFF',
      '\uD842',
      'a\uDFB7',
      '\uD842x',
    ],
  },
  code: {
    column: columnOf('code', 4, { codes: { '1': 'はい', AB: 'いいえ' } }),
    right: fc.constantFrom('1', 'AB'),
    wrong: ['2', '１', ' 1', 'constructor', '__proto__', 'toString', 'ab'],
  },
  date: {
    column: columnOf('date', 10),
    right: day,
    wrong: [
      '2026-02-29',
      '2026-00-01',
      '0000-01-01',
      '2026-1-1',
      '２０２６-01-01',
      '2026-01-01T',
      'R8.4.1',
      '10000-01-01',
    ],
  },
  time: {
    column: columnOf('time', 8),
    right: fc.tuple(two(23), two(59), two(59)).map((parts) => parts.join(':')),
    wrong: ['24:00:00', '9:30:00', '09:60:00', '09:30', '09:30:00\n', '093000'],
  },
  year: {
    column: columnOf('year', 4),
    right: fc.integer({ min: 1900, max: 2199 }).map(String),
    wrong: ['1899', '2200', '26', '２０２６', '2026年', '20260', ' 2026'],
  },
  digits: {
    column: columnOf('digits', 15),
    right: digits(1, 15),
    wrong: ['１', '-1', '1 ', '1.0', '1'.repeat(16), '٣'],
  },
  hex: {
    column: columnOf('hex', 8),
    right: fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 8, maxLength: 8 }),
    wrong: ['0123456', '012345678', '0123456g', '0x123456', '01234567\n'],
  },
  integer: {
    column: columnOf('integer', 6, { min: 1 }),
    right: fc.integer({ min: 1, max: 999_999 }).map(String),
    wrong: ['0', '01', '-1', '1.0', '1e3', '１', '1000000', '+1', '00'],
  },
  amount: {
    column: columnOf('amount', 15),
    right: fc.integer({ min: -99_999_999_999_999, max: 999_999_999_999_999 }).map(String),
    wrong: ['-0', '007', '-07', '1,000', '1.5', '￥1', '1'.repeat(16), '--1', '-', '１', '1\n'],
  },
  decimal: {
    column: columnOf('decimal', 8, { scale: 2, min: -10, max: 1000 }),
    right: fc.integer({ min: -1000, max: 100_000 }).map((n) => (n / 100).toFixed(2).replace(/^-0\.00$/, '0')),
    wrong: [
      '1.',
      '.5',
      '1.234',
      '1e2',
      '01',
      '1000.01',
      '-10.01',
      'NaN',
      'Infinity',
      '１.0',
      '1,0',
      '0.00000000',
    ],
  },
  flag: {
    column: columnOf('flag', 1),
    right: fc.constantFrom('0', '1'),
    wrong: ['2', '１', 'true', '01', ' '],
  },
}

describe('each kind of column', () => {
  for (const [kind, { column, right, wrong }] of Object.entries(cases)) {
    test(`${kind}: right values pass, wrong ones do not`, () => {
      fc.assert(fc.property(right, (value) => assert.deepEqual(wrongs(column, value), [])))
      for (const value of wrong) assert.equal(wrongs(column, value).length, 1, JSON.stringify(value))
    })
    test(`${kind}: empty passes unless a value is required`, () => {
      assert.deepEqual(wrongs(column, ''), [])
      assert.match(wrongs({ ...column, required: true }, '')[0]!, /空です/)
    })
    test(`${kind}: a hostile value is answered, and never repeated`, () => {
      const hostile = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'grapheme' }),
        fc.string({
          unit: fc.constantFrom('\u0000', '\uD800', '\uDC00', '"', ',', '9', '-', '.', '葛', '\u{E0100}'),
        }),
        fc.constantFrom(
          '9'.repeat(60_000),
          '\u{E0100}'.repeat(30_000),
          '-'.repeat(60_000),
          '=cmd|',
          '../../etc',
        ),
      )
      fc.assert(
        fc.property(hostile, (value) => {
          for (const message of wrongs(column, `秘${value}`)) assert.ok(!message.includes('秘'))
          wrongs(column, value)
        }),
        { numRuns: 500 },
      )
    })
  }
})

test('text is judged as the rule in the document says', () => {
  const strange = /[\u0000-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069\uFEFF\uFFFD-\uFFFF]/
  const near = fc.constantFrom(
    ...[
      0x1f, 0x20, 0x7e, 0x7f, 0x9f, 0xa0, 0x2027, 0x2028, 0x202e, 0x202f, 0x2065, 0x2066, 0x2069, 0x206a,
    ].map((n) => String.fromCharCode(n)),
    ...[
      '\uD7FF',
      '\uD800',
      '\uDBFF',
      '\uDC00',
      '\uDFFF',
      '\uE000',
      '\uFEFE',
      '\uFEFF',
      '\uFFFC',
      '\uFFFD',
      '\uFFFE',
      '𠮷',
    ],
  )
  const column = columnOf('text', 1_000)
  fc.assert(
    fc.property(fc.array(near, { minLength: 1, maxLength: 6 }), (parts) => {
      const value = parts.join('')
      assert.equal(
        wrongs(column, value).length === 0,
        !strange.test(value) && value.isWellFormed(),
        JSON.stringify(value),
      )
    }),
    { numRuns: 3_000 },
  )
})

test('a length counts characters: variants and characters beyond the BMP are one', () => {
  for (const kind of ['text', 'code'] as const) {
    for (const one of ['a', '架', '𠮷', '葛\u{E0100}', '𠮷\u{E0101}', '辻\uFE00']) {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 300 }), (max) => {
          const column = columnOf(kind, max)
          assert.deepEqual(wrongs(column, one.repeat(max)), [])
          const [message] = wrongs(column, one.repeat(max + 1))
          assert.match(message!, new RegExp(`は${max}文字までです`))
        }),
        { numRuns: 20 },
      )
    }
  }
})

test('check digits, numbers of bits and exact lengths', () => {
  const myNumber = columnOf('digits', 12, { exact: true, check: 'my-number' })
  const recordCode = columnOf('digits', 11, { exact: true, check: 'resident-record-code' })
  fc.assert(
    fc.property(digits(11, 11), (body) => {
      const right = makeMyNumber(body)
      if (right !== '000000000000') assert.deepEqual(wrongs(myNumber, right), [])
      const other = `${body}${(Number(right[11]) + 1) % 10}`
      assert.match(wrongs(myNumber, other)[0]!, /検査数字/)
      assert.deepEqual(wrongs(recordCode, makeResidentRecordCode(body.slice(1))), [])
    }),
  )
  assert.equal(wrongs(myNumber, '000000000000').length, 1)
  assert.match(wrongs(myNumber, '12345678901')[0]!, /12桁ではありません/)
  const serial = columnOf('integer', 49, { bits: 160 })
  assert.deepEqual(wrongs(serial, String((1n << 160n) - 1n)), [])
  assert.match(wrongs(serial, String(1n << 160n))[0]!, /160ビット/)
})

test('an uncertain date is judged with its flag and its wording', () => {
  const columns = [
    columnOf('uncertain-date', 10),
    columnOf('flag', 1, { name: '項目_不詳フラグ' }),
    columnOf('text', 72, { name: '項目_不詳表記' }),
  ]
  const count = (required: boolean, ...values: string[]): number =>
    checkRow(
      [hida, ...values],
      columnsOf(fileOf([{ ...columns[0]!, required }, columns[1]!, columns[2]!])),
      7,
    ).length
  const right = [
    ['1980-02-29', '0', ''],
    ['1980-02-29', '', ''],
    ['1951-02-29', '1', '昭和26年2月29日'],
    ['1951-00-00', '1', '昭和26年ごろ'],
    ['', '1', '不詳'],
    ['1951-02-28', '1', ''],
  ]
  for (const values of right) assert.equal(count(true, ...values), 0, values.join())
  assert.equal(count(false, '', '0', ''), 0)
  const wrong = [
    ['', '0', ''],
    ['1951-02-29', '0', ''],
    ['1980-02-29', '0', '昭和55年'],
    ['', '1', ''],
    ['1951-02-29', '1', ''],
    ['昭和26年', '1', '昭和26年'],
    ['0000-01-01', '1', '不詳'],
    ['1951-13-01', '1', '不詳'],
  ]
  for (const values of wrong) assert.equal(count(true, ...values), 1, values.join())
  assert.equal(count(true, '1980-02-29', '2', ''), 1)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string({ unit: 'binary' }), (a, b, c) => {
      count(true, a, b, c)
    }),
  )
})

test('a value that another makes necessary, and days in the wrong order, are missed by line and 項目名', () => {
  const seals = fileInterfaces.seals
  const columns = columnsOf(seals)
  const at = (name: string): number => seals.columns.findIndex((column) => column.name === name)
  const row = sampleFields(seals, 0)
  assert.deepEqual(checkRow(row, columns, 2), [])
  const pointers = (changed: readonly string[]): string[] =>
    checkRow(changed, columns, 2).map(({ pointer }) => pointer)
  assert.deepEqual(pointers(row.with(at('印影'), '')), ['line:2/印影'])
  const cancelled = row.with(at('登録状態'), '2').with(at('印影'), '').with(at('廃止年月日'), '')
  assert.deepEqual(pointers(cancelled), ['line:2/廃止年月日'])
  const file = fileOf([columnOf('date', 10, { name: '始' }), columnOf('date', 10, { name: '終' })], {
    periods: [['始', '終']],
  })
  fc.assert(
    fc.property(day, day, (from, to) => {
      const errors = checkRow([hida, from, to], columnsOf(file), 3)
      assert.deepEqual(
        errors.map(({ pointer }) => pointer),
        to < from ? ['line:3/終'] : [],
      )
      assert.ok(errors.every(({ message }) => !message.includes(to)))
    }),
  )
  assert.deepEqual(checkRow([hida, '2026-04-02', ''], columnsOf(file), 3), [])
  // What is no day is said to be none, and nothing more.
  assert.equal(checkRow([hida, '2026-04-02', '0'], columnsOf(file), 3).length, 1)
})

test('a key that could be taken for another is refused, and a repeated one found', () => {
  const name = columnOf('text', 10, { name: '番号' })
  const file = fileOf([name, columnOf('text', 10, { name: '枝番' })], { key: ['番号', '枝番'] })
  assert.equal(checkRow([hida, 'a|b', 'c'], columnsOf(file), 2).length, 1)
  assert.deepEqual(wrongs(columnOf('text', 10), 'a|b'), [])
  const check = makeKeyCheck(columnsOf(file))
  assert.equal(check([hida, 'a', 'b'], 2), null)
  assert.equal(check([hida, 'b', 'a'], 3), null)
  assert.deepEqual(check([hida, 'a', 'b'], 4)?.pointer, 'line:4/番号・枝番')
})

test('columns in any order give the same errors and the same fields', () => {
  for (const file of Object.values(fileInterfaces)) {
    const names = file.columns.map(({ name }) => name)
    const row = sampleFields(file, 1).with(1, 'x\u0001')
    const errors = checkRow(row, columnsOf(file), 5)
    assert.ok(errors.length > 0)
    assert.equal(currentFields(row, columnsOf(file)), row)
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          names.map((_, i) => i),
          { minLength: names.length },
        ),
        (order) => {
          const header = readHeader(
            file,
            order.map((i) => names[i]!),
            hida,
          )
          assert.ok('columns' in header)
          const turned = order.map((i) => row[i]!)
          assert.deepEqual(checkRow(turned, header.columns, 5), errors)
          assert.deepEqual(currentFields(turned, header.columns), row)
        },
      ),
      { numRuns: 10 },
    )
  }
})
