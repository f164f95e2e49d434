import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as contract from './field.contract.ts'
import * as items from './items.actions.ts'
import * as passes from './passes.actions.ts'
import * as phone from './phone.contract.ts'

/** Who asks with a phone's token; `serve` is handed it. */
export const { authenticatePass } = passes

/** `shelf`: where photos are kept. */
export function fieldRoutes(shelf: () => Promise<items.FileShelf>): readonly Route[] {
  return [
    route(contract.makePass, passes.makePass),
    route(contract.renewCode, passes.renewCode),
    route(contract.listPasses, passes.listPasses),
    route(contract.listParked, items.listParked),
    route(contract.decideParked, async (ctx, input) => items.decideParked(ctx, await shelf(), input)),
    route(contract.takeQueueItem, async (ctx, input) => items.takeQueueItem(ctx, await shelf(), input)),
    route(contract.revokePass, passes.revokePass),
  ]
}

/** What phones ask. Not held by the opening hours of the ledger: a survey goes on in the evening. */
export function phoneRoutes(shelf: () => Promise<items.FileShelf>): readonly Route[] {
  return [
    route(phone.enrolDevice, passes.enrolDevice),
    route(phone.getWork, passes.getWork),
    route(phone.tellDevice, passes.tellDevice),
    route(phone.sendSealedItem, async (ctx, input) =>
      items.sendItem(ctx, await shelf(), { ...input, envelope: Buffer.from(input.bytes) }),
    ),
    route(phone.sendItem, async (ctx, input) =>
      items.sendItem(ctx, await shelf(), { ...input, envelope: Buffer.from(input.base64, 'base64') }),
    ),
  ]
}
