import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { inScope } from './db/tx.ts'
import { startJobs, type Job } from './jobs.ts'
import { openLog } from './log.ts'
import type { Runtime } from './runtime.ts'
import { Keyring } from './seal.ts'
import { testDatabase, type TestDatabase } from './testing/database.ts'

const hida = '212172' as MunicipalityCode

/** A worker that says when its job runs, and never ends it. */
const stuckWorker = (workerUrl: string, appUrl: string): string => `
  import { openPool } from ${JSON.stringify(path.join(import.meta.dirname, 'db/pool.ts'))}
  import { startJobs } from ${JSON.stringify(path.join(import.meta.dirname, 'jobs.ts'))}
  const runtime = { pool: openPool('stuck', ${JSON.stringify(appUrl)}), log() {}, now: () => new Date() }
  const run = () => { process.stdout.write('running'); return new Promise(() => setInterval(() => {}, 1000)) }
  await startJobs(runtime, ${JSON.stringify(workerUrl)}, [{ task: 'stuck', run }])`

describe('background jobs', () => {
  let database: TestDatabase
  let runtime: Runtime
  const lines: Record<string, unknown>[] = []
  let logged: (code: string) => void = () => undefined
  before(async () => {
    database = await testDatabase('cloud', migrationsOf('cloud'))
    const write = (line: string): void => {
      const said = JSON.parse(line) as Record<string, unknown>
      lines.push(said)
      logged(String(said['code']))
    }
    runtime = {
      pool: database.app,
      keyring: new Keyring(randomBytes(32)),
      log: openLog('test', { write }),
      production: false,
      now: () => new Date(),
    }
  })
  after(() => database.close())

  const enqueue = (task: string) =>
    inScope(database.app, hida, (tx) => tx.sql('select jobs.enqueue($1, $2, $3)', [task, hida, '{}']))
  const until = (code: string): Promise<void> =>
    new Promise((resolve) => {
      logged = (said) => {
        if (said === code) resolve()
      }
    })

  test('a job whose process was killed runs again as soon as the next one starts; one that lives keeps its own', async () => {
    let runs = 0
    let finish: () => void = () => undefined
    let begin: () => void = () => undefined
    const begun = new Promise<void>((resolve) => (begin = resolve))
    const slow: Job = {
      task: 'slow',
      run() {
        runs += 1
        begin()
        return new Promise((resolve) => (finish = resolve))
      },
    }
    await enqueue('slow')
    const alive = await startJobs(runtime, database.urls.worker, [slow])
    await begun

    await enqueue('stuck')
    const killed = spawn(
      process.execPath,
      ['--input-type=module', '--eval', stuckWorker(database.urls.worker, database.urls.app)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    await once(killed.stdout!, 'data')
    killed.kill('SIGKILL')
    await once(killed, 'close')

    const done = until('platform.job-done')
    const again: Job = { task: 'stuck', run: async () => undefined }
    const never: Job = { task: 'slow', run: async () => void (runs += 1) }
    const next = await startJobs(runtime, database.urls.worker, [again, never])
    await done
    await next.stop()
    assert.equal(runs, 1)
    assert.deepEqual(
      lines.filter(({ task }) => task === 'stuck').map(({ code }) => code),
      ['platform.job-left', 'platform.job-done'],
    )
    finish()
    await alive.stop()
  })

  test('a job that failed for the last time is told apart from one that will be tried again', async () => {
    const givenUp = until('platform.job-given-up')
    await enqueue('doomed')
    const queue = new pg.Client({ connectionString: database.urls.worker })
    await queue.connect()
    await queue.query('update graphile_worker._private_jobs set attempts = max_attempts - 1')
    await queue.end()
    const doomed: Job = {
      task: 'doomed',
      async run() {
        throw new Error('山田花子')
      },
    }
    const runner = await startJobs(runtime, database.urls.worker, [doomed])
    await givenUp
    await runner.stop()
    assert.ok(!JSON.stringify(lines).includes('山田'))
  })
})
