import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import type { Addressee } from './papers/envelope.ts'
import { refusals, type RefusalCode } from './refusals.ts'

/**
 * 一括印刷の状態. A clerk asks for `running` and `pausing`; the job says the others as it ends, in the very commit that
 * lets go of the batch, so that whoever goes on never meets it. What fails says `stopped` before it lets go.
 */
export const batchStates = [
  { value: 'running', label: '作成中' },
  { value: 'pausing', label: '一時停止の途中' },
  { value: 'paused', label: '一時停止' },
  { value: 'stopped', label: '中断' },
  { value: 'done', label: '作成済み' },
] as const
export type BatchState = (typeof batchStates)[number]['value']

/** What a clerk may do with a batch, and from which states. */
export const batchMoves = {
  pause: { from: ['running'], to: 'pausing' },
  resume: { from: ['paused', 'stopped'], to: 'running' },
  /** 打ち切り: what waits is left out. */
  end: { from: ['paused', 'stopped'], to: 'done' },
} as const satisfies Record<string, { readonly from: readonly BatchState[]; readonly to: BatchState }>
export type BatchMove = keyof typeof batchMoves

/** @param stands nobody is at work on it, though its state says so: somebody may go on with it, or end it */
export function canMoveBatch(move: BatchMove, state: BatchState, stands: boolean): boolean {
  if (stands) return move !== 'pause'
  const from: readonly BatchState[] = batchMoves[move].from
  return from.includes(state)
}

/** 作成中 or 一時停止の途中: a job is at work on it, or is about to be. */
export function isUnderWay(state: BatchState): boolean {
  return state === 'running' || state === 'pausing'
}

/** What is under way and held by no job for so long stands still: the queue takes up what was asked for within seconds. */
export const STANDS_AFTER_MS = 60_000

/** `bundled`: in a bundle that nobody has said was printed. `left-out`: in none, with a reason. */
export type ItemState = 'waiting' | 'built' | 'bundled' | 'printed' | 'left-out'

/** Certificates of one bundle, and of one batch; what is over goes into the next. */
export const MOST_IN_BUNDLE = 100
export const MOST_IN_BATCH = 10_000

/** What may go into a batch. */
export type Candidate = {
  readonly subjectId: string
  /** 支援措置・提供抑止: never in a bundle, handled one by one. */
  readonly suppressed: boolean
}

/** How staff know a certificate, and the page on which it is dealt with. No name. */
export type Reference = { readonly label: string; readonly page: string }

/** What a batch has to know of one kind of certificate, besides the kind itself. The module that knows the facts exports one. */
export type BatchSource<C> = {
  readonly kind: CertificateKindCode
  /** Certificates in force of a scope; 404 problem for one that is not there. */
  candidates(ctx: C, scopeId: string): Promise<readonly Candidate[]>
  /** The same in the order in which they are posted, with the copies asked for. */
  inOrder(
    ctx: C,
    subjectIds: readonly string[],
  ): Promise<readonly { readonly subjectId: string; readonly copies: number }[]>
  /** Whom each is sent to, with the number on it; those who are protected now are absent. */
  addressees(
    ctx: C,
    subjectIds: readonly string[],
  ): Promise<ReadonlyMap<string, Addressee & { readonly serialNo: string }>>
  references(ctx: C, subjectIds: readonly string[]): Promise<ReadonlyMap<string, Reference>>
}

/** Codes that are about one certificate: it is left out, and the batch goes on. Any other stops the batch. */
export function isOfOne(code: RefusalCode): boolean {
  const { [code]: kind } = refusals
  return kind === 'eligibility' || kind === 'content' || kind === 'state' || code === 505 || code === 507
}

const leftOutOf: Readonly<Partial<Record<RefusalCode, string>>> = {
  302: '支援措置（提供抑止）の対象者が含まれます。個別に対応してください',
  309: '失効したため、除きました',
  401: '文字数が多く、欄に収まりません',
  402: '印字できる書体のない文字があります',
  505: '時間内に作成できませんでした。もう一度、一括印刷に入れてください',
  507: '時間内に作成できませんでした。もう一度、一括印刷に入れてください',
}

/** Why a certificate is in no bundle, where nothing more exact was said; `null` = by the clerk. */
export function leftOutWords(code: RefusalCode | null): string {
  if (code === null) return '職員が除きました'
  return leftOutOf[code] ?? 'この証明書は、いま交付できません'
}
