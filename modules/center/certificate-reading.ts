import { X509Certificate } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { wholeElements } from './der.ts'

/**
 * A certificate read once: OpenSSL's view (`x509`, for signatures and times) and the extensions it does not show.
 * Reading judges nothing; every field here is a claim until a signature over it has been checked.
 */
export type ReadCertificate = {
  readonly x509: X509Certificate
  /** Decimal, as the resident record carries it; positive and of 20 octets at most (RFC 5280 §4.1.2.2). */
  readonly serial: string
  /** SubjectKeyIdentifier, lower-case hex; `null` = absent. */
  readonly ski: string | null
  /** keyIdentifier of AuthorityKeyIdentifier, lower-case hex; `null` = absent. */
  readonly aki: string | null
  /** authorityCertSerialNumber of AuthorityKeyIdentifier, decimal; `null` = not said. */
  readonly akiSerial: string | null
  /** Subject as DER, to be compared byte by byte. */
  readonly subjectDer: Buffer
  /** Attributes of the subject: OID and text, in order. */
  readonly subject: readonly { readonly type: string; readonly text: string }[]
  readonly issuerDer: Buffer
  /** Content bits of the public key, over which OCSP makes its key hash. */
  readonly publicKeyBits: Buffer
  /** BasicConstraints as written; `x509.ca` looks at the key usage too and so misses an impudent claim. */
  readonly claimsCa: boolean
  readonly policies: readonly string[]
  /** Names of the directory entries where its revocation list lies (DER): JPKI gives no URL. */
  readonly crlPoints: readonly Buffer[]
  /** 氏名・住所・生年月日・性別 (1.2.392.200149.8.5.5.x), which the signing certificate carries and this one never. */
  readonly carriesPersonalData: boolean
  readonly extendedKeyUsages: readonly string[]
  readonly keyUsage: {
    readonly digitalSignature: boolean
    readonly keyCertSign: boolean
    readonly crlSign: boolean
  }
  readonly signatureAlgorithm: string
  /** OIDs of critical extensions nobody here understands; RFC 5280 §4.2 demands refusal. */
  readonly unknownCritical: readonly string[]
}

export const oid = {
  country: '2.5.4.6',
  commonName: '2.5.4.3',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  ski: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  aki: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
} as const

/** JPKI's arc of personal data (jpki-pd). */
const personalDataArc = '1.2.392.200149.8.5.5.'

const understood: readonly string[] = [
  oid.ski,
  oid.keyUsage,
  oid.subjectAltName,
  oid.basicConstraints,
  oid.crlDistributionPoints,
  oid.certificatePolicies,
  oid.aki,
  oid.extKeyUsage,
]

/** JPKI certificates have 1 to 2 kB; far more is somebody testing us. */
const maxCertificateBytes = 8192

/** `null` = not one well-formed X.509 v3 certificate and nothing else. */
export function readCertificate(der: Uint8Array): ReadCertificate | null {
  if (der.length > maxCertificateBytes) return null
  try {
    const x509 = new X509Certificate(der)
    // OpenSSL ignores bytes after the certificate and writes odd lengths anew; two readers must not see two things.
    if (!x509.raw.equals(der)) return null
    const parsed = pkijs.Certificate.fromBER(new Uint8Array(der))
    const extensions = new Map((parsed.extensions ?? []).map((extension) => [extension.extnID, extension]))
    if (parsed.version !== 2 || extensions.size !== (parsed.extensions?.length ?? 0)) return null
    if (parsed.signatureAlgorithm.algorithmId !== parsed.signature.algorithmId) return null
    const value = (id: string): unknown => extensions.get(id)?.parsedValue
    // What cannot be read must not pass for what is not there.
    if ([...extensions.keys()].some((id) => understood.includes(id) && !isReadable(id, value(id))))
      return null
    // Fails for a key that is none; a later reader would stumble over it.
    if (x509.publicKey.asymmetricKeyType === undefined) return null
    const ski = value(oid.ski)
    const aki = value(oid.aki)
    const constraints = value(oid.basicConstraints)
    const policies = value(oid.certificatePolicies)
    const usages = value(oid.extKeyUsage)
    const otherNames = value(oid.subjectAltName)
    // A negative number is not read as a number at all.
    const serial = BigInt(`0x${x509.serialNumber}`)
    if (serial === 0n || serial >= 1n << 160n) return null
    const names = namesOf(der)
    return {
      x509,
      serial: serial.toString(),
      ski: ski instanceof asn1js.OctetString ? hex(ski.valueBlock.valueHexView) : null,
      aki:
        aki instanceof pkijs.AuthorityKeyIdentifier && aki.keyIdentifier
          ? hex(aki.keyIdentifier.valueBlock.valueHexView)
          : null,
      akiSerial:
        aki instanceof pkijs.AuthorityKeyIdentifier && aki.authorityCertSerialNumber
          ? BigInt(`0x${hex(aki.authorityCertSerialNumber.valueBlock.valueHexView)}`).toString()
          : null,
      subjectDer: names.subject,
      subject: parsed.subject.typesAndValues.map(({ type, value: text }) => ({
        type,
        text: String(text.valueBlock.value),
      })),
      issuerDer: names.issuer,
      publicKeyBits: Buffer.from(parsed.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView),
      claimsCa: constraints instanceof pkijs.BasicConstraints && constraints.cA,
      policies:
        policies instanceof pkijs.CertificatePolicies
          ? policies.certificatePolicies.map((policy) => policy.policyIdentifier)
          : [],
      crlPoints: directoryNames(value(oid.crlDistributionPoints)),
      carriesPersonalData: otherNames instanceof pkijs.AltName && otherNames.altNames.some(isPersonalData),
      extendedKeyUsages: usages instanceof pkijs.ExtKeyUsage ? usages.keyPurposes : [],
      keyUsage: readKeyUsage(value(oid.keyUsage)),
      signatureAlgorithm: parsed.signatureAlgorithm.algorithmId,
      unknownCritical: [...extensions.values()]
        .filter((extension) => extension.critical && !understood.includes(extension.extnID))
        .map((extension) => extension.extnID),
    }
  } catch {
    return null
  }
}

/** Issuer and subject byte by byte: version, serial number, algorithm, issuer, validity, subject (RFC 5280 §4.1). */
function namesOf(der: Uint8Array): { readonly issuer: Buffer; readonly subject: Buffer } {
  const [certificate] = wholeElements(der)
  const [tbs] = wholeElements(certificate!.content)
  const [, , , issuer, , subject] = wholeElements(tbs!.content)
  return { issuer: Buffer.from(issuer!.whole), subject: Buffer.from(subject!.whole) }
}

/** The library answers with a default where it could not read, and says so beside it. */
function isReadable(id: string, value: unknown): boolean {
  if (id === oid.ski) return value instanceof asn1js.OctetString
  if (id === oid.keyUsage) return value instanceof asn1js.BitString
  return value instanceof pkijs.PkiObject && !parsingErrorOf(value)
}

export function parsingErrorOf(value: pkijs.PkiObject): boolean {
  return 'parsingError' in value && value.parsingError !== undefined
}

/** Bit 0 is the highest bit of the first byte (RFC 5280 §4.2.1.3). An absent extension allows nothing here. */
function readKeyUsage(value: unknown): ReadCertificate['keyUsage'] {
  const first = value instanceof asn1js.BitString ? (value.valueBlock.valueHexView[0] ?? 0) : 0
  return {
    digitalSignature: (first & 0x80) !== 0,
    keyCertSign: (first & 0x04) !== 0,
    crlSign: (first & 0x02) !== 0,
  }
}

function directoryNames(value: unknown): Buffer[] {
  if (!(value instanceof pkijs.CRLDistributionPoints)) return []
  return value.distributionPoints.flatMap((point) => directoryNamesOf(point.distributionPoint))
}

/** The fullName of a distribution point; a name relative to the issuer says nothing to us. */
export function directoryNamesOf(point: pkijs.DistributionPoint['distributionPoint']): Buffer[] {
  if (!Array.isArray(point)) return []
  return point.flatMap(({ type, value }) =>
    type === 4 && value instanceof pkijs.RelativeDistinguishedNames
      ? [Buffer.from(value.toSchema().toBER())]
      : [],
  )
}

/** otherName [0] { type-id, [0] value }; a name that cannot be read is none of JPKI's. */
function isPersonalData({ type, value }: pkijs.GeneralName): boolean {
  if (type !== 0 || !(value instanceof asn1js.Constructed)) return false
  const [id] = value.valueBlock.value
  return id instanceof asn1js.ObjectIdentifier && id.getValue().startsWith(personalDataArc)
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
