// Must stand before @peculiar/x509, which reads decorator metadata while it loads.
import 'reflect-metadata'
import type { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import * as asn1 from 'asn1js'
import * as pkijs from 'pkijs'
import type { TownKeys } from './verification-verdict.ts'

/** PAdES-B-B: the CMS of a signed document (ETSI EN 319 142-1, 319 122-1), made and checked. */
const DATA = '1.2.840.113549.1.7.1'
const SIGNED_DATA = '1.2.840.113549.1.7.2'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'
const SHA_256 = '2.16.840.1.101.3.4.2.1'
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
/** Of the certificate that carries the key; what counts is how long the key is published as good. */
const CERTIFICATE_YEARS = 10

async function importPrivate(pkcs8: Uint8Array): Promise<webcrypto.CryptoKey> {
  return await crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), algorithm, false, ['sign'])
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)))
}

/**
 * A certificate around a town's paper key, signed by the key itself: what is believed is the published key, as for the codes
 * on paper. The authority of the machines vouches for machines only.
 */
export async function makePaperCertificate(of: {
  readonly keyId: number
  readonly publicKey: Uint8Array
  /** PKCS #8. */
  readonly privateKey: Uint8Array
  readonly municipalityCode: string
  readonly municipalityName: string
  readonly notBefore: Date
}): Promise<Uint8Array> {
  const publicKey = await crypto.subtle.importKey('raw', new Uint8Array(of.publicKey), algorithm, true, [
    'verify',
  ])
  const notAfter = new Date(of.notBefore)
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + CERTIFICATE_YEARS)
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    // Positive, and another one for every key of every town.
    serialNumber: `01${of.municipalityCode}${of.keyId.toString(16).padStart(4, '0')}`,
    name: new x509.Name([
      { C: [{ printableString: 'JP' }] },
      { O: [{ utf8String: of.municipalityName }] },
      { CN: [{ utf8String: `${of.municipalityName} 証明書の署名鍵 ${of.keyId}` }] },
    ]),
    notBefore: of.notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    keys: { publicKey, privateKey: await importPrivate(of.privateKey) },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.nonRepudiation,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  })
  return new Uint8Array(certificate.rawData)
}

/** The detached CMS over these bytes. The time stands in the PDF's dictionary, as PAdES asks, and not in here. */
export async function signDetached(
  signed: Uint8Array,
  signer: { readonly certificate: Uint8Array; readonly privateKey: Uint8Array },
): Promise<Uint8Array> {
  const certificate = pkijs.Certificate.fromBER(new Uint8Array(signer.certificate))
  const octets = (bytes: Uint8Array<ArrayBuffer>): asn1.OctetString =>
    new asn1.OctetString({ valueHex: bytes.buffer })
  const sequence = (value: asn1.AsnType[]): asn1.Sequence => new asn1.Sequence({ value })
  // SHA-256 is the default of ESSCertIDv2, and defaults are left out in DER.
  const certificateId = sequence([octets(await sha256(signer.certificate))])
  const attribute = (type: string, value: asn1.AsnType): pkijs.Attribute =>
    new pkijs.Attribute({ type, values: [value] })
  const info = new pkijs.SignerInfo({
    version: 1,
    sid: new pkijs.IssuerAndSerialNumber({
      issuer: certificate.issuer,
      serialNumber: certificate.serialNumber,
    }),
    signedAttrs: new pkijs.SignedAndUnsignedAttributes({
      type: 0,
      attributes: [
        attribute(CONTENT_TYPE, new asn1.ObjectIdentifier({ value: DATA })),
        attribute(MESSAGE_DIGEST, octets(await sha256(signed))),
        attribute(SIGNING_CERTIFICATE_V2, sequence([sequence([certificateId])])),
      ],
    }),
  })
  const cms = new pkijs.SignedData({
    version: 1,
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: DATA }),
    signerInfos: [info],
    certificates: [certificate],
  })
  await cms.sign(await importPrivate(signer.privateKey), 0, 'SHA-256', new Uint8Array(signed).buffer)
  const content = new pkijs.ContentInfo({ contentType: SIGNED_DATA, content: cms.toSchema(true) })
  return new Uint8Array(content.toSchema().toBER())
}

export type SignatureVerdict = {
  readonly kind: 'genuine' | 'withdrawn' | 'altered' | 'unknown'
  readonly ja: string
}

/** What a signed document is made of, as `readSignedPdf` takes it apart. */
export type TakenApart = {
  readonly cms: Uint8Array
  readonly signed: Uint8Array
  readonly coversAll: boolean
  /** Day in Japan that the signer names, `2026-11-21`. */
  readonly signedOn: string
}

/** Judges a signature by the published keys of one town. */
export async function judgeSignature(document: TakenApart, town: TownKeys): Promise<SignatureVerdict> {
  if (!document.coversAll)
    return {
      kind: 'altered',
      ja: '署名の後に、ページや内容が追加または変更されています。この文書を信用しないでください。',
    }
  const signer = await signerOf(document)
  if (signer === null)
    return {
      kind: 'altered',
      ja: '文書が署名の後に変更されたか、署名が壊れています。この文書を信用しないでください。',
    }
  const key = town.keys.find(({ publicKey }) => publicKey === signer)
  if (!key)
    return {
      kind: 'altered',
      ja: `署名した鍵は、${town.municipalityName}のものではありません（鍵の一覧が古いときは、新しくしてください）。この文書を信用しないでください。`,
    }
  if (document.signedOn < key.fromOn || (key.untilOn !== null && document.signedOn > key.untilOn))
    return {
      kind: 'altered',
      ja: '署名の日付が、鍵の使われた期間の外にあります。この文書を信用しないでください。',
    }
  // A thief of the key writes any day into a document.
  if (key.revokedFrom !== null)
    return {
      kind: 'withdrawn',
      ja: `署名した鍵は失効しています。${town.municipalityName}に、署名し直した文書を求めてください。`,
    }
  return {
    kind: 'genuine',
    ja: `${town.municipalityName}が${document.signedOn}に署名し、それから変わっていません。`,
  }
}

/** The public key that made a sound signature over the bytes, base64 of its point; `null` = it is not sound. */
async function signerOf({ cms, signed }: TakenApart): Promise<string | null> {
  try {
    const content = pkijs.ContentInfo.fromBER(new Uint8Array(cms))
    if (content.contentType !== SIGNED_DATA) return null
    const data = new pkijs.SignedData({ schema: content.content })
    const [info, ...others] = data.signerInfos
    const [certificate] = data.certificates ?? []
    if (!info || others.length > 0 || !(certificate instanceof pkijs.Certificate)) return null
    if (info.digestAlgorithm.algorithmId !== SHA_256 || !(await namesCertificate(info, certificate)))
      return null
    const sound = await data.verify({ signer: 0, data: new Uint8Array(signed).buffer, checkChain: false })
    if (!sound) return null
    const point = certificate.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView
    return btoa(Array.from(point, (byte) => String.fromCharCode(byte)).join(''))
  } catch {
    return null
  }
}

/** signing-certificate-v2: the certificate cannot be exchanged for another one with the same name. */
async function namesCertificate(info: pkijs.SignerInfo, certificate: pkijs.Certificate): Promise<boolean> {
  const attribute = info.signedAttrs?.attributes.find(({ type }) => type === SIGNING_CERTIFICATE_V2)
  const [list] = (attribute?.values ?? []) as asn1.Sequence[]
  const ids = list?.valueBlock.value[0] as asn1.Sequence | undefined
  const id = ids?.valueBlock.value[0] as asn1.Sequence | undefined
  const hash = id?.valueBlock.value[0]
  if (!(hash instanceof asn1.OctetString)) return false
  const expected = await sha256(new Uint8Array(certificate.toSchema().toBER()))
  return expected.every((byte, i) => hash.valueBlock.valueHexView[i] === byte)
}
