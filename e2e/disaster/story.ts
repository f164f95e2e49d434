import assert from 'node:assert/strict'
import { testCloud, type Browser, type TestCloud } from '@open-bcl/app-cloud/testing/town.ts'
import { loadTown } from '@open-bcl/app-cloud/testing/load-town.ts'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import type { Endpoint, OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import type { DisasterId } from '@open-bcl/modules/disasters/disasters.ts'
import type { DamageGrade } from '@open-bcl/modules/disasters/grades.ts'
import { registerDisaster } from '@open-bcl/modules/ledger/ledger.contract.ts'
import * as payments from '@open-bcl/modules/payments/payments.contract.ts'
import { readZengin } from '@open-bcl/modules/payments/zengin.ts'
import { acceptApplications } from '@open-bcl/modules/risai/bulk.contract.ts'
import * as resurveys from '@open-bcl/modules/risai/resurveys.contract.ts'
import * as risai from '@open-bcl/modules/risai/risai.contract.ts'
import { getApplicationSurveys } from '@open-bcl/modules/risai/surveying.contract.ts'
import { runMatch } from '@open-bcl/modules/support/matcher.actions.ts'
import { recordGate } from '@open-bcl/modules/support/programmes.contract.ts'
import { noCircumstances } from '@open-bcl/modules/support/rules/facts.ts'
import * as support from '@open-bcl/modules/support/support.contract.ts'
import { rulesOf } from '@open-bcl/modules/surveys/rules/guidelines.ts'
import type { Answer, Sheet } from '@open-bcl/modules/surveys/rules/rules.ts'
import * as sheets from '@open-bcl/modules/surveys/sheets.contract.ts'
import type { SheetId, TaskId } from '@open-bcl/modules/surveys/surveys.ts'
import { getTask } from '@open-bcl/modules/surveys/tasks.contract.ts'
import { sheetOf, tiltOf } from '@open-bcl/modules/surveys/testing/sheets.ts'
import { pick, randomOf } from '../random.ts'
import { checkTruth } from './truth.ts'

const HIDA = '212172' as MunicipalityCode
const TODAY = '2026-11-21' as PlainDate
/** Applications that go through the office at the same time. */
const AT_ONCE = 4
const PROGRAMME = 'saiken-kasan'

/** What became of one damaged house. */
type House = {
  readonly disasterId: DisasterId
  readonly personRef: string
  readonly kana: string
  readonly hazard: 'flood' | 'earthquake'
  applicationId: string
  version: number
  grade: DamageGrade | null
  supportId: string | null
}

export type Tale = { readonly cloud: TestCloud; readonly figures: Readonly<Record<string, number>> }

/**
 * A flood and an earthquake over the demonstration town, from the first application to the last payment, by the endpoints
 * that the screens use. One act in ten is sent twice with the same request id, as over a bad line. After each step
 * `checkTruth` looks into the database.
 * @param options.houses damaged houses; three in ten are surveyed again
 */
export async function tellDisaster(options: {
  readonly houses: number
  readonly seed: number
  readonly say: (line: string) => void
}): Promise<Tale> {
  const { say } = options
  const random = randomOf(options.seed)
  const cloud = await testCloud()
  const town = makeTown({ households: Math.ceil(options.houses * 1.4) + 40 })
  await cloud.onboard(HIDA, '飛騨市')
  await loadTown(cloud, town)
  const clerk = await cloud.signIn(HIDA, 'clerk')
  const reviewer = await cloud.signIn(HIDA, 'reviewer')
  const colleague = await cloud.signIn(HIDA, 'reviewer')
  const admin = await cloud.signIn(HIDA, 'admin')

  const act = async <E extends Endpoint>(
    by: Browser,
    endpoint: E,
    input: RawInputOf<E>,
  ): Promise<OutputOf<E>> => {
    const requestId = uuidv7()
    const answer = await by.get(endpoint, input, requestId)
    if (random() < 0.1) assert.deepEqual(await by.get(endpoint, input, requestId), answer, endpoint.name)
    return answer
  }
  const each = async <T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> => {
    const waiting = [...list]
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one)
      }),
    )
  }
  const figures: Record<string, number> = {}
  const told = async (step: string): Promise<void> => {
    const found = await cloud.as(HIDA, (ctx) => checkTruth(ctx))
    assert.deepEqual(found.faults, [], step)
    for (const [name, value] of Object.entries(found.figures)) {
      // Facts are appended: what was told before is still there.
      if (name.startsWith('appended.')) assert.ok(value >= (figures[name] ?? 0), `${step}: ${name} fell`)
      figures[name] = value
    }
    say(`${step}: ${JSON.stringify(found.figures)}`)
  }

  const open = async (name: string, hazard: 'flood' | 'earthquake'): Promise<DisasterId> => {
    const { disaster } = await act(reviewer, registerDisaster, {
      ...{
        name,
        hazards: [hazard],
        occurredOn: '2026-10-20',
        causeText: `令和８年１０月２０日の${name}による`,
      },
      applicationDeadlineOn: null,
    })
    return disaster.disasterId as DisasterId
  }
  const floodId = await open('豪雨', 'flood')
  const quakeId = await open('地震', 'earthquake')
  for (const disasterId of [floodId, quakeId])
    for (const gate of ['kyujo', 'saiken', 'choikin', 'engo', 'choki'] as const)
      await act(reviewer, recordGate, {
        ...{ disasterId, gate, actNo: 0, applies: gate !== 'choki', decidedOn: '2026-10-25' },
        ...{ basis: '1号', source: '県の公示' },
      })

  // The people in the stories of the demonstration town stay at home: the tests of each module are about them.
  const named = new Set(Object.values(town.people).map((person) => person.householdNo))
  const heads = new Map(
    town.residents
      .filter(
        (one) => one.state === 'resident' && one.relationText === '世帯主' && !named.has(one.householdNo),
      )
      .map((one) => [one.householdNo, one]),
  )
  assert.ok(heads.size >= options.houses, 'the town has too few households')
  const houses: House[] = [...heads.values()].slice(0, options.houses).map((head) => {
    const hazard = random() < 0.6 ? 'flood' : 'earthquake'
    return {
      ...{ disasterId: hazard === 'flood' ? floodId : quakeId, personRef: `R-${head.residentNo}`, hazard },
      ...{ kana: head.name.kana, applicationId: '', version: 0, grade: null, supportId: null },
    }
  })
  await told('災害の登録')

  await each(houses, async (house) => {
    const { disasterId, personRef } = house
    const { form } = await clerk.get(risai.draftApplication, { disasterId, personRef })
    const channel = pick(random, ['counter', 'post', 'web'] as const)
    const received = await act(clerk, risai.receiveApplication, {
      ...{ disasterId, personRef, appliedOn: TODAY, channel },
      reference: channel === 'counter' ? '' : `受付-${personRef}`,
      form: {
        ...form,
        damageText: house.hazard === 'flood' ? '床上まで水が来た' : '壁が割れた',
        consents: { checkRecords: true, supportUse: true, selfJudgement: false, photoUse: false },
      },
    })
    Object.assign(house, { applicationId: received.applicationId, version: received.version })
  })
  await told('申請の受付')

  let looked = 0
  for (let at = 0; at < houses.length; at += 100) {
    const items = houses.slice(at, at + 100).map(({ applicationId, version }) => ({ applicationId, version }))
    const { judged } = await act(clerk, acceptApplications, { items } as never)
    // Two households in one house: in bulk nobody looks whether they are one application, so a clerk does, and they are not.
    for (const { applicationId, version, hindrance } of judged)
      if (hindrance !== null) {
        assert.match(hindrance, /同じ住家の申請/)
        await act(clerk, risai.acceptApplication, { applicationId, version, waivedReason: '' } as never)
        looked += 1
      }
  }
  say(`二世帯が住む家の申請${looked}件は、一件ずつ確かめて受理`)
  await told('一括受理')

  /** A team looks at the house; of one in twenty a second team that knew nothing of it does too. */
  const survey = async (house: House): Promise<{ taskId: string; grade: DamageGrade }> => {
    const { surveys } = await clerk.get(getApplicationSurveys, {
      applicationId: house.applicationId as never,
    })
    const taskId = surveys.find(({ state }) => state === 'waiting')?.taskId as TaskId
    const sheet = sheetFor(house.hazard, random)
    const record = async (): Promise<{ sheetId: SheetId; grade: DamageGrade | null }> => {
      const sheetId = uuidv7() as SheetId
      const { grade } = await act(clerk, sheets.recordSheet, {
        ...{
          taskId,
          sheetId,
          sheetNo: 1,
          sheet: sheet as never,
          surveyedOn: TODAY,
          surveyors: ['調査　一郎'],
        },
        ...{ witness: '', note: '', startedAt: null, recordedAt: cloud.clock.toISOString() },
        ...{ sentAt: cloud.clock.toISOString(), position: null, device: '' },
      })
      return { sheetId, grade }
    }
    const first = await record()
    const twice = random() < 0.05
    if (twice) await record()
    const { state, version } = await clerk.get(getTask, { taskId })
    assert.equal(state, twice ? 'conflict' : 'recorded')
    await act(reviewer, sheets.confirmSheet, {
      ...{ taskId, version, sheetId: first.sheetId, sheetNo: 1, reason: twice ? '1班の調査票による' : '' },
    })
    assert.ok(first.grade !== null, JSON.stringify(sheet))
    return { taskId, grade: first.grade }
  }
  const bySurvey = { surveyedOn: TODAY, method: 'site' as const, surveyors: ['調査　一郎'], note: '' }
  const versionOf = async (house: House): Promise<number> =>
    (await clerk.get(risai.getApplication, { applicationId: house.applicationId as never })).version

  await each(houses, async (house) => {
    const { taskId, grade } = await survey(house)
    const applicationId = house.applicationId as never
    const graded = await act(clerk, risai.gradeDwelling, {
      ...{ applicationId, version: await versionOf(house), grade, taskId, ...bySurvey },
    })
    const decided = await act(reviewer, risai.decideApplication, {
      ...{ applicationId, version: graded.version },
      ...(grade === 'G0'
        ? { outcome: 'not-issuable' as const, reason: '無被害' }
        : { outcome: 'issuable' as const, reason: '' }),
    })
    Object.assign(house, { grade, version: decided.version })
  })
  await told('調査と決定')

  const surveyAgain = async (some: readonly House[]): Promise<void> =>
    await each(some, async (house) => {
      const asked = await act(clerk, resurveys.receiveResurvey, {
        ...{ applicationId: house.applicationId as never, version: await versionOf(house) },
        ...{ wanted: 'again', appliedOn: TODAY, reason: '屋内が見られていない' },
      })
      const at = ({ resurveyId, version }: { resurveyId: string; version: number }) => ({
        ...{ resurveyId: resurveyId as never, version },
      })
      const accepted = await act(clerk, resurveys.acceptResurvey, at(asked))
      const { taskId, grade } = await survey(house)
      const entered = await act(clerk, resurveys.enterResurvey, {
        ...at(accepted),
        grade,
        taskId,
        ...bySurvey,
      })
      await act(reviewer, resurveys.concludeResurvey, { ...at(entered), answer: '再調査の結果です' })
      house.grade = grade
    })
  const certified = (): House[] => houses.filter(({ grade }) => grade !== null && grade !== 'G0')
  // 28.7 % after 令和6年能登半島地震: three in ten.
  await surveyAgain(certified().filter(() => random() < 0.3))
  await told('再調査')

  const match = async (): Promise<void> => {
    for (const disasterId of [floodId, quakeId]) await cloud.as(HIDA, (ctx) => runMatch(ctx, disasterId))
  }
  await each(certified(), async ({ disasterId, personRef }) => {
    const { circumstancesVersion } = await clerk.get(support.getHouseholdSupport, { disasterId, personRef })
    await act(clerk, support.saveCircumstances, {
      ...{ disasterId, personRef, circumstancesVersion },
      circumstances: { ...noCircumstances, harmed: null, demolished: false, rebuild: 'rent' },
    })
  })
  await match()
  for (const disasterId of [floodId, quakeId]) {
    const { households } = await clerk.get(support.listUnapplied, { disasterId, programmeCode: PROGRAMME })
    figures[`not yet applied ${disasterId === floodId ? 'flood' : 'earthquake'}`] = households.length
  }
  const grant = async (house: House): Promise<void> => {
    const { disasterId, personRef } = house
    const { programmes } = await clerk.get(support.getHouseholdSupport, { disasterId, personRef })
    if (programmes.find((one) => one.programmeCode === PROGRAMME)?.assessment.answer !== 'yes') return
    const input = {
      disasterId,
      personRef,
      programmeCode: PROGRAMME,
      subjectRef: null,
      appliedOn: TODAY,
      note: '',
    }
    const { supportId } = await act(clerk, support.applyForSupport, input)
    // The same household at another counter: it is known.
    assert.equal((await colleague.call(support.applyForSupport, input)).ok, false)
    const { version, dueYen } = await clerk.get(support.getSupportApplication, {
      supportId: supportId as never,
    })
    const proposed = await act(clerk, support.proposeSupport, {
      ...{ supportId: supportId as never, version, outcome: 'grant', amountYen: dueYen ?? 0, note: '' },
    })
    await act(reviewer, support.decideSupport, {
      ...{ supportId: supportId as never, version: proposed.version, approved: true, reason: '' },
    })
    const holder = house.kana.normalize('NFKC').toUpperCase()
    const serial = String(7_000_000 + houses.indexOf(house))
    await act(clerk, payments.saveAccount, {
      ...{ supportId: supportId as never, accountVersion: 0 },
      account: {
        ...{ bankCode: '0153', bankName: 'ジュウロク', branchCode: '401', branchName: 'フルカワ' },
        ...{ accountType: '1' as const, accountNo: serial, holder },
      },
    })
    house.supportId = supportId
  }
  await each(certified(), grant)
  await told('支援の申請と決定')

  const remitter = { bankCode: '0153', bankName: 'ジュウロク', branchCode: '401', branchName: 'フルカワ' }
  await act(admin, payments.setRemitter, {
    remitterVersion: 0,
    remitter: { ...remitter, accountType: '1', accountNo: '0000001', code: '1234567890', name: 'ヒダシ' },
  })
  /** A run of everything that is ready; of the first one transfer in fifty comes back and is put right. */
  const pay = async (disasterId: DisasterId, returning: boolean): Promise<void> => {
    const { ready, readyYen, rows } = await clerk.get(payments.planRun, { disasterId })
    assert.deepEqual(
      rows.filter(({ blocks }) => blocks.length > 0),
      [],
    )
    if (ready === 0) return
    const made = await act(clerk, payments.makeRun, { disasterId, transferOn: '2026-12-05', ready, readyYen })
    const paymentRunId = made.paymentRunId as never
    await act(reviewer, payments.approveRun, { paymentRunId, version: made.version })
    const file = await reviewer.call(payments.exportRun, { paymentRunId })
    assert.ok(file.ok)
    const read = readZengin(file.bytes)
    assert.deepEqual([read.count, read.totalYen], [ready, readyYen], 'the file says what the plan said')
    const { version, rows: items } = await clerk.get(payments.getPaymentRun, { paymentRunId })
    const back = returning ? items.filter((_, i) => i % 50 === 0) : []
    await act(clerk, payments.settleRun, {
      ...{ paymentRunId, version },
      returned: back.map(({ itemNo }) => ({ itemNo, returnCode: 'closed' as const })),
    })
    for (const { supportId } of back) {
      const { accountVersion, account } = await clerk.get(payments.getPayments, {
        supportId: supportId as never,
      })
      assert.ok(account)
      const corrected = { ...account, accountNo: String(Number(account.accountNo) + 1_000_000) }
      await act(clerk, payments.saveAccount, {
        supportId: supportId as never,
        accountVersion,
        account: corrected,
      })
    }
    // The list of runs stands by their time.
    cloud.clock = new Date(cloud.clock.getTime() + 1_000)
    if (back.length > 0) await pay(disasterId, false)
  }
  for (const disasterId of [floodId, quakeId]) await pay(disasterId, true)
  await told('支払')

  // After the payment one house in twenty turns out to be damaged otherwise.
  await surveyAgain(houses.filter(({ supportId }) => supportId !== null && random() < 0.05))
  await match()
  for (const disasterId of [floodId, quakeId]) {
    const { differences } = await clerk.get(support.listSupportDifferences, { disasterId })
    for (const { differenceId, version, awardedYen, entitledYen, reasons } of differences) {
      assert.ok(reasons.length > 0, 'no difference without a reason')
      await act(colleague, support.decideSupportDifference, {
        ...{ differenceId: differenceId as never, version, reason: '再調査による' },
        act: entitledYen > awardedYen ? 'extra' : 'claim-back',
      })
    }
    figures[`differences ${disasterId === floodId ? 'flood' : 'earthquake'}`] = differences.length
    await pay(disasterId, false)
  }
  await match()
  await told('再調査の後の過不足')
  return { cloud, figures }
}

/** What the surveyors saw, from untouched to lost. */
function sheetFor(hazard: 'flood' | 'earthquake', random: () => number): Sheet {
  const rules = rulesOf('R7.7', '2026-10-20' as PlainDate)
  const kind = { hazard, structure: 'wood', stage: 'first' } as const
  const answers: Record<string, Answer> =
    hazard === 'flood'
      ? {
          ...{
            detached: true,
            storeys: '2',
            externalForce: false,
            inundation: 'above-floor',
            sediment: 'none',
          },
          depthsCm: [pick(random, [20, 60, 120, 160, 190])],
        }
      : random() < 0.2
        ? { tilt: tiltOf(6, 6, 6, 6) }
        : {
            roof: { IV: pick(random, [0, 30, 60]) },
            'outer-wall': { III: 20, IV: pick(random, [0, 20, 40, 60]) },
            foundation: { damagedM: pick(random, [0, 7, 15]), totalM: 30 },
          }
  return sheetOf(rules, kind, answers)
}
