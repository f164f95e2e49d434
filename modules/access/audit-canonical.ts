import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'

/** One act with its subjects, as the chain has it. Times are microseconds since 1970, as digits. */
export type ChainedAct = {
  readonly atMicros: string
  readonly auditId: string
  readonly actor: string
  readonly event: string
  readonly purpose: string | null
  readonly traceId: string
  readonly requestId: string | null
  readonly sessionId: string | null
  readonly subjectCount: number | null
  readonly facts: Json
  /** `kind U+001F id`, in the order of their bytes. */
  readonly subjects: readonly string[]
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Of the canonical form below: a change of it gets the next number, and links of both are checked by their own. */
export const CHAIN_VERSION = 1

/** What the first link stands on. */
export const CHAIN_START: Buffer = Buffer.alloc(32)

/** The same act gives the same text wherever and whenever it is written. Described in docs/audit.md for other programs. */
export function canonicalAct(municipality: string, act: ChainedAct): string {
  return JSON.stringify([
    CHAIN_VERSION,
    municipality,
    act.atMicros,
    act.auditId,
    act.actor,
    act.event,
    act.purpose,
    act.traceId,
    act.requestId,
    act.sessionId,
    act.subjectCount,
    sorted(act.facts),
    act.subjects,
  ])
}

/** The keys of every object in the order of their code units. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const object = value as { readonly [key: string]: Json }
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .map((key) => [key, sorted(object[key]!)]),
  )
}

/** A link: SHA-256 over the 32 bytes of the link before and the UTF-8 of the act. */
export function linkHash(before: Buffer, municipality: string, act: ChainedAct): Buffer {
  return createHash('sha256').update(before).update(canonicalAct(municipality, act)).digest()
}

/** The end of a chain at some moment. */
export type ChainEnd = {
  readonly municipality: string
  readonly position: number
  readonly hash: Buffer
  readonly signedAt: Date
}

/** What is signed of an end. */
export function wordsOfEnd(end: ChainEnd): Buffer {
  const { municipality, position, hash, signedAt } = end
  return Buffer.from(
    JSON.stringify([
      'open-bcl-audit-head',
      CHAIN_VERSION,
      municipality,
      position,
      hash.toString('hex'),
      signedAt.toISOString(),
    ]),
  )
}

/** `privateKey`: PKCS #8, DER. */
export function signEnd(privateKey: Buffer, end: ChainEnd): Buffer {
  return sign(null, wordsOfEnd(end), createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' }))
}

/** `publicKey`: SubjectPublicKeyInfo, DER. */
export function isSignedBy(publicKey: Buffer, end: ChainEnd, signature: Buffer): boolean {
  try {
    return verify(
      null,
      wordsOfEnd(end),
      createPublicKey({ key: publicKey, format: 'der', type: 'spki' }),
      signature,
    )
  } catch {
    return false
  }
}

/** A signed head as it leaves the system, to be kept where nobody of the system can reach it. */
export type HeadFile = {
  readonly format: 'open-bcl-audit-head'
  readonly version: 1
  readonly municipalityCode: string
  readonly position: number
  readonly hash: string
  readonly signedAt: string
  readonly keyId: number
  readonly publicKey: string
  readonly signature: string
}

export function headFileOf(
  end: ChainEnd,
  key: { readonly keyId: number; readonly publicKey: Buffer },
  signature: Buffer,
): HeadFile {
  return {
    format: 'open-bcl-audit-head',
    version: 1,
    municipalityCode: end.municipality,
    position: end.position,
    hash: end.hash.toString('hex'),
    signedAt: end.signedAt.toISOString(),
    keyId: key.keyId,
    publicKey: key.publicKey.toString('base64'),
    signature: signature.toString('base64'),
  }
}

/** `null`: not a head of an audit trail. */
export function readHeadFile(
  text: string,
): (ChainEnd & { readonly keyId: number; readonly publicKey: Buffer; readonly signature: Buffer }) | null {
  try {
    const file = JSON.parse(text) as HeadFile
    const signedAt = new Date(file.signedAt)
    if (file.format !== 'open-bcl-audit-head' || file.version !== 1) return null
    if (!Number.isSafeInteger(file.position) || !Number.isInteger(file.keyId)) return null
    if (!/^[0-9a-f]{64}$/.test(file.hash) || Number.isNaN(signedAt.getTime())) return null
    return {
      municipality: String(file.municipalityCode),
      position: file.position,
      hash: Buffer.from(file.hash, 'hex'),
      signedAt,
      keyId: file.keyId,
      publicKey: Buffer.from(file.publicKey, 'base64'),
      signature: Buffer.from(file.signature, 'base64'),
    }
  } catch {
    return null
  }
}
