import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { fillPath, type Endpoint, type OutputOf, type RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { photo } from '../files/testing/photos.ts'
import { registerDisaster } from '../ledger/ledger.actions.ts'
import { addTeam, makePlan } from '../surveys/plans.contract.ts'
import { listSheets } from '../surveys/sheets.contract.ts'
import { requestSurvey } from '../surveys/surveys.actions.ts'
import type { PlanId, TaskId, TeamId } from '../surveys/surveys.ts'
import { assignTasks, getTask, listTasks } from '../surveys/tasks.contract.ts'
import { packItem, sealEnvelope } from './envelope.ts'
import {
  decideParked,
  listParked,
  listPasses,
  makePass,
  renewCode,
  revokePass,
  takeQueueItem,
} from './field.contract.ts'
import type { ItemId, PassId } from './field.ts'
import { type enrolDevice, getWork, sendItem, tellDevice, type Item } from './phone.contract.ts'

const HIDA = '212172' as MunicipalityCode
const TAKAYAMA = '212032' as MunicipalityCode
const id = <T>(): T => uuidv7() as T
type Phone = OutputOf<typeof enrolDevice> & { readonly town: MunicipalityCode }

/** 床上浸水 by its depth. */
const flooded = (depthCm: number) => ({
  hazard: 'flood' as const,
  structure: 'wood' as const,
  stage: 'first' as const,
  entryMode: 'exact' as const,
  answers: {
    ...{ dwelling: true, collapsed: false, storeyCollapsed: false, lost: false, tilted: false },
    ...{ detached: true, storeys: '2', externalForce: false, inundation: 'above-floor' },
    ...{ depthsCm: [depthCm], sediment: 'none' },
  },
})

describe('survey phones', () => {
  let cloud: TestCloud
  let town: DemoTown
  let disasterId: DisasterId
  let clerk: Browser
  let neighbour: Browser
  const teams: TeamId[] = []

  before(async () => {
    cloud = await testCloud()
    town = makeTown({ households: 40 })
    await cloud.onboard(HIDA, '飛騨市')
    await cloud.onboard(TAKAYAMA, '高山市')
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
    neighbour = await cloud.signIn(TAKAYAMA, 'reviewer')
    const planId = id<PlanId>()
    await clerk.get(makePlan, {
      ...{ planId, disasterId, name: '第1次調査', startsOn: '2026-11-20', endsOn: '2026-12-20', daysOff: [] },
    })
    for (const name of ['1班', '2班']) {
      const teamId = id<TeamId>()
      await clerk.get(addTeam, {
        ...{ planId, teamId, name, members: ['調査 一郎', '調査 二郎'], housesPerDay: 10 },
        ...{ worksFrom: '2026-11-20', worksUntil: '2026-12-20' },
      })
      teams.push(teamId)
    }
  })
  after(() => cloud.close())

  const house = async (teamId: TeamId | null, key = 'satoTaro'): Promise<TaskId> => {
    const person = town.people[key]!
    const { householdNo } = town.residents.find((one) => one.residentNo === person.residentNo)!
    const { taskId } = await cloud.as(HIDA, (ctx) =>
      requestSurvey(ctx, {
        ...{ disasterId, stage: 'first', origin: 'manual', originRef: null, entryId: null, dwellingId: null },
        people: [{ residentNo: person.residentNo, householdNo, nonResidentId: null }],
        words: {
          address: '岐阜県飛騨市古川町壱之町9876番地',
          ...{ headName: person.name.full, applicantName: '', phone: '0577-00-9876', note: '9876番地の裏' },
        },
        point: { latitude: 36.238, longitude: 137.186 },
      }),
    )
    if (teamId !== null)
      await clerk.get(assignTasks, {
        ...{ assignmentId: uuidv7(), disasterId, teamId, expected: 1 },
        select: { taskIds: [taskId], unassignedOnly: false },
      })
    return taskId
  }
  const ask = async <E extends Endpoint>(
    phone: Phone,
    token: string,
    endpoint: E,
    input: RawInputOf<E>,
  ): Promise<{ status: number; body: OutputOf<E>; code: string }> => {
    const { path, rest } = fillPath(endpoint.path, input as Record<string, unknown>)
    const answer = await cloud.app.inject({
      method: 'POST',
      url: path,
      payload: rest,
      headers: {
        authorization: `Bearer ${phone.town}.${token}`,
        'x-csrf-token': phone.passId,
        'idempotency-key': uuidv7(),
      },
    })
    const body = answer.json<OutputOf<E> & { type?: string }>()
    return { status: answer.statusCode, body, code: body.type ?? '' }
  }
  const allow = async (teamId: TeamId, validUntil = '2026-11-30') => {
    const passId = id<PassId>()
    const made = await clerk.get(makePass, {
      ...{ passId, disasterId, teamId, name: 'スマートフォン1', validFrom: '2026-11-21', validUntil },
    })
    return { ...made, passId }
  }
  const enrol = async (code: string, municipalityCode: MunicipalityCode = HIDA) =>
    await cloud.app.inject({
      method: 'POST',
      url: '/api/field/enrol',
      payload: { municipalityCode, code, device: 'Android Chrome' },
    })
  const phoneOf = async (teamId: TeamId, validUntil?: string): Promise<Phone> => {
    const { code } = await allow(teamId, validUntil)
    const answer = await enrol(code)
    assert.equal(answer.statusCode, 200, answer.body)
    return { ...answer.json<Phone>(), town: HIDA }
  }
  const sealed = async (phone: Phone, itemId: string, item: Item, picture: Buffer | null = null) => {
    const key = new Uint8Array(Buffer.from(phone.publicKey, 'base64'))
    const packed = packItem(item, picture === null ? null : new Uint8Array(picture))
    const { envelope } = await sealEnvelope(key, itemId, packed)
    return Buffer.from(envelope).toString('base64')
  }
  const sheetItem = (taskId: TaskId, depth: number, recordedAt = cloud.clock): Item => ({
    kind: 'sheet',
    taskId,
    recordedAt: recordedAt.toISOString(),
    sheet: {
      ...{ sheetId: id(), sheetNo: 1, sheet: flooded(depth), surveyedOn: '2026-11-21' as PlainDate },
      ...{ surveyors: ['調査 一郎'], witness: '', note: '', startedAt: null, position: null },
    },
  })
  const send = async (
    phone: Phone,
    item: Item,
    over: { itemId?: string; sentAt?: Date; picture?: Buffer; base64?: string } = {},
  ) => {
    const itemId = (over.itemId ?? uuidv7()) as ItemId
    return await ask(phone, phone.sendToken, sendItem, {
      itemId,
      keyId: phone.keyId,
      base64: over.base64 ?? (await sealed(phone, itemId, item, over.picture ?? null)),
      unsent: { count: 3, since: '2026-11-20T01:00:00Z' },
      sentAt: (over.sentAt ?? cloud.clock).toISOString(),
    })
  }
  const sheets = async (taskId: TaskId) => (await clerk.get(listSheets, { taskId })).sheets

  test('a code lets one phone in, once, and only within its hour and its town', async () => {
    const { code, passId } = await allow(teams[0]!)
    assert.equal((await enrol(code, TAKAYAMA)).statusCode, 422)
    // Typed by hand.
    const answer = await enrol(` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)}`)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.json<{ passId: string }>().passId, passId)
    assert.equal((await enrol(code)).statusCode, 422)
    const late = await allow(teams[0]!)
    const { clock } = cloud
    cloud.clock = new Date(clock.getTime() + 61 * 60_000)
    assert.equal((await enrol(late.code)).statusCode, 422)
    cloud.clock = clock
  })

  test('a code made anew lets one phone in and the former none; who may not, and another town, make none', async () => {
    const first = await allow(teams[0]!)
    const renewal = { passId: first.passId, version: first.version }
    assert.equal((await neighbour.call(renewCode, renewal)).status, 404)
    const viewer = await cloud.signIn(HIDA, 'viewer')
    assert.equal((await viewer.call(renewCode, renewal)).status, 403)
    const again = await clerk.get(renewCode, renewal)
    assert.notEqual(again.code, first.code)
    assert.equal((await enrol(first.code)).statusCode, 422)
    const hidden = await house(teams[0]!, 'motherInHiding')
    const answer = await enrol(again.code)
    assert.equal(answer.statusCode, 200)
    const phone: Phone = { ...answer.json<Phone>(), town: HIDA }
    const { body } = await ask(phone, phone.token, getWork, { after: null, limit: 500 })
    const carried = body.tasks.filter(({ taskId }) => taskId === hidden)
    const { address } = town.people['motherInHiding']!
    assert.ok(!JSON.stringify(carried).includes(address.number), 'no place of anybody in hiding')
    assert.equal((await clerk.call(renewCode, { ...renewal, version: again.version + 1 })).ok, false)
  })

  test('carries the houses of its own team, and of people in hiding no place and no contact', async () => {
    const own = await house(teams[0]!)
    const other = await house(teams[1]!)
    const hidden = await house(teams[0]!, 'motherInHiding')
    const phone = await phoneOf(teams[0]!)
    const { body } = await ask(phone, phone.token, getWork, { after: null, limit: 500 })
    const ids = body.tasks.map((task) => task.taskId)
    assert.ok(ids.includes(own) && !ids.includes(other))
    assert.match(body.tasks.find((task) => task.taskId === own)!.address, /9876/)
    const task = body.tasks.find((one) => one.taskId === hidden)!
    assert.equal(task.suppressed, true)
    assert.doesNotMatch(JSON.stringify(task), /9876|古川|36\.238/)
    // Asked for by name after something of them was sent: no more than the team's, and of people in hiding no more than before.
    const named = await ask(phone, phone.token, getWork, { after: null, taskIds: [own, other, hidden] })
    assert.deepEqual(named.body.tasks.map((one) => one.taskId).toSorted(), [own, hidden].toSorted())
    assert.doesNotMatch(JSON.stringify(named.body.tasks.find((one) => one.taskId === hidden)), /9876|古川/)
    // The token that lies open on the phone reads nothing, and neither opens anything of the console.
    assert.equal((await ask(phone, phone.sendToken, getWork, { after: null, limit: 500 })).status, 403)
    assert.equal((await ask(phone, phone.token, listTasks, { disasterId })).status, 403)
    assert.equal((await ask({ ...phone, town: TAKAYAMA }, phone.token, getWork, { after: null })).status, 401)
  })

  test('takes a sheet, a photo and a claim once, however often they come', async () => {
    const taskId = await house(teams[0]!)
    const phone = await phoneOf(teams[0]!)
    const recordedAt = cloud.clock.toISOString()
    const claimed = await send(phone, { kind: 'claim', taskId, recordedAt })
    assert.equal(claimed.body.state, 'accepted')
    assert.equal((await clerk.get(getTask, { taskId })).state, 'claimed')
    const item = sheetItem(taskId, 120)
    const itemId = uuidv7()
    for (let i = 0; i < 2; i++) {
      const sent = await send(phone, item, { itemId })
      assert.deepEqual([sent.body.state, sent.body.conflict], ['accepted', false])
    }
    const picture: Item = {
      ...{
        kind: 'photo',
        taskId,
        recordedAt,
        photoId: id(),
        sheetId: null,
        part: 'roof',
        finding: '2',
        note: '',
      },
    }
    const bytes = photo()
    for (let i = 0; i < 2; i++)
      assert.equal((await send(phone, picture, { picture: bytes })).body.state, 'accepted')
    // The line broke, and the phone sends again while the first is still being taken: twice at the same time.
    const twin: Item = { ...picture, kind: 'photo', photoId: id(), part: 'outer-wall' } as Item
    const once = { itemId: uuidv7(), picture: bytes }
    const both = await Promise.all([send(phone, twin, once), send(phone, twin, once)])
    assert.deepEqual(
      both.map(({ status, body }) => [status, body.state]),
      [
        [200, 'accepted'],
        [200, 'accepted'],
      ],
    )
    assert.equal((await sheets(taskId)).length, 1)
    const task = await clerk.get(getTask, { taskId })
    assert.deepEqual(
      [task.photos.map(({ part }) => part).toSorted(), task.state],
      [['outer-wall', 'roof'], 'recorded'],
    )
    const listed = (await clerk.get(listPasses, { disasterId })).passes.find(
      (one) => one.passId === phone.passId,
    )!
    assert.deepEqual([listed.unsent, listed.unsentSince], [3, '2026-11-20T01:00:00.000Z'])
  })

  test('two phones at one house: both sheets stay and both are told', async () => {
    const taskId = await house(teams[0]!)
    const [one, two] = [await phoneOf(teams[0]!), await phoneOf(teams[0]!)]
    const answers = await Promise.all([send(one, sheetItem(taskId, 10)), send(two, sheetItem(taskId, 190))])
    assert.deepEqual(
      answers.map(({ body }) => body.state),
      ['accepted', 'accepted'],
    )
    assert.equal(answers.filter(({ body }) => body.conflict).length, 1)
    assert.equal((await sheets(taskId)).length, 2)
    const { body } = await ask(one, one.token, getWork, { after: null, limit: 500 })
    const carried = body.tasks.find((task) => task.taskId === taskId)!
    assert.deepEqual([carried.state, carried.sheets.length], ['conflict', 2])
  })

  test('a clock that is a day ahead is tolerated and flagged', async () => {
    const taskId = await house(teams[0]!)
    const phone = await phoneOf(teams[0]!)
    const wrong = new Date(cloud.clock.getTime() + 86_400_000)
    const item = sheetItem(taskId, 120, wrong)
    assert.equal(item.kind, 'sheet')
    const said = { ...item, sheet: { ...item.sheet, surveyedOn: '2026-11-22' as PlainDate } } as Item
    assert.equal((await send(phone, said, { sentAt: wrong })).body.state, 'accepted')
    const sheet = (await sheets(taskId))[0]!.versions[0]!
    assert.deepEqual([sheet.surveyedOn, sheet.notes], ['2026-11-21', ['clock']])
  })

  test('what comes after an end or a revocation is parked, and staff take it or leave it with a reason', async () => {
    const [kept, left] = [await house(teams[0]!), await house(teams[0]!)]
    const phone = await phoneOf(teams[0]!)
    const listed = (await clerk.get(listPasses, { disasterId })).passes.find(
      (one) => one.passId === phone.passId,
    )!
    const ended = { passId: phone.passId as PassId, version: listed.version, reason: '紛失' }
    assert.equal((await neighbour.call(revokePass, ended)).status, 404)
    await clerk.get(revokePass, ended)
    const told = await ask(phone, phone.sendToken, tellDevice, {
      ...{ unsent: { count: 2, since: null }, wiped: false, sentAt: cloud.clock.toISOString() },
    })
    assert.equal(told.body.state, 'revoked')
    assert.equal((await ask(phone, phone.token, getWork, { after: null })).status, 403)
    const itemIds = [uuidv7(), uuidv7()] as ItemId[]
    const first = await send(phone, sheetItem(kept, 120), { itemId: itemIds[0]! })
    assert.deepEqual([first.status, first.body.state, first.body.why], [200, 'parked', 'revoked'])
    await send(phone, sheetItem(left, 120), { itemId: itemIds[1]! })
    assert.equal((await sheets(kept)).length, 0)
    const parked = (await clerk.get(listParked, { disasterId })).items.filter(
      (one) => one.passId === phone.passId,
    )
    assert.deepEqual(
      parked.map((one) => [one.kind, one.taskId]),
      [
        ['sheet', kept],
        ['sheet', left],
      ],
    )
    const decide = (by: Browser, itemId: ItemId, decision: 'accept' | 'refuse', reason = '') =>
      by.call(decideParked, { itemId, decision, reason })
    assert.equal((await decide(neighbour, itemIds[0]!, 'accept')).status, 404)
    assert.equal((await decide(clerk, itemIds[0]!, 'accept')).status, 200)
    assert.equal((await decide(clerk, itemIds[0]!, 'accept')).status, 409)
    assert.equal((await sheets(kept)).length, 1)
    assert.equal((await decide(clerk, itemIds[1]!, 'refuse')).status, 422)
    assert.equal((await decide(clerk, itemIds[1]!, 'refuse', '別の家')).status, 200)
    assert.equal((await sheets(left)).length, 0)
    const wiped = { unsent: { count: 0, since: null }, wiped: true, sentAt: cloud.clock.toISOString() }
    await ask(phone, phone.sendToken, tellDevice, wiped)
    const now = (await clerk.get(listPasses, { disasterId })).passes.find(
      (one) => one.passId === phone.passId,
    )!
    assert.deepEqual([now.state, now.parked, now.wipedAt !== null], ['revoked', 0, true])
    const late = await phoneOf(teams[0]!, '2026-11-21')
    const { clock } = cloud
    cloud.clock = new Date('2026-11-23T00:00:00Z')
    const after = await send(late, sheetItem(kept, 50))
    cloud.clock = clock
    assert.deepEqual(
      [after.body.state, after.body.why, after.body.passState],
      ['parked', 'expired', 'expired'],
    )
  })

  test('nothing that comes is thrown away: a house moved to another team, no such house, no envelope', async () => {
    const phone = await phoneOf(teams[0]!)
    const moved = await house(teams[1]!)
    const why = async (item: Item, over: Parameters<typeof send>[2] = {}) =>
      (await send(phone, item, over)).body.why
    assert.equal(await why(sheetItem(moved, 120)), 'other-team')
    assert.equal(await why(sheetItem(id<TaskId>(), 120)), 'no-task')
    assert.equal(
      await why(sheetItem(moved, 120), { base64: Buffer.alloc(300, 7).toString('base64') }),
      'unopened',
    )
    // Sealed under one id and sent under another: it is not what it says.
    const strange = await sealed(phone, uuidv7(), sheetItem(moved, 120))
    assert.equal(await why(sheetItem(moved, 120), { base64: strange }), 'unopened')
    assert.equal(await why({ kind: 'sheet', taskId: moved } as unknown as Item), 'unreadable')
    const own = await house(teams[0]!)
    const noPhoto: Item = {
      ...{ kind: 'photo', taskId: own, recordedAt: cloud.clock.toISOString(), photoId: id(), sheetId: null },
      ...{ part: 'whole', finding: '', note: '' },
    }
    assert.equal(await why(noPhoto, { picture: Buffer.from('not a photo') }), 'refused')
    const items = (await clerk.get(listParked, { disasterId })).items.filter(
      (one) => one.passId === phone.passId,
    )
    assert.equal(items.length, 6)
    // Another phone that knows an id learns nothing by it.
    const second = await phoneOf(teams[0]!)
    const taken = await send(second, sheetItem(own, 10), { itemId: items[0]!.itemId })
    assert.equal(taken.status, 409)
  })

  test('staff open the queue of a phone whose PIN is forgotten', async () => {
    const taskId = await house(teams[0]!)
    const phone = await phoneOf(teams[0]!)
    const itemId = id<ItemId>()
    const base64 = await sealed(phone, itemId, sheetItem(taskId, 120))
    const file = { passId: phone.passId as PassId, itemId, keyId: phone.keyId, base64 }
    assert.equal((await neighbour.call(takeQueueItem, file)).status, 404)
    assert.equal((await clerk.get(takeQueueItem, file)).state, 'accepted')
    assert.equal((await clerk.get(takeQueueItem, file)).state, 'accepted')
    assert.equal((await sheets(taskId)).length, 1)
  })
})
