import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { getDisclosure, listDisclosures, listProvisions } from '../ledger/disclosures.contract.ts'
import { setItem } from '../ledger/items.contract.ts'
import { addNonResident, getVictim } from '../ledger/ledger.contract.ts'
import * as protection from '../protection/protection.contract.ts'
import * as arrivals from './arrivals.contract.ts'
import { findArrival } from './arrivals.store.ts'
import * as contract from './evacuees.contract.ts'
import { agreed, couples, openShelterLedger, TAKAYAMA } from './testing/evacuation.ts'

describe('somebody under 支援措置 whom two people released', () => {
  let cloud: TestCloud
  let town: DemoTown
  let clerk: Browser
  let officer: Browser
  let second: Browser
  let host: Browser
  let disasterId: string

  before(async () => {
    cloud = await testCloud()
    // A temporary lift ends by the clock of the database.
    cloud.clock = new Date()
    town = makeTown({ households: 60 })
    const { code } = town.municipality
    await cloud.onboard(code, '飛騨市')
    await cloud.onboard(TAKAYAMA, '高山市')
    await loadTown(cloud, town)
    clerk = await cloud.signIn(code, 'clerk')
    officer = await cloud.signIn(code, 'reviewer')
    second = await cloud.signIn(code, 'reviewer')
    host = await cloud.signIn(TAKAYAMA, 'clerk')
    disasterId = await openShelterLedger(clerk, '豪雨')
    await host.get(arrivals.listArrivals, {})
  })
  after(() => cloud.close())

  test('goes along without whereabouts, sent by the one officer alone; nobody else here learns where', async () => {
    const [one, mate] = couples(town)[0]!
    const today = todayInJapan(cloud.clock)
    await clerk.get(setItem, {
      ...{ disasterId, personRef: one, itemKey: 'present-place', version: 0, source: 'self' },
      value: { type: 'place', kind: 'relatives', where: '川沿いの隠れ家', since: null, detail: '' },
    })
    await clerk.get(setItem, {
      ...{ disasterId, personRef: one, itemKey: 'needs', version: 0, source: 'self' },
      value: { type: 'choices', choices: ['physical'], detail: '川沿いの隠れ家で酸素吸入' },
    })
    const reason = '本人の申出'
    const { measureId } = await clerk.get(protection.requestProtection, {
      ...{ category: 'dv', scope: ['copy'], office: '市民課', agency: '警察署', note: '' },
      people: [{ name: '', birthOn: null, relation: '', role: 'applicant', residentNo: one.slice(2) }],
    })
    const plain = agreed(disasterId, [one, mate])
    const made = await officer.get(contract.prepareTransfer, {
      ...plain,
      expiresOn: addDays(today, 90),
      people: plain.people.map((person) => ({ ...person, consentOn: today })),
    })
    // Nobody has released anybody: not the officer, nor the colleague who may send as well.
    for (const browser of [officer, second])
      assert.equal((await browser.call(contract.sendTransfer, made)).status, 422)
    await officer.get(protection.decideProtection, {
      ...{ measureId, version: 1, outcome: 'approved', startsOn: null, endsOn: null, reason },
    })
    await officer.get(protection.askProtectionLift, { measureId, version: 2, minutes: 15, reason })
    await second.get(protection.decideProtectionLift, { measureId, version: 3, outcome: 'approved', reason })
    assert.equal((await second.call(contract.sendTransfer, made)).status, 422)
    const sent = await officer.get(contract.sendTransfer, made)
    assert.deepEqual([sent.people, sent.leftOut], [2, 0])

    const { transferId } = made
    const seen = await host.get(arrivals.getArrival, { transferId })
    assert.ok(seen.concealed)
    assert.ok(seen.people.every(({ address }) => address === null))
    assert.ok(!JSON.stringify(seen).includes('隠れ家'))
    const { arrivals: listed } = await host.get(arrivals.listArrivals, {})
    assert.equal(listed[0]!.name, null)

    const came = await cloud.as(
      TAKAYAMA,
      async (ctx) => await findArrival(ctx.tx, await ctx.keys(), transferId),
    )
    assert.match(JSON.stringify(came?.packet), /"physical"/)
    assert.ok(!JSON.stringify(came?.packet).includes('隠れ家'))

    // There they are matched with nobody whom that town does not protect, too.
    const shelterId = await openShelterLedger(host)
    const known = await host.get(addNonResident, {
      ...{
        disasterId: shelterId,
        name: '佐藤　花子',
        kana: '',
        birthOn: null,
        birthText: null,
        sex: '2',
        phone: '',
      },
      ...{ address: '', reason: '避難所で登録', suppressed: false },
    })
    const take = async (personRef: string | null) =>
      await host.call(arrivals.takeOverArrival, {
        ...{ transferId, version: seen.version, disasterId: shelterId },
        people: seen.people.map(({ personKey }, i) => ({ personKey, personRef: i === 0 ? personRef : null })),
      })
    const open = await take(known.personRef)
    assert.ok(!open.ok && open.problem.type.endsWith('/unprotected'), JSON.stringify(open))
    assert.ok((await take(null)).ok)
    const there = await host.get(arrivals.getArrival, { transferId })
    const entered = await cloud.as(TAKAYAMA, (ctx) =>
      ctx.tx.sql<{ suppressed: boolean }>(
        'select suppressed from ledger.non_resident where municipality_code = $1 and non_resident_id::text = any($2)',
        [TAKAYAMA, there.people.map(({ personRef }) => personRef!.slice(2))],
      ),
    )
    assert.deepEqual(entered, [{ suppressed: true }, { suppressed: true }])

    // Here the town is shown to whoever sees the person, and to nobody else.
    assert.equal((await officer.get(contract.getTransfer, { transferId })).townName, '高山市')
    await officer.get(protection.endProtectionLift, { measureId, version: 4 })
    const { disclosures } = await second.get(listDisclosures, { disasterId })
    const answers = [
      await officer.get(contract.getTransfer, { transferId }),
      await second.get(contract.listTransfers, { disasterId }),
      await second.get(contract.listTransfersOf, { disasterId, personRef: one }),
      await second.get(getVictim, { disasterId, personRef: one }),
      await second.get(listProvisions, { disasterId, personRef: one }),
      disclosures,
      await second.get(getDisclosure, { disclosureId: disclosures[0]!.disclosureId }),
    ]
    for (const answer of answers) assert.ok(!JSON.stringify(answer).includes('高山'), JSON.stringify(answer))
    const { provisions } = await second.get(listProvisions, { disasterId, personRef: one })
    assert.deepEqual(
      provisions.map(({ withoutContact }) => withoutContact),
      [true],
    )
  })
})
