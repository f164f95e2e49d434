import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { Guarded } from '../access/guarded.ts'
import type { Candidate } from '../certificates/batch.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { guard, headColumns, type ApplicationHead, type Words } from './risai.store.ts'

/** Certificates of a disaster that are in force, oldest first. */
export async function listInForce(tx: Tx, disasterId: DisasterId): Promise<Candidate[]> {
  const rows = await tx.sql<ApplicationHead & { certificateId: string }>(
    `select c.certificate_id as "certificateId", ${headColumns}
       from risai.certificate c
       join risai.application a on a.municipality_code = c.municipality_code and a.application_id = c.application_id
      where c.municipality_code = $1 and a.disaster_id = $2 and c.withdrawn_at is null and a.state = 'issuable'
      order by c.certificate_id`,
    [tx.municipality, disasterId],
  )
  return rows.map(({ certificateId, suppressed }) => ({ subjectId: certificateId, suppressed }))
}

export type Posted = {
  readonly certificateId: string
  /** Of the certificate. */
  readonly serialNo: string
  readonly applicationId: string
  /** The applicant; `null` = 住登外者. */
  readonly residentNo: ResidentNo | null
  readonly suppressed: boolean
  readonly words: Guarded<Words>
}

/** The applications of these certificates, in no order. */
export async function listPosted(tx: Tx, keys: Keys, certificateIds: readonly string[]): Promise<Posted[]> {
  const rows = await tx.sql<
    ApplicationHead & {
      certificateId: string
      certificateNo: string
      residentNo: ResidentNo | null
      sealed: Buffer
    }
  >(
    `select c.certificate_id as "certificateId", c.serial_no as "certificateNo", ${headColumns}, f.sealed,
            (select p.resident_no from risai.person p
              where p.municipality_code = $1 and p.application_id = a.application_id and p.form_no = a.form_no
                and p.role = 'applicant') as "residentNo"
       from risai.certificate c
       join risai.application a on a.municipality_code = c.municipality_code and a.application_id = c.application_id
       join risai.form f on f.municipality_code = a.municipality_code and f.application_id = a.application_id
        and f.form_no = a.form_no
      where c.municipality_code = $1 and c.certificate_id = any($2)`,
    [tx.municipality, [...certificateIds]],
  )
  return rows.map(({ certificateId, certificateNo, residentNo, sealed, ...head }) => ({
    ...{ certificateId, residentNo, serialNo: certificateNo },
    applicationId: head.applicationId,
    suppressed: head.suppressed,
    words: guard(keys, { ...head, sealed }),
  }))
}

/** 整理番号 and application of each certificate. */
export async function listReferences(
  tx: Tx,
  certificateIds: readonly string[],
): Promise<{ certificateId: string; serialNo: string; applicationId: string }[]> {
  return await tx.sql(
    `select certificate_id as "certificateId", serial_no as "serialNo", application_id as "applicationId"
       from risai.certificate where municipality_code = $1 and certificate_id = any($2) order by serial_no`,
    [tx.municipality, [...certificateIds]],
  )
}
