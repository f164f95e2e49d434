import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainDate } from '@open-bcl/core/dates.ts'
import { readOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'
import { readOneBitTiff } from '@open-bcl/platform/pdf/one-bit-tiff.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { squareTiff } from '../interfaces/testing/pictures.ts'
import { cutSeal, faultOfSeals, isInForce, nameFaults, underFifteen, type Dots, type Seal } from './seals.ts'
import { ringPicture, wholeRing } from './testing/pictures.ts'

const today = plainDate('2026-11-21')
const on = (day: string) => ({ on: plainDate(day), uncertain: false, text: null })
const { people } = makeTown({ households: 70 })

const seal: Seal = {
  state: 'registered',
  registeredOn: on('2020-04-01'),
  cancelledOn: null,
  nameKind: '1',
  name: people['satoTaro']!.name.full,
  katakana: '',
  widthMm: 13.5,
  heightMm: 13.5,
  picture: Buffer.from(wholeRing(319), 'base64'),
}

test('a seal stands from its registration until its cancellation, and not while suspended', () => {
  const cases: readonly (readonly [boolean, Partial<Seal>])[] = [
    [true, {}],
    [true, { registeredOn: on('2026-11-21') }],
    [false, { registeredOn: on('2026-11-22') }],
    // An uncertain day lies in the past.
    [true, { registeredOn: { on: null, uncertain: true, text: '昭和50年頃' } }],
    [true, { cancelledOn: plainDate('2026-11-22') }],
    [false, { cancelledOn: today }],
    [false, { cancelledOn: plainDate('2026-11-20') }],
    [false, { state: 'cancelled' }],
    [false, { state: 'suspended' }],
  ]
  for (const [expected, over] of cases) assert.equal(isInForce({ ...seal, ...over }, today), expected)
})

test('one seal in force and no other number of them', () => {
  const cases: readonly (readonly [number | null, number, number, boolean])[] = [
    [null, 1, 0, true],
    [null, 1, 3, true],
    [305, 0, 0, false],
    [306, 0, 1, true],
    [306, 0, 0, true],
    [311, 2, 0, true],
    [311, 3, 1, true],
  ]
  for (const [code, inForce, others, had] of cases)
    assert.equal(faultOfSeals(inForce, others, had)?.code ?? null, code, `${inForce} ${others} ${had}`)
})

test('15 is reached the day before the birthday; who is of unknown age is no child', () => {
  const record = people['satoTaro']!
  const young = (birth: string | null) =>
    underFifteen(today).holds(
      { ...record, birth: birth === null ? { on: null, uncertain: true, text: '不詳' } : on(birth) },
      'counter',
    )
  assert.deepEqual(['2011-11-23', '2011-11-22', '1950-01-01', null].map(young), [true, false, false, false])
})

test('登録氏名 and 住民記録 say the same name, in any spelling; else nobody is certified', () => {
  const holds = (over: Partial<Seal>, key: string): boolean[] =>
    nameFaults.map((fault) => fault.holds({ ...seal, ...over }, people[key]!))
  const none = [false, false, false, false]
  assert.deepEqual(holds({}, 'satoTaro'), none)
  assert.deepEqual(holds({ name: people['satoTaro']!.name.full.replace('　', '') }, 'satoTaro'), none)
  assert.deepEqual(holds({ name: '葛城　正雄' }, 'satoTaro'), [true, false, false, false])
  assert.deepEqual(holds({ nameKind: '2' }, 'satoTaro'), [false, true, false, false])
  assert.deepEqual(holds({ nameKind: '4', name: '何でも' }, 'takahashiYumi'), none)
  assert.deepEqual(holds({ nameKind: '3' }, 'satoTaro'), [false, false, true, false])
  assert.deepEqual(holds({ nameKind: '5' }, 'santosMaria'), none)
  assert.deepEqual(holds({ nameKind: '1', name: '王美玲' }, 'wangMeiling'), none)
  assert.deepEqual(holds({ nameKind: '6' }, 'nguyenVanAn'), [false, false, false, true])
  assert.deepEqual(holds({ nameKind: '6', katakana: 'グエン' }, 'nguyenVanAn'), none)
})

const dots = (picture: string): Dots => {
  const read = readOneBitPng(Buffer.from(picture, 'base64'))
  assert.ok(!('fault' in read))
  return read
}

test('the seal is cut out of its picture at its true size, wherever it stands in it', () => {
  const ring = { left: 700, top: 0, width: 236, height: 354 }
  const cut = cutSeal(dots(ringPicture(945, 945, ring)), { widthMm: 40, heightMm: 40 })
  assert.ok(!('fault' in cut))
  assert.deepEqual([cut.width, cut.height], [236, 354])
  assert.ok(Math.abs(cut.widthMm - 9.99) < 0.01 && Math.abs(cut.heightMm - 14.98) < 0.01)
  const whole = dots(ringPicture(945, 945, ring))
  for (let y = 0; y < cut.height; y += 7)
    for (let x = 0; x < cut.width; x += 3) assert.equal(cut.isInked(x, y), whole.isInked(x + 700, y))
})

test('a size or a picture that cannot be right is refused', () => {
  const ink = (isInked: Dots['isInked']): Dots => ({ width: 100, height: 100, isInked })
  const whole = dots(wholeRing(200))
  const fault = (picture: Dots, widthMm: number, heightMm = widthMm): string => {
    const cut = cutSeal(picture, { widthMm, heightMm })
    return 'fault' in cut ? cut.fault : `${cut.widthMm} × ${cut.heightMm}`
  }
  const cases: readonly (readonly [string, string])[] = [
    [
      'blank',
      fault(
        ink(() => false),
        13,
      ),
    ],
    [
      'all-ink',
      fault(
        ink(() => true),
        13,
      ),
    ],
    ['too-small', fault(whole, 7.9)],
    ['too-small', fault(whole, 8)],
    ['8.1 × 8.1', fault(whole, 8.1)],
    ['25 × 25', fault(whole, 25)],
    ['too-large', fault(whole, 25.1)],
    ['too-large', fault(whole, 40)],
    ['scale', fault(whole, 13, 15)],
    ['scale', fault(whole, 0)],
    // Narrow but long: it does not fit into the square of 8 mm.
    ['6 × 12', fault(dots(ringPicture(100, 200, { left: 0, top: 0, width: 100, height: 200 })), 6, 12)],
  ]
  for (const [expected, found] of cases) assert.equal(found, expected)
})

test('the black square that the samples of the link send as TIFF is cut out at its size', () => {
  assert.deepEqual(readOneBitPng(squareTiff()), { fault: 'not-png' })
  const read = readOneBitTiff(squareTiff())
  assert.ok(!('fault' in read))
  const cut = cutSeal(read, { widthMm: 20, heightMm: 20 })
  assert.ok(!('fault' in cut))
  assert.deepEqual([cut.width, cut.height, cut.widthMm], [8, 8, 10])
})
