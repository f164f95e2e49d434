import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { findResident } from '../residents/residents.actions.ts'
import { findKind, type Issuing } from './before-freezing.actions.ts'
import { getFrozen, type Issue } from './certificates.store.ts'
import type { Choices } from './choices.ts'

/**
 * Somebody on the paper is protected today (支援措置): what was frozen, built or even delivered before tells where they live, so
 * nobody gets it through any door.
 */
export async function showsProtected(
  ctx: Ctx,
  issuing: Issuing,
  issue: Pick<Issue, 'transactionId' | 'kind' | 'channel' | 'subjectId'>,
  frozen?: { readonly choices: Choices },
): Promise<boolean> {
  const kind = findKind(issuing, issue.kind)
  // Nobody here knows any more whom it shows.
  if (!kind) return true
  const { choices } = frozen ?? (await getFrozen(ctx.tx, await ctx.keys(), issue.transactionId))
  const blocks = await kind.blocks(ctx, issue.subjectId, issue.channel, choices)
  if (blocks.some((block) => block.code === 302)) return true
  for (const residentNo of await kind.people(ctx, issue.subjectId, choices)) {
    const person = await findResident(ctx, residentNo, { seq: null })
    if (person?.suppressed === true) return true
  }
  return false
}
