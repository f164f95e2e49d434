import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import {
  hida,
  newId,
  order,
  refusedWith,
  takayama,
  testExchange,
  type TestExchange,
} from './testing/exchange.ts'

describe('whom コンビニ交付 serves', () => {
  let cloud: TestCloud
  let exchange: TestExchange
  before(async () => {
    cloud = await testCloud()
    exchange = await testExchange(cloud)
  })
  after(async () => {
    await exchange.close()
    await cloud.close()
  })

  test('an unknown serial, a child and the dead get the same words, and 15 is reached the day before', async () => {
    const { authenticate } = exchange
    const answers = [await authenticate('9999'), await authenticate('1003')]
    assert.deepEqual(answers.map(refusedWith), [201, 202])
    const words = answers.map((answer) => (answer.kind === 'refused' ? answer.words : ''))
    assert.equal(words[0], words[1])
    assert.equal(refusedWith(await authenticate('1005')), 300)
    const before = cloud.clock
    cloud.clock = new Date('2026-11-22T00:00:00Z')
    assert.equal((await authenticate('1003')).kind, 'accepted')
    cloud.clock = before
  })

  test('who has moved out still gets 罹災証明書, and a block tells nobody what it is', async () => {
    const { bcl, signedIn } = exchange
    const { client } = bcl
    const moved = await signedIn('1004')
    const offered = await client.listSubjects({ municipalityCode: hida, sessionId: moved, kind: 'risai' })
    assert.equal(offered.kind, 'subjects')
    const hidden = await signedIn('1006')
    const refused = await client.listSubjects({ municipalityCode: hida, sessionId: hidden, kind: 'risai' })
    assert.equal(refusedWith(refused), 300)
    const forced = await client.quoteIssue(await order(hidden, newId(), 'A-1006'))
    assert.deepEqual(forced, refused, 'asked directly the words are the same')
  })

  test("another person's subject, an expired session and another town's transaction lead nowhere", async () => {
    const { bcl, signedIn } = exchange
    const { client } = bcl
    const sessionId = await signedIn('1002')
    assert.equal(refusedWith(await client.quoteIssue(await order(sessionId, newId(), 'A-1001'))), 300)
    const transactionId = newId()
    await client.quoteIssue(await order(sessionId, transactionId, 'A-1002'))
    const foreign = { municipalityCode: takayama, transactionId }
    await assert.rejects(client.buildIssue(foreign), { status: 404 })
    await assert.rejects(client.deliverIssue(foreign), { status: 404 })
    await assert.rejects(client.confirmPaid({ ...foreign, paidYen: 20 }), { status: 404 })
    const before = cloud.clock
    cloud.clock = new Date(before.getTime() + 11 * 60_000)
    assert.equal(refusedWith(await client.quoteIssue(await order(sessionId, newId(), 'A-1002'))), 204)
    cloud.clock = before
  })

  test('out of hours the menu says so and no card is accepted', async () => {
    const { bcl, authenticate } = exchange
    const before = cloud.clock
    cloud.clock = new Date('2026-11-21T14:00:00Z')
    const menu = await bcl.client.getServiceMenu({ municipalityCode: hida, onDate: '2026-11-21' })
    assert.equal(menu.closed?.code, 501)
    assert.equal(refusedWith(await authenticate('1001')), 501)
    cloud.clock = before
  })

  test('a name no font prints is refused before a price is named', async () => {
    const { bcl, signedIn } = exchange
    const sessionId = await signedIn('1007')
    assert.equal(refusedWith(await bcl.client.quoteIssue(await order(sessionId, newId(), 'A-1007'))), 402)
  })

  test('what can be certified is called otherwise in every session, and by no number of the town', async () => {
    const { client } = exchange.bcl
    const list = async (sessionId: string): Promise<string[]> => {
      const answer = await client.listSubjects({ municipalityCode: hida, sessionId, kind: 'risai' })
      return answer.kind === 'subjects' ? answer.subjects.map(({ subjectId }) => subjectId) : []
    }
    const [mine, later] = [await exchange.signedIn(), await exchange.signedIn()]
    const [[first], [second]] = [await list(mine), await list(later)]
    assert.match(first!, /^[\w-]{22}$/)
    assert.notEqual(first, second)
    const asked = { ...(await order(mine, newId())), subjectId: second! }
    assert.equal(refusedWith(await client.quoteIssue(asked)), 300)
    assert.equal(refusedWith(await client.quoteIssue({ ...asked, subjectId: 'A-1001' })), 300)
    assert.equal((await client.quoteIssue({ ...asked, subjectId: first! })).kind, 'quoted')
  })
})
