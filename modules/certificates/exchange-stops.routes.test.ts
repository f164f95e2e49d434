import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { liftBlock, pauseBlock, setBlock } from './blocks.contract.ts'
import { resumeIssuing, stopIssuing } from './certificates.contract.ts'
import { changeIssuingSetting, getIssuingSettings } from './settings.contract.ts'
import { hida, newId, order, refusedWith, testExchange, type TestExchange } from './testing/exchange.ts'

describe('what staff set, at a kiosk', () => {
  let cloud: TestCloud
  let exchange: TestExchange
  let reviewer: Browser
  let admin: Browser
  before(async () => {
    cloud = await testCloud()
    exchange = await testExchange(cloud)
    reviewer = await cloud.signIn(hida, 'reviewer')
    admin = await cloud.signIn(hida, 'admin')
  })
  after(async () => {
    await exchange.close()
    await cloud.close()
  })
  const offered = async (sessionId: string): Promise<number> =>
    refusedWith(await exchange.bcl.client.listSubjects({ municipalityCode: hida, sessionId, kind: 'risai' }))
  const menu = () => exchange.bcl.client.getServiceMenu({ municipalityCode: hida, onDate: '2026-11-21' })

  test('a 発行禁止 is the same neutral refusal as each other one, at the list and at the price', async () => {
    const sessionId = await exchange.signedIn('1002')
    assert.equal(await offered(sessionId), 0)
    const clerk = await cloud.signIn(hida, 'clerk')
    const { blockId } = await clerk.get(setBlock, {
      residentNo: '1002' as ResidentNo,
      scope: 'household',
      kinds: ['risai'],
      reason: 'lost',
      note: '',
      startsOn: '2026-11-21',
      endsOn: null,
    })
    assert.equal(await offered(sessionId), 300)
    const quoted = await exchange.bcl.client.quoteIssue(await order(sessionId, newId(), 'A-1002'))
    assert.equal(refusedWith(quoted), 300)
    // 一時解除 is for the counter: it never reaches a machine.
    await reviewer.get(pauseBlock, { blockId, minutes: 30, note: '本人が来庁' })
    assert.equal(await offered(sessionId), 300)
    const paused = await exchange.bcl.client.quoteIssue(await order(sessionId, newId(), 'A-1002'))
    assert.equal(refusedWith(paused), 300)
    await reviewer.get(liftBlock, { blockId, note: 'x' })
    assert.equal(await offered(sessionId), 0)
  })

  test('a stop of one kind takes it off the menu and leaves the town open', async () => {
    assert.deepEqual(
      (await menu()).kinds.map(({ kind }) => kind),
      ['risai'],
    )
    const { stopId } = await admin.get(stopIssuing, { reason: 'anomaly', kind: 'risai' })
    const stopped = await menu()
    assert.deepEqual([stopped.kinds, stopped.closed], [[], null])
    const sessionId = await exchange.signedIn('1001')
    assert.equal(refusedWith(await exchange.bcl.client.quoteIssue(await order(sessionId, newId()))), 502)
    await admin.get(resumeIssuing, { stopId })
    assert.equal((await menu()).kinds.length, 1)
  })

  test('more copies than the town lets a machine give are not given', async () => {
    const { settingsVersion } = await admin.get(getIssuingSettings, {})
    await admin.get(changeIssuingSetting, {
      fromOn: '2026-11-21',
      settingsVersion,
      setting: {
        key: 'issue-options',
        value: { kioskResidentCode: false, sealSex: false, kioskCopies: 1 },
      },
    })
    assert.equal((await menu()).kinds[0]?.maxCopies, 1)
    const sessionId = await exchange.signedIn('1001')
    assert.equal(refusedWith(await exchange.bcl.client.quoteIssue(await order(sessionId, newId()))), 606)
  })
})
