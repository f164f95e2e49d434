import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import { issueStates, type Channel, type IssueState } from './certificates.ts'
import type { Choices } from './choices.ts'

export const FROZEN = 'certificates.issue.frozen'
export const PDF = 'certificates.archive.sealed_pdf'

/** What was fixed when the issue was made. */
export type Issue = {
  readonly transactionId: string
  readonly kind: CertificateKindCode
  readonly subjectId: string
  readonly channel: Channel
  /** 宛名番号 of the card holder; `null` at the counter. */
  readonly recipientNo: string | null
  readonly kioskId: string | null
  readonly copies: number
  /** 公用 */
  readonly official: boolean
  readonly feeYen: number
  readonly printingYen: number
  readonly requestDigest: string
  readonly layout: string
  readonly layoutVersion: string
  readonly pages: number
  readonly issuedOn: PlainDate
  readonly dataSeq: bigint
  /** Seconds; `null` = the town's link reports no watermark. */
  readonly dataAgeSeconds: number | null
  readonly frozenDigest: string
  readonly requestedAt: Date
  readonly requestedBy: string
}

export type FrozenContent = {
  /** What the layout is made from: the facts and `paper`; string fields named `...Png` are base64 pictures. */
  readonly snapshot: object
  /** Per page of the document every word in drawing order (`printedWords`). */
  readonly words: readonly (readonly string[])[]
  readonly purpose: string | null
  readonly choices: Choices
  /** 宛名番号 of everybody on the paper and of who takes it, as it was then; none before they were kept. */
  readonly people: readonly string[]
}

/** Whom and what a paper is about, as it was frozen. */
export type PaperOf = Pick<Issue, 'kind' | 'channel' | 'subjectId'> &
  Pick<FrozenContent, 'choices' | 'people'>

export type StateRow = {
  readonly state: IssueState
  readonly at: Date
  /** Of `paid` and `refunded`. */
  readonly amountYen: number | null
}

export type Artefact = {
  readonly pdfSha256: string
  readonly pages: number
  readonly build: string
}

/** False when the id is taken already. */
export async function insertIssue(
  tx: Tx,
  keys: Keys,
  issue: Issue,
  content: FrozenContent,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into certificates.issue (municipality_code, transaction_id, kind, subject_id, channel, recipient_no, kiosk_id,
       copies, fee_yen, printing_yen, request_digest, layout, layout_version, pages, issued_on, data_seq, data_age_seconds,
       frozen, frozen_digest, requested_at, requested_by, official)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
     on conflict do nothing returning transaction_id`,
    [
      tx.municipality,
      issue.transactionId,
      issue.kind,
      issue.subjectId,
      issue.channel,
      issue.recipientNo,
      issue.kioskId,
      issue.copies,
      issue.feeYen,
      issue.printingYen,
      issue.requestDigest,
      issue.layout,
      issue.layoutVersion,
      issue.pages,
      issue.issuedOn,
      issue.dataSeq,
      issue.dataAgeSeconds,
      keys.seal(FROZEN, issue.transactionId, JSON.stringify(content)),
      issue.frozenDigest,
      issue.requestedAt,
      issue.requestedBy,
      issue.official,
    ],
  )
  return rows.length === 1
}

export const ISSUE = `transaction_id as "transactionId", kind, subject_id as "subjectId", channel, recipient_no as "recipientNo",
  kiosk_id as "kioskId", copies, fee_yen as "feeYen", printing_yen as "printingYen", request_digest as "requestDigest",
  layout, layout_version as "layoutVersion", pages, issued_on as "issuedOn", data_seq as "dataSeq",
  data_age_seconds as "dataAgeSeconds", frozen_digest as "frozenDigest", requested_at as "requestedAt",
  requested_by as "requestedBy", official`

export async function findIssue(tx: Tx, transactionId: string): Promise<Issue | undefined> {
  const [row] = await tx.sql<Issue>(
    `select ${ISSUE} from certificates.issue where municipality_code = $1 and transaction_id = $2`,
    [tx.municipality, transactionId],
  )
  return row
}

export async function getFrozen(tx: Tx, keys: Keys, transactionId: string): Promise<FrozenContent> {
  return openFrozen(keys, transactionId, await findSealedFrozen(tx, transactionId))
}

/** Whether a paper of it was handed out, wherever and however long ago. */
export async function wasPrinted(tx: Tx, kind: CertificateKindCode, subjectId: string): Promise<boolean> {
  const [row] = await tx.sql<{ some: boolean }>(
    `select exists (select 1 from certificates.issue i
       join certificates.issue_state s on s.municipality_code = $1 and s.transaction_id = i.transaction_id
      where i.municipality_code = $1 and i.kind = $2 and i.subject_id = $3 and s.state = 'printed') as some`,
    [tx.municipality, kind, subjectId],
  )
  return row!.some
}

/** `null` = they were disposed of. */
export async function findFrozen(tx: Tx, keys: Keys, transactionId: string): Promise<FrozenContent | null> {
  const sealed = await findSealedFrozen(tx, transactionId)
  return sealed && openFrozen(keys, transactionId, sealed)
}

/** For `openFrozen`, where keys and words are asked together; `null` = there is no such issue, or they were disposed of. */
export async function findSealedFrozen(tx: Tx, transactionId: string): Promise<Buffer | null> {
  const [row] = await tx.sql<{ frozen: Buffer | null }>(
    'select frozen from certificates.issue where municipality_code = $1 and transaction_id = $2',
    [tx.municipality, transactionId],
  )
  return row?.frozen ?? null
}

export function openFrozen(keys: Keys, transactionId: string, sealed: Buffer | null): FrozenContent {
  if (sealed === null) throw new Error('an issue without its frozen words')
  const kept = JSON.parse(keys.open(FROZEN, transactionId, sealed)) as Partial<FrozenContent>
  return { people: [], ...(kept as Omit<FrozenContent, 'people'>) }
}

/** Oldest first. */
export async function listStates(tx: Tx, transactionId: string): Promise<StateRow[]> {
  return await tx.sql<StateRow>(
    `select state, at, amount_yen as "amountYen" from certificates.issue_state
      where municipality_code = $1 and transaction_id = $2 order by position`,
    [tx.municipality, transactionId],
  )
}

/** An issue begins with its words fixed: it was asked for, and is frozen. */
export async function insertFirstStates(
  tx: Tx,
  transactionId: string,
  at: Date,
  actor: string,
): Promise<void> {
  await tx.sql(
    `insert into certificates.issue_state (municipality_code, transaction_id, position, state, at, actor)
     values ($1, $2, 1, 'requested', $3, $4), ($1, $2, 2, 'frozen', $3, $4)`,
    [tx.municipality, transactionId, at, actor],
  )
}

/**
 * Appends a state if the present one allows it by the table of states; false when it does not, or when another
 * transaction was quicker.
 */
export async function appendState(
  tx: Tx,
  transactionId: string,
  to: {
    readonly state: IssueState
    readonly at: Date
    readonly actor: string
    readonly amountYen?: number
    readonly stage?: string
    readonly reason?: string
  },
): Promise<boolean> {
  const allowedFrom = (Object.keys(issueStates) as IssueState[]).filter((from) =>
    issueStates[from].next.includes(to.state),
  )
  const rows = await tx.sql(
    `insert into certificates.issue_state
       (municipality_code, transaction_id, position, state, at, actor, amount_yen, stage, reason)
     select $1, $2::text, last.position + 1, $4::text, $5::timestamptz, $6::text, $7::integer, $8::text, $9::text
       from (select position, state from certificates.issue_state
              where municipality_code = $1 and transaction_id = $2 order by position desc limit 1) last
      where last.state = any($3)
     on conflict do nothing returning position`,
    [
      tx.municipality,
      transactionId,
      allowedFrom,
      to.state,
      to.at,
      to.actor,
      to.amountYen ?? null,
      to.stage ?? null,
      to.reason ?? null,
    ],
  )
  return rows.length === 1
}

export async function findArtefact(tx: Tx, transactionId: string): Promise<Artefact | undefined> {
  const [row] = await tx.sql<Artefact>(
    `select pdf_sha256 as "pdfSha256", pages, build from certificates.artefact
      where municipality_code = $1 and transaction_id = $2`,
    [tx.municipality, transactionId],
  )
  return row
}

/** The first one stays: of two builders at once the second stores nothing, and hears false. */
export async function insertArtefact(
  tx: Tx,
  keys: Keys,
  transactionId: string,
  artefact: Artefact & {
    readonly fonts: readonly { readonly name: string; readonly sha256: string }[]
    readonly pdf: Uint8Array
    readonly builtAt: Date
    readonly keepUntil: PlainDate
  },
): Promise<boolean> {
  const rows = await tx.sql(
    `with one as (
       insert into certificates.artefact
         (municipality_code, transaction_id, pdf_sha256, pages, build, fonts, built_at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning transaction_id)
     insert into certificates.archive (municipality_code, transaction_id, sealed_pdf, keep_until)
     select $1, transaction_id, $8::bytea, $9::date from one returning transaction_id`,
    [
      tx.municipality,
      transactionId,
      artefact.pdfSha256,
      artefact.pages,
      artefact.build,
      JSON.stringify(artefact.fonts),
      artefact.builtAt,
      sealedPdf(keys, transactionId, artefact.pdf),
      artefact.keepUntil,
    ],
  )
  return rows.length === 1
}

function sealedPdf(keys: Keys, transactionId: string, pdf: Uint8Array): Buffer {
  return keys.seal(PDF, transactionId, Buffer.from(pdf).toString('base64'))
}

/** The bytes of an artefact. */
export async function insertArchived(
  tx: Tx,
  keys: Keys,
  transactionId: string,
  pdf: Uint8Array,
  keepUntil: PlainDate,
): Promise<void> {
  await tx.sql(
    'insert into certificates.archive (municipality_code, transaction_id, sealed_pdf, keep_until) values ($1, $2, $3, $4)',
    [tx.municipality, transactionId, sealedPdf(keys, transactionId, pdf), keepUntil],
  )
}

/** `null` = disposed of, or to be: its last day has passed. */
export async function findPdf(
  tx: Tx,
  keys: Keys,
  transactionId: string,
  today: PlainDate,
): Promise<Uint8Array | null> {
  const sealed = await findSealedPdf(tx, transactionId, today)
  return sealed && openPdf(keys, transactionId, sealed)
}

/** For `openPdf`, where keys and bytes are asked together. */
export async function findSealedPdf(tx: Tx, transactionId: string, today: PlainDate): Promise<Buffer | null> {
  const [row] = await tx.sql<{ sealed: Buffer }>(
    `select sealed_pdf as sealed from certificates.archive
      where municipality_code = $1 and transaction_id = $2 and keep_until >= $3`,
    [tx.municipality, transactionId, today],
  )
  return row?.sealed ?? null
}

export function openPdf(keys: Keys, transactionId: string, sealed: Buffer): Uint8Array {
  return Buffer.from(keys.open(PDF, transactionId, sealed), 'base64')
}

export type IssueSummary = {
  readonly transactionId: string
  readonly channel: Channel
  readonly copies: number
  readonly pages: number
  readonly official: boolean
  readonly feeYen: number
  readonly printingYen: number
  /** `null` = nothing was paid. */
  readonly paidYen: number | null
  readonly issuedOn: PlainDate
  readonly requestedAt: Date
  readonly requestedBy: string
  readonly state: IssueState
  readonly printedAt: Date | null
}

/** Issues of one subject, newest first, at most 200. */
export async function listIssues(
  tx: Tx,
  kind: CertificateKindCode,
  subjectId: string,
): Promise<IssueSummary[]> {
  return await tx.sql<IssueSummary>(
    `select i.transaction_id as "transactionId", i.channel, i.copies, i.pages, i.issued_on as "issuedOn",
            i.official, i.fee_yen as "feeYen", i.printing_yen as "printingYen",
            (select s.amount_yen from certificates.issue_state s where s.municipality_code = $1
               and s.transaction_id = i.transaction_id and s.state = 'paid') as "paidYen",
            i.requested_at as "requestedAt", i.requested_by as "requestedBy",
            (select s.state from certificates.issue_state s where s.municipality_code = $1
               and s.transaction_id = i.transaction_id order by s.position desc limit 1) as state,
            (select s.at from certificates.issue_state s where s.municipality_code = $1
               and s.transaction_id = i.transaction_id and s.state = 'printed') as "printedAt"
       from certificates.issue i
      where i.municipality_code = $1 and i.kind = $2 and i.subject_id = $3
      order by i.requested_at desc, i.transaction_id limit 200`,
    [tx.municipality, kind, subjectId],
  )
}
