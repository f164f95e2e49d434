import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { test, type Guarded } from '../access/guarded.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import { currentSeq, type AsOf } from '../residents/residents.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import { blockTargets, type IssueBlock } from './issue-blocks.ts'
import { listIssueBlocks } from './issue-blocks.store.ts'

/**
 * 発行抑止 of the town's own system that stand today in the way of a kind of certificate, on a person or on the household she
 * is in (whom a row names, it blocks wherever she lives now); empty = none.
 */
export async function issueBlocksOn(
  ctx: Ctx,
  kind: CertificateKindCode,
  person: Guarded<ResidentRecord>,
  asOf: AsOf,
): Promise<readonly IssueBlock[]> {
  const seq = asOf.seq ?? (await currentSeq(ctx))
  const rows = await listIssueBlocks(
    ctx.tx,
    person.subject.id,
    blockTargets[kind],
    seq,
    todayInJapan(ctx.now),
  )
  return rows
    .filter(
      ({ own, householdNo }) =>
        own || (householdNo !== null && test(person, (record) => record.householdNo === householdNo)),
    )
    .map(({ on, warningOnly }) => ({ on, warningOnly }))
}
