import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { plainDate } from '@open-bcl/core/dates.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { HIDA, testCenter, type TestCenter, type TestKiosk } from '../../apps/center/testing/center.ts'
import type { TestPerson } from '../../apps/center/testing/people.ts'
import { quoteInput, walkAs } from '../../apps/center/testing/walk.ts'
import { claimEnvironment } from './environment.actions.ts'
import * as guide from './guide.contract.ts'
import * as kioskContract from './kiosk.contract.ts'
import * as contract from './registry.contract.ts'
import * as service from './service.contract.ts'
import * as staff from './staff.contract.ts'
import * as stages from './stages.contract.ts'
import { tellOthers } from './telling.actions.ts'

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

/** What the town's menu answers at the machine: its kinds, or the code of the refusal. */
async function menuAt(machine: TestKiosk, municipalityCode: string = HIDA): Promise<string> {
  const started = await machine.get(kioskContract.startSession, {})
  if (started.kind === 'refused') return `no session ${started.code}`
  const menu = await machine.get(kioskContract.getTownMenu, {
    sessionId: started.sessionId,
    municipalityCode: municipalityCode as never,
  })
  return menu.kind === 'refused' ? String(menu.code) : menu.kinds.map((kind) => kind.kind).join(' ')
}

const everyDay = [0, 1, 2, 3, 4, 5, 6]
const always = {
  ...{ kind: '', untilOn: null, opensAt: '00:00', closesAt: '24:00', weekdays: everyDay },
  ...{ closedDays: [], closedDates: [], note: '' },
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
    await operator.get(contract.saveStore, { ...store, closedOn: day('2026-11-25') })
    assert.equal(await menuAt(machine), 'risai')
    await later('2026-11-26T03:00:00Z')
    assert.equal(await menuAt(machine), 'no session 502')
    await operator.get(contract.saveStore, store)
    const moved = { ...store, municipalityCode: TAKAYAMA }
    assert.equal(await operator.refused(contract.saveStore, moved), 'center/already-there')
  })

  test('a machine for one town lists and serves that town alone', async () => {
    const named = { kioskId: 'gm-001-1', storeId: 'gm-001', name: '1号機', usage: 'kiosk' } as const
    await operator.get(contract.saveKiosk, { ...named, onlyMunicipality: TAKAYAMA })
    await later('2026-11-25T03:00:00Z')
    const started = await machine.get(kioskContract.startSession, {})
    assert.ok(started.kind === 'started')
    assert.deepEqual(started.prefectures, [])
    assert.equal(await menuAt(machine), '506')
    await operator.get(contract.saveKiosk, { ...named, onlyMunicipality: null })
    const counter = { ...named, usage: 'counter', onlyMunicipality: null } as const
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

describe('calendars, maintenance and stops', () => {
  test('what is closed by the town’s calendar is closed, and a calendar that has begun is followed, not rewritten', async () => {
    const calendar = { ...always, scope: 'town', scopeKey: HIDA, fromOn: day('2026-11-22') } as const
    await operator.get(service.setCalendar, { ...calendar, closesAt: '12:00' })
    await operator.get(service.setCalendar, { ...calendar, closesAt: '11:00' })
    assert.equal(await menuAt(kiosk), 'risai', 'from tomorrow')
    await later('2026-11-22T01:59:00Z')
    assert.equal(await menuAt(kiosk), 'risai')
    await later('2026-11-22T02:00:00Z')
    assert.equal(await menuAt(kiosk), '501')
    assert.equal(await operator.refused(service.setCalendar, calendar), 'center/already-begun')
    await operator.get(service.setCalendar, { ...calendar, fromOn: day('2026-11-23') })
    await later('2026-11-23T02:00:00Z')
    assert.equal(await menuAt(kiosk), 'risai')
    const unknown = { ...calendar, scopeKey: '131016', fromOn: day('2026-12-01') }
    assert.equal(await operator.refused(service.setCalendar, unknown), 'platform/not-found')
  })

  test('maintenance closes while it lasts; the backup service needs three weeks or a reason', async () => {
    const from = new Date('2026-11-21T04:00:00Z')
    const window = {
      ...{ scopeKey: '', kind: '', words: '定期保守', urgentReason: null },
      ...{ fromAt: from.toISOString(), untilAt: '2026-11-21T05:00:00.000Z' },
    } as const
    assert.equal(
      await operator.refused(service.planMaintenance, { ...window, scope: 'backup' }),
      'center/short-notice',
    )
    const urgent = { ...window, scope: 'backup', urgentReason: '重大な脆弱性への対応' } as const
    await operator.get(service.planMaintenance, urgent)
    const begun = { ...window, scope: 'center', fromAt: noon.toISOString() } as const
    assert.equal(await operator.refused(service.planMaintenance, begun), 'center/maintenance-begun')
    const { maintenanceId } = await operator.get(service.planMaintenance, { ...window, scope: 'center' })
    assert.equal(await menuAt(kiosk), 'risai')
    await later(from.toISOString())
    assert.equal(await menuAt(kiosk), 'no session 502')
    const listed = await operator.get(service.listMaintenance, {})
    assert.deepEqual(
      listed.maintenance.map((one) => [one.scope, one.state, one.urgentReason]),
      [
        ['backup', 'under-way', '重大な脆弱性への対応'],
        ['center', 'under-way', null],
      ],
    )
    await operator.get(service.cancelMaintenance, { maintenanceId })
    assert.equal(await menuAt(kiosk), 'risai')
  })

  test('a town is stopped at once, its issuing server is told, and it is lifted on the town’s word alone', async () => {
    const walked = await walkAs(kiosk, 'authenticated')
    const { stopId } = await operator.get(service.setStop, {
      ...{ scope: 'town', scopeKey: HIDA, kind: '', reason: 'anomaly', note: '誤交付の疑い' },
      askedBy: '市民課 課長',
    })
    const quoted = await kiosk.get(kioskContract.quoteTransaction, {
      ...{ sessionId: walked.sessionId, requestId: uuidv7(), ...quoteInput },
    })
    assert.ok(quoted.kind === 'refused' && quoted.code === 502, 'whoever stands there gets no quote')
    assert.equal(await menuAt(kiosk), '502')
    await tellOthers(center.centre)
    assert.equal(center.issuer.stops.get(HIDA), true)
    const lift = { stopId, note: '確認した', confirmedBy: null, backlogCleared: false }
    assert.equal(await operator.refused(service.liftStop, lift), 'center/town-must-confirm')
    const unsure = { ...lift, confirmedBy: '市民課 課長' }
    assert.equal(await operator.refused(service.liftStop, unsure), 'center/town-must-confirm')
    await operator.get(service.liftStop, { ...unsure, backlogCleared: true })
    assert.equal(await menuAt(kiosk), 'risai')
    await tellOthers(center.centre)
    assert.equal(center.issuer.stops.get(HIDA), false)
    const { stops } = await operator.get(service.listStops, { which: 'all' })
    const stop = stops.find((one) => one.stopId === stopId)
    assert.equal(stop?.told, true)
    assert.match(stop?.lifted?.note ?? '', /市民課 課長/)
  })

  test('an issuing server that is away is told of the stop when it is back', async () => {
    center.issuer.faults.set('setMaintenance', 'unreached')
    const { stopId } = await operator.get(service.setStop, {
      ...{ scope: 'town', scopeKey: HIDA, kind: '', reason: 'failure', note: '停電', askedBy: null },
    })
    const told = async () =>
      (await operator.get(service.listStops, {})).stops.find((one) => one.stopId === stopId)?.told
    await tellOthers(center.centre)
    assert.equal(await told(), false)
    center.issuer.faults.delete('setMaintenance')
    await tellOthers(center.centre)
    assert.equal(await told(), true)
    const lift = { stopId, note: '復旧', confirmedBy: '市民課', backlogCleared: true }
    const lifted = await Promise.all([1, 2].map(() => operator.call(service.liftStop, lift)))
    assert.deepEqual(
      lifted.map((one) => one.status),
      [200, 200],
    )
    const { acts } = await auditor.get(staff.listAudit, { subjectKind: 'town', subjectId: HIDA })
    const mine = acts.filter((act) => act.event === 'center.stop.lifted' && act.facts['stopId'] === stopId)
    assert.equal(mine.length, 1, 'two at once lift it once')
    await tellOthers(center.centre)
  })

  test('a stop of one kind leaves the others', async () => {
    const { stopId } = await operator.get(service.setStop, {
      ...{
        scope: 'town',
        scopeKey: HIDA,
        kind: 'risai',
        reason: 'failure',
        note: '様式の誤り',
        askedBy: null,
      },
    })
    assert.equal(await menuAt(kiosk), '502')
    const lift = { stopId, note: '訂正済み', confirmedBy: '危機管理課', backlogCleared: true }
    await operator.get(service.liftStop, lift)
    assert.equal(await menuAt(kiosk), 'risai')
  })
})

describe('the ledger outside its hours', () => {
  test('is opened for a day at most, told to BCL, ended, and every step has a name', async () => {
    const asked = {
      municipalityCode: HIDA,
      askedBy: '危機管理課 防災係長',
      reason: '大雨による罹災証明の受付',
    }
    const fromAt = noon.toISOString()
    const untilAt = new Date(noon.getTime() + 18 * 3_600_000).toISOString()
    const long = new Date(noon.getTime() + 25 * 3_600_000).toISOString()
    const tooLong = { ...asked, fromAt, untilAt: long }
    assert.equal(await operator.refused(service.openLedger, tooLong), 'center/opening-too-long')
    const over = { ...asked, fromAt: '2026-11-20T03:00:00.000Z', untilAt: '2026-11-20T04:00:00.000Z' }
    assert.equal(await operator.refused(service.openLedger, over), 'center/opening-in-past')
    const elsewhere = { ...asked, municipalityCode: '131016' as never, fromAt, untilAt }
    assert.equal(await operator.refused(service.openLedger, elsewhere), 'platform/not-found')
    const { openingId } = await operator.get(service.openLedger, { ...asked, fromAt, untilAt })
    const state = async () =>
      (await operator.get(service.listLedgerOpenings, { municipalityCode: HIDA })).openings[0]
    assert.equal((await state())?.told, false)
    await tellOthers(center.centre)
    assert.equal((await state())?.told, true)
    await operator.get(service.endLedgerOpening, { openingId })
    await operator.get(service.endLedgerOpening, { openingId })
    await tellOthers(center.centre)
    assert.equal((await state())?.ended?.told, true)
    assert.equal((await state())?.openedBy, '試験 operator')
    assert.equal(center.issuer.heard.filter((name) => name === 'setLedgerOpening').length, 2)
  })
})

describe('contacts, store tests, the guide', () => {
  test('a contact is kept for a party that is registered', async () => {
    const desk = { ja: '市民課 証明係', mail: 'desk@example.jp', phone: '0577-00-0000' }
    const { contactId } = await operator.get(contract.addContact, { party: 'town', partyKey: HIDA, ...desk })
    const nobody = { party: 'operator', partyKey: 'unknown', ...desk } as const
    assert.equal(await operator.refused(contract.addContact, nobody), 'platform/not-found')
    const listed = await operator.get(contract.listContacts, { party: 'town', partyKey: HIDA })
    assert.deepEqual(listed.contacts, [{ contactId, party: 'town', partyKey: HIDA, ...desk }])
    await operator.get(contract.removeContact, { contactId })
    assert.deepEqual((await operator.get(contract.listContacts, {})).contacts, [])
  })

  test('copies are tests only where that was planned beforehand', async () => {
    const test = { municipalityCode: HIDA, storeId: 'gm-001', note: '実店舗試験' }
    const past = { ...test, fromAt: '2026-11-20T00:00:00.000Z', untilAt: '2026-11-22T00:00:00.000Z' }
    assert.equal(await operator.refused(stages.planStoreTest, past), 'center/maintenance-begun')
    const planned = { ...test, fromAt: '2026-11-22T00:00:00.000Z', untilAt: '2026-11-22T03:00:00.000Z' }
    await operator.get(stages.planStoreTest, planned)
    const { tests } = await operator.get(stages.listStoreTests, { municipalityCode: HIDA })
    assert.deepEqual(
      tests.map((one) => one.plannedBy),
      ['試験 operator'],
    )
  })

  test('residents see towns, what is open, and shops that have a machine', async () => {
    const towns = await center.anybody.get(guide.listGuideTowns, {})
    assert.deepEqual(towns.prefectures, [
      { name: '岐阜県', towns: [{ municipalityCode: HIDA, name: '飛騨市', kinds: ['risai'] }] },
    ])
    const town = await center.anybody.get(guide.getGuideTown, { municipalityCode: HIDA })
    assert.deepEqual(
      town.kinds.map((one) => [one.ja, one.openNow]),
      [['罹災証明書', true]],
    )
    assert.equal(
      await center.anybody.refused(guide.getGuideTown, { municipalityCode: TAKAYAMA }),
      'platform/not-found',
    )
    const { stores } = await center.anybody.get(guide.listGuideStores, { municipalityCode: HIDA })
    assert.deepEqual(
      stores.map((one) => one.name),
      ['試験場'],
      'the chain’s only machine is revoked',
    )
  })

  test('stages are run in the test environment alone, and a process works on its own kind of database', async () => {
    const order = { municipalityCode: HIDA, kind: 'risai', stage: 2, note: '試験' } as const
    const testCard = { issuerSki: 'ab', serial: '1' }
    assert.equal(
      await operator.refused(stages.runStageTest, { ...order, testCard }),
      'center/test-environment-only',
    )
    await claimEnvironment(center.database.app, 'production', noon)
    await claimEnvironment(center.database.app, 'production', noon)
    await assert.rejects(claimEnvironment(center.database.app, 'test', noon), /本番のもの/)
  })
})
