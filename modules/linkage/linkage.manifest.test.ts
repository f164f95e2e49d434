import assert from 'node:assert/strict'
import { test } from 'node:test'
import { businesses } from '../interfaces/interfaces.columns.ts'
import { interfaceVersions } from '../interfaces/interfaces.versions.ts'
import { manifestInterface, parseManifest } from './linkage.manifest.ts'

const good = {
  interfaceId: '001o006',
  interfaceVersion: '1.0',
  municipalityCode: '212172',
  business: 'residents',
  fileNo: 1,
  mode: 'full',
  rowCount: 3,
  deleteCount: 0,
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  producedAt: '2026-11-21T02:00:00+09:00',
  producerVersion: 'demo 0.1.0',
}

test('a right manifest is read', () => {
  assert.deepEqual(parseManifest(good), { manifest: good })
  const summed = { ...good, hashTotal: '0'.repeat(31).concat('a') }
  assert.deepEqual(parseManifest(summed), { manifest: summed })
})

test('every version of every business that may still come is read, and named to who asks', () => {
  for (const business of businesses) {
    for (const { version, file } of interfaceVersions(business)) {
      const result = parseManifest({ ...good, business, interfaceId: file.id, interfaceVersion: version })
      assert.ok('manifest' in result, `${business} ${version}`)
      assert.equal(manifestInterface(result.manifest), file)
    }
  }
})

test('a manifest that lacks or twists an item is refused, naming the item', () => {
  const bad: [Record<string, unknown>, string][] = [
    [{ ...good, municipalityCode: '212173' }, '/municipalityCode'],
    [{ ...good, fileNo: 0 }, '/fileNo'],
    [{ ...good, mode: 'all' }, '/mode'],
    [{ ...good, deleteCount: 4 }, '/deleteCount'],
    [{ ...good, sha256: 'E3' }, '/sha256'],
    [{ ...good, producedAt: '2026-11-21' }, '/producedAt'],
    [{ ...good, interfaceId: '001o009' }, '/interfaceId'],
    [{ ...good, interfaceVersion: '2.0' }, '/interfaceVersion'],
    [{ ...good, interfaceVersion: '1' }, '/interfaceVersion'],
    [{ ...good, business: 'gardens' }, '/business'],
    [{ ...good, hashTotal: '0'.repeat(31) }, '/hashTotal'],
    [{ ...good, hashTotal: 'A'.repeat(32) }, '/hashTotal'],
    [{ ...good, extra: 1 }, '/'],
  ]
  for (const [manifest, pointer] of bad) {
    const result = parseManifest(manifest)
    assert.ok('errors' in result, pointer)
    assert.deepEqual(
      result.errors.map((error) => error.pointer),
      [pointer],
    )
    assert.match(result.errors[0]!.message, /^送付票.+。$/)
  }
  for (const value of [null, 'x', []]) assert.ok('errors' in parseManifest(value))
})
