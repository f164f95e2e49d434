import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
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
    holder.kill('SIGKILL')
    await new Promise((resolve) => holder.once('exit', resolve))
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

  test('a start that died inside initdb is begun anew', async () => {
    const parent = folder()
    const dataDir = path.join(parent, 'data')
    fs.mkdirSync(path.join(dataDir, 'base'), { recursive: true })
    fs.writeFileSync(path.join(dataDir, 'base/half'), '')
    const server = await startPostgres({ kind: 'embedded', dataDir, throwAway: true })
    assert.deepEqual(await query(server.url, 'select 1 as one'), [{ one: 1 }])
    await server.stop()
    fs.rmSync(parent, { recursive: true })
  })
})

/** Another process that starts the server, commits a row, says so and waits. */
async function startHolder(dataDir: string) {
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
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: path.resolve(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => chunk.toString().includes('committed') && resolve())
    child.once('exit', () => reject(new Error('holder ended')))
  })
  return child
}
