import type { HouseholdNo, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { Guarded } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { NonResidentId } from '../ledger/ledger.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import { taskTokens } from './search.store.ts'
import {
  concealWords,
  type PlanId,
  type Point,
  type SurveyStage,
  type Task,
  type TaskId,
  type TaskState,
  type TaskWords,
  type TeamId,
} from './surveys.ts'

const WORDS = 'surveys.task.sealed'

/** A task as it stands, with whether somebody behind it is protected now. */
export type TaskHead = Task & { readonly suppressed: boolean }

/** Somebody of the ledger who is behind a task. */
export type TaskPerson = {
  readonly residentNo: ResidentNo | null
  readonly householdNo: HouseholdNo | null
  readonly nonResidentId: NonResidentId | null
}

/**
 * Whether somebody behind task `t`, or linked to its house (also since it was made), is protected now; with the town as $1.
 * Of many tasks at once `surveys.hidden_tasks`, under a limit to some 町字 `surveys.is_hidden`: they say the same. `offset 0`: asked
 * of each row that is shown; the planner would rather ask it of a whole table first.
 */
export const suppressedOfTask = `(exists (select 1 from surveys.person p
   where p.municipality_code = $1 and p.task_id = t.task_id
     and (ledger.is_protected($1, p.resident_no, p.household_no, p.non_resident_id)
       or (p.resident_no is null and residents.is_protected($1, null, p.household_no))) offset 0)
  or exists (select 1 from surveys.house s
   join dwellings.pub_occupancy o on o.municipality_code = $1 and o.dwelling_id = s.dwelling_id
   where s.municipality_code = $1 and s.task_id = t.task_id and o.disaster_id = t.disaster_id
     and case when o.household_no is not null then residents.is_protected($1, null, o.household_no)
              else ledger.is_protected($1, o.resident_no, null, o.non_resident_id) end offset 0))`

/** Of `surveys.task t`, with the town as $1. */
export const taskColumns = `t.task_id as "taskId", t.disaster_id as "disasterId", t.task_no as "taskNo", t.version, t.stage,
  t.state, t.origin, t.origin_ref as "originRef", t.previous_task_id as "previousTaskId", t.entry_id as "entryId",
  t.dwelling_id as "dwellingId", t.plan_id as "planId", t.team_id as "teamId", t.area_name as "areaName", t.latitude,
  t.longitude, t.urgent, t.claimed_by_label as "claimedByLabel", t.claimed_at as "claimedAt",
  t.result_no as "resultNo", t.grade, t.finished_on as "finishedOn", t.requested_at as "requestedAt",
  ${suppressedOfTask} as suppressed`

type TaskRow = Omit<TaskHead, 'point'> & {
  readonly latitude: number | null
  readonly longitude: number | null
}

/** Of a protected task neither the place on the map nor the 町字 is told to anybody. */
export function headOf<Row extends TaskRow>(
  row: Row,
): Omit<Row, 'latitude' | 'longitude'> & { readonly point: Point | null } {
  const { latitude, longitude, ...rest } = row
  const point = latitude === null || longitude === null ? null : { latitude, longitude }
  return row.suppressed ? { ...rest, point: null, areaName: '', dwellingId: null } : { ...rest, point }
}

/** Slots of numbers of one disaster: as many may take numbers at once. */
const SLOTS = 16

/** The next numbers of tasks of a disaster, so many. Kept only if the transaction is. */
export async function takeTaskNumbers(tx: Tx, disasterId: DisasterId, count: number): Promise<number[]> {
  const take = (wait: string) =>
    tx.sql<{ no: number }>(
      `update surveys.number_slot set next_no = next_no + ${SLOTS} * $3::int
        where municipality_code = $1 and disaster_id = $2
          and slot = (select slot from surveys.number_slot where municipality_code = $1 and disaster_id = $2
                       order by next_no limit 1 for update ${wait})
        returning next_no - ${SLOTS} * $3::int as no`,
      [tx.municipality, disasterId, count],
    )
  let [row] = await take('skip locked')
  if (!row) {
    await tx.sql(
      `insert into surveys.number_slot (municipality_code, disaster_id, slot, next_no)
       select $1, $2, slot, slot from generate_series(1, ${SLOTS}) as slot on conflict do nothing`,
      [tx.municipality, disasterId],
    )
    ;[row] = await take('')
  }
  if (!row) throw new Error('no slot of numbers for this disaster')
  const { no } = row
  return Array.from({ length: count }, (_, i) => no + SLOTS * i)
}

export type NewTask = Pick<
  Task,
  | 'taskId'
  | 'disasterId'
  | 'taskNo'
  | 'stage'
  | 'origin'
  | 'originRef'
  | 'previousTaskId'
  | 'entryId'
  | 'dwellingId'
  | 'areaName'
  | 'point'
  | 'urgent'
  | 'requestedAt'
> & {
  readonly words: TaskWords
  readonly people: readonly TaskPerson[]
  /** The point is that of the 町字. */
  readonly rough: boolean
}

/** Writes many tasks at once. Those whose id is there already are left as they are; answers the new ones' ids. */
export async function insertTasks(
  tx: Tx,
  keys: Keys,
  tasks: readonly NewTask[],
  requestedBy: string,
): Promise<Set<TaskId>> {
  const rows = await tx.sql<{ taskId: TaskId }>(
    `insert into surveys.task (municipality_code, task_id, disaster_id, task_no, version, stage, state, origin, origin_ref,
       previous_task_id, entry_id, dwelling_id, area_name, latitude, longitude, urgent, result_no, requested_at,
       requested_by, sealed, rough, tokens)
     select $1, task_id, disaster_id, task_no, 1, stage, 'waiting', origin, origin_ref, previous_task_id, entry_id,
            dwelling_id, area_name, latitude, longitude, urgent, 0, requested_at, $2, sealed, rough, tokens::bigint[]
       from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::uuid[], $10::uuid[],
                   $11::uuid[], $12::text[], $13::float8[], $14::float8[], $15::boolean[], $16::timestamptz[], $17::bytea[],
                   $18::boolean[], $19::text[])
         as n (task_id, disaster_id, task_no, stage, origin, origin_ref, previous_task_id, entry_id, dwelling_id,
               area_name, latitude, longitude, urgent, requested_at, sealed, rough, tokens)
     on conflict (municipality_code, task_id) do nothing
     returning task_id as "taskId"`,
    [
      tx.municipality,
      requestedBy,
      tasks.map((one) => one.taskId),
      tasks.map((one) => one.disasterId),
      tasks.map((one) => one.taskNo),
      tasks.map((one) => one.stage),
      tasks.map((one) => one.origin),
      tasks.map((one) => one.originRef),
      tasks.map((one) => one.previousTaskId),
      tasks.map((one) => one.entryId),
      tasks.map((one) => one.dwellingId),
      tasks.map((one) => one.areaName),
      tasks.map((one) => one.point?.latitude ?? null),
      tasks.map((one) => one.point?.longitude ?? null),
      tasks.map((one) => one.urgent),
      tasks.map((one) => one.requestedAt),
      tasks.map((one) => keys.seal(WORDS, one.taskId, JSON.stringify(one.words))),
      tasks.map((one) => one.rough),
      tasks.map((one) => `{${taskTokens(keys, one.words).join(',')}}`),
    ],
  )
  const made = new Set(rows.map((row) => row.taskId))
  const people = tasks
    .filter((one) => made.has(one.taskId))
    .flatMap(({ taskId, people: behind }) => behind.map((person, position) => ({ taskId, position, person })))
  if (people.length > 0) {
    await tx.sql(
      `insert into surveys.person (municipality_code, task_id, position, resident_no, household_no, non_resident_id)
       select $1, task_id, position, resident_no, household_no, non_resident_id
         from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::uuid[])
           as n (task_id, position, resident_no, household_no, non_resident_id)`,
      [
        tx.municipality,
        people.map((one) => one.taskId),
        people.map((one) => one.position),
        people.map((one) => one.person.residentNo),
        people.map((one) => one.person.householdNo),
        people.map((one) => one.person.nonResidentId),
      ],
    )
  }
  return made
}

export async function findHead(tx: Tx, taskId: TaskId): Promise<TaskHead | null> {
  const [row] = await tx.sql<TaskRow>(
    `select ${taskColumns} from surveys.task t where t.municipality_code = $1 and t.task_id = $2`,
    [tx.municipality, taskId],
  )
  return row ? headOf(row) : null
}

export function guardWords(
  keys: Keys,
  head: Pick<TaskHead, 'taskId' | 'suppressed'>,
  sealed: Buffer,
): Guarded<TaskWords> {
  const words = JSON.parse(keys.open(WORDS, head.taskId, sealed)) as TaskWords
  return new Guarded({ kind: 'survey-task', id: head.taskId }, head.suppressed, words, concealWords)
}

export async function findTask(
  tx: Tx,
  keys: Keys,
  taskId: TaskId,
): Promise<{ head: TaskHead; words: Guarded<TaskWords> } | null> {
  const [row] = await tx.sql<TaskRow & { sealed: Buffer }>(
    `select ${taskColumns}, t.sealed from surveys.task t where t.municipality_code = $1 and t.task_id = $2`,
    [tx.municipality, taskId],
  )
  if (!row) return null
  const { sealed, ...rest } = row
  const head = headOf(rest)
  return { head, words: guardWords(keys, head, sealed) }
}

/** The place of the house itself, for reckoning a distance; `null` where only its 町字 is known. Not for answers. */
export async function placeOf(tx: Tx, taskId: TaskId): Promise<Point | null> {
  const [row] = await tx.sql<Point | { latitude: null; longitude: null }>(
    `select latitude, longitude from surveys.task
      where municipality_code = $1 and task_id = $2 and not rough`,
    [tx.municipality, taskId],
  )
  return row === undefined || row.latitude === null
    ? null
    : { latitude: row.latitude, longitude: row.longitude }
}

/** The words themselves, for what must be kept although nobody may see it. Not for answers. */
export async function storedWords(tx: Tx, keys: Keys, taskId: TaskId): Promise<TaskWords> {
  const [row] = await tx.sql<{ sealed: Buffer }>(
    'select sealed from surveys.task where municipality_code = $1 and task_id = $2',
    [tx.municipality, taskId],
  )
  if (!row) throw new Error('a task without its words')
  return JSON.parse(keys.open(WORDS, taskId, row.sealed)) as TaskWords
}

export type TaskChange = {
  readonly state?: TaskState
  readonly stage?: SurveyStage
  readonly words?: TaskWords
  readonly areaName?: string
  /** `null` takes the place away. */
  readonly point?: Point | null
  readonly urgent?: boolean
  readonly claim?: { readonly by: string; readonly label: string; readonly at: Date } | null
  readonly team?: { readonly planId: PlanId; readonly teamId: TeamId } | null
  readonly result?: {
    readonly no: number
    readonly grade: DamageGrade | null
    readonly finishedOn: PlainDate | null
  }
}

/**
 * Moves a task on, if it is in one of the prior states and nobody changed it since. The winner of two at once is decided
 * here, by the row's lock. `version` null: whatever it is (what comes from a device that was offline).
 */
export async function move(
  tx: Tx,
  keys: Keys,
  seen: { readonly taskId: TaskId; readonly version: number | null; readonly from: readonly TaskState[] },
  change: TaskChange,
): Promise<TaskHead | null> {
  const params: unknown[] = [tx.municipality, seen.taskId, seen.version, [...seen.from]]
  const sets = ['version = version + 1']
  const set = (column: string, value: unknown): void => {
    params.push(value)
    sets.push(`${column} = $${params.length}`)
  }
  if (change.state !== undefined) set('state', change.state)
  if (change.stage !== undefined) set('stage', change.stage)
  if (change.words !== undefined) {
    set('sealed', keys.seal(WORDS, seen.taskId, JSON.stringify(change.words)))
    set('tokens', taskTokens(keys, change.words))
  }
  if (change.areaName !== undefined) set('area_name', change.areaName)
  if (change.point !== undefined) {
    set('latitude', change.point?.latitude ?? null)
    set('longitude', change.point?.longitude ?? null)
    set('rough', false)
  }
  if (change.urgent !== undefined) set('urgent', change.urgent)
  if (change.claim !== undefined) {
    set('claimed_by', change.claim?.by ?? null)
    set('claimed_by_label', change.claim?.label ?? null)
    set('claimed_at', change.claim?.at ?? null)
  }
  if (change.team !== undefined) {
    set('plan_id', change.team?.planId ?? null)
    set('team_id', change.team?.teamId ?? null)
  }
  if (change.result !== undefined) {
    set('result_no', change.result.no)
    set('grade', change.result.grade)
    set('finished_on', change.result.finishedOn)
  }
  const [row] = await tx.sql<TaskRow>(
    `update surveys.task t set ${sets.join(', ')}
      where t.municipality_code = $1 and t.task_id = $2 and ($3::int is null or t.version = $3) and t.state = any($4)
      returning ${taskColumns}`,
    params,
  )
  return row ? headOf(row) : null
}

/** Tasks that an application asked for, the newest first. */
export async function tasksOf(
  tx: Tx,
  originRef: string,
): Promise<(TaskHead & { readonly teamName: string | null })[]> {
  const rows = await tx.sql<TaskRow & { teamName: string | null }>(
    `select ${taskColumns}, (select m.name from surveys.team m
                              where m.municipality_code = $1 and m.team_id = t.team_id) as "teamName"
       from surveys.task t where t.municipality_code = $1 and t.origin_ref = $2 order by t.task_id desc`,
    [tx.municipality, originRef],
  )
  return rows.map(headOf)
}

/** More people of the ledger who are behind a task now; whoever was behind it stays. */
export async function addPeople(tx: Tx, taskId: TaskId, people: readonly TaskPerson[]): Promise<void> {
  await tx.sql(
    `insert into surveys.person (municipality_code, task_id, position, resident_no, household_no, non_resident_id)
     select $1, $2, (select coalesce(max(position), -1) from surveys.person
                      where municipality_code = $1 and task_id = $2) + n.nth,
            n.resident_no, n.household_no, n.non_resident_id
       from unnest($3::text[], $4::text[], $5::uuid[])
         with ordinality as n (resident_no, household_no, non_resident_id, nth)
      where not exists (select 1 from surveys.person p
                         where p.municipality_code = $1 and p.task_id = $2
                           and p.resident_no is not distinct from n.resident_no
                           and p.household_no is not distinct from n.household_no
                           and p.non_resident_id is not distinct from n.non_resident_id)`,
    [
      tx.municipality,
      taskId,
      people.map((person) => person.residentNo),
      people.map((person) => person.householdNo),
      people.map((person) => person.nonResidentId),
    ],
  )
}

/** Houses of the house register at the address of a task. */
export async function addHouses(
  tx: Tx,
  houses: readonly { readonly taskId: TaskId; readonly dwellingId: string }[],
): Promise<void> {
  if (houses.length === 0) return
  await tx.sql(
    `insert into surveys.house (municipality_code, task_id, dwelling_id)
     select $1, task_id, dwelling_id from unnest($2::uuid[], $3::uuid[]) as n (task_id, dwelling_id)
     on conflict do nothing`,
    [tx.municipality, houses.map((one) => one.taskId), houses.map((one) => one.dwellingId)],
  )
}

/** Of what is not written yet: which would have somebody behind it, or in its house, who is protected now. */
export async function hiddenOf(
  tx: Tx,
  disasterId: DisasterId,
  houses: readonly { readonly taskId: TaskId; readonly dwellingId: string }[],
  people: readonly { readonly taskId: TaskId; readonly person: TaskPerson }[],
): Promise<Set<TaskId>> {
  const rows = await tx.sql<{ taskId: TaskId }>(
    `select p.task_id as "taskId" from unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[])
         as p (task_id, resident_no, household_no, non_resident_id)
      where ledger.is_protected($1, p.resident_no, p.household_no, p.non_resident_id)
     union
     select s.task_id from unnest($7::uuid[], $8::uuid[]) as s (task_id, dwelling_id)
       join dwellings.pub_occupancy o on o.municipality_code = $1 and o.disaster_id = $2 and o.dwelling_id = s.dwelling_id
      where case when o.household_no is not null then residents.is_protected($1, null, o.household_no)
                 else ledger.is_protected($1, o.resident_no, null, o.non_resident_id) end`,
    [
      tx.municipality,
      disasterId,
      people.map(({ taskId }) => taskId),
      people.map(({ person }) => person.residentNo),
      people.map(({ person }) => person.householdNo),
      people.map(({ person }) => person.nonResidentId),
      houses.map(({ taskId }) => taskId),
      houses.map(({ dwellingId }) => dwellingId),
    ],
  )
  return new Set(rows.map(({ taskId }) => taskId))
}

/** Everybody of the ledger who is behind a task. */
export async function peopleOf(tx: Tx, taskId: TaskId): Promise<TaskPerson[]> {
  return await tx.sql<TaskPerson>(
    `select resident_no as "residentNo", household_no as "householdNo", non_resident_id as "nonResidentId"
       from surveys.person where municipality_code = $1 and task_id = $2 order by position`,
    [tx.municipality, taskId],
  )
}
