import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import readXlsx from 'read-excel-file/node'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import * as contract from './billing.contract.ts'
import { HIDA, SHIRAKAWA, settledCentre, type SettledCentre } from './testing/settled-centre.ts'

const cache = path.resolve(import.meta.dirname, '../../.cache')
const root = '/api/center/billing'
type Statement = OutputOf<typeof contract.getStatement>
type Rows = OutputOf<typeof contract.listStatementRows>

/** November 2026, with the last hour of October and the first of December beside it. */
const november = [
  { at: '2026-10-31T14:59:59Z', feeYen: 300 },
  { at: '2026-10-31T15:00:00Z', feeYen: 300, copies: 2 },
  { at: '2026-11-10T03:00:00Z', feeYen: 300, copies: 3, kiosk: 'k-corner-1' },
  { at: '2026-11-10T13:00:00Z', kind: 'inkan', feeYen: 10, kiosk: 'k-mart-9' },
  { at: '2026-11-11T03:00:00Z', kind: 'risai', feeYen: 0, printingYen: 10, copies: 4 },
  { at: '2026-11-12T03:00:00Z', kind: 'koseki', issuer: 'own', feeYen: 450, town: SHIRAKAWA },
  { at: '2026-11-13T03:00:00Z', feeYen: 300, kiosk: 'k-counter' },
  { at: '2026-11-14T03:00:00Z', feeYen: 300, kiosk: 'k-hall' },
  { at: '2026-11-15T03:00:00Z', feeYen: 300, copies: 5, state: 'aborted' },
  { at: '2026-11-15T03:00:00Z', feeYen: 300, copies: 5, state: 'paid' },
  { at: '2026-11-20T03:00:00Z', feeYen: 300, copies: 6 },
  { at: '2026-11-30T14:59:59Z', feeYen: 300 },
  { at: '2026-11-30T15:00:00Z', feeYen: 300 },
] as const

describe('settlement', () => {
  let centre: SettledCentre
  before(async () => {
    centre = await settledCentre(cache)
    await centre.print(november)
    await centre.sql(
      `insert into center.store_test values (gen_random_uuid(), $1, 'mart-1', '2026-11-19T15:00:00Z', '2026-11-20T15:00:00Z', '法改正', now(), '運用者')`,
      [HIDA],
    )
  })
  after(() => centre.close())

  const statement = async (by: string, id: string, month = '2026-11'): Promise<Statement> => {
    const answer = await centre.get(`${root}/statement?by=${by}&id=${id}&month=${month}`)
    assert.equal(answer.status, 200)
    return answer.body
  }

  test('a month that is not closed is shown as it stands, from midnight in Japan to midnight', async () => {
    const { closedAt, totals, transactions } = await statement('town', HIDA)
    assert.equal(closedAt, null)
    // 2 + 3 + 1 + 4 + 1 + 1 + 6 + 1: neither the aborted one nor the one that was paid and never printed.
    assert.equal(totals.copies, 19)
    assert.equal(transactions, 8)
  })

  test('months are closed when they are over, in their order, once', async () => {
    const close = (month: string) => centre.post(contract.closeMonth, { month })
    assert.equal((await close('2026-12')).status, 422)
    assert.deepEqual((await close('2026-10')).body, { month: '2026-10', transactions: 1, copies: 1 })
    assert.equal((await close('2026-12')).status, 422)
    // Two at once: one books, the other is told.
    const both = await Promise.all([close('2026-11'), close('2026-11')])
    assert.deepEqual(
      both.map((answer) => answer.status).toSorted((a, b) => a - b),
      [200, 409],
    )
    assert.equal((await close('2026-10')).status, 409)
    const months = (await centre.get(`${root}/months`)).body as OutputOf<typeof contract.listMonths>
    assert.deepEqual(
      months.closed.map(({ month, copies }) => [month, copies]),
      [
        ['2026-11', 20],
        ['2026-10', 1],
      ],
    )
    assert.deepEqual(months.next, { month: '2026-12', closableFrom: '2026-12-31T15:00:00.000Z' })
  })

  test('a town’s statement: what the machines took is what the operators keep and hand on', async () => {
    const { closedAt, lines, totals, testTotals } = await statement('town', HIDA)
    assert.notEqual(closedAt, null)
    assert.deepEqual(totals, {
      copies: 19,
      feeYen: 14 * 300 + 10,
      printingYen: 40,
      // The copy at the counter was paid there.
      collectedYen: 13 * 300 + 10 + 40,
      commissionYen: 18 * 117,
      townCommissionYen: 18 * 117 - 40,
      transferYen: 13 * 300 + 10 + 40 - 18 * 117,
      bclYen: 15 * 180,
    })
    assert.equal(testTotals.copies, 6)
    assert.equal(testTotals.transferYen, 6 * 183)
    assert.ok(lines.every((line) => !line.oddPrinting))
  })

  test('every figure leads to its rows: each line is the sum of the transactions behind it', async () => {
    for (const [by, id] of [
      ['town', HIDA],
      ['town', SHIRAKAWA],
      ['operator', 'mart'],
      ['operator', 'hida-hall'],
    ] as const) {
      const { lines } = await statement(by, id)
      assert.ok(lines.length > 0)
      for (const { key, transactions, totals } of lines) {
        const query = new URLSearchParams({ by, id, month: '2026-11' })
        for (const [name, value] of Object.entries(key))
          if (!(by === 'operator' && name === 'operatorId')) query.set(name, String(value ?? ''))
        const { rows, more } = (await centre.get(`${root}/rows?${query.toString()}`)).body as Rows
        assert.equal(more, false)
        assert.equal(rows.length, transactions)
        const sum = (of: (row: Rows['rows'][number]) => number) =>
          rows.reduce((total, row) => total + of(row), 0)
        assert.equal(
          sum((row) => row.copies),
          totals.copies,
        )
        assert.equal(
          sum((row) => row.commissionYen * row.copies),
          totals.commissionYen,
        )
        assert.equal(
          sum((row) => row.bclYen * row.copies),
          totals.bclYen,
        )
        assert.equal(
          sum((row) => row.dueYen),
          totals.collectedYen,
        )
        assert.equal(
          sum((row) => row.keptYen),
          totals.collectedYen,
        )
      }
    }
  })

  test('all towns together are all operators together', async () => {
    const list = (await centre.get(`${root}/statements?month=2026-11`)).body as OutputOf<
      typeof contract.listStatements
    >
    for (const parties of [list.towns, list.operators])
      for (const name of ['copies', 'transferYen', 'commissionYen', 'bclYen'] as const)
        assert.equal(
          parties.reduce((sum, { totals }) => sum + totals[name], 0),
          list.totals[name],
        )
    assert.deepEqual(
      list.towns.map(({ party }) => party.id),
      [HIDA, SHIRAKAWA],
    )
  })

  test('what was booked stays: a later print and a moved machine change nothing', async () => {
    const before = await statement('town', HIDA)
    await centre.print([{ at: '2026-11-29T03:00:00Z', feeYen: 300, copies: 7 }])
    await centre.sql(`update center.kiosk set store_id = 'corner-1' where kiosk_id = 'k-mart-1'`)
    assert.deepEqual(await statement('town', HIDA), before)
    // It is counted where it can still be counted: in December.
    const december = await statement('town', HIDA, '2026-12')
    assert.equal(december.totals.copies, 1 + 7)
    await centre.sql(`update center.kiosk set store_id = 'mart-1' where kiosk_id = 'k-mart-1'`)
  })

  test('a booked row cannot be changed by the program', async () => {
    for (const change of [
      'update billing.booked set copies = 1',
      'delete from billing.booked',
      'delete from billing.closing',
    ])
      await assert.rejects(
        inCenter(centre.database.app, (tx) => tx.sql(change)),
        /permission denied/,
      )
  })

  test('an unknown town is not found; a person without the right is refused; nobody sees nothing', async () => {
    const url = `${root}/statement?by=town&id=999999&month=2026-11`
    assert.equal((await centre.get(url)).status, 404)
    assert.equal((await centre.get(url, 'administrator')).status, 403)
    assert.equal((await centre.get(url, null)).status, 401)
    assert.equal((await centre.post(contract.closeMonth, { month: '2026-12' }, 'auditor')).status, 403)
    assert.equal((await centre.get(`${root}/statement?by=town&id=${HIDA}&month=2026-13`)).status, 400)
  })

  test('CSV, spreadsheet and paper say the same', async () => {
    const query = `by=town&id=${HIDA}&month=2026-11`
    const csv = (await centre.get(`${root}/statement.csv?${query}`)).bytes.toString()
    assert.ok(csv.startsWith('\uFEFF"証明書交付 精算明細（団体別）"'))
    const total = csv.split('\r\n').find((line) => line.startsWith('"合計"'))
    assert.equal(total, `"合計","","","","","",8,19,4210,40,3950,2106,1844,2700`)
    // A name that begins like a formula is text.
    assert.ok(csv.includes(`"'=コーナー"`))

    const xlsx = await centre.get(`${root}/statement.xlsx?${query}`)
    assert.match(xlsx.type, /spreadsheetml/)
    const sheet = await readXlsx(xlsx.bytes)
    const cells = (
      Array.isArray(sheet[0]) ? sheet : (sheet as unknown as { data: unknown[][] }[])[0]!.data
    ) as unknown[][]
    const sum = cells.find((row) => row[0] === '合計')
    assert.deepEqual(sum?.slice(6), [8, 19, 4210, 40, 3950, 2106, 1844, 2700])

    const pdf = await centre.get(`${root}/statement.pdf?${query}`)
    assert.equal(pdf.type, 'application/pdf')
    const text = extractPages(pdf.bytes).join('\n')
    for (const word of ['岐阜県飛騨市', '令和8年11月', '確定', '合計', '1,844', '2,700', '試験'])
      assert.ok(text.includes(word), word)
  })

  test('a name no font can print is printed with 〓, and stands whole in the CSV', async () => {
    await centre.sql(`update center.operator set ja = 'マート😀' where operator_id = 'mart'`)
    const query = 'by=operator&id=mart&month=2026-11'
    const pdf = await centre.get(`${root}/statement.pdf?${query}`)
    assert.equal(pdf.status, 200)
    assert.ok(extractPages(pdf.bytes).join('').includes('マート〓'))
    assert.ok((await centre.get(`${root}/statement.csv?${query}`)).bytes.toString().includes('マート😀'))
  })

  test('a statement of some hundred lines goes over pages, each with its heads', async () => {
    const fees = Array.from({ length: 120 }, (_, index) => 200 + index)
    await centre.print(fees.map((feeYen) => ({ at: '2027-01-15T03:00:00Z', town: SHIRAKAWA, feeYen })))
    centre.clock = new Date('2027-01-20T00:00:00Z')
    const pdf = await centre.get(`${root}/statement.pdf?by=town&id=${SHIRAKAWA}&month=2027-01`)
    const pages = extractPages(pdf.bytes)
    assert.ok(pages.length > 2)
    for (const [index, page] of pages.entries()) {
      if (index < pages.length - 1) assert.ok(page.replaceAll(/\s/g, '').includes('委託手数料'))
      assert.ok(page.replaceAll(/\s/g, '').includes(`${index + 1}/${pages.length}ページ`))
    }
  })

  test('a machine that asked for another 印刷代 is pointed out', async () => {
    await centre.print([{ at: '2026-12-02T03:00:00Z', kind: 'hisai', feeYen: 0, printingYen: 20 }])
    const { lines, notes } = await statement('town', HIDA, '2026-12')
    assert.equal(lines.find((line) => line.key.kind === 'hisai')?.oddPrinting, true)
    assert.ok(notes.some((note) => note.startsWith('印刷代が料金表と異なる')))
  })
})
