import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import {
  openSuppressionIntake,
  SUPPRESSION_PLACE,
  type IncomingSuppression,
  type SuppressionCounts,
} from './suppression.ts'

/** One row of a file: 履歴番号 and what differs from an open protection marked as the latest. */
type Row = {
  readonly historyNo: number
  readonly ended?: boolean
  readonly latest?: boolean
  readonly deleted?: boolean
}
type WrongRow = { readonly rowKey: string | null; readonly residentNo: string | null }
type File = {
  readonly mode: 'full' | 'delta'
  readonly rows: readonly Row[]
  readonly wrong?: readonly WrongRow[]
}

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

  const rowOf = (residentNo: ResidentNo, row: Row, line: number): IncomingSuppression => ({
    line,
    rowKey: `${residentNo}|${row.historyNo}`,
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
    payload: Buffer.from(`1.0\u001f${residentNo}|${row.historyNo}|${row.ended ?? false}`),
  })

  const send = (residentNo: ResidentNo, { mode, rows, wrong = [] }: File): Promise<SuppressionCounts> =>
    withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'job', task: 'test' }, municipality: hida, traceId: 'test' },
      async (ctx) => {
        const intake = await openSuppressionIntake(ctx, mode, 'link')
        await intake.write(rows.map((row, i) => rowOf(residentNo, row, i + 2)))
        await intake.spare(wrong)
        for await (const repeats of intake.finish()) assert.ok(repeats.length > 0)
        return await intake.apply(await nextSeq(ctx))
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

  /** What stands now of a person: 履歴番号, whether the town still has it, and what it would get back. */
  const standing = (residentNo: ResidentNo): Promise<{ no: number; kept: boolean; text: string }[]> =>
    cloud.as(hida, async (ctx) => {
      const keys = await ctx.keys()
      const rows = await ctx.tx.sql<{ no: number; kept: boolean; sealed: Buffer }>(
        `select history_no as no, kept, sealed from access.suppression
          where municipality_code = $1 and resident_no = $2 and to_seq is null order by history_no`,
        [hida, residentNo],
      )
      return rows.map(({ no, kept, sealed }) => ({
        no,
        kept,
        text: keys.open(SUPPRESSION_PLACE, `${residentNo}|${no}`, sealed),
      }))
    })

  test('what stands here without the town is marked, and no more when the town has it again', async () => {
    const residentNo = newPerson()
    const marks = async () => (await standing(residentNo)).map(({ no, kept }) => [no, kept])
    await send(residentNo, { mode: 'delta', rows: [{ historyNo: 1, latest: false }, { historyNo: 2 }] })
    assert.deepEqual(await marks(), [
      [1, false],
      [2, false],
    ])
    await send(residentNo, { mode: 'delta', rows: [{ historyNo: 2, deleted: true }] })
    await send(residentNo, { mode: 'delta', rows: [{ historyNo: 2, deleted: true }] })
    assert.deepEqual(await marks(), [
      [1, false],
      [2, true],
    ])
    await send(residentNo, { mode: 'full', rows: [{ historyNo: 2 }] })
    assert.deepEqual(await marks(), [
      [1, true],
      [2, false],
    ])
    assert.deepEqual(
      (await standing(residentNo)).map(({ text }) => text),
      [1, 2].map((no) => `1.0\u001f${residentNo}|${no}|false`),
    )
  })

  test('a row that cannot be read protects its person until a good one comes', async () => {
    const residentNo = newPerson()
    const wrong = [{ rowKey: null, residentNo }]
    await send(residentNo, { mode: 'delta', rows: [], wrong })
    assert.equal(await isProtected(residentNo), true)
    await send(residentNo, { mode: 'full', rows: [] })
    assert.equal(await isProtected(residentNo), true)
    await send(residentNo, { mode: 'delta', rows: [{ historyNo: 1, ended: true }], wrong })
    assert.equal(await isProtected(residentNo), true)
    await send(residentNo, { mode: 'delta', rows: [{ historyNo: 1, ended: true }] })
    assert.equal(await isProtected(residentNo), false)
  })

  test('a key that stands twice, once as an end, protects', async () => {
    const residentNo = newPerson()
    await send(residentNo, { mode: 'delta', rows: [{ historyNo: 1, ended: true }, { historyNo: 1 }] })
    assert.deepEqual(await standing(residentNo), [])
    assert.equal(await isProtected(residentNo), true)
  })

  test('a wrong row of a full file is not taken for one that the town has no more', async () => {
    const residentNo = newPerson()
    await send(residentNo, { mode: 'delta', rows: [{ historyNo: 1 }] })
    const { keptPeople } = await send(residentNo, {
      mode: 'full',
      rows: [],
      wrong: [{ rowKey: `${residentNo}|1`, residentNo: null }],
    })
    assert.equal(keptPeople > 0, true)
    assert.deepEqual(
      (await standing(residentNo)).map(({ kept }) => kept),
      [false],
    )
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
