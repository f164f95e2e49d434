import { verify } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { hex, oid, type ReadCertificate } from './certificate-reading.ts'

/** What a revocation list says about one certificate. `unusable` = not a genuine, current list of this issuer. */
export type CrlVerdict =
  | { readonly kind: 'not-listed'; readonly thisUpdate: Date }
  | { readonly kind: 'revoked' | 'hold'; readonly thisUpdate: Date }
  | { readonly kind: 'unusable' }

const certificateHold = 6
const reasonOid = '2.5.29.21'
const crlNumberOid = '2.5.29.20'
const skewMs = 60_000

/** The list is checked against its issuer's key, never its name: two generations of JPKI share one name. */
export function judgeCrl(
  crlDer: Uint8Array,
  asked: { readonly certificate: ReadCertificate; readonly issuer: ReadCertificate; readonly now: Date },
): CrlVerdict {
  try {
    return judge(crlDer, asked)
  } catch {
    return { kind: 'unusable' }
  }
}

function judge(crlDer: Uint8Array, asked: Parameters<typeof judgeCrl>[1]): CrlVerdict {
  const { certificate, issuer, now } = asked
  const crl = pkijs.CertificateRevocationList.fromBER(new Uint8Array(crlDer))
  const genuine =
    issuer.keyUsage.crlSign &&
    crl.signatureAlgorithm.algorithmId === oid.sha256WithRsa &&
    verify(
      'sha256',
      crl.tbsView,
      issuer.x509.publicKey,
      Buffer.from(crl.signatureValue.valueBlock.valueHexView),
    )
  const aki = crl.crlExtensions?.extensions.find((extension) => extension.extnID === oid.aki)?.parsedValue
  const sameIssuer =
    aki instanceof pkijs.AuthorityKeyIdentifier &&
    aki.keyIdentifier !== undefined &&
    hex(aki.keyIdentifier.valueBlock.valueHexView) === issuer.ski
  // A partial list (issuingDistributionPoint) or a delta is critical and not understood here.
  const understood = (crl.crlExtensions?.extensions ?? []).every(
    (extension) => !extension.critical || [oid.aki, crlNumberOid].some((known) => known === extension.extnID),
  )
  const thisUpdate = crl.thisUpdate.value
  const nextUpdate = crl.nextUpdate?.value
  const current =
    thisUpdate.getTime() <= now.getTime() + skewMs &&
    nextUpdate !== undefined &&
    nextUpdate.getTime() >= now.getTime() - skewMs
  if (!genuine || !sameIssuer || !understood || !current) return { kind: 'unusable' }

  for (const entry of crl.revokedCertificates ?? []) {
    if (BigInt(`0x${hex(entry.userCertificate.valueBlock.valueHexView)}`).toString() !== certificate.serial)
      continue
    const reason = entry.crlEntryExtensions?.extensions.find((extension) => extension.extnID === reasonOid)
    const value = reason?.parsedValue
    const held = value instanceof asn1js.Enumerated && value.valueBlock.valueDec === certificateHold
    return { kind: held ? 'hold' : 'revoked', thisUpdate }
  }
  return { kind: 'not-listed', thisUpdate }
}
