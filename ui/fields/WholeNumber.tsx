import type { ReactNode } from 'react'
import { useDraftText } from './draft-text.ts'
import { ariaOf, textOutput, type FieldKind, type InputProps } from './kind.ts'
import { grouped, readWholeNumber, type NumberRange } from './whole-number-input.ts'

function WholeNumberInput(props: InputProps<number | null> & { range: NumberRange }): ReactNode {
  const draft = useDraftText(
    props,
    (value) => (value === null ? '' : grouped(value)),
    (text) => readWholeNumber(text, props.range),
  )
  return (
    <span className="with-unit">
      <input
        className="input"
        data-width="narrow"
        data-align="end"
        id={props.id}
        name={props.name}
        value={draft.text}
        onChange={(event) => draft.onChange(event.target.value)}
        onBlur={draft.onBlur}
        disabled={props.disabled}
        inputMode={props.range.minimum < 0 ? 'text' : 'numeric'}
        autoComplete="off"
        {...ariaOf(props)}
      />
      <span className="unit">{props.range.unit}</span>
    </span>
  )
}

/** A whole number with its unit: `wholeNumberOf({ unit: '人', minimum: 0, maximum: 9999 })`. `null` when empty. */
export function wholeNumberOf(range: NumberRange): FieldKind<number | null> {
  const toText = (value: number | null) => (value === null ? '' : `${grouped(value)}${range.unit}`)
  return {
    Input: (props) => <WholeNumberInput {...props} range={range} />,
    Output: textOutput(toText),
    toText,
  }
}
