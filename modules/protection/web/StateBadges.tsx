import type { ReactNode } from 'react'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { states, type State } from '../protection.ts'

const waitingWords = {
  measure: '決定待ち',
  release: '解除の決定待ち',
  lift: '一時解除の決定待ち',
} as const
const tones = { provisional: 'error', 'in-force': 'error', refused: 'neutral', released: 'neutral' } as const

/** How a measure stands, in words and not by colour alone. */
export function StateBadges(props: {
  one: {
    readonly state: State
    readonly due: 'overdue' | 'renewal' | null
    readonly waiting: { readonly what: keyof typeof waitingWords } | null
    readonly liftedUntil: string | null
  }
}): ReactNode {
  const { state, due, waiting, liftedUntil } = props.one
  return (
    <>
      <Badge tone={tones[state]}>{labelOf(states, state)}</Badge>{' '}
      {waiting && waiting.what !== 'measure' && <Badge tone="warning">{waitingWords[waiting.what]}</Badge>}{' '}
      {due && <Badge tone="warning">{due === 'overdue' ? '期限を過ぎています' : '1か月以内に期限'}</Badge>}{' '}
      {liftedUntil && <Badge tone="warning">{`一時解除中（${instantText(liftedUntil)}まで）`}</Badge>}
    </>
  )
}
