import { useId, type ReactNode } from 'react'

/** `null` = may be used. */
export function pinProblem(pin: string): string | null {
  if (!/^\d{6,12}$/.test(pin)) return '暗証番号は6桁以上の数字にしてください'
  return /^(\d)\1+$/.test(pin) || '01234567890123456789'.includes(pin)
    ? '推測されにくい暗証番号にしてください'
    : null
}

export function PinField(props: {
  label: string
  value: string
  onChange: (pin: string) => void
}): ReactNode {
  const id = useId()
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {props.label}
      </label>
      <input
        id={id}
        className="input"
        type="password"
        inputMode="numeric"
        autoComplete="off"
        maxLength={12}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </div>
  )
}
