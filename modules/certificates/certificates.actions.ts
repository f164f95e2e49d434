import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { Problem, type FieldError, type ProblemKind } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { MissingGlyphs, TextOverflow } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { accessProblems } from '../access/access.messages.ts'
import { audit, type Subject } from '../access/audit.ts'
import { holdsEverywhere } from '../access/rights.actions.ts'
import { certificateKinds, type CertificateKindCode } from '../municipalities/municipalities.ts'
import type * as contract from './certificates.contract.ts'
import { certificatesEvents, certificatesProblems as problems, fieldTitle } from './certificates.messages.ts'
import * as store from './certificates.store.ts'
import { issueStates, totalYen, type CertificateKind, type IssueState } from './certificates.ts'
import { noteUnprintable } from './characters.actions.ts'
import { findKind, type Issuing, type Refused } from './before-freezing.actions.ts'
import {
  alarmOf,
  deliverIssue,
  freezeIssue,
  getIssue,
  moveIssue,
  prepareBuild,
  renderIssue,
  storeBuild,
  type MoveDetail,
  type Standing,
} from './issuing.actions.ts'
import { choicesView, type Choice } from './choices.ts'
import type { RefusalCode } from './refusals.ts'

/**
 * 窓口交付: freezes, renders, reads back and keeps one certificate, all in one REPEATABLE READ transaction. What is
 * refused leaves nothing but its audit row; the same transaction id again gets the same artefact.
 */
export async function issueAtCounter(
  ctx: Ctx,
  issuing: Issuing,
  input: InputOf<typeof contract.issueAtCounter>,
): Promise<OutputOf<typeof contract.issueAtCounter>> {
  allowKind(ctx, issuing, input.kind)
  const { transactionId } = input
  const frozen = await freezeIssue(ctx, issuing, {
    ...input,
    channel: 'counter',
    recipientNo: null,
    kioskId: null,
  })
  if (frozen.kind === 'refused') throw await refusedAtCounter(ctx, input, frozen)
  const prepared = await prepareBuild(ctx, issuing, transactionId, 'counter')
  const built = prepared.kind === 'to-build' ? await buildNow(ctx, issuing, input, prepared) : prepared
  if (built.kind === 'refused') throw await refusedAtCounter(ctx, input, built)
  const { issue, artefact } = built
  await audit(ctx, certificatesEvents.issued, {
    purpose: 'certificate',
    subjects: [{ kind: 'issue', id: transactionId }],
    facts: { kind: issue.kind, subjectId: issue.subjectId, copies: issue.copies },
  })
  const standing = await moveIssue(ctx, issue, 'built')
  if (standing.kind === 'refused') throw await refusedAtCounter(ctx, input, standing)
  return {
    ...standingView(standing),
    pages: issue.pages,
    copies: issue.copies,
    feeYen: issue.feeYen,
    sha256: artefact.pdfSha256,
  }
}

export async function getIssueChoices(
  ctx: Ctx,
  issuing: Issuing,
  input: InputOf<typeof contract.getIssueChoices>,
): Promise<OutputOf<typeof contract.getIssueChoices>> {
  const kind = allowKind(ctx, issuing, input.kind)
  const offered = await kind.choices(ctx, input.subjectId, 'counter')
  await audit(ctx, certificatesEvents.choicesViewed, {
    purpose: 'certificate',
    subjects: await residentsOf(ctx, kind, input.subjectId, offered),
    facts: { kind: kind.code, subjectId: input.subjectId },
  })
  return { choices: choicesView(offered) }
}

/** Everybody whom the choices may name, or a paper with all of them chosen would show. */
async function residentsOf(
  ctx: Ctx,
  kind: CertificateKind<Ctx>,
  subjectId: string,
  offered: readonly Choice[],
): Promise<Subject[]> {
  const all = offered.map(({ name, take, options, default: usual }) => [
    name,
    take === 'some' ? options.map(({ value }) => value) : usual,
  ])
  const people = await kind.people(ctx, subjectId, Object.fromEntries(all))
  return people.map((id) => ({ kind: 'resident', id }))
}

type Named = { readonly transactionId: string; readonly kind: CertificateKindCode }

async function buildNow(
  ctx: Ctx,
  issuing: Issuing,
  named: Named,
  prepared: Extract<Awaited<ReturnType<typeof prepareBuild>>, { kind: 'to-build' }>,
): Promise<Awaited<ReturnType<typeof storeBuild>>> {
  const rendering = await renderIssue(issuing, prepared)
  switch (rendering.kind) {
    case 'rendered':
      return await storeBuild(ctx, issuing, prepared.issue, rendering)
    case 'mismatch':
      return await alarmOf(ctx, 'build', prepared.issue, prepared.content, {
        ...rendering,
        build: rendering.build.build,
      })
    case 'failed':
      await auditRefusal(ctx, named, rendering.code)
      await noteUnprintable(ctx, issuing, { ...prepared.issue, ...prepared.content }, rendering.error)
      throw new Problem(problemOf(rendering.code), fieldErrors(rendering.error))
  }
}

/** 「世帯主氏名の『…』(U+XXXXX) を印字できる書体がありません」: the clerk must see which character it is. */
export function fieldErrors(error: Error): FieldError[] {
  if (error instanceof TextOverflow) {
    return [{ pointer: `/${error.field}`, message: `${fieldTitle(error.field)}が欄に収まりません` }]
  }
  if (!(error instanceof MissingGlyphs)) return []
  return error.units.map(({ field, text, codePoints, reason }) => {
    const shown = reason === 'no-glyph' ? text : reason === 'private-use' ? '外字' : '見えない文字'
    return {
      pointer: `/${field}`,
      message: `${fieldTitle(field)}の『${shown}』(${codePoints}) を印字できる書体がありません`,
    }
  })
}

/** The problem of a refusal; its audit row is written apart, since the request is rolled back. */
async function refusedAtCounter(ctx: Ctx, named: Named, refused: Refused): Promise<Problem> {
  await auditRefusal(ctx, named, refused.code)
  const errors = refused.reasons.map((message) => ({ pointer: '/subjectId', message }))
  return new Problem(problemOf(refused.code), refused.code === 302 ? [] : errors)
}

async function auditRefusal(ctx: Ctx, named: Named, code: RefusalCode): Promise<void> {
  await ctx.separately((own) =>
    audit(own, certificatesEvents.refused, {
      subjects: [{ kind: 'issue', id: named.transactionId }],
      facts: { kind: named.kind, code },
    }),
  )
}

/** Codes that are not here are reasons in the person. */
const problemsOfCodes: Readonly<Partial<Record<RefusalCode, ProblemKind>>> = {
  302: accessProblems.suppressed,
  401: problems.overflow,
  402: problems.unprintable,
  501: problems.stopped,
  502: problems.stopped,
  503: problems.stopped,
  504: problems.stopped,
  505: problems.tooLate,
  506: problems.notHere,
  507: problems.busy,
  508: problems.stopped,
  601: problems.badAmount,
  602: problems.badAmount,
  603: problems.badState,
  604: problems.badState,
  605: problems.transactionReused,
  606: problems.notOffered,
  901: problems.mismatch,
}

export function problemOf(code: RefusalCode): ProblemKind {
  return problemsOfCodes[code] ?? problems.blocked
}

/** The bytes, checked once more; they leave only when the check's transaction has committed. */
export async function getIssueDocument(
  ctx: Ctx,
  issuing: Issuing,
  input: InputOf<typeof contract.getIssueDocument>,
): Promise<Binary> {
  const issue = await allowIssue(ctx, issuing, input.transactionId)
  const states = await store.listStates(ctx.tx, input.transactionId)
  // The paper is out: another one is another transaction.
  if (states.some(({ state }) => state === 'printed')) throw new Problem(problems.badState)
  if (issue.issuedOn !== todayInJapan(ctx.now)) throw new Problem(problems.anotherDay)
  const delivered = await deliverIssue(ctx, issuing, input.transactionId, 'counter')
  if (delivered.kind === 'refused') throw await refusedAtCounter(ctx, issue, delivered)
  await audit(ctx, certificatesEvents.delivered, {
    purpose: 'certificate',
    subjects: [{ kind: 'issue', id: input.transactionId }],
  })
  return { bytes: delivered.pdf, fileName: `${certificateKinds[issue.kind].ja}.pdf` }
}

export async function confirmIssuePaid(
  ctx: Ctx,
  issuing: Issuing,
  input: InputOf<typeof contract.confirmIssuePaid>,
): Promise<OutputOf<typeof contract.confirmIssuePaid>> {
  return await moveAtCounter(ctx, issuing, input.transactionId, 'paid', { amountYen: input.paidYen })
}

export async function confirmIssuePrinted(
  ctx: Ctx,
  issuing: Issuing,
  input: InputOf<typeof contract.confirmIssuePrinted>,
): Promise<OutputOf<typeof contract.confirmIssuePrinted>> {
  return await moveAtCounter(ctx, issuing, input.transactionId, 'printed')
}

/** Nothing of the issue can leave or be printed afterwards; what was paid is owed back. */
export async function abortCounterIssue(
  ctx: Ctx,
  issuing: Issuing,
  input: InputOf<typeof contract.abortCounterIssue>,
): Promise<OutputOf<typeof contract.abortCounterIssue>> {
  return await moveAtCounter(ctx, issuing, input.transactionId, 'aborted', { reason: input.reason })
}

export async function refundCounterIssue(
  ctx: Ctx,
  issuing: Issuing,
  input: InputOf<typeof contract.refundCounterIssue>,
): Promise<OutputOf<typeof contract.refundCounterIssue>> {
  return await moveAtCounter(ctx, issuing, input.transactionId, 'refunded', { amountYen: input.refundedYen })
}

async function moveAtCounter(
  ctx: Ctx,
  issuing: Issuing,
  transactionId: string,
  to: IssueState,
  detail: MoveDetail = {},
): Promise<Omit<Standing, 'kind'>> {
  const issue = await allowIssue(ctx, issuing, transactionId)
  if (issue.channel !== 'counter') throw new Problem(problems.badState)
  const moved = await moveIssue(ctx, issue, to, detail)
  if (moved.kind === 'refused') throw new Problem(problemOf(moved.code))
  await audit(ctx, certificatesEvents.moved, {
    subjects: [{ kind: 'issue', id: transactionId }],
    facts: { to, amountYen: detail.amountYen ?? null, reason: detail.reason ?? null },
  })
  return standingView(moved)
}

export async function listIssues(
  ctx: Ctx,
  issuing: Issuing,
  input: InputOf<typeof contract.listIssues>,
): Promise<OutputOf<typeof contract.listIssues>> {
  const kind = allowKind(ctx, issuing, input.kind)
  const known = await store.listIssues(ctx.tx, input.kind, input.subjectId)
  if (known.length === 0) return { issues: [] }
  const { residents, isProtected } = await whomOf(ctx, kind, input.subjectId)
  // Where and when somebody protected was is nobody's to read; what a clerk has begun has to come to its end.
  const issues = isProtected ? known.filter(isUnfinished) : known
  await audit(ctx, certificatesEvents.issuesListed, {
    purpose: 'certificate',
    subjects: residents,
    facts: { kind: kind.code, subjectId: input.subjectId, count: issues.length },
  })
  return {
    issues: issues.map(({ requestedAt, printedAt, feeYen, printingYen, ...issue }) => ({
      ...issue,
      totalYen: totalYen({ feeYen, printingYen, copies: issue.copies }),
      requestedAt: requestedAt.toISOString(),
      printedAt: printedAt?.toISOString() ?? null,
    })),
  }
}

/** Whose issues they are. Of whom nobody here knows any more it is taken that they are protected. */
async function whomOf(
  ctx: Ctx,
  kind: CertificateKind<Ctx>,
  subjectId: string,
): Promise<{ readonly residents: Subject[]; readonly isProtected: boolean }> {
  try {
    const offered = await kind.choices(ctx, subjectId, 'counter')
    const blocks = await kind.blocks(ctx, subjectId, 'counter', null)
    return {
      residents: await residentsOf(ctx, kind, subjectId, offered),
      isProtected: blocks.some(({ code }) => code === 302),
    }
  } catch (error) {
    if (error instanceof Problem && error.kind.status === 404) return { residents: [], isProtected: true }
    throw error
  }
}

/** At the counter, and not given up or handed over, or given up with money that is owed back. */
function isUnfinished({ channel, state, paidYen }: store.IssueSummary): boolean {
  if (channel !== 'counter') return false
  return state === 'aborted' ? paidYen !== null : issueStates[state].next.length > 0 && state !== 'printed'
}

/**
 * What was certified is no longer true (the decision was withdrawn): paper that is out becomes void, what is on its way
 * is given up. Answers how many of each. For the module whose decision it was.
 */
export async function withdrawIssues(
  ctx: Ctx,
  kind: CertificateKindCode,
  subjectId: string,
  reason: string,
): Promise<{ readonly withdrawn: number; readonly aborted: number }> {
  const counts = { withdrawn: 0, aborted: 0 }
  for (const { transactionId, state } of await store.listIssues(ctx.tx, kind, subjectId)) {
    if (state === 'aborted' || state === 'refunded' || state === 'withdrawn') continue
    const issue = await getIssue(ctx, transactionId)
    const aborted = state === 'printed' ? null : await moveIssue(ctx, issue, 'aborted', { reason })
    if (aborted?.kind === 'standing') {
      counts.aborted += 1
      continue
    }
    // Printed before, or in this very moment.
    const withdrawn = await moveIssue(ctx, issue, 'withdrawn', { reason })
    if (withdrawn.kind === 'standing') counts.withdrawn += 1
  }
  if (counts.withdrawn + counts.aborted > 0) {
    await audit(ctx, certificatesEvents.withdrawn, { facts: { kind, subjectId, reason, ...counts } })
  }
  return counts
}

/** The kind, for a member of staff who may hand it out. */
export function allowKind(ctx: Ctx, issuing: Issuing, code: CertificateKindCode): CertificateKind<Ctx> {
  const kind = findKind(issuing, code)
  if (!kind) throw new Problem(problems.notHere)
  if (!holdsEverywhere(ctx.actor, kind.permission)) {
    throw new Problem(platformProblems.notAllowed)
  }
  return kind
}

export async function allowIssue(ctx: Ctx, issuing: Issuing, transactionId: string): Promise<store.Issue> {
  const issue = await getIssue(ctx, transactionId)
  allowKind(ctx, issuing, issue.kind)
  return issue
}

function standingView({ transactionId, state, paidYen, ...rest }: Standing): Omit<Standing, 'kind'> {
  return { transactionId, state, totalYen: rest.totalYen, paidYen }
}
