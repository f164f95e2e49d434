import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { Guarded } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import type { Box } from './places.ts'
import { guardWords, headOf, taskColumns, type TaskHead } from './surveys.store.ts'
import type { PlanId, SurveyStage, TaskId, TaskState, TaskWords, TeamId } from './surveys.ts'

/** Which tasks. Empty lists and `null` = all. */
export type TaskFilter = {
  readonly disasterId: DisasterId
  readonly states: readonly TaskState[]
  readonly stages: readonly SurveyStage[]
  readonly taskNo: string | null
  /** `none` = of no team. */
  readonly teamId: TeamId | 'none' | null
  readonly planId: PlanId | null
  /** Protected ones are found by no 町字. */
  readonly areaNames: readonly string[]
  readonly taskIds: readonly TaskId[]
  readonly box: Box | null
  /** Only where the place of the house itself is known, not its 町字 alone. */
  readonly exact: boolean
}

export const everyTask = {
  states: [],
  stages: [],
  taskNo: null,
  teamId: null,
  planId: null,
  areaNames: [],
  taskIds: [],
  box: null,
  exact: false,
} as const satisfies Omit<TaskFilter, 'disasterId'>

/**
 * Whoever is looked for by place must not be somebody in hiding: then the condition itself would tell. By the set of all
 * who are hidden now, made once: to ask of each of 100,000 houses takes seconds.
 */
const openPlace = 't.task_id not in (select h.task_id from surveys.hidden_tasks($1, $2) h)'

function where(tx: Tx, filter: TaskFilter): { sql: string; params: unknown[] } {
  const params: unknown[] = [tx.municipality, filter.disasterId]
  const parts = ['t.municipality_code = $1', 't.disaster_id = $2']
  const add = (sql: (n: string) => string, value: unknown): void => {
    params.push(value)
    parts.push(sql(`$${params.length}`))
  }
  if (filter.states.length > 0) add((n) => `t.state = any(${n})`, [...filter.states])
  if (filter.stages.length > 0) add((n) => `t.stage = any(${n})`, [...filter.stages])
  if (filter.taskNo !== null) add((n) => `t.task_no = ${n}`, filter.taskNo)
  if (filter.teamId === 'none') parts.push('t.team_id is null')
  else if (filter.teamId !== null) add((n) => `t.team_id = ${n}`, filter.teamId)
  if (filter.planId !== null) add((n) => `t.plan_id = ${n}`, filter.planId)
  if (filter.taskIds.length > 0) add((n) => `t.task_id = any(${n})`, [...filter.taskIds])
  if (filter.areaNames.length > 0) add((n) => `t.area_name = any(${n})`, [...filter.areaNames])
  if (filter.exact) parts.push('not t.rough')
  if (filter.box !== null) {
    add((n) => `t.latitude >= ${n}`, filter.box.south)
    add((n) => `t.latitude <= ${n}`, filter.box.north)
    add((n) => `t.longitude >= ${n}`, filter.box.west)
    add((n) => `t.longitude <= ${n}`, filter.box.east)
  }
  if (filter.areaNames.length > 0 || filter.box !== null) parts.push(openPlace)
  return { sql: parts.join(' and '), params }
}

export type ListedTask = TaskHead & { readonly teamName: string | null; readonly photos: number }

/** In the order in which they were asked for, after `after`. The page is cut first: whether one is protected costs more. */
export async function listTasks(
  tx: Tx,
  keys: Keys,
  filter: TaskFilter,
  page: { readonly after: string | null; readonly limit: number },
): Promise<{ head: ListedTask; words: Guarded<TaskWords> }[]> {
  const { sql, params } = where(tx, filter)
  const after = page.after === null ? '' : `and t.task_id > $${params.length + 2}`
  const rows = await tx.sql<
    Omit<ListedTask, 'point'> & { latitude: number | null; longitude: number | null; sealed: Buffer }
  >(
    `select ${taskColumns}, t.sealed,
            (select m.name from surveys.team m where m.municipality_code = $1 and m.team_id = t.team_id) as "teamName",
            (select count(*)::int from surveys.photo f where f.municipality_code = $1 and f.task_id = t.task_id) as photos
       from (select * from surveys.task t where ${sql} ${after} order by t.task_id limit $${params.length + 1}) t
      order by t.task_id`,
    [...params, page.limit, ...(page.after === null ? [] : [page.after])],
  )
  return rows.map(({ sealed, ...row }) => {
    const head = headOf(row)
    return { head, words: guardWords(keys, head, sealed) }
  })
}

export type MapPoint = {
  readonly taskId: TaskId
  readonly taskNo: string
  readonly latitude: number
  readonly longitude: number
  readonly state: TaskState
  readonly grade: DamageGrade | null
  readonly teamId: TeamId | null
}

/** Tasks with a place, nobody in hiding among them. */
export async function listPoints(tx: Tx, filter: TaskFilter, most: number): Promise<MapPoint[]> {
  const { sql, params } = where(tx, filter)
  return await tx.sql<MapPoint>(
    `select t.task_id as "taskId", t.task_no as "taskNo", t.latitude, t.longitude, t.state, t.grade,
            t.team_id as "teamId"
       from surveys.task t where ${sql} and t.latitude is not null and ${openPlace}
      order by t.task_id limit $${params.length + 1}`,
    [...params, most],
  )
}

export async function countByState(
  tx: Tx,
  disasterId: DisasterId,
  planId: PlanId | null,
): Promise<{ state: TaskState; count: number }[]> {
  return await tx.sql(
    `select state, count(*)::int as count from surveys.task
      where municipality_code = $1 and disaster_id = $2 and ($3::uuid is null or plan_id = $3) group by state`,
    [tx.municipality, disasterId, planId],
  )
}

/** How many there are in each 町字. Those of people in hiding are in none. */
export async function countByArea(
  tx: Tx,
  disasterId: DisasterId,
): Promise<{ areaName: string; count: number; left: number; unassigned: number }[]> {
  return await tx.sql(
    `select t.area_name as "areaName", count(*)::int as count,
            count(*) filter (where t.state in ('waiting', 'claimed'))::int as left,
            count(*) filter (where t.state in ('waiting', 'claimed') and t.team_id is null)::int as unassigned
       from surveys.task t
      where t.municipality_code = $1 and t.disaster_id = $2 and ${openPlace}
      group by t.area_name order by t.area_name`,
    [tx.municipality, disasterId],
  )
}

/** What each team has before it and behind it. */
export async function countByTeam(
  tx: Tx,
  planId: PlanId,
): Promise<{ teamId: TeamId; left: number; recorded: number; done: number }[]> {
  return await tx.sql(
    `select team_id as "teamId",
            count(*) filter (where state in ('waiting', 'claimed'))::int as left,
            count(*) filter (where state in ('recorded', 'conflict'))::int as recorded,
            count(*) filter (where state = 'done')::int as done
       from surveys.task where municipality_code = $1 and plan_id = $2 group by team_id`,
    [tx.municipality, planId],
  )
}

/** Gives tasks to a team (or takes them from theirs), if nobody finished them; answers what they were before. */
export async function assignTasks(
  tx: Tx,
  assignmentId: string,
  taskIds: readonly TaskId[],
  team: { readonly planId: PlanId; readonly teamId: TeamId } | null,
): Promise<number> {
  const rows = await tx.sql(
    `with before as (
       select task_id, plan_id, team_id from surveys.task
        where municipality_code = $1 and task_id = any($3) and state in ('waiting', 'claimed') for update),
     kept as (
       insert into surveys.assignment_task (municipality_code, assignment_id, task_id, plan_before, team_before)
       select $1, $2, task_id, plan_id, team_id from before returning task_id)
     update surveys.task t set version = version + 1, plan_id = $4, team_id = $5
      where t.municipality_code = $1 and t.task_id in (select task_id from kept) returning t.task_id`,
    [tx.municipality, assignmentId, [...taskIds], team?.planId ?? null, team?.teamId ?? null],
  )
  return rows.length
}

export async function insertAssignment(
  tx: Tx,
  assignment: {
    readonly assignmentId: string
    readonly disasterId: DisasterId
    readonly teamId: TeamId | null
    readonly count: number
    readonly at: Date
    readonly actor: string
    readonly actorLabel: string
  },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into surveys.assignment (municipality_code, assignment_id, disaster_id, team_id, count, at, actor, actor_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning assignment_id`,
    [
      tx.municipality,
      assignment.assignmentId,
      assignment.disasterId,
      assignment.teamId,
      assignment.count,
      assignment.at,
      assignment.actor,
      assignment.actorLabel,
    ],
  )
  return rows.length === 1
}

/** Gives back what is still where the assignment put it, and not begun; `null` = there is no such, or it is undone. */
export async function undoAssignment(tx: Tx, assignmentId: string, at: Date): Promise<number | null> {
  const [assignment] = await tx.sql<{ teamId: TeamId | null }>(
    `update surveys.assignment set undone_at = $3
      where municipality_code = $1 and assignment_id = $2 and undone_at is null returning team_id as "teamId"`,
    [tx.municipality, assignmentId, at],
  )
  if (!assignment) return null
  const rows = await tx.sql(
    `update surveys.task t set version = version + 1, plan_id = b.plan_before, team_id = b.team_before
       from surveys.assignment_task b
      where t.municipality_code = $1 and b.municipality_code = $1 and b.assignment_id = $2 and b.task_id = t.task_id
        and t.team_id is not distinct from $3 and t.state = 'waiting' returning t.task_id`,
    [tx.municipality, assignmentId, assignment.teamId],
  )
  return rows.length
}

/** What was assigned last, for undoing it. */
export async function listAssignments(
  tx: Tx,
  disasterId: DisasterId,
): Promise<
  {
    assignmentId: string
    teamId: TeamId | null
    count: number
    at: Date
    actorLabel: string
    undoneAt: Date | null
  }[]
> {
  return await tx.sql(
    `select assignment_id as "assignmentId", team_id as "teamId", count, at, actor_label as "actorLabel",
            undone_at as "undoneAt"
       from surveys.assignment where municipality_code = $1 and disaster_id = $2 order by at desc limit 10`,
    [tx.municipality, disasterId],
  )
}

/** Tasks that were finished on a day or later, by the day. */
export async function finishedSince(
  tx: Tx,
  disasterId: DisasterId,
  planId: PlanId | null,
  fromOn: PlainDate,
): Promise<{ on: PlainDate; count: number }[]> {
  return await tx.sql(
    `select finished_on as on, count(*)::int as count from surveys.task
      where municipality_code = $1 and disaster_id = $2 and ($3::uuid is null or plan_id = $3) and finished_on >= $4
      group by finished_on order by finished_on`,
    [tx.municipality, disasterId, planId, fromOn],
  )
}
