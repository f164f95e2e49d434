import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { demoDisasters } from '@open-bcl/demo/disasters.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { setItem } from '@open-bcl/modules/ledger/items.contract.ts'
import { listDisasters } from '@open-bcl/modules/disasters/disasters.contract.ts'
import { registerDisaster } from '@open-bcl/modules/ledger/ledger.contract.ts'
import * as payments from '@open-bcl/modules/payments/payments.contract.ts'
import type { ResidentRecord } from '@open-bcl/modules/residents/residents.ts'
import * as risai from '@open-bcl/modules/risai/risai.contract.ts'
import { getApplicationSurveys } from '@open-bcl/modules/risai/surveying.contract.ts'
import { recordGate } from '@open-bcl/modules/support/programmes.contract.ts'
import * as support from '@open-bcl/modules/support/support.contract.ts'
import { rulesOf } from '@open-bcl/modules/surveys/rules/guidelines.ts'
import type { Answer } from '@open-bcl/modules/surveys/rules/rules.ts'
import { inputsOf, sheetDefinition } from '@open-bcl/modules/surveys/rules/sheets.ts'
import { confirmSheet, recordSheet } from '@open-bcl/modules/surveys/sheets.contract.ts'
import { getTask } from '@open-bcl/modules/surveys/tasks.contract.ts'
import { signIn, type Call } from './by-hand.ts'

const TOWN = '212172'
const flood = demoDisasters.find(({ key }) => key === 'flood')!
const AT_ONCE = 4

/** How far each of the houses has come, and how deep the water stood in it (cm). */
type Reached = 'received' | 'accepted' | 'surveyed' | 'graded' | 'decided'
const houses: readonly (readonly [Reached, number])[] = [
  ...(['received', 'received', 'received', 'received'] as const).map((one) => [one, 0] as const),
  ...([0, 0, 0, 0, 0] as const).map((depth) => ['accepted', depth] as const),
  ...([20, 60, 120] as const).map((depth) => ['surveyed', depth] as const),
  ...([60, 160] as const).map((depth) => ['graded', depth] as const),
  ...([190, 160, 120, 120, 90, 60, 60, 30, 190, 120] as const).map((depth) => ['decided', depth] as const),
]

type Desks = {
  readonly clerk: Call
  readonly reviewer: Call
  readonly admin: Call
  readonly today: PlainDate
}
type Decided = { readonly head: ResidentRecord; readonly depth: number }

/**
 * A made-up flood in the demonstration town, so that whoever looks in sees an office at work: applications in every state,
 * surveys, certificates, support, a payment. By the endpoints that the screens use, as staff of the town. Where a disaster
 * is registered already nothing is done. Whether anything was.
 */
export async function tellFlood(
  cloudUrl: string,
): Promise<{ disaster: string; applications: number } | null> {
  const [clerk, reviewer, admin] = await Promise.all(
    (['clerk', 'reviewer', 'admin'] as const).map((loginId) => signIn(cloudUrl, TOWN, loginId)),
  )
  const desks: Desks = { clerk: clerk!, reviewer: reviewer!, admin: admin!, today: todayInJapan(new Date()) }
  if ((await desks.clerk(listDisasters, {})).disasters.length > 0) return null
  const { disaster } = await desks.reviewer(registerDisaster, {
    ...{ name: flood.name, hazards: ['flood'], occurredOn: flood.startedOn, causeText: flood.causeText },
    applicationDeadlineOn: null,
  })
  const { disasterId } = disaster
  for (const gate of ['kyujo', 'saiken', 'choikin', 'engo', 'choki'] as const)
    await desks.reviewer(recordGate, {
      ...{ disasterId, gate, actNo: 0, applies: gate !== 'choki', decidedOn: flood.endedOn },
      ...{ basis: '1号', source: '架空の公示（デモ）' },
    })
  const decided: Decided[] = []
  const waiting = headsStruck().map((head, i) => ({ head, reached: houses[i]![0], depth: houses[i]![1] }))
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        await bring(desks, disasterId, one)
        if (one.reached === 'decided') decided.push(one)
      }
    }),
  )
  await giveSupport(desks, disasterId, decided)
  await desks.clerk(support.matchHouseholds, { disasterId })
  return { disaster: flood.name, applications: houses.length }
}

/** Heads of households of the many where the water came: nobody of the stories of the demonstration. */
function headsStruck(): ResidentRecord[] {
  const town = makeTown({ municipalityCode: TOWN })
  const named = new Set(Object.values(town.people).map(({ householdNo }) => householdNo))
  return town.residents
    .filter(
      ({ state, relationText, householdNo, address }) =>
        state === 'resident' &&
        relationText === '世帯主' &&
        !named.has(householdNo) &&
        flood.struckTowns.includes(address.town),
    )
    .slice(0, houses.length)
}

/** One application, as far as it has come. */
async function bring(
  { clerk, reviewer, today }: Desks,
  disasterId: string,
  house: { readonly head: ResidentRecord; readonly reached: Reached; readonly depth: number },
): Promise<void> {
  const personRef = `R-${house.head.residentNo}`
  const { form } = await clerk(risai.draftApplication, { disasterId, personRef })
  const received = await clerk(risai.receiveApplication, {
    ...{ disasterId, personRef, appliedOn: today },
    form: {
      ...form,
      ...{ damageText: '床上まで水が来た', tenure: 'owned', floodDepthCm: house.depth || null },
      consents: { checkRecords: true, supportUse: true, selfJudgement: false, photoUse: false },
    },
  })
  if (house.reached === 'received') return
  const seen = { applicationId: received.applicationId, version: received.version }
  await clerk(risai.acceptApplication, seen)
  if (house.reached === 'accepted') return
  const { applicationId } = received
  const { taskId, grade } = await look({ clerk, reviewer, today }, applicationId, house.depth)
  if (house.reached === 'surveyed') return
  const { version } = await clerk(risai.getApplication, { applicationId })
  const graded = await clerk(risai.gradeDwelling, {
    ...{ applicationId, version, grade, taskId, surveyedOn: today, method: 'site' },
    ...{ surveyors: ['調査　一郎'], note: '' },
  })
  if (house.reached === 'graded') return
  await reviewer(risai.decideApplication, {
    ...{ applicationId, version: graded.version, outcome: 'issuable', reason: '' },
  })
}

/** The team's sheet, and the result as somebody confirms it. */
async function look(
  { clerk, reviewer, today }: Pick<Desks, 'clerk' | 'reviewer' | 'today'>,
  applicationId: string,
  depth: number,
) {
  const { surveys } = await clerk(getApplicationSurveys, { applicationId })
  const { taskId } = surveys.find(({ state }) => state === 'waiting')!
  const now = new Date().toISOString()
  const sheetId = uuidv7()
  const { grade } = await clerk(recordSheet, {
    ...{ taskId, sheetId, sheetNo: 1, sheet: sheetOf(depth), surveyedOn: today, surveyors: ['調査　一郎'] },
    ...{ witness: '', note: '', startedAt: null, recordedAt: now, sentAt: now, position: null, device: '' },
  })
  const { version } = await clerk(getTask, { taskId })
  await reviewer(confirmSheet, { taskId, version, sheetId, sheetNo: 1, reason: '' })
  if (grade === null) throw new Error('デモ用の調査票から被害の程度が決まりません。')
  return { taskId, grade }
}

function sheetOf(depth: number) {
  const kind = { hazard: 'flood', structure: 'wood', stage: 'first' } as const
  const inputs = inputsOf(sheetDefinition(rulesOf('R7.7', flood.startedOn), kind))
  const plain = inputs
    .filter((input) => input.required && input.askedWhen === null)
    .map(({ key, kind: asked, options }): [string, Answer] => [
      key,
      asked === 'yes-no' ? key === 'dwelling' || key === 'detached' : options[0]!.value,
    ])
  const answers = { ...Object.fromEntries(plain), inundation: 'above-floor', depthsCm: [depth] }
  return { ...kind, entryMode: 'exact' as const, answers: { ...answers, storeys: '2' } }
}

const PROGRAMME = 'saiken-kasan'

/** Of those who are certified: some asked for 加算支援金, of most it was decided, and a first payment stands before the bank. */
async function giveSupport(desks: Desks, disasterId: string, decided: readonly Decided[]): Promise<void> {
  const { clerk, reviewer, admin } = desks
  const bank = { bankCode: '0153', bankName: 'ジユウロク', branchCode: '401', branchName: 'フルカワ' }
  await admin(payments.setRemitter, {
    remitterVersion: 0,
    remitter: { ...bank, accountType: '1', accountNo: '0000001', code: '1234567890', name: 'ヒダシ' },
  })
  const reached = ['paid', 'paid', 'paid', 'granted', 'proposed', 'received'] as const
  const deepest = decided.toSorted((one, other) => other.depth - one.depth)
  for (const [i, stage] of reached.entries()) {
    const { head } = deepest[i]!
    const personRef = `R-${head.residentNo}`
    await clerk(setItem, {
      ...{ disasterId, personRef, itemKey: 'rebuilding', version: 0, source: 'self' },
      value: { type: 'choice', choice: 'repair' },
    })
    const { supportId } = await clerk(support.applyForSupport, {
      ...{
        disasterId,
        personRef,
        programmeCode: PROGRAMME,
        subjectRef: null,
        appliedOn: desks.today,
        note: '',
      },
    })
    if (stage === 'received') continue
    const { version, dueYen } = await clerk(support.getSupportApplication, { supportId })
    const proposed = await clerk(support.proposeSupport, {
      ...{ supportId, version, outcome: 'grant', amountYen: dueYen ?? 0, note: '契約書を確認' },
    })
    if (stage === 'proposed') continue
    await reviewer(support.decideSupport, {
      supportId,
      version: proposed.version,
      approved: true,
      reason: '',
    })
    if (stage === 'granted') continue
    await clerk(payments.saveAccount, {
      ...{ supportId, accountVersion: 0 },
      account: { ...bank, accountType: '1', accountNo: String(7_000_001 + i), holder: head.name.kana },
    })
  }
  const { ready, readyYen } = await clerk(payments.planRun, { disasterId })
  if (ready === 0) return
  const transferOn = addDays(desks.today, 10)
  const made = await clerk(payments.makeRun, { disasterId, transferOn, ready, readyYen })
  await reviewer(payments.approveRun, { paymentRunId: made.paymentRunId, version: made.version })
}
