import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { surveysProblems as problems } from './surveys.messages.ts'
import { PlanIdField, required, RingField, TeamIdField, Version } from './tasks.contract.ts'

const TeamView = z.object({
  teamId: z.string(),
  version: z.number(),
  name: z.string().meta({ title: '班の名前' }),
  members: z.array(z.string()).meta({ title: '調査員' }),
  housesPerDay: z.number().meta({ title: '1日の棟数' }),
  worksFrom: z.string().meta({ title: '調査を始める日' }),
  worksUntil: z.string().meta({ title: '調査を終える日' }),
  left: z.number().meta({ title: '未調査' }),
  recorded: z.number().meta({ title: '確認待ち' }),
  done: z.number().meta({ title: '確定' }),
})

export const PlanView = z.object({
  planId: z.string(),
  disasterId: z.string(),
  version: z.number(),
  name: z.string().meta({ title: '計画の名前' }),
  startsOn: z.string().meta({ title: '始まり' }),
  endsOn: z.string().meta({ title: '終わり' }),
  daysOff: z.array(z.string()).meta({ title: '休みの日' }),
  closed: z.boolean(),
  areas: z.array(
    z.object({
      areaId: z.string(),
      name: z.string().meta({ title: '区域' }),
      areaNames: z.array(z.string()),
      ring: z.array(z.tuple([z.number(), z.number()])).nullable(),
    }),
  ),
  teams: z.array(TeamView),
  forecast: z.object({
    left: z.number().meta({ title: '未調査' }),
    pacePerDay: z.number().nullable().meta({ title: '1日あたり（最近）' }),
    atPaceOn: z.string().nullable().meta({ title: '今の進み方での終了見込み' }),
    asPlannedOn: z.string().nullable().meta({ title: '班の予定棟数での終了見込み' }),
  }),
  /** Houses finished on each of the last days. */
  days: z.array(z.object({ on: z.string(), count: z.number() })),
})

const plan = {
  name: required('計画の名前', 60),
  startsOn: Day.meta({ title: '始まり' }),
  endsOn: Day.meta({ title: '終わり' }),
  daysOff: z.array(Day).max(60).meta({ title: '休みの日' }),
}

export const listPlans = endpoint({
  name: 'listSurveyPlans',
  method: 'GET',
  path: '/api/surveys/disasters/:disasterId/plans',
  title: '調査計画の一覧',
  permission: 'surveys.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({ plans: z.array(PlanView) }),
})

export const makePlan = endpoint({
  name: 'makeSurveyPlan',
  method: 'POST',
  path: '/api/surveys/plans',
  title: '調査計画の登録',
  permission: 'surveys.plan',
  input: z.object({ planId: PlanIdField, disasterId: DisasterIdField, ...plan }),
  output: z.object({ planId: z.string(), version: z.number() }),
  problems: [problems.dates, problems.numberTaken],
})

export const changePlan = endpoint({
  name: 'changeSurveyPlan',
  method: 'POST',
  path: '/api/surveys/plans/:planId/change',
  title: '調査計画の変更',
  permission: 'surveys.plan',
  input: z.object({
    planId: PlanIdField,
    version: Version,
    ...plan,
    closed: z.boolean().meta({ title: 'この計画を終える' }),
  }),
  output: z.object({ planId: z.string(), version: z.number() }),
  problems: [problems.planNotFound, problems.dates],
})

/** By 町字, or by a line on the map. */
export const addPlanArea = endpoint({
  name: 'addSurveyPlanArea',
  method: 'POST',
  path: '/api/surveys/plans/:planId/areas',
  title: '調査区域の追加',
  permission: 'surveys.plan',
  input: z.object({
    planId: PlanIdField,
    areaId: z.uuid(),
    name: required('区域の名前', 60),
    areaNames: z.array(z.string().trim().min(1).max(60)).max(500).meta({ title: '町字' }),
    ring: RingField.nullable(),
  }),
  output: z.object({ areaId: z.string() }),
  problems: [problems.planNotFound, problems.badArea],
})

export const removePlanArea = endpoint({
  name: 'removeSurveyPlanArea',
  method: 'POST',
  path: '/api/surveys/plans/:planId/areas/:areaId/remove',
  title: '調査区域の削除',
  permission: 'surveys.plan',
  input: z.object({ planId: PlanIdField, areaId: z.uuid() }),
  output: z.object({ areaId: z.string() }),
  problems: [problems.planNotFound],
})

const team = {
  name: required('班の名前', 30),
  members: z.array(required('調査員', 50)).max(10).meta({ title: '調査員' }),
  housesPerDay: z.int().min(1).max(200).meta({ title: '1日の棟数' }),
  worksFrom: Day.meta({ title: '調査を始める日' }),
  worksUntil: Day.meta({ title: '調査を終える日' }),
}

export const addTeam = endpoint({
  name: 'addSurveyTeam',
  method: 'POST',
  path: '/api/surveys/plans/:planId/teams',
  title: '調査班の追加',
  permission: 'surveys.plan',
  input: z.object({ planId: PlanIdField, teamId: TeamIdField, ...team }),
  output: z.object({ teamId: z.string(), version: z.number() }),
  problems: [problems.planNotFound, problems.dates, problems.numberTaken],
})

export const changeTeam = endpoint({
  name: 'changeSurveyTeam',
  method: 'POST',
  path: '/api/surveys/teams/:teamId/change',
  title: '調査班の変更',
  permission: 'surveys.plan',
  input: z.object({
    teamId: TeamIdField,
    version: Version,
    ...team,
    removed: z.boolean().meta({ title: 'この班を外す' }),
  }),
  output: z.object({ teamId: z.string(), version: z.number() }),
  problems: [problems.teamNotFound, problems.dates],
})
