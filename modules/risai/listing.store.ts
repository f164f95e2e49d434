import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { Guarded } from '../access/guarded.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import {
  changedSource,
  guard,
  headColumns,
  suppressedOf,
  type ApplicationHead,
  type Words,
} from './risai.store.ts'
import type { ApplicationState, Channel, ListWaiting } from './risai.ts'

/** 再調査 that nobody has ended. */
const openResurvey = `exists (select 1 from risai.resurvey r
   where r.municipality_code = $1 and r.application_id = a.application_id and r.ended_at is null offset 0)`
const withResurvey = `a.application_id in (
   select r.application_id from risai.resurvey r where r.municipality_code = $1 and r.ended_at is null)`

/** Found by an index, among all applications, before `changedSource` is asked of each. */
const withSource = `a.application_id in (
   select s.application_id from risai.grading s where s.municipality_code = $1 and s.same_as is not null)`

export type ListedApplication = ApplicationHead & {
  readonly grade: DamageGrade | null
  readonly decisionChanged: boolean
  readonly resurveyOpen: boolean
}

/** Whose applications are wanted: people of the ledger, and a dwelling's place. */
export type WantedPeople = {
  readonly residentNos: readonly string[]
  readonly nonResidentIds: readonly string[]
  /** Keyed digests of the place; `null` = people alone. */
  readonly places: readonly Buffer[] | null
}

export type WantedApplications = {
  readonly disasterId: DisasterId
  readonly states: readonly ApplicationState[]
  readonly serialNo: string | null
  readonly applicantRefs: readonly PersonRef[] | null
  readonly channel: Channel | null
  readonly named: WantedPeople | null
  /** Found by an address: the protected are left out, since to be found tells where they are. */
  readonly at: WantedPeople | null
  readonly late: boolean
  readonly waiting: ListWaiting | null
  readonly after: string | null
  readonly limit: number
}

/**
 * Newest first, after `after`. Only the conditions that were given stand in the statement: of one that holds by itself
 * (`$3 is null or …`) the planner cannot make a way to the rows.
 */
export async function listApplications(
  tx: Tx,
  keys: Keys,
  wanted: WantedApplications,
): Promise<{ head: ListedApplication; words: Guarded<Words> }[]> {
  const values: unknown[] = [tx.municipality, wanted.disasterId]
  const value = (one: unknown): string => `$${values.push(one)}`
  /** The forms in which somebody of these people stands, or which are of such a place. */
  const formsOf = ({ residentNos, nonResidentIds, places }: WantedPeople): string =>
    `(a.application_id, a.form_no) in (
        select p.application_id, p.form_no from risai.person p
         where p.municipality_code = $1 and p.resident_no = any(${value(residentNos)}::text[])
        union all
        select p.application_id, p.form_no from risai.person p
         where p.municipality_code = $1 and p.non_resident_id = any(${value(nonResidentIds)}::uuid[])
        union all
        select p.application_id, p.form_no from risai.form p
         where p.municipality_code = $1 and p.place_hmac = any(${value(places ?? [])}::bytea[]))`
  const { states, serialNo, applicantRefs, channel, named, at, late, waiting, after } = wanted
  const conditions = [
    ...(states.length > 0 ? [`a.state = any(${value(states)}::text[])`] : []),
    ...(serialNo !== null ? [`a.serial_no = ${value(serialNo)}`] : []),
    ...(applicantRefs !== null ? [`a.applicant_ref = any(${value([...applicantRefs])}::text[])`] : []),
    ...(after !== null ? [`a.application_id < ${value(after)}`] : []),
    ...(channel !== null ? [`a.channel = ${value(channel)}`] : []),
    ...(named !== null ? [formsOf(named)] : []),
    ...(at !== null ? [formsOf(at), `not ${suppressedOf}`] : []),
    ...(late ? ['a.late_reason is not null'] : []),
    ...(waiting === 'resurvey' ? [withResurvey] : []),
    ...(waiting === 'same-dwelling' ? [withSource, `${changedSource} is not null`] : []),
  ]
  const rows = await tx.sql<ListedApplication & { sealed: Buffer }>(
    `select ${headColumns}, f.sealed,
            (select g.grade from risai.grading g
              where g.municipality_code = $1 and g.application_id = a.application_id
              order by g.grading_no desc limit 1) as grade,
            ${changedSource} is not null as "decisionChanged", ${openResurvey} as "resurveyOpen"
       from risai.application a
       join risai.form f on f.municipality_code = a.municipality_code and f.application_id = a.application_id
        and f.form_no = a.form_no
      where a.municipality_code = $1 and a.disaster_id = $2 ${conditions.map((one) => `and ${one}`).join(' ')}
      order by a.application_id desc limit ${value(wanted.limit)}`,
    values,
  )
  return rows.map(({ sealed, ...head }) => ({ head, words: guard(keys, { ...head, sealed }) }))
}

/** What waits for somebody although it was decided. */
export async function countWaiting(
  tx: Tx,
  disasterId: DisasterId,
): Promise<{ resurvey: number; sameDwelling: number }> {
  const decided = `a.municipality_code = $1 and a.disaster_id = $2 and a.state in ('issuable', 'not-issuable')`
  const [row] = await tx.sql<{ resurvey: number; sameDwelling: number }>(
    `select (select count(*)::int from risai.application a where ${decided} and ${withResurvey}) as resurvey,
            (select count(*)::int from risai.application a
              where ${decided} and ${withSource} and ${changedSource} is not null) as "sameDwelling"`,
    [tx.municipality, disasterId],
  )
  return row!
}

export async function countByState(
  tx: Tx,
  disasterId: DisasterId,
): Promise<{ state: ApplicationState; count: number }[]> {
  return await tx.sql(
    `select state, count(*)::int as count from risai.application
      where municipality_code = $1 and disaster_id = $2 group by state`,
    [tx.municipality, disasterId],
  )
}
