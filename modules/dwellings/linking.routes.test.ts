import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { changeHousehold } from '../ledger/households.contract.ts'
import { addNonResident, getVictim } from '../ledger/ledger.contract.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import { hida, openDesk, type RisaiDesk } from '../risai/testing/desk.ts'
import { dwellingOf } from './dwellings.actions.ts'
import * as contract from './dwellings.contract.ts'
import type { DwellingId } from './dwellings.ts'
import * as occupancy from './occupancy.contract.ts'
import { houseRow, loadHouses, runDwellings, TEST_BLOCK } from './testing/houses.ts'

/** Two houses stand at the address of one household, and somebody in hiding stays with that household. */
describe('世帯と住家の候補', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  before(async () => {
    cloud = await testCloud()
    desk = await openDesk(cloud)
    await loadHouses(cloud, [
      houseRow('2001', { 所在地_番地号表記: '1番1号', 所有者_宛名番号: '2' }),
      houseRow('2002', { 所在地_番地号表記: '1番1号', 所有者_宛名番号: '2' }),
    ])
    await desk.clerk.get(contract.takeNewHouses, {})
    await runDwellings(cloud)
    await desk.clerk.get(occupancy.proposeLinks, { disasterId: desk.disasterId })
    await runDwellings(cloud)
  })
  after(() => cloud.close())

  const proposed = async () =>
    (await desk.clerk.get(occupancy.listProposals, { disasterId: desk.disasterId })).proposals
  const unlinked = async () =>
    (await desk.clerk.get(occupancy.listUnlinkedHouseholds, { disasterId: desk.disasterId })).households
  const accept = (rows: Awaited<ReturnType<typeof proposed>>) =>
    desk.clerk.get(occupancy.acceptProposals, {
      disasterId: desk.disasterId,
      pairs: rows.map(({ householdNo, dwelling }) => ({ householdNo, dwellingId: dwelling.dwellingId })),
    })

  test('two houses chosen for one household are not decided by chance', async () => {
    const rows = await proposed()
    assert.deepEqual(
      rows.map(({ several }) => several),
      [true, true],
    )
    assert.deepEqual(await accept(rows).then(({ linked, passedOver }) => [linked, passedOver]), [0, 2])
    assert.equal((await unlinked()).length, 1)
    assert.deepEqual(await accept(rows.slice(0, 1)).then(({ linked }) => linked), 1)
    assert.equal((await unlinked()).length, 0)
  })

  test('who lived apart from the household has no part in its house, and is linked with those who went out too', async () => {
    const { clerk, disasterId } = desk
    const houses = (await clerk.get(contract.searchDwellings, { blockCode: TEST_BLOCK, disasterId }))
      .dwellings
    const [home, other] = houses.map(({ dwellingId }) => dwellingId as DwellingId)
    const where = (ref: string) =>
      cloud.as(hida, (ctx) => dwellingOf(ctx, disasterId as DisasterId, ref as PersonRef))
    assert.equal((await where('R-5'))?.dwellingId, home)
    await clerk.get(changeHousehold, {
      ...{ disasterId, personRef: 'R-1', version: 0, act: 'split', people: ['R-2', 'R-5'], otherVersion: 0 },
      ...{ head: 'R-2', reasonCode: 'lives-apart', reason: '区長に確認' },
    })
    assert.deepEqual([await where('R-2'), await where('R-5')], [null, null])
    assert.equal((await where('R-1'))?.dwellingId, home)
    assert.deepEqual(
      (await unlinked()).map(({ name, size }) => [name, size]),
      [['佐藤　太郎', 2]],
    )
    const counts = () =>
      clerk.get(occupancy.countLinks, { disasterId }).then(({ households, linked }) => [households, linked])
    assert.deepEqual(await counts(), [2, 1])
    const page = await clerk.get(occupancy.getOccupancy, { disasterId, personRef: 'R-5' })
    assert.deepEqual([page.apart, page.household?.links], [true, []])
    const link = { disasterId, personRef: 'R-2', scope: 'household', words: '本人の申出' } as const
    await clerk.get(occupancy.linkOccupant, { ...link, dwellingId: other!, seenNo: 0 })
    assert.equal((await where('R-5'))?.dwellingId, other)
    assert.deepEqual([await unlinked(), await counts()], [[], [2, 2]])
    const lived = async () =>
      (await clerk.get(contract.searchDwellings, { blockCode: TEST_BLOCK, disasterId })).dwellings.map(
        ({ households }) => households.map(({ name, size }) => [name, size]),
      )
    assert.deepEqual(await lived(), [
      [['佐藤　梅子', 1]],
      [
        ['佐藤　太郎', 1],
        ['佐藤　空', 1],
      ],
    ])
    // Taken together again, they live where they lived before.
    await clerk.get(occupancy.linkOccupant, { ...link, dwellingId: null, seenNo: 1 })
    const versionOf = async (personRef: string) =>
      (await clerk.get(getVictim, { disasterId, personRef })).householdState.version
    await clerk.get(changeHousehold, {
      ...{ disasterId, personRef: 'R-1', version: await versionOf('R-1'), act: 'join', people: ['R-2'] },
      ...{ otherVersion: await versionOf('R-2'), head: null, reasonCode: 'correction', reason: '誤り' },
    })
    assert.equal((await where('R-5'))?.dwellingId, home)
  })

  test('with whom somebody in hiding stays disappears from houses and their lists', async () => {
    const { clerk, disasterId } = desk
    const search = () => clerk.get(contract.searchDwellings, { blockCode: TEST_BLOCK, disasterId })
    const names = async () =>
      (await search()).dwellings.map(({ households }) => households.map((h) => h.name))
    const owners = async () =>
      (await search()).dwellings.flatMap((house) => house.owners.map(({ name }) => name))
    assert.deepEqual(await names(), [['佐藤　梅子'], []])
    assert.deepEqual(await owners(), ['佐藤　太郎', '佐藤　太郎'])
    const hiding = await clerk.get(addNonResident, {
      ...{ disasterId, name: '身寄　隠', kana: '', birthOn: null, birthText: null, sex: '2', phone: '' },
      ...{ address: '', reason: '避難所で申出', suppressed: true },
    })
    const version = (await clerk.get(getVictim, { disasterId, personRef: 'R-1' })).householdState.version
    await clerk.get(changeHousehold, {
      ...{ disasterId, personRef: 'R-1', version, act: 'add', people: [hiding.personRef], otherVersion: 0 },
      ...{ head: null, reasonCode: 'lived-together', reason: '聞取り' },
    })
    assert.deepEqual(await names(), [[], []])
    assert.deepEqual(await owners(), [])
    const home = await cloud.as(hida, (ctx) => dwellingOf(ctx, disasterId as DisasterId, 'R-2' as PersonRef))
    assert.equal(home, null)
    const { bulks } = await clerk.get(occupancy.countLinks, { disasterId })
    await clerk.get(occupancy.undoBulk, { disasterId, bulkId: bulks[0]!.bulkId })
    assert.deepEqual(await unlinked(), [])
    assert.deepEqual(await proposed(), [])
  })
})
