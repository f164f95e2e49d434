import type { ReactNode } from 'react'
import type { FieldKind } from './kind.ts'
import { useId, useState } from 'react'
import { useFault } from './faults.tsx'

/** Label, hint, control, error: the same for every field. */
export type FrameProps<V> = {
  readonly id: string
  readonly name: string
  readonly label: string
  readonly kind: FieldKind<V>
  readonly value: V
  readonly onChange: (value: V) => void
  readonly onBlur?: (() => void) | undefined
  readonly onUnreadable?: ((message: string | null) => void) | undefined
  readonly hint?: string | undefined
  readonly error?: string | null | undefined
  readonly required?: boolean | undefined
  readonly disabled?: boolean | undefined
  /** Badge beside the label, 「変更」. */
  readonly mark?: ReactNode
  /** Below the control: the value before the change. */
  readonly below?: ReactNode
  readonly changed?: boolean | undefined
}

/** Draws one field. Inside an `EditForm` use `Field`; alone, on a search form, use `LooseField`. */
export function FieldFrame<V>(props: FrameProps<V>): ReactNode {
  const { id, kind } = props
  const hint = props.hint ?? kind.hint
  const describedBy =
    [hint && `${id}-hint`, props.error && `${id}-error`, props.below && `${id}-before`]
      .filter(Boolean)
      .join(' ') || undefined
  const control = kind.Input({
    id,
    name: props.name,
    value: props.value,
    onChange: props.onChange,
    onBlur: props.onBlur,
    onUnreadable: props.onUnreadable,
    describedBy: kind.labelling === 'group' ? undefined : describedBy,
    invalid: Boolean(props.error),
    required: props.required,
    disabled: props.disabled,
  })
  const words = (
    <>
      {props.label}
      {props.required && <span className="required-mark">　必須</span>}
    </>
  )
  const around = (
    <>
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {control}
      {props.error && (
        <p className="field-error" id={`${id}-error`}>
          {props.error}
        </p>
      )}
      {props.below && (
        <p className="field-before" id={`${id}-before`}>
          {props.below}
        </p>
      )}
    </>
  )
  if (kind.labelling === 'group') {
    return (
      <fieldset className="field" data-changed={props.changed} aria-describedby={describedBy}>
        <legend className="field-head">
          <span className="field-label">{words}</span> {props.mark}
        </legend>
        {around}
      </fieldset>
    )
  }
  return (
    <div className="field" data-changed={props.changed}>
      {(kind.labelling !== 'own' || props.mark) && (
        <div className="field-head">
          {kind.labelling !== 'own' && (
            <label className="field-label" htmlFor={id}>
              {words}
            </label>
          )}
          {props.mark}
        </div>
      )}
      {around}
    </div>
  )
}

/** A field outside an `EditForm`: search conditions, sign-in. Shows by itself when typed text cannot be read. */
export function LooseField<V>(
  props: Omit<FrameProps<V>, 'id' | 'onBlur' | 'onUnreadable'> & { id?: string },
): ReactNode {
  const made = useId()
  const [unreadable, setUnreadable] = useState<string | null>(null)
  const [left, setLeft] = useState(false)
  const fault = useFault(props.name)
  return (
    <FieldFrame
      {...props}
      id={props.id ?? fault?.id ?? made}
      onBlur={() => setLeft(true)}
      onUnreadable={setUnreadable}
      error={props.error ?? (left ? unreadable : null) ?? fault?.message ?? null}
    />
  )
}
