import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { makeVectors, vectorFolder } from './make-linkage-vectors.ts'

test('the vectors of linkage files are those of the definitions', () => {
  const vectors = makeVectors()
  for (const [path, { csv, expected }] of vectors) {
    const hint = `${path}: run node tools/make-linkage-vectors.ts and read the diff`
    assert.ok(readFileSync(new URL(`${path}.csv`, vectorFolder)).equals(csv), hint)
    assert.deepEqual(JSON.parse(readFileSync(new URL(`${path}.json`, vectorFolder), 'utf8')), expected, hint)
  }
  const files = ['valid', 'invalid'].flatMap((folder) => readdirSync(new URL(folder, vectorFolder)))
  assert.equal(files.length, vectors.size * 2)
})
