import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { PersonRefField, PersonRow } from '../ledger/ledger.contract.ts'
import { ledgerProblems } from '../ledger/ledger.messages.ts'
import { evacueesProblems as problems } from './evacuees.messages.ts'
import {
  codesOf,
  consentGivers,
  consentMethods,
  eventKinds,
  MOST_FILE_BYTES,
  MOST_NOTES,
  MOST_PEOPLE,
  transferItems,
  transferStates,
  type ConsentGiver,
  type ConsentMethod,
  type EventKind,
  type TransferId,
  type TransferItem,
  type TransferState,
} from './evacuees.ts'

const words = (most: number) => z.string().trim().max(most, `${most}文字以内で入力してください`)
export const TransferIdField = z.uuid() as unknown as z.ZodType<TransferId, string>
const Items = z.enum(codesOf<TransferItem>(transferItems))
const Method = z.enum(codesOf<ConsentMethod>(consentMethods))
const Giver = z.enum(codesOf<ConsentGiver>(consentGivers))
const Way = z.enum(['here', 'file'])

/** One line of 引継ぎの経過. */
export const EventView = z.object({
  eventId: z.string(),
  kind: z.enum(codesOf<EventKind>(eventKinds)),
  at: z.string(),
  by: z.string(),
  /** The other town told it. */
  fromOther: z.boolean(),
  words: z.string().nullable(),
})

/** A file that somebody has to carry to the other town. */
export const FileView = z.object({
  messageId: z.string(),
  kind: z.string(),
  madeAt: z.string(),
  /** False = it must not be handed over any more. */
  open: z.boolean(),
})

export const listTransferTowns = endpoint({
  name: 'listTransferTowns',
  method: 'GET',
  path: '/api/evacuees/towns',
  title: '引継ぎの相手の市町村',
  permission: 'evacuees.work',
  input: z.object({}),
  output: z.object({
    /** What another town needs to send us something. */
    own: z.object({ card: z.string(), fingerprint: z.string() }),
    towns: z.array(
      z.object({
        townCode: z.string(),
        name: z.string(),
        way: Way,
        ready: z.boolean(),
        townVersion: z.int(),
        fingerprint: z.string().nullable(),
        registered: z.object({ at: z.string(), by: z.string() }).nullable(),
      }),
    ),
  }),
})

export const registerTransferTown = endpoint({
  name: 'registerTransferTown',
  method: 'POST',
  path: '/api/evacuees/towns',
  title: '引継ぎの相手の市町村の登録',
  permission: 'evacuees.towns',
  input: z.object({
    card: z
      .string()
      .trim()
      .min(1, '登録用の文字を貼り付けてください')
      .max(500)
      .meta({ title: '登録用の文字' }),
    /** As the other town read it out on the telephone. */
    confirmed: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^([0-9A-F]{4}-){4}[0-9A-F]{4}$/, '「-」で区切った20文字を入力してください')
      .meta({ title: '電話で聞いた確認番号' }),
  }),
  output: z.object({ townCode: z.string(), name: z.string() }),
  problems: [
    problems.cardUnreadable,
    problems.townHere,
    problems.impossible,
    platformProblems.changedByOther,
  ],
})

const Consent = z.object({
  personRef: PersonRefField,
  consentOn: Day.meta({ title: '同意の日' }),
  consentMethod: Method.meta({ title: '同意の方法' }),
  consentBy: Giver.meta({ title: '同意した人' }),
  /** Who consented in place of the person, and what else was said. */
  consentWords: words(500).meta({ title: '同意の内容（代理人の氏名など）' }),
})

export const prepareTransfer = endpoint({
  name: 'prepareTransfer',
  method: 'POST',
  path: '/api/disasters/:disasterId/transfers',
  title: '広域避難者の引継ぎの準備（本人の同意の記録）',
  permission: 'evacuees.work',
  input: z.object({
    disasterId: DisasterIdField,
    personRef: PersonRefField,
    townCode: z.string().max(6).meta({ title: '引継ぎ先の市町村' }),
    items: z.array(Items).max(transferItems.length).meta({ title: '引き継ぐ項目' }),
    expiresOn: Day.meta({ title: '同意の期限' }),
    people: z
      .array(Consent)
      .min(1, '同意した方を選んでください')
      .max(MOST_PEOPLE)
      .meta({ title: '同意した方' }),
    notes: z
      .array(z.object({ caseId: z.uuid(), actNo: z.int().min(1) }))
      .max(MOST_NOTES)
      .meta({ title: '引き継ぐ支援の記録' }),
  }),
  output: z.object({ transferId: z.string(), version: z.int() }),
  problems: [
    ledgerProblems.notFound,
    ledgerProblems.personNotInLedger,
    problems.townNotReady,
    problems.impossible,
  ],
})

const Listed = z.object({
  transferId: z.string(),
  version: z.int(),
  state: z.enum(codesOf<TransferState>(transferStates)),
  /** `null` = somebody of the household is under 支援措置. */
  townName: z.string().nullable().meta({ title: '引継ぎ先' }),
  expiresOn: z.string().meta({ title: '同意の期限' }),
  preparedAt: z.string(),
  sentAt: z.string().nullable(),
  people: z.int().meta({ title: '人数' }),
  person: PersonRow,
})

/** Households with somebody under 支援措置 are not in it: that they are elsewhere is whereabouts. */
export const listTransfers = endpoint({
  name: 'listTransfers',
  method: 'GET',
  path: '/api/disasters/:disasterId/transfers',
  title: '広域避難者の引継ぎの一覧',
  permission: 'evacuees.work',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({ transfers: z.array(Listed) }),
  problems: [ledgerProblems.notFound],
})

export const listTransfersOf = endpoint({
  name: 'listTransfersOf',
  method: 'GET',
  path: '/api/disasters/:disasterId/victims/:personRef/transfers',
  title: '世帯の広域避難の引継ぎ',
  permission: 'evacuees.work',
  input: z.object({ disasterId: DisasterIdField, personRef: PersonRefField }),
  output: z.object({ transfers: z.array(Listed) }),
  problems: [ledgerProblems.notFound, ledgerProblems.personNotInLedger],
})

export const getTransfer = endpoint({
  name: 'getTransfer',
  method: 'GET',
  path: '/api/transfers/:transferId',
  title: '広域避難者の引継ぎ',
  permission: 'evacuees.work',
  input: z.object({ transferId: TransferIdField }),
  output: Listed.omit({ people: true }).extend({
    disasterId: z.string(),
    way: Way.nullable(),
    items: z.array(Items),
    preparedBy: z.string(),
    sentBy: z.string().nullable(),
    concealed: z.boolean(),
    people: z.array(
      PersonRow.extend({
        consentOn: z.string(),
        consentMethod: Method,
        consentBy: Giver,
        consentWords: z.string().nullable(),
        recordedAt: z.string(),
        recordedBy: z.string(),
        /** `null` = not sent yet. */
        included: z.boolean().nullable(),
        withdrawnAt: z.string().nullable(),
      }),
    ),
    notes: z.int(),
    events: z.array(EventView),
    files: z.array(FileView),
  }),
  problems: [problems.notFound],
})

export const sendTransfer = endpoint({
  name: 'sendTransfer',
  method: 'POST',
  path: '/api/transfers/:transferId/send',
  title: '広域避難者の引継ぎの送付（台帳情報の提供の決定）',
  permission: 'evacuees.send',
  input: z.object({ transferId: TransferIdField, version: z.int().min(1) }),
  /** `leftOut`: of those who consented, for whatever reason. */
  output: z.object({ version: z.int(), people: z.int(), leftOut: z.int() }),
  problems: [
    problems.notFound,
    problems.wrongState,
    problems.nobody,
    problems.over,
    problems.townNotReady,
    platformProblems.changedByOther,
  ],
})

export const withdrawTransfer = endpoint({
  name: 'withdrawTransfer',
  method: 'POST',
  path: '/api/transfers/:transferId/withdraw',
  title: '引継ぎの同意の取消し',
  permission: 'evacuees.work',
  input: z.object({
    transferId: TransferIdField,
    version: z.int().min(1),
    people: z.array(PersonRefField).min(1, '同意を取り消す方を選んでください').max(MOST_PEOPLE),
    words: words(500).meta({ title: '取消しの申出（だれから、いつ、どのように）' }),
  }),
  output: z.object({ version: z.int(), withdrawn: z.int() }),
  problems: [problems.notFound, problems.wrongState, platformProblems.changedByOther],
})

export const getTransferFile = endpoint({
  name: 'getTransferFile',
  method: 'GET',
  path: '/api/transfer-files/:messageId',
  title: '引継ぎのファイル（相手の市町村だけが開けます）',
  permission: 'evacuees.work',
  input: z.object({ messageId: z.uuid() }),
  output: z.object({}),
  produces: 'application/octet-stream',
  problems: [problems.notFound, problems.fileClosed],
})

/** Of either side: an offer or a withdrawal of another town, or its report about ours. */
export const readTransferFile = endpoint({
  name: 'readTransferFile',
  method: 'POST',
  path: '/api/transfer-files',
  title: '引継ぎのファイルの読込み',
  permission: 'evacuees.work',
  input: z.object({
    base64: z
      .base64('ファイルを選んでください')
      .min(1, 'ファイルを選んでください')
      .max(Math.ceil(MOST_FILE_BYTES / 3) * 4, 'ファイルが大きすぎます'),
  }),
  output: z.object({ transferId: z.string(), side: z.enum(['arrival', 'transfer']) }),
  problems: [
    problems.notAMessage,
    problems.wrongTown,
    problems.unknownSender,
    problems.damaged,
    problems.over,
    problems.alreadyRead,
    problems.withdrawn,
    problems.notFound,
  ],
})
