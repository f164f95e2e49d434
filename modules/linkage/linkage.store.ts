import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import type { LinkReceipt } from './linkage.receipt.ts'

export type AgentRow = {
  readonly agentId: string
  readonly name: string
  readonly enrolledAt: Date
  readonly revokedAt: Date | null
}

export type Watermark = {
  readonly business: Business
  readonly fileNo: number
  readonly seq: bigint
  readonly appliedAt: Date
}

const agentColumns = 'agent_id as "agentId", name, enrolled_at as "enrolledAt", revoked_at as "revokedAt"'

/** The agent of a certificate, unless revoked. */
export async function findAgent(tx: Tx, fingerprint: string): Promise<AgentRow | undefined> {
  const [row] = await tx.sql<AgentRow>(
    `select ${agentColumns} from linkage.agent
      where municipality_code = $1 and fingerprint = $2 and revoked_at is null`,
    [tx.municipality, fingerprint],
  )
  return row
}

export async function listAgents(tx: Tx): Promise<AgentRow[]> {
  return await tx.sql<AgentRow>(
    `select ${agentColumns} from linkage.agent where municipality_code = $1 order by enrolled_at, agent_id`,
    [tx.municipality],
  )
}

export async function insertAgent(
  tx: Tx,
  agent: { agentId: string; name: string; fingerprint: string; now: Date },
): Promise<void> {
  await tx.sql(
    `insert into linkage.agent (municipality_code, agent_id, name, fingerprint, enrolled_at)
     values ($1, $2, $3, $4, $5)`,
    [tx.municipality, agent.agentId, agent.name, agent.fingerprint, agent.now],
  )
}

/** False when there is no such agent. An earlier revocation keeps its time. */
export async function revokeAgent(tx: Tx, agentId: string, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update linkage.agent set revoked_at = coalesce(revoked_at, $3)
      where municipality_code = $1 and agent_id = $2 returning agent_id`,
    [tx.municipality, agentId, now],
  )
  return rows.length === 1
}

export async function insertCode(
  tx: Tx,
  code: { hash: Buffer; agentName: string; createdBy: string; now: Date; expiresAt: Date },
): Promise<void> {
  await tx.sql(
    `insert into linkage.enrolment_code (municipality_code, code_hash, agent_name, created_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [tx.municipality, code.hash, code.agentName, code.createdBy, code.now, code.expiresAt],
  )
}

/** Uses a code up and gives the name it was made for; of two at once the second waits and finds it used. */
export async function useCode(tx: Tx, hash: Buffer, now: Date): Promise<string | undefined> {
  const [row] = await tx.sql<{ agentName: string }>(
    `update linkage.enrolment_code set used_at = $3
      where municipality_code = $1 and code_hash = $2 and used_at is null and expires_at > $3
      returning agent_name as "agentName"`,
    [tx.municipality, hash, now],
  )
  return row?.agentName
}

export async function listWatermarks(tx: Tx): Promise<Watermark[]> {
  return await tx.sql<Watermark>(
    `select business, file_no as "fileNo", seq, applied_at as "appliedAt"
       from linkage.watermark where municipality_code = $1`,
    [tx.municipality],
  )
}

/** Number of the last applied file of the business; 0 before the first. */
export async function lastFileNo(tx: Tx, business: Business): Promise<number> {
  const [row] = await tx.sql<{ fileNo: number }>(
    'select file_no as "fileNo" from linkage.watermark where municipality_code = $1 and business = $2',
    [tx.municipality, business],
  )
  return row?.fileNo ?? 0
}

export async function setWatermark(
  tx: Tx,
  mark: { business: Business; fileNo: number; fileId: string; seq: bigint; now: Date },
): Promise<void> {
  await tx.sql(
    `insert into linkage.watermark (municipality_code, business, file_no, file_id, seq, applied_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (municipality_code, business) do update
       set file_no = excluded.file_no, file_id = excluded.file_id, seq = excluded.seq, applied_at = excluded.applied_at`,
    [tx.municipality, mark.business, mark.fileNo, mark.fileId, mark.seq, mark.now],
  )
}

export async function insertFile(tx: Tx, receipt: LinkReceipt, sentBy: string, now: Date): Promise<void> {
  const { counts } = receipt
  await tx.sql(
    `insert into linkage.file (municipality_code, file_id, business, file_no, mode, sha256, state, seq, row_count,
       inserted, updated, deleted, unchanged, refused, error_count, receipt, sent_by, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
      tx.municipality,
      receipt.fileId,
      receipt.business,
      receipt.fileNo,
      receipt.mode,
      receipt.sha256,
      receipt.state,
      receipt.seq,
      counts.rows,
      counts.inserted,
      counts.updated,
      counts.deleted,
      counts.unchanged,
      counts.refused,
      receipt.errors.length,
      JSON.stringify(receipt),
      sentBy,
      now,
    ],
  )
}

export async function findApplied(
  tx: Tx,
  business: Business,
  fileNo: number,
): Promise<LinkReceipt | undefined> {
  const [row] = await tx.sql<{ receipt: LinkReceipt }>(
    `select receipt from linkage.file
      where municipality_code = $1 and business = $2 and file_no = $3 and state = 'applied'`,
    [tx.municipality, business, fileNo],
  )
  return row?.receipt
}

export async function findReceipt(tx: Tx, fileId: string): Promise<LinkReceipt | undefined> {
  const [row] = await tx.sql<{ receipt: LinkReceipt }>(
    'select receipt from linkage.file where municipality_code = $1 and file_id = $2',
    [tx.municipality, fileId],
  )
  return row?.receipt
}

/** The latest files of one business without their lists of errors. */
export async function listFiles(
  tx: Tx,
  business: Business,
  most: number,
): Promise<{ receipt: Omit<LinkReceipt, 'errors' | 'moreErrors'>; errorCount: number }[]> {
  return await tx.sql(
    `select receipt - 'errors' - 'moreErrors' as receipt, error_count as "errorCount" from linkage.file
      where municipality_code = $1 and business = $2 order by at desc, file_id desc limit $3`,
    [tx.municipality, business, most],
  )
}
