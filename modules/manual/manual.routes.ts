import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import type { Spool } from '@open-bcl/platform/spool.ts'
import * as actions from './manual.actions.ts'
import * as contract from './manual.contract.ts'
import * as runs from './runs.actions.ts'
import * as uploads from './uploads.actions.ts'

/** `spool`: where uploads lie until they are applied. */
export function manualRoutes(spool: () => Promise<Spool>): readonly Route[] {
  return [
    route(contract.listManualBusinesses, actions.listManualBusinesses),
    route(contract.stateNoSuppression, actions.stateNoSuppression),
    route(contract.openUpload, async (ctx, input) => uploads.openUpload(ctx, await spool(), input)),
    route(contract.putPiece, async (ctx, input) => uploads.putPiece(ctx, await spool(), input)),
    route(contract.readUpload, async (ctx, input) => actions.readUpload(ctx, await spool(), input)),
    route(contract.startRun, async (ctx, input) => runs.startRun(ctx, await spool(), input)),
    route(contract.getRun, runs.getRun),
    route(contract.getRunFindings, async (ctx, input) => runs.getRunFindings(ctx, await spool(), input)),
    route(contract.discardUpload, async (ctx, input) => uploads.discardUpload(ctx, await spool(), input)),
  ]
}
