import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { SheetIdField } from './photos.contract.ts'
import { entryModes, sheetStages, structures, surveyHazards, type Sheet } from './rules/rules.ts'
import { surveysProblems as problems } from './surveys.messages.ts'
import {
  Changed,
  GradeField,
  PointField,
  required,
  TaskIdField,
  text,
  valuesOf,
  Version,
} from './tasks.contract.ts'

/** What is in the answers is judged by the rules of the disaster (`rules/validation.ts`), each with its own words. */
export const SheetField = z.object({
  hazard: z.enum(valuesOf(surveyHazards)).meta({ title: '災害の種類' }),
  structure: z.enum(valuesOf(structures)).meta({ title: '構造' }),
  stage: z.enum(valuesOf(sheetStages)).meta({ title: '調査の段階' }),
  entryMode: z.enum(valuesOf(entryModes)).meta({ title: '計算の方法' }),
  answers: z.record(z.string().max(60), z.json()),
}) as unknown as z.ZodType<Sheet, z.input<z.ZodObject>>

const Instant = z.iso.datetime({ offset: true })
const Surveyors = z
  .array(required('調査員', 50))
  .min(1, '調査員を入力してください')
  .max(10)
  .meta({ title: '調査員' })

/**
 * Appends a sheet, or (with the next `sheetNo`) a correction of one. Both numbers are the client's: sent again, nothing
 * changes. `device` '' = typed by staff: then a sheet with mistakes is refused; what a device brings is always kept.
 */
export const recordSheet = endpoint({
  name: 'recordSurveySheet',
  method: 'POST',
  path: '/api/surveys/tasks/:taskId/sheets',
  title: '調査票の登録',
  permission: 'surveys.record',
  input: z.object({
    taskId: TaskIdField,
    sheetId: SheetIdField,
    /** 1, then the next for each correction. */
    sheetNo: z.int().min(1).max(1_000),
    sheet: SheetField,
    surveyedOn: Day.meta({ title: '調査日' }),
    surveyors: Surveyors,
    witness: text('立会者', 100),
    note: text('備考', 1000),
    startedAt: Instant.nullable(),
    /** By the device's own clock. */
    recordedAt: Instant,
    /** The device's clock when it sends this: how far it is off. */
    sentAt: Instant,
    position: PointField.extend({ accuracyM: z.number().min(0).nullable() }).nullable(),
    device: z.string().max(60),
  }),
  output: Changed.extend({
    sheetNo: z.number(),
    grade: GradeField.nullable(),
    /** Another sheet about the same house is there: a person decides. */
    conflict: z.boolean(),
  }),
  problems: [problems.taskNotFound, problems.sheetInvalid, problems.sheetMovedOn, problems.outOfRange],
})

export const SheetView = z.object({
  sheetId: z.string(),
  sheetNo: z.number(),
  guidelineCode: z.string(),
  grade: GradeField.nullable().meta({ title: '被害の程度' }),
  percentX100: z.number().nullable().meta({ title: '損害割合' }),
  surveyedOn: z.string().meta({ title: '調査日' }),
  surveyors: z.array(z.string()).meta({ title: '調査員' }),
  witness: z.string().meta({ title: '立会者' }),
  note: z.string().meta({ title: '備考' }),
  sheet: z.object({
    hazard: z.enum(valuesOf(surveyHazards)),
    structure: z.enum(valuesOf(structures)),
    stage: z.enum(valuesOf(sheetStages)),
    entryMode: z.enum(valuesOf(entryModes)),
    answers: z.record(z.string(), z.json()),
  }),
  recordedAt: z.string().meta({ title: '記入した日時（端末の時計）' }),
  receivedAt: z.string().meta({ title: '届いた日時' }),
  recordedBy: z.string().meta({ title: '記入した職員' }),
  fromDevice: z.boolean(),
  /** What to look at twice: the device's clock was wrong; it was recorded far from the house. */
  notes: z.array(z.enum(['clock', 'far'])),
  clockOffS: z.number(),
  distanceM: z.number().nullable(),
})

/** Every sheet of a task with its versions, the newest first. The result is worked out from each by the same rules. */
export const listSheets = endpoint({
  name: 'listSurveySheets',
  method: 'GET',
  path: '/api/surveys/tasks/:taskId/sheets',
  title: '調査票の一覧',
  permission: 'surveys.view',
  input: z.object({ taskId: TaskIdField }),
  output: z.object({ sheets: z.array(z.object({ sheetId: z.string(), versions: z.array(SheetView) })) }),
  problems: [problems.taskNotFound],
})

/** This sheet is the result of the survey. Of several a person has chosen it. */
export const confirmSheet = endpoint({
  name: 'confirmSurveySheet',
  method: 'POST',
  path: '/api/surveys/tasks/:taskId/confirm',
  title: '調査結果の確定',
  permission: 'surveys.judge',
  input: z.object({
    taskId: TaskIdField,
    version: Version,
    sheetId: SheetIdField,
    sheetNo: z.int().min(1),
    reason: text('理由', 500),
  }),
  output: Changed,
  problems: [problems.taskNotFound, problems.wrongState, problems.sheetNotFound, problems.noGrade],
})

/** Confirms every task that has one sheet with a grade; says which are left and why. */
export const confirmSheets = endpoint({
  name: 'confirmSurveySheets',
  method: 'POST',
  path: '/api/surveys/results/confirm',
  title: '調査結果の一括確定',
  permission: 'surveys.judge',
  input: z.object({
    disasterId: DisasterIdField,
    tasks: z
      .array(z.object({ taskId: TaskIdField, version: Version }))
      .min(1)
      .max(200),
  }),
  output: z.object({
    confirmed: z.number(),
    left: z.array(z.object({ taskNo: z.string(), why: z.enum(['moved', 'several', 'no-grade']) })),
  }),
})

/** A result without a sheet: another municipality's survey, an aerial photograph of one house. */
export const stateResult = endpoint({
  name: 'stateSurveyResult',
  method: 'POST',
  path: '/api/surveys/tasks/:taskId/state',
  title: '調査結果の登録（調査票なし）',
  permission: 'surveys.decide',
  input: z.object({
    taskId: TaskIdField,
    version: Version,
    grade: GradeField.meta({ title: '被害の程度' }),
    surveyedOn: Day.meta({ title: '調査日' }),
    surveyors: Surveyors,
    reason: required('理由', 500),
  }),
  output: Changed,
  problems: [problems.taskNotFound, problems.wrongState, problems.outOfRange],
})

export const undoResult = endpoint({
  name: 'undoSurveyResult',
  method: 'POST',
  path: '/api/surveys/tasks/:taskId/undo',
  title: '調査結果の取消し',
  permission: 'surveys.judge',
  input: z.object({ taskId: TaskIdField, version: Version, reason: required('理由', 500) }),
  output: Changed,
  problems: [problems.taskNotFound, problems.wrongState],
})

const Distribution = z.object({
  sheets: z.number(),
  measured: z.number(),
  mean: z.number().nullable(),
  median: z.number().nullable(),
  deviation: z.number().nullable(),
  grades: z.record(GradeField, z.number()),
})

/** 調査員の間のばらつき, of one kind of sheet at a time. */
export const getSpread = endpoint({
  name: 'getSurveySpread',
  method: 'POST',
  path: '/api/surveys/spread',
  title: '調査員の間のばらつき',
  permission: 'surveys.decide',
  reads: true,
  input: z.object({
    disasterId: DisasterIdField,
    hazard: z.enum(valuesOf(surveyHazards)),
    structure: z.enum(valuesOf(structures)),
    stage: z.enum(valuesOf(sheetStages)),
  }),
  output: z.object({
    all: Distribution,
    surveyors: z.array(
      Distribution.extend({
        surveyor: z.string(),
        difference: z.number().nullable(),
        isNotable: z.boolean(),
      }),
    ),
    repeats: z.object({
      pairs: z.number(),
      sameGrade: z.number(),
      meanDistance: z.number().nullable(),
      largestDistance: z.number().nullable(),
    }),
  }),
})
