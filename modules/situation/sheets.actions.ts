import writeExcelFile from 'write-excel-file/node'
import { spreadsheetCsv } from '@open-bcl/core/spreadsheet-csv.ts'

/** A figure stays a number, so that a spreadsheet can add it up; everything else is text and no formula. */
export type Cell = string | number

export function csvOf(lines: readonly (readonly Cell[])[]): Uint8Array {
  return Buffer.from(spreadsheetCsv(lines))
}

/** The first line is the heading. */
export async function xlsxOf(sheet: string, lines: readonly (readonly Cell[])[]): Promise<Uint8Array> {
  const [head, ...rest] = lines
  const data = [
    head!.map((value) => ({ value: String(value), type: String, fontWeight: 'bold' as const, wrap: true })),
    ...rest.map((line) =>
      line.map((value) =>
        typeof value === 'number' ? { value, type: Number, format: '#,##0' } : { value, type: String },
      ),
    ),
  ]
  const columns = head!.map(() => ({ width: 22 }))
  const file = writeExcelFile(data, { sheet, columns, orientation: 'landscape' })
  return new Uint8Array(await file.toBuffer())
}
