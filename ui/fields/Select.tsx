import type { ReactNode } from 'react'
import { ariaOf, textOutput, type FieldKind, type InputProps } from './kind.ts'
import { labelOf, type Option } from './options.ts'

function SelectInput(
  props: InputProps<string | null> & { options: readonly Option<string>[]; emptyLabel: string },
): ReactNode {
  return (
    <span className="select-frame">
      <select
        className="input"
        id={props.id}
        name={props.name}
        value={props.value ?? ''}
        onChange={(event) => props.onChange(event.target.value === '' ? null : event.target.value)}
        onBlur={props.onBlur}
        disabled={props.disabled}
        {...ariaOf(props)}
      >
        <option value="">{props.emptyLabel}</option>
        {props.options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
    </span>
  )
}

/** One of many. `null` when none is chosen; `emptyLabel` names that choice. */
export function selectOf<V extends string>(
  options: readonly Option<V>[],
  emptyLabel = '選択してください',
): FieldKind<V | null> {
  const toText = (value: V | null) => labelOf(options, value)
  return {
    Input: (props) => (
      <SelectInput
        {...props}
        // A native select only gives back one of the values listed above it.
        onChange={(value) => props.onChange(value as V | null)}
        options={options}
        emptyLabel={emptyLabel}
      />
    ),
    Output: textOutput(toText),
    toText,
    asks: '選択',
  }
}
