import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import type { CenterEvent } from './staff.messages.ts'

/** What an act was about: `town`, `route`, `operator`, `store`, `kiosk`, `stop`, `maintenance`, `incident` … */
export type ActSubject = { readonly kind: string; readonly id: string }

/** Writes an operator's act, in the transaction of the act. `facts`: identifiers, codes and what the operator wrote. */
export async function recordAct(
  ctx: CenterCtx,
  event: CenterEvent,
  subject: ActSubject | null,
  facts: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await ctx.tx.sql(
    `insert into center.audit
       (audit_id, at, actor, actor_name, event, sentence, subject_kind, subject_id, trace_id, request_id, facts)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      uuidv7(ctx.now.getTime()),
      ctx.now,
      ctx.staff?.staffId ?? 'system',
      ctx.staff?.displayName ?? 'システム',
      event.code,
      event.sentence,
      subject?.kind ?? null,
      subject?.id ?? null,
      ctx.traceId,
      ctx.requestId,
      JSON.stringify(facts),
    ],
  )
}

export type Act = {
  readonly auditId: string
  readonly at: Date
  readonly by: string
  readonly event: string
  readonly sentence: string
  readonly subjectKind: string | null
  readonly subjectId: string | null
  readonly facts: Record<string, unknown>
}

/** The newest first, 200 at most. */
export async function listActs(
  ctx: CenterCtx,
  asked: {
    readonly before?: string | undefined
    readonly subjectKind?: string | undefined
    readonly subjectId?: string | undefined
  },
): Promise<Act[]> {
  return await ctx.tx.sql<Act>(
    `select audit_id as "auditId", at, actor_name as by, event, sentence, subject_kind as "subjectKind",
            subject_id as "subjectId", facts
       from center.audit
      where ($1::timestamptz is null or at < $1) and ($2::text is null or subject_kind = $2)
        and ($3::text is null or subject_id = $3)
      order by at desc, audit_id desc limit 200`,
    [asked.before ?? null, asked.subjectKind ?? null, asked.subjectId ?? null],
  )
}
