import assert from 'node:assert/strict'
import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { makeKeyCheck, readHeader, type FileColumns } from '../interfaces/interfaces.checks.ts'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { CsvFault, readCsv } from '../interfaces/interfaces.csv.ts'
import { parseCardSerialRow, parseSuppressionRow } from './linkage.records.ts'
import { parseResidentRow } from '../residents/residents.fields.ts'

type Expected = {
  business: Business
  municipalityCode: MunicipalityCode
  rows?: unknown[]
  errors?: string[]
  fault?: { kind: string; line: number; column: number }
}
type Outcome = Pick<Expected, 'rows' | 'errors' | 'fault'>

const parsers = {
  residents: parseResidentRow,
  suppressions: parseSuppressionRow,
  'card-serials': parseCardSerialRow,
}

async function read(path: URL, { business, municipalityCode }: Expected): Promise<Outcome> {
  const rows: unknown[] = []
  const errors: string[] = []
  let columns: FileColumns | undefined
  let checkKey: ReturnType<typeof makeKeyCheck> | undefined
  try {
    for await (const batch of readCsv(createReadStream(path))) {
      if (columns === undefined || checkKey === undefined) {
        const header = readHeader(fileInterfaces[business], batch.rows[0]!, municipalityCode)
        if ('errors' in header) return { errors: header.errors.map((error) => error.pointer) }
        columns = header.columns
        checkKey = makeKeyCheck(columns)
        continue
      }
      for (const [i, row] of batch.rows.entries()) {
        const line = batch.lines[i]!
        const parsed = parsers[business](row, columns, line)
        if ('errors' in parsed) errors.push(...parsed.errors.map((error) => error.pointer))
        else rows.push(parsed)
        const repeated = checkKey(row, line)
        if (repeated !== null) errors.push(repeated.pointer)
      }
    }
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error
    return { fault: { kind: error.kind, line: error.line, column: error.column } }
  }
  return errors.length > 0 ? { errors } : { rows }
}

for (const kind of ['valid', 'invalid']) {
  const folder = new URL(`vectors/${kind}/`, import.meta.url)
  const names = readdirSync(folder).filter((name) => name.endsWith('.csv'))
  assert.ok(names.length > 5)
  for (const name of names) {
    test(`the ${kind} vector ${name} is read as stated`, async () => {
      const expected: Expected = JSON.parse(
        readFileSync(new URL(name.replace('.csv', '.json'), folder), 'utf8'),
      )
      const { business: _, municipalityCode: __, ...outcome } = expected
      assert.deepEqual(await read(new URL(name, folder), expected), outcome)
      assert.equal(outcome.rows !== undefined, kind === 'valid')
    })
  }
}
