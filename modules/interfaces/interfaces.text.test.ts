import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldText } from './interfaces.text.ts'

test('a field is shown as staff read it, and as it was sent where it cannot be read', () => {
  const shown = (kind: Parameters<typeof fieldText>[0]['kind'], value: string) => fieldText({ kind }, value)
  assert.equal(fieldText({ kind: 'code', codes: { '1': '男' } }, '1'), '1（男）')
  assert.equal(fieldText({ kind: 'code', codes: { '1': '男' } }, '7'), '7')
  assert.equal(shown('date', '1978-05-12'), '昭和53年5月12日（1978-05-12）')
  assert.equal(shown('uncertain-date', '1945-02-30'), '1945-02-30')
  assert.equal(shown('amount', '1234567'), '1,234,567円')
  assert.equal(shown('amount', '-500'), '-500円')
  assert.equal(shown('year', '2026'), '2026（令和8年）')
  assert.equal(shown('flag', '1'), '1（はい）')
  assert.equal(shown('image', 'aGVsbG8='), '（画像）')
  assert.equal(shown('text', ''), '')
})
