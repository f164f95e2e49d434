import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { linkageDocs, linkageDocsPath } from './linkage-docs.ts'

test('the published layout of linkage files is that of the program', () => {
  assert.equal(readFileSync(linkageDocsPath, 'utf8'), linkageDocs(), 'run: node tools/linkage-docs.ts')
})
