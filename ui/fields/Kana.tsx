import { useState, type ReactNode } from 'react'
import { isKatakana, toKatakana } from './kana-input.ts'
import { ariaOf, textOutput, type FieldKind, type InputProps } from './kind.ts'

/** Folds on leaving the field, never while an IME is composing. */
function KanaInput(props: InputProps<string>): ReactNode {
  const [draft, setDraft] = useState<string | null>(null)
  function understand(text: string): void {
    const kana = toKatakana(text)
    props.onUnreadable?.(isKatakana(kana) ? null : '全角カタカナで入力してください')
    props.onChange(kana)
  }
  return (
    <input
      className="input"
      data-width="wide"
      id={props.id}
      name={props.name}
      value={draft ?? props.value}
      onChange={(event) => {
        setDraft(event.target.value)
        understand(event.target.value)
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

/** フリガナ: may be typed in hiragana or half width, kept as full-width katakana. */
export const Kana: FieldKind<string> = {
  Input: (props) => <KanaInput {...props} />,
  Output: textOutput((value) => value),
  toText: (value) => value,
  hint: 'ひらがなで入力してもカタカナになります',
}
