import type * as x509 from '@peculiar/x509'
import * as asn1js from 'asn1js'
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import * as pkijs from 'pkijs'
import { readCertificate, type ReadCertificate } from '@open-bcl/modules/center/certificate-reading.ts'
import { challengeBytes, type Challenge } from '@open-bcl/modules/center/challenge.ts'
import { makeOcspRequest } from '@open-bcl/modules/center/ocsp.ts'
import { answerOcsp, type AnswerTimes, type OcspStatus, type Responder } from './ocsp-responder.ts'
import {
  generateRsaKeys,
  makeAuthority,
  makeCertificate,
  makeCrl,
  responderExtensions,
  userExtensions,
  type CertificateSpec,
  type Issuer,
  type RevokedEntry,
  type RsaKeys,
} from './profile.ts'

export const now = new Date('2026-11-21T03:00:00.000Z')
const day = 86_400_000
export const inDays = (days: number) => new Date(now.getTime() + days * day)
export const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000)
export const challenge: Challenge = {
  transactionId: '019aa3f0-0000-7000-8000-000000000001',
  nonce: 'q83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80',
  centerOrigin: 'https://center.example',
  issuedAt: '2026-11-21T02:59:30.000Z',
}
export const ocspNonce = createHash('sha256').update('ocsp nonce').digest()
export const times: AnswerTimes = { producedAt: now, thisUpdate: now, nextUpdate: inSeconds(300) }
export const serial = '114400001'

export type Case = {
  readonly title: string
  /** `valid`, or the reason for refusal. */
  readonly expected: string
  readonly certificate?: Uint8Array
  readonly challenge?: Challenge
  readonly signature?: Uint8Array
  /** `null` = the responder does not answer. */
  readonly ocsp?: Uint8Array | null
  readonly crl?: Uint8Array
}

export type Cast = Awaited<ReturnType<typeof makeCast>>

/** The cast of the vectors: generations, responders, a card, and ways to make each of them wrong. */
export async function makeCast() {
  const [oldKeys, presentKeys, endedKeys, namesakeKeys, responderKeys, cardKeys, otherKeys] =
    (await Promise.all(Array.from({ length: 7 }, generateRsaKeys))) as [
      RsaKeys,
      RsaKeys,
      RsaKeys,
      RsaKeys,
      RsaKeys,
      RsaKeys,
      RsaKeys,
    ]
  const old = await makeAuthority(oldKeys, { serial: '1', notBefore: inDays(-2500), notAfter: inDays(1000) })
  const present = await makeAuthority(presentKeys, {
    serial: '114393094',
    notBefore: inDays(-1000),
    notAfter: inDays(2500),
  })
  const ended = await makeAuthority(endedKeys, {
    serial: '2',
    notBefore: inDays(-4000),
    notAfter: inDays(-1),
  })
  const namesake = await makeAuthority(namesakeKeys, {
    serial: '1',
    notBefore: inDays(-2500),
    notAfter: inDays(1000),
  })

  const card = async (
    issuer: Issuer,
    change: Partial<CertificateSpec> = {},
    extensions: (usual: x509.Extension[]) => x509.Extension[] = (usual) => usual,
  ) => {
    const spec = {
      serial,
      subject: 'C=JP, CN=0011AABBCCDD2233',
      publicKey: cardKeys.publicKey,
      notBefore: inDays(-100),
      notAfter: inDays(1000),
      ...change,
    }
    const usual = await userExtensions(issuer, spec.publicKey)
    return der(await makeCertificate(issuer, spec, extensions(usual)))
  }
  const without = (id: string) => (usual: x509.Extension[]) => usual.filter(({ type }) => type !== id)
  const replaced = (extension: x509.Extension) => (usual: x509.Extension[]) => [
    ...usual.filter(({ type }) => type !== extension.type),
    extension,
  ]

  const responderOf = async (
    issuer: Issuer,
    status: OcspStatus,
    notAfter = inDays(30),
  ): Promise<Responder> => {
    const { publicKey, privateKey } = responderKeys
    const life = { notBefore: inDays(-30), notAfter }
    const certificate = await makeCertificate(
      issuer,
      { serial: '1002', subject: 'C=JP, O=JPKI, CN=OCSP', publicKey, ...life },
      await responderExtensions(issuer, publicKey),
    )
    return { authority: issuer.certificate, certificate, privateKey, statusOf: () => status }
  }
  const good = await responderOf(present, { kind: 'good' })
  const goodOld = await responderOf(old, { kind: 'good' })
  const mine = await card(present)
  const ask = (certificate: Uint8Array, issuer: Issuer, nonce: Uint8Array = ocspNonce) =>
    makeOcspRequest(read(certificate), read(der(issuer.certificate)), nonce)
  const answer = (responder: Responder, at: AnswerTimes = times, request = ask(mine, present)) =>
    answerOcsp(request, [responder], at)
  const status = async (value: OcspStatus) => answer(await responderOf(present, value))
  /** Signed by somebody who is not the responder of this generation. */
  const answeredBy = (certificate: x509.X509Certificate, privateKey: KeyObject) =>
    answer({ ...good, certificate, privateKey })
  const crl = (
    entries: readonly RevokedEntry[],
    thisUpdate: Date,
    issuer: Issuer = present,
    nextUpdate = inDays(1),
    changed?: (usual: x509.Extension[]) => x509.Extension[],
  ) => makeCrl(issuer, { number: 7, thisUpdate, nextUpdate, entries }, changed)
  const held: RevokedEntry = { serial, revokedAt: inDays(-1), reason: 'certificateHold' }
  const dead: RevokedEntry = { serial, revokedAt: inDays(-1), reason: 'superseded' }
  const forgedAki = async () => {
    const usual = await userExtensions(present, cardKeys.publicKey)
    const spec = {
      serial,
      subject: 'C=JP, CN=0011AABBCCDD2233',
      publicKey: cardKeys.publicKey,
      notBefore: inDays(-100),
      notAfter: inDays(900),
    }
    return der(await makeCertificate(namesake, spec, usual))
  }
  const signed = (key: KeyObject, over: Challenge = challenge) => sign('sha256', challengeBytes(over), key)
  const reissued = (issuedAt: string) => {
    const other = { ...challenge, issuedAt }
    return { challenge: other, signature: signed(cardKeys.privateKey, other) }
  }
  /** The card's signed part changed as plain ASN.1 (version, serial, algorithm, issuer, …) and signed anew by its issuer. */
  const rewritten = (change: (parts: asn1js.BaseBlock[]) => void, from = mine): Uint8Array => {
    const whole = asn1js.fromBER(from).result as asn1js.Sequence
    const [tbs, algorithm] = whole.valueBlock.value as [asn1js.Sequence, asn1js.BaseBlock]
    change(tbs.valueBlock.value)
    const signature = sign('sha256', Buffer.from(tbs.toBER()), present.privateKey)
    const bits = new asn1js.BitString({ valueHex: new Uint8Array(signature).buffer })
    return new Uint8Array(new asn1js.Sequence({ value: [tbs, algorithm, bits] }).toBER())
  }
  const flipped = (bytes: Uint8Array, at: number) =>
    bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))
  const oldCard = await card(old)
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 })

  return {
    held,
    dead,
    old,
    present,
    ended,
    namesake,
    card,
    without,
    replaced,
    responderOf,
    good,
    goodOld,
    mine,
    ask,
    answer,
    status,
    answeredBy,
    crl,
    forgedAki,
    signed,
    reissued,
    rewritten,
    flipped,
    oldCard,
    short,
    oldKeys,
    presentKeys,
    responderKeys,
    cardKeys,
    otherKeys,
  }
}

export function der(certificate: x509.X509Certificate): Uint8Array {
  return new Uint8Array(certificate.rawData)
}

function read(bytes: Uint8Array): ReadCertificate {
  const certificate = readCertificate(bytes)
  if (!certificate) throw new Error('vector: certificate cannot be read')
  return certificate
}

export function idsOf(requestDer: Uint8Array<ArrayBuffer>): pkijs.CertID[] {
  return pkijs.OCSPRequest.fromBER(requestDer).tbsRequest.requestList.map(({ reqCert }) => reqCert)
}
