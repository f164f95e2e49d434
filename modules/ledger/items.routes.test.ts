import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { loadResidents } from '../residents/testing/load.ts'
import * as disclosures from './disclosures.contract.ts'
import * as items from './items.contract.ts'
import { getVictim, registerDisaster } from './ledger.contract.ts'
import { standardItems } from './items.ts'

const SECRET = '丹生川町の友人宅'

describe('被災者台帳の記載事項', () => {
  let cloud: TestCloud
  let town: DemoTown
  let clerk: Browser
  let reviewer: Browser
  let viewer: Browser
  let neighbour: Browser
  let disasterId: string
  let personRef: string
  let hiddenRef: string

  const register = async (name: string): Promise<string> =>
    (
      await clerk.get(registerDisaster, {
        ...{ name, hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨による' },
        applicationDeadlineOn: null,
      })
    ).disaster.disasterId

  before(async () => {
    cloud = await testCloud()
    town = makeTown({ households: 60 })
    await cloud.onboard('212172', '飛騨市')
    await cloud.onboard('212032', '高山市')
    await loadTown(cloud, town)
    clerk = await cloud.signIn(town.municipality.code, 'clerk')
    reviewer = await cloud.signIn(town.municipality.code, 'reviewer')
    viewer = await cloud.signIn(town.municipality.code, 'viewer')
    neighbour = await cloud.signIn('212032' as typeof town.municipality.code, 'reviewer')
    disasterId = await register('豪雨')
    personRef = `R-${town.people['satoTaro']!.residentNo}`
    hiddenRef = `R-${town.people['motherInHiding']!.residentNo}`
  })
  after(() => cloud.close())

  const place = (where: string) =>
    ({ type: 'place', kind: 'relatives', where, since: '2026-11-20', detail: '' }) as const
  const tell = (itemKey: string, version: number, value: unknown, ref = personRef) =>
    clerk.call(items.setItem, {
      ...{ disasterId, personRef: ref, itemKey, version, source: 'self' },
      value: value as ReturnType<typeof place>,
    })

  test('every legal item is on the page, whether told or not, with its article', async () => {
    const { items: listed } = await viewer.get(items.listItems, { disasterId, personRef })
    const legal = standardItems.filter(({ statutory }) => statutory).map(({ key }) => key)
    assert.equal(legal.length, 15)
    assert.deepEqual(
      listed.filter(({ statutory, law }) => statutory && law !== '').map(({ key }) => key),
      legal,
    )
    const page = await viewer.get(getVictim, { disasterId, personRef })
    for (const step of ['present-place', 'contacts', 'human-damage', 'needs', 'consent'] as const)
      assert.ok(page.next.includes(step))
  })

  test('a value is corrected by the next version; what stood stays in its history, author and source beside it', async () => {
    assert.equal((await tell('present-place', 0, place('高山市の長男宅'))).status, 200)
    assert.equal((await tell('present-place', 1, place('高山市の次男宅'))).status, 200)
    const item = await clerk.get(items.getItem, { disasterId, personRef, itemKey: 'present-place' })
    assert.equal(item.version, 2)
    assert.deepEqual(item.value, place('高山市の次男宅'))
    assert.deepEqual(
      item.history.map(({ version, source, by }) => [version, source, by]),
      [
        [2, 'self', '試験 clerk'],
        [1, 'self', '試験 clerk'],
      ],
    )
    assert.match(item.history[1]!.text!, /長男宅/)
    const { facts, next } = await clerk.get(getVictim, { disasterId, personRef })
    assert.deepEqual(
      facts.slice(0, 2).map(({ kind }) => kind),
      ['ledger.item-told', 'ledger.item-told'],
    )
    assert.ok(!next.includes('present-place'))
  })

  test('of two at once one is told that a colleague was first; a wrong choice and a legal fact of others are refused', async () => {
    const value = { type: 'choice', choice: 'slight' }
    const answers = await Promise.all([tell('human-damage', 0, value), tell('human-damage', 0, value)])
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    )
    assert.equal((await tell('human-damage', 1, { type: 'choice', choice: 'tired' })).status, 422)
    assert.equal((await tell('human-damage', 1, { type: 'text', text: '軽いけが' })).status, 422)
    assert.equal((await tell('household', 0, { type: 'text', text: '三人' })).status, 404)
  })

  test('contacts say how they may be used', async () => {
    const contacts = [
      { kind: 'mobile', value: '090-0000-0000', whose: '本人', safety: 'no-message', detail: '夜間のみ' },
      { kind: 'phone', value: '0577-00-0000', whose: '長男', safety: 'free', detail: '' },
    ]
    assert.equal((await tell('contacts', 0, { type: 'contacts', contacts })).status, 200)
    const { history } = await clerk.get(items.getItem, { disasterId, personRef, itemKey: 'contacts' })
    assert.match(history[0]!.text!, /留守番電話・伝言を残さない.*夜間のみ／長男/)
  })

  test('of a protected person a place is taken down and shown to nobody', async () => {
    assert.equal((await tell('present-place', 0, place(SECRET), hiddenRef)).status, 200)
    assert.equal((await tell('memo', 0, { type: 'text', text: SECRET }, hiddenRef)).status, 200)
    assert.equal((await tell('human-damage', 0, { type: 'choice', choice: 'none' }, hiddenRef)).status, 200)
    const seen = JSON.stringify([
      await clerk.get(items.listItems, { disasterId, personRef: hiddenRef }),
      await clerk.get(items.getItem, { disasterId, personRef: hiddenRef, itemKey: 'present-place' }),
      await clerk.get(items.getItem, { disasterId, personRef: hiddenRef, itemKey: 'memo' }),
      await clerk.get(getVictim, { disasterId, personRef: hiddenRef }),
    ])
    assert.ok(!seen.includes('丹生川'))
    assert.match(seen, /被害なし/)
  })

  test('the town hides, renames and adds items that are not legal, and keeps what was told', async () => {
    const { version, lines } = await reviewer.get(items.getItemSheet, {})
    const own = {
      key: 'own-pets',
      name: 'ペット',
      shown: true,
      own: { type: 'choice', choices: ['犬', '猫'] },
    } as const
    const changed = lines.map((line) => ({
      ...line,
      ...(line.key === 'memo' ? { shown: false } : {}),
      ...(line.key === 'language' ? { name: '話す言葉' } : {}),
    }))
    const put = (next: readonly unknown[], seen: number, browser = reviewer) =>
      browser.call(items.changeItemSheet, { version: seen, lines: next as typeof lines })
    assert.equal((await put([...changed], version, viewer)).status, 403)
    assert.equal((await put([...changed, { ...own, key: 'human-damage' }], version)).status, 422)
    assert.equal((await put(changed.slice(1), version)).status, 422)
    assert.equal((await put([...changed, own], version)).status, 200)
    assert.equal((await put([...changed, own], version)).status, 409)
    const { items: listed } = await clerk.get(items.listItems, { disasterId, personRef })
    assert.ok(!listed.some(({ key }) => key === 'memo'))
    assert.ok(listed.some(({ name }) => name === '話す言葉'))
    assert.equal((await tell('own-pets', 0, { type: 'choice', choice: 'c2' })).status, 200)
    const after = await clerk.get(items.listItems, { disasterId, personRef })
    assert.equal(after.items.find(({ key }) => key === 'own-pets')!.told!.text, '猫')
    // Its kind stays what it was, or what was told under it would mean something else.
    const other = { ...own, own: { type: 'text', choices: [] } }
    assert.equal((await put([...changed, other], version + 1)).status, 422)
  })

  test('a disclosure needs consent and a decision; to whom and when stands in the ledger of the person', async () => {
    const asked = {
      ...{ disasterId, recipient: '飛騨支援の会', recipientPlace: '古川町一丁目', representative: '会長' },
      ...{ basis: 'consent' as const, items: ['name', 'contacts'], purpose: '訪問', remarks: '' },
      receivedOn: '2026-11-21',
    }
    const receive = async (people: string[]) =>
      (await clerk.get(disclosures.receiveDisclosure, { ...asked, people })).disclosureId
    const disclosureId = await receive([personRef])
    const approve = { disclosureId, outcome: 'approved', reason: '' } as const
    assert.equal((await clerk.call(disclosures.decideDisclosure, approve)).status, 403)
    assert.equal((await reviewer.call(disclosures.decideDisclosure, approve)).status, 422)
    const consent = { type: 'consent', on: '2026-11-21', method: '書面', recipients: '' }
    await tell('consent', 0, { ...consent, consent: 'given' })
    const provide = { disclosureId, method: 'paper' } as const
    assert.equal((await clerk.call(disclosures.provideDisclosure, provide)).status, 409)
    assert.equal((await reviewer.call(disclosures.decideDisclosure, approve)).status, 200)
    assert.equal((await reviewer.call(disclosures.decideDisclosure, approve)).status, 409)
    assert.equal((await clerk.call(disclosures.provideDisclosure, provide)).status, 200)
    const { provisions } = await viewer.get(disclosures.listProvisions, { disasterId, personRef })
    assert.deepEqual(
      provisions.map(({ recipient, items: names, at }) => [recipient, names, at]),
      [['飛騨支援の会', ['氏名', '電話番号その他の連絡先'], '2026-11-21T00:00:00.000Z']],
    )
    // Taken back, nothing is handed over on it any more.
    await tell('consent', 1, { ...consent, consent: 'withdrawn' })
    assert.equal((await clerk.call(disclosures.provideDisclosure, provide)).status, 422)
    const hidden = await receive([personRef, hiddenRef])
    const refused = await reviewer.call(disclosures.decideDisclosure, { ...approve, disclosureId: hidden })
    assert.ok(!refused.ok)
    assert.equal(refused.problem.type, '/problems/ledger/disclosure-protected')
    // Whoever decides says how: left out, or without whereabouts; never with them.
    await tell('consent', 2, { ...consent, consent: 'given' })
    await reviewer.get(disclosures.decideDisclosure, {
      ...{ ...approve, disclosureId: hidden, protectedPeople: 'left-out' },
    })
    const handed = await clerk.get(disclosures.provideDisclosure, { disclosureId: hidden, method: 'paper' })
    assert.deepEqual(handed, { people: 1, leftOut: 1, withoutContact: 0 })
    const alone = await receive([hiddenRef])
    const nobody = { ...approve, disclosureId: alone, protectedPeople: 'left-out' } as const
    assert.equal((await reviewer.call(disclosures.decideDisclosure, nobody)).status, 422)
    const internal = await clerk.get(disclosures.receiveDisclosure, {
      ...{ ...asked, basis: 'internal', items: ['name', 'address', 'contacts'], people: [hiddenRef] },
    })
    await reviewer.get(disclosures.decideDisclosure, {
      ...{ ...approve, disclosureId: internal.disclosureId, protectedPeople: 'without-contact' },
    })
    const given = { disclosureId: internal.disclosureId, method: 'paper' } as const
    assert.deepEqual(await clerk.get(disclosures.provideDisclosure, given), {
      ...{ people: 1, leftOut: 0, withoutContact: 1 },
    })
    const told = await viewer.get(disclosures.listProvisions, { disasterId, personRef: hiddenRef })
    assert.deepEqual(
      told.provisions.map(({ recipient, items: names, withoutContact }) => [
        recipient,
        names,
        withoutContact,
      ]),
      [[null, ['氏名'], true]],
    )
    const { disclosures: listed } = await clerk.get(disclosures.listDisclosures, { disasterId })
    assert.deepEqual(listed.map(({ people, provisions: times }) => `${people} ${times}`).toSorted(), [
      '1 0',
      '1 1',
      '1 1',
      '2 1',
    ])
  })

  test('a later change of the register is offered, taken over by decision, and offered again when it changes again', async () => {
    const person = town.people['satoTaro']!
    const moveTo = (number: string, historyNo: number) =>
      withCtx(
        { ...cloud.runtime, pool: cloud.database.linkage },
        { actor: { kind: 'machine', name: 'link' }, municipality: town.municipality.code, traceId: 't' },
        async (ctx) => {
          await loadResidents(ctx, 'delta', [
            { record: { ...person, historyNo, address: { ...person.address, number } } },
          ])
        },
      )
    await moveTo('77番地', person.historyNo + 1)
    const look = async () =>
      (await clerk.get(items.listDifferences, { disasterId, personRef })).differences.find(
        ({ note }) => note === 'moved',
      )!
    const offered = await look()
    assert.deepEqual([offered.decided, offered.decisionNo], [null, 0])
    assert.match(offered.after, /77番地/)
    assert.ok((await clerk.get(getVictim, { disasterId, personRef })).next.includes('decide-differences'))
    const decide = (after: string, decisionNo: number) =>
      clerk.call(items.decideDifference, {
        ...{ disasterId, personRef, note: 'moved', decisionNo, after, outcome: 'accepted' },
        reason: '本人に確認',
      })
    assert.equal((await decide('別の住所', 0)).status, 409)
    const twice = await Promise.all([decide(offered.after, 0), decide(offered.after, 0)])
    assert.deepEqual(
      twice.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    )
    assert.equal((await look()).decided!.outcome, 'accepted')
    const { facts, person: cut } = await clerk.get(getVictim, { disasterId, personRef })
    // The test's clock stands still, so facts of one moment are in no order.
    assert.ok(facts.some(({ kind }) => kind === 'ledger.difference-accepted'))
    // The ledger as cut is what it was.
    assert.ok(cut.address!.includes(person.address.number))
    await moveTo('88番地', person.historyNo + 2)
    assert.deepEqual([(await look()).decided, (await look()).decisionNo], [null, 1])
  })

  test('ledgers of other disasters are named on the page', async () => {
    const other = await register('地震')
    const { otherLedgers } = await clerk.get(getVictim, { disasterId: other, personRef })
    assert.deepEqual(
      otherLedgers.map(({ name }) => name),
      ['豪雨'],
    )
  })

  test('ids of another town answer 404', async () => {
    const disclosureId = (await clerk.get(disclosures.listDisclosures, { disasterId })).disclosures[0]!
      .disclosureId
    const item = { disasterId, personRef, itemKey: 'memo' }
    const answers = [
      await neighbour.call(items.listItems, { disasterId, personRef }),
      await neighbour.call(items.getItem, item),
      await neighbour.call(items.setItem, {
        ...{ ...item, version: 0, source: 'self' },
        value: { type: 'text', text: '試験' },
      }),
      await neighbour.call(items.listDifferences, { disasterId, personRef }),
      await neighbour.call(disclosures.listDisclosures, { disasterId }),
      await neighbour.call(disclosures.getDisclosure, { disclosureId }),
      await neighbour.call(disclosures.decideDisclosure, { disclosureId, outcome: 'approved', reason: '' }),
      await neighbour.call(disclosures.provideDisclosure, { disclosureId, method: 'paper' }),
      await neighbour.call(disclosures.listProvisions, { disasterId, personRef }),
    ]
    assert.deepEqual(
      answers.map(({ status }) => status),
      answers.map(() => 404),
    )
  })
})
