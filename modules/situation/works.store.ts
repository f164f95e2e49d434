import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { WorkCode } from './situation.ts'

/** One kind of work in SQL: of `w`, rows of the town ($1) and the disaster ($2); today is $3. */
type Source = {
  readonly from: string
  readonly where: string
  /** Of the record whose page is opened. */
  readonly id: string
  /** Distinct, since of one record several may wait. */
  readonly key: string
  readonly number: string
  readonly since: string
  readonly who: string
}

const application = {
  from: 'risai.pub_standing w',
  id: 'w.application_id::text',
  key: 'w.application_id::text',
  number: 'w.serial_no',
  since: 'w.received_at',
  who: `''`,
}
const task = {
  from: 'surveys.pub_task w',
  id: 'w.task_id::text',
  key: 'w.task_id::text',
  number: 'w.task_no',
  since: 'w.requested_at',
  who: `concat_ws(' ', w.team_name, w.claimed_by_label)`,
}
const letter = {
  ...application,
  from: 'risai.pub_letter w',
  key: 'w.letter_id::text',
  since: 'w.requested_at',
}
const support = {
  from: 'support.pub_application w',
  id: 'w.application_id::text',
  key: 'w.application_id::text',
  number: 'w.programme_code',
  since: 'w.received_at',
  who: 'w.received_by_label',
}

const sources = {
  receive: { ...application, where: `w.state = 'received'` },
  grade: {
    ...application,
    where: `w.state = 'accepted' and exists (
      select 1 from surveys.pub_task t
       where t.municipality_code = $1 and t.disaster_id = $2 and t.origin = 'application' and t.origin_ref = w.application_id
         and t.state = 'done')`,
  },
  decide: { ...application, where: `w.state = 'graded'` },
  resurvey: {
    ...application,
    from: 'risai.pub_resurvey w',
    key: 'w.resurvey_id::text',
    where: `w.state = 'received'`,
  },
  'resurvey-decide': {
    ...application,
    from: 'risai.pub_resurvey w',
    key: 'w.resurvey_id::text',
    where: `w.state = 'surveyed'`,
  },
  report: {
    from: 'risai.pub_report w',
    id: 'w.report_id::text',
    key: 'w.report_id::text',
    number: `'受付 ' || right(w.report_id::text, 8)`,
    since: 'w.received_at',
    who: `''`,
    where: `w.state = 'received'`,
  },
  'survey-unassigned': { ...task, where: `w.state = 'waiting' and w.team_id is null` },
  'survey-late': {
    ...task,
    // Without a team there is no plan: nobody looks up the plan of the many that wait for one.
    where: `w.state in ('waiting', 'claimed') and w.team_id is not null and w.ends_on < $3::date`,
  },
  'survey-conflict': { ...task, where: `w.state = 'conflict'` },
  'survey-confirm': { ...task, where: `w.state = 'recorded'` },
  'survey-unlinked': { ...task, where: `w.dwelling_id is null and w.state <> 'cancelled'` },
  issue: {
    ...application,
    from: 'risai.pub_certificate w',
    key: 'w.certificate_id::text',
    since: 'w.made_at',
    where: `w.withdrawn_at is null and not exists (
      select 1 from certificates.pub_issued i
       where i.municipality_code = $1 and i.kind = 'risai' and i.subject_id = w.certificate_id::text)`,
  },
  appointment: {
    ...application,
    from: 'risai.pub_appointment w',
    key: 'w.appointment_id::text',
    since: 'w.at',
    who: 'w.place',
    where: 'w.on_day = $3::date',
  },
  letter: { ...letter, where: 'not w.bundled' },
  'letter-post': { ...letter, where: 'w.bundled' },
  mail: {
    ...application,
    from: `(select n.municipality_code, a.disaster_id, n.notice_id, a.application_id, a.serial_no, n.requested_at as received_at
              from notices.pub_unsent n
              join risai.pub_standing a on a.municipality_code = n.municipality_code
               and a.application_id = case when n.subject_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                                           then n.subject_id::uuid end) w`,
    key: 'w.notice_id::text',
    where: 'true',
  },
  disclosure: {
    from: 'ledger.pub_disclosure w',
    id: 'w.disclosure_id::text',
    key: 'w.disclosure_id::text',
    number: `'受付 ' || right(w.disclosure_id::text, 8)`,
    since: 'w.received_at',
    who: `''`,
    where: 'true',
  },
  'support-review': { ...support, where: `w.state = 'received'` },
  'support-decide': { ...support, where: `w.state = 'proposed'` },
  difference: {
    ...support,
    from: 'support.pub_difference w',
    key: 'w.difference_id::text',
    since: 'w.found_at',
    who: `''`,
    where: 'true',
  },
  pay: {
    ...support,
    from: 'support.pub_award w',
    key: 'w.award_id::text',
    since: 'w.decided_at',
    who: `''`,
    where: `w.kind in ('grant', 'extra') and not exists (
      select 1 from payments.pub_item i
       where i.municipality_code = $1 and i.award_id = w.award_id and i.state <> 'dropped')`,
  },
  'pay-approve': {
    from: 'payments.pub_run w',
    id: 'w.run_id::text',
    key: 'w.run_id::text',
    number: `to_char(w.transfer_on, 'YYYY-MM-DD') || ' 振込'`,
    since: 'w.made_at',
    who: 'w.made_by_label',
    where: `w.state = 'proposed'`,
  },
  'pay-returned': {
    from: 'payments.pub_item w',
    id: 'w.application_id::text',
    key: `w.run_id || '|' || w.item_no`,
    number: `'振込 ' || w.item_no`,
    since: 'w.state_at',
    who: `''`,
    where: `w.state = 'returned' and not exists (
      select 1 from payments.pub_item i
       where i.municipality_code = $1 and i.award_id = w.award_id and i.state in ('planned', 'sent', 'paid'))`,
  },
} satisfies Record<WorkCode, Source>

const scope = 'w.municipality_code = $1 and w.disaster_id = $2 and $3::date is not null'

export type Waiting = {
  readonly count: number
  readonly late: number
  readonly oldest: Date | null
  /** By the bounds given, youngest first. */
  readonly byAge: readonly number[]
}

/** How many wait, how many of them since before `lateSince`, and how many by age: older than `bounds[i]` goes on to the next. */
export async function countWork(
  tx: Tx,
  code: WorkCode,
  disasterId: DisasterId,
  today: PlainDate,
  lateSince: Date | null,
  bounds: readonly [Date, Date, Date],
): Promise<Waiting> {
  const { from, where, since }: Source = sources[code]
  const [row] = await tx.sql<Waiting>(
    `select count(*)::int as count, min(s) as oldest, (count(*) filter (where s < $4::timestamptz))::int as late,
            array[(count(*) filter (where s >= $5::timestamptz))::int,
                  (count(*) filter (where s < $5 and s >= $6::timestamptz))::int,
                  (count(*) filter (where s < $6 and s >= $7::timestamptz))::int,
                  (count(*) filter (where s < $7))::int] as "byAge"
       from (select ${since} as s from ${from} where ${scope} and ${where}) x`,
    [tx.municipality, disasterId, today, lateSince, ...bounds],
  )
  return row!
}

export type WorkRow = {
  readonly id: string
  readonly key: string
  readonly number: string
  readonly since: Date
  readonly who: string
}

/** The very rows that `countWork` counts, oldest first; `from` ≤ since < `until`. */
export async function listWork(
  tx: Tx,
  code: WorkCode,
  disasterId: DisasterId,
  today: PlainDate,
  wanted: {
    readonly from: Date | null
    readonly until: Date | null
    readonly after: { readonly since: Date; readonly key: string } | null
    /** `null` = all. */
    readonly limit: number | null
  },
): Promise<WorkRow[]> {
  const { from, where, id, key, number, since, who }: Source = sources[code]
  return await tx.sql<WorkRow>(
    `select * from (select ${id} as id, ${key} as key, ${number} as number, ${since} as since, ${who} as who
                      from ${from} where ${scope} and ${where}) x
      where ($4::timestamptz is null or since >= $4) and ($5::timestamptz is null or since < $5)
        and ($6::timestamptz is null or (since, key) > ($6, $7::text))
      order by since, key limit $8`,
    [
      tx.municipality,
      disasterId,
      today,
      wanted.from,
      wanted.until,
      wanted.after?.since ?? null,
      wanted.after?.key ?? null,
      wanted.limit,
    ],
  )
}

export type DayCount = { readonly on: PlainDate; readonly count: number }

export async function countApplied(tx: Tx, disasterId: DisasterId, fromOn: PlainDate): Promise<DayCount[]> {
  return await tx.sql<DayCount>(
    `select applied_on as on, count(*)::int as count from risai.pub_standing
      where municipality_code = $1 and disaster_id = $2 and applied_on >= $3 group by applied_on`,
    [tx.municipality, disasterId, fromOn],
  )
}

export async function countSurveyed(tx: Tx, disasterId: DisasterId, fromOn: PlainDate): Promise<DayCount[]> {
  return await tx.sql<DayCount>(
    `select finished_on as on, count(*)::int as count from surveys.pub_task
      where municipality_code = $1 and disaster_id = $2 and finished_on >= $3 group by finished_on`,
    [tx.municipality, disasterId, fromOn],
  )
}

export async function countCertified(tx: Tx, disasterId: DisasterId, fromOn: PlainDate): Promise<DayCount[]> {
  return await tx.sql<DayCount>(
    `select (made_at at time zone 'Asia/Tokyo')::date as on, count(*)::int as count from risai.pub_certificate
      where municipality_code = $1 and disaster_id = $2
        and made_at >= $3::date::timestamp at time zone 'Asia/Tokyo' group by 1`,
    [tx.municipality, disasterId, fromOn],
  )
}

export async function countPaid(tx: Tx, disasterId: DisasterId, fromOn: PlainDate): Promise<DayCount[]> {
  return await tx.sql<DayCount>(
    `select (state_at at time zone 'Asia/Tokyo')::date as on, count(*)::int as count from payments.pub_item
      where municipality_code = $1 and disaster_id = $2 and state = 'paid'
        and state_at >= $3::date::timestamp at time zone 'Asia/Tokyo' group by 1`,
    [tx.municipality, disasterId, fromOn],
  )
}
