/** Variation selectors: U+FE00–FE0F (SVS) and U+E0100–E01EF (IVS), the latter as surrogate pairs. */
const unit = /[\s\S][\uFE00-\uFE0F\u{E0100}-\u{E01EF}]*/gu
const beyondOneUnit = /[\uD800-\uDFFF\uFE00-\uFE0F]/

/**
 * The characters of a text as a register counts them: a base character and the variation selectors after it are one
 * (葛󠄀 is one character of two code points and four UTF-16 units). Nothing is normalised.
 */
export function graphemes(text: string): string[] {
  return text.match(unit) ?? []
}

/** Number of characters as `graphemes` cuts them. */
export function countGraphemes(text: string): number {
  return beyondOneUnit.test(text) ? graphemes(text).length : text.length
}

/** Whether a text has at most `max` characters (文字数, as `graphemes` counts). */
export function fitsIn(text: string, max: number): boolean {
  // UTF-16 units are never fewer than characters, so short texts need no cutting.
  return text.length <= max || countGraphemes(text) <= max
}
