import { runMatch } from '@open-bcl/modules/support/matcher.actions.ts'
import { listProgrammes } from '@open-bcl/modules/support/programmes.actions.ts'
import { writeTownProgramme } from '@open-bcl/modules/support/programmes.contract.ts'
import pg from 'pg'
import { bigDisaster } from './support/big-disaster.ts'
import { CITY } from './support/city.ts'
import { openCityBench } from './support/link-bench.ts'
import { report, type BenchOptions } from './result.ts'

const PROGRAMMES = 60
const APPLICATIONS_PER_PERSON = 172_000 / 400_000

/**
 * Judges every household of a town, of which nearly half applied and a fifth has a grade certified, against sixty programmes (the
 * product's and some of the town's own): the first run, which writes all rows, and the second, which writes none. Beside it the
 * rows of the first run copied by one statement of SQL.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const count = rows ?? 400_000
  const bench = await openCityBench(count)
  try {
    const disasterId = await bigDisaster(bench, count, Math.floor(count * APPLICATIONS_PER_PERSON))
    const staff = await bench.cloud.signIn(CITY, 'admin')
    const programmes = async () =>
      (await bench.cloud.as(CITY, (ctx) => listProgrammes(ctx, { disasterId }))).programmes
    for (let known = (await programmes()).length; known < PROGRAMMES; known++)
      await staff.get(writeTownProgramme, {
        ...{
          disasterId,
          programmeCode: null,
          programmeVersion: 0,
          title: `町の見舞金${known}`,
          area: 'rebuild',
        },
        rule: {
          ...{ kind: 'by-grade', gradeYen: { G1: 10_000 * known, G3: 5_000 }, perMemberYen: 1_000 },
          ...{ deathYen: 0, injuryYen: 0, tenure: known % 3 === 0 ? 'owned' : null, incomeCapYen: null },
        },
        ...{ documents: [], about: '計測のため', basis: '計測のため', ended: false },
      })
    const admin = new pg.Client({ connectionString: bench.adminUrl })
    await admin.connect()
    await admin.query('truncate support.household_match')
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
    const began = performance.now()
    await admin.query('create temporary table copied (like support.household_match including indexes)')
    await admin.query('insert into copied select * from support.household_match')
    const plain = (performance.now() - began) / 1000
    await admin.end()
    console.log(
      `first run ${seconds[0]!.toFixed(1)} s, second run ${seconds[1]!.toFixed(1)} s, rows copied in SQL ${plain.toFixed(1)} s`,
    )
    report({
      name: 'support-match',
      data: `${count} residents, ${households} households × ${(await programmes()).length} programmes`,
      ...{ figure: seconds[0]!, unit: 's', reference: plain, ratio: plain / seconds[0]! },
    })
  } finally {
    await bench.close()
  }
}
