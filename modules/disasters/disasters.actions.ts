import { partsOf, todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { eraOn } from '@open-bcl/core/ja/wareki.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { z } from 'zod'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import type * as contract from './disasters.contract.ts'
import { disastersEvents, disastersProblems as problems } from './disasters.messages.ts'
import * as store from './disasters.store.ts'
import { guidelineOn, type Disaster, type DisasterId } from './disasters.ts'

/** Registers a disaster and pins the rules that hold today. The ledger, which stands above, is opened by its own action. */
export async function registerDisaster(
  ctx: Ctx,
  draft: z.output<typeof contract.DisasterDraft>,
): Promise<Disaster> {
  const today = todayInJapan(ctx.now)
  if (draft.occurredOn > today) {
    throw new Problem(problems.occursInFuture, [
      { pointer: '/occurredOn', message: problems.occursInFuture.title },
    ])
  }
  if (draft.applicationDeadlineOn !== null && draft.applicationDeadlineOn < draft.occurredOn) {
    throw new Problem(problems.deadlineBeforeDisaster, [
      { pointer: '/applicationDeadlineOn', message: problems.deadlineBeforeDisaster.title },
    ])
  }
  const era = eraOn(draft.occurredOn)
  const year = partsOf(draft.occurredOn).year
  const prefix = era ? `${era.letter}${year - partsOf(era.firstOn).year + 1}-` : `${year}-`
  const disaster = await store.insertDisaster(
    ctx.tx,
    {
      ...draft,
      hazards: [...new Set(draft.hazards)],
      disasterId: uuidv7(ctx.now.getTime()) as DisasterId,
      guidelineCode: guidelineOn(draft.occurredOn),
      registeredAt: ctx.now,
    },
    prefix,
    actorName(ctx.actor),
  )
  if (!disaster)
    throw new Problem(problems.nameTaken, [{ pointer: '/name', message: problems.nameTaken.title }])
  await audit(ctx, disastersEvents.disasterRegistered, {
    subjects: [{ kind: 'disaster', id: disaster.disasterId }],
    facts: { disasterCode: disaster.disasterCode, guidelineCode: disaster.guidelineCode },
  })
  return disaster
}

/** The disaster; 404 when the town registered none of that id. */
export async function getDisaster(ctx: Ctx, disasterId: DisasterId): Promise<Disaster> {
  const disaster = await store.findDisaster(ctx.tx, disasterId)
  if (!disaster) throw new Problem(problems.notFound)
  return disaster
}

export function disasterView(disaster: Disaster): OutputOf<typeof contract.getDisaster> {
  return {
    ...disaster,
    hazards: [...disaster.hazards],
    registeredAt: disaster.registeredAt.toISOString(),
  }
}

export async function viewDisaster(
  ctx: Ctx,
  input: InputOf<typeof contract.getDisaster>,
): Promise<OutputOf<typeof contract.getDisaster>> {
  return disasterView(await getDisaster(ctx, input.disasterId))
}

export async function listDisasters(ctx: Ctx): Promise<OutputOf<typeof contract.listDisasters>> {
  return { disasters: (await store.listDisasters(ctx.tx)).map(disasterView) }
}
