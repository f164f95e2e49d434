import { useId, type ReactNode } from 'react'
import { grouped } from '../fields/whole-number-input.ts'

/** How far long work has come: `done` of `total` things; without `total`, that it is under way. */
export function Progress(props: { label: string; done?: number; total?: number; unit?: string }): ReactNode {
  const id = useId()
  const { done, total, unit = '件' } = props
  if (done === undefined || total === undefined) {
    return (
      <p className="waiting" role="status">
        {props.label}
      </p>
    )
  }
  return (
    <div>
      <label htmlFor={id}>{`${props.label}：${grouped(done)}${unit}／${grouped(total)}${unit}`}</label>
      <progress className="progress-bar" id={id} value={done} max={Math.max(total, 1)} />
    </div>
  )
}
