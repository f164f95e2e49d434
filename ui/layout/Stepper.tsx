import type { ReactNode } from 'react'

/** The steps of a procedure and where it stands. Steps before `current` are done; equal to the length: all done. */
export function Stepper(props: { label: string; steps: readonly string[]; current: number }): ReactNode {
  return (
    <ol className="stepper" aria-label={props.label}>
      {props.steps.map((step, index) => {
        const state = index < props.current ? 'done' : index === props.current ? 'current' : 'waiting'
        return (
          <li key={step} data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
            <span className="step-number" aria-hidden="true">
              {state === 'done' ? '✓' : index + 1}
            </span>
            <span>
              {step}
              {state === 'done' && <span className="visually-hidden">（完了）</span>}
            </span>
          </li>
        )
      })}
    </ol>
  )
}
