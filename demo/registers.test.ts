import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  checkRow,
  makeKeyCheck,
  readHeader,
  type FileColumns,
} from '@open-bcl/modules/interfaces/interfaces.checks.ts'
import { fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { readCsv } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import { registerCsv, registerFiles } from './registers.ts'
import { makeTown } from './town.ts'

const town = makeTown()
const files = registerFiles(town)

test('seals and taxes of many residents, every row as the linkage interface wants it', async () => {
  for (const file of files) {
    let columns: FileColumns | undefined
    let checkKey: ReturnType<typeof makeKeyCheck> | undefined
    let rows = 0
    for await (const batch of readCsv(registerCsv(file))) {
      if (columns === undefined || checkKey === undefined) {
        const header = readHeader(fileInterfaces[file.business], batch.rows[0]!, town.municipality.code)
        assert.ok('columns' in header)
        columns = header.columns
        checkKey = makeKeyCheck(columns)
        continue
      }
      for (const [i, row] of batch.rows.entries()) {
        assert.deepEqual(checkRow(row, columns, batch.lines[i]!), [])
        assert.equal(checkKey(row, batch.lines[i]!), null)
        rows++
      }
    }
    assert.equal(rows, file.rows.length)
    assert.ok(rows > 500, `${file.business}: ${rows}`)
  }
})

test('rows are about residents of the town, and adults alone have a seal', () => {
  const known = new Set<string>(town.residents.map(({ residentNo }) => residentNo))
  for (const { business, rows } of files) {
    const at = fileInterfaces[business].columns.findIndex(({ name }) => name === '宛名番号')
    for (const row of rows) assert.ok(known.has(row[at]!))
  }
  const holders = new Set(files[0]!.rows.map((row) => row[1]))
  for (const key of ['satoIchiro', 'childInHiding', 'longName', 'amanoNoboru'])
    assert.ok(!holders.has(town.people[key]!.residentNo), key)
})
