import type { TransactionState } from './center.ts'
import type { IncidentKind } from './incidents.ts'

/**
 * 障害表: step × fault × what must have become of the transaction, of the money and of the issue in the end. The tests run
 * every line by machine (`faults.routes.test.ts`, `power-cuts.routes.test.ts`); `docs/operations/fault-table.md` is made
 * from it. In all of them two copies cost 20 yen, and 60 yen lie in the slot from the step `pay` on.
 */
export const steps = {
  quote: '内容の確定',
  build: '作成',
  deliver: '受取り',
  coin: '現金の投入（2枚目）',
  pay: '支払い',
  print: '印刷の完了',
} as const
export type Step = keyof typeof steps
export const stepNames = Object.keys(steps) as Step[]

export type Outcome = {
  /** `none` = no transaction was begun. */
  readonly state: TransactionState | 'none'
  /** What the machine gives out, as `reason yen`. */
  readonly payouts: readonly string[]
  /** Where the issue stands at the issuing server; `unknown` = it never heard of it. */
  readonly issuer: 'unknown' | 'aborted' | 'refunded' | 'printed' | 'paid'
  readonly incident?: IncidentKind
}

export type Fault = {
  readonly ja: string
  /** What the machine, the person or the operator does next. */
  readonly next: string
  /** `null` = cannot happen at that step. */
  readonly at: Readonly<Record<Step, Outcome | null>>
}

const printed: Outcome = { state: 'printed', payouts: ['change 40'], issuer: 'printed' }
const none: Outcome = { state: 'none', payouts: [], issuer: 'unknown' }
const aborted: Outcome = { state: 'aborted', payouts: [], issuer: 'aborted' }
const unheard: Outcome = { ...aborted, issuer: 'unknown' }
const returned10: Outcome = { ...aborted, payouts: ['returned 10'] }
const returned60: Outcome = { ...aborted, payouts: ['returned 60'] }
/** The issuing server had noted a payment: it notes that the person has the money back. */
const undone60: Outcome = { state: 'aborted', payouts: ['returned 60'], issuer: 'refunded' }
const refunded: Outcome = { state: 'refunded', payouts: ['change 40', 'refunded 20'], issuer: 'refunded' }
const all = (outcome: Outcome): Fault['at'] => ({
  ...{ quote: outcome, build: outcome, deliver: outcome, coin: outcome, pay: outcome, print: outcome },
})
const withIncident = (at: Fault['at'], incident: IncidentKind): Fault['at'] =>
  Object.fromEntries(
    Object.entries(at).map(([step, outcome]) => [step, outcome && { ...outcome, incident }]),
  ) as Fault['at']

const goesOn = '端末が同じ電文をもう一度送り、そのまま最後まで進む'
const givesUp = '端末が起動し直し、手続を終わらせて現金を返す'
const quotedAborts = { quote: aborted, build: aborted, deliver: aborted } as const

/** Between the machine, the centre and the issuing server, all alive. */
export const wireFaults = {
  'sent-twice': { ja: '同じ電文が同時に二度届く（二重払いを含む）', next: goesOn, at: all(printed) },
  'answer-lost': {
    ja: '証明発行サーバは処理したが、応答が届かない',
    next: goesOn,
    at: { ...all(printed), coin: null },
  },
  'answer-lost-given-up': {
    ja: '証明発行サーバは処理したが、応答が届かない',
    next: '利用者が中止する',
    at: { ...quotedAborts, coin: null, pay: undone60, print: printed },
  },
  'server-away': {
    ja: '証明発行サーバに接続できない',
    next: '利用者が中止し、サーバが戻った後に結果が伝わる',
    at: { ...quotedAborts, quote: unheard, coin: null, pay: returned60, print: printed },
  },
  'server-refuses': {
    ja: '証明発行サーバが断る',
    next: '取引は中止になり、利用者には中立の文と番号だけが出る',
    at: {
      ...{ ...quotedAborts, quote: unheard, coin: null, pay: returned60 },
      print: { ...printed, issuer: 'paid', incident: 'disputed-state' },
    },
  },
  'too-late': {
    ja: '応答が期限の後に届く',
    next: '取引は中止済みで、遅れた応答は破棄され、事案になる',
    at: withIncident({ ...quotedAborts, coin: null, pay: undone60, print: printed }, 'late-answer'),
  },
  'mixed-up': {
    ja: '別の取引への応答が届く',
    next: '取引は中止になり、市区町村の交付が止まる',
    at: withIncident({ ...quotedAborts, coin: null, pay: undone60, print: printed }, 'mismatched-answer'),
  },
  'town-stopped': {
    ja: 'その前に市区町村の交付が事案で止まる',
    next: '作成済みの証明書を受け取った人だけが最後まで進む',
    at: { quote: none, build: aborted, deliver: aborted, coin: printed, pay: printed, print: printed },
  },
  'walked-away': {
    ja: '利用者が立ち去り、画面が何も送らない',
    next: '時間切れで手続が終わり、現金は端末が返す',
    at: { ...quotedAborts, quote: none, coin: returned10, pay: returned60, print: refunded },
  },
  'kiosk-revoked': {
    ja: '端末の鍵が使えなくなる',
    next: '時間切れで手続が終わり、返すべき現金は記録に残る',
    at: withIncident(
      { ...quotedAborts, quote: none, coin: returned10, pay: returned60, print: refunded },
      'revoked-key',
    ),
  },
} as const satisfies Record<string, Fault>

/** kill -9 of a process; for real, with all steps under way at the same moment. */
export const powerCuts = {
  'centre-before': {
    ja: 'センターが電文を処理する前に落ちる',
    next: goesOn,
    at: all(printed),
  },
  'centre-before-given-up': {
    ja: 'センターが電文を処理する前に落ち、端末も落ちる',
    next: givesUp,
    at: { ...quotedAborts, quote: none, coin: returned10, pay: returned60, print: refunded },
  },
  'centre-between': {
    ja: '証明発行サーバが処理した後、センターが記録する前に落ちる',
    next: goesOn,
    at: { ...all(printed), coin: null },
  },
  'centre-between-given-up': {
    ja: '証明発行サーバが処理した後、センターが記録する前に落ち、端末も落ちる',
    next: givesUp,
    at: { ...quotedAborts, coin: null, pay: undone60, print: printed },
  },
  'centre-after': {
    ja: 'センターが記録した後、応答が端末に届く前に落ちる',
    next: goesOn,
    at: all(printed),
  },
  'centre-after-given-up': {
    ja: 'センターが記録した後、応答が端末に届く前に落ち、端末も落ちる',
    next: givesUp,
    at: { ...quotedAborts, coin: returned60, pay: refunded, print: printed },
  },
  'kiosk-under-way': {
    ja: '電文が処理されている間に端末が落ち、処理が終わる前に起動し直す',
    next: givesUp,
    at: { ...quotedAborts, coin: null, pay: undone60, print: printed },
  },
  'kiosk-after': {
    ja: '電文が処理されている間に端末が落ち、処理が終わってから起動し直す',
    next: givesUp,
    at: { ...quotedAborts, coin: returned60, pay: refunded, print: printed },
  },
} as const satisfies Record<string, Fault>
