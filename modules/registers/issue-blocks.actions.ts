import type { HouseholdNo, ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import { currentSeq, type AsOf } from '../residents/residents.actions.ts'
import { blockTargets, type IssueBlock } from './issue-blocks.ts'
import { listIssueBlocks } from './issue-blocks.store.ts'

/** 発行抑止 that stand today in the way of a kind of certificate, on a person and on the household she is in; empty = none. */
export async function issueBlocksOn(
  ctx: Ctx,
  kind: CertificateKindCode,
  person: { readonly residentNo: ResidentNo; readonly householdNo: HouseholdNo | null },
  asOf: AsOf,
): Promise<readonly IssueBlock[]> {
  const seq = asOf.seq ?? (await currentSeq(ctx))
  return await listIssueBlocks(ctx.tx, person, blockTargets[kind], seq, todayInJapan(ctx.now))
}
