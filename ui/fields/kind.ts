import type { ReactNode } from 'react'

/**
 * What a control is given. Ids of hint and error arrive in `describedBy`; a group of choices is named by `labelledBy`.
 * A control that reads text (a date, an amount) keeps what was typed and hands on the value it understood.
 */
export type InputProps<V> = {
  readonly id: string
  readonly name: string
  readonly value: V
  readonly onChange: (value: V) => void
  readonly onBlur?: (() => void) | undefined
  /** Words when the text typed cannot be read as a value, `null` when it can. Unread text must not be submitted. */
  readonly onUnreadable?: ((message: string | null) => void) | undefined
  readonly describedBy?: string | undefined
  readonly invalid?: boolean | undefined
  readonly required?: boolean | undefined
  readonly disabled?: boolean | undefined
}

/**
 * One kind of field: how to type it, how to show it, and its words for tables, confirm areas and CSV.
 *
 * `Input` and `Output` are plain functions without hooks that return an element of a component known at module scope;
 * so a kind made while rendering (`selectOf(options)`) does not lose the focus.
 */
export type FieldKind<V> = {
  readonly Input: (props: InputProps<V>) => ReactNode
  readonly Output: (props: { readonly value: V }) => ReactNode
  /** Empty text when there is no value. */
  readonly toText: (value: V) => string
  /** `group`: several controls under one legend. `own`: the control draws its label itself. */
  readonly labelling?: 'group' | 'own'
  /** What a person does to fill it, for 「○○を選択してください」; typing unless said. */
  readonly asks?: '選択' | 'チェック'
  /** Said in place of a hint when the field gives none: how it may be typed. */
  readonly hint?: string
}

/** Shown where there is no value, so that a blank is not taken for something still loading. */
export const noValue = '―'

/** What `Output` of most kinds shows. */
export function textOutput<V>(toText: (value: V) => string): (props: { readonly value: V }) => ReactNode {
  return ({ value }) => toText(value) || noValue
}

/** The same kind for a value that may be absent: empty text is `null`. */
export function orNull(kind: FieldKind<string>): FieldKind<string | null> {
  return {
    ...kind,
    Input: (props) =>
      kind.Input({
        ...props,
        value: props.value ?? '',
        onChange: (value) => props.onChange(value === '' ? null : value),
      }),
    Output: ({ value }) => kind.Output({ value: value ?? '' }),
    toText: (value) => kind.toText(value ?? ''),
  }
}

/** ARIA attributes every control carries. */
export function ariaOf(props: {
  readonly describedBy?: string | undefined
  readonly invalid?: boolean | undefined
  readonly required?: boolean | undefined
}): {
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
  'aria-required': true | undefined
} {
  return {
    'aria-describedby': props.describedBy,
    'aria-invalid': props.invalid ? true : undefined,
    'aria-required': props.required ? true : undefined,
  }
}

/** Whether a required field still lacks its value. `false` of a checkbox counts as missing: it must be ticked. */
export function isMissing(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === false ||
    (typeof value === 'string' && value.trim() === '') ||
    (Array.isArray(value) && value.length === 0)
  )
}
