import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { BreakGlassPurpose, EndKind, GrantTold } from './break-glass.ts'

export type GrantRow = {
  readonly grantId: string
  readonly grantNo: number
  readonly askedById: string
  readonly askedBy: string
  readonly approvedById: string
  readonly approvedBy: string
  readonly purpose: BreakGlassPurpose
  readonly reason: string
  readonly ticket: string
  readonly approvedAt: Date
  readonly untilAt: Date
  readonly codeSha: Buffer | null
  readonly codeUntil: Date | null
  readonly staffId: string | null
  readonly enteredAt: Date | null
  readonly endedAt: Date | null
  readonly endKind: EndKind | null
  readonly endedBy: string | null
  readonly operatorNote: string | null
  readonly operatorNotedBy: string | null
  readonly operatorNotedAt: Date | null
  readonly townNote: string | null
  readonly townNotedLabel: string | null
  readonly townNotedAt: Date | null
}

const columns = `grant_id as "grantId", grant_no as "grantNo", asked_by_id as "askedById", asked_by as "askedBy",
  approved_by_id as "approvedById", approved_by as "approvedBy", purpose, reason, ticket, approved_at as "approvedAt",
  until_at as "untilAt", code_sha as "codeSha", code_until as "codeUntil", staff_id as "staffId",
  entered_at as "enteredAt", ended_at as "endedAt", end_kind as "endKind", ended_by as "endedBy",
  operator_note as "operatorNote", operator_noted_by as "operatorNotedBy", operator_noted_at as "operatorNotedAt",
  town_note as "townNote", town_noted_label as "townNotedLabel", town_noted_at as "townNotedAt"`

/** Held until the transaction ends: entering, ending and the centre's word about one grant come one after another. */
export async function hold(tx: Tx, grantId: string): Promise<GrantRow | undefined> {
  const [row] = await tx.sql<GrantRow>(
    `select ${columns} from break_glass.access_grant where municipality_code = $1 and grant_id = $2 for update`,
    [tx.municipality, grantId],
  )
  return row
}

export async function holdByCode(tx: Tx, codeSha: Buffer): Promise<GrantRow | undefined> {
  const [row] = await tx.sql<GrantRow>(
    `select ${columns} from break_glass.access_grant where municipality_code = $1 and code_sha = $2 for update`,
    [tx.municipality, codeSha],
  )
  return row
}

/** False when it is known already. */
export async function insert(tx: Tx, told: GrantTold, at: Date, by: string): Promise<boolean> {
  const rows = await tx.sql(
    `insert into break_glass.access_grant (municipality_code, grant_id, grant_no, asked_by_id, asked_by, approved_by_id,
       approved_by, purpose, reason, ticket, approved_at, until_at, told_at, told_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing returning grant_id`,
    [
      tx.municipality,
      told.grantId,
      told.grantNo,
      told.askedBy.id,
      told.askedBy.name,
      told.approvedBy.id,
      told.approvedBy.name,
      told.purpose,
      told.reason,
      told.ticket,
      told.approvedAt,
      told.untilAt,
      at,
      by,
    ],
  )
  return rows.length === 1
}

/** The newest code counts, and none once somebody has entered or it is over. */
export async function setCode(tx: Tx, grantId: string, codeSha: Buffer, codeUntil: Date): Promise<void> {
  await tx.sql(
    `update break_glass.access_grant set code_sha = $3, code_until = $4
      where municipality_code = $1 and grant_id = $2 and entered_at is null and ended_at is null`,
    [tx.municipality, grantId, codeSha, codeUntil],
  )
}

/** False when somebody has entered already. */
export async function enter(tx: Tx, grantId: string, staffId: string, at: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update break_glass.access_grant set staff_id = $3, entered_at = $4
      where municipality_code = $1 and grant_id = $2 and entered_at is null and ended_at is null returning grant_id`,
    [tx.municipality, grantId, staffId, at],
  )
  return rows.length === 1
}

/** False when it has ended already. */
export async function end(
  tx: Tx,
  grantId: string,
  end: { readonly at: Date; readonly kind: EndKind; readonly by: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `update break_glass.access_grant set ended_at = $3, end_kind = $4, ended_by = $5
      where municipality_code = $1 and grant_id = $2 and ended_at is null returning grant_id`,
    [tx.municipality, grantId, end.at, end.kind, end.by],
  )
  return rows.length === 1
}

export type Note = { readonly note: string; readonly by: string; readonly at: Date }

export async function noteByOperator(tx: Tx, grantId: string, { note, by, at }: Note): Promise<boolean> {
  const rows = await tx.sql(
    `update break_glass.access_grant set operator_note = $3, operator_noted_by = $4, operator_noted_at = $5
      where municipality_code = $1 and grant_id = $2 and operator_noted_at is null returning grant_id`,
    [tx.municipality, grantId, note, by, at],
  )
  return rows.length === 1
}

export async function noteByTown(
  tx: Tx,
  grantId: string,
  { note, by, at, label }: Note & { readonly label: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `update break_glass.access_grant set town_note = $3, town_noted_by = $4, town_noted_label = $5, town_noted_at = $6
      where municipality_code = $1 and grant_id = $2 and town_noted_at is null returning grant_id`,
    [tx.municipality, grantId, note, by, label, at],
  )
  return rows.length === 1
}

export async function find(tx: Tx, grantId: string): Promise<GrantRow | undefined> {
  const [row] = await tx.sql<GrantRow>(
    `select ${columns} from break_glass.access_grant where municipality_code = $1 and grant_id = $2`,
    [tx.municipality, grantId],
  )
  return row
}

/** The newest first. */
export async function list(tx: Tx): Promise<GrantRow[]> {
  return await tx.sql<GrantRow>(
    `select ${columns} from break_glass.access_grant where municipality_code = $1
      order by approved_at desc, grant_no desc limit 200`,
    [tx.municipality],
  )
}

/** Those that are open, and how many wait for the town's review. */
export async function listOpen(tx: Tx, now: Date): Promise<{ open: GrantRow[]; toReview: number }> {
  const open = await tx.sql<GrantRow>(
    `select ${columns} from break_glass.access_grant
      where municipality_code = $1 and ended_at is null and until_at > $2 order by until_at`,
    [tx.municipality, now],
  )
  const [row] = await tx.sql<{ count: number }>(
    `select count(*)::integer as count from break_glass.access_grant
      where municipality_code = $1 and town_noted_at is null and (ended_at is not null or until_at <= $2)`,
    [tx.municipality, now],
  )
  return { open, toReview: row?.count ?? 0 }
}
