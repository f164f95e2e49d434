import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { handlesOf } from '../certificates/exchange-handles.actions.ts'
import {
  hida,
  newId,
  refusedWith,
  testExchange,
  type Listener,
  type TestExchange,
} from '../certificates/testing/exchange.ts'
import { setLedgerPlace } from '../disasters/ledger-place.contract.ts'
import { registerDisaster } from '../ledger/ledger.contract.ts'
import { certificatesWithResults } from './certificate.actions.ts'
import * as contract from './external-link.contract.ts'
import { packed, resultLine, resultsCsv } from './testing/lines.ts'

/** From another system's result to the paper of a machine, and what that system is told of it. */
describe('外部システムの結果をコンビニで交付する', () => {
  let cloud: TestCloud
  let exchange: TestExchange
  let bcl: Listener
  let reviewer: Browser
  let disasterId: string
  before(async () => {
    cloud = await testCloud()
    exchange = await testExchange(cloud)
    bcl = await exchange.listen({ kinds: certificatesWithResults })
    reviewer = await cloud.signIn(hida, 'reviewer')
    const { disaster } = await reviewer.get(registerDisaster, {
      name: '令和８年地震',
      hazards: ['earthquake'],
      occurredOn: '2026-07-28',
      causeText: '令和８年７月２８日の地震による',
      applicationDeadlineOn: null,
    })
    disasterId = disaster.disasterId
    const elsewhere = { settingNo: 0, elsewhere: true, fromOn: '2026-11-01', systemName: 'A社', note: '' }
    await reviewer.get(setLedgerPlace, { disasterId, ...elsewhere })
  })
  after(async () => {
    await exchange.close()
    await cloud.close()
  })

  const upload = (...lines: string[][]) =>
    reviewer.get(contract.uploadResults, { disasterId, mode: 'delta', gzipBase64: packed(resultsCsv(lines)) })
  const result = (over: Parameters<typeof resultLine>[0]) =>
    resultLine({ 宛名番号: '1001', 構成員の宛名番号: '1002；1003', 世帯主氏名: '試験　外', ...over })
  const offeredTo = async (serial: string) => {
    const sessionId = newId()
    const certificate = { issuerSki: 'ab'.repeat(20), serial }
    await bcl.client.authenticateCard({ municipalityCode: hida, sessionId, certificate })
    const answer = await bcl.client.listSubjects({ municipalityCode: hida, sessionId, kind: 'risai' })
    return { sessionId, subjects: answer.kind === 'subjects' ? answer.subjects : [] }
  }
  /** A paper from beginning to print; the text of its first page. */
  async function take(serial: string): Promise<string> {
    const { sessionId, subjects } = await offeredTo(serial)
    assert.equal(subjects.length, 1)
    const transactionId = newId()
    const order = { kind: 'risai' as const, subjectId: subjects[0]!.subjectId, copies: 1, kioskId: 'K-0001' }
    const one = { municipalityCode: hida, transactionId }
    assert.equal((await bcl.client.quoteIssue({ ...one, sessionId, ...order })).kind, 'quoted')
    assert.equal((await bcl.client.buildIssue(one)).kind, 'built')
    const delivered = await bcl.client.deliverIssue(one)
    assert.equal(delivered.kind, 'delivered')
    await bcl.client.confirmPaid({ ...one, paidYen: 10 })
    await bcl.client.confirmPrinted(one)
    return extractPages(Buffer.from(delivered.pdfBase64, 'base64'))[0]!
  }
  const issueFile = async () => {
    const { file } = await reviewer.get(contract.makeHandover, { disasterId, kind: 'issues' })
    if (!file) return null
    const got = await reviewer.call(contract.getHandoverFile, {
      ...{ disasterId, kind: 'issues', fileNo: file.fileNo },
    })
    assert.ok(got.ok)
    return got.bytes.toString().trim().split('\n').slice(1)
  }

  test('by the cards of those whom the result names, 15 or older, from the day it says', async () => {
    await upload(result({ 交付開始日: '2026-11-22' }))
    assert.deepEqual((await offeredTo('1001')).subjects, [])
    await upload(result({ 整理番号: '外-1-2' }))
    const { subjects } = await offeredTo('1001')
    assert.deepEqual(
      subjects.map(({ label }) => label),
      ['令和８年地震　整理番号 外-1-2'],
    )
    assert.equal((await offeredTo('1002')).subjects.length, 1)
    // Born 2011-11-23: a child; and somebody who has nothing to do with it.
    assert.equal((await offeredTo('1003')).subjects.length, 0)
    assert.equal((await offeredTo('1004')).subjects.length, 0)
    const page = await take('1002')
    for (const words of ['外-1-2', '試験　外', '☑中規模半壊', '佐藤　太郎（子）', '木造　持家'])
      assert.ok(page.includes(words) || words.startsWith('☑'), words)
  })

  test('each paper is handed back once; a correction withdraws it, and that is handed back too', async () => {
    const first = await issueFile()
    assert.equal(first?.length, 1)
    assert.ok(first[0]!.includes('"外-1-2"') && first[0]!.includes('"コンビニ","K-0001","1","2026-11-21T'))
    assert.equal(await issueFile(), null)
    const { sessionId, subjects } = await offeredTo('1001')
    await upload(result({ 整理番号: '外-1-3', 被害の程度: 'G2' }))
    // What was offered before the correction is no longer issued.
    const stale = await bcl.client.quoteIssue({
      ...{ municipalityCode: hida, sessionId, transactionId: newId(), kind: 'risai', copies: 1 },
      ...{ kioskId: 'K-0001', subjectId: subjects[0]!.subjectId },
    })
    assert.notEqual(refusedWith(stale), 0)
    const second = await issueFile()
    assert.equal(second?.length, 1)
    assert.ok(second[0]!.includes('"外-1-2"') && second[0]!.includes('"2","",'))
    assert.match(await take('1001'), /外-1-3/)
  })

  test('被災証明書 of the same person is a paper of its own, without a grade', async () => {
    await upload(
      result({
        ...{ 証明書の別: '2', 整理番号: '外被-1', 被害の程度: '', 届出年月日: '2026-08-01' },
        ...{ 被災した物件: '1；3', 被害の状況: '車庫の屋根が飛んだ' },
      }),
    )
    const sessionId = newId()
    const certificate = { issuerSki: 'ab'.repeat(20), serial: '1001' }
    await bcl.client.authenticateCard({ municipalityCode: hida, sessionId, certificate })
    const listed = await bcl.client.listSubjects({ municipalityCode: hida, sessionId, kind: 'hisai' })
    assert.equal(listed.kind === 'subjects' && listed.subjects.length, 1)
    const handles = await cloud.as(hida, (ctx) => handlesOf(ctx, sessionId))
    assert.ok(handles)
  })
})
