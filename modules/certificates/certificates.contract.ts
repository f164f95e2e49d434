import { z } from 'zod'
import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { certificateKinds, type CertificateKindCode } from '../municipalities/municipalities.ts'
import { MAX_COPIES, TRANSACTION_ID, type IssueState } from './certificates.ts'
import { certificatesProblems as problems } from './certificates.messages.ts'

const kindCodes = Object.keys(certificateKinds) as [CertificateKindCode, ...CertificateKindCode[]]
export const Kind = z.enum(kindCodes).meta({ title: '証明書の種類' })
export const TransactionId = z.string().regex(TRANSACTION_ID).meta({ title: '取引番号' })
export const ResidentNoField = z
  .string()
  .regex(/^\d{1,15}$/, '15桁以内の数字で入力してください')
  .meta({ title: '宛名番号' }) as unknown as z.ZodType<ResidentNo, string>
const StopId = z.string().regex(TRANSACTION_ID)
export const Yen = z.int().min(0).max(1_000_000)
const states = [
  'requested',
  'frozen',
  'built',
  'delivered',
  'paid',
  'printed',
  'aborted',
  'refunded',
  'withdrawn',
] as const satisfies readonly IssueState[]
export const State = z.enum(states).meta({ title: '状態' })

export const OfferedChoice = z.object({
  name: z.string(),
  ja: z.string(),
  take: z.enum(['one', 'some']),
  options: z.array(z.object({ value: z.string(), ja: z.string() })),
  default: z.union([z.string(), z.array(z.string())]),
})

/** What was chosen (`getIssueChoices`); what is not said is taken as offered first. */
export const Chosen = z
  .record(
    z.string().regex(/^[a-zA-Z]{1,32}$/),
    z.union([z.string().max(64), z.array(z.string().max(64)).max(100)]),
  )
  .refine((choices) => Object.keys(choices).length <= 20)
  .default({})
  .meta({ title: '選択内容' })

const Standing = z.object({
  transactionId: TransactionId,
  state: State,
  totalYen: Yen,
  /** `null` = nothing was paid. */
  paidYen: Yen.nullable(),
})

/**
 * 窓口交付. The browser makes the transaction id (128 random bits) when the clerk opens the screen, and sends the same
 * one again until it has an answer. The kind's own permission is needed (`risai.issue`).
 */
export const issueAtCounter = endpoint({
  name: 'issueAtCounter',
  method: 'POST',
  path: '/api/certificates/issues',
  title: '証明書の窓口交付',
  permission: 'certificates.issue',
  isolation: 'repeatable read',
  input: z.object({
    transactionId: TransactionId,
    kind: Kind,
    subjectId: z.string().min(1).max(64),
    copies: z.int().min(1).max(MAX_COPIES).meta({ title: '部数' }),
    choices: Chosen,
    official: z.boolean().default(false).meta({ title: '公用' }),
    purpose: z.string().max(200).nullable().meta({ title: '使用目的' }),
  }),
  output: Standing.extend({
    pages: z.int().min(1),
    copies: z.int().min(1),
    feeYen: Yen,
    /** Of the PDF's bytes. */
    sha256: z.string(),
  }),
  problems: [
    problems.blocked,
    problems.unprintable,
    problems.overflow,
    problems.tooLate,
    problems.busy,
    problems.stopped,
    problems.mismatch,
    problems.notHere,
    problems.badState,
    problems.transactionReused,
    problems.notOffered,
  ],
})

/** What may be chosen of a certificate at the counter: members, items, year. */
export const getIssueChoices = endpoint({
  name: 'getIssueChoices',
  method: 'GET',
  path: '/api/certificates/choices',
  title: '証明書の選択項目',
  permission: 'certificates.issue',
  input: z.object({ kind: Kind, subjectId: z.string().min(1).max(64) }),
  output: z.object({ choices: z.array(OfferedChoice) }),
  problems: [problems.notHere],
})

/** The PDF, checked again on its way out. Asked again, the same bytes. */
export const getIssueDocument = endpoint({
  name: 'getIssueDocument',
  method: 'GET',
  path: '/api/certificates/issues/:transactionId/document',
  title: '証明書の文書',
  permission: 'certificates.issue',
  input: z.object({ transactionId: TransactionId }),
  output: z.object({}),
  produces: 'application/pdf',
  problems: [problems.badState, problems.stopped, problems.mismatch],
})

export const confirmIssuePaid = endpoint({
  name: 'confirmIssuePaid',
  method: 'POST',
  path: '/api/certificates/issues/:transactionId/paid',
  title: '手数料の受領',
  permission: 'certificates.issue',
  input: z.object({ transactionId: TransactionId, paidYen: Yen.meta({ title: '受領額' }) }),
  output: Standing,
  problems: [problems.badState, problems.badAmount],
})

export const confirmIssuePrinted = endpoint({
  name: 'confirmIssuePrinted',
  method: 'POST',
  path: '/api/certificates/issues/:transactionId/printed',
  title: '印刷の確認',
  permission: 'certificates.issue',
  input: z.object({ transactionId: TransactionId }),
  output: Standing,
  problems: [problems.badState],
})

export const abortCounterIssue = endpoint({
  name: 'abortCounterIssue',
  method: 'POST',
  path: '/api/certificates/issues/:transactionId/abort',
  title: '交付の中止',
  permission: 'certificates.issue',
  input: z.object({
    transactionId: TransactionId,
    reason: z.enum(['mistake', 'paper', 'declined', 'other']).meta({ title: '中止の理由' }),
  }),
  output: Standing,
  problems: [problems.badState],
})

export const refundCounterIssue = endpoint({
  name: 'refundCounterIssue',
  method: 'POST',
  path: '/api/certificates/issues/:transactionId/refund',
  title: '手数料の返金',
  permission: 'certificates.issue',
  input: z.object({ transactionId: TransactionId, refundedYen: Yen.meta({ title: '返金額' }) }),
  output: Standing,
  problems: [problems.badState, problems.badAmount],
})

export const listIssues = endpoint({
  name: 'listIssues',
  method: 'GET',
  path: '/api/certificates/issues',
  title: '交付の履歴',
  permission: 'certificates.issue',
  input: z.object({ kind: Kind, subjectId: z.string().min(1).max(64) }),
  output: z.object({
    /** Newest first, at most 200. */
    issues: z.array(
      z.object({
        transactionId: TransactionId,
        channel: z.enum(['counter', 'kiosk']).meta({ title: '交付場所' }),
        copies: z.int().meta({ title: '部数' }),
        pages: z.int().meta({ title: 'ページ数' }),
        official: z.boolean().meta({ title: '公用' }),
        totalYen: Yen.meta({ title: '料金' }),
        /** `null` = nothing was paid. */
        paidYen: Yen.nullable().meta({ title: '受領額' }),
        issuedOn: z.string().meta({ title: '交付日' }),
        requestedAt: z.iso.datetime(),
        requestedBy: z.string(),
        state: State,
        printedAt: z.iso.datetime().nullable(),
      }),
    ),
  }),
})

export const getIssuingStatus = endpoint({
  name: 'getIssuingStatus',
  method: 'GET',
  path: '/api/certificates/status',
  title: '交付の状況',
  permission: 'signed-in',
  input: z.object({}),
  output: z.object({
    issuing: z.boolean(),
    /** 日本語; `null` while issuing. */
    words: z.string().nullable(),
    /** Alarms nobody has acknowledged. */
    openAlarms: z.int(),
    stops: z.array(
      z.object({
        stopId: z.string(),
        setBy: z.enum(['center', 'town', 'operator']),
        reason: z.string(),
        /** `null` = all. */
        kind: Kind.nullable(),
        /** Of a stop of all kinds: those taken up again. */
        except: z.array(Kind),
        at: z.iso.datetime(),
        by: z.string(),
      }),
    ),
    /** Forms that the town has to accept: soon, and those whose day has come. */
    layouts: z.object({ due: z.int(), missed: z.int() }),
  }),
})

export const listAlarms = endpoint({
  name: 'listAlarms',
  method: 'GET',
  path: '/api/certificates/alarms',
  title: '不一致の検知の一覧',
  permission: 'certificates.acknowledge',
  input: z.object({}),
  output: z.object({
    /** Newest first, at most 100. */
    alarms: z.array(
      z.object({
        alarmId: z.uuid(),
        at: z.iso.datetime(),
        transactionId: TransactionId,
        stage: z.enum(['build', 'deliver']),
        finding: z.enum(['words', 'unreadable', 'sha256']),
        build: z.string(),
        /** Where; no words. */
        mismatches: z.array(z.object({ page: z.int(), kind: z.string(), word: z.int().nullable() })),
        acknowledgedAt: z.iso.datetime().nullable(),
        acknowledgedBy: z.string().nullable(),
        /** What was found. */
        note: z.string().nullable(),
        /** The day on which the evidence was disposed of; `null` = it is kept. */
        evidenceGoneOn: z.string().nullable(),
      }),
    ),
  }),
})

export const acknowledgeAlarm = endpoint({
  name: 'acknowledgeAlarm',
  method: 'POST',
  path: '/api/certificates/alarms/:alarmId/acknowledge',
  title: '不一致の確認',
  permission: 'certificates.acknowledge',
  input: z.object({
    alarmId: z.uuid(),
    note: z.string().trim().min(1).max(2000).meta({ title: '確認した内容と処置' }),
  }),
  output: z.object({ issuing: z.boolean() }),
  problems: [problems.alreadyAcknowledged],
})

export const stopIssuing = endpoint({
  name: 'stopIssuing',
  method: 'POST',
  path: '/api/certificates/stops',
  title: '交付の停止',
  permission: 'certificates.acknowledge',
  input: z.object({
    reason: z.enum(['maintenance', 'failure', 'anomaly']).meta({ title: '停止の理由' }),
    /** `null` = all. */
    kind: Kind.nullable().default(null),
  }),
  output: z.object({ stopId: z.string() }),
})

export const resumeIssuing = endpoint({
  name: 'resumeIssuing',
  method: 'POST',
  path: '/api/certificates/stops/:stopId/resume',
  title: '交付の再開',
  permission: 'certificates.acknowledge',
  input: z.object({
    stopId: StopId,
    /** Of a stop of all kinds: these alone. */
    kinds: z.array(Kind).min(1).optional().meta({ title: '再開する証明書' }),
  }),
  /** `issuing` is false when another stop or alarm remains. */
  output: z.object({ issuing: z.boolean() }),
  problems: [problems.backlog, problems.notLiftedHere],
})

/** 滞留の確認: what has to be applied before the kinds of a stop are taken up again. */
export const getStopBacklog = endpoint({
  name: 'getStopBacklog',
  method: 'GET',
  path: '/api/certificates/stops/:stopId/backlog',
  title: '停止中の滞留データの確認',
  permission: 'certificates.acknowledge',
  input: z.object({ stopId: StopId }),
  output: z.object({
    backlog: z.array(
      z.object({
        business: z.string(),
        title: z.string(),
        waiting: z.int(),
        unsent: z.int(),
        refused: z.boolean(),
      }),
    ),
  }),
})

/** 不一致の証拠: what was to be printed, and the document as it came. */
export const getAlarmEvidence = endpoint({
  name: 'getAlarmEvidence',
  method: 'POST',
  path: '/api/certificates/alarms/:alarmId/evidence',
  title: '不一致の証拠の表示',
  permission: 'certificates.view-documents',
  reads: true,
  input: z.object({ alarmId: z.uuid() }),
  output: z.object({
    /** Words of each page as they were frozen. */
    pages: z.array(z.array(z.string())),
    mismatches: z.array(z.object({ page: z.int(), kind: z.string(), word: z.int().nullable() })),
    pdfBase64: z.string(),
  }),
  problems: [problems.evidenceGone],
})
