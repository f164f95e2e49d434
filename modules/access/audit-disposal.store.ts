import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type AuditSetting = {
  /** 0 = the town has decided nothing: the defaults hold. */
  readonly settingNo: number
  /** `null` = not decided, nothing is ever disposed of. */
  readonly retentionYears: number | null
  readonly retentionSource: string
  readonly extractNames: boolean
  readonly dayFromMinute: number
  readonly dayUntilMinute: number
  readonly manyFrom: number
  readonly oftenFrom: number
  readonly at: Date | null
  readonly actor: string | null
}

/** What holds where a town has decided nothing. Hours and numbers are our judgement, no source names any. */
export const defaultSetting: AuditSetting = {
  settingNo: 0,
  retentionYears: null,
  retentionSource: '',
  extractNames: false,
  dayFromMinute: 8 * 60,
  dayUntilMinute: 19 * 60,
  manyFrom: 50,
  oftenFrom: 10,
  at: null,
  actor: null,
}

export async function findSetting(tx: Tx): Promise<AuditSetting> {
  const [row] = await tx.sql<AuditSetting>(
    `select setting_no as "settingNo", retention_years as "retentionYears", retention_source as "retentionSource",
            extract_names as "extractNames", day_from_minute as "dayFromMinute", day_until_minute as "dayUntilMinute",
            many_from as "manyFrom", often_from as "oftenFrom", at, actor
       from access.audit_setting where municipality_code = $1 order by setting_no desc limit 1`,
    [tx.municipality],
  )
  return row ?? defaultSetting
}

/** False when somebody else wrote this number first. */
export async function insertSetting(
  tx: Tx,
  setting: AuditSetting & { readonly at: Date; readonly actor: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into access.audit_setting (municipality_code, setting_no, at, actor, retention_years, retention_source,
       extract_names, day_from_minute, day_until_minute, many_from, often_from)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing returning setting_no`,
    [
      tx.municipality,
      setting.settingNo,
      setting.at,
      setting.actor,
      setting.retentionYears,
      setting.retentionSource,
      setting.extractNames,
      setting.dayFromMinute,
      setting.dayUntilMinute,
      setting.manyFrom,
      setting.oftenFrom,
    ],
  )
  return rows.length === 1
}

/**
 * The last link before which all acts are older than `before`; `null` = none. Acts that came in late stay with the younger
 * ones they stand among.
 */
export async function lastDisposable(tx: Tx, before: Date): Promise<number | null> {
  const [row] = await tx.sql<{ position: string | null }>(
    `select coalesce(
        (select min(position) - 1 from access.audit_link where municipality_code = $1 and at >= $2),
        (select max(position) from access.audit_link where municipality_code = $1)) as position`,
    [tx.municipality, before],
  )
  const [first] = await tx.sql<{ position: string | null }>(
    'select min(position) as position from access.audit_link where municipality_code = $1',
    [tx.municipality],
  )
  if (!row?.position || !first?.position || Number(row.position) < Number(first.position)) return null
  return Number(row.position)
}

export async function countThrough(tx: Tx, position: number): Promise<number> {
  const [row] = await tx.sql<{ count: string }>(
    'select count(*) as count from access.audit_link where municipality_code = $1 and position <= $2',
    [tx.municipality, position],
  )
  return Number(row!.count)
}

export type Disposal = {
  readonly disposalId: string
  readonly beforeAt: Date
  readonly throughPosition: number
  readonly acts: number
  readonly retentionYears: number
  readonly retentionSource: string
  readonly requestedAt: Date
  readonly requestedBy: string
  readonly decidedAt: Date | null
  readonly decidedBy: string | null
  readonly approved: boolean | null
  readonly finishedAt: Date | null
  /** So far, by the tombstones. */
  readonly disposed: number
}
type DisposalRow = Omit<Disposal, 'throughPosition' | 'acts' | 'disposed'> & {
  throughPosition: string
  acts: string
  disposed: string
}

const DISPOSAL = `d.disposal_id as "disposalId", d.before_at as "beforeAt", d.through_position as "throughPosition", d.acts,
  d.retention_years as "retentionYears", d.retention_source as "retentionSource", d.requested_at as "requestedAt",
  d.requested_by as "requestedBy", d.decided_at as "decidedAt", d.decided_by as "decidedBy", d.approved,
  d.finished_at as "finishedAt",
  (select coalesce(sum(t.acts), 0) from access.audit_tombstone t
    where t.municipality_code = $1 and t.disposal_id = d.disposal_id) as disposed`
const disposalOf = (row: DisposalRow): Disposal => ({
  ...row,
  throughPosition: Number(row.throughPosition),
  acts: Number(row.acts),
  disposed: Number(row.disposed),
})

export async function listDisposals(tx: Tx): Promise<Disposal[]> {
  const rows = await tx.sql<DisposalRow>(
    `select ${DISPOSAL} from access.audit_disposal d where d.municipality_code = $1
      order by d.requested_at desc, d.disposal_id desc limit 100`,
    [tx.municipality],
  )
  return rows.map(disposalOf)
}

/** Held until the transaction ends. */
export async function holdDisposal(tx: Tx, disposalId: string): Promise<Disposal | undefined> {
  const rows = await tx.sql<DisposalRow>(
    `select ${DISPOSAL} from access.audit_disposal d
      where d.municipality_code = $1 and d.disposal_id = $2 for update of d`,
    [tx.municipality, disposalId],
  )
  return rows.map(disposalOf)[0]
}

/** The approved one that is not finished. */
export async function findApproved(tx: Tx): Promise<string | null> {
  const [row] = await tx.sql<{ disposalId: string }>(
    `select disposal_id as "disposalId" from access.audit_disposal
      where municipality_code = $1 and approved and finished_at is null`,
    [tx.municipality],
  )
  return row?.disposalId ?? null
}

/** False when one is open already. */
export async function insertDisposal(
  tx: Tx,
  disposal: Omit<Disposal, 'decidedAt' | 'decidedBy' | 'approved' | 'finishedAt' | 'disposed'>,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into access.audit_disposal (municipality_code, disposal_id, before_at, through_position, acts,
       retention_years, retention_source, requested_at, requested_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning disposal_id`,
    [
      tx.municipality,
      disposal.disposalId,
      disposal.beforeAt,
      disposal.throughPosition,
      disposal.acts,
      disposal.retentionYears,
      disposal.retentionSource,
      disposal.requestedAt,
      disposal.requestedBy,
    ],
  )
  return rows.length === 1
}

/** False when it was decided meanwhile. */
export async function decideDisposal(
  tx: Tx,
  disposalId: string,
  decision: { readonly at: Date; readonly by: string; readonly approved: boolean },
): Promise<boolean> {
  const rows = await tx.sql(
    `update access.audit_disposal set decided_at = $3, decided_by = $4, approved = $5
      where municipality_code = $1 and disposal_id = $2 and decided_at is null returning disposal_id`,
    [tx.municipality, disposalId, decision.at, decision.by, decision.approved],
  )
  return rows.length === 1
}

export async function finishDisposal(tx: Tx, disposalId: string, now: Date): Promise<void> {
  await tx.sql(
    'update access.audit_disposal set finished_at = $3 where municipality_code = $1 and disposal_id = $2',
    [tx.municipality, disposalId, now],
  )
}

export type Tombstone = {
  readonly from: number
  readonly to: number
  readonly disposalId: string
  readonly acts: number
  readonly subjects: number
  readonly firstAt: Date
  readonly lastAt: Date
  readonly hash: Buffer
  readonly disposedAt: Date
}

export async function listTombstones(tx: Tx): Promise<Tombstone[]> {
  const rows = await tx.sql<Omit<Tombstone, 'from' | 'to'> & { from: string; to: string }>(
    `select from_position as "from", to_position as "to", disposal_id as "disposalId", acts, subjects,
            first_at as "firstAt", last_at as "lastAt", hash, disposed_at as "disposedAt"
       from access.audit_tombstone where municipality_code = $1 order by from_position`,
    [tx.municipality],
  )
  return rows.map((row) => ({ ...row, from: Number(row.from), to: Number(row.to) }))
}

/** The next links to go, up to one of them: what their tombstone has to say; `undefined` = none left. */
export async function nextToGo(
  tx: Tx,
  through: number,
  most: number,
): Promise<
  { from: number; to: number; links: number; firstAt: Date; lastAt: Date; hash: Buffer } | undefined
> {
  const [row] = await tx.sql<{
    from: string | null
    to: string
    links: number
    firstAt: Date
    lastAt: Date
    hash: Buffer
  }>(
    `with going as (
       select position, at, hash from access.audit_link
        where municipality_code = $1 and position <= $2 order by position limit $3)
     select min(position) as "from", max(position) as "to", count(*)::int as links, min(at) as "firstAt",
            max(at) as "lastAt", (select hash from going order by position desc limit 1) as hash from going`,
    [tx.municipality, through, most],
  )
  if (!row || row.from === null) return undefined
  return { ...row, from: Number(row.from), to: Number(row.to) }
}

/**
 * Deletes the acts of these links, their subjects and the links. Nobody who signs in may delete: it is done as a role that may
 * do nothing else. A failure ends it with the transaction.
 */
export async function deleteThrough(tx: Tx, to: number): Promise<{ acts: number; subjects: number }> {
  await tx.client.query('set local role disposer')
  const [subjects] = await tx.sql<{ count: number }>(
    `with gone as (
       delete from access.audit_subject s using access.audit_link l
        where s.municipality_code = $1 and l.municipality_code = $1 and l.position <= $2
          and s.at = l.at and s.audit_id = l.audit_id returning 1)
     select count(*)::int as count from gone`,
    [tx.municipality, to],
  )
  const [acts] = await tx.sql<{ count: number }>(
    `with gone as (
       delete from access.audit a using access.audit_link l
        where a.municipality_code = $1 and l.municipality_code = $1 and l.position <= $2
          and a.at = l.at and a.audit_id = l.audit_id returning 1)
     select count(*)::int as count from gone`,
    [tx.municipality, to],
  )
  await tx.sql('delete from access.audit_link where municipality_code = $1 and position <= $2', [
    tx.municipality,
    to,
  ])
  await tx.client.query('set local role none')
  return { acts: acts!.count, subjects: subjects!.count }
}

/** Counts of months that are over before a day. */
export async function deletePairs(tx: Tx, beforeOn: string): Promise<void> {
  await tx.client.query('set local role disposer')
  await tx.sql(
    `delete from access.audit_pair where municipality_code = $1 and month_on < date_trunc('month', $2::date)::date`,
    [tx.municipality, beforeOn],
  )
  await tx.client.query('set local role none')
}

export async function insertTombstone(tx: Tx, stone: Tombstone): Promise<void> {
  await tx.sql(
    `insert into access.audit_tombstone (municipality_code, from_position, to_position, disposal_id, acts, subjects,
       first_at, last_at, hash, disposed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      tx.municipality,
      stone.from,
      stone.to,
      stone.disposalId,
      stone.acts,
      stone.subjects,
      stone.firstAt,
      stone.lastAt,
      stone.hash,
      stone.disposedAt,
    ],
  )
}
