import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { audit } from '../access/audit.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import * as store from './arrivals.store.ts'
import type * as contract from './evacuees.contract.ts'
import { evacueesEvents as events, evacueesProblems as problems } from './evacuees.messages.ts'
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

/** The file again, as often as somebody asks: only the addressee opens it, and only once. */
export async function getTransferFile(
  ctx: Ctx,
  { messageId }: InputOf<typeof contract.getTransferFile>,
): Promise<Binary> {
  const found = await store.findOutgoing(ctx.tx, messageId)
  if (!found) throw new Problem(problems.notFound)
  if (found.bytes === null) throw new Problem(problems.fileClosed)
  await audit(ctx, events.fileTaken, { facts: { transferId: found.transferId, messageId, kind: found.kind } })
  return { bytes: found.bytes, fileName: `hikitsugi-${messageId}.json` }
}
