import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { businesses } from '../interfaces/interfaces.columns.ts'
import { encodings } from './manual.encoding.ts'
import { manualProblems as problems } from './manual.messages.ts'
import type { Plan } from './manual.plan.ts'
import type { LineFinding } from './manual.reading.ts'
import type { RunResult } from './manual.run.ts'

/** Bytes of one piece of an upload: in base64 and JSON just under the megabyte that a request may have. */
export const PIECE_BYTES = 700 * 1024
/** A city of 3.7 million with every column. */
const MOST_BYTES = 8 * 1024 ** 3

const permission = 'linkage.manual'
const short = z.string().max(200)

export const planSchema = z.object({
  encoding: z.enum(encodings),
  delimiter: z.enum([',', '\t', ';']),
  quote: z.enum(['"', "'", '']),
  sheet: z.int().min(0).max(1_000),
  headerLine: z.int().min(0).max(1_000),
  targets: z.array(short.nullable()).max(1_000),
  fills: z.record(short, short),
  zeroFill: z.record(short, z.int().min(1).max(20)),
}) satisfies z.ZodType<Plan>

/** How a file is to be read, as far as the clerk has said; the rest is guessed. */
const readingChoice = planSchema
  .pick({ encoding: true, delimiter: true, quote: true, sheet: true, headerLine: true })
  .partial()
export type ReadingChoice = z.output<typeof readingChoice>

const counts = z.object({
  rows: z.int(),
  inserted: z.int(),
  updated: z.int(),
  deleted: z.int(),
  unchanged: z.int(),
  refused: z.int(),
})

const lineFinding = z.object({
  line: z.int().nullable(),
  item: z.string().meta({ title: '項目名' }),
  message: z.string().meta({ title: '理由' }),
}) satisfies z.ZodType<LineFinding>

const runResult = z.object({
  counts: counts.nullable(),
  before: z.int(),
  mustConfirmDeletions: z.boolean(),
  notes: z.array(z.string()).readonly(),
  changes: z.array(z.object({ item: z.string(), message: z.string(), count: z.int() })).readonly(),
  findings: z.array(lineFinding).readonly(),
  findingCount: z.int(),
  cautions: z.array(lineFinding).readonly(),
  cautionCount: z.int(),
  findingsId: z.uuid().nullable(),
  reason: z.string().nullable(),
}) satisfies z.ZodType<RunResult>

export const listManualBusinesses = endpoint({
  name: 'listManualBusinesses',
  method: 'GET',
  path: '/api/manual/businesses',
  title: '手作業取込の業務',
  permission,
  input: z.object({}),
  output: z.object({
    businesses: z.array(
      z.object({
        business: z.enum(businesses),
        title: z.string(),
        /** An agent sends this: no load by hand. */
        linked: z.boolean(),
        last: z.object({ at: z.iso.datetime(), counts }).nullable(),
      }),
    ),
    /** Whether 支援措置 are known: loaded, sent, or stated to be nobody. */
    suppressions: z.enum(['loaded', 'none-stated', 'unknown']),
  }),
})

export const stateNoSuppression = endpoint({
  name: 'stateNoSuppression',
  method: 'POST',
  path: '/api/manual/no-suppression',
  title: '支援措置「該当者なし」の登録',
  permission,
  input: z.object({ confirmed: z.literal(true).meta({ title: '該当者がいないことを担当課に確認しました' }) }),
  output: z.object({ stated: z.literal(true) }),
})

export const openUpload = endpoint({
  name: 'openUpload',
  method: 'POST',
  path: '/api/manual/uploads',
  title: '取り込むファイルの送信の開始',
  permission,
  input: z.object({
    business: z.enum(businesses),
    fileName: z.string().min(1).max(255),
    bytes: z.int().min(1).max(MOST_BYTES),
  }),
  output: z.object({ uploadId: z.uuid(), pieceBytes: z.int() }),
  problems: [problems.linked, problems.tooMuchKept, problems.noRoom],
})

export const putPiece = endpoint({
  name: 'putPiece',
  method: 'POST',
  path: '/api/manual/uploads/:uploadId/pieces',
  title: '取り込むファイルの送信',
  permission,
  input: z.object({
    uploadId: z.uuid(),
    offset: z.int().min(0),
    base64: z.base64().max(Math.ceil(PIECE_BYTES / 3) * 4),
  }),
  output: z.object({ received: z.int() }),
  problems: [problems.uploadNotFound, problems.wrongPiece, problems.noRoom],
})

export const readUpload = endpoint({
  name: 'readUpload',
  method: 'POST',
  reads: true,
  path: '/api/manual/uploads/:uploadId/reading',
  title: '取り込むファイルの読み方の推定',
  permission,
  input: z.object({ uploadId: z.uuid(), choice: readingChoice }),
  output: z.object({
    business: z.enum(businesses),
    fileName: z.string(),
    kind: z.enum(['text', 'workbook']),
    sheets: z.array(z.object({ name: z.string(), rows: z.int() })),
    encodingConfidence: z.number(),
    /** The columns were matched as they were the last time. */
    remembered: z.boolean(),
    /** The header is that of 地域情報プラットフォーム as far as we know it. */
    platform: z.boolean(),
    columns: z.array(
      z.object({
        /** Name in the file; empty when it has none. */
        header: z.string(),
        confidence: z.number(),
        by: z.enum(['name', 'content', 'nothing', 'remembered']),
        /** 個人番号 or 住民票コード: masked, never taken. */
        secret: z.boolean(),
        samples: z.array(z.string()),
        /** Cells of a workbook that are numbers: their leading zeros are gone. */
        figures: z.boolean(),
      }),
    ),
    town: z.object({ code: z.string(), prefecture: z.string(), name: z.string() }),
    firstOn: z.string(),
    plan: planSchema,
  }),
  problems: [problems.uploadNotFound, problems.uploadUnfinished, problems.notATable],
})

export const startRun = endpoint({
  name: 'startRun',
  method: 'POST',
  path: '/api/manual/uploads/:uploadId/runs',
  title: '手作業取込の試行と取込',
  permission,
  input: z.object({
    uploadId: z.uuid(),
    kind: z.enum(['check', 'apply']),
    mode: z.enum(['full', 'delta']),
    plan: planSchema,
    confirmedDeletions: z.int().min(0).nullable(),
  }),
  output: z.object({ runId: z.uuid() }),
  problems: [
    problems.uploadNotFound,
    problems.uploadUnfinished,
    problems.linked,
    problems.suppressionsFirst,
    problems.planIncomplete,
    problems.checkFirst,
  ],
})

export const getRun = endpoint({
  name: 'getRun',
  method: 'GET',
  path: '/api/manual/runs/:runId',
  title: '手作業取込の経過と結果',
  permission,
  input: z.object({ runId: z.uuid() }),
  output: z.object({
    runId: z.uuid(),
    kind: z.enum(['check', 'apply']),
    mode: z.enum(['full', 'delta']),
    state: z.enum(['waiting', 'running', 'done', 'refused', 'failed']),
    /** Which reading of the file this is, from 1. */
    reading: z.int(),
    bytesDone: z.int(),
    bytes: z.int(),
    rowsDone: z.int(),
    result: runResult.nullable(),
  }),
  problems: [problems.runNotFound],
})

export const getRunFindings = endpoint({
  name: 'getRunFindings',
  method: 'GET',
  path: '/api/manual/runs/:runId/findings',
  title: '手作業取込の誤りと注意の一覧（CSV）',
  permission,
  produces: 'text/csv',
  input: z.object({ runId: z.uuid() }),
  output: z.object({}),
  problems: [problems.runNotFound, problems.uploadNotFound],
})

export const discardUpload = endpoint({
  name: 'discardUpload',
  method: 'POST',
  path: '/api/manual/uploads/:uploadId/discard',
  title: '取り込むファイルの破棄',
  permission,
  input: z.object({ uploadId: z.uuid() }),
  output: z.object({ discarded: z.literal(true) }),
  problems: [problems.uploadNotFound],
})
