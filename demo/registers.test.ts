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
import { houseFile } from './houses.ts'
import { registerCsv, registerFiles } from './registers.ts'
import { makeTown } from './town.ts'

const town = makeTown()
const files = registerFiles(town)

test('seals, taxes and houses of many residents, every row as the linkage interface wants it', async () => {
  for (const file of [...files, houseFile(town)]) {
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

test('houses are owned by residents or a company, some by others than who lives there, half of them with a position', () => {
  const { columns } = fileInterfaces.houses
  const rows = houseFile(town).rows.map((row) =>
    Object.fromEntries(columns.map(({ name }, i) => [name, row[i]!])),
  )
  const homes = new Map(town.residents.map(({ residentNo, address }) => [residentNo as string, address]))
  const owned = rows.filter((row) => row['所有者_宛名番号'] !== '')
  const let_ = owned.filter((row) => homes.get(row['所有者_宛名番号']!)!.town !== row['所在地_町字'])
  assert.ok(let_.length > 300 && let_.length < owned.length / 5)
  assert.ok(rows.some((row) => row['所有者_氏名']!.includes('株式会社')))
  const placed = rows.filter((row) => row['緯度'] !== '').length
  assert.ok(Math.abs(placed / rows.length - 0.5) < 0.05)
  assert.equal(new Set(rows.map((row) => row['物件番号'])).size, rows.length)
})
