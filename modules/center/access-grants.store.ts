import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { BreakGlassPurpose, EndKind } from '../certificates/exchange.contract.ts'

export type GrantRow = {
  readonly grantId: string
  readonly grantNo: number
  readonly municipalityCode: MunicipalityCode
  readonly purpose: BreakGlassPurpose
  readonly ticket: string
  readonly reason: string
  readonly minutes: number
  readonly askedBy: string
  readonly askedByName: string
  readonly askedAt: Date
  readonly approvedBy: string | null
  readonly approvedByName: string | null
  readonly approvedAt: Date | null
  readonly untilAt: Date | null
  readonly declinedByName: string | null
  readonly declinedAt: Date | null
  readonly declineNote: string | null
  readonly codeSha: Buffer | null
  readonly endedAt: Date | null
  readonly endedByName: string | null
  readonly toldAt: Date | null
  readonly enteredAt: Date | null
  readonly overAt: Date | null
  readonly overKind: EndKind | null
  readonly overBy: string | null
  readonly actsUntil: Date | null
  readonly reviewByName: string | null
  readonly reviewAt: Date | null
  readonly reviewNote: string | null
  readonly townReviewBy: string | null
  readonly townReviewAt: Date | null
  readonly townReviewNote: string | null
  readonly settledAt: Date | null
}

const columns = `g.grant_id as "grantId", g.grant_no as "grantNo", g.municipality_code as "municipalityCode", g.purpose,
  g.ticket, g.reason, g.minutes, g.asked_by as "askedBy", g.asked_by_name as "askedByName", g.asked_at as "askedAt",
  g.approved_by as "approvedBy", g.approved_by_name as "approvedByName", g.approved_at as "approvedAt",
  g.until_at as "untilAt", g.declined_by_name as "declinedByName", g.declined_at as "declinedAt",
  g.decline_note as "declineNote", g.code_sha as "codeSha", g.ended_at as "endedAt", g.ended_by_name as "endedByName",
  g.told_at as "toldAt", g.entered_at as "enteredAt", g.over_at as "overAt", g.over_kind as "overKind",
  g.over_by as "overBy", g.acts_until as "actsUntil", g.review_by_name as "reviewByName", g.review_at as "reviewAt",
  g.review_note as "reviewNote", g.town_review_by as "townReviewBy", g.town_review_at as "townReviewAt",
  g.town_review_note as "townReviewNote", g.settled_at as "settledAt"`

export type GrantLine = GrantRow & { readonly town: string; readonly contacts: number }

const lines = `select ${columns}, coalesce(t.name, g.municipality_code) as town,
    (select count(*)::int from center.contact c
      where c.party = 'town' and c.party_key = g.municipality_code and c.removed_at is null) as contacts
  from center.access_grant g left join center.town t using (municipality_code)`

/** Numbers follow each other; `null` = another was asked for at the same moment. */
export async function insert(
  tx: Tx,
  grant: Pick<
    GrantRow,
    | 'grantId'
    | 'municipalityCode'
    | 'purpose'
    | 'ticket'
    | 'reason'
    | 'minutes'
    | 'askedBy'
    | 'askedByName'
    | 'askedAt'
  >,
): Promise<number | null> {
  const [row] = await tx.sql<{ grantNo: number }>(
    `insert into center.access_grant (grant_id, grant_no, municipality_code, purpose, ticket, reason, minutes, asked_by,
       asked_by_name, asked_at)
     select $1, coalesce(max(grant_no), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9 from center.access_grant
     on conflict do nothing returning grant_no as "grantNo"`,
    [
      grant.grantId,
      grant.municipalityCode,
      grant.purpose,
      grant.ticket,
      grant.reason,
      grant.minutes,
      grant.askedBy,
      grant.askedByName,
      grant.askedAt,
    ],
  )
  return row?.grantNo ?? null
}

/** Held until the transaction ends: of two who decide at once the second sees what the first did. */
export async function hold(tx: Tx, grantId: string): Promise<GrantRow | undefined> {
  const [row] = await tx.sql<GrantRow>(
    `select ${columns} from center.access_grant g where g.grant_id = $1 for update`,
    [grantId],
  )
  return row
}

export async function list(tx: Tx): Promise<GrantLine[]> {
  return await tx.sql<GrantLine>(`${lines} order by g.asked_at desc, g.grant_no desc limit 200`)
}

export async function find(tx: Tx, grantId: string): Promise<GrantLine | undefined> {
  const [row] = await tx.sql<GrantLine>(`${lines} where g.grant_id = $1`, [grantId])
  return row
}

/** The two are compared here as well: no way of calling this makes one person both. False = nothing to approve. */
export async function approve(
  tx: Tx,
  grantId: string,
  by: { readonly staffId: string; readonly name: string; readonly at: Date; readonly askedAfter: Date },
): Promise<boolean> {
  const rows = await tx.sql(
    `update center.access_grant
        set approved_by = $2, approved_by_name = $3, approved_at = $4,
            until_at = $4::timestamptz + make_interval(mins => minutes), ask_again_at = $4
      where grant_id = $1 and approved_at is null and declined_at is null and ended_at is null
        and asked_by <> $2 and asked_at > $5 returning grant_id`,
    [grantId, by.staffId, by.name, by.at, by.askedAfter],
  )
  return rows.length === 1
}

export async function decline(tx: Tx, grantId: string, by: string, at: Date, note: string): Promise<void> {
  await tx.sql(
    `update center.access_grant set declined_by_name = $2, declined_at = $3, decline_note = $4
      where grant_id = $1 and approved_at is null`,
    [grantId, by, at, note],
  )
}

export async function end(tx: Tx, grantId: string, by: string, at: Date): Promise<void> {
  await tx.sql(
    `update center.access_grant set ended_by_name = $2, ended_at = $3, ask_again_at = $3
      where grant_id = $1 and ended_at is null`,
    [grantId, by, at],
  )
}

export async function setCode(tx: Tx, grantId: string, codeSha: Buffer | null, at: Date): Promise<void> {
  await tx.sql('update center.access_grant set code_sha = $2, code_drawn_at = $3 where grant_id = $1', [
    grantId,
    codeSha,
    at,
  ])
}

export async function review(tx: Tx, grantId: string, by: string, at: Date, note: string): Promise<boolean> {
  const rows = await tx.sql(
    `update center.access_grant set review_by_name = $2, review_at = $3, review_note = $4, ask_again_at = $3
      where grant_id = $1 and review_at is null returning grant_id`,
    [grantId, by, at, note],
  )
  return rows.length === 1
}

/** Approved ones of which the town's cloud is to be told or asked now. */
export async function listToTell(tx: Tx, now: Date): Promise<GrantRow[]> {
  return await tx.sql<GrantRow>(
    `select ${columns} from center.access_grant g
      where g.settled_at is null and g.approved_at is not null and g.ask_again_at <= $1 order by g.grant_no limit 50`,
    [now],
  )
}

export async function setStanding(
  tx: Tx,
  grantId: string,
  standing: {
    readonly toldAt: Date
    readonly askAgainAt: Date | null
    readonly enteredAt: Date | null
    readonly over: { readonly at: Date; readonly kind: EndKind; readonly by: string } | null
    readonly townReview: { readonly at: Date; readonly by: string; readonly note: string } | null
    readonly settledAt: Date | null
  },
): Promise<void> {
  const { over, townReview } = standing
  await tx.sql(
    `update center.access_grant
        set told_at = coalesce(told_at, $2), ask_again_at = $3, entered_at = $4, over_at = $5, over_kind = $6, over_by = $7,
            town_review_at = $8, town_review_by = $9, town_review_note = $10, settled_at = $11
      where grant_id = $1`,
    [
      grantId,
      standing.toldAt,
      standing.askAgainAt,
      standing.enteredAt,
      over?.at ?? null,
      over?.kind ?? null,
      over?.by ?? null,
      townReview?.at ?? null,
      townReview?.by ?? null,
      townReview?.note ?? null,
      standing.settledAt,
    ],
  )
}

export type Act = {
  readonly actId: string
  readonly at: Date
  readonly words: string
  readonly people: number
}

/** False when it was told before. */
export async function insertAct(tx: Tx, grantId: string, act: Act): Promise<boolean> {
  const rows = await tx.sql(
    `insert into center.access_act (grant_id, act_id, at, words, people) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning act_id`,
    [grantId, act.actId, act.at, act.words, act.people],
  )
  if (rows.length === 0) return false
  await tx.sql(
    `update center.access_grant set acts_until = greatest(coalesce(acts_until, $2), $2) where grant_id = $1`,
    [grantId, act.at],
  )
  return true
}

export async function listActs(tx: Tx, grantId: string): Promise<Act[]> {
  return await tx.sql<Act>(
    `select act_id as "actId", at, words, people from center.access_act where grant_id = $1
      order by at, act_id limit 1000`,
    [grantId],
  )
}

/** How many wait for an approval, are open, and wait for a review. */
export async function countOpen(
  tx: Tx,
  now: Date,
  askedAfter: Date,
): Promise<{ readonly asked: number; readonly open: number; readonly toReview: number }> {
  const [row] = await tx.sql<{ asked: number; open: number; toReview: number }>(
    `select count(*) filter (where approved_at is null and declined_at is null and ended_at is null
                               and asked_at > $2)::int as asked,
            count(*) filter (where approved_at is not null and not over)::int as open,
            count(*) filter (where approved_at is not null and over)::int as "toReview"
       from (select *, (over_at is not null or ended_at is not null or until_at <= $1) as over
               from center.access_grant where settled_at is null) g`,
    [now, askedAfter],
  )
  return row ?? { asked: 0, open: 0, toReview: 0 }
}

/** When somebody's session began; it did with all that signing in takes. */
export async function signedInAt(tx: Tx, sessionId: string): Promise<Date | null> {
  const [row] = await tx.sql<{ createdAt: Date }>(
    'select created_at as "createdAt" from center.staff_session where session_id = $1',
    [sessionId],
  )
  return row?.createdAt ?? null
}
