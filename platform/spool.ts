import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rm, stat, statfs, unlink, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { writeFileAtomic } from './atomic-file.ts'

/**
 * Where files lie between arriving and being applied (decision 13): `<folder>/<town>/<uploadId>`, an appended row of
 * blocks, each sealed under the upload's own random key. The keys are in the database, sealed for their town, so a stolen
 * disk tells nothing but sizes. What `append` has answered for is on the disk; what a crash tore is cut off.
 */
export type SpoolPlace = {
  readonly municipality: MunicipalityCode
  readonly uploadId: string
  /** 32 random bytes. */
  readonly key: Uint8Array
}

/** The next byte that is expected is another one. */
export class WrongOffset extends Error {
  override readonly name = 'WrongOffset'
  readonly received: number
  constructor(received: number) {
    super('wrong offset')
    this.received = received
  }
}
export class SpoolFull extends Error {
  override readonly name = 'SpoolFull'
}
/** The upload is not here, or not as it was written: it has to be sent again. */
export class SpoolLost extends Error {
  override readonly name = 'SpoolLost'
}

/** What the spool needs of the disk; a test lends one that is full. */
export type SpoolDisk = {
  write(file: FileHandle, bytes: Uint8Array, position: number): Promise<void>
  freeBytes(folder: string): Promise<number>
}

const MAGIC = Buffer.from('OBCLSP1\n')
/** Length of the plain bytes (4) and nonce (12). */
const HEAD = 16
const TAG = 16

/** As far as the file is known to be right. */
type Extent = { readonly plain: number; readonly size: number; readonly blocks: number }

const realDisk: SpoolDisk = {
  async write(file, bytes, position) {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
      done += bytesWritten
    }
    await file.datasync()
  },
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  },
}

export class Spool {
  /** Names the folder: another process's spool is another disk, or the same one. */
  readonly spoolId: string
  readonly #folder: string
  readonly #disk: SpoolDisk
  readonly #reserveBytes: number
  readonly #extents = new Map<string, Extent>()
  readonly #turns = new Map<string, Promise<unknown>>()

  private constructor(folder: string, spoolId: string, reserveBytes: number, disk: SpoolDisk) {
    this.#folder = folder
    this.spoolId = spoolId
    this.#reserveBytes = reserveBytes
    this.#disk = disk
  }

  /** `reserveBytes` of the disk stay free for whatever else lives on it. */
  static async open(
    folder: string,
    options: { readonly reserveBytes?: number; readonly disk?: SpoolDisk } = {},
  ): Promise<Spool> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const nameFile = path.join(folder, 'spool-id')
    let spoolId = (await readFile(nameFile, 'utf8').catch(() => '')).trim()
    if (spoolId === '') {
      await writeFileAtomic(nameFile, `${randomUUID()}\n`)
      spoolId = (await readFile(nameFile, 'utf8')).trim()
    }
    return new Spool(folder, spoolId, options.reserveBytes ?? 512 * 1024 ** 2, options.disk ?? realDisk)
  }

  /** Throws `SpoolFull` when so many bytes more would not fit. */
  async requireRoom(bytes: number): Promise<void> {
    if ((await this.#disk.freeBytes(this.#folder)) < bytes + this.#reserveBytes) throw new SpoolFull()
  }

  /** How many bytes are safely here; `null` when the upload is not. Cuts off what a crash tore. */
  async received(place: SpoolPlace): Promise<number | null> {
    return await this.#inTurn(place, async () => {
      const file = await this.#find(place, 'r+')
      if (file === null) return null
      try {
        return (await this.#extentOf(file, place)).plain
      } finally {
        await file.close()
      }
    })
  }

  /** Adds a chunk at its offset and answers how many bytes are safely on the disk. */
  async append(place: SpoolPlace, offset: number, chunk: Uint8Array): Promise<number> {
    return await this.#inTurn(place, async () => {
      const file = (await this.#find(place, 'r+')) ?? (offset === 0 ? await this.#create(place) : null)
      if (file === null) throw new WrongOffset(0)
      try {
        const extent = await this.#extentOf(file, place)
        if (offset !== extent.plain) throw new WrongOffset(extent.plain)
        if (chunk.length === 0) return extent.plain
        await this.requireRoom(chunk.length)
        const block = sealBlock(place, extent.blocks, chunk)
        try {
          await this.#disk.write(file, block, extent.size)
        } catch (error) {
          this.#extents.delete(place.uploadId)
          // What cannot be cut now is found torn and cut by the next one.
          await file.truncate(extent.size).catch(() => undefined)
          const { code } = error as NodeJS.ErrnoException
          throw code === 'ENOSPC' || code === 'EDQUOT' ? new SpoolFull() : error
        }
        const plain = extent.plain + chunk.length
        this.#extents.set(place.uploadId, {
          plain,
          size: extent.size + block.length,
          blocks: extent.blocks + 1,
        })
        return plain
      } finally {
        await file.close()
      }
    })
  }

  /** The bytes from the beginning; throws `SpoolLost` rather than give a wrong one. */
  async *read(place: SpoolPlace): AsyncGenerator<Uint8Array> {
    const file = await this.#find(place, 'r')
    if (file === null) throw new SpoolLost()
    try {
      const { size } = await file.stat()
      let at = MAGIC.length
      for (let index = 0; at < size; index++) {
        const block = await readBlock(file, place, index, at, size)
        if (block === null) throw new SpoolLost()
        at += HEAD + block.length + TAG
        yield block
      }
    } finally {
      await file.close()
    }
  }

  /** Towns that have, or had, an upload here. */
  async towns(): Promise<MunicipalityCode[]> {
    return (await readdir(this.#folder)).filter(isMunicipalityCode)
  }

  async remove(municipality: MunicipalityCode, uploadId: string): Promise<void> {
    this.#extents.delete(uploadId)
    await rm(path.join(this.#folder, municipality, uploadId), { force: true })
  }

  /** Removes uploads of a town that nobody knows and nobody has touched since. */
  async sweep(
    municipality: MunicipalityCode,
    known: ReadonlySet<string>,
    untouchedSince: Date,
  ): Promise<number> {
    const folder = path.join(this.#folder, municipality)
    let swept = 0
    for (const name of await readdir(folder).catch(() => [])) {
      const file = path.join(folder, name)
      if (known.has(name) || !((await stat(file)).mtime < untouchedSince)) continue
      this.#extents.delete(name)
      await unlink(file)
      swept += 1
    }
    return swept
  }

  #path({ municipality, uploadId }: SpoolPlace): string {
    return path.join(this.#folder, municipality, uploadId)
  }

  async #find(place: SpoolPlace, flags: 'r' | 'r+'): Promise<FileHandle | null> {
    try {
      return await open(this.#path(place), flags)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  async #create(place: SpoolPlace): Promise<FileHandle> {
    const folder = path.join(this.#folder, place.municipality)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const file = await open(this.#path(place), 'wx+', 0o600)
    try {
      await this.#disk.write(file, MAGIC, 0)
    } catch (error) {
      await file.close()
      await rm(this.#path(place), { force: true })
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? new SpoolFull() : error
    }
    // Otherwise a power cut could forget the file's name, whose bytes we answer for.
    for (const name of [folder, this.#folder]) {
      const handle = await open(name, 'r')
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
    }
    return file
  }

  /** How far the file is whole; known from the last time, or found by opening every block. */
  async #extentOf(file: FileHandle, place: SpoolPlace): Promise<Extent> {
    const { size } = await file.stat()
    const known = this.#extents.get(place.uploadId)
    // Another process may have written to it, or a crash torn it.
    if (known?.size === size) return known
    const magic = Buffer.alloc(MAGIC.length)
    await file.read(magic, 0, MAGIC.length, 0)
    let extent: Extent = { plain: 0, size: MAGIC.length, blocks: 0 }
    if (!magic.equals(MAGIC)) {
      await file.truncate(0)
      await this.#disk.write(file, MAGIC, 0)
    } else {
      for (;;) {
        const block = await readBlock(file, place, extent.blocks, extent.size, size)
        if (block === null) break
        extent = {
          plain: extent.plain + block.length,
          size: extent.size + HEAD + block.length + TAG,
          blocks: extent.blocks + 1,
        }
      }
      if (extent.size < size) {
        await file.truncate(extent.size)
        await file.datasync()
      }
    }
    this.#extents.set(place.uploadId, extent)
    return extent
  }

  /** One at a time for each upload of this process; between processes the row in the database is the lock. */
  async #inTurn<T>({ uploadId }: SpoolPlace, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(uploadId) ?? Promise.resolve()
    const mine = before.then(work, work)
    this.#turns.set(uploadId, mine)
    try {
      return await mine
    } finally {
      if (this.#turns.get(uploadId) === mine) this.#turns.delete(uploadId)
    }
  }
}

function sealBlock(place: SpoolPlace, index: number, plain: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD)
  head.writeUInt32BE(plain.length, 0)
  // A torn block is written again at its place with other bytes: the nonce must not be made from the place.
  randomBytes(12).copy(head, 4)
  const cipher = createCipheriv('aes-256-gcm', place.key, head.subarray(4))
  cipher.setAAD(aad(place, index, plain.length))
  return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** The block that begins at `at`, opened; `null` when it is not whole or not what was written there. */
async function readBlock(
  file: FileHandle,
  place: SpoolPlace,
  index: number,
  at: number,
  size: number,
): Promise<Buffer | null> {
  if (at + HEAD + TAG > size) return null
  const head = Buffer.alloc(HEAD)
  await file.read(head, 0, HEAD, at)
  const length = head.readUInt32BE(0)
  if (at + HEAD + length + TAG > size) return null
  const sealed = Buffer.alloc(length + TAG)
  const { bytesRead } = await file.read(sealed, 0, sealed.length, at + HEAD)
  if (bytesRead !== sealed.length) return null
  const decipher = createDecipheriv('aes-256-gcm', place.key, head.subarray(4))
  decipher.setAAD(aad(place, index, length))
  decipher.setAuthTag(sealed.subarray(length))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, length)), decipher.final()])
  } catch {
    return null
  }
}

function aad({ municipality, uploadId }: SpoolPlace, index: number, length: number): Buffer {
  return Buffer.from(`${municipality}|${uploadId}|${index}|${length}`)
}
