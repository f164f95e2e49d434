import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { cloudEndpoints } from '../../apps/cloud/compose.ts'
import { leaksIn } from '../../apps/cloud/testing/leaks.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { Pool, walk } from '../../apps/cloud/testing/walk.ts'
import { skipped } from '../../apps/cloud/testing/walked-towns.ts'
import { hida, openDesk } from '../risai/testing/desk.ts'
import * as damage from './damage.contract.ts'
import * as situation from './situation.contract.ts'

/** Looked at one by one: numbers, reports and disasters, and nobody's name. What is added here is to be looked at, too. */
const numbersOnly = [
  ...['listDisasters', 'getDisaster', 'getLedgerPlace', 'countWork', 'getProgress', 'getTimes'],
  ...['getDamageReport', 'exportDamageCsv', 'exportDamageXlsx', 'exportDamagePdf'],
]

describe('the prefecture', () => {
  let cloud: TestCloud
  let prefecture: Browser
  let disasterId: string
  before(async () => {
    cloud = await testCloud({ pdf: true })
    const desk = await openDesk(cloud)
    disasterId = desk.disasterId
    await desk.issuable('R-1')
    await desk.receive('R-5')
    await desk.clerk.get(damage.makeDamageReport, { disasterId, reportNo: 1, final: false, note: '' })
    prefecture = await cloud.signIn(hida, 'prefecture')
  })
  after(() => cloud.close())

  test('sees the town’s numbers and its reports', async () => {
    const { report, figures } = await prefecture.get(damage.getDamageReport, { disasterId, reportNo: 1 })
    assert.equal(report?.reportNo, 1)
    assert.ok(figures.some(({ value }) => value !== null && value > 0))
    const { works } = await prefecture.get(situation.countWork, { disasterId, group: 'applications' })
    assert.ok(works.some(({ count }) => count > 0))
  })

  test('reaches nothing but numbers, and in all that comes back there is nobody', async () => {
    const pool = new Pool()
    for (const [name, value] of Object.entries({
      disasterId,
      reportNo: 1,
      personRef: 'R-1',
      residentNo: '1',
    }))
      pool.pin(name, value)
    const endpoints = cloudEndpoints().filter(
      ({ permission }) => permission !== 'public' && permission !== 'signed-in',
    )
    const { reached, answers } = await walk(endpoints, prefecture, pool, { order: 'life', skip: skipped })
    assert.deepEqual([...reached].sort(byName), numbersOnly.toSorted(byName))
    const people = ['佐藤　梅子', 'サトウ　ウメコ', '佐藤　太郎', '佐藤　空', '隠田　花', '壱之町', '秘密町']
    assert.deepEqual(leaksIn(answers, people), [])
  })

  test('and not the rows behind a number', async () => {
    const rows = { disasterId, reportNo: 0, damage: 'destroyed' as never }
    assert.equal((await prefecture.call(damage.listDamageRows, rows)).status, 403)
    const work = { disasterId, work: 'receive' } as const
    assert.equal((await prefecture.call(situation.listWork, work)).status, 403)
    assert.equal((await prefecture.call(situation.exportWorkCsv, work)).status, 403)
  })
})

const byName = (a: string, b: string): number => a.localeCompare(b)
