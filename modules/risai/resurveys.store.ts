import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import type { Resurvey, ResurveyFindings, ResurveyState } from './resurveys.ts'
import type { ApplicationId, ResurveyId } from './risai.ts'

const SEALED = 'risai.resurvey.sealed'
const RESULT = 'risai.resurvey.result'
const ANSWER = 'risai.resurvey.answer'

const columns = `r.resurvey_id as "resurveyId", r.application_id as "applicationId", r.resurvey_no as "resurveyNo", r.state,
  r.version, r.wanted, r.applied_on as "appliedOn", r.received_at as "receivedAt", r.result_grade as "resultGrade",
  r.surveyed_on as "surveyedOn", r.grade_before as "gradeBefore", r.ended_at as "endedAt", r.sealed, r.result, r.answer`

type Row = Omit<Resurvey, 'reason' | 'lateReason' | 'findings' | 'answer'> & {
  sealed: Buffer
  result: Buffer | null
  answer: Buffer | null
}

function opened(keys: Keys, { sealed, result, answer, ...row }: Row): Resurvey {
  const id = row.resurveyId
  const words = JSON.parse(keys.open(SEALED, id, sealed)) as Pick<Resurvey, 'reason' | 'lateReason'>
  return {
    ...row,
    ...words,
    findings: result === null ? null : (JSON.parse(keys.open(RESULT, id, result)) as ResurveyFindings),
    answer: answer === null ? null : keys.open(ANSWER, id, answer),
  }
}

/** False when one of this application is open already. */
export async function insertResurvey(
  tx: Tx,
  keys: Keys,
  resurvey: {
    readonly resurveyId: ResurveyId
    readonly applicationId: ApplicationId
    readonly wanted: Resurvey['wanted']
    readonly appliedOn: PlainDate
    readonly receivedAt: Date
    readonly gradeBefore: DamageGrade
    readonly reason: string
    readonly lateReason: string | null
  },
  by: string,
): Promise<boolean> {
  const { resurveyId, reason, lateReason } = resurvey
  const rows = await tx.sql(
    `insert into risai.resurvey (municipality_code, resurvey_id, application_id, resurvey_no, state, version, wanted,
       applied_on, received_at, received_by, grade_before, sealed)
     select $1, $2, $3,
            1 + (select count(*)::int from risai.resurvey where municipality_code = $1 and application_id = $3),
            'received', 1, $4, $5, $6, $7, $8, $9
     on conflict do nothing returning resurvey_id`,
    [
      tx.municipality,
      resurveyId,
      resurvey.applicationId,
      resurvey.wanted,
      resurvey.appliedOn,
      resurvey.receivedAt,
      by,
      resurvey.gradeBefore,
      keys.seal(SEALED, resurveyId, JSON.stringify({ reason, lateReason })),
    ],
  )
  return rows.length === 1
}

export async function findResurvey(tx: Tx, keys: Keys, resurveyId: ResurveyId): Promise<Resurvey | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns} from risai.resurvey r where r.municipality_code = $1 and r.resurvey_id = $2`,
    [tx.municipality, resurveyId],
  )
  return row ? opened(keys, row) : null
}

/** The one that is not ended, without its words. */
export async function findOpen(tx: Tx, applicationId: ApplicationId): Promise<ResurveyId | null> {
  const [row] = await tx.sql<{ resurveyId: ResurveyId }>(
    `select resurvey_id as "resurveyId" from risai.resurvey
      where municipality_code = $1 and application_id = $2 and ended_at is null`,
    [tx.municipality, applicationId],
  )
  return row?.resurveyId ?? null
}

/** Newest first. The words of a protected application stay closed. */
export async function listResurveys(
  tx: Tx,
  keys: Keys,
  applicationId: ApplicationId,
  suppressed: boolean,
): Promise<Resurvey[]> {
  const rows = await tx.sql<Row>(
    `select ${columns} from risai.resurvey r where r.municipality_code = $1 and r.application_id = $2
      order by r.resurvey_no desc`,
    [tx.municipality, applicationId],
  )
  return rows.map((row) => {
    const resurvey = opened(keys, row)
    if (!suppressed) return resurvey
    const findings = resurvey.findings && { ...resurvey.findings, note: '' }
    return { ...resurvey, reason: '', lateReason: null, answer: null, findings }
  })
}

/** Moves one on, if it is in one of the prior states and nobody changed it since; false when somebody was first. */
export async function moveResurvey(
  tx: Tx,
  keys: Keys,
  seen: { readonly resurveyId: ResurveyId; readonly version: number },
  from: readonly ResurveyState[],
  to: ResurveyState,
  change: {
    readonly findings?: ResurveyFindings
    readonly answer?: string
    readonly endedAt?: Date
  } = {},
): Promise<boolean> {
  const { resurveyId, version } = seen
  const { findings, answer, endedAt } = change
  const rows = await tx.sql(
    `update risai.resurvey
        set version = version + 1, state = $5, result_grade = coalesce($6, result_grade),
            surveyed_on = coalesce($7, surveyed_on), result = coalesce($8, result), answer = coalesce($9, answer),
            ended_at = $10
      where municipality_code = $1 and resurvey_id = $2 and version = $3 and state = any($4)
      returning resurvey_id`,
    [
      tx.municipality,
      resurveyId,
      version,
      [...from],
      to,
      findings?.grade ?? null,
      findings?.surveyedOn ?? null,
      findings ? keys.seal(RESULT, resurveyId, JSON.stringify(findings)) : null,
      answer === undefined || answer === '' ? null : keys.seal(ANSWER, resurveyId, answer),
      endedAt ?? null,
    ],
  )
  return rows.length === 1
}
