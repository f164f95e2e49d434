import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { businesses } from '../interfaces/interfaces.columns.ts'
import { endAlarm, raiseAlarm } from './alarms.actions.ts'
import {
  BACKLOG_MINUTES,
  CERTIFICATE_DAYS_LEFT,
  RECONCILE_HOURS,
  SILENT_MINUTES,
  silenceOf,
} from './alarms.ts'
import { listInboundRows } from './inbound.store.ts'
import * as store from './linkage.store.ts'
import * as trust from './trust.store.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Looks for what is wrong in a town: silence, backlog, bad rows, 突合 not done, a certificate about to end. */
export async function watchTown(ctx: Ctx): Promise<void> {
  await watchAgents(ctx)
  await watchBacklog(ctx)
  await watchBadRows(ctx)
  await watchReconciliation(ctx)
}

async function watchAgents(ctx: Ctx): Promise<void> {
  const all = await store.listAgents(ctx.tx)
  if (all.length === 0) return
  const minutes = silenceOf(all, ctx.now)
  // That it is over is said by the agent itself (`getLinkStatus`).
  if (minutes >= SILENT_MINUTES) await raiseAlarm(ctx, 'stopped', '', { minutes })
  const agents = all.filter((agent) => agent.revokedAt === null)
  if (agents.length === 0) return
  // An agent that has a newer certificate is not about to stop.
  const latest = Math.max(...agents.map((agent) => agent.expiresAt?.getTime() ?? Infinity))
  const days = Math.floor((latest - ctx.now.getTime()) / DAY_MS)
  if (days < CERTIFICATE_DAYS_LEFT)
    await raiseAlarm(ctx, 'certificate-expiring', '', { days: Math.max(0, days) })
  else await endAlarm(ctx, 'certificate-expiring', '')
}

async function watchBacklog(ctx: Ctx): Promise<void> {
  const waiting = (await listInboundRows(ctx.tx)).filter((one) => one.state !== 'receiving')
  for (const business of businesses) {
    const files = waiting.filter((one) => one.business === business)
    const oldest = Math.min(...files.map((one) => one.openedAt.getTime()))
    const minutes = files.length === 0 ? 0 : Math.floor((ctx.now.getTime() - oldest) / MINUTE_MS)
    if (minutes >= BACKLOG_MINUTES)
      await raiseAlarm(ctx, 'backlog', business, { files: files.length, minutes })
    else await endAlarm(ctx, 'backlog', business)
  }
}

async function watchBadRows(ctx: Ctx): Promise<void> {
  const open = await trust.countOpenBadRows(ctx.tx)
  for (const business of businesses) {
    const found = open.get(business)
    if (found !== undefined) await raiseAlarm(ctx, 'bad-rows', business, found)
    else await endAlarm(ctx, 'bad-rows', business)
  }
}

async function watchReconciliation(ctx: Ctx): Promise<void> {
  const last = await trust.lastReconciliations(ctx.tx)
  const states = await store.listBusinessStates(ctx.tx)
  for (const mark of await store.listWatermarks(ctx.tx)) {
    if (states.get(mark.business)?.endedAt) {
      await endAlarm(ctx, 'reconciliation-overdue', mark.business)
      continue
    }
    const since = last.get(mark.business)?.at ?? mark.appliedAt
    const hours = Math.floor((ctx.now.getTime() - since.getTime()) / HOUR_MS)
    if (hours >= RECONCILE_HOURS) await raiseAlarm(ctx, 'reconciliation-overdue', mark.business, { hours })
  }
}
