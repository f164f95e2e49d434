import { useEffect, useRef, type ReactNode } from 'react'
import { useField, type DeepKeys, type DeepValue } from '@tanstack/react-form'
import { FieldFrame } from '../fields/FieldFrame.tsx'
import type { FieldKind } from '../fields/kind.ts'
import { Badge } from '../layout/Badge.tsx'
import { sameValue, valueAt } from './changes.ts'
import { fieldId, useEditForm, type FieldEntry } from './edit-form-context.ts'
import { titleOf } from './schema-labels.ts'

type FieldProps<Name, Value> = {
  readonly name: Name
  readonly kind: FieldKind<Value>
  /** Left out, the contract's `.meta({ title })` is used. */
  readonly label?: string
  readonly hint?: string
  readonly required?: boolean
  readonly disabled?: boolean
}

/** `Field` as an `EditForm<T>` lends it: the name must be a path of the values, the kind must hold that value's type. */
export type FieldOf<T> = <Name extends DeepKeys<T>>(props: FieldProps<Name, DeepValue<T, Name>>) => ReactNode

/** One field of an `EditForm`: label, control, error, and what it was before when it is changed. */
export function Field<V>(props: FieldProps<string, V>): ReactNode {
  const { form, formId, schema, base, errors, unreadable, register, onEdited, onUnreadable } = useEditForm()
  const { name, kind } = props
  const field = useField({ form, name })
  const id = fieldId(formId, name)
  const label = props.label ?? (schema && titleOf(schema, name)) ?? name
  const value = field.state.value as V

  // A kind may be made while rendering (`selectOf(options)`); a new one each time must not register anew each time.
  const latestKind = useRef(kind)
  useEffect(() => {
    latestKind.current = kind
  })
  const asks: FieldEntry['asks'] = kind.asks ?? '入力'
  useEffect(() => {
    const entry = {
      name,
      label,
      id,
      toText: (one: unknown) => (one === undefined ? '' : latestKind.current.toText(one as V)),
      required: props.required === true,
      asks,
    }
    register({ ...entry, shown: true })
    return () => register({ ...entry, shown: false })
  }, [register, name, label, id, asks, props.required])

  const before = base === null ? undefined : valueAt(base, name)
  const changed = base !== null && !sameValue(before, value)
  const unread = field.state.meta.isBlurred ? unreadable.get(name) : undefined
  return (
    <FieldFrame
      id={id}
      name={name}
      label={label}
      kind={kind}
      value={value}
      onChange={(next) => {
        if (!Object.is(next, value)) {
          field.handleChange(next)
          onEdited(name)
        }
      }}
      onBlur={field.handleBlur}
      onUnreadable={(message) => onUnreadable(name, message)}
      hint={props.hint}
      error={errors.get(name) ?? unread}
      required={props.required}
      disabled={props.disabled}
      changed={changed || undefined}
      mark={changed && <Badge tone="changed">変更</Badge>}
      below={
        changed && (
          <>
            変更前：<del>{kind.toText(before as V) || '（空欄）'}</del>
          </>
        )
      }
    />
  )
}
