import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import type { Act, CaseId, Filter, Need } from './cases.ts'

const PLACE = 'cases.act.sealed'

export type Case = {
  readonly caseId: CaseId
  readonly disasterId: DisasterId
  readonly householdId: string
  readonly personRef: PersonRef
  readonly state: 'open' | 'closed'
  readonly version: number
  readonly needs: readonly Need[]
  readonly nextOn: PlainDate | null
  readonly responsible: string
  readonly openedAt: Date
  readonly changedAt: Date
}

const columns = `case_id as "caseId", disaster_id as "disasterId", household_id as "householdId", person_ref as "personRef",
  state, version, needs, next_on::text as "nextOn", responsible, opened_at as "openedAt", changed_at as "changedAt"`

/** False when the household has an open case. */
export async function insertCase(tx: Tx, one: Case): Promise<boolean> {
  const rows = await tx.sql(
    `insert into cases.case (municipality_code, case_id, disaster_id, household_id, person_ref, state, version, needs,
       next_on, responsible, opened_at, changed_at)
     values ($1, $2, $3, $4, $5, 'open', 1, $6, $7, $8, $9, $9) on conflict do nothing returning case_id`,
    [
      ...[tx.municipality, one.caseId, one.disasterId, one.householdId, one.personRef],
      ...[[...one.needs], one.nextOn, one.responsible, one.openedAt],
    ],
  )
  return rows.length === 1
}

export async function findCase(tx: Tx, caseId: string): Promise<Case | null> {
  const [row] = await tx.sql<Case>(
    `select ${columns} from cases.case where municipality_code = $1 and case_id = $2`,
    [tx.municipality, caseId],
  )
  return row ?? null
}

/** Whether the household has an open case other than this one. */
export async function hasOtherOpen(tx: Tx, one: Case): Promise<boolean> {
  const rows = await tx.sql(
    `select 1 from cases.case
      where municipality_code = $1 and disaster_id = $2 and household_id = $3 and state = 'open' and case_id <> $4`,
    [tx.municipality, one.disasterId, one.householdId, one.caseId],
  )
  return rows.length > 0
}

/** False when the version is no more the one that the clerk saw. */
export async function updateCase(
  tx: Tx,
  caseId: CaseId,
  version: number,
  to: Pick<Case, 'state' | 'needs' | 'nextOn' | 'responsible' | 'changedAt'>,
): Promise<boolean> {
  const rows = await tx.sql(
    `update cases.case set state = $4, version = version + 1, needs = $5, next_on = $6, responsible = $7, changed_at = $8
      where municipality_code = $1 and case_id = $2 and version = $3 returning version`,
    [tx.municipality, caseId, version, to.state, [...to.needs], to.nextOn, to.responsible, to.changedAt],
  )
  return rows.length === 1
}

/** What each list asks for; `$3` is today. */
const conditions: Readonly<Record<Filter, string>> = {
  late: `state = 'open' and next_on < $3::date`,
  week: `state = 'open' and next_on between $3::date and $3::date + 7`,
  none: `state = 'open' and next_on is null and $3::date is not null`,
  open: `state = 'open' and $3::date is not null`,
  closed: `state = 'closed' and $3::date is not null`,
}

export async function listCases(
  tx: Tx,
  asked: { disasterId: DisasterId; filter: Filter; today: PlainDate; from: number; limit: number },
): Promise<Case[]> {
  return await tx.sql(
    `select ${columns} from cases.case
      where municipality_code = $1 and disaster_id = $2 and ${conditions[asked.filter]}
      order by next_on nulls first, case_id offset $4 limit $5`,
    [tx.municipality, asked.disasterId, asked.today, asked.from, asked.limit],
  )
}

export async function countCases(
  tx: Tx,
  disasterId: DisasterId,
  today: PlainDate,
): Promise<Record<Filter, number>> {
  const counts = Object.entries(conditions).map(
    ([filter, condition]) => `count(*) filter (where ${condition})::int as "${filter}"`,
  )
  const [row] = await tx.sql<Record<Filter, number>>(
    `select ${counts.join(', ')} from cases.case where municipality_code = $1 and disaster_id = $2`,
    [tx.municipality, disasterId, today],
  )
  return row!
}

/** Cases of a household, or of one of its people from before the household changed. */
export async function casesOf(
  tx: Tx,
  disasterId: DisasterId,
  householdId: string,
  personRef: PersonRef,
): Promise<Case[]> {
  return await tx.sql(
    `select ${columns} from cases.case
      where municipality_code = $1 and disaster_id = $2 and (household_id = $3 or person_ref = $4)
      order by state desc, case_id desc`,
    [tx.municipality, disasterId, householdId, personRef],
  )
}

type Words = Pick<Act, 'who' | 'agencyName' | 'words'>
type Codes = Omit<Act, keyof Words | 'kind' | 'actedOn'>
export type StoredAct = Omit<Act, 'kind'> & {
  readonly kind: Act['kind'] | 'opened'
  readonly actNo: number
  readonly at: Date
  readonly by: string
}

export async function insertAct(
  tx: Tx,
  keys: Keys,
  caseId: CaseId,
  { actNo, kind, actedOn, who, agencyName, words, at, by, ...codes }: StoredAct,
  actor: string,
): Promise<void> {
  const told: Words = { who, agencyName, words }
  await tx.sql(
    `insert into cases.act (municipality_code, case_id, act_no, kind, acted_on, codes, sealed, at, actor, actor_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[tx.municipality, caseId, actNo, kind, actedOn, JSON.stringify(codes)],
      keys.seal(PLACE, `${caseId}|${actNo}`, JSON.stringify(told)),
      ...[at, actor, by],
    ],
  )
}

/** Newest first. */
export async function listActs(tx: Tx, keys: Keys, caseId: CaseId): Promise<StoredAct[]> {
  const rows = await tx.sql<{
    actNo: number
    kind: StoredAct['kind']
    actedOn: PlainDate
    codes: Codes
    sealed: Buffer
    at: Date
    by: string
  }>(
    `select act_no as "actNo", kind, acted_on::text as "actedOn", codes, sealed, at, actor_label as by
       from cases.act where municipality_code = $1 and case_id = $2 order by act_no desc`,
    [tx.municipality, caseId],
  )
  return rows.map(({ codes, sealed, ...row }) => ({
    ...row,
    ...codes,
    ...(JSON.parse(keys.open(PLACE, `${caseId}|${row.actNo}`, sealed)) as Words),
  }))
}
