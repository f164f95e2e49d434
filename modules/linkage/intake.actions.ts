import { createHash } from 'node:crypto'
import type { FieldError } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { openSuppressionIntake } from '../access/suppression.ts'
import { openCardSerialIntake } from '../registers/registers.actions.ts'
import { openResidentIntake } from '../residents/intake.actions.ts'
import { errorAt, readHeader, type FileColumns } from '../interfaces/interfaces.checks.ts'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { CsvFault, readCsv } from '../interfaces/interfaces.csv.ts'
import type { Manifest } from './linkage.manifest.ts'
import {
  fileFaults,
  myNumbersNotKept,
  protectionsKept,
  repeatedKey,
  repeatedLatest,
} from './linkage.messages.ts'
import { fileErrorOf, MOST_ERRORS, type FileError, type LinkReceipt } from './linkage.receipt.ts'
import { parseCardSerialRow, parseSuppressionRow } from './linkage.records.ts'
import { parseResidentRow } from '../residents/residents.fields.ts'
import type { ParsedRow } from '../interfaces/interfaces.fields.ts'

type Counts = Omit<LinkReceipt['counts'], 'rows' | 'refused'>
type Applied = { readonly counts: Counts; readonly notes: readonly string[] }
type Repeat = { readonly line: number; readonly firstLine: number; readonly what?: 'key' | 'latest' }

/** Where the checked rows of one business go. Defined by the module that keeps them. */
type Intake<Row> = {
  write(rows: readonly Row[]): Promise<void>
  finish(): Promise<readonly Repeat[]>
  /** `keptPeople`: persons whose protection went on although their record went away. */
  apply(mode: 'full' | 'delta', seq: bigint): Promise<Counts & { readonly keptPeople?: number }>
}

/** One business while a file is read: rows in, wrong places out. */
type Taker = {
  take(row: readonly string[], columns: FileColumns, line: number): readonly FieldError[]
  /** Sends what was taken on to the staging table; waits while the database is busy. */
  flush(): Promise<void>
  finish(): Promise<readonly Repeat[]>
  apply(mode: 'full' | 'delta', seq: bigint): Promise<Applied>
  readonly deletions: number
  readonly myNumbers: number
}

/** What a file turned out to be. `errors` empty: it may be applied. */
export type TakenFile = {
  readonly rows: number
  readonly refused: number
  readonly errors: readonly FileError[]
  readonly moreErrors: boolean
  readonly notes: readonly string[]
  /** Writes the differences; the caller holds the town's number. Its notes come after those of the file. */
  apply(seq: bigint): Promise<Applied>
}

/**
 * Reads, checks, seals and stages one file as it streams; memory does not grow with the file. Nothing is compared or
 * written before row counts and SHA-256 fit the manifest. On return nothing is pending on the connection, so the
 * transaction can be rolled back at once.
 */
export async function takeFile(
  ctx: Ctx,
  manifest: Manifest,
  source: AsyncIterable<Uint8Array>,
): Promise<TakenFile> {
  const taker = await openTaker(ctx, manifest.business)
  const findings = new Findings()
  const digest = createHash('sha256')
  let rows = 0
  let whole = false
  try {
    ;({ rows, whole } = await readRows(manifest, hashed(source, digest), taker, findings))
  } catch (error) {
    // The COPY must end before the connection can roll back.
    await taker.finish().catch(() => undefined)
    throw error
  }
  const repeats = await taker.finish()
  for (const { line, firstLine, what } of repeats) {
    const name = what === 'latest' ? '最新フラグ' : fileInterfaces[manifest.business].key.join('・')
    findings.addRow([
      {
        pointer: `line:${line}/${name}`,
        message: (what === 'latest' ? repeatedLatest : repeatedKey)(firstLine),
      },
    ])
  }
  if (whole) {
    if (digest.digest('hex') !== manifest.sha256) findings.add({ line: null, ...fileFaults.sha256 })
    if (rows !== manifest.rowCount) findings.add({ line: null, ...fileFaults.rowCount })
    // Rows that could not be read may have been deletions: only a file without errors can be counted.
    if (findings.refused === 0 && taker.deletions !== manifest.deleteCount)
      findings.add({ line: null, ...fileFaults.deleteCount })
  }
  return {
    rows,
    refused: findings.refused,
    errors: findings.list(),
    moreErrors: findings.more,
    notes: taker.myNumbers > 0 ? [myNumbersNotKept(taker.myNumbers)] : [],
    apply: (seq) => taker.apply(manifest.mode, seq),
  }
}

/** `whole`: the file was read to its end, so its count and digest mean something. */
async function readRows(
  manifest: Manifest,
  source: AsyncIterable<Uint8Array>,
  taker: Taker,
  findings: Findings,
): Promise<{ rows: number; whole: boolean }> {
  let columns: FileColumns | undefined
  let rows = 0
  try {
    for await (const batch of readCsv(source)) {
      if (columns === undefined) {
        const header = readHeader(
          fileInterfaces[manifest.business],
          batch.rows[0]!,
          manifest.municipalityCode,
        )
        if ('errors' in header) {
          findings.addFile(header.errors)
          return { rows, whole: false }
        }
        columns = header.columns
        continue
      }
      for (const [i, row] of batch.rows.entries()) {
        rows += 1
        findings.addRow(taker.take(row, columns, batch.lines[i]!))
      }
      if (findings.full) return { rows, whole: false }
      await taker.flush()
    }
    return { rows, whole: true }
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error
    findings.addFile([error.toFieldError()])
    return { rows, whole: false }
  }
}

async function* hashed(
  source: AsyncIterable<Uint8Array>,
  digest: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    digest.update(chunk)
    yield chunk
  }
}

/** The wrong places of a file in the order of its lines, no more than an answer can hold. */
class Findings {
  readonly #errors: FileError[] = []
  readonly #badLines = new Set<string>()
  more = false

  add(error: FileError): void {
    if (this.#errors.length < MOST_ERRORS) this.#errors.push(error)
    else this.more = true
  }

  addFile(errors: readonly FieldError[]): void {
    for (const error of errors) this.add(fileErrorOf(error))
  }

  addRow(errors: readonly FieldError[]): void {
    if (errors.length === 0) return
    this.#badLines.add(/^line:\d+/.exec(errors[0]!.pointer)![0])
    this.addFile(errors)
  }

  /** Rows with something wrong. */
  get refused(): number {
    return this.#badLines.size
  }

  get full(): boolean {
    return this.more
  }

  list(): FileError[] {
    return this.#errors.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
  }
}

async function openTaker(ctx: Ctx, business: Business): Promise<Taker> {
  switch (business) {
    case 'residents':
      return takerOf(await openResidentIntake(ctx), parseResidentRow, (row) => row.myNumber !== null)
    case 'suppressions':
      return takerOf(await openSuppressionIntake(ctx), parseSuppressionRow)
    case 'card-serials':
      return takerOf(await openCardSerialIntake(ctx), (row, columns, line) => {
        const parsed = parseCardSerialRow(row, columns, line)
        // The register keys by the number's digits: 49 of them hold any serial of 160 bits.
        if ('errors' in parsed || BigInt(parsed.record.serial) < 1n << 160n) return parsed
        return {
          errors: [errorAt(line, 'シリアル番号', 'が160ビットを超えています。連携元で直してください。')],
        }
      })
  }
}

function takerOf<Record, Parsed extends ParsedRow<Record>>(
  intake: Intake<{ line: number; record: Record; latest: boolean; deleted: boolean }>,
  parse: (
    row: readonly string[],
    columns: FileColumns,
    line: number,
  ) => Parsed | { readonly errors: FieldError[] },
  hasMyNumber: (row: Parsed) => boolean = () => false,
): Taker {
  let waiting: { line: number; record: Record; latest: boolean; deleted: boolean }[] = []
  let deletions = 0
  let myNumbers = 0
  return {
    take(row, columns, line) {
      const parsed = parse(row, columns, line)
      if ('errors' in parsed) return parsed.errors
      if (parsed.deleted) deletions += 1
      if (hasMyNumber(parsed)) myNumbers += 1
      waiting.push({ line, record: parsed.record, latest: parsed.latest, deleted: parsed.deleted })
      return []
    },
    async flush() {
      const rows = waiting
      waiting = []
      if (rows.length > 0) await intake.write(rows)
    },
    finish: () => intake.finish(),
    async apply(mode, seq) {
      const { keptPeople = 0, ...counts } = await intake.apply(mode, seq)
      return { counts, notes: keptPeople > 0 ? [protectionsKept(keptPeople)] : [] }
    },
    get deletions() {
      return deletions
    },
    get myNumbers() {
      return myNumbers
    },
  }
}
