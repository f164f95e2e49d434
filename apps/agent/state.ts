import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * What the agent remembers, in one SQLite file: SQLite is part of Node, survives a power cut at any byte, and sorts five
 * million rows in flat memory. Nothing in it is needed for sending, which follows from the folder and the gateway alone;
 * so a broken file is put aside and begun anew, and only the reconciliation waits for the next full file.
 */
export class StateFile {
  readonly db: DatabaseSync
  /** A broken file was found and put aside when this one was opened. */
  readonly begunAnew: boolean

  constructor(db: DatabaseSync, begunAnew: boolean) {
    this.db = db
    this.begunAnew = begunAnew
  }

  /** Runs `work` whole or not at all. */
  transaction<T>(work: () => T): T {
    this.db.exec('begin immediate')
    try {
      const result = work()
      this.db.exec('commit')
      return result
    } catch (error) {
      // A full disk has ended the transaction already.
      if (this.db.isTransaction) this.db.exec('rollback')
      throw error
    }
  }

  read(key: string): string | null {
    const row = this.db.prepare('select value from memo where key = ?').get(key)
    return row === undefined ? null : String(row['value'])
  }

  write(key: string, value: string): void {
    this.db.prepare('insert or replace into memo (key, value) values (?, ?)').run(key, value)
  }

  close(): void {
    this.db.close()
  }
}

/** Another process has this state open. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning'
}

/** SQLite's result codes for a file that is damaged, or no database. */
const DAMAGED: ReadonlySet<number> = new Set([11, 26])
const BUSY = 5

/**
 * Opens the state of this folder for this process alone: the lock of the file is also what keeps a second agent out, and
 * the kernel lets go of it however the process ends.
 */
export function openState(stateFolder: string, now: Date): StateFile {
  const file = join(stateFolder, 'agent.db')
  // Sorting millions of digests spills to the disk: here, where there is room for them, not to a /tmp in memory.
  process.env['SQLITE_TMPDIR'] ??= stateFolder
  try {
    const db = openDatabase(file)
    if (!existsSync(`${file}.damaged`)) return new StateFile(db, false)
    db.close()
  } catch (error) {
    const code = sqliteCode(error)
    if (code === BUSY) throw new AlreadyRunning('この状態フォルダを使う連携APが、すでに動いています。')
    if (code === null || !DAMAGED.has(code)) throw error
  }
  const mark = now.toISOString().replaceAll(/[^0-9]/g, '')
  for (const part of ['', '-wal', '-shm']) putAside(`${file}${part}`, `${file}${part}.broken-${mark}`)
  rmSync(`${file}.damaged`, { force: true })
  return new StateFile(openDatabase(file), true)
}

/** For damage found only while working: a file that opens may still be broken inside. */
export function markDamaged(stateFolder: string): void {
  writeFileSync(join(stateFolder, 'agent.db.damaged'), '')
}

export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error)
  return code !== null && DAMAGED.has(code)
}

/** SQLITE_FULL, or the file system's own word for it. */
export function isDiskFull(error: unknown): boolean {
  return (
    sqliteCode(error) === 13 || ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')
  )
}

function sqliteCode(error: unknown): number | null {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  // The low byte is the primary code.
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : null
}

function putAside(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function openDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 0 })
  try {
    db.exec('pragma locking_mode = exclusive')
    db.exec('pragma journal_mode = wal')
    // An acknowledged commit is on the disk.
    db.exec('pragma synchronous = full')
    db.exec('pragma cache_size = -32768')
    db.exec('pragma temp_store = file')
    db.exec(`create table if not exists memo (key text primary key, value text not null) without rowid`)
    // Taking the write lock now is what finds another agent.
    db.exec('begin immediate')
    db.exec('commit')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
