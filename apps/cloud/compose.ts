import type { FastifyInstance } from 'fastify'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import type { SealedTable } from '@open-bcl/core/sealed-table.ts'
import { authenticate } from '@open-bcl/modules/access/sessions.actions.ts'
import type { SignInSite } from '@open-bcl/modules/access/sign-in-settings.actions.ts'
import { accessSealed } from '@open-bcl/modules/access/access.sealed.ts'
import { signInRoutes } from '@open-bcl/modules/access/sign-in.routes.ts'
import { staffRoutes } from '@open-bcl/modules/access/staff.routes.ts'
import { auditRoutes, withTrail } from '@open-bcl/modules/access/audit.routes.ts'
import type { TerminalSite } from '@open-bcl/modules/access/terminals.actions.ts'
import { terminalRoutes } from '@open-bcl/modules/access/terminals.routes.ts'
import { breakGlassRoutes } from '@open-bcl/modules/break-glass/break-glass.routes.ts'
import { batchJob } from '@open-bcl/modules/certificates/batch.jobs.ts'
import { batchRoutes } from '@open-bcl/modules/certificates/batch.routes.ts'
import { certificatesRoutes, type Issuing } from '@open-bcl/modules/certificates/certificates.routes.ts'
import { certificatesSealed } from '@open-bcl/modules/certificates/certificates.sealed.ts'
import { verificationRoutes } from '@open-bcl/modules/certificates/verification.routes.ts'
import { disasterNames, disastersRoutes } from '@open-bcl/modules/disasters/disasters.routes.ts'
import { authenticatePass, fieldRoutes, phoneRoutes } from '@open-bcl/modules/field/field.routes.ts'
import { fieldSealed } from '@open-bcl/modules/field/field.sealed.ts'
import { PASS_TOKEN } from '@open-bcl/modules/field/field.ts'
import { filesRoutes, type FileShelf } from '@open-bcl/modules/files/files.routes.ts'
import { filesSealed } from '@open-bcl/modules/files/files.sealed.ts'
import { dwellingsJobs } from '@open-bcl/modules/dwellings/dwellings.jobs.ts'
import { dwellingsRoutes } from '@open-bcl/modules/dwellings/dwellings.routes.ts'
import { dwellingsSealed } from '@open-bcl/modules/dwellings/dwellings.sealed.ts'
import {
  certificatesWithResults,
  externalLinkRoutes,
} from '@open-bcl/modules/external-link/external-link.routes.ts'
import { externalLinkSealed } from '@open-bcl/modules/external-link/external-link.sealed.ts'
import { casesRoutes } from '@open-bcl/modules/cases/cases.routes.ts'
import { casesSealed } from '@open-bcl/modules/cases/cases.sealed.ts'
import { evacueesJobs } from '@open-bcl/modules/evacuees/evacuees.jobs.ts'
import { evacueesRoutes } from '@open-bcl/modules/evacuees/evacuees.routes.ts'
import { evacueesSealed } from '@open-bcl/modules/evacuees/evacuees.sealed.ts'
import { evacSupportRoutes } from '@open-bcl/modules/evac-support/evac-support.routes.ts'
import { evacSupportSealed } from '@open-bcl/modules/evac-support/evac-support.sealed.ts'
import { extractionRoutes } from '@open-bcl/modules/extraction/extraction.routes.ts'
import { extractionSealed } from '@open-bcl/modules/extraction/extraction.sealed.ts'
import { reliefRoutes } from '@open-bcl/modules/relief/relief.routes.ts'
import { reliefSealed } from '@open-bcl/modules/relief/relief.sealed.ts'
import { ledgerRoutes } from '@open-bcl/modules/ledger/ledger.routes.ts'
import { ledgerSealed } from '@open-bcl/modules/ledger/ledger.sealed.ts'
import { linkDaysRoutes } from '@open-bcl/modules/linkage/days.routes.ts'
import { linkageSealed } from '@open-bcl/modules/linkage/linkage.sealed.ts'
import { linkageRoutes } from '@open-bcl/modules/linkage/linkage.routes.ts'
import { manualJobs } from '@open-bcl/modules/manual/manual.jobs.ts'
import { manualRoutes } from '@open-bcl/modules/manual/manual.routes.ts'
import { manualSealed } from '@open-bcl/modules/manual/manual.sealed.ts'
import {
  municipalitiesRoutes,
  withinLedgerHours,
} from '@open-bcl/modules/municipalities/municipalities.routes.ts'
import { nonDwellingsRoutes } from '@open-bcl/modules/non-dwellings/non-dwellings.routes.ts'
import { nonDwellingsSealed } from '@open-bcl/modules/non-dwellings/non-dwellings.sealed.ts'
import { noticesJobs } from '@open-bcl/modules/notices/notices.jobs.ts'
import { noticesSealed } from '@open-bcl/modules/notices/notices.sealed.ts'
import { matchingJobs } from '@open-bcl/modules/matching/matching.jobs.ts'
import { matchingRoutes } from '@open-bcl/modules/matching/matching.routes.ts'
import { matchingSealed } from '@open-bcl/modules/matching/matching.sealed.ts'
import type { Mailer } from '@open-bcl/platform/mail.ts'
import { protectionRoutes } from '@open-bcl/modules/protection/protection.routes.ts'
import { protectionSealed } from '@open-bcl/modules/protection/protection.sealed.ts'
import { registersSealed } from '@open-bcl/modules/registers/registers.sealed.ts'
import { myNumberRoutes } from '@open-bcl/modules/residents/my-numbers.routes.ts'
import { myNumbersSealed } from '@open-bcl/modules/residents/my-numbers.sealed.ts'
import { emergencyRoutes } from '@open-bcl/modules/residents/emergency.routes.ts'
import { residentsSealed } from '@open-bcl/modules/residents/residents.sealed.ts'
import { personEntriesRoutes } from '@open-bcl/modules/registers/person-entries.routes.ts'
import { versionsRoutes } from '@open-bcl/modules/residents/versions.routes.ts'
import { residenceCertificates } from '@open-bcl/modules/residence/residence.routes.ts'
import {
  attachmentRoutes,
  letterRoutes,
  risaiBatches,
  risaiRoutes,
} from '@open-bcl/modules/risai/risai.routes.ts'
import { risaiSealed } from '@open-bcl/modules/risai/risai.sealed.ts'
import { paymentsRoutes } from '@open-bcl/modules/payments/payments.routes.ts'
import { paymentsSealed } from '@open-bcl/modules/payments/payments.sealed.ts'
import { supportJobs } from '@open-bcl/modules/support/support.jobs.ts'
import { supportRoutes } from '@open-bcl/modules/support/support.routes.ts'
import { supportSealed } from '@open-bcl/modules/support/support.sealed.ts'
import { sealCertificates } from '@open-bcl/modules/seals/seals.routes.ts'
import { taxCertificates } from '@open-bcl/modules/taxes/taxes.routes.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { practiceJobs } from '@open-bcl/modules/practice/practice.jobs.ts'
import { practiceRoutes } from '@open-bcl/modules/practice/practice.routes.ts'
import { situationRoutes } from '@open-bcl/modules/situation/situation.routes.ts'
import { allowReading, surveysRoutes } from '@open-bcl/modules/surveys/surveys.routes.ts'
import { surveysSealed } from '@open-bcl/modules/surveys/surveys.sealed.ts'
import { openApi, openApiPage } from '@open-bcl/platform/http/openapi.ts'
import { serve, type Authenticate, type Route, type ServeOptions } from '@open-bcl/platform/http/serve.ts'
import { platformSealed } from '@open-bcl/platform/rekey.ts'
import type { Job } from '@open-bcl/platform/jobs.ts'
import type { Runtime } from '@open-bcl/platform/runtime.ts'
import type { Spool } from '@open-bcl/platform/spool.ts'
import type { CertificateKind } from '@open-bcl/modules/certificates/certificates.ts'
import { auditLenders } from './audit-lenders.ts'

/** What the process lends to modules that need more than a transaction. */
export type Services = {
  readonly engine: Issuing['engine']
  /** `nodeBuild` of the process. */
  readonly build: string
  /** Where files put in by hand lie until they are applied. */
  uploads(): Promise<Spool>
  /** Where photos and documents are kept. */
  files(): Promise<FileShelf>
  /** Where the public reaches this cloud, `https://…`. */
  readonly publicOrigin: string
  /** Where staff reach it, and whom towns may trust to sign people in. */
  readonly signIn: SignInSite
  /** Who signs certificates of terminals, where they reach it, and how a request's certificate is read. */
  readonly terminals: TerminalSite & Required<Pick<ServeOptions, 'certificateOf'>>
}

/** Every certificate kind that the modules of this system can vouch for. */
export const certificateKindsOfCloud: readonly CertificateKind<Ctx>[] = [
  ...residenceCertificates,
  ...sealCertificates,
  ...taxCertificates,
  ...certificatesWithResults,
]

/** After this a certificate is given up; the kiosk's own limit is longer (design §5.4). */
const RENDER_TIMEOUT_MS = 10_000
/** Delivered bytes are kept sealed for this long, in case somebody asks what was handed out. */
const ARCHIVE_DAYS = 90

export function issuingOf(services: Services): Issuing {
  return {
    kinds: certificateKindsOfCloud,
    engine: services.engine,
    build: services.build,
    renderTimeoutMs: RENDER_TIMEOUT_MS,
    archiveDays: ARCHIVE_DAYS,
    publicOrigin: services.publicOrigin,
  }
}

/** Every route of the cloud. Tests walk this very list, so that what is added later is walked without anybody's act. */
export function cloudRoutes(services: Services): readonly Route[] {
  return [
    ...signInRoutes(services.signIn),
    ...terminalRoutes(services.terminals),
    ...auditRoutes(auditLenders, services.engine),
    ...staffRoutes(disasterNames, cloudEndpoints),
    ...breakGlassRoutes,
    ...municipalitiesRoutes,
    ...practiceRoutes,
    ...versionsRoutes,
    ...emergencyRoutes,
    ...myNumberRoutes,
    ...protectionRoutes,
    ...personEntriesRoutes,
    ...linkageRoutes,
    ...linkDaysRoutes,
    ...manualRoutes(() => services.uploads()),
    ...filesRoutes(() => services.files()),
    ...disastersRoutes,
    ...withinLedgerHours([
      ...ledgerRoutes,
      ...matchingRoutes,
      ...casesRoutes,
      ...evacueesRoutes,
      ...reliefRoutes,
      ...extractionRoutes,
      ...evacSupportRoutes,
      ...dwellingsRoutes,
      ...nonDwellingsRoutes(() => services.files()),
      ...risaiRoutes,
      ...attachmentRoutes(() => services.files()),
      ...letterRoutes(issuingOf(services)),
      ...externalLinkRoutes,
      ...supportRoutes(services.engine),
      ...paymentsRoutes,
      ...surveysRoutes(() => services.files(), services.engine),
      ...situationRoutes(services.engine),
      ...fieldRoutes(() => services.files()),
    ]),
    ...phoneRoutes(() => services.files()),
    ...certificatesRoutes(issuingOf(services)),
    ...batchRoutes({ issuing: issuingOf(services), sources: risaiBatches }),
    ...verificationRoutes,
  ]
}

/** Every table with values sealed under the municipality's key: what a change of keys has to seal anew. */
export const sealedTablesOfCloud: readonly SealedTable[] = [
  ...platformSealed,
  ...accessSealed,
  ...residentsSealed,
  ...myNumbersSealed,
  ...protectionSealed,
  ...registersSealed,
  ...noticesSealed,
  ...linkageSealed,
  ...manualSealed,
  ...certificatesSealed,
  ...ledgerSealed,
  ...matchingSealed,
  ...casesSealed,
  ...evacueesSealed,
  ...extractionSealed,
  ...evacSupportSealed,
  ...dwellingsSealed,
  ...risaiSealed,
  ...externalLinkSealed,
  ...nonDwellingsSealed,
  ...supportSealed,
  ...paymentsSealed,
  ...filesSealed,
  ...surveysSealed,
  ...fieldSealed,
  ...reliefSealed,
]

/** Every background job of the cloud. `app` and `linkage`: the process's two hands in the database. */
export function cloudJobs(
  mailer: Mailer,
  runtimes: { readonly app: Runtime; readonly linkage: Runtime },
  services: Services,
): readonly Job[] {
  return [
    ...noticesJobs(mailer),
    ...supportJobs,
    ...matchingJobs,
    ...evacueesJobs,
    ...dwellingsJobs,
    ...manualJobs(runtimes.linkage, services.uploads),
    ...practiceJobs(runtimes.linkage),
    batchJob(runtimes.app, { issuing: issuingOf(services), sources: risaiBatches }),
  ]
}

const TITLE = 'Open BCL 自治体基盤クラウド API'

const notRunning = (): never => {
  throw new Error('no renderer here: the routes are only described')
}

/** Services of a process that renders nothing: enough to read the endpoints, or to test everything but certificates. */
export const noServices: Services = {
  engine: { render: notRunning, coverage: notRunning, rendererBuild: notRunning },
  build: '',
  uploads: notRunning,
  files: notRunning,
  publicOrigin: 'https://localhost:8443',
  signIn: { origins: ['https://localhost:8443'], ssoIssuers: [] },
  terminals: { authority: notRunning, origin: 'https://localhost:8446', certificateOf: () => null },
}

/** The interface as published. */
export function cloudEndpoints(): readonly Endpoint[] {
  return cloudRoutes(noServices).map((bound) => bound.endpoint)
}

export function composeCloud(app: FastifyInstance, runtime: Runtime, services: Services): void {
  const routes = withTrail(cloudRoutes(services))
  const who: Authenticate = (ctx, token) =>
    token.startsWith(PASS_TOKEN) ? authenticatePass(ctx, token) : authenticate(ctx, token)
  const { certificateOf } = services.terminals
  for (const bound of routes) serve(app, runtime, who, bound, { certificateOf })
  allowReading(app)
  const endpoints = routes.map((bound) => bound.endpoint)
  app.get('/api/openapi.json', async () => openApi(TITLE, '0.1.0', endpoints))
  app.get('/api/docs', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(openApiPage(TITLE, endpoints)),
  )
}
