import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { registerDisaster } from '../ledger/ledger.actions.ts'
import {
  addPlanArea,
  addTeam,
  changePlan,
  changeTeam,
  listPlans,
  makePlan,
  removePlanArea,
} from './plans.contract.ts'
import { confirmSheet, recordSheet, stateResult } from './sheets.contract.ts'
import type { PlanId, SheetId, TaskId, TeamId } from './surveys.ts'
import { addTask, cancelTask, claimTask, getTask, releaseTask } from './tasks.contract.ts'

const HIDA = '212172' as MunicipalityCode
const id = <T>(): T => uuidv7() as T

describe('acts of one survey, plan and team', () => {
  let cloud: TestCloud
  let disasterId: DisasterId
  let clerk: Browser
  let reviewer: Browser
  let neighbour: Browser

  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(HIDA, '飛騨市')
    await cloud.onboard('212032', '高山市')
    const made = await cloud.as(HIDA, (ctx) =>
      registerDisaster(ctx, {
        name: '令和8年11月豪雨',
        hazards: ['flood'],
        occurredOn: '2026-11-01' as PlainDate,
        causeText: '令和8年11月1日の豪雨による',
        applicationDeadlineOn: null,
      }),
    )
    disasterId = made.disaster.disasterId as DisasterId
    clerk = await cloud.signIn(HIDA, 'clerk')
    reviewer = await cloud.signIn(HIDA, 'reviewer')
    neighbour = await cloud.signIn('212032' as MunicipalityCode, 'reviewer')
  })
  after(() => cloud.close())

  const add = async () => {
    const made = await clerk.get(addTask, {
      ...{ taskId: id<TaskId>(), disasterId, stage: 'first', address: '飛騨市古川町弐之町1番1号' },
      ...{ headName: '', phone: '', note: '', point: null, urgent: false },
    })
    return { taskId: made.taskId as TaskId, version: made.version }
  }

  test('a claim is released once, by the version that was seen, and only where there is one', async () => {
    const { taskId, version } = await add()
    assert.equal((await clerk.call(releaseTask, { taskId, version })).status, 409)
    const claimed = await clerk.get(claimTask, { taskId, version })
    assert.equal((await clerk.get(getTask, { taskId })).claimedBy !== null, true)
    assert.equal((await neighbour.call(releaseTask, { taskId, version: claimed.version })).status, 404)
    const both = await Promise.all(
      [clerk, reviewer].map((one) => one.call(releaseTask, { taskId, version: claimed.version })),
    )
    assert.deepEqual(new Set(both.map(({ status }) => status)), new Set([200, 409]))
    const { state, claimedBy } = await clerk.get(getTask, { taskId })
    assert.deepEqual([state, claimedBy], ['waiting', null])
  })

  test('a survey is called off with a reason; what is done is not', async () => {
    const { taskId, version } = await add()
    assert.equal((await clerk.call(cancelTask, { taskId, version, reason: '' })).status, 400)
    assert.equal((await neighbour.call(cancelTask, { taskId, version, reason: '空き家' })).status, 404)
    const done = await clerk.get(cancelTask, { taskId, version, reason: '空き家' })
    assert.equal(done.state, 'cancelled')
    assert.equal(
      (await clerk.call(cancelTask, { taskId, version: done.version, reason: '空き家' })).status,
      409,
    )
  })

  test('a result without a sheet needs its reason and a day since the disaster; a sheet without a grade confirms none', async () => {
    const { taskId, version } = await add()
    const stated = {
      ...{ taskId, version, grade: 'G2' as const, surveyedOn: '2026-11-05', surveyors: ['調査 一郎'] },
      reason: '応援団体の調査票（紙）による',
    }
    assert.equal((await clerk.call(stateResult, stated)).status, 403)
    assert.equal((await reviewer.call(stateResult, { ...stated, reason: '' })).status, 400)
    assert.equal((await reviewer.call(stateResult, { ...stated, surveyedOn: '2026-10-31' })).status, 422)
    assert.equal((await neighbour.call(stateResult, stated)).status, 404)
    assert.equal((await reviewer.get(stateResult, stated)).state, 'done')
    assert.equal((await reviewer.call(stateResult, stated)).status, 409)
    const view = await clerk.get(getTask, { taskId })
    assert.deepEqual(
      [view.grade, view.results[0]!.kind, view.results[0]!.reason],
      ['G2', 'stated', stated.reason],
    )

    const other = await add()
    const sheetId = id<SheetId>()
    const kept = await clerk.get(recordSheet, {
      ...{ taskId: other.taskId, sheetId, sheetNo: 1, surveyedOn: '2026-11-20', surveyors: ['一', '二'] },
      // What a device brings is kept as it is: nothing is answered, so nothing is judged.
      sheet: { hazard: 'flood', structure: 'wood', stage: 'first', entryMode: 'exact', answers: {} },
      ...{ witness: '', note: '', startedAt: null, position: null, device: 'タブレット1' },
      ...{ recordedAt: '2026-11-20T10:00:00+09:00', sentAt: cloud.clock.toISOString() },
    })
    assert.equal(kept.grade, null)
    const confirm = { taskId: other.taskId, version: kept.version, sheetId, sheetNo: 1, reason: '' }
    const refused = await clerk.call(confirmSheet, confirm)
    assert.ok(!refused.ok && refused.problem.type.endsWith('surveys/no-grade'), JSON.stringify(refused))
    assert.equal((await clerk.get(getTask, { taskId: other.taskId })).grade, null)
  })

  test('a plan, its areas and its teams are changed by what was seen, and closed', async () => {
    const planId = id<PlanId>()
    const teamId = id<TeamId>()
    const areaId = uuidv7()
    const plan = { name: '第1次調査', startsOn: '2026-11-21', endsOn: '2026-12-05', daysOff: [] as string[] }
    await clerk.get(makePlan, { planId, disasterId, ...plan })
    const team = {
      ...{ name: '1班', members: ['調査 一郎', '調査 二郎'], housesPerDay: 5 },
      ...{ worksFrom: '2026-11-21', worksUntil: '2026-12-05' },
    }
    await clerk.get(addTeam, { planId, teamId, ...team })
    await clerk.get(addPlanArea, { planId, areaId, name: '壱之町', areaNames: ['古川町壱之町'], ring: null })

    const off = { ...plan, planId, version: 1, daysOff: ['2026-11-23'], closed: false }
    assert.equal((await clerk.call(changePlan, { ...off, endsOn: '2026-11-20' })).status, 422)
    assert.equal((await neighbour.call(changePlan, off)).status, 404)
    assert.equal((await clerk.get(changePlan, off)).version, 2)
    assert.equal((await clerk.call(changePlan, off)).status, 409)

    const fewer = { ...team, teamId, version: 1, housesPerDay: 3, removed: false }
    assert.equal((await neighbour.call(changeTeam, fewer)).status, 404)
    assert.equal((await clerk.get(changeTeam, fewer)).version, 2)
    assert.equal((await clerk.call(changeTeam, fewer)).status, 409)

    assert.equal((await neighbour.call(removePlanArea, { planId, areaId })).status, 404)
    await clerk.get(removePlanArea, { planId, areaId })
    // Sent again it changes nothing.
    assert.equal((await clerk.call(removePlanArea, { planId, areaId })).status, 200)
    const [shown] = (await clerk.get(listPlans, { disasterId })).plans
    assert.deepEqual([shown!.daysOff, shown!.areas, shown!.teams[0]!.housesPerDay], [['2026-11-23'], [], 3])

    await clerk.get(changeTeam, { ...fewer, version: 2, removed: true })
    await clerk.get(changePlan, { ...off, version: 2, closed: true })
    const [closed] = (await clerk.get(listPlans, { disasterId })).plans
    assert.deepEqual([closed!.closed, closed!.teams], [true, []])
  })
})
