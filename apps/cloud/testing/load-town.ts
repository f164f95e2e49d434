import type { DemoTown } from '@open-bcl/demo/town.ts'
import { applyStaged, nextSeq, stageResidents } from '@open-bcl/modules/residents/residents.store.ts'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import type { TestCloud } from './town.ts'

/** Puts a demonstration town's people straight into the store: tests of what lies above the link begin here. */
export async function loadTown(cloud: TestCloud, town: DemoTown): Promise<void> {
  const { code } = town.municipality
  await inScope(cloud.database.linkage, code, async (tx) => {
    const stage = await stageResidents(tx, await cloud.runtime.keyring.of(tx))
    const rows = [
      ...town.history.map((record) => ({ record, latest: false })),
      ...town.residents.map((record) => ({ record, latest: true })),
    ]
    await stage.write(rows.map((row, i) => ({ line: i + 2, deleted: false, ...row })))
    await stage.finish()
    const seq = await nextSeq(tx)
    await applyStaged(tx, 'full', seq)
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
  })
}
