import { createHash } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { isPracticeTown } from '@open-bcl/core/practice-town.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { getLedger, recordFact } from '../ledger/ledger.actions.ts'
import { overAwarded } from '../support/differences.actions.ts'
import { peopleRows } from '../support/households.actions.ts'
import { rulesOf } from '../support/programmes.actions.ts'
import { told } from './payments.actions.ts'
import type * as contract from './payments.contract.ts'
import { paymentsEvents, paymentsProblems as problems, type PaymentsFactKind } from './payments.messages.ts'
import * as store from './payments.store.ts'
import type { PaymentRunId, ReturnCode, Run, RunState } from './payments.ts'
import { planOf } from './plan.actions.ts'
import { readZengin, spoilt, zenginFile } from './zengin.ts'

type Changed = OutputOf<typeof contract.approveRun>
const changed = ({ paymentRunId, state, version }: Run): Changed => ({
  paymentRunId,
  runState: state,
  version,
})

async function getRunOf(ctx: Ctx, paymentRunId: PaymentRunId): Promise<Run> {
  const run = await store.findRun(ctx.tx, paymentRunId)
  if (!run) throw new Problem(problems.runNotFound)
  return run
}

async function moveOn(
  ctx: Ctx,
  seen: { readonly paymentRunId: PaymentRunId; readonly version: number },
  from: readonly RunState[],
  to: RunState,
  approval: Parameters<typeof store.moveRun>[4] = null,
): Promise<Run> {
  const moved = await store.moveRun(ctx.tx, seen, from, to, approval)
  if (moved) return moved
  const run = await getRunOf(ctx, seen.paymentRunId)
  throw new Problem(run.version === seen.version ? problems.wrongState : platformProblems.changedByOther)
}

/** Puts everything that is ready into a run. What stands in another living run cannot: the database holds that. */
export async function makeRun(
  ctx: Ctx,
  input: InputOf<typeof contract.makeRun>,
): Promise<OutputOf<typeof contract.makeRun>> {
  const { disasterId, transferOn } = input
  await getDisaster(ctx, disasterId)
  if (transferOn <= todayInJapan(ctx.now))
    throw new Problem(problems.beforeToday, [{ pointer: '/transferOn', message: problems.beforeToday.title }])
  const remitter = await store.findRemitter(ctx.tx)
  if (!remitter) throw new Problem(problems.noRemitter)
  const ready = (await planOf(ctx, disasterId)).filter(({ blocks }) => blocks.length === 0)
  if (ready.length === 0) throw new Problem(problems.nothingToPay)
  const totalYen = ready.reduce((sum, one) => sum + one.amountYen, 0)
  if (ready.length !== input.ready || totalYen !== input.readyYen) throw new Problem(problems.planChanged)
  const run = {
    paymentRunId: uuidv7(ctx.now.getTime()) as PaymentRunId,
    disasterId,
    transferOn,
    items: ready.length,
    totalYen,
    madeAt: ctx.now,
    maker: actorName(ctx.actor),
    madeBy: told(ctx).label,
    remitterVersion: remitter.version,
  }
  const items = ready.map((one) => ({ ...one, accountVersion: one.account!.version }))
  if (!(await store.insertRun(ctx.tx, run, items))) throw new Problem(problems.planChanged)
  await audit(ctx, paymentsEvents.made, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { paymentRunId: run.paymentRunId, items: run.items, totalYen },
  })
  return { paymentRunId: run.paymentRunId, version: 1 }
}

export async function listRuns(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.listRuns>,
): Promise<OutputOf<typeof contract.listRuns>> {
  await getDisaster(ctx, disasterId)
  return { runs: (await store.listRuns(ctx.tx, disasterId)).map(runView) }
}

function runView(
  run: Run & { readonly exports: number },
): OutputOf<typeof contract.listRuns>['runs'][number] {
  const { paymentRunId, transferOn, state, version, items, totalYen, madeBy, approvedBy, exports } = run
  return {
    ...{ paymentRunId, transferOn, runState: state, version, items, totalYen, madeBy, approvedBy, exports },
    madeAt: run.madeAt.toISOString(),
  }
}

export async function getRun(
  ctx: Ctx,
  { paymentRunId }: InputOf<typeof contract.getPaymentRun>,
): Promise<OutputOf<typeof contract.getPaymentRun>> {
  const run = await getRunOf(ctx, paymentRunId)
  const rules = await rulesOf(ctx, run.disasterId)
  const items = await store.listItems(ctx.tx, paymentRunId)
  const ledger = await getLedger(ctx, run.disasterId)
  const refs = [...new Set(items.map(({ applicantRef }) => applicantRef))]
  const people = await peopleRows(ctx, ledger, refs)
  const names = new Map(refs.map((ref, i) => [ref, people[i]!.name]))
  return {
    ...runView({ ...run, exports: await store.countExports(ctx.tx, paymentRunId) }),
    mayApprove: run.state === 'proposed' && run.maker !== actorName(ctx.actor),
    rows: items.map((one) => ({
      itemNo: one.itemNo,
      supportId: one.supportId,
      programmeTitle:
        rules.programmes.find(({ code }) => code === one.programmeCode)?.title ?? one.programmeCode,
      applicantName: names.get(one.applicantRef) ?? '',
      amountYen: one.amountYen,
      itemState: one.state,
      returnCode: one.returnCode,
    })),
  }
}

/** The bank's file of a run, from what was frozen with it; read back before it is trusted. */
async function fileOf(ctx: Ctx, run: Run, items: readonly store.Item[]): Promise<Uint8Array> {
  const remitter = await store.findRemitter(ctx.tx, run.remitterVersion)
  if (!remitter) throw new Problem(problems.noRemitter)
  const accounts = await store.listItemAccounts(ctx.tx, await ctx.keys(), run.paymentRunId)
  const transfers = items.map(({ itemNo, amountYen }) => ({
    ...accounts.get(itemNo)!,
    amountYen,
    reference: String(itemNo),
  }))
  const bytes = zenginFile(remitter.details, run.transferOn, transfers)
  const read = readZengin(bytes)
  const sum = read.transfers.reduce((yen, one) => yen + one.amountYen, 0)
  if (read.count !== run.items || read.totalYen !== run.totalYen || sum !== run.totalYen)
    throw new Problem(problems.fileDiffers)
  return bytes
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A second person lets the money go: what it was made of is checked once more, and the file's bytes are fixed. */
export async function approveRun(ctx: Ctx, input: InputOf<typeof contract.approveRun>): Promise<Changed> {
  const before = await getRunOf(ctx, input.paymentRunId)
  if (before.maker === actorName(ctx.actor)) throw new Problem(problems.samePerson)
  const items = await store.listItems(ctx.tx, input.paymentRunId)
  const newest = await store.findRemitter(ctx.tx)
  const stale =
    (newest?.version ?? null) !== before.remitterVersion ||
    items.some(
      (one) =>
        one.applicationState !== 'granted' || one.newestAccount !== one.accountVersion || one.claimedSince,
    ) ||
    (await overAwarded(ctx, [...new Set(items.map(({ supportId }) => supportId))])).size > 0
  if (before.state === 'proposed' && stale) throw new Problem(problems.stale)
  const sha256 = digestOf(await fileOf(ctx, before, items))
  const run = await moveOn(ctx, input, ['proposed'], 'approved', { ...told(ctx), sha256 })
  await store.moveItems(ctx.tx, run.paymentRunId, null, ['planned'], 'sent', null, ctx.now)
  await audit(ctx, paymentsEvents.approved, {
    subjects: [{ kind: 'disaster', id: run.disasterId }],
    facts: { paymentRunId: run.paymentRunId, items: run.items, totalYen: run.totalYen, sha256 },
  })
  return changed(run)
}

export async function cancelRun(ctx: Ctx, input: InputOf<typeof contract.cancelRun>): Promise<Changed> {
  const run = await moveOn(ctx, input, ['proposed'], 'cancelled')
  await store.moveItems(ctx.tx, run.paymentRunId, null, ['planned'], 'dropped', null, ctx.now)
  await audit(ctx, paymentsEvents.cancelled, {
    subjects: [{ kind: 'disaster', id: run.disasterId }],
    facts: { paymentRunId: run.paymentRunId },
  })
  return changed(run)
}

/** The same bytes as approved, or none. Every time it is taken out is recorded. */
export async function exportRun(
  ctx: Ctx,
  { paymentRunId }: InputOf<typeof contract.exportRun>,
): Promise<Binary> {
  const run = await getRunOf(ctx, paymentRunId)
  if (run.state !== 'approved' && run.state !== 'settled') throw new Problem(problems.wrongState)
  const items = await store.listItems(ctx.tx, paymentRunId)
  const bytes = await fileOf(ctx, run, items)
  if (run.sha256 === null || digestOf(bytes) !== run.sha256) throw new Problem(problems.fileDiffers)
  await store.insertExport(ctx.tx, uuidv7(ctx.now.getTime()), run, run.sha256, told(ctx))
  await audit(ctx, paymentsEvents.exported, {
    subjects: items.map(({ entryId }) => ({ kind: 'ledger-entry', id: entryId }) as const),
    facts: { paymentRunId, items: run.items, totalYen: run.totalYen, sha256: run.sha256 },
  })
  // Approved, counted and recorded as always; only what leaves is of no use to a bank.
  if (isPracticeTown(ctx.municipality))
    return { bytes: spoilt(bytes), fileName: `furikomi_${run.transferOn}_${paymentRunId.slice(-8)}.txt` }
  return { bytes, fileName: `furikomi_${run.transferOn}_${paymentRunId.slice(-8)}.txt` }
}

/** What the bank answered: named items came back, the others are paid. */
export async function settleRun(ctx: Ctx, input: InputOf<typeof contract.settleRun>): Promise<Changed> {
  const run = await moveOn(ctx, input, ['approved'], 'settled')
  // What the bank never had, it did not pay.
  if ((await store.countExports(ctx.tx, run.paymentRunId)) === 0) throw new Problem(problems.notTakenOut)
  const items = await store.listItems(ctx.tx, run.paymentRunId)
  for (const { itemNo, returnCode } of input.returned)
    await returnItem(ctx, run, items, itemNo, returnCode, ['sent'])
  const paid = await store.moveItems(ctx.tx, run.paymentRunId, null, ['sent'], 'paid', null, ctx.now)
  for (const item of items.filter(({ itemNo }) => paid.includes(itemNo)))
    await tellItem(ctx, run, item, 'payments.paid', {})
  await audit(ctx, paymentsEvents.settled, {
    subjects: [{ kind: 'disaster', id: run.disasterId }],
    facts: { paymentRunId: run.paymentRunId, paid: paid.length, returned: input.returned.length },
  })
  return changed(run)
}

/** A transfer that came back after the result was recorded. */
export async function returnTransfer(
  ctx: Ctx,
  input: InputOf<typeof contract.returnTransfer>,
): Promise<Changed> {
  const run = await moveOn(ctx, input, ['settled'], 'settled')
  const items = await store.listItems(ctx.tx, run.paymentRunId)
  await returnItem(ctx, run, items, input.itemNo, input.returnCode, ['paid'])
  return changed(run)
}

async function returnItem(
  ctx: Ctx,
  run: Run,
  items: readonly store.Item[],
  itemNo: number,
  returnCode: ReturnCode,
  from: readonly ('sent' | 'paid')[],
): Promise<void> {
  const moved = await store.moveItems(
    ctx.tx,
    run.paymentRunId,
    [itemNo],
    from,
    'returned',
    returnCode,
    ctx.now,
  )
  const item = items.find((one) => one.itemNo === itemNo)
  if (moved.length === 0 || !item)
    throw new Problem(problems.wrongState, [
      { pointer: '/returned', message: `${itemNo}番は、この支払で振り込んだものではありません` },
    ])
  await tellItem(ctx, run, item, 'payments.returned', { returnCode })
  await audit(ctx, paymentsEvents.returned, {
    subjects: [{ kind: 'ledger-entry', id: item.entryId }],
    facts: { paymentRunId: run.paymentRunId, itemNo, returnCode },
  })
}

async function tellItem(
  ctx: Ctx,
  run: Run,
  item: store.Item,
  kind: PaymentsFactKind,
  codes: Readonly<Record<string, string>>,
): Promise<void> {
  const { supportId, programmeCode, amountYen, itemNo } = item
  await recordFact(ctx, item.entryId, {
    kind,
    codes: {
      supportId,
      programmeCode,
      amountYen,
      transferOn: run.transferOn,
      paymentRunId: run.paymentRunId,
      itemNo,
      ...codes,
    },
    words: null,
  })
}
