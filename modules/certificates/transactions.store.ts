import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import type { Channel, IssueState } from './certificates.ts'

export type TransactionSearch = {
  /** How it begins. */
  readonly transactionId: string | null
  readonly fromOn: PlainDate | null
  readonly toOn: PlainDate | null
  readonly kind: CertificateKindCode | null
  readonly channel: Channel | null
  readonly state: IssueState | null
  readonly kioskId: string | null
  /** As holder of the card, or as what is certified. */
  readonly person: {
    readonly residentNo: string
    readonly subjects: readonly { readonly kind: CertificateKindCode; readonly subjectId: string }[]
  } | null
}

export type Transaction = {
  readonly transactionId: string
  readonly kind: CertificateKindCode
  readonly channel: Channel
  readonly kioskId: string | null
  readonly copies: number
  readonly pages: number
  readonly official: boolean
  readonly feeYen: number
  readonly printingYen: number
  readonly paidYen: number | null
  readonly requestedAt: Date
  readonly state: IssueState
}

const FROM = `from certificates.issue i
  cross join lateral (select s.state from certificates.issue_state s
     where s.municipality_code = $1 and s.transaction_id = i.transaction_id order by s.position desc limit 1) last
  left join certificates.issue_state paid
    on paid.municipality_code = $1 and paid.transaction_id = i.transaction_id and paid.state = 'paid'
  where i.municipality_code = $1
    and ($2::text is null or (i.transaction_id >= $2 and i.transaction_id < $2 || 'g'))
    and ($3::date is null or i.requested_at >= $3::date::timestamp at time zone 'Asia/Tokyo')
    and ($4::date is null or i.requested_at < ($4::date + 1)::timestamp at time zone 'Asia/Tokyo')
    and ($5::text is null or i.kind = $5)
    and ($6::text is null or i.channel = $6)
    and ($7::text is null or last.state = $7)
    and ($8::text is null or i.kiosk_id = $8)
    and ($9::text is null or i.recipient_no = $9
      or exists (select 1 from unnest($10::text[], $11::text[]) as own (kind, subject_id)
           where own.kind = i.kind and own.subject_id = i.subject_id))`

function conditions(tx: Tx, search: TransactionSearch): unknown[] {
  return [
    tx.municipality,
    search.transactionId,
    search.fromOn,
    search.toOn,
    search.kind,
    search.channel,
    search.state,
    search.kioskId,
    search.person?.residentNo ?? null,
    search.person?.subjects.map((one) => one.kind) ?? [],
    search.person?.subjects.map((one) => one.subjectId) ?? [],
  ]
}

/** Newest first, at most 200. */
export async function searchTransactions(tx: Tx, search: TransactionSearch): Promise<Transaction[]> {
  return await tx.sql<Transaction>(
    `select i.transaction_id as "transactionId", i.kind, i.channel, i.kiosk_id as "kioskId", i.copies, i.pages,
            i.official, i.fee_yen as "feeYen", i.printing_yen as "printingYen", paid.amount_yen as "paidYen",
            i.requested_at as "requestedAt", last.state
       ${FROM} order by i.requested_at desc, i.transaction_id limit 200`,
    conditions(tx, search),
  )
}

export type Total = {
  readonly state: IssueState
  readonly transactions: number
  readonly copies: number
  readonly yen: number
}

export async function sumTransactions(tx: Tx, search: TransactionSearch): Promise<Total[]> {
  return await tx.sql<Total>(
    `select last.state, count(*)::integer as transactions, sum(i.copies)::integer as copies,
            coalesce(sum(paid.amount_yen) filter (where last.state <> 'refunded'), 0)::integer as yen
       ${FROM} group by last.state`,
    conditions(tx, search),
  )
}

export type StateOfTransaction = {
  readonly state: IssueState
  readonly at: Date
  readonly actor: string
  readonly amountYen: number | null
  readonly stage: string | null
  readonly reason: string | null
}

/** Oldest first. */
export async function listWholeWay(tx: Tx, transactionId: string): Promise<StateOfTransaction[]> {
  return await tx.sql<StateOfTransaction>(
    `select state, at, actor, amount_yen as "amountYen", stage, reason from certificates.issue_state
      where municipality_code = $1 and transaction_id = $2 order by position`,
    [tx.municipality, transactionId],
  )
}

export type ArtefactOfTransaction = {
  readonly sha256: string
  readonly build: string
  readonly builtAt: Date
  readonly fonts: { readonly name: string; readonly sha256: string }[]
  readonly keepUntil: PlainDate | null
}

export async function findArtefactOf(
  tx: Tx,
  transactionId: string,
  today: PlainDate,
): Promise<ArtefactOfTransaction | undefined> {
  const [row] = await tx.sql<ArtefactOfTransaction>(
    `select a.pdf_sha256 as sha256, a.build, a.built_at as "builtAt", a.fonts, k.keep_until as "keepUntil"
       from certificates.artefact a
       left join certificates.archive k
         on k.municipality_code = $1 and k.transaction_id = a.transaction_id and k.keep_until >= $3
      where a.municipality_code = $1 and a.transaction_id = $2`,
    [tx.municipality, transactionId, today],
  )
  return row
}
