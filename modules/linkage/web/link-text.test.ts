/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorsCsv } from './link-text.ts'

test('the errors of a file become a CSV that Excel reads, commas and quotes kept', () => {
  assert.equal(
    errorsCsv([
      { line: 3, item: '生年月日', message: '日付ではありません' },
      { line: null, item: '送付票', message: '「a,"b"」は使えません' },
    ]),
    '\u{feff}"行","項目名","理由"\n"3","生年月日","日付ではありません"\n"","送付票","「a,""b""」は使えません"\n',
  )
})
