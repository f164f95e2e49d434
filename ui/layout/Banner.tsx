import type { ReactNode } from 'react'

const marks = {
  information: 'お知らせ',
  success: '完了',
  warning: '注意',
  error: 'エラー',
  suppression: '警告',
} as const

/**
 * A message across the page. `suppression` is the 警告帯 of 支援措置・提供抑止: it says that showing or handing out
 * what stands below needs care, and must stay in sight, so it cannot be closed.
 */
export function Banner(props: {
  tone: keyof typeof marks
  title: string
  children?: ReactNode
  /** Read out at once when it appears after an action. */
  announce?: boolean
}): ReactNode {
  return (
    <div className="banner" data-tone={props.tone} role={props.announce ? 'status' : 'note'}>
      <span className="banner-mark">【{marks[props.tone]}】</span>
      <p className="banner-title">{props.title}</p>
      {props.children && <div className="banner-body">{props.children}</div>}
    </div>
  )
}
