import type { MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { issueGate, type GateVerdict } from '../linkage/gate.actions.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { isOpen, type CertificateKindCode, type Municipality } from '../municipalities/municipalities.ts'
import { forbiddingWords } from './blocks.actions.ts'
import type { CertificateKind, Channel } from './certificates.ts'
import { settleChoices, type Choices } from './choices.ts'
import { isOfFleet } from './fleet.actions.ts'
import type { Layout } from './layouts.ts'
import type { Paper } from './paper.ts'
import type { RefusalCode } from './refusals.ts'
import { getStandstill, standstillOf } from './stops.actions.ts'

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
  /** Forms and their versions; those of this release unless said. */
  readonly layouts?: readonly Layout[]
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
  /** らくらく窓口: staff hand it over, so that no printing cost of a machine is added. */
  readonly handedOver?: boolean
}

/** `undefined` also for a kind that only a town's own server issues. */
export function findKind(issuing: Issuing, code: string): CertificateKind<Ctx> | undefined {
  return issuing.kinds.find((kind) => kind.code === code)
}

/** Whether the town issues the kind here today; `null` = yes. Data put in by hand never feed 住民票・印鑑・税. */
export function gateOf(town: Municipality, kind: CertificateKindCode): RefusalCode | null {
  const byHand = town.participation.residentData === 'manual' && kind !== 'risai' && kind !== 'hisai'
  return town.participation.issues[kind] === 'bcl' && !byHand ? null : 506
}

/** What keeps this server from issuing a kind for the town now, whoever it is for; `null` = before a kind is chosen. */
export async function standstill(
  ctx: Ctx,
  issuing: Issuing,
  kind: CertificateKindCode | null,
): Promise<RefusalCode | null> {
  return (await readStandstill(ctx, issuing))(kind)
}

/** The same where the kind is not known yet. */
export async function readStandstill(
  ctx: Ctx,
  issuing: Issuing,
): Promise<(kind: CertificateKindCode | null) => RefusalCode | null> {
  const [ofFleet, standing] = await ctx.tx.together(
    () => isOfFleet(ctx, issuing.build),
    () => getStandstill(ctx),
  )
  return (kind) => (ofFleet ? standstillOf(standing, kind) : 508)
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

/** What is known of a request when nothing stands in its way. */
export type Looked = {
  readonly town: Municipality
  readonly kind: CertificateKind<Ctx>
  readonly issuedOn: PlainDate
  readonly choices: Choices
  readonly dataAgeSeconds: number | null
}

/**
 * Everything that may stand in the way of a certificate before its words are fixed, in the order of which a clerk is told.
 * Whoever issues stops at the first; whoever looks (証明発行DB参照) goes on to the last. `null` = it could not be looked at whole.
 */
export async function* lookBeforeFreezing(
  ctx: Ctx,
  issuing: Issuing,
  request: Omit<IssueRequest, 'transactionId' | 'kioskId' | 'purpose'>,
): AsyncGenerator<Refused, Looked | null> {
  const { channel, subjectId, recipientNo } = request
  const stopped = await standstill(ctx, issuing, request.kind)
  if (stopped !== null) yield refuse(stopped)
  const issuedOn = todayInJapan(ctx.now)
  const town = await getMunicipality(ctx, issuedOn)
  const kind = findKind(issuing, request.kind)
  if (!kind || gateOf(town, request.kind) !== null) yield refuse(506)
  if (!kind) return null
  if (channel === 'kiosk' && !isOpen(town.hours, ctx.now)) yield refuse(501)
  const choices = settleChoices(await kind.choices(ctx, subjectId, channel), request.choices)
  if (choices === null || (channel === 'kiosk' && request.copies > town.issueOptions.kioskCopies))
    yield refuse(606)
  if (choices === null) return null
  const blocks = await kind.blocks(ctx, subjectId, channel, choices)
  const [worst] = blocks
  if (worst) {
    yield refuse(
      worst.code,
      blocks.map((block) => block.ja),
    )
  }
  const people = [
    ...(await kind.people(ctx, subjectId, choices)),
    ...(recipientNo === null ? [] : [recipientNo as ResidentNo]),
  ]
  const forbidding = await forbiddingWords(ctx, request.kind, channel, people)
  if (forbidding.length > 0) yield refuse(301, forbidding)
  const data = await issueGate(ctx, request.kind, people)
  if (data.kind === 'closed') yield refuse(codeOfGate[data.reason], [data.ja])
  const dataAgeSeconds = data.kind === 'open' ? data.dataAgeSeconds : null
  // What is wrong in the person forbids to look at the words.
  return worst ? null : { town, kind, issuedOn, choices, dataAgeSeconds }
}

/** Side of the 電子公印 on paper, mm. */
const SEAL_MM = 21
const places: Readonly<Record<Channel, string>> = { counter: '窓口', kiosk: 'キオスク端末' }

function fictitiousMarkOf(town: Municipality): string | null {
  if (town.practice) return '練習（無効・架空の人物）'
  return town.demonstration ? '見本（架空の人物）' : null
}

export function paperOf(
  town: Municipality,
  request: Pick<IssueRequest, 'transactionId' | 'channel' | 'copies' | 'official'>,
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
    fictitiousMark: fictitiousMarkOf(town),
    issuedOn,
    issuedOnText: formatWareki(issuedOn, 'full-width')!,
    codes: [],
  }
}
