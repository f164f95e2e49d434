import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import { getAlarmEvidence } from './alarm-evidence.actions.ts'
import * as blocks from './blocks.actions.ts'
import * as blocksContract from './blocks.contract.ts'
import * as actions from './certificates.actions.ts'
import * as contract from './certificates.contract.ts'
import * as characters from './characters.actions.ts'
import * as charactersContract from './characters.contract.ts'
import type { Issuing } from './before-freezing.actions.ts'
import * as desk from './desk.actions.ts'
import * as deskContract from './desk.contract.ts'
import * as layouts from './layout-acceptance.actions.ts'
import * as layoutsContract from './layout-acceptance.contract.ts'
import * as preview from './preview.actions.ts'
import * as previewContract from './preview.contract.ts'
import * as settings from './settings.actions.ts'
import * as settingsContract from './settings.contract.ts'
import * as status from './status.actions.ts'
import * as signature from './signature.actions.ts'
import { getSignedDocument } from './signature.contract.ts'
import * as slips from './slips.actions.ts'
import * as slipsContract from './slips.contract.ts'
import * as stops from './stops.actions.ts'
import * as transactions from './transactions.actions.ts'
import * as transactionsContract from './transactions.contract.ts'

export type { Issuing } from './before-freezing.actions.ts'

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
    route(getSignedDocument, (ctx, input) => signature.getSignedDocument(ctx, issuing, input)),
    route(contract.listIssues, (ctx, input) => actions.listIssues(ctx, issuing, input)),
    route(contract.getIssuingStatus, (ctx) => status.getIssuingStatus(ctx, issuing)),
    route(contract.listAlarms, stops.listAlarms),
    route(contract.acknowledgeAlarm, stops.acknowledgeAlarm),
    route(contract.stopIssuing, stops.stopIssuing),
    route(contract.getAlarmEvidence, (ctx, input) => getAlarmEvidence(ctx, issuing, input)),
    route(contract.getStopBacklog, stops.getStopBacklog),
    route(contract.resumeIssuing, stops.resumeIssuing),
    route(deskContract.findPeople, desk.findPeople),
    route(deskContract.listCertifiable, (ctx, input) => desk.listCertifiable(ctx, issuing, input)),
    route(slipsContract.listSlips, (ctx) => slips.listSlips(ctx)),
    route(slipsContract.handOverSlip, (ctx, input) => slips.handOverSlip(ctx, issuing, input)),
    route(slipsContract.disposeOfSlip, (ctx, input) => slips.disposeOfSlip(ctx, issuing, input)),
    route(previewContract.previewIssue, (ctx, input) => preview.previewIssue(ctx, issuing, input)),
    route(transactionsContract.searchTransactions, (ctx, input) =>
      transactions.searchTransactions(ctx, issuing, input),
    ),
    route(transactionsContract.getTransaction, transactions.getTransaction),
    route(transactionsContract.getTransactionDocument, (ctx, input) =>
      transactions.getTransactionDocument(ctx, issuing, input),
    ),
    route(settingsContract.getIssuingSettings, settings.getIssuingSettings),
    route(settingsContract.changeIssuingSetting, settings.changeIssuingSetting),
    route(layoutsContract.listLayouts, (ctx) => layouts.listLayouts(ctx, issuing)),
    route(layoutsContract.printTestCopy, (ctx, input) => layouts.printTestCopy(ctx, issuing, input)),
    route(layoutsContract.acceptLayout, (ctx, input) => layouts.acceptLayout(ctx, issuing, input)),
    route(charactersContract.listUnprintable, characters.listUnprintable),
    route(charactersContract.downloadUnprintable, characters.downloadUnprintable),
    route(charactersContract.decideUnprintable, characters.decideUnprintable),
    route(blocksContract.setBlock, blocks.setBlock),
    route(blocksContract.listBlocks, blocks.listBlocks),
    route(blocksContract.pauseBlock, blocks.pauseBlock),
    route(blocksContract.returnBlock, blocks.returnBlock),
    route(blocksContract.liftBlock, blocks.liftBlock),
  ]
}
