import type { HouseholdNo, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { Guarded } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { NonResidentId, PersonRef } from '../ledger/ledger.ts'
import type { ApplicationId } from '../risai/risai.ts'
import type { EndedCause, ResultHead, ResultId, UploadMode } from './external-link.ts'
import { concealLine, resultKey, type LineError, type ResultLine } from './result-format.ts'

const SEALED = 'external_link.result.sealed'

/** Of `external_link.result r`. */
const plainColumns = `r.result_id as "resultId", r.disaster_id as "disasterId", r.kind,
  r.application_no as "applicationNo", r.version_no as "versionNo", r.upload_no as "uploadNo", r.outcome, r.grade,
  r.application_id as "applicationId", r.entry_id as "entryId", r.serial_no as "serialNo",
  r.issue_from as "issueFrom", r.made_at as "madeAt", r.ended_at as "endedAt", r.ended_cause as "endedCause"`
/** With the town as $1. */
const headColumns = `${plainColumns},
  exists (select 1 from external_link.result_person p
           where p.municipality_code = $1 and p.result_id = r.result_id
             and ledger.is_protected($1, p.resident_no, p.household_no, p.non_resident_id)) as suppressed`

export type UploadCounts = {
  readonly rows: number
  readonly added: number
  readonly changed: number
  readonly ended: number
  readonly unchanged: number
  readonly refused: number
}

export type Upload = {
  readonly uploadNo: number
  readonly mode: UploadMode
  readonly sha256: string
  readonly state: 'applied' | 'refused'
  readonly counts: UploadCounts
  readonly errors: readonly LineError[]
  readonly errorCount: number
  readonly at: Date
  readonly by: string
}

const uploadColumns = `upload_no as "uploadNo", mode, sha256, state, counts, errors, error_count as "errorCount", at,
  actor_label as "by"`

export async function insertUpload(
  tx: Tx,
  disasterId: DisasterId,
  upload: Upload,
  actor: string,
): Promise<void> {
  await tx.sql(
    `insert into external_link.upload (municipality_code, disaster_id, upload_no, mode, sha256, state, counts, errors,
       error_count, at, actor, actor_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      tx.municipality,
      disasterId,
      upload.uploadNo,
      upload.mode,
      upload.sha256,
      upload.state,
      JSON.stringify(upload.counts),
      JSON.stringify(upload.errors),
      upload.errorCount,
      upload.at,
      actor,
      upload.by,
    ],
  )
}

/** The newest first. */
export async function listUploads(tx: Tx, disasterId: DisasterId, limit: number): Promise<Upload[]> {
  return await tx.sql<Upload>(
    `select ${uploadColumns} from external_link.upload where municipality_code = $1 and disaster_id = $2
      order by upload_no desc limit $3`,
    [tx.municipality, disasterId, limit],
  )
}

export async function findUpload(tx: Tx, disasterId: DisasterId, uploadNo: number): Promise<Upload | null> {
  const [row] = await tx.sql<Upload>(
    `select ${uploadColumns} from external_link.upload
      where municipality_code = $1 and disaster_id = $2 and upload_no = $3`,
    [tx.municipality, disasterId, uploadNo],
  )
  return row ?? null
}

export type KnownApplication = {
  readonly applicationId: ApplicationId
  /** Everybody who stands in its form, and who applied. */
  readonly people: ReadonlySet<PersonRef>
  /** A 罹災証明書 of our own decision is in force. */
  readonly certified: boolean
}

/** Our applications of those numbers, with everybody who stands in their forms. */
export async function applicationsByNo(
  tx: Tx,
  disasterId: DisasterId,
  serialNos: readonly string[],
): Promise<Map<string, KnownApplication>> {
  const rows = await tx.sql<Omit<KnownApplication, 'people'> & { serialNo: string; people: PersonRef[] }>(
    `select a.serial_no as "serialNo", a.application_id as "applicationId",
            exists (select 1 from risai.pub_certificate c
                     where c.municipality_code = $1 and c.application_id = a.application_id
                       and c.withdrawn_at is null) as certified,
            array(select coalesce('R-' || p.resident_no, 'N-' || p.non_resident_id) from risai.pub_person p
                   where p.municipality_code = $1 and p.application_id = a.application_id
                     and (p.resident_no is not null or p.non_resident_id is not null)
                  union select a.applicant_ref) as people
       from risai.pub_application a
      where a.municipality_code = $1 and a.disaster_id = $2 and a.serial_no = any($3)`,
    [tx.municipality, disasterId, [...serialNos]],
  )
  return new Map(
    rows.map(({ serialNo, people, ...known }) => [serialNo, { ...known, people: new Set(people) }]),
  )
}

export type Standing = { readonly head: Omit<ResultHead, 'suppressed'>; readonly row: ResultLine }

/** Every result of a disaster in force, by `resultKey`. */
export async function standingResults(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
): Promise<Map<string, Standing>> {
  const rows = await tx.sql<Standing['head'] & { sealed: Buffer }>(
    `select ${plainColumns}, r.sealed from external_link.result r
      where r.municipality_code = $1 and r.disaster_id = $2 and r.ended_at is null`,
    [tx.municipality, disasterId],
  )
  return new Map(
    rows.map(({ sealed, ...head }) => [
      resultKey(head.kind, head.applicationNo),
      { head, row: JSON.parse(keys.open(SEALED, head.resultId, sealed)) as ResultLine },
    ]),
  )
}

export async function lastVersionNo(
  tx: Tx,
  disasterId: DisasterId,
  kind: string,
  applicationNo: string,
): Promise<number> {
  const [row] = await tx.sql<{ no: number }>(
    `select coalesce(max(version_no), 0) as no from external_link.result
      where municipality_code = $1 and disaster_id = $2 and kind = $3 and application_no = $4`,
    [tx.municipality, disasterId, kind, applicationNo],
  )
  return row!.no
}

export type ResultPerson = {
  readonly residentNo: ResidentNo | null
  readonly householdNo: HouseholdNo | null
  readonly nonResidentId: NonResidentId | null
}

export async function insertResult(
  tx: Tx,
  keys: Keys,
  head: Omit<ResultHead, 'suppressed' | 'endedAt' | 'endedCause'>,
  row: ResultLine,
  people: readonly ResultPerson[],
): Promise<void> {
  await tx.sql(
    `insert into external_link.result (municipality_code, result_id, disaster_id, kind, application_no, version_no,
       upload_no, outcome, grade, application_id, entry_id, serial_no, issue_from, made_at, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      tx.municipality,
      head.resultId,
      head.disasterId,
      head.kind,
      head.applicationNo,
      head.versionNo,
      head.uploadNo,
      head.outcome,
      head.grade,
      head.applicationId,
      head.entryId,
      head.serialNo,
      head.issueFrom,
      head.madeAt,
      keys.seal(SEALED, head.resultId, JSON.stringify(row)),
    ],
  )
  await tx.sql(
    `insert into external_link.result_person
       (municipality_code, result_id, position, resident_no, household_no, non_resident_id)
     select $1, $2, position, resident_no, household_no, non_resident_id
       from unnest($3::int[], $4::text[], $5::text[], $6::uuid[])
         as t (position, resident_no, household_no, non_resident_id)`,
    [
      tx.municipality,
      head.resultId,
      people.map((_, i) => i),
      people.map((one) => one.residentNo),
      people.map((one) => one.householdNo),
      people.map((one) => one.nonResidentId),
    ],
  )
}

/** Waits for an issue that is being frozen. */
export async function endResult(
  tx: Tx,
  resultId: ResultId,
  ended: { readonly at: Date; readonly cause: EndedCause },
): Promise<boolean> {
  const rows = await tx.sql(
    `update external_link.result set ended_at = $3, ended_cause = $4
      where municipality_code = $1 and result_id = $2 and ended_at is null returning result_id`,
    [tx.municipality, resultId, ended.at, ended.cause],
  )
  return rows.length === 1
}

/** Held against correction until the issue is committed. */
export async function holdResult(tx: Tx, resultId: string): Promise<ResultHead | null> {
  const [row] = await tx.sql<ResultHead>(
    `select ${headColumns} from external_link.result r
      where r.municipality_code = $1 and r.result_id = $2 for share of r`,
    [tx.municipality, resultId],
  )
  return row ?? null
}

export async function findResult(
  tx: Tx,
  keys: Keys,
  resultId: string,
): Promise<{ head: ResultHead; row: Guarded<ResultLine> } | null> {
  const [row] = await tx.sql<ResultHead & { sealed: Buffer; first: PersonRef }>(
    `select ${headColumns}, r.sealed, ${first} as first from external_link.result r
      where r.municipality_code = $1 and r.result_id = $2`,
    [tx.municipality, resultId],
  )
  return row ? closed(keys, row) : null
}

const first = `(select coalesce('R-' || p.resident_no, 'N-' || p.non_resident_id) from external_link.result_person p
  where p.municipality_code = $1 and p.result_id = r.result_id and p.position = 0)`

function closed(
  keys: Keys,
  { sealed, first: ref, ...head }: ResultHead & { sealed: Buffer; first: PersonRef },
): { head: ResultHead; row: Guarded<ResultLine> } {
  const row = JSON.parse(keys.open(SEALED, head.resultId, sealed)) as ResultLine
  const subject = { kind: ref.startsWith('R-') ? 'resident' : 'non-resident', id: ref.slice(2) } as const
  return { head, row: new Guarded(subject, head.suppressed, row, concealLine) }
}

/** Those in force, the newest first, after `after`. */
export async function listResults(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  wanted: {
    readonly applicationNo: string | null
    readonly after: string | null
    readonly limit: number
  },
): Promise<{ head: ResultHead; row: Guarded<ResultLine> }[]> {
  const rows = await tx.sql<ResultHead & { sealed: Buffer; first: PersonRef }>(
    `select ${headColumns}, r.sealed, ${first} as first from external_link.result r
      where r.municipality_code = $1 and r.disaster_id = $2
        and ($3::text is null or r.application_no = $3) and ($4::uuid is null or r.result_id < $4)
        and (r.ended_at is null or $3::text is not null)
      order by r.result_id desc limit $5`,
    [tx.municipality, disasterId, wanted.applicationNo, wanted.after, wanted.limit],
  )
  return rows.map((row) => closed(keys, row))
}

/** What a resident may take from a machine today. */
export async function issuableOf(
  tx: Tx,
  kind: string,
  residentNo: ResidentNo,
  today: PlainDate,
): Promise<{ resultId: ResultId; disasterId: DisasterId; serialNo: string }[]> {
  return await tx.sql(
    `select distinct r.result_id as "resultId", r.disaster_id as "disasterId", r.serial_no as "serialNo"
       from external_link.result r
       join external_link.result_person p on p.municipality_code = r.municipality_code and p.result_id = r.result_id
      where r.municipality_code = $1 and p.resident_no = $2 and r.kind = $3 and r.outcome = 'issuable'
        and r.ended_at is null and r.issue_from <= $4
      order by 1`,
    [tx.municipality, residentNo, kind, today],
  )
}

export async function peopleOf(tx: Tx, resultId: ResultId): Promise<ResidentNo[]> {
  const rows = await tx.sql<{ residentNo: ResidentNo }>(
    `select resident_no as "residentNo" from external_link.result_person
      where municipality_code = $1 and result_id = $2 and resident_no is not null order by position`,
    [tx.municipality, resultId],
  )
  return rows.map(({ residentNo }) => residentNo)
}
