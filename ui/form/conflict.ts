import { sameValue, valueAt, withValueAt } from './changes.ts'

/** One item somebody else changed while the form was open. */
export type ConflictItem = {
  readonly name: string
  /** `both`: we changed it too, differently; a person must choose. `theirs`: only they did; theirs is taken over. */
  readonly kind: 'both' | 'theirs'
  readonly theirs: unknown
}

/**
 * Joins what was typed with the record as it now is. What only one side changed is kept from that side; what both
 * changed stays as typed until the person chooses. What the form does not show (`version`) comes from the record.
 */
export function mergeConflict<T>(
  base: T,
  mine: T,
  theirs: T,
  names: readonly string[],
): { values: T; items: ConflictItem[] } {
  let values = theirs
  const items: ConflictItem[] = []
  for (const name of names) {
    const before = valueAt(base, name)
    const typed = valueAt(mine, name)
    const now = valueAt(theirs, name)
    const weChanged = !sameValue(before, typed)
    const theyChanged = !sameValue(before, now)
    if (weChanged) values = withValueAt(values, name, typed)
    if (theyChanged && !sameValue(typed, now))
      items.push({ name, kind: weChanged ? 'both' : 'theirs', theirs: now })
  }
  return { values, items }
}
