import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { hida } from '../risai/testing/desk.ts'
import { decideSupportDifference, listSupportDifferences } from '../support/support.contract.ts'
import { openOffice, type Office } from '../support/testing/office.ts'
import * as contract from './payments.contract.ts'
import { offset } from './payments.ts'
import type { SupportId } from '../support/support.ts'

const account = {
  ...{ bankCode: '0153', bankName: 'ジュウロク', branchCode: '401', branchName: 'フルカワ' },
  ...{ accountType: '1' as const, accountNo: '1234567', holder: 'サトウ　ウメコ' },
}

/** The grade changes between decision and payment, and once more after it: what leaves is what is due, no yen more. */
describe('決定の後に被害の程度が変わった支払', () => {
  let cloud: TestCloud
  let office: Office
  let head: Awaited<ReturnType<Office['issuable']>>
  let supportId: string
  before(async () => {
    cloud = await testCloud()
    office = await openOffice(cloud)
    head = await office.issuable('R-1')
    await office.told({ demolished: false, rebuild: 'repair' })
    supportId = await office.granted('saiken-kasan')
    await office.clerk.get(contract.saveAccount, { supportId, accountVersion: 0, account })
    const admin = await cloud.signIn(hida, 'admin')
    const { holder: _, ...bank } = account
    await admin.get(contract.setRemitter, {
      remitterVersion: 0,
      remitter: { ...bank, accountNo: '0000001', code: '1234567890', name: 'ヒダシ' },
    })
  })
  after(() => cloud.close())

  const later = () => (cloud.clock = new Date(cloud.clock.getTime() + 60_000))
  const plan = () => office.clerk.get(contract.planRun, { disasterId: office.disasterId })
  const make = async () => {
    later()
    const { ready, readyYen } = await plan()
    const { paymentRunId } = await office.clerk.get(contract.makeRun, {
      ...{ disasterId: office.disasterId, transferOn: '2026-12-05', ready, readyYen },
    })
    return paymentRunId
  }
  const settle = async (act: 'extra' | 'claim-back') => {
    later()
    await office.match()
    const { differences } = await office.clerk.get(listSupportDifferences, { disasterId: office.disasterId })
    const { differenceId, version } = differences.find((one) => one.state === 'open')!
    await office.colleague.get(decideSupportDifference, { differenceId, version, act, reason: '再調査' })
  }
  const regrade = async (grade: 'G1' | 'G4') => {
    later()
    head = await office.regrade(head, grade)
  }
  const owed = async () =>
    (await office.clerk.get(contract.listClaimBacks, { disasterId: office.disasterId })).claimBacks.map(
      ({ amountYen, stillYen }) => [amountYen, stillYen],
    )
  const repay = async (amountYen: number) => {
    const { claimBacks } = await office.clerk.get(contract.listClaimBacks, { disasterId: office.disasterId })
    const { awardId } = claimBacks.find(({ stillYen }) => stillYen > 0) ?? claimBacks[0]!
    return await office.clerk.call(contract.recordRepayment, { awardId, amountYen, receivedOn: '2026-11-21' })
  }

  test('a grade corrected before the payment holds it, in a run that was made before too, though nobody compared', async () => {
    const paymentRunId = await make()
    await regrade('G4')
    const stale = await office.reviewer.call(contract.approveRun, { paymentRunId, version: 1 })
    assert.ok(!stale.ok && stale.problem.type.endsWith('/stale'))
    await office.clerk.get(contract.cancelRun, { paymentRunId, version: 1 })
    const { ready, rows } = await plan()
    assert.deepEqual([ready, rows.map(({ blocks }) => blocks)], [0, [['over-awarded']]])
  })

  test('claimed back before it was paid, it is not paid, and nobody is asked for money that they never had', async () => {
    await settle('claim-back')
    assert.deepEqual((await plan()).rows, [])
    assert.deepEqual(await owed(), [[500_000, 0]])
    const much = await repay(1)
    assert.ok(!much.ok && much.problem.type.endsWith('/too-much'))
    const { payments } = await office.clerk.get(contract.getPayments, { supportId })
    assert.deepEqual(
      payments.map(({ kind, itemState, dueYen }) => [kind, itemState, dueYen]),
      [
        ['grant', 'dropped', 0],
        ['claim-back', null, 0],
      ],
    )
  })

  test('graded higher in the end, the household gets that in whole, once; lower again, that comes back in whole', async () => {
    await regrade('G1')
    await settle('extra')
    assert.deepEqual(
      (await plan()).rows.map(({ amountYen, blocks }) => [amountYen, blocks]),
      [[1_000_000, []]],
    )
    const paymentRunId = await make()
    await office.reviewer.get(contract.approveRun, { paymentRunId, version: 1 })
    assert.ok((await office.reviewer.call(contract.exportRun, { paymentRunId })).ok)
    await office.clerk.get(contract.settleRun, { paymentRunId, version: 2, returned: [] })
    assert.deepEqual((await plan()).rows, [])
    await regrade('G4')
    await settle('claim-back')
    assert.deepEqual(await owed(), [
      [500_000, 500_000],
      [1_000_000, 500_000],
    ])
    for (const yen of [500_000, 500_000]) assert.ok((await repay(yen)).ok)
    assert.ok(!(await repay(1)).ok)
    assert.deepEqual((await plan()).rows, [])
  })

  test('of several awards what is claimed back is taken off once', () => {
    const [a, b] = ['a', 'b'] as SupportId[]
    const due = [
      { supportId: a!, amountYen: 300 },
      { supportId: a!, amountYen: 500 },
      { supportId: b!, amountYen: 100 },
    ]
    assert.deepEqual(offset(due, new Map([[a!, { openYen: 450 }]])), [
      { supportId: a, amountYen: 350 },
      { supportId: b, amountYen: 100 },
    ])
    assert.deepEqual(offset(due, new Map()), due)
  })
})
