import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { ApplicationId } from '../risai/risai.ts'
import type { HandoverKind, ResultKind } from './external-link.ts'

export type CountedKind = HandoverKind | 'results'

/** The next number of a kind of file, and the turn: whoever comes at the same time waits for this transaction. */
export async function takeNumber(tx: Tx, disasterId: DisasterId, kind: CountedKind): Promise<number> {
  await holdNumbers(tx, disasterId, kind)
  const [row] = await tx.sql<{ no: number }>(
    `update external_link.counter set last_no = last_no + 1
      where municipality_code = $1 and disaster_id = $2 and kind = $3 returning last_no as no`,
    [tx.municipality, disasterId, kind],
  )
  return row!.no
}

/** The turn alone. */
export async function holdNumbers(tx: Tx, disasterId: DisasterId, kind: CountedKind): Promise<void> {
  await tx.sql(
    `insert into external_link.counter (municipality_code, disaster_id, kind, last_no) values ($1, $2, $3, 0)
     on conflict do nothing`,
    [tx.municipality, disasterId, kind],
  )
  await tx.sql(
    `select last_no from external_link.counter
      where municipality_code = $1 and disaster_id = $2 and kind = $3 for update`,
    [tx.municipality, disasterId, kind],
  )
}

export type Handover = {
  readonly kind: HandoverKind
  readonly fileNo: number
  readonly rows: number
  readonly madeAt: Date
  readonly fetchedAt: Date | null
  readonly acknowledgedAt: Date | null
  readonly acknowledgedBy: string | null
}

const columns = `kind, file_no as "fileNo", rows, made_at as "madeAt", fetched_at as "fetchedAt",
  acknowledged_at as "acknowledgedAt", acknowledged_by as "acknowledgedBy"`

export async function insertHandover(
  tx: Tx,
  disasterId: DisasterId,
  { kind, fileNo, rows, madeAt }: Pick<Handover, 'kind' | 'fileNo' | 'rows' | 'madeAt'>,
  actor: string,
): Promise<void> {
  await tx.sql(
    `insert into external_link.handover (municipality_code, disaster_id, kind, file_no, rows, made_at, made_by)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [tx.municipality, disasterId, kind, fileNo, rows, madeAt, actor],
  )
}

/** The newest first. */
export async function listHandovers(tx: Tx, disasterId: DisasterId, limit: number): Promise<Handover[]> {
  return await tx.sql<Handover>(
    `select ${columns} from external_link.handover where municipality_code = $1 and disaster_id = $2
      order by made_at desc, kind, file_no desc limit $3`,
    [tx.municipality, disasterId, limit],
  )
}

export async function findHandover(
  tx: Tx,
  disasterId: DisasterId,
  kind: HandoverKind,
  fileNo: number,
): Promise<Handover | null> {
  const [row] = await tx.sql<Handover>(
    `select ${columns} from external_link.handover
      where municipality_code = $1 and disaster_id = $2 and kind = $3 and file_no = $4`,
    [tx.municipality, disasterId, kind, fileNo],
  )
  return row ?? null
}

/** The oldest file that the other system has not acknowledged. */
export async function firstUnacknowledged(
  tx: Tx,
  disasterId: DisasterId,
  kind: HandoverKind,
): Promise<Handover | null> {
  const [row] = await tx.sql<Handover>(
    `select ${columns} from external_link.handover
      where municipality_code = $1 and disaster_id = $2 and kind = $3 and acknowledged_at is null
      order by file_no limit 1`,
    [tx.municipality, disasterId, kind],
  )
  return row ?? null
}

export async function markFetched(
  tx: Tx,
  disasterId: DisasterId,
  kind: HandoverKind,
  fileNo: number,
  at: Date,
): Promise<void> {
  await tx.sql(
    `update external_link.handover set fetched_at = $5
      where municipality_code = $1 and disaster_id = $2 and kind = $3 and file_no = $4`,
    [tx.municipality, disasterId, kind, fileNo, at],
  )
}

/** The first acknowledgement stays. */
export async function acknowledge(
  tx: Tx,
  disasterId: DisasterId,
  kind: HandoverKind,
  fileNo: number,
  by: { readonly at: Date; readonly actor: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `update external_link.handover set acknowledged_at = $5, acknowledged_by = $6
      where municipality_code = $1 and disaster_id = $2 and kind = $3 and file_no = $4 and acknowledged_at is null
      returning file_no`,
    [tx.municipality, disasterId, kind, fileNo, by.at, by.actor],
  )
  return rows.length === 1
}

/** Puts what waits into a file, oldest first; answers how many lines it has. */
export async function fillWithApplications(
  tx: Tx,
  disasterId: DisasterId,
  fileNo: number,
  most: number,
): Promise<number> {
  const rows = await tx.sql(
    `insert into external_link.handover_row
       (municipality_code, disaster_id, kind, subject, version, file_no, line, form_no, ended)
     select $1, $2, 'applications', application_id::text, version, $3,
            1 + row_number() over (order by application_id), form_no, state <> 'accepted'
       from (select a.application_id, a.version, a.form_no, a.state from risai.pub_application a
              where ${waitingApplications} order by a.application_id limit $4) waiting
     returning line`,
    [tx.municipality, disasterId, fileNo, most],
  )
  return rows.length
}

export async function fillWithIssues(
  tx: Tx,
  disasterId: DisasterId,
  fileNo: number,
  most: number,
): Promise<number> {
  const rows = await tx.sql(
    `insert into external_link.handover_row
       (municipality_code, disaster_id, kind, subject, version, file_no, line, form_no, ended)
     select $1, $2, 'issues', transaction_id, version, $3,
            1 + row_number() over (order by at, transaction_id, version), null, version = 2
       from (${waitingIssues} order by at, transaction_id, version limit $4) waiting
     returning line`,
    [tx.municipality, disasterId, fileNo, most],
  )
  return rows.length
}

/** Of `risai.pub_application a`: accepted ones in a version not handed over, and ends of those that were. */
const waitingApplications = `a.municipality_code = $1 and a.disaster_id = $2
  and not exists (select 1 from external_link.handover_row h
                   where h.municipality_code = $1 and h.disaster_id = $2 and h.kind = 'applications'
                     and h.subject = a.application_id::text and h.version = a.version)
  and (a.state = 'accepted'
       or (a.state in ('rejected', 'withdrawn', 'joined', 'received')
           and exists (select 1 from external_link.handover_row h
                        where h.municipality_code = $1 and h.disaster_id = $2 and h.kind = 'applications'
                          and h.subject = a.application_id::text)))`

const waitingIssues = `select i.transaction_id, moment.version, moment.at
   from external_link.result r
   join certificates.pub_issue i on i.municipality_code = r.municipality_code and i.kind = r.kind
    and i.subject_id = r.result_id::text
  cross join lateral (values (1, i.printed_at), (2, i.withdrawn_at)) as moment (version, at)
  where r.municipality_code = $1 and r.disaster_id = $2 and moment.at is not null
    and not exists (select 1 from external_link.handover_row h
                     where h.municipality_code = $1 and h.disaster_id = $2 and h.kind = 'issues'
                       and h.subject = i.transaction_id and h.version = moment.version)`

export async function countWaiting(tx: Tx, disasterId: DisasterId): Promise<Record<HandoverKind, number>> {
  const [row] = await tx.sql<Record<HandoverKind, number>>(
    `select (select count(*)::int from risai.pub_application a where ${waitingApplications}) as applications,
            (select count(*)::int from (${waitingIssues}) waiting) as issues`,
    [tx.municipality, disasterId],
  )
  return row!
}

/** Lines of a file of applications. */
export async function listApplicationLines(
  tx: Tx,
  disasterId: DisasterId,
  fileNo: number,
): Promise<
  { applicationId: ApplicationId; version: number; formNo: number; line: number; ended: boolean }[]
> {
  return await tx.sql(
    `select subject::uuid as "applicationId", version, form_no as "formNo", line, ended
       from external_link.handover_row
      where municipality_code = $1 and disaster_id = $2 and kind = 'applications' and file_no = $3 order by line`,
    [tx.municipality, disasterId, fileNo],
  )
}

export type IssueLine = {
  readonly line: number
  readonly ended: boolean
  readonly transactionId: string
  readonly kind: ResultKind
  readonly applicationNo: string
  readonly serialNo: string
  readonly channel: 'counter' | 'kiosk'
  readonly kioskId: string | null
  readonly copies: number
  readonly printedAt: Date
  readonly withdrawnAt: Date | null
  readonly residentNo: string | null
  readonly nonResidentId: string | null
  /** Somebody of it is protected now: where and when the paper was taken is nobody's to know. */
  readonly suppressed: boolean
}

/** Lines of a file of issue results. */
export async function listIssueLines(tx: Tx, disasterId: DisasterId, fileNo: number): Promise<IssueLine[]> {
  return await tx.sql<IssueLine>(
    `select h.line, h.ended, i.transaction_id as "transactionId", r.kind, r.application_no as "applicationNo",
            r.serial_no as "serialNo", i.channel, i.kiosk_id as "kioskId", i.copies, i.printed_at as "printedAt",
            case when h.ended then i.withdrawn_at end as "withdrawnAt", first.resident_no as "residentNo",
            first.non_resident_id as "nonResidentId",
            exists (select 1 from external_link.result_person p
                     where p.municipality_code = $1 and p.result_id = r.result_id
                       and ledger.is_protected($1, p.resident_no, p.household_no, p.non_resident_id)) as suppressed
       from external_link.handover_row h
       join certificates.pub_issue i on i.municipality_code = h.municipality_code and i.transaction_id = h.subject
       join external_link.result r on r.municipality_code = h.municipality_code and r.result_id::text = i.subject_id
       join external_link.result_person first on first.municipality_code = r.municipality_code
        and first.result_id = r.result_id and first.position = 0
      where h.municipality_code = $1 and h.disaster_id = $2 and h.kind = 'issues' and h.file_no = $3
      order by h.line`,
    [tx.municipality, disasterId, fileNo],
  )
}
