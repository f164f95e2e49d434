import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import tls from 'node:tls'
import {
  createAuthority,
  createCertificateRequest,
  isDueForRenewal,
  issueIdentity,
  loadAuthority,
  loadIdentity,
  machineNameOf,
  saveAuthority,
  saveIdentity,
  signCertificateRequest,
  tlsClientOptions,
  tlsServerOptions,
  type Authority,
  type CertificateProfile,
} from './pki.ts'

const now = new Date()
const agentProfile = {
  machineName: 'urn:open-bcl:agent:131016',
  hosts: [],
  uses: ['client'],
  now,
  validDays: 90,
} as const satisfies CertificateProfile
const cloudProfile = {
  machineName: 'urn:open-bcl:cloud',
  hosts: ['localhost', '127.0.0.1'],
  uses: ['server'],
  now,
  validDays: 90,
} as const satisfies CertificateProfile

let folder: string
let authority: Authority
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-bcl-pki-'))
  authority = await createAuthority({ name: '連携用認証局', now, validDays: 3650 })
})
after(() => rm(folder, { recursive: true }))

/** How Node's server reports that it dropped a peer whose certificate it does not accept. */
const turnedAway = 'ECONNRESET'

/** What a machine that calls the cloud hears: its own name, or why the cloud turned it away. */
async function call(client: tls.ConnectionOptions): Promise<string> {
  const cloud = await issueIdentity(authority, cloudProfile)
  const server = tls.createServer(tlsServerOptions(cloud, 'machines'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const served = new Promise<string>((resolve) => {
    server.on('secureConnection', (socket) => {
      resolve(machineNameOf(socket) ?? 'nobody')
      socket.destroy()
    })
    server.on('tlsClientError', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
  const socket = tls.connect({ ...client, host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  // The refusal is read at the server: under TLS 1.3 the client may only see the line drop.
  socket.on('error', () => {})
  try {
    return await served
  } finally {
    socket.destroy()
    server.close()
  }
}

test('the cloud knows the agent by the name in its certificate', async () => {
  const agent = await issueIdentity(authority, agentProfile)
  assert.equal(await call(tlsClientOptions(agent)), 'urn:open-bcl:agent:131016')
})

test('a machine without certificate, or of another authority, is turned away', async () => {
  assert.equal(await call({ ca: authority.certificatePem }), 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE')
  const namesake = await createAuthority({ name: '連携用認証局', now, validDays: 3650 })
  const impostor = await issueIdentity(namesake, agentProfile)
  assert.equal(await call({ ...tlsClientOptions(impostor), ca: authority.certificatePem }), turnedAway)
})

test('a server certificate does not serve as a client', async () => {
  const server = await issueIdentity(authority, cloudProfile)
  assert.equal(await call(tlsClientOptions(server)), turnedAway)
})

test('a request brings its key, and the operator decides the name', async () => {
  const { requestPem, privateKeyPem } = await createCertificateRequest('urn:open-bcl:agent:999999')
  const certificatePem = await signCertificateRequest(authority, requestPem, agentProfile)
  const certificate = new X509Certificate(certificatePem)
  assert.equal(certificate.subjectAltName, 'URI:urn:open-bcl:agent:131016')
  assert.equal(certificate.ca, false)
  const path = join(folder, 'agent.pem')
  await saveIdentity(path, { privateKeyPem, certificatePem, authorityPem: authority.certificatePem })
  assert.equal((await loadIdentity(path))?.certificatePem, certificatePem)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
})

test('a request whose signature is broken is refused', async () => {
  const { requestPem } = await createCertificateRequest('urn:open-bcl:agent:131016')
  const lines = requestPem.trim().split('\n')
  const last = lines.at(-2)!
  lines[lines.length - 2] = (last[0] === 'A' ? 'B' : 'A') + last.slice(1)
  await assert.rejects(signCertificateRequest(authority, lines.join('\n'), agentProfile))
})

test('a key and a certificate that do not belong together are never stored', async () => {
  const agent = await issueIdentity(authority, agentProfile)
  const other = await issueIdentity(authority, agentProfile)
  const path = join(folder, 'mixed.pem')
  await assert.rejects(saveIdentity(path, { ...agent, privateKeyPem: other.privateKeyPem }))
  assert.ok(!(await readdir(folder)).includes('mixed.pem'))
})

test('a missing file is null, a broken one is an error', async () => {
  assert.equal(await loadAuthority(join(folder, 'none.pem')), null)
  await writeFile(join(folder, 'broken.pem'), 'nonsense')
  await assert.rejects(loadAuthority(join(folder, 'broken.pem')))
  await assert.rejects(loadIdentity(join(folder, 'broken.pem')))
  await saveAuthority(join(folder, 'ca.pem'), authority)
  assert.deepEqual(await loadAuthority(join(folder, 'ca.pem')), authority)
})

test('a certificate is due for renewal in the last third of its life and never outlives its authority', async () => {
  const { certificatePem } = await issueIdentity(authority, agentProfile)
  const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000)
  assert.equal(isDueForRenewal(certificatePem, inDays(59)), false)
  assert.equal(isDueForRenewal(certificatePem, inDays(61)), true)
  await assert.rejects(issueIdentity(authority, { ...agentProfile, validDays: 3651 }))
})
