import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { unpackFonts } from './fonts.ts'

test('a font file damaged in the cache is replaced by the vendored one', async (t) => {
  const cacheDir = await mkdtemp(join(tmpdir(), 'fonts-'))
  t.after(() => rm(cacheDir, { recursive: true }))
  const [ipamj] = await unpackFonts(cacheDir)
  await truncate(ipamj!.path, 1000)
  await unpackFonts(cacheDir)
  const names = await readdir(join(cacheDir, 'fonts'))
  assert.deepEqual(names.sort(), ['NotoSerifJP_400Regular.ttf', 'ipamjm.ttf'])
  assert.equal((await stat(ipamj!.path)).size, 46_478_572)
})
