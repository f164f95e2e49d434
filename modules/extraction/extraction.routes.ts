import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './extraction.actions.ts'
import * as contract from './extraction.contract.ts'
import { exportExtractionCsv, exportExtractionXlsx } from './export.actions.ts'

export const extractionRoutes: readonly Route[] = [
  route(contract.countExtraction, actions.countExtraction),
  route(contract.saveExtraction, actions.saveExtraction),
  route(contract.listExtractions, actions.listExtractions),
  route(contract.getExtraction, actions.getExtraction),
  route(contract.takeNextItem, actions.takeNextItem),
  route(contract.listItemsOf, actions.listItemsOf),
  route(contract.actOnItem, actions.actOnItem),
  route(contract.exportExtractionCsv, exportExtractionCsv),
  route(contract.exportExtractionXlsx, exportExtractionXlsx),
]
