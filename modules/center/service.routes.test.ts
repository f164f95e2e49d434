import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { plainDate } from '@open-bcl/core/dates.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { HIDA, testCenter, type TestCenter, type TestKiosk } from '../../apps/center/testing/center.ts'
import type { TestPerson } from '../../apps/center/testing/people.ts'
import { menuAt, quoteInput, walkAs } from '../../apps/center/testing/walk.ts'
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

const everyDay = [0, 1, 2, 3, 4, 5, 6]
const always = {
  ...{ kind: '', untilOn: null, opensAt: '00:00', closesAt: '24:00', weekdays: everyDay },
  ...{ closedDays: [], closedDates: [], note: '' },
}

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

  test('the month shows each closed hour with its reason, and is the decision a machine meets', async () => {
    const on = day('2026-12-24')
    const calendar = { ...always, scope: 'town', scopeKey: HIDA, kind: 'risai', fromOn: on } as const
    await operator.get(service.setCalendar, { ...calendar, untilOn: on, opensAt: '08:30', closesAt: '17:15' })
    const { maintenanceId } = await operator.get(service.planMaintenance, {
      ...{ scope: 'bcl', scopeKey: '', kind: '', words: '回線の更新', urgentReason: null },
      ...{ fromAt: '2026-12-24T03:00:00Z', untilAt: '2026-12-24T04:30:00Z' },
    })
    const asked = { municipalityCode: HIDA, kind: 'risai', month: '2026-12' }
    const { days, stoppedBy } = await operator.get(service.getServiceMonth, asked)
    assert.equal(stoppedBy, null)
    assert.equal(days.length, 31)
    const night = 'サービス時間の外です（証明書交付センター）'
    const hours = 'サービス時間の外です（市区町村）'
    assert.deepEqual(days.find((one) => one.on === on)?.stretches, [
      { from: '00:00', until: '06:30', reason: night },
      { from: '06:30', until: '08:30', reason: hours },
      { from: '08:30', until: '12:00', reason: null },
      { from: '12:00', until: '13:30', reason: '保守中です（BCL）' },
      { from: '13:30', until: '17:15', reason: null },
      { from: '17:15', until: '23:00', reason: hours },
      { from: '23:00', until: '24:00', reason: night },
    ])
    for (const { at, open } of [
      { at: '2026-12-23T23:29:59Z', open: false },
      { at: '2026-12-23T23:30:00Z', open: true },
      { at: '2026-12-24T03:00:00Z', open: false },
      { at: '2026-12-24T08:15:00Z', open: false },
    ]) {
      const checked = await operator.get(service.checkService, {
        ...{ municipalityCode: HIDA, kioskId: 'kiosk-1', at },
      })
      assert.equal(checked.kinds.find((one) => one.kind === 'risai')?.open, open, at)
    }
    const { stopId } = await operator.get(service.setStop, {
      ...{ scope: 'town', scopeKey: HIDA, kind: 'risai', reason: 'failure', note: '様式', askedBy: null },
    })
    const stopped = await operator.get(service.getServiceMonth, { ...asked, kioskId: 'kiosk-1' })
    assert.equal(stopped.stoppedBy, '市区町村')
    assert.equal(stopped.days[0]?.stretches[1]?.reason, null, 'a stop is no plan')
    await operator.get(service.liftStop, {
      ...{ stopId, note: '直した', confirmedBy: '市民課', backlogCleared: true },
    })
    await operator.get(service.cancelMaintenance, { maintenanceId })
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
  before(async () => {
    await later(noon.toISOString())
    const chain = {
      operatorId: 'green-mart',
      ja: 'グリーンマート',
      sort: 'chain',
      municipalityCode: null,
    } as const
    await operator.get(contract.saveOperator, { ...chain, joinedOn: day('2020-01-01'), leftOn: null })
    await operator.get(contract.saveStore, {
      ...{ storeId: 'gm-001', operatorId: 'green-mart', relayId: null, ja: '飛騨古川店' },
      ...{ municipalityCode: HIDA, address: '飛騨市古川町（架空）', latitude: 36.2, longitude: 137.2 },
      ...{ openedOn: day('2026-01-01'), closedOn: null },
    })
  })

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
      'no machine stands in the chain’s shop',
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
