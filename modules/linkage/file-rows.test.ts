import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { fileInterfaces } from '../interfaces/interfaces.columns.ts'
import { FileFault, FileReading } from './file-rows.ts'
import { residentRow, smallTown } from './testing/rows.ts'

const hida = '212172' as MunicipalityCode
const file = fileInterfaces.residents
const header = file.columns.map(({ name }) => `"${name}"`).join(',')
const people = smallTown.residents.slice(0, 8).map((record) => residentRow(record))

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

type Seen = { line: number; rowKey: string; payload: string; digest: string; errors: string[] }

/** All that two readings of the same bytes must agree on. */
async function seen(read: () => AsyncGenerator<Seen>): Promise<{ rows: Seen[]; fault: string[] }> {
  const rows: Seen[] = []
  try {
    for await (const row of read()) rows.push(row)
  } catch (error) {
    if (!(error instanceof FileFault)) throw error
    return { rows, fault: error.errors.map(({ line, message }) => `${line} ${message}`) }
  }
  return { rows, fault: [] }
}

function fast(bytes: Buffer, chunk: number): Promise<{ rows: Seen[]; fault: string[] }> {
  return seen(async function* () {
    for await (const batch of new FileReading(inChunks(bytes, chunk), file, hida).rows())
      for (const row of batch) {
        const { line, rowKey, payload, digest, latest, deleted, myNumber, fields } = row
        const whole = [payload.toString(), latest, deleted, myNumber, row.hasRightFlags, ...fields].join('|')
        const errors = row.check().map(({ pointer }) => pointer)
        yield { line, rowKey, payload: whole, digest: digest.toString('hex'), errors }
      }
  })
}

function strict(bytes: Buffer): Promise<{ rows: Seen[]; fault: string[] }> {
  return seen(async function* () {
    const reading = new FileReading(inChunks(bytes, 1 << 20), file, hida)
    for await (const { rows, lines, reader } of reading.batches())
      for (const [i, row] of rows.entries()) {
        const read = reader.read(row, lines[i]!)
        const { line, rowKey, payload, digest, latest, deleted, fields } = read
        const flags = reader.hasRightFlags(read)
        const whole = [payload.toString(), latest, deleted, reader.myNumber(read), flags, ...fields].join('|')
        const errors = reader.check(row, line).map(({ pointer }) => pointer)
        yield { line, rowKey, payload: whole, digest: digest.toString('hex'), errors }
      }
  })
}

/** A field as some source writes it, well or badly. */
const field = (value: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 1_000, arbitrary: fc.constant(`"${value}"`) },
    { weight: 100, arbitrary: fc.constant(value) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('"a""b"', '"a\nb"', '"a\r\nb"', '', '""', ' "x"', '"x" ', '\u001f'),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '"',
        'a"b',
        '"a\u0000"',
        '"\ufeff"',
        '𠮷',
        '"葛\u{E0100}"',
        'a\rb',
        '0',
        '1',
      ),
    },
  )
const line = fc
  .constantFrom(...people)
  .chain((row) => fc.tuple(...row.map(field)))
  .map((fields) => fields.join(','))
const text = fc
  .tuple(
    fc.constantFrom('', '\ufeff'),
    fc.array(fc.tuple(line, fc.constantFrom(...'\n'.repeat(30), ...Array<string>(9).fill('\r\n'), '\r')), {
      maxLength: 6,
    }),
    fc.constantFrom('', '', '', 'x', '\n', '"'),
  )
  .map(([mark, lines, end]) => `${mark}${header}\n${lines.map((one) => one.join('')).join('')}${end}`)

test('the short way of reading rows finds what the strict way finds, rows and faults, wherever chunks end', async () => {
  let plain = 0
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 3_000 }), fc.boolean(), async (csv, chunk, cut) => {
      const bytes = Buffer.from(csv)
      // A file may end amid a character.
      const sent = cut ? bytes.subarray(0, bytes.length - (chunk % 5)) : bytes
      const expected = await strict(sent)
      plain += expected.rows.length
      const found = await fast(sent, chunk)
      assert.deepEqual(found.fault, expected.fault)
      // Of a file that is wrong as a whole, the strict reader gives up the rows of the wrong block too.
      const rows = expected.fault.length > 0 ? found.rows.slice(0, expected.rows.length) : found.rows
      assert.deepEqual(rows, expected.rows)
    }),
    { numRuns: 200 },
  )
  assert.ok(plain > 50, `only ${plain} rows were read`)
})

test('a second reading passes over the lines that are not wanted', async () => {
  const lines = people.map((row) => row.map((value) => `"${value}"`).join(','))
  const bytes = Buffer.from(`${[header, ...lines].join('\n')}\n`)
  const first = new FileReading(inChunks(bytes, 700), file, hida)
  for await (const rows of first.rows()) assert.ok(rows.length > 0)
  assert.equal(first.plainTo, people.length + 2)
  const again = new FileReading(inChunks(bytes, 700), file, hida)
  const found: number[] = []
  for await (const rows of again.rows({ has: (line) => line % 3 === 0, plainTo: first.plainTo }))
    for (const row of rows) found.push(row.line)
  assert.deepEqual(found, [3, 6, 9])
  assert.equal(again.sha256(), first.sha256())
})

test('a row of another town makes the whole file wrong', async () => {
  const other = [...people[0]!]
  other[0] = '212032'
  const bytes = Buffer.from(`${header}\n${other.map((value) => `"${value}"`).join(',')}\n`)
  const { fault } = await fast(bytes, 1 << 20)
  assert.equal(fault.length, 1)
  assert.match(fault[0]!, /^2 .*ほかの団体のファイル/)
})
