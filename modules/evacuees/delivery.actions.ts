import { todayInJapan } from '@open-bcl/core/dates.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import * as store from './arrivals.store.ts'
import type { TransferId } from './evacuees.ts'
import type { Body } from './packet.ts'
import { sealMessage } from './sealing.actions.ts'
import { ownKeys, requireTown } from './towns.actions.ts'

/**
 * Sends a message about a hand-over: into the other town's post box where that town is on this installation, else as a file that
 * somebody carries. In the transaction of what it tells of.
 */
export async function deliver(ctx: Ctx, townCode: string, transferId: TransferId, body: Body): Promise<void> {
  const to = await requireTown(ctx, townCode)
  const { secret } = await ownKeys(ctx)
  const { name } = await getMunicipality(ctx, todayInJapan(ctx.now))
  const messageId = uuidv7(ctx.now.getTime())
  const message = {
    ...{
      messageId,
      transferId,
      from: ctx.municipality,
      fromName: name,
      to: to.code as typeof ctx.municipality,
    },
    ...{ sentAt: ctx.now.toISOString(), body },
  }
  const bytes = await sealMessage(message, secret, to.recipient)
  if (to.way === 'here') await store.putMessage(ctx.tx, to.code, messageId, bytes)
  else await store.insertOutgoing(ctx.tx, { messageId, transferId, kind: body.kind, bytes, at: ctx.now })
}
