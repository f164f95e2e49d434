import assert from 'node:assert/strict'
import { test } from 'node:test'
import { qualityNotes, sniff, takenOf } from './files.ts'
import { photo } from './testing/photos.ts'

const taken = { at: '2026-11-03T09:12:33', latitude: 36.238, longitude: 137.186 }

test('a file is what its bytes say, whatever it is called', () => {
  assert.deepEqual(sniff(photo({ width: 320, height: 200 })), {
    kind: 'picture',
    mediaType: 'image/jpeg',
    width: 320,
    height: 200,
  })
  assert.equal(sniff(Buffer.from('%PDF-1.7\n')).kind, 'pdf')
  assert.equal(sniff(Buffer.from('MZ\x90\0 program')).kind, 'other')
  assert.equal(sniff(Buffer.from('<html><script>')).kind, 'other')
  assert.equal(sniff(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')).kind, 'heic')
  assert.equal(sniff(Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42', 'latin1')).kind, 'video')
  assert.equal(sniff(Buffer.alloc(0)).kind, 'other')
})

test('a picture whose size cannot be read is broken: cut off, or made to look like one', () => {
  assert.equal(sniff(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2])).kind, 'broken')
  assert.equal(sniff(photo().subarray(0, 30)).kind, 'broken')
})

test('when and where a photo was taken is read from it, and nothing from one that does not say', () => {
  const { at, point } = takenOf(photo({ taken }))
  assert.equal(at, taken.at)
  assert.ok(Math.abs(point!.latitude - taken.latitude) < 1e-5)
  assert.ok(Math.abs(point!.longitude - taken.longitude) < 1e-5)
  assert.deepEqual(takenOf(photo()), { at: null, point: null })
})

test('whatever is broken in a photo, reading it ends and says nothing wrong', () => {
  const whole = photo({ taken, width: 64, height: 64 })
  for (let at = 0; at < Math.min(whole.length, 600); at++) {
    for (const value of [0, 0xff, 0x7f]) {
      const broken = Buffer.from(whole)
      broken[at] = value
      sniff(broken)
      const { point } = takenOf(broken)
      assert.ok(point === null || (Math.abs(point.latitude) <= 90 && Math.abs(point.longitude) <= 180))
    }
    takenOf(whole.subarray(0, at))
  }
})

test('a photo of nothing is noted, for somebody to look at', () => {
  assert.deepEqual(qualityNotes({ brightness: 4, contrast: 2 }), ['dark', 'flat'])
  assert.deepEqual(qualityNotes({ brightness: 120, contrast: 40 }), [])
})
