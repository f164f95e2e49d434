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

export async function findSlip(tx: Tx, transactionId: string): Promise<Slip | undefined> {
  const [row] = await tx.sql<Slip>(
    `select ${SLIP} from certificates.slip s where s.municipality_code = $1 and s.transaction_id = $2`,
    [tx.municipality, transactionId],
  )
  return row
}

/** The next number of the day; of two at once one waits for the other or is tried again. */
export async function takeNumber(tx: Tx, onDate: PlainDate): Promise<number> {
  const [row] = await tx.sql<{ lastNo: number }>(
    `insert into certificates.slip_day as d (municipality_code, on_date, last_no) values ($1, $2, 1)
     on conflict (municipality_code, on_date) do update set last_no = d.last_no + 1 returning last_no as "lastNo"`,
    [tx.municipality, onDate],
  )
  return row!.lastNo
}

export async function insertSlip(tx: Tx, transactionId: string, slip: Omit<Slip, 'insideAt'>): Promise<void> {
  await tx.sql(
    `insert into certificates.slip (municipality_code, transaction_id, on_date, slip_no, started_at, accepted_at, until_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [tx.municipality, transactionId, slip.onDate, slip.slipNo, slip.startedAt, slip.acceptedAt, slip.untilAt],
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
      where s.municipality_code = $1
        and (last.state in ('delivered', 'paid') or (s.on_date = $2 and
              (last.state = 'printed' or (last.state = 'aborted' and s.inside_at is not null))))
      order by s.on_date, s.slip_no`,
    [tx.municipality, onDate],
  )
}
