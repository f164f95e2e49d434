import { registerDisaster } from '@open-bcl/modules/ledger/ledger.actions.ts'
import { runMatch } from '@open-bcl/modules/support/matcher.actions.ts'
import { listProgrammes } from '@open-bcl/modules/support/programmes.actions.ts'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { CITY } from './support/city.ts'
import { openCityBench } from './support/link-bench.ts'
import { report, type BenchOptions } from './result.ts'

/** Judges every household of a town against every programme: the first run, which writes all rows, and the second, which writes none. */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const count = rows ?? 400_000
  const bench = await openCityBench(count)
  try {
    const { disaster } = await bench.cloud.as(CITY, (ctx) =>
      registerDisaster(ctx, {
        name: `計測の災害${Date.now()}`,
        hazards: ['earthquake'],
        occurredOn: '2026-07-28' as PlainDate,
        causeText: '令和８年７月２８日の地震による',
        applicationDeadlineOn: null,
      }),
    )
    const disasterId = disaster.disasterId as never
    const seconds: number[] = []
    let households = 0
    for (const wanted of ['all', 'none'] as const) {
      const began = performance.now()
      const run = await bench.cloud.as(CITY, (ctx) => runMatch(ctx, disasterId))
      seconds.push((performance.now() - began) / 1000)
      households = run.households
      const expected = wanted === 'all' ? run.households : 0
      if (run.changed !== expected) throw new Error(`wrote ${run.changed} rows, not ${expected}`)
    }
    const { programmes } = await bench.cloud.as(CITY, (ctx) => listProgrammes(ctx, { disasterId }))
    console.log(`first run ${seconds[0]!.toFixed(1)} s, second run ${seconds[1]!.toFixed(1)} s`)
    report({
      name: 'support-match',
      data: `${count} residents, ${households} households × ${programmes.length} programmes`,
      figure: seconds[0]!,
      unit: 's',
      reference: 60,
      ratio: 60 / seconds[0]!,
    })
  } finally {
    await bench.close()
  }
}
