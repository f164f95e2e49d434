import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { plainDate } from '@open-bcl/core/dates.ts'
import {
  accountFaults,
  readZengin,
  spoilt,
  sameHolder,
  toZenginKana,
  zenginFile,
  type Remitter,
  type Transfer,
} from './zengin.ts'

const remitter: Remitter = {
  code: '1234567890',
  name: 'ヒダシ カイケイカンリシャ',
  bankCode: '0153',
  bankName: 'ジュウロク',
  branchCode: '401',
  branchName: 'フルカワ',
  accountType: '1',
  accountNo: '0001234',
}
const transfer = (over: Partial<Transfer> = {}): Transfer => ({
  bankCode: '0153',
  bankName: 'ジュウロク',
  branchCode: '402',
  branchName: 'タカヤマ',
  accountType: '1',
  accountNo: '7654321',
  holder: 'サトウ ウメコ',
  amountYen: 187_500,
  reference: '17',
  ...over,
})

test('names are folded to the letters of the file, and kanji are never guessed', () => {
  assert.equal(toZenginKana('さとう　うめこ'), 'ｻﾄｳ ｳﾒｺ')
  assert.equal(toZenginKana('ヴァンダー・ジョー'), 'ｳﾞｱﾝﾀﾞ-.ｼﾞﾖ-')
  assert.equal(toZenginKana('ﾊﾟﾋﾟ ｯ'), 'ﾊﾟﾋﾟ ﾂ')
  assert.equal(toZenginKana('ｶ)ﾋﾀﾞ'), 'ｶ)ﾋﾀﾞ')
  assert.equal(toZenginKana('nguyen van a'), 'NGUYEN VAN A')
  assert.equal(toZenginKana('佐藤 梅子'), null)
  assert.equal(toZenginKana(''), null)
  assert.equal(sameHolder('ｻﾄｳ ｳﾒｺ', 'ｻﾄｳｳﾒｺ'), true)
  assert.equal(sameHolder('ｻﾄｳ ｳﾒｺ', 'ｻﾄｳ ﾀﾛｳ'), false)
})

test('a file is 120 bytes a record, and every field stands where the bank reads it', () => {
  const bytes = zenginFile(remitter, plainDate('2026-12-05'), [
    transfer(),
    transfer({ amountYen: 812_500, reference: '18' }),
  ])
  assert.equal(bytes.length, 5 * 122)
  const latin = Buffer.from(bytes).toString('latin1').split('\r\n')
  assert.deepEqual(
    latin.map((row) => row.length),
    [120, 120, 120, 120, 120, 0],
  )
  assert.equal(latin[0]!.slice(0, 14), '12101234567890')
  assert.equal(latin[0]!.slice(54, 62), '12050153')
  assert.equal(latin[0]!.slice(95, 103), '10001234')
  assert.equal(latin[1]!.slice(0, 5), '20153')
  assert.equal(latin[1]!.slice(42, 50), '17654321')
  assert.equal(latin[1]!.slice(80, 101), '000018750000000000017')
  assert.equal(latin[1]![111], '7')
  assert.equal(latin[3]!.slice(0, 19), '8000002000001000000')
  // ｻ of JIS X 0201
  assert.equal(bytes[122 + 50], 0xbb)
  const read = readZengin(bytes)
  assert.deepEqual([read.count, read.totalYen], [2, 1_000_000])
  assert.deepEqual(read.transfers[0], { holder: 'ｻﾄｳ ｳﾒｺ', amountYen: 187_500, reference: '0000000017' })
})

test('an account that a bank would refuse is told by its field', () => {
  const of = (over: object) => accountFaults({ ...transfer(), ...over }).map(({ field }) => field)
  assert.deepEqual(of({}), [])
  assert.deepEqual(of({ bankCode: '153' }), ['bankCode'])
  assert.deepEqual(of({ branchCode: 'ABC' }), ['branchCode'])
  assert.deepEqual(of({ accountNo: '123456' }), ['accountNo'])
  assert.deepEqual(of({ accountNo: '0000000' }), ['accountNo'])
  assert.deepEqual(of({ holder: '佐藤 梅子' }), ['holder'])
  assert.deepEqual(of({ holder: 'ア'.repeat(31) }), ['holder'])
  // Voiced marks are letters of their own: sixteen of them make 32.
  assert.deepEqual(of({ holder: 'ガ'.repeat(16) }), ['holder'])
  assert.deepEqual(of({ bankName: 'ジュウロクギンコウホンテンマエ' }), ['bankName'])
  assert.deepEqual(of({ bankCode: '9900', branchCode: '018' }), [])
  assert.deepEqual(of({ bankCode: '9900', branchCode: '010' }), ['branchCode'])
})

test('what is put in is read out, and what does not fit makes no file', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9_999_999_999 }), { maxLength: 30 }), (sums) => {
      const read = readZengin(
        zenginFile(
          remitter,
          plainDate('2026-12-05'),
          sums.map((amountYen, i) => transfer({ amountYen, reference: String(i) })),
        ),
      )
      assert.equal(
        read.totalYen,
        sums.reduce((a, b) => a + b, 0),
      )
      assert.deepEqual(
        read.transfers.map(({ amountYen }) => amountYen),
        sums,
      )
    }),
  )
  for (const wrong of [
    { amountYen: 0 },
    { amountYen: 10_000_000_000 },
    { amountYen: 1.5 },
    { holder: '佐藤' },
    { branchCode: '1234' },
  ])
    assert.throws(() => zenginFile(remitter, plainDate('2026-12-05'), [transfer(wrong)]), RangeError)
})

test('the file of a practice is none to a bank', () => {
  const bytes = spoilt(zenginFile(remitter, plainDate('2026-12-05'), [transfer()]))
  const rows = Buffer.from(bytes).toString('latin1').split('\r\n')
  assert.deepEqual(
    rows.map((row) => row.length),
    [125, 125, 125, 125, 0],
  )
  assert.ok(rows.slice(0, 4).every((row) => !/^[1289]/.test(row)))
  assert.throws(() => readZengin(bytes))
})
