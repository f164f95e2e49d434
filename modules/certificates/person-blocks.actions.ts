import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { test, type Guarded } from '../access/guarded.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import { issueBlocksOn } from '../registers/issue-blocks.actions.ts'
import type { AsOf } from '../residents/residents.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import type { BlockReason, Channel } from './certificates.ts'
import { blockOf, type PersonFault } from './person-blocks.ts'

/**
 * What lies in the person herself, whatever the paper would say: 支援措置, the state of the register, 発行抑止 of the town's own
 * system. Of a protected person nothing else is told.
 */
export async function blocksOnPerson(
  ctx: Ctx,
  kind: CertificateKindCode,
  person: Guarded<ResidentRecord>,
  channel: Channel,
  faults: readonly PersonFault[],
  asOf: AsOf,
): Promise<BlockReason[]> {
  if (person.suppressed) return [{ code: 302, ja: '支援措置の対象者です' }]
  return [
    ...faults.filter(({ holds }) => test(person, (record) => holds(record, channel))),
    ...(await issueBlocksOn(ctx, kind, person, asOf)).map(blockOf),
  ].map(({ code, ja }) => ({ code, ja }))
}
