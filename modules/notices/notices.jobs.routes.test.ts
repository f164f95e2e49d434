import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { SMTPServer } from 'smtp-server'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { startJobs } from '@open-bcl/platform/jobs.ts'
import { openMailer } from '@open-bcl/platform/mail.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { listNotices, requestMail, sendNotice } from './notices.actions.ts'
import { noticesJobs } from './notices.jobs.ts'

const hida = '212172' as MunicipalityCode
const takayama = '212032' as MunicipalityCode
const ADDRESS = 'hanako.sumita@example.jp'

/** A relay that keeps what it is given; `unknown@` it refuses for good, `later@` for now. */
function startSink() {
  const mails: string[] = []
  const recipients: string[] = []
  let arrived: (() => void) | undefined
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo(address, _session, done) {
      const refusal = address.address.startsWith('unknown@')
        ? 550
        : address.address.startsWith('later@')
          ? 451
          : 0
      if (refusal === 0) return done()
      return done(Object.assign(new Error(`no such ${address.address}`), { responseCode: refusal }))
    },
    onData(stream, session, done) {
      let text = ''
      recipients.push(...session.envelope.rcptTo.map(({ address }) => address))
      stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
      stream.on('end', () => {
        mails.push(text)
        done()
        arrived?.()
      })
    },
  })
  type Sink = {
    readonly url: string
    readonly mails: string[]
    readonly recipients: string[]
    nextMail(): Promise<void>
    close(): Promise<void>
  }
  return new Promise<Sink>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.server.address() as AddressInfo
      resolve({
        url: `smtp://127.0.0.1:${port}`,
        mails,
        recipients,
        nextMail: () => new Promise((mail) => (arrived = mail)),
        close: () => new Promise((closed) => server.close(closed)),
      })
    }),
  )
}

describe('通知メール', () => {
  let cloud: TestCloud
  let sink: Awaited<ReturnType<typeof startSink>>
  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard(takayama, '高山市')
    sink = await startSink()
  })
  after(async () => {
    await sink.close()
    await cloud.close()
  })

  const mailer = () => openMailer(sink.url, 'no-reply@bcl.example.jp')
  const ask = (subjectId: string, to = ADDRESS) =>
    cloud.as(hida, (ctx) =>
      requestMail(ctx, {
        kind: 'acceptance',
        subjectId,
        to,
        subject: '受理しました',
        text: '整理番号：R8-1-00001\n',
      }),
    )
  const stateOf = (subjectId: string) =>
    cloud.as(hida, async (ctx) => (await listNotices(ctx, subjectId)).map((notice) => notice.state))

  test('the worker sends what a committed change asked for, once, however often the job runs', async () => {
    const arrival = sink.nextMail()
    const noticeId = await ask('application-1')
    const jobs = noticesJobs(mailer())
    const runner = await startJobs(cloud.runtime, cloud.database.urls.worker, jobs)
    await arrival
    await runner.stop()
    assert.deepEqual(await stateOf('application-1'), ['sent'])
    await cloud.as(hida, (ctx) => jobs[0]!.run(ctx, { noticeId }))
    await Promise.all([1, 2, 3].map(() => cloud.as(hida, (ctx) => sendNotice(ctx, mailer(), noticeId))))
    assert.equal(sink.mails.length, 1)
    const [mail] = sink.mails
    assert.match(mail!, /^To: hanako\.sumita@example\.jp/m)
    assert.match(mail!, new RegExp(`^Message-ID: <${noticeId}@bcl\\.example\\.jp>`, 'm'))
    const text = /\r\n\r\n([\s\S]+)$/.exec(mail!)![1]!.replaceAll('=\r\n', '')
    const words = mail!.includes('base64') ? Buffer.from(text, 'base64').toString('utf8') : text
    assert.ok(words.includes('R8-1-00001'))
  })

  test('three workers with one job send one mail', async () => {
    const before = sink.mails.length
    const noticeId = await ask('application-2')
    await Promise.all([1, 2, 3].map(() => cloud.as(hida, (ctx) => sendNotice(ctx, mailer(), noticeId))))
    assert.equal(sink.mails.length, before + 1)
  })

  test('a change that is rolled back sends nothing', async () => {
    await assert.rejects(
      cloud.as(hida, async (ctx) => {
        const notice = { kind: 'acceptance', subjectId: 'application-3', to: ADDRESS, subject: '', text: '' }
        await requestMail(ctx, notice)
        throw new Error('the decision failed')
      }),
    )
    assert.deepEqual(await stateOf('application-3'), [])
  })

  test('an unknown address is marked as failed; a relay that is busy is asked again', async () => {
    const unknown = await ask('application-4', 'unknown@example.jp')
    await cloud.as(hida, (ctx) => sendNotice(ctx, mailer(), unknown))
    assert.deepEqual(await stateOf('application-4'), ['failed'])
    const later = await ask('application-5', 'later@example.jp')
    await assert.rejects(
      cloud.as(hida, (ctx) => sendNotice(ctx, mailer(), later)),
      (error: Error) =>
        error.name === 'MailNotAccepted' && !/later@|example/.test(`${error.message}${error.stack}`),
    )
    assert.deepEqual(await stateOf('application-5'), ['waiting'])
  })

  test('no line break in a name, a subject, a text or an address becomes a header or a recipient', async () => {
    const evil = 'evil@example.jp'
    const crafted = `試験\r\nBcc: ${evil}\r\nX-Evil: yes\r\n\r\n<b>`
    const plain = { fromName: '飛騨市', subject: '受理', text: '本文', messageId: 'crafted' }
    const before = sink.mails.length
    await mailer().send({ ...plain, to: ADDRESS, fromName: crafted, subject: crafted, text: crafted })
    for (const to of [
      `${ADDRESS}\r\nRCPT TO:<${evil}>`,
      `${ADDRESS}>\r\nBcc: ${evil}`,
      `${ADDRESS}, ${evil}`,
      `${evil}, <${ADDRESS}>`,
      `"${evil}" <${ADDRESS}>`,
    ])
      await mailer()
        .send({ ...plain, to })
        .catch((error: Error) => assert.equal(error.name, 'MailNotAccepted'))
    assert.ok(!sink.recipients.includes(evil), sink.recipients.join(' '))
    for (const mail of sink.mails.slice(before)) {
      const headers = mail.slice(0, mail.indexOf('\r\n\r\n'))
      assert.doesNotMatch(headers, /^(?:Bcc|X-Evil|Cc):/im)
      assert.match(headers, /^Content-Type: text\/plain/m)
    }
  })

  test('another town cannot send it', async () => {
    const before = sink.mails.length
    const noticeId = await ask('application-6')
    await cloud.as(takayama, (ctx) => sendNotice(ctx, mailer(), noticeId))
    assert.equal(sink.mails.length, before)
    assert.deepEqual(await cloud.as(takayama, (ctx) => listNotices(ctx, 'application-6')), [])
  })

  test('an address is in no job payload, no log line and no clear column', async () => {
    const admin = new pg.Client({ connectionString: cloud.database.urls.admin })
    await admin.connect()
    const jobs = await admin.query('select * from graphile_worker._private_jobs')
    const notices = await admin.query('select * from notices.notice')
    await admin.end()
    assert.ok(jobs.rowCount! > 0 && notices.rowCount! > 0)
    const seen = JSON.stringify([
      jobs.rows,
      notices.rows.map((row) => ({ ...row, sealed: String(row.sealed) })),
    ])
    for (const text of [seen, ...cloud.logLines]) assert.doesNotMatch(text, /sumita|later@|unknown@/)
  })
})
