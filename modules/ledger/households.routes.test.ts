import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { canaries } from '@open-bcl/demo/people.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { householdAtDisaster, householdsAtDisaster } from './households.actions.ts'
import { changeHousehold } from './households.contract.ts'
import { addNonResident, getVictim, registerDisaster, searchLedger } from './ledger.contract.ts'
import type { PersonRef } from './ledger.ts'

type Change = RawInputOf<typeof changeHousehold>

describe('被災時の世帯', () => {
  let cloud: TestCloud
  let town: DemoTown
  let clerk: Browser
  let disasterId: string

  before(async () => {
    cloud = await testCloud()
    town = makeTown({ households: 60 })
    await cloud.onboard('212172', '飛騨市')
    await loadTown(cloud, town)
    clerk = await cloud.signIn(town.municipality.code, 'clerk')
    disasterId = (
      await clerk.get(registerDisaster, {
        ...{ name: '地震', hazards: ['earthquake'], occurredOn: '2026-11-20', causeText: '地震による' },
        applicationDeadlineOn: null,
      })
    ).disaster.disasterId
  })
  after(() => cloud.close())

  const householdOf = (ref: string) =>
    cloud.as(town.municipality.code, (ctx) =>
      householdAtDisaster(ctx, disasterId as DisasterId, ref as PersonRef),
    )
  const allHouseholds = () =>
    cloud.as(town.municipality.code, (ctx) => householdsAtDisaster(ctx, disasterId as DisasterId))
  const change = (over: Partial<Change> & Pick<Change, 'personRef' | 'act'>, requestId?: string) =>
    clerk.call(
      changeHousehold,
      {
        ...{ disasterId, version: 0, people: [], otherVersion: 0, head: null },
        ...{ reasonCode: 'correction', reason: '確認済み', ...over },
      },
      requestId,
    )
  const living = () => town.residents.filter(({ state }) => state === 'resident')
  /** Households of so many people as the register has them, protected ones left out. */
  const householdsOf = (size: number): string[][] =>
    [...Map.groupBy(living(), ({ householdNo }) => householdNo).entries()]
      .filter(([no, people]) => no !== null && people.length === size)
      .map(([, people]) => people.map(({ residentNo }) => `R-${residentNo}`))
  const added = async (name: string, suppressed: boolean, address = '神岡町船津１'): Promise<string> => {
    const { personRef } = await clerk.get(addNonResident, {
      ...{ disasterId, name, kana: '', birthOn: '1990-01-01', birthText: null, sex: '1' },
      ...{ address, phone: '', reason: '滞在中に被災', suppressed },
    })
    return personRef
  }

  test('untouched it is the register’s, the same for each of its people, and has no rows', async () => {
    const [members] = householdsOf(3)
    const households = await Promise.all(members!.map(householdOf))
    assert.equal(new Set(households.map(({ householdId }) => householdId)).size, 1)
    assert.deepEqual(households[0]!.members.toSorted(), members!.toSorted())
    assert.deepEqual([households[0]!.size, households[0]!.version], [3, 0])
    assert.ok(members!.includes(households[0]!.head!))
  })

  test('split, each half is a household of its own size, with its reason on both halves’ time lines', async () => {
    const [, members] = householdsOf(3)
    const [leaving, ...staying] = members!
    const before = (await allHouseholds()).length
    const answer = await change({ personRef: leaving!, act: 'split', people: [leaving!] })
    assert.equal(answer.status, 200)
    const [gone, kept] = [await householdOf(leaving!), await householdOf(staying[0]!)]
    assert.deepEqual([gone.members, gone.size, gone.head], [[leaving], 1, leaving])
    assert.deepEqual([kept.members.toSorted(), kept.size], [staying.toSorted(), 2])
    assert.notEqual(gone.householdId, kept.householdId)
    for (const ref of members!) {
      const { facts, householdState } = await clerk.get(getVictim, { disasterId, personRef: ref })
      assert.deepEqual([facts[0]!.kind, facts[0]!.words], ['ledger.household-split', '確認済み'])
      assert.equal(householdState.changes[0]!.reasonCode, 'correction')
    }
    assert.equal((await allHouseholds()).length, before + 1)
    // Joined again it is one household, and everybody stands in exactly one.
    const { version } = kept
    const joined = await change({
      ...{ personRef: staying[0]!, act: 'join', people: [leaving!] },
      ...{ version, otherVersion: gone.version, head: staying[0]! },
    })
    assert.equal(joined.status, 200)
    assert.deepEqual((await householdOf(leaving!)).members.toSorted(), members!.toSorted())
    const everybody = (await allHouseholds()).flatMap((one) => one.members)
    assert.equal(new Set(everybody).size, everybody.length)
    assert.equal((await allHouseholds()).length, before)
  })

  test('a 住登外者 is added to a household, which is one larger; a retry adds nobody twice', async () => {
    const [members] = householdsOf(4)
    const guest = await added('客野　人', false)
    const requestId = uuidv7()
    const wanted = { personRef: members![0]!, act: 'add' as const, people: [guest] }
    const first = await change(wanted, requestId)
    assert.deepEqual(await change(wanted, requestId), first)
    const household = await householdOf(guest)
    assert.deepEqual([household.size, household.members.includes(members![0]! as PersonRef)], [5, true])
    const page = await clerk.get(getVictim, { disasterId, personRef: members![0]! })
    assert.ok(page.household.some(({ name }) => name === '客野　人'))
    const head = await change({
      ...{ personRef: guest, act: 'head', head: guest, version: household.version },
    })
    assert.equal(head.status, 200)
    assert.equal((await householdOf(members![1]!)).head, guest)
  })

  test('of two clerks at once one wins, and nobody is lost', async () => {
    const [, members] = householdsOf(4)
    const answers = await Promise.all([
      change({ personRef: members![0]!, act: 'split', people: [members![0]!] }),
      change({ personRef: members![1]!, act: 'split', people: [members![1]!] }),
    ])
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    )
    const sizes = await Promise.all(members!.map(async (ref) => (await householdOf(ref)).size))
    assert.deepEqual(
      sizes.toSorted((a, b) => a - b),
      [1, 3, 3, 3],
    )
  })

  test('what is no change is refused in words', async () => {
    const [members] = householdsOf(2)
    const wrong = [
      await change({ personRef: members![0]!, act: 'split', people: [...members!] }),
      await change({ personRef: members![0]!, act: 'split', people: [] }),
      await change({ personRef: members![0]!, act: 'add', people: [members![1]!] }),
      await change({ personRef: members![0]!, act: 'head', head: null }),
    ]
    assert.deepEqual(
      wrong.map(({ status }) => status),
      [422, 422, 422, 422],
    )
    assert.equal((await householdOf(members![0]!)).version, 0)
  })

  test('whoever shares a household with somebody protected is shown without a place, and found by none', async () => {
    const [, members] = householdsOf(2)
    const host = living().find(({ residentNo }) => `R-${residentNo}` === members![0])!
    const place = `${host.address.town}${host.address.number}`
    const seen = async () =>
      (await clerk.get(searchLedger, { disasterId, address: place })).people.map((one) => one.personRef)
    assert.ok((await seen()).includes(members![0]!))
    const hidden = await added('隠野　人', true)
    assert.equal((await change({ personRef: members![0]!, act: 'add', people: [hidden] })).status, 200)
    assert.ok(!(await seen()).includes(members![0]!))
    const page = await clerk.get(getVictim, { disasterId, personRef: members![0]! })
    assert.deepEqual([page.person.suppressed, page.person.address], [true, null])
    assert.ok(!JSON.stringify(page).includes(host.address.number))
    assert.ok(page.householdState.changes.every(({ reason }) => reason === null))
    assert.ok(!canaries.some((one) => JSON.stringify(page).includes(one)))
    const protects = await cloud.as(town.municipality.code, (ctx) =>
      ctx.tx.sql<{ yes: boolean }>('select ledger.is_protected($1, $2, null, null) as yes', [
        town.municipality.code,
        host.residentNo,
      ]),
    )
    assert.equal(protects[0]!.yes, true)
  })
})
