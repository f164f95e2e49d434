import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { DemoTown } from '@open-bcl/demo/town.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import type { Browser, TestCloud } from '../../apps/cloud/testing/town.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import { loadProtection } from '../residents/testing/load-protection.ts'
import { loadResidents } from '../residents/testing/load.ts'
import * as disclosures from './disclosures.contract.ts'
import * as items from './items.contract.ts'
import { getVictim } from './ledger.contract.ts'
import { openLedgerOffice } from './testing/office.ts'

const NEW_PLACE = '隠家町987番地'
const REASON = '丹生川の友人宅にいると本人から'

/** Who is in hiding, or goes into hiding after the ledger was written: what stood in it before tells nobody where. */
describe('台帳の支援措置対象者', () => {
  let cloud: TestCloud
  let town: DemoTown
  let clerk: Browser
  let reviewer: Browser
  let disasterId: string
  before(async () => {
    ;({ cloud, town, clerk, reviewer, disasterId } = await openLedgerOffice())
  })
  after(() => cloud.close())

  const asLink = (work: (ctx: Ctx) => Promise<void>) =>
    withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'machine', name: 'link' }, municipality: town.municipality.code, traceId: 't' },
      work,
    )
  const move = (person: ResidentRecord) =>
    asLink(async (ctx) => {
      const address = { ...person.address, number: NEW_PLACE }
      await loadResidents(ctx, 'delta', [{ record: { ...person, historyNo: person.historyNo + 1, address } }])
    })
  const differenceOf = async (personRef: string) =>
    (await clerk.get(items.listDifferences, { disasterId, personRef })).differences.find(
      ({ note }) => note === 'moved',
    )
  const decide = (personRef: string, after: string) =>
    clerk.call(items.decideDifference, {
      ...{ disasterId, personRef, note: 'moved', decisionNo: 0, after, outcome: 'accepted' },
      reason: REASON,
    })
  /** Everything the ledger says of a person, as text. */
  const toldOf = async (personRef: string) =>
    JSON.stringify([
      await clerk.get(getVictim, { disasterId, personRef }),
      await clerk.get(items.listDifferences, { disasterId, personRef }),
      await clerk.get(items.listItems, { disasterId, personRef }),
    ])

  test('a move of somebody in hiding is offered without its places, and decided without telling them', async () => {
    const hidden = town.people['motherInHiding']!
    const personRef = `R-${hidden.residentNo}`
    await move(hidden)
    const offered = await differenceOf(personRef)
    // That there is a new place at all is not said of her where it would tell something.
    for (const text of [offered?.before ?? '', offered?.after ?? ''])
      assert.ok(!text.includes('987') && !text.includes(hidden.address.number), text)
    const guessed = await decide(personRef, NEW_PLACE)
    assert.equal(guessed.ok, false, 'a place that is not shown cannot be confirmed by guessing')
    assert.ok(!guessed.ok && !JSON.stringify(guessed.problem).includes('987'))
    if (offered) assert.equal((await decide(personRef, offered.after)).status, 200)
    const told = await toldOf(personRef)
    for (const word of ['987', '隠家町', '丹生川', hidden.address.number])
      assert.ok(!told.includes(word), word)
  })

  test('what was decided before somebody went into hiding is told no more', async () => {
    const person = town.people['satoTaro']!
    const personRef = `R-${person.residentNo}`
    await move(person)
    const offered = await differenceOf(personRef)
    assert.ok(offered)
    assert.ok(offered.after.includes(NEW_PLACE))
    assert.equal((await decide(personRef, offered.after)).status, 200)
    assert.ok((await toldOf(personRef)).includes('丹生川'))
    await asLink((ctx) => loadProtection(ctx, person.residentNo))
    const told = await toldOf(personRef)
    for (const word of ['987', '隠家町', '丹生川', person.address.number])
      assert.ok(!told.includes(word), word)
  })

  test('a disclosure about somebody in hiding shows no place, whoever opens it', async () => {
    const hidden = town.people['motherInHiding']!
    const personRef = `R-${hidden.residentNo}`
    await clerk.get(items.setItem, {
      ...{ disasterId, personRef, itemKey: 'present-place', version: 0, source: 'visit' },
      value: { type: 'place', kind: 'relatives', where: '丹生川町の友人宅', since: null, detail: '' },
    })
    const { disclosureId } = await clerk.get(disclosures.receiveDisclosure, {
      ...{ disasterId, recipient: '福祉課', recipientPlace: '本町', representative: '', basis: 'internal' },
      ...{
        items: ['name', 'address', 'present-place'],
        purpose: '見守り',
        remarks: '',
        receivedOn: '2026-11-21',
      },
      people: [personRef],
    })
    for (const browser of [clerk, reviewer]) {
      const answer = JSON.stringify(await browser.get(disclosures.getDisclosure, { disclosureId }))
      assert.ok(answer.includes(hidden.name.full), 'who it is about is said')
      for (const word of ['丹生川', '987', hidden.address.town, hidden.address.number])
        assert.ok(!answer.includes(word), word)
    }
  })
})
