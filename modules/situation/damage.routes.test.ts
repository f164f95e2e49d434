import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { setItem } from '../ledger/items.contract.ts'
import { acceptApplication } from '../risai/risai.contract.ts'
import { hida, seen } from '../risai/testing/desk.ts'
import { openOffice, type Office } from '../support/testing/office.ts'
import * as contract from './damage.contract.ts'
import { damageItems, damages, figuresOf } from './damage.ts'

test('a figure told counts until it is taken back; nothing known is no 0; a sum adds what is known', () => {
  const told = { value: 4, asOf: '2026-11-21T00:00:00Z', source: '消防本部', by: '職員' }
  const of = (figures: ReturnType<typeof figuresOf>, item: string) =>
    figures.find((one) => one.item === item)!
  const ledger = new Map([['destroyed-households', 2]])
  const first = figuresOf(
    ledger,
    new Map([
      ['above-floor-households', told],
      ['dead', told],
    ]),
  )
  assert.deepEqual(
    [of(first, 'dead').value, of(first, 'dead').origin, of(first, 'dead').ledger],
    [4, 'told', 0],
  )
  assert.deepEqual([of(first, 'water').value, of(first, 'water').origin], [null, 'none'])
  assert.equal(of(first, 'victims-households').value, 6)
  assert.equal(of(figuresOf(ledger, new Map()), 'victims-households').value, 2)
})

describe('被害状況報告', () => {
  let cloud: TestCloud
  let office: Office
  let head: Awaited<ReturnType<Office['issuable']>>
  before(async () => {
    cloud = await testCloud({ pdf: true })
    office = await openOffice(cloud)
  })
  after(() => cloud.close())

  const report = (reportNo: number) =>
    office.clerk.get(contract.getDamageReport, { disasterId: office.disasterId, reportNo })
  const valueOf = async (reportNo: number, item: string) =>
    (await report(reportNo)).figures.find((one) => one.item === item)!
  const rowsOf = (reportNo: number, damage: (typeof damages)[number]['value']) =>
    office.clerk.get(contract.listDamageRows, { disasterId: office.disasterId, reportNo, damage })
  const tell = (item: string, value: number | null, toldNo = 0, asOf = '2026-11-20T09:00:00+09:00') =>
    office.clerk.call(contract.tellFigure, {
      ...{ disasterId: office.disasterId, item, toldNo, value, asOf, source: '消防本部（電話）' },
    })
  const make = (reportNo: number) =>
    office.clerk.call(contract.makeDamageReport, {
      ...{ disasterId: office.disasterId, reportNo, final: false, note: '' },
    })
  /** Every figure of the ledger is what its rows add up to. */
  const explained = async (reportNo: number) => {
    const { figures } = await report(reportNo)
    for (const { item, from } of damageItems) {
      if (from === null) continue
      const { total, rows } = await rowsOf(reportNo, from.damage)
      assert.equal(total[from.count], figures.find((one) => one.item === item)!.ledger, item)
      assert.equal(total.rows, rows.length)
    }
  }

  test('what is told stands beside what the ledger knows, and of two who tell one is asked again', async () => {
    const { clerk, disasterId } = office
    head = await office.issuable('R-1')
    // The tenant of the same house applies, too: one house, one household.
    await office.issuable('R-2')
    await clerk.get(setItem, {
      ...{ disasterId, personRef: 'R-5', itemKey: 'human-damage', version: 0, source: 'self' },
      value: { type: 'choice', choice: 'severe' },
    })
    assert.deepEqual((await tell('dead', 1)).status, 200)
    assert.equal((await tell('dead', 2)).status, 409)
    assert.equal((await tell('roads', 3, 0, '2099-01-01T00:00:00Z')).status, 422)
    const dead = await valueOf(0, 'dead')
    assert.deepEqual([dead.value, dead.ledger, dead.told!.source], [1, 0, '消防本部（電話）'])
    assert.equal((await valueOf(0, 'severe')).value, 1)
    assert.equal((await valueOf(0, 'half-rows')).value, 2)
    // Both houses are of one household and its people: counted once.
    assert.equal((await valueOf(0, 'half-households')).value, 1)
    assert.equal((await valueOf(0, 'half-people')).value, 3)
    await explained(0)
  })

  test('a report is frozen with its rows; of two made at once one is; the next says what changed', async () => {
    assert.deepEqual(
      (await Promise.all([make(1), make(1)]))
        .map(({ status }) => status)
        .toSorted((one, other) => one - other),
      [200, 409],
    )
    await office.regrade(head, 'G1')
    assert.equal((await tell('dead', null, 1)).status, 200)
    assert.equal((await make(2)).status, 200)
    assert.equal((await valueOf(1, 'half-rows')).value, 2)
    assert.equal((await rowsOf(1, 'half')).rows.length, 2)
    assert.equal((await rowsOf(1, 'destroyed')).rows.length, 0)
    assert.equal((await valueOf(1, 'dead')).value, 1)
    const [destroyed, half, dead] = [
      await valueOf(2, 'destroyed-rows'),
      await valueOf(2, 'half-rows'),
      await valueOf(2, 'dead'),
    ]
    assert.deepEqual([destroyed.value, destroyed.change, half.value, half.change], [1, 1, 1, -1])
    assert.deepEqual([dead.value, dead.change, dead.origin], [0, -1, 'ledger'])
    // The household is counted at its worse house.
    assert.equal((await valueOf(2, 'destroyed-households')).value, 1)
    assert.equal((await valueOf(2, 'half-households')).value, 0)
    for (const no of [0, 1, 2]) await explained(no)
  })

  test('who is protected now has no place, in old reports neither; another town is told nothing', async () => {
    assert.ok(
      (await rowsOf(1, 'half')).rows.every(({ place, name }) => place!.includes('壱之町') && name !== ''),
    )
    await office.protect('2')
    for (const no of [0, 1, 2]) {
      for (const { value } of damages) {
        const { rows } = await rowsOf(no, value)
        assert.ok(rows.every(({ place, suppressed }) => place === null && suppressed))
        assert.ok(!JSON.stringify(rows).includes('壱之町'))
      }
    }
    for (const endpoint of [contract.getDamageReport, contract.exportDamageCsv, contract.exportDamagePdf]) {
      const answer = await office.neighbour.call(endpoint, { disasterId: office.disasterId, reportNo: 1 })
      assert.equal(answer.status, 404)
    }
  })

  test('as CSV, Excel and paper', async () => {
    const { clerk, disasterId } = office
    const csv = await clerk.call(contract.exportDamageCsv, { disasterId, reportNo: 2 })
    assert.ok(csv.ok)
    const text = csv.bytes.toString()
    assert.ok(text.startsWith('\uFEFF"被害状況報告"\r\n'))
    assert.match(text, /"住家被害","全壊（棟数）","棟",1,1,"台帳"/)
    assert.match(text, /"ライフライン","水道（断水）","戸","未確認"/)
    const xlsx = await clerk.call(contract.exportDamageXlsx, { disasterId, reportNo: 2 })
    assert.ok(xlsx.ok && xlsx.bytes.subarray(0, 2).toString() === 'PK')
    const pdf = await clerk.call(contract.exportDamagePdf, { disasterId, reportNo: 2 })
    assert.ok(pdf.ok)
    const pages = extractPages(pdf.bytes).join('')
    assert.ok(pages.includes('第2報') && pages.includes('り災世帯数'))
  })
})

describe('調査の済んだ、まだ認定していない住家', () => {
  let cloud: TestCloud
  let office: Office
  before(async () => {
    cloud = await testCloud()
    office = await openOffice(cloud)
  })
  after(() => cloud.close())

  test('it counts the people of its form as one household, however many the survey minds at its address', async () => {
    const { clerk, disasterId, receive } = office
    await clerk.get(acceptApplication, seen(await receive('R-1')))
    const behind = await cloud.as(hida, async (ctx) => {
      await ctx.tx.sql(
        `update surveys.task set state = 'done', grade = 'G3' where municipality_code = $1 and disaster_id = $2`,
        [hida, disasterId],
      )
      return await ctx.tx.sql('select 1 from surveys.person where municipality_code = $1', [hida])
    })
    // The people of the form, and everybody who lives at the address once more.
    assert.equal(behind.length > 3, true)
    const { figures } = await clerk.get(contract.getDamageReport, { disasterId, reportNo: 0 })
    const of = (item: string) => figures.find((one) => one.item === item)!.value
    assert.deepEqual([of('half-rows'), of('half-households'), of('half-people')], [1, 1, 3])
  })
})
