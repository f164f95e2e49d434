import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import {
  createLoopback,
  escapeHtml,
  listenLoopback,
  page,
  runSimulator,
  type Simulator,
} from '../loopback.ts'

export type MailOptions = {
  /** Default 8098; 0 = any free port. */
  readonly smtpPort?: number
  /** Default 8099; 0 = any free port. */
  readonly port?: number
  readonly now?: () => Date
}

/** One mail that left the product and would have reached somebody. */
export type CaughtMail = {
  readonly id: string
  /** ISO 8601 UTC. */
  readonly receivedAt: string
  /** Envelope addresses: where it would really have gone, whatever its headers say. */
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  /** Plain text; of a mail with HTML alone, its source. */
  readonly text: string
  readonly attachments: readonly {
    readonly filename: string
    readonly mimeType: string
    readonly bytes: number
  }[]
}

export type MailSimulator = Simulator & {
  /** `smtp://127.0.0.1:port` */
  readonly smtpUrl: string
}

const keptMails = 500
const maxMailBytes = 10 * 1024 * 1024

/** Starts an SMTP sink and its inbox page (`/`, JSON at `/api/messages`, newest first). Nothing is ever passed on. */
export async function start(options: MailOptions = {}): Promise<MailSimulator> {
  const now = options.now ?? (() => new Date())
  let mails: readonly CaughtMail[] = []

  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: maxMailBytes,
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      let length = 0
      stream.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length <= maxMailBytes) chunks.push(chunk)
      })
      stream.once('end', () => {
        if (stream.sizeExceeded) {
          callback(Object.assign(new Error('message too large'), { responseCode: 552 }))
          return
        }
        const envelope = {
          from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
          to: session.envelope.rcptTo.map((recipient) => recipient.address),
        }
        readMail(Buffer.concat(chunks), envelope, now()).then(
          (mail) => {
            mails = [mail, ...mails].slice(0, keptMails)
            callback()
          },
          () => callback(Object.assign(new Error('not a mail'), { responseCode: 554 })),
        )
      })
    },
  })
  // A client that hangs up in the middle is no reason to end.
  smtp.on('error', () => {})
  const listener = smtp.listen(options.smtpPort ?? 8098, '127.0.0.1')
  await once(listener, 'listening')

  const app = createLoopback({ port: options.port ?? 8099 })
  app.get('/readyz', async () => ({ status: 'ready', mails: mails.length }))
  app.get('/api/messages', async () => ({ messages: mails }))
  app.post('/api/clear', async () => {
    mails = []
    return { messages: mails }
  })
  app.get('/', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page('メール受信箱', inbox(mails))),
  )
  app.get<{ Params: { id: string } }>('/messages/:id', async (request, reply) => {
    const mail = mails.find(({ id }) => id === request.params.id)
    if (!mail) return reply.code(404).send({ error: 'そのメールはありません。' })
    return reply.type('text/html; charset=utf-8').send(page(mail.subject || '（件名なし）', letter(mail)))
  })
  const web = await listenLoopback(app, options.port ?? 8099)
  return {
    url: web.url,
    smtpUrl: `smtp://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    close: async () => {
      await web.close()
      await new Promise<void>((resolve) => smtp.close(() => resolve()))
    },
  }
}

async function readMail(
  raw: Buffer,
  envelope: { readonly from: string; readonly to: readonly string[] },
  receivedAt: Date,
): Promise<CaughtMail> {
  const mail = await PostalMime.parse(raw)
  return {
    id: randomUUID(),
    receivedAt: receivedAt.toISOString(),
    ...envelope,
    subject: mail.subject ?? '',
    text: mail.text ?? mail.html ?? '',
    attachments: mail.attachments.map((attachment) => ({
      filename: attachment.filename ?? '',
      mimeType: attachment.mimeType,
      bytes:
        typeof attachment.content === 'string'
          ? Buffer.byteLength(attachment.content)
          : attachment.content.byteLength,
    })),
  }
}

function inbox(mails: readonly CaughtMail[]): string {
  if (mails.length === 0) return '<p>メールはまだありません。</p>'
  const rows = mails.map(
    (mail) =>
      `<tr><td>${japanTime(mail.receivedAt)}<td>${escapeHtml(mail.to.join(', '))}<td><a href="/messages/${mail.id}">${escapeHtml(mail.subject || '（件名なし）')}</a>`,
  )
  return `<table><thead><tr><th>受信<th>宛先<th>件名</thead><tbody>${rows.join('\n')}</tbody></table>`
}

function letter(mail: CaughtMail): string {
  const attachments = mail.attachments.map(
    (attachment) =>
      `<li>${escapeHtml(attachment.filename || '名前なし')}（${escapeHtml(attachment.mimeType)}、${attachment.bytes}バイト）`,
  )
  return `<p><a href="/">受信箱へ戻る</a>
<table><tr><th>受信<td>${japanTime(mail.receivedAt)}<tr><th>差出人<td>${escapeHtml(mail.from)}<tr><th>宛先<td>${escapeHtml(mail.to.join(', '))}</table>
<pre>${escapeHtml(mail.text)}</pre>
${attachments.length > 0 ? `<h2>添付</h2><ul>${attachments.join('')}</ul>` : ''}`
}

function japanTime(instant: string): string {
  return new Date(instant).toLocaleString('ja-JP', { timeZone: 'Asia/Tokyo' })
}

if (import.meta.main) {
  await runSimulator('メール受信箱', () =>
    start({
      smtpPort: Number(process.env['OPEN_BCL_SMTP_PORT'] ?? 8098),
      port: Number(process.env['OPEN_BCL_MAIL_PORT'] ?? 8099),
    }),
  )
}
