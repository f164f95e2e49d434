import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { Reason } from './rules/assessment.ts'
import type { DifferenceId, DifferenceState, SupportId } from './support.ts'

const CHANGES = 'support.difference.sealed'
const REASON = 'support.difference.reason'

export type DifferenceWords = { readonly changes: readonly string[]; readonly reasons: readonly Reason[] }

export type Difference = {
  readonly differenceId: DifferenceId
  readonly supportId: SupportId
  readonly awardedYen: number
  readonly entitledYen: number
  readonly state: DifferenceState
  readonly version: number
  readonly foundAt: Date
  readonly words: DifferenceWords
}

type Row = Omit<Difference, 'awardedYen' | 'entitledYen' | 'words'> & {
  awardedYen: string
  entitledYen: string
  sealed: Buffer
}

const columns = `d.difference_id as "differenceId", d.application_id as "supportId", d.awarded_yen as "awardedYen",
  d.entitled_yen as "entitledYen", d.state, d.version, d.found_at as "foundAt", d.sealed`

function differenceOf(keys: Keys, { sealed, ...row }: Row): Difference {
  return {
    ...row,
    awardedYen: Number(row.awardedYen),
    entitledYen: Number(row.entitledYen),
    words: JSON.parse(keys.open(CHANGES, row.differenceId, sealed)) as DifferenceWords,
  }
}

/** Open ones first, then the newest. */
export async function listDifferences(tx: Tx, keys: Keys, disasterId: DisasterId): Promise<Difference[]> {
  const rows = await tx.sql<Row>(
    `select ${columns} from support.difference d
       join support.application a on a.municipality_code = d.municipality_code and a.application_id = d.application_id
      where d.municipality_code = $1 and a.disaster_id = $2 and d.state <> 'gone'
      order by d.state = 'open' desc, d.difference_id desc limit 500`,
    [tx.municipality, disasterId],
  )
  return rows.map((row) => differenceOf(keys, row))
}

export async function findDifference(
  tx: Tx,
  keys: Keys,
  differenceId: DifferenceId,
): Promise<Difference | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns} from support.difference d where d.municipality_code = $1 and d.difference_id = $2`,
    [tx.municipality, differenceId],
  )
  return row ? differenceOf(keys, row) : null
}

/** Which applications of a disaster have an open one. */
export async function openOf(tx: Tx, disasterId: DisasterId): Promise<Set<SupportId>> {
  const rows = await tx.sql<{ supportId: SupportId }>(
    `select d.application_id as "supportId" from support.difference d
       join support.application a on a.municipality_code = d.municipality_code and a.application_id = d.application_id
      where d.municipality_code = $1 and a.disaster_id = $2 and d.state = 'open'`,
    [tx.municipality, disasterId],
  )
  return new Set(rows.map(({ supportId }) => supportId))
}

/** The open one of an application. */
export async function findOpen(tx: Tx, keys: Keys, supportId: SupportId): Promise<Difference | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns} from support.difference d
      where d.municipality_code = $1 and d.application_id = $2 and d.state = 'open' for update`,
    [tx.municipality, supportId],
  )
  return row ? differenceOf(keys, row) : null
}

/** What was last decided to be left as it is: the same difference is not told twice. */
export async function lastKept(
  tx: Tx,
  supportId: SupportId,
): Promise<{ entitledYen: number; awardedYen: number } | null> {
  const [row] = await tx.sql<{ entitled: string; awarded: string }>(
    `select entitled_yen as entitled, awarded_yen as awarded from support.difference
      where municipality_code = $1 and application_id = $2 and state = 'kept' order by difference_id desc limit 1`,
    [tx.municipality, supportId],
  )
  return row ? { entitledYen: Number(row.entitled), awardedYen: Number(row.awarded) } : null
}

export async function insertDifference(tx: Tx, keys: Keys, difference: Difference): Promise<boolean> {
  const rows = await tx.sql(
    `insert into support.difference (municipality_code, difference_id, application_id, awarded_yen, entitled_yen, state,
       version, found_at, sealed) values ($1, $2, $3, $4, $5, 'open', 1, $6, $7)
     on conflict do nothing returning difference_id`,
    [
      tx.municipality,
      difference.differenceId,
      difference.supportId,
      difference.awardedYen,
      difference.entitledYen,
      difference.foundAt,
      keys.seal(CHANGES, difference.differenceId, JSON.stringify(difference.words)),
    ],
  )
  return rows.length === 1
}

/** Facts changed once more before anybody decided. */
export async function changeOpen(
  tx: Tx,
  keys: Keys,
  difference: Difference,
  state: 'open' | 'gone',
): Promise<void> {
  await tx.sql(
    `update support.difference set version = version + 1, state = $4, awarded_yen = $5, entitled_yen = $6, sealed = $7
      where municipality_code = $1 and difference_id = $2 and state = 'open' and version = $3`,
    [
      tx.municipality,
      difference.differenceId,
      difference.version,
      state,
      difference.awardedYen,
      difference.entitledYen,
      keys.seal(CHANGES, difference.differenceId, JSON.stringify(difference.words)),
    ],
  )
}

/** False when it is open no more, or changed since it was seen. */
export async function decide(
  tx: Tx,
  keys: Keys,
  decision: {
    readonly differenceId: DifferenceId
    readonly version: number
    readonly state: DifferenceState
    readonly reason: string
    readonly at: Date
    readonly by: string
    readonly label: string
  },
): Promise<boolean> {
  const rows = await tx.sql(
    `update support.difference
        set state = $4, version = version + 1, reason = $5, decided_at = $6, decided_by = $7, decided_by_label = $8
      where municipality_code = $1 and difference_id = $2 and version = $3 and state = 'open' returning difference_id`,
    [
      tx.municipality,
      decision.differenceId,
      decision.version,
      decision.state,
      keys.seal(REASON, decision.differenceId, decision.reason),
      decision.at,
      decision.by,
      decision.label,
    ],
  )
  return rows.length === 1
}

/**
 * Of granted applications, those about whose people anything was told since the newest proposal: their facts may be others
 * by now. What changes no fact of a household does not count, so that few are judged anew.
 */
export async function toldSinceProposal(tx: Tx, supportIds: readonly SupportId[]): Promise<Set<SupportId>> {
  const proposed = await tx.sql<{ supportId: SupportId; at: Date }>(
    `select application_id as "supportId", max(proposed_at) as at from support.proposal
      where municipality_code = $1 and application_id = any($2::uuid[]) group by application_id`,
    [tx.municipality, [...supportIds]],
  )
  const rows = await tx.sql<{ supportId: SupportId }>(
    `select distinct p.id as "supportId"
       from unnest($2::uuid[], $3::uuid[]) as p (id, since)
       join support.claim c on c.municipality_code = $1 and c.application_id = p.id
       join ledger.pub_entry e
         on e.municipality_code = $1 and e.disaster_id = c.disaster_id
        and (e.resident_no = c.resident_no or e.non_resident_id = c.non_resident_id)
       join ledger.pub_fact f on f.municipality_code = $1 and f.entry_id = e.entry_id and f.fact_id >= p.since
      where split_part(f.kind, '.', 1) in ('risai', 'ledger', 'surveys') or f.kind = 'support.circumstances'`,
    [tx.municipality, proposed.map(({ supportId }) => supportId), proposed.map(({ at }) => firstIdAfter(at))],
  )
  return new Set(rows.map(({ supportId }) => supportId))
}

/** The lowest UUID of version 7 that a later millisecond can have. */
function firstIdAfter(at: Date): string {
  const hex = (at.getTime() + 1).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}
