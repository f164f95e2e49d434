import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { findCardHolder } from '../registers/registers.actions.ts'
import { findResident } from '../residents/residents.actions.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import { safeCell } from './linkage.actions.ts'
import {
  acknowledgeLinkAlarm,
  createEnrolmentCode,
  downloadLinkFileErrors,
  getLinkFileErrors,
  listAgents,
  listLinkAlarms,
  listLinkBadRows,
  listLinkFiles,
  overrideGate,
  pauseLink,
  revokeAgent,
} from './linkage.contract.ts'
import {
  enrolledAgent,
  linkFile,
  receiptOf,
  sendFile,
  testGateway,
  type TestGateway,
} from './testing/gateway.ts'
import { cardSerialRow, residentRow, smallTown, suppressionRow, withItem } from './testing/rows.ts'

const people = smallTown.residents.slice(0, 6)
const [first, second] = people.map((one) => one.residentNo) as [ResidentNo, ResidentNo]

describe('what the town sends beside 住民情報', () => {
  let cloud: TestCloud
  let gateway: TestGateway
  let hida: MunicipalityCode
  let agent: MachineIdentity
  before(async () => {
    cloud = await testCloud()
    gateway = await testGateway(cloud)
    hida = await cloud.onboard('212172', '飛騨市')
    agent = await enrolledAgent(cloud, gateway, hida)
    await receiptOf(
      sendFile(
        gateway,
        agent,
        linkFile(
          '212172',
          'residents',
          1,
          people.map((record) => residentRow(record)),
        ),
      ),
    )
  })
  after(async () => {
    await gateway.close()
    await cloud.close()
  })

  const send = (
    business: 'suppressions' | 'card-serials',
    fileNo: number,
    mode: 'full' | 'delta',
    rows: readonly string[][],
  ) => receiptOf(sendFile(gateway, agent, linkFile('212172', business, fileNo, rows, { mode })))

  describe('支援措置', () => {
    const isProtected = (residentNo: ResidentNo) =>
      cloud.as(hida, async (ctx) => (await findResident(ctx, residentNo, { seq: null }))!.suppressed)

    test('protects from the moment the file is applied, and its end date lifts nothing', async () => {
      const { counts, seq } = await send('suppressions', 1, 'full', [
        suppressionRow({ residentNo: first, endsOn: '2026-05-01' as PlainDate }),
      ])
      assert.equal(counts.inserted, 1)
      assert.equal(seq, '2', 'one number of the town whatever the business')
      assert.equal(await isProtected(first), true)
    })

    test('a newer row in a delta lifts it, and the older one need not be sent again', async () => {
      const ended = { residentNo: first, historyNo: 2, categoryCode: '9', ended: true }
      const { counts } = await send('suppressions', 2, 'delta', [suppressionRow(ended)])
      assert.deepEqual([counts.inserted, counts.unchanged], [1, 0])
      assert.equal(await isProtected(first), false)
    })

    test('two rows that both claim to be the latest leave the person protected', async () => {
      await send('suppressions', 3, 'full', [
        suppressionRow({ residentNo: first }),
        suppressionRow({ residentNo: first, historyNo: 2, categoryCode: '9', ended: true }),
      ])
      assert.equal(await isProtected(first), true)
    })

    test('a full file without the person and 削除フラグ end nothing, and the receipt says so', async () => {
      const other = people.find((one) => one.householdNo !== people[0]!.householdNo)!.residentNo
      const kept = (count: number) => [
        `支援措置の記録が消えましたが、終了の記録がないため保護を続けています（${count}人）。`,
      ]
      const away = await send('suppressions', 4, 'full', [suppressionRow({ residentNo: other })])
      assert.deepEqual([away.counts.inserted, away.counts.deleted, away.notes], [1, 0, kept(1)])
      assert.deepEqual([await isProtected(first), await isProtected(other)], [true, true])
      const gone = await send('suppressions', 5, 'delta', [
        suppressionRow({ residentNo: other }, { deleted: true }),
      ])
      assert.deepEqual([gone.counts.deleted, gone.counts.unchanged, gone.notes], [0, 1, kept(1)])
      assert.equal(await isProtected(other), true)
      const empty = await send('suppressions', 6, 'full', [])
      assert.deepEqual([empty.counts.deleted, empty.notes], [0, kept(2)])
      assert.equal(await isProtected(other), true)
      const ended = { residentNo: other, historyNo: 2, categoryCode: '9', ended: true }
      const lifted = await send('suppressions', 7, 'delta', [suppressionRow(ended)])
      assert.deepEqual([lifted.notes, await isProtected(other)], [[], false])
    })

    test('of the same person and history twice neither row counts, and the person stays protected', async () => {
      const twice = [suppressionRow({ residentNo: first }), suppressionRow({ residentNo: first })]
      const { state, errors, counts } = await send('suppressions', 8, 'full', twice)
      assert.deepEqual([state, counts.refused, counts.blocked], ['applied', 2, 1])
      assert.deepEqual([...new Set(errors.map(({ item }) => item))], ['宛名番号・履歴番号'])
      assert.equal(await isProtected(first), true)
    })
  })

  describe('シリアル番号', () => {
    const issuerSki = 'ab'.repeat(20)
    const serial = '1461501637330902918203684832716283019655932542975'
    const card = {
      residentNo: first,
      issuerKeyId: issuerSki,
      serial,
      kind: 'card' as const,
      validFrom: '2024-05-01' as PlainDate,
      validUntil: '2029-05-01' as PlainDate,
      revokedOn: null,
    }
    const holder = (asked = { issuerSki, serial }) => cloud.as(hida, (ctx) => findCardHolder(ctx, asked))
    const on = async <T>(day: string, work: () => Promise<T>): Promise<T> => {
      const before = cloud.clock
      cloud.clock = new Date(`${day}T12:00:00+09:00`)
      try {
        return await work()
      } finally {
        cloud.clock = before
      }
    }

    test('names the resident while the certificate is in force, and only for its own issuer', async () => {
      const { counts } = await send('card-serials', 1, 'full', [cardSerialRow(card)])
      assert.equal(counts.inserted, 1)
      assert.equal(await holder(), first)
      assert.equal(await holder({ issuerSki: issuerSki.toUpperCase(), serial: `00${serial}` }), first)
      assert.equal(await holder({ issuerSki: 'cd'.repeat(20), serial }), null)
      assert.equal(await holder({ issuerSki: 'nonsense', serial: '1; drop' }), null)
      assert.equal(await on('2029-05-01', holder), first)
      assert.equal(await on('2029-05-02', holder), null)
      assert.equal(await on('2024-04-30', holder), null)
    })

    test('a revoked, a deleted and a re-assigned certificate are known by the next file', async () => {
      const revoked = { ...card, revokedOn: '2026-11-21' as PlainDate }
      const { counts } = await send('card-serials', 2, 'delta', [cardSerialRow(revoked)])
      assert.equal(counts.updated, 1)
      assert.equal(await holder(), null)
      assert.equal(await on('2026-11-20', holder), first)
      await send('card-serials', 3, 'delta', [cardSerialRow({ ...card, residentNo: second })])
      assert.equal(await holder(), second)
      const gone = await send('card-serials', 4, 'delta', [cardSerialRow(card, true)])
      assert.equal(gone.counts.deleted, 1)
      assert.equal(await holder(), null)
      const again = await send('card-serials', 5, 'delta', [cardSerialRow(card, true)])
      assert.deepEqual([again.counts.deleted, again.counts.unchanged], [0, 1])
    })

    test('a row with a number above 160 bits is not applied', async () => {
      const huge = withItem('card-serials', cardSerialRow(card), 'シリアル番号', '9'.repeat(49))
      const { state, errors, counts } = await send('card-serials', 6, 'full', [huge])
      assert.deepEqual([state, counts.refused, errors[0]?.item], ['applied', 1, 'シリアル番号'])
    })

    test('another town does not know the card', async () => {
      const takayama = await cloud.onboard('212032', '高山市')
      await send('card-serials', 7, 'full', [cardSerialRow(card)])
      assert.equal(await holder(), first)
      assert.equal(await cloud.as(takayama, (ctx) => findCardHolder(ctx, { issuerSki, serial })), null)
    })
  })

  describe('the screens of staff', () => {
    const of = async (browser: Browser, name: Business) =>
      (await browser.get(listLinkFiles, {})).businesses.find((one) => one.business === name)!

    test('show how far each business is applied, and the wrong places of a file', async () => {
      const clerk = await cloud.signIn(hida, 'clerk')
      assert.equal((await of(clerk, 'residents')).watermark!.fileNo, 1)
      const suppressions = await of(clerk, 'suppressions')
      assert.deepEqual([suppressions.watermark!.fileNo, suppressions.blocked], [8, 1])
      const [newest] = suppressions.files
      const { errors, file } = await clerk.get(getLinkFileErrors, { fileId: newest!.fileId })
      assert.equal(file.fileNo, 8)
      assert.match(errors[0]!.message, /行目と/)
      const { rows } = await clerk.get(listLinkBadRows, {})
      assert.deepEqual(
        rows.filter((row) => row.business === 'suppressions').map((row) => row.residentNo),
        [first, first],
      )
    })

    test('let the wrong places be opened in a spreadsheet, and no cell is a formula', async () => {
      const evil = Buffer.from('"=HYPERLINK(""https://evil.example"")","+1"\n"1","2"\n')
      const { fileId, state } = await receiptOf(
        sendFile(gateway, agent, linkFile('212172', 'residents', 2, [], { csv: evil, rowCount: 1 })),
      )
      assert.equal(state, 'refused')
      const clerk = await cloud.signIn(hida, 'clerk')
      const answer = await clerk.call(downloadLinkFileErrors, { fileId })
      assert.ok(answer.ok)
      const text = answer.bytes.toString('utf8')
      assert.ok(text.startsWith('\uFEFF"行","項目名","理由"\r\n'))
      for (const line of text
        .slice(1)
        .split('\r\n')
        .filter((one) => one !== ''))
        for (const cell of line.match(/"(?:[^"]|"")*"/g)!) assert.doesNotMatch(cell, /^"[=+\-@\t\r]/)
      assert.deepEqual(['=1+1', '+1', '-1', '@x', '\tx', 'a"b', '氏名'].map(safeCell), [
        '"\'=1+1"',
        '"\'+1"',
        '"\'-1"',
        '"\'@x"',
        '"\'\tx"',
        '"a""b"',
        '"氏名"',
      ])
    })

    test('of another town show nothing of ours', async () => {
      const theirs = await cloud.signIn(await cloud.onboard('212041', '多治見市'), 'admin')
      const { businesses } = await theirs.get(listLinkFiles, {})
      assert.ok(businesses.every((one) => one.watermark === null && one.files.length === 0))
      assert.deepEqual((await theirs.get(listLinkBadRows, {})).rows, [])
      assert.deepEqual((await theirs.get(listLinkAlarms, {})).alarms, [])
      const { fileId } = (await of(await cloud.signIn(hida, 'clerk'), 'residents')).files[0]!
      assert.equal((await theirs.call(getLinkFileErrors, { fileId })).status, 404)
      assert.equal((await theirs.call(downloadLinkFileErrors, { fileId })).status, 404)
      const [alarm] = (await (await cloud.signIn(hida, 'admin')).get(listLinkAlarms, {})).alarms
      const answer = await theirs.call(acknowledgeLinkAlarm, { alarmId: alarm!.alarmId, note: '' })
      assert.equal(answer.status, 404)
    })

    test('let only those who may make codes, revoke agents and touch the link', async () => {
      const clerk = await cloud.signIn(hida, 'clerk')
      assert.equal((await clerk.call(createEnrolmentCode, { agentName: '本庁舎' })).status, 403)
      assert.equal((await clerk.call(pauseLink, { business: 'residents', reason: '試験' })).status, 403)
      assert.equal(
        (await clerk.call(overrideGate, { kinds: ['inkan'], hours: 1, reason: '試験' })).status,
        403,
      )
      const admin = await cloud.signIn(hida, 'admin')
      const { code } = await admin.get(createEnrolmentCode, { agentName: '本庁舎' })
      assert.match(code, /^212172(-[0-9A-Z]{6}){4}$/)
      const [known] = (await admin.get(listAgents, {})).agents
      assert.notEqual(known!.expiresAt, null)
      assert.equal((await admin.call(revokeAgent, { agentId: known!.agentId })).status, 200)
      assert.notEqual((await admin.get(listAgents, {})).agents[0]!.revokedAt, null)
      assert.equal((await admin.call(revokeAgent, { agentId: uuidv7() })).status, 404)
    })
  })
})
