import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import type { HomeRefusal, LinkReceipt } from './linkage.receipt.ts'

export type AgentRow = {
  readonly agentId: string
  readonly name: string
  readonly enrolledAt: Date
  readonly revokedAt: Date | null
  /** `null` of agents enrolled by the first release. */
  readonly expiresAt: Date | null
  readonly heardAt: Date | null
  readonly agentVersion: string | null
  /** The same agent under its former certificate. */
  readonly replaces: string | null
  readonly fingerprint: string
}

export type Watermark = {
  readonly business: Business
  readonly fileNo: number
  readonly seq: bigint
  readonly appliedAt: Date
}

const agentColumns = `agent_id as "agentId", name, enrolled_at as "enrolledAt", revoked_at as "revokedAt",
  expires_at as "expiresAt", heard_at as "heardAt", agent_version as "agentVersion", replaces, fingerprint`

/**
 * The agent of a certificate, unless it is revoked or any it was renewed from ended in another way than by the renewal that
 * leads here.
 */
export async function findAgent(tx: Tx, fingerprint: string): Promise<AgentRow | undefined> {
  const [row] = await tx.sql<AgentRow>(
    `with recursive line as (
       select agent_id, replaces, revoked_at is null as good from linkage.agent
        where municipality_code = $1 and fingerprint = $2
       union all
       select a.agent_id, a.replaces, a.revoked_at is null or coalesce(a.replaced_by = l.agent_id, false)
         from line l join linkage.agent a on a.municipality_code = $1 and a.agent_id = l.replaces)
     select ${agentColumns} from linkage.agent
      where municipality_code = $1 and fingerprint = $2 and (select bool_and(good) from line)`,
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

export type SilentAgent = {
  readonly agentId: string
  readonly name: string
  readonly why: 'never-connected' | 'never-clear'
}

/**
 * Agents that may speak and never did, or not yet to say that all of a business is here while another one does. A renewed
 * certificate that was not used yet is no agent of its own.
 */
export async function listSilentAgents(tx: Tx): Promise<SilentAgent[]> {
  return await tx.sql<SilentAgent>(
    `select a.agent_id as "agentId", a.name,
            case when a.heard_at is null then 'never-connected' else 'never-clear' end as why
       from linkage.agent a
      where a.municipality_code = $1 and a.revoked_at is null
        and (a.heard_at is null and a.replaces is null
          or exists (select 1 from linkage.agent_word w
                      where w.municipality_code = $1 and w.agent_id = a.agent_id and w.clear_at is null)
             and exists (select 1 from linkage.agent o
                          where o.municipality_code = $1 and o.agent_id <> a.agent_id and o.revoked_at is null
                            and o.heard_at is not null))
      order by a.enrolled_at, a.agent_id`,
    [tx.municipality],
  )
}

export async function insertAgent(
  tx: Tx,
  agent: {
    agentId: string
    name: string
    fingerprint: string
    expiresAt: Date
    replaces: string | null
    now: Date
  },
): Promise<void> {
  await tx.sql(
    `insert into linkage.agent (municipality_code, agent_id, name, fingerprint, enrolled_at, expires_at, replaces)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      tx.municipality,
      agent.agentId,
      agent.name,
      agent.fingerprint,
      agent.now,
      agent.expiresAt,
      agent.replaces,
    ],
  )
}

export async function markHeard(
  tx: Tx,
  agentId: string,
  { agentVersion, refused, now }: { agentVersion: string; refused: readonly HomeRefusal[]; now: Date },
): Promise<void> {
  await tx.sql(
    `update linkage.agent set heard_at = $3, agent_version = $4, refused_at_home = $5
      where municipality_code = $1 and agent_id = $2`,
    [tx.municipality, agentId, now, agentVersion, JSON.stringify(refused)],
  )
}

/** Files without receipt, of all agents that may speak, the latest first. */
export async function listHomeRefusals(tx: Tx): Promise<HomeRefusal[]> {
  const rows = await tx.sql<{ refused: HomeRefusal }>(
    `select refused from linkage.agent a, jsonb_array_elements(a.refused_at_home) refused
      where a.municipality_code = $1 and a.revoked_at is null order by (refused ->> 'at') desc`,
    [tx.municipality],
  )
  return rows.map(({ refused }) => refused)
}

/**
 * Ends an agent and all that was renewed from it. False when there is no such agent. An earlier revocation keeps its time,
 * but not its renewal: who revokes a former certificate means the line.
 */
export async function revokeAgent(tx: Tx, agentId: string, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `with recursive line as (
       select agent_id from linkage.agent where municipality_code = $1 and agent_id = $2
       union all
       select a.agent_id from line l join linkage.agent a on a.municipality_code = $1 and a.replaces = l.agent_id)
     update linkage.agent set revoked_at = coalesce(revoked_at, $3), replaced_by = null
      where municipality_code = $1 and agent_id in (select agent_id from line) returning agent_id`,
    [tx.municipality, agentId, now],
  )
  return rows.length > 0
}

/** A renewal is used: the former certificate ends, and so does every other renewal of it. False when another was first. */
export async function replaceAgent(
  tx: Tx,
  { agentId, replaces }: { readonly agentId: string; readonly replaces: string },
  now: Date,
): Promise<boolean> {
  await tx.sql(
    `update linkage.agent set revoked_at = $4, replaced_by = $2
      where municipality_code = $1 and agent_id = $3 and revoked_at is null`,
    [tx.municipality, agentId, replaces, now],
  )
  const [former] = await tx.sql<{ replacedBy: string | null }>(
    `select replaced_by as "replacedBy" from linkage.agent where municipality_code = $1 and agent_id = $2`,
    [tx.municipality, replaces],
  )
  if (former?.replacedBy !== agentId) return false
  await revokeRenewals(tx, replaces, agentId, now)
  return true
}

/** Ends the renewals of an agent but one, or all. */
export async function revokeRenewals(tx: Tx, of: string, but: string | null, now: Date): Promise<void> {
  await tx.sql(
    `update linkage.agent set revoked_at = $4
      where municipality_code = $1 and replaces = $2 and agent_id is distinct from $3 and revoked_at is null`,
    [tx.municipality, of, but, now],
  )
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

export type BusinessState = {
  readonly business: Business
  /** No file is applied: staff paused it, or ended the linkage. */
  readonly paused: boolean
  readonly pausedAt: Date | null
  readonly pausedBy: string | null
  readonly pauseReason: string | null
  readonly wanted: number | null
  readonly endedAt: Date | null
  readonly endedBy: string | null
  readonly endReason: string | null
  /** Hands may have changed what is here since an agent's last full file. */
  readonly unproved: boolean
  readonly handAt: Date | null
  readonly handRows: bigint | null
}

export async function listBusinessStates(tx: Tx): Promise<ReadonlyMap<Business, BusinessState>> {
  const rows = await tx.sql<BusinessState>(
    `select business, paused_at is not null or ended_at is not null as paused, paused_at as "pausedAt", paused_by as "pausedBy", pause_reason as "pauseReason",
            wanted_file_no as wanted, ended_at as "endedAt", ended_by as "endedBy", end_reason as "endReason", unproved,
            hand_at as "handAt", hand_rows as "handRows"
       from linkage.business_state where municipality_code = $1`,
    [tx.municipality],
  )
  return new Map(rows.map((row) => [row.business, row]))
}

/**
 * What an agent said: how many files wait at home; `clear` = and none here. An older message changes nothing; then false.
 */
export async function setWord(
  tx: Tx,
  agentId: string,
  said: readonly { readonly business: Business; readonly unsent: number; readonly clear: boolean }[],
  { signedAt, clearAt }: { readonly signedAt: Date; readonly clearAt: Date },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into linkage.agent_word (municipality_code, agent_id, business, unsent, clear_at, signed_at)
     select $1, $2, business, unsent, case when clear then $3::timestamptz end, $4
       from unnest($5::text[], $6::integer[], $7::boolean[]) as t (business, unsent, clear) order by business
     on conflict (municipality_code, agent_id, business) do update
       set unsent = excluded.unsent, clear_at = coalesce(excluded.clear_at, agent_word.clear_at),
           signed_at = excluded.signed_at
     where agent_word.signed_at <= excluded.signed_at
     returning business`,
    [
      tx.municipality,
      agentId,
      clearAt,
      signedAt,
      said.map((one) => one.business),
      said.map((one) => one.unsent),
      said.map((one) => one.clear),
    ],
  )
  return rows.length > 0
}

export type Word = {
  readonly unsent: number
  /** `null` = one of the agents never said that all it had was here. */
  readonly clearAt: Date | null
}

/** What the agents that may speak say together, by business: of their words the worst counts. */
export async function listWords(tx: Tx): Promise<ReadonlyMap<Business, Word>> {
  const rows = await tx.sql<{ business: Business; unsent: bigint; clearAt: Date | null }>(
    `select w.business, sum(w.unsent) as unsent,
            case when count(*) = count(w.clear_at) then min(w.clear_at) end as "clearAt"
       from linkage.agent_word w
      where w.municipality_code = $1 and not exists (
        select 1 from linkage.agent a
         where a.municipality_code = $1 and a.agent_id = w.agent_id and a.revoked_at is not null)
      group by w.business`,
    [tx.municipality],
  )
  return new Map(rows.map(({ business, unsent, clearAt }) => [business, { unsent: Number(unsent), clearAt }]))
}

export async function setPause(
  tx: Tx,
  business: Business,
  pause: { readonly at: Date; readonly by: string; readonly reason: string } | null,
): Promise<void> {
  await tx.sql(
    `insert into linkage.business_state (municipality_code, business, paused_at, paused_by, pause_reason)
     values ($1, $2, $3, $4, $5)
     on conflict (municipality_code, business) do update
       set paused_at = excluded.paused_at, paused_by = excluded.paused_by, pause_reason = excluded.pause_reason`,
    [tx.municipality, business, pause?.at ?? null, pause?.by ?? null, pause?.reason ?? null],
  )
}

/** From now on the business is loaded by hand. */
export async function setEnded(
  tx: Tx,
  business: Business,
  end: { readonly at: Date; readonly by: string; readonly reason: string },
): Promise<void> {
  await tx.sql(
    `insert into linkage.business_state (municipality_code, business, ended_at, ended_by, end_reason, unproved)
     values ($1, $2, $3, $4, $5, true)
     on conflict (municipality_code, business) do update
       set ended_at = excluded.ended_at, ended_by = excluded.ended_by, end_reason = excluded.end_reason, unproved = true`,
    [tx.municipality, business, end.at, end.by, end.reason],
  )
}

/** The agent's files are applied again; what is here stays unproved until a full one. False when it was not ended. */
export async function clearEnded(tx: Tx, business: Business): Promise<boolean> {
  const rows = await tx.sql(
    `update linkage.business_state set ended_at = null, ended_by = null, end_reason = null
      where municipality_code = $1 and business = $2 and ended_at is not null returning business`,
    [tx.municipality, business],
  )
  return rows.length === 1
}

/** An agent's full file was applied: what is here is what the town has. */
export async function clearUnproved(tx: Tx, business: Business): Promise<void> {
  await tx.sql(
    `update linkage.business_state set unproved = false
      where municipality_code = $1 and business = $2 and unproved`,
    [tx.municipality, business],
  )
}

export async function setHandLoad(
  tx: Tx,
  business: Business,
  load: { readonly at: Date; readonly rows: number },
): Promise<void> {
  await tx.sql(
    `insert into linkage.business_state (municipality_code, business, hand_at, hand_rows) values ($1, $2, $3, $4)
     on conflict (municipality_code, business) do update
       set hand_at = excluded.hand_at, hand_rows = excluded.hand_rows`,
    [tx.municipality, business, load.at, load.rows],
  )
}

export async function setWanted(tx: Tx, business: Business, fileNo: number): Promise<void> {
  await tx.sql(
    `insert into linkage.business_state (municipality_code, business, wanted_file_no) values ($1, $2, $3)
     on conflict (municipality_code, business) do update set wanted_file_no = excluded.wanted_file_no`,
    [tx.municipality, business, fileNo],
  )
}

/** The agent opened it. */
export async function clearWanted(tx: Tx, business: Business, fileNo: number): Promise<void> {
  await tx.sql(
    `update linkage.business_state set wanted_file_no = null
      where municipality_code = $1 and business = $2 and wanted_file_no = $3`,
    [tx.municipality, business, fileNo],
  )
}

export async function insertOpening(
  tx: Tx,
  opening: { openingId: string; until: Date; reason: string; by: string; now: Date },
): Promise<void> {
  await tx.sql(
    `insert into linkage.opening (municipality_code, opening_id, until, reason, opened_by, at)
     values ($1, $2, $3, $4, $5, $6)`,
    [tx.municipality, opening.openingId, opening.until, opening.reason, opening.by, opening.now],
  )
}

/** Until when staff opened the link; `null` = they did not, or it is past. */
export async function findOpenUntil(tx: Tx, now: Date): Promise<Date | null> {
  const [row] = await tx.sql<{ until: Date }>(
    `select until from linkage.opening where municipality_code = $1 order by at desc, opening_id desc limit 1`,
    [tx.municipality],
  )
  return row !== undefined && row.until > now ? row.until : null
}
