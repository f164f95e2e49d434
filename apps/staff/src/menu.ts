/** Entries gathered under their headings; headings stand in the order of their first entry. */
export function grouped<Entry extends { readonly group: string; readonly order: number }>(
  entries: readonly Entry[],
): { group: string; entries: Entry[] }[] {
  const groups = Map.groupBy(
    entries.toSorted((a, b) => a.order - b.order),
    (entry) => entry.group,
  )
  return [...groups].map(([group, members]) => ({ group, entries: members }))
}
