import path from 'node:path'
import writeExcelFile from 'write-excel-file/node'
import type { SheetData } from 'write-excel-file/node'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { spreadsheetCsv } from '@open-bcl/core/spreadsheet-csv.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { MissingGlyphs } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { tableRows, tableSnapshot, type Table } from './tables.ts'

/** A month's statement of the busiest town is some pages; this is for the worst. */
const timeoutMs = 60_000

export type FileForm = 'csv' | 'xlsx' | 'pdf'

/** Makes the files of tables. The renderer (130 MB) is started when the first paper is asked for. */
export type Papers = {
  file(table: Table, form: FileForm, name: string, now: Date): Promise<Binary>
  close(): Promise<void>
}

export function openPapers(cacheDir: string): Papers {
  let engine: Promise<PdfEngine> | null = null
  const started = (): Promise<PdfEngine> => {
    engine ??= startPdfEngine({ cacheDir, layoutDir: path.join(import.meta.dirname, 'layouts') }).catch(
      (error: unknown) => {
        engine = null
        throw error
      },
    )
    return engine
  }
  return {
    async file(table, form, name, now) {
      const fileName = `${name}.${form}`
      switch (form) {
        case 'csv':
          return { bytes: Buffer.from(spreadsheetCsv(tableRows(table))), fileName }
        case 'xlsx':
          return { bytes: await spreadsheet(table), fileName }
        case 'pdf': {
          const snapshot = tableSnapshot(table, todayInJapan(now))
          return { bytes: await printed(await started(), snapshot), fileName }
        }
      }
    },
    async close() {
      const running = engine
      engine = null
      await (await running)?.close()
    },
  }
}

/**
 * A name that somebody wrote with a character no font has must not keep a town from its statement: 〓 stands in its place, and
 * CSV and spreadsheet have the name as it is.
 */
async function printed(engine: PdfEngine, snapshot: object): Promise<Uint8Array> {
  try {
    return await engine.render('table', snapshot, { timeoutMs })
  } catch (error) {
    if (!(error instanceof MissingGlyphs)) throw error
    const units = error.units.map((unit) => unit.text)
    const whole = JSON.stringify(snapshot, (_key, value: unknown) =>
      typeof value === 'string' ? units.reduce((text, unit) => text.replaceAll(unit, '〓'), value) : value,
    )
    return await engine.render('table', JSON.parse(whole) as object, { timeoutMs })
  }
}

/** Texts are written as texts: nothing in a cell is taken for a formula. */
async function spreadsheet(table: Table): Promise<Uint8Array> {
  const bold = (text: string) => ({ value: text, type: String, fontWeight: 'bold' as const })
  const cell = (value: string | number, strong = false) => ({
    value,
    type: typeof value === 'number' ? Number : String,
    ...(typeof value === 'number' ? { format: '#,##0;▲#,##0' } : {}),
    ...(strong ? { fontWeight: 'bold' as const } : {}),
  })
  const data: SheetData = [
    [bold(table.title)],
    ...table.heading.map(({ label, text }) => [bold(label), cell(text)]),
    [],
    table.columns.map(({ label }) => ({ ...bold(label), wrap: true })),
    ...table.rows.map((row) => row.map((value) => cell(value))),
    ...(table.total === null ? [] : [table.total.map((value) => cell(value, true))]),
    [],
    ...table.notes.map((note) => [cell(note)]),
  ]
  const columns = table.columns.map(({ figures }) => ({ width: figures ? 14 : 22 }))
  const file = writeExcelFile(data, { sheet: '明細', columns, orientation: 'landscape' })
  return new Uint8Array(await file.toBuffer())
}
