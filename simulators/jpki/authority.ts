import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sweepTemporaryFiles, writeFileAtomic } from '@open-bcl/platform/atomic-file.ts'
import { answerOcsp, type OcspStatus, type Responder } from './ocsp-responder.ts'
import {
  generateRsaKeys,
  keyIdentifierOf,
  makeAuthority,
  makeCertificate,
  makeCrl,
  parseCertificate,
  responderExtensions,
  userExtensions,
  type Issuer,
  type RevocationReason,
} from './profile.ts'
import { lastMoment } from './validity.ts'

export const carriers = { card: '個人番号カード', smartphone: 'スマートフォン' } as const
export type Carrier = keyof typeof carriers

/** One certificate in the simulator's register. JPKI knows who holds it; the certificate does not say. */
export type RegisterEntry = {
  /** Key identifier of the issuing generation, lower-case hex. */
  readonly issuerSki: string
  /** Decimal. */
  readonly serial: string
  /** Whom the demonstration gave it to, any text of the caller's (never inside the certificate). */
  readonly subjectId: string
  /** 個人番号カード用 (公的個人認証法22条) or 移動端末設備用 (35条の2): one person may hold one of each, with serials of their own. */
  readonly carrier: Carrier
  readonly certificatePem: string
  /** ISO 8601 UTC. */
  readonly notAfter: string
  /** `certificateHold` may be lifted, every other reason stays for ever; `null` = valid. */
  readonly revocation: { readonly reason: RevocationReason; readonly revokedAt: string } | null
}

export type IssueOrder = {
  readonly subjectId: string
  /** Default `card`. */
  readonly carrier?: Carrier
  /** SubjectPublicKeyInfo, PEM; the private key never leaves the card. */
  readonly publicKeyPem: string
  /** 1 = the old generation, 2 = the present one (default). */
  readonly generation?: 1 | 2
  /** Decimal; default the next free one. */
  readonly serial?: string
  readonly notBefore?: Date
  /** Default five years after `now`, or by `bornOn` when that is given. */
  readonly notAfter?: Date
  /** `YYYY-MM-DD`: then the certificate lasts until the fifth birthday, or until `cardUntil`. */
  readonly bornOn?: string
  readonly cardUntil?: string
}

export type Jpki = {
  /** CA certificates of both generations, old one first: the trust store of a 利用者証明検証者. */
  readonly authorityPems: readonly string[]
  readonly list: () => readonly RegisterEntry[]
  readonly find: (issuerSki: string, serial: string) => RegisterEntry | undefined
  readonly issue: (order: IssueOrder, now: Date) => Promise<RegisterEntry>
  /** Issues a successor for a new key and revokes the old one as superseded, in one step. */
  readonly renew: (old: RegisterEntry, publicKeyPem: string, now: Date) => Promise<RegisterEntry>
  readonly revoke: (entry: RegisterEntry, reason: RevocationReason, now: Date) => Promise<void>
  /** Lifts a hold; refused for a real revocation. */
  readonly release: (entry: RegisterEntry) => Promise<void>
  /** The list of the day: as JPKI's, it does not know what happened since it was made. */
  readonly crl: (issuerSki: string, now: Date) => Promise<Buffer | null>
  /** Makes the lists anew before the day is over. */
  readonly publishCrls: (now: Date) => Promise<void>
  readonly ocsp: (requestDer: Uint8Array, now: Date) => Buffer
}

/** Told to the caller of the admin API as 409. */
export class JpkiConflict extends Error {}

type Register = { crlNumber: number; nextSerial: string; entries: RegisterEntry[] }
type Generation = { readonly issuer: Issuer; readonly responder: Responder; readonly ski: string }

const dayMs = 86_400_000
const yearMs = 365.25 * dayMs
/** A list is made a day and holds an hour longer, for the minutes of the change. */
const crlLifeMs = dayMs + 3_600_000
/** JST midnight lies so long before UTC midnight. */
const jstMs = 9 * 3_600_000
/** OCSP answers are made at once and meant to be used at once. */
const ocspLifeMs = 5 * 60_000

/** Opens the authority kept in `folder`, or founds it: two generations whose lives overlap, as since 2023. */
export async function openJpki(folder: string, now: Date): Promise<Jpki> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const registerPath = join(folder, 'register.json')
  await sweepTemporaryFiles(registerPath)
  const stored = await readJson<Register>(registerPath)
  let register: Register = stored
    ? // Registers of the first release know cards only.
      { ...stored, entries: stored.entries.map((entry) => ({ ...entry, carrier: entry.carrier ?? 'card' })) }
    : { crlNumber: 0, nextSerial: '114400001', entries: [] }
  const statusOf = (ski: string) => (serial: string) => ocspStatus(register, ski, serial)
  const years = (count: number) => new Date(Math.floor((now.getTime() + count * yearMs) / 1000) * 1000)
  const generations = [
    await openGeneration(folder, 1, { notBefore: years(-7), notAfter: years(3) }, statusOf),
    await openGeneration(folder, 2, { notBefore: years(-3), notAfter: years(7) }, statusOf),
  ] as const

  // Writes follow one another; memory changes only after the file has.
  let queue: Promise<unknown> = Promise.resolve()
  function change<T>(make: (current: Register) => Promise<{ next: Register; result: T }>): Promise<T> {
    const done = queue.then(async () => {
      const { next, result } = await make(register)
      await writeFileAtomic(registerPath, JSON.stringify(next, null, 1))
      register = next
      return result
    })
    queue = done.catch(() => undefined)
    return done
  }

  async function draw(
    current: Register,
    order: IssueOrder,
    at: Date,
  ): Promise<{ next: Register; result: RegisterEntry }> {
    const generation = generations[order.generation === 1 ? 0 : 1]
    const serial = order.serial ?? current.nextSerial
    if (!/^[1-9]\d{0,18}$/.test(serial)) throw new JpkiConflict('シリアル番号は19桁までの正の整数です。')
    if (current.entries.some((entry) => entry.issuerSki === generation.ski && entry.serial === serial)) {
      throw new JpkiConflict('そのシリアル番号は発行済みです。')
    }
    const publicKey = createPublicKey(order.publicKeyPem)
    const byBirth = order.bornOn === undefined ? null : lastMoment(at, order.bornOn, order.cardUntil ?? null)
    const notAfter = order.notAfter ?? byBirth ?? new Date(at.getTime() + 5 * yearMs)
    const certificate = await makeCertificate(
      generation.issuer,
      {
        serial,
        subject: `C=JP, CN=${randomBytes(8).toString('hex').toUpperCase()}`,
        publicKey,
        notBefore: order.notBefore ?? new Date(at.getTime() - 60_000),
        notAfter:
          notAfter < generation.issuer.certificate.notAfter
            ? notAfter
            : generation.issuer.certificate.notAfter,
      },
      await userExtensions(generation.issuer, publicKey),
    )
    const result: RegisterEntry = {
      issuerSki: generation.ski,
      serial,
      subjectId: order.subjectId,
      carrier: order.carrier ?? 'card',
      certificatePem: certificate.toString('pem'),
      notAfter: certificate.notAfter.toISOString(),
      revocation: null,
    }
    const nextSerial = order.serial === undefined ? (BigInt(serial) + 1n).toString() : current.nextSerial
    return { next: { ...current, nextSerial, entries: [...current.entries, result] }, result }
  }

  const published = new Map<string, { readonly at: Date; readonly der: Buffer }>()
  async function publish({ issuer, ski }: Generation, at: Date): Promise<Buffer> {
    const number = await change(async (current) => ({
      next: { ...current, crlNumber: current.crlNumber + 1 },
      result: current.crlNumber + 1,
    }))
    const entries = register.entries.flatMap(({ issuerSki, serial, revocation }) =>
      issuerSki === ski && revocation
        ? [{ serial, reason: revocation.reason, revokedAt: new Date(revocation.revokedAt) }]
        : [],
    )
    const nextUpdate = new Date(at.getTime() + crlLifeMs)
    const der = await makeCrl(issuer, { number, thisUpdate: at, nextUpdate, entries })
    published.set(ski, { at, der })
    return der
  }

  return {
    authorityPems: generations.map(({ issuer }) => issuer.certificate.toString('pem')),
    list: () => register.entries,
    find: (issuerSki, serial) => findEntry(register, issuerSki, serial),
    issue: (order, at) => change((current) => draw(current, order, at)),
    renew: (old, publicKeyPem, at) =>
      change(async (current) => {
        const ended = withRevocation(current, old, { reason: 'superseded', revokedAt: at.toISOString() })
        return draw(ended, { subjectId: old.subjectId, carrier: old.carrier, publicKeyPem }, at)
      }),
    revoke: (entry, reason, at) =>
      change(async (current) => ({
        next: withRevocation(current, entry, { reason, revokedAt: at.toISOString() }),
        result: undefined,
      })),
    release: (entry) =>
      change(async (current) => ({ next: withRevocation(current, entry, null), result: undefined })),
    crl: async (issuerSki, at) => {
      const generation = generations.find(({ ski }) => ski === issuerSki)
      if (!generation) return null
      const made = published.get(issuerSki)
      return made && dayOf(made.at) === dayOf(at) ? made.der : await publish(generation, at)
    },
    publishCrls: async (at) => {
      for (const generation of generations) await publish(generation, at)
    },
    ocsp: (requestDer, at) =>
      answerOcsp(
        requestDer,
        generations.map(({ responder }) => responder),
        { producedAt: at, thisUpdate: at, nextUpdate: new Date(at.getTime() + ocspLifeMs) },
      ),
  }
}

/** Number of the day in Japan. */
function dayOf(at: Date): number {
  return Math.floor((at.getTime() + jstMs) / dayMs)
}

async function openGeneration(
  folder: string,
  number: 1 | 2,
  life: { readonly notBefore: Date; readonly notAfter: Date },
  statusOf: (ski: string) => Responder['statusOf'],
): Promise<Generation> {
  const path = join(folder, `generation-${number}.json`)
  type Stored = { caPem: string; caKeyPem: string; responderPem: string; responderKeyPem: string }
  let stored = await readJson<Stored>(path)
  if (stored === null) {
    const [caKeys, responderKeys] = await Promise.all([generateRsaKeys(), generateRsaKeys()])
    const issuer = await makeAuthority(caKeys, { serial: String(number), ...life })
    const responder = await makeCertificate(
      issuer,
      {
        serial: String(1000 + number),
        subject: 'C=JP, O=JPKI, CN=OCSP',
        publicKey: responderKeys.publicKey,
        ...life,
      },
      await responderExtensions(issuer, responderKeys.publicKey),
    )
    stored = {
      caPem: issuer.certificate.toString('pem'),
      caKeyPem: caKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      responderPem: responder.toString('pem'),
      responderKeyPem: responderKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    }
    await writeFileAtomic(path, JSON.stringify(stored))
  }
  const issuer = {
    certificate: parseCertificate(stored.caPem),
    privateKey: createPrivateKey(stored.caKeyPem),
  }
  const ski = keyIdentifierOf(issuer.certificate)
  return {
    issuer,
    ski,
    responder: {
      authority: issuer.certificate,
      certificate: parseCertificate(stored.responderPem),
      privateKey: createPrivateKey(stored.responderKeyPem),
      statusOf: statusOf(ski),
    },
  }
}

/** A serial never issued is `unknown`, never `good`. */
function ocspStatus(register: Register, issuerSki: string, serial: string): OcspStatus {
  const entry = findEntry(register, issuerSki, serial)
  if (!entry) return { kind: 'unknown' }
  if (!entry.revocation) return { kind: 'good' }
  const { reason, revokedAt } = entry.revocation
  return { kind: 'revoked', reason, revokedAt: new Date(revokedAt) }
}

function withRevocation(
  register: Register,
  entry: RegisterEntry,
  revocation: RegisterEntry['revocation'],
): Register {
  const found = findEntry(register, entry.issuerSki, entry.serial)
  if (!found) throw new JpkiConflict('その証明書は登録されていません。')
  if (found.revocation && found.revocation.reason !== 'certificateHold') {
    throw new JpkiConflict('失効した証明書は元に戻せません。')
  }
  return {
    ...register,
    entries: register.entries.map((other) => (other === found ? { ...other, revocation } : other)),
  }
}

function findEntry(register: Register, issuerSki: string, serial: string): RegisterEntry | undefined {
  return register.entries.find((entry) => entry.issuerSki === issuerSki && entry.serial === serial)
}

async function readJson<T>(path: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
