import type { HouseholdNo, ResidentNo } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { DisasterId } from '../../disasters/disasters.ts'
import { openEntry } from '../../ledger/ledger.actions.ts'
import type { PersonRef } from '../../ledger/ledger.ts'
import { insertForm } from '../risai.store.ts'
import { serialNoOf, type ApplicationForm, type ApplicationId } from '../risai.ts'

export type Applied = {
  readonly residentNo: ResidentNo
  readonly householdNo: HouseholdNo
  readonly form: ApplicationForm
}

/**
 * Applications that were graded and decided, without the requests of a counter: for tests and benchmarks of what comes
 * after. Answers the certificates, in the order of `applied`.
 */
export async function makeIssuable(
  ctx: Ctx,
  disaster: { readonly disasterId: DisasterId; readonly code: string },
  applied: readonly Applied[],
): Promise<string[]> {
  const keys = await ctx.keys()
  const { tx, municipality, now } = ctx
  const entries = new Map<ResidentNo, string>()
  const rows = []
  for (const [i, { residentNo, householdNo, form }] of applied.entries()) {
    let entryId = entries.get(residentNo)
    if (entryId === undefined) {
      entryId = await openEntry(ctx, disaster.disasterId, { kind: 'resident', residentNo })
      entries.set(residentNo, entryId)
    }
    const applicationId = uuidv7(now.getTime()) as ApplicationId
    const serialNo = serialNoOf(disaster.code, i + 1)
    rows.push({
      ...{ applicationId, entryId, residentNo, householdNo, form, serialNo },
      certificateId: uuidv7(),
    })
  }
  const ids = rows.map((row) => row.applicationId)
  const sealed = (place: string, words: string): Buffer[] =>
    ids.map((id) => keys.seal(place, `${id}|1`, words))
  await tx.sql(
    `insert into risai.application (municipality_code, application_id, disaster_id, entry_id, applicant_ref, serial_no,
       state, version, form_no, applied_on, received_at, received_by)
     select $1, id, $2, entry, ref, serial, 'issuable', 4, 1, '2026-11-21', $7, 'test'
       from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[]) as t (id, entry, ref, serial)`,
    [
      municipality,
      disaster.disasterId,
      ids,
      rows.map((row) => row.entryId),
      rows.map((row): PersonRef => `R-${row.residentNo}` as PersonRef),
      rows.map((row) => row.serialNo),
      now,
    ],
  )
  for (const { applicationId, residentNo, householdNo, form } of rows) {
    const who = { residentNo, householdNo, nonResidentId: null }
    const people = [
      { role: 'applicant', ...who },
      { role: 'head', ...who },
    ] as const
    await insertForm(tx, keys, applicationId, 1, form, people, now, 'test')
  }
  await tx.sql(
    `insert into risai.grading (municipality_code, application_id, grading_no, grade, surveyed_on, method, sealed,
       graded_at, graded_by, graded_by_label)
     select $1, id, 1, 'G3', '2026-11-21', 'site', sealed, $4, 'test', '試験' from unnest($2::uuid[], $3::bytea[]) as t (id, sealed)`,
    [municipality, ids, sealed('risai.grading.sealed', '{"surveyors":["試験"],"note":""}'), now],
  )
  await tx.sql(
    `insert into risai.decision (municipality_code, application_id, decision_no, grading_no, outcome, reason, decided_at,
       decided_by, decided_by_label)
     select $1, id, 1, 1, 'issuable', sealed, $4, 'test', '試験' from unnest($2::uuid[], $3::bytea[]) as t (id, sealed)`,
    [municipality, ids, sealed('risai.decision.reason', ''), now],
  )
  await tx.sql(
    `insert into risai.certificate (municipality_code, certificate_id, application_id, serial_no, decision_no, grade, made_at)
     select $1, certificate, id, serial, 1, 'G3', $5
       from unnest($2::uuid[], $3::uuid[], $4::text[]) as t (id, certificate, serial)`,
    [municipality, ids, rows.map((row) => row.certificateId), rows.map((row) => row.serialNo), now],
  )
  return rows.map((row) => row.certificateId)
}
