import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import type {
  ApplicationId,
  CertificateId,
  Decision,
  Grading,
  RisaiCertificate,
  WithdrawnCause,
} from './risai.ts'

const GRADING = 'risai.grading.sealed'
const REASON = 'risai.decision.reason'
const WITHDRAWN = 'risai.certificate.withdrawn_reason'

/** Appends a grading and answers its number. The application's row is locked by the caller's move. */
export async function insertGrading(
  tx: Tx,
  keys: Keys,
  applicationId: ApplicationId,
  grading: Omit<Grading, 'gradingNo'>,
  actor: string,
): Promise<number> {
  const gradingNo = (await latestGrading(tx, applicationId))?.gradingNo ?? 0
  const { surveyors, note } = grading
  const next = gradingNo + 1
  await tx.sql(
    `insert into risai.grading (municipality_code, application_id, grading_no, grade, surveyed_on, method, sealed,
       graded_at, graded_by, graded_by_label, resurvey_id, same_as, task_id, adopted)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      tx.municipality,
      applicationId,
      next,
      grading.grade,
      grading.surveyedOn,
      grading.method,
      keys.seal(GRADING, `${applicationId}|${next}`, JSON.stringify({ surveyors, note })),
      grading.gradedAt,
      actor,
      grading.gradedBy,
      grading.resurveyId,
      grading.sameAs,
      grading.taskId,
      grading.adopted,
    ],
  )
  return next
}

/** `grader`: as `actorName` names people. */
type LatestGrading = {
  readonly gradingNo: number
  readonly grade: DamageGrade
  readonly grader: string
}

export async function latestGrading(tx: Tx, applicationId: ApplicationId): Promise<LatestGrading | null> {
  const [row] = await tx.sql<LatestGrading>(
    `select grading_no as "gradingNo", grade, graded_by as grader from risai.grading
      where municipality_code = $1 and application_id = $2 order by grading_no desc limit 1`,
    [tx.municipality, applicationId],
  )
  return row ?? null
}

/** Newest first. The note of a protected application stays closed. */
export async function listGradings(
  tx: Tx,
  keys: Keys,
  applicationId: ApplicationId,
  suppressed: boolean,
): Promise<Grading[]> {
  const rows = await tx.sql<Omit<Grading, 'surveyors' | 'note'> & { sealed: Buffer }>(
    `select grading_no as "gradingNo", grade, surveyed_on as "surveyedOn", method, sealed, graded_at as "gradedAt",
            graded_by_label as "gradedBy", resurvey_id as "resurveyId", same_as as "sameAs", task_id as "taskId", adopted
       from risai.grading where municipality_code = $1 and application_id = $2 order by grading_no desc`,
    [tx.municipality, applicationId],
  )
  return rows.map(({ sealed, ...row }) => {
    const words = JSON.parse(keys.open(GRADING, `${applicationId}|${row.gradingNo}`, sealed)) as Pick<
      Grading,
      'surveyors' | 'note'
    >
    return { ...row, surveyors: words.surveyors, note: suppressed ? '' : words.note }
  })
}

/** Appends a decision and answers its number. The application's row is locked by the caller's move. */
export async function insertDecision(
  tx: Tx,
  keys: Keys,
  applicationId: ApplicationId,
  decision: Omit<Decision, 'decisionNo'>,
  actor: string,
): Promise<number> {
  const [last] = await tx.sql<{ no: number }>(
    `select coalesce(max(decision_no), 0)::int as no from risai.decision
      where municipality_code = $1 and application_id = $2`,
    [tx.municipality, applicationId],
  )
  const next = last!.no + 1
  await tx.sql(
    `insert into risai.decision (municipality_code, application_id, decision_no, grading_no, outcome, reason, decided_at,
       decided_by, decided_by_label) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tx.municipality,
      applicationId,
      next,
      decision.gradingNo,
      decision.outcome,
      keys.seal(REASON, `${applicationId}|${next}`, decision.reason),
      decision.decidedAt,
      actor,
      decision.decidedBy,
    ],
  )
  return next
}

/** Newest first. The reasons of a protected application stay closed. */
export async function listDecisions(
  tx: Tx,
  keys: Keys,
  applicationId: ApplicationId,
  suppressed: boolean,
): Promise<Decision[]> {
  const rows = await tx.sql<Omit<Decision, 'reason'> & { sealed: Buffer }>(
    `select decision_no as "decisionNo", grading_no as "gradingNo", outcome, reason as sealed,
            decided_at as "decidedAt", decided_by_label as "decidedBy"
       from risai.decision where municipality_code = $1 and application_id = $2 order by decision_no desc`,
    [tx.municipality, applicationId],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    reason: suppressed ? '' : keys.open(REASON, `${applicationId}|${row.decisionNo}`, sealed),
  }))
}

export async function insertCertificate(
  tx: Tx,
  certificate: Omit<RisaiCertificate, 'withdrawnAt' | 'withdrawnCause'>,
): Promise<void> {
  await tx.sql(
    `insert into risai.certificate (municipality_code, certificate_id, application_id, serial_no, decision_no, grade,
       made_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      tx.municipality,
      certificate.certificateId,
      certificate.applicationId,
      certificate.serialNo,
      certificate.decisionNo,
      certificate.grade,
      certificate.madeAt,
    ],
  )
}

const certificateColumns = `c.certificate_id as "certificateId", c.application_id as "applicationId",
  c.serial_no as "serialNo", c.decision_no as "decisionNo", c.grade, c.made_at as "madeAt",
  c.withdrawn_at as "withdrawnAt", c.withdrawn_cause as "withdrawnCause"`

export async function findCertificate(
  tx: Tx,
  certificateId: CertificateId,
): Promise<RisaiCertificate | null> {
  const [row] = await tx.sql<RisaiCertificate>(
    `select ${certificateColumns} from risai.certificate c
      where c.municipality_code = $1 and c.certificate_id = $2`,
    [tx.municipality, certificateId],
  )
  return row ?? null
}

/**
 * The certificate, held against withdrawal until the transaction ends: an issue and a withdrawal of one moment cannot
 * miss each other (the later one sees the other's outcome, or is tried again).
 */
export async function holdCertificate(
  tx: Tx,
  certificateId: CertificateId,
): Promise<RisaiCertificate | null> {
  const [row] = await tx.sql<RisaiCertificate>(
    `select ${certificateColumns} from risai.certificate c
      where c.municipality_code = $1 and c.certificate_id = $2 for share`,
    [tx.municipality, certificateId],
  )
  return row ?? null
}

/** False when it was withdrawn already. */
export async function withdrawCertificate(
  tx: Tx,
  keys: Keys,
  certificateId: CertificateId,
  withdrawal: {
    readonly at: Date
    readonly by: string
    readonly cause: WithdrawnCause
    readonly reason: string
  },
): Promise<boolean> {
  const rows = await tx.sql(
    `update risai.certificate set withdrawn_at = $3, withdrawn_by = $4, withdrawn_reason = $5, withdrawn_cause = $6
      where municipality_code = $1 and certificate_id = $2 and withdrawn_at is null returning certificate_id`,
    [
      tx.municipality,
      certificateId,
      withdrawal.at,
      withdrawal.by,
      keys.seal(WITHDRAWN, certificateId, withdrawal.reason),
      withdrawal.cause,
    ],
  )
  return rows.length === 1
}

/** Newest first. */
export async function listCertificates(
  tx: Tx,
  keys: Keys,
  applicationId: ApplicationId,
  suppressed: boolean,
): Promise<(RisaiCertificate & { withdrawnReason: string | null })[]> {
  const rows = await tx.sql<RisaiCertificate & { sealed: Buffer | null }>(
    `select ${certificateColumns}, c.withdrawn_reason as sealed from risai.certificate c
      where c.municipality_code = $1 and c.application_id = $2 order by c.decision_no desc`,
    [tx.municipality, applicationId],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    withdrawnReason: sealed === null || suppressed ? null : keys.open(WITHDRAWN, row.certificateId, sealed),
  }))
}

/** Certificates in force of applications in which this person stands now, newest first. */
export async function certificatesOf(
  tx: Tx,
  residentNo: ResidentNo,
): Promise<(RisaiCertificate & { disasterId: DisasterId })[]> {
  return await tx.sql(
    `select ${certificateColumns}, a.disaster_id as "disasterId"
       from risai.certificate c
       join risai.application a on a.municipality_code = c.municipality_code and a.application_id = c.application_id
      where c.municipality_code = $1 and c.withdrawn_at is null and a.state = 'issuable'
        and exists (select 1 from risai.person p
                     where p.municipality_code = $1 and p.resident_no = $2
                       and p.application_id = a.application_id and p.form_no = a.form_no)
      order by c.made_at desc, c.certificate_id`,
    [tx.municipality, residentNo],
  )
}

/** Residents among the persons of an application as it stands. */
export async function peopleOf(tx: Tx, applicationId: string): Promise<ResidentNo[]> {
  const rows = await tx.sql<{ residentNo: ResidentNo }>(
    `select distinct p.resident_no as "residentNo"
       from risai.application a
       join risai.person p on (p.municipality_code, p.application_id, p.form_no) = (a.municipality_code, a.application_id, a.form_no)
      where a.municipality_code = $1 and a.application_id = $2 and p.resident_no is not null`,
    [tx.municipality, applicationId],
  )
  return rows.map((row) => row.residentNo)
}
