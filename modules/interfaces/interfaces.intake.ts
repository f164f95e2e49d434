import type { FileInterface } from './definitions/columns.ts'

/** A row whose columns are right, in the columns of the current version. */
export type CheckedRow = {
  /** The physical line in the file. */
  readonly line: number
  /** In the order of the interface. */
  readonly fields: readonly string[]
  /** The fields of the interface's key but the municipality, joined by `|`. */
  readonly rowKey: string
  /** 宛名番号; `null` where the interface has none. */
  readonly residentNo: string | null
  /** 最新フラグ; true where the interface has none. */
  readonly latest: boolean
  /** 削除フラグ */
  readonly deleted: boolean
  /** What is sealed: version of the interface, U+001F and the canonical row, in UTF-8. */
  readonly payload: Buffer
  /** SHA-256 of the canonical row in UTF-8, as published (`platform/hash-total.ts`). */
  readonly digest: Buffer
}

/**
 * A row that is not applied: something is wrong with it, or its key stands in the file twice. What the register holds of
 * its person stays, and nothing is issued for the person until a good row of that key has come.
 */
export type BadRow = {
  /** `null`: no row of the file, but somebody whom a row that could not be read may have been about. */
  readonly line: number | null
  /** `null` where a part of it cannot be read. */
  readonly rowKey: string | null
  /** `null` where it cannot be read. */
  readonly residentNo: string | null
  /** 項目名 of what is wrong; never a value. */
  readonly items: readonly string[]
}

/**
 * Whether a bad row may be about any row of the register, so that for lack of a row in its file nothing may be deleted: it
 * does not say whose it is, or not which thing, and things go from one person to another.
 */
export function isAnybodys(file: FileInterface, { rowKey, residentNo, items }: BadRow): boolean {
  return (
    (residentNo === null && items.includes(file.residentNo)) ||
    (rowKey === null && !file.key.includes(file.residentNo))
  )
}

/** A row whose key, or whose 最新フラグ for a person, stands in the file twice. Both rows are bad. */
export type Repeat = {
  readonly line: number
  readonly rowKey: string
  readonly residentNo: string | null
  /** The other one. */
  readonly otherLine: number
  readonly what: 'key' | 'latest'
}

export type IntakeCounts = {
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
  readonly unchanged: number
}

/** Where the rows of one file of one business go, inside the transaction that applies it. */
export type Intake = {
  /** Sends good rows on to the database; waits while it is busy. */
  write(rows: readonly CheckedRow[]): Promise<void>
  /**
   * What can be read of bad rows: what the register holds of their keys and people stays. One of which nothing can be read
   * may be anybody's: a full file deletes nothing then.
   */
  spare(rows: readonly BadRow[]): Promise<void>
  /** The file is read to its end. Rows whose key stands in it twice are spared, and told of in batches in any order. */
  finish(): AsyncIterable<readonly Repeat[]>
  /** Writes the differences as of `seq`. */
  apply(seq: bigint): Promise<IntakeCounts & { readonly notes?: readonly string[] }>
  /** After `apply`: those whom a full file would delete, had every row of it been readable. In batches. */
  withheld(): AsyncIterable<readonly string[]>
  /** After `apply`: which of these keys the file held a good row of. */
  arrived(rowKeys: readonly string[]): Promise<ReadonlySet<string>>
}
