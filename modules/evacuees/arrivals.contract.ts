import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { PersonRefField, RegisterDateView } from '../ledger/ledger.contract.ts'
import { ledgerProblems } from '../ledger/ledger.messages.ts'
import { EventView, FileView, TransferIdField } from './evacuees.contract.ts'
import { evacueesProblems as problems } from './evacuees.messages.ts'
import {
  arrivalStates,
  codesOf,
  MOST_PEOPLE,
  reports,
  type ArrivalStateShown,
  type ReportKind,
} from './evacuees.ts'

const words = (most: number) => z.string().trim().max(most, `${most}文字以内で入力してください`)

const Listed = z.object({
  transferId: z.string(),
  version: z.int(),
  fromTown: z.string(),
  fromName: z.string().meta({ title: '避難元' }),
  state: z.enum(codesOf<ArrivalStateShown>(arrivalStates)),
  expiresOn: z.string().nullable().meta({ title: '同意の期限' }),
  receivedAt: z.string().meta({ title: '届いた日時' }),
})

/** Households with somebody under 支援措置 are listed without a name. */
export const listArrivals = endpoint({
  name: 'listArrivals',
  method: 'GET',
  path: '/api/arrivals',
  title: '他市町村からの引継ぎの一覧',
  permission: 'evacuees.work',
  input: z.object({}),
  output: z.object({
    arrivals: z.array(
      Listed.extend({
        /** Of the first person; `null` = gone, or not to be listed. */
        name: z.string().nullable(),
        people: z.int(),
      }),
    ),
  }),
})

export const getArrival = endpoint({
  name: 'getArrival',
  method: 'GET',
  path: '/api/arrivals/:transferId',
  title: '他市町村からの引継ぎ',
  permission: 'evacuees.work',
  input: z.object({ transferId: TransferIdField }),
  output: Listed.extend({
    disasterId: z.string().nullable(),
    /** 支援措置, there or here: no whereabouts. */
    concealed: z.boolean(),
    disaster: z.string().nullable().meta({ title: '避難元での災害名' }),
    /** Empty when nothing may be used any more. */
    people: z.array(
      z.object({
        personKey: z.string(),
        name: z.string(),
        kana: z.string(),
        birth: RegisterDateView,
        sex: z.enum(['1', '2', '3']),
        address: z.string().nullable(),
        items: z.array(z.object({ key: z.string(), text: z.string() })),
        consent: z.object({ on: z.string(), method: z.string(), by: z.string() }),
        /** Who it is in the ledger here. */
        outcome: z.enum(['new', 'matched']).nullable(),
        personRef: z.string().nullable(),
      }),
    ),
    notes: z.array(z.object({ on: z.string(), kind: z.string(), words: z.string() })),
    events: z.array(EventView),
    files: z.array(FileView),
  }),
  problems: [problems.notFound],
})

export const takeOverArrival = endpoint({
  name: 'takeOverArrival',
  method: 'POST',
  path: '/api/arrivals/:transferId/take',
  title: '他市町村からの引継ぎを引き継ぐ',
  permission: 'evacuees.work',
  input: z.object({
    transferId: TransferIdField,
    version: z.int().min(1),
    disasterId: DisasterIdField.meta({ title: '記載する被災者台帳' }),
    people: z
      .array(
        z.object({
          personKey: z.uuid(),
          /** Whom staff found to be the same person; `null` = somebody new to the ledger. */
          personRef: PersonRefField.nullable(),
        }),
      )
      .min(1)
      .max(MOST_PEOPLE),
  }),
  output: z.object({ version: z.int() }),
  problems: [
    problems.notFound,
    problems.wrongState,
    problems.over,
    problems.impossible,
    problems.unprotected,
    ledgerProblems.notFound,
    ledgerProblems.personNotInLedger,
    platformProblems.changedByOther,
  ],
})

export const returnArrival = endpoint({
  name: 'returnArrival',
  method: 'POST',
  path: '/api/arrivals/:transferId/return',
  title: '他市町村からの引継ぎを返す',
  permission: 'evacuees.work',
  input: z.object({
    transferId: TransferIdField,
    version: z.int().min(1),
    reason: words(500).min(1, '返す理由を入力してください').meta({ title: '返す理由' }),
  }),
  output: z.object({ version: z.int() }),
  problems: [problems.notFound, problems.wrongState, platformProblems.changedByOther],
})

export const reportArrival = endpoint({
  name: 'reportArrival',
  method: 'POST',
  path: '/api/arrivals/:transferId/reports',
  title: '避難元の市町村への報告',
  permission: 'evacuees.work',
  input: z.object({
    transferId: TransferIdField,
    version: z.int().min(1),
    people: z
      .array(z.uuid())
      .min(1, '報告する方を選んでください')
      .max(MOST_PEOPLE)
      .meta({ title: '対象の方' }),
    report: z.enum(codesOf<ReportKind>(reports)).meta({ title: '報告の種類' }),
    on: Day.meta({ title: '日付' }),
    place: words(200).meta({ title: '今いる場所' }),
    words: words(1_000).meta({ title: '内容' }),
  }),
  output: z.object({ version: z.int() }),
  problems: [
    problems.notFound,
    problems.wrongState,
    problems.over,
    problems.impossible,
    problems.protected,
    platformProblems.changedByOther,
  ],
})
