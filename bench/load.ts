import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { receiptOf, sendFile } from '@open-bcl/modules/linkage/testing/gateway.ts'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { openLinkBench, townManifest, TOWN_ROWS, writeTownFile } from './support/link-bench.ts'
import { report, type BenchOptions } from './result.ts'

/**
 * Loads residents into an empty table, searchable at the end: file → mutual TLS → checked, sealed, tokenised, staged →
 * compared, versioned, indexed, committed and flushed. Beside it COPY of the same file in clear into a table with the same
 * btrees and pg_trgm GIN indexes on name, kana and address, made after the COPY as a good engineer would.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const count = rows ?? TOWN_ROWS
  const bench = await openLinkBench()
  try {
    const { manifest, bytes } = townManifest(count, 1)
    const file = writeTownFile(bench.folder, count)
    console.log(`${count} rows, ${fileInterfaces.residents.columns.length} columns, ${mb(bytes)} MB`)
    const before = process.memoryUsage().rss
    let peak = before
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20)
    const begin = performance.now()
    const receipt = await receiptOf(
      sendFile(bench.gateway, bench.agent, { manifest, csv: createReadStream(file) }),
    )
    const seconds = (performance.now() - begin) / 1_000
    clearInterval(watch)
    if (receipt.state !== 'applied' || receipt.counts.inserted !== count)
      throw new Error(`not applied: ${JSON.stringify(receipt.errors[0])}`)
    console.log(`ours: ${seconds.toFixed(2)} s; memory ${mb(before)} MB before, ${mb(peak)} MB at most`)

    const again = { ...manifest, fileNo: 2 }
    const reloadBegin = performance.now()
    const reload = await receiptOf(
      sendFile(bench.gateway, bench.agent, { manifest: again, csv: createReadStream(file) }),
    )
    const reloadSeconds = (performance.now() - reloadBegin) / 1_000
    if (reload.counts.unchanged !== count) throw new Error('the same file changed something')
    console.log(`the same file under the next number: ${reloadSeconds.toFixed(2)} s, nothing written`)

    const reference = await copyInClear(bench.adminUrl, file)
    console.log(`reference: ${reference.toFixed(2)} s`)
    report({
      name: 'load',
      data: `住民情報, ${count} rows × ${fileInterfaces.residents.columns.length} columns, empty table, sender and gateway in one process`,
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

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
