import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { beginEmergencyList, countEmergencyAreas, readEmergencyList } from './emergency.contract.ts'
import { addressLine } from './residents.ts'

type Begin = RawInputOf<typeof beginEmergencyList>

describe('緊急名簿', () => {
  let cloud: TestCloud
  let hida: DemoTown
  const takayama = makeTown({ municipalityCode: '212032', households: 20 })
  let admin: Browser

  before(async () => {
    cloud = await testCloud()
    hida = makeTown({ households: 700 })
    await cloud.onboard('212172', '飛騨市')
    await cloud.onboard('212032', '高山市')
    await loadTown(cloud, hida)
    await loadTown(cloud, takayama)
    admin = await cloud.signIn(hida.municipality.code, 'admin')
  })
  after(() => cloud.close())

  const everybody: Begin = { purpose: 'safety', reason: '庁舎が使えないため', scope: 'everybody', area: '' }

  async function listOf(browser: Browser, begin: Begin) {
    const begun = await browser.get(beginEmergencyList, begin)
    const people = []
    let scanned = 0
    let next: string | null = null
    do {
      const part: OutputOf<typeof readEmergencyList> = await browser.get(readEmergencyList, {
        listId: begun.listId,
        after: next,
      })
      people.push(...part.people)
      scanned += part.scanned
      next = part.next
    } while (next !== null)
    return { ...begun, list: people, scanned }
  }

  const living = () => hida.residents.filter((one) => one.state === 'resident')

  /** 宛名番号 of everybody under 支援措置, their households included, as the data layer knows it. */
  async function protectedPeople(): Promise<Set<string>> {
    return await cloud.as(hida.municipality.code, async (ctx) => {
      const rows = await ctx.tx.sql<{ no: string }>(
        `select resident_no as no from residents.version
          where municipality_code = $1 and to_seq is null and latest and not deleted
            and residents.is_protected(municipality_code, resident_no, household_no)`,
        [hida.municipality.code],
      )
      return new Set(rows.map(({ no }) => no))
    })
  }

  test('a list of everybody names each resident once; who is under 支援措置 stands there without an address', async () => {
    const hidden = await protectedPeople()
    const { list, people, withheld, scanned } = await listOf(admin, everybody)
    assert.deepEqual(
      list.map(({ residentNo }) => residentNo),
      living()
        .map(({ residentNo }) => residentNo as string)
        .toSorted(),
    )
    assert.ok(list.length > 1_000, 'more than one part')
    assert.equal(people, list.length)
    assert.equal(scanned, list.length)
    assert.ok(withheld > 0)
    assert.deepEqual(
      list.filter(({ address }) => address === null).map(({ residentNo }) => residentNo),
      [...hidden].filter((no) => living().some(({ residentNo }) => residentNo === no)).toSorted(),
    )
    assert.equal(withheld, list.filter(({ address }) => address === null).length)
    for (const row of list.filter(({ address }) => address === null))
      assert.deepEqual([row.area, row.districts], ['', []])
  })

  test('a list of a 町字 holds those who live there, and nobody whose being there is a secret', async () => {
    const hidden = await protectedPeople()
    const inHiding = hida.residents.find(({ residentNo }) => hidden.has(residentNo))!
    const area = inHiding.address.town
    const { list, withheld } = await listOf(admin, { ...everybody, scope: 'area', area })
    assert.deepEqual(
      list.map(({ residentNo }) => residentNo),
      living()
        .filter(({ residentNo, address }) => address.town === area && !hidden.has(residentNo))
        .map(({ residentNo }) => residentNo as string)
        .toSorted(),
    )
    assert.ok(!JSON.stringify(list).includes(addressLine(inHiding.address)))
    // The number is the whole town's: of one 町字 it would tell.
    assert.equal(withheld, (await listOf(admin, everybody)).withheld)
  })

  test('the choice of 町字 counts everybody but those in hiding', async () => {
    const hidden = await protectedPeople()
    const counted = new Map<string, number>()
    let next: string | null = null
    do {
      const part: { areas: { area: string; people: number }[]; next: string | null } = await admin.get(
        countEmergencyAreas,
        { by: 'area', after: next },
      )
      for (const { area, people } of part.areas) counted.set(area, (counted.get(area) ?? 0) + people)
      next = part.next
    } while (next !== null)
    const expected = Map.groupBy(
      living().filter(({ residentNo }) => !hidden.has(residentNo)),
      ({ address }) => address.town,
    )
    assert.deepEqual(counted, new Map([...expected].map(([area, people]) => [area, people.length])))
  })

  test('everybody on a list is in the audit trail, with purpose, and the reason is kept sealed', async () => {
    const { list, listId } = await listOf(admin, {
      ...everybody,
      purpose: 'supplies',
      reason: '給水車の割当て',
    })
    const found = await cloud.as(hida.municipality.code, async (ctx) => ({
      subjects: await ctx.tx.sql<{ no: string }>(
        `select distinct s.subject_id as no from access.audit a
           join access.audit_subject s using (municipality_code, at, audit_id)
          where a.municipality_code = $1 and a.purpose = 'emergency' order by 1`,
        [ctx.municipality],
      ),
      begun: await ctx.tx.sql<{ purpose: string }>(
        `select purpose from access.audit
          where municipality_code = $1 and event = 'residents.emergency-list-begun' and facts ->> 'listId' = $2`,
        [ctx.municipality, listId],
      ),
      kept: await ctx.tx.sql<{ row: string }>(
        'select row_to_json(l)::text as row from residents.emergency_list l where municipality_code = $1',
        [ctx.municipality],
      ),
    }))
    assert.deepEqual(
      found.subjects.map(({ no }) => no),
      list.map(({ residentNo }) => residentNo),
    )
    assert.deepEqual(found.begun, [{ purpose: 'supplies' }])
    assert.ok(found.kept.every(({ row }) => !row.includes('給水車')))
  })

  test('needs a purpose and a reason, and belongs to who began it, for two hours', async () => {
    const vague = await admin.call(beginEmergencyList, { ...everybody, reason: '  ' })
    assert.equal(vague.status, 400)
    const nowhere = await admin.call(beginEmergencyList, { ...everybody, scope: 'area', area: '' })
    assert.equal(nowhere.status, 400)
    const { listId } = await admin.get(beginEmergencyList, everybody)
    const colleague = await cloud.signIn(hida.municipality.code, 'admin')
    assert.equal((await admin.call(readEmergencyList, { listId, after: null })).status, 200)
    assert.equal((await colleague.call(readEmergencyList, { listId, after: null })).status, 409)
    const neighbour = await cloud.signIn(takayama.municipality.code, 'admin')
    assert.equal((await neighbour.call(readEmergencyList, { listId, after: null })).status, 409)
    for (const role of ['viewer', 'auditor', 'operator', 'clerk'] as const) {
      const other = await cloud.signIn(hida.municipality.code, role)
      assert.equal((await other.call(beginEmergencyList, everybody)).status, 403, role)
    }
    const client = new pg.Client({ connectionString: cloud.database.urls.admin })
    await client.connect()
    await client.query(
      `update residents.emergency_list set begun_at = begun_at - interval '121 minutes' where list_id = $1`,
      [listId],
    )
    await client.end()
    assert.equal((await admin.call(readEmergencyList, { listId, after: null })).status, 409)
  })
})
