import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import pg from 'pg'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { addDwelling, positionDwelling } from '../dwellings/dwellings.contract.ts'
import { linkOccupant } from '../dwellings/occupancy.contract.ts'
import { registerDisaster } from '../ledger/ledger.actions.ts'
import { judgeArea, undoAreaJudgement } from './judgements.contract.ts'
import type { TaskId } from './surveys.ts'
import { addTask, changeTask, getTask, listTasks, searchTasks } from './tasks.contract.ts'

const HIDA = '212172' as MunicipalityCode
/** Where the houses of the area stand, in a square of no other task. */
const at = (i: number) => ({ latitude: 36.101 + i / 1e4, longitude: 137.101 })
const ring: [number, number][] = [
  [137.1, 36.1],
  [137.11, 36.1],
  [137.11, 36.11],
  [137.1, 36.11],
]

describe('surveys found by words, and areas with houses nobody asked a survey of', () => {
  let cloud: TestCloud
  let town: DemoTown
  let disasterId: DisasterId
  let clerk: Browser
  let reviewer: Browser

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
    disasterId = made.disaster.disasterId as DisasterId
    clerk = await cloud.signIn(HIDA, 'clerk')
    reviewer = await cloud.signIn(HIDA, 'reviewer')
  })
  after(() => cloud.close())

  const add = async (address: string, headName: string): Promise<TaskId> => {
    const taskId = uuidv7() as TaskId
    await clerk.get(addTask, {
      ...{ taskId, disasterId, stage: 'first', address, headName, phone: '', note: '' },
      ...{ point: null, urgent: false },
    })
    return taskId
  }
  /** As a task was written before there were tokens. */
  const forgetTokens = async (taskId: TaskId): Promise<void> => {
    const admin = new pg.Client({ connectionString: cloud.database.urls.admin })
    await admin.connect()
    await admin.query(`update surveys.task set tokens = '{}' where task_id = $1`, [taskId])
    await admin.end()
  }
  const search = async (words: { name?: string; address?: string }, by = clerk) =>
    (await by.get(searchTasks, { disasterId, ...words })).tasks.map(({ taskId }) => taskId)

  test('by name and address in any spelling; a change is found by its new words', async () => {
    const one = await add('飛騨市神岡町船津１２番３号', '澤田　ジョージ')
    const other = await add('飛騨市神岡町船津4番', '山田　太郎')
    assert.deepEqual(await search({ name: '沢田' }), [one])
    assert.deepEqual(await search({ address: '船津12番3' }), [one])
    assert.deepEqual(await search({ address: '神岡町船津' }), [one, other])
    assert.deepEqual(await search({ name: '山田', address: '船津12' }), [])
    assert.equal((await clerk.call(searchTasks, { disasterId, name: '　' })).status, 422)
    const { version } = await clerk.get(getTask, { taskId: other })
    await clerk.get(changeTask, {
      ...{ taskId: other, version, address: '飛騨市宮川町林88番', headName: '林　次郎', phone: '', note: '' },
      ...{ point: null, urgent: false },
    })
    assert.deepEqual(await search({ name: '山田' }), [])
    assert.deepEqual(await search({ address: '宮川町林88' }), [other])
    // Written before there were tokens: opened, and found all the same.
    await forgetTokens(one)
    assert.deepEqual(await search({ name: '沢田' }), [one])
    assert.deepEqual(await search({ name: '山本' }), [])
  })

  test('whoever hides is found by no address, and nothing of the place is told', async () => {
    const hidden = await add('飛騨市古川町若宮三丁目9876番地54', '母　隠子')
    assert.deepEqual(await search({ address: '若宮三丁目9876' }), [])
    assert.deepEqual(await search({ address: '若宮' }), [])
    const { tasks } = await clerk.get(searchTasks, { disasterId, name: '母　隠子' })
    assert.deepEqual(
      tasks.map(({ taskId, address, areaName, suppressed }) => ({ taskId, address, areaName, suppressed })),
      [{ taskId: hidden, address: null, areaName: '', suppressed: true }],
    )
    await forgetTokens(hidden)
    assert.deepEqual(await search({ address: '若宮三丁目9876' }), [])
    await cloud.onboard('212032', '高山市')
    const neighbour = await cloud.signIn('212032' as MunicipalityCode, 'clerk')
    assert.equal((await neighbour.call(searchTasks, { disasterId, name: '母' })).status, 404)
  })

  test('an area takes in houses that have no survey: shown with why first, those it covers alone, and taken back', async () => {
    const house = async (i: number, number: string, facts: object = {}, townName = '宮川町打保') => {
      const made = await clerk.get(addDwelling, {
        ...{ blockCode: '', town: townName, number, building: '', useCode: '01' },
        ...{ structureCode: '1', storeys: 2, reason: '現地で確認', ...facts },
      })
      await clerk.get(positionDwelling, { ...made, ...at(i) })
      return made.dwellingId
    }
    const wood = await house(1, '101番')
    const prefab = await house(2, '102番', { structureCode: '5' })
    await house(3, '103番', { structureCode: '3' })
    await house(4, '104番', { storeys: 3 })
    await house(5, '105番', { storeys: null })
    await house(6, '106番', { useCode: '07' })
    const flats = await house(7, '107番', { useCode: '02' })
    // Somebody in hiding lives here: neither counted nor named.
    const secret = await house(8, '109番')
    const mother = town.people['motherInHiding']!
    await clerk.get(linkOccupant, {
      ...{
        disasterId,
        personRef: `R-${mother.residentNo}`,
        scope: 'person',
        dwellingId: secret,
        seenNo: null,
      },
      words: '申請書のとおり',
    })
    // Has a survey already, which the house register does not cover.
    const known = await add('宮川町打保107番', '')
    await clerk.get(changeTask, {
      ...{ taskId: known, version: 1, address: '宮川町打保107番', headName: '', phone: '', note: '' },
      ...{ point: at(7), urgent: false },
    })
    const input = {
      ...{ judgementId: uuidv7(), disasterId, ring, surveyedOn: '2026-11-05', reason: '宮川の氾濫' },
      findings: { way: 'corners' as const, externalForce: false, cornerDepthsCm: [181, 190, 200, 185] },
      ...{ leftOut: [], withHouses: true, expected: null },
    }
    const dry = await reviewer.get(judgeArea, input)
    assert.deepEqual(
      dry.houses.map(({ address, covered }) => [address, covered]),
      [
        ['宮川町打保101番', 'yes'],
        ['宮川町打保102番', 'yes'],
        ['宮川町打保103番', 'no'],
        ['宮川町打保104番', 'no'],
        ['宮川町打保105番', 'unknown'],
      ],
    )
    assert.deepEqual(
      dry.tasks.map(({ taskId, covered, because }) => [taskId, covered, because]),
      [[known, 'no', '戸建てではありません']],
    )
    assert.equal(dry.count, 2)
    assert.ok(!JSON.stringify(dry).includes(secret) && !JSON.stringify(dry).includes('109番'))
    assert.ok(!JSON.stringify(dry).includes(flats))
    // A dry run writes nothing.
    assert.deepEqual(await search({ address: '打保10' }), [known])
    const without = await reviewer.get(judgeArea, { ...input, leftOutHouses: [prefab] })
    assert.equal(without.count, 1)
    assert.equal((await reviewer.call(judgeArea, { ...input, expected: 3 })).status, 409)
    const done = await reviewer.get(judgeArea, { ...input, expected: 2 })
    assert.ok(done.done)
    const made = (await reviewer.get(listTasks, { disasterId, states: ['done'] })).tasks
    assert.deepEqual(
      made.map(({ address, grade }) => `${address} ${grade}`).toSorted((a, b) => (a < b ? -1 : 1)),
      ['宮川町打保101番 G2', '宮川町打保102番 G2'],
    )
    const view = await clerk.get(getTask, { taskId: made[0]!.taskId as TaskId })
    assert.deepEqual([view.origin, view.results[0]!.kind], ['area', 'area'])
    // Once more: they have a survey now.
    const again = await reviewer.get(judgeArea, { ...input, judgementId: uuidv7() })
    assert.deepEqual(
      again.houses.map(({ dwellingId }) => dwellingId).filter((id) => [wood, prefab].includes(id)),
      [],
    )
    const undo = { judgementId: input.judgementId, reason: '区域を誤った' }
    assert.deepEqual(await reviewer.get(undoAreaJudgement, undo), { count: 2, kept: 0 })
    const gone = await clerk.get(getTask, { taskId: made[0]!.taskId as TaskId })
    assert.deepEqual([gone.state, gone.grade], ['cancelled', null])
    assert.equal((await reviewer.get(judgeArea, { ...input, judgementId: uuidv7() })).count, 2)
  })
})
