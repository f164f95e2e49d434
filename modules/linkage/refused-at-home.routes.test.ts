import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { businesses } from '../interfaces/interfaces.columns.ts'
import { linkPaths } from './gateway.contract.ts'
import { listAgents, listLinkFiles, revokeAgent } from './linkage.contract.ts'
import { MOST_HOME_REFUSALS, type HomeRefusal } from './linkage.receipt.ts'
import { enrolledAgent, sendMessage, testGateway, type TestGateway } from './testing/gateway.ts'

const refusal = (over: Partial<HomeRefusal> = {}): HomeRefusal => ({
  business: 'residents',
  fileNo: 3,
  place: '0123456789ab',
  at: '2026-11-21T00:00:00.000Z',
  errors: 2,
  reason: 'データが送付票のSHA-256と合いません。',
  ...over,
})

describe('files that the town hall refused by itself', () => {
  let cloud: TestCloud
  let gateway: TestGateway
  let hida: MunicipalityCode
  let agent: MachineIdentity
  before(async () => {
    cloud = await testCloud()
    gateway = await testGateway(cloud)
    hida = await cloud.onboard('212172', '飛騨市')
    agent = await enrolledAgent(cloud, gateway, hida)
  })
  after(async () => {
    await gateway.close()
    await cloud.close()
  })

  const say = (refused: unknown, over: { who?: MachineIdentity; mode?: string; at?: Date } = {}) =>
    sendMessage(gateway, over.who ?? agent, {
      method: 'POST',
      path: linkPaths.status,
      body: { agentVersion: 'test', mode: over.mode ?? 'production', unsent: {}, refused },
      ...(over.at === undefined ? {} : { over: { at: over.at } }),
    })
  const shown = async (town = hida) =>
    (await (await cloud.signIn(town, 'admin')).get(listLinkFiles, {})).refusedAtHome

  test('are shown, the latest first, until the agent tells of them no more', async () => {
    const earlier = refusal()
    const later = refusal({ business: null, fileNo: null, place: 'b'.repeat(12), at: '2026-11-21T01:00:00Z' })
    assert.equal((await say([earlier, later])).status, 200)
    assert.deepEqual(await shown(), [later, earlier])
    // Tried out only, and an older word: neither says how it stands now.
    const trial = await enrolledAgent(cloud, gateway, hida)
    await say([refusal({ fileNo: 9 })], { who: trial, mode: 'verification' })
    await say([], { at: new Date(Date.now() - 60_000) })
    assert.deepEqual(await shown(), [later, earlier])
    await say([later])
    assert.deepEqual(await shown(), [later])
    await say(undefined)
    assert.deepEqual(await shown(), [])
  })

  test('are nobody else’s, and those of an agent that is revoked are shown no more', async () => {
    const mino = await cloud.onboard('212075', '美濃市')
    const second = await enrolledAgent(cloud, gateway, hida)
    await say([refusal()], { who: second })
    assert.deepEqual(await shown(), [refusal()])
    assert.deepEqual(await shown(mino), [])
    const staff = await cloud.signIn(hida, 'admin')
    const { agents } = await staff.get(listAgents, {})
    for (const { agentId, heardAt, revokedAt } of agents)
      if (heardAt !== null && revokedAt === null && agentId === agents.at(-1)!.agentId)
        await staff.get(revokeAgent, { agentId })
    assert.deepEqual(await shown(), [])
  })

  test('are a bounded list of plain sentences, or the message is refused and changes nothing', async () => {
    await say([refusal()])
    const most = (businesses.length + 1) * MOST_HOME_REFUSALS
    const hostile: readonly unknown[] = [
      Array.from({ length: most + 1 }, () => refusal()),
      [{ ...refusal(), fileName: '飛騨太郎.csv' }],
      [refusal({ reason: 'あ'.repeat(301) })],
      [refusal({ reason: '' })],
      ...['改\n行', '\u0000', '\u202Eelif', '\uD800', '\u2028', '\u001B[2J'].map((reason) => [
        refusal({ reason }),
      ]),
      [refusal({ place: '../../etc/pa' })],
      [refusal({ place: '<b>bold</b>' })],
      [{ ...refusal(), business: 'nothing' }],
      [refusal({ fileNo: 0 })],
      [refusal({ errors: 1e9 })],
      [refusal({ at: 'yesterday' })],
      'refused',
      null,
    ]
    for (const refused of hostile)
      assert.equal((await say(refused)).status, 400, JSON.stringify(refused).slice(0, 80))
    assert.deepEqual(await shown(), [refusal()])
    // The longest that may be said is kept as it is, and a sign is no more than a sign.
    const longest = Array.from({ length: most }, () => refusal({ reason: '<𠮷>'.repeat(75) }))
    assert.equal((await say(longest)).status, 200)
    assert.deepEqual(await shown(), longest)
    await say([])
  })
})
