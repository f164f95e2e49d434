import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import type { CaseOf } from './cases-text.ts'

/** 次の予定日, and that it is past. */
export function NextDate({ one }: { one: Pick<CaseOf, 'nextOn' | 'late' | 'state'> }): ReactNode {
  if (one.state === 'closed') return <Badge tone="neutral">終了</Badge>
  if (one.nextOn === null) return <Badge tone="warning">予定なし</Badge>
  return (
    <>
      <WarekiDate.Output value={one.nextOn as PlainDate} />
      {one.late && <Badge tone="error">過ぎています</Badge>}
    </>
  )
}
