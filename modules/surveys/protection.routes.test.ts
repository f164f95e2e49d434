import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { addDwelling, positionDwelling } from '../dwellings/dwellings.contract.ts'
import { linkOccupant } from '../dwellings/occupancy.contract.ts'
import { registerDisaster } from '../ledger/ledger.actions.ts'
import { addNonResident } from '../ledger/ledger.contract.ts'
import { importResults } from './imports.contract.ts'
import { judgeArea } from './judgements.contract.ts'
import { requestSurvey } from './surveys.actions.ts'
import type { TaskId } from './surveys.ts'
import {
  addTask,
  assignTasks,
  changeTask,
  countAreas,
  exportTasks,
  getTask,
  listTasks,
  mapTasks,
} from './tasks.contract.ts'

const HIDA = '212172' as MunicipalityCode
const point = { latitude: 36.24, longitude: 137.19 }
const around: [number, number][] = [
  [137.18, 36.23],
  [137.2, 36.23],
  [137.2, 36.25],
  [137.18, 36.25],
]

describe('houses of people in hiding', () => {
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

  const add = async (address: string): Promise<TaskId> => {
    const taskId = uuidv7() as TaskId
    await clerk.get(addTask, {
      ...{ taskId, disasterId, stage: 'first', address, headName: '', phone: '', note: `${address}の裏` },
      ...{ point, urgent: false },
    })
    return taskId
  }
  /** Nothing tells the place of a task: the clerk's answers, and the three ways of asking the database agree. */
  const assertHidden = async (taskId: TaskId, place: string) => {
    assert.ok((await clerk.get(getTask, { taskId })).suppressed, place)
    const csv = await clerk.call(exportTasks, { disasterId })
    assert.ok(csv.ok)
    const answers = [
      JSON.stringify(await clerk.get(getTask, { taskId })),
      JSON.stringify(await clerk.get(listTasks, { disasterId, limit: 200 })),
      JSON.stringify(await clerk.get(countAreas, { disasterId })),
      csv.bytes.toString(),
    ]
    for (const answer of answers) assert.ok(!answer.includes(place), answer.slice(0, 400))
    assert.ok(!JSON.stringify(await clerk.get(mapTasks, { disasterId })).includes(taskId))
    const select = { ring: around, unassignedOnly: false }
    const dry = await clerk.call(assignTasks, {
      ...{ assignmentId: uuidv7(), disasterId, teamId: null, select, expected: null },
    })
    assert.ok(!JSON.stringify(dry).includes(taskId))
    await assertOneAnswer()
  }
  const assertOneAnswer = async () => {
    const rows = await cloud.as(HIDA, (ctx) =>
      ctx.tx.sql<{ id: TaskId; alone: boolean }>(
        `select t.task_id as id, surveys.is_hidden($1, t.task_id, $2) as alone from surveys.task t
          where t.municipality_code = $1 and t.disaster_id = $2
            and (t.task_id in (select h.task_id from surveys.hidden_tasks($1, $2) h) or surveys.is_hidden($1, t.task_id, $2))`,
        [HIDA, disasterId],
      ),
    )
    assert.ok(rows.every(({ alone }) => alone))
    const { tasks } = await clerk.get(listTasks, { disasterId, limit: 200 })
    assert.deepEqual(
      new Set(rows.map(({ id }) => id)),
      new Set(tasks.filter(({ suppressed }) => suppressed).map(({ taskId }) => taskId)),
    )
  }

  test('a house added by hand at the address of somebody in hiding, in any spelling, shows nowhere', async () => {
    for (const address of [
      '岐阜県飛騨市古川町若宮三丁目9876番地54　金糸雀荘　303号室',
      '古川町若宮3-9876-54',
      '若宮３丁目９８７６の５４',
    ])
      await assertHidden(await add(address), '9876')
    const open = await add('飛騨市古川町若宮三丁目1番9号')
    assert.equal((await clerk.get(getTask, { taskId: open })).suppressed, false)
    // Told later that it is that house.
    const { version } = await clerk.get(getTask, { taskId: open })
    await clerk.get(changeTask, {
      ...{ taskId: open, version, address: '飛騨市古川町若宮三丁目9876番地54', headName: '', phone: '' },
      ...{ note: '', point, urgent: false },
    })
    await assertHidden(open, '9876')
  })

  test('a file of another system hides it, too, and an area is judged without it', async () => {
    const csv = [
      '番号,所在地,世帯主,被害の程度,調査日,緯度,経度',
      'A-1,飛騨市古川町若宮3丁目9876番地54,,半壊,2026-11-10,36.24,137.19',
      'A-2,飛騨市古川町若宮3丁目1番2号,,半壊,2026-11-10,36.24,137.19',
    ].join('\r\n')
    const done = await reviewer.get(importResults, {
      ...{ importId: uuidv7(), disasterId, source: '県', as: 'result', format: 'csv', dryRun: false },
      base64: Buffer.from(csv).toString('base64'),
    })
    assert.equal(done.counts.added, 2)
    const { tasks } = await clerk.get(listTasks, { disasterId, states: ['done'] })
    assert.deepEqual(
      tasks.map(({ suppressed, address }) => [suppressed, address]),
      [
        [true, null],
        [false, '飛騨市古川町若宮3丁目1番2号'],
      ],
    )
    await assertHidden(tasks[0]!.taskId as TaskId, '9876')
    const judged = await reviewer.call(judgeArea, {
      ...{ judgementId: uuidv7(), disasterId, ring: around, surveyedOn: '2026-11-05', reason: '氾濫' },
      findings: { way: 'corners', externalForce: false, cornerDepthsCm: [181, 190, 200, 185] },
      ...{ leftOut: [], expected: null },
    })
    // Only those in hiding are there.
    assert.ok(!judged.ok && judged.status === 422, JSON.stringify(judged))
  })

  test('somebody in hiding who is linked to the house later, or is not of the register, hides it from then on', async () => {
    const address = '飛騨市古川町殿町77番8号'
    const { dwellingId } = await clerk.get(addDwelling, {
      ...{ blockCode: '', town: '古川町殿町', number: '77番8号', building: '', useCode: '01' },
      ...{ structureCode: '1', storeys: 2, reason: '現地で確認' },
    })
    const taskId = await add(address)
    assert.equal((await clerk.get(getTask, { taskId })).suppressed, false)
    const mother = town.people['motherInHiding']!
    await clerk.get(linkOccupant, {
      ...{ disasterId, personRef: `R-${mother.residentNo}`, scope: 'person', dwellingId, seenNo: null },
      words: '申請書のとおり',
    })
    await assertHidden(taskId, '77番8号')

    await clerk.get(addNonResident, {
      ...{ disasterId, name: '避難　一子', kana: '', birthOn: null, birthText: null, sex: '2', phone: '' },
      ...{ address: '飛騨市神岡町船津555番地6', reason: '居住の事実', suppressed: true },
    })
    await assertHidden(await add('神岡町船津555-6'), '555')
  })

  test('the house linked to whoever applies gives its place; a 町字 alone is a rough one, in no drawn area', async () => {
    const { dwellingId, version } = await clerk.get(addDwelling, {
      ...{ blockCode: '', town: '古川町弐之町', number: '5番6号', building: '', useCode: '01' },
      ...{ structureCode: '1', storeys: 2, reason: '現地で確認' },
    })
    await clerk.get(positionDwelling, { dwellingId, version, ...point })
    const { residentNo } = town.people['satoTaro']!
    await clerk.get(linkOccupant, {
      ...{ disasterId, personRef: `R-${residentNo}`, scope: 'person', dwellingId, seenNo: 0 },
      words: '本人の申出',
    })
    const asked = async (address: string) => {
      const { taskId } = await cloud.as(HIDA, (ctx) =>
        requestSurvey(ctx, {
          ...{ disasterId, stage: 'first', origin: 'application', originRef: uuidv7(), entryId: null },
          people: [{ residentNo, householdNo: null, nonResidentId: null }],
          ...{ dwellingId: null, point: null },
          words: { address, headName: '', applicantName: '', phone: '', note: '' },
        }),
      )
      return await clerk.get(getTask, { taskId })
    }
    assert.deepEqual((await asked('飛騨市古川町弐之町5-6')).point, point)
    const other = await asked('飛騨市古川町壱之町1番3号')
    assert.ok(other.point !== null && other.point.latitude !== point.latitude)
    const wide: [number, number][] = [
      [136, 35],
      [138, 35],
      [138, 37],
      [136, 37],
    ]
    const judged = await reviewer.get(judgeArea, {
      ...{ judgementId: uuidv7(), disasterId, ring: wide, surveyedOn: '2026-11-05', reason: '氾濫' },
      findings: { way: 'corners', externalForce: false, cornerDepthsCm: [181, 190, 200, 185] },
      ...{ leftOut: [], expected: null },
    })
    assert.ok(judged.count > 0 && judged.tasks.every(({ taskId }) => taskId !== other.taskId))
  })
})
