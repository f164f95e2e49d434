import { useEffect, useRef, type ReactNode } from 'react'
import { Badge } from '../layout/Badge.tsx'
import { Button } from '../layout/Button.tsx'
import { sameValue } from './changes.ts'
import type { ConflictItem } from './conflict.ts'

/** A conflict item with its words and what the form holds now. */
export type ConflictRow = ConflictItem & {
  readonly label: string
  readonly mine: unknown
  readonly toText: (value: unknown) => string
}

/** Somebody else saved first: both versions side by side. What was typed stays until the person says otherwise. */
export function ConflictPanel(props: {
  rows: readonly ConflictRow[]
  onTakeTheirs: (row: ConflictRow) => void
}): ReactNode {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    box.current?.focus()
  }, [])
  return (
    <div ref={box} className="conflict" role="alert" tabIndex={-1}>
      <h2>ほかの職員が先に更新しました</h2>
      <p>
        まだ保存されていません。入力した内容は残っています。最新の登録内容と見比べて、必要なら直し、もう一度確認して更新してください。
      </p>
      {props.rows.length > 0 && (
        <ul className="conflict-items">
          {props.rows.map((row) => (
            <li key={row.name}>
              <strong>{row.label}</strong>
              <span>
                <span className="small quiet">入力した内容</span>
                <br />
                {row.kind === 'theirs' ? '（変更なし）' : row.toText(row.mine) || '（空欄）'}
              </span>
              <span>
                <span className="small quiet">最新の登録内容</span>
                <br />
                {row.toText(row.theirs) || '（空欄）'}
              </span>
              <span>{choice(row, props.onTakeTheirs)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function choice(row: ConflictRow, onTakeTheirs: (row: ConflictRow) => void): ReactNode {
  if (row.kind === 'theirs') return '最新の登録内容を反映しました'
  if (sameValue(row.mine, row.theirs)) return <Badge tone="success">最新の登録内容</Badge>
  return (
    <Button size="small" onClick={() => onTakeTheirs(row)} label={`${row.label}を最新の登録内容にする`}>
      最新の登録内容にする
    </Button>
  )
}
