import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { currentSeq } from '../residents/residents.actions.ts'
import {
  findKind,
  lookBeforeFreezing,
  paperOf,
  type Issuing,
  type Looked,
  type Refused,
} from './before-freezing.actions.ts'
import { certificatesEvents, certificatesProblems as problems } from './certificates.messages.ts'
import * as store from './certificates.store.ts'
import { priceOf, type Frozen } from './certificates.ts'
import { choicesView } from './choices.ts'
import { findUnfit } from './issuing.actions.ts'
import { printedWords } from './paper.ts'
import { showsProtected } from './protected-people.actions.ts'
import type * as contract from './preview.contract.ts'
import { differencesOf } from './preview.ts'
import { refusalsForStaff } from './refusal-words.ts'

type Asked = InputOf<typeof contract.previewIssue>

export async function previewIssue(
  ctx: Ctx,
  issuing: Issuing,
  asked: Asked,
): Promise<OutputOf<typeof contract.previewIssue>> {
  const kind = findKind(issuing, asked.kind)
  if (!kind) throw new Problem(problems.notHere)
  const request = { ...asked, recipientNo: null, copies: 1, official: false }
  const obstacles: Refused[] = []
  const looking = lookBeforeFreezing(ctx, issuing, request)
  let step = await looking.next()
  while (step.done !== true) {
    obstacles.push(step.value)
    step = await looking.next()
  }
  const looked = step.value
  const frozen = looked && (await freezeMarked(ctx, asked, looked))
  if (looked && frozen) {
    const words = printedWords(frozen.paper, frozen.pages)
    const unfit = await findUnfit(ctx, issuing, asked.channel, frozen.layout, words)
    if (unfit !== null) obstacles.push(unfit)
  }
  await audit(ctx, certificatesEvents.previewed, {
    purpose: 'certificate',
    subjects: looked
      ? (await kind.people(ctx, asked.subjectId, looked.choices)).map((id) => ({ kind: 'resident', id }))
      : [],
    facts: { kind: asked.kind, subjectId: asked.subjectId, shown: frozen !== null },
  })
  return {
    dataSeq: String(await currentSeq(ctx)),
    dataAgeSeconds: looked?.dataAgeSeconds ?? null,
    offered: choicesView(await kind.choices(ctx, asked.subjectId, asked.channel)),
    obstacles: obstacles.map(({ code, reasons }) => ({
      code,
      words: refusalsForStaff[code],
      // Why somebody is protected is nobody's business here.
      reasons: code === 302 ? [] : [...reasons],
    })),
    paper: looked && frozen && paperView(asked, looked, frozen),
    last: frozen && (await lastView(ctx, issuing, asked, frozen)),
  }
}

type Marked = Frozen & { readonly paper: ReturnType<typeof paperOf> }

/** The words as they would be frozen, under a number that no transaction has. */
async function freezeMarked(ctx: Ctx, asked: Asked, looked: Looked): Promise<Marked> {
  const { town, kind, issuedOn, choices } = looked
  const { channel, subjectId } = asked
  const named = { transactionId: NO_TRANSACTION, channel, copies: 1, official: false }
  const paper = { ...paperOf(town, named, NO_DIGEST, issuedOn), testMark: '確認用（交付できません）' }
  const frozen = await kind.freeze(ctx, subjectId, { channel, choices, issuedOn, purpose: null, paper })
  return { ...frozen, paper }
}

const NO_TRANSACTION = '0'.repeat(32)
const NO_DIGEST = '0'.repeat(64)

function paperView(
  { channel }: Asked,
  { kind, town }: Looked,
  { layout, pages, paper }: Marked,
): OutputOf<typeof contract.previewIssue>['paper'] {
  const { feeYen, printingYen } = priceOf(kind.feeYen(town.feesYen[kind.code] ?? null), channel, 1)
  return {
    layoutVersion: layout.version,
    layout: layout.ja,
    feeYen,
    printingYen,
    pages: printedWords(paper, pages),
  }
}

/** What the last printed one said otherwise. An older paper may name who has gone into hiding since: nothing of it is shown then. */
async function lastView(
  ctx: Ctx,
  issuing: Issuing,
  { kind, subjectId }: Asked,
  { facts }: Marked,
): Promise<OutputOf<typeof contract.previewIssue>['last']> {
  const [printed] = (await store.listIssues(ctx.tx, kind, subjectId))
    .filter((one) => one.printedAt !== null)
    .toSorted((a, b) => b.printedAt!.getTime() - a.printedAt!.getTime())
  if (!printed) return null
  const issue = await store.findIssue(ctx.tx, printed.transactionId)
  const content = await store.findFrozen(ctx.tx, await ctx.keys(), printed.transactionId)
  if (content === null) return null
  if (await showsProtected(ctx, issuing, { ...issue!, ...content })) return null
  const { paper: _, ...before } = content.snapshot as { paper: unknown }
  return {
    transactionId: printed.transactionId,
    issuedOn: printed.issuedOn,
    dataSeq: String(issue!.dataSeq),
    layoutVersion: issue!.layoutVersion,
    differences: differencesOf(before, facts),
  }
}
