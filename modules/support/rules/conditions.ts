import type { Reason } from './assessment.ts'
import type { MissingFact } from './facts.ts'

/** One condition of a rule, in three values; what is not known names what is missing. */
export type Condition = {
  /** `null` = not known. */
  readonly holds: boolean | null
  readonly reasons: readonly Reason[]
  readonly missing: readonly MissingFact[]
}

export const yes = (text: string, article: string): Condition => ({
  holds: true,
  reasons: [{ text, article }],
  missing: [],
})
export const no = (text: string, article: string): Condition => ({
  holds: false,
  reasons: [{ text, article }],
  missing: [],
})
export const unknown = (missing: MissingFact, text: string, article: string): Condition => ({
  holds: null,
  reasons: [{ text, article }],
  missing: [missing],
})

/** A told yes or no; not told, it is missing. */
export function when(value: boolean | null, missing: MissingFact, text: string, article: string): Condition {
  if (value === null) return unknown(missing, `${text}かどうかがわかりません`, article)
  return value ? yes(text, article) : no(`「${text}」に当たりません`, article)
}

/** All must hold. One that does not hold settles it, whatever is not known of the others. */
export function all(conditions: readonly Condition[]): Condition {
  return joined(conditions, false)
}

/** One that holds is enough. */
export function any(conditions: readonly Condition[]): Condition {
  return joined(conditions, true)
}

/** The reasons of what settled it; of an open one, what is open. */
function joined(conditions: readonly Condition[], settling: boolean): Condition {
  const settled = conditions.filter((one) => one.holds === settling)
  if (settled.length > 0) return gathered(settled, settling)
  const open = conditions.filter((one) => one.holds === null)
  return open.length > 0 ? gathered(open, null) : gathered(conditions, !settling)
}

function gathered(conditions: readonly Condition[], holds: boolean | null): Condition {
  const reasons = new Map<string, Reason>()
  for (const condition of conditions)
    for (const reason of condition.reasons) reasons.set(`${reason.text} ${reason.article}`, reason)
  return {
    holds,
    reasons: [...reasons.values()],
    missing: [...new Set(conditions.flatMap((condition) => condition.missing))],
  }
}
