import { useEffect, useRef, type ReactNode } from 'react'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { asProblem } from './api-problem.ts'

/** Refusals that end when the person signs in again; a wrong password is a 401 too, but not one of these. */
const sessionEnded = ['platform/not-signed-in', 'ui/signed-out']

/** One line of an error summary; `fieldId` links it to the control to mend, `null` when there is none on the page. */
export type SummaryLine = { readonly message: string; readonly fieldId: string | null }

/** The two sentences of any failure: what happened, and what the person can do now. */
export function wordsOf(error: unknown): { title: string; detail: string; reference: string } {
  const problem = asProblem(error)
  return { title: problem.title, detail: problem.detail, reference: problem.traceId }
}

/** Field errors in words, for places without fields (an import, a button). */
export function plainLines(errors: readonly FieldError[]): SummaryLine[] {
  return errors.map(({ pointer, message }) => ({
    message: pointer.startsWith('line:')
      ? `${pointer.slice('line:'.length).replace('/', '行目　')}：${message}`
      : message,
    fieldId: null,
  }))
}

/**
 * The one place where a problem becomes words. Takes the focus when it appears or changes, so that everybody meets it,
 * and links each line to its field.
 */
export function ErrorSummary(props: {
  /** What was thrown; or give `title` and `lines` alone for errors found before sending. */
  error?: unknown
  title?: string
  lines?: readonly SummaryLine[]
  /** 再読み込みなど, below the words. */
  actions?: ReactNode
}): ReactNode {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    box.current?.focus()
  }, [props.error, props.lines])

  const problem = props.error === undefined ? null : asProblem(props.error)
  const lines = props.lines ?? plainLines(problem?.errors ?? [])
  return (
    <div ref={box} className="error-summary" role="alert" tabIndex={-1}>
      <h2>{props.title ?? problem?.title}</h2>
      {problem && <p>{problem.detail}</p>}
      {problem && sessionEnded.includes(problem.code) && (
        <p>
          <a href="/sign-in" target="_blank" rel="opener">
            新しいタブでログインする
          </a>
        </p>
      )}
      {lines.length > 0 && (
        <ul>
          {lines.map((line, index) => (
            <li key={index}>
              {line.fieldId === null ? (
                line.message
              ) : (
                <a href={`#${line.fieldId}`} onClick={(event) => focusField(event, line.fieldId)}>
                  {line.message}
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
      {props.actions}
      {problem && problem.traceId !== '' && <p className="small quiet">問い合わせ番号：{problem.traceId}</p>}
    </div>
  )
}

/** A group of choices has no control of its own: the first choice takes the focus. */
function focusField(event: { preventDefault: () => void }, fieldId: string | null): void {
  const target = fieldId === null ? null : document.getElementById(fieldId)
  if (!target) return
  event.preventDefault()
  const control = target.matches('input, select, textarea, button')
    ? target
    : target.querySelector<HTMLElement>('input')
  control?.focus()
  target.scrollIntoView({ block: 'center' })
}
