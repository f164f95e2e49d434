import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, ResidentNo } from '@open-bcl/core/brand.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { HashTotal } from '@open-bcl/platform/hash-total.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import { issueGate } from './gate.actions.ts'
import { strictKinds } from './gate.ts'
import { linkPaths } from './gateway.contract.ts'
import { endOverride, getGate, overrideGate } from './linkage.contract.ts'
import { enrolledAgent, linkFile, receiptOf, sendFile, sendMessage, testGateway } from './testing/gateway.ts'
import { residentRow, smallTown } from './testing/rows.ts'

const people = smallTown.residents.slice(0, 3)
const resident = people[0]!.residentNo as ResidentNo
const HOUR = 3_600_000
const reason = '庁舎の回線が途絶えたため'

describe('連携停止中の交付の特例, kind by kind', () => {
  let cloud: TestCloud
  let gateway: Awaited<ReturnType<typeof testGateway>>
  let hida: MunicipalityCode
  let agent: MachineIdentity
  let clock = new Date()
  before(async () => {
    cloud = await testCloud()
    gateway = await testGateway(cloud, { now: () => clock })
    hida = await cloud.onboard('212172', '飛騨市')
    agent = await enrolledAgent(cloud, gateway, hida)
    cloud.clock = clock
    await send(
      'residents',
      people.map((record) => residentRow(record)),
    )
    for (const business of ['suppressions', 'seals', 'tax-assessments'] as const) await send(business, [])
    await say(linkPaths.status, { agentVersion: 'test', mode: 'production', unsent: {} })
    assert.deepEqual(await openKinds(), ['juminhyo', 'kisai', 'inkan', 'tax'])
    // The line breaks.
    pass(25 * HOUR)
  })
  after(async () => {
    await gateway.close()
    await cloud.close()
  })

  const pass = (ms: number) => {
    clock = new Date(clock.getTime() + ms)
    cloud.clock = clock
  }
  const send = async (business: Business, rows: readonly string[][]) => {
    const file = linkFile('212172', business, 1, rows)
    const receipt = await receiptOf(sendFile(gateway, agent, file, { at: clock }))
    assert.equal(receipt.state, 'applied', business)
  }
  const say = async (path: string, body: object): Promise<unknown> => {
    const { status, json } = await sendMessage(gateway, agent, {
      ...{ method: 'POST', path, body },
      over: { at: clock },
    })
    assert.equal(status, 200, JSON.stringify(json))
    return json
  }
  const gate = async (kind: CertificateKindCode): Promise<string> => {
    const verdict = await cloud.as(hida, (ctx) => issueGate(ctx, kind, [resident]))
    return verdict.kind === 'open' ? 'open' : verdict.reason
  }
  const openKinds = async (): Promise<CertificateKindCode[]> => {
    const open: CertificateKindCode[] = []
    for (const kind of strictKinds) if ((await gate(kind)) === 'open') open.push(kind)
    return open
  }
  const shown = async (browser: Browser) =>
    (await browser.get(getGate, {})).kinds.filter(({ override }) => override !== null)
  const recorded = () =>
    cloud.as(hida, async ({ tx }) => {
      const [row] = await tx.sql<{ count: number }>(
        'select count(*)::int as count from linkage.override where municipality_code = $1',
        [hida],
      )
      return row!.count
    })

  test('opens the kind it names and no other, for its hours, and is shown at that kind', async () => {
    assert.deepEqual(await openKinds(), [])
    let admin = await cloud.signIn(hida, 'admin')
    await admin.get(overrideGate, { kinds: ['juminhyo'], hours: 2, reason })
    assert.deepEqual(await openKinds(), ['juminhyo'])
    assert.equal(await gate('inkan'), 'link-lost')
    const [only, ...others] = await shown(admin)
    assert.deepEqual(
      [only!.kind, only!.open, only!.override!.reason, others.length],
      ['juminhyo', true, reason, 0],
    )
    pass(2 * HOUR)
    assert.deepEqual(await openKinds(), [])
    admin = await cloud.signIn(hida, 'admin')
    assert.deepEqual(await shown(admin), [])
    // What was over makes room for the next.
    await admin.get(overrideGate, { kinds: ['juminhyo'], hours: 1, reason })
    assert.deepEqual(await openKinds(), ['juminhyo'])
    pass(HOUR)
  })

  test('is ended for one kind while the others go on, and each is told to the audit trail', async () => {
    const admin = await cloud.signIn(hida, 'admin')
    const { overrides } = await admin.get(overrideGate, {
      ...{ kinds: ['juminhyo', 'tax', 'juminhyo'], hours: 4, reason },
    })
    assert.deepEqual(overrides.map(({ kind }) => kind).toSorted(), ['juminhyo', 'tax'])
    assert.deepEqual(await openKinds(), ['juminhyo', 'tax'])
    const { overrideId } = overrides.find(({ kind }) => kind === 'juminhyo')!
    await admin.get(endOverride, { overrideId })
    assert.deepEqual(await openKinds(), ['tax'])
    assert.equal((await admin.call(endOverride, { overrideId })).status, 404)
    const said = await cloud.as(hida, ({ tx }) =>
      tx.sql<{ event: string; facts: { kind: string } }>(
        `select event, facts from access.audit
          where municipality_code = $1 and event like 'linkage.override-%' and at = $2 order by event, facts ->> 'kind'`,
        [hida, clock],
      ),
    )
    assert.deepEqual(
      said.map(({ event, facts }) => [event, facts.kind]),
      [
        ['linkage.override-ended', 'juminhyo'],
        ['linkage.override-given', 'juminhyo'],
        ['linkage.override-given', 'tax'],
      ],
    )
    pass(4 * HOUR)
  })

  test('stands once for a kind: of two people at once one is told, and nothing of theirs is recorded', async () => {
    const admins = await Promise.all([cloud.signIn(hida, 'admin'), cloud.signIn(hida, 'admin')])
    const before = await recorded()
    const answers = await Promise.all([
      admins[0].call(overrideGate, { kinds: ['inkan', 'tax'], hours: 1, reason }),
      admins[1].call(overrideGate, { kinds: ['tax', 'inkan'], hours: 24, reason }),
    ])
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    )
    assert.equal(await recorded(), before + 2)
    const until = new Set((await shown(admins[0])).map(({ override }) => override!.until))
    assert.equal(until.size, 1)
    const partly = await admins[1].call(overrideGate, { kinds: ['juminhyo', 'tax'], hours: 1, reason })
    assert.ok(!partly.ok)
    assert.equal(partly.problem.type, '/problems/linkage/override-stands')
    assert.deepEqual(await openKinds(), ['inkan', 'tax'])
    pass(24 * HOUR)
  })

  test('opens nothing that is wrong with the data themselves, and no kind that no link closes', async () => {
    const admin = await cloud.signIn(hida, 'admin')
    await admin.get(overrideGate, { kinds: ['juminhyo', 'inkan'], hours: 1, reason })
    assert.deepEqual(await openKinds(), ['juminhyo', 'inkan'])
    const differs = {
      business: 'seals',
      fileNo: 1,
      rows: 1,
      hashTotal: new HashTotal().toString(),
    }
    assert.equal(((await say(linkPaths.reconcile, differs)) as { agrees: boolean }).agrees, false)
    assert.equal(await gate('inkan'), 'reconciliation')
    assert.deepEqual(await openKinds(), ['juminhyo'])
    const risai = { kinds: ['risai' as never], hours: 1, reason }
    assert.equal((await admin.call(overrideGate, risai)).status, 400)
    assert.equal((await admin.call(overrideGate, { kinds: [], hours: 1, reason })).status, 400)
  })

  test('is of the town that gave it', async () => {
    const takayama = await cloud.onboard('212032', '高山市')
    const theirs = await cloud.signIn(takayama, 'admin')
    assert.deepEqual(await shown(theirs), [])
    const ours = (await shown(await cloud.signIn(hida, 'admin')))[0]!.override!
    assert.equal((await theirs.call(endOverride, { overrideId: ours.overrideId })).status, 404)
    assert.equal(await gate('juminhyo'), 'open')
  })
})
