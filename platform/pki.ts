// Must stand before @peculiar/x509, which reads decorator metadata while it loads.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { createPrivateKey, randomBytes, type webcrypto, X509Certificate } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { dirname } from 'node:path'
import type { SecureContextOptions, TLSSocket, TlsOptions } from 'node:tls'
import { writeFileAtomic } from './atomic-file.ts'

/**
 * The product's own certificate authority, for machine links (agent to cloud, cloud to centre) and for the TLS
 * listeners of a town without a public certificate. Residents' certificates (JPKI) have nothing to do with it.
 */
export type Authority = {
  readonly certificatePem: string
  /** PKCS #8. */
  readonly privateKeyPem: string
}

/** What one machine keeps in one file: its key, its certificate and the authority it trusts. */
export type MachineIdentity = {
  /** PKCS #8. */
  readonly privateKeyPem: string
  readonly certificatePem: string
  readonly authorityPem: string
}

/** Who a machine is, as a URI in its certificate: `urn:open-bcl:agent:131016`, `urn:open-bcl:cloud`. */
export type MachineName = `urn:open-bcl:${string}`

/** What a certificate may be used for; nothing gets both unless it is asked for both. */
export type CertificateProfile = {
  readonly machineName: MachineName
  /** DNS names and IP addresses this machine answers at; empty for a pure client. */
  readonly hosts: readonly string[]
  readonly uses: readonly ('server' | 'client')[]
  readonly now: Date
  /** Whole days, at least 1. */
  readonly validDays: number
}

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const dayMs = 86_400_000
/** Clocks of two machines may differ this much on the day a certificate is made. */
const backdateMs = 5 * 60_000

export async function createAuthority(spec: {
  /** Common name, for people reading the certificate. */
  readonly name: string
  readonly now: Date
  readonly validDays: number
}): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: commonName(spec.name),
    notBefore: new Date(spec.now.getTime() - backdateMs),
    notAfter: new Date(spec.now.getTime() + spec.validDays * dayMs),
    signingAlgorithm: keyAlgorithm,
    keys,
    extensions: [
      // Path length 0: this authority signs machines, never another authority.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificatePem: pem(certificate), privateKeyPem: await privateKeyPem(keys.privateKey) }
}

/** Makes a key here and a certificate for it; for machines of the same operator. */
export async function issueIdentity(
  authority: Authority,
  profile: CertificateProfile,
): Promise<MachineIdentity> {
  const keys = await crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
  return {
    privateKeyPem: await privateKeyPem(keys.privateKey),
    certificatePem: await issue(authority, keys.publicKey, profile),
    authorityPem: authority.certificatePem,
  }
}

/** A key that stays on this machine and a request that may travel. */
export async function createCertificateRequest(
  machineName: MachineName,
): Promise<{ readonly requestPem: string; readonly privateKeyPem: string }> {
  const keys = await crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: commonName(machineName),
    keys,
    signingAlgorithm: keyAlgorithm,
  })
  return { requestPem: request.toString('pem'), privateKeyPem: await privateKeyPem(keys.privateKey) }
}

/**
 * Signs a request. Only the key is taken from it, after proof that the sender holds it: names and uses are what
 * the operator says in `profile`, never what the request asks for.
 * @throws if the request is broken, its own signature is wrong or its key is not EC P-256.
 */
export async function signCertificateRequest(
  authority: Authority,
  requestPem: string,
  profile: CertificateProfile,
): Promise<string> {
  const request = new x509.Pkcs10CertificateRequest(requestPem)
  if (!(await request.verify())) throw new Error('certificate request: its own signature is wrong')
  const publicKey = await request.publicKey.export(keyAlgorithm, ['verify'])
  return issue(authority, publicKey, profile)
}

/** Writes the whole identity as one file (0600), so that key and certificate can never be of two generations. */
export async function saveIdentity(path: string, identity: MachineIdentity): Promise<void> {
  assertBelongs(identity)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFileAtomic(path, identity.privateKeyPem + identity.certificatePem + identity.authorityPem)
}

/** `null` when there is no such file. @throws if the file is broken or the key is not the certificate's. */
export async function loadIdentity(path: string): Promise<MachineIdentity | null> {
  const text = await readIfPresent(path)
  if (text === null) return null
  const [certificatePem, authorityPem] = blocks(text, 'CERTIFICATE')
  const [key] = blocks(text, 'PRIVATE KEY')
  if (!key || !certificatePem || !authorityPem) throw new Error(`${path}: not a machine identity`)
  const identity = { privateKeyPem: key, certificatePem, authorityPem }
  assertBelongs(identity)
  return identity
}

export async function saveAuthority(path: string, authority: Authority): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFileAtomic(path, authority.privateKeyPem + authority.certificatePem)
}

/** `null` when there is no such file. @throws if the file is broken. */
export async function loadAuthority(path: string): Promise<Authority | null> {
  const text = await readIfPresent(path)
  if (text === null) return null
  const [certificatePem] = blocks(text, 'CERTIFICATE')
  const [key] = blocks(text, 'PRIVATE KEY')
  if (!key || !certificatePem) throw new Error(`${path}: not an authority`)
  return { certificatePem, privateKeyPem: key }
}

/** The last instant the certificate is valid. */
export function expiresAt(certificatePem: string): Date {
  return new X509Certificate(certificatePem).validToDate
}

/** Renew in the last third of its life: a link that is cut for weeks still finds a valid certificate. */
export function isDueForRenewal(certificatePem: string, now: Date): boolean {
  const { validFromDate, validToDate } = new X509Certificate(certificatePem)
  const lifeMs = validToDate.getTime() - validFromDate.getTime()
  return validToDate.getTime() - now.getTime() < lifeMs / 3
}

/**
 * A listener that may be reached by any browser, or (`peers: 'machines'`) only by machines of our authority. `terminals`: browsers
 * are asked for a certificate and let in without one, so that a page can tell them what is missing.
 */
export function tlsServerOptions(
  identity: MachineIdentity,
  peers: 'anyone' | 'machines' | 'terminals',
): TlsOptions {
  return {
    ...tlsClientOptions(identity),
    requestCert: peers !== 'anyone',
    rejectUnauthorized: peers === 'machines',
  }
}

/** For `node:https`, `tls.connect` and (as `connect`) undici: shows our certificate, trusts our authority alone. */
export function tlsClientOptions(identity: MachineIdentity): SecureContextOptions {
  return {
    key: identity.privateKeyPem,
    cert: identity.certificatePem,
    ca: identity.authorityPem,
    minVersion: 'TLSv1.3',
  }
}

/** The name in the peer's certificate, or `null` when the peer showed none that our authority vouches for. */
export function machineNameOf(
  socket: Pick<TLSSocket, 'authorized' | 'getPeerX509Certificate'>,
): MachineName | null {
  if (!socket.authorized) return null
  const names = socket.getPeerX509Certificate()?.subjectAltName?.split(', ') ?? []
  const name = names.find((entry) => entry.startsWith('URI:urn:open-bcl:'))
  return name === undefined ? null : (name.slice('URI:'.length) as MachineName)
}

async function issue(
  authority: Authority,
  publicKey: webcrypto.CryptoKey,
  profile: CertificateProfile,
): Promise<string> {
  const issuer = new x509.X509Certificate(authority.certificatePem)
  const notAfter = new Date(profile.now.getTime() + profile.validDays * dayMs)
  if (notAfter > issuer.notAfter) throw new Error('certificate would outlive its authority')
  const signingKey = await crypto.subtle.importKey(
    'pkcs8',
    createPrivateKey(authority.privateKeyPem).export({
      type: 'pkcs8',
      format: 'der',
    }) as Uint8Array<ArrayBuffer>,
    keyAlgorithm,
    false,
    ['sign'],
  )
  const usages = profile.uses.map((use) =>
    use === 'server' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth,
  )
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: commonName(profile.machineName),
    issuer: issuer.subjectName,
    notBefore: new Date(profile.now.getTime() - backdateMs),
    notAfter,
    signingAlgorithm: keyAlgorithm,
    publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages, true),
      new x509.SubjectAlternativeNameExtension([
        { type: 'url', value: profile.machineName },
        ...profile.hosts.map((host) => ({
          type: isIP(host) ? ('ip' as const) : ('dns' as const),
          value: host,
        })),
      ]),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
    ],
  })
  return pem(certificate)
}

function assertBelongs(identity: MachineIdentity): void {
  const certificate = new X509Certificate(identity.certificatePem)
  if (!certificate.checkPrivateKey(createPrivateKey(identity.privateKeyPem))) {
    throw new Error('machine identity: the key is not the one in the certificate')
  }
}

/** 16 random bytes, positive and without a leading zero byte, as hex (RFC 5280 §4.1.2.2 allows up to 20). */
function newSerial(): string {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x3f) | 0x40
  return bytes.toString('hex')
}

function commonName(name: string): x509.Name {
  return new x509.Name([{ CN: [{ utf8String: name }] }])
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key))
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    type: 'pkcs8',
    format: 'pem',
  }) as string
}

function blocks(text: string, label: 'CERTIFICATE' | 'PRIVATE KEY'): string[] {
  const found = text.match(new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`, 'g')) ?? []
  return found.map((block) => `${block}\n`)
}

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
