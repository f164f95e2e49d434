import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId, GuidelineCode } from '../disasters/disasters.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import type { Ring } from './places.ts'
import type { TaskId } from './surveys.ts'

const SEALED = 'surveys.area_judgement.sealed'

export type AreaJudgement = {
  readonly judgementId: string
  readonly disasterId: DisasterId
  readonly basis: 'aerial' | 'corners'
  readonly grade: DamageGrade
  readonly guidelineCode: GuidelineCode
  readonly ring: Ring
  readonly surveyedOn: PlainDate
  readonly count: number
  readonly at: Date
  readonly actor: string
  readonly actorLabel: string
  readonly reason: string
}

/** False when one of that id is there already. */
export async function insertJudgement(tx: Tx, keys: Keys, made: AreaJudgement): Promise<boolean> {
  const rows = await tx.sql(
    `insert into surveys.area_judgement (municipality_code, judgement_id, disaster_id, basis, grade, guideline_code, ring,
       surveyed_on, count, at, actor, actor_label, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing returning judgement_id`,
    [
      tx.municipality,
      made.judgementId,
      made.disasterId,
      made.basis,
      made.grade,
      made.guidelineCode,
      JSON.stringify(made.ring),
      made.surveyedOn,
      made.count,
      made.at,
      made.actor,
      made.actorLabel,
      keys.seal(SEALED, made.judgementId, JSON.stringify({ reason: made.reason })),
    ],
  )
  return rows.length === 1
}

/** Newest first. */
export async function listJudgements(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
): Promise<(Omit<AreaJudgement, 'actor' | 'guidelineCode' | 'surveyedOn'> & { undoneAt: Date | null })[]> {
  const rows = await tx.sql<
    Omit<AreaJudgement, 'reason' | 'actor' | 'guidelineCode' | 'surveyedOn'> & {
      undoneAt: Date | null
      sealed: Buffer
    }
  >(
    `select judgement_id as "judgementId", disaster_id as "disasterId", basis, grade, ring, count, at,
            actor_label as "actorLabel", undone_at as "undoneAt", sealed
       from surveys.area_judgement where municipality_code = $1 and disaster_id = $2 order by at desc limit 100`,
    [tx.municipality, disasterId],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    reason: (JSON.parse(keys.open(SEALED, row.judgementId, sealed)) as { reason: string }).reason,
  }))
}

/** Marks it undone; answers its size, `null` when there is none that stands. */
export async function endJudgement(
  tx: Tx,
  judgementId: string,
  at: Date,
  by: string,
): Promise<number | null> {
  const [row] = await tx.sql<{ count: number }>(
    `update surveys.area_judgement set undone_at = $3, undone_by = $4
      where municipality_code = $1 and judgement_id = $2 and undone_at is null returning count`,
    [tx.municipality, judgementId, at, by],
  )
  return row?.count ?? null
}

/** Tasks whose result in force came from a source. */
export async function tasksRuledBy(
  tx: Tx,
  sourceRef: string,
): Promise<{ taskId: TaskId; version: number }[]> {
  return await tx.sql(
    `select t.task_id as "taskId", t.version from surveys.result r
       join surveys.task t on t.municipality_code = r.municipality_code and t.task_id = r.task_id
        and t.result_no = r.result_no
      where r.municipality_code = $1 and r.source_ref = $2 and r.kind <> 'undone' and t.state = 'done'
      order by t.task_id`,
    [tx.municipality, sourceRef],
  )
}

/** The one house of the house register at which a task stands; those with none, or with several, are left out. */
export async function housesOfTasks(tx: Tx, taskIds: readonly TaskId[]): Promise<Map<TaskId, string>> {
  const rows = await tx.sql<{ taskId: TaskId; dwellingId: string }>(
    `select t.task_id as "taskId", coalesce(t.dwelling_id, min(s.dwelling_id::text)::uuid) as "dwellingId"
       from surveys.task t
       left join surveys.house s on s.municipality_code = $1 and s.task_id = t.task_id
      where t.municipality_code = $1 and t.task_id = any($2)
      group by t.task_id, t.dwelling_id
     having t.dwelling_id is not null or count(s.dwelling_id) = 1`,
    [tx.municipality, [...taskIds]],
  )
  return new Map(rows.map(({ taskId, dwellingId }) => [taskId, dwellingId]))
}

/** Which of these houses a survey of the disaster is about already. */
export async function housesWithTask(
  tx: Tx,
  disasterId: DisasterId,
  dwellingIds: readonly string[],
): Promise<Set<string>> {
  const rows = await tx.sql<{ id: string }>(
    `select t.dwelling_id as id from surveys.task t
      where t.municipality_code = $1 and t.disaster_id = $2 and t.state <> 'cancelled' and t.dwelling_id = any($3::uuid[])
     union
     select s.dwelling_id from surveys.house s
       join surveys.task t on t.municipality_code = $1 and t.task_id = s.task_id
      where s.municipality_code = $1 and s.dwelling_id = any($3::uuid[]) and t.disaster_id = $2 and t.state <> 'cancelled'`,
    [tx.municipality, disasterId, [...dwellingIds]],
  )
  return new Set(rows.map(({ id }) => id))
}

/** How many wait to be judged by their photos. */
export async function countPhotoCases(tx: Tx, disasterId: DisasterId): Promise<number> {
  const [row] = await tx.sql<{ count: number }>(
    `select count(*)::int as count from surveys.task
      where municipality_code = $1 and disaster_id = $2 and stage = 'self' and state in ('waiting', 'claimed')`,
    [tx.municipality, disasterId],
  )
  return row!.count
}
