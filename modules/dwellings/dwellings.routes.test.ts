import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { DisasterId } from '../disasters/disasters.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { addNonResident } from '../ledger/ledger.contract.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import { hida, openDesk, type RisaiDesk } from '../risai/testing/desk.ts'
import * as contract from './dwellings.contract.ts'
import { dwellingOf, occupantsOf } from './dwellings.actions.ts'
import type { DwellingId } from './dwellings.ts'
import * as occupancy from './occupancy.contract.ts'
import { houseRow as row, loadHouses, runDwellings, TEST_BLOCK as BLOCK } from './testing/houses.ts'

const HIDDEN = /隠田|オンダ/

describe('家屋と世帯', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  before(async () => {
    cloud = await testCloud()
    desk = await openDesk(cloud)
    // 佐藤's own house and shed; a house let by 佐藤; 隠田's house; a company's.
    await load([
      row('1001', { 所在地_番地号表記: '１－１', 所有者_宛名番号: '2' }),
      row('1002', { 所在地_番地号表記: '1-1', 用途: '09', 所有者_宛名番号: '2' }),
      row('1003', { 所在地_番地号表記: '5番2号', 所有者_宛名番号: '1' }),
      row('1004', { 所在地_町字: '秘密町', 所在地_番地号表記: '九番地', 所有者_宛名番号: '3' }),
      row('1005', { 所在地_番地号表記: '7番', 所有者_宛名番号: '', 所有者_氏名: '=架空商事株式会社' }),
      row('1005', { 所在地_番地号表記: '7番', 所有者_枝番: '2', 所有者_宛名番号: '3', 所有者_氏名: '' }),
    ])
    await desk.clerk.get(contract.takeNewHouses, {})
    await work()
  })
  after(() => cloud.close())

  const load = (rows: string[][]) => loadHouses(cloud, rows)
  const work = () => runDwellings(cloud)
  const search = (over: object = {}, by = desk.clerk) =>
    by.get(contract.searchDwellings, { blockCode: BLOCK, disasterId: desk.disasterId, ...over })
  const houseOf = async (propertyNo: string) =>
    (await search()).dwellings.find((one) => one.propertyNo === propertyNo)!
  const propose = async () => {
    // The newest run is told by its time.
    cloud.clock = new Date(cloud.clock.getTime() + 60_000)
    await desk.clerk.get(occupancy.proposeLinks, { disasterId: desk.disasterId })
    await work()
    return await desk.clerk.get(occupancy.listProposals, { disasterId: desk.disasterId })
  }
  const where = (ref: string) =>
    cloud.as(hida, (ctx) => dwellingOf(ctx, desk.disasterId as DisasterId, ref as PersonRef))
  const who = (dwellingId: string) =>
    cloud.as(hida, (ctx) => occupantsOf(ctx, dwellingId as DwellingId, desk.disasterId as DisasterId))

  test('houses come from 家屋課税台帳 with their owners, and show nobody under 支援措置', async () => {
    const { dwellings } = await search()
    assert.deepEqual(
      dwellings.map((one) => [one.propertyNo, one.number, one.useCode, one.owners.map(({ name }) => name)]),
      [
        ['1001', '１－１', '01', ['佐藤　太郎']],
        ['1002', '1-1', '09', ['佐藤　太郎']],
        ['1003', '5番2号', '01', ['佐藤　梅子']],
        ['1005', '7番', '01', ['=架空商事株式会社']],
        // Somebody hides there: of the place the 町字 alone is told, and not whose the house is.
        ['1004', '', '01', []],
      ],
    )
    const { blocks, differences } = await desk.clerk.get(contract.listDwellingBlocks, {})
    assert.deepEqual(differences, { new: 0, changed: 0, removed: 0 })
    assert.equal(blocks.find(({ blockCode }) => blockCode === BLOCK)!.standing, 5)
    assert.deepEqual(
      (await search({ number: '5の2' })).dwellings.map((one) => one.propertyNo),
      ['1003'],
    )
    // Nor by asking for the number.
    assert.deepEqual((await search({ number: '9' })).dwellings, [])
  })

  test('a household is proposed the house it owns at its address, and nobody protected is proposed anything', async () => {
    const { proposals } = await propose()
    assert.deepEqual(
      proposals.map((one) => [one.dwelling.propertyNo, one.household.name, one.reasons, one.household.owns]),
      [['1001', '佐藤　梅子', ['same-address', 'owner-lives-here'], true]],
    )
    const counts = await desk.clerk.get(occupancy.countLinks, { disasterId: desk.disasterId })
    assert.deepEqual([counts.households, counts.linked, counts.run?.state], [1, 0, 'done'])
    const unlinked = await desk.clerk.get(occupancy.listUnlinkedHouseholds, { disasterId: desk.disasterId })
    assert.deepEqual(
      unlinked.households.map(({ name, size }) => [name, size]),
      [['佐藤　梅子', 3]],
    )
  })

  test('accepted in bulk after a dry run, taken back at one go, refused and offered again', async () => {
    const { disasterId, clerk } = desk
    const sure = (dryRun: boolean) =>
      clerk.get(occupancy.acceptSureProposals, { disasterId, atLeast: 90, dryRun })
    assert.deepEqual(await sure(true), { bulkId: null, linked: 1, several: 0 })
    assert.equal(await where('R-1'), null)
    const { bulkId, linked } = await sure(false)
    assert.equal(linked, 1)
    const { dwellingId } = await houseOf('1001')
    assert.deepEqual(await where('R-5'), { dwellingId, by: 'household' })
    assert.deepEqual(
      (await who(dwellingId)).map(({ members }) => members),
      [['R-1', 'R-2', 'R-5']],
    )
    assert.deepEqual(
      (await houseOf('1001')).households.map(({ name, size, owns }) => [name, size, owns]),
      [['佐藤　梅子', 3, true]],
    )
    assert.deepEqual((await search({ only: 'linked' })).dwellings.length, 1)
    const undone = await clerk.get(occupancy.undoBulk, { disasterId, bulkId: bulkId! })
    assert.deepEqual(undone, { undone: 1, changedSince: 0 })
    assert.equal(await where('R-1'), null)
    const again = await clerk.call(occupancy.undoBulk, { disasterId, bulkId: bulkId! })
    assert.equal(again.status, 404)
    const { proposals } = await clerk.get(occupancy.listProposals, { disasterId })
    const pairs = proposals.map(({ householdNo, dwelling }) => ({
      householdNo,
      dwellingId: dwelling.dwellingId,
    }))
    const refusal = await clerk.get(occupancy.refuseProposals, { disasterId, pairs })
    assert.equal(refusal.refused, 1)
    assert.deepEqual((await propose()).proposals, [])
    await clerk.get(occupancy.undoBulk, { disasterId, bulkId: refusal.bulkId })
    const accepted = await clerk.get(occupancy.acceptProposals, { disasterId, pairs })
    assert.deepEqual([accepted.linked, accepted.passedOver], [1, 0])
    // Somebody else had the same list on the screen.
    const late = await desk.colleague.get(occupancy.acceptProposals, { disasterId, pairs })
    assert.deepEqual([late.linked, late.passedOver], [0, 1])
  })

  test('one of the household lived elsewhere: two households in two houses, the owner not the occupant', async () => {
    const { disasterId, clerk } = desk
    const [home, let_] = [await houseOf('1001'), await houseOf('1003')]
    const link = (personRef: string, dwellingId: string | null, seenNo: number | null, scope = 'person') =>
      clerk.call(occupancy.linkOccupant, {
        ...{ disasterId, personRef, dwellingId, seenNo, words: '本人の申出と公共料金の領収書' },
        scope: scope as 'person',
      })
    assert.equal((await link('R-2', let_.dwellingId, 0)).status, 200)
    const other = await clerk.get(addNonResident, {
      ...{ disasterId, name: '借家　一郎', kana: '', birthOn: null, birthText: null, sex: '1', phone: '' },
      ...{ address: '飛騨市古川町壱之町5番2号', reason: '居住の事実', suppressed: false },
    })
    assert.equal((await link(other.personRef, let_.dwellingId, 0)).status, 200)
    assert.deepEqual(await where('R-2'), { dwellingId: let_.dwellingId, by: 'person' })
    assert.deepEqual(
      (await who(home.dwellingId)).map(({ members }) => members),
      [['R-1', 'R-5']],
    )
    const shown = await houseOf('1003')
    assert.deepEqual(
      shown.households.map(({ name, size, owns }) => [name, size, owns]),
      [
        ['借家　一郎', 1, false],
        ['佐藤　太郎', 1, false],
      ],
    )
    // Two clerks at once: the second is told.
    const both = await Promise.all([link('R-2', home.dwellingId, 1), link('R-2', null, 1)])
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    )
    const page = await clerk.get(occupancy.getOccupancy, { disasterId, personRef: 'R-2' })
    assert.equal(page.person.links.length, 2)
    assert.equal(page.person.links[1]!.words, '本人の申出と公共料金の領収書')
    assert.deepEqual(new Set(page.owned.map((one) => one.propertyNo)), new Set(['1001', '1002', '1003']))
    const gone = await houseOf('1002')
    await clerk.get(contract.changeDwelling, {
      ...{
        dwellingId: gone.dwellingId,
        version: 1,
        state: 'gone',
        blockCode: BLOCK,
        town: gone.town,
        number: gone.number,
      },
      ...{ building: '', useCode: '09', structureCode: '1', storeys: 1, reason: '現地で更地を確認' },
    })
    assert.equal((await link('R-2', gone.dwellingId, 2)).status, 422)
  })

  test('where somebody in hiding lived is written down and told to nobody, whoever asks', async () => {
    const { disasterId, clerk } = desk
    const { dwellings } = await search()
    const house = dwellings.find((one) => one.propertyNo === '1004')!
    const linked = await clerk.get(occupancy.linkOccupant, {
      ...{ disasterId, personRef: 'R-3', scope: 'household', dwellingId: house.dwellingId, seenNo: null },
      words: '申請書のとおり',
    })
    assert.equal(linked.linked, true)
    assert.equal(await where('R-3'), null)
    assert.deepEqual(await who(house.dwellingId), [])
    const page = await clerk.get(occupancy.getOccupancy, { disasterId, personRef: 'R-3' })
    assert.deepEqual(page, {
      suppressed: true,
      apart: false,
      household: { seenNo: 0, links: [] },
      person: { seenNo: 0, links: [] },
      owned: [],
    })
    const csv = await clerk.call(contract.exportDwellings, { blockCode: BLOCK, disasterId })
    assert.ok(csv.ok)
    const text = csv.bytes.toString('utf8')
    assert.match(text, /"'=架空商事株式会社"/)
    const told = [
      JSON.stringify(await search()),
      JSON.stringify(await search({ only: 'unlinked' })),
      JSON.stringify(await clerk.get(contract.getDwelling, { dwellingId: house.dwellingId, disasterId })),
      text,
    ]
    for (const answer of told) assert.doesNotMatch(answer, HIDDEN)
    for (const answer of told) assert.doesNotMatch(answer, /九番地/)
    // Among the unlinked, as every house is of which nothing is known: being left out would tell.
    assert.ok((await search({ only: 'unlinked' })).dwellings.some((one) => one.propertyNo === '1004'))
    // What nobody sees nobody overwrites: the place stays, whatever is sent with a change.
    const seen = { dwellingId: house.dwellingId, version: house.version }
    const placed = await clerk.call(contract.positionDwelling, { ...seen, latitude: 36.2, longitude: 137.1 })
    assert.ok(!placed.ok && placed.problem.type.endsWith('/concealed'))
    await clerk.get(contract.changeDwelling, {
      ...{ ...seen, state: 'standing', blockCode: BLOCK, town: '秘密町', number: '', building: '' },
      ...{ useCode: '01', structureCode: '3', storeys: 3, reason: '現地で確認' },
    })
    const kept = await clerk.get(contract.getDwelling, { dwellingId: house.dwellingId })
    assert.deepEqual([kept.dwelling.structureCode, kept.dwelling.number], ['3', ''])
    assert.doesNotMatch(JSON.stringify(kept), /現地で確認/)
    // Where somebody lives who does not hide, the house shows as theirs: closing it would tell that somebody hides there.
    const lodger = await clerk.get(addNonResident, {
      ...{ disasterId, name: '間借　次郎', kana: '', birthOn: null, birthText: null, sex: '1', phone: '' },
      ...{ address: '飛騨市秘密町九番地', reason: '居住の事実', suppressed: false },
    })
    const lodging = (dwellingId: string | null, seenNo: number) =>
      clerk.get(occupancy.linkOccupant, {
        ...{ disasterId, personRef: lodger.personRef, scope: 'person', dwellingId, seenNo, words: '届出' },
      })
    await lodging(house.dwellingId, 0)
    const shared = await clerk.get(contract.getDwelling, { dwellingId: house.dwellingId, disasterId })
    assert.equal(shared.dwelling.number, '九番地')
    assert.deepEqual(
      shared.households.map(({ name }) => name),
      ['間借　次郎'],
    )
    await lodging(null, 1)
    assert.equal(
      (await clerk.get(contract.getDwelling, { dwellingId: house.dwellingId })).dwelling.number,
      '',
    )
    // Who comes under protection later disappears from the house at once.
    const home = await houseOf('1001')
    assert.equal((await who(home.dwellingId)).length, 1)
    await desk.protect('5')
    assert.deepEqual(await who(home.dwellingId), [])
    assert.equal(await where('R-1'), null)
  })

  test('what 家屋課税台帳 says by now is offered, and changes nothing until a clerk says so', async () => {
    const { clerk } = desk
    const before = await houseOf('1003')
    const placed = await clerk.get(contract.positionDwelling, {
      ...{ dwellingId: before.dwellingId, version: before.version, latitude: 36.2381, longitude: 137.1862 },
    })
    await load([
      row('1003', { 所在地_番地号表記: '5番2号', 所有者_宛名番号: '1', 構造: '3', 地上階数: '3' }),
      row('1005', { 所在地_番地号表記: '7番', 所有者_宛名番号: '', 所有者_氏名: '別会社', 構造: '4' }),
    ])
    assert.equal((await houseOf('1003')).structureCode, '1')
    const { differences } = await clerk.get(contract.listHouseDifferences, {})
    assert.deepEqual(
      differences.map((one) => [one.propertyNo, one.kind, one.ours.structureCode, one.theirs?.structureCode]),
      [
        ['1003', 'changed', '1', '3'],
        ['1005', 'changed', '1', '4'],
      ],
    )
    assert.doesNotMatch(JSON.stringify(differences), HIDDEN)
    const settle = (act: 'take' | 'keep', i: number) =>
      clerk.get(contract.settleDifferences, {
        act,
        houses: [{ dwellingId: differences[i]!.dwellingId, version: differences[i]!.version }],
      })
    assert.deepEqual(await settle('take', 0), { settled: 1, passedOver: 0 })
    assert.deepEqual(await settle('take', 0), { settled: 0, passedOver: 1 })
    assert.deepEqual(await settle('keep', 1), { settled: 1, passedOver: 0 })
    const after = await houseOf('1003')
    assert.deepEqual([after.structureCode, after.storeys, after.position?.latitude], ['3', 3, 36.2381])
    assert.ok(after.position!.by)
    assert.equal((await houseOf('1005')).structureCode, '1')
    assert.deepEqual((await clerk.get(contract.listHouseDifferences, {})).differences, [])
    const page = await clerk.get(contract.getDwelling, { dwellingId: before.dwellingId })
    assert.deepEqual(
      page.versions.map(({ version, source }) => [version, source]),
      [
        [3, 'register'],
        [placed.version, 'hand'],
        [1, 'register'],
      ],
    )
    // The version that the clerk saw is no more.
    const stale = await clerk.call(contract.positionDwelling, {
      ...{ dwellingId: before.dwellingId, version: 1, latitude: 36.2, longitude: 137.1 },
    })
    assert.equal(stale.status, 409)
  })

  test('another town sees none of it', async () => {
    const { neighbour, disasterId } = desk
    const { dwellingId, version } = await houseOf('1001')
    assert.deepEqual((await neighbour.get(contract.listDwellingBlocks, {})).blocks, [])
    assert.equal((await neighbour.call(contract.getDwelling, { dwellingId })).status, 404)
    const moved = await neighbour.call(contract.positionDwelling, {
      ...{ dwellingId, version, latitude: 36.2, longitude: 137.1 },
    })
    assert.equal(moved.status, 404)
    assert.equal((await neighbour.call(occupancy.countLinks, { disasterId })).status, 404)
    assert.equal((await neighbour.call(occupancy.getOccupancy, { disasterId, personRef: 'R-1' })).status, 404)
  })

  test('who may only look changes nothing', async () => {
    const viewer = await cloud.signIn(hida, 'viewer')
    assert.equal((await viewer.call(contract.takeNewHouses, {})).status, 403)
    assert.equal((await viewer.call(occupancy.proposeLinks, { disasterId: desk.disasterId })).status, 403)
    assert.ok((await search({}, viewer)).dwellings.length > 0)
  })

  test('a house added by hand is there with who added it; one where somebody hides shows no number', async () => {
    const house = {
      ...{ blockCode: BLOCK, town: '古川町壱之町', number: '88番8号', building: '', useCode: '01' as const },
      ...{ structureCode: '1' as const, storeys: 2, reason: '現地で確かめた' },
    }
    const { dwellingId } = await desk.clerk.get(contract.addDwelling, house)
    const seen = await desk.clerk.get(contract.getDwelling, { dwellingId: dwellingId as DwellingId })
    assert.equal(seen.versions[0]?.reason, '現地で確かめた')
    assert.ok(JSON.stringify(seen.dwelling).includes('88番8号'))
    const hiding = await desk.clerk.get(contract.addDwelling, { ...house, town: '秘密町', number: '九番地' })
    const concealed = await desk.clerk.call(contract.getDwelling, {
      dwellingId: hiding.dwellingId as DwellingId,
    })
    assert.ok(concealed.ok)
    assert.ok(!concealed.bytes.toString().includes('九番地'))
    assert.equal(
      (await desk.neighbour.call(contract.getDwelling, { dwellingId: dwellingId as DwellingId })).status,
      404,
    )
  })
})
