import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { PayoutReason, TransactionState } from './center.ts'

/** Readings of operators across towns, machines and transactions. */

export type TownCounts = {
  readonly municipalityCode: MunicipalityCode
  readonly transactions: number
  readonly printed: number
  readonly copies: number
  readonly aborted: number
}

/** Transactions begun since then, by town. */
export async function countTransactions(tx: Tx, since: Date): Promise<TownCounts[]> {
  return await tx.sql<TownCounts>(
    `select t.municipality_code as "municipalityCode", count(*)::int as transactions,
            count(*) filter (where l.state = 'printed')::int as printed,
            coalesce(sum(t.copies) filter (where l.state = 'printed'), 0)::int as copies,
            count(*) filter (where l.state in ('aborted', 'refunded'))::int as aborted
       from center.transaction t
       cross join lateral (select s.state from center.transaction_state s
          where s.transaction_id = t.transaction_id order by s.position desc limit 1) l
      where t.requested_at >= $1 group by t.municipality_code`,
    [since],
  )
}

export type TownMachines = {
  readonly municipalityCode: MunicipalityCode
  readonly kiosks: number
  readonly inUse: number
}

/** Machines with a key that counts, by the town they stand in. @param since touched later = somebody stands there */
export async function countMachines(tx: Tx, since: Date): Promise<TownMachines[]> {
  return await tx.sql<TownMachines>(
    `select p.municipality_code as "municipalityCode", count(*)::int as kiosks,
            count(n.session_id)::int as "inUse"
       from center.kiosk k join center.store p using (store_id)
       join center.kiosk_key y on y.kiosk_id = k.kiosk_id and y.revoked_at is null
       left join center.session n on n.kiosk_id = k.kiosk_id and n.ended_at is null and n.last_seen_at >= $1
      where k.revoked_at is null group by p.municipality_code`,
    [since],
  )
}

export type IssuerHealth = {
  readonly endpoint: string
  readonly answeredAt: Date | null
  readonly failingSince: Date | null
  readonly clockAheadMs: number | null
  readonly build: string | null
}

export async function listHealth(tx: Tx): Promise<IssuerHealth[]> {
  return await tx.sql<IssuerHealth>(
    `select endpoint, answered_at as "answeredAt", failing_since as "failingSince",
            clock_ahead_ms as "clockAheadMs", build from center.issuer_health order by endpoint`,
  )
}

export type OpenReach = { readonly scope: string; readonly scopeKey: string }

/** Stops that stand and maintenance under way, of every kind of certificate. */
export async function listClosing(
  tx: Tx,
  at: Date,
): Promise<{ readonly stops: OpenReach[]; readonly maintenance: OpenReach[] }> {
  const stops = await tx.sql<OpenReach>(
    `select scope, scope_key as "scopeKey" from center.stop where lifted_at is null`,
  )
  const maintenance = await tx.sql<OpenReach>(
    `select scope, scope_key as "scopeKey" from center.maintenance
      where cancelled_at is null and from_at <= $1 and until_at > $1`,
    [at],
  )
  return { stops, maintenance }
}

/** Open incidents: how many, by town; and since when JPKI cannot be asked. */
export async function countIncidents(
  tx: Tx,
): Promise<{ readonly byTown: ReadonlyMap<string | null, number>; readonly jpkiAwaySince: Date | null }> {
  const rows = await tx.sql<{ code: string | null; count: number; jpki: Date | null }>(
    `select municipality_code as code, count(*)::int as count,
            min(opened_at) filter (where kind = 'jpki-away' and ended_at is null) as jpki
       from center.incident i
      where acknowledged_at is null or exists (select 1 from center.incident_stop n join center.stop s using (stop_id)
              where n.incident_id = i.incident_id and s.lifted_at is null)
      group by municipality_code`,
  )
  const jpki = rows.find((row) => row.jpki !== null)?.jpki ?? null
  return { byTown: new Map(rows.map(({ code, count }) => [code, count])), jpkiAwaySince: jpki }
}

export async function countOwed(tx: Tx): Promise<{ readonly owed: number; readonly owedYen: number }> {
  const [row] = await tx.sql<{ owed: number; owedYen: number }>(
    `select count(*)::int as owed, coalesce(sum(yen), 0)::int as "owedYen" from center.payout where handed_at is null`,
  )
  return row ?? { owed: 0, owedYen: 0 }
}

export type TransactionLine = {
  readonly transactionId: string
  readonly requestedAt: Date
  readonly municipalityCode: MunicipalityCode
  readonly town: string | null
  readonly kind: string
  readonly issuer: 'bcl' | 'own'
  readonly endpoint: string
  readonly kioskId: string
  readonly kiosk: string
  readonly place: string
  readonly copies: number
  readonly state: TransactionState
  readonly stateAt: Date
  readonly totalYen: number | null
  readonly owedYen: number
}

const lineColumns = `t.transaction_id as "transactionId", t.requested_at as "requestedAt",
  t.municipality_code as "municipalityCode", w.name as town, t.kind, t.issuer, t.endpoint, t.kiosk_id as "kioskId",
  k.name as kiosk, k.place, t.copies, l.state, l.at as "stateAt", q.total_yen as "totalYen",
  coalesce((select sum(p.yen) from center.payout p
     where p.transaction_id = t.transaction_id and p.handed_at is null), 0)::int as "owedYen"`
const lineTables = `center.transaction t
  cross join lateral (select s.state, s.at from center.transaction_state s
     where s.transaction_id = t.transaction_id order by s.position desc limit 1) l
  join center.kiosk k on k.kiosk_id = t.kiosk_id
  left join center.town w on w.municipality_code = t.municipality_code
  left join center.quote q on q.transaction_id = t.transaction_id`

/** The newest first. */
export async function listTransactions(
  tx: Tx,
  asked: {
    readonly municipalityCode?: string | undefined
    readonly kioskId?: string | undefined
    readonly state?: string | undefined
    readonly before?: string | undefined
    readonly limit: number
  },
): Promise<TransactionLine[]> {
  return await tx.sql<TransactionLine>(
    `select ${lineColumns} from ${lineTables}
      where ($1::text is null or t.municipality_code = $1) and ($2::text is null or t.kiosk_id = $2)
        and ($3::text is null or l.state = $3)
        and ($4::text is null or (t.requested_at, t.transaction_id) <
              (select b.requested_at, b.transaction_id from center.transaction b where b.transaction_id = $4))
      order by t.requested_at desc, t.transaction_id desc limit $5`,
    [
      asked.municipalityCode ?? null,
      asked.kioskId ?? null,
      asked.state ?? null,
      asked.before ?? null,
      asked.limit,
    ],
  )
}

export async function findTransaction(tx: Tx, transactionId: string): Promise<TransactionLine | undefined> {
  const [row] = await tx.sql<TransactionLine>(
    `select ${lineColumns} from ${lineTables} where t.transaction_id = $1`,
    [transactionId],
  )
  return row
}

export type PassedState = {
  readonly state: TransactionState
  readonly at: Date
  readonly reason: string | null
  readonly told: boolean
}

export async function listPassed(tx: Tx, transactionId: string): Promise<PassedState[]> {
  return await tx.sql<PassedState>(
    `select state, at, reason, told_at is not null as told from center.transaction_state
      where transaction_id = $1 order by position`,
    [transactionId],
  )
}

export type PayoutRow = {
  readonly reason: PayoutReason
  readonly yen: number
  readonly decidedAt: Date
  readonly handedAt: Date | null
}

export async function listPayouts(tx: Tx, transactionId: string): Promise<PayoutRow[]> {
  return await tx.sql<PayoutRow>(
    `select reason, yen, decided_at as "decidedAt", handed_at as "handedAt" from center.payout
      where transaction_id = $1 order by decided_at, reason`,
    [transactionId],
  )
}

export async function listIncidentIds(tx: Tx, transactionId: string): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    `select distinct incident_id as id from center.incident_event where transaction_id = $1 order by incident_id`,
    [transactionId],
  )
  return rows.map((row) => row.id)
}
