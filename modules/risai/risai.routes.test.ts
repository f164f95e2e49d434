import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { HouseholdNo, MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type Answer, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { RisaiSnapshot } from '../certificates/snapshot.ts'
import { addNonResident, getVictim, registerDisaster } from '../ledger/ledger.contract.ts'
import { nextSeq, openResidentIntake } from '../residents/intake.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import { risaiCertificateKind } from './certificate.actions.ts'
import * as contract from './risai.contract.ts'
import { takeSerialNo } from './risai.store.ts'
import { transitions, type ApplicationState, type Transition } from './risai.ts'

const hida = '212172' as MunicipalityCode
const takayama = '212032' as MunicipalityCode
const none = { on: null, uncertain: false, text: null }
/** Whatever tells where a protected person is, in any answer, makes a test fail. */
const HIDDEN = /秘密町|0577-99|hidden@example/

function resident(
  no: string,
  full: string,
  kana: string,
  over: Partial<ResidentRecord> = {},
): ResidentRecord {
  const noOtherNames = { latin: '', kanji: '', former: '', formerKana: '', alias: '', aliasKana: '' }
  return {
    residentNo: no as ResidentNo,
    historyNo: 1,
    branchNo: 0,
    householdNo: '100' as HouseholdNo,
    kind: 'japanese',
    state: 'resident',
    changedOn: none,
    notifiedOn: null,
    changeReason: '01',
    name: { full, kana, ...noOtherNames, preference: '1' },
    sex: '2',
    sexText: '女',
    birth: { on: '1950-03-04' as PlainDate, uncertain: false, text: null },
    relationCodes: ['02'],
    relationText: '世帯主',
    address: {
      ...{ municipalityCode: hida, townCode: '0000001', prefecture: '岐阜県', city: '飛騨市' },
      ...{ town: '古川町壱之町', number: '1番1号', building: '', postCode: '5094234' },
    },
    becameResidentOn: none,
    addressBefore: '',
    addressAfter: '',
    removedOn: none,
    foreign: null,
    ...over,
  }
}

const ume = resident('1', '佐藤　梅子', 'サトウ　ウメコ')
const taro = resident('2', '佐藤　太郎', 'サトウ　タロウ', { relationText: '子', relationCodes: ['20'] })
const child = resident('5', '佐藤　空', 'サトウ　ソラ', {
  relationText: '子の子',
  relationCodes: ['20', '20'],
  birth: { on: '2012-04-01' as PlainDate, uncertain: false, text: null },
})
const hidden = resident('3', '隠田　花', 'オンダ　ハナ', {
  householdNo: '300' as HouseholdNo,
  address: { ...ume.address, town: '秘密町', number: '九番地' },
})

type Form = RawInputOf<typeof contract.receiveApplication>['form']
type Head = OutputOf<typeof contract.acceptApplication>

describe('罹災証明', () => {
  let cloud: TestCloud
  let clerk: Browser
  let reviewer: Browser
  let colleague: Browser
  let neighbour: Browser
  let disasterId: string

  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard(takayama, '高山市')
    clerk = await cloud.signIn(hida, 'clerk')
    reviewer = await cloud.signIn(hida, 'reviewer')
    colleague = await cloud.signIn(hida, 'reviewer')
    neighbour = await cloud.signIn(takayama, 'reviewer')
    await asLink(async (ctx) => {
      const intake = await openResidentIntake(ctx)
      const rows = [ume, taro, hidden, child]
      await intake.write(rows.map((record, i) => ({ line: i + 2, record, latest: true, deleted: false })))
      await intake.finish()
      await intake.apply('full', await nextSeq(ctx))
    })
    await protect('3')
    const registered = await clerk.get(registerDisaster, {
      name: '令和８年地震',
      hazards: ['earthquake'],
      occurredOn: '2026-07-28',
      causeText: '令和８年７月２８日の地震による',
      applicationDeadlineOn: '2026-10-28',
    })
    disasterId = registered.disaster.disasterId
  })
  after(() => cloud.close())

  const asLink = <T>(work: (ctx: Ctx) => Promise<T>) =>
    withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'machine', name: 'link' }, municipality: hida, traceId: 'test' },
      work,
    )
  const protect = (residentNo: string) =>
    asLink((ctx) =>
      ctx.tx.sql(
        `insert into access.suppression (municipality_code, resident_no, history_no, from_seq, starts_on, ends_on, category, lifted)
         values ($1, $2, 1, 1, '2026-01-01', null, 'DV', false)`,
        [hida, residentNo],
      ),
    )
  const snapshotOf = (certificateId: string) =>
    cloud.as(hida, async (ctx) => {
      const frozen = await risaiCertificateKind.freeze(ctx, certificateId, {
        transactionId: '0'.repeat(32),
        requestDigest: '0'.repeat(64),
        channel: 'counter',
        issuedOn: '2026-11-21' as PlainDate,
        purpose: null,
      })
      return frozen.snapshot as RisaiSnapshot
    })
  const blocksOn = (certificateId: string) =>
    cloud.as(hida, async (ctx) =>
      (await risaiCertificateKind.blocks(ctx, certificateId, 'kiosk')).map((block) => block.code),
    )

  /** The form of a person as drafted, with what only the applicant can say. */
  async function formOf(personRef: string, over: Partial<Form> = {}): Promise<Form> {
    const { form } = await clerk.get(contract.draftApplication, { disasterId, personRef })
    return {
      ...form,
      damageText: '屋根瓦が落ちた',
      consents: { checkRecords: true, supportUse: true, selfJudgement: false, photoUse: false },
      ...over,
    }
  }
  const receive = async (personRef = 'R-1', over: Partial<Form> = {}, requestId?: string) =>
    await clerk.get(
      contract.receiveApplication,
      { disasterId, personRef, appliedOn: '2026-11-21', form: await formOf(personRef, over) },
      requestId,
    )
  const seen = (head: Head) => ({ applicationId: head.applicationId, version: head.version })
  const survey = {
    grade: 'G3' as const,
    surveyedOn: '2026-08-10',
    method: 'site' as const,
    surveyors: ['調査　一郎'],
    note: '南側の柱が傾く',
  }
  const grade = (head: Head, over: { grade?: 'G0' | 'G4' } = {}) =>
    clerk.get(contract.gradeDwelling, { ...seen(head), ...survey, ...over })
  const decide = (head: Head, by = reviewer, outcome: 'issuable' | 'not-issuable' = 'issuable') =>
    by.get(contract.decideApplication, {
      ...seen(head),
      outcome,
      reason: outcome === 'issuable' ? '' : '無被害',
    })
  const issuable = async (personRef = 'R-1', over: Partial<Form> = {}) =>
    await decide(
      await grade(await clerk.get(contract.acceptApplication, seen(await receive(personRef, over)))),
    )
  const view = (head: Pick<Head, 'applicationId'>) =>
    clerk.get(contract.getApplication, { applicationId: head.applicationId })

  test('an application goes from the counter to a certificate, and the ledger is told each step', async () => {
    const draft = await clerk.get(contract.draftApplication, { disasterId, personRef: 'R-2' })
    assert.equal(draft.afterDeadline, true)
    assert.deepEqual(
      [draft.form.applicant.name, draft.form.applicant.relationToHead],
      ['佐藤　太郎', 'member'],
    )
    assert.deepEqual(
      [draft.form.head.name, draft.form.causeText],
      ['佐藤　梅子', '令和８年７月２８日の地震による'],
    )
    assert.deepEqual(
      draft.form.members.map((member) => [member.name, member.relation]),
      [
        ['佐藤　太郎', '子'],
        ['佐藤　空', '子の子'],
      ],
    )
    assert.deepEqual(Object.values(draft.form.consents), [false, false, false, false])
    const received = await receive('R-2', { tenure: 'owned', damagedParts: ['roof'], copies: 2 })
    assert.deepEqual([received.state, received.version, received.serialNo], ['received', 1, 'R8-1-00001'])
    const decided = await decide(await grade(await clerk.get(contract.acceptApplication, seen(received))))
    assert.equal(decided.state, 'issuable')
    const snapshot = await snapshotOf(decided.certificateId!)
    assert.deepEqual(
      [snapshot.serialNo, snapshot.gradeCode, snapshot.headName, snapshot.cause],
      ['R8-1-00001', 'G3', '佐藤　梅子', '令和８年７月２８日の地震による'],
    )
    assert.deepEqual(snapshot.additional1, ['佐藤　梅子（世帯主）', '佐藤　太郎（子）', '佐藤　空（子の子）'])
    assert.deepEqual(
      [snapshot.additional2, snapshot.dwellingAddress],
      ['持家', '岐阜県飛騨市古川町壱之町1番1号'],
    )
    const page = await clerk.get(getVictim, { disasterId, personRef: 'R-2' })
    assert.deepEqual(page.facts.map((fact) => fact.kind).toSorted(), [
      'risai.accepted',
      'risai.decided',
      'risai.graded',
      'risai.received',
    ])
    const application = await view(received)
    assert.deepEqual(application.form.damagedParts, ['roof'])
    assert.equal(application.decisions[0]?.decidedBy, '試験 reviewer')
    assert.equal(application.gradings[0]?.gradedBy, '試験 clerk')
  })

  test('an act is refused in every state that does not allow it, and says the state', async () => {
    const inState: Readonly<Record<ApplicationState, () => Promise<Head>>> = {
      received: () => receive(),
      accepted: async () => await clerk.get(contract.acceptApplication, seen(await receive())),
      rejected: async () =>
        await clerk.get(contract.rejectApplication, { ...seen(await receive()), reason: '重複' }),
      graded: async () => await grade(await inState.accepted()),
      issuable: async () => await decide(await inState.graded()),
      'not-issuable': async () => await decide(await inState.graded(), reviewer, 'not-issuable'),
      withdrawn: async () =>
        await clerk.get(contract.withdrawApplication, { ...seen(await receive()), reason: '本人の申出' }),
    }
    const form = await formOf('R-1')
    const acts: Readonly<Partial<Record<Transition, (head: Head) => Promise<{ status: number }>>>> = {
      correct: (head) => clerk.call(contract.correctApplication, { ...seen(head), form }),
      accept: (head) => clerk.call(contract.acceptApplication, seen(head)),
      reject: (head) => clerk.call(contract.rejectApplication, { ...seen(head), reason: '重複' }),
      grade: (head) => clerk.call(contract.gradeDwelling, { ...seen(head), ...survey }),
      decide: (head) =>
        reviewer.call(contract.decideApplication, { ...seen(head), outcome: 'issuable', reason: '' }),
      withdraw: (head) => clerk.call(contract.withdrawApplication, { ...seen(head), reason: '本人の申出' }),
    }
    for (const [state, arrive] of Object.entries(inState)) {
      const head = await arrive()
      for (const [name, act] of Object.entries(acts)) {
        const from: readonly string[] = transitions[name as Transition].from
        if (from.includes(state)) continue
        const answer = (await act(head)) as Answer<typeof contract.acceptApplication>
        assert.ok(!answer.ok, `${name} in ${state}`)
        assert.equal(answer.problem.type, '/problems/risai/wrong-state', `${name} in ${state}`)
        assert.match(answer.problem.errors![0]!.message, /^現在の状態：/)
      }
      assert.deepEqual([(await view(head)).state, (await view(head)).version], [state, head.version])
    }
  })

  test('of two reviewers deciding at once one wins, and the other learns who was first and what holds', async () => {
    for (let round = 0; round < 5; round++) {
      const head = await grade(await clerk.get(contract.acceptApplication, seen(await receive())))
      const answers = await Promise.all([
        reviewer.call(contract.decideApplication, { ...seen(head), outcome: 'issuable', reason: '' }),
        colleague.call(contract.decideApplication, {
          ...seen(head),
          outcome: 'not-issuable',
          reason: '対象外',
        }),
      ])
      const winner = answers.find((answer) => answer.ok)
      const loser = answers.find((answer) => !answer.ok)
      assert.ok(winner?.ok && loser && !loser.ok)
      assert.equal(loser.problem.type, '/problems/platform/changed-by-other')
      const label = winner.body.state === 'issuable' ? '交付可' : '交付不可'
      assert.equal(loser.problem.errors?.[0]?.message, `現在の状態：${label}`)
      assert.equal((await view(head)).decisions.length, 1)
    }
  })

  test('the same request twice receives one application and decides once', async () => {
    const requestId = uuidv7()
    const input = { disasterId, personRef: 'R-1', appliedOn: '2026-11-21', form: await formOf('R-1') }
    const first = await clerk.get(contract.receiveApplication, input, requestId)
    assert.deepEqual(await clerk.get(contract.receiveApplication, input, requestId), first)
    const head = await grade(await clerk.get(contract.acceptApplication, seen(first)))
    const decision = { ...seen(head), outcome: 'issuable' as const, reason: '' }
    const twice = uuidv7()
    const answers = await Promise.all([
      reviewer.get(contract.decideApplication, decision, twice),
      reviewer.get(contract.decideApplication, decision, twice),
    ])
    assert.deepEqual(answers[0], answers[1])
    assert.equal((await view(head)).certificates.length, 1)
  })

  test('numbers are one to n without a gap, though many are taken at once and some are given back', async () => {
    const { disaster } = await clerk.get(registerDisaster, {
      ...{ name: '令和８年豪雪', hazards: ['heavy-snow'], occurredOn: '2026-01-10' },
      ...{ causeText: '令和８年１月１０日の豪雪による', applicationDeadlineOn: null },
    })
    const take = (fails: boolean) =>
      cloud
        .as(hida, async (ctx) => {
          const no = await takeSerialNo(ctx.tx, disaster.disasterId as never)
          if (fails) throw new Error('given back')
          return no
        })
        .catch(() => 0)
    const taken = await Promise.all(Array.from({ length: 48 }, (_, i) => take(i % 6 === 0)))
    const alone: number[] = []
    for (let i = 0; i < 24; i++) alone.push(await take(false))
    const all = [...taken.filter((no) => no !== 0), ...alone].toSorted((a, b) => a - b)
    assert.equal(new Set(all).size, 64)
    assert.deepEqual(
      all,
      Array.from({ length: 64 }, (_, i) => i + 1),
    )
  })

  test('who is not of the ledger cannot apply nor stand in a form, and is told what to do', async () => {
    const form = await formOf('R-1')
    const base = { disasterId, appliedOn: '2026-11-21', form }
    const stranger = await clerk.call(contract.receiveApplication, { ...base, personRef: 'R-999' })
    assert.ok(!stranger.ok)
    assert.equal(stranger.problem.type, '/problems/ledger/person-not-in-ledger')
    assert.match(stranger.problem.detail, /住登外者の追加/)
    const member = { residentNo: '999', name: '誰か', kana: '', relation: '', birthOn: null }
    const withStranger = await clerk.call(contract.receiveApplication, {
      ...base,
      personRef: 'R-1',
      form: { ...form, members: [member] },
    })
    assert.ok(!withStranger.ok)
    assert.equal(withStranger.problem.type, '/problems/risai/member-not-in-ledger')
  })

  test('an application lacks a mandatory consent or item: refused with every field named', async () => {
    const form = await formOf('R-1')
    const send = (over: Partial<Form>, appliedOn = '2026-11-21') =>
      clerk.call(contract.receiveApplication, {
        ...{ disasterId, personRef: 'R-1', appliedOn },
        form: { ...form, ...over },
      })
    const consents = { checkRecords: true, supportUse: false, selfJudgement: true, photoUse: true }
    const pointers = async (answer: ReturnType<typeof send>) => {
      const got = await answer
      return got.ok ? [] : got.problem.errors?.map((error) => error.pointer)
    }
    assert.deepEqual(await pointers(send({ consents })), ['/form/consents/supportUse'])
    assert.deepEqual(await pointers(send({ dwellingAddress: ' ', damageText: '' })), [
      '/form/dwellingAddress',
      '/form/damageText',
    ])
    assert.deepEqual(await pointers(send({}, '2026-11-22')), ['/appliedOn'])
    assert.deepEqual(await pointers(send({ floodDepthCm: 2001 })), ['/form/floodDepthCm'])
  })

  test('無被害 is certified for nobody, and a survey before the disaster is refused', async () => {
    const accepted = await clerk.get(contract.acceptApplication, seen(await receive()))
    const early = await clerk.call(contract.gradeDwelling, {
      ...{ ...seen(accepted), ...survey },
      surveyedOn: '2026-07-27',
    })
    assert.ok(!early.ok)
    assert.equal(early.problem.type, '/problems/risai/survey-out-of-range')
    const head = await grade(accepted, { grade: 'G0' })
    const answer = await reviewer.call(contract.decideApplication, {
      ...{ ...seen(head), outcome: 'issuable', reason: '' },
    })
    assert.ok(!answer.ok)
    assert.equal(answer.problem.type, '/problems/risai/no-damage-certificate')
    assert.equal((await view(head)).state, 'graded')
    assert.equal((await decide(head, reviewer, 'not-issuable')).certificateId, null)
  })

  test('a re-graded dwelling gets another number, and the old certificate is nobody’s any more', async () => {
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
    const decided = await issuable()
    const call = { actor: { kind: 'job', task: 'test' }, municipality: hida, traceId: 'test' } as const
    const order: string[] = []
    let withdrawal: Promise<unknown> | undefined
    await withCtx(
      cloud.runtime,
      call,
      async (ctx) => {
        assert.deepEqual(await risaiCertificateKind.blocks(ctx, decided.certificateId!, 'counter'), [])
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

  test('members who are not to be printed are absent from what is frozen', async () => {
    const decided = await issuable('R-1', { printMembers: false })
    const snapshot = await snapshotOf(decided.certificateId!)
    assert.equal(snapshot.additional1, null)
    assert.doesNotMatch(JSON.stringify(snapshot), /太郎|佐藤　空/)
  })

  test('nothing that leaves tells where a protected applicant is, and no certificate is made out', async () => {
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
    await keep(clerk.get(contract.listApplications, { disasterId, personRef: 'R-3' }))
    await keep(clerk.get(getVictim, { disasterId, personRef: 'R-3' }))
    assert.deepEqual(await blocksOn(decided.certificateId!), [302])
    await assert.rejects(snapshotOf(decided.certificateId!), /about to be certified/)
    await keep(
      reviewer.get(contract.withdrawCertificate, {
        ...{ certificateId: decided.certificateId!, version: decided.version, reason: '秘密町の再調査' },
      }),
    )
    await keep(view(decided))
    for (const answer of answers) assert.doesNotMatch(JSON.stringify(answer), HIDDEN)
    for (const line of cloud.logLines) assert.doesNotMatch(line, HIDDEN)
  })

  test('lists page by state without losing or repeating anybody, and counts agree', async () => {
    const whole = await clerk.get(contract.listApplications, { disasterId, limit: 100 })
    const paged: string[] = []
    let after: string | null = null
    do {
      const page: OutputOf<typeof contract.listApplications> = await clerk.get(contract.listApplications, {
        ...{ disasterId, limit: 3, after },
      })
      paged.push(...page.applications.map((one) => one.applicationId))
      after = page.next
    } while (after !== null)
    assert.deepEqual(
      paged,
      whole.applications.map((one) => one.applicationId),
    )
    const { counts } = await clerk.get(contract.countApplications, { disasterId })
    for (const { state, count } of counts) {
      const listed = await clerk.get(contract.listApplications, { disasterId, states: [state], limit: 100 })
      assert.equal(listed.applications.length, count, state)
    }
    const [twelfth] = (await clerk.get(contract.listApplications, { disasterId, serialNo: '12' }))
      .applications
    assert.equal(twelfth?.serialNo, 'R8-1-00012')
  })

  test('ids of another town answer 404 on every endpoint that takes one', async () => {
    const mine = await issuable('R-1')
    const form = await formOf('R-1')
    const certificateId = mine.certificateId!
    const answers = [
      await neighbour.call(contract.draftApplication, { disasterId, personRef: 'R-1' }),
      await neighbour.call(contract.receiveApplication, {
        ...{ disasterId, personRef: 'R-1', appliedOn: '2026-11-21', form },
      }),
      await neighbour.call(contract.listApplications, { disasterId }),
      await neighbour.call(contract.countApplications, { disasterId }),
      await neighbour.call(contract.getApplication, { applicationId: mine.applicationId }),
      await neighbour.call(contract.correctApplication, { ...seen(mine), form }),
      await neighbour.call(contract.acceptApplication, seen(mine)),
      await neighbour.call(contract.rejectApplication, { ...seen(mine), reason: '不可' }),
      await neighbour.call(contract.gradeDwelling, { ...seen(mine), ...survey, surveyors: ['他町'] }),
      await neighbour.call(contract.decideApplication, { ...seen(mine), outcome: 'issuable', reason: '' }),
      await neighbour.call(contract.withdrawApplication, { ...seen(mine), reason: '不可' }),
      await neighbour.call(contract.withdrawCertificate, {
        certificateId,
        version: mine.version,
        reason: '不可',
      }),
    ]
    assert.deepEqual(
      answers.map((answer) => answer.status),
      answers.map(() => 404),
    )
    assert.deepEqual([(await view(mine)).state, (await view(mine)).version], ['issuable', mine.version])
    await assert.rejects(
      cloud.as(takayama, (ctx) => risaiCertificateKind.blocks(ctx, certificateId, 'counter')),
      { message: 'risai/certificate-not-found' },
    )
  })

  test('a receiving clerk may not decide', async () => {
    const head = await grade(await clerk.get(contract.acceptApplication, seen(await receive())))
    const answer = await clerk.call(contract.decideApplication, {
      ...seen(head),
      outcome: 'issuable',
      reason: '',
    })
    assert.equal(answer.status, 403)
  })

  // Last, since it protects a member of the household that the others are about.
  test('a protection that comes later conceals what was told before, of anybody in the form', async () => {
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
    const page = await clerk.get(contract.listApplications, { disasterId, personRef: 'R-2' })
    assert.ok(page.applications.length > 0)
    for (const row of page.applications) assert.deepEqual([row.suppressed, row.dwellingAddress], [true, null])
    assert.doesNotMatch(JSON.stringify(await view(decided)), /船津/)
    assert.deepEqual(await blocksOn(decided.certificateId!), [302])
  })
})
