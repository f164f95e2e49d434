import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import {
  appendState,
  insertFirstStates,
  insertIssue,
  type Issue,
} from '../certificates/certificates.store.ts'
import type { IssueState } from '../certificates/certificates.ts'
import { addNonResident, getVictim } from '../ledger/ledger.contract.ts'
import { changeMunicipalitySetting } from '../municipalities/municipalities.actions.ts'
import { ISSUE_OPTIONS } from '../municipalities/municipalities.ts'
import { risaiCertificateKind } from './certificate.actions.ts'
import { listApplications } from './listing.contract.ts'
import * as contract from './risai.contract.ts'
import { hida, openDesk, seen, survey, type RisaiDesk } from './testing/desk.ts'

/** Whatever tells where a protected person is, in any answer, makes a test fail. */
const HIDDEN = /秘密町|0577-99|hidden@example/

describe('罹災証明書', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  before(async () => {
    cloud = await testCloud()
    desk = await openDesk(cloud)
  })
  after(() => cloud.close())

  test('a re-graded dwelling gets another number, and the old certificate is nobody’s any more', async () => {
    const { reviewer, snapshotOf, blocksOn, grade, decide, issuable, view } = desk
    const first = await issuable()
    const withdrawn = await reviewer.get(contract.withdrawCertificate, {
      certificateId: first.certificateId!,
      version: first.version,
      reason: '再調査により認定を変更',
    })
    assert.equal(withdrawn.state, 'accepted')
    assert.deepEqual(await blocksOn(first.certificateId!), [309])
    await assert.rejects(snapshotOf(first.certificateId!), { message: 'risai/certificate-not-found' })
    const second = await decide(await grade(withdrawn, { grade: 'G4' }))
    const application = await view(second)
    assert.deepEqual(
      application.certificates.map((one) => [one.serialNo, one.grade, one.withdrawnReason]),
      [
        [`${application.serialNo}-2`, 'G4', null],
        [application.serialNo, 'G3', '再調査により認定を変更'],
      ],
    )
    const again = await reviewer.call(contract.withdrawCertificate, {
      ...{ certificateId: first.certificateId!, version: second.version, reason: '誤操作' },
    })
    assert.equal(again.status, 409)
    assert.deepEqual(await blocksOn(second.certificateId!), [])
  })

  test('a withdrawal waits for the issue that is being frozen at that moment', async () => {
    const { reviewer, blocksOn, issuable } = desk
    const decided = await issuable()
    const call = { actor: { kind: 'job', task: 'test' }, municipality: hida, traceId: 'test' } as const
    const order: string[] = []
    let withdrawal: Promise<unknown> | undefined
    await withCtx(
      cloud.runtime,
      call,
      async (ctx) => {
        assert.deepEqual(await risaiCertificateKind.blocks(ctx, decided.certificateId!, 'counter', {}), [])
        withdrawal = reviewer
          .get(contract.withdrawCertificate, {
            ...{ certificateId: decided.certificateId!, version: decided.version, reason: '再調査' },
          })
          .then(() => order.push('withdrawn'))
        for (;;) {
          const waiting = await cloud.as(hida, (own) =>
            own.tx.sql(
              `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
            ),
          )
          if (waiting.length > 0) break
        }
        order.push('frozen')
      },
      { isolation: 'repeatable read' },
    )
    await withdrawal
    assert.deepEqual(order, ['frozen', 'withdrawn'])
    assert.deepEqual(await blocksOn(decided.certificateId!), [309])
  })

  test('a card holder of 15 or more who stands in the application may have its certificate, and nobody else', async () => {
    const { issuable } = desk
    const decided = await issuable('R-1')
    const subjects = (no: string) =>
      cloud.as(hida, async (ctx) =>
        (await risaiCertificateKind.subjects(ctx, no as ResidentNo)).map((one) => one.subjectId),
      )
    for (const no of ['1', '2']) assert.ok((await subjects(no)).includes(decided.certificateId!), no)
    assert.deepEqual(await subjects('5'), [])
    assert.deepEqual(await subjects('3'), [])
    const [label] = await cloud.as(hida, (ctx) => risaiCertificateKind.subjects(ctx, '1' as ResidentNo))
    assert.doesNotMatch(label!.label, /佐藤|古川/)
  })

  test('再交付 is said where the town has it said, of what was handed out before, and of nothing else', async () => {
    const { snapshotOf, issuable } = desk
    const [one, other] = [await issuable('R-1'), await issuable('R-1')]
    const said = async (subjectId: string) => (await snapshotOf(subjectId)).copyOf
    await issued(one.certificateId!, ['built', 'delivered', 'printed'])
    assert.equal(await said(one.certificateId!), null, 'no source asks for it')
    await cloud.as(hida, (ctx) =>
      changeMunicipalitySetting(ctx, {
        fromOn: todayInJapan(ctx.now),
        setting: { key: 'issue-options', value: { ...ISSUE_OPTIONS, risaiReissueMark: true } },
        settingsVersion: 0,
      }),
    )
    const { serialNo } = await snapshotOf(one.certificateId!)
    assert.equal(await said(one.certificateId!), serialNo)
    // Made and given up: no paper of it is out.
    await issued(other.certificateId!, ['built', 'delivered', 'aborted'])
    assert.equal(await said(other.certificateId!), null)
    await issued(other.certificateId!, ['built', 'delivered', 'printed', 'withdrawn'])
    assert.equal(await said(other.certificateId!), (await snapshotOf(other.certificateId!)).serialNo)
  })

  /** As if a paper had been asked for at the counter and gone this far. */
  const issued = async (subjectId: string, states: readonly IssueState[]): Promise<void> => {
    await cloud.as(hida, async (ctx) => {
      const transactionId = randomBytes(16).toString('hex')
      const content = { snapshot: {}, words: [], purpose: null, choices: {}, people: [] }
      const issue: Issue = {
        ...{ transactionId, kind: 'risai', subjectId, channel: 'counter', copies: 1, official: false },
        ...{ recipientNo: null, kioskId: null, feeYen: 0, printingYen: 0, pages: 1, requestDigest: '' },
        ...{ layout: 'risai', layoutVersion: 'risai-2020', issuedOn: todayInJapan(ctx.now), dataSeq: 1n },
        ...{ dataAgeSeconds: null, frozenDigest: '', requestedAt: ctx.now, requestedBy: 'test' },
      }
      await insertIssue(ctx.tx, await ctx.keys(), issue, content)
      await insertFirstStates(ctx.tx, transactionId, ctx.now, 'test')
      for (const state of states)
        assert.ok(await appendState(ctx.tx, transactionId, { state, at: ctx.now, actor: 'test' }))
    })
  }

  test('members who are not to be printed are absent from what is frozen', async () => {
    const { snapshotOf, issuable } = desk
    const decided = await issuable('R-1', { printMembers: false })
    const snapshot = await snapshotOf(decided.certificateId!)
    assert.equal(snapshot.additional1, null)
    assert.doesNotMatch(JSON.stringify(snapshot), /太郎|佐藤　空/)
  })

  test('nothing that leaves tells where a protected applicant is, and no certificate is made out', async () => {
    const { clerk, reviewer, disasterId, snapshotOf, blocksOn, receive, view } = desk
    const place = {
      applicant: {
        ...{
          name: '隠田　花',
          kana: 'オンダ　ハナ',
          address: '秘密町九番地',
          birthOn: null,
          phone: '0577-99-0001',
        },
        ...{ email: 'hidden@example.jp', contactPlace: '秘密町避難所', relationToHead: 'head' as const },
      },
      head: { residentNo: '3', name: '隠田　花', kana: 'オンダ　ハナ', address: '秘密町九番地' },
      ...{ dwellingAddress: '秘密町九番地', damageText: '秘密町の家が傾いた', ownerName: '秘密町の大家' },
      purpose: '秘密町の保険会社',
    }
    const answers: unknown[] = []
    const keep = async <T>(answer: Promise<T>): Promise<T> => {
      const got = await answer
      answers.push(got)
      return got
    }
    const draft = await keep(clerk.get(contract.draftApplication, { disasterId, personRef: 'R-3' }))
    assert.equal(draft.suppressed, true)
    const received = await keep(receive('R-3', place))
    const shown = await keep(view(received))
    assert.deepEqual(
      [shown.suppressed, shown.form.dwellingAddress, shown.form.applicant.email],
      [true, '', ''],
    )
    const corrected = await keep(
      clerk.get(contract.correctApplication, { ...seen(received), form: { ...shown.form, copies: 3 } }),
    )
    const typed = await keep(
      clerk.call(contract.correctApplication, {
        ...seen(corrected),
        form: { ...shown.form, dwellingAddress: '別の町' },
      }),
    )
    assert.ok(!typed.ok)
    assert.equal(typed.problem.type, '/problems/risai/concealed')
    const accepted = await keep(clerk.get(contract.acceptApplication, seen(corrected)))
    const graded = await keep(
      clerk.get(contract.gradeDwelling, {
        ...{ ...seen(accepted), ...survey, surveyors: ['調査　一郎'], note: '秘密町で確認' },
      }),
    )
    const decided = await keep(
      reviewer.get(contract.decideApplication, {
        ...seen(graded),
        outcome: 'issuable',
        reason: '秘密町のため',
      }),
    )
    const after = await keep(view(decided))
    assert.deepEqual([after.form.copies, after.notices.length], [3, 2])
    await keep(clerk.get(listApplications, { disasterId, personRef: 'R-3' }))
    await keep(clerk.get(getVictim, { disasterId, personRef: 'R-3' }))
    assert.deepEqual(await blocksOn(decided.certificateId!), [302])
    await assert.rejects(snapshotOf(decided.certificateId!), /about to be certified/)
    await keep(
      reviewer.get(contract.withdrawCertificate, {
        ...{ certificateId: decided.certificateId!, version: decided.version, reason: '秘密町の再調査' },
      }),
    )
    await keep(view(decided))
    // Of a withdrawn one, too: its copy in the archive says where she lives.
    assert.deepEqual(await blocksOn(decided.certificateId!), [302])
    for (const answer of answers) assert.doesNotMatch(JSON.stringify(answer), HIDDEN)
    for (const line of cloud.logLines) assert.doesNotMatch(line, HIDDEN)
  })

  // Last, since it protects a member of the household that the others are about.
  test('a protection that comes later conceals what was told before, of anybody in the form', async () => {
    const { clerk, disasterId, protect, blocksOn, receive, issuable, view } = desk
    const decided = await issuable('R-2', { dwellingAddress: '岐阜県飛騨市神岡町船津１' })
    assert.equal((await view(decided)).suppressed, false)
    const other = await clerk.get(addNonResident, {
      ...{ disasterId, name: '忍野　雪', kana: 'シノブノ　ユキ', birthOn: null, birthText: null, sex: '2' },
      ...{ address: '秘密町一番地', phone: '0577-99-0002', reason: '秘密町に居住', suppressed: true },
    })
    const theirs = await receive(other.personRef, {
      applicant: {
        ...{ name: '忍野　雪', kana: '', address: '秘密町一番地', birthOn: null, phone: '', email: '' },
        ...{ contactPlace: '', relationToHead: 'head' },
      },
      head: { residentNo: null, name: '忍野　雪', kana: '', address: '秘密町一番地' },
      dwellingAddress: '秘密町一番地',
    })
    assert.doesNotMatch(JSON.stringify(await view(theirs)), HIDDEN)
    await protect('5')
    const page = await clerk.get(listApplications, { disasterId, personRef: 'R-2' })
    assert.ok(page.applications.length > 0)
    for (const row of page.applications) assert.deepEqual([row.suppressed, row.dwellingAddress], [true, null])
    assert.doesNotMatch(JSON.stringify(await view(decided)), /船津/)
    assert.deepEqual(await blocksOn(decided.certificateId!), [302])
  })
})
