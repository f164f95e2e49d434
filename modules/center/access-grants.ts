import { grantMinutes } from '../certificates/exchange.contract.ts'

/** 運用者による緊急閲覧, on the operator's side: what may be done with a grant as it stands. Pure. */

/** What nobody approved by then has lapsed: the fault it was asked for is another one now. */
export const ASK_MS = 60 * 60_000
/** Asking, approving and taking the code are done by somebody who signed in just now, not by who left a browser open. */
export const FRESH_MS = 30 * 60_000
export const minutesOf: readonly number[] = grantMinutes

export const grantStages = {
  asked: '承認待ち',
  lapsed: '承認されないまま失効',
  declined: '却下',
  withdrawn: '取下げ',
  telling: '承認（団体のクラウドに伝えています）',
  waiting: '承認（まだ入っていません）',
  inside: '閲覧中',
  review: '終了・事後確認待ち',
  settled: '事後確認済み',
} as const
export type GrantStage = keyof typeof grantStages

export type GrantFacts = {
  readonly askedAt: Date
  readonly approvedAt: Date | null
  readonly untilAt: Date | null
  readonly declinedAt: Date | null
  readonly endedAt: Date | null
  readonly toldAt: Date | null
  readonly enteredAt: Date | null
  readonly overAt: Date | null
  readonly settledAt: Date | null
}

export function stageOf(grant: GrantFacts, now: Date): GrantStage {
  if (grant.declinedAt !== null) return 'declined'
  if (grant.approvedAt === null) {
    if (grant.endedAt !== null) return 'withdrawn'
    return grant.askedAt.getTime() + ASK_MS <= now.getTime() ? 'lapsed' : 'asked'
  }
  if (grant.settledAt !== null) return 'settled'
  if (isOver(grant, now)) return 'review'
  if (grant.toldAt === null) return 'telling'
  return grant.enteredAt === null ? 'waiting' : 'inside'
}

export function isOver(
  { overAt, endedAt, untilAt }: Pick<GrantFacts, 'overAt' | 'endedAt' | 'untilAt'>,
  now: Date,
): boolean {
  return overAt !== null || endedAt !== null || (untilAt !== null && untilAt <= now)
}

/** How soon the town's cloud is asked again, ms: at once while somebody may be inside, rarely while reviews are awaited. */
export function askAgainAfter(over: boolean): number {
  return over ? 60_000 : 5_000
}
