import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { checkRow, readHeader } from '../interfaces/interfaces.checks.ts'
import { businesses, fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import type { BadRow, IntakeCounts, Repeat } from '../interfaces/interfaces.intake.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import { openEntryIntake } from './intake.actions.ts'
import { checkedRow, sampleRow } from './testing/rows.ts'

const kept = businesses.filter((one) => !['residents', 'suppressions', 'card-serials'].includes(one))

type Sent = {
  readonly rows?: readonly (readonly string[])[]
  readonly bad?: readonly BadRow[]
  readonly mode?: 'full' | 'delta'
  readonly origin?: 'link' | 'hand'
}
type Outcome = IntakeCounts & {
  readonly seq: bigint
  readonly repeats: readonly Repeat[]
  readonly withheld: readonly string[]
}

describe('registers.entry', () => {
  let cloud: TestCloud
  let hida: MunicipalityCode
  let takayama: MunicipalityCode
  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
    takayama = await cloud.onboard('212032', '高山市')
  })
  after(() => cloud.close())

  const send = (business: Business, sent: Sent, town = hida): Promise<Outcome> =>
    withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'job', task: 'test' }, municipality: town, traceId: 'test' },
      async (ctx) => {
        const { rows = [], bad = [], mode = 'delta', origin = 'link' } = sent
        const intake = await openEntryIntake(ctx, { business, mode, origin })
        await intake.write(rows.map((fields, i) => checkedRow(business, fields, i + 2)))
        await intake.spare(bad)
        const repeats: Repeat[] = []
        for await (const some of intake.finish()) repeats.push(...some)
        const seq = await nextSeq(ctx)
        const counts = await intake.apply(seq)
        const withheld: string[] = []
        for await (const some of intake.withheld()) withheld.push(...some)
        return { ...counts, seq, repeats, withheld }
      },
    )

  type Stored = { key: string; latest: boolean; deleted: boolean; origin: string; person: string | null }
  const current = (business: Business, town = hida): Promise<Stored[]> =>
    cloud.as(town, (ctx) =>
      ctx.tx.sql<Stored>(
        `select row_key as key, latest, deleted, origin, resident_no as person from registers.entry
          where municipality_code = $1 and business = $2 and to_seq is null order by row_key`,
        [town, business],
      ),
    )
  const versions = (business: Business): Promise<number> =>
    cloud.as(hida, async (ctx) => {
      const [row] = await ctx.tx.sql<{ count: bigint }>(
        'select count(*) from registers.entry where municipality_code = $1 and business = $2',
        [hida, business],
      )
      return Number(row!.count)
    })

  for (const business of kept) {
    test(`${fileInterfaces[business].title}: a right row is kept, and written once`, async () => {
      const file = fileInterfaces[business]
      const header = readHeader(
        file,
        file.columns.map(({ name }) => name),
        hida,
      )
      assert.ok('columns' in header)
      const row = sampleRow(business)
      assert.deepEqual(checkRow(row, header.columns, 2), [])
      const first = await send(business, { rows: [row], mode: 'full' })
      assert.deepEqual([first.inserted, first.updated, first.deleted, first.unchanged], [1, 0, 0, 0])
      const again = await send(business, { rows: [row], mode: 'full' })
      assert.deepEqual([again.inserted, again.updated, again.deleted, again.unchanged], [0, 0, 0, 1])
      assert.equal(await versions(business), 1)
      const [stored] = await current(business)
      assert.equal(stored!.person, '1')
      assert.deepEqual(await current(business, takayama), [])
      const gone = await send(business, { rows: [], mode: 'full' })
      assert.equal(gone.deleted, 1)
      assert.equal((await current(business))[0]!.deleted, true)
      const back = await send(business, { rows: [row], mode: 'full' })
      assert.equal(back.inserted, 1)
    })
  }

  const seal = (residentNo: string, historyNo: number, over: Record<string, string> = {}): string[] =>
    sampleRow('seals', {
      宛名番号: residentNo,
      印鑑登録番号: residentNo,
      履歴番号: String(historyNo),
      ...over,
    })
  const sealsOf = async (residentNo: string): Promise<[string, boolean, boolean][]> =>
    (await current('seals'))
      .filter(({ person }) => person === residentNo)
      .map(({ key, latest, deleted }) => [key, latest, deleted])

  test('a newer row makes the older one step back, in a delta and in a full file', async () => {
    await send('seals', { rows: [seal('20', 1)] })
    await send('seals', { rows: [seal('20', 2)] })
    assert.deepEqual(await sealsOf('20'), [
      ['20|20|1', false, false],
      ['20|20|2', true, false],
    ])
    const wrong = { line: 9, rowKey: '20|20|2', residentNo: '20', items: ['登録状態'] }
    await send('seals', { rows: [seal('20', 3)], bad: [wrong], mode: 'full' })
    assert.deepEqual(await sealsOf('20'), [
      ['20|20|1', false, false],
      ['20|20|2', false, false],
      ['20|20|3', true, false],
    ])
  })

  test('a deletion is a row, counts once, and what was deleted can come back', async () => {
    await send('seals', { rows: [seal('21', 1)] })
    const deletion = seal('21', 1, { 削除フラグ: '1' })
    assert.equal((await send('seals', { rows: [deletion] })).deleted, 1)
    assert.deepEqual(await sealsOf('21'), [['21|21|1', false, true]])
    assert.deepEqual((await send('seals', { rows: [deletion] })).unchanged, 1)
    assert.equal((await send('seals', { rows: [seal('21', 1)] })).inserted, 1)
    assert.deepEqual(await sealsOf('21'), [['21|21|1', true, false]])
  })

  test('a key that stands in the file twice is bad both times; what stood stays', async () => {
    await send('seals', { rows: [seal('22', 1), seal('23', 1)] })
    const twice = await send('seals', {
      rows: [seal('22', 1, { 登録状態: '2' }), seal('23', 1), seal('22', 1, { 登録状態: '3' })],
      mode: 'full',
    })
    assert.deepEqual(
      twice.repeats.map(({ line, otherLine, what, rowKey }) => [line, otherLine, what, rowKey]),
      [
        [2, 4, 'key', '22|22|1'],
        [4, 2, 'key', '22|22|1'],
      ],
    )
    assert.deepEqual([twice.updated, twice.unchanged], [0, 1])
    assert.deepEqual(await sealsOf('22'), [['22|22|1', true, false]])
  })

  test('two rows that both claim to be the latest are bad', async () => {
    await send('seals', { rows: [seal('24', 1)] })
    const twice = await send('seals', { rows: [seal('24', 2), seal('24', 3)] })
    assert.deepEqual(
      twice.repeats.map(({ what, line }) => [what, line]),
      [
        ['latest', 2],
        ['latest', 3],
      ],
    )
    assert.deepEqual(await sealsOf('24'), [['24|24|1', true, false]])
  })

  test('of a wrong row neither its key nor its person is deleted; one that tells nothing deletes nobody', async () => {
    await send('seals', { rows: [seal('25', 1), seal('26', 1), seal('27', 1)], mode: 'full' })
    const bad = { line: 2, rowKey: null, residentNo: '25', items: ['履歴番号'] }
    const partly = await send('seals', { rows: [seal('26', 1)], bad: [bad], mode: 'full' })
    assert.deepEqual([partly.deleted, partly.withheld], [1, []])
    assert.deepEqual(await sealsOf('25'), [['25|25|1', true, false]])
    assert.deepEqual(await sealsOf('27'), [['27|27|1', false, true]])
    const blind = { line: 3, rowKey: null, residentNo: null, items: ['宛名番号'] }
    const withheld = await send('seals', { rows: [seal('25', 1)], bad: [blind], mode: 'full' })
    assert.deepEqual([withheld.deleted, withheld.withheld], [0, ['26']])
    assert.deepEqual(await sealsOf('26'), [['26|26|1', true, false]])
  })

  test('what staff loaded by hand becomes the link’s when the link brings it, and never the other way', async () => {
    const row = seal('28', 1)
    await send('seals', { rows: [row], origin: 'hand' })
    const marked = async () => (await current('seals')).find(({ person }) => person === '28')!.origin
    assert.equal(await marked(), 'hand')
    assert.equal((await send('seals', { rows: [row], origin: 'hand' })).unchanged, 1)
    assert.equal((await send('seals', { rows: [row] })).updated, 1)
    assert.equal(await marked(), 'link')
    assert.equal((await send('seals', { rows: [row], origin: 'hand' })).unchanged, 1)
    assert.equal(await marked(), 'link')
  })

  test('what stands in clear is what the interface marks, and nothing of the sealed words', async () => {
    const words = ['登録氏名', '登録氏名_カタカナ', '印鑑_備考']
    await send('seals', {
      rows: [seal('29', 1, Object.fromEntries(words.map((name) => [name, '秘密の言葉'])))],
    })
    const rows = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ row: string; clear: Record<string, string> }>(
        `select e::text as row, clear from registers.entry e
          where municipality_code = $1 and resident_no = '29'`,
        [hida],
      ),
    )
    assert.equal(rows.length, 1)
    assert.doesNotMatch(rows[0]!.row, /秘密の言葉/)
    assert.doesNotMatch(rows[0]!.row, new RegExp(Buffer.from('秘密の言葉').toString('hex')))
    assert.deepEqual(Object.keys(rows[0]!.clear).sort(), fileInterfaces.seals.clear.toSorted())
  })

  test('another town can neither read nor close a row', async () => {
    await send('seals', { rows: [seal('30', 1)] })
    await send('seals', { rows: [seal('30', 1)], mode: 'full' }, takayama)
    await send('seals', { rows: [], mode: 'full' }, takayama)
    assert.deepEqual(await sealsOf('30'), [['30|30|1', true, false]])
    const seen = await cloud.as(takayama, (ctx) =>
      ctx.tx.sql('select 1 from registers.entry where municipality_code = $1', [hida]),
    )
    assert.deepEqual(seen, [])
  })

  test('the role of staff pages writes nothing', async () => {
    await assert.rejects(
      cloud.as(hida, (ctx) =>
        ctx.tx.sql("update registers.entry set to_seq = 1 where municipality_code = '212172'"),
      ),
      /permission denied/,
    )
  })
})
