import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { forecast } from './pace.ts'
import { isArea } from './places.ts'
import type * as contract from './plans.contract.ts'
import * as store from './plans.store.ts'
import { surveysEvents, surveysProblems as problems } from './surveys.messages.ts'
import type { PlanId, TeamId } from './surveys.ts'
import { countByTeam, finishedSince } from './tasks.store.ts'

const LOOKED_BACK_DAYS = 30

export async function listPlans(
  ctx: Ctx,
  input: InputOf<typeof contract.listPlans>,
): Promise<OutputOf<typeof contract.listPlans>> {
  const { disasterId } = input
  await getDisaster(ctx, disasterId)
  const plans = await store.listPlans(ctx.tx, disasterId)
  const ids = plans.map((plan) => plan.planId)
  const areas = await store.listAreas(ctx.tx, ids)
  const teams = await store.listTeams(ctx.tx, ids)
  const today = todayInJapan(ctx.now)
  const since = new Date(ctx.now.getTime() - LOOKED_BACK_DAYS * 86_400_000)
  const views: OutputOf<typeof contract.listPlans>['plans'] = []
  for (const plan of plans) {
    const counts = new Map((await countByTeam(ctx.tx, plan.planId)).map((one) => [one.teamId, one]))
    const days = await finishedSince(ctx.tx, disasterId, plan.planId, todayInJapan(since))
    const own = teams.filter((team) => team.planId === plan.planId)
    const left = [...counts.values()].reduce((sum, one) => sum + one.left, 0)
    views.push({
      planId: plan.planId,
      disasterId,
      version: plan.version,
      name: plan.name,
      startsOn: plan.startsOn,
      endsOn: plan.endsOn,
      daysOff: [...plan.daysOff],
      closed: plan.closedAt !== null,
      areas: areas
        .filter((area) => area.planId === plan.planId)
        .map(({ areaId, name, areaNames, ring }) => ({
          areaId,
          name,
          areaNames: [...areaNames],
          ring: ring === null ? null : ring.map(([x, y]): [number, number] => [x, y]),
        })),
      teams: own.map((team) => {
        const count = counts.get(team.teamId)
        return {
          teamId: team.teamId,
          version: team.version,
          name: team.name,
          members: [...team.members],
          housesPerDay: team.housesPerDay,
          worksFrom: team.worksFrom,
          worksUntil: team.worksUntil,
          left: count?.left ?? 0,
          recorded: count?.recorded ?? 0,
          done: count?.done ?? 0,
        }
      }),
      forecast: forecast(today, left, days, own, plan.daysOff),
      days,
    })
  }
  return { plans: views }
}

function refuseBackwards(from: PlainDate, until: PlainDate, pointer: string): void {
  if (until < from) throw new Problem(problems.dates, [{ pointer, message: problems.dates.title }])
}

export async function makePlan(
  ctx: Ctx,
  input: InputOf<typeof contract.makePlan>,
): Promise<OutputOf<typeof contract.makePlan>> {
  refuseBackwards(input.startsOn, input.endsOn, '/endsOn')
  await getDisaster(ctx, input.disasterId)
  const made = await store.insertPlan(ctx.tx, input, ctx.now, actorName(ctx.actor))
  if (!made) throw new Problem(problems.numberTaken)
  await tellPlan(ctx, surveysEvents.planMade, input.planId)
  return { planId: input.planId, version: 1 }
}

export async function changePlan(
  ctx: Ctx,
  input: InputOf<typeof contract.changePlan>,
): Promise<OutputOf<typeof contract.changePlan>> {
  refuseBackwards(input.startsOn, input.endsOn, '/endsOn')
  await getPlan(ctx, input.planId)
  const { closed, ...plan } = input
  const version = await store.updatePlan(ctx.tx, { ...plan, closedAt: closed ? ctx.now : null })
  if (version === null) throw new Problem(platformProblems.changedByOther)
  await tellPlan(ctx, surveysEvents.planChanged, input.planId)
  return { planId: input.planId, version }
}

export async function addPlanArea(
  ctx: Ctx,
  input: InputOf<typeof contract.addPlanArea>,
): Promise<OutputOf<typeof contract.addPlanArea>> {
  const { planId, ring, areaNames } = input
  await getPlan(ctx, planId)
  if ((ring === null) === (areaNames.length === 0) || (ring !== null && !isArea(ring)))
    throw new Problem(problems.badArea)
  await store.insertArea(ctx.tx, planId, input, ctx.now, actorName(ctx.actor))
  await tellPlan(ctx, surveysEvents.planChanged, planId)
  return { areaId: input.areaId }
}

export async function removePlanArea(
  ctx: Ctx,
  input: InputOf<typeof contract.removePlanArea>,
): Promise<OutputOf<typeof contract.removePlanArea>> {
  if (!(await store.removeArea(ctx.tx, input.planId, input.areaId, ctx.now)))
    throw new Problem(problems.planNotFound)
  await tellPlan(ctx, surveysEvents.planChanged, input.planId)
  return { areaId: input.areaId }
}

export async function addTeam(
  ctx: Ctx,
  input: InputOf<typeof contract.addTeam>,
): Promise<OutputOf<typeof contract.addTeam>> {
  refuseBackwards(input.worksFrom, input.worksUntil, '/worksUntil')
  await getPlan(ctx, input.planId)
  const made = await store.insertTeam(ctx.tx, input, ctx.now, actorName(ctx.actor))
  if (!made) throw new Problem(problems.numberTaken)
  await tellPlan(ctx, surveysEvents.teamChanged, input.planId, input.teamId)
  return { teamId: input.teamId, version: 1 }
}

export async function changeTeam(
  ctx: Ctx,
  input: InputOf<typeof contract.changeTeam>,
): Promise<OutputOf<typeof contract.changeTeam>> {
  refuseBackwards(input.worksFrom, input.worksUntil, '/worksUntil')
  const before = await getTeam(ctx, input.teamId)
  const { removed, ...team } = input
  const version = await store.updateTeam(ctx.tx, { ...team, removedAt: removed ? ctx.now : null })
  if (version === null) throw new Problem(platformProblems.changedByOther)
  await tellPlan(ctx, surveysEvents.teamChanged, before.planId, input.teamId)
  return { teamId: input.teamId, version }
}

async function getPlan(ctx: Ctx, planId: PlanId): Promise<store.Plan> {
  const plan = await store.findPlan(ctx.tx, planId)
  if (!plan) throw new Problem(problems.planNotFound)
  return plan
}

/** The team, if it still goes out; 404 when the town has none of that id. */
export async function getTeam(ctx: Ctx, teamId: TeamId): Promise<store.Team> {
  const team = await store.findTeam(ctx.tx, teamId)
  if (!team || team.removedAt !== null) throw new Problem(problems.teamNotFound)
  return team
}

async function tellPlan(
  ctx: Ctx,
  event: (typeof surveysEvents)['planMade' | 'planChanged' | 'teamChanged'],
  planId: PlanId,
  teamId: TeamId | null = null,
): Promise<void> {
  await audit(ctx, event, { facts: { planId, teamId } })
}
