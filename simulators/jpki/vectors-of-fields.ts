import * as x509 from '@peculiar/x509'
import * as asn1js from 'asn1js'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  crlDistributionPoint,
  keyIdentifierOf,
  makeCertificate,
  userExtensions,
  type Issuer,
} from './profile.ts'
import { der, inDays, type Case, type Cast } from './vector-cast.ts'

/** Places in the signed part of a certificate (RFC 5280 §4.1). */
const field = { version: 0, serial: 1, algorithm: 2, issuer: 3, key: 6, extensions: 7 } as const
const id = {
  aki: '2.5.29.35',
  ski: '2.5.29.14',
  crlDistributionPoints: '2.5.29.31',
  basicConstraints: '2.5.29.19',
  alternativeName: '2.5.29.17',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const

/** One certificate for each field of the profile, right but for that field, each signed by the true CA. */
export async function fieldCases(cast: Cast): Promise<Case[]> {
  const { present, namesake, mine, card, without, replaced, rewritten, signed, cardKeys, crl, dead } = cast
  const policy = async (
    title: string,
    change: Parameters<typeof card>[1],
    extensions?: Parameters<typeof card>[2],
  ): Promise<Case> => ({ title, expected: 'policy', certificate: await card(present, change, extensions) })
  const keyed = (title: string, expected: string, publicKey: KeyObject): Case => ({
    title,
    expected,
    certificate: rewritten((parts) => {
      const spki = publicKey.export({ type: 'spki', format: 'der' })
      parts[field.key] = asn1js.fromBER(new Uint8Array(spki)).result
    }),
  })
  const rewrite = (title: string, expected: string, change: (parts: asn1js.BaseBlock[]) => void): Case => ({
    title,
    expected,
    certificate: rewritten(change),
  })
  const serialled = (title: string, bytes: readonly number[]): Case =>
    rewrite(title, 'malformed', (parts) => {
      parts[field.serial] = new asn1js.Integer({ valueHex: Uint8Array.from(bytes).buffer })
    })
  const extended = (title: string, expected: string, type: string, value: Uint8Array, critical = false) =>
    rewrite(title, expected, (parts) => {
      const wrapper = parts[field.extensions] as asn1js.Constructed
      const list = wrapper.valueBlock.value[0] as asn1js.Sequence
      list.valueBlock.value = [
        ...list.valueBlock.value.filter((one) => idOf(one) !== type),
        rawExtension(type, value, critical),
      ]
    })
  const authorityKey = (keyId: string | null, serial: string | null) =>
    replaced(new x509.Extension(id.aki, false, authorityKeyIdentifier(present, keyId, serial)))
  const ownKeyId = keyIdentifierOf(present.certificate)
  const asIssuer: Issuer = {
    certificate: new x509.X509Certificate(new Uint8Array(mine)),
    privateKey: cardKeys.privateKey,
  }
  const elsewhere = 'C=JP, O=JPKI, OU=JPKI for user authentication, CN=Other CRL'

  return [
    rewrite('a certificate of version 1', 'malformed', (parts) => {
      parts.splice(field.extensions, 1)
      parts.splice(field.version, 1)
    }),
    rewrite('a certificate of version 2', 'malformed', (parts) => {
      ;(parts[field.version] as asn1js.Constructed).valueBlock.value = [new asn1js.Integer({ value: 1 })]
    }),
    serialled('the serial number zero', [0]),
    serialled('a negative serial number', [0x86, 0xd1, 0x80, 0x06]),
    serialled('a serial number of 21 octets', [1, ...Array<number>(20).fill(0)]),
    rewrite('two algorithms in one certificate', 'malformed', (parts) => {
      parts[field.algorithm] = algorithmOf('1.2.840.113549.1.1.12')
    }),
    {
      title: 'signed with SHA-1',
      expected: 'unknown-issuer',
      certificate: hashedWith('1.2.840.113549.1.1.5'),
    },
    {
      title: 'signed with SHA-512',
      expected: 'unknown-issuer',
      certificate: hashedWith('1.2.840.113549.1.1.13'),
    },
    rewrite('an issuer of another name', 'unknown-issuer', (parts) => {
      parts[field.issuer] = nameOf('C=JP, O=JPKI, OU=JPKI for digital signature')
    }),
    rewrite('no issuer', 'unknown-issuer', (parts) => {
      parts[field.issuer] = new asn1js.Sequence({ value: [] })
    }),
    {
      title: 'a life that ends before it begins',
      expected: 'not-yet-valid',
      certificate: await card(present, { notBefore: inDays(10), notAfter: inDays(-10) }),
    },
    await policy('a subject with a locality', { subject: 'C=JP, L=Hida-shi, CN=0011AABBCCDD2233' }),
    await policy('a subject without a common name', { subject: 'C=JP' }),
    await policy('a subject of another country', { subject: 'C=US, CN=0011AABBCCDD2233' }),
    await policy('a subject that names a person', { subject: 'C=JP, CN=飛騨 太郎' }),
    await policy('two common names', { subject: 'C=JP, CN=0011AABBCCDD2233, CN=0011AABBCCDD2234' }),
    rewrite('no subject', 'policy', (parts) => {
      parts[5] = new asn1js.Sequence({ value: [] })
    }),
    keyed(
      'a key on an elliptic curve',
      'policy',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
    ),
    keyed('an Ed25519 key', 'policy', generateKeyPairSync('ed25519').publicKey),
    keyed(
      'a key with the exponent 3',
      'policy',
      generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey,
    ),
    keyed(
      'a key for RSASSA-PSS alone',
      'policy',
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey,
    ),
    rewrite('a key that is none', 'malformed', (parts) => {
      const key = parts[field.key] as asn1js.Sequence
      key.valueBlock.value[1] = new asn1js.BitString({ valueHex: Uint8Array.of(1, 2, 3).buffer })
    }),

    {
      title: 'the key identifier of another generation',
      expected: 'unknown-issuer',
      certificate: await card(present, {}, authorityKey(keyIdentifierOf(cast.old.certificate), null)),
    },
    {
      title: 'a key identifier nobody has',
      expected: 'unknown-issuer',
      certificate: await card(present, {}, authorityKey('00'.repeat(20), null)),
    },
    {
      title: 'the key identifier of the issuer and the serial number of another one',
      expected: 'unknown-issuer',
      certificate: await card(present, {}, authorityKey(ownKeyId, '1')),
    },
    {
      title: 'the issuer named by name and serial number alone',
      expected: 'unknown-issuer',
      certificate: await card(present, {}, authorityKey(null, '114393094')),
    },
    {
      title: 'the issuer named by key identifier, name and serial number',
      expected: 'valid',
      certificate: await card(present, {}, authorityKey(ownKeyId, '114393094')),
    },
    {
      title: 'no key identifier of its own',
      expected: 'valid',
      certificate: await card(present, {}, without(id.ski)),
    },
    {
      title: 'a key usage that is not critical',
      expected: 'valid',
      certificate: await card(
        present,
        {},
        replaced(new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, false)),
      ),
    },
    await policy(
      'a key for 否認防止 as on the signing certificate',
      {},
      replaced(new x509.KeyUsagesExtension(x509.KeyUsageFlags.nonRepudiation, true)),
    ),
    await policy(
      'a key that may also sign certificates',
      {},
      replaced(
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign,
          true,
        ),
      ),
    ),
    await policy('any extended key usage', {}, replaced(new x509.ExtendedKeyUsageExtension(['2.5.29.37.0']))),
    {
      title: 'a further extended key usage',
      expected: 'valid',
      certificate: await card(
        present,
        {},
        replaced(new x509.ExtendedKeyUsageExtension([id.clientAuth, '1.3.6.1.5.5.7.3.4'])),
      ),
    },
    {
      title: 'no CA, said aloud',
      expected: 'valid',
      certificate: await card(present, {}, (usual) => [
        ...usual,
        new x509.BasicConstraintsExtension(false, undefined, true),
      ]),
    },
    {
      title: 'a second policy beside ours',
      expected: 'valid',
      certificate: await card(
        present,
        {},
        replaced(
          new x509.CertificatePolicyExtension(['1.2.392.200149.8.5.1.0.99', '1.2.392.200149.8.5.1.0.30']),
        ),
      ),
    },
    await policy(
      'a policy that only begins like ours',
      {},
      replaced(new x509.CertificatePolicyExtension(['1.2.392.200149.8.5.1.0.30.1'])),
    ),
    extended('a name in the alternative name', 'policy', id.alternativeName, personalName()),
    extended(
      'basic constraints that cannot be read',
      'malformed',
      id.basicConstraints,
      Uint8Array.of(4, 1, 0),
    ),
    extended('a key usage that cannot be read', 'malformed', '2.5.29.15', Uint8Array.of(2, 1, 0x80)),
    extended('policies that cannot be read', 'malformed', '2.5.29.32', Uint8Array.of(5, 0)),
    extended('an extension that is longer than a card', 'malformed', '1.2.3.4', new Uint8Array(9000)),
    rewrite('the same extension twice', 'malformed', (parts) => {
      const list = (parts[field.extensions] as asn1js.Constructed).valueBlock.value[0] as asn1js.Sequence
      list.valueBlock.value = [...list.valueBlock.value, list.valueBlock.value[0]!]
    }),
    rewrite('no extensions', 'unknown-issuer', (parts) => void parts.splice(field.extensions, 1)),
    {
      title: 'no place of a revocation list, and a list of one place',
      expected: 'cannot-confirm',
      certificate: await card(present, {}, without(id.crlDistributionPoints)),
      crl: await crl([], inDays(0)),
    },
    {
      title: 'another place of the revocation list',
      expected: 'cannot-confirm',
      certificate: await card(present, {}, replaced(crlDistributionPoint(elsewhere))),
      crl: await crl([dead], inDays(0)),
    },
    {
      title: 'a place of the revocation list by URL',
      expected: 'cannot-confirm',
      certificate: await card(
        present,
        {},
        replaced(new x509.CRLDistributionPointsExtension(['http://crl.example/list.crl'])),
      ),
      crl: await crl([], inDays(0)),
    },

    {
      title: 'a certificate issued by a card',
      expected: 'unknown-issuer',
      certificate: der(
        await makeCertificate(
          asIssuer,
          {
            serial: '114400009',
            subject: 'C=JP, CN=0011AABBCCDD2233',
            publicKey: cardKeys.publicKey,
            notBefore: inDays(-1),
            notAfter: inDays(1),
          },
          await userExtensions(asIssuer, cardKeys.publicKey),
        ),
      ),
    },
    {
      title: 'the CA itself as a card',
      expected: 'policy',
      certificate: der(present.certificate),
      signature: signed(present.privateKey),
    },
    {
      title: 'a stranger who calls himself the CA as a card',
      expected: 'unknown-issuer',
      certificate: der(namesake.certificate),
      signature: signed(namesake.privateKey),
    },
    {
      title: 'one flipped bit in the signature',
      expected: 'unknown-issuer',
      certificate: cast.flipped(mine, mine.length - 1),
    },
    { title: 'lengths written the long way', expected: 'malformed', certificate: indefinite(mine) },
  ]

  /** Named as that algorithm inside and outside; whether its bytes would fit does not matter. */
  function hashedWith(algorithm: string): Uint8Array {
    const whole = asn1js.fromBER(mine).result as asn1js.Sequence
    const [tbs, , bits] = whole.valueBlock.value as [asn1js.Sequence, asn1js.BaseBlock, asn1js.BaseBlock]
    tbs.valueBlock.value[field.algorithm] = algorithmOf(algorithm)
    const value = [tbs, algorithmOf(algorithm), bits]
    return new Uint8Array(new asn1js.Sequence({ value }).toBER())
  }
}

function algorithmOf(oid: string): asn1js.Sequence {
  return new asn1js.Sequence({ value: [new asn1js.ObjectIdentifier({ value: oid }), new asn1js.Null()] })
}

function nameOf(text: string): asn1js.BaseBlock {
  return asn1js.fromBER(new x509.Name(text).toArrayBuffer()).result
}

function idOf(extension: asn1js.BaseBlock): string | null {
  const [type] = extension instanceof asn1js.Sequence ? extension.valueBlock.value : []
  return type instanceof asn1js.ObjectIdentifier ? type.getValue() : null
}

function rawExtension(type: string, value: Uint8Array, critical: boolean): asn1js.Sequence {
  return new asn1js.Sequence({
    value: [
      new asn1js.ObjectIdentifier({ value: type }),
      ...(critical ? [new asn1js.Boolean({ value: true })] : []),
      new asn1js.OctetString({ valueHex: new Uint8Array(value).buffer }),
    ],
  })
}

/** 氏名 as the signing certificate carries it: otherName { 1.2.392.200149.8.5.5.1, [0] text }. */
function personalName(): Uint8Array {
  const tagged = (value: asn1js.BaseBlock[]) =>
    new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value })
  const name = tagged([
    new asn1js.ObjectIdentifier({ value: '1.2.392.200149.8.5.5.1' }),
    tagged([new asn1js.Utf8String({ value: '飛騨　太郎' })]),
  ])
  return new Uint8Array(new asn1js.Sequence({ value: [name] }).toBER())
}

/** AuthorityKeyIdentifier ::= SEQUENCE { [0] keyIdentifier, [1] authorityCertIssuer, [2] authorityCertSerialNumber } */
function authorityKeyIdentifier(issuer: Issuer, keyId: string | null, serial: string | null): Uint8Array {
  const primitive = (tagNumber: number, bytes: Uint8Array) =>
    new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber }, valueHex: new Uint8Array(bytes).buffer })
  const constructed = (tagNumber: number, value: asn1js.BaseBlock) =>
    new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber }, value: [value] })
  const name = asn1js.fromBER(issuer.certificate.subjectName.toArrayBuffer()).result
  const value = [
    ...(keyId === null ? [] : [primitive(0, Buffer.from(keyId, 'hex'))]),
    ...(serial === null
      ? []
      : [
          constructed(1, constructed(4, name)),
          primitive(2, new asn1js.Integer({ value: Number(serial) }).valueBlock.valueHexView),
        ]),
  ]
  return new Uint8Array(new asn1js.Sequence({ value }).toBER())
}

/** BER allows the outer length to be left open; DER, and so a certificate, does not. */
function indefinite(certificate: Uint8Array): Uint8Array {
  return Uint8Array.of(0x30, 0x80, ...certificate.subarray(4), 0, 0)
}
