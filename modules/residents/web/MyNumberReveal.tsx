import { useEffect, useRef, useState, type ReactNode } from 'react'
import { call } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { revealMyNumber } from '../my-numbers.contract.ts'
import { myNumberPurposes, type MyNumberPurpose } from '../my-numbers.ts'

/** Longer than it takes to compare twelve digits twice. */
const SHOWN_MS = 60_000

const Purpose = selectOf(
  Object.entries(myNumberPurposes).map(([value, label]) => ({ value: value as MyNumberPurpose, label })),
)

type Shown = { readonly residentNo: string; readonly myNumber: string; readonly until: number }

/**
 * Asks for one person's 個人番号 and shows it for a minute. The answer is held by this component alone: not by the cache of
 * readings, where it would outlive the page.
 */
export function MyNumberReveal(props: {
  residentNo: string
  /** Above the purpose: who is meant, where that is to be typed. */
  children?: ReactNode
}): ReactNode {
  const { residentNo } = props
  const [purpose, setPurpose] = useState<MyNumberPurpose | null>(null)
  const [shown, setShown] = useState<Shown | null>(null)
  const [status, setStatus] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const said = useRef<HTMLParagraphElement>(null)
  const leaving = useRef<AbortController | null>(null)
  useEffect(() => () => leaving.current?.abort(), [])
  // The number of one person must not stand beside the 宛名番号 of another.
  const visible = shown?.residentNo === residentNo ? shown : null

  function hide(): void {
    // Whoever stood in what goes away would be at the top of the page again.
    if (document.activeElement?.closest('.secret')) said.current?.focus()
    setShown(null)
    setStatus('個人番号を隠しました。もう一度見るときは、表示し直してください。')
  }

  async function reveal(chosen: MyNumberPurpose): Promise<void> {
    const left = new AbortController()
    leaving.current = left
    setBusy(true)
    setError(null)
    setShown(null)
    setStatus('')
    try {
      const answer = await call(revealMyNumber, { residentNo, purpose: chosen }, left.signal)
      setShown({ ...answer, until: Date.now() + SHOWN_MS })
      setStatus('個人番号を表示しました。60秒後に自動で隠れます。')
    } catch (thrown) {
      if (!left.signal.aborted) setError(thrown)
    } finally {
      if (!left.signal.aborted) setBusy(false)
    }
  }

  return (
    <>
      <form
        className="form-body"
        noValidate
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault()
          if (purpose !== null && residentNo !== '' && !busy) void reveal(purpose)
        }}
      >
        {props.children}
        <LooseField
          name="myNumberPurpose"
          label="個人番号を使う事務"
          kind={Purpose}
          hint="番号法で認められた事務だけです。あなたの名前・端末・日時とともに、取扱記録に残ります"
          required
          value={purpose}
          onChange={setPurpose}
        />
        <div className="button-row">
          <Button
            type="submit"
            look="solid"
            busy={busy}
            unavailable={
              residentNo === ''
                ? '宛名番号を入力すると、表示できます。'
                : purpose === null
                  ? '事務を選ぶと、表示できます。'
                  : null
            }
          >
            個人番号を表示する
          </Button>
        </div>
      </form>
      {error !== null && <ErrorSummary error={error} />}
      <p role="status" tabIndex={-1} ref={said}>
        {status}
      </p>
      {visible && <ShownNumber key={visible.until} shown={visible} onHide={hide} />}
      <p className="small quiet">
        印刷とファイルへの保存は、まだ用意していません。画面の撮影や、用のない書き写しはしないでください。
      </p>
    </>
  )
}

/** Goes away when its minute is over, or as soon as the page is covered by another one. Never on paper. */
function ShownNumber(props: { shown: Shown; onHide: () => void }): ReactNode {
  const { residentNo, myNumber, until } = props.shown
  const [left, setLeft] = useState(SHOWN_MS / 1_000)
  const box = useRef<HTMLDivElement>(null)
  const hide = useRef(props.onHide)
  useEffect(() => {
    hide.current = props.onHide
  })
  useEffect(() => {
    box.current?.focus()
    const look = (): void => {
      const seconds = Math.ceil((until - Date.now()) / 1_000)
      if (seconds <= 0 || document.hidden) hide.current()
      else setLeft(seconds)
    }
    const ticking = window.setInterval(look, 1_000)
    const goneAway = (): void => hide.current()
    document.addEventListener('visibilitychange', look)
    // A page kept for the back button would come back with the number on it.
    window.addEventListener('pagehide', goneAway)
    return () => {
      window.clearInterval(ticking)
      document.removeEventListener('visibilitychange', look)
      window.removeEventListener('pagehide', goneAway)
    }
  }, [until])
  const groups = myNumber.match(/.{1,4}/g) ?? []
  return (
    <div className="screen-only">
      <div
        className="secret"
        ref={box}
        tabIndex={-1}
        role="group"
        aria-label={`宛名番号${residentNo}の個人番号`}
      >
        <p className="secret-figures">
          <span className="visually-hidden">{[...myNumber].join(' ')}</span>
          <span aria-hidden="true">{groups.join(' ')}</span>
        </p>
        <p className="small quiet" aria-hidden="true">{`あと${left}秒で隠れます`}</p>
        <div className="button-row">
          <Button onClick={props.onHide}>今すぐ隠す</Button>
        </div>
      </div>
    </div>
  )
}
