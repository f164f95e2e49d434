import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { certificateKinds, type CertificateKindCode } from '../municipalities/municipalities.ts'
import { batchProblems as problems } from './batch.messages.ts'
import { batchStates, MOST_IN_BUNDLE } from './batch.ts'
import { certificatesProblems } from './certificates.messages.ts'

const kindCodes = Object.keys(certificateKinds) as [CertificateKindCode, ...CertificateKindCode[]]
const Kind = z.enum(kindCodes).meta({ title: '証明書の種類' })
/** What the certificates belong to; of 罹災証明書 the disaster. */
const ScopeId = z.uuid()
const BatchId = z.uuid()
const BundleNo = z.coerce.number().int().min(1).max(100_000)
const State = z.enum(batchStates.map((state) => state.value))
/** The version of the state the clerk saw: another one means that a colleague was first. */
const Version = z.int().min(1)
const Reference = z.object({
  /** 整理番号 */
  label: z.string(),
  /** Address of the page on which it is dealt with. */
  page: z.string(),
})

export const previewBatch = endpoint({
  name: 'previewBatch',
  method: 'GET',
  path: '/api/certificates/batch-preview',
  title: '一括印刷の対象の件数',
  permission: 'certificates.issue',
  input: z.object({ kind: Kind, scopeId: ScopeId }),
  output: z.object({
    /** May be printed now. */
    ready: z.int().meta({ title: '一括印刷できる' }),
    /** Of those, how many one batch takes. */
    mostInBatch: z.int(),
    /** Printed before, wherever. */
    printed: z.int().meta({ title: '交付済み' }),
    /** In another batch that nobody has finished. */
    inBatch: z.int().meta({ title: 'ほかの一括印刷に入っている' }),
    /** 支援措置・提供抑止: to be handled one by one, at most 200 shown. */
    suppressed: z.int().meta({ title: '個別に対応する' }),
    apart: z.array(Reference),
  }),
  problems: [certificatesProblems.notHere],
})

export const startBatch = endpoint({
  name: 'startBatch',
  method: 'POST',
  path: '/api/certificates/batches',
  title: '一括印刷の開始',
  permission: 'certificates.issue',
  input: z.object({
    kind: Kind,
    scopeId: ScopeId,
    withSheets: z.boolean().meta({ title: '宛名台紙を付ける' }),
    bundleSize: z
      .int()
      .min(1, '1通以上にしてください')
      .max(MOST_IN_BUNDLE, `${MOST_IN_BUNDLE}通以内にしてください`)
      .meta({ title: '1束の通数' }),
  }),
  output: z.object({ batchId: z.string(), count: z.int() }),
  problems: [
    certificatesProblems.notHere,
    certificatesProblems.stopped,
    problems.nothingToPrint,
    problems.feeCharged,
  ],
})

const BatchView = z.object({
  batchId: z.string(),
  kind: Kind,
  withSheets: z.boolean(),
  bundleSize: z.int(),
  askedAt: z.string(),
  askedBy: z.string(),
  state: State,
  version: z.int(),
  /** Under way by its state, and nobody has been at work on it for a minute: its process was killed too often, or had no database. */
  stands: z.boolean(),
  /** 日本語: why it stopped; `null` = it did not. */
  stopWords: z.string().nullable(),
  counts: z.object({
    all: z.int(),
    waiting: z.int(),
    /** Made, in a bundle or about to be. */
    made: z.int(),
    printed: z.int(),
    leftOut: z.int(),
    /** Of the left out: those to be handled one by one. */
    suppressed: z.int(),
  }),
})

export const listBatches = endpoint({
  name: 'listBatches',
  method: 'GET',
  path: '/api/certificates/batches',
  title: '一括印刷の一覧',
  permission: 'certificates.issue',
  input: z.object({ kind: Kind, scopeId: ScopeId }),
  /** Newest first, at most 50. */
  output: z.object({ batches: z.array(BatchView) }),
  problems: [certificatesProblems.notHere],
})

export const getBatch = endpoint({
  name: 'getBatch',
  method: 'GET',
  path: '/api/certificates/batches/:batchId',
  title: '一括印刷の状況',
  permission: 'certificates.issue',
  input: z.object({ batchId: BatchId }),
  output: BatchView.extend({
    bundles: z.array(
      z.object({
        bundleNo: z.int(),
        madeAt: z.string(),
        /** As it was made; `leftOut` of them came out since. */
        places: z.int(),
        leftOut: z.int(),
        /** Sheets of paper, 宛名台紙 included. */
        pages: z.int(),
        delivered: z.boolean(),
        /** `null` = nobody said yet; false = given up. */
        printed: z.boolean().nullable(),
        endedAt: z.string().nullable(),
        endedBy: z.string().nullable(),
      }),
    ),
  }),
  problems: [problems.notFound],
})

export const listBatchLeftOut = endpoint({
  name: 'listBatchLeftOut',
  method: 'GET',
  path: '/api/certificates/batches/:batchId/left-out',
  title: '一括印刷から除いた証明書',
  permission: 'certificates.issue',
  input: z.object({ batchId: BatchId }),
  output: z.object({
    /** In the order of printing, at most 1,000. */
    items: z.array(
      Reference.extend({
        position: z.int(),
        bundleNo: z.int().nullable(),
        bundlePlace: z.int().nullable(),
        suppressed: z.boolean(),
        reasons: z.array(z.string()),
      }),
    ),
  }),
  problems: [problems.notFound],
})

const move = {
  method: 'POST',
  permission: 'certificates.issue',
  input: z.object({ batchId: BatchId, version: Version }),
  output: z.object({ state: State, version: z.int() }),
  problems: [problems.notFound, problems.wrongState],
} as const

/** The certificate in hand is still finished. */
export const pauseBatch = endpoint({
  ...move,
  name: 'pauseBatch',
  path: '/api/certificates/batches/:batchId/pause',
  title: '一括印刷の一時停止',
})

export const resumeBatch = endpoint({
  ...move,
  name: 'resumeBatch',
  path: '/api/certificates/batches/:batchId/resume',
  title: '一括印刷の再開（止まっているものを含む）',
})

/** 打ち切り: what is in no bundle yet is free for another batch. */
export const endBatch = endpoint({
  ...move,
  name: 'endBatch',
  path: '/api/certificates/batches/:batchId/end',
  title: '一括印刷の打ち切り',
})

/** The bundle as one PDF, or some places of it. Everything is checked again on its way out. */
export const getBundleDocument = endpoint({
  name: 'getBundleDocument',
  method: 'GET',
  path: '/api/certificates/batches/:batchId/bundles/:bundleNo/document',
  title: '証明書の束の文書',
  permission: 'certificates.issue',
  isolation: 'repeatable read',
  input: z.object({
    batchId: BatchId,
    bundleNo: BundleNo,
    /** Places to print again, `3,7-9`; not given = all. */
    places: z
      .string()
      .regex(/^\d{1,3}(-\d{1,3})?(,\d{1,3}(-\d{1,3})?)*$/, '「3,7-9」のように入力してください')
      .max(200)
      .optional()
      .meta({ title: '刷り直す番号' }),
  }),
  output: z.object({}),
  produces: 'application/pdf',
  problems: [
    problems.notFound,
    problems.wrongState,
    problems.bundleEmpty,
    certificatesProblems.stopped,
    certificatesProblems.mismatch,
  ],
})

/** Said once: printed, or given up (then its certificates are free for another batch). */
export const endBundle = endpoint({
  name: 'endBundle',
  method: 'POST',
  path: '/api/certificates/batches/:batchId/bundles/:bundleNo/end',
  title: '証明書の束の印刷の確認・破棄',
  permission: 'certificates.issue',
  input: z.object({ batchId: BatchId, bundleNo: BundleNo, printed: z.boolean() }),
  output: z.object({
    printed: z.int(),
    /** Came out meanwhile (失効): paper of these, if there is any, has to be destroyed. */
    leftOut: z.int(),
  }),
  problems: [problems.notFound, problems.wrongState, problems.notDelivered],
})
