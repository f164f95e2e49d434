import { useState } from 'react'
import type { InputProps } from './kind.ts'

/** What a text was understood as. */
export type Reading<V> =
  | { readonly kind: 'value'; readonly value: V }
  | { readonly kind: 'unreadable'; readonly message: string }

type Draft<V> = { readonly text: string; readonly reading: Reading<V>; readonly of: V }

/**
 * Keeps the typed text of a control whose value is not text. The value follows each readable keystroke; the text is
 * rewritten in its usual form on leaving the field, and when the value is changed from outside.
 */
export function useDraftText<V>(
  props: InputProps<V>,
  toText: (value: V) => string,
  read: (text: string) => Reading<V>,
): {
  text: string
  reading: Reading<V>
  onChange: (text: string) => void
  onBlur: () => void
} {
  const fresh = (value: V): Draft<V> => ({
    text: toText(value),
    reading: { kind: 'value', value },
    of: value,
  })
  const [kept, setDraft] = useState<Draft<V>>(() => fresh(props.value))
  const draft = Object.is(kept.of, props.value) ? kept : fresh(props.value)
  if (draft !== kept) setDraft(draft)
  return {
    text: draft.text,
    reading: draft.reading,
    onChange: (text) => {
      const reading = read(text)
      const of = reading.kind === 'value' ? reading.value : props.value
      setDraft({ text, reading, of })
      props.onUnreadable?.(reading.kind === 'value' ? null : reading.message)
      if (reading.kind === 'value') props.onChange(reading.value)
    },
    onBlur: () => {
      if (draft.reading.kind === 'value') setDraft(fresh(draft.reading.value))
      props.onBlur?.()
    },
  }
}
