import type { ReactNode } from 'react'
import { Button } from '@open-bcl/ui/layout/Button.tsx'

/** How many rows of a list are chosen, and what may be done with them. */
export function Selecting(props: {
  count: number
  all: number
  onAll: () => void
  onNone: () => void
  children: ReactNode
}): ReactNode {
  return (
    <div className="button-row" role="group" aria-label="選んだ行の操作">
      <span role="status">
        {props.all}件のうち{props.count}件を選択
      </span>
      <Button size="small" onClick={props.onAll}>
        表の全部を選ぶ
      </Button>
      <Button size="small" onClick={props.onNone}>
        選択を外す
      </Button>
      {props.children}
    </div>
  )
}
