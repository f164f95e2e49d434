import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { businesses, fileInterfaces, type Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { manifestSchema, parseManifest, type Manifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { linkageProblems } from '@open-bcl/modules/linkage/linkage.messages.ts'
import { fileErrorOf, type FileError } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { writeFileAtomic } from '@open-bcl/platform/atomic-file.ts'
import { markOf } from './check-file.ts'

/** A data file that is there with all that belongs to it. Its rows are not looked into yet. */
export type ReadyFile = {
  /** Without `.csv`, within the watched folder. */
  readonly name: string
  readonly business: Business
  readonly mode: 'full' | 'delta'
  readonly dataPath: string
  readonly bytes: number
  /** `markOf` the data: another one is another file. */
  readonly mark: string
  /** As it lies there; `null` when the core system wrote none. */
  readonly manifestBytes: Buffer | null
  /** `fileNo` 0 where the core system left the number out. */
  readonly manifest: Manifest | null
  /** By which files without number are put in order. */
  readonly order: { readonly name: string | null; readonly at: number }
  /** `NAME.ok` lies beside it: whoever put the file there says that it is whole and meant so. */
  readonly confirmed: boolean
  /** Since when it lies there as it is, by our clock. */
  readonly since: number
  /** Nothing of it has changed for long enough to be judged. */
  readonly settled: boolean
}

export type WrongFile = Pick<ReadyFile, 'name' | 'mark' | 'manifestBytes'> & {
  /** As far as they can be told; of another town's file they say nothing. */
  readonly business: Business | null
  readonly fileNo: number | null
  readonly errors: readonly FileError[]
}

export type InboxView = {
  /** What keeps the source from being read, as sentences; what it holds cannot be known then. */
  readonly troubles: readonly string[]
  readonly ready: readonly ReadyFile[]
  readonly wrong: readonly WrongFile[]
  /** What waits for a part or for its end, or is nothing that can be sent. */
  readonly unfinished: readonly {
    readonly name: string
    readonly business: Business | null
    readonly why: string
  }[]
}

/** Where a pair goes when it has been judged. */
export type Outcome = 'done' | 'refused'

/** Where files come from: a folder that the core system fills, or tables that it keeps (`table-source.ts`). */
export type Source = {
  look(now: Date): Promise<InboxView>
  /** Gives a file its number: from here on it is a pair like any other. */
  number(file: ReadyFile, manifest: Manifest): Promise<ReadyFile>
  /** Takes back the number of a file that was written to afterwards: it is looked at as a new one. */
  unnumber(file: Pick<ReadyFile, 'name'>): Promise<void>
  /** Moves a judged file away, with what was said of it; answers where to. */
  settle(
    file: Pick<ReadyFile, 'name' | 'mark' | 'manifestBytes'>,
    outcome: Outcome,
    papers: Readonly<Record<string, string>>,
  ): Promise<string>
  /** Puts files from this number on back, those it still has. */
  bringBack(business: Business, fromFileNo: number): Promise<void>
  /** Removes data that was acknowledged before `before`; the papers stay. */
  prune(before: Date): Promise<void>
}

type WrongManifest = Pick<WrongFile, 'errors' | 'business' | 'fileNo'> & { readonly isForeign: boolean }
type Seen = Map<string, { readonly mark: string; readonly at: number }>

/** How the names of reports end that `open-bcl-agent check` leaves beside files. */
export const REPORT_END = '.check.csv'
/** Largest manifest worth reading. */
const MANIFEST_BYTES = 64 * 1024
const OUTCOMES = ['done', 'refused'] as const
const noFollow = constants.O_RDONLY | constants.O_NOFOLLOW

const waits = {
  manifest: '送付票（.json）を待っています',
  data: 'データ（.csv）を待っています',
  end: '書き終わるのを待っています',
  report: '確認（check）の報告のため送りません',
  strange: '通常のファイルではないため送りません（リンクなど）',
} as const

/**
 * The watched folder: `NAME.csv` with `NAME.json`, or `業務_full_NAME.csv` alone, in the folder itself or in one of its
 * folders named after a business. All that is known stands in the folder: whatever moment the agent is killed at, the
 * next look finds either a file to send again, which is harmless, or one to finish moving.
 */
export class Inbox implements Source {
  readonly #folder: string
  readonly #municipality: MunicipalityCode
  /** A pair that does not fit yet may still be written to; it is judged when it has not changed for this long, ms. */
  readonly #graceMs: number
  /** As `graceMs`, for data without manifest: nothing else says that they are whole. */
  readonly #quietMs: number
  /** When each file was first seen as it is now, by our clock, not the share's. */
  #seen: Seen = new Map()

  constructor(
    folder: string,
    municipality: MunicipalityCode,
    patience: { readonly graceMs: number; readonly quietMs: number },
  ) {
    this.#folder = folder
    this.#municipality = municipality
    this.#graceMs = patience.graceMs
    this.#quietMs = patience.quietMs
  }

  async look(now: Date): Promise<InboxView> {
    const found: InboxView[] = []
    const seen: Seen = new Map()
    for (const within of ['', ...(await this.#businessFolders())])
      found.push(await this.#lookInto(within, now, seen))
    this.#seen = seen
    return {
      troubles: [],
      ready: found.flatMap(({ ready }) => ready),
      wrong: found.flatMap(({ wrong }) => wrong),
      unfinished: found.flatMap(({ unfinished }) => unfinished),
    }
  }

  async #businessFolders(): Promise<string[]> {
    const entries = await readdir(this.#folder, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() && businessNamed(entry.name) !== null)
      .map(({ name }) => name)
      .sort()
  }

  async #lookInto(within: string, now: Date, seen: Seen): Promise<InboxView> {
    const names = new Set(await readdir(join(this.#folder, within)))
    const ready: ReadyFile[] = []
    const wrong: WrongFile[] = []
    const unfinished: InboxView['unfinished'][number][] = []
    for (const entry of [...names].sort()) {
      const stem = entry.replace(/\.(csv|json)$/, '')
      if (stem === entry || (entry.endsWith('.json') && names.has(`${stem}.csv`))) continue
      const name = join(within, stem)
      const waiting = (why: string, business: Business | null = null): void =>
        void unfinished.push({ name, business, why })
      // Whatever its name looks like else; who means to send such a file says so in a manifest.
      if (entry.endsWith(REPORT_END) && !names.has(`${stem}.json`)) {
        waiting(waits.report)
        continue
      }
      const manifestBytes = names.has(`${stem}.json`) ? await this.#readManifest(`${name}.json`) : null
      if (manifestBytes === 'strange') {
        waiting(waits.strange)
        continue
      }
      if (!names.has(`${stem}.csv`)) {
        if (!(await this.#finishMove(name, manifestBytes!))) waiting(waits.data)
        continue
      }
      const dataPath = join(this.#folder, `${name}.csv`)
      const data = await lstat(dataPath, { bigint: true }).catch(gone)
      if (data === null) continue
      if (!data.isFile()) {
        waiting(waits.strange)
        continue
      }
      const mark = markOf(data)
      const told = createHash('sha256')
        .update(manifestBytes ?? '')
        .digest('hex')
      const before = this.#seen.get(name)
      const since = before?.mark === `${mark}|${told}` ? before.at : now.getTime()
      seen.set(name, { mark: `${mark}|${told}`, at: since })
      const quietFor = now.getTime() - since
      const confirmed = names.has(`${stem}.ok`)
      const common = { name, dataPath, bytes: Number(data.size), mark, manifestBytes, confirmed, since }
      if (manifestBytes === null) {
        const pattern = patternOf(stem)
        if (pattern === null) waiting(waits.manifest)
        else if (!confirmed && quietFor < this.#quietMs) waiting(waits.end, pattern.business)
        else {
          const { business, mode, rest } = pattern
          const order = { name: rest, at: Number(data.mtimeNs / 1_000_000n) }
          ready.push({ ...common, business, mode, manifest: null, order, settled: true })
        }
        continue
      }
      const settled = confirmed || quietFor >= this.#graceMs
      const read = this.#manifestOf(manifestBytes)
      if ('manifest' in read) {
        const { business, mode, producedAt } = read.manifest
        const order = { name: null, at: Date.parse(producedAt) }
        ready.push({ ...common, business, mode, manifest: read.manifest, order, settled })
      } else if (settled) {
        const { errors, business, fileNo } = read
        const guessed = business ?? businessNamed(within) ?? patternOf(stem)?.business ?? null
        wrong.push({ name, manifestBytes, mark, errors, business: read.isForeign ? null : guessed, fileNo })
      } else waiting(waits.end)
    }
    return { troubles: [], ready, wrong, unfinished }
  }

  #manifestOf(bytes: Buffer): { readonly manifest: Manifest } | WrongManifest {
    const json = parseJson(bytes)
    const unnumbered = typeof json === 'object' && json !== null && !('fileNo' in json)
    const parsed = parseManifest(unnumbered ? { ...json, fileNo: 1 } : json)
    if ('errors' in parsed)
      return { errors: parsed.errors.map(fileErrorOf), isForeign: false, ...readable(json) }
    const { manifest } = parsed
    if (manifest.municipalityCode !== this.#municipality) {
      const { title, remedy } = linkageProblems.otherMunicipality
      const errors = [{ line: null, item: '送付票', message: `${title}。${remedy}` }]
      return { errors, isForeign: true, business: null, fileNo: null }
    }
    return { manifest: unnumbered ? { ...manifest, fileNo: 0 } : manifest }
  }

  async number(file: ReadyFile, manifest: Manifest): Promise<ReadyFile> {
    const bytes = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)
    // On the disk before a byte is sent: after a power cut the file still has the number it was sent under.
    await writeFileAtomic(join(this.#folder, `${file.name}.json`), bytes, 0o640)
    return { ...file, manifest, manifestBytes: bytes }
  }

  async unnumber({ name }: Pick<ReadyFile, 'name'>): Promise<void> {
    await rm(join(this.#folder, `${name}.json`), { force: true })
  }

  /** What is said of it first, the manifest last, so that an interrupted move is finished. */
  async settle(
    file: Pick<ReadyFile, 'name' | 'mark' | 'manifestBytes'>,
    outcome: Outcome,
    papers: Readonly<Record<string, string>>,
  ): Promise<string> {
    const target = this.#target(file.name, file.manifestBytes ?? Buffer.from(file.mark), outcome)
    await mkdir(target, { recursive: true, mode: 0o750 })
    for (const [name, text] of Object.entries(papers)) await writeFileAtomic(join(target, name), text, 0o640)
    const parts = file.manifestBytes === null ? ['ok', 'csv'] : ['ok', 'csv', 'json']
    for (const part of parts) {
      const from = join(this.#folder, `${file.name}.${part}`)
      await rename(from, join(target, `${basename(file.name)}.${part}`)).catch(
        part === 'ok' ? gone : undefined,
      )
    }
    return target
  }

  async bringBack(business: Business, fromFileNo: number): Promise<void> {
    const there = new Set(await readdir(this.#folder))
    for (const outcome of OUTCOMES)
      for await (const { folder, name, manifest } of this.#filed(outcome)) {
        if (manifest?.business !== business || manifest.fileNo < fromFileNo) continue
        if (there.has(`${name}.csv`) || (await stat(join(folder, `${name}.csv`)).catch(gone)) === null)
          continue
        await rename(join(folder, `${name}.csv`), join(this.#folder, `${name}.csv`))
        await rename(join(folder, `${name}.json`), join(this.#folder, `${name}.json`))
        there.add(`${name}.csv`)
      }
  }

  async prune(before: Date): Promise<void> {
    for await (const { folder, name } of this.#filed('done')) {
      const receipt = await stat(join(folder, 'receipt.json')).catch(gone)
      if (receipt !== null && receipt.mtime < before) await rm(join(folder, `${name}.csv`), { force: true })
    }
  }

  async *#filed(
    outcome: Outcome,
  ): AsyncGenerator<{ folder: string; name: string; manifest: Manifest | null }> {
    for (const place of (await readdir(join(this.#folder, outcome)).catch(gone)) ?? []) {
      const folder = join(this.#folder, outcome, place)
      const names = (await readdir(folder).catch(gone)) ?? []
      const entry = names.find((name) => name.endsWith('.json') && name !== 'receipt.json')
      if (entry === undefined) continue
      const bytes = await this.#readManifest(join(outcome, place, entry))
      const read = bytes === null || bytes === 'strange' ? null : this.#manifestOf(bytes)
      const manifest = read !== null && 'manifest' in read ? read.manifest : null
      yield { folder, name: entry.slice(0, -5), manifest }
    }
  }

  /** Named by its manifest, so that a corrected file of the same name finds another place. */
  #target(name: string, bytes: Buffer, outcome: Outcome): string {
    const tag = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
    // A name may be as long as names can be already.
    const short = Buffer.from(basename(name))
      .subarray(0, 200)
      .toString('utf8')
      .replace(/\uFFFD+$/, '')
    return join(this.#folder, outcome, `${short}-${tag}`)
  }

  async #finishMove(name: string, manifestBytes: Buffer): Promise<boolean> {
    for (const outcome of OUTCOMES) {
      const target = this.#target(name, manifestBytes, outcome)
      const moved = await stat(join(target, `${basename(name)}.csv`)).catch(gone)
      if (moved === null) continue
      await rename(join(this.#folder, `${name}.json`), join(target, `${basename(name)}.json`))
      return true
    }
    return false
  }

  async #readManifest(name: string): Promise<Buffer | null | 'strange'> {
    let file
    try {
      file = await open(join(this.#folder, name), noFollow | constants.O_NONBLOCK)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // A link, or a socket.
      if (code === 'ELOOP' || code === 'EMLINK' || code === 'ENXIO') return 'strange'
      return gone(error)
    }
    try {
      const found = await file.stat()
      if (!found.isFile()) return 'strange'
      // Something huge is no manifest; its first bytes say so.
      return found.size <= MANIFEST_BYTES ? await file.readFile() : Buffer.from('too large')
    } finally {
      await file.close()
    }
  }
}

/** `residents_full_20261121.csv`, `住民情報_差分_0001.csv`: what a file is that comes without manifest. */
export function patternOf(
  stem: string,
): { readonly business: Business; readonly mode: 'full' | 'delta'; readonly rest: string } | null {
  const parts = /^(.+?)_(full|delta|全件|差分)_(.+)$/.exec(stem.normalize('NFC'))
  if (parts === null) return null
  const business = businessNamed(parts[1]!)
  if (business === null) return null
  return { business, mode: parts[2] === 'full' || parts[2] === '全件' ? 'full' : 'delta', rest: parts[3]! }
}

function businessNamed(name: string): Business | null {
  const wanted = name.normalize('NFC')
  return (
    businesses.find((business) => business === wanted || fileInterfaces[business].title === wanted) ?? null
  )
}

/** What a manifest that is wrong says all the same. */
function readable(json: unknown): Pick<WrongFile, 'business' | 'fileNo'> {
  const told = (json ?? {}) as { readonly business?: unknown; readonly fileNo?: unknown }
  const business = businesses.find((one) => one === told.business) ?? null
  const fileNo = manifestSchema.shape.fileNo.safeParse(told.fileNo)
  return { business, fileNo: fileNo.success ? fileNo.data : null }
}

function gone(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
  throw error
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    return null
  }
}
