import * as asn1js from 'asn1js'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import * as pkijs from 'pkijs'
import type { MachineIdentity } from './pki.ts'

const FRIENDLY_NAME = '1.2.840.113549.1.9.20'
const LOCAL_KEY_ID = '1.2.840.113549.1.9.21'
const SHROUDED_KEY = '1.2.840.113549.1.12.10.1.2'
const CERTIFICATE = '1.2.840.113549.1.12.10.1.3'
/** As `openssl` writes: made for passwords that are random, which nobody guesses however quick a guess is. */
const ITERATIONS = 2_048

/**
 * A key with its certificate as one file that Windows (10 of 2018 and later), macOS and browsers import: PKCS #12 with AES-256 and
 * SHA-256. `name` is what they show it as;
 * `password` is random, of 100 bits or more.
 */
export async function toPkcs12(identity: MachineIdentity, name: string, password: string): Promise<Buffer> {
  const secret = bytesOf(Buffer.from(password))
  const encryption = {
    password: secret,
    contentEncryptionAlgorithm: { name: 'AES-CBC', length: 256 },
    hmacHashAlgorithm: 'SHA-256',
    iterationCount: ITERATIONS,
  }
  const keyId = new asn1js.OctetString({ valueHex: bytesOf(Buffer.from([1])) })
  const attributes = (): pkijs.Attribute[] => [
    new pkijs.Attribute({ type: FRIENDLY_NAME, values: [new asn1js.BmpString({ value: name })] }),
    new pkijs.Attribute({ type: LOCAL_KEY_ID, values: [keyId] }),
  ]
  const key = new pkijs.PKCS8ShroudedKeyBag({
    parsedValue: pkijs.PrivateKeyInfo.fromBER(
      bytesOf(createPrivateKey(identity.privateKeyPem).export({ type: 'pkcs8', format: 'der' })),
    ),
  })
  await key.makeInternalValues(encryption)
  const certificate = (pem: string, own: boolean): pkijs.SafeBag =>
    new pkijs.SafeBag({
      bagId: CERTIFICATE,
      bagValue: new pkijs.CertBag({
        parsedValue: pkijs.Certificate.fromBER(bytesOf(new X509Certificate(pem).raw)),
      }),
      ...(own ? { bagAttributes: attributes() } : {}),
    })
  const keys = new pkijs.SafeContents({
    safeBags: [new pkijs.SafeBag({ bagId: SHROUDED_KEY, bagValue: key, bagAttributes: attributes() })],
  })
  const certificates = new pkijs.SafeContents({
    safeBags: [certificate(identity.certificatePem, true), certificate(identity.authorityPem, false)],
  })
  const safe = new pkijs.AuthenticatedSafe({
    // The key is closed in its bag already; the certificates are closed as a whole.
    parsedValue: {
      safeContents: [
        { privacyMode: 0, value: keys },
        { privacyMode: 1, value: certificates },
      ],
    },
  })
  await safe.makeInternalValues({ safeContents: [{}, encryption] })
  const pfx = new pkijs.PFX({ parsedValue: { integrityMode: 0, authenticatedSafe: safe } })
  await pfx.makeInternalValues({
    password: secret,
    iterations: ITERATIONS,
    pbkdf2HashAlgorithm: 'SHA-256',
    hmacHashAlgorithm: 'SHA-256',
  })
  return Buffer.from(pfx.toSchema().toBER())
}

/** Bytes in a buffer of their own, as the library wants them. */
function bytesOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
