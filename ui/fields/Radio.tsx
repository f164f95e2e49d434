import type { ReactNode } from 'react'
import { textOutput, type FieldKind, type InputProps } from './kind.ts'
import { labelOf, type Option } from './options.ts'

function RadioInput(
  props: InputProps<string | null> & { options: readonly Option<string>[]; direction: 'row' | 'column' },
): ReactNode {
  return (
    <div className="choices" data-direction={props.direction} id={props.id}>
      {props.options.map((option) => (
        <label className="choice" key={option.value}>
          <input
            type="radio"
            name={props.name}
            value={option.value}
            checked={props.value === option.value}
            onChange={() => props.onChange(option.value)}
            onBlur={props.onBlur}
            disabled={props.disabled || option.disabled}
          />
          <span>
            {option.label}
            {option.hint && <span className="choice-hint">{option.hint}</span>}
          </span>
        </label>
      ))}
    </div>
  )
}

/** One of a few, all in sight. `null` until one is chosen. */
export function radioOf<V extends string>(
  options: readonly Option<V>[],
  direction: 'row' | 'column' = 'row',
): FieldKind<V | null> {
  const toText = (value: V | null) => labelOf(options, value)
  return {
    Input: (props) => (
      <RadioInput
        {...props}
        onChange={(value) => props.onChange(value as V | null)}
        options={options}
        direction={direction}
      />
    ),
    Output: textOutput(toText),
    toText,
    asks: '選択',
    labelling: 'group',
  }
}
