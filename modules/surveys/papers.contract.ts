import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { PieceField } from '../files/files.contract.ts'
import { filesProblems } from '../files/files.messages.ts'
import { SheetIdField } from './photos.contract.ts'
import { sheetStages, structures, surveyHazards } from './rules/rules.ts'
import { surveysProblems as problems } from './surveys.messages.ts'
import { TaskIdField, valuesOf } from './tasks.contract.ts'

const kind = {
  hazard: z.enum(valuesOf(surveyHazards)).meta({ title: '災害の種類' }),
  structure: z.enum(valuesOf(structures)).meta({ title: '構造' }),
  stage: z.enum(valuesOf(sheetStages)).meta({ title: '調査の段階' }),
}

/** 調査票（紙）: one of the sixteen for each house, with a code by which its scan is known. Of people in hiding without place. */
export const printPapers = endpoint({
  name: 'printSurveyPapers',
  method: 'POST',
  path: '/api/surveys/papers',
  title: '調査票（紙）の印刷',
  permission: 'surveys.record',
  reads: true,
  produces: 'application/pdf',
  input: z.object({
    disasterId: DisasterIdField,
    taskIds: z.array(TaskIdField).min(1, '調査対象を選んでください').max(50, '一度に50件までです'),
    ...kind,
  }),
  output: z.object({}),
  problems: [disastersProblems.notFound, problems.taskNotFound],
})

/** A page that came back. It is kept as it came; what it says is confirmed by a person (`recordSheet`). */
export const addScan = endpoint({
  name: 'addSurveyScan',
  method: 'POST',
  path: '/api/surveys/tasks/:taskId/scans',
  title: '調査票（紙）の読取りの登録',
  permission: 'surveys.record',
  input: z.object({
    taskId: TaskIdField,
    scanId: z.uuid(),
    /** Of the paper's code. */
    sheetId: SheetIdField,
    ...kind,
    page: z.int().min(1).max(20),
    pages: z.int().min(1).max(20),
    picture: z.union([z.object({ base64: PieceField }), z.object({ uploadId: z.uuid() })]),
    fileName: z.string().max(255),
  }),
  output: z.object({ scanId: z.string() }),
  problems: [
    problems.taskNotFound,
    problems.numberTaken,
    filesProblems.notAPhoto,
    filesProblems.heic,
    filesProblems.video,
    filesProblems.tooManyPixels,
    filesProblems.tooLarge,
    filesProblems.uploadNotFound,
    filesProblems.notWhole,
    filesProblems.noRoom,
    filesProblems.busy,
    filesProblems.infected,
    filesProblems.scannerAway,
  ],
})

/** Pages that came back for a house, the newest first; of people in hiding none is shown. */
export const listScans = endpoint({
  name: 'listSurveyScans',
  method: 'GET',
  path: '/api/surveys/tasks/:taskId/scans',
  title: '調査票（紙）の読取りの一覧',
  permission: 'surveys.view',
  input: z.object({ taskId: TaskIdField }),
  output: z.object({
    scans: z.array(
      z.object({
        scanId: z.string(),
        sheetId: z.string(),
        ...kind,
        page: z.number().meta({ title: 'ページ' }),
        pages: z.number(),
        storedAt: z.string().meta({ title: '読み取った日時' }),
        storedBy: z.string().meta({ title: '職員' }),
        /** A person has made a sheet of it. */
        recorded: z.boolean(),
      }),
    ),
  }),
  problems: [problems.taskNotFound],
})

export const getScan = endpoint({
  name: 'getSurveyScan',
  method: 'GET',
  path: '/api/surveys/scans/:scanId/picture',
  title: '調査票（紙）の画像',
  permission: 'surveys.view',
  produces: 'image/*',
  input: z.object({ scanId: z.uuid() }),
  output: z.object({}),
  problems: [problems.scanNotFound, filesProblems.lost],
})
