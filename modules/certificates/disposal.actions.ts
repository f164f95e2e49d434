import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { certificatesEvents } from './certificates.messages.ts'
import * as store from './disposal.store.ts'

/** Of one kind and in one transaction. */
const MOST = 1000
const DAY_MS = 86_400_000

/**
 * Deletes the bytes of papers past their last day, and who used a kiosk longer ago than papers are kept. What was
 * certified, and that it was, stays with the issue. False when nothing is left to delete.
 */
export async function disposeOfOld(ctx: Ctx, archiveDays: number): Promise<boolean> {
  const before = new Date(ctx.now.getTime() - archiveDays * DAY_MS)
  const papers = await store.deleteArchived(ctx.tx, todayInJapan(ctx.now), MOST)
  const sessions = await store.deleteSessions(ctx.tx, before, MOST)
  if (papers + sessions > 0)
    await audit(ctx, certificatesEvents.disposedOfOld, { facts: { papers, sessions } })
  return papers === MOST || sessions === MOST
}
