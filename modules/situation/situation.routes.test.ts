import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { openOffice, type Office } from '../support/testing/office.ts'
import { hida, takayama } from '../risai/testing/desk.ts'
import * as risai from '../risai/risai.contract.ts'
import * as contract from './situation.contract.ts'
import { ages, progressKinds, workGroups, works, type WorkCode } from './situation.ts'

describe('災害対応の状況', () => {
  let cloud: TestCloud
  let office: Office
  /** Signed in after the clock went on. */
  let viewer: Browser
  let neighbour: Browser
  before(async () => {
    cloud = await testCloud()
    office = await openOffice(cloud)
  })
  after(() => cloud.close())

  const counted = async () => {
    const { disasterId } = office
    const answers = await Promise.all(
      workGroups.map(({ value }) => viewer.get(contract.countWork, { disasterId, group: value })),
    )
    return new Map(answers.flatMap((one) => one.works).map((one) => [one.work, one]))
  }
  const listed = async (work: WorkCode, more: object = {}) =>
    (await viewer.get(contract.listWork, { disasterId: office.disasterId, work, ...more })).rows

  test('every number has a list of exactly as many rows, whole, late and by age', async () => {
    const { clerk, disasterId } = office
    const waiting = await office.receive('R-1')
    await clerk.get(risai.acceptApplication, {
      applicationId: waiting.applicationId,
      version: waiting.version,
    })
    await office.receive('R-2')
    const certified = await office.issuable('R-2')
    await office.apply('saiken-kiso', 'R-2')
    assert.equal(certified.state, 'issuable')
    // Nine days later: what waited is late, and one more is new.
    const form = await office.formOf('R-5')
    cloud.clock = new Date(cloud.clock.getTime() + 9 * 86_400_000)
    viewer = await cloud.signIn(hida, 'clerk')
    neighbour = await cloud.signIn(takayama, 'clerk')
    await viewer.get(risai.receiveApplication, {
      ...{ disasterId, personRef: 'R-5', appliedOn: '2026-11-30', form },
    })
    await office.protect('2')
    const figures = await counted()
    assert.deepEqual(works.map(({ value }) => value).toSorted(), [...figures.keys()].toSorted())
    for (const [work, figure] of figures) {
      assert.equal((await listed(work)).length, figure.count, work)
      assert.equal((await listed(work, { late: 'yes' })).length, figure.late, `${work} late`)
      for (const { age, count } of figure.byAge)
        assert.equal((await listed(work, { age })).length, count, `${work} ${age}`)
      assert.equal(figure.byAge.length, ages.length)
      assert.ok(figure.whose.length > 0, `${work} is nobody's`)
    }
    const receive = figures.get('receive')!
    assert.deepEqual([receive.count, receive.late], [2, 1])
    assert.equal(figures.get('survey-unassigned')!.count, 1)
    assert.equal(figures.get('issue')!.count, 1)
    assert.deepEqual((await viewer.get(contract.countWork, { disasterId, group: 'surveys' })).works.length, 5)
  })

  test('a list says nothing of a place, and another town has no such disaster', async () => {
    const { disasterId } = office
    for (const { value } of works) {
      const text = JSON.stringify(await listed(value))
      assert.ok(!text.includes('秘密町') && !text.includes('壱之町'), value)
      const answer = await neighbour.call(contract.listWork, { disasterId, work: value })
      assert.equal(answer.status, 404)
    }
    assert.equal((await neighbour.call(contract.countWork, { disasterId, group: 'surveys' })).status, 404)
    assert.equal((await neighbour.call(contract.getTimes, { disasterId })).status, 404)
  })

  test('days, deadlines, and files that Excel opens right', async () => {
    const { disasterId } = office
    for (const { value } of progressKinds) {
      const { days } = await viewer.get(contract.getProgress, { disasterId, progress: value })
      assert.equal(days.length, 30)
      assert.equal(days.at(-1)!.on, '2026-11-30')
    }
    const { days } = await viewer.get(contract.getProgress, { disasterId, progress: 'applications' })
    assert.equal(
      days.reduce((sum, { count }) => sum + count, 0),
      4,
    )
    const { deadlines } = await viewer.get(contract.getTimes, { disasterId })
    assert.equal(deadlines.find(({ kind }) => kind === 'application')!.daysLeft, 28)
    assert.ok(deadlines.every((one, i) => i === 0 || deadlines[i - 1]!.daysLeft <= one.daysLeft))
    const csv = await viewer.call(contract.exportWorkCsv, { disasterId, work: 'receive' })
    assert.ok(csv.ok)
    const lines = csv.bytes.toString().split('\r\n')
    assert.ok(lines[0]!.startsWith('\uFEFF"番号"'))
    assert.equal(lines.filter((line) => line !== '').length, 3)
    assert.match(lines[1]!, /^"R8-1-\d+","2026-11-21 09:00"/)
    const xlsx = await viewer.call(contract.exportWorkXlsx, { disasterId, work: 'receive' })
    assert.ok(xlsx.ok && xlsx.bytes.subarray(0, 2).toString() === 'PK')
  })
})
