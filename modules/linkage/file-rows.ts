import { isUtf8 } from 'node:buffer'
import { createHash, hash } from 'node:crypto'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { checkRow, currentFields, readHeader, type FileColumns } from '../interfaces/interfaces.checks.ts'
import { fileInterfaces, type Business, type FileInterface } from '../interfaces/interfaces.columns.ts'
import { CsvFault, readCsv } from '../interfaces/interfaces.csv.ts'
import {
  canonicalPositions,
  canonicalRow,
  FIELD_SEPARATOR,
  versionedRow,
} from '../interfaces/interfaces.fields.ts'
import type { BadRow, CheckedRow } from '../interfaces/interfaces.intake.ts'
import { fileErrorOf, type FileError } from './linkage.receipt.ts'
import { PlainRows } from './plain-rows.ts'

/** The file is wrong as a whole: nothing of it is applied. */
export class FileFault extends Error {
  override readonly name = 'FileFault'
  readonly errors: readonly FileError[]
  constructor(errors: readonly FileError[]) {
    super('the file is wrong as a whole')
    this.errors = errors
  }
}

export type RowBatch = {
  readonly rows: readonly (readonly string[])[]
  /** The physical line of each. */
  readonly lines: readonly number[]
  readonly reader: RowReader
}

/** Lines of a file, and how far an earlier reading found that lines are rows. */
export type Wanted = { has(line: number): boolean; readonly plainTo: number }

/** One reading of a file: its rows in batches, its header checked, and at its end its SHA-256. */
export class FileReading {
  readonly #source: AsyncIterable<Uint8Array>
  readonly #file: FileInterface
  readonly #municipality: MunicipalityCode
  readonly #digest = createHash('sha256')

  /** `file`: the interface in the version the file is written in. */
  constructor(source: AsyncIterable<Uint8Array>, file: FileInterface, municipality: MunicipalityCode) {
    this.#source = source
    this.#file = file
    this.#municipality = municipality
  }

  /** Throws `FileFault`. */
  async *batches(): AsyncGenerator<RowBatch> {
    let reader: RowReader | undefined
    try {
      for await (const { rows, lines } of readCsv(this.#hashed())) {
        if (reader !== undefined) {
          yield { rows, lines, reader }
          continue
        }
        const header = readHeader(this.#file, rows[0]!, this.#municipality)
        if ('errors' in header) throw new FileFault(header.errors.map(fileErrorOf))
        reader = new RowReader(header.columns)
      }
    } catch (error) {
      throw error instanceof CsvFault ? new FileFault([fileErrorOf(error.toFieldError())]) : error
    }
  }

  /**
   * The same rows, each read only as far as it is asked for. What a batch holds is good until the next is asked for.
   * `wanted`: other lines are passed over, as far as `plainTo` of an earlier reading says that lines are rows. Throws
   * `FileFault`.
   */
  async *rows(wanted?: {
    has(line: number): boolean
    readonly plainTo: number
  }): AsyncGenerator<readonly FileRow[]> {
    const chunks = this.#hashed()
    try {
      yield* this.#allRows(chunks, wanted)
    } finally {
      await chunks.return(undefined)
    }
  }

  async *#allRows(
    chunks: AsyncGenerator<Uint8Array>,
    wanted: Wanted | undefined,
  ): AsyncGenerator<readonly FileRow[]> {
    let rest: Uint8Array = new Uint8Array(0)
    const more = async (): Promise<boolean> => {
      const next = await chunks.next()
      if (next.done === true) return false
      rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value])
      return true
    }
    while (!rest.includes(LINE_FEED) && rest.length < LONGEST_HEADER && (await more()));
    const columns = await this.#plainHeader(rest)
    let line = 1
    if (columns !== null) {
      rest = rest.subarray(rest.indexOf(LINE_FEED) + 1)
      const plain = new PlainReader(new RowReader(columns), columns)
      for (line = 2; ;) {
        const block = rest.subarray(0, rest.lastIndexOf(LINE_FEED, BLOCK_BYTES) + 1)
        if (block.length === 0) {
          if (rest.length <= BLOCK_BYTES && (await more())) continue
          break
        }
        const { rows, taken, nextLine } = plain.read(block, line, wanted)
        line = nextLine
        if (rows.length > 0) yield rows
        rest = rest.subarray(taken)
        if (taken < block.length) break
      }
    }
    this.plainTo = line
    async function* left(): AsyncGenerator<Uint8Array> {
      yield rest
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value
    }
    yield* this.#strictRows(left(), columns, line)
  }

  /** After the last batch of `rows`: from this line on, a line need not be a row. */
  plainTo = 1

  /** The columns, where rows can be taken as they stand; `null` leaves it to the strict reader. */
  async #plainHeader(bytes: Uint8Array): Promise<FileColumns | null> {
    const end = bytes.indexOf(LINE_FEED) + 1
    try {
      for await (const { rows } of readCsv([bytes.subarray(0, end)])) {
        const read = readHeader(this.#file, rows[0]!, this.#municipality)
        return 'columns' in read && read.columns.inOrder && read.columns.convert === null
          ? read.columns
          : null
      }
    } catch (error) {
      if (!(error instanceof CsvFault)) throw error
    }
    return null
  }

  async *#strictRows(
    source: AsyncIterable<Uint8Array>,
    columns: FileColumns | null,
    line: number,
  ): AsyncGenerator<readonly FileRow[]> {
    let reader = columns && new RowReader(columns)
    const amid = columns && { amid: { line, width: columns.positions.length } }
    try {
      for await (const { rows, lines } of readCsv(source, amid ?? {})) {
        if (reader !== null) {
          const taken = reader
          yield rows.map((row, i) => taken.fileRow(row, lines[i]!))
          continue
        }
        const header = readHeader(this.#file, rows[0]!, this.#municipality)
        if ('errors' in header) throw new FileFault(header.errors.map(fileErrorOf))
        reader = new RowReader(header.columns)
      }
    } catch (error) {
      throw error instanceof CsvFault ? new FileFault([fileErrorOf(error.toFieldError())]) : error
    }
  }

  /** After the last batch. */
  sha256(): string {
    return this.#digest.digest('hex')
  }

  /** In pieces of a good size, since each is appended to what is left of those before: small ones would cost their square. */
  async *#hashed(): AsyncGenerator<Uint8Array> {
    let parts: Uint8Array[] = []
    let size = 0
    for await (const chunk of this.#source) {
      this.#digest.update(chunk)
      // A copy of a small one, since the sender may reuse its memory.
      parts.push(chunk.length < PIECE_BYTES ? chunk.slice() : chunk)
      size += chunk.length
      if (size < PIECE_BYTES) continue
      yield parts.length === 1 ? chunk : Buffer.concat(parts, size)
      parts = []
      size = 0
    }
    if (size > 0) yield Buffer.concat(parts, size)
  }
}

const LINE_FEED = 0x0a
const PIECE_BYTES = 64 * 1024
const LONGEST_HEADER = 1024 * 1024
/** So many bytes are taken at once: enough that batches cost nothing, few enough that they die young. */
const BLOCK_BYTES = 256 * 1024

/** A row of a file, read as far as it is asked. */
export type FileRow = CheckedRow & {
  /** 個人番号, empty where there is none. */
  readonly myNumber: string
  /** Whether the flags are what they may be. */
  readonly hasRightFlags: boolean
  /** What is wrong with it. Throws `FileFault` where it is another town's. */
  check(): readonly FieldError[]
  /** What can be read of it, these being wrong. */
  bad(errors: readonly FieldError[]): BadRow
}

/** Rows of plain lines (`plain-rows.ts`). */
class PlainReader {
  readonly #reader: RowReader
  readonly #lines: PlainRows
  readonly #layout: Layout

  constructor(reader: RowReader, { file }: FileColumns) {
    this.#reader = reader
    this.#layout = layoutOf(file.business)
    this.#lines = new PlainRows(file.columns.length, versionedRow(file, ''), canonicalPositions(file))
  }

  /** Reads whole lines until one is not plain. */
  read(
    block: Uint8Array,
    firstLine: number,
    wanted?: Wanted,
  ): { rows: FileRow[]; taken: number; nextLine: number } {
    const rows: FileRow[] = []
    let at = 0
    let line = firstLine
    if (isUtf8(block)) {
      const bytes = Buffer.from(block.buffer, block.byteOffset, block.length)
      this.#lines.reuse(block.length)
      while (at < block.length) {
        if (wanted !== undefined && line < wanted.plainTo && !wanted.has(line)) {
          at = block.indexOf(LINE_FEED, at) + 1
        } else {
          const next = this.#lines.read(block, at)
          if (next < 0) break
          rows.push(this.#row(bytes, line))
          at = next
        }
        line += 1
      }
    }
    return { rows, taken: at, nextLine: line }
  }

  #row(block: Buffer, line: number): FileRow {
    const { key, residentAt, latestAt, deletedAt, myNumberAt, prefixBytes } = this.#layout
    const { starts, ends, payload } = this.#lines
    const text = (field: number): string => {
      const start = starts[field]!
      const end = ends[field]!
      if (end === start) return ''
      if (end === start + 1 && block[start] === ONE) return '1'
      return end === start + 1 && block[start] === ZERO ? '0' : block.toString('utf8', start, end)
    }
    let rowKey = text(key[0]!)
    const residentNo = key[0] === residentAt ? rowKey : text(residentAt)
    for (let i = 1; i < key.length; i++) rowKey += `|${text(key[i]!)}`
    if (this.#layout.hexKey) rowKey = rowKey.toLowerCase()
    return new PlainRow(this.#reader, this.#layout, {
      line,
      rowKey,
      residentNo: residentNo === '' ? null : residentNo,
      latest: latestAt < 0 ? '1' : text(latestAt),
      deleted: text(deletedAt),
      myNumber: myNumberAt < 0 ? '' : text(myNumberAt),
      payload,
      digest: hash('sha256', payload.subarray(prefixBytes), 'buffer'),
    })
  }
}

const ZERO = 0x30
const ONE = 0x31

type PlainValues = Pick<CheckedRow, 'line' | 'rowKey' | 'residentNo' | 'payload' | 'digest'> & {
  readonly latest: string
  readonly deleted: string
  readonly myNumber: string
}

class PlainRow implements FileRow {
  readonly line: number
  readonly rowKey: string
  readonly residentNo: string | null
  readonly latest: boolean
  readonly deleted: boolean
  readonly myNumber: string
  readonly payload: Buffer
  readonly digest: Buffer
  readonly hasRightFlags: boolean
  readonly #reader: RowReader
  readonly #layout: Layout
  readonly #values: PlainValues
  #fields: readonly string[] | undefined

  constructor(reader: RowReader, layout: Layout, values: PlainValues) {
    this.line = values.line
    this.rowKey = values.rowKey
    this.residentNo = values.residentNo
    this.latest = values.latest === '1'
    this.deleted = values.deleted === '1'
    this.myNumber = values.myNumber
    this.payload = values.payload
    this.digest = values.digest
    this.hasRightFlags = isFlag(values.latest) && isFlag(values.deleted)
    this.#reader = reader
    this.#layout = layout
    this.#values = values
  }

  get fields(): readonly string[] {
    this.#fields ??= this.#split()
    return this.#fields
  }

  check(): readonly FieldError[] {
    return this.#reader.check(this.fields, this.line)
  }

  bad(errors: readonly FieldError[]): BadRow {
    return this.#reader.bad(this, errors)
  }

  #split(): string[] {
    const { file, latestAt, deletedAt, myNumberAt, prefixBytes } = this.#layout
    const kept = this.payload.toString('utf8', prefixBytes).split(FIELD_SEPARATOR)
    // What is not part of the payload stands between.
    for (const at of [myNumberAt, latestAt, deletedAt].filter((one) => one >= 0).toSorted((a, b) => a - b)) {
      const { latest, deleted, myNumber } = this.#values
      kept.splice(at, 0, at === latestAt ? latest : at === deletedAt ? deleted : myNumber)
    }
    if (kept.length !== file.columns.length) throw new Error('a row was cut into other fields than it has')
    return kept
  }
}

/** Reads and checks the rows of one file. */
export class RowReader {
  readonly #columns: FileColumns
  readonly #layout: Layout

  constructor(columns: FileColumns) {
    this.#columns = columns
    this.#layout = layoutOf(columns.file.business)
  }

  /** Whatever can be said of a row without checking it. */
  read(row: readonly string[], line: number): CheckedRow {
    const { file, key, residentAt, latestAt, deletedAt, prefixBytes } = this.#layout
    const fields = currentFields(row, this.#columns)
    const payload = Buffer.from(versionedRow(file, canonicalRow(file, fields)))
    let rowKey = fields[key[0]!]!
    for (let i = 1; i < key.length; i++) rowKey += `|${fields[key[i]!]!}`
    return {
      line,
      fields,
      rowKey: this.#layout.hexKey ? rowKey.toLowerCase() : rowKey,
      residentNo: fields[residentAt]! === '' ? null : fields[residentAt]!,
      latest: latestAt < 0 || fields[latestAt] === '1',
      deleted: fields[deletedAt] === '1',
      payload,
      digest: hash('sha256', payload.subarray(prefixBytes), 'buffer'),
    }
  }

  fileRow(row: readonly string[], line: number): FileRow {
    const read = this.read(row, line)
    return {
      ...read,
      myNumber: this.myNumber(read),
      hasRightFlags: this.hasRightFlags(read),
      check: () => this.check(row, line),
      bad: (errors) => this.bad(read, errors),
    }
  }

  /** What is wrong with a row. Throws `FileFault` where it is another town's. */
  check(row: readonly string[], line: number): readonly FieldError[] {
    const errors = checkRow(row, this.#columns, line)
    if (errors.length > 0) {
      const code = row[this.#columns.positions[0]!]!
      const name = this.#columns.file.columns[0]!.name
      if (code !== this.#columns.municipalityCode && isMunicipalityCode(code))
        throw new FileFault(errors.map(fileErrorOf).filter(({ item }) => item === name))
    }
    return errors
  }

  /** What can be read of a row in which something is wrong. */
  bad({ line, rowKey, residentNo }: CheckedRow, errors: readonly FieldError[]): BadRow {
    const items = [...new Set(errors.map((error) => fileErrorOf(error).item))]
    const { keyNames, residentName } = this.#layout
    return {
      line,
      rowKey: items.some((item) => keyNames.has(item)) ? null : rowKey,
      residentNo: items.includes(residentName) ? null : residentNo,
      items,
    }
  }

  /** 個人番号, empty where there is none. */
  myNumber({ fields }: CheckedRow): string {
    const at = this.#layout.myNumberAt
    return at < 0 ? '' : fields[at]!
  }

  /** Whether the flags are what they may be. */
  hasRightFlags({ fields }: CheckedRow): boolean {
    const { latestAt, deletedAt } = this.#layout
    return isFlag(fields[deletedAt]!) && (latestAt < 0 || isFlag(fields[latestAt]!))
  }
}

function isFlag(value: string): boolean {
  return value === '0' || value === '1'
}

/** Where things stand in the current version of an interface. */
type Layout = {
  readonly file: FileInterface
  readonly key: readonly number[]
  readonly keyNames: ReadonlySet<string>
  /** Either case of its digits names the same row. */
  readonly hexKey: boolean
  readonly residentName: string
  readonly residentAt: number
  readonly latestAt: number
  readonly deletedAt: number
  readonly myNumberAt: number
  /** Bytes before the canonical row. */
  readonly prefixBytes: number
}

function layoutOf(business: Business): Layout {
  const file = fileInterfaces[business]
  const at = (name: string): number => file.columns.findIndex((column) => column.name === name)
  return {
    file,
    key: file.key.map(at),
    keyNames: new Set(file.key),
    hexKey: file.columns.some(({ name, kind }) => kind === 'hex' && file.key.includes(name)),
    residentName: file.residentNo,
    residentAt: at(file.residentNo),
    latestAt: at('最新フラグ'),
    deletedAt: at('削除フラグ'),
    myNumberAt: at('個人番号'),
    prefixBytes: Buffer.byteLength(versionedRow(file, '')),
  }
}
