import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { readConfig } from '../config.ts'
import { openLog } from '../log.ts'
import { securityTxtOf, securityTxtVariables, serveSecurityTxt } from './security-txt.ts'
import { httpServer } from './server.ts'

const Variables = z.object(securityTxtVariables)
const contacts = 'mailto:security@example.lg.jp, tel:+81-577-00-0000, https://example.lg.jp/report'

async function asked(env: Record<string, string>, origin = 'https://bcl.example.lg.jp') {
  const settings = securityTxtOf(readConfig('test', Variables, env))
  const app = await httpServer({
    program: 'test',
    log: openLog('test', { write: () => undefined }),
    ready: [],
  })
  serveSecurityTxt(app, settings, origin, () => new Date('2026-11-22T05:00:00Z'))
  const answer = await app.inject({ url: '/.well-known/security.txt', headers: { accept: 'text/html' } })
  await app.close()
  return answer
}

test('whom to tell stands where RFC 9116 says, as the operator set it', async () => {
  const answer = await asked({
    OPEN_BCL_SECURITY_CONTACT: contacts,
    OPEN_BCL_SECURITY_POLICY: 'https://example.lg.jp/policy',
  })
  assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8')
  assert.deepEqual(answer.body.split('\n'), [
    'Contact: mailto:security@example.lg.jp',
    'Contact: tel:+81-577-00-0000',
    'Contact: https://example.lg.jp/report',
    'Expires: 2027-02-20T00:00:00Z',
    'Preferred-Languages: ja, en',
    'Canonical: https://bcl.example.lg.jp/.well-known/security.txt',
    'Policy: https://example.lg.jp/policy',
    '',
  ])
})

test('an address in clear is nobody’s canonical one', async () => {
  const { body } = await asked({ OPEN_BCL_SECURITY_CONTACT: contacts }, 'http://localhost:8081')
  assert.doesNotMatch(body, /Canonical|Policy/)
})

test('with nobody to tell there is no file', async () => {
  assert.equal((await asked({})).statusCode, 404)
})

test('what is no contact, or would begin a line of its own, keeps the program from starting', () => {
  for (const wrong of [
    'security@example.jp',
    'http://a.example',
    '',
    'mailto:a@b.jp\nCanonical: x',
    'https://a.jp/ x',
  ])
    assert.throws(
      () => readConfig('test', Variables, { OPEN_BCL_SECURITY_CONTACT: wrong }),
      /OPEN_BCL_SECURITY_CONTACT/,
      wrong,
    )
})
