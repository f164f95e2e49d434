import type { Spool, SpoolPlace } from '@open-bcl/platform/spool.ts'
import type { Note } from './manual.convert.ts'
import { safeCsvLine, type Findings, type LineFinding } from './manual.reading.ts'

/** On the screen; the list in the spool has the rest. */
const SHOWN = 50
/** A file that is wrong in so many places needs no longer list to be understood. */
const MOST_LISTED = 200_000
const BLOCK_UNITS = 128 * 1024

type Counted = { readonly column: string; readonly change: Note['change']; count: number }

/** Gathers what is wrong with a file: the first on the screen, all (within reason) in the spool. */
export class RunFindings implements Findings {
  readonly #spool: Spool
  readonly #place: SpoolPlace
  readonly #shown: LineFinding[] = []
  readonly #cautions: LineFinding[] = []
  readonly #changes = new Map<string, Counted>()
  readonly #lines = new Set<number>()
  #count = 0
  #cautionCount = 0
  #text = ''
  #written = 0

  constructor(spool: Spool, place: SpoolPlace) {
    this.#spool = spool
    this.#place = place
  }

  async found(findings: readonly LineFinding[]): Promise<void> {
    for (const one of findings) {
      this.#count += 1
      if (this.#count > MOST_LISTED) continue
      if (one.line !== null) this.#lines.add(one.line)
      if (this.#shown.length < SHOWN) this.#shown.push(one)
      this.#list('誤り', one)
    }
    if (this.#text.length >= BLOCK_UNITS) await this.#flush()
  }

  /** Many a register has a date unknown in every other row: these never crowd the errors out. */
  async cautioned(cautions: readonly LineFinding[]): Promise<void> {
    for (const one of cautions) {
      this.#cautionCount += 1
      if (this.#cautionCount > MOST_LISTED) continue
      if (this.#cautions.length < SHOWN) this.#cautions.push(one)
      this.#list('注意', one)
    }
    if (this.#text.length >= BLOCK_UNITS) await this.#flush()
  }

  #list(kind: '誤り' | '注意', { line, item, message }: LineFinding): void {
    this.#text += safeCsvLine([kind, line === null ? '' : String(line), item, message])
  }

  counted({ column, change }: Note): void {
    const key = `${column} ${change}`
    const known = this.#changes.get(key)
    if (known === undefined) this.#changes.set(key, { column, change, count: 1 })
    else known.count += 1
  }

  hasLine(line: number): boolean {
    return this.#lines.has(line)
  }

  async add(findings: readonly LineFinding[]): Promise<void> {
    await this.found(findings)
  }

  async close(): Promise<void> {
    await this.#flush()
  }

  async told(): Promise<{
    readonly findings: LineFinding[]
    readonly findingCount: number
    readonly cautions: LineFinding[]
    readonly cautionCount: number
    readonly findingsId: string | null
    readonly changes: readonly Counted[]
  }> {
    await this.#flush()
    return {
      findings: this.#shown.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
      findingCount: this.#count,
      cautions: this.#cautions,
      cautionCount: this.#cautionCount,
      findingsId: this.#count + this.#cautionCount === 0 ? null : this.#place.uploadId,
      changes: [...this.#changes.values()],
    }
  }

  async #flush(): Promise<void> {
    if (this.#text === '') return
    this.#written = await this.#spool.append(this.#place, this.#written, Buffer.from(this.#text))
    this.#text = ''
  }
}
