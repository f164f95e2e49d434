import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { readHeader } from '@open-bcl/modules/interfaces/interfaces.checks.ts'
import { fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { CsvFault, readCsv } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import { parseManifest, type Manifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { fileFaults, linkageProblems } from '@open-bcl/modules/linkage/linkage.messages.ts'
import { fileErrorOf, type FileError } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { writeFileAtomic } from '@open-bcl/platform/atomic-file.ts'

/** `NAME.csv` and `NAME.json` in the watched folder, not yet looked into. */
export type Pair = { readonly name: string; readonly manifestBytes: Buffer }
/** A pair whose shape is right: it may be sent. */
export type ReadyFile = Pair & {
  readonly manifest: Manifest
  readonly dataPath: string
  readonly bytes: number
}
export type WrongFile = Pair & { readonly errors: readonly FileError[] }

export type InboxView = {
  readonly ready: readonly ReadyFile[]
  readonly wrong: readonly WrongFile[]
  /** Names of which a part is missing or still being written. */
  readonly unfinished: readonly string[]
}

/** Where a pair goes when the cloud has judged it. */
export type Outcome = 'done' | 'refused'

/** `mark` changes when either part is written to; `seenAt` is when it was first found so (by our clock, not the share's). */
type Checked = { readonly mark: string; readonly seenAt: number; readonly errors: readonly FileError[] }

/** Largest manifest worth reading. */
const MANIFEST_BYTES = 64 * 1024

/**
 * The watched folder. All that is known stands in the folder itself: whatever moment the agent is killed at, the next
 * look finds either a pair to send again, which is harmless, or one to finish moving.
 */
export class Inbox {
  readonly #folder: string
  readonly #municipality: MunicipalityCode
  /** A pair that does not fit yet may still be written to; it is judged when it has not changed for this long, ms. */
  readonly #graceMs: number
  /** What was found of a pair, so that a large file waiting for a lost link is read once. */
  readonly #checked = new Map<string, Checked>()

  constructor(folder: string, municipality: MunicipalityCode, graceMs: number) {
    this.#folder = folder
    this.#municipality = municipality
    this.#graceMs = graceMs
  }

  async look(now: Date): Promise<InboxView> {
    const names = new Set(await readdir(this.#folder))
    const ready: ReadyFile[] = []
    const wrong: WrongFile[] = []
    const unfinished: string[] = []
    for (const entry of [...names].sort()) {
      if (entry.endsWith('.csv') && !names.has(`${entry.slice(0, -4)}.json`))
        unfinished.push(entry.slice(0, -4))
      if (!entry.endsWith('.json')) continue
      const name = entry.slice(0, -5)
      const pair = { name, manifestBytes: await this.#readManifest(entry) }
      if (!names.has(`${name}.csv`)) {
        if (!(await this.#finishMove(pair))) unfinished.push(name)
        continue
      }
      const { size, mtimeMs } = await stat(join(this.#folder, `${name}.csv`))
      const { errors, seenAt } = await this.#check(pair, `${size}|${mtimeMs}`, now)
      if (errors.length === 0) {
        const { manifest } = parseManifest(parseJson(pair.manifestBytes)) as { manifest: Manifest }
        ready.push({ ...pair, manifest, dataPath: join(this.#folder, `${name}.csv`), bytes: size })
      } else if (now.getTime() - seenAt < this.#graceMs) unfinished.push(name)
      else wrong.push({ ...pair, errors })
    }
    for (const name of this.#checked.keys()) if (!names.has(`${name}.csv`)) this.#checked.delete(name)
    return { ready, wrong, unfinished }
  }

  /** Moves a judged pair away: what is said of it first, the manifest last, so that an interrupted move is finished. */
  async settle(pair: Pair, outcome: Outcome, papers: Readonly<Record<string, string>>): Promise<string> {
    const target = this.#target(pair, outcome)
    await mkdir(target, { recursive: true, mode: 0o750 })
    for (const [name, text] of Object.entries(papers)) await writeFileAtomic(join(target, name), text, 0o640)
    for (const file of [`${pair.name}.csv`, `${pair.name}.json`])
      await rename(join(this.#folder, file), join(target, file))
    this.#checked.delete(pair.name)
    return target
  }

  /** Named by its manifest, so that a corrected file of the same name finds another place. */
  #target({ name, manifestBytes }: Pair, outcome: Outcome): string {
    const tag = createHash('sha256').update(manifestBytes).digest('hex').slice(0, 12)
    return join(this.#folder, outcome, `${name}-${tag}`)
  }

  async #finishMove(pair: Pair): Promise<boolean> {
    for (const outcome of ['done', 'refused'] as const) {
      const target = this.#target(pair, outcome)
      const moved = await stat(join(target, `${pair.name}.csv`)).catch(() => null)
      if (moved === null) continue
      await rename(join(this.#folder, `${pair.name}.json`), join(target, `${pair.name}.json`))
      return true
    }
    return false
  }

  async #readManifest(entry: string): Promise<Buffer> {
    const path = join(this.#folder, entry)
    // Something huge is no manifest; its first bytes say so.
    if ((await stat(path)).size <= MANIFEST_BYTES) return await readFile(path)
    return Buffer.from('too large')
  }

  async #check(pair: Pair, file: string, now: Date): Promise<Checked> {
    const mark = `${file}|${createHash('sha256').update(pair.manifestBytes).digest('hex')}`
    const known = this.#checked.get(pair.name)
    if (known?.mark === mark) return known
    const found = { mark, seenAt: now.getTime(), errors: await this.#errorsOf(pair) }
    this.#checked.set(pair.name, found)
    return found
  }

  /** Shape only: manifest, header and SHA-256. The rows are the cloud's to check. */
  async #errorsOf({ name, manifestBytes }: Pair): Promise<readonly FileError[]> {
    const parsed = parseManifest(parseJson(manifestBytes))
    if ('errors' in parsed) return parsed.errors.map(fileErrorOf)
    const { manifest } = parsed
    if (manifest.municipalityCode !== this.#municipality)
      return [{ line: null, item: '送付票', message: linkageProblems.otherMunicipality.title }]
    const path = join(this.#folder, `${name}.csv`)
    const digest = createHash('sha256')
    for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer)
    if (digest.digest('hex') !== manifest.sha256) return [{ line: null, ...fileFaults.sha256 }]
    try {
      for await (const { rows } of readCsv(createReadStream(path))) {
        const header = readHeader(fileInterfaces[manifest.business], rows[0]!, manifest.municipalityCode)
        return 'errors' in header ? header.errors.map(fileErrorOf) : []
      }
      return []
    } catch (error) {
      if (error instanceof CsvFault) return [fileErrorOf(error.toFieldError())]
      throw error
    }
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    return null
  }
}
