import { createHash, hash } from 'node:crypto'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { checkRow, currentFields, readHeader, type FileColumns } from '../interfaces/interfaces.checks.ts'
import { fileInterfaces, type Business, type FileInterface } from '../interfaces/interfaces.columns.ts'
import { CsvFault, readCsv } from '../interfaces/interfaces.csv.ts'
import { canonicalRow, versionedRow } from '../interfaces/interfaces.fields.ts'
import type { BadRow, CheckedRow } from '../interfaces/interfaces.intake.ts'
import { fileErrorOf, type FileError } from './linkage.receipt.ts'

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

  /** After the last batch. */
  sha256(): string {
    return this.#digest.digest('hex')
  }

  async *#hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#source) {
      this.#digest.update(chunk)
      yield chunk
    }
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
      rowKey,
      residentNo: fields[residentAt]! === '' ? null : fields[residentAt]!,
      latest: latestAt < 0 || fields[latestAt] === '1',
      deleted: fields[deletedAt] === '1',
      payload,
      digest: hash('sha256', payload.subarray(prefixBytes), 'buffer'),
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
    residentName: file.residentNo,
    residentAt: at(file.residentNo),
    latestAt: at('最新フラグ'),
    deletedAt: at('削除フラグ'),
    myNumberAt: at('個人番号'),
    prefixBytes: Buffer.byteLength(versionedRow(file, '')),
  }
}
