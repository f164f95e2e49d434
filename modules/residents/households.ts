/** A household as of a moment, and where it lived in tokens that only compare. */
export type HouseholdPlace = {
  readonly householdNo: string
  /** 宛名番号, the oldest first. */
  readonly members: readonly string[]
  /** 町字ID; may be empty. */
  readonly blockCode: string
  /** The whole address first, then without its last number, …; empty when it names no number. */
  readonly places: readonly bigint[]
}

/** Whether somebody under 支援措置 lives at a place now. */
export type IsHiddenPlace = (place: { readonly town: string; readonly number: string }) => boolean
