import type { Brand } from '@open-bcl/core/brand.ts'

export type NoticeId = Brand<string, 'NoticeId'>

/** One mail: what goes to the relay. Never logged, never in a job's payload. */
export type Mail = {
  /** Name of the municipality beside the sending address. */
  readonly fromName: string
  readonly to: string
  readonly subject: string
  readonly text: string
  /** The same for every try of one notice, so that a relay or reader can drop a repeat. */
  readonly messageId: string
}

/** How mail leaves. `refused`: the relay said no for good (unknown recipient); anything passing throws and is tried again. */
export type Mailer = {
  send(mail: Mail): Promise<{ readonly kind: 'sent' } | { readonly kind: 'refused'; readonly code: string }>
}

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

export type NoticeState = 'waiting' | 'sent' | 'failed'

export type Notice = {
  readonly noticeId: NoticeId
  readonly kind: string
  readonly state: NoticeState
  readonly requestedAt: Date
  readonly sentAt: Date | null
}
