// Must stand before @peculiar/x509, which reads decorator metadata while it loads.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import * as asn1js from 'asn1js'
import { createHash, randomBytes, type webcrypto } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import * as pkijs from 'pkijs'
import { writeFileAtomic } from '@open-bcl/platform/atomic-file.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const SIGNED_DATA = '1.2.840.113549.1.7.2'
const TST_INFO = '1.2.840.113549.1.9.16.1.4'
/** Of an arc for examples: this authority's rules are nobody's. */
const POLICY = '2.999.3161'
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'
const DAY_MS = 86_400_000

/** How an answer may be wrong, for drills. */
export const wrongs = {
  none: '正常',
  'wrong-nonce': 'ナンスが違う',
  'wrong-digest': '別のものに押す',
  'wrong-use': '時刻印用でない証明書',
  'other-authority': '別の認証局',
  'wrong-signature': '署名が違う',
  'wrong-time': '証明書の期間の外の時刻',
  rejected: '発行を断る',
} as const
export type Wrong = keyof typeof wrongs

type Signer = { readonly certificate: x509.X509Certificate; readonly key: webcrypto.CryptoKey }

/** A time stamping authority with a CA of its own. */
export type TimeAuthority = {
  /** Whom to trust, PEM. */
  readonly caPem: string
  /** Answers a TimeStampReq (DER). */
  answer(query: Buffer, now: Date, wrong: Wrong): Promise<Buffer>
}

/** Its own in `folder`; made at the first start. */
export async function openTimeAuthority(folder: string, now: Date): Promise<TimeAuthority> {
  const ca = await openCa(path.join(folder, 'ca.json'), now)
  // For programs on this machine that are to trust it.
  await writeFileAtomic(path.join(folder, 'ca.pem'), ca.certificate.toString('pem'))
  const other = await makeCa(now)
  const right = await makeSigner(ca, now, true)
  const stamps: Readonly<Partial<Record<Wrong, Signer>>> = {
    'wrong-use': await makeSigner(ca, now, false),
    'other-authority': await makeSigner(other, now, true),
  }
  return {
    caPem: ca.certificate.toString('pem'),
    answer: (query, at, wrong) => answer(query, stamps[wrong] ?? right, at, wrong),
  }
}

async function openCa(file: string, now: Date): Promise<Signer> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as { certificate: string; key: string }
    return {
      certificate: new x509.X509Certificate(kept.certificate),
      key: await crypto.subtle.importKey('pkcs8', Buffer.from(kept.key, 'base64'), algorithm, true, ['sign']),
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const made = await makeCa(now)
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', made.key)).toString('base64')
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await writeFileAtomic(file, JSON.stringify({ certificate: made.certificate.toString('pem'), key }))
  return made
}

async function makeCa(now: Date): Promise<Signer> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: 'CN=Simulated time authority CA',
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + 3_650 * DAY_MS),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate, key: keys.privateKey }
}

async function makeSigner(ca: Signer, now: Date, forStamps: boolean): Promise<Signer> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: 'CN=Simulated time authority',
    issuer: ca.certificate.subjectName,
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + 365 * DAY_MS),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: ca.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(
        [forStamps ? TIME_STAMPING : x509.ExtendedKeyUsage.clientAuth],
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate, key: keys.privateKey }
}

async function answer(query: Buffer, signer: Signer, now: Date, wrong: Wrong): Promise<Buffer> {
  const status = (value: number): pkijs.PKIStatusInfo => new pkijs.PKIStatusInfo({ status: value })
  if (wrong === 'rejected') return der(new pkijs.TimeStampResp({ status: status(2) }).toSchema())
  const asked = pkijs.TimeStampReq.fromBER(bytesOf(query))
  const imprint = Buffer.from(asked.messageImprint.hashedMessage.valueBlock.valueHexView)
  const nonce = Buffer.from(asked.nonce?.valueBlock.valueHexView ?? [])
  if (wrong === 'wrong-digest') imprint[0]! ^= 1
  if (wrong === 'wrong-nonce') nonce[nonce.length - 1]! ^= 1
  const info = new pkijs.TSTInfo({
    version: 1,
    policy: POLICY,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: asked.messageImprint.hashAlgorithm,
      hashedMessage: octets(imprint),
    }),
    serialNumber: new asn1js.Integer({ valueHex: bytesOf(Buffer.from(serial(), 'hex')) }),
    genTime: wrong === 'wrong-time' ? new Date(now.getTime() - 30 * DAY_MS) : now,
    ...(asked.nonce ? { nonce: new asn1js.Integer({ valueHex: bytesOf(nonce) }) } : {}),
  })
  const token = await sign(der(info.toSchema()), signer, wrong)
  return der(
    new pkijs.TimeStampResp({
      status: status(0),
      timeStampToken: pkijs.ContentInfo.fromBER(bytesOf(token)),
    }).toSchema(),
  )
}

async function sign(info: Buffer, { certificate, key }: Signer, wrong: Wrong): Promise<Buffer> {
  const own = pkijs.Certificate.fromBER(certificate.rawData)
  const sequence = (value: asn1js.AsnType[]): asn1js.Sequence => new asn1js.Sequence({ value })
  const attribute = (type: string, value: asn1js.AsnType): pkijs.Attribute =>
    new pkijs.Attribute({ type, values: [value] })
  const digest = (bytes: Uint8Array): asn1js.OctetString =>
    octets(createHash('sha256').update(bytes).digest())
  const signed = new pkijs.SignedData({
    version: 3,
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: TST_INFO, eContent: octets(info) }),
    certificates: [own],
    signerInfos: [
      new pkijs.SignerInfo({
        version: 1,
        sid: new pkijs.IssuerAndSerialNumber({ issuer: own.issuer, serialNumber: own.serialNumber }),
        signedAttrs: new pkijs.SignedAndUnsignedAttributes({
          type: 0,
          attributes: [
            attribute('1.2.840.113549.1.9.3', new asn1js.ObjectIdentifier({ value: TST_INFO })),
            attribute('1.2.840.113549.1.9.4', digest(info)),
            attribute(
              '1.2.840.113549.1.9.16.2.47',
              sequence([sequence([sequence([digest(new Uint8Array(certificate.rawData))])])]),
            ),
          ],
        }),
      }),
    ],
  })
  await signed.sign(key, 0, 'SHA-256')
  if (wrong === 'wrong-signature') {
    const [info] = signed.signerInfos
    const broken = Buffer.from(info!.signature.valueBlock.valueHexView)
    broken[broken.length - 1]! ^= 1
    info!.signature = octets(broken)
  }
  return der(new pkijs.ContentInfo({ contentType: SIGNED_DATA, content: signed.toSchema(true) }).toSchema())
}

/** Positive, without a leading zero byte. */
function serial(): string {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x3f) | 0x40
  return bytes.toString('hex')
}

const octets = (bytes: Buffer): asn1js.OctetString => new asn1js.OctetString({ valueHex: bytesOf(bytes) })
const der = (value: asn1js.AsnType): Buffer => Buffer.from(value.toBER())
const bytesOf = (bytes: Buffer): ArrayBuffer => new Uint8Array(bytes).buffer
