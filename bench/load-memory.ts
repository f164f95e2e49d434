import { spawn } from 'node:child_process'
import path from 'node:path'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { openLinkBench, peakMemory } from './support/link-bench.ts'
import { report, type BenchOptions } from './result.ts'

const ROWS = 5_000_000
/** The design's bound for a process that loads. */
const BOUND_MB = 512

/**
 * Memory while files of growing size stream in, each for a town of its own, twice: its first load, and the same again, which
 * is compared. The file is never on a disk: another process makes it while it is read. Fails above the bound.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const most = rows ?? ROWS
  const bench = await openLinkBench()
  try {
    const sizes = [...[10_000, 100_000, 1_000_000].filter((size) => size < most), most]
    const peaks: number[] = []
    for (const size of sizes) {
      const town = await bench.newTown()
      const open = () => streamCity(town, size)
      const first = await peakMemory(() => bench.apply({ mode: 'full', open }, town))
      const again = await peakMemory(() => bench.apply({ mode: 'full', open }, town))
      if (first.result.counts.inserted !== size || again.result.counts.unchanged !== size)
        throw new Error('the town did not come in as it was')
      peaks.push(Math.max(first.peak, again.peak) / 1e6)
      const shown = [first.peak, again.peak].map((peak) => `${(peak / 1e6).toFixed(0)} MB`)
      console.log(`${size} rows: at most ${shown[0]}; compared with itself ${shown[1]}`)
    }
    const highest = Math.max(...peaks)
    report({
      name: 'load-memory',
      data: `住民情報, ${sizes.join(', ')} rows streamed, each twice`,
      figure: highest,
      unit: 'MB RSS at most',
      reference: null,
      ratio: null,
      rssMb: highest,
    })
    if (highest > BOUND_MB) throw new Error(`more than ${BOUND_MB} MB`)
  } finally {
    await bench.close()
  }
}

function streamCity(town: MunicipalityCode, size: number): AsyncIterable<Buffer> {
  const maker = path.join(import.meta.dirname, 'support/stream-city.ts')
  return spawn(process.execPath, [maker, town, String(size)], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout
}
