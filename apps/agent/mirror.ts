import { createHash } from 'node:crypto'
import type { Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { HashTotal } from '@open-bcl/platform/hash-total.ts'
import type { StateFile } from './state.ts'

/** What one row of a file is to the mirror; taken from the shared checks of a row. */
export type MirrorRow = {
  readonly line: number
  /** `null` where it cannot be read. */
  readonly rowKey: string | null
  readonly residentNo: string | null
  /** Of its scope one row is the latest: the key without 履歴番号. `null`: the row may have been about anybody. */
  readonly scope: string | null
  /** Of the canonical row; `null` of a row that the cloud will not apply. */
  readonly digest: Buffer | null
  /** Of all its fields: 最新フラグ and 個人番号 too, which the canonical row leaves out. */
  readonly whole: Buffer
  readonly latest: boolean
  readonly deleted: boolean
}

export type RepeatedLine = {
  readonly line: number
  readonly otherLine: number
  readonly what: 'key' | 'latest'
}

/** How the business stands in the town hall after its file `fileNo`, as the cloud must have it too. */
export type MirrorState = { readonly fileNo: number; readonly rows: number; readonly hashTotal: string }

/**
 * Per business: which rows the town has sent and the cloud has acknowledged, as key → digest. It holds no row, and keys
 * are hashed, so it tells nothing of a person. Summed, it says whether the cloud has the same (`/link/reconcile`);
 * compared with a new full file, it says what changed.
 *
 * A file is staged first: 5,000,000 rows in flat memory, since SQLite sorts on the disk. What is applied of a file, and
 * what stays for want of a good row, is decided as the cloud decides it (`modules/interfaces/interfaces.intake.ts`).
 */
export class Mirror {
  readonly #state: StateFile
  readonly #business: Business
  readonly #table: string
  readonly #stage: string

  constructor(state: StateFile, business: Business) {
    this.#state = state
    this.#business = business
    const name = business.replaceAll('-', '_')
    this.#table = `mirror_${name}`
    this.#stage = `stage_${name}`
    state.db.exec(`create table if not exists mirror (business text primary key, file_no integer not null,
      rows integer not null, hash_total text not null, base_sha256 text) without rowid`)
    state.db.exec(`create table if not exists ${this.#table} ${COLUMNS}`)
  }

  /** `null` while it is not known what the cloud has: before the first full file, or after our memory was lost. */
  known(): MirrorState | null {
    const row = this.#state.db
      .prepare('select file_no, rows, hash_total from mirror where business = ?')
      .get(this.#business)
    if (row === undefined) return null
    return { fileNo: Number(row['file_no']), rows: Number(row['rows']), hashTotal: String(row['hash_total']) }
  }

  /** SHA-256 of the full file whose line numbers the mirror holds; `null` once another file came after it. */
  base(): string | null {
    const row = this.#state.db
      .prepare('select base_sha256 from mirror where business = ?')
      .get(this.#business)
    return row === undefined || row['base_sha256'] === null ? null : String(row['base_sha256'])
  }

  /** Something was applied that is not known here. Until the next full file nothing can be compared. */
  forget(): void {
    this.#state.transaction(() => {
      this.#state.db.prepare('delete from mirror where business = ?').run(this.#business)
      this.#state.db.exec(`delete from ${this.#table}`)
    })
  }

  /** Begins to stage a file, replacing what was staged. */
  openStage(): { add(rows: readonly MirrorRow[]): void; finish(): Iterable<RepeatedLine> } {
    const { db } = this.#state
    db.exec(`drop table if exists ${this.#stage}`)
    db.exec(`create table ${this.#stage} (key blob, person blob, scope blob, digest blob, whole blob not null,
      latest integer not null, deleted integer not null, line integer not null)`)
    const insert = db.prepare(`insert into ${this.#stage}
      (key, person, scope, digest, whole, latest, deleted, line) values (?, ?, ?, ?, ?, ?, ?, ?)`)
    return {
      add: (rows) => {
        this.#state.transaction(() => {
          for (const row of rows)
            insert.run(
              hashed(row.rowKey),
              hashed(row.residentNo),
              hashed(row.scope),
              row.digest === null ? null : row.digest.subarray(0, 16),
              row.whole.subarray(0, 16),
              row.latest ? 1 : 0,
              row.deleted ? 1 : 0,
              row.line,
            )
        })
      },
      finish: () => this.#setRepeatsAside(),
    }
  }

  /** Rows whose key, or whose claim to be the latest of their scope, stands in the file twice are not applied. */
  *#setRepeatsAside(): Generator<RepeatedLine> {
    const { db } = this.#state
    for (const [what, by, which] of [
      ['key', 'key', 'digest is not null'],
      ['latest', 'scope', 'digest is not null and latest = 1 and deleted = 0'],
    ] as const) {
      // Of two claims to be protected any that protects wins; neither is wrong.
      if (what === 'latest' && this.#business === 'suppressions') continue
      const repeated = db
        .prepare(
          `select line, ${by} as repeated from ${this.#stage} where ${which} and ${by} in
             (select ${by} from ${this.#stage} where ${which} group by ${by} having count(*) > 1)
           order by ${by}, line`,
        )
        .iterate()
      let first: { by: Uint8Array; line: number; told: boolean } | null = null
      for (const row of repeated) {
        const line = Number(row['line'])
        const key = row['repeated'] as Uint8Array
        if (first === null || Buffer.compare(first.by, key) !== 0) {
          first = { by: key, line, told: false }
          continue
        }
        if (!first.told) yield { line: first.line, otherLine: line, what }
        first.told = true
        yield { line, otherLine: first.line, what }
      }
      db.exec(`update ${this.#stage} set digest = null where ${which} and ${by} in
        (select ${by} from ${this.#stage} where ${which} group by ${by} having count(*) > 1)`)
    }
  }

  /**
   * The staged file was applied by the cloud as `fileNo`: what it holds of the business is in the mirror from now on.
   * `sha256` is the file's when the mirror holds its line numbers afterwards.
   */
  apply(fileNo: number, mode: 'full' | 'delta', sha256: string | null): void {
    const { db } = this.#state
    const stage = this.#stage
    const table = this.#table
    this.#state.transaction(() => {
      if (mode === 'full') {
        db.exec(`drop table if exists next_mirror`)
        db.exec(`create table next_mirror ${COLUMNS}`)
        // In the order of the key, so that the tree is built from its left to its right.
        db.exec(`insert into next_mirror (key, person, digest, whole, line)
          select key, person, digest, whole, line from ${stage} where digest is not null and deleted = 0 order by key`)
        db.exec(`insert into next_mirror (key, person, digest, whole, line)
          select m.key, m.person, m.digest, m.whole, m.line from ${table} m where not (${this.#gone('m')})
             and m.key not in (select key from ${stage} where digest is not null)`)
        db.exec(`drop table ${table}`)
        db.exec(`alter table next_mirror rename to ${table}`)
      } else {
        db.exec(`delete from ${table} where key in (select key from ${stage} where digest is not null)`)
        db.exec(`insert into ${table} (key, person, digest, whole, line)
          select key, person, digest, whole, line from ${stage} where digest is not null and deleted = 0`)
      }
      // Row by row: an aggregate of our own would keep every value of 5,000,000 rows until it ends.
      const total = new HashTotal()
      let rows = 0
      for (const { digest } of db.prepare(`select digest from ${table}`).iterate()) {
        total.add(Buffer.from(digest as Uint8Array))
        rows += 1
      }
      db.prepare(
        `insert or replace into mirror (business, file_no, rows, hash_total, base_sha256) values (?, ?, ?, ?, ?)`,
      ).run(this.#business, fileNo, rows, total.toString(), sha256)
      db.exec(`drop table ${stage}`)
    })
  }

  /** Lines of the staged full file that a delta must hold: what is new or different, and what the cloud must refuse itself. */
  *changedLines(): Generator<number> {
    const rows = this.#state.db
      .prepare(
        `select s.line from ${this.#stage} s left join ${this.#table} m on m.key = s.key
          where s.digest is null or s.deleted = 0 and (m.key is null or m.whole <> s.whole)
             or s.deleted = 1 and m.key is not null
          order by s.line`,
      )
      .iterate()
    for (const row of rows) yield Number(row['line'])
  }

  /** Lines of the base file whose rows the staged full file no longer has. */
  *goneLines(): Generator<number> {
    const rows = this.#state.db
      .prepare(
        `select m.line from ${this.#table} m where ${this.#gone('m')}
           and m.key not in (select key from ${this.#stage} where digest is not null) order by m.line`,
      )
      .iterate()
    for (const row of rows) yield Number(row['line'])
  }

  /** Of a row the staged full file lacks: it may be deleted, for no wrong row can have been about it. */
  #gone(m: string): string {
    const stage = this.#stage
    return `not exists (select 1 from ${stage} where digest is null and scope is null)
      and ${m}.key not in (select key from ${stage} where digest is null and key is not null)
      and (${m}.person is null or ${m}.person not in
        (select person from ${stage} where digest is null and person is not null))`
  }
}

const COLUMNS = `(key blob primary key, person blob, digest blob not null, whole blob not null, line integer not null)
  without rowid`

/** Enough of a digest to tell all the rows of a country apart. */
function hashed(text: string | null): Buffer | null {
  return text === null ? null : createHash('sha256').update(text, 'utf8').digest().subarray(0, 16)
}
