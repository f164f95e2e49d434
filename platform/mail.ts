import { createTransport } from 'nodemailer'

/** One mail: what goes to the relay. Never logged, never in a job's payload. */
export type Mail = {
  /** Who sends, in words, beside the sending address: a municipality, the centre. */
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

/** A mail waits for a relay no longer than this at each step, ms: its notice's row is held meanwhile. */
const PATIENCE_MS = 20_000

/**
 * Mail through an SMTP relay.
 * @param smtpUrl `smtp://user:password@relay:587`, `smtps://…`
 * @param fromAddress address mail is sent from; answers to it are not read
 */
export function openMailer(smtpUrl: string, fromAddress: string): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = fromAddress.slice(fromAddress.lastIndexOf('@') + 1)
  return {
    async send({ fromName, to, subject, text, messageId }) {
      try {
        await transport.sendMail({
          from: { name: fromName, address: fromAddress },
          to: { name: '', address: to },
          subject,
          text,
          messageId: `<${messageId}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
        return { kind: 'sent' }
      } catch (error) {
        // Only a refusal of this recipient is for good; a relay that refuses us (login, sender) is to be mended.
        const { command, responseCode } = error as { command?: unknown; responseCode?: unknown }
        if (command === 'RCPT TO' && typeof responseCode === 'number' && responseCode >= 500) {
          return { kind: 'refused', code: String(responseCode) }
        }
        // The relay's words quote the recipient: only that it failed may go on.
        throw new MailNotAccepted()
      }
    },
  }
}

class MailNotAccepted extends Error {
  constructor() {
    super('the relay did not take the mail')
    this.name = 'MailNotAccepted'
  }
}
