import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  capacityOf,
  CODES,
  DATA,
  gradeFor,
  grades,
  joinShards,
  OVERHEAD_BYTES,
  PITCH_MM,
  readFront,
  readHeader,
  readShard,
  shardsOf,
  sideMm,
  writeFront,
  writeHeader,
  type Shard,
} from './backpage.ts'
import { restoreShards, spareShards } from './erasure.ts'

const message = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
const read = (codes: readonly Uint8Array[]): Shard[] => codes.map((code) => readShard(code)!)

test('any nine of the twelve codes give the whole back', () => {
  const data = Array.from({ length: DATA }, () => message(50))
  const all = [...data, ...spareShards(data, CODES - DATA)]
  // All 220 ways to lose three.
  for (let a = 0; a < CODES; a++)
    for (let b = a + 1; b < CODES; b++)
      for (let c = b + 1; c < CODES; c++) {
        const left = all.map((shard, i) => ([a, b, c].includes(i) ? null : shard))
        assert.deepEqual(restoreShards(left, DATA), data)
      }
  assert.equal(
    restoreShards(
      all.map((shard, i) => (i < 4 ? null : shard)),
      DATA,
    ),
    null,
  )
})

test('codes come in any order and with those of another page among them', () => {
  for (const grade of grades) {
    const mine = message(capacityOf(grade))
    const codes = shardsOf(mine, grade)
    assert.equal(codes.length, CODES)
    for (const code of codes) assert.equal(code.length, grade.bytes)
    const other = read(shardsOf(message(500), grade))
    const some = read(codes)
      .slice(2, 2 + DATA)
      .reverse()
    assert.deepEqual(joinShards([...some, ...other]), mine)
    assert.equal(joinShards([...some.slice(1), ...other]), null)
    assert.throws(() => shardsOf(message(capacityOf(grade) + 1), grade), RangeError)
  }
})

test('a code of something else is none of ours', () => {
  const grade = grades[0]!
  const [code] = shardsOf(message(500), grade)
  assert.ok(readShard(code!))
  assert.equal(readShard(code!.subarray(1)), null)
  assert.equal(readShard(new TextEncoder().encode('https://center.example.jp/backpage')), null)
  const altered = (at: number, value: number): Uint8Array => code!.map((byte, i) => (i === at ? value : byte))
  assert.equal(readShard(altered(2, (1 << 4) | 12)), null)
  assert.equal(readShard(altered(2, 2 << 4)), null)
  assert.equal(readShard(altered(7, 255)), null)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1_200 }), (bytes) => {
      const shard = readShard(bytes)
      assert.ok(shard === null || shard.place < CODES)
    }),
  )
})

test('codes fit their squares with a quiet zone of four modules between them', () => {
  for (const grade of grades) {
    const module = sideMm(grade) / (17 + 4 * grade.version)
    assert.ok(PITCH_MM - sideMm(grade) >= 4 * module * 0.99, `version ${grade.version}`)
    assert.ok(module >= 0.33, 'eight dots of 600 dpi at least')
  }
})

test('a short page gets the coarsest codes, a long one finer ones, and what fits none gets none', () => {
  assert.equal(gradeFor(1_000, 4), grades[0])
  assert.equal(gradeFor(capacityOf(grades[0]!) - OVERHEAD_BYTES, 4), grades[0])
  assert.equal(gradeFor(capacityOf(grades[0]!) - OVERHEAD_BYTES + 1, 4), grades[1])
  assert.equal(gradeFor(capacityOf(grades[3]!), 3), null)
  assert.equal(gradeFor(capacityOf(grades[4]!), 4), null)
})

test('header and facts come back as they were', () => {
  const header = { keyId: 515, page: 2, pages: 3, salt: message(16) }
  assert.deepEqual(readHeader(writeHeader(header)), header)
  assert.equal(readHeader(writeHeader({ ...header, page: 4 })), null)
  assert.equal(readHeader(writeHeader(header).subarray(0, 20)), null)
  const facts = {
    municipalityCode: '212172',
    kind: 'juminhyo',
    madeAt: new Date('2026-11-21T03:04:05Z'),
    frontSha256: new Uint8Array(createHash('sha256').update('front').digest()),
  }
  const front = { dpi: 150, width: 1240, height: 1754, packed: message(700) }
  assert.deepEqual(readFront(writeFront(facts, front)), { facts, front })
  assert.equal(readFront(message(10)), null)
})
