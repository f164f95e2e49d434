import { Problem } from '@open-bcl/core/problem.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { accessEvents } from '../access/access.messages.ts'
import { audit, listActsOf, type Act } from '../access/audit.ts'
import { vocabularyOf } from '../access/audit-events.ts'
import { auditEvents } from '../access/audit-trail.messages.ts'
import { closeGuest } from '../access/guests.actions.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { residentsEvents } from '../residents/residents.messages.ts'
import { breakGlassEvents as events } from './break-glass.messages.ts'
import * as store from './break-glass.store.ts'
import {
  CODE_MS,
  grantState,
  isWellFormed,
  saysTheSame,
  type EndKind,
  type GrantState,
  type GrantTold,
} from './break-glass.ts'

/** What the centre says of a grant each time: the same grant, and what may change of it. */
export type GrantWord = GrantTold & {
  readonly codeSha: Buffer | null
  /** false = one of the operator's people ended it. */
  readonly open: boolean
  readonly endedBy: string | null
  readonly review: store.Note | null
  /** Acts from this moment on are told in the answer. */
  readonly actsFrom: Date | null
}

export type GrantStanding = {
  readonly state: GrantState
  readonly enteredAt: Date | null
  readonly ended: { readonly at: Date; readonly by: string; readonly kind: EndKind } | null
  readonly townReview: store.Note | null
  readonly acts: readonly Act[]
}

/** The role that a grant opens, and nothing else does. */
export const OPERATORS_ROLE = 'operator'

/**
 * Takes over what the centre's operators decided, and tells how it stands. Repeated, it has no second effect; the same grant
 * with other content is refused, so that nothing is made longer or wider than what the town was told first.
 */
export async function keepGrant(ctx: Ctx, word: GrantWord): Promise<GrantStanding> {
  await getMunicipality(ctx)
  if (!isWellFormed(word, ctx.now)) throw new Problem(platformProblems.invalidInput)
  if (await store.insert(ctx.tx, word, ctx.now, actorName(ctx.actor)))
    await audit(ctx, events.granted, {
      facts: { grantId: word.grantId, grantNo: word.grantNo, purpose: word.purpose },
    })
  const held = await requireHeld(ctx, word.grantId)
  if (!saysTheSame(word, toldOf(held))) throw new Problem(platformProblems.invalidInput)
  if (held.untilAt <= ctx.now) await endGrant(ctx, held, 'time', '時間')
  else if (!word.open) await endGrant(ctx, held, 'operator', word.endedBy ?? '運用者')
  else if (word.codeSha !== null && held.codeSha?.equals(word.codeSha) !== true)
    await store.setCode(ctx.tx, held.grantId, word.codeSha, new Date(ctx.now.getTime() + CODE_MS))
  if (word.review !== null && (await store.noteByOperator(ctx.tx, held.grantId, word.review)))
    await audit(ctx, events.operatorReviewed, { facts: { grantNo: held.grantNo } })
  return await standingOf(ctx, await requireHeld(ctx, word.grantId), word.actsFrom)
}

async function requireHeld(ctx: Ctx, grantId: string): Promise<store.GrantRow> {
  const held = await store.hold(ctx.tx, grantId)
  if (!held) throw new Error('a grant that was kept is not there')
  return held
}

function toldOf(row: store.GrantRow): GrantTold {
  return {
    ...row,
    askedBy: { id: row.askedById, name: row.askedBy },
    approvedBy: { id: row.approvedById, name: row.approvedBy },
  }
}

async function standingOf(ctx: Ctx, row: store.GrantRow, actsFrom: Date | null): Promise<GrantStanding> {
  const { enteredAt, endedAt, endKind, endedBy, townNotedAt, townNotedLabel, townNote } = row
  return {
    ...{ state: grantState(row, ctx.now), enteredAt },
    ended: endedAt === null ? null : { at: endedAt, kind: endKind ?? 'time', by: endedBy ?? '' },
    townReview:
      townNotedAt === null ? null : { at: townNotedAt, by: townNotedLabel ?? '', note: townNote ?? '' },
    acts: await actsOf(ctx, row, actsFrom),
  }
}

/** What the operator's person did in the town, oldest first. */
export async function actsOf(
  ctx: Ctx,
  { staffId, enteredAt }: store.GrantRow,
  from: Date | null = null,
): Promise<readonly Act[]> {
  if (staffId === null || enteredAt === null) return []
  return await listActsOf(ctx, staffId, from ?? enteredAt)
}

const vocabulary = vocabularyOf(
  [accessEvents, auditEvents, residentsEvents, events].flatMap((one) => Object.values(one)),
)

export function wordsOfAct({ event }: Act): string {
  return vocabulary.sentenceOf(event)
}

/** Ends it once: the account it opened is shut, and whoever is signed in with it is signed out. */
export async function endGrant(ctx: Ctx, row: store.GrantRow, kind: EndKind, by: string): Promise<boolean> {
  const { grantId, grantNo, staffId, enteredAt, untilAt } = row
  // What ended by itself ended then, whenever somebody looks.
  const at = kind === 'time' ? untilAt : ctx.now
  if (!(await store.end(ctx.tx, grantId, { at, kind, by }))) return false
  if (staffId !== null && enteredAt !== null)
    await closeGuest(ctx, {
      ...{ staffId, role: OPERATORS_ROLE, fromOn: todayInJapan(enteredAt), disasterId: null },
    })
  await audit(ctx, events.ended, { facts: { grantId, grantNo, kind } })
  return true
}
