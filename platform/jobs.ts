import { Logger, makeWorkerUtils, run, type Runner } from 'graphile-worker'
import pg from 'pg'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Ctx } from './ctx.ts'
import { errorFields, logCodes } from './log.ts'
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

/** Runs jobs until `stop()`, which lets the running ones finish. */
export async function startJobs(runtime: Runtime, workerUrl: string, jobs: readonly Job[]): Promise<Runner> {
  const taskList = Object.fromEntries(
    jobs.map((job) => [
      job.task,
      async (payload: unknown, helpers: { job: { id: string; attempts: number } }) => {
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
          runtime.log(logCodes.jobFailed, { ...fields, attempt: helpers.job.attempts, ...errorFields(error) })
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
  })
}

function silentLogger() {
  return new Logger(() => () => undefined)
}
