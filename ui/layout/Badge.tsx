import type { ReactNode } from 'react'

/** A short state in words; the colour only repeats what the words say. */
export function Badge(props: {
  children: string
  tone?: 'neutral' | 'information' | 'success' | 'warning' | 'error' | 'changed'
}): ReactNode {
  return (
    <span className="badge" data-tone={props.tone ?? 'neutral'}>
      {props.children}
    </span>
  )
}
