import type { HouseholdNo, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { Guarded } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { EntryId, NonResidentId, PersonRef } from '../ledger/ledger.ts'
import { concealReport, type ReportForm, type ReportId, type ReportState } from './reports.ts'

const SEALED = 'risai.report.sealed'
const WITHDRAWN = 'risai.report.withdrawn_reason'

/** What is known of a report without opening anybody's data. */
export type ReportHead = {
  readonly reportId: ReportId
  readonly disasterId: DisasterId
  readonly entryId: EntryId
  readonly applicantRef: PersonRef
  /** `null` = 住登外者 */
  readonly residentNo: ResidentNo | null
  /** `null` until 受理. */
  readonly serialNo: string | null
  readonly state: ReportState
  readonly version: number
  readonly notifiedOn: PlainDate
  readonly receivedAt: Date
  readonly acceptedAt: Date | null
  /** Who notified is protected now. */
  readonly suppressed: boolean
}

const columns = `r.report_id as "reportId", r.disaster_id as "disasterId", r.entry_id as "entryId",
  r.applicant_ref as "applicantRef", r.resident_no as "residentNo", r.serial_no as "serialNo", r.state, r.version,
  r.notified_on as "notifiedOn", r.received_at as "receivedAt", r.accepted_at as "acceptedAt",
  ledger.is_protected($1, r.resident_no, r.household_no, r.non_resident_id) as suppressed`

export async function insertReport(
  tx: Tx,
  keys: Keys,
  report: Pick<
    ReportHead,
    'reportId' | 'disasterId' | 'entryId' | 'applicantRef' | 'residentNo' | 'notifiedOn' | 'receivedAt'
  > & { readonly householdNo: HouseholdNo | null; readonly nonResidentId: NonResidentId | null },
  form: ReportForm,
  receivedBy: string,
): Promise<void> {
  await tx.sql(
    `insert into risai.report (municipality_code, report_id, disaster_id, entry_id, applicant_ref, resident_no,
       household_no, non_resident_id, state, version, notified_on, received_at, received_by, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'received', 1, $9, $10, $11, $12)`,
    [
      tx.municipality,
      report.reportId,
      report.disasterId,
      report.entryId,
      report.applicantRef,
      report.residentNo,
      report.householdNo,
      report.nonResidentId,
      report.notifiedOn,
      report.receivedAt,
      receivedBy,
      keys.seal(SEALED, report.reportId, JSON.stringify(form)),
    ],
  )
}

/** 受理, if nobody did anything to it since: the row's lock decides of two. */
export async function acceptReport(
  tx: Tx,
  seen: { readonly reportId: ReportId; readonly version: number },
  given: { readonly serialNo: string; readonly at: Date; readonly by: string },
): Promise<ReportHead | null> {
  const [row] = await tx.sql<ReportHead>(
    `update risai.report r
        set version = version + 1, state = 'accepted', serial_no = $4, accepted_at = $5, accepted_by = $6
      where r.municipality_code = $1 and r.report_id = $2 and r.version = $3 and r.state = 'received'
      returning ${columns}`,
    [tx.municipality, seen.reportId, seen.version, given.serialNo, given.at, given.by],
  )
  return row ?? null
}

export async function withdrawReport(
  tx: Tx,
  keys: Keys,
  seen: { readonly reportId: ReportId; readonly version: number },
  reason: string,
): Promise<ReportHead | null> {
  const [row] = await tx.sql<ReportHead>(
    `update risai.report r set version = version + 1, state = 'withdrawn', withdrawn_reason = $4
      where r.municipality_code = $1 and r.report_id = $2 and r.version = $3 and r.state in ('received', 'accepted')
      returning ${columns}`,
    [tx.municipality, seen.reportId, seen.version, keys.seal(WITHDRAWN, seen.reportId, reason)],
  )
  return row ?? null
}

export async function findReportHead(tx: Tx, reportId: ReportId): Promise<ReportHead | null> {
  const [row] = await tx.sql<ReportHead>(
    `select ${columns} from risai.report r where r.municipality_code = $1 and r.report_id = $2`,
    [tx.municipality, reportId],
  )
  return row ?? null
}

/** The report, held against withdrawal until the transaction ends. */
export async function holdReport(tx: Tx, reportId: ReportId): Promise<ReportHead | null> {
  const [row] = await tx.sql<ReportHead>(
    `select ${columns} from risai.report r where r.municipality_code = $1 and r.report_id = $2 for share of r`,
    [tx.municipality, reportId],
  )
  return row ?? null
}

/** The words of one report, closed together. */
export type ReportWords = { readonly form: ReportForm; readonly withdrawnReason: string | null }
type Found = { readonly head: ReportHead; readonly words: Guarded<ReportWords> }
type Row = ReportHead & { readonly sealed: Buffer; readonly reason: Buffer | null }

function opened(keys: Keys, { sealed, reason, ...head }: Row): Found {
  const { reportId, suppressed } = head
  const words: ReportWords = {
    form: JSON.parse(keys.open(SEALED, reportId, sealed)) as ReportForm,
    withdrawnReason: reason ? keys.open(WITHDRAWN, reportId, reason) : null,
  }
  const conceal = ({ form }: ReportWords): ReportWords => ({
    form: concealReport(form),
    withdrawnReason: null,
  })
  return { head, words: new Guarded({ kind: 'report', id: reportId }, suppressed, words, conceal) }
}

export async function findReport(tx: Tx, keys: Keys, reportId: ReportId): Promise<Found | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns}, r.sealed, r.withdrawn_reason as reason from risai.report r
      where r.municipality_code = $1 and r.report_id = $2`,
    [tx.municipality, reportId],
  )
  return row ? opened(keys, row) : null
}

/** Newest first, after `after`. */
export async function listReports(
  tx: Tx,
  keys: Keys,
  wanted: {
    readonly disasterId: DisasterId
    readonly state: ReportState | null
    readonly applicantRef: PersonRef | null
    readonly after: string | null
    readonly limit: number
  },
): Promise<Found[]> {
  const rows = await tx.sql<Row>(
    `select ${columns}, r.sealed, r.withdrawn_reason as reason from risai.report r
      where r.municipality_code = $1 and r.disaster_id = $2
        and ($3::text is null or r.state = $3)
        and ($4::text is null or r.applicant_ref = $4)
        and ($5::uuid is null or r.report_id < $5)
      order by r.report_id desc limit $6`,
    [tx.municipality, wanted.disasterId, wanted.state, wanted.applicantRef, wanted.after, wanted.limit],
  )
  return rows.map((row) => opened(keys, row))
}

/** Accepted reports of this person, newest first. */
export async function acceptedReportsOf(tx: Tx, residentNo: ResidentNo): Promise<ReportHead[]> {
  return await tx.sql<ReportHead>(
    `select ${columns} from risai.report r
      where r.municipality_code = $1 and r.resident_no = $2 and r.state = 'accepted'
      order by r.accepted_at desc, r.report_id`,
    [tx.municipality, residentNo],
  )
}
