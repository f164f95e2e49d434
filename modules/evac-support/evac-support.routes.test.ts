import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { canaries } from '@open-bcl/demo/people.ts'
import { onLink } from '../../apps/cloud/testing/send-file.ts'
import { loadEntries } from '../registers/testing/rows.ts'
import * as contract from './evac-support.contract.ts'
import { careRow, openEvacOffice, settings, takeOver, type EvacOffice } from './testing/office.ts'

const words = {
  ...{ phone: '0577-73-0000', otherContact: '長女 090-0000-0000', residence: '', reasonWords: '人工呼吸器' },
  ...{ remarks: '', note: '' },
}

type Decision = RawInputOf<typeof contract.decideEvacOffers>
type Entry = RawInputOf<typeof contract.saveEvacPerson>

describe('避難行動要支援者名簿', () => {
  let office: EvacOffice
  before(async () => {
    office = await openEvacOffice()
  })
  after(() => office.cloud.close())

  const numbers = async (
    asked: Parameters<typeof office.clerk.get<typeof contract.searchEvacSupport>>[1] = {},
  ) => (await office.clerk.get(contract.searchEvacSupport, asked)).people.map(({ residentNo }) => residentNo)

  test('the criteria are the town’s: dated, with their source, and nothing is done before there are any', async () => {
    const { cloud, neighbour, clerk, viewer } = office
    const bare = await neighbour.call(contract.scanEvacSupport, {})
    assert.equal(!bare.ok && bare.problem.title, '名簿に載せる要件が、まだ定められていません')
    for (const who of [clerk, viewer])
      assert.equal((await who.call(contract.setEvacSettings, settings)).status, 403)
    // Somebody who saw none may not set over what is there.
    assert.equal((await office.reviewer.call(contract.setEvacSettings, settings)).status, 409)
    // Of a later day: it does not hold yet.
    await office.reviewer.get(contract.setEvacSettings, {
      ...settings,
      ...{ fromOn: '2027-04-01', settingNo: 1, ordinance: 'all', ordinanceSource: '飛騨市条例第5条' },
    })
    const seen = await clerk.get(contract.getEvacSettings, {})
    assert.deepEqual(
      seen.settings.map(({ settingNo, fromOn, ordinance }) => [settingNo, fromOn, ordinance]),
      [
        [2, '2027-04-01', 'all'],
        [1, '2026-04-01', 'none'],
      ],
    )
    assert.ok(cloud.logLines.length > 0)
  })

  test('differences are offered and nothing comes onto the list by itself', async () => {
    const { clerk, taro, hidden } = office
    const scanned = await clerk.get(contract.scanEvacSupport, {})
    assert.deepEqual(scanned, { people: 2, offers: 2 })
    assert.deepEqual(await numbers(), [])
    const { offers, counts } = await clerk.get(contract.listEvacOffers, {})
    assert.deepEqual(counts, { join: 2, leave: 0, grounds: 0 })
    const byNo = new Map(offers.map((offer) => [offer.residentNo, offer]))
    assert.deepEqual(byNo.get(taro)!.grounds, ['要介護3'])
    assert.deepEqual(byNo.get(hidden)!.grounds, ['身体障害者手帳1級'])
    assert.equal(byNo.get(hidden)!.address, null)
    assert.ok(byNo.get(taro)!.address)
    // All of a kind, but of another number than there are: refused, and nothing is decided.
    const wrong: Decision = { outcome: 'accepted', offerIds: [], allOf: { offerKind: 'join', seen: 3 } }
    assert.equal((await clerk.call(contract.decideEvacOffers, wrong)).status, 409)
    assert.deepEqual(await numbers(), [])
    await clerk.get(contract.decideEvacOffers, { ...wrong, allOf: { offerKind: 'join', seen: 2 } })
    assert.deepEqual((await numbers()).sort(), [taro, hidden].sort())
    assert.deepEqual(await clerk.get(contract.scanEvacSupport, {}), { people: 2, offers: 0 })
  })

  test('the list by its filters; nobody in hiding is found by a place', async () => {
    const { taro, hidden, town } = office
    assert.deepEqual(await numbers({ ground: 'care' }), [taro])
    assert.deepEqual(await numbers({ ground: 'body' }), [hidden])
    assert.deepEqual(await numbers({ consent: 'given' }), [])
    assert.deepEqual(await numbers({ area: town.people['satoTaro']!.address.town }), [taro])
    assert.deepEqual(await numbers({ area: town.people['motherInHiding']!.address.town, ground: 'body' }), [])
    assert.deepEqual(await numbers({ name: town.people['satoTaro']!.name.full }), [taro])
    assert.deepEqual(await numbers({ entryState: 'off' }), [])
  })

  test('a changed register changes the list only when somebody takes it over', async () => {
    const { cloud, town, clerk, taro } = office
    await onLink(cloud, town.municipality.code, (ctx) =>
      loadEntries(ctx, 'nursing-care', [careRow(taro, '24')]),
    )
    assert.equal((await clerk.get(contract.scanEvacSupport, {})).offers, 1)
    assert.deepEqual((await clerk.get(contract.getEvacPerson, { residentNo: taro })).grounds, ['要介護3'])
    const { offers } = await clerk.get(contract.listEvacOffers, { offerKind: 'grounds' })
    const declined: Decision = { outcome: 'declined', offerIds: [offers[0]!.offerId], allOf: null }
    await clerk.get(contract.decideEvacOffers, declined)
    // Declined: not offered again while nothing changes.
    assert.equal((await clerk.get(contract.scanEvacSupport, {})).offers, 0)
    await onLink(cloud, town.municipality.code, (ctx) =>
      loadEntries(ctx, 'nursing-care', [careRow(taro, '25')]),
    )
    await takeOver(clerk)
    const person = await clerk.get(contract.getEvacPerson, { residentNo: taro })
    assert.deepEqual([person.version, person.grounds], [2, ['要介護5']])
    assert.deepEqual(
      person.versions.map(({ grounds, cause }) => [grounds[0], cause]),
      [
        ['要介護5', 'offer'],
        ['要介護3', 'offer'],
      ],
    )
  })

  test('somebody asks to be on it; who moves to an institution comes off and is not offered again', async () => {
    const { clerk, viewer, town, taro } = office
    const other = town.residents.find(
      ({ state, residentNo, householdNo }) =>
        state === 'resident' && householdNo !== null && residentNo !== taro && residentNo !== office.hidden,
    )!
    const { people } = await clerk.get(contract.findEvacResident, { name: other.name.full })
    assert.equal(people.find(({ residentNo }) => residentNo === other.residentNo)!.listed, false)
    const entry: Omit<Entry, 'told' | 'words'> = {
      residentNo: other.residentNo,
      version: 0,
      entryState: 'listed',
      away: false,
    }
    const bare = await clerk.call(contract.saveEvacPerson, { ...entry, told: [], words })
    assert.equal(!bare.ok && bare.problem.title, '名簿に載せる理由がありません')
    await clerk.get(contract.saveEvacPerson, { ...entry, told: ['request'], words })
    assert.equal(
      (await clerk.call(contract.saveEvacPerson, { ...entry, told: ['mayor'], words })).status,
      409,
    )
    assert.equal((await viewer.call(contract.getEvacPerson, entry)).status, 403)
    const off: Entry = {
      residentNo: taro,
      version: 2,
      entryState: 'off',
      told: [],
      away: true,
      words: null,
    }
    assert.equal((await clerk.call(contract.saveEvacPerson, { ...off, entryState: 'listed' })).status, 422)
    await clerk.get(contract.saveEvacPerson, off)
    assert.equal((await clerk.get(contract.scanEvacSupport, {})).offers, 0)
    assert.deepEqual(await numbers({ entryState: 'off' }), [taro])
    await clerk.get(contract.saveEvacPerson, { ...off, version: 3, entryState: 'listed', away: false })
    const listed = await clerk.get(contract.getEvacPerson, { residentNo: other.residentNo })
    assert.deepEqual(listed.words, words)
  })

  test('consent is appended, and only of who is on the list', async () => {
    const { clerk, taro, town } = office
    const asked: RawInputOf<typeof contract.recordEvacConsent> = {
      ...{ residentNo: taro, consentNo: 0, consent: 'given', toldOn: '2026-11-20', method: 'visit' },
      ...{ who: '本人', untilOn: null, exceptKinds: [], note: '' },
    }
    const future = await clerk.call(contract.recordEvacConsent, { ...asked, toldOn: '2026-11-22' })
    assert.equal(future.status, 422)
    const stranger = town.people['motherInHiding']!.residentNo
    await clerk.get(contract.recordEvacConsent, {
      ...asked,
      residentNo: stranger,
      who: '隠家町の兄',
      note: '987番地',
    })
    await clerk.get(contract.recordEvacConsent, asked)
    assert.equal((await clerk.call(contract.recordEvacConsent, asked)).status, 409)
    await clerk.get(contract.recordEvacConsent, { ...asked, consentNo: 1, consent: 'withdrawn' })
    const { consents } = await clerk.get(contract.getEvacPerson, { residentNo: taro })
    assert.deepEqual(
      consents.map(({ consent, who, method }) => [consent, who, method]),
      [
        ['withdrawn', '本人', 'visit'],
        ['given', '本人', 'visit'],
      ],
    )
    assert.deepEqual(await numbers({ consent: 'withdrawn' }), [taro])
  })

  test('of somebody in hiding nothing that was typed comes back, nor is it lost', async () => {
    const { clerk, hidden } = office
    const before = await clerk.get(contract.getEvacPerson, { residentNo: hidden })
    const told = { ...words, residence: canaries[0]!, remarks: '隠家町987番地' }
    const entry: Omit<Entry, 'version' | 'words'> = {
      residentNo: hidden,
      entryState: 'listed',
      told: [],
      away: false,
    }
    await clerk.get(contract.saveEvacPerson, { ...entry, version: before.version, words: told })
    await clerk.get(contract.saveEvacPerson, { ...entry, version: before.version + 1, words: null })
    const after = await clerk.get(contract.getEvacPerson, { residentNo: hidden })
    assert.equal(after.words, null)
    const text = JSON.stringify(after)
    for (const word of [canaries[0]!, '隠家町', '987', '0577-73']) assert.ok(!text.includes(word), word)
  })

  test('for the neighbour there is nothing here', async () => {
    const { neighbour, taro } = office
    assert.equal((await neighbour.call(contract.getEvacPerson, { residentNo: taro })).status, 404)
    assert.deepEqual((await neighbour.get(contract.searchEvacSupport, {})).people, [])
    assert.deepEqual((await neighbour.get(contract.listEvacOffers, {})).offers, [])
  })
})
