import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { plainDate } from '@open-bcl/core/dates.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { HIDA, testCenter, type TestCenter, type TestKiosk } from '../../apps/center/testing/center.ts'
import type { TestPerson } from '../../apps/center/testing/people.ts'
import { menuAt, walkAs } from '../../apps/center/testing/walk.ts'
import * as guide from './guide.contract.ts'
import * as kioskContract from './kiosk.contract.ts'
import * as contract from './registry.contract.ts'
import * as service from './service.contract.ts'
import * as staff from './staff.contract.ts'
import * as stages from './stages.contract.ts'

const TAKAYAMA = '212032' as MunicipalityCode
const noon = new Date('2026-11-21T03:00:00Z')
const day = plainDate
let center: TestCenter
let kiosk: TestKiosk
let operator: TestPerson
let auditor: TestPerson

before(async () => {
  center = await testCenter()
  operator = await center.staff('operator')
  auditor = await center.staff('auditor')
  kiosk = await center.kiosk('kiosk-1')
  await center.makeCard('sato')
})
after(() => center.close())
beforeEach(() => later(noon.toISOString()))

/** The clock goes on, past the end of a shift: operators sign in anew. */
async function later(text: string): Promise<void> {
  center.clock = new Date(text)
  operator = await center.staff('operator', `operator-${uuidv7()}`)
}

describe('who may do what', () => {
  test('an auditor sees and changes nothing, nobody is refused without a session, an administrator registers nothing', async () => {
    await auditor.get(contract.listRegistryTowns, {})
    assert.equal(
      await auditor.refused(service.setStop, {
        ...{ scope: 'town', scopeKey: HIDA, kind: '', reason: 'failure', note: 'x', askedBy: null },
      }),
      'platform/not-allowed',
    )
    assert.equal(await center.anybody.refused(contract.listRegistryTowns, {}), 'platform/not-signed-in')
    const administrator = await center.staff('administrator')
    assert.equal(await administrator.refused(contract.listKiosks, {}), 'platform/not-allowed')
    assert.equal(await operator.refused(staff.listStaff, {}), 'platform/not-allowed')
  })

  test('an account is made with a password that must be changed first, and ends at once with its sessions', async () => {
    const administrator = await center.staff('administrator', 'chief')
    const order = { loginId: 'night', displayName: '夜勤 花子', role: 'operator' } as const
    const made = await administrator.get(staff.createStaff, order)
    assert.equal(await administrator.refused(staff.createStaff, order), 'center/login-taken')
    const wrong = { loginId: 'night', password: 'wrong' }
    assert.equal(await center.anybody.refused(staff.signIn, wrong), 'center/wrong-sign-in')
    const session = await center.anybody.get(staff.signIn, {
      loginId: 'night',
      password: made.initialPassword,
    })
    assert.equal(session.mustChangePassword, true)
    await administrator.get(staff.disableStaff, { staffId: made.staffId })
    assert.equal(
      await center.anybody.refused(staff.signIn, { loginId: 'night', password: made.initialPassword }),
      'center/wrong-sign-in',
    )
  })

  test('a new password ends every session and every lock of the account; a suspended one gets none until it is let on again', async () => {
    const administrator = await center.staff('administrator', 'accounts')
    const made = await administrator.get(staff.createStaff, {
      ...{ loginId: 'late', displayName: '遅番', role: 'operator' },
    })
    const { staffId } = made
    const signIn = (password: string) => ({ loginId: 'late', password })
    for (let tries = 0; tries < 5; tries++)
      await center.anybody.refused(staff.signIn, signIn(`guess ${tries}`))
    const { initialPassword } = await administrator.get(staff.resetStaffPassword, { staffId })
    assert.notEqual(initialPassword, made.initialPassword)
    assert.equal(
      await center.anybody.refused(staff.signIn, signIn(made.initialPassword)),
      'center/wrong-sign-in',
    )
    const session = await center.anybody.get(staff.signIn, signIn(initialPassword))
    assert.equal(session.mustChangePassword, true)
    await administrator.get(staff.disableStaff, { staffId })
    assert.equal(
      await administrator.refused(staff.resetStaffPassword, { staffId }),
      'center/account-suspended',
    )
    await administrator.get(staff.enableStaff, { staffId })
    await center.anybody.get(staff.signIn, signIn(initialPassword))
    assert.equal(await operator.refused(staff.resetStaffPassword, { staffId }), 'platform/not-allowed')
    const { acts } = await administrator.get(staff.listAudit, { subjectKind: 'staff', subjectId: staffId })
    const told = acts.map(({ event }) => event)
    for (const event of ['password-reset', 'disabled', 'enabled'])
      assert.ok(told.includes(`center.staff.${event}`), event)
  })

  test('an account that opens the way into a town is let on by somebody else than who saw its password', async () => {
    const [one, other] = [
      await center.staff('administrator', 'first'),
      await center.staff('administrator', 'second'),
    ]
    for (const role of ['approver', 'administrator'] as const) {
      const loginId = `new-${role}`
      const made = await one.get(staff.createStaff, { loginId, displayName: '承認 一郎', role })
      const { staffId, initialPassword } = made
      assert.ok(made.waits)
      const signIn = { loginId, password: initialPassword }
      assert.equal(await center.anybody.refused(staff.signIn, signIn), 'center/wrong-sign-in')
      assert.equal(await one.refused(staff.enableStaff, { staffId }), 'center/own-password')
      await other.get(staff.enableStaff, { staffId })
      await center.anybody.get(staff.signIn, signIn)
      // A new password is one that somebody saw, too.
      const again = await other.get(staff.resetStaffPassword, { staffId })
      assert.ok(again.waits)
      const second = { loginId, password: again.initialPassword }
      assert.equal(await center.anybody.refused(staff.signIn, second), 'center/wrong-sign-in')
      assert.equal(await other.refused(staff.enableStaff, { staffId }), 'center/own-password')
      await one.get(staff.enableStaff, { staffId })
      await center.anybody.get(staff.signIn, second)
    }
  })

  test('a slip in an id changes nothing that is there', async () => {
    const first = { operatorId: 'slip', ja: '一番目', sort: 'chain', municipalityCode: null } as const
    await operator.get(contract.saveOperator, {
      ...first,
      joinedOn: day('2026-04-01'),
      leftOn: null,
    })
    const second = { ...first, ja: '二番目', joinedOn: day('2026-04-01'), leftOn: null }
    assert.equal(await operator.refused(contract.saveOperator, second), 'center/already-there')
    const { operators } = await operator.get(contract.listOperators, {})
    assert.equal(operators.find((one) => one.operatorId === 'slip')?.ja, '一番目')
  })

  test('of two who change the same thing, or register the same id, at once one is told', async () => {
    const first = {
      operatorId: 'both',
      sort: 'chain',
      municipalityCode: null,
      joinedOn: day('2026-04-01'),
    } as const
    const at = async (changes: readonly object[]): Promise<number[]> =>
      (
        await Promise.all(
          changes.map((change) =>
            operator.call(contract.saveOperator, { ...first, leftOn: null, ja: '', was: null, ...change }),
          ),
        )
      )
        .map((answer) => answer.status)
        .toSorted((one, other) => one - other)
    assert.deepEqual(await at([{ ja: '甲' }, { ja: '乙' }, { ja: '丙' }]), [200, 409, 409])
    const present = async (): Promise<string | undefined> =>
      (await operator.get(contract.listOperators, {})).operators.find((one) => one.operatorId === 'both')?.ja
    const was = { ja: (await present()) ?? '', leftOn: null }
    const renamed = ['丁', '戊', '己']
    assert.deepEqual(await at(renamed.map((ja) => ({ ja, was }))), [200, 409, 409])
    const now = await present()
    assert.ok(now !== undefined && renamed.includes(now))
    assert.equal(
      await operator.refused(contract.saveOperator, { ...first, leftOn: day('2026-12-31'), ja: now, was }),
      'center/changed-meanwhile',
    )
    assert.equal(await present(), now)
  })

  test('five wrong passwords lock an ID for a quarter of an hour, also one that nobody has', async () => {
    for (const loginId of ['operator', 'nobody']) {
      const codes: string[] = []
      for (let tries = 0; tries < 6; tries++)
        codes.push(await center.anybody.refused(staff.signIn, { loginId, password: `guess ${tries}` }))
      const wrong = 'center/wrong-sign-in'
      const locked = 'center/sign-in-locked'
      assert.deepEqual(codes, [wrong, wrong, wrong, wrong, locked, locked], loginId)
    }
  })

  test('a write is done once per request id, and not for another page', async () => {
    const input = { municipalityCode: TAKAYAMA, prefecture: '岐阜県', name: '高山市' }
    const town = { ...input, pattern: 'A2', joinedOn: day('2026-12-01') } as const
    const requestId = uuidv7()
    const twice = await Promise.all(
      [1, 2].map(() => operator.call(contract.saveRegistryTown, town, { requestId })),
    )
    assert.deepEqual(
      twice.map((answer) => answer.status),
      [200, 200],
    )
    assert.ok((await operator.call(contract.saveRegistryTown, town, { requestId })).ok)
    const other = { ...town, name: '別の市' }
    assert.equal((await operator.call(contract.saveRegistryTown, other, { requestId })).status, 409)
    const forged = await operator.call(contract.saveRegistryTown, town, { csrfToken: 'guessed' })
    assert.equal(forged.status, 403)
    const { acts } = await auditor.get(staff.listAudit, { subjectKind: 'town', subjectId: TAKAYAMA })
    assert.deepEqual(
      acts.map((act) => [act.by, act.sentence]),
      [['試験 operator', '市区町村を登録しました（変更を含む）']],
    )
  })
})

describe('routes and their days', () => {
  const juminhyo = () => ({ municipalityCode: HIDA, kind: 'juminhyo', endpoint: center.issuer.origin })
  const route = (): RawInputOf<typeof contract.addRoute> => ({
    ...{ ...juminhyo(), issuer: 'own', fromOn: day('2026-12-01'), untilOn: day('2026-12-31') },
  })
  const passed = (stage: 2 | 3): RawInputOf<typeof stages.reportStageTest> => ({
    ...{ ...juminhyo(), stageTestId: uuidv7(), stage, passed: true, steps: [], pdfSha256: null },
    ...{ ranAt: noon.toISOString(), ranBy: '試験環境 太郎', note: '試験環境での実施' },
  })

  test('only what passed 工程2 and 工程3 gets a route, in the future, once', async () => {
    assert.equal(await operator.refused(contract.addRoute, route()), 'center/route-not-tested')
    await operator.get(stages.reportStageTest, passed(2))
    assert.equal(await operator.refused(contract.addRoute, route()), 'center/route-not-tested')
    await operator.get(stages.reportStageTest, passed(3))
    const past = { ...route(), fromOn: day('2026-11-20') }
    assert.equal(await operator.refused(contract.addRoute, past), 'center/past-day')
    await operator.get(contract.addRoute, route())
    assert.equal(await operator.refused(contract.addRoute, route()), 'center/already-there')
    // What was tested was this server, not any.
    const elsewhere = { ...route(), endpoint: 'https://other.example:8444', fromOn: day('2026-12-02') }
    assert.equal(await operator.refused(contract.addRoute, elsewhere), 'center/route-not-tested')
  })

  test('a route begins and ends at midnight in Japan', async () => {
    assert.equal(await menuAt(kiosk), 'risai')
    center.clock = new Date('2026-11-30T13:59:00Z')
    assert.equal(await menuAt(kiosk), 'risai', '30 November, 22:59')
    // The calendar of the test centre is closed at midnight: the guide tells what the registry says.
    const kinds = async () =>
      (await center.anybody.get(guide.getGuideTown, { municipalityCode: HIDA })).kinds.map((one) => one.kind)
    center.clock = new Date('2026-11-30T14:59:59Z')
    assert.deepEqual(await kinds(), ['risai'])
    center.clock = new Date('2026-11-30T15:00:00Z')
    assert.deepEqual(await kinds(), ['juminhyo', 'risai'])
    center.clock = new Date('2026-12-01T03:00:00Z')
    assert.equal(await menuAt(kiosk), 'risai juminhyo')
    center.clock = new Date('2026-12-31T14:59:59Z')
    assert.deepEqual(await kinds(), ['juminhyo', 'risai'])
    center.clock = new Date('2026-12-31T15:00:00Z')
    assert.deepEqual(await kinds(), ['risai'])
  })

  test('what has begun is ended, what has not is withdrawn, and neither is rewritten', async () => {
    const key = { municipalityCode: HIDA, kind: 'juminhyo', fromOn: day('2026-12-01') } as const
    const risai = { municipalityCode: HIDA, kind: 'risai', fromOn: day('2026-04-01') } as const
    assert.equal(await operator.refused(contract.withdrawRoute, risai), 'center/already-begun')
    const yesterday = { ...risai, untilOn: day('2026-11-20') }
    assert.equal(await operator.refused(contract.endRoute, yesterday), 'center/past-day')
    await operator.get(contract.withdrawRoute, key)
    const { routes } = await operator.get(contract.getRegistryTown, { municipalityCode: HIDA })
    assert.deepEqual(
      routes.map((one) => [one.kind, one.state]),
      [
        ['juminhyo', 'withdrawn'],
        ['risai', 'rules'],
      ],
    )
    center.clock = new Date('2026-12-01T03:00:00Z')
    assert.equal(await menuAt(kiosk), 'risai')
    await later(noon.toISOString())
    await operator.get(contract.addRoute, route())
    await operator.get(contract.withdrawRoute, key)
  })

  test('two operators who add the same route at the same moment make one', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => operator.call(contract.addRoute, route())))
    assert.deepEqual(
      answers.map((answer) => answer.status).toSorted((a, b) => a - b),
      [200, 409, 409],
    )
    await operator.get(contract.withdrawRoute, {
      ...{ municipalityCode: HIDA, kind: 'juminhyo', fromOn: day('2026-12-01') },
    })
  })
})

describe('operators, stores and machines', () => {
  const chain = {
    operatorId: 'green-mart',
    ja: 'グリーンマート',
    sort: 'chain',
    municipalityCode: null,
  } as const
  const store = {
    ...{ storeId: 'gm-001', operatorId: 'green-mart', relayId: 'gm-east', ja: '飛騨古川店' },
    ...{ municipalityCode: HIDA, address: '飛騨市古川町（架空）', latitude: 36.2, longitude: 137.2 },
    ...{ openedOn: day('2026-01-01'), closedOn: null },
  } as const
  const allYes = Object.fromEntries(
    Object.keys(contract.securityCheckItems).map((item) => [item, true]),
  ) as never
  let machine: TestKiosk

  before(async () => {
    await later(noon.toISOString())
    await operator.get(contract.saveOperator, { ...chain, joinedOn: day('2020-01-01'), leftOn: null })
    const kinds = { operatorId: 'green-mart', untilOn: null }
    await operator.get(contract.addOperatorKind, { ...kinds, kind: 'juminhyo', fromOn: day('2026-11-21') })
    await operator.get(contract.addOperatorKind, { ...kinds, kind: 'risai', fromOn: day('2026-11-25') })
    const relay = { relayId: 'gm-east', operatorId: 'green-mart', ja: 'グリーンマート東日本センター' }
    await operator.get(contract.saveRelay, { ...relay, fromOn: day('2020-01-01'), untilOn: null })
    await operator.get(contract.saveStore, store)
    const named = { kioskId: 'gm-001-1', storeId: 'gm-001', name: '1号機' }
    await operator.get(contract.saveKiosk, { ...named, usage: 'kiosk', onlyMunicipality: null })
  })

  const enrol = async (): Promise<TestKiosk> => {
    const { code } = await operator.get(contract.issueKioskCode, { kioskId: 'gm-001-1' })
    return await center.enrolled(code)
  }
  const self = { cardReader: true, printer: true, roundTripMs: 120, program: 'kiosk 0.1' }

  test('a machine is deaf until it has been tested over its line and checked by a person', async () => {
    const early = { kioskId: 'gm-001-1', items: allYes, validUntil: day('2027-11-20'), note: '現地確認' }
    assert.equal(await operator.refused(contract.recordSecurityCheck, early), 'center/kiosk-not-enrolled')
    machine = await enrol()
    const refused = async () => {
      const answer = await machine.call(kioskContract.startSession, {})
      return answer.ok ? 'served' : answer.problem.type
    }
    assert.equal(await refused(), '/problems/center/kiosk-not-admitted')
    const failed = await machine.get(contract.testKioskConnection, { ...self, printer: false })
    assert.deepEqual(failed, { passed: false, admitted: false })
    await later('2026-11-21T03:05:00Z')
    await operator.get(contract.recordSecurityCheck, early)
    assert.equal(await refused(), '/problems/center/kiosk-not-admitted', 'its printer is missing')
    assert.deepEqual(await machine.get(contract.testKioskConnection, self), { passed: true, admitted: true })
    assert.equal(await refused(), 'served')
    const seen = await operator.get(contract.getKiosk, { kioskId: 'gm-001-1' })
    assert.deepEqual(
      seen.admissions.map((one) => [one.step, one.passed]),
      [
        ['connection-test', true],
        ['security-check', true],
        ['connection-test', false],
      ],
    )
    assert.equal(seen.admissions[0]?.facts['roundTripMs'], 120)
    await later('2027-11-21T03:00:00Z')
    assert.equal(await refused(), '/problems/center/kiosk-not-admitted', 'a year has passed')
  })

  test('one item that was not ticked off is no', async () => {
    await later('2026-11-21T03:10:00Z')
    const { cardReader: _, ...rest } = allYes as Record<string, boolean>
    const answer = await operator.get(contract.recordSecurityCheck, {
      ...{ kioskId: 'gm-001-1', items: rest as never, validUntil: day('2027-11-20'), note: '再確認' },
    })
    assert.equal(answer.passed, false)
    assert.deepEqual(answer.admission.missing, ['security-check'])
    await later('2026-11-21T03:15:00Z')
    await operator.get(contract.recordSecurityCheck, {
      ...{ kioskId: 'gm-001-1', items: allYes, validUntil: day('2027-11-20'), note: '是正を確認' },
    })
  })

  test('a kind that the operator does not offer is not had there, until the day it is offered', async () => {
    assert.equal(await menuAt(machine), '506', 'the town has 罹災証明書 only, this chain from the 25th')
    await later('2026-11-24T13:00:00Z')
    assert.equal(await menuAt(machine), '506')
    await later('2026-11-25T03:00:00Z')
    assert.equal(await menuAt(machine), 'risai')
    await later(noon.toISOString())
    assert.equal(await menuAt(kiosk), 'risai', 'another operator’s machine offers it')
    const check = await operator.get(service.checkService, { municipalityCode: HIDA, kioskId: 'gm-001-1' })
    assert.equal(check.kinds[0]?.closedBecause, '事業者がこの証明書を取り扱っていません')
  })

  test('a card that is known does not get past it either', async () => {
    const { answer } = await machine.signIn('sato')
    assert.ok(answer.kind === 'refused' && answer.code === 506)
  })

  test('whoever stands there when the check runs out is served to the end, and the money comes out', async () => {
    await later('2026-11-25T03:00:00Z')
    const walked = await walkAs(machine, 'paid')
    const shut = { kioskId: 'gm-001-1', items: {}, validUntil: day('2027-11-20'), note: '扉の鍵が壊れている' }
    await operator.get(contract.recordSecurityCheck, shut)
    const at = { sessionId: walked.sessionId, transactionId: walked.transactionId }
    await machine.get(kioskContract.confirmKioskPrinted, at)
    const { payouts } = await machine.get(kioskContract.endSession, {
      ...{ sessionId: walked.sessionId, why: 'finished' },
    })
    assert.deepEqual(
      payouts.map((one) => one.yen),
      [40],
    )
    assert.equal((await machine.get(kioskContract.recoverKiosk, {})).payouts.length, 1)
    for (const { transactionId, reason } of payouts)
      await machine.get(kioskContract.confirmPayout, { transactionId, reason })
    assert.equal((await machine.call(kioskContract.recoverKiosk, {})).status, 403)
    assert.equal((await machine.call(kioskContract.startSession, {})).status, 403)
    await later('2026-11-25T03:05:00Z')
    await operator.get(contract.recordSecurityCheck, { ...shut, items: allYes, note: '修理を確認' })
    // Its revocation list is of a day that has not come when the clock goes back.
    await center.restart()
  })

  test('a new key is a new machine: it is tested and checked again', async () => {
    const next = await enrol()
    const before = await machine.call(kioskContract.startSession, {})
    assert.ok(!before.ok && before.problem.type === '/problems/center/unknown-kiosk')
    const after = await next.call(kioskContract.startSession, {})
    assert.ok(!after.ok && after.problem.type === '/problems/center/kiosk-not-admitted')
    await next.get(contract.testKioskConnection, self)
    await operator.get(contract.recordSecurityCheck, {
      ...{ kioskId: 'gm-001-1', items: allYes, validUntil: day('2027-11-20'), note: '鍵の更新' },
    })
    assert.ok((await next.call(kioskContract.startSession, {})).ok)
    machine = next
  })

  test('a code from the operator’s screen is shown once: a retry is told to ask anew', async () => {
    const requestId = uuidv7()
    const input = { kioskId: 'gm-001-1' }
    assert.ok((await operator.call(contract.issueKioskCode, input, { requestId })).ok)
    const again = await operator.call(contract.issueKioskCode, input, { requestId })
    assert.ok(!again.ok && again.problem.type === '/problems/platform/request-id-reused')
  })

  test('a relay that is stopped takes its stores with it, and nobody else', async () => {
    await later('2026-11-25T03:00:00Z')
    const { stopId } = await operator.get(service.setStop, {
      ...{ scope: 'relay', scopeKey: 'gm-east', kind: '', reason: 'failure', note: '回線断', askedBy: null },
    })
    assert.equal(await menuAt(machine), 'no session 502')
    assert.equal(await menuAt(kiosk), 'risai')
    const lift = { stopId, note: '復旧', confirmedBy: null, backlogCleared: false }
    await operator.get(service.liftStop, lift)
    assert.equal(await menuAt(machine), 'risai')
  })

  test('a store that has closed for good serves nobody from the next day', async () => {
    await later('2026-11-25T03:00:00Z')
    const closed = { ...store, closedOn: day('2026-11-25') }
    await operator.get(contract.saveStore, { ...closed, was: store })
    assert.equal(await menuAt(machine), 'risai')
    await later('2026-11-26T03:00:00Z')
    assert.equal(await menuAt(machine), 'no session 502')
    await operator.get(contract.saveStore, { ...store, was: closed })
    const moved = { ...store, municipalityCode: TAKAYAMA, was: store }
    assert.equal(await operator.refused(contract.saveStore, moved), 'center/already-there')
  })

  test('a machine for one town lists and serves that town alone', async () => {
    const placed = { storeId: 'gm-001', name: '1号機', usage: 'kiosk' } as const
    const named = { kioskId: 'gm-001-1', ...placed }
    const anyTown = { ...placed, onlyMunicipality: null }
    const oneTown = { ...placed, onlyMunicipality: TAKAYAMA }
    await operator.get(contract.saveKiosk, { ...named, ...oneTown, was: anyTown })
    await later('2026-11-25T03:00:00Z')
    const started = await machine.get(kioskContract.startSession, {})
    assert.ok(started.kind === 'started')
    assert.deepEqual(started.prefectures, [])
    assert.equal(await menuAt(machine), '506')
    await operator.get(contract.saveKiosk, { ...named, ...anyTown, was: oneTown })
    const counter = { ...named, usage: 'counter', onlyMunicipality: null, was: anyTown } as const
    assert.equal(await operator.refused(contract.saveKiosk, counter), 'center/not-this-town')
  })

  test('a revoked machine is unknown at its next message, also in the middle of a session', async () => {
    await later('2026-11-25T03:00:00Z')
    const started = await machine.get(kioskContract.startSession, {})
    assert.ok(started.kind === 'started')
    await operator.get(contract.revokeKiosk, { kioskId: 'gm-001-1', note: '盗難の届出' })
    const kept = await machine.call(kioskContract.keepSession, { sessionId: started.sessionId })
    assert.ok(!kept.ok && kept.status === 401)
    assert.equal(
      await operator.refused(contract.issueKioskCode, { kioskId: 'gm-001-1' }),
      'platform/not-found',
    )
    const { kiosks } = await operator.get(contract.listKiosks, { operatorId: 'green-mart' })
    assert.deepEqual(
      kiosks.map((one) => [one.kioskId, one.admission.admitted, one.revokedAt !== null]),
      [['gm-001-1', false, true]],
    )
  })
})
