import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { anyProtected } from '../residents/residents.actions.ts'
import { findKind, type Issuing } from './before-freezing.actions.ts'
import { findFrozen, type Issue, type PaperOf } from './certificates.store.ts'

/**
 * Somebody on the paper is protected today (支援措置): what was frozen, built or even delivered before tells where they live, so
 * nobody gets it through any door. Asked of the people who stood on it then, whoever belongs to the household now.
 */
export async function showsProtected(ctx: Ctx, issuing: Issuing, paper: PaperOf): Promise<boolean> {
  if (await anyProtected(ctx, paper.people)) return true
  const kind = findKind(issuing, paper.kind)
  // Nobody here knows any more whom it shows.
  if (!kind) return true
  const blocks = await kind.blocks(ctx, paper.subjectId, paper.channel, paper.choices)
  if (blocks.some((block) => block.code === 302)) return true
  return await anyProtected(ctx, await kind.people(ctx, paper.subjectId, paper.choices))
}

/** `showsProtected` of an issue that is kept. Whom it showed nobody can tell once its words are disposed of. */
export async function issueShowsProtected(ctx: Ctx, issuing: Issuing, issue: Issue): Promise<boolean> {
  const frozen = await findFrozen(ctx.tx, await ctx.keys(), issue.transactionId)
  if (frozen === null) return true
  const { choices, people } = frozen
  return await showsProtected(ctx, issuing, { ...issue, choices, people })
}
