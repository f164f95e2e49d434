import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { businesses, fileInterfaces, linkOrder, type FileInterface } from './interfaces.columns.ts'
import { emptyRow, indexer, scopePositions } from './interfaces.fields.ts'
import { interfaceVersions } from './interfaces.versions.ts'

const every = businesses.flatMap((business) => interfaceVersions(business).map(({ file }) => file))

test('every business is defined, and sent in an order that protects first', () => {
  assert.deepEqual(Object.keys(fileInterfaces), [...businesses])
  for (const business of businesses) assert.equal(fileInterfaces[business].business, business)
  assert.deepEqual(linkOrder.toSorted(), businesses.toSorted())
  assert.deepEqual(linkOrder.slice(0, 3), ['suppressions', 'issue-blocks', 'residents'])
  assert.equal(new Set(businesses.map((business) => fileInterfaces[business].id)).size, businesses.length)
})

for (const file of every) {
  describe(`${file.title} ${file.version}`, () => {
    const named = (name: string): FileInterface['columns'][number] => {
      const found = file.columns.filter((column) => column.name === name)
      assert.equal(found.length, 1, name)
      return found[0]!
    }

    test('begins with the town, ends with its marks and names each column once', () => {
      const names = file.columns.map(({ name }) => name)
      assert.equal(names[0], '市区町村コード')
      assert.equal(new Set(names).size, names.length)
      const marks = ['操作者ID', '操作年月日', '操作時刻', '最新フラグ', '削除フラグ']
      assert.deepEqual(names.slice(-5), file.hasLatest ? marks : [...names.slice(-5, -1), '削除フラグ'])
      assert.equal(names.includes('最新フラグ'), file.hasLatest)
    })

    test('its key is required, readable and fit for naming a row', () => {
      for (const name of file.key) {
        const column = named(name)
        assert.ok(column.required, name)
        assert.ok(!column.sealed, name)
        assert.ok(['digits', 'integer', 'code', 'text', 'hex', 'year'].includes(column.kind), name)
        // Without a table a code is any text, and could hold what stands between the fields of a key.
        assert.ok(column.kind !== 'code' || column.codes !== undefined, name)
      }
      assert.ok(file.history.every((name) => file.key.includes(name) && named(name).kind === 'integer'))
    })

    test('says whose each row is', () => {
      const column = named(file.residentNo)
      assert.deepEqual([column.kind, column.maxLength, column.sealed], ['digits', 15, false])
    })

    test('keeps nothing in clear that identifies a person', () => {
      for (const name of file.clear) {
        const column = named(name)
        assert.ok(!column.sealed, name)
        if (column.kind === 'code') continue
        assert.doesNotMatch(
          name,
          /氏名|旧氏|通称|フリガナ|振り仮名|番地|方書|個人番号|住民票コード|金額|税額|印影/,
        )
      }
      for (const { name, sealed, kind } of file.columns)
        if (
          /氏名|^旧氏|^通称|_番地号表記|方書$|^個人番号|^住民票コード|本籍|筆頭者/.test(name) &&
          kind !== 'code'
        )
          assert.ok(sealed, name)
    })

    test('has what each kind of column needs', () => {
      for (const [i, column] of file.columns.entries()) {
        const { name, kind, maxLength, codes, min, max, scale, requiredWhen } = column
        assert.ok(maxLength >= 1 && maxLength <= 65_536, name)
        for (const value of Object.keys(codes ?? {})) assert.ok(value.length <= maxLength, `${name} ${value}`)
        if (kind === 'uncertain-date') {
          assert.equal(file.columns[i + 1]!.name, `${name}_不詳フラグ`)
          assert.equal(file.columns[i + 2]!.name, `${name}_不詳表記`)
        }
        if (kind === 'decimal') assert.ok(scale !== undefined && min !== undefined && max !== undefined, name)
        if (requiredWhen !== undefined) {
          assert.ok(!column.required, name)
          const when = named(requiredWhen.column)
          const possible = when.kind === 'flag' ? ['0', '1'] : Object.keys(when.codes!)
          assert.ok(
            requiredWhen.values.every((value) => possible.includes(value)),
            name,
          )
        }
      }
      for (const name of file.periods.flat()) assert.equal(named(name).kind, 'date')
      assert.ok(file.source !== '' && file.about !== '')
    })
  })
}

test('rows are the history of one thing when they differ in nothing but what counts changes', () => {
  const scopes = (business: keyof typeof fileInterfaces): string[] =>
    scopePositions(fileInterfaces[business]).map((i) => fileInterfaces[business].columns[i]!.name)
  assert.deepEqual(scopes('residents'), ['宛名番号'])
  assert.deepEqual(scopes('nursing-care'), ['宛名番号', '介護保険者番号', '被保険者番号'])
  assert.deepEqual(scopes('tax-payments'), ['宛名番号', '課税年度', '税目'])
  assert.deepEqual(scopes('card-serials'), ['発行者鍵識別子', 'シリアル番号'])
})

/** A version that towns send may not change under them: another column is another version. */
test('the first version of 住民情報 has the columns it was published with', () => {
  const { columns } = interfaceVersions('residents')[0]!.file
  assert.equal(columns.length, 123)
  assert.equal(
    createHash('sha256')
      .update(columns.map(({ name }) => name).join('\n'))
      .digest('hex'),
    'f1b2666f4f292146a2c6622e89c492e29f0ba2a849bff74eab74caea0d66b618',
  )
})

/** `domain` §1.3, §1.5, §1.6: what a certificate cannot be printed without. */
test('what certificates print can be sent', () => {
  const printed = {
    residents: [
      '氏_振り仮名',
      '名_振り仮名',
      '本籍',
      '筆頭者',
      '住民票コード',
      '住所を定めた年月日',
      '転入前住所_町字',
    ],
    seals: ['印影', '印影_幅mm', '印影_高さmm', '登録氏名', '登録状態'],
    'tax-assessments': [
      '課税年度',
      '市町村民税_所得割額',
      '都道府県民税_均等割額',
      '森林環境税額',
      '年税額',
      '賦課期日住所_町字',
    ],
    'tax-incomes': [
      '給与収入額',
      '合計所得金額',
      '控除額_基礎',
      '扶養人数_同居老親等',
      '扶養人数_16歳未満',
      '本人該当_障害者',
    ],
    'tax-payments': ['課税額', '納付済額', '未納額', '納期未到来額'],
  } as const
  for (const [business, names] of Object.entries(printed))
    for (const name of names) assert.ok(indexer(business as keyof typeof printed)(name) > 0)
})

test('an empty row has a place for each column, and a wrong name is noticed', () => {
  for (const business of businesses) {
    assert.equal(emptyRow(business).length, fileInterfaces[business].columns.length)
    assert.throws(() => indexer(business)('電話番号'))
  }
})
