import {
  getLedger,
  getVictim,
  registerDisaster,
  searchLedger,
} from '@open-bcl/modules/ledger/ledger.contract.ts'
import pg from 'pg'
import { CITY } from './support/city.ts'
import { openCityBench } from './support/link-bench.ts'
import { median, quantile, report, type BenchOptions } from './result.ts'

const ROUNDS = 30

/** 災害名新規登録 over a loaded city, as a browser asks for it: the ledger is open when it answers. Beside it one committed row in SQL. */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const people = rows ?? 400_000
  const bench = await openCityBench(people)
  try {
    const clerk = await bench.cloud.signIn(CITY, 'clerk')
    const admin = new pg.Client({ connectionString: bench.adminUrl })
    await admin.connect()
    await admin.query('create table if not exists public.bench_opened (at timestamptz)')
    const opening: number[] = []
    const plain: number[] = []
    const looking: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const began = performance.now()
      const { disaster } = await clerk.get(registerDisaster, {
        ...{
          name: `計測の災害${Date.now()}`,
          hazards: ['flood'],
          occurredOn: '2026-11-20',
          causeText: '大雨による',
        },
        applicationDeadlineOn: null,
      })
      opening.push(performance.now() - began)
      const { disasterId } = disaster
      const beganLooking = performance.now()
      await clerk.get(getLedger, { disasterId })
      const { people: found } = await clerk.get(searchLedger, { disasterId, name: '佐藤' })
      if (found[0]) await clerk.get(getVictim, { disasterId, personRef: found[0].personRef as never })
      looking.push(performance.now() - beganLooking)
      const beganPlain = performance.now()
      await admin.query('insert into public.bench_opened values (now())')
      plain.push(performance.now() - beganPlain)
    }
    await admin.end()
    const figure = quantile(opening, 0.95)
    console.log(
      `opened: median ${median(opening).toFixed(1)} ms, p95 ${figure.toFixed(1)} ms, first ${opening[0]!.toFixed(0)} ms`,
    )
    console.log(
      `then searched and a person shown: median ${median(looking).toFixed(0)} ms, p95 ${quantile(looking, 0.95).toFixed(0)} ms`,
    )
    report({
      name: 'ledger-open',
      data: `${people} residents, ${ROUNDS} ledgers opened one after another`,
      ...{ figure, unit: 'ms (p95)' },
      ...{ reference: quantile(plain, 0.95), ratio: quantile(plain, 0.95) / figure },
    })
  } finally {
    await bench.close()
  }
}
