import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { namesOfActors } from '../access/access.actions.ts'
import type { Issuing } from './before-freezing.actions.ts'
import { countToAccept } from './layout-acceptance.actions.ts'
import { refusalWords } from './refusals.ts'
import { standstillOf } from './stops.actions.ts'
import type * as contract from './certificates.contract.ts'
import * as store from './stops.store.ts'

/** Whether the town issues now, and what stands in the way. */
export async function getIssuingStatus(
  ctx: Ctx,
  issuing: Issuing,
): Promise<OutputOf<typeof contract.getIssuingStatus>> {
  const standing = await store.getStandstill(ctx.tx)
  const code = standstillOf(standing, null)
  const nameOf = await namesOfActors(
    ctx,
    standing.stops.map((stop) => stop.actor),
  )
  return {
    issuing: code === null,
    words: code === null ? null : refusalWords(code),
    openAlarms: standing.openAlarms,
    stops: standing.stops.map(({ at, actor, except, ...stop }) => ({
      ...stop,
      except: [...except],
      at: at.toISOString(),
      by: nameOf(actor),
    })),
    layouts: await countToAccept(ctx, issuing),
  }
}
