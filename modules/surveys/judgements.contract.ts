import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { surveyHazards } from './rules/rules.ts'
import { surveysProblems as problems } from './surveys.messages.ts'
import {
  Changed,
  GradeField,
  PhotoView,
  required,
  RingField,
  StageField,
  StateField,
  TaskIdField,
  TaskRow,
  valuesOf,
  Version,
} from './tasks.contract.ts'

/** 自己判定方式: the next cases with their photos, oldest first. Those of people in hiding are judged one by one. */
export const listPhotoCases = endpoint({
  name: 'listSurveyPhotoCases',
  method: 'POST',
  path: '/api/surveys/photo-cases',
  title: '自己判定方式の写真カード',
  permission: 'surveys.judge',
  reads: true,
  input: z.object({
    disasterId: DisasterIdField,
    after: z.uuid().nullable().optional(),
    limit: z.int().min(1).max(20).default(8),
  }),
  output: z.object({
    cases: z.array(TaskRow.extend({ photoCards: z.array(PhotoView) })),
    waiting: z.number(),
    next: z.string().nullable(),
  }),
})

/** What the clerk says of the photos; the rules make a grade of it, or send it to a survey on the spot. */
export const judgePhotos = endpoint({
  name: 'judgeSurveyPhotos',
  method: 'POST',
  path: '/api/surveys/tasks/:taskId/photo-judgement',
  title: '自己判定方式による判定',
  permission: 'surveys.judge',
  input: z.object({
    taskId: TaskIdField,
    version: Version,
    findings: z.object({
      hazard: z.enum(valuesOf(surveyHazards)),
      agreed: z.boolean().nullable(),
      fourSides: z.boolean().nullable(),
      namePlate: z.boolean().nullable(),
      nearAndFar: z.boolean().nullable(),
      measure: z.boolean().nullable(),
      slight: z.enum(['clearly', 'perhaps-more', 'unclear']).nullable(),
    }),
    /** How long the clerk looked, seconds. */
    seconds: z.int().min(0).max(86_400),
  }),
  output: Changed.extend({ grade: GradeField.nullable(), stage: StageField }),
  problems: [problems.taskNotFound, problems.wrongState, problems.sheetInvalid],
})

const Findings = z.union([
  z.object({ way: z.literal('aerial'), everyHouseLost: z.boolean() }),
  z.object({
    way: z.literal('corners'),
    externalForce: z.boolean(),
    cornerDepthsCm: z.array(z.number().min(0).max(2000)).min(1).max(20),
  }),
])

/** Whether the judgement holds for this house: `no` is never graded by it, `unknown` is for a person to look at. */
const coverage = { covered: z.enum(['yes', 'no', 'unknown']), because: z.string() }

/** With `expected` null it is a dry run: the grade by the rules, how many houses, and which. */
export const judgeArea = endpoint({
  name: 'judgeSurveyArea',
  method: 'POST',
  path: '/api/surveys/area-judgements',
  title: '被災区域の一括判定',
  permission: 'surveys.decide',
  input: z.object({
    judgementId: z.uuid(),
    disasterId: DisasterIdField,
    ring: RingField,
    findings: Findings,
    surveyedOn: Day.meta({ title: '調査日' }),
    reason: required('理由', 500),
    /** Houses to leave out: of three storeys, not of wood, plainly different. */
    leftOut: z.array(TaskIdField).max(1_000),
    /** Houses of the house register that nobody asked a survey of are taken in, too. */
    withHouses: z.boolean().default(false),
    leftOutHouses: z.array(z.uuid()).max(1_000).default([]),
    expected: z.int().min(1).nullable(),
  }),
  output: z.object({
    grade: GradeField.nullable(),
    /** The rules' own words: why this grade, or why each house must be surveyed by itself. */
    why: z.array(z.object({ text: z.string(), source: z.string(), verified: z.boolean() })),
    /** Tasks that are graded and houses that become tasks, together. */
    count: z.number(),
    tasks: z.array(
      z.object({
        ...{ taskId: z.string(), taskNo: z.string(), areaName: z.string(), state: StateField },
        ...coverage,
      }),
    ),
    /** Those that are not covered become no tasks. */
    houses: z.array(
      z.object({
        dwellingId: z.string(),
        address: z.string(),
        kind: z.string(),
        /** Somebody is known to have lived there. */
        lived: z.boolean(),
        ...coverage,
      }),
    ),
    done: z.boolean(),
  }),
  problems: [
    problems.nothingThere,
    problems.tooManyHouses,
    problems.tooMany,
    problems.countChanged,
    problems.badArea,
    problems.outOfRange,
    problems.numberTaken,
  ],
})

export const listAreaJudgements = endpoint({
  name: 'listSurveyAreaJudgements',
  method: 'GET',
  path: '/api/surveys/disasters/:disasterId/area-judgements',
  title: '区域の一括判定の一覧',
  permission: 'surveys.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    judgements: z.array(
      z.object({
        judgementId: z.string(),
        basis: z.enum(['aerial', 'corners']),
        grade: GradeField,
        count: z.number(),
        at: z.string(),
        by: z.string(),
        reason: z.string(),
        ring: z.array(z.tuple([z.number(), z.number()])),
        undone: z.boolean(),
      }),
    ),
  }),
  problems: [disastersProblems.notFound],
})

/** Takes back what still stands of it; what a person has decided since stays. */
export const undoAreaJudgement = endpoint({
  name: 'undoSurveyAreaJudgement',
  method: 'POST',
  path: '/api/surveys/area-judgements/:judgementId/undo',
  title: '区域の一括判定の取消し',
  permission: 'surveys.decide',
  input: z.object({ judgementId: z.uuid(), reason: required('理由', 500) }),
  output: z.object({ count: z.number(), kept: z.number() }),
  problems: [problems.nothingThere],
})
