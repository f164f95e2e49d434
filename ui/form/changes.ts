/** What the form knows of one of its fields, to name it and to put its value into words. */
export type FieldWords = {
  /** Path in the values, `members[0].name`. */
  readonly name: string
  readonly label: string
  readonly toText: (value: unknown) => string
}

/** One item that differs. Texts are empty when there is no value. */
export type Change = {
  readonly name: string
  readonly label: string
  readonly before: string
  readonly after: string
}

/** The value at a path like `members[0].name`; `undefined` when there is none. */
export function valueAt(values: unknown, name: string): unknown {
  let value = values
  for (const part of name.split(/[.[\]]+/)) {
    if (part === '') continue
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}

/** The values with the one at a path replaced; the rest is shared, nothing is altered in place. */
export function withValueAt<T>(values: T, name: string, value: unknown): T {
  const put = (holder: unknown, parts: readonly string[]): unknown => {
    const [part, ...rest] = parts
    if (part === undefined) return value
    if (Array.isArray(holder))
      return holder.map((item, index) => (String(index) === part ? put(item, rest) : item))
    const record = (holder ?? {}) as Record<string, unknown>
    return { ...record, [part]: put(record[part], rest) }
  }
  return put(
    values,
    name.split(/[.[\]]+/).filter((part) => part !== ''),
  ) as T
}

/** Deep equality in which every way of being empty (`undefined`, `null`, empty text) is the same. */
export function sameValue(a: unknown, b: unknown): boolean {
  const left = a === '' ? null : (a ?? null)
  const right = b === '' ? null : (b ?? null)
  if (Object.is(left, right)) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  if (Array.isArray(left) && left.length !== (right as unknown[]).length) return false
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...keys].every((key) =>
    sameValue((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]),
  )
}

/** Items whose value differs from the one the form began with, in the order given. */
export function changesOf(base: unknown, values: unknown, fields: readonly FieldWords[]): Change[] {
  return fields.flatMap(({ name, label, toText }) => {
    const before = valueAt(base, name)
    const after = valueAt(values, name)
    return sameValue(before, after) ? [] : [{ name, label, before: toText(before), after: toText(after) }]
  })
}

/** Items that hold something, for the confirm area of a new record. */
export function entriesOf(values: unknown, fields: readonly FieldWords[]): Change[] {
  return fields.flatMap(({ name, label, toText }) => {
    const after = toText(valueAt(values, name))
    return after === '' ? [] : [{ name, label, before: '', after }]
  })
}
