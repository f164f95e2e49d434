import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { arranged, faultOfNames, linesOf, type NameLine, type Subsystem } from './item-names.ts'
import type * as contract from './item-names.contract.ts'
import * as store from './items.store.ts'
import { ledgerEvents as events, ledgerProblems as problems } from './ledger.messages.ts'

export async function getItemNames(
  ctx: Ctx,
  { subsystem }: InputOf<typeof contract.getItemNames>,
): Promise<OutputOf<typeof contract.getItemNames>> {
  const sheet = await store.findSheet(ctx.tx, subsystem)
  return { version: sheet?.version ?? 0, lines: [...linesOf(subsystem, sheet?.lines ?? [])] }
}

/** Appends the town's sheet of a subsystem. */
export async function changeItemNames(
  ctx: Ctx,
  { subsystem, version, lines }: InputOf<typeof contract.changeItemNames>,
): Promise<OutputOf<typeof contract.changeItemNames>> {
  const fault = faultOfNames(subsystem, lines)
  if (fault !== null) throw new Problem(problems.sheetImpossible, [{ pointer: '/lines', message: fault }])
  const written = await store.insertSheet(
    ctx.tx,
    subsystem,
    version + 1,
    lines,
    ctx.now,
    actorName(ctx.actor),
  )
  if (!written) throw new Problem(platformProblems.changedByOther)
  await audit(ctx, events.itemSheetChanged, {
    facts: { version: version + 1, items: lines.length, subsystem },
  })
  return { version: version + 1 }
}

/** Columns of a file, as the town arranges the subsystem's items. */
export async function arrangedPlaces<P extends { readonly item?: string }>(
  ctx: Ctx,
  subsystem: Subsystem,
  places: readonly P[],
): Promise<readonly (P & { readonly name?: string })[]> {
  const sheet: readonly NameLine[] = (await store.findSheet(ctx.tx, subsystem))?.lines ?? []
  return arranged(subsystem, sheet, places)
}
