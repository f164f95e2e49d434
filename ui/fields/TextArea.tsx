import type { ReactNode } from 'react'
import { ariaOf, noValue, type FieldKind, type InputProps } from './kind.ts'

function TextAreaInput(props: InputProps<string>): ReactNode {
  return (
    <textarea
      className="input"
      id={props.id}
      name={props.name}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
      onBlur={props.onBlur}
      disabled={props.disabled}
      rows={4}
      {...ariaOf(props)}
    />
  )
}

function TextLines(props: { value: string }): ReactNode {
  return props.value === ''
    ? noValue
    : props.value.split('\n').map((line, index) => <div key={index}>{line || '\u00a0'}</div>)
}

/** Several lines of text. */
export const TextArea: FieldKind<string> = {
  Input: (props) => <TextAreaInput {...props} />,
  Output: (props) => <TextLines {...props} />,
  toText: (value) => value,
}
