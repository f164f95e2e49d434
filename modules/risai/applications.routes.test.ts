import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { testCloud, type Answer, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { getVictim, registerDisaster } from '../ledger/ledger.contract.ts'
import { risaiCertificateKind } from './certificate.actions.ts'
import { joinApplication } from './joining.contract.ts'
import { countApplications, listApplications } from './listing.contract.ts'
import * as contract from './risai.contract.ts'
import { takeSerialNo } from './risai.store.ts'
import { transitions, type ApplicationState, type Transition } from './risai.ts'
import {
  hida,
  openDesk,
  seen,
  survey,
  takayama,
  type Form,
  type Head,
  type RisaiDesk,
} from './testing/desk.ts'

describe('罹災証明の申請', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  before(async () => {
    cloud = await testCloud()
    desk = await openDesk(cloud)
  })
  after(() => cloud.close())

  test('an application goes from the counter to a certificate, and the ledger is told each step', async () => {
    const { clerk, disasterId, snapshotOf, receive, grade, decide, view } = desk
    const draft = await clerk.get(contract.draftApplication, { disasterId, personRef: 'R-2' })
    assert.deepEqual([draft.afterDeadline, draft.untilOn], [false, '2026-12-28'])
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
      // Graded without its survey: nobody has to go there any more.
      'surveys.cancelled',
      'surveys.requested',
    ])
    const application = await view(received)
    assert.deepEqual(application.form.damagedParts, ['roof'])
    assert.equal(application.decisions[0]?.decidedBy, '試験 reviewer')
    assert.equal(application.gradings[0]?.gradedBy, '試験 clerk')
  })

  test('an act is refused in every state that does not allow it, and says the state', async () => {
    const { clerk, reviewer, formOf, receive, grade, decide, view } = desk
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
      joined: async () => {
        const into = await receive()
        const joins = { ...seen(await receive()), intoId: into.applicationId, reason: '二重の申請' }
        return await clerk.get(joinApplication, joins)
      },
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
    const { clerk, reviewer, colleague, receive, grade, view } = desk
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
    const { clerk, reviewer, disasterId, formOf, grade, view } = desk
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
    const { clerk } = desk
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
    const { clerk, disasterId, formOf } = desk
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
    const { clerk, disasterId, formOf } = desk
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
    const { clerk, reviewer, receive, grade, decide, view } = desk
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

  test('lists page by state without losing or repeating anybody, and counts agree', async () => {
    const { clerk, disasterId, formOf, receive } = desk
    const address = '秘密町九番地'
    const { applicant, head } = await formOf('R-3')
    const concealed = { applicant: { ...applicant, address }, head: { ...head, address } }
    await receive('R-3', { ...concealed, dwellingAddress: address })
    const whole = await clerk.get(listApplications, { disasterId, limit: 100 })
    const paged: string[] = []
    let after: string | null = null
    do {
      const page: OutputOf<typeof listApplications> = await clerk.get(listApplications, {
        ...{ disasterId, limit: 3, after },
      })
      paged.push(...page.applications.map((one) => one.applicationId))
      after = page.next
    } while (after !== null)
    assert.deepEqual(
      paged,
      whole.applications.map((one) => one.applicationId),
    )
    const { counts } = await clerk.get(countApplications, { disasterId })
    for (const { state, count } of counts) {
      const listed = await clerk.get(listApplications, { disasterId, states: [state], limit: 100 })
      assert.equal(listed.applications.length, count, state)
    }
    const [twelfth] = (await clerk.get(listApplications, { disasterId, serialNo: '12' })).applications
    assert.equal(twelfth?.serialNo, 'R8-1-00012')
  })

  test('ids of another town answer 404 on every endpoint that takes one', async () => {
    const { neighbour, disasterId, formOf, issuable, view } = desk
    const mine = await issuable('R-1')
    const form = await formOf('R-1')
    const certificateId = mine.certificateId!
    const answers = [
      await neighbour.call(contract.draftApplication, { disasterId, personRef: 'R-1' }),
      await neighbour.call(contract.receiveApplication, {
        ...{ disasterId, personRef: 'R-1', appliedOn: '2026-11-21', form },
      }),
      await neighbour.call(listApplications, { disasterId }),
      await neighbour.call(countApplications, { disasterId }),
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
      cloud.as(takayama, (ctx) => risaiCertificateKind.blocks(ctx, certificateId, 'counter', {})),
      { message: 'risai/certificate-not-found' },
    )
  })

  test('a receiving clerk may not decide', async () => {
    const { clerk, receive, grade } = desk
    const head = await grade(await clerk.get(contract.acceptApplication, seen(await receive())))
    const answer = await clerk.call(contract.decideApplication, {
      ...seen(head),
      outcome: 'issuable',
      reason: '',
    })
    assert.equal(answer.status, 403)
  })
})
