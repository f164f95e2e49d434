import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { plainDate } from '@open-bcl/core/dates.ts'
import { judgeAdmission, type AdmissionRecord } from './admission.ts'
import {
  isOpenBy,
  judgeNotice,
  judgeService,
  type Calendar,
  type MachinePlace,
  type MaintenanceScope,
  type Rules,
} from './calendar.ts'

const HIDA = '212172' as MunicipalityCode
const everyDay = [0, 1, 2, 3, 4, 5, 6]
const japan = (text: string): Date => new Date(`${text}+09:00`)
const noon = japan('2026-11-20T12:00')
const place: MachinePlace = {
  ...{ kioskId: 'k1', operatorId: 'chain', relayId: 'east', storeId: 's1', onlyMunicipality: null },
}
const wish = { municipalityCode: HIDA, kind: 'koseki', issuer: 'own' } as const
const calendar = (parts: Partial<Calendar>): Calendar => ({
  ...{ scope: 'town', scopeKey: HIDA, kind: '', opensAt: '06:30', closesAt: '23:00', weekdays: everyDay },
  ...{ closedDays: [], closedDates: [] },
  ...parts,
})
const rules = (parts: Partial<Rules>): Rules => ({
  ...{ calendars: [], maintenance: [], stops: [], operatorKinds: ['koseki', 'juminhyo'], inService: true },
  ...parts,
})
const verdict = (parts: Partial<Rules>, at = noon, of: Partial<typeof wish> = {}) => {
  const judged = judgeService(rules(parts), place, { ...wish, ...of } as typeof wish, at)
  return judged.kind === 'open' ? 'open' : `${judged.why} by ${judged.by}`
}

describe('one calendar', () => {
  const office = calendar({ opensAt: '08:30', closesAt: '17:15', weekdays: [1, 2, 3, 4, 5] })

  test('opens at its first minute and is closed at its last, by the clock of Japan', () => {
    assert.equal(isOpenBy(office, japan('2026-11-20T08:29:59')), false)
    assert.equal(isOpenBy(office, japan('2026-11-20T08:30')), true)
    assert.equal(isOpenBy(office, japan('2026-11-20T17:14:59')), true)
    assert.equal(isOpenBy(office, japan('2026-11-20T17:15')), false)
  })

  test('knows days of the week, days of every year and single days by the date in Japan', () => {
    assert.equal(isOpenBy(office, japan('2026-11-21T12:00')), false, 'a Saturday')
    const all = calendar({ opensAt: '00:00', closesAt: '24:00', closedDays: ['12-29'] })
    assert.equal(isOpenBy(all, new Date('2026-12-28T14:59:59Z')), true)
    assert.equal(isOpenBy(all, new Date('2026-12-28T15:00:00Z')), false, 'already the 29th in Japan')
    const holiday = calendar({ opensAt: '00:00', closesAt: '24:00', closedDates: ['2026-11-23'] })
    assert.equal(isOpenBy(holiday, japan('2026-11-23T00:00')), false)
    assert.equal(isOpenBy(holiday, japan('2027-11-23T00:00')), true)
  })
})

describe('service is open where everybody is open', () => {
  test('any one calendar that applies closes it, and says who', () => {
    const shut = { opensAt: '00:00', closesAt: '00:01' }
    const each: readonly Calendar[] = [
      calendar({ ...shut, scope: 'center', scopeKey: '' }),
      calendar({ ...shut, scope: 'jpki', scopeKey: '' }),
      calendar({ ...shut }),
      calendar({ ...shut, scope: 'operator', scopeKey: 'chain' }),
      calendar({ ...shut, scope: 'store', scopeKey: 's1' }),
      calendar({ ...shut, scope: 'kiosk', scopeKey: 'k1' }),
    ]
    for (const one of each) assert.equal(verdict({ calendars: [calendar({}), one] }), `hours by ${one.scope}`)
    assert.equal(verdict({ calendars: [calendar({})] }), 'open')
  })

  test('a calendar of another town, operator, store, machine or kind closes nothing here', () => {
    const shut = { opensAt: '00:00', closesAt: '00:01' }
    const others = [
      calendar({ ...shut, scopeKey: '212032' }),
      calendar({ ...shut, kind: 'juminhyo' }),
      calendar({ ...shut, scope: 'operator', scopeKey: 'post' }),
      calendar({ ...shut, scope: 'store', scopeKey: 's2' }),
      calendar({ ...shut, scope: 'kiosk', scopeKey: 'k2' }),
      calendar({ ...shut, scope: 'bcl', scopeKey: '' }),
    ]
    assert.equal(verdict({ calendars: others }), 'open', 'BCL’s hours are not those of the town’s own server')
    assert.equal(verdict({ calendars: others }, noon, { issuer: 'bcl' as never }), 'hours by bcl')
  })

  test('戸籍 keeps office hours while 住民票 of the same town goes on', () => {
    const calendars = [
      calendar({}),
      calendar({ kind: 'koseki', opensAt: '08:30', closesAt: '17:15', weekdays: [1, 2, 3, 4, 5] }),
    ]
    const evening = japan('2026-11-20T19:00')
    assert.equal(verdict({ calendars }, evening), 'hours by town')
    assert.equal(verdict({ calendars }, evening, { kind: 'juminhyo' as never }), 'open')
    assert.equal(
      verdict({ calendars }, japan('2026-11-20T23:30'), { kind: 'juminhyo' as never }),
      'hours by town',
    )
  })

  test('a stop and maintenance of each reach what they are about, and the backup service stops no issuing', () => {
    const keys = {
      ...{ center: '', jpki: '', bcl: '', backup: '', town: HIDA },
      ...{ operator: 'chain', relay: 'east', store: 's1', kiosk: 'k1' },
    }
    for (const [name, scopeKey] of Object.entries(keys)) {
      const scope = name as MaintenanceScope
      const closes = scope !== 'bcl' && scope !== 'backup'
      const window = { scope, scopeKey, kind: '', fromAt: noon, untilAt: japan('2026-11-20T13:00') }
      assert.equal(verdict({ maintenance: [window] }), closes ? `maintenance by ${scope}` : 'open')
      assert.equal(verdict({ maintenance: [window] }, japan('2026-11-20T13:00')), 'open', 'it is over')
      assert.equal(verdict({ maintenance: [window] }, japan('2026-11-20T11:59:59')), 'open', 'it is to come')
      assert.equal(
        verdict({ stops: [{ scope, scopeKey, kind: '' }] }),
        closes ? `stopped by ${scope}` : 'open',
      )
      assert.equal(verdict({ stops: [{ scope, scopeKey, kind: 'tax' }] }), 'open', 'another kind')
    }
    assert.equal(
      verdict({ stops: [{ scope: 'bcl', scopeKey: '', kind: '' }] }, noon, { issuer: 'bcl' as never }),
      'stopped by bcl',
    )
  })

  test('a kind that the operator does not offer is not offered, whatever is open', () => {
    assert.equal(verdict({ operatorKinds: ['juminhyo'] }), 'not-offered by operator')
    assert.equal(verdict({ inService: false }), 'not-in-service by store')
  })

  test('a machine for one town serves that town alone', () => {
    const only = { ...place, onlyMunicipality: '212032' as MunicipalityCode }
    const judged = judgeService(rules({}), only, wish, noon)
    assert.deepEqual(judged, { kind: 'closed', why: 'other-town', by: 'kiosk' })
    assert.deepEqual(judgeService(rules({}), only, null, noon), { kind: 'open' })
  })
})

test('the backup service is told three weeks ahead, the others beforehand', () => {
  const planned = new Date('2026-11-01T00:00:00Z')
  const in3weeks = new Date('2026-11-22T00:00:00Z')
  const sooner = new Date(in3weeks.getTime() - 1)
  assert.equal(judgeNotice('backup', in3weeks, planned), 'in-time')
  assert.equal(judgeNotice('backup', sooner, planned), 'short')
  assert.equal(judgeNotice('town', sooner, planned), 'in-time')
  assert.equal(judgeNotice('town', planned, planned), 'begun')
  assert.equal(judgeNotice('backup', planned, planned), 'begun')
})

describe('admission', () => {
  const today = plainDate('2026-11-21')
  const record = (parts: Partial<AdmissionRecord>): AdmissionRecord => ({
    ...{ step: 'connection-test', passed: true, keyId: 'key', doneAt: noon, validUntil: null },
    ...parts,
  })
  const check = record({ step: 'security-check', validUntil: plainDate('2026-12-01') })

  test('needs a key, a test and a check that were passed with it', () => {
    assert.deepEqual(judgeAdmission(null, [], today).missing, [
      'enrolment',
      'connection-test',
      'security-check',
    ])
    assert.deepEqual(judgeAdmission('key', [], today).missing, ['connection-test', 'security-check'])
    assert.deepEqual(judgeAdmission('key', [record({})], today).missing, ['security-check'])
    assert.equal(judgeAdmission('key', [record({}), check], today).admitted, true)
    assert.equal(judgeAdmission('another', [record({}), check], today).admitted, false)
  })

  test('ends with the last day of the check, and with a later one that was not passed', () => {
    const records = [record({}), check]
    assert.equal(judgeAdmission('key', records, plainDate('2026-12-01')).admitted, true)
    assert.equal(judgeAdmission('key', records, plainDate('2026-12-02')).admitted, false)
    const later = record({ passed: false, doneAt: new Date(noon.getTime() + 1) })
    assert.deepEqual(judgeAdmission('key', [later, ...records], today).missing, ['connection-test'])
  })
})
