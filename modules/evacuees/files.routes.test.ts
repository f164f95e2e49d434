import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { DemoTown } from '@open-bcl/demo/town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { openLedgerOffice } from '../ledger/testing/office.ts'
import { requestProtection } from '../protection/protection.contract.ts'
import * as arrivals from './arrivals.contract.ts'
import * as contract from './evacuees.contract.ts'
import { agreed, couples, openShelterLedger } from './testing/evacuation.ts'

/** 金沢市 runs a system of its own: another database, other keys, nothing in common but files and a telephone. */
describe('広域避難者の引継ぎ to a town elsewhere', () => {
  const KANAZAWA = '172014' as MunicipalityCode
  const NAGAOKA = '152021' as MunicipalityCode
  let cloud: TestCloud
  let elsewhere: TestCloud
  let town: DemoTown
  let clerk: Browser
  let reviewer: Browser
  let host: Browser
  let hostReviewer: Browser
  let otherHost: Browser
  let disasterId: string
  let shelterId: string
  let households: [string, string][]

  before(async () => {
    ;({ cloud, town, clerk, reviewer, disasterId } = await openLedgerOffice())
    households = couples(town)
    elsewhere = await testCloud()
    await elsewhere.onboard(KANAZAWA, '金沢市')
    await elsewhere.onboard(NAGAOKA, '長岡市')
    host = await elsewhere.signIn(KANAZAWA, 'clerk')
    hostReviewer = await elsewhere.signIn(KANAZAWA, 'reviewer')
    otherHost = await elsewhere.signIn(NAGAOKA, 'clerk')
    shelterId = await openShelterLedger(host)
  })
  after(async () => {
    await cloud.close()
    await elsewhere.close()
  })

  const cardOf = async (browser: Browser) => (await browser.get(contract.listTransferTowns, {})).own
  /** Sent, and carried to nobody yet. */
  async function handOver(people: readonly string[]): Promise<string> {
    const made = await clerk.get(contract.prepareTransfer, agreed(disasterId, people, KANAZAWA))
    await reviewer.get(contract.sendTransfer, made)
    return made.transferId
  }
  async function fileOf(browser: Browser, messageId: string): Promise<Buffer> {
    const answer = await browser.call(contract.getTransferFile, { messageId })
    assert.ok(answer.ok)
    return answer.bytes
  }
  async function offerOf(transferId: string): Promise<Buffer> {
    const { files } = await clerk.get(contract.getTransfer, { transferId })
    return await fileOf(clerk, files.find(({ kind }) => kind === 'offer')!.messageId)
  }
  const read = (browser: Browser, bytes: Buffer) =>
    browser.call(contract.readTransferFile, { base64: bytes.toString('base64') })
  async function refusedAs(answer: Awaited<ReturnType<typeof read>>, code: string): Promise<void> {
    assert.ok(!answer.ok && answer.problem.type.endsWith(`/${code}`), JSON.stringify(answer))
  }
  const arrivedAt = async (browser: Browser): Promise<number> =>
    (await browser.get(arrivals.listArrivals, {})).arrivals.length

  test('a town elsewhere is registered by its words and the number read out on the telephone', async () => {
    const theirs = await cardOf(host)
    const other = await cardOf(otherHost)
    const register = (card: string, confirmed: string) =>
      reviewer.call(contract.registerTransferTown, { card, confirmed })
    assert.equal((await register(theirs.card.slice(0, -4), theirs.fingerprint)).status, 422)
    assert.equal((await register('こんにちは', theirs.fingerprint)).status, 422)
    assert.equal((await register((await cardOf(clerk)).card, theirs.fingerprint)).status, 422)
    // Somebody between the two changed the words on their way.
    assert.equal((await register(theirs.card, other.fingerprint)).status, 422)
    const swapped = theirs.card.split(' ').with(2, other.card.split(' ')[2]!).join(' ')
    assert.equal((await register(swapped, theirs.fingerprint)).status, 422)
    assert.equal(
      (await clerk.call(contract.registerTransferTown, { card: theirs.card, confirmed: theirs.fingerprint }))
        .status,
      403,
    )
    const registered = await register(theirs.card, theirs.fingerprint)
    assert.ok(registered.ok && registered.body.name === '石川県金沢市')
    const { towns } = await clerk.get(contract.listTransferTowns, {})
    assert.ok(towns.some(({ townCode, way, ready }) => townCode === KANAZAWA && way === 'file' && ready))
  })

  test('what was changed, meant for another town or sent by a stranger is refused and changes nothing', async () => {
    const transferId = await handOver(households[0]!)
    const bytes = await offerOf(transferId)
    await refusedAs(await read(host, bytes), 'unknown-sender')
    const ours = await cardOf(clerk)
    await hostReviewer.get(contract.registerTransferTown, { card: ours.card, confirmed: ours.fingerprint })
    await refusedAs(await read(otherHost, bytes), 'wrong-town')
    await refusedAs(await read(host, Buffer.from('{"format":"open-bcl-evacuees/2"}')), 'not-a-message')
    await refusedAs(await read(host, Buffer.from([0xff, 0xd8, 0, 1])), 'not-a-message')
    const outside = JSON.parse(bytes.toString('utf8')) as { sealed: string; from: string }
    const sealed = Buffer.from(outside.sealed, 'base64')
    for (const at of [40, sealed.length >> 1, sealed.length - 1]) {
      const changed = Buffer.from(sealed)
      changed[at]! ^= 1
      const again = JSON.stringify({ ...outside, sealed: changed.toString('base64') })
      await refusedAs(await read(host, Buffer.from(again)), 'damaged')
    }
    // Another town's name on it does not make it theirs.
    const theirs = await cardOf(otherHost)
    await hostReviewer.call(contract.registerTransferTown, {
      card: theirs.card,
      confirmed: theirs.fingerprint,
    })
    await refusedAs(await read(host, Buffer.from(JSON.stringify({ ...outside, from: NAGAOKA }))), 'damaged')
    assert.equal(await arrivedAt(host), 0)

    const taken = await read(host, bytes)
    assert.ok(taken.ok && taken.body.side === 'arrival' && taken.body.transferId === transferId)
    await refusedAs(await read(host, bytes), 'already-read')
    assert.equal(await arrivedAt(host), 1)
    const seen = await host.get(arrivals.getArrival, { transferId })
    assert.deepEqual([seen.fromName, seen.state, seen.people.length], ['飛騨市', 'offered', 2])
  })

  test('two who read the same file at once: it arrives once', async () => {
    const transferId = await handOver(households[1]!)
    const bytes = await offerOf(transferId)
    const before = await arrivedAt(host)
    const two = await Promise.all([read(host, bytes), read(hostReviewer, bytes)])
    assert.deepEqual(
      two.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    )
    assert.equal(await arrivedAt(host), before + 1)
  })

  test('taken over there, the files that come back tell it here, in their order and once', async () => {
    const transferId = await handOver(households[2]!)
    assert.ok((await read(host, await offerOf(transferId))).ok)
    const seen = await host.get(arrivals.getArrival, { transferId })
    const { version } = await host.get(arrivals.takeOverArrival, {
      ...{ transferId, version: seen.version, disasterId: shelterId },
      people: seen.people.map(({ personKey }) => ({ personKey, personRef: null })),
    })
    await host.get(arrivals.reportArrival, {
      ...{ transferId, version, people: [seen.people[0]!.personKey], report: 'provided', on: '2026-11-21' },
      ...{ place: '', words: '公営住宅を案内' },
    })
    const { files } = await host.get(arrivals.getArrival, { transferId })
    const carried = async (kind: string) =>
      await fileOf(host, files.find((one) => one.kind === kind)!.messageId)
    // The report before the word that they were taken over: to be read again afterwards.
    await refusedAs(await read(clerk, await carried('report')), 'wrong-state')
    const taken = await read(clerk, await carried('taken'))
    assert.ok(taken.ok && taken.body.side === 'transfer')
    assert.ok((await read(clerk, await carried('report'))).ok)
    await refusedAs(await read(clerk, await carried('report')), 'already-read')
    const own = await clerk.get(contract.getTransfer, { transferId })
    assert.equal(own.state, 'taken')
    assert.match(own.events[0]!.words!, /公営住宅を案内/)
  })

  test('a consent taken back: its file closes the offer, whichever of the two is read first', async () => {
    const withdraw = async (transferId: string): Promise<Buffer> => {
      const people = (await clerk.get(contract.getTransfer, { transferId })).people.map(
        (one) => one.personRef,
      )
      await clerk.get(contract.withdrawTransfer, { transferId, version: 2, people, words: '' })
      const { files } = await clerk.get(contract.getTransfer, { transferId })
      const [offer] = files.filter(({ kind }) => kind === 'offer')
      assert.equal(offer!.open, false)
      assert.equal((await clerk.call(contract.getTransferFile, { messageId: offer!.messageId })).status, 409)
      return await fileOf(clerk, files.find(({ kind }) => kind === 'withdrawn')!.messageId)
    }
    const first = await handOver(households[3]!)
    const offer = await offerOf(first)
    assert.ok((await read(host, offer)).ok)
    assert.ok((await read(host, await withdraw(first))).ok)
    const seen = await host.get(arrivals.getArrival, { transferId: first })
    assert.deepEqual([seen.state, seen.people], ['withdrawn', []])

    const second = await handOver(households[4]!)
    const late = await offerOf(second)
    assert.ok((await read(host, await withdraw(second))).ok)
    await refusedAs(await read(host, late), 'withdrawn')
    const gone = await host.get(arrivals.getArrival, { transferId: second })
    assert.deepEqual([gone.state, gone.people], ['withdrawn', []])
  })

  test('of somebody who hides since, no file is given: which town it is for stands on it', async () => {
    const household = households[6]!
    const transferId = await handOver(household)
    const { files } = await clerk.get(contract.getTransfer, { transferId })
    assert.ok((await clerk.call(contract.getTransferFile, { messageId: files[0]!.messageId })).ok)
    await clerk.get(requestProtection, {
      ...{ category: 'dv', scope: ['copy'], office: '市民課', agency: '', note: '' },
      people: [
        { name: '', birthOn: null, relation: '', role: 'applicant', residentNo: household[0].slice(2) },
      ],
    })
    const after = await clerk.get(contract.getTransfer, { transferId })
    assert.deepEqual([after.concealed, after.files], [true, []])
    const { status } = await clerk.call(contract.getTransferFile, { messageId: files[0]!.messageId })
    assert.equal(status, 404)
  })

  test('a file that nobody read in time is refused', async () => {
    const bytes = await offerOf(await handOver(households[5]!))
    const before = elsewhere.clock
    elsewhere.clock = new Date('2027-04-01T00:00:00Z')
    try {
      const late = await elsewhere.signIn(KANAZAWA, 'clerk')
      await refusedAs(await read(late, bytes), 'over')
    } finally {
      elsewhere.clock = before
    }
  })
})
