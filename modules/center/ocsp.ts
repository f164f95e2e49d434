import { createHash, verify } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { oid, readCertificate, type ReadCertificate } from './certificate-reading.ts'
import { wholeElements } from './der.ts'

/** What OCSP (RFC 6960) says about one certificate. `unconfirmed` = anything but a clear, fresh, genuine answer. */
export type OcspVerdict =
  | { readonly kind: 'good'; readonly thisUpdate: Date }
  | { readonly kind: 'revoked' }
  | { readonly kind: 'hold' }
  | { readonly kind: 'unconfirmed'; readonly why: OcspDoubt }

/** For the centre's log; a resident is told only that the card could not be confirmed. */
export type OcspDoubt =
  | 'no-answer'
  | 'malformed'
  | 'not-successful'
  | 'responder'
  | 'signature'
  | 'nonce'
  | 'other-certificate'
  | 'stale'
  | 'unknown'

const nonceOid = '1.3.6.1.5.5.7.48.1.2'
const basicResponseOid = '1.3.6.1.5.5.7.48.1.1'
const sha1Oid = '1.3.14.3.2.26'
/** CRLReason certificateHold (RFC 5280 §5.3.1). */
const certificateHold = 6
const maxAnswerBytes = 32_768
/** Clocks of the centre and the responder may differ this much. */
const skewMs = 60_000
/** Without nextUpdate "newer information is always available" (RFC 6960 §4.2.2.1): accept only a fresh one. */
const maxAgeWithoutNextUpdateMs = 5 * 60_000

/**
 * The request for one certificate. `nonce` is 16 to 32 random bytes (RFC 9654), fresh for every request.
 * The hash of CertID only names the issuer, it protects nothing; RFC 5019 §2.1.1 wants SHA-1.
 */
export function makeOcspRequest(
  certificate: ReadCertificate,
  issuer: ReadCertificate,
  nonce: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const tbsRequest = new pkijs.TBSRequest({
    requestList: [new pkijs.Request({ reqCert: certId(certificate, issuer) })],
    requestExtensions: [new pkijs.Extension({ extnID: nonceOid, extnValue: octets(nonce).toBER() })],
  })
  // Unsigned: JPKI knows its verifiers by their line, and OCSPRequest holds nothing else.
  return new Uint8Array(new asn1js.Sequence({ value: [tbsRequest.toSchema(true)] }).toBER())
}

/** Judges an answer for exactly this certificate, this nonce and this moment. Never throws. */
export function judgeOcspAnswer(
  answerDer: Uint8Array,
  asked: {
    readonly certificate: ReadCertificate
    readonly issuer: ReadCertificate
    readonly nonce: Uint8Array
    readonly now: Date
  },
): OcspVerdict {
  if (answerDer.length > maxAnswerBytes) return unconfirmed('malformed')
  try {
    return judge(answerDer, asked)
  } catch {
    return unconfirmed('malformed')
  }
}

function judge(answerDer: Uint8Array, asked: Parameters<typeof judgeOcspAnswer>[1]): OcspVerdict {
  const { certificate, issuer, nonce, now } = asked
  const outer = pkijs.OCSPResponse.fromBER(new Uint8Array(answerDer))
  if (outer.responseStatus.valueBlock.valueDec !== 0 || !outer.responseBytes) {
    return unconfirmed('not-successful')
  }
  if (outer.responseBytes.responseType !== basicResponseOid) return unconfirmed('malformed')
  const signed = readSigned(new Uint8Array(outer.responseBytes.response.valueBlock.valueHexView))
  if (signed === null) return unconfirmed('malformed')
  const data = pkijs.ResponseData.fromBER(new Uint8Array(signed.data))

  const responder = findResponder(data.responderID, signed.certificates, issuer, now)
  if (responder === null) return unconfirmed('responder')
  if (signed.algorithm !== oid.sha256WithRsa) return unconfirmed('signature')
  if (!verify('sha256', signed.data, responder.x509.publicKey, signed.signature))
    return unconfirmed('signature')

  const nonces = (data.responseExtensions ?? []).filter((extension) => extension.extnID === nonceOid)
  const answered = parseOctets(nonces[0]?.extnValue)
  if (nonces.length !== 1 || !(answered instanceof asn1js.OctetString)) return unconfirmed('nonce')
  if (!Buffer.from(nonce).equals(answered.valueBlock.valueHexView)) return unconfirmed('nonce')

  const expected = certId(certificate, issuer)
  const matching = data.responses.filter((single) => isSame(single.certID, expected))
  const [single] = matching
  if (single === undefined || matching.length !== 1) return unconfirmed('other-certificate')
  if (single.singleExtensions?.some((extension) => extension.critical)) return unconfirmed('malformed')

  const at = now.getTime()
  const thisUpdate = single.thisUpdate.getTime()
  const until = single.nextUpdate?.getTime() ?? thisUpdate + maxAgeWithoutNextUpdateMs
  const fresh = thisUpdate <= at + skewMs && until >= at - skewMs && data.producedAt.getTime() <= at + skewMs
  if (!fresh || !Number.isFinite(thisUpdate) || !Number.isFinite(until)) return unconfirmed('stale')

  return readStatus(single.certStatus, single.thisUpdate)
}

type Signed = {
  /** What the signature is over. */
  readonly data: Uint8Array
  readonly algorithm: string
  readonly signature: Uint8Array
  /** Certificates that came with it. */
  readonly certificates: readonly Uint8Array[]
}

const SEQUENCE = 0x30
const BIT_STRING = 0x03
const CERTIFICATES = 0xa0

/**
 * BasicOCSPResponse taken apart: data, algorithm, signature, certificates (RFC 6960 §4.2.1). By hand, since the library reads
 * each certificate of each answer anew, and the responder's is the same all day; `null` = it is none.
 */
function readSigned(der: Uint8Array): Signed | null {
  const [basic, ...behind] = wholeElements(der)
  if (basic?.tag !== SEQUENCE || behind.length > 0) return null
  const [data, algorithm, signature, attached, ...more] = wholeElements(basic.content)
  if (data?.tag !== SEQUENCE || algorithm?.tag !== SEQUENCE || signature?.tag !== BIT_STRING) return null
  // The first byte of a bit string says how many bits of its last one are none.
  if (signature.content[0] !== 0 || more.length > 0) return null
  if (attached !== undefined && attached.tag !== CERTIFICATES) return null
  const [list] = attached === undefined ? [] : wholeElements(attached.content)
  return {
    data: data.whole,
    algorithm: pkijs.AlgorithmIdentifier.fromBER(new Uint8Array(algorithm.whole)).algorithmId,
    signature: signature.content.subarray(1),
    certificates: list === undefined ? [] : wholeElements(list.content).map(({ whole }) => whole),
  }
}

/**
 * Who signed: the CA itself, or a responder to which this very CA delegated (RFC 6960 §4.2.2.2). A responder of a
 * sister generation does not count, though its issuer has the same name.
 */
function findResponder(
  responderId: unknown,
  attached: readonly Uint8Array[],
  issuer: ReadCertificate,
  now: Date,
): ReadCertificate | null {
  for (const candidate of [issuer, ...attached.map((der) => readOnce(der))]) {
    if (candidate === null || !isNamed(responderId, candidate)) continue
    if (candidate === issuer) return issuer
    const delegated =
      candidate.aki === issuer.ski &&
      candidate.issuerDer.equals(issuer.subjectDer) &&
      candidate.extendedKeyUsages.includes(oid.ocspSigning) &&
      candidate.keyUsage.digitalSignature &&
      !candidate.claimsCa &&
      candidate.unknownCritical.length === 0 &&
      candidate.signatureAlgorithm === oid.sha256WithRsa &&
      candidate.x509.validFromDate <= now &&
      now <= candidate.x509.validToDate &&
      candidate.x509.verify(issuer.x509.publicKey)
    if (delegated) return candidate
  }
  return null
}

/**
 * A responder shows the same certificate with every answer, and reading it takes as long as reading the card's. What is kept
 * is only what stands in those bytes; whether they are to be believed is judged each time.
 */
const readBefore = new Map<string, ReadCertificate | null>()
const responders = 8

function readOnce(der: Uint8Array): ReadCertificate | null {
  const digest = createHash('sha256').update(der).digest('base64')
  const known = readBefore.get(digest)
  if (known !== undefined) return known
  const certificate = readCertificate(der)
  const [oldest] = readBefore.keys()
  if (readBefore.size >= responders && oldest !== undefined) readBefore.delete(oldest)
  readBefore.set(digest, certificate)
  return certificate
}

function isNamed(responderId: unknown, candidate: ReadCertificate): boolean {
  if (responderId instanceof asn1js.OctetString) {
    return sha1(candidate.publicKeyBits).equals(responderId.valueBlock.valueHexView)
  }
  return (
    responderId instanceof pkijs.RelativeDistinguishedNames &&
    candidate.subjectDer.equals(Buffer.from(responderId.toSchema().toBER()))
  )
}

/** CertStatus: [0] good, [1] revoked { time, [0] reason }, [2] unknown. */
function readStatus(status: unknown, thisUpdate: Date): OcspVerdict {
  if (!(status instanceof asn1js.BaseBlock) || status.idBlock.tagClass !== 3) return unconfirmed('malformed')
  if (status.idBlock.tagNumber === 0) return { kind: 'good', thisUpdate }
  if (status.idBlock.tagNumber !== 1 || !(status instanceof asn1js.Constructed)) return unconfirmed('unknown')
  const wrapped = status.valueBlock.value[1]
  const reason = wrapped instanceof asn1js.Constructed ? wrapped.valueBlock.value[0] : undefined
  const held = reason instanceof asn1js.Enumerated && reason.valueBlock.valueDec === certificateHold
  return { kind: held ? 'hold' : 'revoked' }
}

function certId(certificate: ReadCertificate, issuer: ReadCertificate): pkijs.CertID {
  return new pkijs.CertID({
    hashAlgorithm: sha1Algorithm(),
    issuerNameHash: octets(sha1(issuer.subjectDer)),
    issuerKeyHash: octets(sha1(issuer.publicKeyBits)),
    serialNumber: asn1js.Integer.fromBigInt(BigInt(certificate.serial)),
  })
}

/** The very certificate that was asked for. Parameters of the algorithm say nothing: some responders leave out the NULL. */
function isSame(id: pkijs.CertID, asked: pkijs.CertID): boolean {
  const same = (a: asn1js.OctetString | asn1js.Integer, b: asn1js.OctetString | asn1js.Integer): boolean =>
    Buffer.from(a.valueBlock.valueHexView).equals(b.valueBlock.valueHexView)
  return (
    id.hashAlgorithm.algorithmId === sha1Oid &&
    same(id.issuerNameHash, asked.issuerNameHash) &&
    same(id.issuerKeyHash, asked.issuerKeyHash) &&
    same(id.serialNumber, asked.serialNumber)
  )
}

function sha1Algorithm(): pkijs.AlgorithmIdentifier {
  return new pkijs.AlgorithmIdentifier({ algorithmId: sha1Oid, algorithmParams: new asn1js.Null() })
}

function parseOctets(value: asn1js.OctetString | undefined): unknown {
  return value && asn1js.fromBER(new Uint8Array(value.valueBlock.valueHexView)).result
}

function octets(bytes: Uint8Array): asn1js.OctetString {
  return new asn1js.OctetString({ valueHex: new Uint8Array(bytes).buffer })
}

function sha1(bytes: Uint8Array): Buffer {
  return createHash('sha1').update(bytes).digest()
}

function unconfirmed(why: OcspDoubt): OcspVerdict {
  return { kind: 'unconfirmed', why }
}
