import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import { addDays, plainDate } from '@open-bcl/core/dates.ts'
import { fileInterfaces } from '../interfaces/interfaces.columns.ts'
import { nationalMunicipalities } from '../municipalities/national.store.ts'
import { makeAddressCutter } from './manual.address.ts'
import { readDate } from './manual.dates.ts'
import { readText, readValue, relationCodes } from './manual.values.ts'

const day = (text: string): string | null => {
  const read = readDate(text)
  return read.kind === 'day' ? read.day : null
}

describe('days as core systems write them', () => {
  test('one day in every shape', () => {
    const shapes = [
      ...[
        '1980-04-01',
        '1980/4/1',
        '1980.04.01',
        '19800401',
        '1980年4月1日',
        '1980-04-01 00:00:00',
        '1980/4/1 0:00',
      ],
      ...[
        '昭和55年4月1日',
        '昭和５５年４月１日',
        'S55.4.1',
        's55.04.01',
        '昭55.4.1',
        'S550401',
        '3550401',
        '319800401',
        '㍼55年4月1日',
      ],
      ...['S 55. 4. 1', '昭和55-04-01', ' 1980-04-01 '],
    ]
    for (const shape of shapes) assert.equal(day(shape), '1980-04-01', shape)
  })

  test('the turns of the eras', () => {
    assert.equal(day('令和元年5月1日'), '2019-05-01')
    assert.equal(day('H31.4.30'), '2019-04-30')
    assert.equal(day('昭和64年1月7日'), '1989-01-07')
    assert.equal(day('明治45年7月30日'), '1912-07-30')
    assert.equal(day('大正15年12月25日'), '1926-12-25')
    // Not ours to mend.
    for (const slip of ['昭和64年1月8日', '平成31年5月1日', 'M5.1.1'])
      assert.equal(readDate(slip).kind, 'unreadable', slip)
  })

  test('every day since 明治6年 comes back from its 和暦', () => {
    const days = fc.integer({ min: 0, max: 56_000 }).map((n) => addDays(plainDate('1873-01-01'), n))
    fc.assert(fc.property(days, (one) => assert.equal(day(formatWareki(one)!), one)))
  })

  test('what is uncertain stays in its words and never becomes a day', () => {
    for (const words of ['昭和20年頃', '推定昭和20年3月10日', '昭和30年春', '年月日不詳', '昭和20年3月'])
      assert.deepEqual(readDate(words), {
        kind: 'uncertain',
        day: '',
        wording: words,
        impossible: false,
      })
    assert.deepEqual(readDate('3200000'), {
      kind: 'uncertain',
      day: '1945-00-00',
      wording: '昭和20年月日不詳',
      impossible: false,
    })
    assert.deepEqual(readDate('昭和29年2月29日'), {
      kind: 'uncertain',
      day: '1954-02-29',
      wording: '昭和29年2月29日',
      impossible: true,
    })
  })

  test('nothing, zeros and dashes are no day; letters are an error', () => {
    for (const nothing of ['', ' ', '0', '00000000', '0000-00-00', '-', '　'])
      assert.equal(readDate(nothing).kind, 'none')
    for (const wrong of ['あ', '29312', '昭和50年13月40日', '1980-13-01', '=TODAY()', 'S99999'])
      assert.equal(readDate(wrong).kind, 'unreadable', wrong)
  })
})

describe('values', () => {
  const column = (name: string) => fileInterfaces.residents.columns.find((one) => one.name === name)!
  const value = (name: string, raw: string, zeroFill: number | null = null): string =>
    readValue(column(name), raw, zeroFill).value

  test('codes by their words, digits without their dress', () => {
    for (const raw of ['男', '男性', '1', '１', '01', 'M', 'male']) assert.equal(value('性別', raw), '1', raw)
    for (const raw of ['女', 'F', '2']) assert.equal(value('性別', raw), '2', raw)
    assert.equal(value('住所_郵便番号', '〒506-0055'), '5060055')
    assert.equal(value('住所_郵便番号', '５０６－００５５'), '5060055')
    assert.equal(value('住所_郵便番号', '10002', 7), '0010002')
    assert.equal(value('住所_郵便番号', '10002'), '10002', 'nothing is filled in unasked')
    assert.equal(value('宛名番号', '="000123"'), '000123')
    assert.equal(value('宛名番号', "'000123"), '000123')
    assert.equal(value('履歴番号', '003'), '3')
    for (const raw of ['○', '1', '有', 'TRUE', 'Y']) assert.equal(value('最新フラグ', raw), '1', raw)
  })

  test('half-width kana become full width; nothing else of a name is touched', () => {
    assert.deepEqual(readText('ﾔﾏﾀﾞ ﾊﾟﾝﾀﾞ'), { value: 'ヤマダ パンダ', changes: ['half-width-kana'] })
    for (const exact of ['葛\u{E0100}城　正雄', '髙橋', '神\uFA19', '\u{20BB7}野家', 'Ａ１２'])
      assert.deepEqual(readText(exact), { value: exact, changes: [] }, exact)
    assert.deepEqual(readText('山\uE000田'), { value: '山〓田', changes: ['gaiji'] })
    assert.deepEqual(readText('古川町1\r\n○○ビル'), { value: '古川町1　○○ビル', changes: ['line-break'] })
  })

  test('relations as chains of the register', () => {
    assert.deepEqual(relationCodes('世帯主'), ['02'])
    assert.deepEqual(relationCodes('子の妻'), ['20', '12'])
    assert.deepEqual(relationCodes('孫'), ['20', '20'])
    assert.deepEqual(relationCodes('妻(未届)'), ['14'])
    assert.deepEqual(relationCodes('親戚'), ['00'])
  })
})

describe('an address in one line', () => {
  const nation = nationalMunicipalities()
  const cut = makeAddressCutter(nation.get('212032')!, nation.values())
  const parts = (line: string): string => {
    const { code, city, town, number, building } = cut(line)
    return [code, city, town, number, building].join('|')
  }

  test('is cut into municipality, 町字, number and building', () => {
    assert.equal(
      parts('岐阜県高山市花岡町2丁目18番地　花岡ビル301'),
      '212032|高山市|花岡町2丁目|18番地|花岡ビル301',
    )
    assert.equal(parts('高山市本町一丁目5'), '212032|高山市|本町一丁目|5|')
    assert.equal(parts('花岡町２丁目１８－１'), '212032|高山市|花岡町２丁目|１８－１|')
    assert.equal(parts('岐阜県飛騨市古川町壱之町4番7号'), '212172|飛騨市|古川町壱之町|4番7号|')
    assert.equal(parts('神奈川県横浜市鶴見区鶴見中央1-2-3'), '141011|横浜市鶴見区|鶴見中央|1-2-3|')
    assert.equal(parts('高山市国府町　みどり荘'), '212032|高山市|国府町||みどり荘')
  })

  test('loses nothing but spaces', () => {
    const line = fc.string({
      unit: fc.constantFrom('高', '山', '市', '町', '1', '２', '-', '番', '　', 'ビ', '丁', '目', 'の'),
      maxLength: 30,
    })
    fc.assert(
      fc.property(line, (text) => {
        const { city, town, number, building, assumed } = cut(text)
        const whole = `${assumed ? '' : city}${town}${number}${building}`.replace(/[\s\u3000]/g, '')
        assert.equal(whole, text.replace(/[\s\u3000]/g, ''))
      }),
    )
  })
})
