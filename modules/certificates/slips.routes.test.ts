import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { disposeOfSlip, handOverSlip, listSlips } from './slips.contract.ts'
import { measureHandOvers, slipNumber } from './slips.ts'
import {
  hida,
  newId,
  order,
  refusedWith,
  risai,
  takayama,
  testExchange,
  type Listener,
  type TestExchange,
} from './testing/exchange.ts'

describe('らくらく窓口: slips, hand-over and disposal', () => {
  let cloud: TestCloud
  let exchange: TestExchange
  /** Issues at 300 yen. */
  let bcl: Listener
  let clerk: Browser
  let neighbour: Browser
  let viewer: Browser

  before(async () => {
    cloud = await testCloud()
    exchange = await testExchange(cloud)
    bcl = await exchange.listen({ kinds: [{ ...risai, feeYen: () => 300 }] })
    clerk = await cloud.signIn(hida, 'clerk')
    viewer = await cloud.signIn(hida, 'viewer')
    neighbour = await cloud.signIn(takayama, 'clerk')
  })
  after(async () => {
    await exchange.close()
    await cloud.close()
  })

  const at = (transactionId: string) => ({ municipalityCode: hida, transactionId })

  /** A person applies at the terminal, two copies; the paper lies inside unless said otherwise. */
  async function apply(
    inside = true,
    client = bcl.client,
  ): Promise<{ transactionId: string; number: string }> {
    const transactionId = newId()
    const sessionId = await exchange.signedIn()
    const counter = { startedAt: new Date(cloud.clock.getTime() - 100_000).toISOString() }
    const asked = { ...(await order(sessionId, transactionId)), counter }
    const quoted = await client.quoteIssue(asked)
    assert.ok(quoted.kind === 'quoted')
    assert.equal(quoted.printingYen, 0, 'no printing cost of a machine')
    // A lost answer: the same words again take no second number.
    assert.deepEqual(await client.quoteIssue(asked), quoted)
    await client.buildIssue(at(transactionId))
    const delivered = await client.deliverIssue(at(transactionId))
    assert.ok(delivered.kind === 'delivered' && delivered.slip !== null)
    if (inside) {
      const told = await client.confirmPrinted(at(transactionId))
      assert.ok(told.kind === 'standing')
      assert.equal(told.state, 'delivered', 'printed inside is not handed over')
    }
    return { transactionId, number: delivered.slip.number }
  }
  const slips = async () => (await clerk.get(listSlips, {})).slips
  const find = async (transactionId: string) =>
    (await slips()).find((slip) => slip.transactionId === transactionId)

  test('handed over against slip and fee: it counts from then on, and the time is measured', async () => {
    const { transactionId, number } = await apply()
    const waiting = await find(transactionId)
    assert.equal(waiting?.standing, 'waiting')
    assert.deepEqual([waiting?.number, waiting?.totalYen, waiting?.seconds], [number, 600, null])
    assert.notEqual(waiting?.insideAt, null)
    const less = await clerk.call(handOverSlip, { transactionId, receivedYen: 300 })
    assert.equal(less.status, 422)
    const handed = await clerk.get(handOverSlip, { transactionId, receivedYen: 600 })
    assert.equal(handed.standing, 'handed')
    assert.ok((handed.seconds ?? 0) >= 100 && (handed.seconds ?? 0) < 180)
    // Two clerks: the second one's press changes nothing.
    assert.equal((await clerk.get(handOverSlip, { transactionId, receivedYen: 600 })).standing, 'handed')
    const ended = await find(transactionId)
    assert.equal(ended?.standing, 'handed')
    assert.ok((ended?.seconds ?? 0) >= 100)
    const { today } = await clerk.get(listSlips, {})
    assert.deepEqual([today.handed, today.inTime], [1, 1])
    const moved = await bcl.client.confirmPrinted(at(transactionId))
    assert.ok(moved.kind === 'standing' && moved.state === 'printed' && moved.paidYen === 600)
  })

  test('what costs nothing is handed over without money', async () => {
    const { transactionId } = await apply(true, exchange.bcl.client)
    assert.equal((await clerk.call(handOverSlip, { transactionId, receivedYen: 10 })).status, 422)
    assert.equal((await clerk.get(handOverSlip, { transactionId, receivedYen: 0 })).standing, 'handed')
  })

  test('処分情報: the uncollected is destroyed, counts for nothing and is never handed over', async () => {
    const { transactionId } = await apply()
    await clerk.get(disposeOfSlip, { transactionId, reason: 'uncollected' })
    const slip = await find(transactionId)
    assert.deepEqual([slip?.standing, slip?.reason], ['disposed', 'uncollected'])
    assert.doesNotMatch(slip?.endedBy ?? 'staff:', /staff:/, 'a name, not a key')
    assert.equal((await clerk.call(handOverSlip, { transactionId, receivedYen: 600 })).status, 409)
    assert.equal(refusedWith(await bcl.client.deliverIssue(at(transactionId))), 603)
  })

  test('a slip that has expired is not honoured any more', async () => {
    const { transactionId } = await apply()
    const earlier = new Date(cloud.clock.getTime() - 60_000)
    await cloud.as(hida, (ctx) =>
      ctx.tx.sql(
        'update certificates.slip set until_at = $3 where municipality_code = $1 and transaction_id = $2',
        [hida, transactionId, earlier],
      ),
    )
    assert.equal((await find(transactionId))?.standing, 'expired')
    const late = await clerk.call(handOverSlip, { transactionId, receivedYen: 600 })
    assert.equal(late.status, 409)
    assert.equal(
      (await clerk.get(disposeOfSlip, { transactionId, reason: 'uncollected' })).standing,
      'disposed',
    )
  })

  test('many at once get numbers of their own; a paper the terminal gave up is in no list', async () => {
    const applied = await Promise.all(Array.from({ length: 5 }, () => apply(false)))
    assert.equal(new Set(applied.map(({ number }) => number)).size, 5)
    const [first] = applied
    assert.ok(first)
    await bcl.client.abortIssue({ ...at(first.transactionId), stage: 'print', reason: 'paper' })
    assert.equal(await find(first.transactionId), undefined)
    assert.equal((await clerk.call(handOverSlip, { ...first, receivedYen: 600 } as never)).status, 409)
  })

  test('another town sees and moves nothing; who may not issue does not either; a kiosk’s paper has no slip', async () => {
    const { transactionId } = await apply()
    assert.deepEqual((await neighbour.get(listSlips, {})).slips, [])
    assert.equal((await neighbour.call(handOverSlip, { transactionId, receivedYen: 600 })).status, 404)
    assert.equal((await neighbour.call(disposeOfSlip, { transactionId, reason: 'declined' })).status, 404)
    assert.equal((await viewer.call(listSlips, {})).status, 403)
    assert.equal((await viewer.call(handOverSlip, { transactionId, receivedYen: 600 })).status, 403)
    const alone = newId()
    await bcl.client.quoteIssue(await order(await exchange.signedIn(), alone))
    await bcl.client.buildIssue(at(alone))
    const delivered = await bcl.client.deliverIssue(at(alone))
    assert.ok(delivered.kind === 'delivered' && delivered.slip === null)
    assert.equal((await clerk.call(handOverSlip, { transactionId: alone, receivedYen: 600 })).status, 404)
  })
})

test('the time from first touch to hand-over is told by its middle, and against three minutes', () => {
  assert.deepEqual(measureHandOvers([]), {
    handed: 0,
    medianSeconds: null,
    longestSeconds: null,
    inTime: 0,
  })
  assert.deepEqual(measureHandOvers([200, 100, 180]), {
    handed: 3,
    medianSeconds: 180,
    longestSeconds: 200,
    inTime: 2,
  })
  assert.deepEqual([slipNumber(7), slipNumber(1234)], ['007', '1234'])
})
