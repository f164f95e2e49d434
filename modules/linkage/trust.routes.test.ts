import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { HashTotal, rowDigest } from '@open-bcl/platform/hash-total.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { canonicalRow } from '../interfaces/interfaces.fields.ts'
import {
  changeMunicipalitySetting,
  getMunicipalitySettings,
} from '../municipalities/municipalities.contract.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import { listNotices } from '../notices/notices.actions.ts'
import { issueGate } from './gate.actions.ts'
import { linkPaths } from './gateway.contract.ts'
import {
  acknowledgeLinkAlarm,
  addLinkContact,
  askResend,
  endOverride,
  getGate,
  listLinkAlarms,
  listLinkContacts,
  openLink,
  overrideGate,
  pauseLink,
  removeLinkContact,
  resumeLink,
} from './linkage.contract.ts'
import {
  enrolledAgent,
  linkFile,
  problemOf,
  putFile,
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
const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('whether the data of a town may be trusted', () => {
  let cloud: TestCloud
  let gateway: TestGateway
  let hida: MunicipalityCode
  let agent: MachineIdentity
  let session: { readonly browser: Browser; readonly since: Date }
  /** The link's clock; TLS goes by the real one. */
  let clock = new Date()
  const numbers = new Map<Business, number>()
  before(async () => {
    cloud = await testCloud()
    gateway = await testGateway(cloud, { now: () => clock })
    hida = await cloud.onboard('212172', '飛騨市')
    agent = await enrolledAgent(cloud, gateway, hida)
    cloud.clock = clock
    session = { browser: await cloud.signIn(hida, 'admin'), since: clock }
  })
  after(async () => {
    await gateway.close()
    await cloud.close()
  })

  /** A member of staff who signs in again whenever the day has moved on. */
  const fresh = async () => {
    if (clock.getTime() - session.since.getTime() > 10 * MINUTE)
      session = { browser: await cloud.signIn(hida, 'admin'), since: clock }
    return session.browser
  }
  const admin: Pick<Browser, 'get' | 'call'> = {
    get: async (endpoint, input) => (await fresh()).get(endpoint, input),
    call: async (endpoint, input) => (await fresh()).call(endpoint, input),
  }
  const pass = (ms: number) => {
    clock = new Date(clock.getTime() + ms)
    cloud.clock = clock
  }
  const send = async (business: Business, of: readonly string[][], mode: 'full' | 'delta' = 'full') => {
    const fileNo = (numbers.get(business) ?? 0) + 1
    const whole = linkFile('212172', business, fileNo, of, { mode })
    await putFile(gateway, agent, whole, { over: { at: clock } })
    const receipt = await receiptOf(sendFile(gateway, agent, whole, { at: clock }))
    if (receipt.state === 'applied') numbers.set(business, fileNo)
    return receipt
  }
  const heartbeat = (unsent: Partial<Record<Business, number>> = {}) =>
    sendMessage(gateway, agent, {
      method: 'POST',
      path: linkPaths.status,
      body: { agentVersion: 'test', mode: 'production', unsent },
      over: { at: clock },
    })
  const reconcile = async (business: Business, of: readonly string[][]) => {
    const total = new HashTotal()
    for (const row of of) total.add(rowDigest(canonicalRow(fileInterfaces[business], row)))
    const { status, json } = await sendMessage(gateway, agent, {
      method: 'POST',
      path: linkPaths.reconcile,
      body: { business, fileNo: numbers.get(business)!, rows: of.length, hashTotal: total.toString() },
      over: { at: clock },
    })
    assert.equal(status, 200, JSON.stringify(json))
    return json as { agrees: boolean; rows: number }
  }
  const gate = async (kind: CertificateKindCode, ...of: ResidentNo[]) => {
    const verdict = await cloud.as(hida, (ctx) => issueGate(ctx, kind, of))
    return verdict.kind === 'open' ? 'open' : verdict.reason
  }
  const alarms = async (kind: string) =>
    (await admin.get(listLinkAlarms, {})).alarms.filter((alarm) => alarm.kind === kind)
  const mailsOf = async (alarmId: string) => (await cloud.as(hida, (ctx) => listNotices(ctx, alarmId))).length
  const acknowledge = async (kind: string) => {
    for (const alarm of await alarms(kind))
      await admin.get(acknowledgeLinkAlarm, { alarmId: alarm.alarmId, note: '確認しました' })
  }
  const tick = async () => {
    await gateway.queue.tick()
    await gateway.queue.settled()
  }

  test('before any data nothing is made at all', async () => {
    assert.equal(await gate('juminhyo', first), 'no-data')
    assert.equal(await gate('risai', first), 'no-residents')
    const { kinds } = await admin.get(getGate, {})
    assert.ok(kinds.length > 0)
    assert.deepEqual(
      kinds.filter(({ open }) => open).map(({ kind }) => kind),
      [],
    )
  })

  test('a file and a sign of life open the gate', async () => {
    await send('residents', rows)
    assert.equal(await gate('risai', first), 'open')
    assert.equal(await gate('juminhyo', first), 'no-data', '支援措置 are not here yet')
    await send('suppressions', [])
    assert.equal(await gate('juminhyo', first), 'link-lost', 'nobody said that this is all')
    assert.equal((await heartbeat()).status, 200)
    assert.equal(await gate('juminhyo', first), 'open')
    assert.equal(await gate('inkan', first), 'no-data')
  })

  describe('a bad row', () => {
    const bad = (of: readonly string[]) => withItem('residents', of, '性別', 'x')

    test('does not stop its file; it stops the person, in the receipt by line and item without a value', async () => {
      const changed = residentRow({ ...people[3]!, relationText: '妻' })
      const receipt = await send('residents', [rows[0]!, bad(rows[1]!), rows[2]!, changed, ...rows.slice(4)])
      assert.deepEqual(
        [receipt.state, receipt.counts.updated, receipt.counts.deleted, receipt.counts.refused],
        ['applied', 1, 0, 1],
      )
      assert.equal(receipt.counts.blocked, 1)
      assert.deepEqual(
        receipt.errors.map(({ line, item }) => [line, item]),
        [[3, '性別']],
      )
      await heartbeat()
      assert.deepEqual(
        [
          await gate('juminhyo', first),
          await gate('juminhyo', second),
          await gate('juminhyo', first, second),
        ],
        ['open', 'bad-row', 'bad-row'],
      )
      assert.equal(await gate('risai', second), 'bad-row')
    })

    test('of another person changes nothing for this one, and a delta without the person neither', async () => {
      await send('residents', [rows[0]!], 'delta')
      assert.equal(await gate('juminhyo', second), 'bad-row')
      await send('residents', [bad(rows[2]!)], 'delta')
      assert.deepEqual([await gate('risai', second), await gate('risai', third)], ['bad-row', 'bad-row'])
    })

    test('is mended by a good row of its key', async () => {
      await send('residents', [rows[1]!], 'delta')
      assert.deepEqual([await gate('risai', second), await gate('risai', third)], ['open', 'bad-row'])
      await send('residents', rows)
      assert.equal(await gate('risai', third), 'open')
    })

    test('of 支援措置 stops every paper of the person', async () => {
      const wrong = withItem(
        'suppressions',
        suppressionRow({ residentNo: second }),
        '支援措置開始年月日',
        '2026-02-30',
      )
      const receipt = await send('suppressions', [wrong])
      assert.deepEqual([receipt.counts.refused, receipt.counts.blocked], [1, 1])
      assert.equal(await gate('risai', second), 'bad-row')
      await send('suppressions', [])
      assert.equal(await gate('risai', second), 'open')
    })
  })

  describe('突合', () => {
    before(async () => {
      await send('residents', rows)
      await heartbeat()
    })

    test('agrees with what the town has, deletions and differences included', async () => {
      assert.deepEqual(
        await reconcile('residents', rows).then(({ agrees, rows: count }) => [agrees, count]),
        [true, 8],
      )
      await send('residents', [residentRow(people[7]!, { deleted: true, latest: false })], 'delta')
      assert.equal((await reconcile('residents', rows.slice(0, 7))).agrees, true)
      assert.equal((await reconcile('suppressions', [])).agrees, true)
      assert.deepEqual(await alarms('reconciliation'), [])
    })

    test('finds one changed character, and one row too few; then 住民票 stop until somebody says that he saw it', async () => {
      const { contactId } = await admin.get(addLinkContact, { name: '情報政策課', mail: 'joho@example.jp' })
      pass(MINUTE)
      const wrong = rows.slice(0, 7).with(2, residentRow({ ...people[2]!, relationText: '長男' }))
      assert.equal((await reconcile('residents', wrong)).agrees, false)
      assert.deepEqual(
        [await gate('juminhyo', first), await gate('risai', first)],
        ['reconciliation', 'open'],
      )
      const [alarm] = await alarms('reconciliation')
      assert.match(alarm!.text, /住民情報.*一致しません.*庁内7件、BCL7件/)
      assert.equal(await mailsOf(alarm!.alarmId), 1)
      await admin.get(overrideGate, { kinds: ['juminhyo'], hours: 1, reason: '試験' })
      assert.equal(await gate('juminhyo', first), 'reconciliation', 'an override never lifts it')
      await acknowledge('reconciliation')
      assert.equal(await gate('juminhyo', first), 'open')
      const [seen] = await alarms('reconciliation')
      assert.deepEqual([seen!.acknowledged!.note, seen!.acknowledged!.by], ['確認しました', '試験 admin'])
      // A new difference is new.
      pass(MINUTE)
      assert.equal((await reconcile('residents', rows.slice(0, 6))).agrees, false)
      assert.equal(await gate('juminhyo', first), 'reconciliation')
      pass(MINUTE)
      assert.equal((await reconcile('residents', rows.slice(0, 7))).agrees, true)
      assert.equal(await gate('juminhyo', first), 'open')
      await acknowledge('reconciliation')
      await admin.get(removeLinkContact, { contactId })
      const { kinds } = await admin.get(getGate, {})
      const { override } = kinds.find(({ kind }) => kind === 'juminhyo')!
      await admin.get(endOverride, { overrideId: override!.overrideId })
    })

    test('is of the last file only', async () => {
      const { status, body } = await problemOf(
        sendMessage(gateway, agent, {
          method: 'POST',
          path: linkPaths.reconcile,
          body: { business: 'residents', fileNo: 1, rows: 0, hashTotal: '0'.repeat(32) },
          over: { at: clock },
        }),
      )
      assert.deepEqual([status, body.type], [409, '/problems/linkage/not-applied'])
    })

    test('that is not done in thirty hours raises an alarm, once', async () => {
      pass(31 * HOUR)
      await tick()
      await tick()
      const overdue = (await alarms('reconciliation-overdue')).toSorted((a, b) =>
        a.business! < b.business! ? -1 : 1,
      )
      const expected = [
        ['residents', 2],
        ['suppressions', 2],
      ]
      assert.deepEqual(
        overdue.map((alarm) => [alarm.business, alarm.times]),
        expected,
      )
      await heartbeat()
      await reconcile('residents', rows.slice(0, 7))
      await reconcile('suppressions', [])
      for (const alarm of await alarms('reconciliation-overdue')) assert.notEqual(alarm.endedAt, null)
    })
  })

  describe('a link that is lost', () => {
    test('closes the gate at the town’s limit, by its own setting, and an override opens it for its hours', async () => {
      await heartbeat()
      pass(23 * HOUR)
      assert.equal(await gate('juminhyo', first), 'open')
      pass(2 * HOUR)
      assert.equal(await gate('juminhyo', first), 'link-lost')
      const shown = (await admin.get(getGate, {})).kinds.find((one) => one.kind === 'juminhyo')!
      assert.deepEqual([shown.open, shown.reasons[0]!.reason, shown.ageMinutes], [false, 'link-lost', 1_500])

      const { settingsVersion } = await admin.get(getMunicipalitySettings, {})
      await admin.get(changeMunicipalitySetting, {
        fromOn: '2026-01-01',
        setting: { key: 'data-age-limits', value: { juminhyo: 3 * 24 * 60, inkan: 60, tax: 60 } },
        settingsVersion,
      })
      assert.equal(await gate('juminhyo', first), 'open')
      pass(3 * 24 * HOUR)
      assert.equal(await gate('juminhyo', first), 'link-lost')

      const { overrides } = await admin.get(overrideGate, {
        ...{ kinds: ['juminhyo'], hours: 2, reason: '庁舎停電のため' },
      })
      assert.equal(await gate('juminhyo', first), 'open')
      pass(2 * HOUR)
      assert.equal(await gate('juminhyo', first), 'link-lost')
      assert.equal((await admin.call(endOverride, { overrideId: overrides[0]!.overrideId })).status, 404)
      await heartbeat()
      assert.equal(await gate('juminhyo', first), 'open')
    })

    test('files that wait at home are not fresh, however often the agent says so', async () => {
      await heartbeat()
      for (let day = 0; day < 4; day++) {
        pass(24 * HOUR)
        await heartbeat({ residents: 2 })
      }
      assert.equal(await gate('juminhyo', first), 'link-lost')
      await heartbeat()
      assert.equal(await gate('juminhyo', first), 'open')
    })

    test('is mailed each time it stops and comes back, and while it stands again after six hours', async () => {
      const { contactId } = await admin.get(addLinkContact, { name: '情報政策課', mail: 'joho@example.jp' })
      const { contacts } = await admin.get(listLinkContacts, {})
      assert.deepEqual(contacts, [{ contactId, name: '情報政策課', mail: 'joho@example.jp' }])
      await acknowledge('stopped')
      await acknowledge('restarted')
      const known = new Set((await admin.get(listLinkAlarms, {})).alarms.map((alarm) => alarm.alarmId))
      const unknown = async (kind: string) =>
        (await alarms(kind)).filter((alarm) => !known.has(alarm.alarmId))
      for (let flap = 0; flap < 5; flap++) {
        pass(31 * MINUTE)
        await tick()
        await heartbeat()
      }
      const [stopped] = await unknown('stopped')
      const [restarted] = await unknown('restarted')
      assert.deepEqual([stopped!.times, restarted!.times], [5, 5])
      assert.notEqual(stopped!.endedAt, null)
      assert.deepEqual([await mailsOf(stopped!.alarmId), await mailsOf(restarted!.alarmId)], [5, 5])
      pass(7 * HOUR)
      await tick()
      await tick()
      assert.equal(await mailsOf(stopped!.alarmId), 6)
      pass(7 * HOUR)
      await tick()
      assert.equal(await mailsOf(stopped!.alarmId), 7)
      await acknowledge('stopped')
      pass(7 * HOUR)
      await tick()
      assert.equal(await mailsOf(stopped!.alarmId), 7, 'seen, so no more mails')
      assert.equal((await unknown('stopped')).length, 1)
      await heartbeat()
      pass(HOUR)
      await tick()
      assert.equal((await unknown('stopped')).length, 2, 'over and seen: the next one is new')
      await heartbeat()
      await admin.get(removeLinkContact, { contactId })
    })
  })

  test('a pause and a backlog close the gate, and the alarm of the backlog ends with it', async () => {
    await heartbeat()
    await admin.get(pauseLink, { business: 'residents', reason: '試験' })
    assert.equal(await gate('juminhyo', first), 'paused')
    const fileNo = numbers.get('residents')! + 1
    const whole = linkFile('212172', 'residents', fileNo, rows)
    await sendFile(gateway, agent, whole, { at: clock })
    pass(2 * HOUR)
    await tick()
    assert.equal((await alarms('backlog'))[0]!.endedAt, null)
    await admin.get(resumeLink, { business: 'residents' })
    assert.equal(await gate('juminhyo', first), 'backlog')
    await tick()
    await tick()
    assert.notEqual((await alarms('backlog'))[0]!.endedAt, null)
    numbers.set('residents', fileNo)
    await heartbeat()
    assert.equal(await gate('juminhyo', first), 'open')
  })

  test('outside the hours files wait at home, and staff may open the link', async () => {
    const { settingsVersion } = await admin.get(getMunicipalitySettings, {})
    await admin.get(changeMunicipalitySetting, {
      fromOn: '2026-01-01',
      setting: { key: 'link-hours', value: { opensAt: '06:30', closesAt: '23:00' } },
      settingsVersion,
    })
    // The next midnight in Japan.
    const japan = clock.getTime() + 9 * HOUR
    pass(24 * HOUR - (japan % (24 * HOUR)))
    const whole = linkFile('212172', 'residents', numbers.get('residents')! + 1, rows)
    const put = () => putFile(gateway, agent, whole, { over: { at: clock } })
    const closed = await put()
    assert.equal(closed.status, 503)
    assert.equal((closed.json as { type: string }).type, '/problems/linkage/closed')
    assert.equal(closed.headers['retry-after'], String(6.5 * 3_600))
    const status = (await heartbeat()).json as { open: boolean; opensAt: string }
    assert.deepEqual([status.open, status.opensAt], [false, '06:30'])
    const until = (ms: number) => new Date(clock.getTime() + ms).toISOString()
    assert.equal((await admin.call(openLink, { until: until(25 * HOUR), reason: '試験' })).status, 422)
    await admin.get(openLink, { until: until(HOUR), reason: '試験' })
    assert.equal((await put()).status, 200)
    pass(MINUTE)
    await admin.get(openLink, { until: until(0), reason: '終わり' })
    assert.equal((await put()).status, 503)
    pass(7 * HOUR)
    assert.equal((await put()).status, 200)
  })

  test('staff ask for a number again, and the agent is told until it opens it', async () => {
    await admin.get(askResend, { business: 'residents', fromFileNo: 2 })
    const wanted = async () => {
      const { json } = await heartbeat()
      const { businesses } = json as { businesses: { business: Business; wanted: number | null }[] }
      return businesses.find((one) => one.business === 'residents')!.wanted
    }
    assert.equal(await wanted(), 2)
    const second = linkFile('212172', 'residents', 2, rows)
    await putFile(gateway, agent, second, { over: { at: clock } })
    assert.equal(await wanted(), null)
  })

  test('what the cloud says of a certificate that ends in a month', async () => {
    pass(340 * 24 * HOUR)
    await tick()
    const [alarm] = await alarms('certificate-expiring')
    assert.match(alarm!.text, /あと\d+日/)
  })

  test('an old interface version is noted while it is taken, and refused after the town’s last day', async () => {
    const { settingsVersion } = await admin.get(getMunicipalitySettings, {})
    const today = new Date(clock.getTime() + 9 * HOUR).toISOString().slice(0, 10) as PlainDate
    await admin.get(changeMunicipalitySetting, {
      fromOn: '2026-01-01',
      setting: { key: 'interface-deadlines', value: { until: { residents: today } } },
      settingsVersion,
    })
    const versions = async () => {
      const { json } = await heartbeat()
      const { businesses } = json as { businesses: { business: Business; versions: { version: string }[] }[] }
      return businesses.find((one) => one.business === 'residents')!.versions.map((one) => one.version)
    }
    assert.deepEqual(await versions(), ['1.1', '1.0'])
    pass(24 * HOUR)
    assert.deepEqual(await versions(), ['1.1'])
    const old = linkFile('212172', 'residents', numbers.get('residents')! + 1, rows, {
      interfaceVersion: '1.0',
    })
    const receipt = await receiptOf(sendFile(gateway, agent, old, { at: clock }))
    assert.equal(receipt.state, 'refused')
    assert.match(receipt.errors[0]!.message, /第1\.0版の受付は終わりました/)
  })

  test('a mail address is in no clear column and no log line', async () => {
    const seen = await withCtx(
      { ...cloud.runtime },
      { actor: { kind: 'job', task: 'test' }, municipality: hida, traceId: 'test' },
      (ctx) => ctx.tx.sql('select * from linkage.contact where municipality_code = $1', [hida]),
    )
    assert.ok(seen.length > 0)
    const text = JSON.stringify(seen.map((row) => ({ ...row, sealed: String(row['sealed']) })))
    for (const one of [text, ...cloud.logLines]) assert.doesNotMatch(one, /joho@/)
  })
})
