import { z } from 'zod'
import { endpoint, type Endpoint } from '@open-bcl/core/endpoint.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { Chosen, OfferedChoice } from '../certificates/exchange.contract.ts'
import { backPageProblems } from '../backpage/backpage.messages.ts'
import { coinsYen } from './center.ts'
import { centerProblems as problems } from './center.messages.ts'

/**
 * What a kiosk says to the centre. Every POST is signed by the kiosk's enrolled key (`core/message-text.ts`) and taken
 * once; a kiosk that got no answer signs the same input again. The PIN never comes here.
 */

const SessionId = z.uuid().meta({ title: '手続番号' })
const TransactionId = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .meta({ title: '取引番号' })
const Town = z.string().refine((code): code is MunicipalityCode => isMunicipalityCode(code))
const KindCode = z.string().regex(/^[a-z]{2,20}$/)
const Yen = z.int().min(0)

export const Refusal = z.object({ kind: z.literal('refused'), code: z.int(), words: z.string() })
export type Refusal = z.output<typeof Refusal>

const PayoutView = z.object({
  transactionId: TransactionId,
  reason: z.enum(['change', 'returned', 'refunded']),
  yen: z.int().min(1),
})
export type PayoutView = z.output<typeof PayoutView>

const OfferedKind = z.object({
  kind: KindCode,
  ja: z.string(),
  feeYen: Yen,
  printingYen: Yen,
  maxCopies: z.int().min(1),
})
export type OfferedKind = z.output<typeof OfferedKind>

const write = { method: 'POST', permission: 'machine.kiosk' } as const

export const getKioskConfig = endpoint({
  name: 'getKioskConfig',
  method: 'GET',
  path: '/api/kiosk/config',
  title: '端末の設定',
  permission: 'public',
  input: z.object({}),
  output: z.object({
    /** Origin that messages and challenges are signed for. */
    centerOrigin: z.string(),
    cardBridgeUrl: z.string(),
    /** Seconds without a touch until 「続けますか」, and after that until the end. */
    idleSeconds: z.int(),
    idleGraceSeconds: z.int(),
    hours: z.object({ opensAt: z.string(), closesAt: z.string() }),
  }),
})

export const enrolKiosk = endpoint({
  ...write,
  name: 'enrolKiosk',
  path: '/api/kiosk/enrol',
  title: '端末の登録',
  input: z.object({
    code: z.string().max(40),
    /** Public half of the key this very message is signed with. */
    publicJwk: z.object({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string().regex(/^[\w-]{43}$/),
      y: z.string().regex(/^[\w-]{43}$/),
    }),
  }),
  output: z.object({ kioskId: z.string(), name: z.string(), place: z.string() }),
  problems: [problems.wrongCode, problems.tooManyCodes],
})

/** The first word of a machine that comes up: whatever was under way is ended, and what it owes is told. */
export const recoverKiosk = endpoint({
  ...write,
  name: 'recoverKiosk',
  path: '/api/kiosk/recover',
  title: '端末の起動',
  input: z.object({}),
  output: z.object({
    kioskId: z.string(),
    name: z.string(),
    place: z.string(),
    /** counter = らくらく窓口: staff hand the paper over and take the fee. */
    usage: z.enum(['kiosk', 'counter']),
    payouts: z.array(PayoutView),
  }),
})

export const startSession = endpoint({
  ...write,
  name: 'startSession',
  path: '/api/kiosk/session',
  title: '手続の開始',
  input: z.object({}),
  output: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('started'),
      sessionId: SessionId,
      /** By prefecture, in the order of the codes. */
      prefectures: z.array(
        z.object({
          name: z.string(),
          towns: z.array(z.object({ municipalityCode: Town, name: z.string() })),
        }),
      ),
    }),
    Refusal,
  ]),
})

const InSession = z.object({ sessionId: SessionId })

/** Somebody is still there. */
export const keepSession = endpoint({
  ...write,
  name: 'keepSession',
  path: '/api/kiosk/session/keep',
  title: '手続の継続',
  input: InSession,
  output: z.object({ kept: z.literal(true) }),
  problems: [problems.sessionEnded],
})

export const getTownMenu = endpoint({
  ...write,
  name: 'getTownMenu',
  path: '/api/kiosk/town',
  title: '市区町村の取扱い',
  input: InSession.extend({ municipalityCode: Town }),
  output: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('open'),
      name: z.string(),
      demonstration: z.boolean(),
      kinds: z.array(OfferedKind),
    }),
    Refusal,
  ]),
  problems: [problems.sessionEnded, problems.issuerUnreachable],
})

/** A fresh challenge for the card, to be answered at once; an earlier one of the session is void. */
export const getChallenge = endpoint({
  ...write,
  name: 'getChallenge',
  path: '/api/kiosk/challenge',
  title: '利用者証明の要求',
  input: InSession,
  output: z.object({
    transactionId: SessionId,
    nonce: z.string(),
    centerOrigin: z.string(),
    issuedAt: z.iso.datetime(),
  }),
  problems: [problems.sessionEnded],
})

export const authenticate = endpoint({
  ...write,
  name: 'authenticate',
  path: '/api/kiosk/authenticate',
  title: '利用者証明',
  input: InSession.extend({
    municipalityCode: Town,
    /** 利用者証明用電子証明書, DER. Names nobody; not kept. */
    certificateBase64: z.base64().max(12_000),
    signatureBase64: z.base64().max(1_000),
  }),
  output: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('accepted'), kinds: z.array(OfferedKind).min(1) }),
    Refusal,
  ]),
  problems: [problems.sessionEnded, problems.issuerUnreachable],
})

export const listKioskSubjects = endpoint({
  ...write,
  name: 'listKioskSubjects',
  path: '/api/kiosk/subjects',
  title: '交付できる証明書',
  input: InSession.extend({ kind: KindCode }),
  output: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('subjects'),
      subjects: z.array(z.object({ subjectId: z.string(), label: z.string() })).min(1),
    }),
    Refusal,
  ]),
  problems: [problems.sessionEnded, problems.issuerUnreachable],
})

/** What may be chosen of a subject: members, items, year. Labels may name the holder's household: for the screen only. */
export const listKioskChoices = endpoint({
  ...write,
  name: 'listKioskChoices',
  path: '/api/kiosk/choices',
  title: '選択項目',
  input: InSession.extend({ kind: KindCode, subjectId: z.string().min(1).max(64) }),
  output: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('choices'), choices: z.array(OfferedChoice) }),
    Refusal,
  ]),
  problems: [problems.sessionEnded, problems.issuerUnreachable],
})

export const quoteTransaction = endpoint({
  ...write,
  name: 'quoteTransaction',
  path: '/api/kiosk/quote',
  title: '内容の確定',
  input: InSession.extend({
    /** Made by the kiosk: the same wish sent twice is one transaction. */
    requestId: z.uuid(),
    kind: KindCode,
    subjectId: z.string().min(1).max(64),
    copies: z.int().min(1).max(99),
    choices: Chosen,
  }),
  output: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('quoted'),
      transactionId: TransactionId,
      pages: z.int(),
      copies: z.int(),
      feeYen: Yen,
      printingYen: Yen,
      totalYen: Yen,
    }),
    Refusal,
  ]),
  problems: [problems.sessionEnded, problems.wrongStep, problems.issuerUnreachable],
})

const InTransaction = InSession.extend({ transactionId: TransactionId })
const stepProblems = [problems.sessionEnded, problems.wrongStep, problems.issuerUnreachable]

export const buildTransaction = endpoint({
  ...write,
  name: 'buildTransaction',
  path: '/api/kiosk/build',
  title: '証明書の作成',
  input: InTransaction,
  output: z.discriminatedUnion('kind', [z.object({ kind: z.literal('built'), pages: z.int() }), Refusal]),
  problems: stepProblems,
})

export const deliverTransaction = endpoint({
  ...write,
  name: 'deliverTransaction',
  path: '/api/kiosk/deliver',
  title: '証明書の受取り',
  input: InTransaction,
  output: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('delivered'),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      pdfBase64: z.base64(),
      /** うら面: a page for each page of the front, for its other side; `null` where the paper itself shows a copy (らくらく窓口). */
      backPdfBase64: z.base64().nullable(),
      /** らくらく窓口: under which number the paper waits inside, and until when (JST, `HH:MM`); `null` at a kiosk. */
      slip: z.object({ number: z.string(), until: z.string() }).nullable(),
    }),
    Refusal,
  ]),
  problems: [...stepProblems, problems.damaged, backPageProblems.cannotBeMade],
})

export const insertCoin = endpoint({
  ...write,
  name: 'insertCoin',
  path: '/api/kiosk/coin',
  title: '現金の投入',
  input: InTransaction.extend({
    /** 1, 2, 3 …: the same coin told twice is one coin. */
    coinNo: z.int().min(1).max(1000),
    yen: z.literal(coinsYen),
  }),
  output: z.object({ insertedYen: Yen, totalYen: Yen }),
  problems: [problems.sessionEnded, problems.wrongStep],
})

export const payTransaction = endpoint({
  ...write,
  name: 'payTransaction',
  path: '/api/kiosk/pay',
  title: '支払い',
  input: InTransaction,
  output: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('paid'), paidYen: Yen, payouts: z.array(PayoutView) }),
    Refusal.extend({ payouts: z.array(PayoutView) }),
  ]),
  problems: [...stepProblems, problems.notEnough],
})

export const confirmKioskPrinted = endpoint({
  ...write,
  name: 'confirmKioskPrinted',
  path: '/api/kiosk/printed',
  title: '印刷の完了',
  input: InTransaction,
  output: z.object({ state: z.literal('printed') }),
  problems: stepProblems,
})

/** Gives the transaction up and goes on with the session: 「内容を選びなおす」. */
export const cancelTransaction = endpoint({
  ...write,
  name: 'cancelTransaction',
  path: '/api/kiosk/cancel',
  title: '取引の取消し',
  input: InTransaction,
  output: z.object({ payouts: z.array(PayoutView) }),
  problems: [problems.sessionEnded],
})

/** Ends the person's session wherever it stands, also one that has ended: the answer is what is still owed. */
export const endSession = endpoint({
  ...write,
  name: 'endSession',
  path: '/api/kiosk/session/end',
  title: '手続の終了',
  input: InSession.extend({ why: z.enum(['finished', 'user', 'timeout', 'machine', 'paper']) }),
  output: z.object({ payouts: z.array(PayoutView) }),
})

/** The machine has given the money out. */
export const confirmPayout = endpoint({
  ...write,
  name: 'confirmPayout',
  path: '/api/kiosk/payout',
  title: '払出しの完了',
  input: z.object({ transactionId: TransactionId, reason: PayoutView.shape.reason }),
  output: z.object({ handed: z.literal(true) }),
})

export const kioskEndpoints = {
  getKioskConfig,
  enrolKiosk,
  recoverKiosk,
  startSession,
  keepSession,
  getTownMenu,
  getChallenge,
  authenticate,
  listKioskSubjects,
  listKioskChoices,
  quoteTransaction,
  buildTransaction,
  deliverTransaction,
  insertCoin,
  payTransaction,
  confirmKioskPrinted,
  cancelTransaction,
  endSession,
  confirmPayout,
} as const satisfies Record<string, Endpoint>
