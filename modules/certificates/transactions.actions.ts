import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { accessProblems } from '../access/access.messages.ts'
import { namesOfActors } from '../access/access.actions.ts'
import { audit, countActs, listActs } from '../access/audit.ts'
import { certificateKinds } from '../municipalities/municipalities.ts'
import type { Issuing } from './before-freezing.actions.ts'
import { certificatesEvents, certificatesProblems as problems } from './certificates.messages.ts'
import { findPdf } from './certificates.store.ts'
import { totalYen } from './certificates.ts'
import { getIssue } from './issuing.actions.ts'
import { issueShowsProtected } from './protected-people.actions.ts'
import { refusalsForStaff } from './refusal-words.ts'
import { isRefusalCode } from './refusals.ts'
import type * as contract from './transactions.contract.ts'
import * as store from './transactions.store.ts'

/** 取引情報参照: what was issued or begun, and how it went. */
export async function searchTransactions(
  ctx: Ctx,
  issuing: Issuing,
  input: InputOf<typeof contract.searchTransactions>,
): Promise<OutputOf<typeof contract.searchTransactions>> {
  const { residentNo, ...given } = input
  const search: store.TransactionSearch = {
    transactionId: given.transactionId ?? null,
    fromOn: given.fromOn ?? null,
    toOn: given.toOn ?? null,
    kind: given.kind ?? null,
    channel: given.channel ?? null,
    state: given.state ?? null,
    kioskId: given.kioskId ?? null,
    person:
      residentNo === undefined ? null : { residentNo, subjects: await subjectsOf(ctx, issuing, residentNo) },
  }
  const found = await store.searchTransactions(ctx.tx, search)
  await audit(ctx, certificatesEvents.transactionsSearched, {
    subjects: residentNo === undefined ? [] : [{ kind: 'resident', id: residentNo }],
    facts: { fields: Object.keys(input).join(' '), count: found.length },
  })
  const refusals = await countActs(ctx, certificatesEvents.refused, 'code', {
    fromOn: search.fromOn,
    toOn: search.toOn,
  })
  return {
    transactions: found.map(({ requestedAt, feeYen, printingYen, ...rest }) => ({
      ...rest,
      totalYen: totalYen({ feeYen, printingYen, copies: rest.copies }),
      requestedAt: requestedAt.toISOString(),
    })),
    totals: await store.sumTransactions(ctx.tx, search),
    refusals: refusals.map(({ value, count }) => ({
      code: Number(value),
      words: wordsOf(Number(value)),
      count,
    })),
  }
}

/** What could be certified of a person today: papers of it are the person's, whoever took them. */
async function subjectsOf(
  ctx: Ctx,
  issuing: Issuing,
  residentNo: ResidentNo,
): Promise<NonNullable<store.TransactionSearch['person']>['subjects']> {
  const subjects = []
  for (const kind of issuing.kinds) {
    for (const { subjectId } of await kind.subjects(ctx, residentNo))
      subjects.push({ kind: kind.code, subjectId })
  }
  return subjects
}

function wordsOf(code: number): string {
  return isRefusalCode(code) ? refusalsForStaff[code] : ''
}

/** One transaction's whole way. */
export async function getTransaction(
  ctx: Ctx,
  { transactionId }: InputOf<typeof contract.getTransaction>,
): Promise<OutputOf<typeof contract.getTransaction>> {
  const issue = await getIssue(ctx, transactionId)
  const states = await store.listWholeWay(ctx.tx, transactionId)
  const artefact = await store.findArtefactOf(ctx.tx, transactionId, todayInJapan(ctx.now))
  const refusals = await listActs(ctx, { kind: 'issue', id: transactionId }, [certificatesEvents.refused])
  const nameOf = await namesOfActors(ctx, [
    issue.requestedBy,
    ...states.map((state) => state.actor),
    ...refusals.map((refusal) => refusal.actor),
  ])
  await audit(ctx, certificatesEvents.transactionViewed, {
    subjects: [{ kind: 'issue', id: transactionId }],
  })
  const { feeYen, printingYen, copies } = issue
  return {
    transactionId,
    kind: issue.kind,
    channel: issue.channel,
    kioskId: issue.kioskId,
    copies,
    pages: issue.pages,
    official: issue.official,
    feeYen,
    printingYen,
    totalYen: totalYen({ feeYen, printingYen, copies }),
    paidYen: states.find((row) => row.state === 'paid')?.amountYen ?? null,
    requestedAt: issue.requestedAt.toISOString(),
    state: states.at(-1)!.state,
    recipientNo: issue.recipientNo,
    subjectId: issue.subjectId,
    issuedOn: issue.issuedOn,
    requestedBy: nameOf(issue.requestedBy),
    dataSeq: String(issue.dataSeq),
    dataAgeSeconds: issue.dataAgeSeconds,
    layoutVersion: issue.layoutVersion,
    requestDigest: issue.requestDigest,
    frozenDigest: issue.frozenDigest,
    states: states.map(({ at, actor, ...state }) => ({
      ...state,
      at: at.toISOString(),
      by: nameOf(actor),
    })),
    refusals: refusals.map(({ at, actor, facts }) => ({
      at: at.toISOString(),
      by: nameOf(actor),
      code: Number(facts['code']),
      words: wordsOf(Number(facts['code'])),
    })),
    artefact: artefact ? { ...artefact, builtAt: artefact.builtAt.toISOString() } : null,
  }
}

export async function getTransactionDocument(
  ctx: Ctx,
  issuing: Issuing,
  { transactionId }: InputOf<typeof contract.getTransactionDocument>,
): Promise<Binary> {
  const issue = await getIssue(ctx, transactionId)
  const pdf = await findPdf(ctx.tx, await ctx.keys(), transactionId, todayInJapan(ctx.now))
  if (pdf === null) throw new Problem(problems.documentGone)
  if (await issueShowsProtected(ctx, issuing, issue)) throw new Problem(accessProblems.suppressed)
  await audit(ctx, certificatesEvents.documentViewed, {
    purpose: 'certificate',
    subjects: [{ kind: 'issue', id: transactionId }],
  })
  return { bytes: pdf, fileName: `控え_${certificateKinds[issue.kind].ja}.pdf` }
}
