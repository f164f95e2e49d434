import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { PIECE_BYTES } from '../files/files.ts'
import { photo } from '../files/testing/photos.ts'
import { getTask } from '../surveys/tasks.contract.ts'
import { listParked } from './field.contract.ts'
import { sendItem, type Item } from './phone.contract.ts'
import { id, surveyPhones } from './testing/survey-phones.ts'

const { cloud, disasterId, clerk, teams, ...office } = await surveyPhones()
const { house, phoneOf, packed, sheetItem, send, sendBytes, sheets } = office

describe('what phones send as bytes', () => {
  after(() => cloud.close())

  test('takes bytes as well as text, in whichever form an item comes first or again, and once', async () => {
    const taskId = await house(teams[0]!)
    const phone = await phoneOf(teams[0]!)
    const sheet = await packed(phone, sheetItem(taskId, 120))
    const picture: Item = {
      ...{ kind: 'photo', taskId, recordedAt: cloud.clock.toISOString(), photoId: id(), sheetId: null },
      ...{ part: 'roof', finding: '2', note: '' },
    }
    const shot = await packed(phone, picture, photo())
    const asText = ({ itemId, envelope }: typeof sheet) =>
      send(phone, picture, { itemId, base64: envelope.toString('base64') })
    const sent = [
      await sendBytes(phone, sheet),
      await asText(sheet),
      ...(await Promise.all([sendBytes(phone, shot), sendBytes(phone, shot), asText(shot)])),
    ]
    assert.deepEqual(
      sent.map(({ status, body }) => [status, body.state]),
      sent.map(() => [200, 'accepted']),
    )
    assert.equal((await sheets(taskId)).length, 1)
    assert.deepEqual(
      (await clerk.get(getTask, { taskId })).photos.map(({ part }) => part),
      ['roof'],
    )
  })

  test('bytes that are cut off, spoilt, too many, or of no pass are refused, and nothing of them is kept', async () => {
    const taskId = await house(teams[0]!)
    const phone = await phoneOf(teams[0]!)
    const sheet = await packed(phone, sheetItem(taskId, 120))
    const refused = async (over: Parameters<typeof sendBytes>[2]) => {
      const { status, body } = await sendBytes(phone, sheet, over)
      return [status, body.type?.replace('/problems/', '')]
    }
    const broken = [400, 'platform/body-broken']
    assert.deepEqual(await refused({ spoil: (body) => body.subarray(0, body.length - 1) }), broken)
    assert.deepEqual(await refused({ spoil: (body) => body.subarray(0, 100) }), broken)
    assert.deepEqual(await refused({ spoil: () => Buffer.alloc(0) }), broken)
    assert.deepEqual(await refused({ spoil: (body) => Buffer.concat([body, Buffer.from([0])]) }), broken)
    assert.deepEqual(await refused({ sha256: '0'.repeat(64) }), broken)
    assert.equal((await refused({ token: phone.sendToken.slice(0, -1) }))[0], 401)
    // By what it says of itself, before a byte of it is read.
    const large = String(100 * 1024 * 1024)
    assert.deepEqual(await refused({ headers: { 'content-length': large } }), [413, 'platform/too-large'])
    const long = { itemId: uuidv7(), envelope: Buffer.alloc(PIECE_BYTES + 1) }
    assert.equal((await sendBytes(phone, long)).status, 400)
    const elsewhere = await cloud.app.inject({
      ...{ method: 'POST', url: sendItem.path, payload: Buffer.alloc(8) },
      headers: { 'content-type': 'application/octet-stream' },
    })
    assert.equal(elsewhere.statusCode, 415)
    const { items } = await clerk.get(listParked, { disasterId })
    assert.deepEqual([items.filter(({ passId }) => passId === phone.passId), await sheets(taskId)], [[], []])
    // Another phone's pass does not take it over, and whole it is taken.
    assert.equal((await sendBytes(phone, sheet)).body.state, 'accepted')
    assert.equal((await sendBytes(await phoneOf(teams[0]!), sheet)).status, 409)
  })
})
