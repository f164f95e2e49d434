import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import type { IssueState } from './certificates.ts'

export type Slip = {
  readonly slipNo: number
  readonly onDate: PlainDate
  readonly startedAt: Date
  readonly acceptedAt: Date
  readonly untilAt: Date
  readonly insideAt: Date | null
}

export type WaitingSlip = Slip & {
  readonly transactionId: string
  readonly kind: CertificateKindCode
  readonly kioskId: string | null
  readonly copies: number
  readonly pages: number
  readonly feeYen: number
  readonly state: IssueState
  readonly stateAt: Date
  readonly actor: string
  readonly reason: string | null
}

const SLIP = `s.slip_no as "slipNo", s.on_date as "onDate", s.started_at as "startedAt", s.accepted_at as "acceptedAt",
  s.until_at as "untilAt", s.inside_at as "insideAt"`

/** `undefined` also before it has its number. */
export async function findSlip(tx: Tx, transactionId: string): Promise<Slip | undefined> {
  const [row] = await tx.sql<Slip>(
    `select ${SLIP} from certificates.slip s
      where s.municipality_code = $1 and s.transaction_id = $2 and s.slip_no is not null`,
    [tx.municipality, transactionId],
  )
  return row
}

/** Begun at the terminal, without a number yet; told again, the first time stands. */
export async function insertSlip(tx: Tx, transactionId: string, startedAt: Date): Promise<void> {
  await tx.sql(
    `insert into certificates.slip (municipality_code, transaction_id, started_at) values ($1, $2, $3)
     on conflict do nothing`,
    [tx.municipality, transactionId, startedAt],
  )
}

/** Whether the issue is handed over by staff; `unnumbered`: its slip has no number yet. */
export async function slipStanding(
  tx: Tx,
  transactionId: string,
): Promise<'none' | 'unnumbered' | 'numbered'> {
  const [row] = await tx.sql<{ numbered: boolean }>(
    `select slip_no is not null as numbered from certificates.slip
      where municipality_code = $1 and transaction_id = $2`,
    [tx.municipality, transactionId],
  )
  return row === undefined ? 'none' : row.numbered ? 'numbered' : 'unnumbered'
}

/** Locks a slip that waits for its number; false when it has one or there is none. */
export async function lockUnnumbered(tx: Tx, transactionId: string): Promise<boolean> {
  const rows = await tx.sql(
    `select 1 from certificates.slip
      where municipality_code = $1 and transaction_id = $2 and slip_no is null for update`,
    [tx.municipality, transactionId],
  )
  return rows.length === 1
}

/** The next number of the day; of two at once one waits for the other. */
export async function takeNumber(tx: Tx, onDate: PlainDate): Promise<number> {
  const [row] = await tx.sql<{ lastNo: number }>(
    `insert into certificates.slip_day as d (municipality_code, on_date, last_no) values ($1, $2, 1)
     on conflict (municipality_code, on_date) do update set last_no = d.last_no + 1 returning last_no as "lastNo"`,
    [tx.municipality, onDate],
  )
  return row!.lastNo
}

export async function setNumber(
  tx: Tx,
  transactionId: string,
  { slipNo, onDate, acceptedAt, untilAt }: Pick<Slip, 'slipNo' | 'onDate' | 'acceptedAt' | 'untilAt'>,
): Promise<void> {
  await tx.sql(
    `update certificates.slip set on_date = $3, slip_no = $4, accepted_at = $5, until_at = $6
      where municipality_code = $1 and transaction_id = $2`,
    [tx.municipality, transactionId, onDate, slipNo, acceptedAt, untilAt],
  )
}

/** The paper lies inside; told again, the first time stands. */
export async function setInside(tx: Tx, transactionId: string, at: Date): Promise<void> {
  await tx.sql(
    `update certificates.slip set inside_at = $3
      where municipality_code = $1 and transaction_id = $2 and inside_at is null`,
    [tx.municipality, transactionId, at],
  )
}

/** Those of the day that came to paper, and older ones that still wait; by number. */
export async function listSlips(tx: Tx, onDate: PlainDate): Promise<WaitingSlip[]> {
  return await tx.sql<WaitingSlip>(
    `select i.transaction_id as "transactionId", i.kind, i.kiosk_id as "kioskId", i.copies, i.pages, i.fee_yen as "feeYen",
            last.state, last.at as "stateAt", last.actor, last.reason, ${SLIP}
       from certificates.slip s
       join certificates.issue i on i.municipality_code = $1 and i.transaction_id = s.transaction_id
       cross join lateral (select t.state, t.at, t.actor, t.reason from certificates.issue_state t
          where t.municipality_code = $1 and t.transaction_id = s.transaction_id order by t.position desc limit 1) last
      where s.municipality_code = $1 and s.slip_no is not null
        and (last.state in ('delivered', 'paid') or (s.on_date = $2 and
              (last.state = 'printed' or (last.state = 'aborted' and s.inside_at is not null))))
      order by s.on_date, s.slip_no`,
    [tx.municipality, onDate],
  )
}
