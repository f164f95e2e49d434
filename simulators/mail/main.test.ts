import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import nodemailer from 'nodemailer'
import { start, type CaughtMail, type MailSimulator } from './main.ts'

let sink: MailSimulator
before(async () => {
  sink = await start({ smtpPort: 0, port: 0 })
})
after(() => sink.close())

async function caught(): Promise<readonly CaughtMail[]> {
  const response = await fetch(`${sink.url}/api/messages`)
  return ((await response.json()) as { messages: CaughtMail[] }).messages
}

function sender() {
  return nodemailer.createTransport(sink.smtpUrl)
}

test('a Japanese mail is caught with its true recipients, text and attachments', async () => {
  await sender().sendMail({
    from: '総務課 <soumu@town.example>',
    to: '佐藤 花子 <hanako@mail.example>',
    bcc: 'archive@town.example',
    subject: '罹災証明書の交付について',
    text: '交付の準備ができました。\n𠮷田 様',
    attachments: [{ filename: '案内.txt', content: 'あ' }],
  })
  const [mail] = await caught()
  assert.deepEqual(mail?.to, ['hanako@mail.example', 'archive@town.example'])
  assert.equal(mail?.from, 'soumu@town.example')
  assert.equal(mail?.subject, '罹災証明書の交付について')
  assert.equal(mail?.text.trim(), '交付の準備ができました。\n𠮷田 様')
  assert.deepEqual(mail?.attachments, [{ filename: '案内.txt', mimeType: 'text/plain', bytes: 3 }])
  const page = await (await fetch(`${sink.url}/messages/${mail?.id}`)).text()
  assert.ok(page.includes('𠮷田 様') && page.includes('案内.txt'))
})

test('an HTML mail is shown as source, never run', async () => {
  await sender().sendMail({
    from: 'a@town.example',
    to: 'b@mail.example',
    subject: '<img src=x onerror=alert(1)>',
    html: '<script>alert(1)</script>',
  })
  const [mail] = await caught()
  for (const path of ['/', `/messages/${mail?.id}`]) {
    const page = await (await fetch(sink.url + path)).text()
    assert.ok(!page.includes('<img') && !page.includes('<script'))
  }
})

test('the inbox keeps the last 500, newest first', async () => {
  await fetch(`${sink.url}/api/clear`, { method: 'POST' })
  const pool = nodemailer.createTransport({
    ...{ url: sink.smtpUrl },
    pool: true,
    maxConnections: 1,
  } as object)
  for (let i = 1; i <= 502; i++) {
    await pool.sendMail({ from: 'a@town.example', to: 'b@mail.example', subject: `No.${i}`, text: '-' })
  }
  pool.close()
  const mails = await caught()
  assert.equal(mails.length, 500)
  assert.equal(mails[0]?.subject, 'No.502')
  assert.equal(mails.at(-1)?.subject, 'No.3')
})

test('it answers whether it is alive and ready', async () => {
  assert.equal((await fetch(`${sink.url}/healthz`)).status, 200)
  assert.equal((await fetch(`${sink.url}/readyz`)).status, 200)
  assert.equal((await fetch(`${sink.url}/messages/none`)).status, 404)
})
