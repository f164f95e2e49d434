import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { HashTotal, rowDigest } from '@open-bcl/platform/hash-total.ts'
import { checkRow, currentFields, makeKeyCheck, readHeader, type FileColumns } from './interfaces.checks.ts'
import { businesses, fileInterfaces, type Business } from './interfaces.columns.ts'
import { CsvFault, readCsv } from './interfaces.csv.ts'
import { canonicalRow } from './interfaces.fields.ts'
import { findVersion, interfaceVersions } from './interfaces.versions.ts'

type Expected = {
  business: Business
  interfaceId: string
  interfaceVersion: string
  municipalityCode: MunicipalityCode
}
type Place = { line: number; item: string }

function placeOf({ pointer }: FieldError): Place {
  const [, line, item] = /^line:(\d+)\/(.*)$/.exec(pointer)!
  return { line: Number(line), item: item! }
}

/** Reads a file as a receiver does; says of it what the vectors say. */
async function read(path: URL, expected: Expected): Promise<object> {
  const { file } = findVersion(expected.business, expected.interfaceVersion)!
  const current = fileInterfaces[expected.business]
  const errors: Place[] = []
  const rowDigests: string[] = []
  const total = new HashTotal()
  let deleteCount = 0
  let columns: FileColumns | undefined
  let checkKey: ReturnType<typeof makeKeyCheck> | undefined
  try {
    for await (const batch of readCsv(createReadStream(path))) {
      if (columns === undefined || checkKey === undefined) {
        const header = readHeader(file, batch.rows[0]!, expected.municipalityCode)
        if ('errors' in header) return { errors: header.errors.map(placeOf) }
        columns = header.columns
        checkKey = makeKeyCheck(columns)
        continue
      }
      for (const [i, row] of batch.rows.entries()) {
        errors.push(...checkRow(row, columns, batch.lines[i]!).map(placeOf))
        const repeated = checkKey(row, batch.lines[i]!)
        if (repeated !== null) errors.push(placeOf(repeated))
        const fields = currentFields(row, columns)
        const digest = rowDigest(canonicalRow(current, fields))
        rowDigests.push(digest.toString('hex'))
        total.add(digest)
        if (fields[current.columns.findIndex(({ name }) => name === '削除フラグ')] === '1') deleteCount += 1
      }
    }
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error
    return { fault: { kind: error.kind, line: error.line, field: error.column } }
  }
  if (errors.length > 0) return { errors }
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
  return { rowCount: rowDigests.length, deleteCount, sha256, hashTotal: total.toString(), rowDigests }
}

for (const kind of ['valid', 'invalid']) {
  const folder = new URL(`vectors/${kind}/`, import.meta.url)
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.csv'))
    .map((name) => name.slice(0, -4))

  test(`there is a ${kind} vector of every business and version`, () => {
    for (const business of businesses)
      for (const { version } of interfaceVersions(business))
        assert.ok(names.includes(`${business}-${version}`), `${business} ${version}`)
  })
  for (const name of names) {
    test(`the ${kind} vector ${name} is read as stated`, async () => {
      const expected = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Expected
      const { business, interfaceId, interfaceVersion, municipalityCode: _, ...outcome } = expected
      assert.equal(interfaceId, findVersion(business, interfaceVersion)!.file.id)
      assert.deepEqual(await read(new URL(`${name}.csv`, folder), expected), outcome)
      assert.equal('rowCount' in outcome, kind === 'valid')
    })
  }
}
