import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import {
  confirmIssuePrinted,
  getIssueDocument,
  issueAtCounter,
} from '../certificates/certificates.contract.ts'
import { checkPaper } from '../certificates/verification.contract.ts'
import { getVictim } from '../ledger/ledger.contract.ts'
import * as contract from './resurveys.contract.ts'
import { countApplications, listApplications } from './listing.contract.ts'
import * as risai from './risai.contract.ts'
import { setTerms } from './terms.contract.ts'
import { openDesk, seen, survey, type RisaiDesk } from './testing/desk.ts'

type Asked = { resurveyId: string; version: number }
const at = ({ resurveyId, version }: Asked) => ({ resurveyId, version })

describe('再調査・訂正・同じ住家の決定', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  before(async () => {
    cloud = await testCloud({ pdf: true })
    desk = await openDesk(cloud)
  })
  after(() => cloud.close())

  const ask = async (
    decided: { applicationId: string; version: number },
    over: Partial<RawInputOf<typeof contract.receiveResurvey>> = {},
  ) =>
    await desk.clerk.get(contract.receiveResurvey, {
      ...{ applicationId: decided.applicationId, version: decided.version },
      ...{ wanted: 'second', appliedOn: '2026-11-21', reason: '屋内の損傷が見られていない' },
      ...over,
    })
  const found = async (asked: Asked, grade: 'G3' | 'G2' | 'G0') =>
    await desk.clerk.get(contract.enterResurvey, {
      ...{ ...at(await desk.clerk.get(contract.acceptResurvey, at(asked))), ...survey, grade },
      surveyedOn: '2026-11-20',
    })
  const facts = async (personRef: string) =>
    (await desk.clerk.get(getVictim, { disasterId: desk.disasterId, personRef })).facts

  test('the same grade: the certificate stays in force; the chain shows both surveys', async () => {
    const decided = await desk.issuable('R-2')
    const asked = await ask(decided)
    const surveyed = await found(asked, 'G3')
    const kept = await desk.reviewer.get(contract.concludeResurvey, {
      ...at(surveyed),
      answer: '変わりません',
    })
    assert.deepEqual([kept.state, kept.certificateId], ['kept', decided.certificateId])
    assert.deepEqual(await desk.blocksOn(decided.certificateId!), [])
    const view = await desk.view(decided)
    assert.deepEqual([view.state, view.certificates.length, view.gradings.length], ['issuable', 1, 2])
    assert.equal(view.gradings[0]?.resurveyId, asked.resurveyId)
    assert.ok((await facts('R-2')).every(({ kind }) => kind !== 'risai.grade-changed'))
  })

  test('another grade: in one act the old loses its force, the new may be issued, and support is told', async () => {
    const decided = await desk.issuable('R-1')
    const surveyed = await found(await ask(decided), 'G2')
    // Until it is decided nothing has changed for anybody who holds the paper.
    assert.deepEqual(await desk.blocksOn(decided.certificateId!), [])
    const requestId = uuidv7()
    const conclude = { ...at(surveyed), answer: '' }
    const [one, other] = await Promise.all([
      desk.reviewer.get(contract.concludeResurvey, conclude, requestId),
      desk.reviewer.get(contract.concludeResurvey, conclude, requestId),
    ])
    assert.deepEqual(one, other)
    assert.equal(one.state, 'changed')
    const view = await desk.view(decided)
    assert.deepEqual(
      view.certificates.map((paper) => [paper.serialNo, paper.grade, paper.withdrawnCause]),
      [
        [`${view.serialNo}-2`, 'G2', null],
        [view.serialNo, 'G3', 'regraded'],
      ],
    )
    assert.deepEqual(await desk.blocksOn(decided.certificateId!), [309])
    assert.deepEqual(await desk.blocksOn(one.certificateId!), [])
    assert.equal((await desk.snapshotOf(one.certificateId!)).gradeCode, 'G2')
    const change = (await facts('R-1')).find(({ kind }) => kind === 'risai.grade-changed')
    assert.deepEqual([change?.codes['gradeBefore'], change?.codes['grade']], ['G3', 'G2'])
    assert.equal(change?.codes['certificateBefore'], decided.certificateId)
    // A third survey follows on the second: the chain has no end.
    const again = await found(await ask(view, { wanted: 'again' }), 'G3')
    const third = await desk.reviewer.get(contract.concludeResurvey, { ...at(again), answer: '' })
    assert.deepEqual(
      (await desk.view(decided)).certificates.map((paper) => paper.serialNo),
      [`${view.serialNo}-3`, `${view.serialNo}-2`, view.serialNo],
    )
    assert.deepEqual(await desk.blocksOn(third.certificateId!), [])
  })

  test('anybody who checks the paper that was handed out is told that it is void', async () => {
    const decided = await desk.issuable('R-1')
    const transactionId = randomBytes(16).toString('hex')
    await desk.clerk.get(issueAtCounter, {
      ...{ transactionId, kind: 'risai', subjectId: decided.certificateId!, copies: 1, purpose: null },
    })
    await desk.clerk.get(getIssueDocument, { transactionId })
    await desk.clerk.get(confirmIssuePrinted, { transactionId })
    const verified = async () => {
      const payload = { municipalityCode: desk.town, transactionId }
      const answer = await cloud.app.inject({ method: 'POST', url: checkPaper.path, payload })
      return answer.json<{ state: string }>().state
    }
    assert.equal(await verified(), 'genuine-and-in-force')
    const surveyed = await found(await ask(decided), 'G2')
    assert.equal(await verified(), 'genuine-and-in-force')
    await desk.reviewer.get(contract.concludeResurvey, { ...at(surveyed), answer: '' })
    assert.equal(await verified(), 'withdrawn')
  })

  test('two reviewers at once: one concludes, the other learns it; a 再調査 that is open is not asked for twice', async () => {
    const decided = await desk.issuable('R-1')
    const asked = await ask(decided)
    const twice = await desk.clerk.call(contract.receiveResurvey, {
      ...{ applicationId: decided.applicationId, version: decided.version + 1, wanted: 'again' as const },
      ...{ appliedOn: '2026-11-21', reason: '二重' },
    })
    assert.ok(!twice.ok)
    assert.equal(twice.problem.type, '/problems/risai/resurvey-open')
    const withdrawn = await desk.reviewer.call(risai.withdrawCertificate, {
      ...{ certificateId: decided.certificateId!, version: decided.version + 1, reason: '誤り' },
    })
    assert.ok(!withdrawn.ok)
    assert.equal(withdrawn.problem.type, '/problems/risai/resurvey-open')
    const surveyed = await found(asked, 'G2')
    const answers = await Promise.all(
      [desk.reviewer, desk.colleague].map((who) =>
        who.call(contract.concludeResurvey, { ...at(surveyed), answer: '' }),
      ),
    )
    assert.equal(answers.filter((answer) => answer.ok).length, 1)
    assert.equal((await desk.view(decided)).certificates.length, 2)
  })

  test('無被害 found by a 再調査 leaves no certificate; another 再調査 may bring one back', async () => {
    const decided = await desk.issuable('R-1')
    const surveyed = await found(await ask(decided), 'G0')
    const none = await desk.reviewer.get(contract.concludeResurvey, { ...at(surveyed), answer: '' })
    assert.equal(none.certificateId, null)
    const view = await desk.view(decided)
    assert.equal(view.state, 'not-issuable')
    assert.ok(view.certificates.every(({ withdrawnAt }) => withdrawnAt !== null))
    const back = await found(await ask(view, { wanted: 'again' }), 'G3')
    const restored = await desk.reviewer.get(contract.concludeResurvey, { ...at(back), answer: '' })
    assert.ok(restored.certificateId)
    assert.equal((await desk.view(decided)).state, 'issuable')
  })

  test('after the term it is taken by a person with a reason; the reason stays', async () => {
    const decided = await desk.issuable('R-1')
    await desk.reviewer.get(setTerms, {
      ...{ disasterId: desk.disasterId, termsNo: 0, applicationUntilOn: '2026-12-28', resurveyDays: 90 },
      note: '罹災証明書交付要綱 第8条',
    })
    cloud.clock = new Date('2027-03-01T00:00:00Z')
    try {
      const clerk = await cloud.signIn(desk.town, 'clerk')
      const input = {
        ...{ applicationId: decided.applicationId, version: decided.version, wanted: 'second' as const },
        ...{ appliedOn: '2027-03-01', reason: '基礎の亀裂に後で気付いた' },
      }
      const late = await clerk.call(contract.receiveResurvey, input)
      assert.ok(!late.ok)
      assert.deepEqual(late.problem.errors?.[0]?.pointer, '/lateReason')
      await clerk.get(contract.receiveResurvey, { ...input, lateReason: '入院していたため' })
      const { resurveys, untilOn } = await clerk.get(contract.listResurveys, {
        applicationId: decided.applicationId,
      })
      assert.deepEqual([untilOn, resurveys[0]?.lateReason], ['2027-02-19', '入院していたため'])
    } finally {
      cloud.clock = new Date('2026-11-21T00:00:00Z')
    }
  })

  test('訂正 changes the words and not the grade: another number, and the old paper is void', async () => {
    const decided = await desk.issuable('R-1')
    const before = await desk.view(decided)
    const amended = await desk.reviewer.get(contract.amendCertificate, {
      ...{ ...seen(decided), reason: '番地の誤り' },
      form: { ...before.form, dwellingAddress: '岐阜県飛騨市古川町壱之町1番2号' },
    })
    assert.equal(amended.state, 'issuable')
    const view = await desk.view(decided)
    assert.deepEqual(
      view.certificates.map(({ serialNo, grade, withdrawnCause }) => [serialNo, grade, withdrawnCause]),
      [
        [`${view.serialNo}-2`, 'G3', null],
        [view.serialNo, 'G3', 'corrected'],
      ],
    )
    const snapshot = await desk.snapshotOf(amended.certificateId!)
    assert.deepEqual([snapshot.dwellingAddress, snapshot.gradeCode], ['岐阜県飛騨市古川町壱之町1番2号', 'G3'])
    const clerkTries = await desk.clerk.call(contract.amendCertificate, {
      ...{ applicationId: decided.applicationId, version: amended.version, reason: '誤り', form: view.form },
    })
    assert.equal(clerkTries.status, 403)
  })

  test('owner and tenant have papers of their own from one decision, and the owner’s follows when it changes', async () => {
    const tenant = await desk.issuable('R-1')
    const owner = await desk.clerk.get(risai.acceptApplication, {
      ...seen(await desk.receive('R-2', { occupancy: 'not-living', tenure: 'owned' })),
    })
    const adopt = { ...seen(owner), sameAs: tenant.applicationId }
    const adopted = await desk.reviewer.get(contract.adoptDecision, adopt)
    assert.equal(adopted.state, 'issuable')
    const view = await desk.view(owner)
    assert.deepEqual([view.gradings[0]?.grade, view.gradings[0]?.sameAs], ['G3', tenant.applicationId])
    const twice = await desk.reviewer.call(contract.adoptDecision, {
      ...{ ...adopt, version: adopted.version },
    })
    assert.ok(!twice.ok)
    assert.equal(twice.problem.type, '/problems/risai/already-adopted')
    const surveyed = await found(await ask(tenant), 'G2')
    const waiting = async () => {
      const { waiting: counts } = await desk.clerk.get(countApplications, { disasterId: desk.disasterId })
      const listed = await desk.clerk.get(listApplications, {
        ...{ disasterId: desk.disasterId, waiting: 'same-dwelling' as const },
      })
      assert.equal(counts.sameDwelling, listed.applications.length)
      const ours = listed.applications.filter(({ applicationId }) => applicationId === owner.applicationId)
      assert.ok(ours.every(({ decisionChanged }) => decisionChanged))
      return ours.length
    }
    assert.deepEqual([await waiting(), (await desk.view(owner)).decisionChanged], [0, null])
    await desk.reviewer.get(contract.concludeResurvey, { ...at(surveyed), answer: '' })
    // It is announced on the owner's application and in the list, until the decision is adopted anew.
    const { applicationId, serialNo } = await desk.view(tenant)
    assert.deepEqual((await desk.view(owner)).decisionChanged, {
      ...{ application: { applicationId, serialNo }, grade: 'G2' },
    })
    assert.equal(await waiting(), 1)
    const follows = await desk.reviewer.get(contract.adoptDecision, { ...adopt, version: adopted.version })
    const papers = (await desk.view(owner)).certificates
    assert.deepEqual(
      papers.map(({ grade, withdrawnCause }) => [grade, withdrawnCause]),
      [
        ['G2', null],
        ['G3', 'regraded'],
      ],
    )
    assert.equal(papers[0]?.certificateId, follows.certificateId)
    assert.deepEqual([await waiting(), (await desk.view(owner)).decisionChanged], [0, null])
  })

  test('another town knows none of it; of the protected no reason leaves and no dwelling is told by another', async () => {
    const decided = await desk.issuable('R-1')
    const asked = await ask(decided)
    const theirs = [
      await desk.neighbour.call(contract.listResurveys, { applicationId: decided.applicationId }),
      await desk.neighbour.call(contract.concludeResurvey, { ...at(asked), answer: '' }),
      await desk.neighbour.call(contract.adoptDecision, {
        ...{ applicationId: decided.applicationId, version: 1, sameAs: decided.applicationId },
      }),
    ]
    assert.deepEqual(
      theirs.map(({ status }) => status),
      [404, 404, 404],
    )
    const place = '秘密町九番地'
    const form = await desk.formOf('R-3')
    const hidden = await desk.issuable('R-3', {
      applicant: { ...form.applicant, address: place },
      head: { ...form.head, address: place },
      dwellingAddress: place,
    })
    await ask(hidden, { reason: '秘密町の家の奥' })
    const { resurveys } = await desk.clerk.get(contract.listResurveys, {
      applicationId: hidden.applicationId,
    })
    assert.equal(resurveys[0]?.reason, '')
    const next = await desk.clerk.get(risai.acceptApplication, seen(await desk.receive('R-2')))
    const leak = await desk.reviewer.call(contract.adoptDecision, {
      ...{ ...seen(next), sameAs: hidden.applicationId },
    })
    assert.ok(!leak.ok)
    assert.equal(leak.problem.type, '/problems/risai/not-same-dwelling')
    for (const line of cloud.logLines) assert.doesNotMatch(line, /秘密町/)
  })
})
