/** `/members/0/name` (RFC 6901) as the path of a form field, `members[0].name`. */
export function nameOfPointer(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (name, part) => (/^\d+$/.test(part) ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`),
      '',
    )
}

/**
 * The field of the form that a pointer speaks of: itself, else the nearest field around it, else the first within it.
 * `null` when the form shows none; then the message stands in the summary alone.
 */
export function fieldOfPointer(pointer: string, names: readonly string[]): string | null {
  if (!pointer.startsWith('/')) return null
  const wanted = nameOfPointer(pointer)
  if (wanted === '') return null
  const around = names
    .filter((name) => isWithin(wanted, name))
    .toSorted((a, b) => b.length - a.length)
    .at(0)
  return around ?? names.find((name) => isWithin(name, wanted)) ?? null
}

/** Whether a path is `outer` or lies inside it. */
function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`)
}
