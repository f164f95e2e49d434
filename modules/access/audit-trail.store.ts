import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type ActRow = {
  readonly at: Date
  readonly auditId: string
  readonly actor: string
  readonly event: string
  readonly purpose: string | null
  readonly facts: Record<string, unknown>
  readonly subjectCount: number
  /** `kind U+001F id` of the first few. */
  readonly subjects: readonly string[]
}

/** A part of the trail, newest first: how it is found, and what is asked of it. */
export type Asked = {
  readonly from: Date
  readonly to: Date
  readonly olderThan: { readonly at: Date; readonly auditId: string } | null
  readonly most: number
} & (
  | { readonly by: 'time' }
  /** The person under each name that acts may have. */
  | { readonly by: 'subjects'; readonly subjects: readonly { kind: string; id: string }[] }
  | { readonly by: 'actor'; readonly actor: string }
  | { readonly by: 'many'; readonly least: number }
  | { readonly by: 'spans'; readonly spans: readonly { readonly from: Date; readonly to: Date }[] }
  | { readonly by: 'number' }
  | { readonly by: 'events'; readonly events: readonly string[] }
)

const NAMED = 5
const KEYS = 'a.at, a.audit_id'
/** $1 town, $2 from, $3 to, $4 and $5 the line after which it goes on, $6 how many. */
const WITHIN = `a.municipality_code = $1 and a.at >= $2 and a.at < $3
  and ($4::timestamptz is null or (a.at <= $4 and (a.at, a.audit_id) < ($4, $5::uuid)))`
const NEWEST = 'order by a.at desc, a.audit_id desc limit $6'

/**
 * How each question is answered by one walk along an index. Where there are several (events, spans, names of a person), each
 * is walked for a page and the pages are merged: an index keeps the order of time within one of them only.
 */
function walkOf(asked: Asked): { readonly sql: string; readonly params: readonly unknown[] } {
  switch (asked.by) {
    case 'time':
      return { sql: `select ${KEYS} from access.audit a where ${WITHIN} ${NEWEST}`, params: [] }
    case 'actor':
      return {
        sql: `select ${KEYS} from access.audit a where ${WITHIN} and a.actor = $7 ${NEWEST}`,
        params: [asked.actor],
      }
    case 'many':
      return {
        sql: `select ${KEYS} from access.audit a where ${WITHIN} and a.subject_count >= 20 and a.subject_count >= $7 ${NEWEST}`,
        params: [asked.least],
      }
    case 'number':
      return {
        sql: `select ${KEYS} from access.audit a where ${WITHIN} and a.facts ->> 'fields' ~ 'residentNo' ${NEWEST}`,
        params: [],
      }
    case 'events':
      return {
        sql: `select a.at, a.audit_id from unnest($7::text[]) as e (event)
          cross join lateral (select ${KEYS} from access.audit a where ${WITHIN} and a.event = e.event ${NEWEST}) a`,
        params: [asked.events],
      }
    case 'subjects':
      return {
        sql: `select distinct a.at, a.audit_id from unnest($7::text[], $8::text[]) as e (kind, id)
          cross join lateral (select ${KEYS} from access.audit_subject a
            where ${WITHIN} and a.subject_kind = e.kind and a.subject_id = e.id ${NEWEST}) a`,
        params: [asked.subjects.map(({ kind }) => kind), asked.subjects.map(({ id }) => id)],
      }
    case 'spans':
      return {
        sql: `select a.at, a.audit_id from unnest($7::timestamptz[], $8::timestamptz[]) as e (begun, ended)
          cross join lateral (select ${KEYS} from access.audit a
            where ${WITHIN} and a.at >= e.begun and a.at < e.ended and a.actor >= 'staff:' and a.actor < 'staff;'
            ${NEWEST}) a`,
        params: [asked.spans.map(({ from }) => from), asked.spans.map(({ to }) => to)],
      }
  }
}

/** Spans that are walked in one statement. */
const SPANS = 16

/** The acts of one page, newest first. */
export async function listActs(tx: Tx, asked: Asked): Promise<ActRow[]> {
  if (asked.by !== 'spans') return await listPage(tx, asked)
  // The newest spans first, and no more of them than the page needs.
  const until = asked.olderThan?.at ?? asked.to
  const spans = asked.spans
    .filter(({ from }) => from <= until)
    .toSorted((a, b) => b.from.getTime() - a.from.getTime())
  const rows: ActRow[] = []
  for (let i = 0; i < spans.length && rows.length < asked.most; i += SPANS) {
    const some = spans.slice(i, i + SPANS)
    const days = { from: some.at(-1)!.from, to: some[0]!.to }
    rows.push(...(await listPage(tx, { ...asked, ...days, spans: some, most: asked.most - rows.length })))
  }
  return rows
}

async function listPage(tx: Tx, asked: Asked): Promise<ActRow[]> {
  const walk = walkOf(asked)
  return await tx.sql<ActRow>(
    `with page as materialized (select a.at, a.audit_id from (${walk.sql}) a ${NEWEST})
     select a.at, a.audit_id as "auditId", a.actor, a.event, a.purpose, a.facts,
            coalesce(a.subject_count, (select count(*)::int from access.audit_subject s
              where s.municipality_code = $1 and s.at = a.at and s.audit_id = a.audit_id)) as "subjectCount",
            array(select s.subject_kind || chr(31) || s.subject_id from access.audit_subject s
                   where s.municipality_code = $1 and s.at = a.at and s.audit_id = a.audit_id
                   order by s.subject_kind desc, s.subject_id limit ${NAMED}) as subjects
       from page p join access.audit a
         on a.municipality_code = $1 and a.at = p.at and a.audit_id = p.audit_id
      order by a.at desc, a.audit_id desc`,
    [
      tx.municipality,
      asked.from,
      asked.to,
      asked.olderThan?.at ?? null,
      asked.olderThan?.auditId ?? null,
      asked.most,
      ...walk.params,
    ],
  )
}

export type PairRow = {
  readonly actor: string
  readonly kind: string
  readonly id: string
  readonly acts: number
  readonly firstAt: Date
  readonly lastAt: Date
}

export async function listPairs(tx: Tx, monthOn: string, least: number, most: number): Promise<PairRow[]> {
  return await tx.sql<PairRow>(
    `select actor, subject_kind as kind, subject_id as id, acts, first_at as "firstAt", last_at as "lastAt"
       from access.audit_pair where municipality_code = $1 and month_on = $2 and acts >= $3
      order by acts desc limit $4`,
    [tx.municipality, monthOn, least, most],
  )
}

export type StaffWords = { readonly staffId: string; readonly name: string; readonly department: string }

/** Everybody who ever had an account, or those of some ids. */
export async function listStaff(tx: Tx, ids: readonly string[] | null): Promise<StaffWords[]> {
  return await tx.sql<StaffWords>(
    `select staff_id as "staffId", display_name as name, department from access.staff
      where municipality_code = $1 and ($2::uuid[] is null or staff_id = any($2::uuid[]))
      order by department, display_name, staff_id`,
    [tx.municipality, ids],
  )
}

export async function findTownName(tx: Tx): Promise<string> {
  const [row] = await tx.sql<{ name: string }>('select name from app.tenant where municipality_code = $1', [
    tx.municipality,
  ])
  return row?.name ?? ''
}
