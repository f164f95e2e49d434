import { createHash } from 'node:crypto'
import type { MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import {
  MissingGlyphs,
  RendererBusy,
  RendererGone,
  RenderTimeout,
  TextOverflow,
} from '@open-bcl/platform/pdf/pdf-errors.ts'
import { UnreadablePdf } from '@open-bcl/platform/pdf/pdf-objects.ts'
import { checkPages } from '@open-bcl/platform/pdf/readback.ts'
import type { PdfEngine, RendererBuild } from '@open-bcl/platform/pdf/typst.ts'
import { issueGate, type GateVerdict } from '../linkage/gate.actions.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { isOpen, type CertificateKindCode, type Municipality } from '../municipalities/municipalities.ts'
import { currentSeq } from '../residents/residents.actions.ts'
import { forbiddingWords } from './blocks.actions.ts'
import { settleChoices, type Choices } from './choices.ts'
import * as store from './certificates.store.ts'
import {
  isStale,
  judgeMove,
  MAX_PAGES,
  priceOf,
  totalYen,
  type CertificateKind,
  type Channel,
  type IssueState,
} from './certificates.ts'
import { isOfFleet } from './fleet.actions.ts'
import type { RefusalCode } from './refusals.ts'
import { digestOf } from './digest.ts'
import { paperKey, signerOf } from './paper-keys.actions.ts'
import { printedWords, type Paper } from './paper.ts'
import { raiseAlarm, standstillCode } from './stops.actions.ts'
import type { Alarm } from './stops.store.ts'
import { makeCodes } from './verification-codes.actions.ts'
import { insertPaperCodes } from './verification.store.ts'

/** What the issuing of a process stands on; compose makes it once. */
export type Issuing = {
  readonly kinds: readonly CertificateKind<Ctx>[]
  readonly engine: Pick<PdfEngine, 'render' | 'coverage' | 'rendererBuild'>
  /** After this a document is given up, ms. */
  readonly renderTimeoutMs: number
  /** `nodeBuild` of this process: issues only while it is the fleet's. */
  readonly build: string
  /** How long delivered bytes are kept, days. */
  readonly archiveDays: number
  /** Where the public checks a paper, `https://…`: stands in the 2-D code of every page. */
  readonly publicOrigin: string
}

export type Refused = {
  readonly kind: 'refused'
  readonly code: RefusalCode
  /** 日本語 for staff only: the true reasons. */
  readonly reasons: readonly string[]
}

export function refuse(code: RefusalCode, reasons: readonly string[] = []): Refused {
  return { kind: 'refused', code, reasons }
}

export type IssueRequest = {
  readonly transactionId: string
  readonly kind: CertificateKindCode
  readonly subjectId: string
  readonly channel: Channel
  readonly recipientNo: string | null
  readonly kioskId: string | null
  readonly copies: number
  readonly choices: Choices
  /** 公用: for an authority's own use, free of charge. */
  readonly official: boolean
  readonly purpose: string | null
}

export function findKind(issuing: Issuing, code: CertificateKindCode): CertificateKind<Ctx> | undefined {
  return issuing.kinds.find((kind) => kind.code === code)
}

/** Whether the town issues the kind here today; `null` = yes. Data put in by hand never feed 住民票・印鑑・税. */
export function gateOf(town: Municipality, kind: CertificateKindCode): RefusalCode | null {
  const byHand = town.participation.residentData === 'manual' && kind !== 'risai' && kind !== 'hisai'
  return town.participation.issues[kind] === 'bcl' && !byHand ? null : 506
}

/** What keeps this server from issuing for the town now, whatever is asked. */
async function standstill(ctx: Ctx, issuing: Issuing): Promise<RefusalCode | null> {
  return (await isOfFleet(ctx, issuing.build)) ? await standstillCode(ctx) : 508
}

/** What a closed gate is called at a machine. */
const codeOfGate: Readonly<Record<Extract<GateVerdict, { kind: 'closed' }>['reason'], RefusalCode>> = {
  'bad-row': 310,
  hand: 506,
  'no-data': 503,
  'no-residents': 503,
  'link-lost': 503,
  backlog: 504,
  paused: 504,
  refused: 504,
  reconciliation: 509,
  unreadable: 509,
}

/**
 * Fixes every word of one certificate, once: the same transaction id with the same request gets what is there.
 * Must run in a REPEATABLE READ transaction; everything on the paper comes from its one moment.
 */
export async function freezeIssue(
  ctx: Ctx,
  issuing: Issuing,
  request: IssueRequest,
): Promise<{ readonly kind: 'frozen'; readonly issue: store.Issue } | Refused> {
  const dataSeq = await currentSeq(ctx)
  const { kioskId: _, ...asked } = request
  const requestDigest = await digestOf({ municipalityCode: ctx.municipality, ...asked })
  const known = await store.findIssue(ctx.tx, request.transactionId)
  if (known) return known.requestDigest === requestDigest ? { kind: 'frozen', issue: known } : refuse(605)

  const stopped = await standstill(ctx, issuing)
  if (stopped !== null) return refuse(stopped)
  const issuedOn = todayInJapan(ctx.now)
  const town = await getMunicipality(ctx, issuedOn)
  const kind = findKind(issuing, request.kind)
  const gate = gateOf(town, request.kind)
  if (!kind || gate !== null) return refuse(506)
  if (request.channel === 'kiosk' && !isOpen(town.hours, ctx.now)) return refuse(501)
  const choices = settleChoices(await kind.choices(ctx, request.subjectId, request.channel), request.choices)
  if (choices === null) return refuse(606)
  const blocks = await kind.blocks(ctx, request.subjectId, request.channel, choices)
  const [worst] = blocks
  if (worst) {
    return refuse(
      worst.code,
      blocks.map((block) => block.ja),
    )
  }

  const { transactionId, channel, purpose, recipientNo } = request
  const people = [
    ...(await kind.people(ctx, request.subjectId, choices)),
    ...(recipientNo === null ? [] : [recipientNo as ResidentNo]),
  ]
  const forbidding = await forbiddingWords(ctx, request.kind, people)
  if (forbidding.length > 0) return refuse(301, forbidding)
  const data = await issueGate(ctx, request.kind, people)
  if (data.kind === 'closed') return refuse(codeOfGate[data.reason], [data.ja])

  const paper = paperOf(town, request, requestDigest, issuedOn)
  const { layout, facts, pages } = await kind.freeze(ctx, request.subjectId, {
    channel,
    choices,
    issuedOn,
    purpose,
    paper,
  })
  const words = printedWords(paper, pages)
  if (channel === 'kiosk') {
    if (pages.length > MAX_PAGES) return refuse(403)
    const missing = words.some((page) => issuing.engine.coverage(page.join('')).missing.length > 0)
    if (missing) return refuse(402)
  }
  const { keyId, privateKey } = await paperKey(ctx)
  const { codes, digests } = makeCodes({
    paper,
    kind: kind.code,
    layoutVersion: layout.version,
    words,
    publicOrigin: issuing.publicOrigin,
    signer: signerOf(keyId, privateKey),
  })
  const snapshot = { ...facts, paper: { ...paper, codes } }
  const feeYen = request.official ? 0 : kind.feeYen(town.feesYen[kind.code] ?? null)
  const price = priceOf(feeYen, channel, request.copies)
  const issue: store.Issue = {
    ...request,
    ...price,
    requestDigest,
    layout: layout.form,
    layoutVersion: layout.version,
    pages: words.length,
    issuedOn,
    dataSeq,
    dataAgeSeconds: data.dataAgeSeconds,
    frozenDigest: await digestOf(snapshot),
    requestedAt: ctx.now,
    requestedBy: actorName(ctx.actor),
  }
  // Two at once collide here: the loser's transaction is tried again, and finds the issue.
  const inserted = await store.insertIssue(ctx.tx, await ctx.keys(), issue, {
    snapshot,
    words,
    purpose,
    choices,
  })
  if (!inserted) throw new Error('an issue appeared inside a REPEATABLE READ transaction')
  await insertPaperCodes(ctx.tx, transactionId, digests)
  await store.insertFirstState(ctx.tx, transactionId, ctx.now, actorName(ctx.actor))
  await store.appendState(ctx.tx, transactionId, {
    state: 'frozen',
    at: ctx.now,
    actor: actorName(ctx.actor),
  })
  return { kind: 'frozen', issue }
}

/** Side of the 電子公印 on paper, mm. */
const SEAL_MM = 21
const places: Readonly<Record<Channel, string>> = { counter: '窓口', kiosk: 'キオスク端末' }

function paperOf(
  town: Municipality,
  request: IssueRequest,
  requestDigest: string,
  issuedOn: PlainDate,
): Paper {
  return {
    transactionId: request.transactionId,
    requestDigest,
    municipality: {
      code: town.code as MunicipalityCode,
      prefecture: town.prefecture,
      name: town.name,
      mayorTitle: town.mayorTitle,
      mayorName: town.mayorName,
      sealPng: town.sealPng === null ? null : Buffer.from(town.sealPng).toString('base64'),
      sealSizeMm: SEAL_MM,
    },
    issueNo: `${issuedOn.replaceAll('-', '')}　${town.name}　${places[request.channel]}`,
    copies: request.copies,
    officialMark: request.official ? '公用' : null,
    testMark: null,
    fictitiousMark: town.demonstration ? '見本（架空の人物）' : null,
    issuedOn,
    issuedOnText: formatWareki(issuedOn, 'full-width')!,
    codes: [],
  }
}

/** An issue of the town in scope; 404 for any other's. */
export async function getIssue(ctx: Ctx, transactionId: string): Promise<store.Issue> {
  const issue = await store.findIssue(ctx.tx, transactionId)
  if (!issue) throw new Problem(platformProblems.notFound)
  return issue
}

export type Built = { readonly kind: 'built'; readonly issue: store.Issue; readonly artefact: store.Artefact }
export type ToBuild = {
  readonly kind: 'to-build'
  readonly issue: store.Issue
  readonly content: store.FrozenContent
}

/** What is to be rendered, or the artefact that is there already. */
export async function prepareBuild(
  ctx: Ctx,
  issuing: Issuing,
  transactionId: string,
): Promise<ToBuild | Built | Refused> {
  const issue = await getIssue(ctx, transactionId)
  const standing = await standingOf(ctx, issue)
  if (standing.state === 'aborted') return refuse(603)
  if (isStale(issue, ctx.now)) return refuse(505)
  const stopped = await standstill(ctx, issuing)
  if (stopped !== null) return refuse(stopped)
  const artefact = await store.findArtefact(ctx.tx, transactionId)
  if (artefact) return { kind: 'built', issue, artefact }
  return { kind: 'to-build', issue, content: await store.getFrozen(ctx.tx, await ctx.keys(), transactionId) }
}

type Finding = Pick<Alarm, 'finding' | 'mismatches'>
export type Rendering =
  | { readonly kind: 'rendered'; readonly pdf: Uint8Array; readonly build: RendererBuild }
  | {
      readonly kind: 'mismatch'
      readonly pdf: Uint8Array
      readonly build: RendererBuild
      readonly found: Finding
    }
  /** `error` tells a clerk which characters or which field. */
  | { readonly kind: 'failed'; readonly code: RefusalCode; readonly error: Error }

/** The PDF of the frozen words, read back by other code than made it. Needs no transaction. */
export async function renderIssue(issuing: Issuing, { issue, content }: ToBuild): Promise<Rendering> {
  const build = issuing.engine.rendererBuild()
  try {
    const pdf = await issuing.engine.render(issue.layoutVersion, content.snapshot, {
      timeoutMs: issuing.renderTimeoutMs,
    })
    const found = checkDocument(pdf, content.words)
    return found === null ? { kind: 'rendered', pdf, build } : { kind: 'mismatch', pdf, build, found }
  } catch (error) {
    if (error instanceof MissingGlyphs) return { kind: 'failed', code: 402, error }
    if (error instanceof TextOverflow) return { kind: 'failed', code: 401, error }
    if (error instanceof RenderTimeout) return { kind: 'failed', code: 505, error }
    if (error instanceof RendererBusy || error instanceof RendererGone)
      return { kind: 'failed', code: 507, error }
    throw error
  }
}

/** Compares a document with the frozen words of every page; `null` = it says them and nothing else. */
function checkDocument(pdf: Uint8Array, words: store.FrozenContent['words']): Finding | null {
  try {
    const check = checkPages(pdf, words)
    return check.ok ? null : { finding: 'words', mismatches: check.mismatches }
  } catch (error) {
    if (error instanceof UnreadablePdf) return { finding: 'unreadable', mismatches: [] }
    throw error
  }
}

/** Keeps the checked document, unless the issue was given up in the meantime; of two the first one stays. */
export async function storeBuild(
  ctx: Ctx,
  issuing: Issuing,
  issue: store.Issue,
  { pdf, build }: Extract<Rendering, { kind: 'rendered' }>,
): Promise<Built | Refused> {
  const { transactionId } = issue
  const moved = await moveIssue(ctx, issue, 'built')
  if (moved.kind === 'refused') return moved
  await store.insertArtefact(ctx.tx, await ctx.keys(), transactionId, {
    pdfSha256: sha256(pdf),
    pages: issue.pages,
    ...build,
    pdf,
    builtAt: ctx.now,
    keepUntil: addDays(issue.issuedOn, issuing.archiveDays),
  })
  const artefact = await store.findArtefact(ctx.tx, transactionId)
  if (!artefact) throw new Error('an artefact vanished')
  return { kind: 'built', issue, artefact }
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
): Promise<Delivered | Refused> {
  const issue = await getIssue(ctx, transactionId)
  if (isStale(issue, ctx.now)) return refuse(505)
  const stopped = await standstill(ctx, issuing)
  if (stopped !== null) return refuse(stopped)
  const keys = await ctx.keys()
  const artefact = await store.findArtefact(ctx.tx, transactionId)
  const pdf = await store.findPdf(ctx.tx, keys, transactionId)
  if (!artefact || pdf === null) return refuse(603)
  const content = await store.getFrozen(ctx.tx, keys, transactionId)
  const found: Finding | null =
    sha256(pdf) === artefact.pdfSha256
      ? checkDocument(pdf, content.words)
      : { finding: 'sha256', mismatches: [] }
  if (found !== null) {
    return await alarmOf(ctx, 'deliver', issue, content, { pdf, build: artefact.build, found })
  }
  const moved = await moveIssue(ctx, issue, 'delivered')
  if (moved.kind === 'refused') return moved
  return { kind: 'delivered', issue, artefact, pdf, state: moved.state }
}

export type Standing = {
  readonly kind: 'standing'
  readonly transactionId: string
  readonly state: IssueState
  readonly totalYen: number
  /** `null` = nothing was paid. */
  readonly paidYen: number | null
}

async function standingOf(
  ctx: Ctx,
  issue: store.Issue,
): Promise<Standing & { readonly passed: IssueState[] }> {
  const states = await store.listStates(ctx.tx, issue.transactionId)
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

/** Takes an issue one state on. A state that was passed answers as the first time; an illegal one is refused. */
export async function moveIssue(
  ctx: Ctx,
  issue: store.Issue,
  to: IssueState,
  detail: MoveDetail = {},
): Promise<Standing | Refused> {
  // Of two movers at once one appends nothing, looks again, and judges what the other one did.
  for (let tries = 0; tries < 5; tries++) {
    const { passed, ...standing } = await standingOf(ctx, issue)
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
