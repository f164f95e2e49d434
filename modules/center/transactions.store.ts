import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Payout, PayoutReason, Stage, TransactionState } from './center.ts'

export type Transaction = {
  readonly transactionId: string
  readonly sessionId: string
  readonly kioskId: string
  readonly requestId: string
  readonly municipalityCode: MunicipalityCode
  readonly kind: string
  readonly issuer: 'bcl' | 'own'
  readonly endpoint: string
  readonly copies: number
}

export type Quote = {
  readonly pages: number
  readonly feeYen: number
  readonly printingYen: number
  readonly totalYen: number
}

/** All that is known of a transaction. */
export type Standing = Transaction & {
  /** In order; the last is the present one. */
  readonly passed: readonly TransactionState[]
  readonly state: TransactionState
  /** `null` = not quoted yet. */
  readonly quote: Quote | null
  /** What lay in the slot for it, all coins together. */
  readonly insertedYen: number
  /** Of the document; `null` = not built. */
  readonly pdfSha256: string | null
}

const columns = `transaction_id as "transactionId", session_id as "sessionId", kiosk_id as "kioskId",
  request_id as "requestId", municipality_code as "municipalityCode", kind, issuer, endpoint, copies`

/** False when the session asked with that request id before. */
export async function insertTransaction(tx: Tx, row: Transaction, at: Date): Promise<boolean> {
  const rows = await tx.sql(
    `insert into center.transaction
       (transaction_id, session_id, kiosk_id, request_id, municipality_code, kind, issuer, endpoint, copies, requested_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (session_id, request_id) do nothing
     returning transaction_id`,
    [
      row.transactionId,
      row.sessionId,
      row.kioskId,
      row.requestId,
      row.municipalityCode,
      row.kind,
      row.issuer,
      row.endpoint,
      row.copies,
      at,
    ],
  )
  return rows.length === 1
}

export async function listTransactionIds(tx: Tx, sessionId: string): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    'select transaction_id as id from center.transaction where session_id = $1 order by requested_at',
    [sessionId],
  )
  return rows.map((row) => row.id)
}

export async function findStanding(tx: Tx, transactionId: string): Promise<Standing | undefined> {
  type Row = Transaction &
    Pick<Standing, 'passed' | 'insertedYen' | 'pdfSha256'> & { [Part in keyof Quote]: Quote[Part] | null }
  const [row] = await tx.sql<Row>(
    `select ${columns}, q.pages, q.fee_yen as "feeYen", q.printing_yen as "printingYen", q.total_yen as "totalYen",
            array(select s.state from center.transaction_state s
                   where s.transaction_id = $1 order by s.position) as passed,
            (select s.pdf_sha256 from center.transaction_state s
              where s.transaction_id = $1 and s.pdf_sha256 is not null order by s.position limit 1) as "pdfSha256",
            (select coalesce(sum(c.yen), 0)::int from center.coin c where c.transaction_id = $1) as "insertedYen"
       from center.transaction t left join center.quote q using (transaction_id) where t.transaction_id = $1`,
    [transactionId],
  )
  if (!row) return undefined
  const { pages, feeYen, printingYen, totalYen, ...rest } = row
  const state = rest.passed.at(-1)
  if (!state) throw new Error('a transaction without a state')
  const quote =
    pages === null || feeYen === null || printingYen === null || totalYen === null
      ? null
      : { pages, feeYen, printingYen, totalYen }
  return { ...rest, state, quote }
}

export async function insertQuote(tx: Tx, transactionId: string, quote: Quote): Promise<void> {
  await tx.sql(
    `insert into center.quote (transaction_id, pages, fee_yen, printing_yen, total_yen) values ($1, $2, $3, $4, $5)`,
    [transactionId, quote.pages, quote.feeYen, quote.printingYen, quote.totalYen],
  )
}

export type StateRow = {
  readonly state: TransactionState
  readonly at: Date
  readonly stage?: Stage
  readonly reason?: string
  readonly pdfSha256?: string
  /** Whether the issuing server must still be told. */
  readonly toTell: boolean
}

export async function appendState(tx: Tx, transactionId: string, row: StateRow): Promise<void> {
  await tx.sql(
    `insert into center.transaction_state (transaction_id, position, state, at, stage, reason, pdf_sha256, told_at)
     select $1, coalesce(max(position), 0) + 1, $2, $3, $4, $5, $6, $7
       from center.transaction_state where transaction_id = $1`,
    [
      transactionId,
      row.state,
      row.at,
      row.stage ?? null,
      row.reason ?? null,
      row.pdfSha256 ?? null,
      row.toTell ? null : row.at,
    ],
  )
}

export type Untold = {
  readonly transactionId: string
  readonly state: TransactionState
  readonly stage: Stage | null
  readonly reason: string | null
  readonly endpoint: string
}

/** What issuing servers have not acknowledged yet, oldest first; of one transaction, or of all. */
export async function listUntold(tx: Tx, transactionId: string | null): Promise<Untold[]> {
  return await tx.sql<Untold>(
    `select s.transaction_id as "transactionId", s.state, s.stage, s.reason, t.endpoint
       from center.transaction_state s join center.transaction t using (transaction_id)
      where s.told_at is null and ($1::text is null or s.transaction_id = $1) order by s.at, s.position limit 200`,
    [transactionId],
  )
}

export async function setTold(
  tx: Tx,
  transactionId: string,
  state: TransactionState,
  answer: string,
  at: Date,
): Promise<void> {
  await tx.sql(
    `update center.transaction_state set told_at = $3, told_answer = $4
      where transaction_id = $1 and state = $2 and told_at is null`,
    [transactionId, state, at, answer],
  )
}

/** Another transaction for which the same bytes came; `undefined` = none, as it must be: each carries its own number. */
export async function findSameDocument(
  tx: Tx,
  transactionId: string,
  pdfSha256: string,
): Promise<OtherTransaction | undefined> {
  const [row] = await tx.sql<OtherTransaction>(
    `select t.transaction_id as "transactionId", t.municipality_code as "municipalityCode"
       from center.transaction_state s join center.transaction t using (transaction_id)
      where s.pdf_sha256 = $2 and s.transaction_id <> $1 limit 1`,
    [transactionId, pdfSha256],
  )
  return row
}

export type OtherTransaction = {
  readonly transactionId: string
  readonly municipalityCode: MunicipalityCode
}

/** Those of the ids that are transactions of ours. */
export async function listKnown(tx: Tx, ids: readonly string[]): Promise<OtherTransaction[]> {
  return await tx.sql<OtherTransaction>(
    `select transaction_id as "transactionId", municipality_code as "municipalityCode"
       from center.transaction where transaction_id = any($1::text[])`,
    [ids],
  )
}

/** Adds a coin that was not told before. */
export async function insertCoin(
  tx: Tx,
  transactionId: string,
  coin: { readonly coinNo: number; readonly yen: number; readonly at: Date },
): Promise<void> {
  await tx.sql('insert into center.coin (transaction_id, coin_no, yen, at) values ($1, $2, $3, $4)', [
    transactionId,
    coin.coinNo,
    coin.yen,
    coin.at,
  ])
}

/** What that coin was told to be before; `undefined` = it is new. */
export async function findCoin(tx: Tx, transactionId: string, coinNo: number): Promise<number | undefined> {
  const [row] = await tx.sql<{ yen: number }>(
    'select yen from center.coin where transaction_id = $1 and coin_no = $2',
    [transactionId, coinNo],
  )
  return row?.yen
}

export async function insertPayout(tx: Tx, transactionId: string, payout: Payout, at: Date): Promise<void> {
  await tx.sql(
    `insert into center.payout (transaction_id, reason, yen, decided_at) values ($1, $2, $3, $4) on conflict do nothing`,
    [transactionId, payout.reason, payout.yen, at],
  )
}

export type OwedPayout = Payout & { readonly transactionId: string }

/** What the machine has not given out yet, of one session or of all that stood at it. */
export async function listOwed(tx: Tx, of: { kioskId: string; sessionId?: string }): Promise<OwedPayout[]> {
  return await tx.sql<OwedPayout>(
    `select p.transaction_id as "transactionId", p.reason, p.yen from center.payout p
       join center.transaction t using (transaction_id)
      where t.kiosk_id = $1 and ($2::uuid is null or t.session_id = $2) and p.handed_at is null
      order by p.decided_at, p.transaction_id, p.reason`,
    [of.kioskId, of.sessionId ?? null],
  )
}

/** False when there is no such payout of that machine. */
export async function setHanded(
  tx: Tx,
  payout: { readonly kioskId: string; readonly transactionId: string; readonly reason: PayoutReason },
  at: Date,
): Promise<boolean> {
  const rows = await tx.sql(
    `update center.payout p set handed_at = coalesce(p.handed_at, $4) from center.transaction t
      where p.transaction_id = $2 and p.reason = $3 and t.transaction_id = p.transaction_id and t.kiosk_id = $1
     returning p.transaction_id`,
    [payout.kioskId, payout.transactionId, payout.reason, at],
  )
  return rows.length === 1
}
