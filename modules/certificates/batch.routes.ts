import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './batch.actions.ts'
import * as contract from './batch.contract.ts'
import { getBundleDocument } from './bundle.actions.ts'

export function batchRoutes(batching: actions.Batching): readonly Route[] {
  return [
    route(contract.previewBatch, (ctx, input) => actions.previewBatch(ctx, batching, input)),
    route(contract.startBatch, (ctx, input) => actions.startBatch(ctx, batching, input)),
    route(contract.listBatches, (ctx, input) => actions.listBatches(ctx, batching, input)),
    route(contract.getBatch, (ctx, input) => actions.getBatch(ctx, batching, input)),
    route(contract.listBatchLeftOut, (ctx, input) => actions.listBatchLeftOut(ctx, batching, input)),
    route(contract.pauseBatch, (ctx, input) => actions.pauseBatch(ctx, batching, input)),
    route(contract.resumeBatch, (ctx, input) => actions.resumeBatch(ctx, batching, input)),
    route(contract.endBatch, (ctx, input) => actions.endBatch(ctx, batching, input)),
    route(contract.getBundleDocument, (ctx, input) => getBundleDocument(ctx, batching, input)),
    route(contract.endBundle, (ctx, input) => actions.endBundle(ctx, batching, input)),
  ]
}
