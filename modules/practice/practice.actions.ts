import { isPracticeTown, practiceTownOf } from '@open-bcl/core/practice-town.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { startPractice } from '../access/practice.actions.ts'
import { practisable } from '../access/practice.ts'
import { signedInStaff, signOut, staffActor } from '../access/sessions.actions.ts'
import type * as contract from './practice.contract.ts'
import { practiceEvents, practiceProblems as problems } from './practice.messages.ts'
import { isUnderWay, stateOf } from './practice.ts'
import * as store from './practice.store.ts'

/** The job that puts the practice town in order. */
export const PREPARE = 'practice.prepare'

export async function getPractice(ctx: Ctx): Promise<OutputOf<typeof contract.getPractice>> {
  const last = await store.lastPreparation(ctx.tx)
  const state = stateOf(last)
  return {
    state,
    late: state === 'preparing' && !isUnderWay(last, ctx.now),
    mayPractise: practisable(staffActor(ctx).permissions).length > 0,
    askedAt: last?.askedAt.toISOString() ?? null,
    askedBy: last?.askedByLabel ?? null,
    finishedAt: last?.finishedAt?.toISOString() ?? null,
    people: last?.people ?? null,
  }
}

export async function preparePractice(ctx: Ctx): Promise<OutputOf<typeof contract.preparePractice>> {
  if (isPracticeTown(ctx.municipality)) throw new Problem(problems.here)
  const last = await store.lastPreparation(ctx.tx)
  if (isUnderWay(last, ctx.now)) throw new Problem(problems.underWay)
  const preparationNo = (last?.preparationNo ?? 0) + 1
  const asked = { at: ctx.now, by: actorName(ctx.actor), label: staffActor(ctx).displayName }
  if (!(await store.insertPreparation(ctx.tx, { preparationNo, ...asked })))
    throw new Problem(problems.underWay)
  await ctx.enqueue(PREPARE, { preparationNo: String(preparationNo) })
  await audit(ctx, practiceEvents.asked, { facts: { preparationNo } })
  return { preparationNo }
}

/**
 * From the town itself to its practice town, and never back: the session at the town ends here, and whoever is handed the
 * machine while somebody practises finds nothing behind it. Rights go along as a copy, once.
 */
export async function enterPractice(ctx: Ctx): Promise<OutputOf<typeof contract.enterPractice>> {
  if (isPracticeTown(ctx.municipality)) throw new Problem(problems.here)
  const actor = staffActor(ctx)
  if (practisable(actor.permissions).length === 0) throw new Problem(problems.nothing)
  if (stateOf(await store.lastPreparation(ctx.tx)) !== 'ready') throw new Problem(problems.notReady)
  const { staffId, displayName, department } = await signedInStaff(ctx)
  const started = await ctx.inPracticeTown((there) =>
    startPractice(there, { staffId, displayName, department, permissions: actor.permissions }),
  )
  if (started === null) throw new Problem(problems.notReady)
  await audit(ctx, practiceEvents.entered, { subjects: [{ kind: 'staff', id: staffId }] })
  await signOut(ctx)
  ctx.cookie?.start(started.token, practiceTownOf(ctx.municipality))
  return started.view
}
