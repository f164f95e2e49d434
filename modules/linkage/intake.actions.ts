import { setImmediate } from 'node:timers/promises'
import { isMyNumber } from '@open-bcl/core/ja/check-digits.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { stayAwake } from '@open-bcl/platform/db/stay-awake.ts'
import { HashTotal } from '@open-bcl/platform/hash-total.ts'
import { fileInterfaces, type FileInterface } from '../interfaces/interfaces.columns.ts'
import type { BadRow, CheckedRow, Intake, IntakeCounts, Repeat } from '../interfaces/interfaces.intake.ts'
import { findVersion } from '../interfaces/interfaces.versions.ts'
import {
  isFirstLoad,
  isRepeat,
  openComparison,
  openFirstLoad,
  settleSearch,
} from '../residents/intake.actions.ts'
import { FileFault, FileReading, type FileRow } from './file-rows.ts'
import { latestKey, type AppliedFile, type FileToApply, type MyNumberSink } from './intake.ts'
import { openIntake } from './intakes.actions.ts'
import { fileFaults, latestLost, myNumbersNotKept, repeatedKey, repeatedLatest } from './linkage.messages.ts'
import { fileErrorOf, MOST_ERRORS, type FileError } from './linkage.receipt.ts'

/**
 * Applies one file whole, inside the caller's transaction (role `linkage`), or changes nothing and says why. A bad row
 * does not stop the file: it is not applied, and what the register holds of its key and its person stays. Memory does not
 * grow with the file.
 */
export async function applyFile(ctx: Ctx, file: FileToApply): Promise<AppliedFile> {
  const { client } = ctx.tx
  const attempt = async (how: (found: Findings) => Promise<Applied>): Promise<AppliedFile> => {
    const found = new Findings()
    await client.query('savepoint file')
    try {
      const applied = await how(found)
      await client.query('release savepoint file')
      return { state: 'applied', ...found.told(), ...applied }
    } catch (error) {
      if (!(error instanceof FileFault) && !isRepeat(error)) throw error
      await client.query('rollback to savepoint file')
      if (!(error instanceof FileFault)) throw error
      for (const one of error.errors) found.addFile(one)
      return { state: 'refused', ...found.told() }
    }
  }
  const { business } = file
  if (business !== 'residents')
    return await attempt(async (found) =>
      applyRows(ctx, file, found, await openIntake(ctx, { ...file, business })),
    )
  if (await isFirstLoad(ctx)) {
    try {
      return await attempt((found) => applyFirst(ctx, file, found))
    } catch (error) {
      if (!isRepeat(error)) throw error
    }
  }
  return await attempt((found) => applyChanges(ctx, file, found))
}

type Applied = Omit<Extract<AppliedFile, { state: 'applied' }>, 'state' | keyof ReturnType<Findings['told']>>

async function applyFirst(ctx: Ctx, file: FileToApply, found: Findings): Promise<Applied> {
  const load = await openFirstLoad(ctx, file)
  try {
    const applied = await applyRows(ctx, file, found, load)
    await settleSearch(ctx)
    return applied
  } catch (error) {
    // A COPY must end before anything else can be asked of the connection.
    await load.close().catch(() => undefined)
    throw error
  }
}

/** Any business whose rows are sealed as they are read: one reading. */
async function applyRows(ctx: Ctx, file: FileToApply, found: Findings, intake: Intake): Promise<Applied> {
  const whole = new WholeFile(ctx, file, found)
  const numbers = new Numbers(file.myNumbers)
  for await (const batch of whole.read()) {
    const good: CheckedRow[] = []
    const bad: BadRow[] = []
    for (const row of batch) {
      whole.take(row)
      const errors = row.check()
      if (errors.length === 0) {
        good.push(row)
        numbers.take(row)
      } else {
        bad.push(row.bad(errors))
        found.addRow(errors)
      }
    }
    await intake.write(good)
    if (bad.length > 0) {
      await intake.spare(bad)
      await file.onBadRows?.(bad)
    }
    if (numbers.isFull) {
      await intake.spare([])
      await numbers.hand()
    }
    file.progress?.({ rowsDone: found.rows, rows: file.manifest?.rowCount ?? null })
  }
  await tellRepeats(file, found, intake.finish())
  whole.verify()
  const { notes = [], ...counts } = await intake.apply(file.seq)
  await numbers.hand()
  return await outcome(file, whole, intake, counts, notes)
}

/** 住民情報 of a town that has some: read to compare, and read again for what changed. */
async function applyChanges(ctx: Ctx, file: FileToApply, found: Findings): Promise<Applied> {
  const comparison = await openComparison(ctx, file)
  const spare = async (bad: readonly BadRow[]): Promise<void> => {
    await comparison.spare(bad)
    await file.onBadRows?.(bad)
  }
  try {
    const whole = new WholeFile(ctx, file, found)
    const rows = file.manifest?.rowCount ?? null
    for await (const batch of whole.read()) {
      const compared: CheckedRow[] = []
      const bad: BadRow[] = []
      for (const row of batch) {
        whole.take(row)
        // The others are checked where they change something; a row that did not change was right once.
        const errors = isComparable(row) ? [] : row.check()
        if (errors.length === 0) compared.push(row)
        else {
          bad.push(row.bad(errors))
          found.addRow(errors)
        }
      }
      await comparison.compare(compared)
      if (bad.length > 0) await spare(bad)
      file.progress?.({ rowsDone: Math.floor(found.rows / 2), rows })
    }
    whole.verify()
    const repeated = await linesOf(comparison.repeatedLines())
    if (repeated.count > 0) {
      // A row that is wrong by itself repeats nothing.
      await readAgain(ctx, file, whole, repeated.has, async (batch) => {
        const bad = badOf(batch, found)
        if (bad.length > 0) await spare(bad)
      })
      await tellRepeats(file, found, comparison.repeats())
    }
    await comparison.findChanges()
    const numbers = new Numbers(file.myNumbers)
    const changed = await linesOf(comparison.changedLines())
    const all = file.myNumbers !== undefined
    if (changed.count > 0 || all) {
      const spared = await linesOf(all ? comparison.sparedLines() : [])
      const wanted = (line: number): boolean => changed.has(line) || (all && !spared.has(line))
      await readAgain(ctx, file, whole, wanted, async (batch) => {
        const bad = badOf(
          batch.filter(({ line }) => changed.has(line)),
          found,
        )
        const badLines = new Set(bad.map(({ line }) => line))
        const good = batch.filter(({ line }) => !badLines.has(line))
        await comparison.write(good.filter(({ line }) => changed.has(line)))
        if (bad.length > 0) await spare(bad)
        for (const row of good) numbers.take(row)
        if (numbers.isFull) {
          await comparison.close()
          await numbers.hand()
        }
        // Lines are rows, but for the header and the rare row that has several.
        const done = Math.floor((found.rows + (batch.at(-1)?.line ?? 0)) / 2)
        file.progress?.({ rowsDone: Math.min(found.rows, done), rows })
      })
    }
    const counts = await comparison.apply()
    await numbers.hand()
    await settleSearch(ctx)
    const notes = await tellLost(file, comparison)
    return await outcome(file, whole, comparison, counts, notes)
  } catch (error) {
    await comparison.close().catch(() => undefined)
    throw error
  }
}

/** Reads some lines of the file once more. */
async function readAgain(
  ctx: Ctx,
  file: FileToApply,
  whole: WholeFile,
  wanted: (line: number) => boolean,
  take: (batch: readonly FileRow[]) => Promise<void>,
): Promise<void> {
  const again = new FileReading(stayAwake(ctx.tx, file.open()), interfaceOf(file), ctx.municipality)
  for await (const batch of givingWay(again.rows({ has: wanted, plainTo: whole.plainTo })))
    await take(batch.filter(({ line }) => wanted(line)))
  if (again.sha256() !== whole.sha256) throw new Error('the file changed between two readings')
}

/**
 * Lets the process do other things after each batch. A database that takes rows faster than we seal them never makes us
 * wait: without this, everybody else's pages would.
 */
async function* givingWay<T>(batches: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const batch of batches) {
    yield batch
    await setImmediate()
  }
}

function badOf(rows: readonly FileRow[], found: Findings): BadRow[] {
  return rows.flatMap((row) => {
    const errors = row.check()
    if (errors.length === 0) return []
    found.addRow(errors)
    return [row.bad(errors)]
  })
}

/**
 * Whether a row of 住民情報 can be compared before it is checked: its key and flags are right, and so is a 個人番号, which is
 * not part of what is compared. Of a deletion nothing is compared.
 */
function isComparable({ rowKey, deleted, hasRightFlags, myNumber }: FileRow): boolean {
  return !deleted && residentKey.test(rowKey) && hasRightFlags && (myNumber === '' || isMyNumber(myNumber))
}
const residentKey = /^[0-9]{1,15}\|[1-9][0-9]{0,5}\|(?:0|[1-9][0-9]{0,3})$/

async function outcome(
  file: FileToApply,
  whole: WholeFile,
  intake: Pick<Intake, 'withheld' | 'arrived'>,
  counts: IntakeCounts,
  notes: readonly string[],
): Promise<Applied> {
  let withheld = 0
  for await (const people of intake.withheld()) {
    withheld += people.length
    await file.onBadRows?.(
      people.map((residentNo) => ({
        line: null,
        rowKey: null,
        residentNo,
        items: [interfaceOf(file).residentNo],
      })),
    )
  }
  const dropped = file.myNumbers === undefined ? whole.myNumbers : 0
  return {
    counts,
    withheld,
    hashTotal: whole.hashTotal,
    notes: [...(dropped > 0 ? [myNumbersNotKept(dropped)] : []), ...notes],
    mended: (rowKeys) => intake.arrived(rowKeys),
  }
}

/** People who would be unknown from now on, although the town has not deleted them: they are told, and nothing is issued. */
async function tellLost(
  file: FileToApply,
  comparison: { withoutLatest(): AsyncIterable<readonly string[]> },
): Promise<string[]> {
  let people = 0
  for await (const lost of comparison.withoutLatest()) {
    people += lost.length
    await file.onBadRows?.(
      lost.map((residentNo) => ({
        line: null,
        rowKey: latestKey(residentNo),
        residentNo,
        items: ['最新フラグ'],
      })),
    )
  }
  return people === 0 ? [] : [latestLost(people)]
}

async function tellRepeats(
  file: FileToApply,
  found: Findings,
  repeats: AsyncIterable<readonly Repeat[]>,
): Promise<void> {
  const { key } = interfaceOf(file)
  for await (const batch of repeats) {
    for (const { line, otherLine, what } of batch)
      found.addRow([
        what === 'key'
          ? { pointer: `line:${line}/${key.join('・')}`, message: repeatedKey(otherLine) }
          : { pointer: `line:${line}/最新フラグ`, message: repeatedLatest(otherLine) },
      ])
    await file.onBadRows?.(
      batch.map(({ line, rowKey, residentNo, what }) => ({
        line,
        rowKey,
        residentNo,
        items: what === 'key' ? key : ['最新フラグ'],
      })),
    )
  }
}

/** The interface in the version the file is written in. */
function interfaceOf({ business, manifest }: FileToApply): FileInterface {
  const named = manifest && findVersion(business, manifest.interfaceVersion)
  return named?.file ?? fileInterfaces[business]
}

/** The first reading of a file, with what its manifest claims of the whole of it. */
class WholeFile {
  readonly #file: FileToApply
  readonly #reading: FileReading
  readonly #found: Findings
  readonly #total = new HashTotal()
  #deletions = 0
  myNumbers = 0
  sha256 = ''

  constructor(ctx: Ctx, file: FileToApply, found: Findings) {
    this.#file = file
    this.#found = found
    this.#reading = new FileReading(stayAwake(ctx.tx, file.open()), interfaceOf(file), ctx.municipality)
  }

  async *read(): AsyncGenerator<readonly FileRow[]> {
    yield* givingWay(this.#reading.rows())
    this.sha256 = this.#reading.sha256()
  }

  /** See `FileReading`. */
  get plainTo(): number {
    return this.#reading.plainTo
  }

  take({ deleted, myNumber, digest }: FileRow): void {
    this.#found.rows += 1
    if (deleted) this.#deletions += 1
    if (myNumber !== '') this.myNumbers += 1
    this.#total.add(digest)
  }

  get hashTotal(): string {
    return this.#total.toString()
  }

  /** Throws `FileFault` where the file is not the one that was sent off. */
  verify(): void {
    const { manifest } = this.#file
    if (manifest === undefined) return
    const faults: FileError[] = []
    if (this.sha256 !== manifest.sha256) faults.push({ line: null, ...fileFaults.sha256 })
    if (this.#found.rows !== manifest.rowCount) faults.push({ line: null, ...fileFaults.rowCount })
    // Bad rows may have been deletions: only a file without any can be counted.
    if (this.#found.badRows === 0 && this.#deletions !== manifest.deleteCount)
      faults.push({ line: null, ...fileFaults.deleteCount })
    if (manifest.hashTotal !== undefined && this.hashTotal !== manifest.hashTotal)
      faults.push({ line: null, ...fileFaults.hashTotal })
    if (faults.length > 0) throw new FileFault(faults)
  }
}

/** The wrong places of a file, no more than an answer can hold. */
class Findings {
  readonly #errors: FileError[] = []
  #more = false
  rows = 0
  badRows = 0

  addFile(error: FileError): void {
    if (this.#errors.length < MOST_ERRORS) this.#errors.push(error)
    else this.#more = true
  }

  addRow(errors: readonly FieldError[]): void {
    this.badRows += 1
    for (const error of errors) this.addFile(fileErrorOf(error))
  }

  told(): { rows: number; badRows: number; errors: readonly FileError[]; moreErrors: boolean } {
    const errors = this.#errors.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
    return { rows: this.rows, badRows: this.badRows, errors, moreErrors: this.#more }
  }
}

/** 個人番号 on their way to where they are kept. */
class Numbers {
  readonly #sink: MyNumberSink | undefined
  #waiting: { residentNo: string; myNumber: string; deleted: boolean }[] = []

  constructor(sink: MyNumberSink | undefined) {
    this.#sink = sink
  }

  take({ residentNo, myNumber, latest, deleted }: FileRow): void {
    if (this.#sink === undefined || residentNo === null || !latest) return
    // A row without one says that the person has none.
    this.#waiting.push({ residentNo, myNumber, deleted })
  }

  get isFull(): boolean {
    return this.#waiting.length >= 5_000
  }

  /** The connection must be free. */
  async hand(): Promise<void> {
    const rows = this.#waiting
    this.#waiting = []
    if (rows.length > 0) await this.#sink!.write(rows)
  }
}

/** Lines as a set of bits: a byte for eight of them, however many change. */
async function linesOf(
  batches: AsyncIterable<readonly number[]> | readonly (readonly number[])[],
): Promise<{ readonly count: number; has(line: number): boolean }> {
  let bits = new Uint8Array(1024)
  let count = 0
  for await (const lines of batches) {
    count += lines.length
    for (const line of lines) {
      if (line >> 3 >= bits.length) {
        const larger = new Uint8Array(Math.max(bits.length * 2, (line >> 3) + 1))
        larger.set(bits)
        bits = larger
      }
      bits[line >> 3]! |= 1 << (line & 7)
    }
  }
  return { count, has: (line) => ((bits[line >> 3] ?? 0) & (1 << (line & 7))) !== 0 }
}
