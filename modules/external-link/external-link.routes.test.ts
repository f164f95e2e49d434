import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { getLedgerPlace, setLedgerPlace } from '../disasters/ledger-place.contract.ts'
import { addNonResident } from '../ledger/ledger.contract.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { enrolledAgent, sendMessage, testGateway, type TestGateway } from '../linkage/testing/gateway.ts'
import * as risai from '../risai/risai.contract.ts'
import { openDesk, seen, survey, type RisaiDesk } from '../risai/testing/desk.ts'
import * as contract from './external-link.contract.ts'
import { externalLinkPaths as paths } from './link.contract.ts'
import { externalLinkMessages } from './link.routes.ts'
import { takeResults } from './results.actions.ts'
import { packed, resultLine, resultsCsv } from './testing/lines.ts'

/**
 * By their names as published: makeHandover, getHandoverFile, acknowledgeHandover, uploadExternalResults,
 * getExternalUpload, listExternalResults, getExternalResult.
 */
describe('外部被災者支援連携', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  let gateway: TestGateway
  let agent: MachineIdentity
  let ourNo: string
  let disasterId: string
  const link = async (path: string, body: object) => {
    const { status, json } = await sendMessage(gateway, agent, { method: 'POST', path, body })
    return { status, json }
  }
  const code = 'R8-1'
  const upload = (csv: string | Uint8Array, mode: 'full' | 'delta' = 'delta') =>
    desk.reviewer.get(contract.uploadResults, { disasterId, mode, gzipBase64: packed(csv) })
  const standing = async (applicationNo?: string) =>
    (await desk.reviewer.get(contract.listResults, { disasterId, ...(applicationNo && { applicationNo }) }))
      .results

  before(async () => {
    cloud = await testCloud()
    desk = await openDesk(cloud)
    disasterId = desk.disasterId
    gateway = await testGateway(cloud, { messages: externalLinkMessages(cloud.runtime) })
    agent = await enrolledAgent(cloud, gateway, desk.town)
  })
  after(async () => {
    await gateway.close()
    await cloud.close()
  })

  test('nothing is exchanged while the ledger is here; set elsewhere, our own grading is closed and says why', async () => {
    const early = await desk.reviewer.call(contract.makeHandover, { disasterId, kind: 'applications' })
    assert.deepEqual([early.ok, early.status], [false, 409])
    const accepted = await desk.clerk.get(risai.acceptApplication, seen(await desk.receive('R-2')))
    const place = { disasterId, settingNo: 0, elsewhere: true, fromOn: '2026-11-21', note: '' }
    const unnamed = await desk.reviewer.call(setLedgerPlace, { ...place, systemName: '' })
    assert.equal(unnamed.status, 422)
    const mayNot = await desk.clerk.call(setLedgerPlace, { ...place, systemName: 'A社' })
    assert.equal(mayNot.status, 403)
    await desk.reviewer.get(setLedgerPlace, { ...place, systemName: 'A社 被災者システム' })
    const again = await desk.colleague.call(setLedgerPlace, { ...place, systemName: 'B社' })
    assert.equal(again.status, 409)
    const graded = await desk.clerk.call(risai.gradeDwelling, { ...seen(accepted), ...survey })
    assert.equal(graded.ok, false)
    assert.equal(graded.ok === false && graded.problem.type, '/problems/disasters/ledger-elsewhere')
    const other = await desk.neighbour.call(getLedgerPlace, { disasterId })
    assert.equal(other.status, 404)
    ourNo = (await desk.view(accepted)).serialNo
  })

  test('an application is handed out once, again on request, and as ended when it is withdrawn; a protected one without place', async () => {
    const draft = await desk.formOf('R-3')
    const secret = '岐阜県飛騨市秘密町九番地'
    const hidden = await desk.receive('R-3', {
      applicant: { ...draft.applicant, address: secret, phone: '0577-99-9999', contactPlace: secret },
      head: { ...draft.head, address: secret },
      ...{ dwellingAddress: secret, damageText: secret, ownerName: secret },
    })
    await desk.clerk.get(risai.acceptApplication, seen(hidden))
    const first = await link(paths.next, { disasterCode: code, kind: 'applications' })
    assert.equal(first.status, 200)
    const { file } = first.json as unknown as {
      file: { fileNo: number; rows: number; csv: string; sha256: string }
    }
    assert.deepEqual([file.fileNo, file.rows], [1, 2])
    assert.ok(file.csv.includes(`"${ourNo}"`) && file.csv.includes('古川町壱之町'))
    assert.ok(!file.csv.includes('秘密町') && !file.csv.includes('九番地') && !file.csv.includes('99-9999'))
    const protectedLine = file.csv.split('\n').find((line) => line.includes('隠田'))!
    assert.match(protectedLine, /"1","1",/)
    // Not acknowledged: the same file, not another one.
    const again = (await link(paths.next, { disasterCode: code, kind: 'applications' })).json as unknown
    assert.deepEqual((again as { file: { fileNo: number; sha256: string } }).file.sha256, file.sha256)
    const done = await link(paths.acknowledge, { disasterCode: code, kind: 'applications', fileNo: 1 })
    assert.equal(done.status, 200)
    assert.deepEqual((await link(paths.next, { disasterCode: code, kind: 'applications' })).json, {
      file: null,
    })
    // Two at once make one file.
    const late = await desk.clerk.get(risai.acceptApplication, seen(await desk.receive('R-1')))
    const both = await Promise.all(
      [1, 2].map(() => desk.reviewer.get(contract.makeHandover, { disasterId, kind: 'applications' })),
    )
    assert.deepEqual(
      both.map(({ file: made }) => made?.rows ?? 0).toSorted((one, other) => one - other),
      [0, 1],
    )
    await desk.clerk.get(risai.withdrawApplication, { ...seen(late), reason: '取り下げます' })
    const ended = await desk.reviewer.get(contract.makeHandover, { disasterId, kind: 'applications' })
    const two = { disasterId, kind: 'applications', fileNo: 2 } as const
    const told = await desk.reviewer.get(contract.acknowledgeHandover, two)
    assert.deepEqual(await desk.colleague.get(contract.acknowledgeHandover, two), told)
    assert.equal((await desk.neighbour.call(contract.acknowledgeHandover, two)).status, 404)
    assert.equal((await desk.clerk.call(contract.acknowledgeHandover, two)).status, 403)
    const csv = await desk.reviewer.call(contract.getHandoverFile, {
      ...{ disasterId, kind: 'applications', fileNo: ended.file!.fileNo },
    })
    assert.equal(csv.ok && csv.bytes.toString().split('\n').length, 3)
    assert.ok(csv.ok && csv.bytes.toString().includes('"2","","",'))
    const other = await desk.neighbour.call(contract.getHandoverFile, {
      ...{ disasterId, kind: 'applications', fileNo: 1 },
    })
    assert.equal(other.status, 404)
  })

  test('results: by line what is right is taken, what is wrong is told with line, item and reason; twice changes nothing', async () => {
    const csv = resultsCsv([
      resultLine({ 申請番号: ourNo, 申請の別: '1', 宛名番号: '2', 構成員の宛名番号: '1；5' }),
      resultLine({ 申請番号: ourNo, 申請の別: '2', 証明書の別: '1', 宛名番号: '2', 整理番号: '外-9' }),
      resultLine({ 申請番号: '紙-2', 宛名番号: '999', 整理番号: '外-2' }),
      resultLine({ 申請番号: '紙-3', 整理番号: '外-3' }),
      resultLine({
        申請番号: '紙-4',
        宛名番号: '1',
        整理番号: '外-4',
        被害の程度: 'G9',
        決定日: '2027-01-01',
      }),
      resultLine({ 申請番号: '紙-5', 宛名番号: '1', 整理番号: '外-5' }),
      resultLine({ 申請番号: '紙-6', 宛名番号: '1', 整理番号: '外-5' }),
      resultLine({ 申請番号: 'R8-1-99999', 申請の別: '1', 宛名番号: '1', 整理番号: '外-7' }),
      resultLine({ 申請番号: '紙-8', 宛名番号: '1', 決定: '2', 被害の程度: '', 整理番号: '' }),
    ])
    const receipt = await upload(csv)
    assert.deepEqual(
      receipt.errors.map(({ line, item }) => `${line} ${item}`),
      [
        '2 申請番号',
        '3 申請番号',
        '4 宛名番号',
        '5 宛名番号',
        '6 被害の程度',
        '6 決定日',
        '8 整理番号',
        '9 申請番号',
      ],
    )
    assert.deepEqual(receipt.counts, { rows: 9, added: 2, changed: 0, ended: 0, unchanged: 0, refused: 7 })
    // No value of the file comes back.
    assert.ok(!JSON.stringify(receipt).includes('999"') && !JSON.stringify(receipt).includes('佐藤'))
    const good = resultsCsv([
      resultLine({ 申請番号: ourNo, 申請の別: '1', 宛名番号: '2', 構成員の宛名番号: '1；5' }),
      resultLine({ 申請番号: '紙-5', 宛名番号: '1', 整理番号: '外-5' }),
    ])
    assert.deepEqual((await upload(good)).counts, {
      rows: 2,
      added: 1,
      changed: 0,
      ended: 0,
      unchanged: 1,
      refused: 0,
    })
    const before = await standing()
    assert.equal(before.length, 3)
    const twice = await link(paths.results, { disasterCode: code, mode: 'delta', csv: good })
    assert.equal(
      (twice.json as unknown as { receipt: { counts: { unchanged: number } } }).receipt.counts.unchanged,
      2,
    )
    assert.deepEqual(await standing(), before)
    const kept = await desk.reviewer.get(contract.getUpload, { disasterId, uploadNo: receipt.uploadNo })
    assert.equal(kept.errorCount, 8)
    assert.equal((await desk.neighbour.call(contract.getUpload, { disasterId, uploadNo: 1 })).status, 404)
  })

  test('a file that is not what it should be is refused whole, recorded, and changes nothing', async () => {
    const before = await standing()
    const line = resultLine({ 申請番号: '紙-20', 宛名番号: '1', 整理番号: '外-20' })
    const hostile: [string, string | Uint8Array][] = [
      ['見出し行が', 'a,b,c\n1,2,3\n'],
      ['この市区町村の', resultsCsv([line, resultLine({ 市区町村コード: '212032', 宛名番号: '1' })])],
      ['この災害の', resultsCsv([line, resultLine({ 災害コード: 'R8-2', 宛名番号: '1' })])],
      ['引用符', `${resultsCsv([line])}"途中`],
      ['UTF-8', Buffer.concat([Buffer.from(resultsCsv([line])), Buffer.from([0x83, 0x40, 0x0a])])],
    ]
    for (const [says, csv] of hostile) {
      const receipt = await upload(csv)
      assert.equal(receipt.state, 'refused', says)
      assert.ok(receipt.errors[0]!.message.includes(says), `${says}: ${receipt.errors[0]!.message}`)
    }
    const empty = await upload(resultsCsv([]), 'full')
    assert.equal(empty.state, 'refused')
    const bomb = await desk.reviewer.call(contract.uploadResults, {
      ...{ disasterId, mode: 'delta', gzipBase64: packed(Buffer.alloc(64 * 1024 * 1024)) },
    })
    assert.equal(bomb.status, 422)
    const formula = await upload(
      resultsCsv([resultLine({ 申請番号: '紙-21', 宛名番号: '1', 整理番号: '外\u202E21' })]),
    )
    assert.deepEqual(
      formula.errors.map(({ item }) => item),
      ['整理番号'],
    )
    assert.deepEqual(await standing(), before)
    const wrongTown = await desk.neighbour.call(contract.uploadResults, {
      ...{ disasterId, mode: 'delta', gzipBase64: packed(resultsCsv([line])) },
    })
    assert.equal(wrongTown.status, 404)
  })

  test('a correction ends what was before; a full file ends what it leaves out, but not beside an unreadable line', async () => {
    await upload(
      resultsCsv([resultLine({ 申請番号: '紙-5', 宛名番号: '1', 整理番号: '外-5B', 被害の程度: 'G4' })]),
    )
    const versions = await standing('紙-5')
    assert.deepEqual(
      versions
        .toSorted((a, b) => b.versionNo - a.versionNo)
        .map(({ serialNo, endedCause }) => [serialNo, endedCause]),
      [
        ['外-5B', null],
        ['外-5', 'corrected'],
      ],
    )
    const own = resultLine({ 申請番号: ourNo, 申請の別: '1', 宛名番号: '2', 構成員の宛名番号: '1；5' })
    const withheld = await upload(resultsCsv([own, resultLine({ 申請番号: '', 宛名番号: '1' })]), 'full')
    assert.equal(withheld.counts.ended, 0)
    assert.ok(withheld.errors.some(({ message }) => message.includes('取消は行いませんでした')))
    // A wrong line that says what it is about leaves that as it was.
    const wrong = resultLine({ 申請番号: '紙-5', 宛名番号: '1', 整理番号: '外-5B', 被害の程度: 'X' })
    assert.equal((await upload(resultsCsv([own, wrong]), 'full')).counts.ended, 1)
    assert.deepEqual(
      (await standing()).map(({ applicationNo }) => applicationNo).toSorted(),
      [ourNo, '紙-5'].toSorted(),
    )
    const cancelled = await upload(resultsCsv([resultLine({ 申請番号: '紙-5', 宛名番号: '1', 決定: '9' })]))
    assert.equal(cancelled.counts.ended, 1)
    assert.deepEqual(
      (await standing()).map(({ applicationNo }) => applicationNo),
      [ourNo],
    )
  })

  test('a crash in the middle leaves nothing; the same file afterwards is taken', async () => {
    const csv = resultsCsv([resultLine({ 申請番号: '紙-30', 宛名番号: '1', 整理番号: '外-30' })])
    const before = await standing()
    await assert.rejects(
      cloud.as(desk.town, async (ctx) => {
        await takeResults(ctx, { disasterId: disasterId as never, mode: 'delta', bytes: Buffer.from(csv) })
        throw new Error('the power failed')
      }),
    )
    assert.deepEqual(await standing(), before)
    assert.equal((await upload(csv)).counts.added, 1)
  })

  test('somebody protected since, or a 住登外者: the first is blocked and told without place, the second is known by id', async () => {
    const { personRef } = await desk.clerk.get(addNonResident, {
      ...{
        disasterId,
        name: '外山　一郎',
        kana: 'ソトヤマ　イチロウ',
        birthOn: '1970-01-01',
        birthText: null,
      },
      ...{
        sex: '1',
        address: '岐阜県高山市花岡町2丁目18番地',
        phone: '',
        reason: '別荘にいた',
        suppressed: false,
      },
    })
    await upload(
      resultsCsv([
        resultLine({ 申請番号: '紙-40', 住登外者ID: personRef.slice(2), 整理番号: '外-40' }),
        resultLine({ 申請番号: '紙-41', 宛名番号: '3', 整理番号: '外-41', 被災場所: '秘密町九番地' }),
      ]),
    )
    const results = await standing()
    const hidden = results.find(({ applicationNo }) => applicationNo === '紙-41')!
    assert.deepEqual([hidden.suppressed, hidden.place], [true, null])
    assert.ok(results.some(({ applicationNo }) => applicationNo === '紙-40'))
    const one = await desk.reviewer.call(contract.getResult, { resultId: hidden.resultId })
    assert.ok(one.ok && !JSON.stringify(one.body).includes('秘密町'))
    assert.equal((await desk.neighbour.call(contract.getResult, { resultId: hidden.resultId })).status, 404)
  })
})
