/** What was chosen of a certificate: members, items, year. Part of the immutable request; values by the choice's name. */
export type Choices = Readonly<Record<string, string | readonly string[]>>

/** One thing to choose, as the counter's screen and the machine show it. A switch is a `one` with two options. */
export type Choice = {
  readonly name: string
  readonly ja: string
  /** `one` value, or `some` of them, at least one. */
  readonly take: 'one' | 'some'
  /** Labels may name members of the household: they are shown to the holder of the card and to staff only. */
  readonly options: readonly { readonly value: string; readonly ja: string }[]
  /** Taken where nothing is said. */
  readonly default: string | readonly string[]
}

/**
 * What is asked for, with the defaults for what was not said, values in the order they are offered. `null` when something
 * was asked for that is not offered: then nothing is issued, since nobody chose what would be left.
 */
export function settleChoices(offered: readonly Choice[], asked: Choices): Choices | null {
  if (Object.keys(asked).some((name) => !offered.some((choice) => choice.name === name))) return null
  const settled: Record<string, string | readonly string[]> = {}
  for (const { name, take, options, default: usual } of offered) {
    const value = Object.hasOwn(asked, name) ? asked[name]! : usual
    const values = typeof value === 'string' ? [value] : value
    const known = options.map((option) => option.value).filter((option) => values.includes(option))
    if (known.length === 0 || known.length !== new Set(values).size) return null
    if ((typeof value === 'string') !== (take === 'one')) return null
    settled[name] = take === 'one' ? known[0]! : known
  }
  return settled
}

/** As the wire and the screens take it. */
export function choicesView(offered: readonly Choice[]): {
  name: string
  ja: string
  take: 'one' | 'some'
  options: { value: string; ja: string }[]
  default: string | string[]
}[] {
  return offered.map((choice) => ({
    ...choice,
    options: choice.options.map((option) => ({ ...option })),
    default: typeof choice.default === 'string' ? choice.default : [...choice.default],
  }))
}
