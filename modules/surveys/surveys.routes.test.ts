import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { filesProblems } from '../files/files.messages.ts'
import { photo } from '../files/testing/photos.ts'
import { openEntry, registerDisaster } from '../ledger/ledger.actions.ts'
import { addPhoto, getPhoto } from './photos.contract.ts'
import { addPlanArea, addTeam, listPlans, makePlan } from './plans.contract.ts'
import type { Sheet } from './rules/rules.ts'
import {
  confirmSheet,
  confirmSheets,
  getSpread,
  listSheets,
  recordSheet,
  undoResult,
} from './sheets.contract.ts'
import { requestSurvey, surveyResultsFor } from './surveys.actions.ts'
import type { PhotoId, PlanId, SheetId, TaskId, TeamId } from './surveys.ts'
import {
  addTask,
  askAgain,
  assignTasks,
  changeTask,
  claimTask,
  countAreas,
  exportTasks,
  getTask,
  listTasks,
  mapTasks,
  undoAssignment,
} from './tasks.contract.ts'

const HIDA = '212172' as MunicipalityCode
const id = <T>(): T => uuidv7() as T

/** 床上浸水 1.2 m without external force: 中規模半壊 by R6.5 and later. */
const flooded = (depthCm: number): Sheet => ({
  hazard: 'flood',
  structure: 'wood',
  stage: 'first',
  entryMode: 'exact',
  answers: floodAnswers(depthCm),
})
function floodAnswers(depthCm: number): Sheet['answers'] {
  return {
    dwelling: true,
    collapsed: false,
    storeyCollapsed: false,
    lost: false,
    tilted: false,
    detached: true,
    storeys: '2',
    externalForce: false,
    inundation: 'above-floor',
    depthsCm: [depthCm],
    sediment: 'none',
  }
}

describe('surveys', () => {
  let cloud: TestCloud
  let town: DemoTown
  let disasterId: DisasterId
  let clerk: Browser
  let reviewer: Browser
  let neighbour: Browser

  before(async () => {
    cloud = await testCloud()
    town = makeTown({ households: 40 })
    await cloud.onboard(HIDA, '飛騨市')
    await cloud.onboard('212032', '高山市')
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
    neighbour = await cloud.signIn('212032' as MunicipalityCode, 'reviewer')
  })
  after(() => cloud.close())

  const ask = async (key: string, originRef = uuidv7()) => {
    const number = key === 'motherInHiding' ? '9876' : '12'
    const person = town.people[key]!
    const household = town.residents.find((one) => one.residentNo === person.residentNo)!.householdNo
    return await cloud.as(HIDA, async (ctx) => {
      const entryId = await openEntry(ctx, disasterId, { kind: 'resident', residentNo: person.residentNo })
      return await requestSurvey(ctx, {
        disasterId,
        stage: 'first',
        origin: 'application',
        originRef,
        entryId,
        people: [{ residentNo: person.residentNo, householdNo: household, nonResidentId: null }],
        dwellingId: null,
        words: {
          address: `岐阜県飛騨市古川町壱之町${number}番地`,
          headName: person.name.full,
          applicantName: person.name.full,
          phone: `0577-00-${number}`,
          note: `${number}番地の裏口から`,
        },
        point: { latitude: 36.238, longitude: 137.186 },
      })
    })
  }
  const add = async (
    address = '飛騨市古川町弐之町1番1号',
    point = { latitude: 36.24, longitude: 137.19 },
  ) => {
    const taskId = id<TaskId>()
    const made = await clerk.get(addTask, {
      taskId,
      disasterId,
      stage: 'first',
      address,
      headName: '',
      phone: '',
      note: '',
      point,
      urgent: false,
    })
    return { ...made, taskId }
  }
  const record = (taskId: TaskId, over: Record<string, unknown> = {}, by: Browser = clerk) =>
    by.call(recordSheet, {
      taskId,
      sheetId: id<SheetId>(),
      sheetNo: 1,
      sheet: flooded(120) as never,
      surveyedOn: '2026-11-20',
      surveyors: ['調査 一郎', '調査 二郎'],
      witness: '',
      note: '',
      startedAt: null,
      recordedAt: '2026-11-20T10:00:00+09:00',
      sentAt: cloud.clock.toISOString(),
      position: null,
      device: '',
      ...over,
    })

  test('a sheet is scored, confirmed by a person, and what it found reaches the application', async () => {
    const originRef = uuidv7()
    const { taskId } = await ask('satoTaro', originRef)
    const recorded = await record(taskId)
    assert.ok(recorded.ok, JSON.stringify(recorded))
    assert.equal(recorded.body.grade, 'G3')
    assert.equal(recorded.body.state, 'recorded')
    assert.deepEqual((await cloud.as(HIDA, (ctx) => surveyResultsFor(ctx, originRef)))[0]!.result, null)
    const { sheets } = await clerk.get(listSheets, { taskId })
    const { sheetId, sheetNo } = sheets[0]!.versions[0]!
    const done = await clerk.get(confirmSheet, {
      taskId,
      version: recorded.body.version,
      sheetId: sheetId as SheetId,
      sheetNo,
      reason: '',
    })
    assert.equal(done.state, 'done')
    const [outcome] = await cloud.as(HIDA, (ctx) => surveyResultsFor(ctx, originRef))
    assert.equal(outcome!.result?.grade, 'G3')
    assert.deepEqual(outcome!.result?.surveyors, ['調査 一郎', '調査 二郎'])
    // Undone: there is no result again, and the first one stays in the record.
    const undone = await clerk.get(undoResult, { taskId, version: done.version, reason: '家を取り違えた' })
    assert.equal(undone.state, 'recorded')
    assert.equal((await cloud.as(HIDA, (ctx) => surveyResultsFor(ctx, originRef)))[0]!.result, null)
    const { results } = await clerk.get(getTask, { taskId })
    assert.deepEqual(
      results.map((one) => one.kind),
      ['undone', 'sheet'],
    )
  })

  test('two teams at one house: both sheets stay, nothing is decided until a person chooses', async () => {
    const { taskId } = await add()
    const [one, other] = await Promise.all([
      record(taskId, { device: 'タブレット1' }),
      record(taskId, { device: 'タブレット2', sheet: flooded(60) }, reviewer),
    ])
    assert.ok(one.ok && other.ok)
    const view = await clerk.get(getTask, { taskId })
    assert.equal(view.state, 'conflict')
    const { sheets } = await clerk.get(listSheets, { taskId })
    assert.deepEqual(new Set(sheets.map(({ versions }) => versions[0]!.grade)), new Set(['G3', 'G4']))
    const bulk = await clerk.get(confirmSheets, { disasterId, tasks: [{ taskId, version: view.version }] })
    assert.equal(bulk.confirmed, 0)
    const chosen = sheets.find(({ versions }) => versions[0]!.grade === 'G4')!.versions[0]!
    const input = {
      taskId,
      version: view.version,
      sheetId: chosen.sheetId as SheetId,
      sheetNo: 1,
      reason: '後の調査のほうが正しい',
    }
    const both = await Promise.all([clerk.call(confirmSheet, input), reviewer.call(confirmSheet, input)])
    assert.deepEqual(new Set(both.map((answer) => answer.status)), new Set([200, 409]))
    assert.equal((await clerk.get(getTask, { taskId })).grade, 'G4')
    // A third sheet, late: it does not change what rules, and it is not lost.
    const late = await record(taskId, { device: 'タブレット3' })
    assert.ok(late.ok && late.body.conflict)
    const after = await clerk.get(getTask, { taskId })
    assert.equal(after.grade, 'G4')
    assert.equal(after.state, 'conflict')
  })

  test('the same sheet again changes nothing; a correction is another version; an old one is refused', async () => {
    const { taskId } = await add()
    const sheetId = id<SheetId>()
    const first = await record(taskId, { sheetId, device: 'タブレット1' })
    const again = await record(taskId, { sheetId, device: 'タブレット1' })
    assert.ok(first.ok && again.ok)
    assert.equal(again.body.version, first.body.version)
    const corrected = await record(taskId, { sheetId, sheetNo: 2, sheet: flooded(40) })
    assert.ok(corrected.ok)
    assert.equal(corrected.body.grade, 'G4')
    assert.equal((await record(taskId, { sheetId, sheetNo: 2, sheet: flooded(30) })).status, 409)
    assert.equal((await record(taskId, { sheetId, sheetNo: 9 })).status, 409)
    const { sheets } = await clerk.get(listSheets, { taskId })
    assert.deepEqual(
      sheets.map(({ versions }) => versions.map((one) => one.grade)),
      [['G4', 'G3']],
    )
  })

  test('a device whose clock is a day off, and one far from the house, are told; a clerk’s mistake is refused', async () => {
    const { taskId } = await add()
    const sent = new Date(cloud.clock.getTime() + 86_400_000)
    const answer = await record(taskId, {
      device: 'タブレット1',
      recordedAt: sent.toISOString(),
      sentAt: sent.toISOString(),
      surveyedOn: '2026-11-22',
      position: { latitude: 35.0, longitude: 137.19, accuracyM: 10 },
    })
    assert.ok(answer.ok)
    const { sheets } = await clerk.get(listSheets, { taskId })
    const kept = sheets[0]!.versions[0]!
    assert.deepEqual(kept.notes, ['clock', 'far'])
    assert.equal(kept.surveyedOn, '2026-11-21')
    const future = await record(taskId, { surveyedOn: '2027-01-01' })
    assert.equal(future.status, 422)
    const wrong = await record(taskId, { sheet: flooded(-5) })
    assert.ok(
      !wrong.ok && wrong.status === 422 && wrong.problem.errors?.[0]?.pointer === '/sheet/answers/depthsCm',
    )
  })

  test('a plan forecasts its end; tasks are given to a team after a dry run, and taken back', async () => {
    const planId = id<PlanId>()
    const teamId = id<TeamId>()
    await clerk.get(makePlan, {
      planId,
      disasterId,
      name: '第1次調査',
      startsOn: '2026-11-21',
      endsOn: '2026-12-05',
      daysOff: ['2026-11-23'],
    })
    await clerk.get(addTeam, {
      planId,
      teamId,
      name: '1班',
      members: ['調査 一郎', '調査 二郎'],
      housesPerDay: 2,
      worksFrom: '2026-11-21',
      worksUntil: '2026-12-31',
    })
    await clerk.get(addPlanArea, {
      planId,
      areaId: uuidv7(),
      name: '参之町',
      areaNames: ['古川町参之町'],
      ring: null,
    })
    for (let i = 1; i <= 5; i++)
      await add(`飛騨市古川町参之町${i}番`, { latitude: 36.3 + i / 1e4, longitude: 137.2 })
    const ring: [number, number][] = [
      [137.1, 36.2995],
      [137.3, 36.2995],
      [137.3, 36.31],
      [137.1, 36.31],
    ]
    const select = { ring, unassignedOnly: true }
    const dry = { assignmentId: uuidv7(), disasterId, teamId, select, expected: null }
    const told = await clerk.get(assignTasks, dry)
    assert.deepEqual([told.count, told.done], [5, false])
    assert.equal((await clerk.call(assignTasks, { ...dry, expected: 4 })).status, 409)
    const done = await clerk.get(assignTasks, { ...dry, expected: 5 })
    assert.deepEqual([done.count, done.done], [5, true])
    const { plans } = await clerk.get(listPlans, { disasterId })
    assert.deepEqual(plans[0]!.forecast, {
      left: 5,
      pacePerDay: null,
      atPaceOn: null,
      // 2 on the 21st, 2 on the 22nd, none on the 23rd, the last on the 24th.
      asPlannedOn: '2026-11-24',
    })
    const mine = await clerk.get(listTasks, { disasterId, teamId })
    assert.equal(mine.tasks.length, 5)
    const crossing = ring.map((_, i) => ring[[0, 2, 1, 3][i]!]!)
    const bad = await clerk.call(assignTasks, { ...dry, select: { ring: crossing, unassignedOnly: false } })
    assert.equal(bad.status, 422)
    const [{ taskId, version } = { taskId: '', version: 0 }] = mine.tasks
    await clerk.get(claimTask, { taskId: taskId as TaskId, version })
    assert.equal((await reviewer.call(claimTask, { taskId: taskId as TaskId, version })).status, 409)
    // What somebody has begun stays where it is.
    assert.deepEqual(await clerk.get(undoAssignment, { assignmentId: dry.assignmentId }), { count: 4 })
  })

  test('a photo is bound to its house; one that is none, and one of another town, are refused', async () => {
    const { taskId } = await add()
    const shot = (bytes: Buffer, photoId = id<PhotoId>()) => ({
      taskId,
      photoId,
      sheetId: null,
      picture: { base64: bytes.toString('base64') },
      fileName: 'IMG_0001.jpg',
      part: 'roof',
      finding: 'III',
      note: '',
      recordedAt: '2026-11-20T10:00:00+09:00',
    })
    const near = { at: '2026-11-20T10:00:00', latitude: 36.2401, longitude: 137.1901 }
    const lying = { at: '2019-05-01T10:00:00', latitude: 33.59, longitude: 130.4 }
    const input = shot(photo({ seed: 3, taken: near }))
    await clerk.get(addPhoto, input)
    await clerk.get(addPhoto, input)
    await clerk.get(addPhoto, shot(photo({ seed: 4, taken: lying })))
    const none = await clerk.call(addPhoto, shot(Buffer.from('%PDF-1.7 not a photo')))
    assert.ok(!none.ok && none.problem.type.endsWith(filesProblems.notAPhoto.code))
    const { photos } = await clerk.get(getTask, { taskId })
    assert.deepEqual(
      photos.map((one) => one.notes),
      [[], ['far', 'before-disaster']],
    )
    const seen = await clerk.call(getPhoto, { photoId: photos[0]!.photoId as PhotoId })
    assert.ok(seen.ok && seen.bytes.subarray(0, 2).equals(Buffer.from([0xff, 0xd8])))
    assert.equal((await neighbour.call(getPhoto, { photoId: photos[0]!.photoId as PhotoId })).status, 404)
    assert.equal((await neighbour.call(getTask, { taskId })).status, 404)
    assert.equal((await neighbour.call(addPhoto, shot(photo({ seed: 8 })))).status, 404)
  })

  test('of somebody in hiding no place leaves: not by list, map, count, export, photo or bulk act', async () => {
    const { taskId } = await ask('motherInHiding')
    const hidden = await clerk.get(getTask, { taskId })
    assert.ok(hidden.suppressed)
    const input = {
      taskId,
      photoId: id<PhotoId>(),
      sheetId: null,
      picture: { base64: photo({ seed: 77 }).toString('base64') },
      fileName: '9876番地.jpg',
      part: 'whole',
      finding: '',
      note: '9876番地の写真',
      recordedAt: '2026-11-20T10:00:00+09:00',
    }
    await clerk.get(addPhoto, input)
    const answers = [
      await clerk.get(getTask, { taskId }),
      await clerk.get(listTasks, { disasterId, limit: 200 }),
      await clerk.get(mapTasks, { disasterId }),
      await clerk.get(countAreas, { disasterId }),
    ].map((answer) => JSON.stringify(answer))
    const csv = await clerk.call(exportTasks, { disasterId })
    assert.ok(csv.ok)
    for (const answer of [...answers, csv.bytes.toString()])
      assert.ok(!answer.includes('9876'), answer.slice(0, 300))
    assert.ok(!answers[2]!.includes(taskId))
    assert.equal((await clerk.call(getPhoto, { photoId: input.photoId })).status, 404)
    const found = await clerk.get(listTasks, { disasterId, areaName: '古川町壱之町', limit: 200 })
    assert.ok(found.tasks.every((one) => one.taskId !== taskId))
    const words = { address: '', headName: hidden.headName, phone: '', note: '', point: null, urgent: true }
    const typed = await clerk.call(changeTask, {
      taskId,
      version: hidden.version,
      ...words,
      address: '見つけた',
    })
    assert.equal(typed.status, 422)
    await clerk.get(changeTask, { taskId, version: hidden.version, ...words })
  })

  test('a house surveyed again is a task of its own, and one at a time', async () => {
    const { taskId } = await add()
    const recorded = await record(taskId)
    assert.ok(recorded.ok)
    const again = {
      taskId,
      newTaskId: id<TaskId>(),
      stage: 'second' as const,
      reason: '内部の損傷を見てほしい',
    }
    assert.equal((await clerk.call(askAgain, again)).status, 409)
    const [{ versions } = { versions: [] }] = (await clerk.get(listSheets, { taskId })).sheets
    const sheetId = versions[0]!.sheetId as SheetId
    await clerk.get(confirmSheet, { taskId, version: recorded.body.version, sheetId, sheetNo: 1, reason: '' })
    const made = await clerk.get(askAgain, again)
    const second = await clerk.get(getTask, { taskId: made.taskId as TaskId })
    assert.deepEqual([second.stage, second.previousTaskId, second.state], ['second', taskId, 'waiting'])
    const spread = await reviewer.get(getSpread, {
      disasterId,
      hazard: 'flood',
      structure: 'wood',
      stage: 'first',
    })
    assert.ok(spread.all.sheets > 3)
  })
})
