import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { HouseholdNo, MunicipalityCode, ResidentNo } from '@open-bcl/core/brand.ts'
import pg from 'pg'
import { HashTotal, rowDigest } from '@open-bcl/platform/hash-total.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { makeTown } from '../../demo/town.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { openSuppressionIntake } from '../access/suppression.ts'
import { reveal } from '../access/guarded.ts'
import { businesses, fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { canonicalRow, versionedRow } from '../interfaces/interfaces.fields.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import { loadResidents } from '../residents/testing/load.ts'
import { loadProtection } from '../residents/testing/load-protection.ts'
import { dateOf, imageOf, numberOf, tellsWhere, textOf, type EntryBusiness } from './entries.ts'
import { openCardSerialIntake, openEntryIntake } from './intake.actions.ts'
import { countEntries, countParked, findEntries, findHousehold, streamRows } from './registers.actions.ts'
import { checkedRow, sampleRow } from './testing/rows.ts'

const hida = '212172' as MunicipalityCode
const takayama = '212032' as MunicipalityCode
const town = makeTown({ households: 3 })
const [first] = town.residents
const now = { seq: null }

describe('registers', () => {
  let cloud: TestCloud
  before(async () => {
    cloud = await testCloud()
    for (const [code, name] of [
      [hida, '飛騨市'],
      [takayama, '高山市'],
    ] as const)
      await cloud.onboard(code, name)
  })
  after(() => cloud.close())

  const asLink = <T>(work: Parameters<typeof withCtx<T>>[2], code = hida): Promise<T> =>
    withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'machine', name: 'link' }, municipality: code, traceId: 'test' },
      work,
    )

  const send = (
    business: Business,
    rows: readonly (readonly string[])[],
    mode: 'full' | 'delta' = 'delta',
    code = hida,
  ): Promise<bigint> =>
    asLink(async (ctx) => {
      const of = { business, mode, origin: 'link' } as const
      const intake = await (business === 'card-serials' ? openCardSerialIntake : openEntryIntake)(ctx, of)
      await intake.write(rows.map((fields, i) => checkedRow(business, fields, i + 2)))
      for await (const repeats of intake.finish()) assert.deepEqual(repeats, [])
      const seq = await nextSeq(ctx)
      await intake.apply(seq)
      return seq
    }, code)

  const person = (residentNo: string, householdNo = `9${residentNo}`) =>
    asLink((ctx) =>
      loadResidents(ctx, 'delta', [
        {
          record: {
            ...first!,
            residentNo: residentNo as ResidentNo,
            householdNo: householdNo as HouseholdNo,
          },
        },
      ]),
    )

  const entriesOf = (business: EntryBusiness, residentNo: string, seq: bigint | null = null) =>
    cloud.as(hida, async (ctx) => {
      const found = await findEntries(ctx, business, residentNo as ResidentNo, { seq })
      const opened = []
      for (const one of found) opened.push(await reveal(ctx, one, 'view'))
      return opened
    })

  const rowsOf = (business: Exclude<Business, 'residents'>, seq: bigint, code = hida) =>
    cloud.as(code, async (ctx) => {
      const rows: string[][] = []
      for await (const some of streamRows(ctx, business, seq)) rows.push(...some)
      return rows
    })

  test('a row is read by the names of its items, as of any number of the town’s data', async () => {
    await person('101')
    const before = await send('seals', [sampleRow('seals', { 宛名番号: '101', 登録氏名: '先の氏名' })])
    await send('seals', [sampleRow('seals', { 宛名番号: '101', 登録氏名: '後の氏名', 印影_幅mm: '16.5' })])
    const [entry] = await entriesOf('seals', '101')
    assert.equal(textOf(entry!, '登録氏名'), '後の氏名')
    assert.equal(numberOf(entry!, '印影_幅mm'), 16.5)
    assert.equal(dateOf(entry!, '登録年月日').on, '2026-04-01')
    assert.deepEqual([...imageOf(entry!, '印影')!.subarray(1, 4)], [0x50, 0x4e, 0x47])
    assert.throws(() => textOf(entry!, '登録氏名２'), /no such item/)
    assert.throws(() => numberOf(entry!, '登録氏名'), /no such item/)
    assert.equal(textOf((await entriesOf('seals', '101', before))[0]!, '登録氏名'), '先の氏名')
    assert.deepEqual(await entriesOf('seals', '101', before - 1n), [])
  })

  test('reading is audited', async () => {
    await entriesOf('seals', '101')
    const [row] = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ count: bigint }>(
        `select count(*) from access.audit_subject where municipality_code = $1 and subject_id = '101'`,
        [hida],
      ),
    )
    assert.ok(row!.count > 0n)
  })

  test('a row that comes before its person waits, and is there when the person is, and gone when she is', async () => {
    await send('tax-assessments', [sampleRow('tax-assessments', { 宛名番号: '102' })])
    const counts = () => cloud.as(hida, (ctx) => countEntries(ctx, 'tax-assessments'))
    assert.deepEqual(await entriesOf('tax-assessments', '102'), [])
    const { entries, parked, seq } = await counts()
    assert.deepEqual([entries, parked], [0, 1])
    const feed = () =>
      cloud.as(hida, (ctx) =>
        ctx.tx.sql<{ residentNo: string; seq: bigint }>(
          `select resident_no as "residentNo", seq from registers.pub_certificates
            where municipality_code = $1 and business = 'tax-assessments'`,
          [hida],
        ),
      )
    assert.deepEqual(await feed(), [])
    await person('102')
    assert.equal((await entriesOf('tax-assessments', '102')).length, 1)
    assert.deepEqual(await counts(), { entries: 1, parked: 0, seq: seq + 1n })
    assert.deepEqual(await feed(), [{ residentNo: '102', seq: seq + 1n }])
    await asLink((ctx) =>
      loadResidents(ctx, 'delta', [
        { record: { ...first!, residentNo: '102' as ResidentNo }, deleted: true },
      ]),
    )
    assert.deepEqual(await entriesOf('tax-assessments', '102'), [])
    assert.equal(await cloud.as(hida, (ctx) => countParked(ctx, 'tax-assessments')), 1)
  })

  test('住登外者 are people to hang rows on, too', async () => {
    await send('houses', [sampleRow('houses', { 所有者_宛名番号: '103' })])
    assert.deepEqual(await entriesOf('houses', '103'), [])
    await send('non-residents', [sampleRow('non-residents', { 宛名番号: '103' })])
    assert.equal((await entriesOf('houses', '103')).length, 1)
  })

  test('what forbids is found before its person is known', async () => {
    await send('issue-blocks', [sampleRow('issue-blocks', { 宛名番号: '104' })])
    assert.equal((await entriesOf('issue-blocks', '104')).length, 1)
  })

  test('nothing of a protected person tells where she is; her household shares it', async () => {
    const words = { 住所_町字: '隠れた町', 住所_番地号表記: '隠れた番地', 住所_方書: '隠れた方書' }
    await person('105', '950')
    await person('106', '950')
    await send('households', [sampleRow('households', { 世帯番号: '950', 世帯主_宛名番号: '106', ...words })])
    const household = () =>
      cloud.as(hida, async (ctx) => {
        const found = await findHousehold(ctx, '950' as HouseholdNo, now)
        return { members: found.members.length, row: await reveal(ctx, found.household!, 'view') }
      })
    assert.equal(textOf((await household()).row, '住所_町字'), '隠れた町')
    await asLink((ctx) => loadProtection(ctx, '105'))
    const { members, row } = await household()
    assert.equal(members, 2)
    assert.doesNotMatch(JSON.stringify(row.values), /隠れた/)
    const [own] = await entriesOf('households', '106')
    assert.doesNotMatch(JSON.stringify(own!.values), /隠れた/)
  })

  test('what is hidden of a protected person is written down here; look again when an item is added', () => {
    const hidden = new Set(
      Object.values(fileInterfaces)
        .filter(({ business }) => business !== 'residents')
        .flatMap(({ columns }) => columns.map(({ name }) => name))
        .filter((name) => tellsWhere(name) && !/住所|所在地|_不詳/.test(name)),
    )
    assert.deepEqual(
      [...hidden].join(' '),
      '世帯番号 異動年月日 異動事由 世帯となった年月日 指定都市_行政区等コード 操作者ID 操作年月日 操作時刻 ' +
        '異動届出年月日 名寄せ先宛名番号 抑止事由 抑止事由_説明 廃止事由 印鑑_備考 課税先市区町村コード 更正事由 ' +
        '課税_備考 所得_備考 納税_備考 介護保険者番号 資格取得日 資格喪失日 保険者番号 資格取得事由コード ' +
        '資格取得年月日 資格喪失事由コード 資格喪失年月日 保険者番号適用開始年月日 保険者番号適用終了年月日 ' +
        '物件番号 家屋番号 棟番号 緯度 経度',
    )
  })

  for (const business of businesses.filter((one) => one !== 'residents' && one !== 'suppressions')) {
    test(`${fileInterfaces[business].title}: the very rows come back, with the town’s own hash total`, async () => {
      const row = sampleRow(business)
      const seq = await send(business, [row], 'full', takayama)
      await send(business, [], 'full', takayama)
      const back = await rowsOf(business as Exclude<Business, 'residents'>, seq, takayama)
      assert.deepEqual(
        back.map((fields) =>
          fields.filter((_, i) => fileInterfaces[business].columns[i]!.name !== '個人番号'),
        ),
        [row.filter((_, i) => fileInterfaces[business].columns[i]!.name !== '個人番号')],
      )
      const [sent, told] = [new HashTotal(), new HashTotal()]
      sent.add(rowDigest(canonicalRow(fileInterfaces[business], row)))
      told.add(rowDigest(canonicalRow(fileInterfaces[business], back[0]!)))
      assert.equal(told.toString(), sent.toString())
      assert.deepEqual(await rowsOf(business as Exclude<Business, 'residents'>, seq + 1n, takayama), [])
    })
  }

  test('of 支援措置 comes back what the town still has', async () => {
    const file = fileInterfaces.suppressions
    const apply = (mode: 'full' | 'delta', rows: readonly string[][]) =>
      asLink(async (ctx) => {
        const intake = await openSuppressionIntake(ctx, mode, 'link')
        await intake.write(
          rows.map((fields, i) => ({
            line: i + 2,
            rowKey: `${fields[1]}|${fields[2]}`,
            latest: true,
            deleted: false,
            record: {
              residentNo: fields[1] as ResidentNo,
              historyNo: Number(fields[2]),
              startsOn: first!.birth.on!,
              endsOn: null,
              categoryCode: '1',
              ended: false,
            },
            payload: Buffer.from(versionedRow(file, canonicalRow(file, fields))),
          })),
        )
        for await (const repeats of intake.finish()) assert.ok(repeats.length > 0)
        const seq = await nextSeq(ctx)
        await intake.apply(seq)
        return seq
      })
    const kept = sampleRow('suppressions', { 宛名番号: '107' })
    const other = sampleRow('suppressions', { 宛名番号: '108' })
    const both = await apply('full', [kept, other])
    const one = await apply('full', [other])
    assert.deepEqual(await rowsOf('suppressions', both), [kept, other])
    assert.deepEqual(await rowsOf('suppressions', one), [other])
  })

  test('many rows stream in small batches, whatever else the transaction does between them', async () => {
    const rows = Array.from({ length: 2_500 }, (_, i) =>
      sampleRow('nursing-care', { 宛名番号: String(20_000 + i), 被保険者番号: String(i) }),
    )
    const seq = await send('nursing-care', rows)
    await cloud.as(hida, async (ctx) => {
      const sizes: number[] = []
      for await (const some of streamRows(ctx, 'nursing-care', seq)) {
        sizes.push(some.length)
        await ctx.tx.sql('select 1')
      }
      assert.deepEqual(sizes, [1_000, 1_000, 500])
    })
  })

  test('feeds hold the businesses that the definitions say feed them', async () => {
    const client = new pg.Client({ connectionString: cloud.database.urls.admin })
    await client.connect()
    const listed = async (view: string): Promise<string[]> => {
      const { rows } = await client.query<{ text: string }>('select pg_get_viewdef($1::regclass) as text', [
        view,
      ])
      return [...rows[0]!.text.matchAll(/'([a-z-]+)'::text/g)].map(([, name]) => name!).sort()
    }
    const certificates = Object.values(fileInterfaces)
      .filter(
        ({ feeds, business }) =>
          feeds.length > 0 && !['residents', 'suppressions', 'card-serials'].includes(business),
      )
      .map(({ business }) => business as string)
    assert.deepEqual(await listed('registers.pub_certificates'), certificates.sort())
    await client.end()
  })
})
