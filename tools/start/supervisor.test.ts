import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { freePort } from '@open-bcl/platform/db/embedded.ts'
import { endOrphans, Supervisor, type Program } from './supervisor.ts'

/** A small program that answers `pid` where it is asked, and what a test wants of its end. */
const answering = (onEnd: string): string => `
  import http from 'node:http'
  import fs from 'node:fs'
  http.createServer((_, answer) => answer.end(String(process.pid))).listen(process.env.PORT, '127.0.0.1')
  for (const name of ['SIGTERM', 'SIGINT']) process.on(name, () => {
    fs.appendFileSync('ended', process.env.NAME + ' ' + name + '\\n')
    ${onEnd}
  })`

async function house(t: TestContext) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'open-bcl-supervisor-'))
  const data = path.join(root, 'data')
  fs.mkdirSync(data)
  t.after(async () => {
    await endOrphans(data)
    fs.rmSync(root, { recursive: true })
  })
  const program = async (name: string, script: string): Promise<Program> => {
    fs.writeFileSync(path.join(root, `${name}.mjs`), script)
    const port = await freePort()
    return {
      name,
      script: `${name}.mjs`,
      env: { PORT: String(port), NAME: name },
      readyUrl: `http://127.0.0.1:${port}`,
    }
  }
  return { root, data, program, supervisor: new Supervisor(root, data) }
}

async function pidAt(program: Program): Promise<number> {
  return Number(await (await fetch(program.readyUrl)).text())
}

test('programs end one after the other, the last started first, each asked once', async (t) => {
  const { root, program, supervisor } = await house(t)
  for (const name of ['cloud', 'agent'])
    await supervisor.start(await program(name, answering('process.exit(0)')))
  await supervisor.stop()
  assert.equal(fs.readFileSync(path.join(root, 'ended'), 'utf8'), 'agent SIGTERM\ncloud SIGTERM\n')
  await assert.rejects(supervisor.start(await program('late', answering(''))), /終了しているところ/)
})

test('a program that dies is started again; one that was stopped is not', async (t) => {
  const { data, program, supervisor } = await house(t)
  const cloud = await program('cloud', answering('process.exit(0)'))
  await supervisor.start(cloud)
  const first = await pidAt(cloud)
  process.kill(first, 'SIGKILL')
  const deadline = AbortSignal.timeout(10_000)
  const second = await (async () => {
    for (;;) {
      const pid = await pidAt(cloud).catch(() => first)
      deadline.throwIfAborted()
      if (pid !== first) return pid
    }
  })()
  assert.notEqual(second, first)
  await supervisor.stop()
  await assert.rejects(pidAt(cloud))
  assert.equal(await endOrphans(data), 0)
})

test('a program that cannot start is named with its own last words', async (t) => {
  const { program, supervisor } = await house(t)
  const broken = await program('broken', `throw new Error('no such setting')`)
  await assert.rejects(supervisor.start(broken), /broken が起動しませんでした[^]*no such setting/)
  await supervisor.stop()
})

test('a log past 10 MB is set aside when its program starts', async (t) => {
  const { data, program, supervisor } = await house(t)
  const log = path.join(data, 'log', 'cloud.log')
  fs.mkdirSync(path.dirname(log))
  fs.writeFileSync(log, 'x'.repeat(10_000_001))
  await supervisor.start(await program('cloud', answering('process.exit(0)')))
  await supervisor.stop()
  assert.equal(fs.statSync(`${log}.1`).size, 10_000_001)
  assert.equal(fs.statSync(log).size, 0)
})

test('what a killed start left running is ended by the next, and nothing else', async (t) => {
  const { root, data, program } = await house(t)
  const cloud = await program('cloud', answering('process.exit(0)'))
  const starter = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { Supervisor } from ${JSON.stringify(path.join(import.meta.dirname, 'supervisor.ts'))}
       await new Supervisor(${JSON.stringify(root)}, ${JSON.stringify(data)}).start(${JSON.stringify(cloud)})
       console.log('started')`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  )
  await once(starter.stdout, 'data')
  process.kill(-starter.pid!, 'SIGKILL')
  await once(starter, 'exit')
  const other = await house(t)
  const stranger = await other.program('cloud', answering('process.exit(0)'))
  await other.supervisor.start(stranger)

  assert.ok((await pidAt(cloud)) > 0)
  assert.equal(await endOrphans(data), 1)
  await assert.rejects(pidAt(cloud))
  assert.ok((await pidAt(stranger)) > 0)
  await other.supervisor.stop()
})
