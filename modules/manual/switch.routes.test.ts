import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { MunicipalityCode, ResidentNo } from '@open-bcl/core/brand.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import { issueGate } from '../linkage/gate.actions.ts'
import { linkPaths } from '../linkage/gateway.contract.ts'
import { endLink, getGate, listLinkFiles, resumeLink, takeUpLink } from '../linkage/linkage.contract.ts'
import {
  enrolledAgent,
  linkFile,
  putFile,
  receiptOf,
  sendFile,
  sendMessage,
  stateOf,
  testGateway,
  type TestGateway,
} from '../linkage/testing/gateway.ts'
import { residentRow, smallTown } from '../linkage/testing/rows.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import { listManualBusinesses, openUpload } from './manual.contract.ts'
import { Clerk } from './testing/clerk.ts'

/** A town whose agent is gone: it must be able to go on by hand, and nothing of that may become 住民票. */
describe('a business taken from the agent to the hand and back', () => {
  const people = smallTown.residents.slice(0, 6)
  const rows = people.map((record) => residentRow(record))
  const same = people[0]!.residentNo
  let cloud: TestCloud
  let gateway: TestGateway
  let hida: MunicipalityCode
  let agent: MachineIdentity
  let admin: Browser
  let clerk: Clerk

  before(async () => {
    cloud = await testCloud()
    cloud.clock = new Date()
    gateway = await testGateway(cloud, { now: () => new Date() })
    hida = await cloud.onboard('212172', '飛騨市')
    agent = await enrolledAgent(cloud, gateway, hida)
    admin = await cloud.signIn(hida, 'admin')
    clerk = new Clerk(cloud, hida, admin)
    await send('suppressions', 1, [])
    await send('residents', 1, rows)
    await heartbeat()
  })
  after(async () => {
    await gateway.close()
    await cloud.close()
  })

  const send = async (
    business: Business,
    fileNo: number,
    of: readonly string[][],
    mode: 'full' | 'delta' = 'full',
  ) => {
    const whole = linkFile('212172', business, fileNo, of, { mode })
    await putFile(gateway, agent, whole)
    return sendFile(gateway, agent, whole)
  }
  const heartbeat = () =>
    sendMessage(gateway, agent, {
      method: 'POST',
      path: linkPaths.status,
      body: { agentVersion: 'test', mode: 'production', unsent: {} },
    })
  const gate = async (kind: CertificateKindCode, of: ResidentNo = same) => {
    const verdict = await cloud.as(hida, (ctx) => issueGate(ctx, kind, [of]))
    return verdict.kind === 'open' ? 'open' : verdict.reason
  }
  const csv = (of: readonly string[][]) => linkFile('212172', 'residents', 1, of).csv
  const state = async () =>
    (await admin.get(listLinkFiles, {})).businesses.find(({ business }) => business === 'residents')!

  test('is closed to the hand while the agent sends it, and says where the way out is', async () => {
    assert.equal(await gate('juminhyo'), 'open')
    const refused = await admin.call(openUpload, { business: 'residents', fileName: 'a.csv', bytes: 10 })
    assert.ok(!refused.ok)
    assert.equal(refused.status, 409)
    assert.match(refused.problem.detail, /システム管理者が「連携状況」.*「連携を終えて手作業に切り替える」/)
  })

  test('is ended by an administrator alone, with a reason, in the records', async () => {
    for (const role of ['clerk', 'reviewer'] as const) {
      const other = await cloud.signIn(hida, role)
      const refused = await other.call(endLink, { business: 'residents', reason: '故障' })
      assert.equal(refused.status, 403, role)
    }
    assert.equal((await admin.call(endLink, { business: 'residents', reason: '' })).status, 400)
    await admin.get(endLink, { business: 'residents', reason: '連携APの機器が壊れたため' })
    const { ended, origin } = await state()
    assert.equal(ended?.reason, '連携APの機器が壊れたため')
    assert.equal(origin, 'link')
    const entries = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ count: bigint }>(
        `select count(*) from access.audit where municipality_code = $1 and event = 'linkage.ended'`,
        [hida],
      ),
    )
    assert.equal(Number(entries[0]!.count), 1)
  })

  test('closes 住民票 from that moment, also of rows that nobody touched', async () => {
    assert.equal(await gate('juminhyo'), 'hand')
    assert.equal(await gate('risai'), 'open')
    const { kinds } = await admin.get(getGate, {})
    assert.deepEqual(
      kinds.filter(({ open }) => open).map(({ kind }) => kind),
      ['risai', 'hisai'],
    )
  })

  test('is loaded by hand, which says so and opens nothing', async () => {
    const { apply } = await clerk.load('residents', csv(rows.slice(0, 5)), {
      confirmedDeletions: 1,
    })
    assert.equal(apply.state, 'done', JSON.stringify(apply.result))
    const { origin, hand } = await state()
    assert.equal(origin, 'hand')
    assert.equal(hand?.rows, 5)
    await heartbeat()
    assert.equal(await gate('juminhyo'), 'hand')
    assert.equal(await gate('risai'), 'open')
  })

  test('takes no file of an agent that comes back by itself', async () => {
    const answer = await stateOf(send('residents', 2, [rows[0]!], 'delta'))
    await gateway.queue.tick()
    await gateway.queue.settled()
    assert.notEqual(answer.state, 'applied')
    // The end of a pause is not the end of this.
    await admin.get(resumeLink, { business: 'residents' })
    await gateway.queue.tick()
    await gateway.queue.settled()
    const { watermark, inbound } = await state()
    assert.equal(watermark?.fileNo, 1)
    assert.deepEqual(
      inbound.map((one) => [one.fileNo, one.state]),
      [[2, 'held']],
    )
  })

  test('taken up again it is the agent’s, and stays closed until a full file has come', async () => {
    await admin.get(takeUpLink, { business: 'residents' })
    const { businesses } = await admin.get(listManualBusinesses, {})
    assert.ok(businesses.find(({ business }) => business === 'residents')!.linked)
    await gateway.queue.tick()
    await gateway.queue.settled()
    assert.equal((await state()).watermark?.fileNo, 2)
    await heartbeat()
    assert.equal(await gate('juminhyo'), 'hand', 'a few rows prove nothing of the others')
    const receipt = await receiptOf(send('residents', 3, rows))
    assert.equal(receipt.counts.inserted, 1, 'whom the hand had deleted')
    await heartbeat()
    assert.equal(await gate('juminhyo'), 'open')
    assert.equal(await gate('juminhyo', people[5]!.residentNo), 'open')
  })
})
