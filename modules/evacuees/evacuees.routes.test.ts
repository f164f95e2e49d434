import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { DemoTown } from '@open-bcl/demo/town.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Browser, TestCloud } from '../../apps/cloud/testing/town.ts'
import { openCase } from '../cases/cases.contract.ts'
import { listProvisions } from '../ledger/disclosures.contract.ts'
import { listItems, setItem } from '../ledger/items.contract.ts'
import { addNonResident, getVictim, searchLedger } from '../ledger/ledger.contract.ts'
import { openLedgerOffice } from '../ledger/testing/office.ts'
import * as arrivals from './arrivals.contract.ts'
import * as contract from './evacuees.contract.ts'
import { evacueesJobs } from './evacuees.jobs.ts'
import { evacueesSealed } from './evacuees.sealed.ts'
import { agreed, couples, openShelterLedger, TAKAYAMA } from './testing/evacuation.ts'

describe('広域避難者の引継ぎ between two towns of one installation', () => {
  let cloud: TestCloud
  let town: DemoTown
  let clerk: Browser
  let reviewer: Browser
  let viewer: Browser
  let host: Browser
  let disasterId: string
  let shelterId: string
  let households: [string, string][]

  before(async () => {
    ;({ cloud, town, clerk, reviewer, viewer, neighbour: host, disasterId } = await openLedgerOffice())
    shelterId = await openShelterLedger(host)
    households = couples(town)
    assert.ok(households.length >= 8)
  })
  after(() => cloud.close())

  const nameOf = (ref: string): string =>
    town.residents.find(({ residentNo }) => `R-${residentNo}` === ref)!.name.full
  /** Prepared by a clerk, sent by a reviewer. */
  async function handOver(people: readonly string[]): Promise<string> {
    const made = await clerk.get(contract.prepareTransfer, agreed(disasterId, people))
    await reviewer.get(contract.sendTransfer, made)
    return made.transferId
  }
  async function takeOver(transferId: string, as: readonly (string | null)[] = [null, null]): Promise<void> {
    const { version, people } = await host.get(arrivals.getArrival, { transferId })
    await host.get(arrivals.takeOverArrival, {
      ...{ transferId, version, disasterId: shelterId },
      people: people.map(({ personKey }, i) => ({ personKey, personRef: as[i] ?? null })),
    })
  }
  const kindsOf = async (browser: Browser, of: string, personRef: string): Promise<string[]> => {
    const { facts } = await browser.get(getVictim, { disasterId: of, personRef })
    return facts.map(({ kind }) => kind)
  }
  /** What lies in the database of a hand-over, seen by the town itself. */
  async function stored(transferId: string): Promise<{ packets: number; letters: number }> {
    return await cloud.as(TAKAYAMA, async (ctx) => {
      const [row] = await ctx.tx.sql<{ packets: number; letters: number }>(
        `select (select count(*)::int from evacuees.arrival
                  where municipality_code = $1 and transfer_id = $2 and sealed is not null) as packets,
                (select count(*)::int from evacuees.post
                  where municipality_code = $1 and bytes is not null) as letters`,
        [TAKAYAMA, transferId],
      )
      return row!
    })
  }

  test('a town that never opened the page has no keys yet, and nothing can be prepared for it', async () => {
    const { towns } = await clerk.get(contract.listTransferTowns, {})
    assert.deepEqual(
      towns.map(({ townCode, way, ready }) => [townCode, way, ready]),
      [[TAKAYAMA, 'here', false]],
    )
    const early = await clerk.call(contract.prepareTransfer, agreed(disasterId, households[0]!))
    assert.ok(!early.ok && early.problem.type.endsWith('evacuees/town-not-ready'))
    await host.get(arrivals.listArrivals, {})
    const later = await clerk.get(contract.listTransferTowns, {})
    assert.equal(later.towns[0]!.ready, true)
  })

  test('what is not agreed to in full is not prepared', async () => {
    const [one, other] = households[0]!
    const prepare = (changed: object) =>
      clerk.call(contract.prepareTransfer, { ...agreed(disasterId, [one, other]), ...changed })
    const consent = agreed(disasterId, [one]).people[0]!
    for (const changed of [
      { expiresOn: '2026-11-20' },
      { expiresOn: '2028-11-20' },
      { people: [{ ...consent, consentOn: '2026-11-22' }] },
      { people: [{ ...consent, consentBy: 'guardian' }] },
      { people: [consent, consent] },
      { people: [{ ...consent, personRef: households[1]![0] }] },
      { notes: [{ caseId: uuidv7(), actNo: 1 }] },
    ])
      assert.equal((await prepare(changed)).status, 422, JSON.stringify(changed))
    assert.equal((await prepare({ people: [] })).status, 400)
    assert.equal((await viewer.call(contract.listTransfers, { disasterId })).status, 403)
  })

  test('a household is handed over, taken over, reported on and comes home; each side has it on its time line', async () => {
    const [one, other] = households[0]!
    await clerk.get(setItem, {
      ...{ disasterId, personRef: one, itemKey: 'present-place', version: 0, source: 'self' },
      value: { type: 'place', kind: 'relatives', where: '高山市花里町の長女宅', since: null, detail: '' },
    })
    await clerk.get(setItem, {
      ...{ disasterId, personRef: one, itemKey: 'needs', version: 0, source: 'self' },
      value: { type: 'choices', choices: ['illness'], detail: '透析 週3回' },
    })
    const { caseId } = await clerk.get(openCase, {
      ...{ disasterId, personRef: one, needs: ['health'], nextOn: null, responsible: '' },
      words: '薬は高山の病院でもらう',
    })
    const made = await clerk.get(contract.prepareTransfer, {
      ...agreed(disasterId, [one, other]),
      notes: [{ caseId, actNo: 1 }],
    })
    const { transferId } = made
    assert.equal((await host.get(arrivals.listArrivals, {})).arrivals.length, 0)
    assert.equal((await clerk.call(contract.sendTransfer, made)).status, 403)
    const requestId = uuidv7()
    const sent = await reviewer.get(contract.sendTransfer, made, requestId)
    assert.deepEqual([sent.people, sent.leftOut], [2, 0])
    // The same request once more, and another one about what is sent already.
    assert.deepEqual(await reviewer.get(contract.sendTransfer, made, requestId), sent)
    assert.equal((await reviewer.call(contract.sendTransfer, made)).status, 409)
    const { provisions } = await clerk.get(listProvisions, { disasterId, personRef: other })
    assert.deepEqual(
      provisions.map(({ recipient, basis, method }) => [recipient, basis, method]),
      [['高山市', 'consent', 'data']],
    )

    // Woken by the sender; once is enough.
    for (let i = 0; i < 2; i++) await cloud.as(TAKAYAMA, (ctx) => evacueesJobs[0]!.run(ctx, {}))
    const { arrivals: listed } = await host.get(arrivals.listArrivals, {})
    assert.deepEqual(
      listed.map(({ name, people, fromName, state }) => [name, people, fromName, state]),
      [[nameOf(one), 2, '飛騨市', 'offered']],
    )
    const seen = await host.get(arrivals.getArrival, { transferId })
    assert.equal(seen.people[0]!.name, nameOf(one))
    const texts = seen.people[0]!.items.map(({ text }) => text).join()
    assert.match(texts, /花里町/)
    assert.match(texts, /透析/)
    assert.equal(seen.notes[0]!.words, '薬は高山の病院でもらう')
    assert.deepEqual(await stored(transferId), { packets: 1, letters: 0 })

    await takeOver(transferId)
    const taken = await host.get(arrivals.getArrival, { transferId })
    const [mine] = taken.people
    const found = await host.get(searchLedger, { disasterId: shelterId, name: nameOf(one) })
    assert.equal(found.people[0]!.personRef, mine!.personRef)
    const told = await host.get(listItems, { disasterId: shelterId, personRef: mine!.personRef! })
    assert.match(told.items.find(({ key }) => key === 'present-place')!.told!.text!, /花里町/)
    assert.ok((await kindsOf(host, shelterId, mine!.personRef!)).includes('evacuees.taken-over'))

    const report = (version: number, changed: object) =>
      host.call(arrivals.reportArrival, {
        ...{ transferId, version, people: [mine!.personKey], report: 'staying', on: '2026-11-21' },
        ...{ place: '高山市の市営住宅', words: '', ...changed },
      })
    assert.equal((await report(taken.version, { place: '' })).status, 422)
    assert.equal((await report(taken.version, { on: '2026-12-21' })).status, 422)
    assert.equal((await report(taken.version, { people: [uuidv7()] })).status, 422)
    assert.equal((await report(taken.version, {})).status, 200)
    const home = { report: 'left', place: '', people: taken.people.map(({ personKey }) => personKey) }
    assert.equal((await report(taken.version, home)).status, 409)
    assert.equal((await report(taken.version + 1, home)).status, 200)

    const after = await clerk.get(contract.getTransfer, { transferId })
    assert.equal(after.state, 'ended')
    assert.deepEqual(
      after.events.map(({ kind, fromOther }) => [kind, fromOther]),
      [
        ['reported', true],
        ['reported', true],
        ['taken', true],
        ['sent', false],
        ['prepared', false],
      ],
    )
    const { facts } = await clerk.get(getVictim, { disasterId, personRef: one })
    assert.match(facts.find(({ kind }) => kind === 'evacuees.reported')!.words!, /避難元へ戻った/)
    assert.ok(facts.some(({ words }) => words?.includes('高山市の市営住宅')))
    // The first report was about one of them alone.
    const ofOther = await clerk.get(getVictim, { disasterId, personRef: other })
    assert.ok(!ofOther.facts.some(({ words }) => words?.includes('市営住宅')))
  })

  test('whoever is known already is matched by hand, and gets no second entry', async () => {
    const [one, other] = households[1]!
    const transferId = await handOver([one, other])
    const { personRef } = await host.get(addNonResident, {
      ...{ disasterId: shelterId, name: nameOf(one), kana: '', birthOn: null, birthText: null, sex: '1' },
      ...{ address: '', phone: '', reason: '避難所の名簿', suppressed: false },
    })
    const seen = await host.get(arrivals.getArrival, { transferId })
    const take = (people: readonly (string | null)[]) =>
      host.call(arrivals.takeOverArrival, {
        ...{ transferId, version: seen.version, disasterId: shelterId },
        people: seen.people
          .slice(0, people.length)
          .map(({ personKey }, i) => ({ personKey, personRef: people[i]! })),
      })
    // Not everybody; two as the same one; somebody of nobody's ledger.
    assert.equal((await take([personRef])).status, 422)
    assert.equal((await take([personRef, personRef])).status, 422)
    assert.equal((await take([one, null])).status, 404)
    const two = await Promise.all([take([personRef, null]), take([personRef, null])])
    assert.deepEqual(
      two.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    )
    const found = await host.get(searchLedger, { disasterId: shelterId, name: nameOf(one) })
    assert.deepEqual(
      found.people.map((row) => row.personRef),
      [personRef],
    )
    assert.deepEqual(
      (await kindsOf(host, shelterId, personRef)).filter((kind) => kind === 'evacuees.taken-over').length,
      1,
    )
  })

  test('given back with a reason, nothing of it stays', async () => {
    const transferId = await handOver(households[2]!)
    const { version } = await host.get(arrivals.getArrival, { transferId })
    const reason = '市内には避難していませんでした'
    await host.get(arrivals.returnArrival, { transferId, version, reason })
    const seen = await host.get(arrivals.getArrival, { transferId })
    assert.deepEqual([seen.state, seen.people, seen.notes], ['returned', [], []])
    assert.deepEqual(await stored(transferId), { packets: 0, letters: 0 })
    const own = await clerk.get(contract.getTransfer, { transferId })
    assert.equal(own.state, 'returned')
    assert.equal(own.events[0]!.words, reason)
    assert.ok((await kindsOf(clerk, disasterId, households[2]![0])).includes('evacuees.returned'))
  })

  test('a consent taken back before anybody took the household over: it is gone, at once', async () => {
    const people = households[3]!
    const transferId = await handOver(people)
    const before = await host.get(arrivals.getArrival, { transferId })
    await clerk.get(contract.withdrawTransfer, { transferId, version: 2, people: [people[1]], words: '' })
    const one = await host.get(arrivals.getArrival, { transferId })
    assert.deepEqual(
      one.people.map(({ name }) => name),
      [nameOf(people[0])],
    )
    await clerk.get(contract.withdrawTransfer, {
      transferId,
      version: 3,
      people: [people[0]],
      words: '電話で',
    })
    // Nobody looked in between: the clerk's old page finds it gone.
    const late = await host.call(arrivals.takeOverArrival, {
      ...{ transferId, version: one.version, disasterId: shelterId },
      people: [{ personKey: one.people[0]!.personKey, personRef: null }],
    })
    assert.equal(late.status, 409)
    const seen = await host.get(arrivals.getArrival, { transferId })
    assert.deepEqual([seen.state, seen.people], ['withdrawn', []])
    assert.ok(seen.version > before.version)
    assert.deepEqual(await stored(transferId), { packets: 0, letters: 0 })
    const again = { transferId, version: 4, people: [people[0]], words: '' }
    assert.equal((await clerk.call(contract.withdrawTransfer, again)).status, 409)
  })

  test('taken back afterwards: the ledger there says that it must no longer be used, and no report goes out', async () => {
    const people = households[4]!
    const transferId = await handOver(people)
    await takeOver(transferId)
    const taken = await host.get(arrivals.getArrival, { transferId })
    const { version } = await clerk.get(contract.getTransfer, { transferId })
    await clerk.get(contract.withdrawTransfer, { transferId, version, people, words: '' })
    const seen = await host.get(arrivals.getArrival, { transferId })
    assert.deepEqual([seen.state, seen.people], ['withdrawn', []])
    const ref = taken.people[0]!.personRef!
    assert.ok((await kindsOf(host, shelterId, ref)).includes('evacuees.not-to-use'))
    const report = await host.call(arrivals.reportArrival, {
      ...{ transferId, version: seen.version, people: [taken.people[0]!.personKey], report: 'provided' },
      ...{ on: '2026-11-21', place: '', words: '毛布' },
    })
    assert.equal(report.status, 409)
  })

  test('withdrawn before it was sent, it never leaves; and whoever withdrew alone is left out', async () => {
    const [one, other] = households[5]!
    const made = await clerk.get(contract.prepareTransfer, agreed(disasterId, [one, other]))
    const { transferId } = made
    await clerk.get(contract.withdrawTransfer, { ...made, people: [other], words: '' })
    const sent = await reviewer.get(contract.sendTransfer, { transferId, version: 2 })
    assert.equal(sent.people, 1)
    assert.equal((await host.get(arrivals.getArrival, { transferId })).people.length, 1)
    const never = await clerk.get(contract.prepareTransfer, agreed(disasterId, households[6]!))
    await clerk.get(contract.withdrawTransfer, { ...never, people: households[6]!, words: '' })
    const late = { transferId: never.transferId, version: 2 }
    assert.equal((await reviewer.call(contract.sendTransfer, late)).status, 409)
    assert.equal((await host.call(arrivals.getArrival, { transferId: never.transferId })).status, 404)
  })

  test('nobody in hiding leaves by it, nor does a list or a count tell of them', async () => {
    const hidden = `R-${town.people['motherInHiding']!.residentNo}`
    const { address } = town.people['motherInHiding']!
    const before = (await clerk.get(contract.listTransfers, { disasterId })).transfers.length
    const made = await clerk.get(contract.prepareTransfer, agreed(disasterId, [hidden]))
    const sent = await reviewer.call(contract.sendTransfer, made)
    assert.ok(!sent.ok && sent.problem.type.endsWith('evacuees/nobody'))
    assert.equal((await clerk.get(contract.listTransfers, { disasterId })).transfers.length, before)
    const page = await clerk.get(contract.getTransfer, made)
    const panel = await clerk.get(contract.listTransfersOf, { disasterId, personRef: hidden })
    assert.deepEqual([page.concealed, page.townName, page.way], [true, null, null])
    for (const answer of [page, panel]) {
      const text = JSON.stringify(answer)
      assert.ok(!text.includes('高山'))
      assert.ok(!text.includes(`${address.town}${address.number}`))
    }
    // The consent can be taken back all the same.
    await clerk.get(contract.withdrawTransfer, { ...made, people: [hidden], words: '' })
    assert.equal((await host.call(arrivals.getArrival, { transferId: made.transferId })).status, 404)
  })

  test('somebody hidden here who turns out to be one of them: where they are is shown to nobody here either', async () => {
    const people = households[7]!
    await clerk.get(setItem, {
      ...{ disasterId, personRef: people[0], itemKey: 'present-place', version: 0, source: 'self' },
      value: { type: 'place', kind: 'relatives', where: '高山市の赤い屋根の家', since: null, detail: '' },
    })
    const transferId = await handOver(people)
    const { personRef } = await host.get(addNonResident, {
      ...{
        disasterId: shelterId,
        name: nameOf(people[0]),
        kana: '',
        birthOn: null,
        birthText: null,
        sex: '1',
      },
      ...{ address: '', phone: '', reason: '本人の申出', suppressed: true },
    })
    await takeOver(transferId, [personRef])
    const seen = await host.get(arrivals.getArrival, { transferId })
    assert.ok(seen.concealed)
    assert.ok(!JSON.stringify(seen).includes('赤い屋根'))
    const { arrivals: listed } = await host.get(arrivals.listArrivals, {})
    assert.equal(listed.find((one) => one.transferId === transferId)!.name, null)
    const report = await host.call(arrivals.reportArrival, {
      ...{ transferId, version: seen.version, people: [seen.people[0]!.personKey], report: 'staying' },
      ...{ on: '2026-11-21', place: '市営住宅', words: '' },
    })
    assert.ok(!report.ok && report.problem.type.endsWith('evacuees/protected'))
  })

  test('nobody else’s hand-over is there: each side’s ids answer 404 on the other and in a third town', async () => {
    const transferId = await handOver(households[6]!)
    const { code } = town.municipality
    const third = '172014' as typeof code
    await cloud.onboard(third, '金沢市')
    const stranger = await cloud.signIn(third, 'reviewer')
    await host.get(arrivals.getArrival, { transferId })
    const version = 1
    for (const browser of [host, stranger]) {
      assert.equal((await browser.call(contract.getTransfer, { transferId })).status, 404)
      const withdraw = { transferId, version, people: households[6]!, words: '' }
      assert.equal((await browser.call(contract.withdrawTransfer, withdraw)).status, 404)
    }
    assert.equal((await stranger.call(contract.sendTransfer, { transferId, version })).status, 404)
    for (const browser of [reviewer, stranger]) {
      assert.equal((await browser.call(arrivals.getArrival, { transferId })).status, 404)
      const reason = '違う'
      assert.equal((await browser.call(arrivals.returnArrival, { transferId, version, reason })).status, 404)
    }
    assert.equal((await stranger.get(arrivals.listArrivals, {})).arrivals.length, 0)
    assert.equal((await stranger.call(contract.getTransferFile, { messageId: uuidv7() })).status, 404)
  })

  test('a post box takes a message under the sender’s own name alone, and nobody else reads it', async () => {
    const { code } = town.municipality
    const messageId = uuidv7()
    const put = (to: string) =>
      cloud.as(code, (ctx) =>
        ctx.tx.sql('select evacuees.put($1, $2, $3)', [to, messageId, Buffer.from('x')]),
      )
    await put(TAKAYAMA)
    await assert.rejects(put(code), { code: '42501' })
    await assert.rejects(put('152021'), { code: '42501' })
    const boxOf = (of: typeof code) =>
      cloud.as(of, (ctx) =>
        ctx.tx.sql<{ from: string }>(
          'select from_town as "from" from evacuees.post where message_id = $1 and municipality_code = $2',
          [messageId, TAKAYAMA],
        ),
      )
    assert.deepEqual(await boxOf(code), [])
    assert.deepEqual(await boxOf(TAKAYAMA), [{ from: code }])
    // Not a message: closed with the reason, and what came after it is not held up.
    await host.get(arrivals.listArrivals, {})
    const [row] = await cloud.as(TAKAYAMA, (ctx) =>
      ctx.tx.sql<{ outcome: string; bytes: Buffer | null }>(
        'select outcome, bytes from evacuees.post where municipality_code = $1 and message_id = $2',
        [TAKAYAMA, messageId],
      ),
    )
    assert.deepEqual(row, { outcome: 'evacuees/not-a-message', bytes: null })
  })

  test('a change of keys finds every sealed value by the names that it was sealed with', async () => {
    const { code } = town.municipality
    const opened = new Set<string>()
    for (const municipality of [code, TAKAYAMA])
      await cloud.as(municipality, async (ctx) => {
        const keys = await ctx.keys()
        for (const { table, columns } of evacueesSealed) {
          const rows = await ctx.tx.sql<Record<string, string> & { sealed: Buffer }>(
            `select t.*, t.sealed from ${table} t where t.municipality_code = $1 and t.sealed is not null`,
            [municipality],
          )
          for (const { sealed, ...names } of rows) {
            const { place, rowKey } = columns['sealed']!
            keys.open(place, rowKey(names), sealed)
            opened.add(table)
          }
        }
      })
    assert.equal(opened.size, evacueesSealed.length)
  })

  test('after the day that was agreed nothing is shown any more, and what nobody took over is gone', async () => {
    const open = await handOver(households[6]!)
    const kept = await handOver(households[2]!)
    await takeOver(kept)
    const before = cloud.clock
    cloud.clock = new Date('2027-04-01T00:00:00Z')
    try {
      host = await cloud.signIn(TAKAYAMA, 'clerk')
      for (const transferId of [open, kept]) {
        const seen = await host.get(arrivals.getArrival, { transferId })
        assert.deepEqual([seen.state, seen.people, seen.notes], ['expired', [], []])
      }
      assert.deepEqual(await stored(open), { packets: 0, letters: 0 })
      const { version } = await host.get(arrivals.getArrival, { transferId: open })
      const late = await host.call(arrivals.takeOverArrival, {
        ...{ transferId: open, version, disasterId: shelterId },
        people: [{ personKey: uuidv7(), personRef: null }],
      })
      assert.ok(!late.ok && late.problem.type.endsWith('evacuees/over'))
    } finally {
      cloud.clock = before
    }
  })
})
