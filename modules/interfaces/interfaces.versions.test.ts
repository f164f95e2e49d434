import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { addDays, plainDate } from '@open-bcl/core/dates.ts'
import { checkRow, currentFields, readHeader } from './interfaces.checks.ts'
import { businesses, fileInterfaces, type FileInterface } from './interfaces.columns.ts'
import {
  canonicalRow,
  canonicalPositions,
  FIELD_SEPARATOR,
  fieldsOfVersionedRow,
  versionedRow,
} from './interfaces.fields.ts'
import { findVersion, interfaceVersions, isAccepted } from './interfaces.versions.ts'
import { sampleFields, sampleMunicipality } from './testing/sample-rows.ts'

const all = businesses.flatMap((business) => interfaceVersions(business))

function columnsOf(file: FileInterface) {
  const header = readHeader(
    file,
    file.columns.map(({ name }) => name),
    sampleMunicipality as MunicipalityCode,
  )
  assert.ok('columns' in header)
  return header.columns
}

/** Right rows of a file, full or sparse, with free text in the free columns. */
function rowOf(file: FileInterface): fc.Arbitrary<string[]> {
  const free = file.columns.flatMap(({ kind, name }, i) =>
    kind === 'text' && !name.endsWith('_不詳表記') && !file.key.includes(name) ? [i] : [],
  )
  const word = fc.string({
    unit: fc.constantFrom('架', '𠮷', '葛\u{E0100}', ' ', '"'),
    minLength: 1,
    maxLength: 4,
  })
  return fc
    .tuple(fc.integer({ min: 0, max: 8 }), fc.boolean(), fc.constantFrom(...free), word)
    .map(([i, sparse, at, text]) => sampleFields(file, i, sparse).with(at, text))
    .filter((row) => checkRow(row, columnsOf(file), 2).length === 0)
}

test('the last version of each business is the current one and has no end', () => {
  for (const business of businesses) {
    const versions = interfaceVersions(business)
    assert.equal(versions.at(-1)!.file, fileInterfaces[business])
    assert.deepEqual(
      versions.map(({ acceptedUntil }) => acceptedUntil === null),
      versions.map((_, i) => i === versions.length - 1),
    )
    for (const version of versions) {
      assert.equal(findVersion(business, version.version), version)
      assert.deepEqual([version.file.version, version.file.business], [version.version, business])
    }
    assert.equal(findVersion(business, '9.9'), undefined)
  }
  assert.deepEqual(
    interfaceVersions('residents').map(({ version }) => version),
    ['1.0', '1.1'],
  )
})

test('a right row of any version becomes a right row of the current one and loses nothing', () => {
  for (const { file, convert } of all.filter(({ file }) =>
    file.columns.some(({ kind }) => kind === 'text'),
  )) {
    const current = fileInterfaces[file.business]
    if (!file.columns.some(({ kind, name }) => kind === 'text' && !file.key.includes(name))) continue
    fc.assert(
      fc.property(rowOf(file), (row) => {
        const before = row.join()
        const fields = convert(row)
        assert.equal(row.join(), before)
        assert.deepEqual(currentFields(row, columnsOf(file)), fields)
        assert.deepEqual(checkRow(fields, columnsOf(current), 2), [])
        for (const [i, { name }] of file.columns.entries())
          assert.equal(fields[current.columns.findIndex((column) => column.name === name)], row[i], name)
        // Converting what is current changes nothing, so a row has one canonical form.
        const again = interfaceVersions(file.business).at(-1)!.convert(fields)
        assert.equal(canonicalRow(current, again), canonicalRow(current, fields))
      }),
      { numRuns: 50 },
    )
  }
})

test('a sealed row of any version opens as the current fields', () => {
  for (const { file, convert } of all) {
    for (const [latest, deleted] of [
      [true, false],
      [false, true],
    ] as const) {
      const at = (name: string): number => file.columns.findIndex((column) => column.name === name)
      let row = sampleFields(file, 1).with(at('削除フラグ'), deleted ? '1' : '0')
      if (file.hasLatest) row = row.with(at('最新フラグ'), latest ? '1' : '0')
      if (at('個人番号') >= 0) row = row.with(at('個人番号'), '')
      const sealed = versionedRow(file, canonicalRow(file, row))
      assert.deepEqual(fieldsOfVersionedRow(file.business, sealed, { latest, deleted }), convert(row))
      assert.throws(() =>
        fieldsOfVersionedRow(file.business, `${sealed}${FIELD_SEPARATOR}x`, { latest, deleted }),
      )
      assert.throws(() => fieldsOfVersionedRow(file.business, `9.9${sealed}`, { latest, deleted }))
    }
  }
})

test('the canonical row holds every column but 個人番号 and the flags, in the order of the interface', () => {
  for (const { file } of all) {
    const names = canonicalPositions(file).map((i) => file.columns[i]!.name)
    const left = file.columns.map(({ name }) => name).filter((name) => !names.includes(name))
    assert.deepEqual(
      left.toSorted(),
      ['個人番号', '削除フラグ', '最新フラグ'].filter((name) =>
        file.columns.some((column) => column.name === name),
      ),
    )
    const row = file.columns.map((_, i) => String(i))
    assert.deepEqual(canonicalRow(file, row).split(FIELD_SEPARATOR), canonicalPositions(file).map(String))
  }
})

test('an old reading is no reading that a certificate may show', () => {
  const [old] = interfaceVersions('residents')
  const fields = old!.convert(sampleFields(old!.file, 0))
  const of = (name: string): string =>
    fields[fileInterfaces.residents.columns.findIndex((column) => column.name === name)]!
  assert.notEqual(of('氏名_フリガナ'), '')
  assert.deepEqual([of('氏_振り仮名'), of('名_振り仮名'), of('振り仮名_公証区分')], ['', '', '0'])
})

test('an old version is taken to its last day, which a town may move; the current one always', () => {
  const [old, current] = interfaceVersions('residents')
  const last = old!.acceptedUntil!
  assert.ok(isAccepted(old!, last))
  assert.ok(!isAccepted(old!, addDays(last, 1)))
  assert.ok(!isAccepted(old!, addDays(old!.acceptedFrom, -1)))
  const later = addDays(last, 90)
  assert.ok(isAccepted(old!, later, later))
  assert.ok(!isAccepted(old!, addDays(later, 1), later))
  const earlier = addDays(last, -90)
  assert.ok(!isAccepted(old!, addDays(earlier, 1), earlier))
  assert.ok(isAccepted(current!, plainDate('2099-12-31'), earlier))
})
