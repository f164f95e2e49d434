import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { valuesOf, Version } from './risai.contract.ts'
import { lettersProblems } from './letters.messages.ts'
import { letterBatchStates, type LetterBatchId, type LetterId } from './letters.ts'
import { noticeKinds } from './risai.ts'

const BatchIdField = z.uuid() as unknown as z.ZodType<LetterBatchId, string>
const LetterIdField = z.uuid() as unknown as z.ZodType<LetterId, string>

const BatchView = z.object({
  batchId: z.string(),
  disasterId: z.string(),
  state: z.enum(valuesOf(letterBatchStates)).meta({ title: '状態' }),
  version: z.number(),
  letters: z.number().meta({ title: '通数' }),
  madeAt: z.string(),
  madeBy: z.string().meta({ title: '作成者' }),
  postedOn: z.string().nullable().meta({ title: '発送日' }),
})

/** No name and no address: the list of what was sent goes by 整理番号. */
export const LetterView = z.object({
  letterId: z.string(),
  applicationId: z.string(),
  serialNo: z.string().meta({ title: '整理番号' }),
  kind: z.enum(valuesOf(noticeKinds)).meta({ title: '通知' }),
  requestedAt: z.string(),
  postedAt: z.string().nullable(),
  leftOutAt: z.string().nullable(),
  suppressed: z.boolean(),
})

export const listLetterBatches = endpoint({
  name: 'listLetterBatches',
  method: 'GET',
  path: '/api/risai/disasters/:disasterId/letters',
  title: '通知書の束の一覧',
  permission: 'risai.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    waiting: z.number().meta({ title: '束にしていない通知書' }),
    /** Of the oldest that wait, those in no bundle: 支援措置. */
    apart: z.array(LetterView),
    /** Newest first. */
    batches: z.array(BatchView),
  }),
  problems: [disastersProblems.notFound],
})

export const makeLetterBatch = endpoint({
  name: 'makeLetterBatch',
  method: 'POST',
  path: '/api/risai/disasters/:disasterId/letters',
  title: '通知書の束の作成',
  permission: 'risai.issue',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({ batchId: z.string(), letters: z.number(), version: z.number() }),
  problems: [disastersProblems.notFound, lettersProblems.nothingWaits],
})

export const getLetterBatch = endpoint({
  name: 'getLetterBatch',
  method: 'GET',
  path: '/api/risai/letters/:batchId',
  title: '通知書の束（発送の一覧）',
  permission: 'risai.view',
  input: z.object({ batchId: BatchIdField }),
  output: z.object({ batch: BatchView, letters: z.array(LetterView) }),
  problems: [lettersProblems.batchNotFound],
})

export const getLetterBatchDocument = endpoint({
  name: 'getLetterBatchDocument',
  method: 'GET',
  path: '/api/risai/letters/:batchId/document',
  title: '通知書の束の文書',
  permission: 'risai.issue',
  input: z.object({ batchId: BatchIdField }),
  output: z.object({}),
  produces: 'application/pdf',
  problems: [
    lettersProblems.batchNotFound,
    lettersProblems.batchEnded,
    lettersProblems.nothingToPrint,
    lettersProblems.unprintable,
  ],
})

export const postLetterBatch = endpoint({
  name: 'postLetterBatch',
  method: 'POST',
  path: '/api/risai/letters/:batchId/posted',
  title: '通知書の束の発送',
  permission: 'risai.issue',
  input: z.object({ batchId: BatchIdField, version: Version, postedOn: Day.meta({ title: '発送日' }) }),
  output: z.object({ batchId: z.string(), version: z.number() }),
  problems: [lettersProblems.batchNotFound, lettersProblems.batchEnded, lettersProblems.postedInFuture],
})

export const withdrawLetterBatch = endpoint({
  name: 'withdrawLetterBatch',
  method: 'POST',
  path: '/api/risai/letters/:batchId/dissolve',
  title: '通知書の束の取りやめ',
  permission: 'risai.issue',
  input: z.object({ batchId: BatchIdField, version: Version }),
  output: z.object({ batchId: z.string(), version: z.number() }),
  problems: [lettersProblems.batchNotFound, lettersProblems.batchEnded],
})

export const withdrawLetter = endpoint({
  name: 'withdrawLetter',
  method: 'POST',
  path: '/api/risai/letters/one/:letterId/leave-out',
  title: '通知書の取り除き',
  permission: 'risai.issue',
  input: z.object({ letterId: LetterIdField }),
  output: z.object({ letterId: z.string() }),
  problems: [lettersProblems.letterNotFound],
})
