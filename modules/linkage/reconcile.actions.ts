import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { HashTotal, rowDigest } from '@open-bcl/platform/hash-total.ts'
import { audit } from '../access/audit.ts'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { canonicalRow } from '../interfaces/interfaces.fields.ts'
import { streamRows } from '../registers/registers.actions.ts'
import { FirstReleaseRow, streamResidentRows } from '../residents/recovery.actions.ts'
import { endAlarm, raiseAlarm } from './alarms.actions.ts'
import { linkageEvents, linkageProblems } from './linkage.messages.ts'
import * as store from './linkage.store.ts'
import * as trust from './trust.store.ts'

/** Rows of a business as the town counts them. */
export type TownState = {
  readonly business: Business
  readonly fileNo: number
  readonly rows: number
  readonly hashTotal: string
}

/**
 * 突合: opens every row that is kept of the business, as of its last file, sums them anew and compares with the town's own
 * sum. What differs raises an alarm, and issuing of 住民票・印鑑・税 stops until somebody acknowledges it.
 */
export async function reconcile(
  ctx: Ctx,
  town: TownState,
): Promise<{ agrees: boolean; rows: number; hashTotal: string; checkedAt: string }> {
  const { business, fileNo } = town
  const mark = (await store.listWatermarks(ctx.tx)).find((one) => one.business === business)
  if (mark?.fileNo !== fileNo) throw new Problem(linkageProblems.notApplied)
  const { rows, hashTotal } = await totalOf(ctx, business, mark.seq)
  const agrees = rows === town.rows && hashTotal === town.hashTotal
  await trust.insertReconciliation(ctx.tx, {
    reconciliationId: uuidv7(ctx.now.getTime()),
    business,
    fileNo,
    seq: mark.seq,
    townRows: town.rows,
    townHashTotal: town.hashTotal,
    rows,
    hashTotal,
    agrees,
    at: ctx.now,
  })
  await audit(ctx, linkageEvents.reconciled, {
    facts: { business, fileNo, agrees, rows, townRows: town.rows },
  })
  await endAlarm(ctx, 'reconciliation-overdue', business)
  if (agrees) await endAlarm(ctx, 'reconciliation', business)
  else await raiseAlarm(ctx, 'reconciliation', business, { fileNo, townRows: town.rows, rows })
  return { agrees, rows, hashTotal, checkedAt: ctx.now.toISOString() }
}

/** Row count and hash total of what is kept of a business as of a number of the town's data. */
async function totalOf(
  ctx: Ctx,
  business: Business,
  seq: bigint,
): Promise<{ readonly rows: number; readonly hashTotal: string }> {
  const file = fileInterfaces[business]
  const total = new HashTotal()
  let count = 0
  const stream = business === 'residents' ? streamResidentRows(ctx, seq) : streamRows(ctx, business, seq)
  try {
    for await (const rows of stream) {
      for (const fields of rows) total.add(rowDigest(canonicalRow(file, fields)))
      count += rows.length
    }
  } catch (error) {
    // Rows of the first release agree with nothing; the next full file brings them whole.
    if (!(error instanceof FirstReleaseRow)) throw error
    return { rows: count, hashTotal: new HashTotal().toString() }
  }
  return { rows: count, hashTotal: total.toString() }
}
