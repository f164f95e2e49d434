import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { demoMunicipalities } from '@open-bcl/demo/places.ts'
import { listContracts, listPopulations } from '@open-bcl/modules/billing/towns.store.ts'
import { saveTown } from '@open-bcl/modules/center/towns.store.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { testDatabase, type TestDatabase } from '@open-bcl/platform/testing/database.ts'
import { giveCentrePast } from './centre-past.ts'

let database: TestDatabase

before(async () => {
  database = await testDatabase('center', migrationsOf('center'))
  await inCenter(database.app, async (tx) => {
    for (const { code, prefecture, name } of Object.values(demoMunicipalities))
      await saveTown(tx, { municipalityCode: code, prefecture, name })
  })
})
after(() => database.close())

test('a started demonstration has contracts, the head counts they need, and two months to close; once', async () => {
  for (const at of ['2026-11-21T03:00:00Z', '2026-11-22T03:00:00Z'])
    await giveCentrePast(database.app, new Date(at))
  await inCenter(database.app, async (tx) => {
    assert.equal((await listContracts(tx, null)).length, 6)
    const days = (await listPopulations(tx, '212172')).map(({ onDate }) => onDate)
    assert.deepEqual(days.toSorted(), ['2025-01-01', '2026-01-01'])
    const printed = await tx.sql<{ month: string; count: number }>(
      `select to_char(at at time zone 'Asia/Tokyo', 'YYYY-MM') as month, count(*)::int as count
         from center.transaction_state where state = 'printed' group by 1 order by 1`,
    )
    assert.deepEqual(
      printed.map(({ month }) => month),
      ['2026-09', '2026-10'],
    )
    assert.equal(
      printed.reduce((sum, { count }) => sum + count, 0),
      84,
    )
  })
})
