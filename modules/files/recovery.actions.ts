import { createHash, createPrivateKey, sign, verify, X509Certificate } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isAgeRecipient, newAgeKeyPair, readAgeFile, writeAgeFile } from '@open-bcl/platform/age.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { FileLost, type FileVault } from '@open-bcl/platform/files.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { mediaTypes, type FileId } from './files.ts'
import * as store from './files.store.ts'

/** Photos and documents given back to a town: `ID.age` each, and a signed list of them. */
export const FILES_FORMAT = 'open-bcl files 1'

const filesList = z.strictObject({
  format: z.literal(FILES_FORMAT),
  municipalityCode: z.string(),
  madeAt: z.iso.datetime(),
  files: z.array(
    z.strictObject({
      fileId: z.uuid(),
      mediaType: z.enum(mediaTypes),
      bytes: z.int().min(1),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      fileName: z.string(),
      storedAt: z.iso.datetime(),
    }),
  ),
  /** Rows whose file is not there, or not as it was written. */
  lost: z.array(z.uuid()),
})
export type FilesList = z.output<typeof filesList>

const heads = {
  list: 'files.json',
  signature: 'files.sig',
  certificate: 'signer.pem',
  authority: 'authority.pem',
}
const PAGE = 200

export type FilesRecovery = {
  readonly municipality: MunicipalityCode
  /** A transaction in the town's scope for each piece of the work. */
  readonly scope: <T>(work: (ctx: Ctx) => Promise<T>) => Promise<T>
  readonly vault: Pick<FileVault, 'read'>
  readonly out: string
  /** The town's `age1…`. */
  readonly recipient: string
  readonly signer: MachineIdentity
  readonly now: () => Date
}

/** Every file of a town, encrypted to it and read back; memory holds one at a time. What is lost is named, never left out silently. */
export async function makeFilesPackage(
  job: FilesRecovery,
): Promise<{ readonly folder: string; readonly list: FilesList }> {
  if (!isAgeRecipient(job.recipient)) throw new Error('not an age recipient')
  const folder = path.join(job.out, `${job.municipality}-files`)
  const partial = `${folder}.partial`
  await mkdir(job.out, { recursive: true, mode: 0o700 })
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { mode: 0o700 })
  // A second key that only this process knows, so that what was written can be read back.
  const own = await newAgeKeyPair()
  const put = (name: string, bytes: Uint8Array): Promise<void> =>
    writeAgeFile(path.join(partial, `${name}.age`), [job.recipient, own.recipient], one(bytes))
  const files: FilesList['files'] = []
  const lost: string[] = []
  for await (const { fileId, bytes, row } of everyFile(job)) {
    if (bytes === null) {
      lost.push(fileId)
      continue
    }
    await put(fileId, bytes)
    files.push({
      ...{ fileId, mediaType: row.mediaType, bytes: bytes.length, sha256: sha256(bytes) },
      ...{ fileName: row.words.fileName, storedAt: row.storedAt.toISOString() },
    })
  }
  const list: FilesList = {
    ...{ format: FILES_FORMAT, municipalityCode: job.municipality, madeAt: job.now().toISOString() },
    ...{ files, lost },
  }
  const listBytes = Buffer.from(`${JSON.stringify(list, null, 1)}\n`)
  await put(heads.list, listBytes)
  await put(heads.signature, sign('sha256', listBytes, createPrivateKey(job.signer.privateKeyPem)))
  await put(heads.certificate, Buffer.from(job.signer.certificatePem))
  await put(heads.authority, Buffer.from(job.signer.authorityPem))
  const { problems } = await verifyFilesPackage(partial, {
    identities: [own.identity],
    authorityPem: job.signer.authorityPem,
  })
  if (problems.length > 0) throw new Error(`the package is not what was written: ${problems.length} faults`)
  await rm(folder, { recursive: true, force: true })
  await rename(partial, folder)
  return { folder, list }
}

/** Checks a package with nothing but the town's key: who made it, and every byte. */
export async function verifyFilesPackage(
  folder: string,
  keys: { readonly identities: readonly string[]; readonly authorityPem: string | null },
): Promise<{ readonly list: FilesList | null; readonly problems: readonly string[] }> {
  const open = (name: string): Promise<Buffer> =>
    whole(readAgeFile(path.join(folder, `${name}.age`), keys.identities))
  try {
    const listBytes = await open(heads.list)
    const signer = new X509Certificate(await open(heads.certificate))
    const authority = new X509Certificate(await open(heads.authority))
    const problems: string[] = []
    if (!signer.verify(authority.publicKey))
      problems.push('署名した機器の証明書が、認証局のものではありません')
    if (
      keys.authorityPem !== null &&
      new X509Certificate(keys.authorityPem).fingerprint256 !== authority.fingerprint256
    )
      problems.push('認証局の証明書が、受け取ったものと違います')
    if (!verify('sha256', listBytes, signer.publicKey, await open(heads.signature)))
      problems.push('一覧の署名が合いません')
    const list = filesList.parse(JSON.parse(listBytes.toString('utf8')))
    for (const file of list.files) {
      const bytes = await open(file.fileId).catch(() => null)
      if (bytes === null) problems.push(`${file.fileId}.age がないか、開けません`)
      else if (bytes.length !== file.bytes || sha256(bytes) !== file.sha256)
        problems.push(`${file.fileId}.age の内容が一覧と違います`)
    }
    return { list, problems }
  } catch {
    return { list: null, problems: ['一覧または署名がないか、開けません'] }
  }
}

/** Which rows have no file that opens: for the operator, against the database. */
export async function lostFiles(
  job: Pick<FilesRecovery, 'scope' | 'vault' | 'municipality'>,
): Promise<{ readonly whole: number; readonly lost: readonly string[] }> {
  let found = 0
  const lost: string[] = []
  for await (const { fileId, bytes } of everyFile(job)) {
    if (bytes === null) lost.push(fileId)
    else found += 1
  }
  return { whole: found, lost }
}

/** `bytes` null: it is lost. */
async function* everyFile({
  scope,
  vault,
  municipality,
}: Pick<FilesRecovery, 'scope' | 'vault' | 'municipality'>): AsyncGenerator<{
  readonly fileId: FileId
  readonly bytes: Buffer | null
  readonly row: store.FoundFile
}> {
  for (let after: string | null = null; ;) {
    const page: readonly FileId[] = await scope((ctx) => store.fileIdsAfter(ctx.tx, after, PAGE))
    for (const fileId of page) {
      const row = await scope(async (ctx) => await store.findFile(ctx.tx, await ctx.keys(), fileId))
      if (row === null) continue
      const bytes = await vault
        .read({ municipality, name: row.name, key: row.key })
        .catch((error: unknown) => {
          if (error instanceof FileLost) return null
          throw error
        })
      yield { fileId, bytes, row }
    }
    if (page.length < PAGE) return
    after = page.at(-1)!
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
