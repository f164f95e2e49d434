import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { HouseholdReason } from './household-reasons.ts'
import type { HouseholdId } from './households.ts'
import { personOf, type PersonRef } from './ledger.ts'

const REASON = 'ledger.household_change.sealed'

export type ToldHousehold = {
  readonly householdId: HouseholdId
  readonly version: number
  readonly headRef: PersonRef | null
  readonly members: readonly PersonRef[]
}

/** The household of a person where it was told otherwise than the register has it; `null` = as cut. */
export async function findToldHousehold(
  tx: Tx,
  disasterId: DisasterId,
  person: PersonRef,
): Promise<ToldHousehold | null> {
  const [row] = await tx.sql<{ householdId: HouseholdId; version: number; headRef: PersonRef | null }>(
    `select c.household_id as "householdId", c.version, c.head_ref as "headRef"
       from ledger.present_membership m
       join ledger.household_change c on c.municipality_code = $1 and c.household_id = m.household_id
      where m.municipality_code = $1 and m.disaster_id = $2 and m.person_ref = $3
      order by c.version desc limit 1`,
    [tx.municipality, disasterId, person],
  )
  if (!row) return null
  const members = await tx.sql<{ ref: PersonRef }>(
    `select person_ref as ref from ledger.present_membership
      where municipality_code = $1 and disaster_id = $2 and household_id = $3 order by person_ref desc`,
    [tx.municipality, disasterId, row.householdId],
  )
  return { ...row, members: members.map(({ ref }) => ref) }
}

export type HouseholdChange = {
  readonly householdId: HouseholdId
  readonly version: number
  readonly disasterId: DisasterId
  readonly kind: 'cut' | 'split' | 'joined' | 'added' | 'left' | 'head'
  readonly headRef: PersonRef | null
  readonly reasonCode: HouseholdReason | 'cut'
  readonly reason: string
}

/** Appends a version of a household; false when somebody was first. */
export async function insertChange(
  tx: Tx,
  keys: Keys,
  change: HouseholdChange,
  at: Date,
  by: string,
): Promise<boolean> {
  const { householdId, version, reason } = change
  const rows = await tx.sql(
    `insert into ledger.household_change (municipality_code, household_id, version, disaster_id, kind, head_ref,
       reason_code, sealed, written_at, written_by)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
      where $3 = 1 or exists (select 1 from ledger.household_change
                               where municipality_code = $1 and household_id = $2 and version = $3 - 1)
     on conflict do nothing returning version`,
    [
      tx.municipality,
      householdId,
      version,
      change.disasterId,
      change.kind,
      change.headRef,
      change.reasonCode,
      reason === '' ? null : keys.seal(REASON, `${householdId}|${version}`, reason),
      at,
      by,
    ],
  )
  return rows.length === 1
}

/** Moves people into a household; false when one of them was moved by somebody else meanwhile. */
export async function insertMembers(
  tx: Tx,
  disasterId: DisasterId,
  household: { readonly householdId: HouseholdId; readonly version: number },
  people: readonly PersonRef[],
): Promise<boolean> {
  const who = people.map(personOf)
  const rows = await tx.sql(
    `insert into ledger.membership (municipality_code, disaster_id, person_ref, version, household_id, household_version,
       resident_no, non_resident_id)
     select $1, $2, t.ref,
            1 + coalesce((select max(m.version) from ledger.membership m
                           where m.municipality_code = $1 and m.disaster_id = $2 and m.person_ref = t.ref), 0),
            $3, $4, t.resident_no, t.non_resident_id
       from unnest($5::text[], $6::text[], $7::uuid[]) as t (ref, resident_no, non_resident_id)
     on conflict do nothing returning person_ref`,
    [
      tx.municipality,
      disasterId,
      household.householdId,
      household.version,
      [...people],
      who.map((one) => (one.kind === 'resident' ? one.residentNo : null)),
      who.map((one) => (one.kind === 'resident' ? null : one.nonResidentId)),
    ],
  )
  return rows.length === people.length
}

export type ToldChange = Pick<HouseholdChange, 'version' | 'kind' | 'reasonCode'> & {
  /** Opened; `null` = none. */
  readonly reason: string | null
  readonly at: Date
}

/** How a household came to be what it is, newest first. The caller leaves the reasons out of a protected person's. */
export async function listChanges(tx: Tx, keys: Keys, householdId: HouseholdId): Promise<ToldChange[]> {
  const rows = await tx.sql<Omit<ToldChange, 'reason'> & { sealed: Buffer | null }>(
    `select version, kind, reason_code as "reasonCode", sealed, written_at as at from ledger.household_change
      where municipality_code = $1 and household_id = $2 order by version desc`,
    [tx.municipality, householdId],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    reason: sealed === null ? null : keys.open(REASON, `${householdId}|${row.version}`, sealed),
  }))
}

/** Of every household of a ledger that was told otherwise: who is in it, and the head. For reckoning over all households. */
export async function listToldHouseholds(tx: Tx, disasterId: DisasterId): Promise<ToldHousehold[]> {
  return await tx.sql<ToldHousehold>(
    `select m.household_id as "householdId", c.version, c.head_ref as "headRef",
            array_agg(m.person_ref order by m.person_ref desc) as members
       from ledger.present_membership m
      cross join lateral (select k.version, k.head_ref from ledger.household_change k
                           where k.municipality_code = $1 and k.household_id = m.household_id
                           order by k.version desc limit 1) c
      where m.municipality_code = $1 and m.disaster_id = $2
      group by m.household_id, c.version, c.head_ref`,
    [tx.municipality, disasterId],
  )
}

/** Who came into the present household by a split told with this reason, and into which, its head first; `people` null = of a whole ledger. */
export async function listSplitFor(
  tx: Tx,
  disasterId: DisasterId,
  reasonCode: HouseholdReason,
  people: readonly PersonRef[] | null,
): Promise<{ readonly ref: PersonRef; readonly householdId: HouseholdId }[]> {
  return await tx.sql(
    `select m.person_ref as ref, m.household_id as "householdId"
       from ledger.membership m
       join ledger.household_change c
         on c.municipality_code = $1 and c.household_id = m.household_id and c.version = m.household_version
      where m.municipality_code = $1 and m.disaster_id = $2 and c.kind = 'split' and c.reason_code = $3
        and ($4::text[] is null or m.person_ref = any($4))
        and not exists (select 1 from ledger.membership later
                         where later.municipality_code = $1 and later.disaster_id = $2
                           and later.person_ref = m.person_ref and later.version > m.version)
      order by m.household_id, m.person_ref is distinct from c.head_ref, m.person_ref desc`,
    [tx.municipality, disasterId, reasonCode, people === null ? null : [...people]],
  )
}

/** The 住登外者 of a ledger. */
export async function listNonResidentRefs(tx: Tx, disasterId: DisasterId): Promise<PersonRef[]> {
  const rows = await tx.sql<{ ref: PersonRef }>(
    `select 'N-' || non_resident_id as ref from ledger.non_resident
      where municipality_code = $1 and disaster_id = $2 and version = 1 order by non_resident_id`,
    [tx.municipality, disasterId],
  )
  return rows.map(({ ref }) => ref)
}
