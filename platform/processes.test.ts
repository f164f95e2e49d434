import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  claim,
  endProcesses,
  findByEnvironment,
  identityOf,
  isAlive,
  openLogFile,
  pidOf,
  RestartPause,
  signalProcess,
} from './processes.ts'

function folderFor(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'open-bcl-processes-'))
  t.after(() => fs.rmSync(folder, { recursive: true }))
  return folder
}

/** A program that says `ready` and then waits; it ends with the test. */
async function startProgram(
  t: TestContext,
  script: string,
  env: Record<string, string> = {},
): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

const waits = `console.log('ready'); setInterval(() => undefined, 1000)`
const claims = (file: string): string => `
  import { claim } from ${JSON.stringify(path.join(import.meta.dirname, 'processes.ts'))}
  console.log((await claim(${JSON.stringify(file)})).kind)
  setInterval(() => undefined, 1000)`

test('a process that reuses a number is not taken for the one before', () => {
  const mine = identityOf(process.pid)
  assert.ok(mine !== null && isAlive(mine))
  assert.equal(pidOf(mine), process.pid)
  const earlier = mine.replace(/-\d+-/, '-1-')
  assert.equal(isAlive(earlier), false)
  // Would end this test if it went by the number alone.
  signalProcess(earlier, 'SIGKILL')
})

test('what is claimed is refused to a second process, which learns who holds it', async (t) => {
  const file = path.join(folderFor(t), 'owner')
  const holder = await startProgram(t, claims(file))
  assert.deepEqual(await claim(file), { kind: 'taken', pid: holder.pid })
})

test('what a killed process had claimed is free again, and so is what was released', async (t) => {
  const folder = folderFor(t)
  const file = path.join(folder, 'owner')
  const holder = await startProgram(t, claims(file))
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const first = await claim(file)
  assert.equal(first.kind, 'mine')
  assert.deepEqual(await claim(file), { kind: 'taken', pid: process.pid })
  if (first.kind === 'mine') first.release()
  assert.deepEqual(fs.readdirSync(folder), [])
  assert.equal((await claim(file)).kind, 'mine')
})

test('a file that names a process of an earlier boot holds nothing', async (t) => {
  const file = path.join(folderFor(t), 'owner')
  fs.writeFileSync(`${file}.${identityOf(process.pid)?.replace(/[^-]+$/, 'earlier')}`, '')
  assert.equal((await claim(file)).kind, 'mine')
})

test('of many that claim at the same moment at most one gets it', async (t) => {
  const file = path.join(folderFor(t), 'owner')
  const kinds = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', claims(file)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      t.after(() => child.kill('SIGKILL'))
      const [said] = (await once(child.stdout, 'data')) as [Buffer]
      return said.toString().trim()
    }),
  )
  assert.ok(kinds.filter((kind) => kind === 'mine').length <= 1, kinds.join())
})

test('a process that does not heed the request to end is killed', async (t) => {
  const deaf = await startProgram(t, `process.on('SIGTERM', () => undefined); ${waits}`)
  const identity = identityOf(deaf.pid!)
  assert.ok(identity !== null)
  await endProcesses([identity], { signal: 'SIGTERM', graceMs: 100 })
  assert.equal(isAlive(identity), false)
})

test('the processes of a start are found by the mark in their environment', async (t) => {
  const mark = folderFor(t)
  const child = await startProgram(t, waits, { OPEN_BCL_MARK: mark })
  assert.deepEqual(findByEnvironment('OPEN_BCL_MARK', mark), [identityOf(child.pid!)])
  assert.deepEqual(findByEnvironment('OPEN_BCL_MARK', `${mark}-other`), [])
})

test('a program that keeps dying is started ever later, and soon again after a healthy minute', () => {
  const pause = new RestartPause()
  assert.deepEqual(
    [0, 500, 500, 500].map((lived) => pause.afterDeath(lived)),
    [200, 400, 800, 1600],
  )
  for (let i = 0; i < 10; i++) pause.afterDeath(0)
  assert.equal(pause.afterDeath(0), 30_000)
  assert.equal(pause.afterDeath(60_000), 200)
})

test('a log that has grown past 10 MB is set aside once', (t) => {
  const file = path.join(folderFor(t), 'cloud.log')
  fs.writeFileSync(file, 'x'.repeat(10_000_001))
  fs.closeSync(openLogFile(file))
  assert.equal(fs.statSync(file).size, 0)
  assert.equal(fs.statSync(`${file}.1`).size, 10_000_001)
  fs.appendFileSync(file, 'line\n')
  fs.closeSync(openLogFile(file))
  assert.equal(fs.readFileSync(file, 'utf8'), 'line\n')
})
