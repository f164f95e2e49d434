import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { OPERATOR_REALM } from '@open-bcl/core/brand.ts'
import { TEST_BUILD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { fleetStanding, nodeBuild, recordRollout, reportNode } from './fleet.actions.ts'
import { hida, newId, order, refusedWith, testExchange, type TestExchange } from './testing/exchange.ts'

describe('servers of different builds', () => {
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

  test('one that is not of the fleet refuses by itself at every step, the others go on, and a rollout turns it round', async () => {
    const other = await exchange.listen({ build: 'other' })
    const session = await exchange.signedIn()
    const transactionId = newId()
    assert.equal(refusedWith(await other.client.quoteIssue(await order(session, newId()))), 508)
    assert.equal((await exchange.bcl.client.quoteIssue(await order(session, transactionId))).kind, 'quoted')
    const issue = { municipalityCode: hida, transactionId }
    assert.equal(refusedWith(await other.client.buildIssue(issue)), 508)
    assert.equal((await exchange.bcl.client.buildIssue(issue)).kind, 'built')
    assert.equal(refusedWith(await other.client.deliverIssue(issue)), 508)

    cloud.clock = new Date(cloud.clock.getTime() + 1000)
    await cloud.as(OPERATOR_REALM, (ctx) => recordRollout(ctx, 'other'))
    assert.equal(refusedWith(await exchange.bcl.client.deliverIssue(issue)), 508)
    assert.equal((await other.client.deliverIssue(issue)).kind, 'delivered')
    cloud.clock = new Date(cloud.clock.getTime() + 1000)
    await cloud.as(OPERATOR_REALM, (ctx) => recordRollout(ctx, TEST_BUILD))
    assert.equal((await exchange.bcl.client.deliverIssue(issue)).kind, 'delivered')
  })

  test('each server tells its build, and the last start of a machine counts', async () => {
    await cloud.as(OPERATOR_REALM, (ctx) => reportNode(ctx, 'first'))
    cloud.clock = new Date(cloud.clock.getTime() + 1000)
    await cloud.as(OPERATOR_REALM, (ctx) => reportNode(ctx, 'second'))
    const { build, nodes } = await cloud.as(OPERATOR_REALM, fleetStanding)
    assert.deepEqual([build, nodes.map((node) => node.build)], [TEST_BUILD, ['second']])
  })

  test('the build is the same for the same program, and another for another renderer', async () => {
    const one = await nodeBuild({ build: 'a', fonts: [] })
    assert.match(one, /^[0-9a-f]{64}$/)
    assert.equal(await nodeBuild({ build: 'a', fonts: [] }), one)
    assert.notEqual(await nodeBuild({ build: 'b', fonts: [] }), one)
  })
})
