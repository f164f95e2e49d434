import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { parseManifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { writeLinkFile, type CsvChunk, type LinkFileSpec } from './link-file.ts'

const spec: LinkFileSpec = {
  municipalityCode: '212172' as MunicipalityCode,
  business: 'residents',
  fileNo: 12,
  mode: 'delta',
  producedAt: '2026-11-21T03:00:00.000Z',
  producerVersion: 'simulator',
}

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-bcl-link-'))
})
after(() => rm(folder, { recursive: true }))

test('the manifest tells rows and hash of exactly the bytes in the file', async () => {
  const chunks: CsvChunk[] = [
    { text: '宛名番号,氏名\r\n', rows: 0, deletions: 0 },
    { text: '1,"高山\r\n太郎"\r\n2,飛騨 花子\r\n', rows: 2, deletions: 1 },
  ]
  const { dataPath, manifestPath, manifest } = await writeLinkFile(folder, spec, chunks)
  const bytes = await readFile(dataPath)
  assert.equal(bytes.toString(), chunks.map(({ text }) => text).join(''))
  assert.equal(manifest.sha256, createHash('sha256').update(bytes).digest('hex'))
  assert.deepEqual([manifest.rowCount, manifest.deleteCount], [2, 1])
  assert.deepEqual(parseManifest(JSON.parse(await readFile(manifestPath, 'utf8'))), { manifest })
})

test('the data is whole in its place before the manifest appears', async () => {
  const seen: string[][] = []
  const look = async () =>
    seen.push((await readdir(join(folder, 'watched'))).filter((name) => !name.endsWith('.tmp')))
  async function* chunks(): AsyncGenerator<CsvChunk> {
    yield { text: 'a\r\n', rows: 0, deletions: 0 }
    await look()
    yield { text: '1\r\n', rows: 1, deletions: 0 }
  }
  await writeLinkFile(join(folder, 'watched'), spec, chunks())
  await look()
  assert.deepEqual(seen, [[], ['212172-residents-00000012.csv', '212172-residents-00000012.json']])
})

test('when the core system fails in the middle, nothing is left in the folder', async () => {
  const path = join(folder, 'failed')
  async function* chunks(): AsyncGenerator<CsvChunk> {
    yield { text: 'a\r\n', rows: 0, deletions: 0 }
    throw new Error('the core system stopped')
  }
  await assert.rejects(writeLinkFile(path, spec, chunks()))
  assert.deepEqual(await readdir(path), [])
})
