import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import type { AuditEvent } from './access.messages.ts'

/** Whom an act touched: a resident by 宛名番号, a ledger entry, a member of staff, a disaster … */
export type Subject = {
  readonly kind:
    | 'resident'
    | 'non-resident'
    | 'ledger-entry'
    | 'application'
    | 'report'
    | 'issue'
    | 'staff'
    | 'disaster'
    | 'survey-task'
    | 'link-file'
    | 'dwelling'
    | 'arrival'
  readonly id: string
}

/**
 * Writes the act into the audit trail, in the transaction of the act. `facts` holds identifiers and codes only.
 * Source: 災対法90条の3 (disclosure is a legal ledger item), 住民記録システム標準仕様書 10.2.
 */
export async function audit(
  ctx: Ctx,
  event: AuditEvent,
  detail: {
    readonly subjects?: readonly Subject[]
    readonly purpose?: string
    readonly facts?: Readonly<Record<string, string | number | boolean | null>>
  } = {},
): Promise<void> {
  const auditId = uuidv7(ctx.now.getTime())
  const subjects = [...new Map((detail.subjects ?? []).map((s) => [`${s.kind}|${s.id}`, s])).values()]
  const act = [
    ctx.municipality,
    ctx.now,
    auditId,
    actorName(ctx.actor),
    event.code,
    detail.purpose ?? null,
    ctx.traceId,
    ctx.requestId,
    JSON.stringify(detail.facts ?? {}),
    subjects.length,
    ctx.actor.kind === 'staff' ? ctx.actor.sessionId : null,
  ]
  if (subjects.length === 0) await ctx.tx.alongside(INSERT_ACT, act)
  else
    await ctx.tx.alongside(INSERT_WITH_SUBJECTS, [
      ...act,
      subjects.map((s) => s.kind),
      subjects.map((s) => s.id),
    ])
}

const INSERT_ACT = `insert into access.audit
    (municipality_code, at, audit_id, actor, event, purpose, trace_id, request_id, facts, subject_count, session_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
/** In one go: a person's certificate leaves a dozen acts behind. */
const INSERT_WITH_SUBJECTS = `with act as (${INSERT_ACT})
  insert into access.audit_subject (municipality_code, at, audit_id, subject_kind, subject_id)
  select $1, $2, $3, kind, id from unnest($12::text[], $13::text[]) as t (kind, id)`

/** What was done about a subject, of these events alone: oldest first, at most 200. */
export async function listActs(
  ctx: Ctx,
  subject: Subject,
  events: readonly AuditEvent[],
): Promise<
  {
    readonly at: Date
    readonly actor: string
    readonly event: string
    readonly facts: Record<string, unknown>
  }[]
> {
  return await ctx.tx.sql(
    `select a.at, a.actor, a.event, a.facts from access.audit_subject s
       join access.audit a on a.municipality_code = $1 and a.at = s.at and a.audit_id = s.audit_id
      where s.municipality_code = $1 and s.subject_kind = $2 and s.subject_id = $3 and a.event = any($4::text[])
      order by a.at, a.audit_id limit 200`,
    [ctx.municipality, subject.kind, subject.id, events.map(({ code }) => code)],
  )
}

/** How often an event happened on some days (JST), by one of its facts. */
export async function countActs(
  ctx: Ctx,
  event: AuditEvent,
  fact: string,
  days: { readonly fromOn: string | null; readonly toOn: string | null },
): Promise<{ readonly value: string; readonly count: number }[]> {
  return await ctx.tx.sql(
    `select facts ->> $3 as value, count(*)::integer as count from access.audit
      where municipality_code = $1 and event = $2
        and ($4::date is null or at >= $4::date::timestamp at time zone 'Asia/Tokyo')
        and ($5::date is null or at < ($5::date + 1)::timestamp at time zone 'Asia/Tokyo')
        and facts ? $3
      group by 1 order by 2 desc, 1`,
    [ctx.municipality, event.code, fact, days.fromOn, days.toOn],
  )
}

/** One act of a person, with the people it touched. */
export type Act = {
  readonly actId: string
  readonly at: Date
  readonly event: string
  readonly people: number
  /** 宛名番号 of the first of them. */
  readonly residentNos: readonly string[]
}

/** What one of the accounts here did from a moment on: oldest first, at most 500. */
export async function listActsOf(ctx: Ctx, staffId: string, from: Date): Promise<Act[]> {
  return await ctx.tx.sql<Act>(
    `select a.audit_id as "actId", a.at, a.event,
            (select count(*)::integer from access.audit_subject s
              where s.municipality_code = $1 and s.at = a.at and s.audit_id = a.audit_id
                and s.subject_kind in ('resident', 'non-resident')) as people,
            array(select s.subject_id from access.audit_subject s
                   where s.municipality_code = $1 and s.at = a.at and s.audit_id = a.audit_id
                     and s.subject_kind = 'resident' order by s.subject_id limit 5) as "residentNos"
       from access.audit a
      where a.municipality_code = $1 and a.actor = $2 and a.at >= $3
      order by a.at, a.audit_id limit 500`,
    [ctx.municipality, `staff:${ctx.municipality}:${staffId}`, from],
  )
}
