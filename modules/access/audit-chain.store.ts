import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { ChainedAct } from './audit-canonical.ts'

/** Where the sealed private halves belong. */
export const AUDIT_KEY_PLACE = 'access.audit_key.sealed_private'

export type Chain = {
  readonly position: number
  readonly hash: Buffer
  /** When all acts of the last days had a link; `null` = never yet. */
  readonly sweptAt: Date | null
}

/** The end of the chain, held until the transaction ends: whoever links as well waits. */
export async function holdChain(tx: Tx, start: Buffer, now: Date): Promise<Chain> {
  await tx.sql(
    `insert into access.audit_chain (municipality_code, position, hash, linked_at) values ($1, 0, $2, $3)
     on conflict do nothing`,
    [tx.municipality, start, now],
  )
  const [row] = await tx.sql<{ position: string; hash: Buffer; sweptAt: Date | null }>(
    `select position, hash, swept_at as "sweptAt" from access.audit_chain where municipality_code = $1 for update`,
    [tx.municipality],
  )
  return { ...row!, position: Number(row!.position) }
}

export async function saveChain(tx: Tx, chain: Chain, now: Date): Promise<void> {
  await tx.sql(
    `update access.audit_chain set position = $2, hash = $3, swept_at = $4, linked_at = $5 where municipality_code = $1`,
    [tx.municipality, chain.position, chain.hash, chain.sweptAt, now],
  )
}

/** The time of the act that a link is of; `null` before the first. */
export async function linkedUntil(tx: Tx, position: number): Promise<Date | null> {
  const [row] = await tx.sql<{ at: Date }>(
    'select at from access.audit_link where municipality_code = $1 and position = $2',
    [tx.municipality, position],
  )
  return row?.at ?? null
}

const ACT = `(extract(epoch from a.at) * 1000000)::bigint::text as "atMicros", a.audit_id as "auditId", a.actor, a.event,
  a.purpose, a.trace_id as "traceId", a.request_id as "requestId", a.session_id as "sessionId",
  a.subject_count as "subjectCount", a.facts`
const SUBJECTS = `array(
    select s.subject_kind || chr(31) || s.subject_id from access.audit_subject s
     where s.municipality_code = $1 and s.at = a.at and s.audit_id = a.audit_id
     order by s.subject_kind collate "C", s.subject_id collate "C") as subjects`

/** Acts that are committed and have no link, from a moment on (`null` = from the beginning), oldest first. */
export async function listUnlinked(
  tx: Tx,
  since: Date | null,
  most: number,
): Promise<(ChainedAct & { readonly at: Date })[]> {
  return await tx.sql(
    `select a.at, ${ACT}, ${SUBJECTS} from access.audit a
      where a.municipality_code = $1 and a.at >= coalesce($2::timestamptz, '-infinity')
        and not exists (select 1 from access.audit_link l
                         where l.municipality_code = $1 and l.at = a.at and l.audit_id = a.audit_id)
      order by a.at, a.audit_id limit $3`,
    [tx.municipality, since, most],
  )
}

export async function insertLinks(
  tx: Tx,
  links: readonly { position: number; atMicros: string; auditId: string; hash: Buffer }[],
): Promise<void> {
  await tx.sql(
    `insert into access.audit_link (municipality_code, position, at, audit_id, hash)
     select $1, position, timestamptz 'epoch' + micros * interval '1 microsecond', audit_id, hash
       from unnest($2::bigint[], $3::bigint[], $4::uuid[], $5::bytea[]) as t (position, micros, audit_id, hash)`,
    [
      tx.municipality,
      links.map(({ position }) => position),
      links.map(({ atMicros }) => atMicros),
      links.map(({ auditId }) => auditId),
      links.map(({ hash }) => hash),
    ],
  )
}

export type Pair = {
  readonly monthOn: string
  readonly actor: string
  readonly kind: string
  readonly id: string
  readonly acts: number
  readonly firstAt: Date
  readonly lastAt: Date
}

export async function addPairs(tx: Tx, pairs: readonly Pair[]): Promise<void> {
  if (pairs.length === 0) return
  await tx.sql(
    `insert into access.audit_pair as p
       (municipality_code, month_on, actor, subject_kind, subject_id, acts, first_at, last_at)
     select $1, month_on, actor, kind, id, acts, first_at, last_at
       from unnest($2::date[], $3::text[], $4::text[], $5::text[], $6::int[], $7::timestamptz[], $8::timestamptz[])
         as t (month_on, actor, kind, id, acts, first_at, last_at)
     on conflict (municipality_code, month_on, actor, subject_kind, subject_id) do update
       set acts = p.acts + excluded.acts, first_at = least(p.first_at, excluded.first_at),
           last_at = greatest(p.last_at, excluded.last_at)`,
    [
      tx.municipality,
      pairs.map(({ monthOn }) => monthOn),
      pairs.map(({ actor }) => actor),
      pairs.map(({ kind }) => kind),
      pairs.map(({ id }) => id),
      pairs.map(({ acts }) => acts),
      pairs.map(({ firstAt }) => firstAt),
      pairs.map(({ lastAt }) => lastAt),
    ],
  )
}

export type AuditKey = { readonly keyId: number; readonly publicKey: Buffer }

export async function findKeyInUse(
  tx: Tx,
  keys: Keys,
): Promise<(AuditKey & { readonly privateKey: Buffer }) | undefined> {
  const [row] = await tx.sql<AuditKey & { sealed: Buffer }>(
    `select key_id as "keyId", public_key as "publicKey", sealed_private as sealed from access.audit_key
      where municipality_code = $1 and until_at is null`,
    [tx.municipality],
  )
  if (!row) return undefined
  const { sealed, ...key } = row
  return { ...key, privateKey: Buffer.from(keys.open(AUDIT_KEY_PLACE, String(key.keyId), sealed), 'base64') }
}

/** Every key there ever was. */
export async function listKeys(tx: Tx): Promise<AuditKey[]> {
  return await tx.sql<AuditKey>(
    `select key_id as "keyId", public_key as "publicKey" from access.audit_key where municipality_code = $1 order by key_id`,
    [tx.municipality],
  )
}

export async function insertKey(
  tx: Tx,
  keys: Keys,
  key: AuditKey & { readonly privateKey: Buffer },
  now: Date,
): Promise<void> {
  await tx.sql(
    `insert into access.audit_key (municipality_code, key_id, public_key, sealed_private, from_at)
     values ($1, $2, $3, $4, $5)`,
    [
      tx.municipality,
      key.keyId,
      key.publicKey,
      keys.seal(AUDIT_KEY_PLACE, String(key.keyId), key.privateKey.toString('base64')),
      now,
    ],
  )
}

/** Takes the key in use out of it and destroys its private half. */
export async function retireKey(tx: Tx, now: Date): Promise<number | null> {
  const [row] = await tx.sql<{ keyId: number }>(
    `update access.audit_key set until_at = $2, sealed_private = null
      where municipality_code = $1 and until_at is null returning key_id as "keyId"`,
    [tx.municipality, now],
  )
  return row?.keyId ?? null
}

export type Head = {
  readonly position: number
  readonly hash: Buffer
  readonly signedAt: Date
  readonly keyId: number
  readonly signature: Buffer
}
type HeadRow = Omit<Head, 'position'> & { position: string }
const HEAD = `position, hash, signed_at as "signedAt", key_id as "keyId", signature`
const headOf = (row: HeadRow): Head => ({ ...row, position: Number(row.position) })

export async function lastHead(tx: Tx): Promise<Head | undefined> {
  const rows = await tx.sql<HeadRow>(
    `select ${HEAD} from access.audit_head where municipality_code = $1 order by position desc limit 1`,
    [tx.municipality],
  )
  return rows.map(headOf)[0]
}

export async function listHeads(tx: Tx): Promise<Head[]> {
  const rows = await tx.sql<HeadRow>(
    `select ${HEAD} from access.audit_head where municipality_code = $1 order by position`,
    [tx.municipality],
  )
  return rows.map(headOf)
}

export async function insertHead(tx: Tx, head: Head): Promise<void> {
  await tx.sql(
    `insert into access.audit_head (municipality_code, position, hash, signed_at, key_id, signature)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [tx.municipality, head.position, head.hash, head.signedAt, head.keyId, head.signature],
  )
}

/** Whether something is to be linked is seldom asked without a reason: how far the clock of the database is from ours, s. */
export async function clockDifference(tx: Tx, now: Date): Promise<number> {
  const [row] = await tx.sql<{ seconds: number }>(
    `select extract(epoch from clock_timestamp() - $1::timestamptz)::float8 as seconds`,
    [now],
  )
  return Math.round(row!.seconds)
}

/** Where the trail begins that is still here: what was before it was disposed of. */
export async function lastTombstone(tx: Tx): Promise<{ position: number; hash: Buffer } | undefined> {
  const [row] = await tx.sql<{ position: string; hash: Buffer }>(
    `select to_position as position, hash from access.audit_tombstone
      where municipality_code = $1 order by to_position desc limit 1`,
    [tx.municipality],
  )
  return row && { ...row, position: Number(row.position) }
}

/** Each link with its act (nulls where the act is gone), in order, for reading in batches. */
export const LINKS = `select l.position, l.hash, (extract(epoch from l.at) * 1000000)::bigint::text as "linkAtMicros",
    l.audit_id as "linkAuditId", a.audit_id is not null as present, ${ACT}, ${SUBJECTS.replaceAll('a.at', 'l.at').replaceAll('a.audit_id', 'l.audit_id')}
  from access.audit_link l
  left join access.audit a on a.municipality_code = $1 and a.at = l.at and a.audit_id = l.audit_id
 where l.municipality_code = $1 order by l.position`

/** Acts without a link. */
export const UNLINKED = `select (extract(epoch from a.at) * 1000000)::bigint::text as "atMicros", a.audit_id as "auditId", a.actor,
    a.event from access.audit a
  where a.municipality_code = $1
    and not exists (select 1 from access.audit_link l
                     where l.municipality_code = $1 and l.at = a.at and l.audit_id = a.audit_id)
  order by a.at, a.audit_id`

/** Subjects without an act. */
export const ORPHANS = `select (extract(epoch from s.at) * 1000000)::bigint::text as "atMicros", s.audit_id as "auditId",
    count(*)::int as subjects from access.audit_subject s
  where s.municipality_code = $1
    and not exists (select 1 from access.audit a
                     where a.municipality_code = $1 and a.at = s.at and a.audit_id = s.audit_id)
  group by s.at, s.audit_id order by s.at, s.audit_id`
