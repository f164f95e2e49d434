import assert from 'node:assert/strict'
import { test } from 'node:test'
import { strToU8, zipSync } from 'fflate'
import { leaksIn } from './leaks.ts'

const told = (text: string, bytes: Buffer | null = null): boolean =>
  leaksIn([{ endpoint: 'e', text, bytes }]).length > 0

const spellings = [
  '9876番地54',
  '９８７６番地５４',
  '9876-54',
  '9876‐54',
  '９８７６－５４',
  '9876番54号',
  '9876番地の54',
  '9876 番地 54',
  '九八七六番地五四',
  '九千八百七十六番地五十四',
  '九千八百七十六の五十四',
  '金糸雀荘',
  '金　糸　雀　荘',
  'カナリアソウ',
  'ｶﾅﾘｱｿｳ',
  'かなりあそう',
]

test('finds a hidden address in every spelling and coding', () => {
  for (const spelling of spellings) {
    const line = `飛騨市古川町${spelling}に住む`
    const json = JSON.stringify({ a: [line] })
    const codes = [...line].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
    const html = [...line].map((one) => `&#${one.codePointAt(0)!};`).join('')
    const forms: Readonly<Record<string, boolean>> = {
      plain: told(json),
      percent: told(encodeURIComponent(line)),
      codes: told(`{"a":"${codes}"}`),
      html: told(html),
      base64: told(JSON.stringify({ file: Buffer.from(`氏名,住所\r\n架空,${line}\r\n`).toString('base64') })),
      twice: told(
        Buffer.from(JSON.stringify({ x: Buffer.from(json).toString('base64') })).toString('base64'),
      ),
      utf16: told('', Buffer.from(`\ufeff${line}`, 'utf16le')),
      workbook: told('', Buffer.from(zipSync({ 'xl/sharedStrings.xml': strToU8(`<t>${line}</t>`) }))),
    }
    for (const [form, found] of Object.entries(forms)) assert.ok(found, `${spelling} ${form}`)
  }
  // 「9876番地54」 in Shift_JIS, as spreadsheets of this country are saved.
  assert.ok(told('', Buffer.from('3938373694d4926e3534', 'hex')))
})

test('takes no other number, id or place for one', () => {
  for (const text of [
    '9876番地5',
    '9876番地540',
    '19876-54',
    '0577-98-7654',
    '019a9876-5412-7000-9876-54abcdef0000',
    '金糸雀町',
    '9876番地',
    '九千八百七十六円',
  ])
    assert.ok(!told(text), text)
})
