import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import pg from 'pg'
import { startPostgres } from './embedded.ts'

const folder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), 'open-bcl-pg-'))

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

describe('the embedded PostgreSQL', () => {
  test('works in a folder that only its owner may enter, and stops cleanly', async () => {
    const parent = folder()
    fs.chmodSync(parent, 0o700)
    const server = await startPostgres({ kind: 'embedded', dataDir: path.join(parent, 'data') })
    assert.deepEqual(await query(server.url, 'show fsync'), [{ fsync: 'on' }])
    await server.stop()
    assert.ok(!fs.existsSync(path.join(parent, 'data/postmaster.pid')))
    fs.rmSync(parent, { recursive: true })
  })

  test('a folder has one owner: a second start says who holds it', async () => {
    const parent = folder()
    const dataDir = path.join(parent, 'data')
    const holder = await startHolder(dataDir)
    await assert.rejects(startPostgres({ kind: 'embedded', dataDir }), new RegExp(`PID ${holder.pid}`))
    const postmaster = postmasterOf(dataDir)
    holder.kill('SIGKILL')
    process.kill(postmaster, 'SIGINT')
    await once(holder, 'exit')
    fs.rmSync(parent, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })

  test('after kill -9 of the program that started it, the next start ends the orphan and finds every commit', async () => {
    const parent = folder()
    const dataDir = path.join(parent, 'data')
    const holder = await startHolder(dataDir)
    holder.kill('SIGKILL')
    await new Promise((resolve) => holder.once('exit', resolve))
    const server = await startPostgres({ kind: 'embedded', dataDir })
    assert.deepEqual(await query(server.url, 'select x from kept'), [{ x: 42 }])
    await server.stop()
    fs.rmSync(parent, { recursive: true })
  })

  test('a start that was killed inside initdb is begun anew', async () => {
    const parent = folder()
    const dataDir = path.join(parent, 'data')
    const holder = spawnHolder(dataDir)
    // As soon as initdb says what version it makes, long before it is done.
    while (!fs.readdirSync(parent).some((name) => fs.existsSync(path.join(parent, name, 'PG_VERSION'))))
      await new Promise((resolve) => setImmediate(resolve))
    // Initdb too, as when the power goes: it is of the holder's group.
    process.kill(-holder.pid!, 'SIGKILL')
    await once(holder, 'exit')
    assert.ok(!fs.existsSync(dataDir))
    const server = await startPostgres({ kind: 'embedded', dataDir, throwAway: true })
    assert.deepEqual(await query(server.url, 'select 1 as one'), [{ one: 1 }])
    assert.ok(!fs.readdirSync(parent).some((name) => name.startsWith('data.new-')))
    await server.stop()
    fs.rmSync(parent, { recursive: true })
  })

  test('a folder that holds something else is refused and left alone', async () => {
    const parent = folder()
    fs.mkdirSync(path.join(parent, 'data'))
    fs.writeFileSync(path.join(parent, 'data/letter.txt'), '')
    await assert.rejects(
      startPostgres({ kind: 'embedded', dataDir: path.join(parent, 'data') }),
      /データベースのフォルダではありません/,
    )
    assert.deepEqual(fs.readdirSync(path.join(parent, 'data')), ['letter.txt'])
    fs.rmSync(parent, { recursive: true })
  })

  test('a server that is killed comes back on the same port with every commit', async () => {
    const parent = folder()
    const dataDir = path.join(parent, 'data')
    const back = Promise.withResolvers<void>()
    const tell = (line: string): void => {
      if (line.includes('再び')) back.resolve()
    }
    const server = await startPostgres({ kind: 'embedded', dataDir, tell })
    await query(server.url, 'create table kept as select 42 as x')
    // A backend at work outlives its postmaster and must not keep the next one away.
    const busy = query(server.url, 'select count(*) from generate_series(1, 1e12::bigint)').catch(
      () => undefined,
    )
    process.kill(postmasterOf(dataDir), 'SIGKILL')
    await back.promise
    await busy
    assert.deepEqual(await query(server.url, 'select x from kept'), [{ x: 42 }])
    await server.stop()
    fs.rmSync(parent, { recursive: true })
  })

  test('a dead server that nobody has waited for does not keep the next from starting', async (t) => {
    const parent = folder()
    const dataDir = path.join(parent, 'data')
    const server = await startPostgres({ kind: 'embedded', dataDir, throwAway: true })
    await server.stop()
    // Becomes a program that never waits for the child it had before, as the first process of a container may.
    const careless = spawn('sh', ['-c', 'true & echo $!; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => careless.kill())
    const [said] = (await once(careless.stdout, 'data')) as [Buffer]
    fs.writeFileSync(path.join(dataDir, 'postmaster.pid'), `${said.toString().trim()}\n${dataDir}\n`)
    const next = await startPostgres({ kind: 'embedded', dataDir, throwAway: true })
    await next.stop()
    fs.rmSync(parent, { recursive: true })
  })

  test('a start that is given up leaves no server and no owner', async () => {
    const parent = folder()
    const dataDir = path.join(parent, 'data')
    const signal = AbortSignal.abort(new Error('given up'))
    await assert.rejects(startPostgres({ kind: 'embedded', dataDir, throwAway: true, signal }), /given up/)
    const server = await startPostgres({ kind: 'embedded', dataDir, throwAway: true })
    await server.stop()
    fs.rmSync(parent, { recursive: true })
  })

  test(
    'root without namespaces, as in a container, runs it in a folder that only root may enter, by turns too',
    { skip: process.getuid?.() !== 0 && 'needs root' },
    async () => {
      const parent = folder()
      fs.chmodSync(parent, 0o700)
      const dataDir = path.join(parent, 'data')
      for (const [way, uid] of [
        ['capability', 65534],
        ['namespace', 0],
        ['capability', 65534],
      ] as const) {
        const server = await startPostgres({ kind: 'embedded', dataDir, throwAway: true, waysOfRoot: [way] })
        await query(server.url, 'create table if not exists kept (x int)')
        assert.equal(fs.statSync(dataDir).uid, uid)
        await server.stop()
      }
      fs.rmSync(parent, { recursive: true })
    },
  )

  test(
    'where root can run it in no way, it is said which folder bars the way',
    { skip: process.getuid?.() !== 0 && 'needs root' },
    async () => {
      const parent = folder()
      fs.chmodSync(parent, 0o700)
      await assert.rejects(
        startPostgres({ kind: 'embedded', dataDir: path.join(parent, 'data'), waysOfRoot: ['nobody'] }),
        (error: Error) => error.message.includes('chmod o+x') && error.message.includes(parent),
      )
      fs.rmSync(parent, { recursive: true })
    },
  )
})

function postmasterOf(dataDir: string): number {
  return Number.parseInt(fs.readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8'), 10)
}

/** Another process that starts the server, commits a row, says so and waits. */
function spawnHolder(dataDir: string) {
  const script = `
    import { startPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'embedded.ts'))}
    import pg from 'pg'
    const server = await startPostgres({ kind: 'embedded', dataDir: ${JSON.stringify(dataDir)} })
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    await client.query('create table kept (x int)')
    await client.query('insert into kept values (42)')
    console.log('committed')
    setInterval(() => undefined, 1000)`
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: path.resolve(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
}

async function startHolder(dataDir: string) {
  const child = spawnHolder(dataDir)
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => chunk.toString().includes('committed') && resolve())
    child.once('exit', () => reject(new Error('holder ended')))
  })
  return child
}
