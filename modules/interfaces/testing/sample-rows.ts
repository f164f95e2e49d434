import { makeMyNumber, makeResidentRecordCode } from '@open-bcl/core/ja/check-digits.ts'
import { graphemes } from '@open-bcl/core/ja/text.ts'
import type { Column, FileInterface } from '../interfaces.columns.ts'
import { ringPng, squareTiff } from './pictures.ts'

/** Right rows of any business, of invented persons. */

export const sampleMunicipality = '212172'

const ring = Buffer.from(ringPng(118)).toString('base64')
const square = Buffer.from(squareTiff()).toString('base64')

const names = ['架空　花子', '葛\u{E0100}城　𠮷之助', '"見本", 太郎', 'FICTION MARIA']
const readings = ['カクウ　ハナコ', 'カツラギ　ヨシノスケ', 'ミホン　タロウ', 'フィクション　マリア']

function words(name: string, i: number): string {
  if (/フリガナ|振り仮名|カタカナ/.test(name)) return readings[i % readings.length]!
  if (/ローマ字/.test(name)) return 'FICTION MARIA'
  if (/氏名|世帯主|筆頭者|通称|旧氏/.test(name)) return names[i % names.length]!
  if (name.endsWith('都道府県')) return '岐阜県'
  if (name.endsWith('市区郡町村名')) return '飛騨市'
  if (name.endsWith('町字')) return '神岡町江馬町'
  if (name.endsWith('地番') || name.endsWith('番地号表記')) return `${i + 1}番地1`
  if (name.endsWith('番号')) return `A-${i + 1}`
  if (name === '操作者ID') return 'sample'
  return `見本${i + 1}`
}

function number(column: Column, i: number): string {
  if (column.check === 'my-number') return makeMyNumber(`1234567890${i % 10}`)
  if (column.check === 'resident-record-code') return makeResidentRecordCode(`123456789${i % 10}`)
  if (column.name.endsWith('市区町村コード')) return sampleMunicipality
  if (column.name.endsWith('郵便番号')) return '5061125'
  if (column.name.endsWith('町字コード')) return '0010000'
  return String(i + 1).padStart(Math.min(column.maxLength, 13), '0')
}

/** A right value of the column for the `i`th row; columns that depend on each other fit within a row. */
function value(column: Column, i: number): string {
  const day = `2026-04-0${(i % 9) + 1}`
  switch (column.kind) {
    case 'text':
      if (column.name.endsWith('_不詳表記')) return i % 2 === 0 ? '' : '令和8年4月ごろ'
      return graphemes(words(column.name, i)).slice(0, column.maxLength).join('')
    case 'code':
      return column.codes === undefined
        ? '10'.slice(0, column.maxLength)
        : Object.keys(column.codes)[i % Object.keys(column.codes).length]!
    case 'date':
    case 'uncertain-date':
      return day
    case 'time':
      return '09:30:00'
    case 'year':
      return String(2020 + (i % 7))
    case 'digits':
      return number(column, i)
    case 'hex':
      return '0123456789abcdef'.repeat(4).slice(0, column.maxLength)
    case 'integer':
      return column.bits === undefined ? String(i + 1) : String((1n << BigInt(column.bits)) - 1n - BigInt(i))
    case 'amount':
      return ['1234567', '0', '-500'][i % 3]!
    case 'decimal':
      return ((column.min! + column.max!) / 2 + i / 2).toFixed(Math.min(1, column.scale!))
    case 'image':
      return i % 2 === 0 ? ring : square
    case 'flag':
      if (column.name === '最新フラグ') return '1'
      return column.name.endsWith('_不詳フラグ') && i % 2 === 1 ? '1' : '0'
  }
}

/**
 * The fields of the `i`th sample row in the order of the interface; rows of different `i` (below 9) differ in their key.
 * `sparse`: nothing that may be empty is filled.
 */
export function sampleFields(file: FileInterface, i: number, sparse = false): string[] {
  const fields = file.columns.map((column) => value(column, i))
  if (!sparse) return fields
  const at = (name: string): number => file.columns.findIndex((column) => column.name === name)
  return file.columns.map(({ name, kind, required, requiredWhen }, j) => {
    if (name.endsWith('_不詳フラグ')) return '0'
    const needed = requiredWhen?.values.includes(fields[at(requiredWhen.column)]!) ?? false
    if (required || needed) return fields[j]!
    return kind === 'flag' ? '0' : ''
  })
}
