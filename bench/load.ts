import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { FileReading } from '@open-bcl/modules/linkage/file-rows.ts'
import { FirstLoad } from '@open-bcl/modules/residents/intake.store.ts'
import { searchResidents } from '@open-bcl/modules/residents/residents.actions.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { CITY } from './support/city.ts'
import {
  makeCityFile,
  openLinkBench,
  peakMemory,
  readCityFile,
  type LinkBench,
} from './support/link-bench.ts'
import { report, type BenchOptions } from './result.ts'

const ROWS = 1_000_000
/** Enough to see where the time of one row goes. */
const SPLIT_ROWS = 100_000

/**
 * Loads residents into an empty table, searchable at the end: file on disk → parsed, checked, sealed, tokenised → versioned,
 * indexed, committed and flushed. Beside it COPY of the same file in clear into a table with the same btrees and pg_trgm GIN
 * indexes on name, kana and address, made after the COPY as a good engineer would.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const count = rows ?? ROWS
  const columns = fileInterfaces.residents.columns.length
  const bench = await openLinkBench()
  try {
    const file = makeCityFile(bench.folder, count)
    await showSplit(bench, file, Math.min(count, SPLIT_ROWS))
    const begin = performance.now()
    const cpu = process.cpuUsage()
    const { result, peak } = await peakMemory(() => bench.apply({ mode: 'full', open: readCityFile(file) }))
    const seconds = (performance.now() - begin) / 1_000
    const { user, system } = process.cpuUsage(cpu)
    if (result.counts.inserted !== count) throw new Error(`only ${result.counts.inserted} came in`)
    await requireSearchable(bench)
    const ours = (user + system) / 1e6
    console.log(
      `ours: ${seconds.toFixed(1)} s, of which this process computed ${ours.toFixed(1)} s beside the database; ` +
        `memory ${(peak / 1e6).toFixed(0)} MB at most`,
    )
    const reference = await copyInClear(bench.adminUrl, file)
    console.log(`reference: ${reference.toFixed(1)} s`)
    report({
      name: 'load',
      data: `住民情報, ${count} different people × ${columns} columns, empty table`,
      figure: count / seconds,
      unit: 'rows/s',
      reference: count / reference,
      ratio: reference / seconds,
      rssMb: peak / 1e6,
    })
  } finally {
    await bench.close()
  }
}

async function requireSearchable(bench: LinkBench): Promise<void> {
  const { people } = await bench.cloud.as(CITY, (ctx) =>
    searchResidents(ctx, { name: '佐藤' }, { seq: null }),
  )
  if (people.length === 0) throw new Error('nobody is found')
}

/** Microseconds of one row by step, each step run with those before it and the database left out. */
async function showSplit({ cloud }: LinkBench, file: string, rows: number): Promise<void> {
  const keys = await cloud.as(CITY, (ctx) => ctx.keys())
  const nowhere = { write: () => Promise.resolve(), finish: () => Promise.resolve() }
  const tx = { copyIn: () => nowhere, client: { query: () => Promise.resolve() } } as unknown as Tx
  const steps = ['read', 'check', 'encode'] as const
  const time = async (upTo: number): Promise<number> => {
    const load = new FirstLoad(tx, keys, { mode: 'full', seq: 1n, origin: 'link' })
    const begin = performance.now()
    let done = 0
    for await (const batch of new FileReading(readCityFile(file)(), fileInterfaces.residents, CITY).rows()) {
      if (upTo >= 1) for (const row of batch) row.check()
      if (upTo >= 2) await load.write(batch)
      done += batch.length
      if (done >= rows) break
    }
    return ((performance.now() - begin) * 1_000) / done
  }
  // Once for the compiler.
  await time(2)
  let before = 0
  for (const [i, step] of steps.entries()) {
    const all = await time(i)
    console.log(`${step}: ${(all - before).toFixed(1)} µs a row`)
    before = all
  }
}

/** Seconds. */
async function copyInClear(adminUrl: string, file: string): Promise<number> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await client.query('create extension if not exists pg_trgm')
    const columns = fileInterfaces.residents.columns.map(({ name }) => `"${name}" text`)
    await client.query(`create table public.clear (${columns.join(', ')})`)
    const begin = performance.now()
    await client.query('begin')
    await pipeline(
      createReadStream(file),
      client.query(copyFrom('copy public.clear from stdin (format csv, header true)')),
    )
    const key = '"市区町村コード", "宛名番号"'
    for (const index of [
      `unique index on public.clear (${key}, "履歴番号", "履歴番号_枝番")`,
      `unique index on public.clear (${key}, "履歴番号", "履歴番号_枝番") where "削除フラグ" = '0'`,
      `unique index on public.clear (${key}) where "最新フラグ" = '1'`,
      `index on public.clear ("市区町村コード", "世帯番号") where "最新フラグ" = '1'`,
      `index on public.clear ("市区町村コード", "生年月日") where "最新フラグ" = '1'`,
      `index on public.clear using gin ("氏名" gin_trgm_ops)`,
      `index on public.clear using gin ("氏名_フリガナ" gin_trgm_ops)`,
      `index on public.clear using gin (("住所_町字" || "住所_番地号表記" || ' ' || "住所_方書") gin_trgm_ops)`,
    ])
      await client.query(`create ${index}`)
    await client.query('commit')
    return (performance.now() - begin) / 1_000
  } finally {
    await client.end()
  }
}
