import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { tellIdentity } from '../ledger/identities.contract.ts'
import { setItem } from '../ledger/items.contract.ts'
import type { ItemValue } from '../ledger/items.ts'
import { addNonResident } from '../ledger/ledger.contract.ts'
import { loadEntries, sampleRow } from '../registers/testing/rows.ts'
import { listApplications } from '../risai/listing.contract.ts'
import { acceptApplication } from '../risai/risai.contract.ts'
import { seen } from '../risai/testing/desk.ts'
import type { Sheet } from '../surveys/rules/rules.ts'
import { rulesOf } from '../surveys/rules/guidelines.ts'
import { sheetOf } from '../surveys/testing/sheets.ts'
import { confirmSheet, recordSheet } from '../surveys/sheets.contract.ts'
import type { SheetId } from '../surveys/surveys.ts'
import { tasksOf } from '../surveys/surveys.store.ts'
import { noCircumstances } from './rules/facts.ts'
import * as contract from './support.contract.ts'
import { openOffice, type Office } from './testing/office.ts'

/** Nobody enters a fact twice: what ledger, register, applications and surveys say is used, and shown with its source. */
describe('世帯の事情を記録から取る', () => {
  let cloud: TestCloud
  let office: Office
  before(async () => {
    cloud = await testCloud()
    office = await openOffice(cloud)
  })
  after(() => cloud.close())

  const asLink = (work: Parameters<typeof withCtx<void>>[2]) =>
    withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'machine', name: 'link' }, municipality: office.town, traceId: 'test' },
      work,
    )
  const told = (personRef: string, itemKey: string, value: ItemValue, version = 0) =>
    office.clerk.get(setItem, {
      ...{ disasterId: office.disasterId, personRef, itemKey, version, source: 'self' as const },
      value,
    })
  const choice = (one: string): ItemValue => ({ type: 'choice', choice: one })
  const recordOf = async (key: string, personRef = 'R-1') =>
    (await office.support(personRef)).recorded.find((one) => one.key === key)

  test('birth dates and the registers that a town sends tell their part; one that is not sent tells nothing', async () => {
    assert.deepEqual(
      [await recordOf('pupils'), await recordOf('lateElderly'), await recordOf('nursingCare')].map(
        (one) => one?.text,
      ),
      ['1人', undefined, undefined],
    )
    await asLink((ctx) =>
      loadEntries(ctx, 'late-elderly', [
        sampleRow('late-elderly', {
          ...{ 宛名番号: '1', 被保険者番号: '00000001', 資格取得年月日: '2025-03-04', 資格喪失年月日: '' },
          ...{ 資格喪失事由コード: '', 保険者番号適用終了年月日: '' },
        }),
        sampleRow('late-elderly', {
          ...{ 宛名番号: '3', 被保険者番号: '00000003', 資格取得年月日: '2025-03-04' },
          資格喪失年月日: '2026-01-01',
        }),
      ]),
    )
    const known = await recordOf('lateElderly')
    assert.deepEqual([known?.text, known?.from], ['はい', '後期高齢者医療の台帳'])
    // Lost before the disaster.
    assert.equal((await recordOf('lateElderly', 'R-3'))?.text, 'いいえ')
    assert.equal(await recordOf('nursingCare'), undefined)
  })

  test('the application and the survey’s sheet are not asked for again', async () => {
    const head = await office.receive('R-1', { tenure: 'owned', floodDepthCm: 30 })
    const tenure = await recordOf('tenure')
    assert.deepEqual([tenure?.text, tenure?.from], ['持家', '罹災証明書の申請書'])
    assert.equal((await recordOf('floodedAboveFloor'))?.text, 'はい')
    await office.clerk.get(acceptApplication, seen(head))
    const [task] = await cloud.as(office.town, (ctx) => tasksOf(ctx.tx, head.applicationId))
    const rules = rulesOf('R7.7', '2026-07-28' as PlainDate)
    const sheet: Sheet = sheetOf(
      rules,
      { hazard: 'earthquake', structure: 'wood', stage: 'first' },
      { lost: true },
    )
    const sheetId = uuidv7() as SheetId
    const recorded = await office.clerk.get(recordSheet, {
      ...{ taskId: task!.taskId, sheetId, sheetNo: 1, sheet: sheet as never, surveyedOn: '2026-11-20' },
      ...{ surveyors: ['調査　一郎'], witness: '', note: '', startedAt: null, position: null, device: '' },
      ...{ recordedAt: '2026-11-20T10:00:00+09:00', sentAt: cloud.clock.toISOString() },
    })
    assert.equal(await recordOf('houseLost'), undefined, 'not before somebody confirmed it')
    await office.clerk.get(confirmSheet, {
      ...{ taskId: task!.taskId, version: recorded.version, sheetId, sheetNo: 1, reason: '' },
    })
    const lost = await recordOf('houseLost')
    assert.deepEqual([lost?.text, lost?.from], ['はい', '住家の調査票'])
  })

  test('who died by the ledger is known here, and nobody says otherwise without a reason', async () => {
    const { clerk, disasterId } = office
    for (const [ref, harm] of [
      ['R-1', 'none'],
      ['R-2', 'dead'],
      ['R-5', 'slight'],
    ] as const)
      await told(ref, 'human-damage', choice(harm))
    const { circumstances, circumstancesVersion, programmes } = await office.support()
    assert.deepEqual(
      circumstances.harmed?.map(({ personRef, harm }) => [personRef, harm]),
      [['R-2', 'dead']],
    )
    assert.equal(programmes.find((one) => one.programmeCode === 'choikin')!.assessment.answer, 'unknown')
    const save = (over: object, reasons: Record<string, string> = {}) =>
      clerk.call(contract.saveCircumstances, {
        ...{ disasterId, personRef: 'R-1', circumstancesVersion, reasons },
        circumstances: { ...noCircumstances, harmed: null, ...over },
      })
    const refused = await save({ tenure: 'rented', harmed: [] })
    assert.ok(!refused.ok)
    assert.deepEqual(refused.problem.errors?.map(({ pointer }) => pointer).toSorted(), [
      '/reasons/harmed',
      '/reasons/tenure',
    ])
    const supporter = { ...circumstances.harmed![0]!, supporter: true, barred: false }
    assert.ok(
      (await save({ tenure: 'rented', pupils: 1, harmed: [supporter] }, { tenure: '災害前に売却' })).ok,
    )
    const after = await office.support()
    assert.equal(
      after.programmes.find((one) => one.programmeCode === 'choikin')!.assessment.amountYen,
      5_000_000,
    )
    assert.deepEqual([after.circumstances.tenure, after.told.pupils], ['rented', null])
    const shown = after.recorded.find(({ key }) => key === 'tenure')!
    assert.deepEqual([shown.text, shown.differs, shown.reason], ['持家', true, '災害前に売却'])
  })

  test('what was told under a 住登外者 counts for the person it turned out to be', async () => {
    const { clerk, disasterId } = office
    const made = await clerk.get(addNonResident, {
      ...{ disasterId, name: '佐藤　梅子', kana: 'サトウ　ウメコ', sex: '2', birthOn: null, birthText: '' },
      ...{ address: '避難所', phone: '', reason: '避難所で聞取り', suppressed: false },
    })
    await told(made.personRef, 'rebuilding', choice('repair'))
    assert.equal(await recordOf('rebuild'), undefined)
    await clerk.get(tellIdentity, {
      ...{ disasterId, nonResidentId: made.personRef.slice(2), version: 0, same: true },
      ...{ personRef: 'R-1', reason: '免許証' },
    })
    assert.equal((await recordOf('rebuild'))?.text, '補修')
    // One household, one claim and one list of applications, whichever number is asked for.
    const own = await office.support('R-1')
    assert.equal((await office.support(made.personRef)).householdId, own.householdId)
    assert.ok((await office.apply('kyujo-shokuhin', 'R-1')).ok)
    const again = await office.apply('kyujo-shokuhin', made.personRef)
    assert.ok(!again.ok && again.problem.type.endsWith('/already-claimed'))
    const lists = await Promise.all(
      ['R-1', made.personRef].map((personRef) => clerk.get(listApplications, { disasterId, personRef })),
    )
    assert.deepEqual(
      lists.map(({ applications }) => applications.length),
      [1, 1],
    )
    const { households } = await office.match()
    assert.equal(households, 2)
  })

  test('of somebody in hiding only what tells no place is taken, on the page and over the whole town', async () => {
    const place: ItemValue = {
      type: 'place',
      kind: 'temporary-housing',
      where: '秘密町',
      since: null,
      detail: '',
    }
    await told('R-3', 'present-place', place)
    await told('R-3', 'tenure', choice('rented'))
    await told('R-3', 'needs', { type: 'choices', choices: ['physical'], detail: '秘密' })
    const { recorded, circumstances } = await office.support('R-3')
    assert.deepEqual([circumstances.tenure, circumstances.usesTemporaryHousing], [null, null])
    assert.ok(recorded.some(({ key }) => key === 'needsWelfare'))
    assert.ok(!JSON.stringify(recorded).includes('秘密'))
  })

  test('the list over the whole town says what each household’s page says', async () => {
    await office.match()
    const rows = await cloud.as(office.town, (ctx) =>
      ctx.tx.sql<{ ref: string; eligible: string[]; undecided: string[] }>(
        'select person_ref as ref, eligible, undecided from support.household_match where municipality_code = $1',
        [office.town],
      ),
    )
    assert.ok(rows.length >= 2)
    for (const { ref, eligible, undecided } of rows) {
      const { programmes } = await office.support(ref)
      const of = (answer: string) =>
        programmes.filter((one) => one.assessment.answer === answer).map((one) => one.programmeCode)
      assert.deepEqual(
        [eligible.toSorted(), undecided.toSorted()],
        [of('yes').toSorted(), of('unknown').toSorted()],
      )
    }
  })
})
