import { verify } from 'node:crypto'
import { oid, readCertificate, type ReadCertificate } from './certificate-reading.ts'
import { challengeBytes, type Challenge } from './challenge.ts'
import { judgeCrl, type HeldCrl } from './crl.ts'
import { judgeOcspAnswer, makeOcspRequest, type OcspDoubt } from './ocsp.ts'

/**
 * 公的個人認証: is the holder of a valid 利用者証明用電子証明書 here, now, for this transaction?
 * The certificate names nobody; who it is, the issuing town knows by `CertificateKey`.
 */
export type CertificateKey = {
  /** SubjectKeyIdentifier of the issuing CA generation, lower-case hex. All generations share one name. */
  readonly issuerSki: string
  /** Serial number, decimal; unique only within its generation. */
  readonly serial: string
}

export type JpkiRefusal =
  | 'malformed'
  | 'unknown-issuer'
  | 'expired'
  | 'not-yet-valid'
  | 'policy'
  | 'stale-challenge'
  | 'signature'
  | 'revoked'
  | 'hold'
  | 'cannot-confirm'

/** 1xx of the centre's refusal codes: what the operator's help desk is told. Codes are never reused. */
export const jpkiRefusalCodes = {
  malformed: 101,
  'unknown-issuer': 102,
  expired: 103,
  'not-yet-valid': 104,
  policy: 105,
  'stale-challenge': 106,
  signature: 107,
  revoked: 108,
  hold: 109,
  'cannot-confirm': 110,
} as const satisfies Record<JpkiRefusal, number>

export type JpkiResult =
  | { readonly kind: 'valid'; readonly key: CertificateKey; readonly expiresAt: Date }
  | {
      readonly kind: 'refused'
      readonly reason: JpkiRefusal
      readonly code: number
      /** Only with `cannot-confirm`: what was wrong with the answer. For the log. */
      readonly doubt?: OcspDoubt | 'crl'
    }

/** Certificates of the JPKI generations this centre trusts. Made by `trustStore`, once at start. */
export type TrustStore = readonly ReadCertificate[]

export type Presented = {
  /** The certificate as the card gave it. */
  readonly certificateDer: Uint8Array
  /** The card's PKCS #1 v1.5 signature over the challenge's DigestInfo. */
  readonly signature: Uint8Array
  /** The challenge as the centre stored it under the transaction, never as the page sends it back. */
  readonly challenge: Challenge
}

export type JpkiRules = {
  readonly trust: TrustStore
  /** Accepted policy OIDs: 1.2.392.200149.8.5.1.3.30 in production, the arc ...8.5.1.0.x for tests. */
  readonly policies: readonly string[]
  readonly now: Date
  /** How long a challenge may take to come back, in ms. */
  readonly challengeLifeMs: number
  /** Marks the challenge used; false when it was used before. One atomic step. */
  readonly useChallenge: (challenge: Challenge) => Promise<boolean>
  /** 32 fresh random bytes for this one OCSP request. */
  readonly ocspNonce: Uint8Array
  /** Sends the request to JPKI's responder. Must give up when the signal says so; may throw. */
  readonly askOcsp: (requestDer: Uint8Array<ArrayBuffer>, signal: AbortSignal) => Promise<Uint8Array>
  /** Below 2000 ms: the person is standing there. */
  readonly ocspTimeoutMs: number
  /** The newest list of that generation. A cross-check only: OCSP alone decides that all is well. */
  readonly findCrl?: (issuer: ReadCertificate) => Promise<HeldCrl>
}

/** @throws if one is not a CA certificate of the JPKI profile: a centre must not start with a broken trust store. */
export function trustStore(certificatesDer: readonly Uint8Array[]): TrustStore {
  return certificatesDer.map((der) => {
    const certificate = readCertificate(der)
    if (certificate === null) throw new Error('trust store: not a certificate')
    const isAuthority =
      certificate.x509.ca &&
      certificate.keyUsage.keyCertSign &&
      certificate.ski !== null &&
      certificate.unknownCritical.length === 0 &&
      certificate.signatureAlgorithm === oid.sha256WithRsa &&
      hasRsaKey(certificate) &&
      certificate.subjectDer.equals(certificate.issuerDer) &&
      certificate.x509.verify(certificate.x509.publicKey)
    if (!isAuthority) throw new Error('trust store: not a CA certificate of the JPKI profile')
    return certificate
  })
}

/**
 * Order: form, chain by key identifier, time, policy, fresh signature, OCSP, CRL. Whatever cannot be confirmed is
 * refused. Nothing is asked outside before the signature is right, so a stranger cannot probe for revocations.
 */
export async function validateJpki(presented: Presented, rules: JpkiRules): Promise<JpkiResult> {
  const certificate = readCertificate(presented.certificateDer)
  if (certificate === null) return refuse('malformed')
  const issuer = findIssuer(certificate, rules)
  if (issuer === null) return refuse('unknown-issuer')
  if (certificate.x509.validFromDate > rules.now) return refuse('not-yet-valid')
  if (certificate.x509.validToDate < rules.now) return refuse('expired')
  if (!isUserAuthentication(certificate, rules.policies)) return refuse('policy')

  const ageMs = rules.now.getTime() - Date.parse(presented.challenge.issuedAt)
  if (!(ageMs >= 0 && ageMs <= rules.challengeLifeMs)) return refuse('stale-challenge')
  // Used up before the signature is judged: a wrong answer may not be followed by another try.
  if (!(await rules.useChallenge(presented.challenge))) return refuse('stale-challenge')
  const bytes = challengeBytes(presented.challenge)
  if (!verify('sha256', bytes, certificate.x509.publicKey, presented.signature)) return refuse('signature')

  return confirm(certificate, issuer, rules)
}

/** By AuthorityKeyIdentifier and time, then by signature. A name alone proves nothing: generations share it. */
function findIssuer(certificate: ReadCertificate, rules: JpkiRules): ReadCertificate | null {
  if (certificate.aki === null || certificate.signatureAlgorithm !== oid.sha256WithRsa) return null
  for (const authority of rules.trust) {
    const issued =
      authority.ski === certificate.aki &&
      (certificate.akiSerial ?? authority.serial) === authority.serial &&
      authority.x509.validFromDate <= rules.now &&
      rules.now <= authority.x509.validToDate &&
      authority.subjectDer.equals(certificate.issuerDer) &&
      certificate.x509.verify(authority.x509.publicKey)
    if (issued) return authority
  }
  return null
}

/**
 * 利用者証明用 and nothing else: not the signing certificate, which tells name and address, not a CA, not an OCSP
 * responder of the same CA.
 */
function isUserAuthentication(certificate: ReadCertificate, policies: readonly string[]): boolean {
  return (
    certificate.policies.some((policy) => policies.includes(policy)) &&
    certificate.keyUsage.digitalSignature &&
    !certificate.keyUsage.keyCertSign &&
    certificate.extendedKeyUsages.includes(oid.clientAuth) &&
    !certificate.claimsCa &&
    namesNobody(certificate) &&
    certificate.unknownCritical.length === 0 &&
    hasRsaKey(certificate)
  )
}

/** `C=JP, CN=opaque identifier`: no locality, no name, and nothing of a person beside it. */
function namesNobody({ subject, carriesPersonalData }: ReadCertificate): boolean {
  const [country, commonName, ...more] = subject
  return (
    !carriesPersonalData &&
    more.length === 0 &&
    country?.type === oid.country &&
    country.text === 'JP' &&
    commonName?.type === oid.commonName &&
    /^[A-Za-z0-9]{1,64}$/.test(commonName.text)
  )
}

function hasRsaKey(certificate: ReadCertificate): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.x509.publicKey
  return (
    asymmetricKeyType === 'rsa' &&
    (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048 &&
    asymmetricKeyDetails?.publicExponent === 65537n
  )
}

async function confirm(
  certificate: ReadCertificate,
  issuer: ReadCertificate,
  rules: JpkiRules,
): Promise<JpkiResult> {
  const { now, ocspNonce: nonce } = rules
  // At the same time: where neither answers, the person waits for one of them, not for both.
  const list = rules.findCrl?.(issuer)
  list?.catch(() => undefined)
  const answer = await askInTime(makeOcspRequest(certificate, issuer, nonce), rules)
  if (answer === null) return refuse('cannot-confirm', 'no-answer')
  const ocsp = judgeOcspAnswer(answer, { certificate, issuer, nonce, now })
  switch (ocsp.kind) {
    case 'unconfirmed':
      return refuse('cannot-confirm', ocsp.why)
    case 'revoked':
    case 'hold':
      return refuse(ocsp.kind)
    case 'good':
  }
  const key = { issuerSki: issuer.ski ?? '', serial: certificate.serial }
  const crl = judgeCrl((await list) ?? 'none', { certificate, issuer, now })
  switch (crl.kind) {
    case 'unusable':
      return refuse('cannot-confirm', 'crl')
    case 'revoked':
      return refuse('revoked')
    case 'hold':
      // A hold may have been lifted since yesterday's list; a revocation never is.
      if (crl.thisUpdate > ocsp.thisUpdate) return refuse('hold')
      break
    case 'no-list':
    case 'not-listed':
  }
  return { kind: 'valid', key, expiresAt: certificate.x509.validToDate }
}

/** `null` = no answer, in time or at all. The race holds even when `askOcsp` does not heed the signal. */
async function askInTime(request: Uint8Array<ArrayBuffer>, rules: JpkiRules): Promise<Uint8Array | null> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      controller.abort()
      resolve(null)
    }, rules.ocspTimeoutMs)
  })
  const answered = rules.askOcsp(request, controller.signal).catch(() => null)
  try {
    return await Promise.race([answered, tooLate])
  } finally {
    clearTimeout(timer)
  }
}

function refuse(reason: JpkiRefusal, doubt?: OcspDoubt | 'crl'): JpkiResult {
  return { kind: 'refused', reason, code: jpkiRefusalCodes[reason], ...(doubt ? { doubt } : {}) }
}
