import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { AppliedFile, FileToApply } from '@open-bcl/modules/linkage/intake.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { makeMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { applyFile } from '@open-bcl/modules/linkage/intake.actions.ts'
import { nextSeq } from '@open-bcl/modules/residents/intake.actions.ts'
import { startPostgres } from '@open-bcl/platform/db/embedded.ts'
import pg from 'pg'
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
  /** Makes a part of the data, unless a run before made and kept it. The first one is called `register`. */
  once(part: string, make: () => Promise<void>): Promise<void>
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

/** Its data stay there for the next run, where this names a folder. */
const KEPT = process.env['BENCH_FOLDER']
/** Opens the towns of kept databases again. They hold nobody's data. */
const KEPT_MASTER_KEY = createHash('sha256').update('bench').digest()

/** A city of so many different people, its register loaded, vacuumed and analysed. */
export async function openCityBench(people: number): Promise<LinkBench> {
  const bench = await openLinkBench({ kept: `city_${people}` })
  try {
    await bench.once('register', async () => {
      await bench.apply({ mode: 'full', open: readCityFile(makeCityFile(bench.folder, people)) })
      await hideSome(bench.adminUrl)
    })
  } catch (error) {
    await bench.close()
    throw error
  }
  return bench
}

/** One of five hundred is under 支援措置. */
async function hideSome(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query(
    `insert into access.suppression (municipality_code, resident_no, history_no, from_seq, starts_on, ends_on, category,
       lifted, latest)
     select municipality_code, resident_no, 1, from_seq, '2026-04-01', '2027-03-31', '1', false, true
       from (select *, row_number() over (order by resident_no) as n from residents.version
              where latest and not deleted and to_seq is null) v where n % 500 = 0`,
  )
  await admin.end()
}

export async function openLinkBench(options: { readonly kept?: string } = {}): Promise<LinkBench> {
  const kept = KEPT === undefined ? undefined : options.kept
  if (KEPT !== undefined) mkdirSync(KEPT, { recursive: true })
  const folder = KEPT ?? (await mkdtemp(path.join(tmpdir(), 'bench-load-')))
  const server = await startPostgres({ kind: 'embedded', dataDir: path.join(folder, 'db') })
  process.env['TEST_DATABASE_URL'] = server.url
  if (kept !== undefined && !existsSync(path.join(folder, `${kept}.register`)))
    await dropHalfMade(server.url, kept)
  const cloud = await testCloud(kept === undefined ? {} : { kept, masterKey: KEPT_MASTER_KEY })
  const isThere = await cloud.as(CITY, async (ctx) => {
    const rows = await ctx.tx.sql('select 1 from app.tenant where municipality_code = $1', [CITY])
    return rows.length > 0
  })
  if (!isThere) await cloud.onboard(CITY, '見本市')
  let towns = 0
  const once = async (part: string, make: () => Promise<void>): Promise<void> => {
    const mark = path.join(folder, `${kept}.${part}`)
    if (kept !== undefined && existsSync(mark)) return
    await make()
    const admin = new pg.Client({ connectionString: cloud.database.urls.admin })
    await admin.connect()
    await admin.query('vacuum analyze')
    await admin.end()
    if (kept !== undefined) writeFileSync(mark, '')
  }
  return {
    once,
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
      if (KEPT === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

async function dropHalfMade(serverUrl: string, name: string): Promise<void> {
  const admin = new pg.Client({ connectionString: serverUrl })
  await admin.connect()
  await admin.query(`drop database if exists ${name} with (force)`)
  await admin.end()
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
