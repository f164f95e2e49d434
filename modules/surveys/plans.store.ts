import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { Ring } from './places.ts'
import type { PlanId, TeamId } from './surveys.ts'

export type Plan = {
  readonly planId: PlanId
  readonly disasterId: DisasterId
  readonly version: number
  readonly name: string
  readonly startsOn: PlainDate
  readonly endsOn: PlainDate
  readonly daysOff: readonly PlainDate[]
  readonly closedAt: Date | null
}

export type PlanArea = {
  readonly areaId: string
  readonly name: string
  readonly areaNames: readonly string[]
  readonly ring: Ring | null
}

export type Team = {
  readonly planId: PlanId
  readonly teamId: TeamId
  readonly version: number
  readonly name: string
  readonly members: readonly string[]
  readonly housesPerDay: number
  readonly worksFrom: PlainDate
  readonly worksUntil: PlainDate
  readonly removedAt: Date | null
}

const planColumns = `plan_id as "planId", disaster_id as "disasterId", version, name, starts_on as "startsOn",
  ends_on as "endsOn", days_off::text[] as "daysOff", closed_at as "closedAt"`

/** False when a plan of that id is there already. */
export async function insertPlan(
  tx: Tx,
  plan: Omit<Plan, 'version' | 'closedAt'>,
  at: Date,
  by: string,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into surveys.plan (municipality_code, plan_id, disaster_id, version, name, starts_on, ends_on, days_off,
       made_at, made_by) values ($1, $2, $3, 1, $4, $5, $6, $7::date[], $8, $9) on conflict do nothing returning plan_id`,
    [
      tx.municipality,
      plan.planId,
      plan.disasterId,
      plan.name,
      plan.startsOn,
      plan.endsOn,
      [...plan.daysOff],
      at,
      by,
    ],
  )
  return rows.length === 1
}

/** `null` when somebody changed it first, or there is none. */
export async function updatePlan(tx: Tx, plan: Omit<Plan, 'disasterId'>): Promise<number | null> {
  const [row] = await tx.sql<{ version: number }>(
    `update surveys.plan set version = version + 1, name = $4, starts_on = $5, ends_on = $6, days_off = $7::date[],
            closed_at = case when $8::timestamptz is null then null else coalesce(closed_at, $8) end
      where municipality_code = $1 and plan_id = $2 and version = $3 returning version`,
    [
      tx.municipality,
      plan.planId,
      plan.version,
      plan.name,
      plan.startsOn,
      plan.endsOn,
      [...plan.daysOff],
      plan.closedAt,
    ],
  )
  return row?.version ?? null
}

export async function findPlan(tx: Tx, planId: PlanId): Promise<Plan | null> {
  const [row] = await tx.sql<Plan>(
    `select ${planColumns} from surveys.plan where municipality_code = $1 and plan_id = $2`,
    [tx.municipality, planId],
  )
  return row ?? null
}

/** The newest first, those still open before the closed ones. */
export async function listPlans(tx: Tx, disasterId: DisasterId): Promise<Plan[]> {
  return await tx.sql<Plan>(
    `select ${planColumns} from surveys.plan where municipality_code = $1 and disaster_id = $2
      order by closed_at is not null, made_at desc, plan_id limit 100`,
    [tx.municipality, disasterId],
  )
}

export async function insertArea(
  tx: Tx,
  planId: PlanId,
  area: PlanArea,
  at: Date,
  by: string,
): Promise<void> {
  await tx.sql(
    `insert into surveys.plan_area (municipality_code, plan_id, area_id, name, area_names, ring, added_at, added_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [
      tx.municipality,
      planId,
      area.areaId,
      area.name,
      [...area.areaNames],
      area.ring === null ? null : JSON.stringify(area.ring),
      at,
      by,
    ],
  )
}

export async function removeArea(tx: Tx, planId: PlanId, areaId: string, at: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update surveys.plan_area set removed_at = coalesce(removed_at, $4)
      where municipality_code = $1 and plan_id = $2 and area_id = $3 returning area_id`,
    [tx.municipality, planId, areaId, at],
  )
  return rows.length === 1
}

export async function listAreas(
  tx: Tx,
  planIds: readonly PlanId[],
): Promise<(PlanArea & { planId: PlanId })[]> {
  return await tx.sql(
    `select plan_id as "planId", area_id as "areaId", name, area_names as "areaNames", ring from surveys.plan_area
      where municipality_code = $1 and plan_id = any($2) and removed_at is null order by added_at, area_id`,
    [tx.municipality, [...planIds]],
  )
}

const teamColumns = `plan_id as "planId", team_id as "teamId", version, name, members,
  houses_per_day as "housesPerDay", works_from as "worksFrom", works_until as "worksUntil", removed_at as "removedAt"`

export async function insertTeam(
  tx: Tx,
  team: Omit<Team, 'version' | 'removedAt'>,
  at: Date,
  by: string,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into surveys.team (municipality_code, plan_id, team_id, version, name, members, houses_per_day, works_from,
       works_until, added_at, added_by) values ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10)
     on conflict do nothing returning team_id`,
    [
      tx.municipality,
      team.planId,
      team.teamId,
      team.name,
      [...team.members],
      team.housesPerDay,
      team.worksFrom,
      team.worksUntil,
      at,
      by,
    ],
  )
  return rows.length === 1
}

export async function updateTeam(tx: Tx, team: Omit<Team, 'planId'>): Promise<number | null> {
  const [row] = await tx.sql<{ version: number }>(
    `update surveys.team set version = version + 1, name = $4, members = $5, houses_per_day = $6, works_from = $7,
            works_until = $8, removed_at = $9
      where municipality_code = $1 and team_id = $2 and version = $3 returning version`,
    [
      tx.municipality,
      team.teamId,
      team.version,
      team.name,
      [...team.members],
      team.housesPerDay,
      team.worksFrom,
      team.worksUntil,
      team.removedAt,
    ],
  )
  return row?.version ?? null
}

export async function findTeam(tx: Tx, teamId: TeamId): Promise<Team | null> {
  const [row] = await tx.sql<Team>(
    `select ${teamColumns} from surveys.team where municipality_code = $1 and team_id = $2`,
    [tx.municipality, teamId],
  )
  return row ?? null
}

export async function listTeams(tx: Tx, planIds: readonly PlanId[]): Promise<Team[]> {
  return await tx.sql<Team>(
    `select ${teamColumns} from surveys.team
      where municipality_code = $1 and plan_id = any($2) and removed_at is null order by added_at, team_id`,
    [tx.municipality, [...planIds]],
  )
}
