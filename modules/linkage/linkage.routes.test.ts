import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { findCardHolder } from '../registers/registers.actions.ts'
import { findResident } from '../residents/residents.actions.ts'
import {
  createEnrolmentCode,
  getLinkFileErrors,
  listAgents,
  listLinkFiles,
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
      assert.deepEqual([counts.inserted, counts.updated, counts.unchanged], [1, 1, 0])
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

    test('the same person and history twice is refused', async () => {
      const twice = [suppressionRow({ residentNo: first }), suppressionRow({ residentNo: first })]
      const { state, errors } = await send('suppressions', 8, 'full', twice)
      assert.equal(state, 'refused')
      assert.deepEqual(
        errors.map(({ line, item }) => [line, item]),
        [[3, '宛名番号・履歴番号']],
      )
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

    test('a number above 160 bits is refused', async () => {
      const huge = withItem('card-serials', cardSerialRow(card), 'シリアル番号', '9'.repeat(49))
      const { state, errors } = await send('card-serials', 6, 'full', [huge])
      assert.deepEqual([state, errors[0]?.item], ['refused', 'シリアル番号'])
    })

    test('another town does not know the card', async () => {
      const takayama = await cloud.onboard('212032', '高山市')
      await send('card-serials', 6, 'full', [cardSerialRow(card)])
      assert.equal(await holder(), first)
      assert.equal(await cloud.as(takayama, (ctx) => findCardHolder(ctx, { issuerSki, serial })), null)
    })
  })

  describe('the screens of staff', () => {
    test('show how far each business is applied, and the wrong places of a refused file', async () => {
      const clerk = await cloud.signIn(hida, 'clerk')
      const [residents, suppressions] = (await clerk.get(listLinkFiles, {})).businesses
      assert.equal(residents!.watermark!.fileNo, 1)
      assert.equal(suppressions!.watermark!.fileNo, 7)
      const refused = suppressions!.files.find((file) => file.state === 'refused')!
      assert.equal(refused.errorCount, 1)
      const { errors } = await clerk.get(getLinkFileErrors, { fileId: refused.fileId })
      assert.match(errors[0]!.message, /2行目と/)
    })

    test('of another town show nothing of ours', async () => {
      const theirs = await cloud.signIn(await cloud.onboard('212041', '多治見市'), 'clerk')
      const { businesses } = await theirs.get(listLinkFiles, {})
      assert.ok(businesses.every((one) => one.watermark === null && one.files.length === 0))
      const ours = await (await cloud.signIn(hida, 'clerk')).get(listLinkFiles, {})
      const { fileId } = ours.businesses[0]!.files[0]!
      assert.equal((await theirs.call(getLinkFileErrors, { fileId })).status, 404)
    })

    test('let only an administrator make codes and revoke agents', async () => {
      const clerk = await cloud.signIn(hida, 'clerk')
      assert.equal((await clerk.call(createEnrolmentCode, { agentName: '本庁舎' })).status, 403)
      const admin = await cloud.signIn(hida, 'admin')
      const { code } = await admin.get(createEnrolmentCode, { agentName: '本庁舎' })
      assert.match(code, /^212172(-[0-9A-Z]{6}){4}$/)
      const [known] = (await admin.get(listAgents, {})).agents
      assert.equal((await admin.call(revokeAgent, { agentId: known!.agentId })).status, 200)
      assert.notEqual((await admin.get(listAgents, {})).agents[0]!.revokedAt, null)
      assert.equal((await admin.call(revokeAgent, { agentId: uuidv7() })).status, 404)
    })
  })
})
