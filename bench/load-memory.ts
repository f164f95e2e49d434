import { receiptOf, sendFile } from '@open-bcl/modules/linkage/testing/gateway.ts'
import { openLinkBench, townChunks, townManifest } from './support/link-bench.ts'
import { report, type BenchOptions } from './result.ts'

/** About 200 MB. */
const ROWS = 312_000
/** Growth that still counts as flat, MB: garbage between two collections, of sender and gateway together. */
const BOUND_MB = 300

/**
 * Memory while a file streams in that is far larger than the memory it may take. The file is never on a disk: it is made
 * while it is sent, and sent again under the next number, so that growth would show. Fails above the bound.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const count = rows ?? ROWS
  const bench = await openLinkBench()
  try {
    const { manifest, bytes } = townManifest(count, 1)
    await send(bench, { ...townManifest(2_000, 1).manifest }, 2_000)
    const before = process.memoryUsage().rss
    const peaks: number[] = []
    for (const fileNo of [2, 3]) {
      let peak = 0
      const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20)
      await send(bench, { ...manifest, fileNo }, count)
      clearInterval(watch)
      peaks.push(peak)
    }
    const growth = (Math.max(...peaks) - before) / 1e6
    const shown = peaks.map((peak) => (peak / 1e6).toFixed(0)).join(' and ')
    console.log(
      `${(bytes / 1e6).toFixed(0)} MB twice: ${(before / 1e6).toFixed(0)} MB before, at most ${shown} MB`,
    )
    report({
      name: 'load-memory',
      data: `住民情報, ${count} rows, ${(bytes / 1e6).toFixed(0)} MB streamed, sent twice`,
      figure: growth,
      unit: 'MB RSS above idle',
      reference: null,
      ratio: null,
      rssMb: Math.max(...peaks) / 1e6,
    })
    if (growth > BOUND_MB) throw new Error(`memory grew by ${growth.toFixed(0)} MB`)
  } finally {
    await bench.close()
  }
}

async function send(
  bench: Awaited<ReturnType<typeof openLinkBench>>,
  manifest: ReturnType<typeof townManifest>['manifest'],
  rows: number,
): Promise<void> {
  async function* chunks(): AsyncGenerator<Buffer> {
    yield* townChunks(rows)
  }
  const receipt = await receiptOf(sendFile(bench.gateway, bench.agent, { manifest, csv: chunks() }))
  if (receipt.state !== 'applied') throw new Error(`not applied: ${JSON.stringify(receipt.errors[0])}`)
}
