import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { writeChunksAtomic } from './atomic-file.ts'

/**
 * Where photos and documents lie for good: `<folder>/<town>/<ab>/<name>`, each sealed in blocks under a key of its own,
 * which is in the database, sealed for its town: a stolen disk tells nothing but sizes. A file is written whole or not at
 * all, and is on the disk before anybody writes a row about it. `name` is the keyed digest of the content, so the same
 * content lies there once.
 */
export type FilePlace = {
  readonly municipality: MunicipalityCode
  /** Hexadecimal. */
  readonly name: string
  /** 32 bytes; the same content has the same key, so that two who store it at once do not disagree. */
  readonly key: Uint8Array
}

/** The file is not there, or not as it was written. */
export class FileLost extends Error {
  override readonly name = 'FileLost'
}
export class FilesFull extends Error {
  override readonly name = 'FilesFull'
}

const MAGIC = Buffer.from('OBCLFI1\n')
const BLOCK = 1024 * 1024
const NONCE = 12
const TAG = 16
/** Length of the sealed bytes (4), whether it is the last block (1), nonce. */
const HEAD = 5 + NONCE
const NAME = /^[0-9a-f]{32,128}$/

export class FileVault {
  readonly #folder: string
  readonly #reserveBytes: number

  /** `reserveBytes` of the disk stay free for whatever else lives on it. */
  constructor(folder: string, options: { readonly reserveBytes?: number } = {}) {
    this.#folder = folder
    this.#reserveBytes = options.reserveBytes ?? 512 * 1024 ** 2
  }

  /** Stores a file; when it returns, the bytes survive a power cut. */
  async write(place: FilePlace, bytes: Uint8Array): Promise<void> {
    const file = this.#path(place)
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
    const { bavail, bsize } = await statfs(path.dirname(file))
    if (bavail * bsize < bytes.length + this.#reserveBytes) throw new FilesFull()
    try {
      await writeChunksAtomic(file, sealedBlocks(place, bytes))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw code === 'ENOSPC' || code === 'EDQUOT' ? new FilesFull() : error
    }
  }

  /** The whole file; throws `FileLost` rather than give a wrong byte. */
  async read(place: FilePlace): Promise<Buffer> {
    const sealed = await readWhole(this.#path(place))
    if (sealed === null || !sealed.subarray(0, MAGIC.length).equals(MAGIC)) throw new FileLost()
    const parts: Buffer[] = []
    for (let at = MAGIC.length, index = 0; ; index++) {
      if (at + HEAD > sealed.length) throw new FileLost()
      const length = sealed.readUInt32BE(at)
      const end = at + HEAD + length + TAG
      if (end > sealed.length) throw new FileLost()
      const last = sealed[at + 4] === 1
      parts.push(openBlock(place, index, last, sealed.subarray(at + 5, end)))
      if (last) {
        if (end !== sealed.length) throw new FileLost()
        return Buffer.concat(parts)
      }
      at = end
    }
  }

  async has(place: Pick<FilePlace, 'municipality' | 'name'>): Promise<boolean> {
    return (await stat(this.#path(place)).catch(() => null))?.isFile() === true
  }

  /** Towns that have files here. */
  async towns(): Promise<MunicipalityCode[]> {
    return (await readdir(this.#folder).catch((): string[] => [])).filter(isMunicipalityCode)
  }

  /**
   * Removes files of a town that no row names and that nobody has touched since: their transaction was rolled back, or the
   * program died between the file and its row. `isKnown` is asked a handful at a time.
   */
  async sweep(
    municipality: MunicipalityCode,
    isKnown: (names: readonly string[]) => Promise<ReadonlySet<string>>,
    untouchedSince: Date,
  ): Promise<number> {
    const town = path.join(this.#folder, municipality)
    let swept = 0
    for (const shelf of await readdir(town).catch(() => [])) {
      const folder = path.join(town, shelf)
      const names = await readdir(folder).catch(() => [])
      const known = await isKnown(names.filter((name) => NAME.test(name)))
      for (const name of names) {
        if (known.has(name)) continue
        const file = path.join(folder, name)
        if (!((await stat(file)).mtime < untouchedSince)) continue
        await rm(file, { force: true })
        swept += 1
      }
    }
    return swept
  }

  #path({ municipality, name }: Pick<FilePlace, 'municipality' | 'name'>): string {
    if (!NAME.test(name)) throw new Error('not a name of a file')
    return path.join(this.#folder, municipality, name.slice(0, 2), name)
  }
}

async function readWhole(file: string): Promise<Buffer | null> {
  try {
    const handle = await open(file, 'r')
    try {
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function* sealedBlocks(place: FilePlace, bytes: Uint8Array): Generator<Buffer> {
  yield MAGIC
  for (let at = 0, index = 0; ; index++) {
    const plain = bytes.subarray(at, at + BLOCK)
    at += plain.length
    const last = at >= bytes.length
    const head = Buffer.alloc(HEAD)
    head.writeUInt32BE(plain.length, 0)
    head[4] = last ? 1 : 0
    randomBytes(NONCE).copy(head, 5)
    const cipher = createCipheriv('aes-256-gcm', place.key, head.subarray(5))
    cipher.setAAD(aad(place, index, last))
    yield Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    if (last) return
  }
}

/** `sealed`: nonce, ciphertext, tag. */
function openBlock(place: FilePlace, index: number, last: boolean, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', place.key, sealed.subarray(0, NONCE))
  decipher.setAAD(aad(place, index, last))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE, sealed.length - TAG)), decipher.final()])
  } catch {
    throw new FileLost()
  }
}

function aad({ municipality, name }: FilePlace, index: number, last: boolean): Buffer {
  return Buffer.from(`${municipality}|${name}|${index}|${last ? 'last' : 'more'}`)
}
