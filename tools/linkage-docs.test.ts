import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseManifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { linkageDocs, linkageDocsPath } from './linkage-docs.ts'

const document = readFileSync(linkageDocsPath, 'utf8')

test('the published layout of linkage files is that of the program', async () => {
  assert.equal(document, await linkageDocs(), 'run: node tools/linkage-docs.ts')
})

/** Computed as a vendor would from the words of the document alone, with nothing of ours. */
test('the worked example of the document can be computed by hand', () => {
  const block = (language: string): string[] =>
    [...document.matchAll(new RegExp('```' + language + '\\n([\\s\\S]*?)\\n```', 'g'))].map(
      (match) => match[1]!,
    )
  const [csv] = block('csv')
  const [manifestText] = block('json')
  const manifest = JSON.parse(manifestText!) as Record<string, unknown>
  assert.ok('manifest' in parseManifest(manifest))
  assert.equal(manifest['sha256'], createHash('sha256').update(`${csv!}\n`).digest('hex'))
  const [header, ...rows] = csv!.split('\n').map((line) => line.slice(1, -1).split('","'))
  const left = new Set(['個人番号', '最新フラグ', '削除フラグ'])
  let sum = 0n
  for (const row of rows) {
    const canonical = row.filter((_, i) => !left.has(header![i]!)).join('\u001F')
    assert.ok(document.includes(canonical.replaceAll('\u001F', '␟')))
    const digest = createHash('sha256').update(canonical, 'utf8').digest('hex')
    assert.ok(document.includes(digest))
    sum += BigInt(`0x${digest.slice(0, 32)}`)
  }
  assert.equal(manifest['hashTotal'], (sum % (1n << 128n)).toString(16).padStart(32, '0'))
  assert.equal(manifest['rowCount'], rows.length)
})
