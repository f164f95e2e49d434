import { z } from 'zod'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { isPlainDate } from '@open-bcl/core/dates.ts'
import { endpoint, type Endpoint, type OutputOf, type RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { EndKindField, GrantIdField, PurposeField } from '../break-glass/break-glass.contract.ts'
import { certificateKinds } from '../municipalities/municipalities.ts'
import { Chosen, OfferedChoice } from './certificates.contract.ts'
import { MAX_COPIES, TRANSACTION_ID, type IssueState } from './certificates.ts'

export { Chosen, OfferedChoice }
/** What both sides of `setAccessGrant` say with one word. */
export { EndKindField, GrantIdField, PurposeField }
export {
  breakGlassPurposes,
  CODE_MS,
  endKinds,
  grantMinutes,
  purposeLabel,
  type BreakGlassPurpose,
  type EndKind,
  type GrantState,
} from '../break-glass/break-glass.ts'

/**
 * The published protocol between 証明書交付センター and an issuing server (`docs/interfaces/exchange.md`). BCL answers it;
 * a town's own server may answer it too. Requests are signed (`platform/signed-message.ts`) over mutual TLS; the caller
 * must be a registered centre. Everything about one issue is keyed by its transaction id: a repeated message gets the
 * first answer again, and nothing else.
 *
 * A refusal that a resident may meet is an answer (`kind: 'refused'`), not an error: the code and the words are for the
 * screen. Errors are RFC 9457 problems: 401 who are you, 404 another town's id, 400 not this protocol, 503 come back.
 */

const Municipality = z
  .string()
  .refine((code): code is MunicipalityCode => isMunicipalityCode(code))
  .meta({ title: '団体コード' })
const Day = z.string().refine((text): text is PlainDate => isPlainDate(text))
const TransactionId = z.string().regex(TRANSACTION_ID).meta({ title: '取引番号' })
/** 32 lower-case hexadecimal digits made by the centre for one person at one machine; a secret between the two. */
const SessionId = z.string().regex(TRANSACTION_ID).meta({ title: '手続番号' })

/** Every kind the protocol knows: BCL's own, and those that only a town's own server issues. */
export const exchangeKinds = {
  ...certificateKinds,
  koseki: { ja: '戸籍証明書' },
  fuhyo: { ja: '戸籍の附票の写し' },
} as const
export type ExchangeKindCode = keyof typeof exchangeKinds
const kindCodes = Object.keys(exchangeKinds) as [ExchangeKindCode, ...ExchangeKindCode[]]
const Kind = z.enum(kindCodes).meta({ title: '証明書の種類' })
const Yen = z.int().min(0).max(1_000_000)
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const Certificate = z.object({
  /** SubjectKeyIdentifier of the issuing CA generation, lower-case hex. */
  issuerSki: z.string().regex(/^[0-9a-f]{2,64}$/),
  /** Decimal. */
  serial: z.string().regex(/^\d{1,50}$/),
})

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
const State = z.enum(states)

const Refused = z.object({
  kind: z.literal('refused'),
  /** Three digits; 300 for every reason that lies in the person. */
  code: z.int().min(100).max(999),
  /** 日本語 for the screen. */
  words: z.string(),
})

/** Where an issue stands; the answer to every message that moves it. */
const Standing = z.object({
  kind: z.literal('standing'),
  transactionId: TransactionId,
  state: State,
  totalYen: Yen,
  /** `null` = nothing was paid. */
  paidYen: Yen.nullable(),
})
const Moved = z.discriminatedUnion('kind', [Standing, Refused])

export const getServiceMenu = endpoint({
  name: 'getServiceMenu',
  method: 'POST',
  path: '/exchange/menu',
  title: '取扱証明書の照会',
  permission: 'machine.exchange',
  reads: true,
  input: z.object({ municipalityCode: Municipality, onDate: Day }),
  output: z.object({
    municipalityCode: Municipality,
    name: z.string(),
    /** The made-up town: every screen says that its people are fictitious. */
    demonstration: z.boolean(),
    /** JST, `HH:MM`. */
    hours: z.object({ opensAt: z.string(), closesAt: z.string(), closedOn: z.array(z.string()) }),
    /** `null` = issuing now; else why not. */
    closed: Refused.nullable(),
    /** What this server issues on the day. */
    kinds: z.array(
      z.object({
        kind: Kind,
        ja: z.string(),
        /** Fee of the town, and printing cost where it is free, per copy. */
        feeYen: Yen,
        printingYen: Yen,
        maxCopies: z.int().min(1).max(MAX_COPIES),
      }),
    ),
  }),
})

export const authenticateCard = endpoint({
  name: 'authenticateCard',
  method: 'POST',
  path: '/exchange/authenticate',
  title: 'カードの持ち主の確認',
  permission: 'machine.exchange',
  input: z.object({
    municipalityCode: Municipality,
    sessionId: SessionId,
    /** Of the 利用者証明用電子証明書 that the centre has just found valid. */
    certificate: Certificate,
  }),
  output: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('accepted'), sessionId: SessionId, expiresAt: z.iso.datetime() }),
    Refused,
  ]),
})

export const listSubjects = endpoint({
  name: 'listSubjects',
  method: 'POST',
  path: '/exchange/subjects',
  title: '交付できる証明書の照会',
  permission: 'machine.exchange',
  reads: true,
  input: z.object({ municipalityCode: Municipality, sessionId: SessionId, kind: Kind }),
  output: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('subjects'),
      /** At least one. Labels carry no personal data. */
      subjects: z.array(z.object({ subjectId: z.string(), label: z.string() })).min(1),
    }),
    Refused,
  ]),
})

/** What may be chosen of one subject. Labels may name members of the holder's household: for her eyes only. */
export const listChoices = endpoint({
  name: 'listChoices',
  method: 'POST',
  path: '/exchange/choices',
  title: '選択項目の照会',
  permission: 'machine.exchange',
  reads: true,
  input: z.object({
    municipalityCode: Municipality,
    sessionId: SessionId,
    kind: Kind,
    subjectId: z.string().min(1).max(64),
  }),
  output: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('choices'), choices: z.array(OfferedChoice) }),
    Refused,
  ]),
})

export const quoteIssue = endpoint({
  name: 'quoteIssue',
  method: 'POST',
  path: '/exchange/quote',
  title: '内容の確定と料金',
  permission: 'machine.exchange',
  input: z.object({
    municipalityCode: Municipality,
    sessionId: SessionId,
    transactionId: TransactionId,
    kind: Kind,
    subjectId: z.string().min(1).max(64),
    copies: z.int().min(1).max(MAX_COPIES),
    choices: Chosen,
    /**
     * らくらく窓口: staff of the town take the fee and hand the paper over, which was printed inside. Since when the person
     * has been at the terminal; `null` = a machine the person works alone.
     */
    counter: z.object({ startedAt: z.iso.datetime() }).nullable().default(null),
    /** Which machine, for the town's records; nothing is keyed by it. */
    kioskId: z.string().regex(/^[\w.-]{1,64}$/),
  }),
  output: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('quoted'),
      transactionId: TransactionId,
      state: State,
      pages: z.int().min(1),
      copies: z.int().min(1),
      feeYen: Yen,
      printingYen: Yen,
      totalYen: Yen,
    }),
    Refused,
  ]),
})

const OneIssue = z.object({ municipalityCode: Municipality, transactionId: TransactionId })

export const buildIssue = endpoint({
  name: 'buildIssue',
  method: 'POST',
  path: '/exchange/build',
  title: '証明書の作成',
  permission: 'machine.exchange',
  input: OneIssue,
  output: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('built'),
      transactionId: TransactionId,
      state: State,
      pages: z.int().min(1),
      /** Of the PDF's bytes. */
      sha256: Sha256,
    }),
    Refused,
  ]),
})

export const deliverIssue = endpoint({
  name: 'deliverIssue',
  method: 'POST',
  path: '/exchange/deliver',
  title: '証明書の送付',
  permission: 'machine.exchange',
  input: OneIssue,
  output: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('delivered'),
      transactionId: TransactionId,
      state: State,
      pages: z.int().min(1),
      sha256: Sha256,
      /** The front pages, PDF/A. Whoever receives them compares sha256, and never alters them. */
      pdfBase64: z.base64(),
      /** 受付票: under which number staff hand the paper over, and until when; `null` = no counter. */
      slip: z
        .object({ number: z.string().regex(/^[\w-]{1,12}$/), until: z.iso.datetime() })
        .nullable()
        .default(null),
    }),
    Refused,
  ]),
})

export const confirmPaid = endpoint({
  name: 'confirmPaid',
  method: 'POST',
  path: '/exchange/paid',
  title: '入金の通知',
  permission: 'machine.exchange',
  input: OneIssue.extend({ paidYen: Yen }),
  output: Moved,
})

export const confirmPrinted = endpoint({
  name: 'confirmPrinted',
  method: 'POST',
  path: '/exchange/printed',
  title: '印刷完了の通知',
  permission: 'machine.exchange',
  input: OneIssue,
  output: Moved,
})

export const abortIssue = endpoint({
  name: 'abortIssue',
  method: 'POST',
  path: '/exchange/abort',
  title: '中止の通知',
  permission: 'machine.exchange',
  input: OneIssue.extend({
    stage: z.enum(['quote', 'build', 'deliver', 'pay', 'print']),
    reason: z.enum(['user', 'timeout', 'machine', 'paper', 'unreadable', 'other']),
  }),
  output: Moved,
})

export const refundIssue = endpoint({
  name: 'refundIssue',
  method: 'POST',
  path: '/exchange/refund',
  title: '返金の通知',
  permission: 'machine.exchange',
  input: OneIssue.extend({ refundedYen: Yen }),
  output: Moved,
})

/**
 * 本籍地の利用登録: the holder of a card who lives elsewhere asks the town of the 本籍 to know the card. Keyed by
 * `applicationId`; the town's staff look at it, so the usual answer is `waiting`, and asking again tells how it stands.
 * What is written here is for the town alone: the centre passes it on and keeps nothing of it.
 */
export const applyForUse = endpoint({
  name: 'applyForUse',
  method: 'POST',
  path: '/exchange/registration',
  title: '本籍地の利用登録の申請',
  permission: 'machine.exchange',
  input: z.object({
    municipalityCode: Municipality,
    applicationId: TransactionId,
    /** Of the 利用者証明用電子証明書 that the centre has just found valid. */
    certificate: Certificate,
    /** 本籍, as the applicant writes it. */
    registeredDomicile: z.string().min(1).max(200),
    /** 筆頭者の氏名 */
    headOfRegister: z.string().min(1).max(100),
    name: z.string().min(1).max(100),
    birthOn: Day,
    phone: z.string().regex(/^[\d-]{9,15}$/),
  }),
  output: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('application'),
      applicationId: TransactionId,
      state: z.enum(['waiting', 'approved', 'declined']),
    }),
    Refused,
  ]),
})

export const heartbeat = endpoint({
  name: 'heartbeat',
  method: 'POST',
  path: '/exchange/heartbeat',
  title: '稼働確認',
  permission: 'machine.exchange',
  reads: true,
  input: z.object({}),
  output: z.object({
    at: z.iso.datetime(),
    /** sha256 over program, renderer, layouts and fonts. */
    build: z.string(),
  }),
})

/** 障害時の停止. The centre may stop a town's issuing and lift its own stop; the town's stops and alarms are the town's. */
export const setMaintenance = endpoint({
  name: 'setMaintenance',
  method: 'POST',
  path: '/exchange/maintenance',
  title: '交付の停止・再開',
  permission: 'machine.exchange',
  input: z.object({
    municipalityCode: Municipality,
    /** 32 lower-case hexadecimal digits made by the centre: names the stop that is set or lifted. */
    stopId: z.string().regex(TRANSACTION_ID),
    stopped: z.boolean(),
    reason: z.enum(['maintenance', 'failure', 'jpki', 'anomaly']),
  }),
  output: z.object({
    /** Whether the town issues after this; false also when somebody else's stop remains. */
    issuing: z.boolean(),
  }),
})

/** 被災者支援の時間外利用: the centre's operator opens a town's ledger outside 6:30–23:00 because the town asked (手引き 6.1(3)). */
export const setLedgerOpening = endpoint({
  name: 'setLedgerOpening',
  method: 'POST',
  path: '/exchange/ledger-opening',
  title: '被災者支援の時間外利用',
  permission: 'machine.exchange',
  input: z.object({
    municipalityCode: Municipality,
    /** Made by the centre: names the opening that is set or ended. */
    openingId: TransactionId,
    fromAt: z.iso.datetime(),
    untilAt: z.iso.datetime(),
    /** false = ended before its time */
    open: z.boolean(),
  }),
  output: z.object({
    /** Until when the ledger is open outside its hours; `null` = it is not. */
    openUntil: z.iso.datetime().nullable(),
  }),
})

const Person = z.object({ id: z.uuid(), name: z.string().min(1).max(60) })

/**
 * 運用者による緊急閲覧: two of the operator's people opened one town to one of them. Said again until it is over and both sides
 * wrote their review; each time it tells how it stands and what was done since. Of BCL alone.
 */
export const setAccessGrant = endpoint({
  name: 'setAccessGrant',
  method: 'POST',
  path: '/exchange/access-grant',
  title: '運用者による緊急閲覧',
  permission: 'machine.exchange',
  input: z.object({
    municipalityCode: Municipality,
    /** Made by the centre. The same grant with other content is refused. */
    grantId: TransactionId,
    grantNo: z.int().min(1),
    askedBy: Person,
    /** Never the one who asked. */
    approvedBy: Person,
    purpose: PurposeField,
    reason: z.string().min(1).max(500),
    ticket: z.string().min(1).max(60),
    approvedAt: z.iso.datetime(),
    /** At most four hours later. */
    untilAt: z.iso.datetime(),
    /** SHA-256 of the one-time code that the asking person was shown; `null` = none yet. */
    codeSha256: Sha256.nullable(),
    /** false = the operator ended it before its time */
    open: z.boolean(),
    endedBy: z.string().max(60).nullable(),
    /** The approver's review. */
    review: z.object({ by: z.string(), at: z.iso.datetime(), note: z.string() }).nullable(),
    /** Acts from this moment on are in the answer; `null` = all. */
    actsFrom: z.iso.datetime().nullable(),
  }),
  output: z.object({
    grantId: TransactionId,
    state: z.enum(['waiting', 'inside', 'ended']),
    enteredAt: z.iso.datetime().nullable(),
    ended: z.object({ at: z.iso.datetime(), by: z.string(), kind: EndKindField }).nullable(),
    townReview: z.object({ by: z.string(), at: z.iso.datetime(), note: z.string() }).nullable(),
    /** Oldest first, nothing of a resident but how many. Some may have been told before. */
    acts: z.array(
      z.object({ actId: z.uuid(), at: z.iso.datetime(), words: z.string(), people: z.int().min(0) }),
    ),
  }),
})

export const exchangeEndpoints = {
  getServiceMenu,
  authenticateCard,
  listSubjects,
  listChoices,
  quoteIssue,
  buildIssue,
  deliverIssue,
  confirmPaid,
  confirmPrinted,
  abortIssue,
  refundIssue,
  applyForUse,
  heartbeat,
  setMaintenance,
  setLedgerOpening,
  setAccessGrant,
} as const satisfies Record<string, Endpoint>

export type ExchangeEndpoints = typeof exchangeEndpoints

/** One method a message, for the centre: `client.quoteIssue({...})`. Rejects when the other side refuses or is silent. */
export type ExchangeClient = {
  readonly [Name in keyof ExchangeEndpoints]: (
    input: RawInputOf<ExchangeEndpoints[Name]>,
  ) => Promise<OutputOf<ExchangeEndpoints[Name]>>
}

/** Sends one message and gives back the answer's JSON, unparsed (`platform/machine-client.ts`). */
export type SendMessage = (endpoint: Endpoint, input: unknown) => Promise<unknown>

/** The protocol's methods over a way to send. What comes back is parsed: an answer of another shape is an error. */
export function exchangeClient(send: SendMessage): ExchangeClient {
  const methods = Object.entries(exchangeEndpoints).map(([name, message]) => [
    name,
    async (input: unknown) => message.output.parse(await send(message, message.input.parse(input))),
  ])
  return Object.fromEntries(methods) as ExchangeClient
}
