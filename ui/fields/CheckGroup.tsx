import type { ReactNode } from 'react'
import { textOutput, type FieldKind, type InputProps } from './kind.ts'
import { labelOf, type Option } from './options.ts'

function CheckGroupInput(
  props: InputProps<readonly string[]> & { options: readonly Option<string>[]; direction: 'row' | 'column' },
): ReactNode {
  function toggle(value: string, ticked: boolean): void {
    // In the order of the choices, so that ticking and unticking leaves no change behind.
    const chosen = props.options.map((option) => option.value)
    props.onChange(chosen.filter((one) => (one === value ? ticked : props.value.includes(one))))
  }
  return (
    <div className="choices" data-direction={props.direction} id={props.id}>
      {props.options.map((option) => (
        <label className="choice" key={option.value}>
          <input
            type="checkbox"
            name={props.name}
            value={option.value}
            checked={props.value.includes(option.value)}
            onChange={(event) => toggle(option.value, event.target.checked)}
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

/** Any number of choices, kept in the order of the choices. */
export function checkGroupOf<V extends string>(
  options: readonly Option<V>[],
  direction: 'row' | 'column' = 'row',
): FieldKind<readonly V[]> {
  const toText = (value: readonly V[]) => value.map((one) => labelOf(options, one)).join('、')
  return {
    Input: (props) => (
      <CheckGroupInput
        {...props}
        onChange={(value) => props.onChange(value as readonly V[])}
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
