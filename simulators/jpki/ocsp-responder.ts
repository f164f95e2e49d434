import { createHash, sign, type KeyObject } from 'node:crypto'
import type * as x509 from '@peculiar/x509'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { revocationReasons, type RevocationReason } from './profile.ts'

/** Status of one serial number as OCSP tells it. */
export type OcspStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'revoked'; readonly revokedAt: Date; readonly reason: RevocationReason }

/** One CA generation's view: how a question is recognised as its own, and who signs the answer. */
export type Responder = {
  readonly authority: x509.X509Certificate
  /** The delegated responder's certificate. */
  readonly certificate: x509.X509Certificate
  readonly privateKey: KeyObject
  /** Decimal serial → status. */
  readonly statusOf: (serial: string) => OcspStatus
}

export type AnswerTimes = { readonly producedAt: Date; readonly thisUpdate: Date; readonly nextUpdate: Date }

const nonceOid = '1.3.6.1.5.5.7.48.1.2'
const basicResponseOid = '1.3.6.1.5.5.7.48.1.1'

/** OCSPResponseStatus (RFC 6960 §4.2.1): an answer without a body. */
export function ocspFailure(
  status: 'malformedRequest' | 'internalError' | 'tryLater' | 'unauthorized',
): Buffer {
  const number = { malformedRequest: 1, internalError: 2, tryLater: 3, unauthorized: 6 }[status]
  const response = new pkijs.OCSPResponse({ responseStatus: new asn1js.Enumerated({ value: number }) })
  return Buffer.from(response.toSchema().toBER())
}

/** Answers a request about certificates of one of the generations; `unauthorized` for anybody else's. */
export function answerOcsp(
  requestDer: Uint8Array,
  responders: readonly Responder[],
  times: AnswerTimes,
): Buffer {
  let request: pkijs.OCSPRequest
  try {
    request = pkijs.OCSPRequest.fromBER(new Uint8Array(requestDer))
  } catch {
    return ocspFailure('malformedRequest')
  }
  const ids = request.tbsRequest.requestList.map((entry) => entry.reqCert)
  const [first] = ids
  const responder = first && responders.find((candidate) => isIssuedBy(first, candidate.authority))
  if (!responder || !ids.every((id) => isIssuedBy(id, responder.authority)))
    return ocspFailure('unauthorized')
  const nonce = request.tbsRequest.requestExtensions?.find((extension) => extension.extnID === nonceOid)
  return signAnswer(ids, nonce, responder, times)
}

/** The signed answer itself; without `nonce` the asker cannot tell it from a replay. `spoil` makes wrong ones for tests. */
export function signAnswer(
  ids: readonly pkijs.CertID[],
  nonce: pkijs.Extension | undefined,
  responder: Responder,
  times: AnswerTimes,
  spoil: (data: pkijs.ResponseData) => void = () => undefined,
): Buffer {
  const data = new pkijs.ResponseData({
    responderID: new asn1js.OctetString({ valueHex: digest('sha1', publicKeyBits(responder.certificate)) }),
    producedAt: wholeSecond(times.producedAt),
    responses: ids.map(
      (id) =>
        new pkijs.SingleResponse({
          certID: id,
          certStatus: encodeStatus(responder.statusOf(serialOf(id))),
          thisUpdate: wholeSecond(times.thisUpdate),
          nextUpdate: wholeSecond(times.nextUpdate),
        }),
    ),
    ...(nonce ? { responseExtensions: [nonce] } : {}),
  })
  spoil(data)
  const tbs = data.toSchema(true)
  const signature = sign('sha256', Buffer.from(tbs.toBER()), responder.privateKey)
  const basic = new asn1js.Sequence({
    value: [
      tbs,
      new pkijs.AlgorithmIdentifier({
        algorithmId: '1.2.840.113549.1.1.11',
        algorithmParams: new asn1js.Null(),
      }).toSchema(),
      new asn1js.BitString({ valueHex: new Uint8Array(signature).buffer }),
      new asn1js.Constructed({
        idBlock: { tagClass: 3, tagNumber: 0 },
        value: [new asn1js.Sequence({ value: [asn1js.fromBER(responder.certificate.rawData).result] })],
      }),
    ],
  })
  const response = new pkijs.OCSPResponse({
    responseStatus: new asn1js.Enumerated({ value: 0 }),
    responseBytes: new pkijs.ResponseBytes({
      responseType: basicResponseOid,
      response: new asn1js.OctetString({ valueHex: basic.toBER() }),
    }),
  })
  return Buffer.from(response.toSchema().toBER())
}

function encodeStatus(status: OcspStatus): asn1js.BaseBlock {
  if (status.kind !== 'revoked') {
    const tagNumber = status.kind === 'good' ? 0 : 2
    return new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber } })
  }
  return new asn1js.Constructed({
    idBlock: { tagClass: 3, tagNumber: 1 },
    value: [
      new asn1js.GeneralizedTime({ valueDate: wholeSecond(status.revokedAt) }),
      new asn1js.Constructed({
        idBlock: { tagClass: 3, tagNumber: 0 },
        value: [new asn1js.Enumerated({ value: revocationReasons[status.reason] })],
      }),
    ],
  })
}

/** By the hashes of name and key: the name alone is that of every generation. */
function isIssuedBy(id: pkijs.CertID, authority: x509.X509Certificate): boolean {
  const algorithm = { '1.3.14.3.2.26': 'sha1', '2.16.840.1.101.3.4.2.1': 'sha256' }[
    id.hashAlgorithm.algorithmId
  ]
  if (algorithm === undefined) return false
  const name = new Uint8Array(authority.subjectName.toArrayBuffer())
  return (
    equal(id.issuerNameHash, digest(algorithm, name)) &&
    equal(id.issuerKeyHash, digest(algorithm, publicKeyBits(authority)))
  )
}

function publicKeyBits(certificate: x509.X509Certificate): Uint8Array {
  const parsed = pkijs.PublicKeyInfo.fromBER(certificate.publicKey.rawData)
  return parsed.subjectPublicKey.valueBlock.valueHexView
}

function serialOf(id: pkijs.CertID): string {
  return BigInt(`0x${Buffer.from(id.serialNumber.valueBlock.valueHexView).toString('hex')}`).toString()
}

function equal(octets: asn1js.OctetString, bytes: ArrayBuffer): boolean {
  return Buffer.from(bytes).equals(octets.valueBlock.valueHexView)
}

function digest(algorithm: string, bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(createHash(algorithm).update(bytes).digest()).buffer
}

/** DER forbids fractions of a second in OCSP's GeneralizedTime (RFC 6960 §4.2.2.1, RFC 5280 §4.1.2.5.2). */
function wholeSecond(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000)
}
