import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CsvFault, readCsv, type CsvFaultKind } from './interfaces.csv.ts'

const encoder = new TextEncoder()

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function readAll(
  input: string | Uint8Array,
  chunkSize = 65_536,
  blockBytes = 65_536,
): Promise<{ rows: string[][]; lines: number[] }> {
  const bytes = typeof input === 'string' ? encoder.encode(input) : input
  const rows: string[][] = []
  const lines: number[] = []
  for await (const batch of readCsv(chunksOf(bytes, chunkSize), { blockBytes })) {
    rows.push(...batch.rows)
    lines.push(...batch.lines)
  }
  return { rows, lines }
}

async function fails(
  input: string | Uint8Array,
  kind: CsvFaultKind,
  line: number,
  column: number,
): Promise<void> {
  await assert.rejects(readAll(input), (error: unknown) => {
    assert.ok(error instanceof CsvFault)
    assert.deepEqual({ kind: error.kind, line: error.line, column: error.column }, { kind, line, column })
    assert.match(error.message, new RegExp(`^${line}行目・${column}項目め: .+。$`))
    return true
  })
}

test('quotes, doubled quotes, commas and line ends inside quotes are read', async () => {
  const { rows, lines } = await readAll('氏名,住所\r\n"佐藤 ""花子""","1,\r\n2"\r\n田中,\n"",x\n')
  assert.deepEqual(rows, [
    ['氏名', '住所'],
    ['佐藤 "花子"', '1,\r\n2'],
    ['田中', ''],
    ['', 'x'],
  ])
  assert.deepEqual(lines, [1, 2, 4, 5])
})

test('a byte order mark is dropped at the start of the file and only there', async () => {
  assert.deepEqual((await readAll('\uFEFFa,b\n1,\uFEFF2\n')).rows, [
    ['a', 'b'],
    ['1', '\uFEFF2'],
  ])
})

test('the header comes alone in the first batch', async () => {
  const sizes: number[] = []
  for await (const batch of readCsv(chunksOf(encoder.encode('a\n1\n2\n'), 100))) sizes.push(batch.rows.length)
  assert.deepEqual(sizes, [1, 2])
})

test('a last line without its line end is taken when it is complete', async () => {
  assert.deepEqual((await readAll('a,b\n1,2')).rows, [
    ['a', 'b'],
    ['1', '2'],
  ])
  assert.deepEqual((await readAll('a,b\n1,"2"')).rows, [
    ['a', 'b'],
    ['1', '2'],
  ])
  assert.deepEqual((await readAll('a,b\n1,')).rows, [
    ['a', 'b'],
    ['1', ''],
  ])
  await fails('a,b\n1,2\n3', 'too-few-fields', 3, 2)
  await fails('a,b\n1,"2', 'unterminated-quote', 2, 2)
})

test('every kind of broken file is named with its line and column', async () => {
  await fails('', 'empty', 1, 1)
  await fails('\uFEFF', 'empty', 1, 1)
  await fails('a,b\n1,x"y"\n', 'stray-quote', 2, 2)
  await fails('a,b\n"1"x,2\n', 'text-after-quote', 2, 1)
  await fails('a,b\n"1" ,2\n', 'text-after-quote', 2, 1)
  await fails('a,b\n1,2\n3,"4\n5\n', 'unterminated-quote', 3, 2)
  await fails('a,b\n1,2,3\n', 'too-many-fields', 2, 3)
  await fails('a,b\n1\n', 'too-few-fields', 2, 2)
  await fails('a,b\n\n1,2\n', 'too-few-fields', 2, 2)
  await fails('a,b\n"1\n1",2\n3\n', 'too-few-fields', 4, 2)
  await fails('a,b\r1,2\r', 'lone-carriage-return', 1, 2)
  await fails('a,b\n1,\u0000\n', 'nul', 2, 2)
  await fails('a,b\n"\u0000",1\n', 'nul', 2, 1)
  await fails(`a,b\n1,${'あ'.repeat(65_537)}\n`, 'field-too-long', 2, 2)
  await fails(`a,b\n1,"${'あ'.repeat(65_537)}"\n`, 'field-too-long', 2, 2)
})

test('a quote that is never closed is refused long before the end of the file', async () => {
  let sent = 0
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield encoder.encode('a,b\n1,"')
    for (; sent < 1_000; sent++) yield encoder.encode('データ,'.repeat(40_000))
  }
  await assert.rejects(async () => {
    for await (const batch of readCsv(endless())) assert.ok(batch.rows.length > 0)
  }, CsvFault)
  assert.ok(sent < 5)
})

test('bytes that are not UTF-8 are named with their place, and rows before them are given', async () => {
  const bytes = (text: string, ...bad: number[]): Uint8Array =>
    Buffer.concat([encoder.encode(text), Buffer.from(bad)])
  await fails(bytes('氏名,b\n1,2\n3,', 0x8d, 0x82, 0x0a), 'not-utf8', 3, 2)
  await fails(bytes('氏名,b\n', 0xed, 0xa0, 0x80, 0x0a), 'not-utf8', 2, 1)
  // The file ends inside a character.
  await fails(bytes('氏名,b\n1,', 0xe6, 0xb0), 'not-utf8', 2, 2)
  const rows: string[][] = []
  await assert.rejects(async () => {
    for await (const batch of readCsv(chunksOf(bytes('a\n1\n', 0xff), 99))) rows.push(...batch.rows)
  }, CsvFault)
  assert.deepEqual(rows, [['a'], ['1']])
})

test('what is written is read back the same, however it is cut and quoted', async () => {
  const field = fc
    .array(fc.constantFrom('髙', '葛\u{E0100}', '𠮷', ',', '"', '\n', '\r\n', 'a', ' ', 'あ'))
    .map((parts) => parts.join(''))
  const table = fc
    .integer({ min: 1, max: 5 })
    .chain((width) =>
      fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
    )
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      async (rows, end, always, size, closed) => {
        const write = (value: string): string =>
          always || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
        let text = rows.map((row) => row.map(write).join(',')).join(end)
        // An unquoted empty last line is no row, so it needs its line end.
        if (closed || text.endsWith('\n') || text === '') text += end
        const got = await readAll(text, size, size * 3)
        assert.deepEqual(got.rows, rows)
        const starts = rows.map(
          (_, i) =>
            1 +
            rows
              .slice(0, i)
              .map((row) => row.join('').split('\n').length)
              .reduce((sum, n) => sum + n, 0),
        )
        assert.deepEqual(got.lines, starts)
      },
    ),
    { numRuns: 500 },
  )
})

test('records that lie across blocks keep their fields and line numbers', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => [
    `${i}`,
    `飛騨市${i}\n古川町`,
    '"'.repeat(i % 4),
    'x',
  ])
  const text = rows
    .map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(','))
    .join('\r\n')
  const got = await readAll(text, 9_973)
  assert.deepEqual(got.rows, rows)
  assert.deepEqual(
    got.lines,
    rows.map((_, i) => 1 + 2 * i),
  )
})
