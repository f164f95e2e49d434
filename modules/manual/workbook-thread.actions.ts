/**
 * Takes an .xlsx apart in a thread of its own, whose memory and time are limited from outside: a hostile workbook ends this
 * thread and nothing else. Sheets leave as CSV text.
 */
import { strFromU8, strToU8, unzipSync, zipSync, type Unzipped } from 'fflate'
import { parentPort, workerData } from 'node:worker_threads'
import readXlsxFile from 'read-excel-file/universal'
import { csvLine } from '../interfaces/interfaces.csv.ts'
import type { WorkbookFault, WorkbookMessage } from './manual.workbook.ts'

/** What a workbook may unzip to; a city's worth of rows comes as CSV. */
const MOST_BYTES = 100 * 1024 * 1024
const MOST_ENTRIES = 2_000
/** 1,000 columns are more than any register has: ALL is the 1,000th. */
const LAST_COLUMN = 'ALL'
const TEXT_UNITS = 512 * 1024

class Fault extends Error {
  readonly kind: WorkbookFault
  constructor(kind: WorkbookFault) {
    super(kind)
    this.kind = kind
  }
}

/** A number as it stands in the file: `1980` and `0012` would be the same number. */
class FigureCell {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const wanted =
  /^(?:\[Content_Types\]\.xml|_rels\/\.rels|xl\/(?:workbook|sharedStrings|styles)\.xml|xl\/_rels\/workbook\.xml\.rels|xl\/worksheets\/[^/]+\.xml)$/

/** Only the parts that hold cells, and no more of them than fits; macros, links to other files and pictures stay zipped. */
function unpack(bytes: Uint8Array): Unzipped {
  let total = 0
  let entries = 0
  let parts: Unzipped
  try {
    parts = unzipSync(bytes, {
      filter(entry) {
        entries += 1
        if (entries > MOST_ENTRIES) throw new Fault('too-large')
        if (!wanted.test(entry.name)) return false
        total += entry.originalSize
        if (total > MOST_BYTES) throw new Fault('too-large')
        return true
      },
    })
  } catch (error) {
    throw error instanceof Fault ? error : new Fault('not-a-workbook')
  }
  if (parts['xl/workbook.xml'] === undefined) throw new Fault('not-a-workbook')
  for (const part of Object.values(parts)) {
    // No spreadsheet program writes one; an entity could name a file of this machine or grow without end.
    if (strFromU8(part.subarray(0, 4_096)).includes('<!DOCTYPE')) throw new Fault('not-a-workbook')
  }
  return parts
}

/** 和暦 formats as plain ones: the reader takes `ggge"年"` for a number and would show days since 1900. */
function plainDates(styles: string): string {
  return styles
    .replace(
      /(<numFmt\b[^>]*\bformatCode=")([^"]*)(")/g,
      (all, before: string, code: string, after: string) =>
        /(?:g{1,3}e|[^a-z]e{1,2}[^a-z+-]|[年月日])/i.test(code) ? `${before}yyyy\\-mm\\-dd${after}` : all,
    )
    .replace(/(<xf\b[^>]*\bnumFmtId=")(2[7-9]|3[0-6]|5[0-8])(")/g, '$114$3')
}

function requireNarrow(sheet: string): void {
  for (const [, column = ''] of sheet.matchAll(/<c\b[^>]*?\br="([A-Z]{3,})\d+"/g)) {
    if (column.length > 3 || column > LAST_COLUMN) throw new Fault('too-many-columns')
  }
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof FigureCell) {
    // 1.0E+3 and binary noise (0.30000000000000004) as people see them.
    return /^-?\d{1,15}$/.test(value.text) ? value.text : String(Number(Number(value.text).toPrecision(15)))
  }
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) return ''
    const iso = value.toISOString()
    return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19).replace('T', ' ')
  }
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  // One row stays one line, so that lines are told as the spreadsheet numbers its rows.
  return typeof value === 'string' ? value.replace(/\r\n|[\r\n]/g, '\u2028') : ''
}

async function read(bytes: Uint8Array, tell: (message: WorkbookMessage) => void): Promise<void> {
  const parts = unpack(bytes)
  const styles = parts['xl/styles.xml']
  if (styles !== undefined) parts['xl/styles.xml'] = strToU8(plainDates(strFromU8(styles)))
  for (const [name, part] of Object.entries(parts)) {
    if (name.startsWith('xl/worksheets/')) requireNarrow(strFromU8(part))
  }
  const zipped = zipSync(parts, { level: 0 })
  const sheets = await readXlsxFile(zipped.buffer as ArrayBuffer, {
    trim: false,
    parseNumber: (text: string) => new FigureCell(text),
  }).catch((): never => {
    throw new Fault('not-a-workbook')
  })
  for (const [index, { sheet, data }] of sheets.entries()) {
    let text = ''
    const figures: number[] = []
    for (const row of data) {
      const cells = (row as readonly unknown[]).map((cell, at) => {
        if (cell instanceof FigureCell) figures[at] = (figures[at] ?? 0) + 1
        return cellText(cell)
      })
      text += csvLine(cells)
      if (text.length >= TEXT_UNITS) {
        tell({ kind: 'text', sheet: index, text })
        text = ''
      }
    }
    if (text !== '') tell({ kind: 'text', sheet: index, text })
    tell({
      kind: 'sheet',
      sheet: index,
      name: sheet,
      rows: data.length,
      figures: Array.from(figures, (count) => count ?? 0),
    })
  }
}

const port = parentPort!
try {
  await read(workerData as Uint8Array, (message) => port.postMessage(message))
  port.postMessage({ kind: 'end' } satisfies WorkbookMessage)
} catch (error) {
  // The message of any other error may quote a cell.
  const fault = error instanceof Fault ? error.kind : 'not-a-workbook'
  port.postMessage({ kind: 'fault', fault } satisfies WorkbookMessage)
}
