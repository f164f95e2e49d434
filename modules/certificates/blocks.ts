import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'

/** Whom a 発行禁止 forbids: one person, or everybody of a household. */
export type BlockScope = 'person' | 'household'

/** Why staff forbid. The codes of the towns are their own (標準仕様書 3.1 names none): these are ours. */
export const blockReasons = [
  { value: 'own-wish', label: '本人の申出' },
  { value: 'examining', label: '届出・申出の審査中' },
  { value: 'moving-out', label: '転出の届出を受け付けた' },
  { value: 'death', label: '死亡の届出を受け付けた' },
  { value: 'correction', label: '記載の訂正中' },
  { value: 'characters', label: '文字の登録待ち' },
  { value: 'lost', label: '印鑑・カードの亡失' },
  { value: 'doubt', label: '不正な請求のおそれ' },
  { value: 'other', label: 'その他' },
] as const
export type BlockReasonCode = (typeof blockReasons)[number]['value']

export type Block = {
  readonly blockId: string
  readonly scope: BlockScope
  /** 宛名番号 or 世帯番号. */
  readonly targetNo: string
  /** `null` = all. */
  readonly kinds: readonly CertificateKindCode[] | null
  readonly reason: BlockReasonCode
  readonly note: string
  readonly startsOn: PlainDate
  /** The day it is meant to end; passing it lifts nothing. `null` = none. */
  readonly endsOn: PlainDate | null
  readonly setAt: Date
  readonly setBy: string
  /** Oldest first. */
  readonly acts: readonly BlockAct[]
}

export type BlockAct = {
  /** `return`: a temporary lift ended before its hour. */
  readonly act: 'lift' | 'pause' | 'return'
  /** Of `pause`. */
  readonly untilAt: Date | null
  readonly note: string
  readonly at: Date
  readonly actor: string
}

/**
 * Where a block stands. `overdue` forbids like `in-force`: its day has passed and somebody should look (標準仕様書 3.1: an end
 * date passing does not lift). `paused` comes back by itself.
 */
export type BlockState = 'coming' | 'in-force' | 'overdue' | 'paused' | 'lifted'

export const blockStates: Readonly<Record<BlockState, string>> = {
  coming: '開始前',
  'in-force': '禁止中',
  overdue: '禁止中（終了予定日を過ぎています）',
  paused: '一時解除中',
  lifted: '解除済み',
}

export function blockState(
  { startsOn, endsOn, acts }: Pick<Block, 'startsOn' | 'endsOn' | 'acts'>,
  today: PlainDate,
  now: Date,
): BlockState {
  const last = acts.at(-1)
  if (last?.act === 'lift') return 'lifted'
  if (startsOn > today) return 'coming'
  if (last?.act === 'pause' && last.untilAt !== null && last.untilAt > now) return 'paused'
  return endsOn !== null && endsOn < today ? 'overdue' : 'in-force'
}

/** Whether an act may follow: what is lifted stays lifted, and only what forbids may be lifted for a time. */
export function mayFollow(act: BlockAct['act'], state: BlockState): boolean {
  switch (act) {
    case 'lift':
      return state !== 'lifted'
    case 'pause':
      return state === 'in-force' || state === 'overdue'
    case 'return':
      return state === 'paused'
  }
}

/** The longest 一時解除. */
export const MAX_PAUSE_MINUTES = 24 * 60
