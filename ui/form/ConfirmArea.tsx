import { useId, type ReactNode } from 'react'
import { Button } from '../layout/Button.tsx'
import type { Change } from './changes.ts'

const words = {
  edit: {
    heading: '変更内容の確認',
    tick: '変更内容を確認しました',
    nothing: '変更した項目はまだありません。',
    submit: '更新',
  },
  new: {
    heading: '入力内容の確認',
    tick: '入力内容を確認しました',
    nothing: 'まだ入力がありません。',
    submit: '登録',
  },
} as const

/** 変更事項の確認 (J-LIS 被災者支援システム): the list of changes, the tick box, and the button it arms. */
export function ConfirmArea(props: {
  mode: 'new' | 'edit'
  changes: readonly Change[]
  ticked: boolean
  onTick: (ticked: boolean) => void
  sending: boolean
  submitLabel: string | undefined
  cancel: ReactNode
}): ReactNode {
  const id = useId()
  const { mode, changes } = props
  const { heading, tick, nothing, submit } = words[mode]
  const label = props.submitLabel ?? submit
  const reason = unavailable()
  function unavailable(): string | null {
    if (props.sending) return '送信しています。そのままお待ちください。'
    if (mode === 'edit' && changes.length === 0) return `変更した項目がないため、「${label}」は押せません。`
    if (!props.ticked) return `「${tick}」にチェックを入れると、「${label}」を押せます。`
    return null
  }
  return (
    <section className="confirm-area" aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>{heading}</h2>
      {changes.length === 0 ? (
        <p className="quiet">{nothing}</p>
      ) : (
        <ul className="change-list">
          {changes.map((change) => (
            <li key={change.name}>
              <span className="change-name">{change.label}</span>
              {mode === 'new' ? (
                <span>{change.after}</span>
              ) : (
                <span className="change-values">
                  <del>
                    <span className="visually-hidden">変更前：</span>
                    {change.before || '（空欄）'}
                  </del>
                  <span aria-hidden="true">→</span>
                  <ins>
                    <span className="visually-hidden">変更後：</span>
                    {change.after || '（空欄）'}
                  </ins>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      <label className="choice confirm-tick">
        <input
          type="checkbox"
          checked={props.ticked}
          onChange={(event) => props.onTick(event.target.checked)}
        />
        <span>{tick}</span>
      </label>
      <div className="button-row">
        <Button type="submit" look="solid" unavailable={reason} reasonId={`${id}-reason`}>
          {label}
        </Button>
        {props.cancel}
      </div>
      <p className="reason" id={`${id}-reason`} aria-live="polite">
        {reason}
      </p>
    </section>
  )
}
