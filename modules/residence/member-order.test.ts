import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainDate } from '@open-bcl/core/dates.ts'
import fc from 'fast-check'
import { orderMembers, type Placed } from './member-order.ts'

let number = 0
const member = (relationText: string, birth: string | null, over: Partial<Placed> = {}): Placed => ({
  residentNo: String(++number).padStart(3, '0'),
  relationText,
  sex: '3',
  birth: { on: birth === null ? null : plainDate(birth), uncertain: birth === null, text: null },
  name: '多賀　某',
  domicileHead: '',
  order: null,
  ...over,
})
/** Orders them from the worst start, and says who stands where. */
const ordered = (...members: Placed[]): string[] =>
  orderMembers(members.toReversed()).map(({ relationText, name }) => `${relationText} ${name.split('　')[1]}`)

const named = (name: string, over: Partial<Placed> = {}): Partial<Placed> => ({ name, ...over })

test('世帯主, spouse, children by birth date, then 宛名番号 for twins', () => {
  assert.deepEqual(
    ordered(
      member('子', '2018-09-09', named('佐藤　光')),
      member('子', '2018-09-09', named('佐藤　灯')),
      member('子', '2010-06-01', named('佐藤　一郎')),
      member('妻', '1980-02-29', named('佐藤　花子')),
      member('世帯主', '1978-05-12', named('佐藤　太郎')),
    ),
    ['世帯主 太郎', '妻 花子', '子 一郎', '子 光', '子 灯'],
  )
})

test('a child with a family of its own stands after the others, with spouse and children', () => {
  assert.deepEqual(
    ordered(
      member('世帯主', '1965-04-02', named('多賀　大介')),
      member('妻', '1967-11-11', named('多賀　玲子')),
      member('父', '1938-08-08', named('多賀　惣次郎')),
      member('母', '1940-05-30', named('多賀　キク')),
      member('子', '1990-07-17', named('多賀　健太', { sex: '1' })),
      member('子の妻', '1992-02-14', named('多賀　舞')),
      member('子の子', '2016-06-18', named('多賀　澪')),
      member('子の子', '2014-03-03', named('多賀　蓮')),
      member('子', '1986-10-01', named('多賀　彩', { sex: '2' })),
      member('弟', '1970-01-19', named('多賀　二郎')),
    ),
    [
      ...['世帯主 大介', '妻 玲子', '子 彩'],
      ...['子 健太', '子の妻 舞', '子の子 蓮', '子の子 澪'],
      ...['父 惣次郎', '母 キク', '弟 二郎'],
    ],
  )
})

test('of two such families each keeps its own, by 筆頭者 or by family name, the elder child first', () => {
  assert.deepEqual(
    ordered(
      member('世帯主', '1940-01-01', named('多賀　翁')),
      member('子', '1970-01-01', named('多賀　長男', { domicileHead: '多賀　長男' })),
      member('子の妻', '1975-01-01', named('多賀　長男妻', { domicileHead: '多賀　長男' })),
      member('子の子', '2003-01-01', named('多賀　長男子', { domicileHead: '多賀　長男' })),
      member('子', '1968-01-01', named('森　長女', { domicileHead: '森　婿' })),
      member('子の夫', '1960-01-01', named('森　婿', { domicileHead: '森　婿' })),
      member('子の子', '2001-01-01', named('森　長女子', { domicileHead: '森　婿' })),
      member('子の子', '1995-01-01', named('森　無籍子')),
    ),
    [
      '世帯主 翁',
      ...['子 長女', '子の夫 婿', '子の子 無籍子', '子の子 長女子'],
      ...['子 長男', '子の妻 長男妻', '子の子 長男子'],
    ],
  )
})

test('an adopted son-in-law stands where a son-in-law stands', () => {
  assert.deepEqual(
    ordered(
      member('世帯主', '1940-01-01', named('多賀　翁')),
      member('子（子の夫）', '1968-01-01', named('多賀　婿')),
      member('子', '1970-01-01', named('多賀　長女')),
      member('子の子', '2001-01-01', named('多賀　孫')),
      member('子', '1975-01-01', named('多賀　次女')),
    ),
    ['世帯主 翁', '子 次女', '子 長女', '子（子の夫） 婿', '子の子 孫'],
  )
})

test('parents with 筆頭者 first, siblings, grandparents; the spouse’s side after them, then relatives, 縁故者, 同居人', () => {
  assert.deepEqual(
    ordered(
      member('世帯主', '1970-01-01', named('多賀　主')),
      member('母', '1940-01-01', named('多賀　母', { domicileHead: '多賀　父' })),
      member('父', '1945-01-01', named('多賀　父', { domicileHead: '多賀　父' })),
      member('姉', '1965-01-01', named('多賀　姉')),
      member('父の母', '1915-01-01', named('多賀　祖母')),
      member('妻の母', '1944-01-01', named('森　義母')),
      member('妻の妹', '1980-01-01', named('森　義妹')),
      member('妻の父の母', '1914-01-01', named('森　義祖母')),
      member('同居人', '1950-01-01', named('林　同居')),
      member('縁故者', '1990-01-01', named('林　縁故')),
      member('弟の子', '2005-01-01', named('多賀　甥')),
      member('弟の妻', '1979-01-01', named('多賀　弟嫁')),
    ),
    [
      ...['世帯主 主', '父 父', '母 母', '姉 姉', '父の母 祖母'],
      ...['妻の母 義母', '妻の妹 義妹', '妻の父の母 義祖母'],
      ...['弟の妻 弟嫁', '弟の子 甥', '縁故者 縁故', '同居人 同居'],
    ],
  )
})

test('the order the mayor set wins; whom it does not name comes after', () => {
  assert.deepEqual(
    ordered(
      member('世帯主', '1970-01-01', named('多賀　主', { order: 2 })),
      member('母', '1940-01-01', named('多賀　母', { order: 1 })),
      member('子', '2001-01-01', named('多賀　下')),
      member('子', '1999-01-01', named('多賀　上')),
    ),
    ['母 母', '世帯主 主', '子 上', '子 下'],
  )
})

const words = [
  '世帯主',
  '夫',
  '妻',
  '妻（未届）',
  '子',
  '子（子の夫）',
  '父',
  '母',
  '兄',
  '妹',
  '縁故者',
  '同居人',
  '不明',
]
const household = fc.array(
  fc.record({
    relationText: fc
      .array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 })
      .map((chain) => chain.join('の')),
    birth: fc.option(fc.integer({ min: 1900, max: 2026 }).map((year) => `${year}-01-01`)),
    name: fc.constantFrom('多賀　某', '森　某', ''),
    domicileHead: fc.constantFrom('', '多賀　某', '森　某'),
    sex: fc.constantFrom('1' as const, '2' as const, '3' as const),
    order: fc.option(fc.integer({ min: 0, max: 5 })),
  }),
  { maxLength: 14 },
)

test('whatever the register says, everybody stands there once, and the order does not hang on where it began', () => {
  fc.assert(
    fc.property(household, fc.infiniteStream(fc.nat()), (people, noise) => {
      const members = people.map(({ relationText, birth, ...over }) => member(relationText, birth, over))
      const once = orderMembers(members)
      assert.deepEqual(new Set(once), new Set(members))
      assert.equal(once.length, members.length)
      const shuffled = members
        .map((one) => [noise.next().value, one] as const)
        .toSorted(([a], [b]) => a - b)
        .map(([, one]) => one)
      assert.deepEqual(orderMembers(shuffled), once)
    }),
  )
})
