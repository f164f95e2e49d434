import { z } from 'zod'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { accessProblems } from '../access/access.messages.ts'
import { Kind, ResidentNoField, State, TransactionId } from './certificates.contract.ts'
import { certificatesProblems as problems } from './certificates.messages.ts'

const Day = z.iso.date('暦にある日付を入力してください') as unknown as z.ZodType<PlainDate, string>
const Channel = z.enum(['counter', 'kiosk']).meta({ title: '交付場所' })

const Transaction = z.object({
  transactionId: TransactionId,
  kind: Kind,
  channel: Channel,
  kioskId: z.string().nullable().meta({ title: 'キオスク端末' }),
  copies: z.int().meta({ title: '部数' }),
  pages: z.int().meta({ title: 'ページ数' }),
  official: z.boolean().meta({ title: '公用' }),
  totalYen: z.int().meta({ title: '料金' }),
  /** `null` = nothing was paid. */
  paidYen: z.int().nullable().meta({ title: '受領額' }),
  requestedAt: z.iso.datetime().meta({ title: '受付日時' }),
  state: State,
})

/** 取引情報参照. A POST: whose transactions were looked for stands in no log on the way. */
export const searchTransactions = endpoint({
  name: 'searchTransactions',
  method: 'POST',
  path: '/api/certificates/transactions/search',
  title: '取引情報参照（検索）',
  permission: 'certificates.view-transactions',
  reads: true,
  input: z.object({
    transactionId: z
      .string()
      .trim()
      .regex(/^[0-9a-f]{4,32}$/, '取引番号の初めの4桁以上を入力してください')
      .optional()
      .meta({ title: '取引番号' }),
    fromOn: Day.optional().meta({ title: '受付日（から）' }),
    toOn: Day.optional().meta({ title: '受付日（まで）' }),
    kind: Kind.optional(),
    channel: Channel.optional(),
    state: State.optional(),
    kioskId: z.string().trim().min(1).max(64).optional().meta({ title: 'キオスク端末' }),
    residentNo: ResidentNoField.optional(),
  }),
  output: z.object({
    /** Newest first, at most 200. */
    transactions: z.array(Transaction),
    /** Of all that match, by state. */
    totals: z.array(
      z.object({
        state: State,
        transactions: z.int(),
        copies: z.int(),
        /** Received and not given back. */
        yen: z.int(),
      }),
    ),
    /** 断った件数 of the days, by code; those of no transaction are among them. */
    refusals: z.array(z.object({ code: z.int(), words: z.string(), count: z.int() })),
  }),
})

export const getTransaction = endpoint({
  name: 'getTransaction',
  method: 'GET',
  path: '/api/certificates/transactions/:transactionId',
  title: '取引情報参照（一件）',
  permission: 'certificates.view-transactions',
  input: z.object({ transactionId: TransactionId }),
  output: Transaction.extend({
    recipientNo: z.string().nullable().meta({ title: 'カードの持ち主の宛名番号' }),
    subjectId: z.string(),
    feeYen: z.int(),
    printingYen: z.int(),
    issuedOn: z.string().meta({ title: '交付日' }),
    requestedBy: z.string().meta({ title: '受け付けた人' }),
    /** 取込通番 of the data the words were fixed from. */
    dataSeq: z.string().meta({ title: '取込通番' }),
    dataAgeSeconds: z.int().nullable().meta({ title: 'データの古さ' }),
    layoutVersion: z.string().meta({ title: '様式の版' }),
    requestDigest: z.string(),
    frozenDigest: z.string(),
    states: z.array(
      z.object({
        state: State,
        at: z.iso.datetime(),
        by: z.string(),
        amountYen: z.int().nullable(),
        stage: z.string().nullable(),
        reason: z.string().nullable(),
      }),
    ),
    refusals: z.array(z.object({ at: z.iso.datetime(), by: z.string(), code: z.int(), words: z.string() })),
    artefact: z
      .object({
        sha256: z.string(),
        build: z.string(),
        builtAt: z.iso.datetime(),
        fonts: z.array(z.object({ name: z.string(), sha256: z.string() })),
        /** Until when the bytes are kept; `null` = they are gone. */
        keepUntil: z.string().nullable(),
      })
      .nullable(),
  }),
})

/** 控え: the bytes as they were handed out. Refused where somebody on the paper is protected today. */
export const getTransactionDocument = endpoint({
  name: 'getTransactionDocument',
  method: 'GET',
  path: '/api/certificates/transactions/:transactionId/document',
  title: '交付した証明書の控え',
  permission: 'certificates.view-documents',
  input: z.object({ transactionId: TransactionId }),
  output: z.object({}),
  produces: 'application/pdf',
  problems: [problems.documentGone, accessProblems.suppressed],
})
