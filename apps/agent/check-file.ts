import { createReadStream, type BigIntStats } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import {
  fileInterfaces,
  type Business,
  type FileInterface,
} from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { readCsv } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import { FIELD_SEPARATOR, scopePositions } from '@open-bcl/modules/interfaces/interfaces.fields.ts'
import { isAnybodys, type CheckedRow } from '@open-bcl/modules/interfaces/interfaces.intake.ts'
import { interfaceVersions } from '@open-bcl/modules/interfaces/interfaces.versions.ts'
import { FileFault, FileReading, type RowReader } from '@open-bcl/modules/linkage/file-rows.ts'
import { fileFaults, repeatedKey, repeatedLatest } from '@open-bcl/modules/linkage/linkage.messages.ts'
import type { Manifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { fileErrorOf, MOST_ERRORS, type FileError } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { HashTotal, rowDigest } from '@open-bcl/platform/hash-total.ts'
import type { Mirror, MirrorRow } from './mirror.ts'

/** What a reading of the whole file found. */
export type CheckedFile = {
  /** Of the file as it was read (`markOf`): another mark is another file. */
  readonly mark: string
  readonly sha256: string
  readonly rows: number
  readonly deletions: number
  /** Rows that the cloud will not apply. */
  readonly badRows: number
  readonly hashTotal: string
  readonly version: string
  /** Something is wrong with the file as a whole: it would be refused whole. */
  readonly faults: readonly FileError[]
}

export type CheckOptions = {
  readonly path: string
  readonly municipality: MunicipalityCode
  readonly business: Business
  /** What the manifest claims; what it leaves out is not compared. */
  readonly claims: Partial<
    Pick<Manifest, 'interfaceVersion' | 'sha256' | 'rowCount' | 'deleteCount' | 'hashTotal'>
  >
  readonly mirror: Pick<Mirror, 'openStage'>
  /** Hears of every wrong place, in the order of the lines but for repeated keys, which come last. */
  readonly onError?: (error: FileError) => void
  /** After each piece of the file. */
  readonly onBatch?: () => Promise<void>
  readonly signal?: AbortSignal
}

/** Changes whenever the file may have been written to. */
export function markOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join('|')
}

/**
 * Reads a whole file by the very code of the cloud (`file-rows.ts`) and stages it for the mirror, so that what the cloud
 * will refuse is known before anything is sent. Memory does not grow with the file.
 */
export async function checkFile(options: CheckOptions): Promise<CheckedFile> {
  const { path, claims, business } = options
  const mark = markOf(await stat(path, { bigint: true }))
  const file = await interfaceOf(path, business, claims.interfaceVersion)
  const source = (): AsyncIterable<Buffer> =>
    createReadStream(path, {
      highWaterMark: 256 * 1024,
      ...(options.signal ? { signal: options.signal } : {}),
    })
  const reading = new FileReading(source(), file, options.municipality)
  const stage = options.mirror.openStage()
  const scopeOf = scopeReader(business)
  const total = new HashTotal()
  const faults: FileError[] = []
  const fault = (error: FileError): void => {
    if (faults.length < MOST_ERRORS) faults.push(error)
    options.onError?.(error)
  }
  let rows = 0
  let deletions = 0
  let badRows = 0
  let sha256 = ''
  try {
    for await (const { rows: batch, lines, reader } of reading.batches()) {
      const staged: MirrorRow[] = []
      for (const [i, row] of batch.entries()) {
        const line = lines[i]!
        const read = reader.read(row, line)
        rows += 1
        if (read.deleted) deletions += 1
        total.add(read.digest)
        const errors = checked(reader, row, line, fault)
        if (errors.length > 0) badRows += 1
        for (const error of errors) options.onError?.(fileErrorOf(error))
        const bad = errors.length === 0 ? null : reader.bad(read, errors)
        staged.push(mirrored(read, bad !== null && isAnybodys(file, bad) ? null : scopeOf(read.fields), bad))
      }
      stage.add(staged)
      await options.onBatch?.()
    }
    sha256 = reading.sha256()
    for (const { line, otherLine, what } of stage.finish()) {
      badRows += 1
      const item = what === 'key' ? file.key.join('・') : '最新フラグ'
      options.onError?.({ line, item, message: (what === 'key' ? repeatedKey : repeatedLatest)(otherLine) })
    }
  } catch (error) {
    if (!(error instanceof FileFault)) throw error
    for (const one of error.errors) fault(one)
  }
  if (sha256 !== '') {
    if ((claims.sha256 ?? sha256) !== sha256) fault({ line: null, ...fileFaults.sha256 })
    if ((claims.rowCount ?? rows) !== rows) fault({ line: null, ...fileFaults.rowCount })
    // A row that could not be read may have been a deletion: only a file without any can be counted.
    if (badRows === 0 && (claims.deleteCount ?? deletions) !== deletions)
      fault({ line: null, ...fileFaults.deleteCount })
    if ((claims.hashTotal ?? total.toString()) !== total.toString())
      fault({ line: null, ...fileFaults.hashTotal })
    if (markOf(await stat(path, { bigint: true })) !== mark) fault({ line: null, ...changedWhileRead })
  }
  const { version } = file
  return { mark, sha256, rows, deletions, badRows, hashTotal: total.toString(), version, faults }
}

const changedWhileRead = {
  item: 'ファイル',
  message: '確認している間にファイルが書き換えられました。書き終わってから送ります。',
} as const

/** A row of another town makes the file wrong as a whole; the others are read to the end all the same. */
function checked(
  reader: RowReader,
  row: readonly string[],
  line: number,
  fault: (error: FileError) => void,
): ReturnType<RowReader['check']> {
  try {
    return reader.check(row, line)
  } catch (error) {
    if (!(error instanceof FileFault)) throw error
    for (const one of error.errors) fault(one)
    return []
  }
}

function mirrored(
  read: CheckedRow,
  scope: string | null,
  bad: ReturnType<RowReader['bad']> | null,
): MirrorRow {
  const { line, rowKey, residentNo, digest, fields, latest, deleted } = read
  const whole = rowDigest(fields.join(FIELD_SEPARATOR))
  if (bad === null) return { line, rowKey, residentNo, scope, digest, items: [], whole, latest, deleted }
  return {
    line,
    rowKey: bad.rowKey,
    residentNo: bad.residentNo,
    scope,
    digest: null,
    items: bad.items,
    whole,
    latest,
    deleted,
  }
}

/** Of the rows of one scope one is the latest: the key without 履歴番号. */
function scopeReader(business: Business): (fields: readonly string[]) => string {
  const places = scopePositions(fileInterfaces[business])
  return (fields) => places.map((i) => fields[i]!).join('|')
}

/** The version a manifest names, or the newest that has these columns; else the current one, whose words then say what is wrong. */
async function interfaceOf(
  path: string,
  business: Business,
  named: string | undefined,
): Promise<FileInterface> {
  const versions = interfaceVersions(business)
  const current = fileInterfaces[business]
  if (named !== undefined) return versions.find(({ version }) => version === named)?.file ?? current
  const header = await headerOf(path).catch(() => [])
  return versions.findLast(({ file }) => hasColumns(file, header))?.file ?? current
}

/** The first row of a file; none where it is no CSV. */
export async function headerOf(path: string): Promise<readonly string[]> {
  for await (const { rows } of readCsv(createReadStream(path))) return rows[0]!
  return []
}

export function hasColumns(file: FileInterface, header: readonly string[]): boolean {
  const names = new Set(header)
  return names.size === file.columns.length && file.columns.every(({ name }) => names.has(name))
}
