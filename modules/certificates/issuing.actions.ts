import { createHash } from 'node:crypto'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { anyProtected, currentSeq } from '../residents/residents.actions.ts'
import {
  findKind,
  lookBeforeFreezing,
  paperOf,
  readStandstill,
  refuse,
  type IssueRequest,
  type Issuing,
  type Refused,
} from './before-freezing.actions.ts'
import { forbiddingWords } from './blocks.actions.ts'
import * as store from './certificates.store.ts'
import { noteUnprintableWords } from './characters.actions.ts'
import {
  isStale,
  judgeMove,
  MAX_PAGES,
  priceOf,
  totalYen,
  type Channel,
  type IssueState,
} from './certificates.ts'
import { digestOf } from './digest.ts'
import { wantsAcceptance } from './layout-acceptance.actions.ts'
import type { Layout } from './layouts.ts'
import { paperKey, signerOf } from './paper-keys.actions.ts'
import { printedWords } from './paper.ts'
import { checkDocument, renderDocument, type Finding, type Rendering } from './rendering.actions.ts'
import { raiseAlarm } from './stops.actions.ts'
import type { Alarm } from './stops.store.ts'
import { makeCodes } from './verification-codes.actions.ts'
import { insertPaperCodes } from './verification.store.ts'

export type Frozen = {
  readonly kind: 'frozen'
  readonly issue: store.Issue
  /** `null` = it was frozen before, and may have gone on since. */
  readonly content: store.FrozenContent | null
}

/**
 * Fixes every word of one certificate, once: the same transaction id with the same request gets what is there.
 * Must run in a REPEATABLE READ transaction; everything on the paper comes from its one moment.
 */
export async function freezeIssue(
  ctx: Ctx,
  issuing: Issuing,
  request: IssueRequest,
): Promise<Frozen | Refused> {
  const dataSeq = await currentSeq(ctx)
  // Where it comes out and who hands it over is not part of what is certified.
  const { kioskId: _kiosk, handedOver = false, ...asked } = request
  const requestDigest = await digestOf({ municipalityCode: ctx.municipality, ...asked })
  const known = await store.findIssue(ctx.tx, request.transactionId)
  if (known)
    return known.requestDigest === requestDigest
      ? { kind: 'frozen', issue: known, content: null }
      : refuse(605)

  const looked = await lookBeforeFreezing(ctx, issuing, request).next()
  if (looked.done !== true) return looked.value
  if (looked.value === null) throw new Error('a request that nothing stood in the way of was not looked at')
  const { town, kind, issuedOn, choices, dataAgeSeconds } = looked.value
  const { transactionId, channel, purpose } = request

  const paper = paperOf(town, request, requestDigest, issuedOn)
  const { layout, facts, pages, drawingPng } = await kind.freeze(ctx, request.subjectId, {
    channel,
    choices,
    issuedOn,
    purpose,
    paper,
  })
  const words = printedWords(paper, pages)
  const unfit = await findUnfit(ctx, issuing, channel, layout, words)
  if (unfit !== null) {
    if (unfit.code === 402)
      await noteUnprintableWords(ctx, issuing, { ...request, choices }, { ...facts, paper })
    return unfit
  }
  const { keyId, privateKey } = await paperKey(ctx)
  const { codes, digests } = makeCodes({
    paper,
    kind: kind.code,
    layoutVersion: layout.version,
    words,
    drawingPng,
    publicOrigin: issuing.publicOrigin,
    signer: signerOf(keyId, privateKey),
  })
  const snapshot = { ...facts, paper: { ...paper, codes } }
  const feeYen = request.official ? 0 : kind.feeYen(town.feesYen[kind.code] ?? null)
  const price = priceOf(feeYen, handedOver ? 'counter' : channel, request.copies)
  const issue: store.Issue = {
    ...request,
    ...price,
    requestDigest,
    layout: layout.form,
    layoutVersion: layout.version,
    pages: words.length,
    issuedOn,
    dataSeq,
    dataAgeSeconds,
    frozenDigest: await digestOf(snapshot),
    requestedAt: ctx.now,
    requestedBy: actorName(ctx.actor),
  }
  // Two at once collide here: the loser's transaction is tried again, and finds the issue.
  const people = await kind.people(ctx, request.subjectId, choices)
  const content: store.FrozenContent = {
    ...{ snapshot, words, purpose, choices },
    people: request.recipientNo === null ? people : [...people, request.recipientNo],
  }
  const inserted = await store.insertIssue(ctx.tx, await ctx.keys(), issue, content)
  if (!inserted) throw new Error('an issue appeared inside a REPEATABLE READ transaction')
  await ctx.tx.together(
    () => insertPaperCodes(ctx.tx, transactionId, digests),
    () => store.insertFirstStates(ctx.tx, transactionId, ctx.now, actorName(ctx.actor)),
  )
  return { kind: 'frozen', issue, content }
}

/** What keeps fixed words from being printed here; `null` = they may be. */
export async function findUnfit(
  ctx: Ctx,
  issuing: Issuing,
  channel: Channel,
  layout: Layout,
  words: readonly (readonly string[])[],
): Promise<Refused | null> {
  const wanted = await wantsAcceptance(ctx, layout, todayInJapan(ctx.now))
  if (wanted !== null) return refuse(506, [wanted])
  if (channel !== 'kiosk') return null
  if (words.length > MAX_PAGES) return refuse(403)
  const missing = words.some((page) => issuing.engine.coverage(page.join('')).missing.length > 0)
  return missing ? refuse(402) : null
}

/** An issue of the town in scope; 404 for any other's. */
export async function getIssue(ctx: Ctx, transactionId: string): Promise<store.Issue> {
  const issue = await store.findIssue(ctx.tx, transactionId)
  if (!issue) throw new Problem(platformProblems.notFound)
  return issue
}

/** A 取引番号 stands in print on every paper: whoever reads it there gets nothing of the other channel. */
async function getIssueOf(ctx: Ctx, transactionId: string, channel: Channel): Promise<store.Issue> {
  const issue = await getIssue(ctx, transactionId)
  if (issue.channel !== channel) throw new Problem(platformProblems.notFound)
  return issue
}

export type Built = { readonly kind: 'built'; readonly issue: store.Issue; readonly artefact: store.Artefact }
export type ToBuild = {
  readonly kind: 'to-build'
  readonly issue: store.Issue
  readonly content: store.FrozenContent
  /** What it had passed when it was looked at; absent: it was fixed a moment ago. */
  readonly states?: readonly store.StateRow[]
}

/** What is to be rendered, or the artefact that is there already. */
export async function prepareBuild(
  ctx: Ctx,
  issuing: Issuing,
  transactionId: string,
  channel: Channel,
): Promise<ToBuild | Built | Refused> {
  const [issue, states, stopped, artefact, keys, frozen] = await ctx.tx.together(
    () => getIssueOf(ctx, transactionId, channel),
    () => store.listStates(ctx.tx, transactionId),
    () => readStandstill(ctx, issuing),
    () => store.findArtefact(ctx.tx, transactionId),
    () => ctx.keys(),
    () => store.findSealedFrozen(ctx.tx, transactionId),
  )
  if (states.at(-1)?.state === 'aborted') return refuse(603)
  if (isStale(issue, ctx.now)) return refuse(505)
  const code = stopped(issue.kind)
  if (code !== null) return refuse(code)
  if (artefact) return { kind: 'built', issue, artefact }
  // Disposed of: whoever comes after years gets a new issue.
  if (frozen === null) return refuse(603)
  return { kind: 'to-build', issue, content: store.openFrozen(keys, transactionId, frozen), states }
}

/** The PDF of the frozen words. Needs no transaction. */
export async function renderIssue(issuing: Issuing, { issue, content }: ToBuild): Promise<Rendering> {
  return await renderDocument(issuing, issue.layoutVersion, content.snapshot, content.words)
}

/** Keeps the checked document, unless the issue was given up in the meantime; of two the first one stays. */
export async function storeBuild(
  ctx: Ctx,
  issuing: Issuing,
  issue: store.Issue,
  { pdf, build }: Extract<Rendering, { kind: 'rendered' }>,
  states?: readonly store.StateRow[],
): Promise<(Built & { readonly state: IssueState }) | Refused> {
  const { transactionId } = issue
  const [moved, keys] = await ctx.tx.together(
    () => moveIssue(ctx, issue, 'built', {}, states),
    () => ctx.keys(),
  )
  if (moved.kind === 'refused') return moved
  const own = { pdfSha256: sha256(pdf), pages: issue.pages, build: build.build }
  const isFirst = await store.insertArtefact(ctx.tx, keys, transactionId, {
    ...{ ...build, ...own, pdf },
    builtAt: ctx.now,
    keepUntil: addDays(issue.issuedOn, issuing.archiveDays),
  })
  const artefact = isFirst ? own : await store.findArtefact(ctx.tx, transactionId)
  if (!artefact) throw new Error('an artefact vanished')
  return { kind: 'built', issue, artefact, state: moved.state }
}

/** The alarm of a document that is not the frozen one. */
export async function alarmOf(
  ctx: Ctx,
  stage: Alarm['stage'],
  issue: store.Issue,
  content: store.FrozenContent,
  document: { readonly pdf: Uint8Array; readonly build: string; readonly found: Finding },
): Promise<Refused> {
  const { pdf, build, found } = document
  await raiseAlarm(
    ctx,
    { transactionId: issue.transactionId, stage, build, ...found },
    {
      pdfBase64: Buffer.from(pdf).toString('base64'),
      words: content.words,
      snapshot: content.snapshot,
      about: {
        kind: issue.kind,
        channel: issue.channel,
        subjectId: issue.subjectId,
        choices: content.choices,
        people: content.people,
      },
    },
  )
  return refuse(901)
}

export type Delivered = Omit<Built, 'kind'> & {
  readonly kind: 'delivered'
  readonly pdf: Uint8Array
  readonly state: IssueState
}

/**
 * The bytes, for the way out: their hash and every page are checked against what was frozen immediately before they
 * leave. Asked again, the same bytes leave again.
 */
export async function deliverIssue(
  ctx: Ctx,
  issuing: Issuing,
  transactionId: string,
  channel: Channel,
): Promise<Delivered | Refused> {
  const [issue, states, stopped, keys, artefact, sealed, frozen] = await ctx.tx.together(
    () => getIssueOf(ctx, transactionId, channel),
    () => store.listStates(ctx.tx, transactionId),
    () => readStandstill(ctx, issuing),
    () => ctx.keys(),
    () => store.findArtefact(ctx.tx, transactionId),
    () => store.findSealedPdf(ctx.tx, transactionId, todayInJapan(ctx.now)),
    () => store.findSealedFrozen(ctx.tx, transactionId),
  )
  if (isStale(issue, ctx.now)) return refuse(505)
  const code = stopped(issue.kind)
  if (code !== null) return refuse(code)
  if (!artefact || sealed === null) return refuse(603)
  const pdf = store.openPdf(keys, transactionId, sealed)
  const content = store.openFrozen(keys, transactionId, frozen)
  const hindered = await hinderedSince(ctx, issuing, issue, content)
  if (hindered !== null) return hindered
  const found: Finding | null =
    sha256(pdf) === artefact.pdfSha256
      ? checkDocument(pdf, content.words, content.snapshot)
      : { finding: 'sha256', mismatches: [] }
  if (found !== null) {
    return await alarmOf(ctx, 'deliver', issue, content, { pdf, build: artefact.build, found })
  }
  const moved = await moveIssue(ctx, issue, 'delivered', {}, states)
  if (moved.kind === 'refused') return moved
  return { kind: 'delivered', issue, artefact, pdf, state: moved.state }
}

/** What has come to stand in the way since the words were fixed: a cancelled seal, a block, a protection, a withdrawal. */
async function hinderedSince(
  ctx: Ctx,
  issuing: Issuing,
  issue: store.Issue,
  { choices, people }: store.FrozenContent,
): Promise<Refused | null> {
  const kind = findKind(issuing, issue.kind)
  if (!kind) return refuse(506)
  const [hidden, forbidding] = await ctx.tx.together(
    () => anyProtected(ctx, people),
    () => forbiddingWords(ctx, issue.kind, issue.channel, people as readonly ResidentNo[]),
  )
  if (hidden) return refuse(302)
  const blocks = await kind.blocks(ctx, issue.subjectId, issue.channel, choices)
  const [worst] = blocks
  if (worst)
    return refuse(
      worst.code,
      blocks.map((block) => block.ja),
    )
  return forbidding.length > 0 ? refuse(301, forbidding) : null
}

export type Standing = {
  readonly kind: 'standing'
  readonly transactionId: string
  readonly state: IssueState
  readonly totalYen: number
  /** `null` = nothing was paid. */
  readonly paidYen: number | null
}

export async function standingOf(
  ctx: Ctx,
  issue: store.Issue,
): Promise<Standing & { readonly passed: IssueState[] }> {
  return standingIn(issue, await store.listStates(ctx.tx, issue.transactionId))
}

function standingIn(
  issue: store.Issue,
  states: readonly store.StateRow[],
): Standing & { readonly passed: IssueState[] } {
  const present = states.at(-1)
  if (!present) throw new Error('an issue without a state')
  return {
    kind: 'standing',
    transactionId: issue.transactionId,
    state: present.state,
    totalYen: totalYen(issue),
    paidYen: states.find((row) => row.state === 'paid')?.amountYen ?? null,
    passed: states.map((row) => row.state),
  }
}

export type MoveDetail = {
  /** Whole yen, of `paid` and `refunded`. */
  readonly amountYen?: number
  /** Of `aborted`. */
  readonly stage?: string
  /** A code, of `aborted` and `withdrawn`. */
  readonly reason?: string
}

/**
 * Takes an issue one state on. A state that was passed answers as the first time; an illegal one is refused.
 * @param known what it had passed a moment ago; whether it may still go on, the appending itself says
 */
export async function moveIssue(
  ctx: Ctx,
  issue: store.Issue,
  to: IssueState,
  detail: MoveDetail = {},
  known?: readonly store.StateRow[],
): Promise<Standing | Refused> {
  // Of two movers at once one appends nothing, looks again, and judges what the other one did.
  for (let tries = 0; tries < 5; tries++) {
    const looked = tries === 0 && known ? standingIn(issue, known) : await standingOf(ctx, issue)
    const { passed, ...standing } = looked
    const move = judgeMove(standing, passed, to, detail.amountYen)
    if (move.kind === 'refused') return refuse(move.code)
    if (move.kind === 'repeated') return standing
    const row = { state: to, at: ctx.now, actor: actorName(ctx.actor), ...detail }
    if (await store.appendState(ctx.tx, issue.transactionId, row)) {
      return {
        ...standing,
        state: to,
        paidYen: to === 'paid' ? (detail.amountYen ?? null) : standing.paidYen,
      }
    }
  }
  throw new Error('the states of an issue never came to rest')
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
