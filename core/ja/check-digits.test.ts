import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  hasResidentNoCheckDigit,
  isCorporateNumber,
  isMunicipalityCode,
  isMyNumber,
  isResidentRecordCode,
  makeCorporateNumber,
  makeMunicipalityCode,
  makeMyNumber,
  makeResidentNo,
  makeResidentRecordCode,
} from './check-digits.ts'

test('published fictitious 個人番号 are told from wrong ones', () => {
  for (const good of [
    '123456789018',
    '123456789000',
    '379474484458',
    '454972364860',
    '507957100721',
    '234567890121',
    '111111111118',
  ]) {
    assert.equal(isMyNumber(good), true, good)
  }
  for (const bad of [
    '123456789012',
    '507957100722',
    '000000000000',
    '12345678901',
    '1234567890189',
    '12345678901x',
    '１23456789018',
    '',
  ]) {
    assert.equal(isMyNumber(bad), false, bad)
  }
})

test('住民票コード are told from wrong ones', () => {
  for (const good of [
    '24727059608',
    '24846016224',
    '25208017643',
    '12345678903',
    '98765432103',
    '11111111113',
    '20000000001',
  ]) {
    assert.equal(isResidentRecordCode(good), true, good)
  }
  for (const bad of ['25208017644', '2520801764', '']) assert.equal(isResidentRecordCode(bad), false, bad)
})

test('codes of real municipalities are right and a changed digit is not', () => {
  const real = [
    '011002',
    '131016',
    '141003',
    '271004',
    '012025',
    '132217',
    '372013',
    '382141',
    '473812',
    '131024',
    '212172',
    '212032',
  ]
  for (const good of real) assert.equal(isMunicipalityCode(good), true, good)
  for (const bad of ['131025', '21217', '212173', '']) assert.equal(isMunicipalityCode(bad), false, bad)
})

test('法人番号 carry their check digit in front', () => {
  for (const good of ['7000012050002', '8000020130001', '1180301018771'])
    assert.equal(isCorporateNumber(good), true, good)
  for (const bad of ['2180301018771', '700001205000', '']) assert.equal(isCorporateNumber(bad), false, bad)
})

test('宛名番号 get the check digit of M11W2～7', () => {
  assert.equal(makeResidentNo('22420700000001'), '224207000000018')
  assert.equal(makeResidentNo('12345678901234'), '123456789012340')
  assert.equal(makeResidentNo('000000000001'), '0000000000019')
  assert.equal(makeResidentNo('000000000012'), '0000000000124')
  assert.equal(hasResidentNoCheckDigit('224207000000018'), true)
  assert.equal(hasResidentNoCheckDigit('224207000000017'), false)
})

test('a body whose remainder is 1 is never issued', () => {
  // 6 x 2 = 12, remainder 1.
  assert.equal(makeResidentNo('6'), null)
  for (let digit = 0; digit <= 9; digit++) assert.equal(hasResidentNoCheckDigit(`6${digit}`), false)
})

test('a made number is right, and one changed digit of it is caught', () => {
  const digits = (length: number): fc.Arbitrary<string> =>
    fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
      .map((list) => list.join(''))
  fc.assert(
    fc.property(digits(11), (body) => assert.equal(isMyNumber(makeMyNumber(body)), !/^0+$/.test(body))),
  )
  fc.assert(
    fc.property(digits(10), (body) => assert.equal(isResidentRecordCode(makeResidentRecordCode(body)), true)),
  )
  fc.assert(
    fc.property(digits(12), (body) => assert.equal(isCorporateNumber(makeCorporateNumber(body)), true)),
  )
  fc.assert(
    fc.property(digits(5), (body) => assert.equal(isMunicipalityCode(makeMunicipalityCode(body)), true)),
  )
  fc.assert(
    fc.property(
      digits(14),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 1, max: 9 }),
      (body, at, change) => {
        const made = makeResidentNo(body)
        if (made === null) return
        const digit = (Number(made[at]) + change) % 10
        assert.equal(hasResidentNoCheckDigit(`${made.slice(0, at)}${digit}${made.slice(at + 1)}`), false)
      },
    ),
  )
})
