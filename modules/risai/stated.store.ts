import { readInBatches } from '@open-bcl/platform/db/cursor.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import { formFrom, type ApplicationForm, type ApplicationId } from './risai.ts'

const FORM = 'risai.form.sealed'

/** What an application says of the house that somebody else reckons with: choices, no words, no place. */
export type Stated = {
  readonly applicationId: ApplicationId
  /** Who lives there by the form: the head and the members. */
  readonly people: readonly PersonRef[]
  readonly tenure: ApplicationForm['tenure']
  readonly floodedAboveFloor: boolean
}

/** Of applications that stand, by who lives there; `people` null = of everybody. Who only owns the house tells nothing of a household. */
export async function listStated(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  people: { readonly residentNos: readonly string[]; readonly nonResidentIds: readonly string[] } | null,
): Promise<Stated[]> {
  type Row = {
    applicationId: ApplicationId
    formNo: number
    sealed: Buffer
    people: PersonRef[]
  }
  const stated: Stated[] = []
  const batches = readInBatches<Row>(
    tx,
    `select a.application_id as "applicationId", a.form_no as "formNo", f.sealed, p.people
       from risai.application a
       join risai.form f on f.municipality_code = $1 and f.application_id = a.application_id and f.form_no = a.form_no
      cross join lateral (
        select array_agg(coalesce('R-' || m.resident_no, 'N-' || m.non_resident_id)) as people from risai.person m
         where m.municipality_code = $1 and m.application_id = a.application_id and m.form_no = a.form_no
           and m.role in ('head', 'member') and num_nonnulls(m.resident_no, m.non_resident_id) > 0) p
      where a.municipality_code = $1 and a.disaster_id = $2 and a.state not in ('rejected', 'withdrawn', 'joined')
        and p.people is not null
        and ($3::text[] is null or a.application_id in (
              select m.application_id from risai.person m
               where m.municipality_code = $1
                 and (m.resident_no = any($3) or m.non_resident_id = any($4::uuid[]))))`,
    [tx.municipality, disasterId, people?.residentNos ?? null, people?.nonResidentIds ?? null],
  )
  for await (const rows of batches)
    for (const row of rows) {
      const form = formFrom(keys.open(FORM, `${row.applicationId}|${row.formNo}`, row.sealed))
      if (form.occupancy === 'not-living') continue
      stated.push({
        applicationId: row.applicationId,
        people: row.people,
        tenure: form.tenure,
        floodedAboveFloor: (form.floodDepthCm ?? 0) > 0,
      })
    }
  return stated
}
