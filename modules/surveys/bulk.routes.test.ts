import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { registerDisaster } from '../ledger/ledger.actions.ts'
import { importResults } from './imports.contract.ts'
import { judgeArea, judgePhotos, listPhotoCases, undoAreaJudgement } from './judgements.contract.ts'
import type { TaskId } from './surveys.ts'
import { addTask, getTask, listTasks } from './tasks.contract.ts'

const compareText = (one: string, other: string): number => (one < other ? -1 : 1)
const HIDA = '212172' as MunicipalityCode

describe('many houses at once', () => {
  let cloud: TestCloud
  let disasterId: DisasterId
  let clerk: Browser
  let reviewer: Browser

  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(HIDA, '飛騨市')
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

  const add = async (stage: 'self' | 'first', latitude: number): Promise<TaskId> => {
    const taskId = uuidv7() as TaskId
    await clerk.get(addTask, {
      taskId,
      disasterId,
      stage,
      address: '飛騨市古川町弐之町1番',
      headName: '',
      phone: '',
      note: '',
      consent: stage === 'self' ? '11月20日に窓口で本人から同意書' : '',
      point: { latitude, longitude: 137.2 },
      urgent: false,
    })
    return taskId
  }
  const ring = (south: number, north: number): [number, number][] => [
    [137.1, south],
    [137.3, south],
    [137.3, north],
    [137.1, north],
  ]

  test('an inundated area: the rules grade it, a dry run tells which houses, and it is taken back whole', async () => {
    const houses = await Promise.all([36.01, 36.02, 36.03].map((latitude) => add('first', latitude)))
    await add('first', 36.5)
    const input = {
      judgementId: uuidv7(),
      disasterId,
      ring: ring(36.0, 36.1),
      findings: { way: 'corners' as const, externalForce: false, cornerDepthsCm: [181, 190, 200, 185] },
      surveyedOn: '2026-11-05',
      reason: '宮川の氾濫',
      leftOut: [houses[2]!],
      expected: null,
    }
    const dry = await reviewer.get(judgeArea, input)
    assert.deepEqual([dry.grade, dry.count, dry.done], ['G2', 2, false])
    assert.ok(dry.why.length > 0 && dry.why.every((one) => one.source !== ''))
    assert.equal((await clerk.call(judgeArea, input)).status, 403)
    assert.equal((await reviewer.call(judgeArea, { ...input, expected: 3 })).status, 409)
    const shallow = { way: 'corners' as const, externalForce: false, cornerDepthsCm: [100, 190, 200, 185] }
    const none = await reviewer.get(judgeArea, { ...input, findings: shallow, expected: 2 })
    assert.deepEqual([none.grade, none.done], [null, false])
    await reviewer.get(judgeArea, { ...input, expected: 2 })
    const views = await Promise.all(houses.map((taskId) => clerk.get(getTask, { taskId })))
    assert.deepEqual(
      views.map((one) => [one.state, one.grade]),
      [
        ['done', 'G2'],
        ['done', 'G2'],
        ['waiting', null],
      ],
    )
    const undo = { judgementId: input.judgementId, reason: '区域を誤った' }
    assert.deepEqual(await reviewer.get(undoAreaJudgement, undo), { count: 2, kept: 0 })
    assert.equal((await reviewer.call(undoAreaJudgement, undo)).status, 422)
    const back = await clerk.get(getTask, { taskId: houses[0]! })
    assert.deepEqual([back.state, back.grade, back.results.length], ['waiting', null, 2])
  })

  test('photos: a yes is 一部損壊, anything else is a survey on the spot of the same house', async () => {
    const unasked = await clerk.call(addTask, {
      ...{ taskId: uuidv7() as TaskId, disasterId, stage: 'self', address: '飛騨市古川町弐之町1番' },
      ...{ headName: '', phone: '', note: '', point: null, urgent: false },
    })
    assert.ok(!unasked.ok && unasked.problem.errors?.[0]?.pointer === '/consent')
    const [slight, heavy] = [await add('self', 36.2), await add('self', 36.21)]
    const { cases, waiting } = await clerk.get(listPhotoCases, { disasterId })
    assert.equal(waiting, 2)
    const findings = {
      hazard: 'flood' as const,
      agreed: true,
      fourSides: true,
      namePlate: true,
      nearAndFar: true,
      measure: true,
      slight: 'clearly' as const,
    }
    const of = (taskId: TaskId) => cases.find((one) => one.taskId === taskId)!
    const yes = { taskId: slight, version: of(slight).version, findings, seconds: 12 }
    const done = await clerk.get(judgePhotos, yes)
    assert.deepEqual([done.grade, done.state], ['G6', 'done'])
    assert.equal((await clerk.call(judgePhotos, yes)).status, 409)
    const unsure = { ...findings, slight: 'perhaps-more' as const }
    const sent = await clerk.get(judgePhotos, {
      taskId: heavy,
      version: of(heavy).version,
      findings: unsure,
      seconds: 9,
    })
    assert.deepEqual([sent.grade, sent.stage, sent.state], [null, 'first', 'waiting'])
    assert.equal((await clerk.get(listPhotoCases, { disasterId })).waiting, 0)
  })

  test('a file of another system: mistakes by line, the same file twice changes nothing, ours is not written over', async () => {
    const csv = [
      '番号,所在地,世帯主,被害の程度,損害割合,調査日,緯度,経度,色',
      'A-1,飛騨市古川町壱之町1番,山田　太郎,半壊,25.4,2026-11-10,36.23,137.18,赤',
      'A-2,飛騨市古川町壱之町2番,,全損,,2026-11-10,36.23,137.18,赤',
      'A-3,,,半壊,,2026-11-10,,,赤',
      'A-4,飛騨市古川町壱之町4番,,全壊,,2026-13-10,137.18,36.23,赤',
      'A-1,飛騨市古川町壱之町1番,,全壊,,2026-11-10,,,赤',
      'A-5,飛騨市古川町壱之町5番,,大規模半壊,,2026/11/9,,,赤',
    ].join('\r\n')
    const input = (text: Buffer | string, dryRun: boolean) => ({
      importId: uuidv7(),
      disasterId,
      source: '県のシステム',
      as: 'result' as const,
      format: 'csv' as const,
      base64: Buffer.from(text).toString('base64'),
      dryRun,
    })
    const dry = await reviewer.get(importResults, input(csv, true))
    assert.deepEqual(dry.counts, { rows: 6, added: 2, matched: 0, unchanged: 0, kept: 0, refused: 4 })
    assert.deepEqual(dry.unused, ['色'])
    assert.deepEqual(
      dry.findings.map(({ line, item }) => `${line} ${item}`),
      ['3 被害の程度', '4 所在地', '5 調査日', '5 緯度・経度', '6 番号'],
    )
    const none = await reviewer.get(listTasks, { disasterId, areaName: '古川町壱之町' })
    assert.equal(none.tasks.length, 0)
    const real = await reviewer.get(importResults, input(csv, false))
    assert.deepEqual([real.counts.added, real.done], [2, true])
    const again = await reviewer.get(importResults, input(csv, false))
    assert.deepEqual([again.counts.added, again.counts.matched, again.counts.unchanged], [0, 0, 2])
    const changed = csv.replace('半壊,25.4', '中規模半壊,31.0')
    const third = await reviewer.get(importResults, input(changed, false))
    assert.deepEqual([third.counts.matched, third.counts.unchanged], [1, 1])
    const { tasks } = await reviewer.get(listTasks, { disasterId, areaName: '古川町壱之町' })
    assert.deepEqual(tasks.map((one) => String(one.grade)).toSorted(compareText), ['G2', 'G3'])
    assert.equal(
      (await reviewer.call(importResults, input(Buffer.from([0xff, 0xfe, 0, 1, 0x80]), true))).status,
      422,
    )
    assert.equal((await reviewer.call(importResults, input('a,b\r\n"1', true))).status, 422)
    const insurer = {
      ...input(csv.replace('半壊,25.4', '全損,'), false),
      as: 'reference' as const,
      source: '損保',
    }
    const noted = await reviewer.get(importResults, insurer)
    assert.ok(noted.done && noted.counts.added > 0)
    const referred = (await reviewer.get(listTasks, { disasterId, states: ['waiting'], limit: 200 })).tasks
    assert.ok(referred.some((one) => one.headName === '山田　太郎' && one.grade === null))
  })

  test('GeoJSON: points with the same names', async () => {
    const geojson = {
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [137.181, 36.231] },
          properties: { id: 7, 所在地: '飛騨市神岡町船津1番', 判定: '準半壊', 調査日: '2026-11-12' },
        },
        { type: 'Feature', geometry: null, properties: null },
      ],
    }
    const done = await reviewer.get(importResults, {
      importId: uuidv7(),
      disasterId,
      source: 'GIS',
      as: 'result',
      format: 'geojson',
      base64: Buffer.from(JSON.stringify(geojson)).toString('base64'),
      dryRun: false,
    })
    assert.deepEqual([done.counts.added, done.counts.refused], [1, 1])
    const { tasks } = await reviewer.get(listTasks, { disasterId, areaName: '神岡町船津' })
    const view = await reviewer.get(getTask, { taskId: tasks[0]!.taskId as TaskId })
    assert.deepEqual([view.grade, view.point], ['G5', { latitude: 36.231, longitude: 137.181 }])
  })
})
