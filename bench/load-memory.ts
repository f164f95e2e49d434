import { csvLine } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import { fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { cityRows } from './support/city.ts'
import { openLinkBench, peakMemory } from './support/link-bench.ts'
import { report, type BenchOptions } from './result.ts'

const ROWS = 5_000_000
/** The design's bound for a process that loads. */
const BOUND_MB = 512
/** So many different people; a larger town has them again under other numbers. */
const PEOPLE = 20_000

/**
 * Memory while files of growing size stream in, each for a town of its own, twice: its first load, and the same again, which
 * is compared. The file is never on a disk: it is made while it is read. Fails above the bound.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const most = rows ?? ROWS
  const bench = await openLinkBench()
  try {
    const header = Buffer.from(csvLine(fileInterfaces.residents.columns.map(({ name }) => name)))
    const sizes = [10_000, 100_000, 1_000_000].filter((size) => size < most)
    const peaks: number[] = []
    for (const size of [...sizes, most]) {
      const town = await bench.newTown()
      const open = streamOf(header, town, size)
      const first = await peakMemory(() => bench.apply({ mode: 'full', open }, town))
      const again = await peakMemory(() => bench.apply({ mode: 'full', open }, town))
      if (first.result.counts.inserted !== size || again.result.counts.unchanged !== size)
        throw new Error('the town did not come in as it was')
      peaks.push(Math.max(first.peak, again.peak) / 1e6)
      console.log(
        `${size} rows: at most ${(first.peak / 1e6).toFixed(0)} MB, again ${(again.peak / 1e6).toFixed(0)} MB`,
      )
    }
    report({
      name: 'load-memory',
      data: `住民情報, ${[...sizes, most].join(', ')} rows streamed, each twice; with the maker of the rows`,
      figure: Math.max(...peaks),
      unit: 'MB RSS at most',
      reference: peaks[0]!,
      ratio: peaks[0]! / peaks.at(-1)!,
      rssMb: Math.max(...peaks),
    })
    if (Math.max(...peaks) > BOUND_MB) throw new Error(`more than ${BOUND_MB} MB`)
  } finally {
    await bench.close()
  }
}

/** The same people again and again; only 宛名番号 and 世帯番号 tell them apart. */
function streamOf(header: Buffer, town: MunicipalityCode, size: number): () => AsyncIterable<Buffer> {
  const lines = [...cityRows(Math.min(size, PEOPLE))].map((fields) =>
    csvLine(fields.with(0, town).with(1, '@').with(4, '#')),
  )
  // eslint-disable-next-line @typescript-eslint/require-await
  return async function* () {
    yield header
    let text = ''
    for (let i = 0; i < size; i++) {
      text += lines[i % lines.length]!.replace('@', String(i + 1)).replace(
        '#',
        String(Math.floor(i / 2.3) + 1),
      )
      if (text.length < 65_536) continue
      yield Buffer.from(text)
      text = ''
    }
    yield Buffer.from(text)
  }
}
