import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { AuditEvent } from '../access/access.messages.ts'
import { audit } from '../access/audit.ts'
import { requireLedgerHere } from '../disasters/ledger-place.actions.ts'
import { recordFact } from '../ledger/ledger.actions.ts'
import type { Fact } from '../ledger/ledger.ts'
import type * as contract from './risai.contract.ts'
import { risaiProblems as problems, type RisaiFactKind } from './risai.messages.ts'
import * as store from './risai.store.ts'
import {
  applicationStates,
  transitions,
  type ApplicationId,
  type ApplicationState,
  type Transition,
} from './risai.ts'

/** The application without its personal data; 404 when the town has none of that id. */
export async function getHead(ctx: Ctx, applicationId: ApplicationId): Promise<store.ApplicationHead> {
  const head = await store.findHead(ctx.tx, applicationId)
  if (!head) throw new Problem(problems.notFound)
  return head
}

/** Acts of the one system that grades: closed while the ledger of the disaster is kept elsewhere. */
const certifying: Readonly<Partial<Record<Transition, true>>> = {
  ...{ grade: true, decide: true, amend: true, resurvey: true, adopt: true },
}

/**
 * Moves an application on. Of two clerks at once one wins; the other learns that a colleague was first, and what the
 * state is now.
 */
export async function moveOn(
  ctx: Ctx,
  seen: { readonly applicationId: ApplicationId; readonly version: number },
  transition: Transition,
  to: ApplicationState | null,
  newFormNo?: number,
): Promise<store.ApplicationHead> {
  const { applicationId, version } = seen
  const moved = await store.move(ctx.tx, {
    applicationId,
    version,
    from: transitions[transition].from,
    to,
    ...(newFormNo === undefined ? {} : { newFormNo }),
  })
  if (moved) {
    if (transition in certifying) await requireLedgerHere(ctx, moved.disasterId)
    return moved
  }
  const head = await getHead(ctx, applicationId)
  const label = applicationStates.find((state) => state.value === head.state)?.label ?? head.state
  throw new Problem(head.version === version ? problems.wrongState : platformProblems.changedByOther, [
    { pointer: '/state', message: `現在の状態：${label}` },
  ])
}

/** Tells the ledger and the audit trail what was done to an application. */
export async function tell(
  ctx: Ctx,
  head: store.ApplicationHead,
  kind: RisaiFactKind,
  event: AuditEvent,
  codes: Fact['codes'] = {},
  words: string | null = null,
): Promise<void> {
  const { applicationId, serialNo, state, version } = head
  await recordFact(ctx, head.entryId, {
    kind,
    codes: { applicationId, serialNo, state, ...codes },
    words: words === '' ? null : words,
  })
  await audit(ctx, event, {
    subjects: [
      { kind: 'application', id: applicationId },
      { kind: 'ledger-entry', id: head.entryId },
    ],
    facts: { state, version, ...codes },
  })
}

/** Who acts, as shown. */
export function labelOf(ctx: Ctx): string {
  return ctx.actor.kind === 'staff' ? ctx.actor.displayName : actorName(ctx.actor)
}

export function changed(head: store.ApplicationHead): OutputOf<typeof contract.acceptApplication> {
  return { applicationId: head.applicationId, state: head.state, version: head.version }
}
