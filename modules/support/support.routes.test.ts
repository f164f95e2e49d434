import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { changeHousehold } from '../ledger/households.contract.ts'
import { householdReasons } from '../ledger/household-reasons.ts'
import { getVictim } from '../ledger/ledger.contract.ts'
import { noCircumstances } from './rules/facts.ts'
import * as offered from './programmes.contract.ts'
import * as contract from './support.contract.ts'
import { openOffice, type Office } from './testing/office.ts'

describe('支援制度', () => {
  let cloud: TestCloud
  let office: Office
  let certified: Awaited<ReturnType<Office['issuable']>>
  before(async () => {
    cloud = await testCloud({ pdf: true })
    office = await openOffice(cloud)
  })
  after(() => cloud.close())

  const answerOf = async (code: string, personRef = 'R-1') =>
    (await office.support(personRef)).programmes.find((one) => one.programmeCode === code)!.assessment

  test('before a certificate nothing is guessed; with it the household of the disaster is judged', async () => {
    const open = await answerOf('saiken-kasan')
    assert.equal(open.answer, 'unknown')
    assert.ok(open.missing.some((word) => word.includes('罹災証明書の被害の程度')))
    certified = await office.issuable('R-1')
    const base = await answerOf('saiken-kiso')
    assert.deepEqual([base.answer, base.deadlineOn], ['unknown', '2027-08-27'])
    await office.told({ demolished: false, rebuild: 'rent' })
    const rented = await answerOf('saiken-kasan')
    assert.deepEqual([rented.answer, rented.amountYen], ['yes', 250_000])
    assert.ok(rented.reasons.some(({ text }) => text === '災害時の世帯員は3人（複数世帯）'))
    assert.equal((await answerOf('saiken-kiso')).answer, 'no')
  })

  test('who is certified and has not asked stands in the list until they ask', async () => {
    const { clerk, disasterId } = office
    const first = await office.match()
    assert.deepEqual([first.households, first.changed], [2, 2])
    assert.equal((await office.match()).changed, 0)
    const wanted = { disasterId, programmeCode: 'saiken-kasan' }
    const before = await clerk.get(contract.listUnapplied, wanted)
    assert.equal(before.households.length, 1)
    assert.equal(before.households[0]!.grade, 'G3')
    const file = await clerk.call(contract.exportUnapplied, wanted)
    assert.ok(file.ok && file.bytes.toString().includes('佐藤'))
    const { programmes, lastRun } = await clerk.get(offered.listProgrammes, { disasterId })
    assert.equal(programmes.find((one) => one.programmeCode === 'saiken-kasan')!.eligible, 1)
    assert.equal(lastRun!.households, 2)
  })

  test('one proposes, another decides, and the letter says it in plain words', async () => {
    const { clerk, reviewer, disasterId } = office
    const answer = await office.apply('saiken-kasan')
    assert.ok(answer.ok)
    const { supportId } = answer.body
    const wrong = await reviewer.call(contract.proposeSupport, {
      ...{ supportId, version: 1, outcome: 'grant', amountYen: 250_001, note: '' },
    })
    assert.equal(wrong.ok, false)
    const proposed = await reviewer.get(contract.proposeSupport, {
      ...{ supportId, version: 1, outcome: 'grant', amountYen: 250_000, note: '契約書を確認' },
    })
    const own = await reviewer.call(contract.decideSupport, {
      ...{ supportId, version: proposed.version, approved: true, reason: '' },
    })
    assert.ok(!own.ok && own.problem.type.endsWith('/same-person'))
    assert.equal((await clerk.call(contract.getSupportLetter, { supportId })).ok, false)
    const { colleague } = office
    const decisions = await Promise.all(
      [1, 2].map(() =>
        colleague.call(contract.decideSupport, {
          supportId,
          version: proposed.version,
          approved: true,
          reason: '',
        }),
      ),
    )
    assert.deepEqual(
      decisions.map(({ status }) => status).toSorted((one, other) => one - other),
      [200, 409],
    )
    const page = await office.view(supportId)
    assert.deepEqual(
      page.awards.map(({ kind, amountYen }) => [kind, amountYen]),
      [['grant', 250_000]],
    )
    const letter = await clerk.call(contract.getSupportLetter, { supportId })
    assert.ok(letter.ok)
    const [text] = extractPages(letter.bytes)
    assert.match(text!.replace(/\s/g, ''), /佐藤梅子様.*お支払いします.*250,000円/s)
    const facts = (await clerk.get(getVictim, { disasterId, personRef: 'R-1' })).facts.map(({ kind }) => kind)
    for (const kind of ['support.received', 'support.proposed', 'support.decided', 'support.circumstances'])
      assert.ok(facts.includes(kind), kind)
    const list = await clerk.get(contract.listUnapplied, { disasterId, programmeCode: 'saiken-kasan' })
    assert.deepEqual(list.households, [])
  })

  test('a household that splits cannot claim twice, whoever of it asks', async () => {
    const { clerk, disasterId } = office
    const { household } = { household: await office.support('R-2') }
    assert.equal(household.size, 3)
    await clerk.get(changeHousehold, {
      ...{ disasterId, personRef: 'R-1', version: 0, act: 'split', people: ['R-2'], otherVersion: 0 },
      ...{ head: 'R-2', reasonCode: householdReasons[0].value, reason: '別世帯' },
    })
    assert.equal((await office.support('R-2')).size, 1)
    const again = await office.apply('saiken-kasan', 'R-2')
    assert.ok(!again.ok && again.problem.type.endsWith('/already-claimed'))
    await office.match()
    const { differences } = await clerk.get(contract.listSupportDifferences, { disasterId })
    // Two of three are left: still more than one, so nothing is over-paid.
    assert.deepEqual(differences, [])
  })

  test('a grade corrected after the decision shows what is paid too little, and a person decides', async () => {
    const { clerk, colleague, disasterId } = office
    await office.regrade(certified, 'G1')
    await office.match()
    const { differences } = await clerk.get(contract.listSupportDifferences, { disasterId })
    assert.equal(differences.length, 1)
    const [one] = differences
    assert.deepEqual([one!.awardedYen, one!.entitledYen, one!.state], [250_000, 500_000, 'open'])
    assert.ok(one!.changes.includes('被害の程度：中規模半壊 → 全壊'), one!.changes.join())
    const { differenceId, version } = one!
    const wrong = await colleague.call(contract.decideSupportDifference, {
      ...{ differenceId, version, act: 'claim-back', reason: '誤り' },
    })
    assert.ok(!wrong.ok && wrong.problem.type.endsWith('/wrong-act'))
    await colleague.get(contract.decideSupportDifference, {
      differenceId,
      version,
      act: 'extra',
      reason: '再調査による',
    })
    await office.match()
    const { differences: after } = await clerk.get(contract.listSupportDifferences, { disasterId })
    assert.deepEqual(
      after.map(({ state }) => state),
      ['extra'],
    )
    const sums = (await office.view(one!.supportId)).awards.map(({ kind, amountYen }) => [kind, amountYen])
    assert.deepEqual(sums, [
      ['grant', 250_000],
      ['extra', 250_000],
    ])
  })

  test('what two clerks tell of a household at once is not lost: the second learns it changed', async () => {
    const { clerk, disasterId } = office
    const { circumstancesVersion } = await office.support()
    const tell = (landLossPercent: number) =>
      clerk.call(contract.saveCircumstances, {
        ...{ disasterId, personRef: 'R-1', circumstancesVersion },
        circumstances: { ...noCircumstances, harmed: null, landLossPercent },
      })
    const answers = await Promise.all([tell(1), tell(2)])
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((one, other) => one - other),
      [200, 409],
    )
  })

  test('staff make a round of 義援金, and a refused application frees the claim', async () => {
    const { reviewer, clerk, disasterId } = office
    const round = {
      ...{
        disasterId,
        programmeCode: null,
        programmeVersion: 0,
        title: '義援金（第1次配分）',
        area: 'donation' as const,
      },
      rule: {
        ...{ kind: 'by-grade' as const, gradeYen: { G1: 200_000, G3: 100_000 } },
        ...{ perMemberYen: 0, deathYen: 0, injuryYen: 0, tenure: null, incomeCapYen: null },
      },
      ...{
        documents: ['申請書'],
        about: '県の義援金です。',
        basis: '配分委員会 令和8年9月1日',
        ended: false,
      },
    }
    const empty = await reviewer.call(offered.writeTownProgramme, {
      ...round,
      rule: { ...round.rule, gradeYen: {} },
    })
    assert.ok(!empty.ok && empty.problem.type.endsWith('/empty-rule'))
    const { programmeCode } = await reviewer.get(offered.writeTownProgramme, round)
    assert.equal((await answerOf(programmeCode)).amountYen, 200_000)
    const taken = await office.apply(programmeCode)
    assert.ok(taken.ok)
    assert.equal((await office.apply(programmeCode)).status, 409)
    await office.propose(taken.body.supportId, {
      outcome: 'refuse',
      amountYen: 0,
      note: '別の市町村で受給済み',
    })
    assert.equal((await office.decideSupport(taken.body.supportId)).state, 'refused')
    const third = await office.apply(programmeCode)
    assert.ok(third.ok)
    // Who takes it back frees the claim, too; what a colleague changed meanwhile is not taken back unseen.
    const withdrawal = { ...{ supportId: third.body.supportId, version: 1 }, reason: '本人の申出' }
    const stale = await clerk.call(contract.withdrawSupport, { ...withdrawal, version: 2 })
    assert.equal(stale.status, 409)
    assert.equal((await office.neighbour.call(contract.withdrawSupport, withdrawal)).status, 404)
    assert.equal((await clerk.get(contract.withdrawSupport, withdrawal)).state, 'withdrawn')
    assert.equal((await clerk.call(contract.withdrawSupport, { ...withdrawal, version: 2 })).ok, false)
    assert.equal((await office.apply(programmeCode)).ok, true)
    assert.equal((await clerk.call(offered.writeTownProgramme, round)).status, 403)
  })

  test('of somebody protected no place, word or reason leaves, and another town finds nothing', async () => {
    const { clerk, neighbour, disasterId } = office
    await office.told({ rebuild: 'rent' }, 'R-3')
    const hidden = await office.apply('kyujo-shokuhin', 'R-3')
    assert.ok(hidden.ok)
    const { supportId } = hidden.body
    const texts = [
      await office.view(supportId),
      await office.support('R-3'),
      await clerk.get(contract.listSupportApplications, { disasterId }),
    ].map((answer) => JSON.stringify(answer))
    assert.ok(texts.every((text) => !text.includes('秘密町') && !text.includes('窓口で受付":')))
    assert.equal((await office.view(supportId)).note, null)
    assert.equal((await neighbour.call(contract.getSupportApplication, { supportId })).status, 404)
    assert.equal((await neighbour.call(offered.listProgrammes, { disasterId })).status, 404)
  })

  test('of what somebody else gives the page says whom to ask, and no application is taken', async () => {
    const known = (await office.support()).programmes.find((one) => one.programmeCode === 'shotokuzei')!
    assert.deepEqual([known.elsewhere, known.assessment.answer], [true, 'yes'])
    assert.equal(known.assessment.benefit, '相談先：税務署')
    const answer = await office.apply('shotokuzei')
    assert.ok(!answer.ok && answer.problem.type.endsWith('/taken-elsewhere'))
  })

  test('whether a programme is given here is told with its source, and by whoever may', async () => {
    const { clerk, reviewer, neighbour, disasterId } = office
    const setting = {
      ...{ disasterId, programmeCode: 'saiken-kasan', settingNo: 0, offered: true },
      ...{ deadlineOn: '2029-08-27', limitYen: null, source: '県の通知' },
    }
    assert.equal((await clerk.call(offered.setProgramme, setting)).status, 403)
    assert.equal((await neighbour.call(offered.setProgramme, setting)).status, 404)
    assert.equal((await reviewer.get(offered.setProgramme, setting)).settingNo, 1)
    assert.equal((await answerOf('saiken-kasan')).deadlineOn, '2029-08-27')
  })
})
