import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { AuditEvent } from '../access/access.messages.ts'
import { audit } from '../access/audit.ts'
import { reveal, revealMany } from '../access/guarded.ts'
import { withdrawIssues } from '../certificates/certificates.actions.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import * as ledgers from '../ledger/ledger.actions.ts'
import { personOf } from '../ledger/ledger.ts'
import { addressLine, displayName } from '../residents/residents.ts'
import type * as contract from './reports.contract.ts'
import { reportsEvents, reportsProblems as problems, type ReportFactKind } from './reports.messages.ts'
import * as store from './reports.store.ts'
import { concealReport, reportNoOf, reportStates, type ReportForm, type ReportId } from './reports.ts'
import { takeSerialNo } from './risai.store.ts'

type Changed = OutputOf<typeof contract.acceptReport>
type FormView = OutputOf<typeof contract.getReport>['form']

/** What the form starts from: the person as the ledger holds them, and the disaster's words. */
export async function draftReport(
  ctx: Ctx,
  input: InputOf<typeof contract.draftReport>,
): Promise<OutputOf<typeof contract.draftReport>> {
  const disaster = await getDisaster(ctx, input.disasterId)
  const ledger = await ledgers.getLedger(ctx, input.disasterId)
  const found = await ledgers.getPerson(ctx, ledger, input.personRef)
  const applicant =
    found.kind === 'resident'
      ? await reveal(ctx, found.person, 'application').then((one) => ({
          name: displayName(one.name),
          kana: one.name.kana,
          address: addressLine(one.address),
          phone: '',
        }))
      : await reveal(ctx, found.person, 'application')
  const { name, kana, address, phone } = applicant
  const form: ReportForm = {
    applicant: { name, kana, address, phone },
    causeText: disaster.causeText,
    objects: [],
    place: address,
    damageText: '',
  }
  const { suppressed } = found.person
  return { suppressed, form: formView(suppressed ? concealReport(form) : form) }
}

/** Receives a report at the counter and tells the ledger. */
export async function receiveReport(
  ctx: Ctx,
  input: InputOf<typeof contract.receiveReport>,
): Promise<Changed> {
  const { disasterId, personRef, notifiedOn, form } = input
  const disaster = await getDisaster(ctx, disasterId)
  const ledger = await ledgers.getLedger(ctx, disasterId)
  if (notifiedOn < disaster.occurredOn || notifiedOn > todayInJapan(ctx.now)) {
    throw new Problem(problems.notifiedOutOfRange, [
      { pointer: '/notifiedOn', message: problems.notifiedOutOfRange.title },
    ])
  }
  const found = await ledgers.getPerson(ctx, ledger, personRef)
  const who = personOf(personRef)
  const householdNo =
    found.kind === 'resident' ? (await reveal(ctx, found.person, 'application')).householdNo : null
  const entryId = await ledgers.openEntry(ctx, disasterId, who)
  const reportId = uuidv7(ctx.now.getTime()) as ReportId
  await store.insertReport(
    ctx.tx,
    await ctx.keys(),
    {
      ...{ reportId, disasterId, entryId, notifiedOn, householdNo },
      applicantRef: personRef,
      residentNo: who.kind === 'resident' ? who.residentNo : null,
      nonResidentId: who.kind === 'non-resident' ? who.nonResidentId : null,
      receivedAt: ctx.now,
    },
    form,
    actorName(ctx.actor),
  )
  const head = await getHead(ctx, reportId)
  await tell(ctx, head, 'risai.report-received', reportsEvents.received)
  return changed(head)
}

export async function acceptReport(
  ctx: Ctx,
  { reportId, version }: InputOf<typeof contract.acceptReport>,
): Promise<Changed> {
  const { disasterId } = await getHead(ctx, reportId)
  const { disasterCode } = await getDisaster(ctx, disasterId)
  const serialNo = reportNoOf(disasterCode, await takeSerialNo(ctx.tx, disasterId, 'risai.report_slot'))
  const by = actorName(ctx.actor)
  const head = await store.acceptReport(ctx.tx, { reportId, version }, { serialNo, at: ctx.now, by })
  if (!head) throw await refused(ctx, reportId, version)
  await tell(ctx, head, 'risai.report-accepted', reportsEvents.accepted)
  return changed(head)
}

/** The report is taken back; paper that is out loses its force. */
export async function withdrawReport(
  ctx: Ctx,
  { reportId, version, reason }: InputOf<typeof contract.withdrawReport>,
): Promise<Changed> {
  // An issue that is being frozen holds the report: this waits for it and then voids its paper too.
  const head = await store.withdrawReport(ctx.tx, await ctx.keys(), { reportId, version }, reason)
  if (!head) throw await refused(ctx, reportId, version)
  await withdrawIssues(ctx, 'hisai', reportId, 'risai-report-withdrawn')
  await tell(ctx, head, 'risai.report-withdrawn', reportsEvents.withdrawn, reason)
  return changed(head)
}

export async function getReport(
  ctx: Ctx,
  { reportId }: InputOf<typeof contract.getReport>,
): Promise<OutputOf<typeof contract.getReport>> {
  const found = await store.findReport(ctx.tx, await ctx.keys(), reportId)
  if (!found) throw new Problem(problems.notFound)
  const { form, withdrawnReason } = await reveal(ctx, found.words, 'view')
  const { applicantRef, disasterId, serialNo, state, version, notifiedOn, suppressed } = found.head
  return {
    ...{ reportId, disasterId, serialNo, state, version, notifiedOn, suppressed, withdrawnReason },
    personRef: applicantRef,
    receivedAt: found.head.receivedAt.toISOString(),
    acceptedAt: found.head.acceptedAt?.toISOString() ?? null,
    form: formView(form),
  }
}

const PAGE = 50

export async function listReports(
  ctx: Ctx,
  input: InputOf<typeof contract.listReports>,
): Promise<OutputOf<typeof contract.listReports>> {
  await getDisaster(ctx, input.disasterId)
  const found = await store.listReports(ctx.tx, await ctx.keys(), {
    disasterId: input.disasterId,
    state: input.state ?? null,
    applicantRef: input.personRef ?? null,
    after: input.after ?? null,
    limit: PAGE + 1,
  })
  const page = found.slice(0, PAGE)
  const words = await revealMany(
    ctx,
    page.map((one) => one.words),
    'search',
  )
  return {
    reports: page.map(({ head }, i) => {
      const { applicant, objects, place } = words[i]!.form
      const { reportId, serialNo, state, notifiedOn, suppressed } = head
      return {
        ...{ reportId, serialNo, state, notifiedOn, suppressed },
        personRef: head.applicantRef,
        applicantName: applicant.name,
        objects: [...objects],
        place: suppressed ? null : place,
      }
    }),
    next: found.length > PAGE ? (page.at(-1)?.head.reportId ?? null) : null,
  }
}

async function getHead(ctx: Ctx, reportId: ReportId): Promise<store.ReportHead> {
  const head = await store.findReportHead(ctx.tx, reportId)
  if (!head) throw new Problem(problems.notFound)
  return head
}

/** Another was first, or the state does not allow it: with the state as it is. */
async function refused(ctx: Ctx, reportId: ReportId, version: number): Promise<Problem> {
  const head = await getHead(ctx, reportId)
  const label = reportStates.find((state) => state.value === head.state)?.label ?? head.state
  return new Problem(head.version === version ? problems.wrongState : platformProblems.changedByOther, [
    { pointer: '/state', message: `現在の状態：${label}` },
  ])
}

async function tell(
  ctx: Ctx,
  head: store.ReportHead,
  kind: ReportFactKind,
  event: AuditEvent,
  words: string | null = null,
): Promise<void> {
  const { reportId, entryId, serialNo, state, version } = head
  await ledgers.recordFact(ctx, entryId, { kind, codes: { reportId, serialNo, state }, words })
  await audit(ctx, event, {
    subjects: [
      { kind: 'report', id: reportId },
      { kind: 'ledger-entry', id: entryId },
    ],
    facts: { state, version },
  })
}

function changed({ reportId, state, version, serialNo }: store.ReportHead): Changed {
  return { reportId, state, version, serialNo }
}

function formView(form: ReportForm): FormView {
  return { ...form, applicant: { ...form.applicant }, objects: [...form.objects] }
}
