import type { Brand } from '@open-bcl/core/brand.ts'

export type NoticeId = Brand<string, 'NoticeId'>

/** What a module above asks to be told to somebody. */
export type NoticeRequest = {
  /** The module's own word for the kind of notice. */
  readonly kind: string
  /** What it is about: identifiers only. */
  readonly subjectId: string
  readonly to: string
  readonly subject: string
  /** No place and no name: a mail is read by whoever shares the mailbox. */
  readonly text: string
}

/** `practice`: written while practising, and meant for nobody. */
export type NoticeState = 'waiting' | 'sent' | 'failed' | 'practice'

/** In place of the relay's answer: no relay was asked. */
export const PRACTICE_CODE = 'practice'

export type Notice = {
  readonly noticeId: NoticeId
  readonly kind: string
  readonly state: NoticeState
  readonly requestedAt: Date
  readonly sentAt: Date | null
}
