import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { once } from 'node:events'
import { after, before, test } from 'node:test'

let folder: string
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'open-bcl-program-'))
})
after(() => fs.rmSync(folder, { recursive: true, force: true }))

/** Runs lines of a program that has a `log`, with its standard output in `file`. */
async function run(file: string, lines: string): Promise<{ code: number | null; errors: string }> {
  const head = `
    import fs from 'node:fs'
    import { openLog, logCodes } from ${JSON.stringify(path.join(import.meta.dirname, 'log.ts'))}
    import { endOnSignal } from ${JSON.stringify(path.join(import.meta.dirname, 'program.ts'))}
    const log = openLog('test')`
  const output = fs.openSync(file, 'w')
  try {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', `${head}\n${lines}`], {
      stdio: ['ignore', output, 'pipe'],
    })
    let errors = ''
    child.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, errors }
  } finally {
    fs.closeSync(output)
  }
}

const linesOf = (file: string): Record<string, unknown>[] =>
  fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

test('with a full disk a program goes on, ends when it is done, and says later how many lines it dropped', async () => {
  const file = path.join(folder, 'later.log')
  const { code, errors } = await run(
    '/dev/full',
    `for (let i = 0; i < 3; i++) log(logCodes.started, { port: 1 })
     fs.closeSync(1)
     if (fs.openSync(${JSON.stringify(file)}, 'w') !== 1) throw new Error('not standard output')
     log(logCodes.stopping)`,
  )
  assert.equal(errors, '')
  assert.equal(code, 0)
  assert.deepEqual(
    linesOf(file).map(({ code: said, count }) => [said, count]),
    [
      ['platform.stopping', undefined],
      ['platform.lines-dropped', 3],
    ],
  )
})

for (const [how, thrown] of [
  ['thrown where nobody catches', `setImmediate(() => { throw new Error('山田花子') })`],
  ['rejected where nobody listens', `void Promise.reject(new Error('山田花子'))`],
] as const) {
  test(`an error ${how} ends the program, and its message, which may hold a person, is nowhere`, async () => {
    const file = path.join(folder, 'crash.log')
    const { code, errors } = await run(file, `endOnSignal(log, { async close() {} })\n${thrown}`)
    assert.equal(code, 1)
    assert.equal(errors, '')
    assert.deepEqual(
      linesOf(file).map((line) => [line['code'], line['errorName']]),
      [['platform.unexpected', 'Error']],
    )
    assert.ok(!fs.readFileSync(file, 'utf8').includes('山田'))
  })
}
