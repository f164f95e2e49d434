// Must stand before @peculiar/x509, which reads decorator metadata while it loads.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import * as asn1js from 'asn1js'
import { constants, createHash, verify, X509Certificate } from 'node:crypto'
import * as pkijs from 'pkijs'

/** Time stamps of a third party (RFC 3161): what is asked, and whether an answer proves what it says. */

const SHA256 = '2.16.840.1.101.3.4.2.1'
const hashes: Readonly<Record<string, string>> = {
  [SHA256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
const SIGNED_DATA = '1.2.840.113549.1.7.2'
const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'
const RSA_PSS = '1.2.840.113549.1.1.10'
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'
const MOST_CERTIFICATES = 8
/** Clocks of two machines. */
export const CLOCK_MS = 5 * 60_000

/** Why a stamp proves nothing. */
export const stampRefusals = {
  unreadable: '時刻印の形をしていません',
  rejected: '時刻認証局が発行を断りました',
  imprint: '別のものに押された時刻印です',
  nonce: '別の求めへの答えです（ナンスが違います）',
  signature: '時刻印の署名が正しくありません',
  purpose: '時刻印のための証明書による署名ではありません',
  chain: '信頼する時刻認証局のものではありません',
  'out-of-time': '証明書の有効期間の外の時刻です',
  clock: '時刻印の時刻が、こちらの時計と合いません',
} as const
export type StampRefusal = keyof typeof stampRefusals

export type Judged =
  | { readonly kind: 'good'; readonly at: Date; readonly token: Buffer }
  | { readonly kind: 'refused'; readonly reason: StampRefusal }

/** What is to be stamped, and the number that ties an answer to this asking. */
export type Stamped = {
  /** SHA-256. */
  readonly imprint: Buffer
  /** 16 bytes that no asking had before, as `nonceOf` makes them. */
  readonly nonce: Buffer
}

/** Random bytes as a positive number that DER writes in all its bytes. */
export function nonceOf(random: Buffer): Buffer {
  const nonce = Buffer.from(random)
  nonce[0] = (nonce[0]! & 0x3f) | 0x40
  return nonce
}

/** A TimeStampReq. The certificate is asked for, so that a token can be judged when the authority is gone. */
export function stampQuery({ imprint, nonce }: Stamped): Buffer {
  const query = new pkijs.TimeStampReq({
    version: 1,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: new pkijs.AlgorithmIdentifier({
        algorithmId: SHA256,
        algorithmParams: new asn1js.Null(),
      }),
      hashedMessage: new asn1js.OctetString({ valueHex: bytesOf(imprint) }),
    }),
    nonce: new asn1js.Integer({ valueHex: bytesOf(nonce) }),
    certReq: true,
  })
  return Buffer.from(query.toSchema().toBER())
}

/** A TimeStampResp as it came, just now. */
export function judgeAnswer(answer: Buffer, asked: Stamped, trusted: readonly string[], now: Date): Judged {
  let token: Buffer
  try {
    const response = new pkijs.TimeStampResp({ schema: wholeOf(answer) })
    // 0 granted, 1 granted with changes, which the checks below find.
    if ((response.status.status as number) > 1 || !response.timeStampToken) return refused('rejected')
    token = Buffer.from(response.timeStampToken.toSchema().toBER())
  } catch {
    return refused('unreadable')
  }
  const judged = judgeToken(token, asked, trusted)
  if (judged.kind === 'good' && Math.abs(judged.at.getTime() - now.getTime()) > CLOCK_MS)
    return refused('clock')
  return judged
}

/**
 * A token, when it came or years later: of this imprint and asking, signed by a certificate for nothing but time stamps, which
 * an authority that is trusted vouched for at the time it tells. Whether that certificate was revoked is not asked.
 * @param trusted certificates of authorities, PEM
 */
export function judgeToken(token: Buffer, asked: Stamped, trusted: readonly string[]): Judged {
  try {
    return judge(token, asked, trusted)
  } catch {
    // Whatever the bytes of a stranger make a parser do.
    return refused('unreadable')
  }
}

function judge(token: Buffer, asked: Stamped, trusted: readonly string[]): Judged {
  const content = new pkijs.ContentInfo({ schema: wholeOf(token) })
  if (content.contentType !== SIGNED_DATA) return refused('unreadable')
  const signed = new pkijs.SignedData({ schema: content.content })
  const { eContentType, eContent } = signed.encapContentInfo
  const [signer, ...others] = signed.signerInfos
  if (eContentType !== TST_INFO || !eContent || !signer || others.length > 0) return refused('unreadable')
  const encoded = Buffer.from(eContent.getValue())
  const info = new pkijs.TSTInfo({ schema: wholeOf(encoded) })
  const { hashAlgorithm, hashedMessage } = info.messageImprint
  const imprint = Buffer.from(hashedMessage.valueBlock.valueHexView)
  if (hashAlgorithm.algorithmId !== SHA256 || !imprint.equals(asked.imprint)) return refused('imprint')
  if (!info.nonce || !Buffer.from(info.nonce.valueBlock.valueHexView).equals(asked.nonce))
    return refused('nonce')
  const certificates = (signed.certificates ?? []).flatMap((one) =>
    one instanceof pkijs.Certificate ? [new X509Certificate(Buffer.from(one.toSchema().toBER()))] : [],
  )
  if (certificates.length === 0 || certificates.length > MOST_CERTIFICATES) return refused('chain')
  const certificate = certificates.find((one) => isOf(signer, one))
  if (!certificate || !isSigned(signer, encoded, certificate)) return refused('signature')
  if (!isForTimeStamps(certificate)) return refused('purpose')
  const at = info.genTime
  const path = pathOf(
    certificate,
    certificates,
    trusted.map((pem) => new X509Certificate(pem)),
    0,
  )
  if (path === null) return refused('chain')
  if (!path.every(({ validFromDate, validToDate }) => validFromDate <= at && at <= validToDate))
    return refused('out-of-time')
  return { kind: 'good', at, token }
}

/** Whether the signer names this certificate: by its whole digest, which the signature covers. */
function isOf(signer: pkijs.SignerInfo, certificate: X509Certificate): boolean {
  const digests = attributeOf(signer, SIGNING_CERTIFICATE_V2)
  if (!(digests instanceof asn1js.Sequence)) return false
  const [ids] = digests.valueBlock.value
  const [first] = ids instanceof asn1js.Sequence ? ids.valueBlock.value : []
  if (!(first instanceof asn1js.Sequence)) return false
  const [head, next] = first.valueBlock.value
  // ESSCertIDv2: the algorithm stands first unless it is SHA-256.
  const [algorithm, hash] = head instanceof asn1js.Sequence ? [oidOf(head), next] : [SHA256, head]
  const name = hashes[algorithm]
  if (name === undefined || !(hash instanceof asn1js.OctetString)) return false
  return createHash(name).update(certificate.raw).digest().equals(Buffer.from(hash.valueBlock.valueHexView))
}

function oidOf(sequence: asn1js.Sequence): string {
  const [oid] = sequence.valueBlock.value
  return oid instanceof asn1js.ObjectIdentifier ? oid.valueBlock.toString() : ''
}

function attributeOf(signer: pkijs.SignerInfo, type: string): unknown {
  const found = (signer.signedAttrs?.attributes ?? []).filter((one) => one.type === type)
  return found.length === 1 && found[0]!.values.length === 1 ? (found[0]!.values[0] as unknown) : undefined
}

function isSigned(signer: pkijs.SignerInfo, encoded: Buffer, certificate: X509Certificate): boolean {
  const hash = hashes[signer.digestAlgorithm.algorithmId]
  const type = attributeOf(signer, CONTENT_TYPE)
  const digest = attributeOf(signer, MESSAGE_DIGEST)
  if (hash === undefined || !signer.signedAttrs) return false
  if (!(type instanceof asn1js.ObjectIdentifier) || type.valueBlock.toString() !== TST_INFO) return false
  if (!(digest instanceof asn1js.OctetString)) return false
  const told = Buffer.from(digest.valueBlock.valueHexView)
  if (!createHash(hash).update(encoded).digest().equals(told)) return false
  const { publicKey } = certificate
  const pss = signer.signatureAlgorithm.algorithmId === RSA_PSS
  const key = pss
    ? { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
    : publicKey
  return verify(
    hash,
    Buffer.from(signer.signedAttrs.encodedValue),
    key,
    Buffer.from(signer.signature.valueBlock.valueHexView),
  )
}

/** RFC 3161 §2.3: for this use and for no other, and said so that nobody may overlook it. */
function isForTimeStamps(certificate: X509Certificate): boolean {
  const use = new x509.X509Certificate(new Uint8Array(certificate.raw)).getExtension(
    x509.ExtendedKeyUsageExtension,
  )
  return use !== null && use.critical && use.usages.length === 1 && use.usages[0] === TIME_STAMPING
}

/** From a certificate up to one that is trusted; `null`: there is no way. */
function pathOf(
  certificate: X509Certificate,
  given: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  below: number,
): X509Certificate[] | null {
  const issued = (by: X509Certificate): boolean =>
    certificate.checkIssued(by) && certificate.verify(by.publicKey) && maySignAbove(by, below)
  const anchor = trusted.find(issued)
  if (anchor) return [certificate, anchor]
  if (below >= MOST_CERTIFICATES) return null
  for (const one of given) {
    if (one === certificate || !issued(one)) continue
    const rest = pathOf(one, given, trusted, below + 1)
    if (rest) return [certificate, ...rest]
  }
  return null
}

/** An authority that may have so many authorities between itself and the end. */
function maySignAbove(authority: X509Certificate, between: number): boolean {
  const limits = new x509.X509Certificate(new Uint8Array(authority.raw)).getExtension(
    x509.BasicConstraintsExtension,
  )
  return limits !== null && limits.ca && (limits.pathLength === undefined || between <= limits.pathLength)
}

/** One value and nothing after it. */
function wholeOf(bytes: Buffer): asn1js.AsnType {
  const { offset, result } = asn1js.fromBER(bytesOf(bytes))
  if (offset !== bytes.length) throw new Error('not one value')
  return result
}

function refused(reason: StampRefusal): Judged {
  return { kind: 'refused', reason }
}

function bytesOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
