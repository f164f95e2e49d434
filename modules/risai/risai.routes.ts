import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import { adoptDecision, amendCertificate } from './amendments.actions.ts'
import { correctApplication, receiveApplication } from './applications.actions.ts'
import * as attachments from './attachments.actions.ts'
import * as attachmentsContract from './attachments.contract.ts'
import * as appointments from './appointments.actions.ts'
import * as appointmentsContract from './appointments.contract.ts'
import * as bulk from './bulk.actions.ts'
import * as bulkContract from './bulk.contract.ts'
import * as reports from './reports.actions.ts'
import * as reportsContract from './reports.contract.ts'
import * as decisions from './decisions.actions.ts'
import * as joining from './joining.actions.ts'
import * as joiningContract from './joining.contract.ts'
import * as listing from './listing.actions.ts'
import * as listingContract from './listing.contract.ts'
import * as letters from './letters.actions.ts'
import * as lettersContract from './letters.contract.ts'
import { risaiBatchSource } from './posting.actions.ts'
import * as resurveys from './resurveys.actions.ts'
import * as resurveysContract from './resurveys.contract.ts'
import * as contract from './risai.contract.ts'
import { viewSurveys } from './surveying.actions.ts'
import * as surveyingContract from './surveying.contract.ts'
import * as terms from './terms.actions.ts'
import * as termsContract from './terms.contract.ts'
import * as views from './views.actions.ts'

/** What may be printed in batches. */
export const risaiBatches = [risaiBatchSource] as const

export const risaiRoutes: readonly Route[] = [
  route(contract.draftApplication, views.draftApplication),
  route(contract.receiveApplication, receiveApplication),
  route(listingContract.listApplications, listing.listApplications),
  route(listingContract.countApplications, listing.countApplications),
  route(contract.getApplication, views.getApplication),
  route(contract.correctApplication, correctApplication),
  route(contract.acceptApplication, decisions.acceptApplication),
  route(contract.rejectApplication, decisions.rejectApplication),
  route(contract.gradeDwelling, decisions.gradeDwelling),
  route(contract.decideApplication, decisions.decideApplication),
  route(contract.withdrawApplication, decisions.withdrawApplication),
  route(contract.withdrawCertificate, decisions.withdrawCertificate),
  route(termsContract.getTerms, terms.getTerms),
  route(termsContract.setTerms, terms.setTerms),
  route(bulkContract.previewAcceptance, bulk.previewAcceptance),
  route(bulkContract.acceptApplications, bulk.acceptApplications),
  route(bulkContract.undoAcceptances, bulk.undoAcceptances),
  route(surveyingContract.getApplicationSurveys, viewSurveys),
  route(joiningContract.findSimilar, joining.findSimilar),
  route(resurveysContract.receiveResurvey, resurveys.receiveResurvey),
  route(resurveysContract.listResurveys, resurveys.listResurveys),
  route(resurveysContract.acceptResurvey, resurveys.acceptResurvey),
  route(resurveysContract.enterResurvey, resurveys.enterResurvey),
  route(resurveysContract.concludeResurvey, resurveys.concludeResurvey),
  route(resurveysContract.rejectResurvey, resurveys.rejectResurvey),
  route(resurveysContract.withdrawResurvey, resurveys.withdrawResurvey),
  route(resurveysContract.amendCertificate, amendCertificate),
  route(resurveysContract.adoptDecision, adoptDecision),
  route(appointmentsContract.openSlots, appointments.openSlots),
  route(appointmentsContract.listSlots, appointments.listSlots),
  route(appointmentsContract.changeCapacity, appointments.changeCapacity),
  route(appointmentsContract.bookAppointment, appointments.bookAppointment),
  route(appointmentsContract.moveAppointment, appointments.moveAppointment),
  route(appointmentsContract.listAppointments, appointments.listAppointments),
  route(appointmentsContract.appointmentsOf, appointments.appointmentsOf),
  route(appointmentsContract.endAppointment, appointments.endAppointment),
  route(joiningContract.joinApplication, joining.joinApplication),
  route(joiningContract.partApplication, joining.partApplication),
  route(reportsContract.draftReport, reports.draftReport),
  route(reportsContract.receiveReport, reports.receiveReport),
  route(reportsContract.listReports, reports.listReports),
  route(reportsContract.getReport, reports.getReport),
  route(reportsContract.acceptReport, reports.acceptReport),
  route(reportsContract.withdrawReport, reports.withdrawReport),
]

/** 添付書類. `shelf`: where files are kept. */
export function attachmentRoutes(shelf: () => Promise<attachments.FileShelf>): readonly Route[] {
  return [
    route(attachmentsContract.addAttachment, async (ctx, input) =>
      attachments.addAttachment(ctx, await shelf(), input),
    ),
    route(attachmentsContract.listAttachments, attachments.listAttachments),
    route(attachmentsContract.getAttachment, async (ctx, input) =>
      attachments.getAttachment(ctx, await shelf(), input),
    ),
  ]
}

/** 通知書: rendered by the process's own engine. */
export function letterRoutes(issuing: letters.Issuing): readonly Route[] {
  return [
    route(lettersContract.makeLetterBatch, letters.makeLetterBatch),
    route(lettersContract.listLetterBatches, letters.listLetterBatches),
    route(lettersContract.getLetterBatch, letters.getLetterBatch),
    route(lettersContract.getLetterBatchDocument, (ctx, input) =>
      letters.getLetterBatchDocument(ctx, issuing, input),
    ),
    route(lettersContract.postLetterBatch, letters.postLetterBatch),
    route(lettersContract.withdrawLetter, letters.withdrawLetter),
    route(lettersContract.withdrawLetterBatch, letters.withdrawLetterBatch),
  ]
}
