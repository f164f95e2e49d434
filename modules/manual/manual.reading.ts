import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { checkRow, readHeader, type FileColumns } from '../interfaces/interfaces.checks.ts'
import type { FileInterface } from '../interfaces/interfaces.columns.ts'
import { csvLine } from '../interfaces/interfaces.csv.ts'
import type { Converted, Note } from './manual.convert.ts'
import { decodeText } from './manual.encoding.ts'
import { cautiousChanges, changeWords, lineFaults } from './manual.messages.ts'
import type { Plan } from './manual.plan.ts'
import { readRecords, TableFault, type RawRecord } from './manual.records.ts'

/** A wrong line, or one that was read in a way to look at. Holds no value of the file. */
export type LineFinding = { readonly line: number | null; readonly item: string; readonly message: string }

export type Row = RawRecord & { readonly wrongWidth: boolean }

/** The header of the file as the plan finds it, and then its rows in batches; titles before the header are left out. */
export async function* readRows(
  source: AsyncIterable<Uint8Array>,
  plan: Pick<Plan, 'encoding' | 'delimiter' | 'quote' | 'headerLine' | 'targets'>,
): AsyncGenerator<Row[]> {
  const width = plan.targets.length
  for await (const batch of readRecords(decodeText(source, plan.encoding), plan, width)) {
    const rows = batch.filter(({ line }) => line > plan.headerLine)
    if (rows.length > 0)
      yield rows.map((record) => ({ ...record, wrongWidth: isWrongWidth(record.cells, width) }))
  }
}

/** Delimiters at the end of a line are harmless, a value where no column is, or a line cut short, is not. */
function isWrongWidth(cells: readonly string[], width: number): boolean {
  if (cells.length < width) return true
  for (let i = width; i < cells.length; i++) if (cells[i] !== '') return true
  return false
}

/** Which line of the file a line of the written CSV came from. */
export class LineMap {
  readonly #from: number[] = []
  readonly #shift: number[] = []

  /** `written`: line of the CSV in the form of the interface; in order. */
  add(written: number, line: number): void {
    const shift = line - written
    if (this.#shift.at(-1) === shift) return
    this.#from.push(written)
    this.#shift.push(shift)
  }

  lineOf(written: number): number {
    let low = 0
    let high = this.#from.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#from[middle]! <= written) low = middle + 1
      else high = middle
    }
    return low === 0 ? written : written + this.#shift[low - 1]!
  }
}

/** What was noticed while a file was read: wrong lines, and what was changed on the way. */
export type Findings = {
  /** In the order of the lines. */
  found(findings: readonly LineFinding[]): Promise<void>
  /** Lines that are loaded, but as they do not quite say. */
  cautioned(cautions: readonly LineFinding[]): Promise<void>
  counted(note: Note): void
}

const encoder = new TextEncoder()
const BLOCK_UNITS = 256 * 1024
const unusual = /["\r\n\0]/

/**
 * The file in the form of the published interface: one line a row, so that its reader refuses what is wrong and spares the
 * row's person. `findings` only where this reading is to be reported.
 */
export async function* writeInterface(
  rows: AsyncIterable<readonly Row[]>,
  file: FileInterface,
  municipality: MunicipalityCode,
  convert: (cells: readonly string[]) => Converted,
  report: { readonly lines: LineMap; readonly findings: Findings } | null,
): AsyncGenerator<Uint8Array> {
  const names = file.columns.map((column) => column.name)
  const columns = headerOf(file, names, municipality)
  const deletedAt = names.indexOf('削除フラグ')
  let lines = [csvLine(names)]
  let units = 0
  let written = 1
  let any = false
  for await (const batch of rows) {
    any = true
    const found: LineFinding[] = []
    const cautions: LineFinding[] = []
    for (const row of batch) {
      written += 1
      const fault = row.fault ?? (row.wrongWidth ? 'width' : null)
      const { fields, notes } = convert(row.cells)
      // Nobody knows what such a line says: its flag makes it refused, and what stands of its person stays.
      if (fault !== null) fields[deletedAt] = '\uFFFD'
      const line = oneLine(fields)
      lines.push(line)
      units += line.length
      if (report !== null) {
        report.lines.add(written, row.line)
        if (fault !== null) found.push({ line: row.line, item: '行全体', message: lineFaults[fault] })
        else for (const error of checkRow(fields, columns, row.line)) found.push(findingOf(row.line, error))
        for (const note of notes) {
          report.findings.counted(note)
          if (cautiousChanges.has(note.change))
            cautions.push({ line: row.line, item: note.column, message: `${changeWords[note.change]}。` })
        }
      }
    }
    if (found.length > 0) await report?.findings.found(found)
    if (cautions.length > 0) await report?.findings.cautioned(cautions)
    if (units >= BLOCK_UNITS) {
      yield encoder.encode(lines.join(''))
      lines = []
      units = 0
    }
  }
  if (!any) throw new TableFault('empty', 1)
  yield encoder.encode(lines.join(''))
}

/** A row as one physical line, whatever stands in it. Joined in one go: field by field it took half of a load's time. */
function oneLine(fields: string[]): string {
  if (!unusual.test(fields.join(''))) return `"${fields.join('","')}"\n`
  return csvLine(fields.map((field) => field.replace(/[\r\n]+/g, ' ').replaceAll('\0', '\uFFFD')))
}

function headerOf(
  file: FileInterface,
  names: readonly string[],
  municipality: MunicipalityCode,
): FileColumns {
  const header = readHeader(file, names, municipality)
  if ('errors' in header) throw new Error('the interface does not accept its own header')
  return header.columns
}

const unreadableDay =
  '日付として読めません。昭和55年4月1日、S55.4.1、1980/4/1、19800401などの形か、不詳のときは「昭和20年頃」のような表記にしてください。'

/** 「3行目の「氏名」が空です。…」 of the checks, as a line, an item and a reason. */
export function findingOf(
  line: number,
  error: { readonly pointer: string; readonly message: string },
): LineFinding {
  const item = /^line:\d+\/(.*)$/.exec(error.pointer)?.[1] ?? ''
  const prefix = `${line}行目の「${item}」`
  const rest = error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message
  // The checks speak to a core system's engineer.
  if (rest.startsWith('が暦にある日')) return { line, item, message: unreadableDay }
  return {
    line,
    item,
    message: `値${rest}`.replace('連携元で', 'もとのファイルで').replace('連携元の', 'もとの'),
  }
}

/** One line of a CSV for Excel: nothing in it can be taken for a formula. */
export function safeCsvLine(fields: readonly string[]): string {
  return csvLine(fields.map((field) => (/^[=+\-@\t\r]/.test(field) ? `'${field}` : field))).replace(
    /\n$/,
    '\r\n',
  )
}
