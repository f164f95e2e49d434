import * as x509 from '@peculiar/x509'
import * as asn1js from 'asn1js'
import { sign } from 'node:crypto'
import * as pkijs from 'pkijs'
import { ocspFailure, signAnswer, type Responder } from './ocsp-responder.ts'
import {
  issuingDistributionPoint,
  makeCertificate,
  makeCrl,
  responderExtensions,
  revocationReasons,
  type RevocationReason,
  type RevokedEntry,
} from './profile.ts'
import {
  idsOf,
  inDays,
  inSeconds,
  now,
  ocspNonce,
  serial,
  times,
  type Case,
  type Cast,
} from './vector-cast.ts'

const nonceOid = '1.3.6.1.5.5.7.48.1.2'
const tagged = (tagNumber: number, value: readonly asn1js.BaseBlock[] = []) =>
  new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber }, value: [...value] })
const flag = (tagNumber: number) =>
  new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber }, valueHex: Uint8Array.of(0xff).buffer })

/** Answers and lists that are right but for one field, each signed by whom it should be. */
export async function answerCases(cast: Cast): Promise<Case[]> {
  return [...(await ocspCases(cast)), ...(await crlCases(cast))]
}

async function ocspCases(cast: Cast): Promise<Case[]> {
  const { good, mine, present, ask, status, responderOf } = cast
  const request = ask(mine, present)
  const nonce = pkijs.OCSPRequest.fromBER(request).tbsRequest.requestExtensions?.[0]
  const spoiled = (
    title: string,
    spoil: (data: pkijs.ResponseData) => void,
    expected = 'cannot-confirm',
  ): Case => ({ title, expected, ocsp: signAnswer(idsOf(request), nonce, good, times, spoil) })
  const first = (data: pkijs.ResponseData) => data.responses[0]!
  const revokedNow = await responderOf(present, { kind: 'revoked', revokedAt: now, reason: 'keyCompromise' })
  const responder = async (
    change: (usual: x509.Extension[]) => x509.Extension[],
    notBefore = inDays(-30),
  ): Promise<Responder> => {
    const { publicKey } = cast.responderKeys
    const spec = {
      serial: '1002',
      subject: 'C=JP, O=JPKI, CN=OCSP',
      publicKey,
      notBefore,
      notAfter: inDays(30),
    }
    const usual = await responderExtensions(present, publicKey)
    return { ...good, certificate: await makeCertificate(present, spec, change(usual)) }
  }
  const by = (who: Responder) => signAnswer(idsOf(request), nonce, who, times)
  const reasons = Object.keys(revocationReasons) as RevocationReason[]

  return [
    ...(await Promise.all(
      reasons.map(async (reason) => ({
        title: `OCSP says ${reason}`,
        expected: reason === 'certificateHold' ? 'hold' : 'revoked',
        ocsp: await status({ kind: 'revoked', revokedAt: inDays(-1), reason }),
      })),
    )),
    spoiled(
      'OCSP says revoked and no reason',
      (data) => {
        const revokedAt = new asn1js.GeneralizedTime({ valueDate: inDays(-1) })
        first(data).certStatus = tagged(1, [revokedAt]) as never
      },
      'revoked',
    ),
    spoiled(
      'an answer that names its responder by name',
      (data) => {
        data.responderID = pkijs.RelativeDistinguishedNames.fromBER(
          good.certificate.subjectName.toArrayBuffer(),
        )
      },
      'valid',
    ),
    spoiled('an answer that names another responder', (data) => {
      data.responderID = new asn1js.OctetString({ valueHex: new Uint8Array(20).buffer })
    }),
    spoiled('two answers about one certificate', (data) => {
      data.responses = [first(data), first(data)]
    }),
    {
      title: 'an answer with good first and revoked second',
      expected: 'cannot-confirm',
      ocsp: signAnswer(idsOf(request), nonce, good, times, (data) => {
        signAnswer(idsOf(request), nonce, revokedNow, times, (other) => {
          data.responses = [...data.responses, ...other.responses]
        })
      }),
    },
    spoiled('an answer about nothing', (data) => {
      data.responses = []
    }),
    spoiled('an answer whose certificate is named with another hash', (data) => {
      first(data).certID.hashAlgorithm = new pkijs.AlgorithmIdentifier({
        algorithmId: '2.16.840.1.101.3.4.2.1',
      })
    }),
    spoiled('an answer about the name of another issuer', (data) => {
      first(data).certID.issuerNameHash = new asn1js.OctetString({ valueHex: new Uint8Array(20).buffer })
    }),
    spoiled('an answer with a critical extension', (data) => {
      const extnValue = new asn1js.Null().toBER()
      first(data).singleExtensions = [
        new pkijs.Extension({ extnID: '1.2.392.200149.8.5.9', critical: true, extnValue }),
      ]
    }),
    spoiled('an answer with two nonces', (data) => {
      data.responseExtensions = [nonce!, nonce!]
    }),
    spoiled('an answer with a shorter nonce', (data) => {
      const short = new asn1js.OctetString({ valueHex: new Uint8Array(ocspNonce.subarray(0, 16)).buffer })
      data.responseExtensions = [new pkijs.Extension({ extnID: nonceOid, extnValue: short.toBER() })]
    }),
    spoiled(
      'a fresh answer that does not say how long it holds',
      (data) => {
        delete first(data).nextUpdate
      },
      'valid',
    ),
    spoiled('an old answer that does not say how long it holds', (data) => {
      first(data).thisUpdate = inSeconds(-3600)
      delete first(data).nextUpdate
    }),
    spoiled('an answer made in the future', (data) => {
      data.producedAt = inSeconds(3600)
    }),
    ...(['malformedRequest', 'internalError', 'unauthorized'] as const).map((failure) => ({
      title: `OCSP answers ${failure}`,
      expected: 'cannot-confirm',
      ocsp: ocspFailure(failure),
    })),
    {
      title: 'a responder that may not answer for OCSP',
      expected: 'cannot-confirm',
      ocsp: by(await responder((usual) => usual.filter(({ type }) => type !== '2.5.29.37'))),
    },
    {
      title: 'a responder for anything',
      expected: 'cannot-confirm',
      ocsp: by(
        await responder((usual) => [
          ...usual.filter(({ type }) => type !== '2.5.29.37'),
          new x509.ExtendedKeyUsageExtension(['2.5.29.37.0']),
        ]),
      ),
    },
    {
      title: 'a responder whose key may not sign',
      expected: 'cannot-confirm',
      ocsp: by(
        await responder((usual) => [
          ...usual.filter(({ type }) => type !== '2.5.29.15'),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyEncipherment, true),
        ]),
      ),
    },
    {
      title: 'a responder that claims to be a CA',
      expected: 'cannot-confirm',
      ocsp: by(
        await responder((usual) => [...usual, new x509.BasicConstraintsExtension(true, undefined, true)]),
      ),
    },
    {
      title: 'a responder whose certificate has not begun',
      expected: 'cannot-confirm',
      ocsp: by(await responder((usual) => usual, inDays(1))),
    },
    {
      title: 'a responder with a critical extension nobody knows',
      expected: 'cannot-confirm',
      ocsp: by(
        await responder((usual) => [
          ...usual,
          new x509.Extension('1.2.392.200149.8.5.9', true, Uint8Array.of(5, 0)),
        ]),
      ),
    },
  ]
}

async function crlCases(cast: Cast): Promise<Case[]> {
  const { crl, present, mine, cardKeys, held, dead } = cast
  const list = async (
    title: string,
    expected: string,
    changed: (usual: x509.Extension[]) => x509.Extension[],
    entries = [dead],
  ): Promise<Case> => ({
    title,
    expected,
    crl: await crl(entries, inSeconds(-3600), present, inDays(1), changed),
  })
  const replaced = (extension: x509.Extension) => (usual: x509.Extension[]) => [
    ...usual.filter(({ type }) => type !== extension.type),
    extension,
  ]
  const without = (type: string) => (usual: x509.Extension[]) => usual.filter((one) => one.type !== type)
  const asCard = {
    certificate: new x509.X509Certificate(new Uint8Array(mine)),
    privateKey: cardKeys.privateKey,
  }
  const reasons = Object.keys(revocationReasons) as RevocationReason[]

  return [
    ...(await Promise.all(
      reasons
        .filter((reason) => reason !== 'certificateHold')
        .map(async (reason) => ({
          title: `the list says ${reason}`,
          expected: 'revoked',
          crl: await crl([{ serial, revokedAt: inDays(-1), reason }], inSeconds(-3600)),
        })),
    )),
    {
      title: 'a list that says hold and then revoked',
      expected: 'revoked',
      crl: await saidTwice(held, dead),
    },
    {
      title: 'a list that says revoked and then hold',
      expected: 'revoked',
      crl: await saidTwice(dead, held),
    },
    await list('a list for all certificates of its issuer', 'revoked', without('2.5.29.28')),
    await list(
      'a list of another place',
      'cannot-confirm',
      replaced(issuingDistributionPoint('C=JP, O=JPKI, CN=Other CRL')),
      [],
    ),
    await list(
      'a list of user certificates alone',
      'revoked',
      replaced(issuingDistributionPoint(undefined, [flag(1)])),
    ),
    await list(
      'a list of CA certificates alone',
      'cannot-confirm',
      replaced(issuingDistributionPoint(undefined, [flag(2)])),
      [],
    ),
    await list(
      'a list for some reasons alone',
      'cannot-confirm',
      replaced(
        issuingDistributionPoint(undefined, [
          new asn1js.Primitive({
            idBlock: { tagClass: 3, tagNumber: 3 },
            valueHex: Uint8Array.of(6, 0x40).buffer,
          }),
        ]),
      ),
      [],
    ),
    await list(
      'a list of several issuers',
      'cannot-confirm',
      replaced(issuingDistributionPoint(undefined, [flag(4)])),
      [],
    ),
    await list(
      'a list of what has changed',
      'cannot-confirm',
      (usual) => [...usual, new x509.Extension('2.5.29.27', true, new asn1js.Integer({ value: 6 }).toBER())],
      [],
    ),
    await list('a list that does not say whose key signed it', 'cannot-confirm', without('2.5.29.35'), []),
    { title: 'a list from the future', expected: 'cannot-confirm', crl: await crl([], inSeconds(61)) },
    {
      title: 'a list that does not say how long it holds',
      expected: 'cannot-confirm',
      crl: await makeCrl(present, { number: 7, thisUpdate: inSeconds(-60), entries: [] }),
    },
    {
      title: 'a list signed by a card',
      expected: 'cannot-confirm',
      crl: await crl([], inSeconds(-3600), asCard),
    },
    { title: 'a list that is none', expected: 'cannot-confirm', crl: Buffer.from('<html>') },
    {
      title: 'a list cut short',
      expected: 'cannot-confirm',
      crl: (await crl([dead], inSeconds(-3600))).subarray(0, 300),
    },
  ]

  /** One serial number listed twice, which no library makes. */
  async function saidTwice(first: RevokedEntry, second: RevokedEntry): Promise<Uint8Array> {
    const parts = async (entry: RevokedEntry) => {
      const whole = asn1js.fromBER(new Uint8Array(await crl([entry], inSeconds(-3600))))
        .result as asn1js.Sequence
      const [tbs, algorithm] = whole.valueBlock.value as [asn1js.Sequence, asn1js.BaseBlock]
      // Version, algorithm, issuer, two times, then the entries.
      return { tbs, algorithm, entries: tbs.valueBlock.value[5] as asn1js.Sequence }
    }
    const { tbs, algorithm, entries } = await parts(first)
    entries.valueBlock.value = [
      ...entries.valueBlock.value,
      ...(await parts(second)).entries.valueBlock.value,
    ]
    const signature = sign('sha256', Buffer.from(tbs.toBER()), present.privateKey)
    const bits = new asn1js.BitString({ valueHex: new Uint8Array(signature).buffer })
    return new Uint8Array(new asn1js.Sequence({ value: [tbs, algorithm, bits] }).toBER())
  }
}
