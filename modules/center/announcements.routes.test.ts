import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import type { Mail, Mailer } from '@open-bcl/platform/mail.ts'
import { HIDA, testCenter, type TestCenter } from '../../apps/center/testing/center.ts'
import type { TestPerson } from '../../apps/center/testing/people.ts'
import * as contract from './announcements.contract.ts'
import { announceChanges, mailWaiting } from './announcing.actions.ts'
import { registerTown } from './enrolment.actions.ts'
import { openIncident } from './incidents.actions.ts'
import { endIncidents } from './incidents.store.ts'
import { addContact } from './registry.contract.ts'
import { cancelMaintenance, liftStop, planMaintenance, setStop } from './service.contract.ts'

let center: TestCenter
let operator: TestPerson
const mails: Mail[] = []
/** What the relay does with the next mails. */
let relay: 'takes' | 'away' | 'refuses' = 'takes'
const mailer: Mailer = {
  async send(mail) {
    if (relay === 'away') throw new Error('away')
    if (relay === 'refuses') return { kind: 'refused', code: '550' }
    mails.push(mail)
    return { kind: 'sent' }
  },
}

before(async () => {
  center = await testCenter()
  operator = await center.staff('operator')
  const takayama = { municipalityCode: '212032' as MunicipalityCode, prefecture: '岐阜県', name: '高山市' }
  await registerTown(center.database.app, takayama, [])
  for (const [party, partyKey, ja, mail] of [
    ['town', HIDA, '市民課', 'shimin@hida.example'],
    ['town', '212032', '高山市 市民課', 'shimin@takayama.example'],
    ['bcl', '', 'BCL 監視', 'watch@bcl.example'],
  ] as const)
    await operator.get(addContact, { party, partyKey, ja, mail, phone: '0577-00-0000' })
})
after(() => center.close())

/** One round of telling, as the job does it; who got a mail, and the mails. */
async function round(): Promise<{ to: string[]; sent: Mail[] }> {
  mails.length = 0
  // What is told later has a later time, as it has in life.
  center.clock = new Date(center.clock.getTime() + 1_000)
  await announceChanges(center.centre)
  await mailWaiting(center.centre, mailer, false)
  return { to: mails.map((mail) => mail.to).toSorted(), sent: [...mails] }
}
const tokenOf = (mail: Mail): string => /notice#([\w-]{43})/.exec(mail.text)?.[1] ?? ''
const newest = async () => (await operator.get(contract.listAnnouncements, {})).announcements[0]!
const laterBy = (minutes: number): void => {
  center.clock = new Date(center.clock.getTime() + minutes * 60_000)
}

describe('周知', () => {
  test('a stop of a town reaches that town and nobody else’s; its restart follows; each is told once', async () => {
    const { stopId } = await operator.get(setStop, {
      ...{
        scope: 'town',
        scopeKey: HIDA,
        kind: '',
        reason: 'failure',
        note: '回線の障害（内部のメモ）',
        askedBy: null,
      },
    })
    const first = await round()
    assert.deepEqual(first.to, ['shimin@hida.example', 'watch@bcl.example'])
    assert.match(first.sent[0]!.subject, /交付の停止：市区町村 飛騨市/)
    // What operators note among themselves goes to nobody.
    assert.ok(first.sent.every((mail) => !mail.text.includes('内部のメモ')))
    assert.deepEqual((await round()).to, [], 'told once')
    await operator.get(liftStop, { stopId, note: '復旧', confirmedBy: '市民課長', backlogCleared: true })
    const second = await round()
    assert.deepEqual(second.to, first.to)
    assert.match(second.sent[0]!.subject, /交付の再開/)
  })

  test('who got it says so by the link, once and by name; a wrong link says nothing', async () => {
    await operator.get(setStop, {
      ...{ scope: 'town', scopeKey: HIDA, kind: '', reason: 'failure', note: 'x', askedBy: null },
    })
    const { sent } = await round()
    const token = tokenOf(sent.find((mail) => mail.to === 'shimin@hida.example')!)
    const read = await center.anybody.get(contract.readNotice, { token })
    assert.match(read.title, /飛騨市/)
    assert.equal(read.acknowledged, null, 'reading alone is no answer: mail programs open links')
    await center.anybody.get(contract.acknowledgeNotice, { token, by: '市民課 係長' })
    await center.anybody.get(contract.acknowledgeNotice, { token, by: 'だれか' })
    const { announcementId, acknowledged, contacts } = await newest()
    assert.deepEqual([acknowledged, contacts], [1, 2])
    const { deliveries } = await operator.get(contract.getAnnouncement, { announcementId })
    const town = deliveries.find((one) => one.party === 'town')!
    assert.equal(town.acknowledged?.by, '市民課 係長', 'who said so first counts')
    assert.equal(
      await center.anybody.refused(contract.readNotice, { token: 'A'.repeat(43) }),
      'center/unknown-notice',
    )
    // The other one by telephone.
    const other = deliveries.find((one) => one.party === 'bcl')!
    await operator.get(contract.recordHeard, { announcementId, contactId: other.contactId, by: '当直' })
    assert.equal((await newest()).acknowledged, 2)
    const auditor = await center.staff('auditor')
    assert.equal(
      await auditor.refused(contract.recordHeard, { announcementId, contactId: other.contactId, by: 'x' }),
      'platform/not-allowed',
    )
  })

  test('a relay that is away is asked again, one that refuses for good is not', async () => {
    relay = 'away'
    const { maintenanceId } = await operator.get(planMaintenance, {
      ...{ scope: 'center', scopeKey: '', kind: '', words: '設備の更新', urgentReason: null },
      ...{ fromAt: '2026-12-01T17:00:00.000Z', untilAt: '2026-12-01T19:00:00.000Z' },
    })
    assert.deepEqual((await round()).to, [])
    relay = 'takes'
    assert.deepEqual((await round()).to, [], 'not before its time')
    laterBy(2)
    assert.equal((await round()).to.length, 3, 'the whole concerns everybody')
    await operator.get(cancelMaintenance, { maintenanceId })
    relay = 'refuses'
    await round()
    relay = 'takes'
    laterBy(10)
    assert.deepEqual((await round()).to, [])
    assert.equal((await newest()).refused, 3)
  })

  test('an outage of JPKI, its end, and the next one', async () => {
    const subjects = async (): Promise<string[]> => [
      ...new Set((await round()).sent.map(({ subject }) => subject.replace('【証明書交付センター】', ''))),
    ]
    const away = () => openIncident(center.centre, { kind: 'jpki-away' })
    const back = () =>
      inCenter(center.centre.pool, (tx) => endIncidents(tx, ['jpki-away'], {}, center.centre.now()))
    await away()
    assert.deepEqual(await subjects(), ['障害：公的個人認証サービスセンター'])
    await away()
    assert.deepEqual(await subjects(), [], 'one that goes on is not told again')
    await back()
    assert.deepEqual(await subjects(), ['障害の復旧：公的個人認証サービスセンター'])
    await away()
    assert.deepEqual(await subjects(), ['障害：公的個人認証サービスセンター'])
  })

  test('a town is told of no other town', async () => {
    await openIncident(center.centre, {
      ...{ kind: 'damaged-document', municipalityCode: HIDA, endpoint: center.issuer.origin },
    })
    const { to } = await round()
    assert.ok(to.includes('shimin@hida.example'))
    assert.ok(!to.includes('shimin@takayama.example'))
  })
})
