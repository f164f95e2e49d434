import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './external-link.actions.ts'
import { certificatesWithResults } from './certificate.actions.ts'
import * as contract from './external-link.contract.ts'

export const externalLinkRoutes: readonly Route[] = [
  route(contract.getExternalLink, actions.getExternalLink),
  route(contract.makeHandover, actions.makeHandover),
  route(contract.getHandoverFile, actions.getHandoverFile),
  route(contract.acknowledgeHandover, actions.acknowledgeHandover),
  route(contract.uploadResults, actions.uploadResults),
  route(contract.getUpload, actions.getUpload),
  route(contract.listResults, actions.listResults),
  route(contract.getResult, actions.getResult),
]

/** What 罹災証明書 and 被災証明書 are made of, whoever keeps the ledger. */
export { certificatesWithResults }
