import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import type { PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import * as actions from './situation.actions.ts'
import * as contract from './situation.contract.ts'

/** `engine` prints the reports. */
export function situationRoutes(_engine: Pick<PdfEngine, 'render'>): readonly Route[] {
  return [
    route(contract.countWork, actions.countWork),
    route(contract.listWork, actions.listWork),
    route(contract.exportWorkCsv, actions.exportWorkCsv),
    route(contract.exportWorkXlsx, actions.exportWorkXlsx),
    route(contract.getProgress, actions.getProgress),
    route(contract.getTimes, actions.getTimes),
  ]
}
