import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvOfList, inOrder, type ListedPerson } from './emergency.ts'

const person = (over: Partial<ListedPerson>): ListedPerson => ({
  ...{
    residentNo: '1',
    householdNo: '10',
    name: '佐藤　太郎',
    kana: 'サトウ　タロウ',
    birthOn: '1950-03-04',
  },
  ...{ birthText: null, sexText: '男', relation: '世帯主', address: '飛騨市古川町1番1号', area: '古川町' },
  ...{ districts: ['01'] },
  ...over,
})

test('members of a household stand together, and nobody is lost in any order', () => {
  const people = [
    person({ residentNo: '3', householdNo: '20', kana: 'ア', address: null }),
    person({ residentNo: '2', householdNo: '10', kana: 'ウ', address: 'い' }),
    person({ residentNo: '1', householdNo: null, kana: 'イ', address: 'あ' }),
    person({ residentNo: '4', householdNo: '10', kana: 'ア', address: 'い' }),
  ]
  const numbers = (order: Parameters<typeof inOrder>[1]) =>
    inOrder(people, order).map(({ residentNo }) => residentNo)
  assert.deepEqual(numbers('household'), ['2', '4', '3', '1'])
  assert.deepEqual(numbers('kana'), ['3', '4', '1', '2'])
  assert.deepEqual(numbers('address'), ['1', '2', '4', '3'])
})

test('nothing in the saved list can be taken for a formula, and a protected address is said to be withheld', () => {
  const lines = csvOfList([
    person({
      name: '=HYPERLINK("http://example.invalid","x")',
      kana: '+81',
      relation: '-1',
      address: '@SUM(A1)',
    }),
    person({ name: '"引用", 太郎', address: null, birthText: '不詳' }),
  ]).split('\r\n')
  assert.equal(lines.length, 4)
  assert.ok(lines[0]!.startsWith('\uFEFF"世帯番号"'))
  assert.ok(lines[1]!.includes(`"'=HYPERLINK(""http://example.invalid"",""x"")","'+81"`))
  assert.ok(lines[1]!.includes(`"'-1","'@SUM(A1)"`))
  assert.ok(lines[2]!.includes('"""引用"", 太郎"') && lines[2]!.includes('"支援措置のため表示しません"'))
  assert.ok(lines[2]!.includes('"不詳"'))
})
