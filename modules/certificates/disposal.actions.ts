import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { certificatesEvents } from './certificates.messages.ts'
import * as store from './disposal.store.ts'
import { keptFrom } from './disposal.ts'

/** Of one kind and in one transaction. */
const MOST = 1000

/**
 * Deletes the bytes of papers past their last day, who used a kiosk and where a bundle was sent longer ago than papers are
 * kept; and, once the town has said for how many years, what was certified and the evidence of alarms that were looked into.
 * That a certificate was issued stays. False when nothing is left to delete.
 */
export async function disposeOfOld(ctx: Ctx, archiveDays: number): Promise<boolean> {
  const today = todayInJapan(ctx.now)
  const lastPapers = addDays(today, -archiveDays)
  const { issueOptions } = await getMunicipality(ctx, today)
  const { recordYears: years, recordSource: source } = issueOptions
  const papers = await store.deleteArchived(ctx.tx, today, MOST)
  const sessions = await store.deleteSessions(ctx.tx, startOf(lastPapers), MOST)
  const bundles = await store.emptySheets(ctx.tx, startOf(lastPapers), { today, most: MOST })
  const oldest = years === null ? null : keptFrom(today, years)
  const words = oldest === null ? 0 : await store.emptyWords(ctx.tx, oldest, { today, most: MOST })
  const evidence =
    oldest === null ? 0 : await store.emptyEvidence(ctx.tx, startOf(oldest), { today, most: MOST })
  const counts = { papers, sessions, bundles, words, evidence }
  if (Object.values(counts).some((count) => count > 0))
    await audit(ctx, certificatesEvents.disposedOfOld, {
      facts: { ...counts, ...(oldest === null ? {} : { years, source }) },
    })
  return Object.values(counts).includes(MOST)
}

/** The instant at which a day begins in Japan. */
function startOf(day: PlainDate): Date {
  return new Date(`${day}T00:00:00+09:00`)
}
