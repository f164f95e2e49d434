import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { Browser } from '../../apps/cloud/testing/town.ts'
import * as contract from './blocks.contract.ts'
import { issueAtCounter } from './certificates.contract.ts'
import { hida, newId, takayama, testCounter, type Counter } from './testing/counter.ts'

describe('発行禁止設定', () => {
  let counter: Counter
  let clerk: Browser
  let reviewer: Browser
  let sato: ResidentNo
  let hanako: ResidentNo
  let stranger: ResidentNo

  before(async () => {
    counter = await testCounter()
    clerk = await counter.cloud.signIn(hida, 'clerk')
    reviewer = await counter.cloud.signIn(hida, 'reviewer')
    const { people } = counter.town
    sato = people['satoTaro']!.residentNo
    hanako = people['satoHanako']!.residentNo
    stranger = people['takahashiKenichi']!.residentNo
  })
  after(() => counter.close())

  const set = (of: Partial<RawInputOf<typeof contract.setBlock>>, by = clerk) =>
    counter.call(by, contract.setBlock, {
      residentNo: sato,
      scope: 'person',
      kinds: null,
      reason: 'examining',
      note: '窓口で申出',
      startsOn: '2026-11-21',
      endsOn: null,
      ...of,
    })
  const issue = async (subjectId: string): Promise<string> => {
    const answer = await counter.call(clerk, issueAtCounter, {
      transactionId: newId(),
      kind: 'risai',
      subjectId,
      copies: 1,
      purpose: null,
    })
    return answer.status === 200 ? 'issued' : `${answer.status} ${answer.problem.errors?.[0]?.message ?? ''}`
  }
  const lift = (blockId: string, by = reviewer) =>
    counter.call(by, contract.liftBlock, { blockId, note: '審査が終わった' })

  test('forbids the person from its day on, and says so to the clerk', async () => {
    assert.equal(await issue(sato), 'issued')
    const made = await set({})
    assert.equal(made.status, 200)
    assert.equal(await issue(sato), '422 発行禁止（個人）：届出・申出の審査中')
    assert.equal(await issue(hanako), 'issued')
    assert.equal((await lift(made.body.blockId)).status, 200)
    assert.equal(await issue(sato), 'issued')
  })

  test('of a household forbids every member and nobody else', async () => {
    const { body } = await set({ scope: 'household', reason: 'moving-out' })
    assert.equal(await issue(sato), '422 発行禁止（世帯）：転出の届出を受け付けた')
    assert.equal(await issue(hanako), '422 発行禁止（世帯）：転出の届出を受け付けた')
    assert.equal(await issue(stranger), 'issued')
    await lift(body.blockId)
    assert.equal(await issue(hanako), 'issued')
  })

  test('of other kinds, or before its day, forbids nothing; two forbid until both are lifted', async () => {
    const other = await set({ kinds: ['inkan', 'juminhyo'] })
    const coming = await set({ startsOn: '2026-11-22' })
    assert.equal(await issue(sato), 'issued')
    const first = await set({ kinds: ['risai'] })
    const second = await set({ reason: 'doubt' })
    await lift(first.body.blockId)
    assert.equal(await issue(sato), '422 発行禁止（個人）：不正な請求のおそれ')
    for (const { body } of [other, coming, second]) await lift(body.blockId)
    assert.equal(await issue(sato), 'issued')
  })

  test('a passed end date lifts nothing', async () => {
    const { body } = await set({ startsOn: '2026-11-01', endsOn: '2026-11-10' })
    assert.match(await issue(sato), /^422 発行禁止/)
    const listed = await counter.call(clerk, contract.listBlocks, { residentNo: sato })
    assert.deepEqual(
      listed.body.blocks.map(({ blockId, state }) => [blockId, state]),
      [[body.blockId, 'overdue']],
    )
    await lift(body.blockId)
  })

  test('a temporary lift comes back by itself, and can be ended before', async () => {
    const { body } = await set({})
    const liftForAWhile = () =>
      counter.call(reviewer, contract.pauseBlock, { blockId: body.blockId, minutes: 30, note: '本人が来庁' })
    assert.equal((await liftForAWhile()).status, 200)
    assert.equal(await issue(sato), 'issued')
    assert.equal((await liftForAWhile()).status, 409)
    await counter.call(reviewer, contract.returnBlock, { blockId: body.blockId })
    assert.match(await issue(sato), /^422 発行禁止/)
    await liftForAWhile()
    assert.equal(await issue(sato), 'issued')
    const { clock } = counter.cloud
    counter.cloud.clock = new Date(clock.getTime() + 30 * 60_000)
    assert.match(await issue(sato), /^422 発行禁止/)
    counter.cloud.clock = clock
    await lift(body.blockId)
    assert.equal((await lift(body.blockId)).status, 409)
  })

  test('setting, lifting and lifting for a time are three rights', async () => {
    const { body } = await set({})
    const may = async (by: Browser): Promise<number[]> => [
      (await set({}, by)).status,
      (await counter.call(by, contract.pauseBlock, { blockId: body.blockId, minutes: 5, note: 'x' })).status,
      (await lift(body.blockId, by)).status,
    ]
    const admin = await counter.cloud.signIn(hida, 'admin')
    const viewer = await counter.cloud.signIn(hida, 'viewer')
    assert.deepEqual(await may(viewer), [403, 403, 403])
    assert.deepEqual(await may(admin), [403, 403, 403])
    assert.deepEqual(await may(clerk), [200, 403, 403])
    assert.deepEqual(await may(reviewer), [200, 200, 200])
    // 職務の分離: what one has set is another's to lift, even for a time.
    const own = (await set({}, reviewer)).body.blockId
    const twice = [
      await counter.call(reviewer, contract.pauseBlock, { blockId: own, minutes: 5, note: 'x' }),
      await lift(own),
    ]
    assert.deepEqual(
      twice.map(({ status }) => status),
      [422, 422],
    )
    const colleague = await counter.cloud.signIn(hida, 'reviewer')
    const { body: left } = await counter.call(clerk, contract.listBlocks, { residentNo: sato })
    for (const { blockId } of left.blocks) await lift(blockId, colleague)
  })

  test('of two who lift at once one is told that it was done', async () => {
    const { body } = await set({})
    const both = await Promise.all([lift(body.blockId), lift(body.blockId)])
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    )
  })

  test('the history stays, its words sealed; another town finds nothing of it', async () => {
    const { body } = await counter.call(clerk, contract.listBlocks, { residentNo: sato, lifted: true })
    assert.ok(body.blocks.length > 5)
    assert.ok(body.blocks.every(({ state, acts }) => state === 'lifted' && acts.at(-1)?.note !== undefined))
    const [row] = await counter.cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ note: Buffer; audits: number }>(
        `select note, (select count(*)::int from access.audit where municipality_code = $1 and event like 'certificates.block-%') as audits
           from certificates.block where municipality_code = $1 limit 1`,
        [hida],
      ),
    )
    assert.equal(row!.note.includes('窓口'), false)
    assert.ok(row!.audits > 15)
    const neighbour = await counter.cloud.signIn(takayama, 'reviewer')
    const { blockId } = body.blocks[0]!
    assert.equal((await lift(blockId, neighbour)).status, 404)
    const theirs = await counter.call(neighbour, contract.listBlocks, { lifted: true })
    assert.deepEqual(theirs.body.blocks, [])
  })

  test('a person whom the town does not know cannot be forbidden', async () => {
    assert.equal((await set({ residentNo: '999999999' })).status, 404)
    assert.equal((await set({ endsOn: '2026-11-01' })).status, 422)
  })
})
