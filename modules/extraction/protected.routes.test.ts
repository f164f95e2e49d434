import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { DemoTown } from '@open-bcl/demo/town.ts'
import type { Browser, TestCloud } from '../../apps/cloud/testing/town.ts'
import { tellIdentity } from '../ledger/identities.contract.ts'
import { setItem } from '../ledger/items.contract.ts'
import { addNonResident, getVictim } from '../ledger/ledger.contract.ts'
import { openLedgerOffice } from '../ledger/testing/office.ts'
import * as contract from './extraction.contract.ts'

type Conditions = RawInputOf<typeof contract.countExtraction>['conditions']
const none: Conditions = {
  ...{ ageFrom: null, ageTo: null, sexes: [], sizeFrom: null, sizeTo: null, elderlyOnly: false },
  ...{ area: '', careLevels: [], disability: false, entered: null, items: [], facts: [] },
}

/** Somebody in hiding gave another name at a shelter: once that is known, no list finds the place by either name. */
describe('抽出の支援措置対象者', () => {
  let cloud: TestCloud
  let town: DemoTown
  let clerk: Browser
  let disasterId: string
  let shelterRef: string
  before(async () => {
    ;({ cloud, town, clerk, disasterId } = await openLedgerOffice())
    const made = await clerk.get(addNonResident, {
      ...{ disasterId, name: '旅野　花', kana: 'タビノ　ハナ', birthOn: '1990-01-01', birthText: null },
      ...{ sex: '2', address: '隠家町987番地', phone: '', reason: '避難所で聞取り', suppressed: false },
    })
    shelterRef = made.personRef
    const tell = { disasterId, personRef: shelterRef, version: 0, source: 'visit' } as const
    await clerk.get(setItem, {
      ...{ ...tell, itemKey: 'present-place' },
      value: { type: 'place', kind: 'hotel', where: '丹生川の旅館', since: null, detail: '' },
    })
    await clerk.get(setItem, {
      ...{ ...tell, itemKey: 'human-damage' },
      value: { type: 'choice', choice: 'slight' },
    })
  })
  after(() => cloud.close())

  const count = (conditions: Partial<Conditions>) =>
    clerk.get(contract.countExtraction, { disasterId, conditions: { ...none, ...conditions } })
  const inHotel = { items: [{ key: 'present-place', codes: ['hotel'] }] }
  const hurt = { items: [{ key: 'human-damage', codes: ['slight'] }] }
  const identify = (version: number, same: boolean) =>
    clerk.get(tellIdentity, {
      ...{ disasterId, nonResidentId: shelterRef.slice(2), version, same, reason: '本人確認' },
      personRef: same ? `R-${town.people['motherInHiding']!.residentNo}` : null,
    })

  test('nobody knows yet: the place finds her; identified, it does so no more, by a list made before neither', async () => {
    assert.equal((await count(inHotel)).count, 1)
    const { listId } = await clerk.get(contract.saveExtraction, {
      ...{ disasterId, name: '旅館', conditions: { ...none, ...inHotel } },
    })
    await identify(0, true)
    assert.equal((await count(inHotel)).count, 0)
    assert.equal((await count({ area: '隠家町' })).count, 0)
    // What tells no place finds her still, so that she is not forgotten.
    assert.deepEqual(await count(hurt), { count: 1, suppressed: 1 })
    const before = await clerk.get(contract.getExtraction, { listId })
    const csv = await clerk.call(contract.exportExtractionCsv, { listId })
    const texts = [JSON.stringify(before), csv.ok ? csv.bytes.toString() : '']
    for (const text of texts)
      for (const word of ['987', '隠家町', '丹生川']) assert.ok(!text.includes(word), word)
    // Nor is she handed out by the queue: that somebody stands on a list of a place tells it.
    assert.deepEqual(await clerk.get(contract.takeNextItem, { listId }), { item: null })
    const guessed = await clerk.call(contract.actOnItem, {
      ...{ listId, position: 1, version: 1, act: 'take', note: '' },
    })
    assert.equal(guessed.status, 404)
  })

  test('what a clerk notes when working off the list is told to nobody', async () => {
    const { listId } = await clerk.get(contract.saveExtraction, {
      ...{ disasterId, name: '負傷', conditions: { ...none, ...hurt } },
    })
    const { item } = await clerk.get(contract.takeNextItem, { listId })
    await clerk.get(contract.actOnItem, {
      ...{ listId, position: item!.position, version: item!.version, act: 'done' },
      note: '丹生川の旅館で会った',
    })
    const texts = [
      await clerk.get(contract.getExtraction, { listId }),
      await clerk.get(getVictim, { disasterId, personRef: item!.personRef }),
      await clerk.get(getVictim, { disasterId, personRef: `R-${town.people['motherInHiding']!.residentNo}` }),
    ].map((answer) => JSON.stringify(answer))
    for (const text of texts) assert.ok(!text.includes('丹生川') && !text.includes('987'))
    assert.ok(texts[1]!.includes('extraction.done'))
  })

  test('told apart again, she is a stranger as before', async () => {
    await identify(1, false)
    assert.equal((await count(inHotel)).count, 1)
  })
})
