import type { DemoTown } from '@open-bcl/demo/town.ts'
import { loadResidents } from '@open-bcl/modules/residents/testing/load.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import type { TestCloud } from './town.ts'

/** Puts a demonstration town's people straight into the store: tests of what lies above the link begin here. */
export async function loadTown(cloud: TestCloud, town: DemoTown): Promise<void> {
  const { code } = town.municipality
  await withCtx(
    { ...cloud.runtime, pool: cloud.database.linkage },
    { actor: { kind: 'job', task: 'test' }, municipality: code, traceId: 'test' },
    async (ctx) => {
      const { seq } = await loadResidents(ctx, 'full', [
        ...town.history.map((record) => ({ record, latest: false })),
        ...town.residents.map((record) => ({ record, latest: true })),
      ])
      const { tx } = ctx
      const newest = new Map(town.suppressions.map((one) => [one.residentNo, one.historyNo]))
      for (const one of town.suppressions) {
        await tx.sql(
          `insert into access.suppression
           (municipality_code, resident_no, history_no, from_seq, starts_on, ends_on, category, lifted, latest)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [
            code,
            one.residentNo,
            one.historyNo,
            seq,
            one.startsOn,
            one.endsOn,
            one.categoryCode,
            one.ended,
            newest.get(one.residentNo) === one.historyNo,
          ],
        )
      }
    },
  )
}
