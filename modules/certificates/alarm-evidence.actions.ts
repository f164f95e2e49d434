import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { accessProblems } from '../access/access.messages.ts'
import { audit } from '../access/audit.ts'
import type { Issuing } from './before-freezing.actions.ts'
import type * as contract from './certificates.contract.ts'
import { certificatesEvents, certificatesProblems } from './certificates.messages.ts'
import { showsProtected } from './protected-people.actions.ts'
import * as store from './stops.store.ts'

/** What was to be printed and the document as it came: kept for whoever looks into the alarm. */
export async function getAlarmEvidence(
  ctx: Ctx,
  issuing: Issuing,
  { alarmId }: InputOf<typeof contract.getAlarmEvidence>,
): Promise<OutputOf<typeof contract.getAlarmEvidence>> {
  const alarm = await store.findAlarm(ctx.tx, alarmId)
  const evidence = await store.findEvidence(ctx.tx, await ctx.keys(), alarmId)
  if (!alarm || evidence === undefined) throw new Problem(platformProblems.notFound)
  if (evidence === null) throw new Problem(certificatesProblems.evidenceGone)
  const { about } = evidence
  // What was refused at the counter left no issue behind; an alarm of before says nothing of whom it shows.
  if (about === undefined || (await showsProtected(ctx, issuing, about)))
    throw new Problem(accessProblems.suppressed)
  await audit(ctx, certificatesEvents.evidenceViewed, {
    purpose: 'certificate',
    subjects: [{ kind: 'issue', id: alarm.transactionId }],
    facts: { alarmId },
  })
  return {
    pages: evidence.words.map((words) => [...words]),
    mismatches: [...alarm.mismatches],
    pdfBase64: evidence.pdfBase64,
  }
}
