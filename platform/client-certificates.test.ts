import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { before, describe, test } from 'node:test'
import tls from 'node:tls'
import { certificateReader, type Asked } from './client-certificates.ts'
import { toPkcs12 } from './pkcs12.ts'
import {
  createAuthority,
  issueIdentity,
  type Authority,
  type CertificateProfile,
  type MachineIdentity,
} from './pki.ts'

const now = new Date('2026-11-21T00:00:00Z')
const profile: CertificateProfile = {
  ...{ machineName: 'urn:open-bcl:terminal:212172:x', hosts: [], uses: ['client'], now, validDays: 90 },
}

describe('a certificate that a proxy names', () => {
  let authority: Authority
  let terminal: MachineIdentity
  before(async () => {
    authority = await createAuthority({ name: 'ours', now, validDays: 3_650 })
    terminal = await issueIdentity(authority, profile)
  })
  const asked = (remoteAddress: string, headers: IncomingHttpHeaders): Asked =>
    ({ headers, raw: { socket: { remoteAddress } } }) as unknown as Asked
  const header = (pem: string): string => `:${new X509Certificate(pem).raw.toString('base64')}:`
  const stateOf = (remoteAddress: string, said: string | undefined, at = now) =>
    certificateReader(
      authority.certificatePem,
      ['10.0.0.5', '::1'],
      () => at,
    )(asked(remoteAddress, said === undefined ? {} : { 'client-cert': said }))?.state ?? null

  test('is believed of the addresses that were configured, and of no other', () => {
    const right = header(terminal.certificatePem)
    for (const proxy of ['10.0.0.5', '::ffff:10.0.0.5', '::1']) assert.equal(stateOf(proxy, right), 'good')
    for (const stranger of ['10.0.0.6', '127.0.0.1', '::ffff:10.0.0.50', '', 'proxy'])
      assert.equal(stateOf(stranger, right), null)
    assert.equal(stateOf('10.0.0.5', undefined), null)
  })

  test('is judged here all the same', async () => {
    const foreign = await createAuthority({ name: 'ours', now, validDays: 3_650 })
    const pretended = await issueIdentity(foreign, profile)
    const server = await issueIdentity(authority, { ...profile, uses: ['server'] })
    assert.equal(stateOf('10.0.0.5', header(pretended.certificatePem)), 'foreign')
    assert.equal(stateOf('10.0.0.5', header(server.certificatePem)), 'foreign')
    const later = new Date(now.getTime() + 91 * 86_400_000)
    assert.equal(stateOf('10.0.0.5', header(terminal.certificatePem), later), 'expired')
    const right = header(terminal.certificatePem)
    for (const garbage of [
      '',
      ':',
      '::',
      ':AAAA:',
      right.slice(1),
      `${right}, ${right}`,
      'x'.repeat(100_000),
    ])
      assert.equal(stateOf('10.0.0.5', garbage), 'foreign', garbage.slice(0, 20))
  })
})

test('a file for a browser opens with its password alone, and holds the key of its certificate', async () => {
  const authority = await createAuthority({ name: 'ours', now: new Date(), validDays: 3_650 })
  const identity = await issueIdentity(authority, { ...profile, now: new Date() })
  const pfx = await toPkcs12(identity, '市民課 1番', 'ABCD-EFGH')
  assert.ok(tls.createSecureContext({ pfx, passphrase: 'ABCD-EFGH' }))
  assert.throws(() => tls.createSecureContext({ pfx, passphrase: 'ABCD-EFGX' }), /mac verify/i)
  assert.throws(() => tls.createSecureContext({ pfx }))
  const inside = pfx.toString('latin1')
  assert.ok(!inside.includes(new X509Certificate(identity.certificatePem).raw.toString('latin1')))
})
