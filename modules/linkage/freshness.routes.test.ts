import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, ResidentNo } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import { listNotices } from '../notices/notices.actions.ts'
import { endAlarm, raiseAlarm } from './alarms.actions.ts'
import { issueGate } from './gate.actions.ts'
import { linkPaths } from './gateway.contract.ts'
import {
  addLinkContact,
  listAgents,
  listLinkAlarms,
  listLinkFiles,
  overrideGate,
  revokeAgent,
} from './linkage.contract.ts'
import type { Manifest } from './linkage.manifest.ts'
import {
  enrolledAgent,
  linkFile,
  receiptOf,
  sendFile,
  sendMessage,
  testGateway,
  type TestGateway,
} from './testing/gateway.ts'
import { residentRow, smallTown, suppressionRow, withItem } from './testing/rows.ts'

const people = smallTown.residents.slice(0, 8)
const rows = people.map((record) => residentRow(record))
const [first, second, third] = people.map((one) => one.residentNo) as [ResidentNo, ResidentNo, ResidentNo]
const HOUR = 3_600_000

describe('whether all that the town has is here', () => {
  let cloud: TestCloud
  let gateway: TestGateway
  let hida: MunicipalityCode
  let agent: MachineIdentity
  let clock = new Date()
  const numbers = new Map<Business, number>()
  before(async () => {
    cloud = await testCloud()
    gateway = await testGateway(cloud, { now: () => clock })
    hida = await cloud.onboard('212172', '飛騨市')
    agent = await enrolledAgent(cloud, gateway, hida)
    cloud.clock = clock
    await send('residents', rows)
    await send('suppressions', [])
    await beat()
    assert.equal(await gate('juminhyo', first), 'open')
  })
  after(async () => {
    await gateway.close()
    await cloud.close()
  })

  const pass = (ms: number) => {
    clock = new Date(clock.getTime() + ms)
    cloud.clock = clock
  }
  const send = async (business: Business, of: readonly string[][], over: Partial<Manifest> = {}) => {
    const fileNo = (numbers.get(business) ?? 0) + 1
    const receipt = await receiptOf(
      sendFile(gateway, agent, linkFile('212172', business, fileNo, of, over), { at: clock }),
    )
    if (receipt.state === 'applied') numbers.set(business, fileNo)
    return receipt
  }
  const beat = (
    who = agent,
    { mode = 'production', unsent = {} }: { mode?: string; unsent?: Partial<Record<Business, number>> } = {},
  ) =>
    sendMessage(gateway, who, {
      method: 'POST',
      path: linkPaths.status,
      body: { agentVersion: 'test', mode, unsent },
      over: { at: clock },
    })
  const gate = async (kind: CertificateKindCode, ...of: ResidentNo[]) => {
    const verdict = await cloud.as(hida, (ctx) => issueGate(ctx, kind, of))
    return verdict.kind === 'open' ? 'open' : verdict.reason
  }
  const asLink = <T>(work: (ctx: Ctx) => Promise<T>) =>
    withCtx(
      gateway.runtime,
      { actor: { kind: 'job', task: 'test' }, municipality: hida, traceId: 'test' },
      work,
    )
  const alarms = async (kind: string) =>
    (await (await cloud.signIn(hida, 'admin')).get(listLinkAlarms, {})).alarms.filter(
      (alarm) => alarm.kind === kind,
    )
  /** Ends the registration of the agent that was silent for longest. */
  const revokeSilent = async () => {
    const staff = await cloud.signIn(hida, 'admin')
    const heard = (await staff.get(listAgents, {})).agents.filter(
      ({ heardAt, revokedAt }) => heardAt !== null && revokedAt === null,
    )
    const [silent] = heard.toSorted((a, b) => (a.heardAt! < b.heardAt! ? -1 : 1))
    await staff.get(revokeAgent, { agentId: silent!.agentId })
  }

  test('an agent that has never said to have nothing left closes the gate, and is named with the way out', async () => {
    const late = await enrolledAgent(cloud, gateway, hida)
    const staff = await cloud.signIn(hida, 'admin')
    const silent = async () => (await staff.get(listLinkFiles, {})).silentAgents
    const known = new Set((await silent()).map(({ agentId }) => agentId))
    await beat()
    assert.equal(await gate('juminhyo', first), 'open')
    await beat(late, { unsent: { residents: 2 } })
    await beat()
    assert.equal(await gate('juminhyo', first), 'link-lost')
    const found = (await silent()).filter(({ why }) => why === 'never-clear')
    assert.equal(found.length, 1)
    assert.ok(known.has(found[0]!.agentId), 'it was named before, as never connected')
    await staff.get(revokeAgent, { agentId: found[0]!.agentId })
    assert.equal(await gate('juminhyo', first), 'open')
    assert.ok((await silent()).every(({ agentId }) => agentId !== found[0]!.agentId))
  })

  test('neither an agent in verification nor another one in production hides that one is dead', async () => {
    const [trial, other] = [
      await enrolledAgent(cloud, gateway, hida),
      await enrolledAgent(cloud, gateway, hida),
    ]
    const silent = async () => {
      const staff = await cloud.signIn(hida, 'admin')
      return (await staff.get(listLinkFiles, {})).silentAgents
    }
    assert.deepEqual(
      (await silent()).map(({ why }) => why),
      ['never-connected', 'never-connected'],
    )
    for (let hour = 0; hour < 30; hour++) {
      pass(HOUR)
      await beat(trial, { mode: 'verification' })
    }
    await gateway.queue.tick()
    assert.equal(await gate('juminhyo', first), 'link-lost')
    assert.equal((await alarms('stopped'))[0]!.endedAt, null)
    await beat(other)
    assert.equal(await gate('juminhyo', first), 'link-lost', 'the other one does not know what this one has')
    assert.equal((await alarms('stopped'))[0]!.endedAt, null)
    await beat()
    assert.equal(await gate('juminhyo', first), 'open')
    assert.notEqual((await alarms('stopped'))[0]!.endedAt, null)
    await beat(other, { unsent: { residents: 1 } })
    pass(25 * HOUR)
    await beat()
    assert.equal(await gate('juminhyo', first), 'link-lost')
    await revokeSilent()
    assert.equal(await gate('juminhyo', first), 'open', 'whoever is revoked has no say')
  })

  test('a status that is sent once more, or held back on its way, does not make the data fresh', async () => {
    await beat()
    const held = clock
    pass(14 * 60_000)
    await beat(agent, { unsent: { residents: 1 } })
    const sent = { method: 'POST', path: linkPaths.status, over: { at: held } } as const
    const body = { agentVersion: 'test', mode: 'production', unsent: {} }
    await sendMessage(gateway, agent, { ...sent, body })
    const verdict = await cloud.as(hida, (ctx) => issueGate(ctx, 'juminhyo', [first]))
    assert.deepEqual(verdict, { kind: 'open', dataAgeSeconds: 14 * 60 })
    await beat()
  })

  test('a file that was refused closes the gate until another one takes its place, with or without its number', async () => {
    const refused = await send('residents', rows.slice(1), { deleteCount: 1 })
    assert.equal(refused.state, 'refused')
    await beat()
    assert.equal(await gate('juminhyo', first), 'open', 'it may be mended at once')
    pass(2 * HOUR)
    await beat()
    assert.equal(await gate('juminhyo', first), 'refused')
    assert.equal(await gate('risai', first), 'open')
    pass(72 * HOUR)
    await beat()
    assert.equal(await gate('juminhyo', first), 'link-lost', 'and the data are no fresher than before it')
    await send('residents', rows.slice(1))
    await beat()
    assert.equal(await gate('juminhyo', second), 'open')
    await send('residents', rows)
    await beat()
  })

  test('a row of 支援措置 or 発行抑止 of nobody knows whom closes the gate for everybody, and no override opens it', async () => {
    const wrong = withItem('suppressions', suppressionRow({ residentNo: second }), '宛名番号', '１２３')
    const receipt = await send('suppressions', [wrong], { mode: 'delta' })
    assert.deepEqual([receipt.state, receipt.counts.refused], ['applied', 1])
    await beat()
    assert.deepEqual(
      [await gate('juminhyo', second), await gate('inkan', third)],
      ['unreadable', 'unreadable'],
    )
    assert.equal(await gate('risai', second), 'open')
    await (
      await cloud.signIn(hida, 'admin')
    ).get(overrideGate, {
      ...{ kinds: ['juminhyo', 'inkan'], hours: 1, reason: '試験' },
    })
    assert.equal(await gate('juminhyo', second), 'unreadable')
    await gateway.queue.tick()
    const [alarm] = await alarms('bad-rows')
    assert.match(alarm!.text, /支援措置.*1行.*読み取れない行が1行.*団体全体/)
    await send('suppressions', [suppressionRow({ residentNo: third })], { mode: 'delta' })
    assert.equal(await gate('juminhyo', second), 'unreadable', 'a delta says nothing of the others')
    await send('suppressions', [])
    await gateway.queue.tick()
    assert.equal(await gate('juminhyo', second), 'open')
    assert.notEqual((await alarms('bad-rows'))[0]!.endedAt, null)
  })

  test('a person whose latest row is taken away, with nothing in its place, is told and blocked until there is one', async () => {
    const one = people[1]!
    const newer = (deleted: boolean) => residentRow({ ...one, historyNo: one.historyNo + 1 }, { deleted })
    const older = (latest: boolean) => residentRow(one, { latest })
    await send('residents', [newer(false)], { mode: 'delta' })
    const receipt = await send('residents', [newer(true)], { mode: 'delta' })
    assert.deepEqual([receipt.state, receipt.counts.deleted, receipt.counts.blocked], ['applied', 1, 1])
    assert.match(receipt.notes.join(), /最新フラグが1の行がなくなった人がいます（1人）/)
    await beat()
    assert.deepEqual([await gate('juminhyo', second), await gate('risai', second)], ['bad-row', 'bad-row'])
    await send('residents', [rows[2]!], { mode: 'delta' })
    await send('residents', rows.with(1, older(false)))
    assert.equal(await gate('risai', second), 'bad-row', 'a full file that says the same again mends nothing')
    await send('residents', [older(true)], { mode: 'delta' })
    assert.equal(await gate('risai', second), 'open')
    const gone = await send('residents', [residentRow(people[7]!, { deleted: true })], { mode: 'delta' })
    assert.deepEqual([gone.counts.blocked, gone.notes], [0, []], 'whoever is deleted whole is not missed')
    await send('residents', rows)
    await beat()
  })

  test('a trouble that comes back is mailed anew, three times an hour', async () => {
    await (await cloud.signIn(hida, 'admin')).get(addLinkContact, { name: '情報課', mail: 'joho@example.jp' })
    const mails = async () => {
      const [alarm] = await alarms('failure')
      return (await cloud.as(hida, (ctx) => listNotices(ctx, alarm!.alarmId))).length
    }
    const flap = async () => {
      await asLink((ctx) => raiseAlarm(ctx, 'failure', 'seals', { fileNo: 1, attempts: 4 }))
      await asLink((ctx) => endAlarm(ctx, 'failure', 'seals'))
      pass(5 * 60_000)
    }
    for (const expected of [1, 2, 3, 3, 3]) {
      await flap()
      assert.equal(await mails(), expected)
    }
    pass(HOUR)
    await flap()
    assert.equal(await mails(), 4)
  })

  test('a town all of whose agents were revoked is a stopped one', async () => {
    await beat()
    const staff = await cloud.signIn(hida, 'admin')
    for (const { agentId } of (await staff.get(listAgents, {})).agents)
      await staff.get(revokeAgent, { agentId })
    const before = (await alarms('stopped')).filter(({ endedAt }) => endedAt === null).length
    assert.equal(before, 0)
    pass(HOUR)
    await gateway.queue.tick()
    assert.equal((await alarms('stopped')).filter(({ endedAt }) => endedAt === null).length, 1)
    assert.equal(await gate('juminhyo', second), 'link-lost', 'nobody says any more that this is all')
  })
})
