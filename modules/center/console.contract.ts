import { z } from 'zod'
import { endpoint, type Endpoint } from '@open-bcl/core/endpoint.ts'
import { transactionStates, type TransactionState } from './center.ts'
import { townStates, type TownState } from './console.ts'
import { At, IssuerOrigin, KindCode, PlaceId, Town } from './registry-fields.ts'

/** What operators look at: how everything stands now, and the transactions. Nothing of a person: the centre keeps none. */

const view = { method: 'GET', permission: 'center.view' } as const
const TownStateCode = z.enum(Object.keys(townStates) as [TownState, ...TownState[]])
const StateCode = z
  .enum(Object.keys(transactionStates) as [TransactionState, ...TransactionState[]])
  .meta({ title: '状態' })
const TransactionId = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .meta({ title: '取引番号' })

/** Of one day, since midnight in Japan, by when they were begun. */
const Counts = z.object({
  transactions: z.int(),
  printed: z.int(),
  copies: z.int(),
  /** 中止, refunded ones included. */
  aborted: z.int(),
})
const Machines = z.object({
  /** With a key that counts. */
  kiosks: z.int(),
  /** Somebody stands there now. */
  inUse: z.int(),
})
const Totals = Counts.extend(Machines.shape).extend({
  towns: z.int(),
  stopped: z.int(),
  maintenance: z.int(),
  trouble: z.int(),
})

export const getOverview = endpoint({
  ...view,
  name: 'getCenterOverview',
  path: '/api/center/overview',
  title: '全国の状況',
  input: z.object({}),
  output: z.object({
    at: At,
    nation: Totals.extend({
      openIncidents: z.int(),
      standingStops: z.int(),
      /** 緊急閲覧: waiting for an approval, open, waiting for a review. */
      access: z.object({ asked: z.int(), open: z.int(), toReview: z.int() }),
      /** 端末が払い出していない返金・釣銭, cases and yen. */
      owed: z.int(),
      owedYen: z.int(),
    }),
    prefectures: z.array(Totals.extend({ name: z.string(), state: TownStateCode })),
    towns: z.array(
      Counts.extend(Machines.shape).extend({
        municipalityCode: Town,
        prefecture: z.string(),
        name: z.string(),
        state: TownStateCode,
        kinds: z.int(),
        openIncidents: z.int(),
      }),
    ),
    /** 証明発行サーバ that a route of today leads to. */
    issuers: z.array(
      z.object({
        endpoint: IssuerOrigin,
        towns: z.int(),
        answeredAt: At.nullable(),
        /** `null` = it answers, or was not asked yet. */
        failingSince: At.nullable(),
        clockAheadMs: z.int().nullable(),
        build: z.string().nullable(),
      }),
    ),
    /** 公的個人認証: since when it cannot be asked; `null` = no trouble known. */
    jpkiAwaySince: At.nullable(),
  }),
})

export const TransactionRow = z.object({
  transactionId: TransactionId,
  requestedAt: At,
  municipalityCode: Town,
  town: z.string().nullable(),
  kind: KindCode,
  ja: z.string(),
  issuer: z.enum(['bcl', 'own']),
  kioskId: PlaceId,
  kiosk: z.string(),
  copies: z.int(),
  state: StateCode,
  stateJa: z.string(),
  stateAt: At,
  /** `null` = not quoted. */
  totalYen: z.int().nullable(),
  /** Decided to be given back and not given out by the machine yet. */
  owedYen: z.int(),
})

export const listTransactions = endpoint({
  ...view,
  name: 'listCenterTransactions',
  path: '/api/center/transactions',
  title: '取引の一覧',
  input: z.object({
    municipalityCode: Town.optional(),
    kioskId: PlaceId.optional(),
    state: StateCode.optional(),
    /** Older than this one, 100 at a time. */
    before: TransactionId.optional(),
  }),
  output: z.object({ transactions: z.array(TransactionRow), more: z.boolean() }),
})

export const getTransaction = endpoint({
  ...view,
  name: 'getCenterTransaction',
  path: '/api/center/transactions/:transactionId',
  title: '取引の詳細',
  input: z.object({ transactionId: TransactionId }),
  output: TransactionRow.extend({
    endpoint: IssuerOrigin,
    place: z.string(),
    quote: z.object({ pages: z.int(), feeYen: z.int(), printingYen: z.int(), totalYen: z.int() }).nullable(),
    passed: z.array(
      z.object({
        state: StateCode,
        ja: z.string(),
        at: At,
        /** Why it stopped there, as the protocol says it. */
        reason: z.string().nullable(),
        /** The issuing server has acknowledged it. */
        told: z.boolean(),
      }),
    ),
    insertedYen: z.int(),
    payouts: z.array(
      z.object({
        reason: z.enum(['change', 'returned', 'refunded']),
        yen: z.int(),
        decidedAt: At,
        handedAt: At.nullable(),
      }),
    ),
    /** 事案 it is named in. */
    incidents: z.array(z.string()),
  }),
})

export const consoleEndpoints = {
  getOverview,
  listTransactions,
  getTransaction,
} as const satisfies Record<string, Endpoint>
