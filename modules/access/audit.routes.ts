import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import type { PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { audit } from './audit.ts'
import * as keeping from './audit-disposal.actions.ts'
import * as extract from './audit-extract.actions.ts'
import * as keepingContract from './audit-keeping.contract.ts'
import * as trail from './audit-trail.actions.ts'
import * as contract from './audit-trail.contract.ts'
import { auditEvents } from './audit-trail.messages.ts'

export type { AuditLenders } from './audit-trail.actions.ts'
export { vocabularyOf } from './audit-events.ts'

/** `lenders`: what the modules below know of events and people. `engine` prints the extract. */
export function auditRoutes(
  lenders: trail.AuditLenders,
  engine: Pick<PdfEngine, 'render'>,
): readonly Route[] {
  return [
    route(contract.listAudit, (ctx, input) => trail.listAudit(ctx, lenders, input)),
    route(contract.exportAudit, (ctx, input) => trail.exportAudit(ctx, lenders, input)),
    route(contract.listOftenOpened, (ctx, input) => trail.listOftenOpened(ctx, lenders, input)),
    route(contract.listAuditedStaff, trail.listAuditedStaff),
    route(contract.extractAuditCsv, (ctx, input) => extract.extractAuditCsv(ctx, lenders, input)),
    route(contract.extractAuditPdf, (ctx, input) => extract.extractAuditPdf(ctx, lenders, engine, input)),
    route(keepingContract.getAuditKeeping, keeping.getAuditKeeping),
    route(keepingContract.setAuditSetting, keeping.setAuditSetting),
    route(keepingContract.requestAuditDisposal, keeping.requestAuditDisposal),
    route(keepingContract.decideAuditDisposal, keeping.decideAuditDisposal),
    route(keepingContract.takeAuditHead, keeping.takeAuditHead),
  ]
}

/** Remembers every attempt without the right, unless the route remembers in its own words. */
export function withRefusals(routes: readonly Route[]): readonly Route[] {
  return routes.map((bound) => (bound.refused ? bound : { ...bound, refused: noteRefusal(bound.endpoint) }))
}

function noteRefusal({ name }: Endpoint): (ctx: Ctx) => Promise<void> {
  return (ctx) => audit(ctx, auditEvents.notAllowed, { facts: { endpoint: name } })
}
