import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { filesProblems } from '../files/files.messages.ts'
import { PieceField } from '../files/files.contract.ts'
import { surveysProblems as problems } from './surveys.messages.ts'
import type { PhotoId, SheetId } from './surveys.ts'
import { TaskIdField, text } from './tasks.contract.ts'

export const PhotoIdField = z.uuid() as unknown as z.ZodType<PhotoId, string>
export const SheetIdField = z.uuid() as unknown as z.ZodType<SheetId, string>

/**
 * A photo of a house, bound to a part and what was found there. The picture comes with it where it is small, else in
 * pieces before (`putFilePiece`). The number is the client's: sent again, nothing changes.
 */
export const addPhoto = endpoint({
  name: 'addSurveyPhoto',
  method: 'POST',
  path: '/api/surveys/tasks/:taskId/photos',
  title: '調査写真の登録',
  permission: 'surveys.record',
  input: z.object({
    taskId: TaskIdField,
    photoId: PhotoIdField,
    sheetId: SheetIdField.nullable(),
    picture: z.union([z.object({ base64: PieceField }), z.object({ uploadId: z.uuid() })]),
    fileName: z.string().max(255),
    part: text('部位', 40),
    finding: text('損傷程度', 10),
    note: text('備考', 500),
    /** By the device's own clock. */
    recordedAt: z.iso.datetime({ offset: true }),
  }),
  output: z.object({ photoId: z.string() }),
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

/** The photo as it was taken. Of a protected task there is none to be seen. */
export const getPhoto = endpoint({
  name: 'getSurveyPhoto',
  method: 'GET',
  path: '/api/surveys/photos/:photoId/picture',
  title: '調査写真',
  permission: 'surveys.view',
  produces: 'image/*',
  input: z.object({ photoId: PhotoIdField }),
  output: z.object({}),
  problems: [problems.photoNotFound, filesProblems.lost],
})
