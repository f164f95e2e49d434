import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { csvLine, readCsv } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import { writeChunksAtomic } from '@open-bcl/platform/atomic-file.ts'
import { headerOf, type CheckedFile } from './check-file.ts'
import type { Mirror } from './mirror.ts'

/** A delta made of a full export. */
export type Difference = {
  readonly path: string
  readonly bytes: number
  readonly rows: number
  readonly deletions: number
  readonly sha256: string
}

/**
 * `AGENT_SEND=differences`: the core system only exports everything, and what is sent is what changed since the export
 * before. For rows that are gone that export is kept: a deletion is a whole row with 削除フラグ 1.
 */
export class Differences {
  readonly #folder: string

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, 'exports')
  }

  /**
   * The delta between the export that the mirror shows and the one that is staged; `null` when there is nothing to compare
   * with, so that the export must be sent as it is.
   */
  async make(
    business: Business,
    mirror: Mirror,
    path: string,
    checked: CheckedFile,
  ): Promise<Difference | null> {
    const before = mirror.base()
    if (before === null || !mirror.canDiffer()) return null
    const basePath = this.#exportPath(business, before)
    if ((await stat(basePath).catch(() => null)) === null) return null
    const header = await headerOf(path)
    const same = (await headerOf(basePath)).join('\n') === header.join('\n')
    if (!same) return null
    const deletedAt = header.indexOf('削除フラグ')
    const digest = createHash('sha256')
    let bytes = 0
    let rows = 0
    let deletions = 0
    const piece = (text: string): Buffer => {
      const buffer = Buffer.from(text)
      digest.update(buffer)
      bytes += buffer.length
      return buffer
    }
    async function* chunks(): AsyncGenerator<Buffer> {
      yield piece(csvLine(header))
      for await (const batch of rowsAt(path, mirror.changedLines())) {
        rows += batch.length
        deletions += batch.filter((row) => row[deletedAt] === '1').length
        yield piece(batch.map(csvLine).join(''))
      }
      for await (const batch of rowsAt(basePath, mirror.goneLines())) {
        rows += batch.length
        deletions += batch.length
        yield piece(batch.map((row) => csvLine(row.with(deletedAt, '1'))).join(''))
      }
    }
    const target = join(this.#folder, `${business}-${checked.sha256.slice(0, 16)}-delta.csv`)
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await writeChunksAtomic(target, chunks())
    return { path: target, bytes, rows, deletions, sha256: digest.digest('hex') }
  }

  /** Keeps an export that is about to be what the mirror shows. A link, where the file systems allow: no second copy. */
  async keep(business: Business, path: string, sha256: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const target = this.#exportPath(business, sha256)
    await rm(`${target}.tmp`, { force: true })
    await link(path, `${target}.tmp`).catch(() => copyFile(path, `${target}.tmp`))
    await rename(`${target}.tmp`, target)
  }

  /** Removes all exports and deltas of a business but the one that the mirror shows. */
  async tidy(business: Business, sha256: string | null): Promise<void> {
    const kept = sha256 === null ? null : this.#exportPath(business, sha256)
    for (const name of await readdir(this.#folder).catch(() => []))
      if (
        new RegExp(`^${business}-[0-9a-f]{16}(-delta)?\\.csv`).test(name) &&
        join(this.#folder, name) !== kept
      )
        await rm(join(this.#folder, name))
  }

  #exportPath(business: Business, sha256: string): string {
    return join(this.#folder, `${business}-${sha256.slice(0, 16)}.csv`)
  }
}

/** The rows that begin on these lines, which come in rising order: file and lines are walked side by side. */
async function* rowsAt(path: string, lines: Iterable<number>): AsyncGenerator<string[][]> {
  const wanted = lines[Symbol.iterator]()
  let next = wanted.next()
  if (next.done === true) return
  for await (const batch of readCsv(createReadStream(path))) {
    const found: string[][] = []
    for (const [i, line] of batch.lines.entries()) {
      if (next.done === true || line !== next.value) continue
      found.push(batch.rows[i]!)
      next = wanted.next()
    }
    if (found.length > 0) yield found
    if (next.done === true) return
  }
}
