import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { HouseholdNo, MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import pg from 'pg'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { reveal } from '../access/guarded.ts'
import * as residents from './residents.actions.ts'
import { noCopyItems, type ResidentRecord } from './residents.ts'
import { loadResidents, type LoadedRow } from './testing/load.ts'

const none = { on: null, uncertain: false, text: null }

function person(
  residentNo: string,
  over: Partial<ResidentRecord> & { full?: string; kana?: string } = {},
): ResidentRecord {
  const { full = '佐藤　梅子', kana = 'サトウ　ウメコ', ...rest } = over
  return {
    residentNo: residentNo as ResidentNo,
    historyNo: 1,
    branchNo: 0,
    householdNo: `H${residentNo}` as HouseholdNo,
    kind: 'japanese',
    state: 'resident',
    changedOn: none,
    notifiedOn: null,
    changeReason: '01',
    name: {
      full,
      kana,
      latin: '',
      kanji: '',
      former: '',
      formerKana: '',
      alias: '',
      aliasKana: '',
      preference: '1',
    },
    sex: '2',
    sexText: '女',
    birth: { on: '1950-03-04' as PlainDate, uncertain: false, text: null },
    relationCodes: ['02'],
    relationText: '世帯主',
    address: {
      municipalityCode: '212172' as MunicipalityCode,
      townCode: '0000000',
      prefecture: '岐阜県',
      city: '飛騨市',
      town: '古川町壱之町',
      number: '1番1号',
      building: '',
      postCode: '5094234',
    },
    becameResidentOn: none,
    addressBefore: '',
    addressAfter: '',
    removedOn: none,
    copy: noCopyItems,
    foreign: null,
    ...rest,
  }
}

type Row = LoadedRow

describe('中間DB versions', () => {
  let cloud: TestCloud
  const hida = '212172' as MunicipalityCode
  const takayama = '212032' as MunicipalityCode
  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard(takayama, '高山市')
  })
  after(() => cloud.close())

  const load = (code: MunicipalityCode, mode: 'full' | 'delta', rows: readonly Row[]) =>
    withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'job', task: 'test' }, municipality: code, traceId: 'test' },
      (ctx) => loadResidents(ctx, mode, rows),
    )
  const names = (code: MunicipalityCode, search: residents.ResidentSearch, seq: bigint | null = null) =>
    cloud.as(code, async (ctx) => {
      const { people } = await residents.searchResidents(ctx, search, { seq })
      return await Promise.all(people.map(async (one) => (await reveal(ctx, one, 'search')).name.full))
    })

  test('a full load writes only the differences, and the town as of an older seq stays as it was', async () => {
    const first = await load(hida, 'full', [
      { record: person('1') },
      { record: person('2', { full: '鈴木　一', kana: 'スズキ　ハジメ' }) },
    ])
    assert.deepEqual(first.counts, { inserted: 2, updated: 0, deleted: 0, unchanged: 0 })
    const same = await load(hida, 'full', [
      { record: person('1') },
      { record: person('2', { full: '鈴木　一', kana: 'スズキ　ハジメ' }) },
    ])
    assert.deepEqual(same.counts, { inserted: 0, updated: 0, deleted: 0, unchanged: 2 })
    const changed = await load(hida, 'full', [
      { record: person('1', { full: '佐藤　桃子' }) },
      { record: person('3') },
    ])
    assert.deepEqual(changed.counts, { inserted: 1, updated: 1, deleted: 1, unchanged: 0 })
    assert.deepEqual(await names(hida, { name: '鈴木' }), [])
    assert.deepEqual(await names(hida, { name: '鈴木' }, first.seq), ['鈴木　一'])
    assert.deepEqual(await names(hida, { name: '桃子' }), ['佐藤　桃子'])
    assert.deepEqual(await names(hida, { residentNo: '1' }, first.seq), ['佐藤　梅子'])
  })

  test('a deleted person who comes back is a new version, not a resurrected row', async () => {
    await load(hida, 'full', [{ record: person('9') }])
    await load(hida, 'full', [])
    assert.deepEqual(await names(hida, { residentNo: '9' }), [])
    const back = await load(hida, 'full', [{ record: person('9') }])
    assert.deepEqual(back.counts, { inserted: 1, updated: 0, deleted: 0, unchanged: 0 })
    assert.deepEqual(await names(hida, { residentNo: '9' }), ['佐藤　梅子'])
  })

  test('a delta with a newer 履歴番号 takes the place of the older one, which stays in the history', async () => {
    await load(hida, 'full', [{ record: person('20', { full: '田中　前' }) }])
    const next = await load(hida, 'delta', [{ record: person('20', { full: '田中　後', historyNo: 2 }) }])
    assert.deepEqual(next.counts, { inserted: 1, updated: 0, deleted: 0, unchanged: 0 })
    assert.deepEqual(await names(hida, { residentNo: '20' }), ['田中　後'])
    assert.deepEqual(await names(hida, { name: '前' }), [])
    assert.deepEqual(await names(hida, { residentNo: '20' }, next.seq - 1n), ['田中　前'])
  })

  test('variant kanji, kana of either kind, one character and a birth date find the person', async () => {
    await load(hida, 'full', [
      { record: person('30', { full: '髙﨑　𠮷子', kana: 'タカサキ　ヨシコ' }) },
      { record: person('31', { full: '葛\u{E0100}城　一郎', kana: 'カツラギ　イチロウ', sex: '1' }) },
    ])
    assert.deepEqual(await names(hida, { name: '高崎' }), ['髙﨑　𠮷子'])
    assert.deepEqual(await names(hida, { kana: 'よしこ' }), ['髙﨑　𠮷子'])
    assert.deepEqual(await names(hida, { name: '葛' }), ['葛\u{E0100}城　一郎'])
    assert.deepEqual(await names(hida, { kana: 'イチロー', birthOn: '1950-03-04' as PlainDate }), [
      '葛\u{E0100}城　一郎',
    ])
    assert.deepEqual(await names(hida, { kana: 'イチロー', birthOn: '1950-03-05' as PlainDate }), [])
  })

  test('a protected person is found by name without whereabouts, and never by address', async () => {
    const hidden = person('40', {
      full: '隠田　静',
      kana: 'オンダ　シズカ',
      householdNo: 'H40' as HouseholdNo,
    })
    const child = person('41', { full: '隠田　空', kana: 'オンダ　ソラ', householdNo: 'H40' as HouseholdNo })
    const place = { ...hidden.address, town: '神岡町船津', number: '777番地' }
    const on = (day: string) => ({ on: day as PlainDate, uncertain: false, text: '九月頃' })
    const moved = {
      address: place,
      changedOn: on('2026-09-01'),
      notifiedOn: '2026-09-02' as PlainDate,
      changeReason: 'A7',
      becameResidentOn: on('2026-09-03'),
      addressBefore: '高山市花岡町',
      addressAfter: '富山市',
      removedOn: on('2026-09-04'),
    }
    await load(hida, 'full', [{ record: { ...hidden, ...moved } }, { record: { ...child, ...moved } }])
    assert.deepEqual(await names(hida, { address: '船津777' }), ['隠田　静', '隠田　空'])
    await inScope(cloud.database.linkage, hida, (tx) =>
      tx.sql(
        `insert into access.suppression (municipality_code, resident_no, history_no, from_seq, starts_on, ends_on, category, lifted)
         values ($1, '40', 1, 1, '2020-04-01', '2021-03-31', '01', false)`,
        [hida],
      ),
    )
    assert.deepEqual(await names(hida, { address: '船津777' }), [])
    await cloud.as(hida, async (ctx) => {
      // The end date has passed and lifts nothing; the child of the same household is protected with her.
      for (const residentNo of ['40', '41']) {
        const shown = await residents.getResident(ctx, residentNo as ResidentNo, { seq: null })
        assert.equal(shown.suppressed, true)
        assert.doesNotMatch(
          JSON.stringify(await reveal(ctx, shown, 'view')),
          /船津|777|212172|509|花岡|富山|2026|九月|A7/,
        )
        assert.equal(JSON.stringify(shown), '"[guarded]"')
      }
    })
  })

  describe('a search that half the town answers', () => {
    const MANY = 2_100
    const crowd = (over: (no: number) => Partial<ResidentRecord>): Row[] =>
      Array.from({ length: MANY }, (_, i) => ({ record: person(String(100_000 + i), over(i)) }))

    test('looks at 2,000 people at most, and says that there may be more', async () => {
      const numbered = (number: string) => ({ address: { ...person('0').address, number } })
      await load(
        hida,
        'full',
        // 「11-1」 has the grams of 「1-1-1」.
        crowd((i) => numbered(i === 7 || i === MANY - 1 ? '1-1-1' : '11-1')),
      )
      await cloud.as(hida, async (ctx) => {
        const { people, more } = await residents.searchResidents(ctx, { address: '1-1-1' }, { seq: null })
        assert.deepEqual(
          people.map((one) => one.subject.id),
          ['100007'],
        )
        assert.equal(more, true)
        const few = await residents.searchResidents(
          ctx,
          { address: '1-1-1', residentNo: '100007' },
          { seq: null },
        )
        assert.deepEqual([few.people.length, few.more], [1, false])
      })
    })

    test('reads no more in a town that was loaded since statistics were made', async () => {
      await load(
        takayama,
        'full',
        crowd(() => ({})),
      )
      const admin = new pg.Client({ connectionString: cloud.database.urls.admin })
      await admin.connect()
      await admin.query('analyze residents.version')
      await admin.end()
      const tajimi = await cloud.onboard('212041', '多治見市')
      await load(
        tajimi,
        'full',
        crowd(() => ({})),
      )
      const pages = await cloud.as(tajimi, async (ctx) => {
        const keys = await ctx.keys()
        const [row] = await ctx.tx.sql<{
          'QUERY PLAN': [{ Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }]
        }>(
          `explain (analyze, buffers, format json) select * from residents.search($1, 1, $2, null, true, 2001)`,
          [tajimi, [keys.token('address', '古')]],
        )
        const { Plan } = row!['QUERY PLAN'][0]
        return Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks']
      })
      // Some ten pages a person found. Going through the town for each of them reads a million.
      assert.ok(pages < 100_000, `${pages} pages`)
    })
  })

  test('two towns with the same 宛名番号 never see each other', async () => {
    await load(hida, 'full', [{ record: person('50', { full: '飛騨　太郎' }) }])
    await load(takayama, 'full', [{ record: person('50', { full: '高山　太郎' }) }])
    assert.deepEqual(await names(hida, { name: '太郎' }), ['飛騨　太郎'])
    assert.deepEqual(await names(takayama, { name: '太郎' }), ['高山　太郎'])
    await assert.rejects(
      cloud.as(hida, (ctx) =>
        ctx.tx.sql('select * from residents.search($1, 99, null, null, false, 10)', [takayama]),
      ),
      { code: '42501' },
    )
    const leaked = await cloud.as(hida, (ctx) =>
      ctx.tx.sql('select 1 from residents.version where municipality_code = $1', [takayama]),
    )
    assert.equal(leaked.length, 0)
  })

  test('the application role can neither write nor change a version', async () => {
    await assert.rejects(
      cloud.as(hida, (ctx) =>
        ctx.tx.sql('update residents.version set to_seq = 1 where municipality_code = $1', [hida]),
      ),
      { code: '42501' },
    )
    await assert.rejects(
      inScope(cloud.database.linkage, hida, (tx) =>
        tx.sql(`delete from residents.version where municipality_code = $1`, [hida]),
      ),
      { code: '42501' },
    )
  })
})
