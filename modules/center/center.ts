import type { MachinePlace } from './calendar.ts'

/**
 * 証明書交付センター: what a transaction may become, where its money is, and when the centre is open.
 * The centre knows machines, towns, amounts and states; it never knows who stood there or what was printed.
 */

/**
 * 取引の状態. `quoted`: the issuing server fixed the words and the price. `built`: the document exists there. `delivered`: its
 * bytes reached the machine. The PDF is made before payment; a transaction counts when it is `printed`.
 * (`authenticated` of the public path is the session's: a transaction is born in an authenticated session.)
 */
export type TransactionState =
  | 'requested'
  | 'quoted'
  | 'built'
  | 'delivered'
  | 'paid'
  | 'printed'
  | 'aborted'
  | 'refunded'

/** Where a transaction stopped, in the words of the exchange protocol. */
export type Stage = 'quote' | 'build' | 'deliver' | 'pay' | 'print'

type StateRule = {
  readonly ja: string
  readonly next: readonly TransactionState[]
  /** What would have come next when it stops here; `null` = it does not stop any more. */
  readonly stage: Stage | null
}

export const transactionStates: Readonly<Record<TransactionState, StateRule>> = {
  requested: { ja: '受付', next: ['quoted', 'aborted'], stage: 'quote' },
  quoted: { ja: '内容確定', next: ['built', 'aborted'], stage: 'build' },
  built: { ja: '作成済み', next: ['delivered', 'aborted'], stage: 'deliver' },
  delivered: { ja: '端末に送付済み', next: ['paid', 'printed', 'aborted'], stage: 'pay' },
  paid: { ja: '入金済み', next: ['printed', 'aborted'], stage: 'print' },
  printed: { ja: '印刷済み', next: [], stage: null },
  aborted: { ja: '中止', next: ['refunded'], stage: null },
  refunded: { ja: '返金済み', next: [], stage: null },
}

/** `repeated`: it was there before; the same answer again. */
export type Move = 'allowed' | 'repeated' | 'refused'

/**
 * Whether a transaction that passed these states may go on to `to`. Paper that costs something is not printed unpaid.
 * @param totalYen quoted price; 0 = free
 */
export function judgeMove(passed: readonly TransactionState[], to: TransactionState, totalYen: number): Move {
  const present = passed.at(-1) ?? 'requested'
  const ended = present === 'aborted' || present === 'refunded'
  if (present === to || (passed.includes(to) && !ended)) return 'repeated'
  if (!transactionStates[present].next.includes(to)) return 'refused'
  if (to === 'paid' && totalYen === 0) return 'refused'
  if (to === 'printed' && totalYen > 0 && !passed.includes('paid')) return 'refused'
  return 'allowed'
}

/** キオスク端末, one machine. */
export type Kiosk = {
  /** Letters, digits, `_ . -`; up to 64. */
  readonly kioskId: string
  /** Who runs it: a convenience store chain, a town hall. */
  readonly operator: string
  readonly name: string
  readonly place: string
  /** kiosk = a resident alone pays the machine; counter = らくらく窓口: staff hand the paper over and take the fee. */
  readonly usage: 'kiosk' | 'counter'
} & MachinePlace

/** A machine as people name it; it is a kiosk until the registry says that it stands at a counter. */
export type KioskWords = Pick<Kiosk, 'kioskId' | 'operator' | 'name' | 'place'>

/** Nothing more will happen to it by itself. */
export function isEnded(state: TransactionState): boolean {
  return transactionStates[state].stage === null
}

/** Coins and notes the machine takes, yen. */
export const coinsYen = [10, 50, 100, 500, 1000] as const

export type PayoutReason = 'change' | 'returned' | 'refunded'
export type Payout = { readonly reason: PayoutReason; readonly yen: number }

/** つり銭 when the price is taken from what lies in the slot; `null` = not enough lies there. */
export function changeOf(insertedYen: number, totalYen: number): Payout | 'none' | null {
  if (insertedYen < totalYen) return null
  return insertedYen === totalYen ? 'none' : { reason: 'change', yen: insertedYen - totalYen }
}

export type Ending = {
  readonly states: readonly TransactionState[]
  readonly stage: Stage
  /** `null` = nothing is owed. */
  readonly payout: Payout | null
}

/**
 * What happens when a transaction is given up where it stands: unspent coins go back, a price that was taken for paper
 * that did not come out goes back. `null` = it had ended already.
 */
export function giveUp(state: TransactionState, insertedYen: number, totalYen: number): Ending | null {
  const { stage } = transactionStates[state]
  if (stage === null) return null
  if (state === 'paid') {
    const payout = { reason: 'refunded', yen: totalYen } as const
    return { states: ['aborted', 'refunded'], stage, payout }
  }
  const payout = insertedYen > 0 ? ({ reason: 'returned', yen: insertedYen } as const) : null
  return { states: ['aborted'], stage, payout }
}

/** サービス時間 of the centre, JST. The real service: 6:30–23:00, closed 12/29–1/3. */
export type CenterCalendar = {
  /** `HH:MM` */
  readonly opensAt: string
  /** `HH:MM`, `24:00` for midnight */
  readonly closesAt: string
  /** `MM-DD` */
  readonly closedOn: readonly string[]
}

/** `HH:MM`, JST. */
export function timeInJapan(at: Date): string {
  return new Date(at.getTime() + 9 * 3_600_000).toISOString().slice(11, 16)
}

export function isCenterOpen(calendar: CenterCalendar, at: Date): boolean {
  const japan = new Date(at.getTime() + 9 * 3_600_000).toISOString()
  const time = japan.slice(11, 16)
  return (
    time >= calendar.opensAt && time < calendar.closesAt && !calendar.closedOn.includes(japan.slice(5, 10))
  )
}

/** Why a session ended. `restart`: the machine came up again in the middle of it. */
export type SessionEnd = 'finished' | 'user' | 'timeout' | 'machine' | 'paper' | 'restart'

/** The reason an issuing server is told. */
export function abortReasonOf(why: SessionEnd): 'user' | 'timeout' | 'machine' | 'paper' {
  if (why === 'finished') return 'user'
  return why === 'restart' ? 'machine' : why
}

/** 12 digits, shown in groups of four; blanks and hyphens are a person's own. `null` = not such a code. */
export function readEnrolmentCode(text: string): string | null {
  const digits = text.normalize('NFKC').replaceAll(/[\s-]/g, '')
  return /^\d{12}$/.test(digits) ? digits : null
}
