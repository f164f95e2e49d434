import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import type { Unprintable, UnprintableDecision } from './characters.ts'

export type Sighting = {
  readonly transactionId: string
  readonly at: Date
  readonly subjectId: string
  readonly residentNos: readonly string[]
}

/** The entry of the list, made when it is the first of its kind. A transaction that is tried again counts once. */
export async function noteSighting(
  tx: Tx,
  newId: string,
  kind: CertificateKindCode,
  { reason, codePoints, item }: Unprintable,
  sighting: Sighting,
): Promise<void> {
  await tx.sql(
    `insert into certificates.unprintable (municipality_code, unprintable_id, reason, code_points, kind, item)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [tx.municipality, newId, reason, codePoints, kind, item],
  )
  await tx.sql(
    `insert into certificates.unprintable_sighting
       (municipality_code, unprintable_id, transaction_id, at, subject_id, resident_nos)
     select $1, unprintable_id, $6::text, $7::timestamptz, $8::text, $9::text[] from certificates.unprintable
      where municipality_code = $1 and reason = $2 and code_points = $3 and kind = $4 and item = $5
     on conflict do nothing`,
    [
      tx.municipality,
      reason,
      codePoints,
      kind,
      item,
      sighting.transactionId,
      sighting.at,
      sighting.subjectId,
      sighting.residentNos,
    ],
  )
}

export type UnprintableRow = Unprintable & {
  readonly unprintableId: string
  readonly kind: CertificateKindCode
  readonly firstSeenAt: Date
  readonly lastSeenAt: Date
  /** Certificates that were refused for it. */
  readonly times: number
  /** Of the last 20 of them. */
  readonly residentNos: readonly string[]
  readonly decisionNo: number | null
  readonly decision: UnprintableDecision | null
  readonly decidedAt: Date | null
  readonly decidedBy: string | null
}

/** Seen last first. `all`: those too that are settled. */
export async function listUnprintable(tx: Tx, all: boolean, limit: number): Promise<UnprintableRow[]> {
  return await tx.sql<UnprintableRow>(
    `select u.unprintable_id as "unprintableId", u.reason, u.code_points as "codePoints", u.kind, u.item,
            seen.first_at as "firstSeenAt", seen.last_at as "lastSeenAt", seen.times,
            array(select distinct r.resident_no from (
                select resident_nos from certificates.unprintable_sighting w
                 where w.municipality_code = $1 and w.unprintable_id = u.unprintable_id order by w.at desc limit 20) w,
              unnest(w.resident_nos) as r (resident_no) order by r.resident_no) as "residentNos",
            d.decision_no as "decisionNo", d.decision, d.at as "decidedAt", d.actor_label as "decidedBy"
       from certificates.unprintable u
       join (select unprintable_id, min(at) as first_at, max(at) as last_at, count(*)::int as times
               from certificates.unprintable_sighting where municipality_code = $1 group by unprintable_id) seen
         on seen.unprintable_id = u.unprintable_id
       left join certificates.unprintable_decision d
         on d.municipality_code = $1 and d.unprintable_id = u.unprintable_id
        and d.decision_no = (select max(n.decision_no) from certificates.unprintable_decision n
              where n.municipality_code = $1 and n.unprintable_id = u.unprintable_id)
      where u.municipality_code = $1
        and ($2 or d.decision is null or d.decision = 'reopened' or (d.decision = 'resolved' and seen.last_at > d.at))
      order by seen.last_at desc, u.unprintable_id limit $3`,
    [tx.municipality, all, limit],
  )
}

export async function hasUnprintable(tx: Tx, unprintableId: string): Promise<boolean> {
  const rows = await tx.sql(
    'select 1 from certificates.unprintable where municipality_code = $1 and unprintable_id = $2',
    [tx.municipality, unprintableId],
  )
  return rows.length === 1
}

/** Appended after the decision that was seen (`null` = none); false when somebody else decided meanwhile. */
export async function insertDecision(
  tx: Tx,
  unprintableId: string,
  afterNo: number | null,
  to: {
    readonly decision: UnprintableDecision
    readonly at: Date
    readonly actor: string
    readonly label: string
  },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into certificates.unprintable_decision
       (municipality_code, unprintable_id, decision_no, decision, at, actor, actor_label)
     select $1, $2::uuid, coalesce(max(decision_no), 0) + 1, $4::text, $5::timestamptz, $6::text, $7::text
       from certificates.unprintable_decision where municipality_code = $1 and unprintable_id = $2
     having coalesce(max(decision_no), 0) = $3
     on conflict do nothing returning decision_no`,
    [tx.municipality, unprintableId, afterNo ?? 0, to.decision, to.at, to.actor, to.label],
  )
  return rows.length === 1
}
