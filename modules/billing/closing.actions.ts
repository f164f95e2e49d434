import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { recordAct } from '../center/acts.actions.ts'
import type * as contract from './billing.contract.ts'
import { billingEvents, billingProblems as problems } from './billing.messages.ts'
import { moneyOf } from './copies.ts'
import * as counting from './counting.store.ts'
import { monthAfter, monthOf, type Month } from './fiscal-year.ts'
import { copyTariffs, inForce } from './tariff.ts'

/** What the tariff of the day asks for one copy. The amounts do not hang on the town's fee. */
export function priceOf(key: counting.PriceKey): counting.Price {
  const tariff = inForce(copyTariffs, key.printedOn).value
  const { commissionYen, bclYen } = moneyOf({ ...key, feeYen: 0, printingYen: 0 }, tariff)
  return { ...key, commissionYen, bclYen }
}

export async function listMonths(ctx: CenterCtx): Promise<OutputOf<typeof contract.listMonths>> {
  const closings = await counting.listClosings(ctx.tx)
  const next = closings[0] === undefined ? null : monthAfter(closings[0].month)
  return {
    closed: closings.map(({ month, closedAt, closedBy, copies }) => ({
      ...{ month, closedBy, copies },
      closedAt: closedAt.toISOString(),
    })),
    next:
      next === null ? null : { month: next, closableFrom: counting.startOf(monthAfter(next)).toISOString() },
    present: monthOf(todayInJapan(ctx.now)),
  }
}

/**
 * Closes a month: every printed transaction that was not counted yet is booked into it, once and for good, with the amounts of
 * the day it was printed. What a machine reports while this runs comes into the next month.
 */
export async function closeMonth(
  ctx: CenterCtx,
  { month }: InputOf<typeof contract.closeMonth>,
): Promise<OutputOf<typeof contract.closeMonth>> {
  const untilAt = counting.startOf(monthAfter(month))
  if (ctx.now < untilAt) throw new Problem(problems.monthNotOver)
  const [latest] = await counting.listClosings(ctx.tx)
  if (latest && month <= latest.month) throw new Problem(problems.alreadyClosed)
  if (latest && month !== monthAfter(latest.month)) throw new Problem(problems.monthOrder)
  const closedBy = ctx.staff?.displayName ?? 'システム'
  if (!(await counting.insertClosing(ctx.tx, { month, closedAt: ctx.now, closedBy })))
    throw new Problem(problems.alreadyClosed)
  const fromAt = latest ? counting.startOf(latest.month) : null
  const prices = (await counting.listPriceKeys(ctx.tx, fromAt, untilAt)).map(priceOf)
  const { transactions, copies } = await counting.book(ctx.tx, month, fromAt, untilAt, prices)
  await counting.insertMonthlyCounts(ctx.tx, month)
  await recordAct(ctx, billingEvents.monthClosed, { kind: 'month', id: month }, { transactions, copies })
  return { month, transactions, copies }
}

/** Where the rows of a month are to be found, and when it was closed. */
export async function whereIs(
  tx: Tx,
  month: Month,
): Promise<{ readonly where: counting.Where; readonly closedAt: Date | null }> {
  const closings = await counting.listClosings(tx)
  const [latest] = closings
  if (latest === undefined)
    return { where: { closed: false, fromAt: counting.startOf(month) }, closedAt: null }
  if (month <= latest.month) {
    const closing = closings.find((candidate) => candidate.month === month)
    return { where: { closed: true }, closedAt: closing?.closedAt ?? latest.closedAt }
  }
  const isNext = month === monthAfter(latest.month)
  return {
    where: { closed: false, fromAt: counting.startOf(isNext ? latest.month : month) },
    closedAt: null,
  }
}
