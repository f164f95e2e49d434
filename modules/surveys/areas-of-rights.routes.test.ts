import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { TEST_PASSWORD, testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from '../access/access.actions.ts'
import { getSession } from '../access/access.contract.ts'
import * as staff from '../access/staff.contract.ts'
import { addDwelling } from '../dwellings/dwellings.contract.ts'
import { linkOccupant } from '../dwellings/occupancy.contract.ts'
import { registerDisaster } from '../ledger/ledger.actions.ts'
import { getLedger } from '../ledger/ledger.contract.ts'
import { listAreaJudgements } from './judgements.contract.ts'
import { listSheets } from './sheets.contract.ts'
import * as contract from './tasks.contract.ts'

const HIDA = '212172' as MunicipalityCode
const TODAY = '2026-11-21'
const point = { latitude: 36.24, longitude: 137.19 }
const MINE = '古川町若宮三丁目'

describe('a right for some 町字 of a disaster', () => {
  let cloud: TestCloud
  let town: DemoTown
  let disasterId: string
  let clerk: Browser
  let admin: Browser
  let helper: Browser
  let mine: string
  let hidden: string
  let elsewhere: string

  before(async () => {
    cloud = await testCloud()
    town = makeTown({ households: 40 })
    await cloud.onboard(HIDA, '飛騨市')
    await loadTown(cloud, town)
    const made = await cloud.as(HIDA, (ctx) =>
      registerDisaster(ctx, {
        name: '令和8年11月豪雨',
        hazards: ['flood'],
        occurredOn: '2026-11-01' as PlainDate,
        causeText: '令和8年11月1日の豪雨による',
        applicationDeadlineOn: null,
      }),
    )
    disasterId = made.disaster.disasterId
    clerk = await cloud.signIn(HIDA, 'clerk')
    admin = await cloud.signIn(HIDA, 'admin')
    mine = await add('飛騨市古川町若宮三丁目1番9号')
    hidden = await add('飛騨市古川町若宮三丁目9876番地54')
    elsewhere = await add('飛騨市古川町殿町77番8号')
    helper = await person('ouen', [MINE])
  })
  after(() => cloud.close())

  const add = async (address: string): Promise<string> => {
    const taskId = uuidv7()
    await clerk.get(contract.addTask, {
      ...{ taskId, disasterId, stage: 'first', address, headName: '', phone: '', note: '' },
      ...{ point, urgent: false },
    })
    return taskId
  }
  const person = async (loginId: string, areas: string[] | null): Promise<Browser> => {
    const staffId = await cloud.as(HIDA, (ctx) =>
      createStaff(ctx, {
        ...{ loginId, displayName: '応援　一郎', department: '応援', password: TEST_PASSWORD },
        ...{ roles: [], mustChangePassword: false },
      }),
    )
    const spell = { role: 'clerk', fromOn: TODAY, untilOn: null, disasterId, areas }
    await admin.get(staff.assignStaffRole, { staffId, version: 1, ...spell })
    return await cloud.browserOf(HIDA, loginId)
  }
  /** The tasks that each way of asking shows. */
  const shown = async (browser: Browser) => {
    const { tasks } = await browser.get(contract.listTasks, { disasterId, limit: 200 })
    const map = await browser.get(contract.mapTasks, { disasterId })
    const counts = await browser.get(contract.countTasks, { disasterId })
    const areas = await browser.get(contract.countAreas, { disasterId })
    return {
      listed: tasks.map(({ taskId }) => taskId),
      mapped: map.points.map(({ taskId }) => taskId),
      counted: counts.counts.reduce((sum, one) => sum + one.count, 0),
      areas: areas.areas.map(({ areaName, count }) => [areaName, count]),
    }
  }

  test('shows the houses there alone, and none of anybody in hiding, by no way of asking', async () => {
    assert.ok((await clerk.get(contract.getTask, { taskId: hidden })).suppressed)
    assert.deepEqual((await shown(clerk)).listed, [mine, hidden, elsewhere])
    assert.deepEqual(await shown(helper), { listed: [mine], mapped: [mine], counted: 1, areas: [[MINE, 1]] })
    assert.equal((await helper.get(contract.getTask, { taskId: mine })).taskId, mine)
    for (const taskId of [hidden, elsewhere]) {
      for (const answer of [
        await helper.call(contract.getTask, { taskId }),
        await helper.call(listSheets, { taskId }),
        await helper.call(contract.claimTask, { taskId, version: 1 }),
      ])
        assert.equal(answer.status, 404)
    }
    const search = { disasterId, name: '', address: '古川町殿町' }
    assert.equal((await clerk.get(contract.searchTasks, search)).tasks.length, 1)
    assert.deepEqual((await helper.get(contract.searchTasks, search)).tasks, [])
    assert.deepEqual((await helper.get(listAreaJudgements, { disasterId })).judgements, [])
  })

  test('opens what hangs on a house to be surveyed and nothing else', async () => {
    const { permissions } = await helper.get(getSession, {})
    assert.ok(permissions.includes('surveys.record') && permissions.includes('files.upload'))
    assert.ok(
      !permissions.includes('ledger.view') &&
        !permissions.includes('relief.notes') &&
        !permissions.includes('surveys.plan'),
    )
    assert.equal((await helper.call(getLedger, { disasterId })).status, 403)
    const { version } = await helper.get(contract.getTask, { taskId: mine })
    await helper.get(contract.claimTask, { taskId: mine, version })
    await helper.get(contract.releaseTask, { taskId: mine, version: version + 1 })
  })

  test('loses a house from the moment somebody who hides is found to live there', async () => {
    const { dwellingId } = await clerk.get(addDwelling, {
      ...{ blockCode: '', town: '古川町若宮三丁目', number: '5番5号', building: '', useCode: '01' },
      ...{ structureCode: '1', storeys: 2, reason: '現地で確認' },
    })
    const taskId = await add('飛騨市古川町若宮三丁目5番5号')
    assert.ok((await shown(helper)).listed.includes(taskId))
    const mother = town.people['motherInHiding']!
    await clerk.get(linkOccupant, {
      ...{ disasterId, personRef: `R-${mother.residentNo}`, scope: 'person', dwellingId, seenNo: null },
      words: '申請書のとおり',
    })
    assert.deepEqual(await shown(helper), { listed: [mine], mapped: [mine], counted: 1, areas: [[MINE, 1]] })
    assert.equal((await helper.call(contract.getTask, { taskId })).status, 404)
  })

  test('for 町字 that are spelled as no list spells them shows nothing, and for none shows all', async () => {
    const lost = await person('ouen2', ['若宮３丁目', "'; set local app.areas = ''; --"])
    assert.deepEqual(await shown(lost), { listed: [], mapped: [], counted: 0, areas: [] })
    const whole = await person('ouen3', null)
    assert.deepEqual((await shown(whole)).listed.length, 4)
  })

  test('two of them in one disaster give both, and a disaster held for whole is not narrowed', async () => {
    const both = await person('ouen4', [MINE, '古川町殿町'])
    assert.deepEqual((await shown(both)).listed, [mine, elsewhere])
    const { staff: people } = await admin.get(staff.searchStaff, { words: 'ouen4' })
    const spell = { role: 'helper-survey', fromOn: TODAY, untilOn: null, disasterId, areas: null }
    await admin.get(staff.assignStaffRole, { staffId: people[0]!.staffId, version: 2, ...spell })
    assert.ok((await shown(both)).listed.includes(hidden), 'masked, as for everybody who sees the whole town')
  })

  test('is refused where it would mean nothing', async () => {
    const { staff: people } = await admin.get(staff.searchStaff, { words: '応援' })
    const spell = { staffId: people[0]!.staffId, version: 2, fromOn: TODAY, untilOn: null, areas: [MINE] }
    for (const over of [
      { role: 'clerk', disasterId: null },
      { role: 'helper-reception', disasterId },
    ]) {
      const refused = await admin.call(staff.assignStaffRole, { ...spell, ...over })
      assert.ok(!refused.ok && refused.problem.type.endsWith('/nothing-for-areas'))
    }
  })
})
