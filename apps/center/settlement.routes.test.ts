import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as contract from '@open-bcl/modules/billing/billing.contract.ts'
import { HIDA, testCenter, type TestCenter, type TestKiosk } from './testing/center.ts'
import type { TestPerson } from './testing/people.ts'
import { walkAs } from './testing/walk.ts'

describe('what a person pays at a machine stands on the statement', () => {
  let center: TestCenter
  let kiosk: TestKiosk
  let operator: TestPerson
  before(async () => {
    center = await testCenter()
    await center.makeCard('sato')
    kiosk = await center.kiosk('k-1')
    operator = await center.staff('operator')
  })
  after(() => center.close())

  test('two copies of a free 罹災証明書: 20 yen from the person, 214 from the town; a walk that ends before the print, nothing', async () => {
    const month = '2026-11'
    await walkAs(kiosk, 'printed')
    await walkAs(kiosk, 'paid')
    const asked = { by: 'town', id: HIDA, month } as const
    const open = await operator.get(contract.getStatement, asked)
    assert.deepEqual(
      [open.totals.copies, open.totals.collectedYen, open.totals.townCommissionYen, open.totals.transferYen],
      [2, 20, 214, -214],
    )
    const { rows } = await operator.get(contract.listStatementRows, asked)
    assert.deepEqual(
      rows.map((row) => [row.keptYen, row.dueYen]),
      [[20, 20]],
    )

    center.clock = new Date('2026-12-01T00:00:00Z')
    const later = await center.staff('operator', 'later')
    assert.deepEqual(await later.get(contract.closeMonth, { month }), { month, transactions: 1, copies: 2 })
    const closed = await later.get(contract.getStatement, asked)
    assert.notEqual(closed.closedAt, null)
    assert.deepEqual(closed.totals, open.totals)
    const pdf = (await later.get(contract.statementFiles.pdf, asked)) as unknown as Buffer
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  })
})
