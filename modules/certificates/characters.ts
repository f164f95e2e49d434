/** Why an item of a certificate could not be printed. */
export type UnprintableReason = 'no-glyph' | 'private-use' | 'invisible' | 'overflow'

export const unprintableReasons: Readonly<Record<UnprintableReason, string>> = {
  'no-glyph': '書体にない文字',
  'private-use': '外字（標準の符号なし）',
  invisible: '見えない文字',
  overflow: '文字溢れ',
}

export type UnprintableDecision = 'resolved' | 'ignored' | 'reopened'
export type UnprintableState = 'open' | 'resolved' | 'ignored'

/** One entry of the work list that a refused certificate leaves. */
export type Unprintable = {
  readonly reason: UnprintableReason
  /** `U+845B U+E0100`; empty = the item does not fit. */
  readonly codePoints: string
  /** Field without its number in a list: `headName`, `members.name`. */
  readonly item: string
}

/** `U+845B U+E0100` → 葛󠄀; `null` where nothing or something else would be seen. */
export function characterOf({ reason, codePoints }: Unprintable): string | null {
  if (reason !== 'no-glyph') return null
  return String.fromCodePoint(...codePoints.split(' ').map((code) => parseInt(code.slice(2), 16)))
}

/** What was resolved and is seen again is open again; what is ignored stays ignored. */
export function unprintableState(
  last: { readonly decision: UnprintableDecision; readonly at: Date } | null,
  lastSeenAt: Date,
): UnprintableState {
  if (last === null || last.decision === 'reopened') return 'open'
  if (last.decision === 'ignored') return 'ignored'
  return lastSeenAt > last.at ? 'open' : 'resolved'
}
