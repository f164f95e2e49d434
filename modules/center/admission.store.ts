import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { AdmissionRecord, AdmissionStep } from './admission.ts'

export type AdmissionRow = AdmissionRecord & {
  readonly doneBy: string
  readonly facts: Record<string, unknown>
  readonly note: string
}

export async function insertAdmission(
  tx: Tx,
  kioskId: string,
  record: Omit<AdmissionRow, 'step'> & { readonly step: AdmissionStep },
): Promise<void> {
  await tx.sql(
    `insert into center.admission
       (admission_id, kiosk_id, key_id, step, passed, done_at, done_by, valid_until, facts, note)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      uuidv7(record.doneAt.getTime()),
      kioskId,
      record.keyId,
      record.step,
      record.passed,
      record.doneAt,
      record.doneBy,
      record.validUntil,
      JSON.stringify(record.facts),
      record.note,
    ],
  )
}

const columns = `step, passed, key_id as "keyId", done_at as "doneAt", done_by as "doneBy",
  valid_until as "validUntil", facts, note`

/** The newest first. */
export async function listAdmissions(tx: Tx, kioskId: string): Promise<AdmissionRow[]> {
  return await tx.sql<AdmissionRow>(
    `select ${columns} from center.admission where kiosk_id = $1 order by done_at desc, step, passed`,
    [kioskId],
  )
}

/** The latest of each step for each machine's present key. */
export async function latestAdmissions(
  tx: Tx,
  kioskIds: readonly string[],
): Promise<(AdmissionRecord & { readonly kioskId: string })[]> {
  return await tx.sql<AdmissionRecord & { kioskId: string }>(
    `select distinct on (a.kiosk_id, a.step) a.kiosk_id as "kioskId", a.step, a.passed, a.key_id as "keyId",
            a.done_at as "doneAt", a.valid_until as "validUntil"
       from center.admission a
       join center.kiosk_key y on y.kiosk_id = a.kiosk_id and y.key_id = a.key_id and y.revoked_at is null
      where a.kiosk_id = any($1::text[])
      order by a.kiosk_id, a.step, a.done_at desc, a.passed`,
    [[...kioskIds]],
  )
}
