import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { Guarded } from '../access/guarded.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import { guard, type Words } from './risai.store.ts'
import type { ApplicationId, Channel } from './risai.ts'

/** One version of a form, whichever is in force by now. Whether anybody of it is protected is judged now. */
export type FormVersion = {
  readonly applicationId: ApplicationId
  readonly formNo: number
  readonly serialNo: string
  readonly applicantRef: PersonRef
  readonly appliedOn: PlainDate
  readonly channel: Channel
  readonly reference: string | null
  readonly words: Guarded<Words>
}

/** In the order asked for; who is protected in any version of the form is protected in all. */
export async function listFormVersions(
  tx: Tx,
  keys: Keys,
  wanted: readonly { readonly applicationId: ApplicationId; readonly formNo: number }[],
): Promise<FormVersion[]> {
  const rows = await tx.sql<Omit<FormVersion, 'words'> & { sealed: Buffer; suppressed: boolean }>(
    `select a.application_id as "applicationId", f.form_no as "formNo", a.serial_no as "serialNo",
            a.applicant_ref as "applicantRef", a.applied_on as "appliedOn", a.channel, a.reference, f.sealed,
            exists (select 1 from risai.person p
                     where p.municipality_code = $1 and p.application_id = a.application_id
                       and ledger.is_protected($1, p.resident_no, p.household_no, p.non_resident_id)) as suppressed
       from unnest($2::uuid[], $3::int[]) with ordinality as wanted (application_id, form_no, at)
       join risai.application a on a.municipality_code = $1 and a.application_id = wanted.application_id
       join risai.form f on f.municipality_code = $1 and f.application_id = a.application_id
        and f.form_no = wanted.form_no
      order by wanted.at`,
    [tx.municipality, wanted.map((one) => one.applicationId), wanted.map((one) => one.formNo)],
  )
  return rows.map(({ sealed, suppressed, ...row }) => ({
    ...row,
    words: guard(keys, { ...row, sealed, suppressed }),
  }))
}
