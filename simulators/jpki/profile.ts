// Must stand before @peculiar/x509, which reads decorator metadata while it loads.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import * as asn1js from 'asn1js'
import { createPublicKey, generateKeyPair, type KeyObject, type webcrypto } from 'node:crypto'
import { promisify } from 'node:util'

/**
 * The public profile of 公的個人認証サービス利用者証明用認証局, as far as it is known from published CA certificates:
 * RSA 2048, sha256WithRSAEncryption, one name for all generations, CRL distribution point as a directory name.
 */
export const authorityName =
  'C=JP, O=JPKI, OU=JPKI for user authentication, OU=Japan Agency for Local Authority Information Systems'

/** Policy of 利用者証明用 in JPKI's arc for test environments (1.2.392.200149.8.5.1.0.x); x = 30 as in production. */
export const testPolicy = '1.2.392.200149.8.5.1.0.30'

/** The directory entry of the revocation list; each generation keeps its own there. */
export const crlDistributionName = `${authorityName}, CN=CRL`
const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

export type RsaKeys = { readonly publicKey: KeyObject; readonly privateKey: KeyObject }

/** 2048 bits, exponent 65537, as on the cards; about 0.1 s each. */
export async function generateRsaKeys(): Promise<RsaKeys> {
  return promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
}

/** One generation of the CA. */
export type Issuer = {
  readonly certificate: x509.X509Certificate
  readonly privateKey: KeyObject
}

export type CertificateSpec = {
  /** Decimal. */
  readonly serial: string
  /** `C=JP, CN=...`: names nobody. */
  readonly subject: string
  readonly publicKey: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
}

/** What a 利用者証明用 certificate says beside its name; tests replace single extensions to make wrong ones. */
export async function userExtensions(issuer: Issuer, publicKey: KeyObject): Promise<x509.Extension[]> {
  return [
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
    new x509.CertificatePolicyExtension([testPolicy], true),
    crlDistributionPoint(),
    await subjectKeyIdentifier(publicKey),
    await authorityKeyIdentifier(issuer),
  ]
}

/** A responder to which the CA delegates OCSP (RFC 6960 §4.2.2.2); nobody need ask whether it is revoked itself. */
export async function responderExtensions(issuer: Issuer, publicKey: KeyObject): Promise<x509.Extension[]> {
  return [
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.9']),
    new x509.Extension('1.3.6.1.5.5.7.48.1.5', false, new asn1js.Null().toBER()),
    await subjectKeyIdentifier(publicKey),
    await authorityKeyIdentifier(issuer),
  ]
}

export async function makeCertificate(
  issuer: Issuer,
  spec: CertificateSpec,
  extensions: x509.Extension[],
): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.create({
    serialNumber: serialHex(spec.serial),
    subject: spec.subject,
    issuer: issuer.certificate.subjectName,
    notBefore: spec.notBefore,
    notAfter: spec.notAfter,
    signingAlgorithm: algorithm,
    publicKey: await importPublic(spec.publicKey),
    signingKey: await importPrivate(issuer.privateKey),
    extensions,
  })
}

/** A CA generation: same name as every other, told apart by its key identifier alone. */
export async function makeAuthority(
  keys: RsaKeys,
  spec: { readonly serial: string; readonly notBefore: Date; readonly notAfter: Date },
): Promise<Issuer> {
  const publicKey = await importPublic(keys.publicKey)
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialHex(spec.serial),
    name: authorityName,
    notBefore: spec.notBefore,
    notAfter: spec.notAfter,
    signingAlgorithm: algorithm,
    keys: { publicKey, privateKey: await importPrivate(keys.privateKey) },
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'dn', value: 'C=JP, O=公的個人認証サービス' }]),
      crlDistributionPoint(),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(publicKey),
    ],
  })
  return { certificate, privateKey: keys.privateKey }
}

export type RevokedEntry = {
  /** Decimal. */
  readonly serial: string
  readonly revokedAt: Date
  readonly reason: RevocationReason
}

/** Reasons JPKI uses, with their CRLReason numbers (RFC 5280 §5.3.1). */
export const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
} as const
export type RevocationReason = keyof typeof revocationReasons

export async function makeCrl(
  issuer: Issuer,
  spec: {
    readonly number: number
    readonly thisUpdate: Date
    /** Absent only in a list that is wrong. */
    readonly nextUpdate?: Date
    readonly entries: readonly RevokedEntry[]
  },
  /** Tests replace single extensions to make wrong lists. */
  changed: (usual: x509.Extension[]) => x509.Extension[] = (usual) => usual,
): Promise<Buffer> {
  const crl = await x509.X509CrlGenerator.create({
    issuer: issuer.certificate.subjectName,
    thisUpdate: spec.thisUpdate,
    ...(spec.nextUpdate === undefined ? {} : { nextUpdate: spec.nextUpdate }),
    signingAlgorithm: algorithm,
    signingKey: await importPrivate(issuer.privateKey),
    entries: spec.entries.map((entry) => ({
      serialNumber: serialHex(entry.serial),
      revocationDate: entry.revokedAt,
      // Written out, also `unspecified`: the library makes an empty extension list of that, which RFC 5280 forbids.
      extensions: [
        new x509.Extension(
          '2.5.29.21',
          false,
          new asn1js.Enumerated({ value: revocationReasons[entry.reason] }).toBER(),
        ),
      ],
    })),
    extensions: changed([
      await authorityKeyIdentifier(issuer),
      new x509.Extension('2.5.29.20', false, new asn1js.Integer({ value: spec.number }).toBER()),
      issuingDistributionPoint(),
    ]),
  })
  return Buffer.from(crl.rawData)
}

/** SubjectKeyIdentifier of a CA generation, lower-case hex. */
export function keyIdentifierOf(certificate: x509.X509Certificate): string {
  const extension = certificate.getExtension(x509.SubjectKeyIdentifierExtension)
  if (!extension) throw new Error('certificate without SubjectKeyIdentifier')
  return extension.keyId.toLowerCase()
}

export function parseCertificate(pemOrDer: string | Uint8Array): x509.X509Certificate {
  return new x509.X509Certificate(typeof pemOrDer === 'string' ? pemOrDer : new Uint8Array(pemOrDer))
}

/** DistributionPoint with fullName [0] directoryName [4]: JPKI gives no URL here. */
export function crlDistributionPoint(name = crlDistributionName): x509.Extension {
  const point = new asn1js.Sequence({ value: [tagged(0, fullName(name))] })
  return new x509.Extension('2.5.29.31', false, new asn1js.Sequence({ value: [point] }).toBER())
}

/** Says of which directory entry the list is (RFC 5280 §5.2.5); `more` narrows it further. */
export function issuingDistributionPoint(
  name = crlDistributionName,
  more: readonly asn1js.BaseBlock[] = [],
): x509.Extension {
  const point = new asn1js.Sequence({ value: [tagged(0, fullName(name)), ...more] })
  return new x509.Extension('2.5.29.28', true, point.toBER())
}

function fullName(name: string): asn1js.BaseBlock {
  return tagged(0, tagged(4, asn1js.fromBER(new x509.Name(name).toArrayBuffer()).result))
}

function tagged(tagNumber: number, value: asn1js.BaseBlock): asn1js.Constructed {
  return new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber }, value: [value] })
}

async function subjectKeyIdentifier(publicKey: KeyObject): Promise<x509.Extension> {
  return x509.SubjectKeyIdentifierExtension.create(await importPublic(publicKey))
}

async function authorityKeyIdentifier(issuer: Issuer): Promise<x509.Extension> {
  return x509.AuthorityKeyIdentifierExtension.create(await importPublic(createPublicKey(issuer.privateKey)))
}

async function importPublic(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const spki = new Uint8Array(key.export({ type: 'spki', format: 'der' }))
  return crypto.subtle.importKey('spki', spki, algorithm, true, ['verify'])
}

async function importPrivate(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const pkcs8 = new Uint8Array(key.export({ type: 'pkcs8', format: 'der' }))
  return crypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign'])
}

function serialHex(decimal: string): string {
  const hex = BigInt(decimal).toString(16)
  return hex.length % 2 === 0 ? hex : `0${hex}`
}
