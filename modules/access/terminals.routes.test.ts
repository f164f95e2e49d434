import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { certificateReader } from '@open-bcl/platform/client-certificates.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import {
  createAuthority,
  createCertificateRequest,
  issueIdentity,
  type Authority,
  type CertificateProfile,
} from '@open-bcl/platform/pki.ts'
import { composeCloud } from '../../apps/cloud/compose.ts'
import { TEST_PASSWORD, testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { registerDisaster, searchLedger } from '../ledger/ledger.contract.ts'
import { enrolHelper, listNotes, makeHelperPasses } from '../relief/relief.contract.ts'
import { countEmergencyAreas } from '../residents/emergency.contract.ts'
import { revealMyNumber } from '../residents/my-numbers.contract.ts'
import { createStaff } from './access.actions.ts'
import { getSession } from './access.contract.ts'
import { listAudit } from './audit-trail.contract.ts'
import { changeSignInSetting, getSignInSettings } from './sign-in-settings.contract.ts'
import type { TerminalClass } from './terminal-classes.ts'
import {
  enrolTerminal,
  listTerminals,
  registerTerminal,
  renewTerminal,
  revokeTerminal,
} from './terminals.contract.ts'
import { openDoor, Visitor, type Material, type TerminalDoor } from './testing/terminal-visitor.ts'

const hida = '212172' as MunicipalityCode
const takayama = '212032' as MunicipalityCode
type Given = OutputOf<typeof enrolTerminal>

/** Over real TLS: what a connection proves, whose it is, and what may be done there. */
describe('enrolled terminals', () => {
  let cloud: TestCloud
  let door: TerminalDoor
  /** Of 飛騨市, at a desk that is no terminal. */
  let desk: Browser
  let began: Date
  before(async () => {
    cloud = await testCloud()
    began = cloud.clock
    for (const [code, name] of [
      [hida, '飛騨市'],
      [takayama, '高山市'],
    ] as const) {
      await cloud.onboard(code, name)
      for (const role of ['admin', 'reviewer', 'auditor'])
        await cloud.as(code, (ctx) =>
          createStaff(ctx, {
            ...{ loginId: role, displayName: `試験 ${role}`, department: '試験課', password: TEST_PASSWORD },
            ...{ roles: role === 'reviewer' ? ['reviewer', 'my-number'] : [role], mustChangePassword: false },
          }),
        )
    }
    door = await openDoor(cloud)
    desk = await cloud.browserOf(hida, 'admin')
  })
  after(async () => {
    await door.close()
    await cloud.close()
  })
  beforeEach(() => {
    cloud.clock = began
  })

  const materialOf = ({ file }: Given): Material => ({
    ...{ pfx: Buffer.from(file!.base64, 'base64'), passphrase: file!.password },
  })
  async function enrolled(terminalClass: TerminalClass, name: string, by: Browser = desk) {
    const given = await by.get(enrolTerminal, { name, terminalClass, requestPem: null })
    return { terminalId: given.terminalId, material: materialOf(given) }
  }
  const at = (material: Material | null) => new Visitor(door, material)
  async function signedIn(material: Material | null, loginId: string): Promise<Visitor> {
    const visitor = at(material)
    const answer = await visitor.signIn(hida, loginId)
    assert.equal(answer.status, 200, answer.code ?? '')
    return visitor
  }
  /** A certificate of our own authority, or of somebody's. */
  async function certified(authority: Authority, over: Partial<CertificateProfile> = {}): Promise<Material> {
    const identity = await issueIdentity(authority, {
      ...{ machineName: `urn:open-bcl:terminal:${hida}:00000000-0000-7000-8000-000000000000`, hosts: [] },
      ...{ uses: ['client'], now: began, validDays: 30 },
      ...over,
    })
    return { key: identity.privateKeyPem, cert: identity.certificatePem }
  }
  async function only(by: Visitor, value: { enrolledOnly: boolean; helpersPhones: boolean }) {
    const { settingNo } = (await by.call(getSignInSettings, {})).body
    const setting = { key: 'terminals' as const, value }
    return await by.call(changeSignInSetting, { fromOn: '2026-11-21', setting, settingNo })
  }

  test('a file with a password is given once and opens the door; the list says so', async () => {
    const { terminalId, material } = await enrolled('lgwan', '市民課 1番')
    const waiting = (await desk.get(listTerminals, {})).terminals.find((one) => one.terminalId === terminalId)
    assert.deepEqual([waiting?.state, waiting?.lastSeenAt], ['waiting', null])
    const admin = await signedIn(material, 'admin')
    const { terminals, thisTerminalId } = (await admin.call(listTerminals, {})).body
    assert.equal(thisTerminalId, terminalId)
    const listed = terminals.find((one) => one.terminalId === terminalId)
    assert.deepEqual(
      [listed?.state, listed?.terminalClass, listed?.lastSeenAt, listed?.validUntil?.slice(0, 10)],
      ['active', 'lgwan', began.toISOString(), '2027-12-23'],
    )
    cloud.clock = new Date(began.getTime() + 370 * 86_400_000)
    const late = await signedIn(material, 'admin')
    const soon = (await late.call(listTerminals, {})).body.terminals
    assert.equal(soon.find((one) => one.terminalId === terminalId)?.state, 'expiring')
    // Its key and its password are nowhere but in that answer.
    const kept = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ outcome: Buffer | null }>(
        `select outcome from app.command where municipality_code = $1 and endpoint = 'enrolTerminal'`,
        [hida],
      ),
    )
    assert.ok(kept.length > 0 && kept.every(({ outcome }) => outcome === null))
  })

  test('a key made at the terminal never leaves it', async () => {
    const { requestPem, privateKeyPem } = await createCertificateRequest('urn:open-bcl:terminal:whatever')
    const asked = { name: '防災課 1番', terminalClass: 'lgwan' as const }
    const garbage = await desk.call(enrolTerminal, { ...asked, requestPem: 'not a request' })
    assert.equal(!garbage.ok && garbage.problem.type, '/problems/access/terminal-bad-request')
    const { certificatePem, file } = await desk.get(enrolTerminal, { ...asked, requestPem })
    assert.equal(file, null)
    await signedIn({ key: privateKeyPem, cert: certificatePem! }, 'reviewer')
  })

  describe('where the town lets people in at its terminals only', () => {
    let admin: Visitor
    let own: Material
    let ownId: string
    let neighbours: Material
    let disasterId: string
    before(async () => {
      cloud.clock = began
      ;({ material: own, terminalId: ownId } = await enrolled('lgwan', '総務課 1番'))
      const neighbour = await cloud.browserOf(takayama, 'admin')
      ;({ material: neighbours } = await enrolled('lgwan', '高山', neighbour))
      const reviewer = await cloud.browserOf(hida, 'reviewer')
      const { disaster } = await reviewer.get(registerDisaster, {
        ...{ name: '架空の豪雨', hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨' },
        applicationDeadlineOn: null,
      })
      disasterId = disaster.disasterId
    })

    test('nobody locks the town out from a desk that is no terminal', async () => {
      const rule = { enrolledOnly: true, helpersPhones: true }
      const setting = { key: 'terminals' as const, value: rule }
      const { settingNo } = await desk.get(getSignInSettings, {})
      const refused = await desk.call(changeSignInSetting, { fromOn: '2026-11-21', setting, settingNo })
      assert.equal(!refused.ok && refused.problem.type, '/problems/access/set-from-enrolled-terminal')
      admin = await signedIn(own, 'admin')
      assert.equal((await only(admin, rule)).status, 200)
    })

    test('whoever was signed in elsewhere is out at once', async () => {
      const before = await desk.call(listTerminals, {})
      assert.equal(!before.ok && before.problem.type, '/problems/access/sign-in-at-terminal')
      assert.equal((await admin.call(getSession, {})).status, 200)
    })

    test('no certificate, another authority’s, one not for terminals, another town’s: each refused, and nothing counts', async () => {
      const ours = cloud.services.terminals.authority()
      const foreign = await createAuthority({ name: 'foreign', now: new Date(), validDays: 60 })
      const cases: readonly (readonly [string, Material | null, string])[] = [
        ['none', null, 'access/enrolled-terminals-only'],
        ['foreign', await certified(foreign), 'access/terminal-not-enrolled'],
        ['for servers', await certified(ours, { uses: ['server'] }), 'access/terminal-not-enrolled'],
        [
          'an agent',
          await certified(ours, { machineName: `urn:open-bcl:agent:${hida}` }),
          'access/terminal-not-enrolled',
        ],
        ['never given out', await certified(ours), 'access/terminal-not-enrolled'],
        ['another town', neighbours, 'access/terminal-not-enrolled'],
      ]
      for (const [name, material, code] of cases) {
        for (const password of [TEST_PASSWORD, 'a wrong password']) {
          const answer = await at(material).signIn(hida, 'reviewer', password)
          assert.deepEqual([answer.status, answer.code], [403, code], name)
        }
      }
      // Twelve attempts at machines that are none of the town's have locked nobody.
      await signedIn(own, 'reviewer')
    })

    test('a proxy is believed of its own address; a header from anybody else says nothing', async () => {
      const { requestPem } = await createCertificateRequest('urn:open-bcl:terminal:proxied')
      const asked = { name: '中継の先', terminalClass: 'lgwan' as const, requestPem }
      const pem = (await admin.call(enrolTerminal, asked)).body.certificatePem!
      const header = { 'client-cert': `:${new X509Certificate(pem).raw.toString('base64')}:` }
      const forged = await new Visitor(door, null, header).signIn(hida, 'reviewer')
      assert.deepEqual([forged.status, forged.code], [403, 'access/enrolled-terminals-only'])
      const { terminals } = cloud.services
      const behind = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
      const certificateOf = certificateReader(terminals.authority().certificatePem, ['10.0.0.5'], () => began)
      composeCloud(behind, cloud.runtime, { ...cloud.services, terminals: { ...terminals, certificateOf } })
      const through = async (remoteAddress: string) => {
        const payload = { municipalityCode: hida, loginId: 'reviewer', password: TEST_PASSWORD }
        const asking = {
          method: 'POST',
          url: '/api/sign-in',
          remoteAddress,
          headers: header,
          payload,
        } as const
        return (await behind.inject(asking)).statusCode
      }
      assert.deepEqual([await through('10.0.0.5'), await through('10.0.0.6')], [200, 403])
      await behind.close()
    })

    test('an expired certificate says that it is to be renewed', async () => {
      cloud.clock = new Date(began.getTime() + 398 * 86_400_000)
      const answer = await at(own).signIn(hida, 'reviewer')
      assert.deepEqual([answer.status, answer.code], [403, 'access/terminal-certificate-expired'])
    })

    test('a session is worth nothing at any other machine, an enrolled one included', async () => {
      const { material: second } = await enrolled2('lgwan', '総務課 2番')
      const clerk = await signedIn(own, 'reviewer')
      for (const thief of [clerk.copiedTo(door, second), clerk.copiedTo(door, null)]) {
        const seen = await thief.call(getSession, {})
        assert.deepEqual([seen.status, seen.code], [401, 'access/other-terminal'])
        const written = await thief.call(registerTerminal, { name: 'x' })
        assert.deepEqual([written.status, written.code], [401, 'access/other-terminal'])
      }
      assert.equal((await clerk.call(getSession, {})).status, 200)
      const auditor = await signedIn(own, 'auditor')
      const days = { fromOn: '2026-11-21', toOn: '2026-11-21' }
      const told = await auditor.call(listAudit, { question: 'all', ...days })
      assert.match(JSON.stringify(told.body), /違う端末からの操作を断りました/)
    })

    const enrolled2 = async (terminalClass: TerminalClass, name: string) => {
      const given = (await admin.call(enrolTerminal, { name, terminalClass, requestPem: null })).body
      return { terminalId: given.terminalId, material: materialOf(given) }
    }

    test('a terminal opens what its class is for, whatever its user may', async () => {
      const places = {
        lgwan: await enrolled2('lgwan', 'L'),
        'my-number': await enrolled2('my-number', 'M'),
        field: await enrolled2('field', 'F'),
      }
      const ask = async (terminalClass: TerminalClass) => {
        const reviewer = await signedIn(places[terminalClass].material, 'reviewer')
        const { permissions } = (await reviewer.call(getSession, {})).body
        const notes = await reviewer.call(listNotes, { disasterId })
        const ledger = await reviewer.call(searchLedger, { disasterId })
        const areas = await reviewer.call(countEmergencyAreas, { by: 'area', after: null })
        const number = await reviewer.call(revealMyNumber, { residentNo: '1', purpose: 'disaster' })
        return {
          notes: notes.code,
          ledger: ledger.code === 'platform/not-at-this-terminal',
          emergency: areas.code === 'platform/not-at-this-terminal',
          number: number.code,
          shown: ['ledger.view', 'residents.my-number', 'surveys.record'].filter((one) =>
            permissions.includes(one),
          ),
        }
      }
      const notHere = 'platform/not-at-this-terminal'
      assert.deepEqual(await ask('lgwan'), {
        ...{ notes: null, ledger: false, emergency: false, number: notHere },
        shown: ['ledger.view', 'surveys.record'],
      })
      assert.deepEqual(await ask('my-number'), {
        ...{ notes: null, ledger: false, emergency: false, number: 'my-numbers/off' },
        shown: ['ledger.view', 'residents.my-number', 'surveys.record'],
      })
      assert.deepEqual(await ask('field'), {
        ...{ notes: null, ledger: true, emergency: true, number: notHere },
        shown: ['surveys.record'],
      })
    })

    test('marks in browsers count no longer', async () => {
      const marked = await admin.call(registerTerminal, { name: '印' })
      assert.deepEqual([marked.status, marked.code], [409, 'access/terminal-by-certificate'])
    })

    test('a new certificate ends the old one when it is first used, and the work at hand goes on', async () => {
      const { terminalId, material: old } = await enrolled2('lgwan', '税務課 1番')
      const clerk = await signedIn(old, 'reviewer')
      const unused = materialOf((await admin.call(renewTerminal, { terminalId, requestPem: null })).body)
      const next = materialOf((await admin.call(renewTerminal, { terminalId, requestPem: null })).body)
      assert.equal((await clerk.call(getSession, {})).status, 200)
      assert.equal((await at(unused).signIn(hida, 'reviewer')).code, 'access/terminal-not-enrolled')
      await signedIn(next, 'reviewer')
      assert.equal((await at(old).signIn(hida, 'reviewer')).code, 'access/terminal-not-enrolled')
      assert.equal((await clerk.copiedTo(door, next).call(getSession, {})).status, 200)
      const theirs = await admin.call(renewTerminal, {
        terminalId: '00000000-0000-7000-8000-000000000001',
        requestPem: null,
      })
      assert.equal(theirs.status, 404)
    })

    test('a revoked terminal is out in the middle of its work', async () => {
      const { terminalId, material } = await enrolled2('lgwan', '紛失した端末')
      const clerk = await signedIn(material, 'reviewer')
      const neighbour = await cloud.browserOf(takayama, 'admin')
      assert.equal((await neighbour.call(revokeTerminal, { terminalId })).status, 404)
      assert.equal((await admin.call(revokeTerminal, { terminalId })).status, 200)
      assert.equal((await clerk.call(getSession, {})).code, 'access/other-terminal')
      assert.equal((await at(material).signIn(hida, 'reviewer')).code, 'access/terminal-not-enrolled')
      assert.equal((await admin.call(renewTerminal, { terminalId, requestPem: null })).status, 404)
    })

    test('helpers work on phones of their own as long as the town lets them', async () => {
      const reviewer = await signedIn(own, 'reviewer')
      const { cards } = (
        await reviewer.call(makeHelperPasses, {
          ...{
            disasterId,
            job: 'helper-visits',
            count: 2,
            validFrom: '2026-11-21',
            validUntil: '2026-11-30',
          },
        })
      ).body
      const card = (code: string) => ({
        ...{ municipalityCode: hida, code, displayName: '応援　一郎', office: '架空市', pin: '482913' },
      })
      const phone = at(null)
      const entered = await phone.call(enrolHelper, card(cards[0]!.code))
      assert.equal(entered.status, 200, entered.code ?? '')
      assert.equal((await phone.call(listNotes, { disasterId })).status, 200)
      assert.equal((await at(null).signIn(hida, 'reviewer')).code, 'access/enrolled-terminals-only')
      assert.equal((await only(admin, { enrolledOnly: true, helpersPhones: false })).status, 200)
      assert.equal((await phone.call(listNotes, { disasterId })).code, 'access/sign-in-at-terminal')
      const second = await at(null).call(enrolHelper, card(cards[1]!.code))
      assert.deepEqual([second.status, second.code], [403, 'access/enrolled-terminals-only'])
    })

    test('the town opens itself again from its own terminal', async () => {
      assert.equal((await only(admin, { enrolledOnly: false, helpersPhones: true })).status, 200)
      await signedIn(null, 'reviewer')
      assert.ok(ownId)
    })
  })
})
