import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { MissingFact } from './facts.ts'

export type Reason = { readonly text: string; readonly article: string }

/** The part of one person where money is given per person. */
export type Share = { readonly personRef: string; readonly amountYen: number }

/** What a household may get of one programme, and why. Never a guess: what is not known makes it `unknown`. */
export type Assessment = {
  readonly answer: 'yes' | 'no' | 'unknown'
  /** Whole yen; `null` = not known yet, or no money is given. */
  readonly amountYen: number | null
  /** The amount is the most that may be given, not what is given. */
  readonly isLimit: boolean
  /** What is given, where it is not an amount: 「全額」. */
  readonly benefit: string | null
  readonly shares: readonly Share[]
  readonly reasons: readonly Reason[]
  readonly missing: readonly MissingFact[]
  /** Last day to apply; `null` = none. */
  readonly deadlineOn: PlainDate | null
}
