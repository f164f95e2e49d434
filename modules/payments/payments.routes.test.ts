import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { hida } from '../risai/testing/desk.ts'
import { decideSupportDifference, listSupportDifferences } from '../support/support.contract.ts'
import { openOffice, type Office } from '../support/testing/office.ts'
import * as contract from './payments.contract.ts'
import { approveRun as approve } from './runs.actions.ts'
import { readZengin } from './zengin.ts'

const account = {
  ...{ bankCode: '0153', bankName: 'ジュウロク', branchCode: '401', branchName: 'フルカワ' },
  ...{ accountType: '1' as const, accountNo: '1234567', holder: 'サトウ　ウメコ' },
}

describe('支払', () => {
  let cloud: TestCloud
  let office: Office
  let certified: Awaited<ReturnType<Office['issuable']>>
  let supportId: string
  before(async () => {
    cloud = await testCloud()
    office = await openOffice(cloud)
    certified = await office.issuable('R-1')
    await office.told({ demolished: false, rebuild: 'repair' })
    supportId = await office.granted('saiken-kasan')
  })
  after(() => cloud.close())

  const plan = () => office.clerk.get(contract.planRun, { disasterId: office.disasterId })
  const make = async (by = office.clerk, requestId = uuidv7()) => {
    const { ready, readyYen } = await plan()
    return await by.call(
      contract.makeRun,
      { disasterId: office.disasterId, transferOn: '2026-12-05', ready, readyYen },
      requestId,
    )
  }
  const save = async (over: object = {}, of = supportId) => {
    const { accountVersion } = await office.clerk.get(contract.getPayments, { supportId: of })
    return await office.clerk.call(contract.saveAccount, {
      ...{ supportId: of, accountVersion },
      account: { ...account, ...over },
    })
  }
  const blocks = async (of = supportId) => (await plan()).rows.find((row) => row.supportId === of)?.blocks

  test('what has no account, a wrong one or another name on it is held, and says why', async () => {
    const admin = await cloud.signIn(hida, 'admin')
    assert.deepEqual(await blocks(), ['account-missing'])
    const wrong = await save({ accountNo: '123', holder: '佐藤' })
    assert.ok(!wrong.ok)
    assert.deepEqual(wrong.problem.errors?.map(({ pointer }) => pointer).toSorted(), [
      '/account/accountNo',
      '/account/holder',
    ])
    await save({ holder: 'サトウ ジロウ' })
    assert.deepEqual(await blocks(), ['other-holder'])
    await save()
    assert.deepEqual(await blocks(), [])
    const early = await make()
    assert.ok(!early.ok && early.problem.type.endsWith('/no-remitter'))
    const { holder: _, ...bank } = account
    const remitter = { ...bank, accountNo: '0000001', code: '1234567890', name: 'ヒダシ' }
    assert.equal(
      (await office.clerk.call(contract.setRemitter, { remitterVersion: 0, remitter })).status,
      403,
    )
    await admin.get(contract.setRemitter, { remitterVersion: 0, remitter })
  })

  test('two clerks at once, a retry and a changed plan make one run', async () => {
    const { ready, readyYen } = await plan()
    assert.deepEqual([ready, readyYen], [1, 500_000])
    const other = await office.clerk.call(contract.makeRun, {
      ...{ disasterId: office.disasterId, transferOn: '2026-12-05', ready, readyYen: readyYen + 1 },
    })
    assert.ok(!other.ok && other.problem.type.endsWith('/plan-changed'))
    const requestId = uuidv7()
    const input = { disasterId: office.disasterId, transferOn: '2026-12-05', ready, readyYen }
    const answers = await Promise.all([
      office.clerk.call(contract.makeRun, input, requestId),
      office.reviewer.call(contract.makeRun, input),
      office.clerk.call(contract.makeRun, input, requestId),
    ])
    const made = new Set(answers.flatMap((one) => (one.ok ? [one.body.paymentRunId] : [])))
    assert.equal(made.size, 1)
    assert.equal(
      (await office.clerk.get(contract.listRuns, { disasterId: office.disasterId })).runs.length,
      1,
    )
    assert.equal((await plan()).ready, 0)
  })

  const runOf = async () =>
    (await office.clerk.get(contract.listRuns, { disasterId: office.disasterId })).runs[0]!
  const seen = async () => {
    const { paymentRunId, version } = await runOf()
    return { paymentRunId, version }
  }

  test('who made a run does not approve it; a kill in the middle leaves it as it was', async () => {
    const maker = (await runOf()).madeBy
    const [first, second] = maker.includes('clerk')
      ? [office.reviewer, office.colleague]
      : [office.colleague, office.reviewer]
    assert.equal((await office.clerk.call(contract.approveRun, await seen())).status, 403)
    assert.equal(
      (await first!.call(contract.exportRun, { paymentRunId: (await runOf()).paymentRunId })).status,
      409,
    )
    const at = await seen()
    await assert.rejects(
      cloud.as(hida, async (ctx) => {
        await approve(ctx, at as never)
        throw new Error('killed')
      }),
      /killed/,
    )
    assert.equal((await runOf()).runState, 'proposed')
    const answers = await Promise.all([first, second].map((one) => one!.call(contract.approveRun, at)))
    assert.equal(answers.filter(({ ok }) => ok).length, 1)
    const { paymentRunId } = await runOf()
    const run = await office.clerk.get(contract.getPaymentRun, { paymentRunId })
    assert.equal(run.runState, 'approved')
    assert.equal((await office.clerk.call(contract.cancelRun, await seen())).status, 409)
  })

  test('the file is the same bytes each time, and each time is recorded', async () => {
    const { paymentRunId } = await runOf()
    // What the bank never had, it did not pay.
    const early = await office.clerk.call(contract.settleRun, { ...(await seen()), returned: [] })
    assert.ok(!early.ok && early.problem.type.endsWith('/not-taken-out'))
    assert.equal((await runOf()).runState, 'approved')
    // The town's own account changes after the approval: the file is of what was approved.
    const admin = await cloud.signIn(hida, 'admin')
    const { remitterVersion, remitter } = await admin.get(contract.getRemitter, {})
    const moved = { ...remitter!, accountNo: '7777777' }
    await admin.get(contract.setRemitter, { remitterVersion, remitter: moved })
    const one = await office.reviewer.call(contract.exportRun, { paymentRunId })
    const two = await office.reviewer.call(contract.exportRun, { paymentRunId })
    assert.ok(one.ok && two.ok)
    assert.deepEqual(one.bytes, two.bytes)
    const read = readZengin(one.bytes)
    assert.deepEqual([read.count, read.totalYen], [1, 500_000])
    assert.equal(read.transfers[0]!.holder, 'ｻﾄｳ ｳﾒｺ')
    assert.equal((await runOf()).exports, 2)
    assert.equal((await office.neighbour.call(contract.exportRun, { paymentRunId })).status, 404)
    assert.equal((await office.clerk.call(contract.exportRun, { paymentRunId })).status, 403)
  })

  test('a transfer that comes back is held until its account is put right, and paid once', async () => {
    const { clerk } = office
    const settled = await clerk.get(contract.settleRun, {
      ...(await seen()),
      returned: [{ itemNo: 1, returnCode: 'closed' }],
    })
    assert.equal(settled.runState, 'settled')
    assert.deepEqual(await blocks(), ['returned'])
    await save({ accountNo: '7654321' })
    assert.deepEqual(await blocks(), [])
    // A run is the newest by its time.
    cloud.clock = new Date('2026-11-21T00:10:00Z')
    const again = await make()
    assert.ok(again.ok)
    await office.reviewer.get(contract.approveRun, { paymentRunId: again.body.paymentRunId, version: 1 })
    assert.ok((await office.reviewer.call(contract.exportRun, { paymentRunId: again.body.paymentRunId })).ok)
    const paid = await clerk.get(contract.settleRun, { ...(await seen()), returned: [] })
    assert.equal(paid.runState, 'settled')
    // The bank sends it back days after the run was settled.
    const late = { ...(await seen()), itemNo: 1, returnCode: 'closed' as const }
    assert.equal((await office.neighbour.call(contract.returnTransfer, late)).status, 404)
    assert.equal(
      (await clerk.call(contract.returnTransfer, { ...late, version: late.version + 1 })).ok,
      false,
    )
    await clerk.get(contract.returnTransfer, late)
    assert.deepEqual(await blocks(), ['returned'])
    await save()
    cloud.clock = new Date('2026-11-21T00:15:00Z')
    const third = await make()
    assert.ok(third.ok)
    await office.reviewer.get(contract.approveRun, { paymentRunId: third.body.paymentRunId, version: 1 })
    assert.ok((await office.reviewer.call(contract.exportRun, { paymentRunId: third.body.paymentRunId })).ok)
    await clerk.get(contract.settleRun, { ...(await seen()), returned: [] })
    const page = await clerk.get(contract.getPayments, { supportId })
    assert.deepEqual(
      page.payments.map(({ itemState, amountYen }) => [itemState, amountYen]),
      [['paid', 500_000]],
    )
    assert.equal((await plan()).rows.length, 0)
    const nothing = await clerk.call(contract.makeRun, {
      ...{ disasterId: office.disasterId, transferOn: '2026-12-05', ready: 1, readyYen: 500_000 },
    })
    assert.ok(!nothing.ok && nothing.problem.type.endsWith('/nothing-to-pay'))
  })

  test('an account that two households name for one programme waits for somebody to look into it', async () => {
    await office.told({ harmed: [] }, 'R-3')
    const { applicant, head: house } = await office.formOf('R-3')
    const head = await office.issuable('R-3', {
      applicant: { ...applicant, address: '秘密町' },
      head: { ...house, address: '秘密町' },
      dwellingAddress: '秘密町',
    })
    assert.ok(head.certificateId)
    await office.told({ demolished: false, rebuild: 'rent' }, 'R-3')
    const other = await office.granted('saiken-kasan', 'R-3')
    await save({ accountNo: '1234567', holder: 'オンダ ハナ' }, other)
    assert.deepEqual(await blocks(other), ['shared-account'])
    const shown = await office.clerk.get(contract.getPayments, { supportId: other })
    assert.deepEqual([shown.suppressed, shown.account?.branchCode, shown.account?.accountNo], [true, '', ''])
    const clear = {
      ...{ supportId: other, accountVersion: 1, warning: 'shared-account' as const },
      reason: '同じ家族の口座であることを本人に確かめた',
    }
    assert.equal((await office.clerk.call(contract.clearWarning, clear)).status, 403)
    await office.reviewer.get(contract.clearWarning, clear)
    assert.deepEqual(await blocks(other), [])
    cloud.clock = new Date('2026-11-21T00:20:00Z')
    const made = await make()
    assert.ok(made.ok)
    // The account changed after the run was made: what was checked is not what would be paid.
    await save({ accountNo: '1111111', holder: 'オンダ ハナ' }, other)
    const stale = await office.reviewer.call(contract.approveRun, {
      paymentRunId: made.body.paymentRunId,
      version: 1,
    })
    assert.ok(!stale.ok && stale.problem.type.endsWith('/stale'))
    await office.clerk.get(contract.cancelRun, { paymentRunId: made.body.paymentRunId, version: 1 })
    assert.equal((await plan()).ready, 1)
  })

  test('what was paid too much after a correction is claimed back, and no more than that comes in', async () => {
    const { clerk, colleague, disasterId } = office
    await office.regrade(certified, 'G4')
    await office.match()
    const { differences } = await clerk.get(listSupportDifferences, { disasterId })
    const one = differences.find((found) => found.supportId === supportId)!
    assert.deepEqual([one.awardedYen, one.entitledYen], [500_000, 0])
    const { differenceId, version } = one
    await colleague.get(decideSupportDifference, {
      differenceId,
      version,
      act: 'claim-back',
      reason: '再調査で半壊',
    })
    const { claimBacks } = await clerk.get(contract.listClaimBacks, { disasterId })
    assert.deepEqual(
      claimBacks.map(({ amountYen }) => amountYen),
      [500_000],
    )
    const { awardId } = claimBacks[0]!
    const back = (amountYen: number) =>
      clerk.call(contract.recordRepayment, { awardId, amountYen, receivedOn: '2026-11-21' })
    assert.ok((await back(300_000)).ok)
    const much = await back(200_001)
    assert.ok(!much.ok && much.problem.type.endsWith('/too-much'))
    const both = await Promise.all([back(200_000), back(200_000)])
    assert.equal(both.filter(({ ok }) => ok).length, 1)
    // Nothing claimed back is ever paid.
    assert.ok((await plan()).rows.every((row) => row.supportId !== supportId))
  })
})
