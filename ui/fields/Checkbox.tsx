import type { ReactNode } from 'react'
import { ariaOf, textOutput, type FieldKind, type InputProps } from './kind.ts'

function CheckboxInput(props: InputProps<boolean> & { words: string }): ReactNode {
  return (
    <label className="choice">
      <input
        type="checkbox"
        id={props.id}
        name={props.name}
        checked={props.value}
        onChange={(event) => props.onChange(event.target.checked)}
        onBlur={props.onBlur}
        disabled={props.disabled}
        {...ariaOf(props)}
      />
      <span>
        {props.words}
        {props.required && <span className="required-mark">　必須</span>}
      </span>
    </label>
  )
}

/**
 * One box with its sentence beside it (「同意する」). `yes` and `no` are its words in lists: 「該当」「非該当」.
 */
export function checkboxOf(words: string, yes = 'はい', no = 'いいえ'): FieldKind<boolean> {
  const toText = (value: boolean) => (value ? yes : no)
  return {
    Input: (props) => <CheckboxInput {...props} words={words} />,
    Output: textOutput(toText),
    toText,
    asks: 'チェック',
    labelling: 'own',
  }
}
