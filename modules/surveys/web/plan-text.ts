import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { listPlans } from '../plans.contract.ts'
import { countAreas, countTasks, getTask, listAssignments, listTasks } from '../tasks.contract.ts'

export type Plan = OutputOf<typeof listPlans>['plans'][number]
export type Team = Plan['teams'][number]

/** What is read anew after a plan, a team or an assignment has changed. */
export const afterPlanning = [listPlans, listTasks, countTasks, countAreas, listAssignments, getTask]
