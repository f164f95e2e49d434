import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { getIssueDocument, issueAtCounter, listIssues } from '../certificates/certificates.contract.ts'
import { changeMunicipalitySetting } from '../municipalities/municipalities.contract.ts'
import { ISSUE_OPTIONS } from '../municipalities/municipalities.ts'
import { addNonResident, getVictim } from '../ledger/ledger.contract.ts'
import { risaiCertificateKind } from './certificate.actions.ts'
import { hisaiCertificateKind } from './report-certificate.actions.ts'
import * as contract from './reports.contract.ts'
import { hida, openDesk, type RisaiDesk } from './testing/desk.ts'

type Form = RawInputOf<typeof contract.receiveReport>['form']
const HIDDEN = /秘密町|0577-99/

describe('被災届出', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  before(async () => {
    cloud = await testCloud({ pdf: true })
    desk = await openDesk(cloud)
  })
  after(() => cloud.close())

  const form: Form = {
    applicant: {
      name: '佐藤　梅子',
      kana: 'サトウ　ウメコ',
      address: '岐阜県飛騨市古川町壱之町１番１号',
      phone: '',
    },
    causeText: '令和８年７月２８日の地震による',
    objects: ['vehicle', 'non-dwelling'],
    place: '岐阜県飛騨市古川町壱之町１番１号の車庫',
    damageText: '車庫が倒れ、車が押しつぶされた',
  }
  const receive = (personRef = 'R-1', over: Partial<Form> = {}) =>
    desk.clerk.get(contract.receiveReport, {
      ...{ disasterId: desk.disasterId, personRef, notifiedOn: '2026-11-20' },
      form: { ...form, ...over },
    })
  const seen = ({ reportId, version }: { reportId: string; version: number }) => ({ reportId, version })
  const accepted = async (personRef?: string, over?: Partial<Form>) =>
    await desk.clerk.get(contract.acceptReport, seen(await receive(personRef, over)))
  const issue = (subjectId: string) => {
    const transactionId = randomBytes(16).toString('hex')
    return desk.clerk
      .call(issueAtCounter, {
        transactionId,
        kind: 'hisai',
        subjectId,
        copies: 1,
        purpose: '共済金の請求のため',
      })
      .then((answer) => ({ ...answer, transactionId }))
  }
  const blocksOn = (subjectId: string, kind = hisaiCertificateKind) =>
    cloud.as(hida, async (ctx) => (await kind.blocks(ctx, subjectId, 'kiosk', null)).map(({ code }) => code))

  test('goes from the counter to a 被災証明書 that says what was notified and no degree', async () => {
    const { clerk, disasterId } = desk
    const draft = await clerk.get(contract.draftReport, { disasterId, personRef: 'R-1' })
    assert.deepEqual([draft.form.applicant.name, draft.form.objects], ['佐藤　梅子', []])
    const received = await receive()
    assert.deepEqual([received.state, received.serialNo], ['received', null])
    assert.equal((await issue(received.reportId)).status, 422)
    const report = await clerk.get(contract.acceptReport, seen(received))
    assert.deepEqual([report.state, report.serialNo], ['accepted', 'R8-1-H00001'])
    const made = await issue(report.reportId)
    assert.ok(made.ok, JSON.stringify(made))
    const paper = await clerk.call(getIssueDocument, { transactionId: made.transactionId })
    assert.ok(paper.ok)
    const [page, ...more] = extractPages(paper.bytes)
    assert.equal(more.length, 0)
    for (const words of [
      '被災証明書',
      'R8-1-H00001',
      '佐藤　梅子',
      '令和８年１１月２０日',
      '□✓非住家',
      '□家財',
      '□✓車両',
      '車が押しつぶされた',
      '共済金の請求のため',
    ]) {
      assert.ok(page!.replace(/\s/g, '').includes(words.replace(/\s/g, '')), words)
    }
    assert.doesNotMatch(page!, /全壊|半壊/)
    const victim = await clerk.get(getVictim, { disasterId, personRef: 'R-1' })
    assert.deepEqual(
      // Of the same instant by the test's clock.
      victim.facts.map(({ kind }) => kind).toSorted(),
      ['risai.report-accepted', 'risai.report-received'],
    )
    const page1 = await clerk.get(contract.listReports, { disasterId, state: 'accepted' })
    assert.deepEqual(
      page1.reports.map((one) => [one.serialNo, one.applicantName, one.objects]),
      [['R8-1-H00001', '佐藤　梅子', ['vehicle', 'non-dwelling']]],
    )
  })

  test('the town may give the paper another name, from a day on', async () => {
    const admin = await cloud.signIn(hida, 'admin')
    await admin.get(changeMunicipalitySetting, {
      ...{ fromOn: '2026-11-21', settingsVersion: 0 },
      setting: { key: 'issue-options', value: { ...ISSUE_OPTIONS, hisaiTitle: '罹災届出証明書' } },
    })
    const made = await issue((await accepted()).reportId)
    const paper = await desk.clerk.call(getIssueDocument, { transactionId: made.transactionId })
    assert.ok(paper.ok)
    assert.ok(extractPages(paper.bytes)[0]!.replace(/\s/g, '').includes('罹災届出証明書'))
  })

  test('withdrawn, its paper loses its force and no other comes out', async () => {
    const { clerk } = desk
    const report = await accepted()
    const made = await issue(report.reportId)
    assert.ok(made.ok)
    const withdrawn = await clerk.get(contract.withdrawReport, { ...seen(report), reason: '別の届出に統合' })
    assert.equal(withdrawn.state, 'withdrawn')
    const { issues } = await clerk.get(listIssues, { kind: 'hisai', subjectId: report.reportId })
    assert.deepEqual(
      issues.map(({ state }) => state),
      ['aborted'],
    )
    assert.deepEqual(await blocksOn(report.reportId), [309])
    assert.equal((await issue(report.reportId)).status, 422)
    assert.equal(
      (await clerk.get(contract.getReport, { reportId: report.reportId })).withdrawnReason,
      '別の届出に統合',
    )
    const again = await clerk.call(contract.withdrawReport, { ...seen(withdrawn), reason: '誤操作' })
    assert.ok(!again.ok)
    assert.equal(again.problem.type, '/problems/risai/report-wrong-state')
  })

  test('of two clerks at once one accepts it, and the numbers have no gap', async () => {
    const { clerk, reviewer } = desk
    const received = await receive()
    const both = await Promise.all(
      [clerk, reviewer].map((one) => one.call(contract.acceptReport, seen(received))),
    )
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    )
    const { serialNo } = await accepted()
    assert.equal(serialNo, 'R8-1-H00005')
  })

  test('another town finds nothing by its id, and a day before the disaster is refused', async () => {
    const { neighbour, clerk, disasterId } = desk
    const { reportId, version } = await accepted()
    for (const answer of [
      await neighbour.call(contract.getReport, { reportId }),
      await neighbour.call(contract.acceptReport, { reportId, version }),
      await neighbour.call(contract.withdrawReport, { reportId, version, reason: 'x' }),
      await neighbour.call(issueAtCounter, {
        ...{ transactionId: randomBytes(16).toString('hex'), kind: 'hisai', subjectId: reportId },
        ...{ copies: 1, purpose: null },
      }),
    ])
      assert.equal(answer.status, 404)
    const early = await clerk.call(contract.receiveReport, {
      ...{ disasterId, personRef: 'R-1', notifiedOn: '2026-07-27', form },
    })
    assert.equal(early.status, 422)
  })

  test('what blocks a 罹災証明書 and a 被災証明書, and what does not', async () => {
    const { change, issuable, clerk, disasterId } = desk
    const risai = (await issuable('R-1')).certificateId!
    const hisai = (await accepted('R-1')).reportId
    const unaccepted = (await receive('R-1')).reportId
    const other = await clerk.get(addNonResident, {
      ...{ disasterId, name: '忍野　雪', kana: 'シノブノ　ユキ', birthOn: null, birthText: null, sex: '2' },
      ...{ address: '高山市', phone: '', reason: '居住の事実', suppressed: false },
    })
    const others = (await accepted(other.personRef)).reportId
    const table: readonly (readonly [string, () => Promise<unknown>, number[], number[]])[] = [
      ['resident', async () => undefined, [], []],
      ['転出', () => change('1', { state: 'moved-out' }), [], []],
    ]
    for (const [name, arrange, ofRisai, ofHisai] of table) {
      await arrange()
      assert.deepEqual(await blocksOn(risai, risaiCertificateKind), ofRisai, `罹災 ${name}`)
      assert.deepEqual(await blocksOn(hisai), ofHisai, `被災 ${name}`)
    }
    assert.deepEqual(await blocksOn(unaccepted), [309])
    assert.deepEqual(await blocksOn(others), [])
    assert.equal((await issue(hisai)).status, 200)
    assert.equal((await issue(others)).status, 200)
    const subjects = (no: string) =>
      cloud.as(hida, async (ctx) =>
        (await hisaiCertificateKind.subjects(ctx, no as ResidentNo)).map(({ subjectId }) => subjectId),
      )
    assert.ok((await subjects('1')).includes(hisai))
    assert.ok(!(await subjects('1')).includes(unaccepted))
    assert.deepEqual(await subjects('5'), [])
  })

  // Last, since it protects the household that the others are about.
  test('nothing that leaves tells where a protected person is, and no certificate is made out', async () => {
    const { clerk, disasterId, protect } = desk
    const draft = await clerk.get(contract.draftReport, { disasterId, personRef: 'R-3' })
    assert.equal(draft.suppressed, true)
    const hiding: Partial<Form> = {
      applicant: { name: '隠田　花', kana: '', address: '秘密町九番地', phone: '0577-99-0001' },
      ...{ place: '秘密町の車庫', damageText: '秘密町で車が壊れた' },
    }
    const report = await accepted('R-3', hiding)
    assert.deepEqual(await blocksOn(report.reportId), [302])
    const refused = await issue(report.reportId)
    assert.equal(refused.status, 403)
    const answers = [
      draft,
      report,
      refused,
      await clerk.get(contract.getReport, { reportId: report.reportId }),
      await clerk.get(contract.listReports, { disasterId }),
      await clerk.get(getVictim, { disasterId, personRef: 'R-3' }),
      await clerk.get(contract.withdrawReport, { ...seen(report), reason: '秘密町に住むため' }),
      await clerk.get(contract.getReport, { reportId: report.reportId }),
    ]
    for (const answer of answers) assert.doesNotMatch(JSON.stringify(answer), HIDDEN)
    for (const line of cloud.logLines) assert.doesNotMatch(line, HIDDEN)
    const before = await accepted('R-2')
    await protect('1')
    assert.deepEqual(await blocksOn(before.reportId), [302])
  })
})
