import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import type { Block, BlockAct } from './blocks.ts'

const NOTE = 'certificates.block.note'
const ACT_NOTE = 'certificates.block_act.note'

export async function insertBlock(tx: Tx, keys: Keys, block: Omit<Block, 'acts'>): Promise<void> {
  await tx.sql(
    `insert into certificates.block
       (municipality_code, block_id, scope, target_no, kinds, reason, note, starts_on, ends_on, set_at, set_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tx.municipality,
      block.blockId,
      block.scope,
      block.targetNo,
      block.kinds,
      block.reason,
      keys.seal(NOTE, block.blockId, block.note),
      block.startsOn,
      block.endsOn,
      block.setAt,
      block.setBy,
    ],
  )
}

/** Appends an act after the last one; false when another was quicker. */
export async function insertAct(
  tx: Tx,
  keys: Keys,
  { blockId, acts }: Block,
  { act, untilAt, note, at, actor }: BlockAct,
): Promise<boolean> {
  const actNo = acts.length + 1
  const rows = await tx.sql(
    `insert into certificates.block_act (municipality_code, block_id, act_no, act, until_at, note, at, actor)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning act_no`,
    [
      tx.municipality,
      blockId,
      actNo,
      act,
      untilAt,
      keys.seal(ACT_NOTE, `${blockId}|${actNo}`, note),
      at,
      actor,
    ],
  )
  return rows.length === 1
}

type Row = Omit<Block, 'note' | 'acts'> & { readonly note: Buffer }
type ActRow = Omit<BlockAct, 'note'> & {
  readonly blockId: string
  readonly actNo: number
  readonly note: Buffer
}

const COLUMNS = `block_id as "blockId", scope, target_no as "targetNo", kinds, reason, note, starts_on as "startsOn",
  ends_on as "endsOn", set_at as "setAt", set_by as "setBy"`

/** Newest first, at most 200. `targets`: 宛名番号 and 世帯番号, `null` = anybody's. `lifted`: those too that are no more. */
export async function listBlocks(
  tx: Tx,
  keys: Keys,
  of: { readonly targets: { personNo: string; householdNo: string | null } | null; readonly lifted: boolean },
): Promise<Block[]> {
  const rows = await tx.sql<Row>(
    `select ${COLUMNS} from certificates.block b
      where b.municipality_code = $1
        and ($2::text is null or (b.scope = 'person' and b.target_no = $2) or (b.scope = 'household' and b.target_no = $3::text))
        and ($4 or not exists (select 1 from certificates.block_act l
              where l.municipality_code = $1 and l.block_id = b.block_id and l.act = 'lift'))
      order by b.set_at desc, b.block_id limit 200`,
    [tx.municipality, of.targets?.personNo ?? null, of.targets?.householdNo ?? null, of.lifted],
  )
  return await withActs(tx, keys, rows)
}

export async function findBlock(tx: Tx, keys: Keys, blockId: string): Promise<Block | undefined> {
  const rows = await tx.sql<Row>(
    `select ${COLUMNS} from certificates.block where municipality_code = $1 and block_id = $2`,
    [tx.municipality, blockId],
  )
  const [block] = await withActs(tx, keys, rows)
  return block
}

async function withActs(tx: Tx, keys: Keys, rows: readonly Row[]): Promise<Block[]> {
  if (rows.length === 0) return []
  const acts = await tx.sql<ActRow>(
    `select block_id as "blockId", act_no as "actNo", act, until_at as "untilAt", note, at, actor
       from certificates.block_act where municipality_code = $1 and block_id = any($2::uuid[]) order by block_id, act_no`,
    [tx.municipality, rows.map((row) => row.blockId)],
  )
  const byBlock = Map.groupBy(acts, (act) => act.blockId)
  return rows.map((row) => ({
    ...row,
    note: keys.open(NOTE, row.blockId, row.note),
    acts: (byBlock.get(row.blockId) ?? []).map(({ blockId, actNo, note, ...act }) => ({
      ...act,
      note: keys.open(ACT_NOTE, `${blockId}|${actNo}`, note),
    })),
  }))
}

export type Forbidding = Pick<Block, 'scope' | 'targetNo' | 'reason'>

/**
 * What forbids a kind now: blocks on these persons, and on any household (whose members the caller knows). `pauses`: whether a
 * 一時解除 counts; it never reaches コンビニ交付 (標準仕様書 3.1).
 */
export async function listForbidding(
  tx: Tx,
  kind: CertificateKindCode,
  personNos: readonly string[],
  at: { readonly today: string; readonly now: Date; readonly pauses: boolean },
): Promise<Forbidding[]> {
  // A text of its own where nothing pauses: with a condition that holds by itself the plan would be made anew each time.
  const notPaused = `and not exists (select 1 from certificates.block_act p
              where p.municipality_code = $1 and p.block_id = b.block_id and p.act = 'pause' and p.until_at > $5
                and not exists (select 1 from certificates.block_act r
                      where r.municipality_code = $1 and r.block_id = b.block_id and r.act_no > p.act_no))`
  return await tx.sql<Forbidding>(
    `select b.scope, b.target_no as "targetNo", b.reason from certificates.block b
      where b.municipality_code = $1 and b.starts_on <= $2 and (b.kinds is null or $3 = any(b.kinds))
        and (b.scope = 'household' or b.target_no = any($4::text[]))
        and not exists (select 1 from certificates.block_act l
              where l.municipality_code = $1 and l.block_id = b.block_id and l.act = 'lift')
        ${at.pauses ? notPaused : ''}
      order by b.set_at, b.block_id`,
    [tx.municipality, at.today, kind, personNos, ...(at.pauses ? [at.now] : [])],
  )
}
