/**
 * `npm run bench -- NAME [--rows N]`: runs `bench/NAME.ts`, which exports `bench(options)` and prints, last, one JSON
 * line. Without a name it lists what there is.
 */
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { BenchOptions } from './result.ts'

const machinery = new Set(['run.ts', 'result.ts'])
const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !machinery.has(file))
  .map((file) => file.slice(0, -3))

const { positionals, values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  allowPositionals: true,
  options: { rows: { type: 'string' } },
})
const name = positionals[0]
const rows = values.rows === undefined ? null : Number(values.rows)

if (name === undefined || !names.includes(name) || (rows !== null && !(Number.isInteger(rows) && rows > 0))) {
  console.error(`usage: npm run bench -- NAME [--rows N]\nnames: ${names.join(', ')}`)
  process.exitCode = 2
} else {
  const { bench } = (await import(`./${name}.ts`)) as { bench: (options: BenchOptions) => Promise<void> }
  await bench({ rows })
}
