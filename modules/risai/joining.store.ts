import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { Guarded } from '../access/guarded.ts'
import { guard, headColumns, PLACE, type ApplicationHead, type Words } from './risai.store.ts'
import { placeKey, type ApplicationForm, type ApplicationState } from './risai.ts'

export type Similar = {
  readonly head: ApplicationHead
  readonly words: Guarded<Words>
  readonly samePerson: boolean
  readonly sameHousehold: boolean
  readonly samePlace: boolean
}

/**
 * Applications of the same disaster that name somebody of this one, or their household, or the same place. By place
 * nothing is found of or for the protected: who else applied for a dwelling tells where they live.
 */
export async function listSimilar(
  tx: Tx,
  keys: Keys,
  head: ApplicationHead,
  form: ApplicationForm,
  states: readonly ApplicationState[],
): Promise<Similar[]> {
  const place = head.suppressed ? '' : placeKey(form.dwellingAddress)
  const places = place === '' ? [] : keys.each.map((key) => key.recordHmac(PLACE, place))
  const rows = await tx.sql<
    ApplicationHead & { sealed: Buffer; samePerson: boolean; sameHousehold: boolean; samePlace: boolean }
  >(
    `with own as (
       select resident_no, household_no, non_resident_id from risai.person
        where municipality_code = $1 and application_id = $2 and form_no = $3),
     near as (
       select p.application_id, p.form_no,
              bool_or(p.resident_no = o.resident_no or p.non_resident_id = o.non_resident_id) as person,
              bool_or(p.household_no = o.household_no) as household, false as place
         from own o join risai.person p on p.municipality_code = $1
          and (p.resident_no = o.resident_no or p.household_no = o.household_no or p.non_resident_id = o.non_resident_id)
        group by 1, 2
       union all
       select f.application_id, f.form_no, false, false, true from risai.form f
        where f.municipality_code = $1 and f.place_hmac = any($4::bytea[])),
     found as (
       select application_id, form_no, bool_or(person) as person, bool_or(household) as household, bool_or(place) as place
         from near group by 1, 2)
     select ${headColumns}, f.sealed, coalesce(n.person, false) as "samePerson",
            coalesce(n.household, false) as "sameHousehold", n.place as "samePlace"
       from found n
       join risai.application a on a.municipality_code = $1 and a.application_id = n.application_id and a.form_no = n.form_no
       join risai.form f on f.municipality_code = $1 and f.application_id = a.application_id and f.form_no = a.form_no
      where a.disaster_id = $5 and a.application_id <> $2 and a.state = any($6)
      order by a.application_id desc limit 50`,
    [tx.municipality, head.applicationId, head.formNo, places, head.disasterId, [...states]],
  )
  return rows
    .map(({ sealed, samePerson, sameHousehold, samePlace, ...other }) => ({
      ...{ head: other, words: guard(keys, { ...other, sealed }) },
      ...{ samePerson, sameHousehold, samePlace: samePlace && !other.suppressed },
    }))
    .filter((one) => one.samePerson || one.sameHousehold || one.samePlace)
}

/** The state an application is in, held until the transaction ends. */
export async function holdState(
  tx: Tx,
  applicationId: string,
): Promise<{ state: ApplicationState; disasterId: string } | null> {
  const [row] = await tx.sql<{ state: ApplicationState; disasterId: string }>(
    `select state, disaster_id as "disasterId" from risai.application
      where municipality_code = $1 and application_id = $2 for share`,
    [tx.municipality, applicationId],
  )
  return row ?? null
}
