import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { damageGrades } from '../disasters/grades.ts'
import { MOST_CORNERS, type Ring } from './places.ts'
import { surveysProblems as problems } from './surveys.messages.ts'
import {
  resultKinds,
  surveyStages,
  taskOrigins,
  taskStates,
  type PlanId,
  type TaskId,
  type TeamId,
} from './surveys.ts'

type Values<T extends readonly { readonly value: string }[]> = [T[number]['value'], ...T[number]['value'][]]
export const valuesOf = <const T extends readonly { readonly value: string }[]>(options: T): Values<T> =>
  options.map((option) => option.value) as Values<T>

export const TaskIdField = z.uuid() as unknown as z.ZodType<TaskId, string>
export const PlanIdField = z.uuid('調査計画を選んでください') as unknown as z.ZodType<PlanId, string>
export const TeamIdField = z.uuid('調査班を選んでください') as unknown as z.ZodType<TeamId, string>
/** The version the clerk saw: another one means that a colleague was first. */
export const Version = z.int().min(1)
export const StateField = z.enum(valuesOf(taskStates))
export const StageField = z.enum(valuesOf(surveyStages))
export const GradeField = z.enum(valuesOf(damageGrades))

export const text = (title: string, max: number) =>
  z.string().trim().max(max, `${max}文字以内で入力してください`).meta({ title })
export const required = (title: string, max: number) =>
  z
    .string()
    .trim()
    .min(1, `${title}を入力してください`)
    .max(max, `${max}文字以内で入力してください`)
    .meta({ title })

export const PointField = z.object({
  latitude: z.number().min(-90).max(90).meta({ title: '緯度' }),
  longitude: z.number().min(-180).max(180).meta({ title: '経度' }),
})
export const RingField = z
  .array(z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]))
  .min(3, '3つ以上の角で囲んでください')
  .max(MOST_CORNERS)
  .meta({ title: '区域の角（経度, 緯度）' }) as unknown as z.ZodType<Ring, [number, number][]>

/** What every change answers: enough to go on, nothing of a person. */
export const Changed = z.object({ taskId: z.string(), state: StateField, version: z.number() })

export const TaskRow = z.object({
  taskId: z.string(),
  taskNo: z.string().meta({ title: '調査番号' }),
  version: z.number(),
  stage: StageField.meta({ title: '調査の段階' }),
  state: StateField.meta({ title: '状態' }),
  /** '' = unknown, or concealed. */
  areaName: z.string().meta({ title: '町字' }),
  /** `null` = 支援措置のため非表示. */
  address: z.string().nullable().meta({ title: '所在地' }),
  headName: z.string().meta({ title: '世帯主' }),
  applicantName: z.string().meta({ title: '申請者' }),
  teamId: z.string().nullable(),
  teamName: z.string().nullable().meta({ title: '調査班' }),
  urgent: z.boolean(),
  claimedBy: z.string().nullable().meta({ title: '調査中の職員' }),
  grade: GradeField.nullable().meta({ title: '被害の程度' }),
  photos: z.number().meta({ title: '写真' }),
  suppressed: z.boolean(),
})

const filter = {
  disasterId: DisasterIdField,
  /** Empty or absent = all. */
  states: z.array(StateField).optional().meta({ title: '状態' }),
  stages: z.array(StageField).optional().meta({ title: '調査の段階' }),
  taskNo: z.string().trim().max(30).optional().meta({ title: '調査番号' }),
  teamId: TeamIdField.optional(),
  /** Of no team. */
  unassigned: z.boolean().optional(),
  planId: PlanIdField.optional(),
  areaName: z.string().trim().max(60).optional().meta({ title: '町字' }),
}

/** In the order in which they were asked for; pages by `after` (the `next` of the page before). */
export const listTasks = endpoint({
  name: 'listSurveyTasks',
  method: 'POST',
  path: '/api/surveys/tasks/list',
  title: '調査対象の一覧',
  permission: 'surveys.view',
  reads: true,
  input: z.object({
    ...filter,
    after: z.uuid().nullable().optional(),
    limit: z.int().min(1).max(200).default(50),
  }),
  output: z.object({
    tasks: z.array(TaskRow),
    /** `null` = the last page. */
    next: z.string().nullable(),
  }),
})

/** By who lives there or applied, and by where; whoever hides is found by no address. */
export const searchTasks = endpoint({
  name: 'searchSurveyTasks',
  method: 'POST',
  path: '/api/surveys/tasks/search',
  title: '調査対象の検索（氏名・所在地）',
  permission: 'surveys.view',
  reads: true,
  input: z.object({
    disasterId: DisasterIdField,
    name: text('氏名', 60).default(''),
    address: text('所在地', 100).default(''),
  }),
  output: z.object({
    tasks: z.array(TaskRow),
    /** There are more than are shown. */
    more: z.boolean(),
  }),
  problems: [disastersProblems.notFound, problems.tooVague],
})

/** Places on the map; those of people in hiding are not among them. */
export const mapTasks = endpoint({
  name: 'mapSurveyTasks',
  method: 'POST',
  path: '/api/surveys/tasks/map',
  title: '調査対象の地図',
  permission: 'surveys.view',
  reads: true,
  input: z.object({
    ...filter,
    box: z.object({ south: z.number(), north: z.number(), west: z.number(), east: z.number() }).optional(),
  }),
  output: z.object({
    points: z.array(
      z.object({
        taskId: z.string(),
        taskNo: z.string(),
        latitude: z.number(),
        longitude: z.number(),
        state: StateField,
        grade: GradeField.nullable(),
        teamId: z.string().nullable(),
      }),
    ),
    /** There are more than are shown: come nearer. */
    more: z.boolean(),
  }),
})

export const countTasks = endpoint({
  name: 'countSurveyTasks',
  method: 'GET',
  path: '/api/surveys/disasters/:disasterId/counts',
  title: '調査対象の件数（状態別）',
  permission: 'surveys.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({ counts: z.array(z.object({ state: StateField, count: z.number() })) }),
  problems: [disastersProblems.notFound],
})

export const countAreas = endpoint({
  name: 'countSurveyAreas',
  method: 'GET',
  path: '/api/surveys/disasters/:disasterId/areas',
  title: '調査対象の件数（町字別）',
  permission: 'surveys.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    areas: z.array(
      z.object({
        areaName: z.string().meta({ title: '町字' }),
        count: z.number().meta({ title: '調査対象' }),
        left: z.number().meta({ title: '未調査' }),
        unassigned: z.number().meta({ title: '未割当て' }),
      }),
    ),
  }),
  problems: [disastersProblems.notFound],
})

export const ResultView = z.object({
  resultNo: z.number(),
  kind: z.enum(valuesOf(resultKinds)).meta({ title: '判定の方法' }),
  grade: GradeField.nullable().meta({ title: '被害の程度' }),
  percentX100: z.number().nullable().meta({ title: '損害割合' }),
  guidelineCode: z.string().meta({ title: '運用指針' }),
  sheetId: z.string().nullable(),
  sheetNo: z.number().nullable(),
  surveyedOn: z.string().meta({ title: '調査日' }),
  surveyors: z.array(z.string()).meta({ title: '調査員' }),
  reason: z.string().meta({ title: '理由' }),
  decidedAt: z.string(),
  decidedBy: z.string().meta({ title: '確定した職員' }),
})

export const PhotoView = z.object({
  photoId: z.string(),
  sheetId: z.string().nullable(),
  part: z.string().meta({ title: '部位' }),
  finding: z.string().meta({ title: '損傷程度' }),
  note: z.string().meta({ title: '備考' }),
  /** Small picture: JPEG, base64. */
  small: z.string(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  takenAt: z.string().nullable().meta({ title: '撮影日時（写真の記録）' }),
  /** From the house, metres; `null` = unknown. */
  distanceM: z.number().nullable(),
  recordedAt: z.string(),
  recordedBy: z.string(),
  /** What to look at twice. */
  notes: z.array(z.enum(['dark', 'flat', 'far', 'before-disaster'])),
})

export const TaskView = z.object({
  taskId: z.string(),
  disasterId: z.string(),
  taskNo: z.string().meta({ title: '調査番号' }),
  version: z.number(),
  stage: StageField.meta({ title: '調査の段階' }),
  state: StateField.meta({ title: '状態' }),
  origin: z.enum(valuesOf(taskOrigins)).meta({ title: '調査のきっかけ' }),
  /** The application, where `origin` is one. */
  originRef: z.string().nullable(),
  previousTaskId: z.string().nullable(),
  planId: z.string().nullable(),
  teamId: z.string().nullable(),
  teamName: z.string().nullable().meta({ title: '調査班' }),
  urgent: z.boolean().meta({ title: '急ぐ' }),
  claimedBy: z.string().nullable().meta({ title: '調査中の職員' }),
  claimedAt: z.string().nullable(),
  requestedAt: z.string().meta({ title: '依頼日時' }),
  grade: GradeField.nullable().meta({ title: '被害の程度' }),
  /** Somebody behind it is protected: places, contacts and photos are not shown. */
  suppressed: z.boolean(),
  areaName: z.string().meta({ title: '町字' }),
  point: PointField.nullable().meta({ title: '位置' }),
  address: z.string().meta({ title: '所在地' }),
  headName: z.string().meta({ title: '世帯主' }),
  applicantName: z.string().meta({ title: '申請者' }),
  phone: z.string().meta({ title: '連絡先' }),
  note: z.string().meta({ title: '調査員への連絡事項' }),
  guidelineCode: z.string(),
  /** For the rules: the first day of the disaster. */
  occurredOn: z.string(),
  hazards: z.array(z.string()),
  /** Newest first. */
  results: z.array(ResultView),
  photos: z.array(PhotoView),
})

export const getTask = endpoint({
  name: 'getSurveyTask',
  method: 'GET',
  path: '/api/surveys/tasks/:taskId',
  title: '調査対象の内容',
  permission: 'surveys.view',
  input: z.object({ taskId: TaskIdField }),
  output: TaskView,
  problems: [problems.taskNotFound],
})

/** A house that nobody applied for, or whose application is elsewhere. The number is the client's. */
export const addTask = endpoint({
  name: 'addSurveyTask',
  method: 'POST',
  path: '/api/surveys/tasks',
  title: '調査対象の追加',
  permission: 'surveys.plan',
  input: z.object({
    taskId: TaskIdField,
    disasterId: DisasterIdField,
    stage: StageField.meta({ title: '調査の段階' }),
    address: required('所在地', 200),
    headName: text('世帯主', 100),
    phone: text('連絡先', 100),
    note: text('調査員への連絡事項', 500),
    /** 自己判定方式 only: when and how the applicant agreed to it. */
    consent: text('申請者の同意（いつ、どのように）', 200).default(''),
    point: PointField.nullable().meta({ title: '位置' }),
    urgent: z.boolean().meta({ title: '急ぐ' }),
  }),
  output: Changed.extend({ taskNo: z.string() }),
  problems: [disastersProblems.notFound, problems.numberTaken, problems.noConsent],
})

/** Of a protected task send place and contact as they came (''): they stay as they are. */
export const changeTask = endpoint({
  name: 'changeSurveyTask',
  method: 'POST',
  path: '/api/surveys/tasks/:taskId/change',
  title: '調査対象の記載の変更',
  permission: 'surveys.plan',
  input: z.object({
    taskId: TaskIdField,
    version: Version,
    address: text('所在地', 200),
    headName: text('世帯主', 100),
    phone: text('連絡先', 100),
    note: text('調査員への連絡事項', 500),
    point: PointField.nullable().meta({ title: '位置' }),
    urgent: z.boolean().meta({ title: '急ぐ' }),
  }),
  output: Changed,
  problems: [problems.taskNotFound, problems.wrongState, problems.concealed],
})

const act = { taskId: TaskIdField, version: Version }
const actProblems = [problems.taskNotFound, problems.wrongState]

/** "This house is mine now": another team sees it at once. */
export const claimTask = endpoint({
  name: 'claimSurveyTask',
  method: 'POST',
  path: '/api/surveys/tasks/:taskId/claim',
  title: '調査の開始（調査中の印）',
  permission: 'surveys.record',
  input: z.object(act),
  output: Changed,
  problems: actProblems,
})

export const releaseTask = endpoint({
  name: 'releaseSurveyTask',
  method: 'POST',
  path: '/api/surveys/tasks/:taskId/release',
  title: '調査中の印を外す',
  permission: 'surveys.record',
  input: z.object(act),
  output: Changed,
  problems: actProblems,
})

export const cancelTask = endpoint({
  name: 'cancelSurveyTask',
  method: 'POST',
  path: '/api/surveys/tasks/:taskId/cancel',
  title: '調査の取りやめ',
  permission: 'surveys.plan',
  input: z.object({ ...act, reason: required('理由', 500) }),
  output: Changed,
  problems: actProblems,
})

/** 第2次調査・再調査: another task about the same house, whose result then rules. */
export const askAgain = endpoint({
  name: 'askSurveyAgain',
  method: 'POST',
  path: '/api/surveys/tasks/:taskId/again',
  title: '第2次調査・再調査の依頼',
  permission: 'surveys.plan',
  input: z.object({
    taskId: TaskIdField,
    newTaskId: TaskIdField,
    stage: z.enum(['second', 'again']).meta({ title: '調査の段階' }),
    reason: required('理由', 500),
  }),
  output: Changed.extend({ taskNo: z.string() }),
  problems: [problems.taskNotFound, problems.wrongState, problems.alreadyAsked, problems.numberTaken],
})

/** Which tasks a bulk act is about: of these 町字, or inside this line, or these very ones. */
export const Selection = z.object({
  areaNames: z.array(z.string().trim().min(1).max(60)).max(500).optional(),
  ring: RingField.optional(),
  taskIds: z.array(TaskIdField).max(1_000).optional(),
  /** Those that have no team only. */
  unassignedOnly: z.boolean(),
})

/** With `expected` null it is a dry run: how many, and which to begin with. */
export const assignTasks = endpoint({
  name: 'assignSurveyTasks',
  method: 'POST',
  path: '/api/surveys/assignments',
  title: '調査班への割当て',
  permission: 'surveys.plan',
  input: z.object({
    assignmentId: z.uuid(),
    disasterId: DisasterIdField,
    /** `null` = taken from whichever team has them. */
    teamId: TeamIdField.nullable().meta({ title: '調査班' }),
    select: Selection,
    /** How many the clerk was told; another number now does nothing. */
    expected: z.int().min(1).nullable(),
  }),
  output: z.object({
    count: z.number(),
    /** The first of them. */
    sample: z.array(z.object({ taskNo: z.string(), areaName: z.string(), teamName: z.string().nullable() })),
    done: z.boolean(),
  }),
  problems: [
    problems.teamNotFound,
    problems.nothingThere,
    problems.tooMany,
    problems.countChanged,
    problems.badArea,
  ],
})

export const undoAssignment = endpoint({
  name: 'undoSurveyAssignment',
  method: 'POST',
  path: '/api/surveys/assignments/:assignmentId/undo',
  title: '調査班への割当ての取消し',
  permission: 'surveys.plan',
  input: z.object({ assignmentId: z.uuid() }),
  output: z.object({ count: z.number() }),
  problems: [problems.nothingThere],
})

export const listAssignments = endpoint({
  name: 'listSurveyAssignments',
  method: 'GET',
  path: '/api/surveys/disasters/:disasterId/assignments',
  title: '最近の割当て',
  permission: 'surveys.plan',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    assignments: z.array(
      z.object({
        assignmentId: z.string(),
        teamName: z.string().nullable().meta({ title: '調査班' }),
        count: z.number().meta({ title: '件数' }),
        at: z.string().meta({ title: '日時' }),
        by: z.string().meta({ title: '職員' }),
        undone: z.boolean(),
      }),
    ),
  }),
  problems: [disastersProblems.notFound],
})

/** A spreadsheet of the tasks that a filter finds; those of people in hiding without their places. */
export const exportTasks = endpoint({
  name: 'exportSurveyTasks',
  method: 'POST',
  path: '/api/surveys/tasks/export',
  title: '調査対象の書き出し（CSV）',
  permission: 'surveys.plan',
  reads: true,
  produces: 'text/csv',
  input: z.object(filter),
  output: z.object({}),
})
