import type { PlainDate } from '@open-bcl/core/brand.ts'
import { registerDisaster } from '@open-bcl/modules/ledger/ledger.actions.ts'
import { addTasks } from '@open-bcl/modules/surveys/surveys.actions.ts'
import * as tasks from '@open-bcl/modules/surveys/tasks.actions.ts'
import pg from 'pg'
import type { DisasterId } from '@open-bcl/modules/disasters/disasters.ts'
import { CITY } from './support/city.ts'
import { makeCityFile, openLinkBench, readCityFile } from './support/link-bench.ts'
import { quantile, report, type BenchOptions } from './result.ts'

const ROUNDS = 20
const PER_INSERT = 1_000

/** What staff look at all day in a disaster of many houses: a page of the list, the counts of every 町字, the map. */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const count = rows ?? 100_000
  const bench = await openLinkBench()
  try {
    await bench.apply({ mode: 'full', open: readCityFile(makeCityFile(bench.folder, count)) })
    const { disaster } = await bench.cloud.as(CITY, (ctx) =>
      registerDisaster(ctx, {
        name: '計測の災害',
        hazards: ['earthquake'],
        occurredOn: '2026-07-28' as PlainDate,
        causeText: '令和８年７月２８日の地震による',
        applicationDeadlineOn: null,
      }),
    )
    const disasterId = disaster.disasterId as DisasterId
    const admin = new pg.Client({ connectionString: bench.adminUrl })
    await admin.connect()
    const { rows: people } = await admin.query<{ no: string; household: string | null }>(
      `select resident_no as no, household_no as household from residents.version
        where latest and not deleted and to_seq is null order by resident_no limit $1`,
      [count],
    )
    for (let from = 0; from < people.length; from += PER_INSERT)
      await bench.cloud.as(CITY, (ctx) =>
        addTasks(
          ctx,
          disasterId,
          people.slice(from, from + PER_INSERT).map(({ no, household }, i) => ({
            stage: 'first',
            origin: 'manual',
            originRef: null,
            entryId: null,
            people: [{ residentNo: no as never, householdNo: household as never, nonResidentId: null }],
            dwellingId: null,
            // Without a number nobody is looked for: what is measured is reading.
            words: {
              address: `計測町${(from + i) % 300}丁目`,
              headName: '',
              applicantName: '',
              phone: '',
              note: '',
            },
            point: { latitude: 36 + ((from + i) % 1_000) / 1e4, longitude: 137 + i / 1e4 },
          })),
        ),
      )
    // One in five hundred is in hiding.
    await admin.query(
      `insert into access.suppression (municipality_code, resident_no, history_no, from_seq, starts_on, ends_on, category,
         lifted, latest)
       select municipality_code, resident_no, 1, from_seq, '2026-04-01', '2027-03-31', '1', false, true
         from (select *, row_number() over (order by resident_no) as n from residents.version
                where latest and not deleted and to_seq is null) v where n % 500 = 0`,
    )
    await admin.query('vacuum analyze surveys.task, surveys.person, residents.version, access.suppression')
    await admin.end()
    const cases = {
      list: () =>
        bench.cloud.as(CITY, (ctx) => tasks.listTasks(ctx, { disasterId, limit: 50, states: ['waiting'] })),
      areas: () => bench.cloud.as(CITY, (ctx) => tasks.countAreas(ctx, { disasterId })),
      map: () => bench.cloud.as(CITY, (ctx) => tasks.mapTasks(ctx, { disasterId })),
    }
    const p95: Record<string, number> = {}
    for (const [name, run] of Object.entries(cases)) {
      const times: number[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const began = performance.now()
        await run()
        times.push(performance.now() - began)
      }
      p95[name] = quantile(times, 0.95)
      console.log(`${name}: p95 ${p95[name].toFixed(0)} ms`)
    }
    report({
      name: 'surveys',
      data: `${people.length} houses to be surveyed; list of 50, counts by 町字, map of 5,000 points`,
      figure: Math.max(...Object.values(p95)),
      unit: 'ms (p95, the slowest)',
      reference: 500,
      ratio: 500 / Math.max(...Object.values(p95)),
    })
  } finally {
    await bench.close()
  }
}
