import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import type { FileResult } from './test-file.ts'

/** node:test does not run inside itself, so the runner is started in a process that knows nothing of this test. */
let folder = ''
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'open-bcl-test-file-'))
})
after(() => fs.rmSync(folder, { recursive: true, force: true }))

function resultOf(text: string, timeoutMs = 60_000): FileResult {
  const file = path.join(folder, 'a.test.mjs')
  fs.writeFileSync(file, `import { test, describe, it, before } from 'node:test'\n${text}`)
  // Not `-e`: node:test hands the options of its own process on to the file.
  const program = path.join(folder, 'program.mjs')
  fs.writeFileSync(
    program,
    `
    import { runTestFile } from ${JSON.stringify(path.join(import.meta.dirname, 'test-file.ts'))}
    const result = await runTestFile(${JSON.stringify(file)}, { env: { GREETING: 'hello' }, timeoutMs: ${timeoutMs} })
    console.log(JSON.stringify(result))
    process.exit(0)`,
  )
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawnSync(process.execPath, [program], { env, encoding: 'utf8' })
  return JSON.parse(child.stdout) as FileResult
}

test('tests are counted, suites and parents are not, and a failure carries its path and its words', () => {
  const { passed, failures, skipped, output } = resultOf(`
    test('greets', () => { if (process.env.GREETING !== 'hello') throw new Error('no greeting') })
    describe('a desk', () => {
      it('opens', () => {})
      it('closes', () => { console.log('the door is stuck'); throw new Error('cannot close') })
    })
    test('prints', { skip: 'no printer' }, () => {})
    test('staples', { todo: true }, () => { throw new Error('not yet') })`)
  assert.equal(passed, 2)
  assert.deepEqual(
    failures.map(({ title }) => title),
    ['a desk › closes'],
  )
  assert.match(failures[0]?.detail ?? '', /cannot close[\s\S]*a\.test\.mjs/)
  assert.deepEqual(skipped, ['prints (no printer)', 'staples (todo)'])
  assert.match(output, /the door is stuck/)
})

test('a file without a test is a failure, not a success', () => {
  assert.match(resultOf('').failures[0]?.detail ?? '', /holds no test/)
})

test('a file that throws while loading is a failure and its error is kept', () => {
  const { failures, output } = resultOf(`test('fine', () => {})\nthrow new Error('broken import')`)
  assert.ok(failures.length > 0)
  assert.match(output + JSON.stringify(failures), /broken import/)
})

test('a set-up that fails is a failure', () => {
  const { passed, failures } = resultOf(`
    describe('on a database', () => {
      before(() => { throw new Error('no database') })
      it('reads', () => {})
    })`)
  assert.equal(passed, 0)
  assert.match(JSON.stringify(failures), /no database/)
})

test('a rejection that nobody awaited is a failure', () => {
  assert.ok(
    resultOf(`test('fine', () => { void Promise.reject(new Error('forgotten')) })`).failures.length > 0,
  )
})

test('a file that never ends is ended, with the programs that it started', () => {
  const { failures } = resultOf(
    `import { spawn } from 'node:child_process'
    test('waits', async () => { spawn('sleep', ['3600']); await new Promise((r) => setTimeout(r, 3_600_000)) })`,
    2_000,
  )
  assert.match(failures.at(-1)?.detail ?? '', /did not end within 2 s/)
})

test('a program left running is ended and named', () => {
  const { passed, leftovers } = resultOf(`
    import { spawn } from 'node:child_process'
    test('forgets', () => { spawn('sleep', ['3600'], { detached: true, stdio: 'ignore' }).unref() })`)
  assert.equal(passed, 1)
  assert.deepEqual(leftovers, ['sleep 3600'])
})
