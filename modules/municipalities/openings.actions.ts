import { isPracticeTown } from '@open-bcl/core/practice-town.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { getMunicipality } from './municipalities.actions.ts'
import { municipalitiesEvents, municipalitiesProblems } from './municipalities.messages.ts'
import { isWithin, LEDGER_HOURS } from './municipalities.ts'
import * as store from './openings.store.ts'

/** Takes over what the centre's operator opened or ended for this town; until when it is open now. */
export async function setLedgerOpening(
  ctx: Ctx,
  opening: store.LedgerOpening,
  open: boolean,
): Promise<Date | null> {
  await getMunicipality(ctx)
  const { openingId, fromAt, untilAt } = opening
  const known = !(await store.insertOpening(ctx.tx, opening, ctx.now, actorName(ctx.actor)))
  if (open && !known) {
    const facts = { openingId, fromAt: fromAt.toISOString(), untilAt: untilAt.toISOString() }
    await audit(ctx, municipalitiesEvents.ledgerOpened, { facts })
  }
  if (!open && (await store.endOpening(ctx.tx, openingId, ctx.now))) {
    await audit(ctx, municipalitiesEvents.ledgerOpeningEnded, { facts: { openingId } })
  }
  return await store.findOpenUntil(ctx.tx, ctx.now)
}

/** The ledger of a real town in production has the hours of the service; the demonstration and tests have no night. */
export async function requireLedgerOpen(ctx: Ctx): Promise<void> {
  if (!ctx.production || isWithin(LEDGER_HOURS, ctx.now)) return
  // Nobody has time to practise by day.
  if (isPracticeTown(ctx.municipality)) return
  if ((await getMunicipality(ctx)).demonstration) return
  if ((await store.findOpenUntil(ctx.tx, ctx.now)) === null)
    throw new Problem(municipalitiesProblems.ledgerClosed)
}
