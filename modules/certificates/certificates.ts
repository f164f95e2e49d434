import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import type { Choice, Choices } from './choices.ts'
import type { Layout } from './layouts.ts'
import type { Body, Paper } from './paper.ts'
import type { RefusalCode } from './refusals.ts'

/** 取引番号: 32 lower-case hexadecimal digits (128 random bits), made once by whoever asks; the key of everything. */
export const TRANSACTION_ID = /^[0-9a-f]{32}$/

/** Where the paper comes out: a window of the town hall or a machine that the resident works alone. */
export type Channel = 'counter' | 'kiosk'

/**
 * 交付の状態. An issue counts when it is `printed`; money follows `paid` and `refunded`.
 * - `frozen`: every word is fixed. `built`: the PDF exists and was read back. `delivered`: its bytes have left.
 * - `aborted`: undeliverable for ever. `withdrawn`: the paper is out, but no longer true.
 */
export type IssueState =
  | 'requested'
  | 'frozen'
  | 'built'
  | 'delivered'
  | 'paid'
  | 'printed'
  | 'aborted'
  | 'refunded'
  | 'withdrawn'

export const issueStates: Readonly<
  Record<IssueState, { readonly ja: string; readonly next: readonly IssueState[] }>
> = {
  requested: { ja: '受付', next: ['frozen', 'aborted'] },
  frozen: { ja: '内容確定', next: ['built', 'aborted'] },
  built: { ja: '作成済み', next: ['delivered', 'aborted'] },
  delivered: { ja: '送付済み', next: ['paid', 'printed', 'aborted'] },
  paid: { ja: '入金済み', next: ['printed', 'aborted'] },
  printed: { ja: '印刷済み', next: ['withdrawn', 'refunded'] },
  aborted: { ja: '中止', next: ['refunded'] },
  refunded: { ja: '返金済み', next: [] },
  withdrawn: { ja: '失効', next: [] },
}

/** What an issue costs, in whole yen, tax included. */
export type Price = {
  /** 手数料 of the town, per copy. */
  readonly feeYen: number
  /** Printing cost a kiosk takes per copy where the fee is free (罹災・被災: 10 yen); else 0. */
  readonly printingYen: number
  readonly copies: number
}

export function totalYen(price: Price): number {
  return (price.feeYen + price.printingYen) * price.copies
}

/** Printing cost at a kiosk where the town's fee is free. Source: BCL 利用料 (委託手数料 117 = resident 10 + town 107). */
export const FREE_PRINTING_YEN = 10

export function priceOf(feeYen: number, channel: Channel, copies: number): Price {
  return { feeYen, printingYen: channel === 'kiosk' && feeYen === 0 ? FREE_PRINTING_YEN : 0, copies }
}

/** What is known of an issue when a next state is asked for. */
export type IssueStanding = {
  readonly state: IssueState
  readonly totalYen: number
  /** `null` = nothing was paid. */
  readonly paidYen: number | null
}

export type Move =
  | { readonly kind: 'allowed' }
  /** It is there already, or was on its way here: the same answer again. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'refused'; readonly code: RefusalCode }

/**
 * Whether an issue may go on to `to`. Paper that costs something is not printed unpaid; what was not paid is not
 * refunded; the amount is the quoted one.
 * @param amountYen of `paid` and `refunded`
 */
export function judgeMove(
  standing: IssueStanding,
  passed: readonly IssueState[],
  to: IssueState,
  amountYen?: number,
): Move {
  if (to === 'paid' && amountYen !== standing.totalYen) return { kind: 'refused', code: 601 }
  if (to === 'refunded' && (standing.paidYen === null || amountYen !== standing.paidYen)) {
    return { kind: 'refused', code: 602 }
  }
  // An aborted or withdrawn issue goes on to nothing, whatever it passed before.
  const ended =
    standing.state === 'aborted' || standing.state === 'withdrawn' || standing.state === 'refunded'
  if (standing.state === to || (passed.includes(to) && !ended)) return { kind: 'repeated' }
  if (!issueStates[standing.state].next.includes(to)) return { kind: 'refused', code: 603 }
  if (to === 'printed' && standing.totalYen > 0 && standing.paidYen === null)
    return { kind: 'refused', code: 604 }
  return { kind: 'allowed' }
}

/** Why a person gets no certificate now. `ja` is for staff; residents read the neutral words of the code. */
export type BlockReason = { readonly code: RefusalCode; readonly ja: string }

/** One thing that can be certified. The label carries no personal data: it is shown on a kiosk before anything else. */
export type CertificateSubject = { readonly subjectId: string; readonly label: string }

/** What `freeze` needs of the request. */
export type FreezeRequest = {
  readonly channel: Channel
  readonly choices: Choices
  readonly issuedOn: PlainDate
  /** 使用目的, `null` = not said. */
  readonly purpose: string | null
  /** What every certificate shares; `certificationWords` of it stand in the body. */
  readonly paper: Paper
}

export type Frozen = Body & {
  /** `layoutOn(form, issuedOn)`; the file that draws it. */
  readonly layout: Layout
}

/**
 * One kind of certificate. The module that knows the facts exports one; compose hands them to `certificates`, which
 * stands below and knows none of them. `C` is the request's context (`Ctx` of platform, which a pure file does not see).
 *
 * Everything is called in one REPEATABLE READ transaction per issue, so that all data come from one moment.
 */
export type CertificateKind<C> = {
  readonly code: CertificateKindCode
  /** Permission a member of staff needs at the counter. */
  readonly permission: string
  /** 転出者 may still get it (罹災証明書: the damage was here). */
  readonly forMovedOut: boolean
  /** Fee per copy in yen. `townFeeYen` is the town's setting for the kind on the day, `null` = none. */
  feeYen(townFeeYen: number | null): number
  /** What can be certified for the holder of a card; empty = nothing. */
  subjects(ctx: C, residentNo: ResidentNo): Promise<readonly CertificateSubject[]>
  /** What may be chosen of it, at this place. Unknown subject: 404 problem. */
  choices(ctx: C, subjectId: string, channel: Channel): Promise<readonly Choice[]>
  /** Residents whose data the paper shows, or hangs on. Unknown subject: 404 problem. */
  people(ctx: C, subjectId: string, choices: Choices): Promise<readonly ResidentNo[]>
  /**
   * Blocks on the person and on the household, evaluated when asked. Empty = may be issued. `choices` null = before they
   * are made: what stands in the way whatever is chosen. Unknown subject: 404 problem.
   */
  blocks(
    ctx: C,
    subjectId: string,
    channel: Channel,
    choices: Choices | null,
  ): Promise<readonly BlockReason[]>
  /** Fixes every printed word. Unknown subject: 404 problem. */
  freeze(ctx: C, subjectId: string, request: FreezeRequest): Promise<Frozen>
}

/** What was frozen is true for now: a kiosk gets it within this time or asks anew. */
const KIOSK_LIFE_MINUTES = 30

/** Whether an issue is too old to be built or delivered. Blocks are asked for when it is frozen, so it may not lie about. */
export function isStale(
  issue: { readonly channel: Channel; readonly requestedAt: Date },
  now: Date,
): boolean {
  return (
    issue.channel === 'kiosk' && now.getTime() - issue.requestedAt.getTime() > KIOSK_LIFE_MINUTES * 60_000
  )
}

/** Copies of one kiosk transaction, and pages of one certificate (domain practice; a town may lower them). */
export const MAX_COPIES = 10
export const MAX_PAGES = 20
