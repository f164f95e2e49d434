import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as blocks from './blocks.actions.ts'
import * as blocksContract from './blocks.contract.ts'
import * as actions from './certificates.actions.ts'
import * as contract from './certificates.contract.ts'
import type { Issuing } from './issuing.actions.ts'
import * as stops from './stops.actions.ts'

export type { Issuing } from './issuing.actions.ts'

/** The counter's routes. Compose hands over the kinds of the modules above and the process's PDF engine. */
export function certificatesRoutes(issuing: Issuing): readonly Route[] {
  return [
    route(contract.issueAtCounter, (ctx, input) => actions.issueAtCounter(ctx, issuing, input)),
    route(contract.getIssueChoices, (ctx, input) => actions.getIssueChoices(ctx, issuing, input)),
    route(contract.getIssueDocument, (ctx, input) => actions.getIssueDocument(ctx, issuing, input)),
    route(contract.confirmIssuePaid, (ctx, input) => actions.confirmIssuePaid(ctx, issuing, input)),
    route(contract.confirmIssuePrinted, (ctx, input) => actions.confirmIssuePrinted(ctx, issuing, input)),
    route(contract.abortCounterIssue, (ctx, input) => actions.abortCounterIssue(ctx, issuing, input)),
    route(contract.refundCounterIssue, (ctx, input) => actions.refundCounterIssue(ctx, issuing, input)),
    route(contract.listIssues, (ctx, input) => actions.listIssues(ctx, issuing, input)),
    route(contract.getIssuingStatus, stops.getIssuingStatus),
    route(contract.listAlarms, stops.listAlarms),
    route(contract.acknowledgeAlarm, stops.acknowledgeAlarm),
    route(contract.stopIssuing, stops.stopIssuing),
    route(contract.resumeIssuing, stops.resumeIssuing),
    route(blocksContract.setBlock, blocks.setBlock),
    route(blocksContract.listBlocks, blocks.listBlocks),
    route(blocksContract.pauseBlock, blocks.pauseBlock),
    route(blocksContract.returnBlock, blocks.returnBlock),
    route(blocksContract.liftBlock, blocks.liftBlock),
  ]
}
