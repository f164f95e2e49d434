import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { DisasterId } from '../disasters/disasters.ts'

/** 申請期限 as set: the highest number holds. */
export type Terms = {
  readonly termsNo: number
  readonly applicationUntilOn: PlainDate | null
  readonly resurveyDays: number | null
  readonly note: string
  readonly setAt: Date
  readonly setBy: string
}

/** Newest first. */
export async function listTerms(tx: Tx, disasterId: DisasterId): Promise<Terms[]> {
  return await tx.sql<Terms>(
    `select terms_no as "termsNo", application_until_on as "applicationUntilOn", resurvey_days as "resurveyDays", note,
            set_at as "setAt", set_by_label as "setBy"
       from risai.terms where municipality_code = $1 and disaster_id = $2 order by terms_no desc`,
    [tx.municipality, disasterId],
  )
}

/** False when somebody was first with that number. */
export async function insertTerms(
  tx: Tx,
  disasterId: DisasterId,
  terms: Terms,
  actor: string,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into risai.terms (municipality_code, disaster_id, terms_no, application_until_on, resurvey_days, note,
       set_at, set_by, set_by_label)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9
      where $3 = 1 + (select coalesce(max(terms_no), 0) from risai.terms
                       where municipality_code = $1 and disaster_id = $2)
     on conflict do nothing returning terms_no`,
    [
      tx.municipality,
      disasterId,
      terms.termsNo,
      terms.applicationUntilOn,
      terms.resurveyDays,
      terms.note,
      terms.setAt,
      actor,
      terms.setBy,
    ],
  )
  return rows.length === 1
}
