import type { ReactNode } from 'react'

/** Longer names wrap: one of 110 letters must not push everything else off the screen. */
const longestUnbroken = 16

/** A name or its kana in a table: 太郎 is not torn into 太 and 郎. */
export function NameText(props: { name: string }): ReactNode {
  return (
    <span style={props.name.length <= longestUnbroken ? { whiteSpace: 'nowrap' } : undefined}>
      {props.name}
    </span>
  )
}
