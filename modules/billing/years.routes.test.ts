import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import * as contract from './billing.contract.ts'
import { monthsOfFiscalYear } from './fiscal-year.ts'
import { HIDA, SHIRAKAWA, YOKOHAMA, settledCentre, type SettledCentre } from './testing/settled-centre.ts'

const cache = path.resolve(import.meta.dirname, '../../.cache')
const root = '/api/center/billing'
type Year = OutputOf<typeof contract.getYear>
type Statistics = OutputOf<typeof contract.getStatistics>
type Participation = OutputOf<typeof contract.getParticipation>

describe('the year', () => {
  let centre: SettledCentre
  before(async () => {
    centre = await settledCentre(cache)
    centre.clock = new Date('2027-04-02T00:00:00Z')
    await centre.print([
      // Saturday, a holiday, a weekday before and after the office opens, and one at 17:15 sharp.
      { at: '2026-05-02T01:00:00Z' },
      { at: '2026-05-06T01:00:00Z', copies: 2 },
      { at: '2026-05-07T23:29:59Z', copies: 3, kiosk: 'k-corner-1' },
      { at: '2026-05-07T23:30:00Z', copies: 4, kiosk: 'k-hall' },
      { at: '2026-05-08T08:15:00Z', copies: 5, kiosk: 'k-mart-9', kind: 'inkan' },
      { at: '2027-03-31T03:00:00Z', copies: 6, kind: 'tax' },
      { at: '2027-03-31T03:00:00Z', copies: 7, kind: 'risai', feeYen: 0, printingYen: 10 },
      { at: '2027-04-01T03:00:00Z', copies: 8 },
      {
        at: '2026-08-01T03:00:00Z',
        copies: 9,
        kind: 'koseki',
        issuer: 'own',
        town: YOKOHAMA,
        kiosk: 'k-mart-9',
      },
      { at: '2026-08-01T03:00:00Z', copies: 1, kiosk: 'k-old' },
    ])
    await centre.sql(
      `insert into center.store_test values (gen_random_uuid(), $1, 'corner-1', '2026-05-07T00:00:00Z', '2026-05-08T00:00:00Z', '開始前', now(), '運用者')`,
      [HIDA],
    )
    await centre.sql(`insert into center.route (municipality_code, kind, from_on, until_on, issuer, endpoint) values
      ('212172', 'juminhyo', '2026-04-01', null, 'bcl', 'https://bcl.example'), ('212172', 'risai', '2026-04-01', null, 'bcl', 'https://bcl.example'),
      ('216046', 'juminhyo', '2026-04-01', '2026-12-31', 'own', 'https://own.example'), ('141003', 'juminhyo', '2026-04-01', null, 'own', 'https://own.example'),
      ('141003', 'risai', '2027-10-01', null, 'bcl', 'https://bcl.example')`)
  })
  after(() => centre.close())

  const contractOf = (
    municipalityCode: string,
    service: string,
    fromMonth: string,
    untilMonth: string | null = null,
  ) =>
    centre.post(contract.recordContract, { municipalityCode, service, fromMonth, untilMonth, replaces: null })
  const year = async (query = ''): Promise<Year> =>
    (await centre.get(`${root}/years?fiscalYear=2026${query}`)).body
  const people = (municipalityCode: string, count: number) =>
    centre.post(contract.recordPopulation, {
      municipalityCode,
      onDate: '2026-01-01',
      people: count,
      source: '住民基本台帳に基づく人口',
    })

  test('nothing is charged by a guess: without a head count a town is named, not billed', async () => {
    await contractOf(HIDA, 'support', '2026-12')
    await contractOf(HIDA, 'issuing-bcl', '2026-04')
    await contractOf(SHIRAKAWA, 'issuing-bcl', '2026-10')
    await contractOf(YOKOHAMA, 'issuing-own', '2020-04')
    const { withoutPopulation } = await year()
    assert.deepEqual(
      withoutPopulation.map((town) => [town.municipalityCode, town.onDate]),
      [
        [YOKOHAMA, '2026-01-01'],
        [HIDA, '2026-01-01'],
      ],
    )
  })

  test('a year is settled after its March was closed, with every head count, once', async () => {
    const settle = () => centre.post(contract.settleYear, { fiscalYear: 2026 })
    assert.equal((await settle()).status, 409)
    for (const month of monthsOfFiscalYear(2026))
      assert.equal((await centre.post(contract.closeMonth, { month })).status, 200)
    assert.equal((await settle()).status, 422)
    await people(HIDA, 1)
    centre.clock = new Date('2027-04-02T00:00:01Z')
    await people(HIDA, 10_000)
    await people(YOKOHAMA, 3_700_000)
    const expected = await year()
    assert.equal(expected.settledAt, null)
    const settled = await settle()
    assert.equal(settled.status, 200)
    assert.deepEqual((await year()).lines, expected.lines)
    assert.equal((await settle()).status, 409)
  })

  test('what each town is asked for, and by what it was reckoned', async () => {
    const { lines, totalYen } = await year()
    assert.deepEqual(
      lines.map(({ municipalityCode, item, amountYen, billedIn }) => [
        municipalityCode,
        item,
        amountYen,
        billedIn,
      ]),
      [
        [YOKOHAMA, 'operating', 9_879_630, 2026],
        // 住・印・税 from BCL: 1 + 2 + 3 + 4 + 5 + 6 + 1 copies, the test copies among them.
        [HIDA, 'bcl', 22 * 180, 2027],
        [HIDA, 'usage', 94_996, 2027],
        [HIDA, 'operating', 1_873_259, 2026],
        [SHIRAKAWA, 'operating', 172_740, 2026],
      ],
    )
    assert.equal(
      totalYen,
      lines.reduce((sum, line) => sum + line.amountYen, 0),
    )
    const usage = lines.find((line) => line.item === 'usage')
    assert.deepEqual(usage?.facts, {
      people: 10_000,
      peopleOn: '2026-01-01',
      measure: 'normal',
      baseYen: 185_000,
      perPersonYen: 10,
      months: 4,
      annualYen: 285_000,
      annualExYen: 259_091,
      monthlyExYen: 21_590,
    })
    // The BCL figure is the sum of its rows.
    const [rows] = await centre.sql(
      `select sum(copies * bcl_yen)::int as yen from billing.booked where municipality_code = $1 and month between '2026-04' and '2027-03'`,
      [HIDA],
    )
    assert.equal(rows?.['yen'], 22 * 180)
  })

  test('a settled year stays when a head count is corrected', async () => {
    const before = await year(`&municipalityCode=${HIDA}`)
    await people(HIDA, 20_000)
    assert.deepEqual(await year(`&municipalityCode=${HIDA}`), before)
  })

  test('a contract is replaced once; of two operators the second is told', async () => {
    const town = (await centre.get(`${root}/towns/${SHIRAKAWA}`)).body as OutputOf<
      typeof contract.getBillingTown
    >
    const [standing] = town.contracts
    const replace = (untilMonth: string) =>
      centre.post(contract.recordContract, {
        municipalityCode: SHIRAKAWA,
        service: 'issuing-bcl',
        fromMonth: '2026-10',
        untilMonth,
        replaces: standing!.contractId,
      })
    const both = await Promise.all([replace('2027-03'), replace('2027-09')])
    assert.deepEqual(
      both.map((answer) => answer.status).toSorted((a, b) => a - b),
      [200, 409],
    )
    assert.equal(((await centre.get(`${root}/towns/${SHIRAKAWA}`)).body as typeof town).contracts.length, 1)
  })

  test('the bill as paper says how it was reckoned', async () => {
    const pdf = await centre.get(`${root}/year.pdf?fiscalYear=2026&municipalityCode=${HIDA}`)
    const text = extractPages(pdf.bytes).join('\n').replaceAll(/\s/g, '')
    for (const word of ['令和8年度', '確定', '94,996', '10,000人', '21,590円×4か月', '1,873,259'])
      assert.ok(text.includes(word), word)
  })

  test('statistics: by month, kind, operator, in and out of hours, own and other town; tests apart', async () => {
    const statistics = (await centre.get(`${root}/statistics?from=2026-04&to=2027-04`)).body as Statistics
    const of = (shares: Statistics['byKind']) =>
      Object.fromEntries(shares.map(({ key, copies }) => [key, copies]))
    assert.equal(statistics.copies, 1 + 2 + 4 + 5 + 6 + 7 + 8 + 9 + 1)
    assert.equal(statistics.testCopies, 3)
    assert.deepEqual(of(statistics.byMonth), { '2026-05': 12, '2026-08': 10, '2027-03': 13, '2027-04': 8 })
    assert.deepEqual(of(statistics.byKind), { juminhyo: 16, inkan: 5, tax: 6, risai: 7, koseki: 9 })
    assert.deepEqual(of(statistics.byOperator), { mart: 38, 'hida-hall': 4, '': 1 })
    // Saturday 1, holiday 2, 17:15 5, and the Saturday of August 9 + 1; 8:29:59 was a test.
    assert.equal(statistics.outsideOfficeHours.copies, 1 + 2 + 5 + 10)
    // The 印鑑 was taken in Yokohama; a machine without a store stands nowhere.
    assert.equal(statistics.otherTown.copies, 5 + 1)
    assert.deepEqual(statistics.openMonths, ['2027-04'])
    const town = (await centre.get(`${root}/statistics?from=2026-04&to=2027-04&municipalityCode=${YOKOHAMA}`))
      .body as Statistics
    assert.equal(town.copies, 9)
    assert.equal(town.otherTown.copies, 0)
    const csv = (await centre.get(`${root}/statistics.csv?from=2026-04&to=2027-04`)).bytes.toString()
    assert.ok(csv.includes('"証明書の種類別","住民票の写し",16,"37.2"'), csv)
  })

  test('the counts of a closed month are the counts of its rows', async () => {
    const [difference] = await centre.sql(`select
      (select sum(copies) from billing.booked)::int as rows, (select sum(copies) from billing.monthly_count)::int as counts`)
    assert.equal(difference?.['rows'], difference?.['counts'])
  })

  test('participation by class and kind, on a day', async () => {
    const on = (day: string) =>
      centre.get(`${root}/participation?on=${day}`).then((answer) => answer.body as Participation)
    const rows = async (day: string) =>
      Object.fromEntries(
        (await on(day)).rows
          .filter((row) => row.towns > 0)
          .map((row) => [row.sizeClass, [row.towns, row.throughBcl, row.kinds]]),
      )
    assert.deepEqual(await rows('2026-12-31'), {
      designated: [1, 0, { juminhyo: 1 }],
      'city-small': [1, 1, { juminhyo: 1, risai: 1 }],
      town: [1, 0, { juminhyo: 1 }],
    })
    // 白川村 has ended; 横浜市's 罹災 has not begun.
    assert.deepEqual(Object.keys(await rows('2027-01-01')), ['designated', 'city-small'])
    const all = await on('2027-01-01')
    assert.equal(
      all.rows.reduce((sum, row) => sum + row.ofAll, 0),
      1_741,
    )
  })
})
