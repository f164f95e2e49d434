import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { Disaster, DisasterId } from '../disasters/disasters.ts'
import { labelOf } from './risai.actions.ts'
import { risaiEvents, risaiProblems as problems } from './risai.messages.ts'
import type * as contract from './terms.contract.ts'
import * as store from './terms.store.ts'

/** Until when a disaster's applications may come: as the town set it last, else as the disaster was registered. */
export async function termsOf(
  ctx: Ctx,
  disaster: Disaster,
): Promise<{ readonly applicationUntilOn: PlainDate | null; readonly resurveyDays: number | null }> {
  const [latest] = await store.listTerms(ctx.tx, disaster.disasterId)
  return latest ?? { applicationUntilOn: disaster.applicationDeadlineOn, resurveyDays: null }
}

export async function getTerms(
  ctx: Ctx,
  input: InputOf<typeof contract.getTerms>,
): Promise<OutputOf<typeof contract.getTerms>> {
  const disaster = await getDisaster(ctx, input.disasterId as DisasterId)
  const settings = await store.listTerms(ctx.tx, disaster.disasterId)
  return {
    termsNo: settings[0]?.termsNo ?? 0,
    ...(await termsOf(ctx, disaster)),
    settings: settings.map(({ setAt, ...one }) => ({ ...one, setAt: setAt.toISOString() })),
  }
}

/** 申請期限 set or extended. What was taken before keeps the term it was taken under. */
export async function setTerms(
  ctx: Ctx,
  input: InputOf<typeof contract.setTerms>,
): Promise<OutputOf<typeof contract.setTerms>> {
  const { termsNo, applicationUntilOn, resurveyDays, note } = input
  const disaster = await getDisaster(ctx, input.disasterId as DisasterId)
  if (applicationUntilOn !== null && applicationUntilOn < disaster.occurredOn) {
    throw new Problem(problems.termBeforeDisaster, [
      { pointer: '/applicationUntilOn', message: problems.termBeforeDisaster.title },
    ])
  }
  const set = await store.insertTerms(
    ctx.tx,
    disaster.disasterId,
    {
      termsNo: termsNo + 1,
      applicationUntilOn,
      resurveyDays,
      note,
      setAt: ctx.now,
      setBy: labelOf(ctx),
    },
    actorName(ctx.actor),
  )
  if (!set) throw new Problem(platformProblems.changedByOther)
  await audit(ctx, risaiEvents.termsSet, {
    subjects: [{ kind: 'disaster', id: disaster.disasterId }],
    facts: { termsNo: termsNo + 1, applicationUntilOn, resurveyDays },
  })
  return { termsNo: termsNo + 1 }
}
