/** How long a paper waits inside for its person, minutes. UNVERIFIED (the original's is not public): half a morning of a town hall. */
export const SLIP_MINUTES = 120

/** 「最短3分」 of the original, from the first touch to the hand-over, seconds. Source: BCL 資料 (bcl.md §8, S4). */
export const HAND_OVER_SECONDS = 180

/** Why a paper that was printed inside is destroyed (処分情報). */
export const disposalReasons = {
  uncollected: '受け取りに来なかった',
  misprint: '印刷の不良',
  declined: '申請した方が取りやめた',
} as const
export type DisposalReason = keyof typeof disposalReasons

/** 12 → `012`, as it is called out. */
export function slipNumber(slipNo: number): string {
  return String(slipNo).padStart(3, '0')
}

export type HandOverMeasure = {
  readonly handed: number
  /** `null` = none yet. */
  readonly medianSeconds: number | null
  readonly longestSeconds: number | null
  /** Handed over within `HAND_OVER_SECONDS`. */
  readonly inTime: number
}

/** From the first touch to the hand-over, of the day's papers. */
export function measureHandOvers(seconds: readonly number[]): HandOverMeasure {
  const sorted = seconds.toSorted((a, b) => a - b)
  return {
    handed: sorted.length,
    medianSeconds: sorted[Math.floor((sorted.length - 1) / 2)] ?? null,
    longestSeconds: sorted.at(-1) ?? null,
    inTime: sorted.filter((one) => one <= HAND_OVER_SECONDS).length,
  }
}
