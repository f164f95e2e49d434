import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { Guarded } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { HouseholdId } from '../ledger/households.ts'
import { personOf, type PersonRef } from '../ledger/ledger.ts'
import type { SupportHead, SupportId, SupportState, ProposalWords, AwardKind } from './support.ts'

const NOTE = 'support.application.sealed'
const PROPOSAL = 'support.proposal.sealed'
const REASON = 'support.decision.reason'

/** Of `support.application a`, with the town as $1. */
const headColumns = `a.application_id as "supportId", a.disaster_id as "disasterId", a.household_id as "householdId",
  a.programme_code as "programmeCode", a.subject_ref as "subjectRef", a.applicant_ref as "applicantRef",
  a.entry_id as "entryId", a.state, a.version, a.proposal_no as "proposalNo", a.applied_on as "appliedOn",
  a.received_at as "receivedAt", a.received_by_label as "receivedBy", support.is_protected($1, a.application_id) as suppressed`

export async function insertApplication(
  tx: Tx,
  keys: Keys,
  application: Omit<SupportHead, 'state' | 'version' | 'proposalNo' | 'suppressed'> & {
    readonly note: string
  },
  actor: string,
): Promise<void> {
  const { supportId } = application
  await tx.sql(
    `insert into support.application (municipality_code, application_id, disaster_id, household_id, programme_code,
       subject_ref, applicant_ref, entry_id, state, version, proposal_no, applied_on, received_at, received_by,
       received_by_label, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'received', 1, 0, $9, $10, $11, $12, $13)`,
    [
      tx.municipality,
      supportId,
      application.disasterId,
      application.householdId,
      application.programmeCode,
      application.subjectRef,
      application.applicantRef,
      application.entryId,
      application.appliedOn,
      application.receivedAt,
      actor,
      application.receivedBy,
      keys.seal(NOTE, supportId, application.note),
    ],
  )
}

/** Uses up the claims of people, and notes the others of the application; false when one of them claims already. */
export async function insertClaims(
  tx: Tx,
  application: Pick<SupportHead, 'supportId' | 'disasterId' | 'programmeCode'>,
  people: readonly { readonly ref: PersonRef; readonly live: boolean }[],
): Promise<boolean> {
  const who = people.map(({ ref }) => personOf(ref))
  const rows = await tx.sql(
    `insert into support.claim (municipality_code, disaster_id, programme_code, person_ref, application_id, resident_no,
       non_resident_id, live)
     select $1, $2, $3, t.ref, $4, t.resident_no, t.non_resident_id, t.live
       from unnest($5::text[], $6::text[], $7::uuid[], $8::boolean[]) as t (ref, resident_no, non_resident_id, live)
     on conflict do nothing returning person_ref`,
    [
      tx.municipality,
      application.disasterId,
      application.programmeCode,
      application.supportId,
      people.map(({ ref }) => ref),
      who.map((one) => (one.kind === 'resident' ? one.residentNo : null)),
      who.map((one) => (one.kind === 'resident' ? null : one.nonResidentId)),
      people.map(({ live }) => live),
    ],
  )
  return rows.length === people.length
}

/** The people may claim again: the application was refused or withdrawn. */
export async function freeClaims(tx: Tx, supportId: SupportId): Promise<void> {
  await tx.sql(
    'update support.claim set live = false where municipality_code = $1 and application_id = $2 and live',
    [tx.municipality, supportId],
  )
}

/** Moves an application on if nobody was first; who wins is decided here, by the row's lock. */
export async function move(
  tx: Tx,
  change: {
    readonly supportId: SupportId
    readonly version: number
    readonly from: readonly SupportState[]
    readonly to: SupportState
    readonly proposalNo?: number
  },
): Promise<SupportHead | null> {
  const [row] = await tx.sql<SupportHead>(
    `update support.application a
        set version = version + 1, state = $5, proposal_no = coalesce($6, proposal_no)
      where a.municipality_code = $1 and a.application_id = $2 and a.version = $3 and a.state = any($4)
      returning ${headColumns}`,
    [
      tx.municipality,
      change.supportId,
      change.version,
      [...change.from],
      change.to,
      change.proposalNo ?? null,
    ],
  )
  return row ?? null
}

export async function findHead(tx: Tx, supportId: SupportId): Promise<SupportHead | null> {
  const [row] = await tx.sql<SupportHead>(
    `select ${headColumns} from support.application a where a.municipality_code = $1 and a.application_id = $2`,
    [tx.municipality, supportId],
  )
  return row ?? null
}

/** The clerk's words, closed; of a protected application none leave. */
export async function findNote(
  tx: Tx,
  keys: Keys,
  head: SupportHead,
): Promise<Guarded<{ note: string | null }>> {
  const [row] = await tx.sql<{ sealed: Buffer }>(
    'select sealed from support.application where municipality_code = $1 and application_id = $2',
    [tx.municipality, head.supportId],
  )
  const words: { note: string | null } = { note: keys.open(NOTE, head.supportId, row!.sealed) }
  return new Guarded({ kind: 'ledger-entry', id: head.entryId }, head.suppressed, words, () => ({
    note: null,
  }))
}

export type ListedApplication = SupportHead & { readonly amountYen: number | null }

/** Newest first, after `after`. */
export async function listApplications(
  tx: Tx,
  wanted: {
    readonly disasterId: DisasterId
    readonly state: SupportState | null
    readonly programmeCode: string | null
    readonly householdId: HouseholdId | null
    readonly after: string | null
    readonly limit: number
  },
): Promise<ListedApplication[]> {
  const rows = await tx.sql<SupportHead & { amountYen: string | null }>(
    `select ${headColumns},
            (select p.amount_yen from support.proposal p
              where p.municipality_code = $1 and p.application_id = a.application_id and p.proposal_no = a.proposal_no) as "amountYen"
       from support.application a
      where a.municipality_code = $1 and a.disaster_id = $2
        and ($3::text is null or a.state = $3) and ($4::text is null or a.programme_code = $4)
        and ($5::uuid is null or a.household_id = $5) and ($6::uuid is null or a.application_id < $6)
      order by a.application_id desc limit $7`,
    [
      tx.municipality,
      wanted.disasterId,
      wanted.state,
      wanted.programmeCode,
      wanted.householdId,
      wanted.after,
      wanted.limit,
    ],
  )
  return rows.map((row) => ({ ...row, amountYen: row.amountYen === null ? null : Number(row.amountYen) }))
}

export async function countByState(
  tx: Tx,
  disasterId: DisasterId,
): Promise<{ state: SupportState; count: number }[]> {
  return await tx.sql(
    `select state, count(*)::int as count from support.application
      where municipality_code = $1 and disaster_id = $2 group by state`,
    [tx.municipality, disasterId],
  )
}

export async function countByProgramme(tx: Tx, disasterId: DisasterId): Promise<Map<string, number>> {
  const rows = await tx.sql<{ code: string; count: number }>(
    `select programme_code as code, count(*)::int as count from support.application
      where municipality_code = $1 and disaster_id = $2 and state not in ('refused', 'withdrawn') group by 1`,
    [tx.municipality, disasterId],
  )
  return new Map(rows.map(({ code, count }) => [code, count]))
}

export type Proposal = {
  readonly proposalNo: number
  readonly outcome: 'grant' | 'refuse'
  readonly amountYen: number
  readonly words: ProposalWords
  readonly proposedAt: Date
  readonly proposedBy: string
  readonly proposer: string
  readonly approved: boolean | null
  readonly decisionReason: string | null
  readonly decidedAt: Date | null
  readonly decidedBy: string | null
}

export async function insertProposal(
  tx: Tx,
  keys: Keys,
  supportId: SupportId,
  proposal: Pick<
    Proposal,
    'proposalNo' | 'outcome' | 'amountYen' | 'words' | 'proposedAt' | 'proposedBy' | 'proposer'
  >,
): Promise<void> {
  const { proposalNo } = proposal
  await tx.sql(
    `insert into support.proposal (municipality_code, application_id, proposal_no, outcome, amount_yen, sealed,
       proposed_at, proposed_by, proposed_by_label) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tx.municipality,
      supportId,
      proposalNo,
      proposal.outcome,
      proposal.amountYen,
      keys.seal(PROPOSAL, `${supportId}|${proposalNo}`, JSON.stringify(proposal.words)),
      proposal.proposedAt,
      proposal.proposer,
      proposal.proposedBy,
    ],
  )
}

/** Newest first, opened: the caller leaves out what a protected application does not tell. */
export async function listProposals(tx: Tx, keys: Keys, supportId: SupportId): Promise<Proposal[]> {
  const rows = await tx.sql<
    Omit<Proposal, 'words' | 'amountYen' | 'decisionReason'> & {
      amountYen: string
      sealed: Buffer
      reason: Buffer | null
    }
  >(
    `select p.proposal_no as "proposalNo", p.outcome, p.amount_yen as "amountYen", p.sealed, p.proposed_at as "proposedAt",
            p.proposed_by_label as "proposedBy", p.proposed_by as proposer, d.approved, d.reason,
            d.decided_at as "decidedAt", d.decided_by_label as "decidedBy"
       from support.proposal p
       left join support.decision d on d.municipality_code = p.municipality_code and d.application_id = p.application_id
        and d.proposal_no = p.proposal_no
      where p.municipality_code = $1 and p.application_id = $2 order by p.proposal_no desc`,
    [tx.municipality, supportId],
  )
  return rows.map(({ sealed, reason, amountYen, ...row }) => ({
    ...row,
    amountYen: Number(amountYen),
    words: JSON.parse(keys.open(PROPOSAL, `${supportId}|${row.proposalNo}`, sealed)) as ProposalWords,
    decisionReason: reason === null ? null : keys.open(REASON, `${supportId}|${row.proposalNo}`, reason),
  }))
}

export async function insertDecision(
  tx: Tx,
  keys: Keys,
  supportId: SupportId,
  decision: {
    readonly proposalNo: number
    readonly proposer: string
    readonly approved: boolean
    readonly reason: string
    readonly at: Date
    readonly by: string
    readonly label: string
  },
): Promise<void> {
  await tx.sql(
    `insert into support.decision (municipality_code, application_id, proposal_no, proposed_by, approved, reason,
       decided_at, decided_by, decided_by_label) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tx.municipality,
      supportId,
      decision.proposalNo,
      decision.proposer,
      decision.approved,
      keys.seal(REASON, `${supportId}|${decision.proposalNo}`, decision.reason),
      decision.at,
      decision.by,
      decision.label,
    ],
  )
}

export type Award = {
  readonly awardId: string
  readonly supportId: SupportId
  readonly kind: AwardKind
  readonly amountYen: number
  readonly decidedAt: Date
}

/** Appends an award. The application's row is locked by the caller's move, or its difference's. */
export async function insertAward(tx: Tx, award: Award, by: string): Promise<void> {
  await tx.sql(
    `insert into support.award (municipality_code, award_id, application_id, award_no, kind, amount_yen, decided_at, decided_by)
     select $1, $2, $3, 1 + coalesce(max(award_no), 0), $4, $5, $6, $7 from support.award
      where municipality_code = $1 and application_id = $3`,
    [tx.municipality, award.awardId, award.supportId, award.kind, award.amountYen, award.decidedAt, by],
  )
}

export async function listAwards(tx: Tx, supportIds: readonly SupportId[]): Promise<Award[]> {
  const rows = await tx.sql<Omit<Award, 'amountYen'> & { amountYen: string }>(
    `select award_id as "awardId", application_id as "supportId", kind, amount_yen as "amountYen", decided_at as "decidedAt"
       from support.award where municipality_code = $1 and application_id = any($2) order by award_no`,
    [tx.municipality, [...supportIds]],
  )
  return rows.map((row) => ({ ...row, amountYen: Number(row.amountYen) }))
}

/** Every application of a disaster that money was decided on. */
export async function listGranted(tx: Tx, disasterId: DisasterId): Promise<SupportHead[]> {
  return await tx.sql<SupportHead>(
    `select ${headColumns} from support.application a
      where a.municipality_code = $1 and a.disaster_id = $2 and a.state = 'granted' order by a.application_id`,
    [tx.municipality, disasterId],
  )
}
