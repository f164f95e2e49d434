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

/**
 * What no module has to think of: an attempt without the right is remembered, unless the route does so in its own words, and
 * no file leaves without an act. Pictures that a page shows by the dozen are left to their modules.
 */
export function withTrail(routes: readonly Route[]): readonly Route[] {
  return routes.map((bound) => {
    const { produces } = bound.endpoint
    const leaves = produces !== undefined && produces !== 'image/*'
    return {
      ...bound,
      ...(bound.refused ? {} : { refused: noteRefusal(bound.endpoint) }),
      ...(leaves ? { action: noteFile(bound) } : {}),
    }
  })
}

function noteRefusal({ name }: Endpoint): (ctx: Ctx) => Promise<void> {
  return (ctx) => audit(ctx, auditEvents.notAllowed, { facts: { endpoint: name } })
}

function noteFile({ endpoint: { name, produces }, action }: Route): Route['action'] {
  const event = produces === 'application/pdf' ? auditEvents.documentTaken : auditEvents.fileTaken
  return async (ctx, input) => {
    const file = await action(ctx, input)
    await audit(ctx, event, { facts: { endpoint: name, form: produces ?? null } })
    return file
  }
}
