import { createHash } from 'node:crypto'
import { fileInterfaces, type Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
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
  /** 項目名 of what is wrong, of such a row. */
  readonly items: readonly string[]
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

/** A row that was not applied, and of whose key no good one has come since. Nothing is issued for its person. */
export type OpenBadRow = {
  readonly fileNo: number
  readonly line: number
  readonly items: string
  /** When the key was first found bad, ISO 8601. */
  readonly since: string
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
  readonly #bad: string

  constructor(state: StateFile, business: Business) {
    this.#state = state
    this.#business = business
    const name = business.replaceAll('-', '_')
    this.#table = `mirror_${name}`
    this.#stage = `stage_${name}`
    this.#bad = `bad_${name}`
    state.db.exec(`create table if not exists mirror (business text primary key, file_no integer not null,
      rows integer not null, hash_total text not null, base_sha256 text) without rowid`)
    state.db.exec(`create table if not exists ${this.#table} ${COLUMNS}`)
    state.db.exec(`create table if not exists ${this.#bad}
      (key blob, line integer not null, items text not null, file_no integer not null, since text not null)`)
    state.db.exec(`create index if not exists ${this.#bad}_key on ${this.#bad} (key)`)
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
      latest integer not null, deleted integer not null, line integer not null, items text)`)
    const insert = db.prepare(`insert into ${this.#stage}
      (key, person, scope, digest, whole, latest, deleted, line, items) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
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
              row.digest === null ? row.items.join('・') : null,
            )
        })
      },
      finish: () => this.#setRepeatsAside(),
    }
  }

  /** Rows whose key, or whose claim to be the latest of their scope, stands in the file twice are not applied. */
  *#setRepeatsAside(): Generator<RepeatedLine> {
    const { db } = this.#state
    for (const [what, by, which, items] of [
      ['key', 'key', 'digest is not null', fileInterfaces[this.#business].key.join('・')],
      ['latest', 'scope', 'digest is not null and latest = 1 and deleted = 0', '最新フラグ'],
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
      db.prepare(
        `update ${this.#stage} set digest = null, items = ? where ${which} and ${by} in
           (select ${by} from ${this.#stage} where ${which} group by ${by} having count(*) > 1)`,
      ).run(items)
    }
  }

  /** The staged file was applied by the cloud as `fileNo`: which rows block their people from now on, as the cloud says. */
  noteBad(fileNo: number, mode: 'full' | 'delta', at: Date): void {
    const { db } = this.#state
    const [bad, stage] = [this.#bad, this.#stage]
    this.#state.transaction(() => {
      // Noted before, by us who died then.
      db.prepare(`update ${bad} set file_no = 0 where file_no = ?`).run(fileNo)
      db.exec(`delete from ${bad} where key in (select key from ${stage} where digest is not null)
        and key not in (select key from ${stage} where digest is null and key is not null)`)
      if (mode === 'full' && this.#saysAll())
        db.exec(`delete from ${bad} where key is null
          or key not in (select key from ${stage} where digest is null)`)
      db.prepare(
        `insert into ${bad} (key, line, items, file_no, since)
         select s.key, s.line, s.items, ?, coalesce((select min(since) from ${bad} b where b.key = s.key), ?)
           from ${stage} s where s.digest is null`,
      ).run(fileNo, at.toISOString())
      db.prepare(
        `delete from ${bad} where file_no = 0
           or file_no <> ?1 and key in (select key from ${bad} where file_no = ?1 and key is not null)`,
      ).run(fileNo)
    })
  }

  /** Of the staged full file: every key could be read, and no row that may be anybody's left people in doubt who are missing. */
  #saysAll(): boolean {
    const { db } = this.#state
    const has = (sql: string): boolean => db.prepare(`select 1 from ${sql} limit 1`).get() !== undefined
    if (has(`${this.#stage} where digest is null and key is null`)) return false
    if (!has(`${this.#stage} where digest is null and scope is null`)) return true
    return (
      this.known() !== null &&
      !has(`${this.#table} m where ${this.#missing('m')}
        and m.key not in (select key from ${this.#stage} where digest is not null)`)
    )
  }

  /** The longest open first. */
  openBad(most: number): { readonly count: number; readonly rows: readonly OpenBadRow[] } {
    const { db } = this.#state
    const count = Number(db.prepare(`select count(*) as count from ${this.#bad}`).get()!['count'])
    const rows = db
      .prepare(`select file_no, line, items, since from ${this.#bad} order by since, file_no, line limit ?`)
      .all(most)
    return {
      count,
      rows: rows.map((row) => ({
        fileNo: Number(row['file_no']),
        line: Number(row['line']),
        items: String(row['items']),
        since: String(row['since']),
      })),
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
          select m.key, m.person, m.digest, m.whole, ${NO_LINE} from ${table} m where not (${this.#gone('m')})
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

  /**
   * Whether a delta can say all that the staged full file says. A row that stayed for want of a good one does not stand in
   * the base file, so its deletion cannot be made of it; and a bad row that does not tell its key is over with a full file only.
   */
  canDiffer(): boolean {
    const { db } = this.#state
    const lost = db
      .prepare(
        `select 1 from ${this.#table} m where m.line = ${NO_LINE} and ${this.#gone('m')}
           and m.key not in (select key from ${this.#stage} where digest is not null) limit 1`,
      )
      .get()
    return (
      lost === undefined &&
      db.prepare(`select 1 from ${this.#bad} where key is null limit 1`).get() === undefined
    )
  }

  /**
   * Lines of the staged full file that a delta must hold: what is new or different, what the cloud must refuse itself, and
   * the good row of a key that was bad, be it the same as before.
   */
  *changedLines(): Generator<number> {
    const rows = this.#state.db
      .prepare(
        `select s.line from ${this.#stage} s left join ${this.#table} m on m.key = s.key
          where s.digest is null or s.deleted = 0 and (m.key is null or m.whole <> s.whole)
             or s.deleted = 1 and m.key is not null or s.key in (select key from ${this.#bad} where key is not null)
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
    return `not exists (select 1 from ${this.#stage} where digest is null and scope is null) and ${this.#missing(m)}`
  }

  /** No wrong row of the staged file names its key or its person. */
  #missing(m: string): string {
    const stage = this.#stage
    return `${m}.key not in (select key from ${stage} where digest is null and key is not null)
      and (${m}.person is null or ${m}.person not in
        (select person from ${stage} where digest is null and person is not null))`
  }
}

const COLUMNS = `(key blob primary key, person blob, digest blob not null, whole blob not null, line integer not null)
  without rowid`

/** In the place of a line: the row is not in the base file. */
const NO_LINE = 0

/** Enough of a digest to tell all the rows of a country apart. */
function hashed(text: string | null): Buffer | null {
  return text === null ? null : createHash('sha256').update(text, 'utf8').digest().subarray(0, 16)
}
