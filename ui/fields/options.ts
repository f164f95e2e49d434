/** One choice. The label is what people read; the value is what is kept. */
export type Option<V extends string> = {
  readonly value: V
  readonly label: string
  /** One line more about a choice of a radio or check group. */
  readonly hint?: string
  readonly disabled?: boolean
}

/** The label of a value, or the value itself when it is no longer among the choices (an old code stays readable). */
export function labelOf<V extends string>(options: readonly Option<V>[], value: V | '' | null): string {
  if (value === null || value === '') return ''
  return options.find((option) => option.value === value)?.label ?? value
}
