import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '@open-bcl/platform/db/embedded.ts'
import { tellDisaster } from './disaster/story.ts'

/**
 * `node tools/run.mjs e2e/disaster.ts --houses 3000 --seed 1`
 *
 * A scripted disaster over the demonstration town, looked at after each step (`disaster/truth.ts`). Stops at the first thing
 * that must not be.
 */
const { values: options } = parseArgs({
  options: { houses: { type: 'string', default: '3000' }, seed: { type: 'string', default: '1' } },
})
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'open-bcl-disaster-'))
const postgres = await startPostgres({
  kind: 'embedded',
  dataDir: path.join(folder, 'data'),
  throwAway: true,
})
process.env['TEST_DATABASE_URL'] = postgres.url
const startedAt = performance.now()
try {
  const { cloud, figures } = await tellDisaster({
    ...{ houses: Number(options.houses), seed: Number(options.seed) },
    say: (line) => print(`${((performance.now() - startedAt) / 1000).toFixed(0)} s  ${line}`),
  })
  print(JSON.stringify(figures, null, 2))
  await cloud.close()
} finally {
  await postgres.stop()
  fs.rmSync(folder, { recursive: true, force: true })
}
