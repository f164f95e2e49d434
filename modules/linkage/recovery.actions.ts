import { createHash, createPrivateKey, sign, verify, X509Certificate } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isAgeRecipient, newAgeKeyPair, readAgeFile, writeAgeFile } from '@open-bcl/platform/age.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { TxOptions } from '@open-bcl/platform/db/tx.ts'
import { HashTotal, rowDigest } from '@open-bcl/platform/hash-total.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { streamKeptSuppressions, streamUnreadProtections } from '../access/suppression.ts'
import { businesses, fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { csvLine } from '../interfaces/interfaces.csv.ts'
import { canonicalRow, fieldsOfVersionedRow } from '../interfaces/interfaces.fields.ts'
import { streamRows } from '../registers/registers.actions.ts'
import { momentOf, streamResidentRows, watermarksAt, type Watermark } from '../residents/recovery.actions.ts'
import { FileFault, FileReading } from './file-rows.ts'
import { parseManifest, type Manifest } from './linkage.manifest.ts'
import { packageFaults as faults } from './recovery.messages.ts'
import {
  KEPT,
  PACKAGE_FORMAT,
  packageFiles,
  recoveryPackage,
  type RecoveredFile,
  type RecoveryPackage,
} from './recovery.ts'

/** Opens a transaction in the town's scope for each piece of the work. */
export type Scope = <T>(work: (ctx: Ctx) => Promise<T>, options?: TxOptions) => Promise<T>

/** A moment that cannot be recovered. */
export class NoSuchMoment extends Error {
  override readonly name = 'NoSuchMoment'
}

export type Recovery = {
  readonly municipality: MunicipalityCode
  readonly scope: Scope
  readonly wanted: { readonly at: Date } | { readonly seq: bigint } | null
  /** Where the package's folder is made. */
  readonly out: string
  /** The town's `age1…`. */
  readonly recipient: string
  /** Signs the package; the town knows its authority since the agent was enrolled. */
  readonly signer: MachineIdentity
  readonly now: () => Date
  readonly producerVersion: string
  readonly tell: (done: { readonly business: Business; readonly rows: number }) => void
}

const snapshot = { isolation: 'repeatable read', readOnly: true } as const
/** So much is written at once. */
const CHUNK = 128 * 1024

/**
 * Writes a package, reads it back as the town will, and only then gives it its name. What an earlier attempt left is
 * removed. Memory does not grow with the town.
 */
export async function makePackage(
  job: Recovery,
): Promise<{ readonly folder: string; readonly list: RecoveryPackage }> {
  if (!isAgeRecipient(job.recipient)) throw new Error('not an age recipient')
  const { moment, watermarks } = await job.scope(async (ctx) => {
    const found = await momentOf(ctx, job.wanted)
    if (found === null) throw new NoSuchMoment()
    return { moment: found, watermarks: await watermarksAt(ctx, found.seq) }
  }, snapshot)
  const folder = path.join(job.out, `${job.municipality}-${moment.seq}`)
  const partial = `${folder}.partial`
  await mkdir(job.out, { recursive: true, mode: 0o700 })
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { mode: 0o700 })
  // A second key that only this process knows, so that what was written can be read back; it is forgotten with the process.
  const own = await newAgeKeyPair()
  const put: Put = (name, chunks) =>
    writeAgeFile(path.join(partial, `${name}.age`), [job.recipient, own.recipient], chunks)
  const leaveOut = async (name: string): Promise<void> => {
    for (const kind of ['csv', 'json']) await rm(path.join(partial, `${name}.${kind}.age`))
  }
  const files: RecoveredFile[] = []
  for (const business of businesses) {
    const watermark = watermarks.find((one) => one.business === business)
    const file = await writeBusiness(job, business, moment.seq, watermark, put)
    if (file === null) await leaveOut(business)
    else files.push(file)
  }
  const fileNo = files.some(({ business }) => business === 'suppressions') ? 2 : 1
  const keptProtections = await writeKept(job, moment.seq, fileNo, put)
  if (keptProtections === null) await leaveOut(KEPT)
  const list: RecoveryPackage = {
    format: PACKAGE_FORMAT,
    municipalityCode: job.municipality,
    seq: String(moment.seq),
    moment: job.wanted !== null && 'at' in job.wanted ? job.wanted.at.toISOString() : null,
    appliedAt: moment.at?.toISOString() ?? null,
    madeAt: job.now().toISOString(),
    withMyNumbers: false,
    files,
    keptProtections,
  }
  const listBytes = json(list)
  await put(packageFiles.list, one(listBytes))
  await put(
    packageFiles.signature,
    one(sign('sha256', listBytes, createPrivateKey(job.signer.privateKeyPem))),
  )
  await put(packageFiles.certificate, one(Buffer.from(job.signer.certificatePem)))
  await put(packageFiles.authority, one(Buffer.from(job.signer.authorityPem)))
  const { problems } = await verifyPackage(partial, {
    identities: [own.identity],
    authorityPem: job.signer.authorityPem,
  })
  if (problems.length > 0) throw new Error(`the package is not what was written: ${problems.length} faults`)
  await rm(folder, { recursive: true, force: true })
  await rename(partial, folder)
  return { folder, list }
}

/** `null` where the business was never sent and has no rows: an empty full file would say that all of it is gone. */
async function writeBusiness(
  job: Recovery,
  business: Business,
  seq: bigint,
  watermark: Watermark | undefined,
  put: Put,
): Promise<RecoveredFile | null> {
  // A fresh installation counts from one.
  const what = { name: business, business, mode: 'full', fileNo: 1 } as const
  const written = await writeFile(job, what, (ctx) => rowsOf(ctx, business, seq), put)
  if (written.rows === 0 && watermark === undefined) return null
  return {
    business,
    ...written,
    last: watermark
      ? {
          seq: String(watermark.seq),
          at: watermark.at.toISOString(),
          fileNo: watermark.fileNo,
          origin: watermark.origin,
        }
      : null,
    loadedByHand: watermark?.hand ?? false,
  }
}

async function writeKept(
  job: Recovery,
  seq: bigint,
  fileNo: number,
  put: Put,
): Promise<RecoveryPackage['keptProtections']> {
  const what = { name: KEPT, business: 'suppressions', mode: 'delta', fileNo } as const
  const written = await writeFile(job, what, (ctx) => keptRowsOf(ctx, seq), put)
  return written.rows === 0 ? null : written
}

async function* keptRowsOf(ctx: Ctx, seq: bigint): AsyncGenerator<string[][]> {
  for await (const rows of streamKeptSuppressions(ctx, seq))
    yield rows.map(({ payload, latest }) =>
      fieldsOfVersionedRow('suppressions', payload, { latest, deleted: false }),
    )
  const { columns, residentNo } = fileInterfaces.suppressions
  for await (const people of streamUnreadProtections(ctx, seq))
    yield people.map((person) =>
      columns.map(({ name }) =>
        name === residentNo ? person : name === '市区町村コード' ? ctx.municipality : '',
      ),
    )
}

type Put = (name: string, chunks: AsyncIterable<Uint8Array>) => Promise<void>
type Written = Pick<RecoveredFile, 'rows' | 'hashTotal' | 'sha256' | 'manifestSha256'>

async function writeFile(
  job: Recovery,
  { name, business, ...how }: { readonly name: string } & Pick<Manifest, 'business' | 'mode' | 'fileNo'>,
  rows: (ctx: Ctx) => AsyncIterable<readonly string[][]>,
  put: Put,
): Promise<Written> {
  const sum = new Summing(business)
  await job.scope(
    (ctx) =>
      put(
        `${name}.csv`,
        sum.csv(rows(ctx), (done) => job.tell({ business, rows: done })),
      ),
    snapshot,
  )
  const file = fileInterfaces[business]
  const manifest: Manifest = {
    interfaceId: file.id,
    interfaceVersion: file.version,
    municipalityCode: job.municipality,
    business,
    ...how,
    rowCount: sum.rows,
    deleteCount: 0,
    sha256: sum.sha256(),
    hashTotal: sum.hashTotal(),
    producedAt: job.now().toISOString(),
    producerVersion: job.producerVersion,
  }
  const manifestBytes = json(manifest)
  await put(`${name}.json`, one(manifestBytes))
  return {
    rows: sum.rows,
    hashTotal: manifest.hashTotal!,
    sha256: manifest.sha256,
    manifestSha256: sha256(manifestBytes),
  }
}

/** All rows of a business as of a number, in the order of its interface. */
export function rowsOf(ctx: Ctx, business: Business, seq: bigint): AsyncGenerator<string[][]> {
  return business === 'residents' ? streamResidentRows(ctx, seq) : streamRows(ctx, business, seq)
}

/** Rows as a CSV file, counted and summed as they pass. */
class Summing {
  readonly #business: Business
  readonly #digest = createHash('sha256')
  readonly #total = new HashTotal()
  rows = 0

  constructor(business: Business) {
    this.#business = business
  }

  async *csv(
    batches: AsyncIterable<readonly string[][]>,
    tell: (rows: number) => void,
  ): AsyncGenerator<Uint8Array> {
    const file = fileInterfaces[this.#business]
    let text = csvLine(file.columns.map(({ name }) => name))
    for await (const rows of batches) {
      for (const fields of rows) {
        this.#total.add(rowDigest(canonicalRow(file, fields)))
        text += csvLine(fields)
        if (text.length < CHUNK) continue
        yield this.#out(text)
        text = ''
      }
      this.rows += rows.length
      tell(this.rows)
    }
    yield this.#out(text)
  }

  #out(text: string): Uint8Array {
    const bytes = Buffer.from(text)
    this.#digest.update(bytes)
    return bytes
  }

  sha256(): string {
    return this.#digest.digest('hex')
  }

  hashTotal(): string {
    return this.#total.toString()
  }
}

export type PackageVerdict = {
  /** `null` when it cannot even be read. */
  readonly list: RecoveryPackage | null
  /** SHA-256 of the authority's certificate, to be compared with the paper of the enrolment. */
  readonly authorityFingerprint: string | null
  /** False: nobody said which authority is the right one. */
  readonly authorityKnown: boolean
  /** Empty: it is whole, signed, and every row valid. */
  readonly problems: readonly string[]
}

/** Checks a package with nothing but the town's key: signatures, digests, counts, hash totals, and each row. */
export async function verifyPackage(
  folder: string,
  keys: { readonly identities: readonly string[]; readonly authorityPem: string | null },
): Promise<PackageVerdict> {
  const problems: string[] = []
  const open = (name: string): AsyncGenerator<Uint8Array> =>
    readAgeFile(path.join(folder, `${name}.age`), keys.identities)
  const nothing = { list: null, authorityFingerprint: null, authorityKnown: false, problems }
  const heads: Record<string, Buffer> = {}
  for (const name of Object.values(packageFiles)) {
    try {
      heads[name] = await whole(open(name))
    } catch (error) {
      problems.push((isMissing(error) ? faults.missing : faults.notOpened)(`${name}.age`))
    }
  }
  if (problems.length > 0) return nothing
  const listBytes = heads[packageFiles.list]!
  const signer = certificateOf(heads[packageFiles.certificate]!)
  const authority = certificateOf(heads[packageFiles.authority]!)
  if (signer === null || authority === null || !signer.verify(authority.publicKey)) {
    problems.push(faults.certificate)
    return nothing
  }
  const known = keys.authorityPem === null ? null : certificateOf(Buffer.from(keys.authorityPem))
  if (keys.authorityPem !== null && known?.fingerprint256 !== authority.fingerprint256)
    problems.push(faults.authority)
  if (!verify('sha256', listBytes, signer.publicKey, heads[packageFiles.signature]!))
    problems.push(faults.signature)
  const told = {
    authorityFingerprint: authority.fingerprint256,
    authorityKnown: keys.authorityPem !== null,
    problems,
  }
  const list = recoveryPackage.safeParse(parseJson(listBytes)).data ?? null
  if (list === null) {
    problems.push(faults.list)
    return { ...told, list }
  }
  const listed = [
    ...list.files.map((file) => ({ ...file, name: file.business as string, mode: 'full' as const })),
    ...(list.keptProtections === null
      ? []
      : [{ ...list.keptProtections, name: KEPT, business: 'suppressions' as const, mode: 'delta' as const }]),
  ]
  for (const file of listed) {
    try {
      problems.push(...(await verifyFile(list, file, open)))
    } catch (error) {
      if (error instanceof FileFault)
        problems.push(
          ...error.errors
            .slice(0, 10)
            .map(({ line, item }) => faults.row(`${file.name}.csv`, line ?? 1, item)),
        )
      else problems.push((isMissing(error) ? faults.missing : faults.notOpened)(`${file.name}.csv.age`))
    }
  }
  const expected = new Set(
    [...Object.values(packageFiles), ...listed.flatMap(({ name }) => [`${name}.csv`, `${name}.json`])].map(
      (name) => `${name}.age`,
    ),
  )
  for (const name of await readdir(folder)) if (!expected.has(name)) problems.push(faults.unexpected(name))
  return { ...told, list }
}

const namesPerson = (item: string): boolean =>
  item === fileInterfaces.suppressions.residentNo || item === '市区町村コード'

/** A file that is wrong throughout needs no more places to be known for it. */
const MOST_PLACES = 20

async function verifyFile(
  { municipalityCode }: RecoveryPackage,
  file: Written & Pick<Manifest, 'business' | 'mode'> & { readonly name: string },
  open: (name: string) => AsyncGenerator<Uint8Array>,
): Promise<string[]> {
  const problems: string[] = []
  const { business, name } = file
  const manifestBytes = await whole(open(`${name}.json`))
  const parsed = parseManifest(parseJson(manifestBytes))
  const manifest = 'manifest' in parsed ? parsed.manifest : null
  if (
    manifest === null ||
    sha256(manifestBytes) !== file.manifestSha256 ||
    manifest.sha256 !== file.sha256 ||
    manifest.rowCount !== file.rows ||
    manifest.hashTotal !== file.hashTotal ||
    manifest.business !== business ||
    manifest.municipalityCode !== municipalityCode ||
    manifest.mode !== file.mode
  )
    problems.push(faults.manifest(name))
  const reading = new FileReading(open(`${name}.csv`), fileInterfaces[business], municipalityCode)
  const total = new HashTotal()
  let rows = 0
  for await (const batch of reading.batches())
    for (const [i, row] of batch.rows.entries()) {
      const line = batch.lines[i]!
      rows += 1
      total.add(batch.reader.read(row, line).digest)
      if (problems.length >= MOST_PLACES) continue
      const items = batch.reader
        .check(row, line)
        .map(({ pointer }) => pointer.slice(pointer.indexOf('/') + 1))
      // One that only says whom to protect is meant to be refused where it arrives.
      if (name === KEPT && row.filter((value) => value !== '').length === 2 && !items.some(namesPerson))
        continue
      for (const item of items) problems.push(faults.row(`${name}.csv`, line, item))
    }
  if (reading.sha256() !== file.sha256) problems.push(faults.digest(`${name}.csv`))
  if (rows !== file.rows) problems.push(faults.count(`${name}.csv`))
  if (total.toString() !== file.hashTotal) problems.push(faults.hashTotal(`${name}.csv`))
  return problems
}

function certificateOf(bytes: Buffer): X509Certificate | null {
  try {
    return new X509Certificate(bytes)
  } catch {
    return null
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

/** Lists, certificates and signatures are small; a hostile package may hold anything. */
const MOST_WHOLE = 1024 ** 2

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > MOST_WHOLE) throw new Error('too large')
    parts.push(chunk)
  }
  return Buffer.concat(parts)
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
