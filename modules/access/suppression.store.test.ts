import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import { openSuppressionIntake, type IncomingSuppression, type SuppressionCounts } from './suppression.ts'

/** One row of a file: 履歴番号 and what differs from an open protection marked as the latest. */
type Row = {
  readonly historyNo: number
  readonly ended?: boolean
  readonly latest?: boolean
  readonly deleted?: boolean
}
type File = { readonly mode: 'full' | 'delta'; readonly rows: readonly Row[] }

describe('支援措置', () => {
  let cloud: TestCloud
  let hida: MunicipalityCode
  let people = 0
  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
  })
  after(() => cloud.close())

  const newPerson = () => String(1_000 + people++) as ResidentNo

  const rowOf = (residentNo: ResidentNo, row: Row): IncomingSuppression => ({
    line: row.historyNo + 1,
    latest: row.latest ?? true,
    deleted: row.deleted ?? false,
    record: {
      residentNo,
      historyNo: row.historyNo,
      startsOn: '2026-04-01' as PlainDate,
      endsOn: null,
      categoryCode: row.ended ? '9' : '1',
      ended: row.ended ?? false,
    },
  })

  const send = (residentNo: ResidentNo, { mode, rows }: File): Promise<SuppressionCounts> =>
    withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'job', task: 'test' }, municipality: hida, traceId: 'test' },
      async (ctx) => {
        const intake = await openSuppressionIntake(ctx)
        await intake.write(rows.map((row) => rowOf(residentNo, row)))
        assert.deepEqual(await intake.finish(), [])
        return await intake.apply(mode, await nextSeq(ctx))
      },
    )

  const isProtected = async (residentNo: ResidentNo): Promise<boolean> => {
    const [row] = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ is: boolean }>('select access.is_suppressed($1, $2) as is', [hida, residentNo]),
    )
    return row!.is
  }

  /** Sends one row after the other, each as a delta of its own, and says whether the person is protected then. */
  const afterDeltas = async (...rows: readonly Row[]): Promise<boolean> => {
    const residentNo = newPerson()
    for (const row of rows) await send(residentNo, { mode: 'delta', rows: [row] })
    return await isProtected(residentNo)
  }

  test('an extension that is deleted leaves the person protected', async () => {
    assert.equal(await afterDeltas({ historyNo: 1 }, { historyNo: 2 }, { historyNo: 2, deleted: true }), true)
  })

  test('a record that is no more the latest protects until the newer one is here', async () => {
    assert.equal(await afterDeltas({ historyNo: 1 }, { historyNo: 1, latest: false }), true)
    const older = { historyNo: 1, latest: false }
    assert.equal(await afterDeltas({ historyNo: 1 }, older, { historyNo: 2, ended: true }), false)
  })

  test('a deleted record protects on', async () => {
    assert.equal(await afterDeltas({ historyNo: 1 }, { historyNo: 1, deleted: true }), true)
  })

  test('an end lifts, and an end that is taken back lifts no more', async () => {
    const end = { historyNo: 2, ended: true }
    assert.equal(await afterDeltas({ historyNo: 1 }, end), false)
    assert.equal(await afterDeltas({ historyNo: 1 }, end, { ...end, deleted: true }), true)
    assert.equal(await afterDeltas({ historyNo: 1 }, end, { historyNo: 3 }), true)
    assert.equal(await afterDeltas({ historyNo: 1 }, { historyNo: 1, ended: true }), false)
  })

  test('an end of an older record lifts nothing', async () => {
    assert.equal(await afterDeltas({ historyNo: 1 }, { historyNo: 2 }, { historyNo: 1, ended: true }), true)
    assert.equal(await afterDeltas({ historyNo: 1 }, { historyNo: 2, ended: true, latest: false }), true)
  })

  test('an empty full file lifts nobody, and says how many stay protected without a record', async () => {
    const [open, ended] = [newPerson(), newPerson()]
    await send(open, { mode: 'delta', rows: [{ historyNo: 1 }] })
    await send(ended, { mode: 'delta', rows: [{ historyNo: 1 }] })
    await send(ended, { mode: 'delta', rows: [{ historyNo: 2, ended: true }] })
    const before = (await send(open, { mode: 'full', rows: [{ historyNo: 1 }] })).keptPeople
    const { keptPeople, deleted } = await send(open, { mode: 'full', rows: [] })
    assert.deepEqual([keptPeople - before, deleted], [1, 0])
    assert.deepEqual([await isProtected(open), await isProtected(ended)], [true, false])
  })

  const row: fc.Arbitrary<Row> = fc.record({
    historyNo: fc.integer({ min: 1, max: 4 }),
    ended: fc.boolean(),
    latest: fc.boolean(),
    deleted: fc.boolean(),
  })
  const file: fc.Arbitrary<File> = fc.record({
    mode: fc.constantFrom('full' as const, 'delta' as const),
    rows: fc.uniqueArray(row, { maxLength: 3, selector: (one) => one.historyNo }),
  })

  test('whatever the town sends, only an end in the newest known record lifts, and such an end always does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 6 }), async (files) => {
        const residentNo = newPerson()
        /** What each 履歴番号 last said of the measure, whatever became of the row. */
        const said = new Map<number, boolean>()
        for (const one of files) {
          await send(residentNo, one)
          for (const { historyNo, ended = false, deleted } of one.rows)
            if (!deleted) said.set(historyNo, ended)
          const newest = Math.max(...said.keys())
          if (said.size > 0 && said.get(newest) === false) assert.equal(await isProtected(residentNo), true)
        }
        await send(residentNo, { mode: 'delta', rows: [{ historyNo: 9, ended: true }] })
        assert.equal(await isProtected(residentNo), false)
      }),
      { numRuns: 30 },
    )
  })
})
