import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { fileInterfaces, linkOrder, type Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { csvLine } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import type { Manifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { writeChunksAtomic, writeFileAtomic } from '@open-bcl/platform/atomic-file.ts'
import { Inbox, type InboxView, type Outcome, type ReadyFile, type Source } from './inbox.ts'
import type { StateFile } from './state.ts'

export type TableSourceOptions = {
  /** `postgres://…` */
  readonly url: string
  readonly schema: string
  readonly everyMs: number
  /** Where the files are made that are sent. */
  readonly folder: string
  readonly municipality: MunicipalityCode
  readonly state: StateFile
}

/** PostgreSQL cuts longer names of columns. */
const MOST_NAME_BYTES = 63
const FETCH_ROWS = 2_000
const waits = '連携DBから読み取れるのを待っています'

/** How far a business is sent: every row whose change number is not above `sent` is in a file. */
type Position = {
  readonly sent: string
  /** A file that is being made, or was when we died: rows above `sent` up to here. */
  readonly making: string | null
  /** Numbers up to here were given out before `horizon`; they count when everything that ran then has ended. */
  readonly seen: { readonly upTo: string; readonly horizon: string } | null
}

/**
 * Reads the town's link database: one view per business, `link_residents` and so on, with the columns of the interface
 * as text and `change_no`, which grows with every change of a row. Makes files of what changed, in a folder of its own,
 * from where they are sent like any other: first everything (`full`), then changes (`delta`).
 *
 * Numbers are given before they are visible: a transaction still open may yet show a number below the highest. So a number
 * counts only when every transaction that ran when it was first seen has ended.
 */
export class TableSource implements Source {
  readonly #options: TableSourceOptions
  readonly #inbox: Inbox
  #pollAt = 0
  readonly #troubles = new Map<string, string>()
  /** Whose changes are not known, so that nobody may say that nothing is left to send. */
  readonly #unread = new Set<Business>()

  static async open(options: TableSourceOptions): Promise<TableSource> {
    await mkdir(options.folder, { recursive: true, mode: 0o700 })
    return new TableSource(options)
  }

  constructor(options: TableSourceOptions) {
    this.#options = options
    this.#inbox = new Inbox(options.folder, options.municipality, { graceMs: 0, quietMs: 0 })
  }

  async look(now: Date): Promise<InboxView> {
    if (now.getTime() >= this.#pollAt) {
      this.#pollAt = now.getTime() + this.#options.everyMs
      this.#troubles.clear()
      this.#unread.clear()
      try {
        await this.#poll(now)
      } catch (error) {
        this.#note('連携DB', error)
        for (const business of linkOrder) if (this.#isKnown(business)) this.#unread.add(business)
      }
    }
    const view = await this.#inbox.look(now)
    const troubles = [...this.#troubles].map(([name, why]) => `${name}を${why}`)
    const unread = [...this.#unread].map((business) => ({ name: viewOf(business), business, why: waits }))
    return { ...view, unfinished: [...view.unfinished, ...unread], troubles }
  }

  #note(name: string, error: unknown): void {
    const { code } = error as NodeJS.ErrnoException
    this.#troubles.set(
      name,
      `読み取れません（${code ?? 'error'}）。接続先・利用者・ビューの項目を確かめてください。`,
    )
  }

  #isKnown(business: Business): boolean {
    return this.#options.state.read(`table:${business}`) !== null
  }

  async number(file: ReadyFile, manifest: Manifest): Promise<ReadyFile> {
    return await this.#inbox.number(file, manifest)
  }
  async unnumber(file: ReadyFile): Promise<void> {
    await this.#inbox.unnumber(file)
  }
  async settle(
    file: Pick<ReadyFile, 'name' | 'mark' | 'manifestBytes'>,
    outcome: Outcome,
    papers: Readonly<Record<string, string>>,
  ): Promise<string> {
    return await this.#inbox.settle(file, outcome, papers)
  }
  async bringBack(business: Business, fromFileNo: number): Promise<void> {
    await this.#inbox.bringBack(business, fromFileNo)
  }
  async prune(before: Date): Promise<void> {
    await this.#inbox.prune(before)
  }

  async #poll(now: Date): Promise<void> {
    const client = new pg.Client({ connectionString: this.#options.url, connectionTimeoutMillis: 10_000 })
    // A lost server is told of by the query that fails.
    client.on('error', () => undefined)
    await client.connect()
    try {
      for (const business of await this.#findViews(client)) {
        try {
          // One snapshot for all that is read of a business.
          await client.query('begin isolation level repeatable read, read only')
          await this.#pollOne(client, business, now)
          await client.query('commit')
        } catch (error) {
          // A view that is wrong does not stop the others; a server that is gone stops them all here.
          await client.query('rollback')
          this.#note(`連携DBの ${viewOf(business)}`, error)
          this.#unread.add(business)
        }
      }
    } finally {
      await client.end()
    }
  }

  async #findViews(client: pg.Client): Promise<Business[]> {
    const found = await client.query<{ name: string }>(
      'select table_name as name from information_schema.tables where table_schema = $1',
      [this.#options.schema],
    )
    const names = new Set(found.rows.map(({ name }) => name))
    return linkOrder.filter((business) => names.has(viewOf(business)))
  }

  async #pollOne(client: pg.Client, business: Business, now: Date): Promise<void> {
    const key = `table:${business}`
    const stored = this.#options.state.read(key)
    const keep = (position: Position): void => this.#options.state.write(key, JSON.stringify(position))
    let position: Position =
      stored === null ? { sent: '', making: null, seen: null } : (JSON.parse(stored) as Position)
    // Before anything new, what was being made.
    if (position.making === null) {
      const [highest] = (
        await client.query<{ upTo: string | null; next: string; oldest: string }>(
          `select max(change_no)::text as "upTo", pg_snapshot_xmax(pg_current_snapshot())::text as next,
                  pg_snapshot_xmin(pg_current_snapshot())::text as oldest from ${this.#view(business)}`,
        )
      ).rows
      const { upTo, next, oldest } = highest!
      const { seen } = position
      if (seen !== null && BigInt(oldest) >= BigInt(seen.horizon)) {
        if (position.sent === '' || BigInt(seen.upTo) > BigInt(position.sent))
          position = { ...position, making: seen.upTo, seen: null }
        else position = { ...position, seen: null }
      }
      if (position.seen === null && upTo !== null && upTo !== (position.making ?? position.sent))
        position = { ...position, seen: { upTo, horizon: next } }
      keep(position)
      // Soon again: only the transactions that run now are waited for.
      if (position.seen !== null) this.#pollAt = now.getTime() + Math.min(1_000, this.#options.everyMs)
    }
    if (position.making === null) return
    await this.#make(client, business, position.sent, position.making, now)
    keep({ ...position, sent: position.making, making: null })
  }

  /** The same name for the same range: made again after a crash, it takes its own place. */
  async #make(client: pg.Client, business: Business, from: string, upTo: string, now: Date): Promise<void> {
    const file = fileInterfaces[business]
    const mode = from === '' ? 'full' : 'delta'
    const stem = `${business}_${mode}_${upTo.padStart(20, '0')}`
    const columns = file.columns.map(({ name }) => `${quoted(cut(name))}::text`)
    const range =
      from === ''
        ? `change_no <= ${BigInt(upTo)}`
        : `change_no > ${BigInt(from)} and change_no <= ${BigInt(upTo)}`
    await client.query(
      `declare changes no scroll cursor for
         select ${columns.join(', ')} from ${this.#view(business)} where ${range} order by change_no`,
    )
    async function* lines(): AsyncGenerator<string> {
      yield csvLine(file.columns.map(({ name }) => name))
      for (;;) {
        const { rows } = await client.query<(string | null)[]>({
          text: `fetch ${FETCH_ROWS} from changes`,
          rowMode: 'array',
        })
        if (rows.length === 0) return
        yield rows.map((row) => csvLine(row.map((value) => value ?? ''))).join('')
      }
    }
    await writeChunksAtomic(join(this.#options.folder, `${stem}.csv`), lines(), 0o600)
    await client.query('close changes')
    // Says that it is whole and meant so.
    await writeFileAtomic(join(this.#options.folder, `${stem}.ok`), `${now.toISOString()}\n`)
  }

  #view(business: Business): string {
    return `${quoted(this.#options.schema)}.${quoted(viewOf(business))}`
  }
}

export function viewOf(business: Business): string {
  return `link_${business.replaceAll('-', '_')}`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** As PostgreSQL itself cuts it: at the end of a character. */
export function cut(name: string): string {
  let kept = ''
  for (const character of name) {
    if (Buffer.byteLength(kept + character) > MOST_NAME_BYTES) break
    kept += character
  }
  return kept
}
