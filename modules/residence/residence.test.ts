import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeTown } from '@open-bcl/demo/town.ts'
import fc from 'fast-check'
import { settleChoices } from '../certificates/choices.ts'
import { paper } from '../certificates/golden/cases.ts'
import { printedWords } from '../certificates/paper.ts'
import {
  EMPTY,
  OMITTED,
  residenceBody,
  type Item,
  type ResidenceFacts,
} from '../certificates/papers/residence.ts'
import { noCopyItems, type Reading, type ResidentRecord } from '../residents/residents.ts'
import { demonstrationStatusWords as statusWords } from './residence.codes.ts'
import { inOrder, residenceFacts } from './residence.facts.ts'
import { askedOf, choicesOf, faultsOfPaper, options, type Asked, type ResidenceKind } from './residence.ts'

const town = makeTown({ households: 400 })
const person = (key: string): ResidentRecord => town.people[key]!
const householdOf = (record: ResidentRecord): ResidentRecord[] =>
  town.residents.filter(
    ({ householdNo, state }) => householdNo === record.householdNo && state === 'resident',
  )

const asked = (over: Partial<Asked> = {}): Asked => ({
  members: [],
  form: 'joint',
  items: new Set(),
  building: true,
  ...over,
})
const everything: ReadonlySet<Item> = new Set(options.flatMap(({ items }) => items))

const factsOf = (
  chosen: readonly ResidentRecord[],
  over: Partial<Asked> = {},
  kind: ResidenceKind = 'juminhyo',
): ResidenceFacts =>
  residenceFacts(kind, { chosen, whole: true, headName: '頭　主', asked: asked(over), statusWords })
const wordsOf = (facts: ResidenceFacts): string[][] => printedWords(paper, residenceBody(facts, paper).pages)
const memberOf = (record: ResidentRecord, over: Partial<Asked> = {}, kind?: ResidenceKind) =>
  factsOf([record], over, kind).members[0]!

describe('what is printed', () => {
  test('without a special request everything sensitive is omitted, and address, dates and names stand there', () => {
    const member = memberOf(person('satoHanako'))
    assert.deepEqual(
      [
        member.relation,
        member.domicile,
        member.domicileHead,
        member.recordCode,
        member.myNumber,
        member.addressWithin,
      ],
      Array.from({ length: 6 }, () => OMITTED),
    )
    assert.equal(member.name, '佐藤　花子')
    assert.equal(member.birth, '昭和５５年２月２９日')
    assert.equal(member.since, '平成１８年４月１日')
    assert.equal(member.addressBefore, '富山県富山市新桜町7番38号')
    assert.equal(factsOf([person('satoHanako')]).head, OMITTED)
  })

  test('個人番号 is on no paper, whatever is asked for', () => {
    const numbers = [...town.myNumbers.values()]
    for (const key of Object.keys(town.people)) {
      const words = wordsOf(factsOf([person(key)], { items: everything })).flat()
      assert.ok(!numbers.some((number) => words.some((word) => word.includes(number))), key)
    }
  })

  test('振り仮名: confirmed is printed, provisional and missing are 【空欄】, a foreign name has none', () => {
    const taro = person('satoTaro')
    const withState = (state: Reading['state']): ResidentRecord => {
      const reading = (text: string): Reading => ({ text, state })
      return {
        ...taro,
        copy: { ...taro.copy, familyReading: reading('カリノ'), givenReading: reading('ヨミ') },
      }
    }
    assert.equal(memberOf(withState('confirmed')).reading, 'カリノ　ヨミ')
    assert.equal(memberOf(withState('provisional')).reading, EMPTY)
    assert.ok(
      !wordsOf(factsOf([withState('provisional')], { items: everything }))
        .flat()
        .join()
        .includes('カリノ'),
    )
    assert.equal(memberOf({ ...taro, copy: noCopyItems }).reading, EMPTY)
    assert.equal(memberOf(person('santosMaria')).reading, '＊＊＊')
  })

  test('旧氏 and 通称 stand where they are, never asked for; who has none has ＊＊＊', () => {
    const yumi = memberOf(person('takahashiYumi'))
    assert.deepEqual([yumi.former, yumi.formerReading], ['山﨑', 'ヤマザキ'])
    assert.equal(memberOf(person('satoTaro')).former, '＊＊＊')
    const kim = memberOf(person('kimSunho'))
    assert.deepEqual([kim.name, kim.alias, kim.former], ['KIM SUNHO\n金　順浩', '金田　順一', '＊＊＊'])
    assert.equal(memberOf(person('nguyenVanAn')).alias, '＊＊＊')
  })

  test('和暦 everywhere, but 西暦 for a foreign resident’s birth and 満了の日', () => {
    const maria = memberOf(person('santosMaria'), { items: everything })
    assert.deepEqual(
      [maria.birth, maria.since, maria.periodUntil, maria.period, maria.status, maria.article30_45],
      ['１９９４年１月２３日', '令和元年５月１日', '２０２８年３月３１日', '３年', '定住者', '中長期在留者'],
    )
    assert.equal(maria.domicile, '＊＊＊')
  })

  test('an uncertain date is the register’s own words', () => {
    assert.equal(memberOf(person('katsuragiMasao')).birth, '昭和26年2月29日')
    assert.equal(memberOf(person('furuiUme')).birth, '昭和7年頃')
    assert.equal(memberOf(person('furuiUme')).since, '年月日不詳')
  })

  test('特別永住者 have neither status nor period, and 永住者 no period', () => {
    const kim = memberOf(person('kimSunho'), { items: everything })
    assert.deepEqual(
      [kim.article30_45, kim.status, kim.period, kim.periodUntil],
      ['特別永住者', ...Array<string>(3).fill('＊＊＊')],
    )
    const wang = memberOf(person('wangMeiling'), { items: everything })
    assert.deepEqual([wang.status, wang.period, wang.periodUntil], ['永住者', '＊＊＊', '＊＊＊'])
  })

  test('方書 is omitted on 住民票記載事項証明書 alone', () => {
    const maria = person('santosMaria')
    const choices = { members: [maria.residentNo], building: 'no' }
    assert.ok(factsOf([maria], askedOf('juminhyo', choices)).address.includes('さくら寮'))
    assert.ok(!factsOf([maria], askedOf('kisai', choices), 'kisai').address.includes('さくら寮'))
    assert.ok(
      factsOf([maria], askedOf('kisai', { members: [maria.residentNo] }), 'kisai').address.includes(
        'さくら寮',
      ),
    )
  })

  test('住民票記載事項証明書 says name, birth, sex and address when nothing is asked for', () => {
    const hanako = memberOf(person('satoHanako'), {}, 'kisai')
    const said = Object.entries(hanako).filter(([, words]) => ![OMITTED, EMPTY, '＊＊＊'].includes(words))
    assert.deepEqual(said.map(([item]) => item).toSorted(), ['birth', 'grid', 'name', 'sex'])
  })

  test('転出先 of somebody who is about to leave is nowhere on the paper', () => {
    const leaving = person('leavingSoon')
    const words = wordsOf(factsOf([leaving], { items: everything }))
      .flat()
      .join()
    assert.ok(leaving.addressAfter !== '' && !words.includes('九段南'))
  })

  test('認証文: all members, some of them, 記載事項; on the last page only', () => {
    const household = householdOf(person('tagaDaisuke'))
    const sentenceOf = (whole: boolean, kind: ResidenceKind = 'juminhyo'): string =>
      residenceFacts(kind, { chosen: household, whole, headName: null, asked: asked(), statusWords })
        .certifyingSentence
    assert.match(sentenceOf(true), /世帯全員/)
    assert.match(sentenceOf(false), /世帯一部/)
    assert.doesNotMatch(sentenceOf(true, 'kisai'), /写し/)
    const pages = wordsOf(factsOf(household))
    assert.equal(pages.length, 3)
    assert.deepEqual(
      pages.map((words) => words.some((word) => word.includes('証明する'))),
      [false, false, true],
    )
  })
})

describe('any household, anything chosen', () => {
  const households = [...Map.groupBy(town.residents, ({ householdNo }) => householdNo).values()]
    .map((members) => members.filter(({ state }) => state === 'resident'))
    .filter((members) => members.length > 0)
  const request = fc.record({
    household: fc.constantFrom(...households),
    pick: fc.infiniteStream(fc.boolean()),
    names: fc.subarray(options.map(({ name }) => name)),
    form: fc.constantFrom('joint' as const, 'single' as const),
    kind: fc.constantFrom('juminhyo' as const, 'kisai' as const),
  })
  const settle = ({
    household,
    pick,
    names,
    form,
    kind,
  }: typeof request extends fc.Arbitrary<infer T> ? T : never) => {
    const some = household.filter(() => pick.next().value)
    const chosen = some.length > 0 ? some : household.slice(0, 1)
    const answers = Object.fromEntries(names.map((name) => [name, 'yes']))
    const offered = choicesOf(kind, inOrder(household), {
      residentNo: household[0]!.residentNo,
      channel: 'counter',
      codeAtKiosk: false,
    })
    const wanted = Object.fromEntries(
      Object.entries(answers).filter(([name]) => offered.some((choice) => choice.name === name)),
    )
    const members = chosen.map(({ residentNo }) => residentNo)
    const choices = settleChoices(offered, { ...wanted, members, form })!
    const asked = askedOf(kind, choices)
    const facts = residenceFacts(kind, {
      chosen: asked.members.map((no) => household.find(({ residentNo }) => residentNo === no)!),
      whole: chosen.length === household.length,
      headName: '頭　主',
      asked,
      statusWords,
    })
    return { chosen, facts, asked, pages: wordsOf(facts) }
  }

  test('every chosen member stands there once, in one order, on as many pages as they need, and nobody else', () => {
    fc.assert(
      fc.property(request, (one) => {
        const { chosen, facts, pages } = settle(one)
        const whole = inOrder(one.household)
        assert.deepEqual(
          facts.members.map(({ name }) => name.split('\n')[0]!),
          whole.filter((record) => chosen.includes(record)).map(({ name }) => name.full),
        )
        assert.equal(pages.length, Math.ceil(chosen.length / (one.form === 'joint' ? 4 : 1)))
        // A name may be that of another item of somebody chosen (筆頭者); without those nobody else is named.
        const words = pages.flat()
        const mine = new Set(chosen.flatMap(({ name, copy }) => [name.full, copy.domicileHead]))
        const strangers = one.household.filter(({ name }) => !mine.has(name.full))
        for (const { name } of strangers) assert.ok(!words.includes(name.full), name.full)
      }),
    )
  })

  test('nothing that was not asked for is on the paper', () => {
    fc.assert(
      fc.property(request, (one) => {
        const settled = settle(one)
        const words = settled.pages.flat()
        const absent = (item: Item, values: readonly string[], asIs = false): void => {
          if (settled.asked.items.has(item)) return
          for (const value of values)
            if (value !== '')
              assert.ok(asIs ? !words.includes(value) : !words.some((word) => word.includes(value)), item)
        }
        for (const { copy, foreign } of settled.chosen) {
          absent('recordCode', [copy.recordCode])
          absent('domicile', [copy.domicile])
          absent('addressWithin', [copy.addressWithin])
          if (foreign === null) continue
          absent('cardNo', [foreign.cardNo])
          // 国名 may be a 転入前住所.
          absent('nationality', foreign.nationality === 'フィリピン' ? [] : [foreign.nationality])
          absent('status', [statusWords[foreign.statusOfResidence] ?? ''])
        }
        if (!settled.asked.items.has('relation')) assert.ok(!words.includes('頭　主'))
        for (const member of settled.facts.members) {
          for (const item of everything) {
            const omitted = [OMITTED, '＊＊＊'].includes(member[item])
            const optional = options.some(
              ({ items, kinds }) => items.includes(item) && kinds.includes(one.kind),
            )
            if (optional && !settled.asked.items.has(item)) assert.ok(omitted, item)
          }
        }
      }),
    )
  })
})

describe('what may be chosen', () => {
  const mixed = householdOf(person('silvaAna'))
  const offered = (
    channel: 'counter' | 'kiosk',
    codeAtKiosk = false,
    members = mixed,
    kind: ResidenceKind = 'juminhyo',
  ) =>
    choicesOf(kind, members, { residentNo: members[0]!.residentNo, channel, codeAtKiosk }).map(
      ({ name }) => name,
    )

  test('nothing said: the one who asks, 世帯連記式, nothing sensitive', () => {
    const settled = settleChoices(
      choicesOf('juminhyo', mixed, { residentNo: mixed[0]!.residentNo, channel: 'kiosk', codeAtKiosk: true }),
      {},
    )!
    assert.deepEqual(askedOf('juminhyo', settled), asked({ members: [mixed[0]!.residentNo] }))
  })

  test('住民票コード at a kiosk only where the town says so; 個人番号 nowhere', () => {
    assert.ok(offered('counter').includes('recordCode'))
    assert.ok(!offered('kiosk').includes('recordCode'))
    assert.ok(offered('kiosk', true).includes('recordCode'))
    for (const channel of ['counter', 'kiosk'] as const)
      assert.ok(!offered(channel, true).includes('myNumber'))
  })

  test('items of foreign residents are offered where one lives, 本籍 where a Japanese does', () => {
    assert.ok(offered('kiosk').includes('status') && offered('kiosk').includes('domicile'))
    assert.ok(!offered('kiosk', false, householdOf(person('satoTaro'))).includes('status'))
    assert.ok(!offered('kiosk', false, householdOf(person('santosMaria'))).includes('domicile'))
  })

  test('方書 and the items of everybody are choices of 住民票記載事項証明書 alone', () => {
    const kisai = offered('counter', false, mixed, 'kisai')
    for (const name of ['building', 'since', 'settled', 'addressBefore', 'reading', 'remarks']) {
      assert.ok(kisai.includes(name), name)
      assert.ok(!offered('counter').includes(name), name)
    }
  })
})

describe('what one paper cannot say', () => {
  const faults = (
    chosen: readonly ResidentRecord[],
    over: Partial<Asked>,
    head: ResidentRecord | null,
    words = statusWords,
  ) => faultsOfPaper(chosen, head, asked(over), words).map(({ ja }) => ja)
  const [head, ...rest] = householdOf(person('nakamuraTakashi'))

  test('members at two addresses in one paper, of either form', () => {
    const elsewhere = rest.map((one) => ({ ...one, address: { ...one.address, number: '99番地' } }))
    assert.match(faults([head!, ...elsewhere], {}, head!).join(), /住所が一致しません/)
    assert.match(faults([head!, ...elsewhere], { form: 'single' }, head!).join(), /住所が一致しません/)
    for (const one of [head!, ...elsewhere]) assert.deepEqual(faults([one], { form: 'single' }, head!), [])
    assert.deepEqual(faults([head!, ...rest], {}, head!), [])
  })

  test('世帯主・続柄 of a household whose head died', () => {
    const shizu = householdOf(person('amanoShizu'))
    assert.match(faults(shizu, { items: new Set(['relation']) }, null).join(), /世帯主が定まっていない/)
    assert.deepEqual(faults(shizu, {}, null), [])
  })

  test('a code nobody has put into words, named by its item and not by its value', () => {
    const ana = { ...person('silvaAna'), foreign: { ...person('silvaAna').foreign!, article30_45: '77' } }
    const words = faults([ana], { items: everything }, head!, {})
    assert.equal(words.length, 2)
    assert.match(words.join(), /第30条45規定区分.*在留資格等/)
    assert.ok(!words.join().includes('102') && !words.join().includes('77'))
    assert.deepEqual(faults([ana], {}, head!, {}), [])
    assert.throws(() => memberOf(ana, { items: everything }))
    assert.equal(memberOf(ana).article30_45, OMITTED)
  })
})
