import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import { correctApplication, receiveApplication } from './applications.actions.ts'
import { risaiCertificateKind } from './certificate.actions.ts'
import { hisaiCertificateKind } from './report-certificate.actions.ts'
import * as reports from './reports.actions.ts'
import * as reportsContract from './reports.contract.ts'
import * as decisions from './decisions.actions.ts'
import { risaiBatchSource } from './posting.actions.ts'
import * as contract from './risai.contract.ts'
import * as views from './views.actions.ts'

/** For compose, which hands it to `certificates`. */
export const risaiCertificates = [risaiCertificateKind, hisaiCertificateKind] as const

/** What may be printed in batches. */
export const risaiBatches = [risaiBatchSource] as const

export const risaiRoutes: readonly Route[] = [
  route(contract.draftApplication, views.draftApplication),
  route(contract.receiveApplication, receiveApplication),
  route(contract.listApplications, views.listApplications),
  route(contract.countApplications, views.countApplications),
  route(contract.getApplication, views.getApplication),
  route(contract.correctApplication, correctApplication),
  route(contract.acceptApplication, decisions.acceptApplication),
  route(contract.rejectApplication, decisions.rejectApplication),
  route(contract.gradeDwelling, decisions.gradeDwelling),
  route(contract.decideApplication, decisions.decideApplication),
  route(contract.withdrawApplication, decisions.withdrawApplication),
  route(contract.withdrawCertificate, decisions.withdrawCertificate),
  route(reportsContract.draftReport, reports.draftReport),
  route(reportsContract.receiveReport, reports.receiveReport),
  route(reportsContract.listReports, reports.listReports),
  route(reportsContract.getReport, reports.getReport),
  route(reportsContract.acceptReport, reports.acceptReport),
  route(reportsContract.withdrawReport, reports.withdrawReport),
]
