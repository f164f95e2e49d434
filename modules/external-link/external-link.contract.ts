import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { externalLinkProblems as problems } from './external-link.messages.ts'
import { endedCauses, handoverKinds, MOST_ROWS, resultKinds, uploadModes } from './external-link.ts'

const codes = <const T extends string>(options: readonly { readonly value: T }[]) =>
  z.enum(options.map(({ value }) => value) as [T, ...T[]])

export const Kind = codes(handoverKinds).meta({ title: '引渡しの種類' })
export const FileNo = z.coerce
  .number<string | number>()
  .int()
  .min(1)
  .max(999_999_999)
  .meta({ title: 'ファイル番号' })
export const Mode = codes(uploadModes).meta({ title: 'ファイルの扱い' })

export const HandoverView = z.object({
  kind: Kind,
  fileNo: z.number(),
  rows: z.number().max(MOST_ROWS),
  madeAt: z.string(),
  fetchedAt: z.string().nullable(),
  acknowledgedAt: z.string().nullable(),
  acknowledgedBy: z.string().nullable(),
})

const LineErrorView = z.object({ line: z.number(), item: z.string(), message: z.string() })

export const UploadView = z.object({
  uploadNo: z.number().meta({ title: '取込番号' }),
  mode: Mode,
  /** `refused`: nothing of the file was taken. */
  state: z.enum(['applied', 'refused']),
  sha256: z.string(),
  counts: z.object({
    rows: z.number().meta({ title: '行' }),
    added: z.number().meta({ title: '新しい結果' }),
    changed: z.number().meta({ title: '訂正' }),
    ended: z.number().meta({ title: '取消' }),
    unchanged: z.number().meta({ title: '変更なし' }),
    refused: z.number().meta({ title: '誤りのため登録しない' }),
  }),
  errorCount: z.number(),
  at: z.string(),
  by: z.string(),
})
/** What was wrong, by line and item, the first 1,000. */
export const Receipt = UploadView.extend({ errors: z.array(LineErrorView) })

export const getExternalLink = endpoint({
  name: 'getExternalLink',
  method: 'GET',
  path: '/api/external-link/:disasterId',
  title: '外部連携の状態',
  permission: 'external-link.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    elsewhere: z.boolean(),
    systemName: z.string(),
    /** What would go into the next file. */
    waiting: z.object({ applications: z.number(), issues: z.number() }),
    /** Newest first, the last 100. */
    handovers: z.array(HandoverView),
    uploads: z.array(UploadView),
  }),
  problems: [disastersProblems.notFound],
})

export const makeHandover = endpoint({
  name: 'makeHandover',
  method: 'POST',
  path: '/api/external-link/:disasterId/handovers',
  title: '引渡しファイルの作成',
  permission: 'external-link.exchange',
  input: z.object({ disasterId: DisasterIdField, kind: Kind }),
  /** `null` = nothing waits. */
  output: z.object({ file: HandoverView.nullable() }),
  problems: [disastersProblems.notFound, problems.ledgerHere],
})

export const getHandoverFile = endpoint({
  name: 'getHandoverFile',
  method: 'GET',
  path: '/api/external-link/:disasterId/handovers/:kind/:fileNo',
  title: '引渡しファイル',
  permission: 'external-link.exchange',
  input: z.object({ disasterId: DisasterIdField, kind: Kind, fileNo: FileNo }),
  output: z.object({}),
  produces: 'text/csv',
  problems: [disastersProblems.notFound, problems.fileNotFound],
})

export const acknowledgeHandover = endpoint({
  name: 'acknowledgeHandover',
  method: 'POST',
  path: '/api/external-link/:disasterId/handovers/:kind/:fileNo/acknowledge',
  title: '引渡しの受領',
  permission: 'external-link.exchange',
  input: z.object({ disasterId: DisasterIdField, kind: Kind, fileNo: FileNo }),
  output: z.object({ fileNo: z.number(), acknowledgedAt: z.string() }),
  problems: [disastersProblems.notFound, problems.fileNotFound],
})

export const uploadResults = endpoint({
  name: 'uploadExternalResults',
  method: 'POST',
  path: '/api/external-link/:disasterId/results',
  title: '外部システムの結果の取込',
  permission: 'external-link.exchange',
  input: z.object({
    disasterId: DisasterIdField,
    mode: Mode,
    /** The CSV file, gzip, base64. */
    gzipBase64: z.base64().min(1).max(940_000).meta({ title: 'ファイル' }),
  }),
  output: Receipt,
  problems: [disastersProblems.notFound, problems.ledgerHere, problems.unreadable],
})

export const getUpload = endpoint({
  name: 'getExternalUpload',
  method: 'GET',
  path: '/api/external-link/:disasterId/uploads/:uploadNo',
  title: '取込の結果と誤り',
  permission: 'external-link.view',
  input: z.object({ disasterId: DisasterIdField, uploadNo: FileNo }),
  output: Receipt,
  problems: [disastersProblems.notFound, problems.uploadNotFound],
})

const ResultView = z.object({
  resultId: z.string(),
  kind: codes(resultKinds),
  applicationNo: z.string().meta({ title: '申請番号' }),
  versionNo: z.number(),
  outcome: z.enum(['issuable', 'not-issuable']),
  grade: z.string().nullable(),
  serialNo: z.string().nullable().meta({ title: '整理番号' }),
  issueFrom: z.string().nullable().meta({ title: '交付開始日' }),
  /** `null` = an application taken by the other system. */
  applicationId: z.string().nullable(),
  headName: z.string().meta({ title: '世帯主・届出者' }),
  /** `null` = somebody of it is protected. */
  place: z.string().nullable().meta({ title: '被災場所' }),
  suppressed: z.boolean(),
  madeAt: z.string(),
  endedAt: z.string().nullable(),
  endedCause: codes(endedCauses).nullable(),
})

export const listResults = endpoint({
  name: 'listExternalResults',
  method: 'GET',
  path: '/api/external-link/:disasterId/results',
  title: '外部システムの結果の一覧（新しい順）',
  permission: 'external-link.view',
  input: z.object({
    disasterId: DisasterIdField,
    /** With it, ended ones of that application are told as well. */
    applicationNo: z.string().trim().max(40).nullish(),
    after: z.uuid().nullish(),
  }),
  output: z.object({ results: z.array(ResultView), next: z.string().nullable() }),
  problems: [disastersProblems.notFound],
})

export const getResult = endpoint({
  name: 'getExternalResult',
  method: 'GET',
  path: '/api/external-link/results/:resultId',
  title: '外部システムの結果',
  permission: 'external-link.view',
  input: z.object({ resultId: z.uuid() }),
  output: ResultView.extend({ disasterId: z.string() }),
  problems: [problems.resultNotFound],
})
