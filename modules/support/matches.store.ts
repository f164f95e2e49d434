import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import type { HouseholdId } from '../ledger/households.ts'
import type { PersonRef } from '../ledger/ledger.ts'

export type Match = {
  readonly householdId: HouseholdId
  readonly personRef: PersonRef
  readonly grade: DamageGrade | null
  readonly digest: string
  readonly eligible: readonly string[]
  readonly undecided: readonly string[]
}

/** Digests of what is stored, by household. */
export async function listDigests(tx: Tx, disasterId: DisasterId): Promise<Map<string, string>> {
  const rows = await tx.sql<{ id: string; digest: string }>(
    `select household_id as id, digest from support.household_match
      where municipality_code = $1 and disaster_id = $2`,
    [tx.municipality, disasterId],
  )
  return new Map(rows.map(({ id, digest }) => [id, digest]))
}

/** Writes some thousand rows at once. */
export async function writeMatches(
  tx: Tx,
  disasterId: DisasterId,
  matches: readonly Match[],
  at: Date,
): Promise<void> {
  await tx.sql(
    `insert into support.household_match (municipality_code, disaster_id, household_id, person_ref, grade, digest,
       eligible, undecided, matched_at)
     select $1, $2, t.id, t.ref, t.grade, t.digest, string_to_array(t.eligible, ' '), string_to_array(t.undecided, ' '), $9
       from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
         as t (id, ref, grade, digest, eligible, undecided)
     on conflict (municipality_code, disaster_id, household_id) do update
       set person_ref = excluded.person_ref, grade = excluded.grade, digest = excluded.digest,
           eligible = excluded.eligible, undecided = excluded.undecided, matched_at = excluded.matched_at`,
    [
      tx.municipality,
      disasterId,
      matches.map((one) => one.householdId),
      matches.map((one) => one.personRef),
      matches.map((one) => one.grade),
      matches.map((one) => one.digest),
      matches.map((one) => one.eligible.join(' ')),
      matches.map((one) => one.undecided.join(' ')),
      at,
    ],
  )
}

/** Households that are no more (joined into another): they are in no list. */
export async function emptyMatches(
  tx: Tx,
  disasterId: DisasterId,
  ids: readonly string[],
  at: Date,
): Promise<void> {
  await tx.sql(
    `update support.household_match set eligible = '{}', undecided = '{}', digest = '', matched_at = $4
      where municipality_code = $1 and disaster_id = $2 and household_id = any($3::uuid[])`,
    [tx.municipality, disasterId, [...ids], at],
  )
}

export type MatchCounts = Readonly<Record<string, { readonly eligible: number; readonly undecided: number }>>

export async function insertRun(
  tx: Tx,
  disasterId: DisasterId,
  run: {
    readonly runId: string
    readonly at: Date
    readonly by: string
    readonly households: number
    readonly changed: number
    readonly counts: MatchCounts
  },
): Promise<void> {
  await tx.sql(
    `insert into support.match_run (municipality_code, disaster_id, run_id, started_at, started_by, households, changed, counts)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tx.municipality,
      disasterId,
      run.runId,
      run.at,
      run.by,
      run.households,
      run.changed,
      JSON.stringify(run.counts),
    ],
  )
}

export async function latestRun(
  tx: Tx,
  disasterId: DisasterId,
): Promise<{ startedAt: Date; households: number; changed: number; counts: MatchCounts } | null> {
  const [row] = await tx.sql<{ startedAt: Date; households: number; changed: number; counts: MatchCounts }>(
    `select started_at as "startedAt", households, changed, counts from support.match_run
      where municipality_code = $1 and disaster_id = $2 order by run_id desc limit 1`,
    [tx.municipality, disasterId],
  )
  return row ?? null
}

export type Unapplied = Pick<Match, 'householdId' | 'personRef' | 'grade'>

/** Households that may get a programme and have not asked for it, in a stated order. */
export async function listUnapplied(
  tx: Tx,
  disasterId: DisasterId,
  programmeCode: string,
  after: string | null,
  limit: number,
): Promise<Unapplied[]> {
  return await tx.sql<Unapplied>(
    `select m.household_id as "householdId", m.person_ref as "personRef", m.grade from support.household_match m
      where m.municipality_code = $1 and m.disaster_id = $2 and $3 = any(m.eligible)
        and ($4::uuid is null or m.household_id > $4)
        and not exists (select 1 from support.claim c
                         where c.municipality_code = $1 and c.disaster_id = $2 and c.programme_code = $3 and c.live
                           and c.person_ref = m.person_ref)
        and not exists (select 1 from support.application a
                         where a.municipality_code = $1 and a.disaster_id = $2 and a.household_id = m.household_id
                           and a.programme_code = $3 and a.state <> 'withdrawn')
      order by m.household_id limit $5`,
    [tx.municipality, disasterId, programmeCode, after, limit],
  )
}
