/**
 * 運用者による緊急閲覧 (break-glass). On ordinary days the operator has no way to a town's people. In a grave fault two of the
 * operator's people, one who asks and another who approves, open one town for some hours, to read; the town is told at once,
 * may end it at any moment, and both sides write down afterwards what it was for. Decided here; pure.
 */

export const breakGlassPurposes = [
  { value: 'town-hall-lost', label: '庁舎が使えず、団体の職員が操作できないため' },
  { value: 'nobody-signs-in', label: '団体の職員がだれもログインできないため' },
  { value: 'data-wrong', label: '届いた情報・表示される情報の誤りを調べるため' },
  { value: 'other', label: 'その他の重大な障害のため' },
] as const
export type BreakGlassPurpose = (typeof breakGlassPurposes)[number]['value']

export function purposeLabel(purpose: BreakGlassPurpose): string {
  return breakGlassPurposes.find(({ value }) => value === purpose)!.label
}

/** How long the operator may ask for, minutes. */
export const grantMinutes = [30, 60, 120, 240] as const
export type GrantMinutes = (typeof grantMinutes)[number]
export const MOST_GRANT_MS = Math.max(...grantMinutes) * 60_000

/** A code lies about for no longer than it takes to type it. */
export const CODE_MS = 15 * 60_000

/** How far the centre's clock may differ; a message that differs more is refused before it is read. */
const CLOCKS_MS = 60_000

/** What the centre tells of a grant. Everything but the code, the end and the note stays as it was told first. */
export type GrantTold = {
  readonly grantId: string
  readonly grantNo: number
  readonly askedBy: { readonly id: string; readonly name: string }
  readonly approvedBy: { readonly id: string; readonly name: string }
  readonly purpose: BreakGlassPurpose
  readonly reason: string
  readonly ticket: string
  readonly approvedAt: Date
  readonly untilAt: Date
}

/** Two different people, and no longer than the longest: whatever the centre says, more than this is never open. */
export function isWellFormed({ askedBy, approvedBy, approvedAt, untilAt }: GrantTold, now: Date): boolean {
  const lasts = untilAt.getTime() - approvedAt.getTime()
  return (
    askedBy.id !== approvedBy.id &&
    lasts > 0 &&
    lasts <= MOST_GRANT_MS &&
    approvedAt.getTime() <= now.getTime() + CLOCKS_MS
  )
}

export function saysTheSame(a: GrantTold, b: GrantTold): boolean {
  const told = (one: GrantTold): string =>
    JSON.stringify([
      ...[one.grantId, one.grantNo, one.askedBy.id, one.askedBy.name, one.approvedBy.id, one.approvedBy.name],
      ...[one.purpose, one.reason, one.ticket, one.approvedAt.toISOString(), one.untilAt.toISOString()],
    ])
  return told(a) === told(b)
}

export const grantStates = {
  waiting: '許可（まだ入っていません）',
  inside: '閲覧中',
  ended: '終了',
} as const
export type GrantState = keyof typeof grantStates

type Standing = { readonly untilAt: Date; readonly enteredAt: Date | null; readonly endedAt: Date | null }

export function grantState({ untilAt, enteredAt, endedAt }: Standing, now: Date): GrantState {
  if (endedAt !== null || untilAt <= now) return 'ended'
  return enteredAt === null ? 'waiting' : 'inside'
}

export const endKinds = {
  town: '団体が終わらせた',
  operator: '運用者が終えた',
  time: '時間になり終わった',
} as const
export type EndKind = keyof typeof endKinds
