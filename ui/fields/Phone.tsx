import { useState, type ReactNode } from 'react'
import { ariaOf, textOutput, type FieldKind, type InputProps } from './kind.ts'
import { isPhone, toPhone } from './phone-input.ts'

function PhoneInput(props: InputProps<string>): ReactNode {
  const [draft, setDraft] = useState<string | null>(null)
  return (
    <input
      className="input"
      data-width="middle"
      type="tel"
      id={props.id}
      name={props.name}
      value={draft ?? props.value}
      onChange={(event) => {
        const phone = toPhone(event.target.value)
        setDraft(event.target.value)
        props.onUnreadable?.(isPhone(phone) ? null : '電話番号は0から始まる10桁または11桁で入力してください')
        props.onChange(phone)
      }}
      onBlur={() => {
        setDraft(null)
        props.onBlur?.()
      }}
      disabled={props.disabled}
      autoComplete="off"
      {...ariaOf(props)}
    />
  )
}

/** 電話番号: digits and hyphens as people write them; empty when there is none. */
export const Phone: FieldKind<string> = {
  Input: (props) => <PhoneInput {...props} />,
  Output: textOutput((value) => value),
  toText: (value) => value,
  hint: '例：0577-73-2111、09012345678',
}
