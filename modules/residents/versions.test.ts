import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { fileInterfaces } from '../interfaces/interfaces.columns.ts'
import { canonicalRow, FIELD_SEPARATOR } from '../interfaces/interfaces.fields.ts'
import { writeResidentRow } from './residents.fields.ts'
import { compareItems, concealItems, itemsOfSealed, versionIdOf, versionKeyOf } from './versions.ts'

const hida = '212172' as MunicipalityCode
const file = fileInterfaces.residents
const marks = {
  latest: true,
  deleted: false,
  operatorId: 'op1',
  operatedOn: '2026-11-01' as PlainDate,
  operatedTime: '09:00:00',
}

describe('items of a version', () => {
  const { people } = makeTown({ households: 60 })
  const mother = people['motherInHiding']!
  const row = writeResidentRow(hida, mother, marks, '123456789018')
  const sealed = `${file.version}${FIELD_SEPARATOR}${canonicalRow(file, row)}`

  test('come back from the sealed row under the names of the interface, without 個人番号', () => {
    const items = itemsOfSealed(sealed, hida)
    assert.equal(items.find(({ name }) => name === '氏名')?.value, mother.name.full)
    assert.equal(items.find(({ name }) => name === '操作者ID')?.value, 'op1')
    assert.ok(items.every(({ name, value }) => name !== '個人番号' && !value.includes('123456789018')))
  })

  test('are the same from the record that the first release sealed, but for the operator', () => {
    const now = itemsOfSealed(sealed, hida)
    const then = itemsOfSealed(JSON.stringify(mother), hida)
    const differing = compareItems(then, now).flatMap(({ name, changed }) => (changed ? [name] : []))
    assert.deepEqual(differing, ['操作者ID', '操作年月日', '操作時刻'])
  })

  test('a row of an interface that is not known is never shown under wrong names', () => {
    assert.throws(() => itemsOfSealed(`9.9${FIELD_SEPARATOR}a${FIELD_SEPARATOR}b`, hida))
  })

  test('of a protected person say who she is, and nothing that is part of an address or a move', () => {
    const shown = concealItems(itemsOfSealed(sealed, hida))
    const text = JSON.stringify(shown)
    assert.ok(text.includes(mother.name.full))
    for (const { name } of shown) assert.doesNotMatch(name, /住所|異動|転|消除|届出|操作|地区|となった/)
    assert.ok(!text.includes(mother.address.number))
  })

  test('two versions differ by what changed, in the words of the interface', () => {
    const moved = { ...mother, address: { ...mother.address, town: '新町', number: '2番地' } }
    const pairs = compareItems(
      itemsOfSealed(JSON.stringify(mother), hida),
      itemsOfSealed(JSON.stringify(moved), hida),
    )
    assert.deepEqual(
      pairs.filter(({ changed }) => changed).map(({ name, newer }) => [name, newer]),
      [
        ['住所_町字', '新町'],
        ['住所_番地号表記', '2番地'],
      ],
    )
  })
})

test('the id of a version is read back, and nothing else is', () => {
  const key = { historyNo: 3, branchNo: 0, fromSeq: 17n }
  assert.deepEqual(versionKeyOf(versionIdOf(key)), key)
  for (const wrong of ['', '1-0', '1-0-x', '1-0-1; drop', '１-0-1']) assert.equal(versionKeyOf(wrong), null)
})
