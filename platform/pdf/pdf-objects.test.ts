import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PdfTokens, UnreadablePdf } from './pdf-objects.ts'

const read = (text: string) => new PdfTokens(Buffer.from(text, 'latin1')).next()

test('a number is read exactly as it is written, whatever its length', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[+-]?([0-9]{1,20}(\.[0-9]{0,20})?|\.[0-9]{1,20})$/), (written) => {
      assert.equal(read(written), Number(written))
    }),
  )
})

test('what only looks like a number is an operator', () => {
  for (const word of ['-', '+', '.', '-.', '1.2.3', '1-', '--1', '1e5', '0x1F'])
    assert.deepEqual(read(word), { operator: word })
})

test('every string survives its escapes', () => {
  const octal = (byte: number): string => `\\${byte.toString(8).padStart(3, '0')}`
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const wanted = { bytes: Buffer.from(bytes).toString('latin1') }
      assert.deepEqual(read(`(${Array.from(bytes, octal).join('')})`), wanted)
      assert.deepEqual(read(`<${Buffer.from(bytes).toString('hex')}>`), wanted)
    }),
  )
  assert.deepEqual(read('(a\\(b\\)\\\\\\n\\q(nested)\\\r\nc\\7)'), { bytes: 'a(b)\\\nq(nested)c\x07' })
  assert.throws(() => read('(no end\\'), UnreadablePdf)
})
