import { EventEmitter } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import { Logger, makeWorkerUtils, run, type Runner, type WorkerEvents } from 'graphile-worker'
import pg from 'pg'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Ctx } from './ctx.ts'
import { errorFields, logCodes, type Log } from './log.ts'
import { withCtx, type Runtime } from './runtime.ts'

/**
 * Background work, enqueued in the transaction of the change that wants it (`ctx.enqueue`). A job carries the
 * municipality and ids only; it opens its own scope and runs at least once, so it must be safe to repeat.
 */
export type Job = {
  readonly task: string
  run(ctx: Ctx, ids: Readonly<Record<string, string>>): Promise<void>
}

/** Makes the queue's tables and `jobs.enqueue`, as role `worker`. Safe to run twice and at once. */
export async function installJobs(workerUrl: string): Promise<void> {
  const utils = await makeWorkerUtils({ connectionString: workerUrl })
  try {
    await utils.migrate()
  } finally {
    await utils.release()
  }
  const client = new pg.Client({ connectionString: workerUrl })
  await client.connect()
  try {
    await client.query('begin')
    // Both of two starting processes come here: the table lock lets one pass at a time.
    await client.query('lock table graphile_worker.migrations in share row exclusive mode')
    await client.query('create schema if not exists jobs')
    await client.query(`
      create or replace function jobs.enqueue(task text, municipality char(6), ids jsonb) returns void
      language sql security definer set search_path = ''
      as $$
        select graphile_worker.add_job(task, json_build_object('municipality', municipality, 'ids', ids), max_attempts := 12)
      $$`)
    await client.query('revoke all on function jobs.enqueue from public')
    await client.query('grant usage on schema jobs to app, linkage')
    await client.query('grant execute on function jobs.enqueue to app, linkage')
    await client.query('commit')
  } finally {
    await client.end()
  }
}

/** Runs jobs until `stop()`, which lets the running ones finish. First takes up what a killed process left running. */
export async function startJobs(runtime: Runtime, workerUrl: string, jobs: readonly Job[]): Promise<Runner> {
  await freeLeftJobs(runtime.log, workerUrl)
  const taskList = Object.fromEntries(
    jobs.map((job) => [
      job.task,
      async (payload: unknown, helpers: { job: { id: string; attempts: number; max_attempts: number } }) => {
        const { municipality, ids } = payload as {
          municipality: MunicipalityCode
          ids: Record<string, string>
        }
        const fields = { task: job.task, jobId: String(helpers.job.id), municipalityCode: municipality }
        const call = {
          actor: { kind: 'job', task: job.task },
          municipality,
          traceId: `job-${helpers.job.id}`,
        } as const
        try {
          await withCtx(runtime, call, (ctx) => job.run(ctx, ids))
          runtime.log(logCodes.jobDone, fields)
        } catch (error) {
          const { attempts, max_attempts } = helpers.job
          runtime.log(logCodes.jobFailed, { ...fields, attempt: attempts, ...errorFields(error) })
          if (attempts >= max_attempts) runtime.log(logCodes.jobGivenUp, { ...fields, attempt: attempts })
          // The queue keeps the message of a failed job: it must not hold what the error quoted.
          throw new Error(error instanceof Error ? error.name : 'failed')
        }
      },
    ]),
  )
  return await run({
    connectionString: workerUrl,
    concurrency: 4,
    pollInterval: 1000,
    noHandleSignals: true,
    taskList,
    logger: silentLogger(),
    events: naming(),
  })
}

/**
 * A job is locked by the name of its worker pool, and the lock of a killed process would last for the queue's four hours.
 * So a pool is named by host, process and the process's start, and whoever starts on that host frees the jobs of those
 * that are no more. Not by a shorter lock: a certificate batch may run for long, and two processes may share a database.
 * Two containers that share a host's name but not its process numbers take each other for dead; then a job runs twice,
 * which every job must bear.
 */
function naming(): WorkerEvents {
  const events: WorkerEvents = new EventEmitter()
  // Emitted before the pool's first query; each query reads the id anew.
  events.on('pool:create', ({ workerPool }) => {
    workerPool.id = `${os.hostname()}|${process.pid}|${startOf(process.pid)}|${workerPool.id}`
  })
  return events
}

/** When a process started, in clock ticks since the host did (proc_pid_stat(5), field 22); `null` when there is none. */
function startOf(pid: number): string | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

async function freeLeftJobs(log: Log, workerUrl: string): Promise<void> {
  const utils = await makeWorkerUtils({ connectionString: workerUrl, logger: silentLogger() })
  try {
    const locked = await utils.withPgClient((client) =>
      client.query<{ id: string; task: string; attempts: number; final: boolean; worker: string }>(
        `select id::text, task_identifier as task, attempts, attempts >= max_attempts as final, locked_by as worker
           from graphile_worker.jobs where locked_by is not null`,
      ),
    )
    const left = locked.rows.filter(({ worker }) => isGone(worker))
    if (left.length === 0) return
    await utils.forceUnlockWorkers([...new Set(left.map(({ worker }) => worker))])
    for (const { id, task, attempts, final } of left) {
      const fields = { task, jobId: id, attempt: attempts }
      log(final ? logCodes.jobGivenUp : logCodes.jobLeft, fields)
    }
  } finally {
    await utils.release()
  }
}

function isGone(worker: string): boolean {
  const [host, pid, start] = worker.split('|')
  return host === os.hostname() && start !== undefined && startOf(Number(pid)) !== start
}

function silentLogger() {
  return new Logger(() => () => undefined)
}
