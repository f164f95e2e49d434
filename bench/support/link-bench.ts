import { spawnSync } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { AppliedFile, FileToApply } from '@open-bcl/modules/linkage/intake.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { makeMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { applyFile } from '@open-bcl/modules/linkage/intake.actions.ts'
import { nextSeq } from '@open-bcl/modules/residents/intake.actions.ts'
import { startPostgres } from '@open-bcl/platform/db/embedded.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { CITY } from './city.ts'

/** A database that flushes to disk as in production, and one town on it without any data. */
export type LinkBench = {
  readonly cloud: TestCloud
  /** A folder on the same disk. */
  readonly folder: string
  /** URL of a superuser. */
  readonly adminUrl: string
  /** A further town without any data. */
  newTown(): Promise<MunicipalityCode>
  /**
   * Applies a file of 住民情報 as the gateway does once it is there whole: one transaction, from its first byte to the
   * flushed commit.
   */
  apply(
    file: Pick<FileToApply, 'open' | 'mode'> & Partial<FileToApply>,
    town?: MunicipalityCode,
  ): Promise<Extract<AppliedFile, { state: 'applied' }>>
  close(): Promise<void>
}

export async function openLinkBench(): Promise<LinkBench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-load-'))
  const server = await startPostgres({ kind: 'embedded', dataDir: path.join(folder, 'db') })
  process.env['TEST_DATABASE_URL'] = server.url
  const cloud = await testCloud()
  await cloud.onboard(CITY, '見本市')
  let towns = 0
  return {
    cloud,
    folder,
    adminUrl: cloud.database.urls.admin,
    async newTown() {
      return await cloud.onboard(makeMunicipalityCode(String(20_000 + ++towns)), '見本市')
    },
    async apply(file, municipality = CITY) {
      const runtime = { ...cloud.runtime, pool: cloud.database.linkage }
      const call = { actor: { kind: 'job', task: 'bench' }, municipality, traceId: 'bench' } as const
      const applied = await withCtx(runtime, call, async (ctx) =>
        applyFile(ctx, { business: 'residents', origin: 'link', seq: await nextSeq(ctx), ...file }),
      )
      if (applied.state !== 'applied' || applied.badRows > 0)
        throw new Error(`not applied: ${JSON.stringify(applied.errors[0])}`)
      return applied
    },
    async close() {
      await cloud.close()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * A city's file on the bench's disk, as it lies in the spool: `rows` different people, every `changedEvery`-th of whom has
 * moved into another room. Made by another process, so that its memory is not ours.
 */
export function makeCityFile(folder: string, rows: number, changedEvery?: number): string {
  const file = path.join(folder, `city-${rows}-${changedEvery ?? 'as-it-was'}.csv`)
  const maker = path.join(import.meta.dirname, 'make-city-file.ts')
  const { status } = spawnSync(
    process.execPath,
    [maker, file, String(rows), ...(changedEvery === undefined ? [] : [String(changedEvery)])],
    { stdio: 'inherit' },
  )
  if (status !== 0) throw new Error('the city was not made')
  return file
}

export const readCityFile = (file: string) => (): AsyncIterable<Buffer> =>
  createReadStream(file, { highWaterMark: 1024 * 1024 })

/** The greatest resident memory of this process while `work` runs, bytes. */
export async function peakMemory<T>(work: () => Promise<T>): Promise<{ result: T; peak: number }> {
  let peak = process.memoryUsage.rss()
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20)
  try {
    return { result: await work(), peak }
  } finally {
    clearInterval(watch)
  }
}
