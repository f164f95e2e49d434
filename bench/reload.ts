import { makeCityFile, openLinkBench, peakMemory, readCityFile } from './support/link-bench.ts'
import { report, type BenchOptions } from './result.ts'

const ROWS = 1_000_000
const CHANGED_EVERY = 100

/**
 * A full file of a town that has it already: first the very same one, of which nothing is written, then one in which one
 * person in a hundred has changed, of which only those are. Beside it the first load of the same town.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const count = rows ?? ROWS
  const bench = await openLinkBench()
  try {
    const file = makeCityFile(bench.folder, count)
    const changedFile = makeCityFile(bench.folder, count, CHANGED_EVERY)
    const apply = async (path: string) => {
      const begin = performance.now()
      const { result, peak } = await peakMemory(() => bench.apply({ mode: 'full', open: readCityFile(path) }))
      return { ...result.counts, peak, seconds: (performance.now() - begin) / 1_000 }
    }
    const first = await apply(file)
    const same = await apply(file)
    if (same.unchanged !== count) throw new Error('the same file changed something')
    const changed = await apply(changedFile)
    const expected = Math.floor(count / CHANGED_EVERY)
    if (changed.updated !== expected || changed.unchanged !== count - expected)
      throw new Error(`${changed.updated} were written instead of ${expected}`)
    console.log(
      `first ${first.seconds.toFixed(1)} s; the same again ${same.seconds.toFixed(1)} s, nothing written; ` +
        `1 % changed ${changed.seconds.toFixed(1)} s, ${changed.updated} rows written`,
    )
    report({
      name: 'reload',
      data: `住民情報, full file of ${count} rows of which ${expected} changed, after its first load`,
      figure: count / changed.seconds,
      unit: 'rows/s',
      reference: count / first.seconds,
      ratio: first.seconds / changed.seconds,
      rssMb: Math.max(first.peak, same.peak, changed.peak) / 1e6,
    })
  } finally {
    await bench.close()
  }
}
