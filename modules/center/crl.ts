import { verify } from 'node:crypto'
import * as pkijs from 'pkijs'
import { directoryNamesOf, hex, oid, parsingErrorOf, type ReadCertificate } from './certificate-reading.ts'
import { elementAt, elements, sequence } from './der.ts'

/** A revocation list whose issuer's signature has been checked. Read once and asked for every card, for it may be long. */
export type RevocationList = {
  readonly issuerSki: string
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  /** Names (DER) of the directory entries whose certificates alone it lists; `null` = all of its issuer's. */
  readonly points: readonly Buffer[] | null
  /** By serial number, decimal. */
  readonly entries: ReadonlyMap<string, 'revoked' | 'hold'>
}

/** `none` = no list could be had, `unusable` = what was had is no list of that issuer. */
export type HeldCrl = RevocationList | 'none' | 'unusable'

/** What a revocation list says about one certificate. `unusable` = not a genuine, current list for this certificate. */
export type CrlVerdict =
  | { readonly kind: 'not-listed'; readonly thisUpdate: Date }
  | { readonly kind: 'revoked' | 'hold'; readonly thisUpdate: Date }
  | { readonly kind: 'no-list' }
  | { readonly kind: 'unusable' }

const certificateHold = 6
const crlOid = { number: '2.5.29.20', distributionPoint: '2.5.29.28' } as const
const understood: readonly string[] = [oid.aki, crlOid.number, crlOid.distributionPoint]
/** 2.5.29.21 reasonCode and 2.5.29.24 invalidityDate, as they stand in an entry. */
const reasonCode = '551d15'
const understoodOfEntries: readonly string[] = [reasonCode, '551d18']
const tag = {
  boolean: 0x01,
  integer: 0x02,
  enumerated: 0x0a,
  sequence: 0x30,
  utcTime: 0x17,
  time: 0x18,
} as const
const skewMs = 60_000

/**
 * Reads a list and checks it against its issuer's key, never its name alone: two generations of JPKI share one name.
 * `null` = not a genuine, whole list of this issuer.
 */
export function readCrl(crlDer: Uint8Array, issuer: ReadCertificate): RevocationList | null {
  try {
    return read(crlDer, issuer)
  } catch {
    return null
  }
}

function read(crlDer: Uint8Array, issuer: ReadCertificate): RevocationList | null {
  const { signed, listed, rest } = takeApart(crlDer)
  const crl = pkijs.CertificateRevocationList.fromBER(new Uint8Array(rest))
  const genuine =
    issuer.keyUsage.crlSign &&
    crl.signatureAlgorithm.algorithmId === oid.sha256WithRsa &&
    crl.signature.algorithmId === oid.sha256WithRsa &&
    issuer.subjectDer.equals(Buffer.from(crl.issuer.toSchema().toBER())) &&
    verify('sha256', signed, issuer.x509.publicKey, Buffer.from(crl.signatureValue.valueBlock.valueHexView))
  if (!genuine || issuer.ski === null) return null
  const extensions = crl.crlExtensions?.extensions ?? []
  const value = (id: string): unknown => extensions.find(({ extnID }) => extnID === id)?.parsedValue
  const aki = value(oid.aki)
  const sameIssuer =
    aki instanceof pkijs.AuthorityKeyIdentifier &&
    aki.keyIdentifier !== undefined &&
    hex(aki.keyIdentifier.valueBlock.valueHexView) === issuer.ski
  // A delta names the list it is to be added to, and is critical and not understood here.
  if (!sameIssuer || !areUnderstood(extensions)) return null
  const points = readPoints(value(crlOid.distributionPoint))
  const nextUpdate = crl.nextUpdate?.value
  if (points === 'partial' || nextUpdate === undefined) return null
  return {
    issuerSki: issuer.ski,
    thisUpdate: crl.thisUpdate.value,
    nextUpdate,
    points,
    entries: readEntries(listed),
  }
}

/** The signed bytes, the entries, and the list without them, which is short enough for a library that builds a tree. */
function takeApart(der: Uint8Array): { signed: Uint8Array; listed: Uint8Array; rest: Buffer } {
  const [outer, ...behind] = elements(der)
  if (outer?.tag !== tag.sequence || behind.length > 0) throw new RangeError('not a list')
  const parts = elements(der, outer.from, outer.to)
  const [body] = parts
  if (body?.tag !== tag.sequence) throw new RangeError('not a list')
  const fields = elements(der, body.from, body.to)
  // Before the entries stand one or two times; the algorithm and the issuer before them are sequences, too.
  const last = fields.findLastIndex((field) => field.tag === tag.utcTime || field.tag === tag.time)
  const time = fields[last]
  if (time === undefined) throw new RangeError('not a list')
  const next = fields[last + 1]
  const entries = next?.tag === tag.sequence ? next : { from: time.to, to: time.to }
  const short = sequence(der.subarray(body.from, time.to), der.subarray(entries.to, body.to))
  return {
    signed: der.subarray(outer.from, body.to),
    listed: der.subarray(entries.from, entries.to),
    rest: sequence(short, der.subarray(body.to, outer.to)),
  }
}

/** SEQUENCE { serial, time, extensions? } each. @throws when one says something that is not understood. */
function readEntries(listed: Uint8Array): Map<string, 'revoked' | 'hold'> {
  const entries = new Map<string, 'revoked' | 'hold'>()
  for (let at = 0; at < listed.length;) {
    const entry = elementAt(listed, at, listed.length)
    at = entry.to
    const [number, , extensions] = elements(listed, entry.from, entry.to)
    if (entry.tag !== tag.sequence || number?.tag !== tag.integer) throw new RangeError('not an entry')
    const serial = BigInt(`0x${hex(listed.subarray(number.from, number.to))}`).toString()
    const held = extensions !== undefined && isHeld(listed.subarray(extensions.from, extensions.to))
    // Listed twice: the worse of the two counts.
    if (entries.get(serial) !== 'revoked') entries.set(serial, held ? 'hold' : 'revoked')
  }
  return entries
}

function isHeld(extensions: Uint8Array): boolean {
  let held = false
  for (const { from, to } of elements(extensions)) {
    const [id, flag] = elements(extensions, from, to)
    const value = elements(extensions, from, to).at(-1)
    if (!id || !value) throw new RangeError('not an extension')
    const name = hex(extensions.subarray(id.from, id.to))
    const critical = flag?.tag === tag.boolean && extensions[flag.from] !== 0
    if (critical && !understoodOfEntries.includes(name)) throw new RangeError('extension not understood')
    if (name !== reasonCode) continue
    const reason = elementAt(extensions, value.from, value.to)
    held = reason.tag === tag.enumerated && extensions[reason.from] === certificateHold
  }
  return held
}

function areUnderstood(extensions: readonly pkijs.Extension[]): boolean {
  const ids = extensions.map(({ extnID }) => extnID)
  return (
    new Set(ids).size === ids.length &&
    extensions.every((extension) => !extension.critical || understood.includes(extension.extnID))
  )
}

/** issuingDistributionPoint: a list for some reasons or of some other kind of certificate is no answer to our question. */
function readPoints(value: unknown): Buffer[] | 'partial' | null {
  if (value === undefined) return null
  if (!(value instanceof pkijs.IssuingDistributionPoint) || parsingErrorOf(value)) return 'partial'
  const partial =
    value.onlyContainsCACerts ||
    value.onlyContainsAttributeCerts ||
    value.indirectCRL ||
    value.onlySomeReasons !== undefined
  if (partial) return 'partial'
  if (value.distributionPoint === undefined) return null
  const names = directoryNamesOf(value.distributionPoint)
  return names.length === 0 ? 'partial' : names
}

export function judgeCrl(
  list: HeldCrl,
  asked: { readonly certificate: ReadCertificate; readonly issuer: ReadCertificate; readonly now: Date },
): CrlVerdict {
  if (list === 'none') return { kind: 'no-list' }
  if (list === 'unusable') return { kind: 'unusable' }
  const { certificate, issuer, now } = asked
  const { thisUpdate, nextUpdate, points } = list
  const current =
    thisUpdate.getTime() <= now.getTime() + skewMs && nextUpdate.getTime() >= now.getTime() - skewMs
  // The list of another distribution point says nothing about this certificate, though its issuer signed it.
  const covered =
    points === null || points.some((point) => certificate.crlPoints.some((own) => own.equals(point)))
  if (list.issuerSki !== issuer.ski || !current || !covered) return { kind: 'unusable' }
  return { kind: list.entries.get(certificate.serial) ?? 'not-listed', thisUpdate }
}
