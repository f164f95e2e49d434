import type { ReactNode } from 'react'
import { ariaOf, textOutput, type FieldKind, type InputProps } from './kind.ts'

/** How a line of text is typed. Lengths count UTF-16 units: the server counts characters and says so. */
export type TextOptions = {
  readonly maxLength?: number
  readonly width?: 'narrow' | 'middle' | 'wide'
  readonly inputMode?: 'text' | 'numeric' | 'tel' | 'email' | 'url' | 'search'
  readonly type?: 'text' | 'password' | 'email' | 'search'
  readonly autoComplete?: string
  readonly hint?: string
}

function TextInput(props: InputProps<string> & { options: TextOptions }): ReactNode {
  const { options } = props
  return (
    <input
      className="input"
      id={props.id}
      name={props.name}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
      onBlur={props.onBlur}
      disabled={props.disabled}
      data-width={options.width}
      type={options.type ?? 'text'}
      inputMode={options.inputMode}
      maxLength={options.maxLength}
      autoComplete={options.autoComplete ?? 'off'}
      {...ariaOf(props)}
    />
  )
}

/** A line of text with its own width, keyboard or length. */
export function textWith(options: TextOptions): FieldKind<string> {
  const toText = (value: string) =>
    options.type === 'password' && value !== '' ? '（入力あり。表示しません）' : value
  return {
    Input: (props) => <TextInput {...props} options={options} />,
    Output: textOutput(toText),
    toText,
    ...(options.hint === undefined ? {} : { hint: options.hint }),
  }
}

/** A line of text; empty when nothing was typed. `orNull(Text)` for values that may be absent. */
export const Text = textWith({ width: 'wide' })
