import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Browser } from '../../apps/cloud/testing/town.ts'
import { photo } from '../files/testing/photos.ts'
import type { TaskId } from '../surveys/surveys.ts'
import { getTask, listTasks } from '../surveys/tasks.contract.ts'
import {
  decideParked,
  listParked,
  listPasses,
  renewCode,
  revokePass,
  takeQueueItem,
} from './field.contract.ts'
import type { ItemId, PassId } from './field.ts'
import { getWork, tellDevice, type Item } from './phone.contract.ts'
import { HIDA, id, surveyPhones, TAKAYAMA, type Phone } from './testing/survey-phones.ts'

const { cloud, town, disasterId, clerk, neighbour, teams, ...office } = await surveyPhones()
const { house, ask, allow, enrol, phoneOf, sealed, sheetItem, send, sheets } = office

describe('survey phones', () => {
  after(() => cloud.close())

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
