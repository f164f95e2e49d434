import type { ReactNode } from 'react'
import { itemKinds } from '@open-bcl/modules/field/field.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { isUnsent, type SyncState } from './sync.ts'
import type { Entry, Vault } from './vault.ts'

const kindText = (entry: Entry): string => itemKinds.find((one) => one.value === entry.kind)?.label ?? ''

/** Always in sight: how much waits, since when, and a button. */
export function UnsentLine(props: {
  entries: readonly Entry[]
  syncing: SyncState
  onSend: () => void
}): ReactNode {
  const { syncing } = props
  const waiting = props.entries.filter(isUnsent)
  const oldest = waiting[0]
  return (
    <div className="field-unsent" data-waiting={waiting.length > 0 || undefined}>
      <p role="status">
        <strong>{waiting.length === 0 ? '未送信はありません' : `未送信 ${waiting.length}件`}</strong>
        {oldest && `　最も古いもの ${instantText(oldest.at)}`}
        {syncing.busy ? '　送信中…' : syncing.said === '' ? '' : `　${syncing.said}`}
      </p>
      {waiting.length > 0 && (
        <Button size="small" busy={syncing.busy} onClick={props.onSend}>
          今すぐ送る
        </Button>
      )}
    </div>
  )
}

const tellTones = {
  parked: 'warning',
  conflict: 'warning',
  problem: 'error',
  queued: 'information',
  draft: 'neutral',
  sent: 'success',
} as const
const tellWords = {
  parked: '役場で確認',
  conflict: '調査票が重複',
  problem: '送れません',
  queued: '未送信',
  draft: '記入中',
  sent: '送信済み',
} as const

/** Everything the phone holds, and what became of what it sent. */
export function UnsentList(props: {
  entries: readonly Entry[]
  vault: Vault
  taskNo: (taskId: string) => string
}): ReactNode {
  if (props.entries.length === 0) return <p>この端末に残っているものはありません。</p>
  return (
    <ul className="field-entries">
      {props.entries.map((entry) => (
        <li key={entry.seq}>
          <p>
            <Badge tone={tellTones[entry.state]}>{tellWords[entry.state]}</Badge> {kindText(entry)}
            {'　'}
            {props.taskNo(entry.taskId)}
          </p>
          <p className="quiet">{instantText(entry.at)}</p>
          {entry.said !== '' && <p>{entry.said}</p>}
          {entry.state === 'problem' && (
            <Button size="small" onClick={() => void props.vault.mark(entry, 'queued', '')}>
              もう一度送る
            </Button>
          )}
          {(entry.state === 'parked' || entry.state === 'conflict') && (
            <Button size="small" onClick={() => void props.vault.forget(entry)}>
              確認しました
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}
