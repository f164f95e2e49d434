import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainDate } from '@open-bcl/core/dates.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { NOT_DECLARED, residentTaxNames } from '../certificates/papers/tax.ts'
import { printedDate, printedFiscalYear, printedYen } from '../certificates/papers/printed.ts'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { entryOf, type Entry } from '../registers/entries.ts'
import { addressOnLevyDay, assessmentFaults, currentYear, incomeFactsOf, paymentFactsOf } from './taxes.ts'

const { people } = makeTown({ households: 70 })
const sato = people['satoTaro']!
const town = { name: '飛騨市', prefecture: '岐阜県' }
const words = { town, fiscalYear: '令和８年度', incomeYear: '令和７年', sentence: '証明します。' }

/** A row with these values and no others. */
function row(business: Business, values: Readonly<Record<string, string>>): Entry {
  const file = fileInterfaces[business]
  for (const name of Object.keys(values))
    assert.ok(
      file.columns.some((column) => column.name === name),
      name,
    )
  const fields = file.columns.map(({ name }) => values[name] ?? '')
  return entryOf(file, { rowKey: 'x', origin: 'link' }, fields, 1n)
}
const levied = (values: Readonly<Record<string, string>> = {}): Entry =>
  row('tax-assessments', {
    課税年度: '2026',
    課税非課税区分: '1',
    未申告区分: '0',
    賦課期日住所_都道府県: '岐阜県',
    賦課期日住所_市区郡町村名: '飛騨市',
    賦課期日住所_町字: '神岡町船津',
    賦課期日住所_番地号表記: '1番地',
    課税標準額_総所得: '1949000',
    市町村民税_所得割額: '112300',
    市町村民税_均等割額: '3000',
    都道府県民税_所得割額: '74900',
    都道府県民税_均等割額: '2000',
    森林環境税額: '1000',
    年税額: '193200',
    ...values,
  })
const earned = (values: Readonly<Record<string, string>> = {}): Entry =>
  row('tax-incomes', {
    課税年度: '2026',
    申告区分: '1',
    被扶養者: '0',
    給与収入額: '4850000',
    給与所得額: '3440000',
    営業等所得額: '-500',
    農業所得額: '0',
    総所得金額: '3440000',
    総所得金額等: '3440000',
    合計所得金額: '3440000',
    控除額_基礎: '430000',
    控除額_合計: '430000',
    控除対象配偶者区分: '1',
    扶養人数_老人: '2',
    扶養人数_同居老親等: '1',
    本人該当_障害者: '2',
    本人該当_寡婦: '1',
    ...values,
  })

test('現年度 begins in June', () => {
  const cases = { '2026-01-01': 2025, '2026-05-31': 2025, '2026-06-01': 2026, '2026-12-31': 2026 }
  for (const [day, year] of Object.entries(cases)) assert.equal(currentYear(plainDate(day), '06-01'), year)
})

test('what stands in the way of a year, each by its code', () => {
  const codes = (assessment: Entry, income: Entry | null): number[] =>
    assessmentFaults.filter(({ holds }) => holds(assessment, income, sato)).map(({ code }) => code)
  assert.deepEqual(codes(levied(), earned()), [])
  assert.deepEqual(codes(levied({ 未申告区分: '1' }), earned()), [307])
  assert.deepEqual(codes(levied({ 課税非課税区分: '3', 年税額: '' }), null), [307])
  assert.deepEqual(codes(levied(), earned({ 申告区分: '0' })), [307])
  const dependant = earned({ 申告区分: '0', 被扶養者: '1' })
  assert.deepEqual(codes(levied({ 未申告区分: '1', 年税額: '' }), dependant), [])
  assert.deepEqual(codes(levied({ 課税非課税区分: '2', 年税額: '0' }), dependant), [])
  assert.deepEqual(codes(levied({ 未申告区分: '1' }), dependant), [311], 'a tax that nobody can be silent on')
  assert.deepEqual(codes(levied({ 課税非課税区分: '4' }), earned()), [307])
  assert.deepEqual(codes(levied({ 他団体課税対象者区分: '1' }), earned()), [309])
  assert.deepEqual(codes(levied(), null), [309])
  assert.deepEqual(codes(levied({ 課税非課税区分: '2' }), earned()), [311])
  assert.deepEqual(codes(levied({ 年税額: '-1' }), earned()), [311])
  const homeless = { 賦課期日住所_町字: '', 賦課期日住所_番地号表記: '' }
  const moved = { ...sato, changedOn: { on: plainDate('2026-01-02'), uncertain: false, text: null } }
  assert.deepEqual(
    assessmentFaults.filter(({ holds }) => holds(levied(homeless), earned(), moved)).map(({ code }) => code),
    [309],
  )
})

test('the address is that of 1 January, and never a later one', () => {
  assert.equal(addressOnLevyDay(levied(), sato), '岐阜県飛騨市神岡町船津1番地')
  assert.equal(
    addressOnLevyDay(levied({ 賦課期日住所_方書: '見本荘' }), sato),
    '岐阜県飛騨市神岡町船津1番地　見本荘',
  )
  const silent = levied({ 賦課期日住所_町字: '', 賦課期日住所_番地号表記: '' })
  const changed = (day: string, uncertain = false) =>
    addressOnLevyDay(silent, { ...sato, changedOn: { on: plainDate(day), uncertain, text: null } })
  assert.match(changed('2026-01-01') ?? '', /^岐阜県飛騨市/)
  assert.equal(changed('2026-01-02'), null)
  assert.equal(changed('2020-01-01', true), null)
})

test('課税証明書 says what there was, becomes 非課税証明書 when the tax is 0, and loses the tax as 所得証明書', () => {
  const facts = incomeFactsOf('assessment', levied(), earned(), sato, words)
  assert.equal(facts.title, '課税証明書')
  assert.deepEqual(facts.incomes, [
    { label: '給与収入', amount: '4,850,000' },
    { label: '給与所得', amount: '3,440,000' },
    { label: '営業等所得', amount: '△500' },
  ])
  assert.deepEqual(
    facts.taxes?.map(({ label, amount }) => `${label} ${amount}`),
    [
      ...['市民税所得割 112,300', '市民税均等割 3,000', '県民税所得割 74,900', '県民税均等割 2,000'],
      ...['森林環境税 1,000', '年税額 193,200'],
    ],
  )
  assert.deepEqual(
    facts.dependants.map(({ words: said }) => said),
    ['老人 2人（うち同居老親等 1人）', '一般', 'なし', '障害者（特別）・寡婦'],
  )
  assert.equal(facts.note, null)
  const none = incomeFactsOf(
    'assessment',
    levied({ 課税非課税区分: '2', 年税額: '0' }),
    earned(),
    sato,
    words,
  )
  assert.equal(none.title, '非課税証明書')
  const income = incomeFactsOf('income', levied(), earned(), sato, words)
  assert.deepEqual([income.title, income.taxes, income.bases], ['所得証明書', null, []])
})

test('of a dependant who need not declare every amount is ＊, and the paper says what that is', () => {
  const taxItems = [
    '市町村民税_所得割額',
    '市町村民税_均等割額',
    '都道府県民税_所得割額',
    '都道府県民税_均等割額',
  ]
  const all = (yen: string) =>
    Object.fromEntries(
      [...taxItems, '森林環境税額', '年税額', '課税標準額_総所得'].map((item) => [item, yen]),
    )
  for (const silent of [
    levied({ 課税非課税区分: '3', 未申告区分: '1', ...all('') }),
    // As systems send her who is below the limit: 0 is what nobody has declared either.
    levied({ 課税非課税区分: '2', ...all('0') }),
  ]) {
    const facts = incomeFactsOf('assessment', silent, earned({ 申告区分: '0', 被扶養者: '1' }), sato, words)
    const amounts = [
      ...[
        facts.taxes!,
        facts.incomes,
        facts.incomeSums,
        facts.deductions,
        facts.deductionSums,
        facts.bases,
      ].flat(),
    ].map(({ amount }) => amount)
    assert.equal(facts.title, '課税証明書')
    assert.deepEqual(new Set(amounts), new Set(['＊']))
    assert.deepEqual(new Set(facts.dependants.map(({ words: said }) => said)), new Set(['＊']))
    assert.equal(facts.note, NOT_DECLARED)
  }
})

test('納税証明書 names the taxes as the town does', () => {
  const payment = row('tax-payments', {
    ...{
      課税年度: '2026',
      税目: '01',
      納付状況基準年月日: '2026-11-20',
      課税額: '193200',
      納付済額: '49200',
    },
    ...{ 未納額: '48000', 納期未到来額: '96000' },
  })
  const facts = paymentFactsOf([payment], levied(), sato, { ...words, year: 2026 })
  assert.deepEqual(facts.items, [
    {
      tax: '市民税・県民税・森林環境税（普通徴収）',
      assessed: '193,200',
      paid: '49,200',
      unpaid: '48,000',
      notYetDue: '96,000',
      asOf: '令和８年１１月２０日現在',
    },
  ])
  assert.deepEqual(residentTaxNames({ name: '見本町', prefecture: '北海道' }), {
    municipal: '町民税',
    prefectural: '道民税',
  })
})

test('amounts, years and dates as papers have them', () => {
  const yen = [0, 999, 1_000, -1_234_567, 999_999_999_999_999, null]
  assert.deepEqual(yen.map(printedYen), ['0', '999', '1,000', '△1,234,567', '999,999,999,999,999', '＊'])
  assert.deepEqual(printedFiscalYear(2026), { fiscal: '令和８年度', income: '令和７年' })
  assert.deepEqual(printedFiscalYear(2019), { fiscal: '平成３１年度', income: '平成３０年' })
  assert.deepEqual(printedFiscalYear(2020), { fiscal: '令和２年度', income: '令和元年' })
  const birth = { on: plainDate('1950-08-01'), uncertain: false, text: null }
  assert.equal(printedDate(birth, 'wareki'), '昭和２５年８月１日')
  assert.equal(printedDate(birth, 'western'), '１９５０年８月１日')
  assert.equal(
    printedDate({ on: plainDate('1945-01-01'), uncertain: true, text: '昭和20年頃' }, 'wareki'),
    '昭和20年頃',
  )
  assert.equal(printedDate({ on: null, uncertain: true, text: null }, 'wareki'), null)
})
