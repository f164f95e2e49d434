import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { HouseholdNo, MunicipalityCode, ResidentNo } from '@open-bcl/core/brand.ts'
import { grams } from '@open-bcl/core/ja/fold.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { reveal } from '@open-bcl/modules/access/guarded.ts'
import type { DisasterId } from '@open-bcl/modules/disasters/disasters.ts'
import { getPerson, searchLedger } from '@open-bcl/modules/ledger/ledger.actions.ts'
import { insertLedger } from '@open-bcl/modules/ledger/ledger.store.ts'
import { openEntryIntake } from '@open-bcl/modules/registers/intake.actions.ts'
import { revealEntries } from '@open-bcl/modules/registers/person-entries.contract.ts'
import { findEntries, findHousehold } from '@open-bcl/modules/registers/registers.actions.ts'
import { checkedRow, sampleRow } from '@open-bcl/modules/registers/testing/rows.ts'
import { countResidents, walkResidents } from '@open-bcl/modules/residents/emergency.store.ts'
import { nextSeq } from '@open-bcl/modules/residents/intake.actions.ts'
import * as residents from '@open-bcl/modules/residents/residents.actions.ts'
import { searchCandidates, walkCandidates } from '@open-bcl/modules/residents/residents.store.ts'
import { loadProtection } from '@open-bcl/modules/residents/testing/load-protection.ts'
import { loadResidents } from '@open-bcl/modules/residents/testing/load.ts'
import * as versions from '@open-bcl/modules/residents/versions.contract.ts'
import { findItems, findItemsAsOf, summariesOf } from '@open-bcl/modules/residents/versions.store.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from './testing/town.ts'

const hida = '212172' as MunicipalityCode
const HIDDEN = '9876番地54'

/**
 * He lived alone at an address; later somebody in hiding moved in with him. Whatever of him is read as of the earlier
 * number tells where she hides, though nobody of his household of then is protected.
 */
describe('an old address that is the hidden one now', () => {
  const town = makeTown({ households: 60 })
  const [sato, mother] = [town.people['satoTaro']!, town.people['motherInHiding']!]
  const stranger = town.residents.find(({ householdNo }) =>
    [sato, mother].every((one) => one.householdNo !== householdNo),
  )!
  const alone = {
    ...sato,
    householdNo: '777001' as HouseholdNo,
    address: { ...sato.address, number: HIDDEN },
  }
  const together = {
    ...alone,
    historyNo: sato.historyNo + 1,
    householdNo: '777777' as HouseholdNo,
  }
  /** Known as 住登外者 first, a member of the household later. */
  const former = { ...stranger, householdNo: '777777' as HouseholdNo }
  let cloud: TestCloud
  let then: bigint

  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    await asLink((ctx) => loadResidents(ctx, 'full', [{ record: alone }]))
    await enter('households', { 世帯番号: alone.householdNo! })
    await enter('non-residents', { 宛名番号: former.residentNo })
    await enter('tax-assessments', { 宛名番号: former.residentNo })
    then = await enter('tax-assessments', { 宛名番号: sato.residentNo, 賦課期日住所_番地号表記: HIDDEN })
    await asLink((ctx) =>
      loadResidents(ctx, 'delta', [
        { record: alone, latest: false },
        { record: together },
        { record: { ...mother, householdNo: together.householdNo } },
        { record: former },
      ]),
    )
    await asLink((ctx) => loadProtection(ctx, mother.residentNo))
  })
  after(() => cloud.close())

  const asLink = <T>(work: Parameters<typeof withCtx<T>>[2]): Promise<T> =>
    withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'machine', name: 'link' }, municipality: hida, traceId: 'test' },
      work,
    )
  const enter = (
    business: 'households' | 'non-residents' | 'tax-assessments',
    over: Record<string, string>,
  ): Promise<bigint> =>
    asLink(async (ctx) => {
      const intake = await openEntryIntake(ctx, { business, mode: 'delta', origin: 'link' })
      await intake.write([checkedRow(business, sampleRow(business, over), 2)])
      for await (const repeats of intake.finish()) assert.deepEqual(repeats, [])
      const seq = await nextSeq(ctx)
      await intake.apply(seq)
      return seq
    })
  const address = { name: '', kana: '', address: HIDDEN }

  test('the register: the person, the household, searches of every kind, and the list for an emergency', () =>
    cloud.as(hida, async (ctx) => {
      const [keys, seq] = [await ctx.keys(), then]
      const found = (await residents.findResident(ctx, sato.residentNo, { seq }))!
      assert.ok(found.suppressed)
      assert.ok(!JSON.stringify(await reveal(ctx, found, 'view')).includes(HIDDEN))
      const household = await residents.listHousehold(ctx, alone.householdNo!, { seq })
      assert.deepEqual(
        household.map(({ suppressed }) => suppressed),
        [true],
      )
      const byName = await residents.searchResidents(ctx, { name: sato.name.full }, { seq })
      assert.deepEqual(
        byName.people.map(({ suppressed }) => suppressed),
        [true],
      )
      assert.deepEqual((await residents.searchResidents(ctx, address, { seq })).people, [])
      const tokens = grams(HIDDEN).map((gram) => keys.token('address', gram))
      for (const byAddress of [true, false]) {
        const asked = { asOf: seq, tokens, birthOn: null, byAddress }
        const expected = byAddress ? [] : [true]
        const walked = await walkCandidates(ctx.tx, keys, asked, 100, 100)
        const searched = await searchCandidates(ctx.tx, keys, asked, 100)
        for (const candidates of [walked, searched])
          assert.deepEqual(
            candidates.map(({ suppressed }) => suppressed),
            expected,
          )
      }
      assert.deepEqual(await countResidents(ctx.tx, seq), { people: 1, withheld: 1 })
      assert.deepEqual(
        (await walkResidents(ctx.tx, keys, seq, '', 10)).map(({ suppressed }) => suppressed),
        [true],
      )
    }))

  test('中間DB参照: a version, the person as of then, what the list of found people says', async () => {
    await cloud.as(hida, async (ctx) => {
      const keys = await ctx.keys()
      const asOf = (await findItemsAsOf(ctx.tx, keys, sato.residentNo, then))!
      const version = (await findItems(ctx.tx, keys, sato.residentNo, asOf.key))!
      const [summary] = await summariesOf(ctx.tx, [sato.residentNo])
      assert.deepEqual([asOf.items.suppressed, version.suppressed, summary!.suppressed], [true, true, true])
    })
    const web = await cloud.signIn(hida, 'admin')
    const told = await web.get(versions.revealAsOf, {
      residentNo: sato.residentNo,
      seq: String(then),
      purpose: 'link-check',
    })
    assert.ok(told.concealed)
    assert.ok(!JSON.stringify(told).includes(HIDDEN))
  })

  test('other registers: rows of the person, the household, and of who was 住登外者 then', async () => {
    await cloud.as(hida, async (ctx) => {
      for (const residentNo of [sato.residentNo, former.residentNo]) {
        const rows = await findEntries(ctx, 'tax-assessments', residentNo, { seq: then })
        assert.deepEqual(
          rows.map(({ suppressed }) => suppressed),
          [true],
        )
      }
      const { household } = await findHousehold(ctx, alone.householdNo!, { seq: then })
      assert.ok(household!.suppressed)
    })
    const web = await cloud.signIn(hida, 'admin')
    const told = await web.get(revealEntries, {
      residentNo: sato.residentNo,
      seq: String(then),
      purpose: 'link-check',
    })
    assert.ok(told.concealed)
    assert.ok(!JSON.stringify(told).includes(HIDDEN))
  })

  test('the ledger that was cut then, and the forms of its people', () =>
    cloud.as(hida, async (ctx) => {
      const disasterId = '0199f3f0-0000-7000-8000-000000000001' as DisasterId
      const ledger = { disasterId, cutSeq: then, openedAt: ctx.now }
      await ctx.tx.sql(
        `insert into disasters.disaster (municipality_code, disaster_id, disaster_code, name, hazards, occurred_on, cause_text,
           guideline_code, registered_at, registered_by)
         values ($1, $2, 'R8-1', '試験', '{earthquake}', '2026-11-01', '地震', 'test', $3, 'test')`,
        [hida, disasterId, ctx.now],
      )
      await insertLedger(ctx.tx, ledger, 'test')
      const found = await getPerson(ctx, ledger, `R-${sato.residentNo}` as never)
      assert.ok(found.person.suppressed)
      const byName = await searchLedger(ctx, { disasterId, name: sato.name.full })
      assert.equal(byName.people.length, 1)
      assert.ok(!JSON.stringify(byName).includes(HIDDEN))
      assert.deepEqual((await searchLedger(ctx, { disasterId, address: HIDDEN })).people, [])
      const [form] = await ctx.tx.sql<{ hidden: boolean }>(
        'select ledger.is_protected($1, $2, $3, null) as hidden',
        [hida, sato.residentNo, alone.householdNo],
      )
      assert.ok(form!.hidden)
    }))

  test('who never shared a household with her is as open as before', () =>
    cloud.as(hida, async (ctx) => {
      const [row] = await ctx.tx.sql<{ hidden: boolean }>(
        'select residents.is_protected($1, $2, $3) as hidden',
        [hida, '999999' as ResidentNo, alone.householdNo],
      )
      assert.equal(row!.hidden, false)
    }))
})
