import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { findPeople, listCertifiable } from '../certificates/desk.contract.ts'
import { getIssueChoices } from '../certificates/certificates.contract.ts'
import * as contract from './protection.contract.ts'

describe('支援措置 entered here', () => {
  let cloud: TestCloud
  let hida: DemoTown
  let code: MunicipalityCode
  let clerk: Browser
  let reviewer: Browser
  let other: Browser
  let window: Browser
  const reason = '本人の申出'
  before(async () => {
    cloud = await testCloud()
    // A temporary lift ends by the clock of the database.
    cloud.clock = new Date()
    hida = makeTown({ households: 60 })
    code = hida.municipality.code
    await cloud.onboard(code, '飛騨市')
    await cloud.onboard('212032', '高山市')
    await loadTown(cloud, hida)
    clerk = await cloud.signIn(code, 'clerk')
    reviewer = await cloud.signIn(code, 'reviewer')
    other = await cloud.signIn(code, 'reviewer')
    window = await cloud.signIn(code, 'window')
  })
  after(() => cloud.close())

  const numberOf = (key: string): string => hida.people[key]!.residentNo
  /** 住所 as the desk of the certificates shows it; `null` = hidden. */
  async function addressSeenBy(browser: Browser, residentNo: string): Promise<string | null> {
    const { people } = await browser.get(findPeople, { residentNo })
    return people[0]!.address
  }
  async function ask(browser: Browser, protect: string, from: string | null = null): Promise<string> {
    const person = { name: '', birthOn: null, relation: '' }
    const { measureId } = await browser.get(contract.requestProtection, {
      ...{ category: 'dv', scope: ['copy'], office: '市民課', agency: '警察署', note: '' },
      people: [
        { ...person, role: 'applicant', residentNo: protect },
        ...(from === null ? [] : [{ ...person, role: 'perpetrator' as const, residentNo: from }]),
      ],
    })
    return measureId
  }
  const look = (measureId: string): Promise<OutputOf<typeof contract.getProtection>> =>
    reviewer.get(contract.getProtection, { measureId })
  async function inForce(residentNo: string, from: string | null = null): Promise<string> {
    const measureId = await ask(clerk, residentNo, from)
    await reviewer.get(contract.decideProtection, {
      ...{ measureId, version: 1, outcome: 'approved', startsOn: null, endsOn: null, reason },
    })
    return measureId
  }
  const codeOf = async (answer: ReturnType<Browser['call']>): Promise<string> => {
    const got = await answer
    return got.ok ? 'ok' : got.problem.type
  }

  test('protects from the moment it is asked for, whatever waits, until somebody else says no', async () => {
    const residentNo = numberOf('satoTaro')
    assert.notEqual(await addressSeenBy(window, residentNo), null)
    const measureId = await ask(reviewer, residentNo)
    assert.equal(await addressSeenBy(window, residentNo), null)
    const no = { measureId, version: 1, outcome: 'refused', startsOn: null, endsOn: null, reason } as const
    assert.match(await codeOf(reviewer.call(contract.decideProtection, no)), /oneself/)
    assert.match(await codeOf(clerk.call(contract.decideProtection, no)), /not-allowed/)
    assert.equal(await addressSeenBy(window, residentNo), null)
    await other.get(contract.decideProtection, no)
    assert.notEqual(await addressSeenBy(window, residentNo), null)
  })

  test('is released by two people with reasons, and two at once do it once', async () => {
    const residentNo = numberOf('satoTaro')
    const measureId = await inForce(residentNo)
    await reviewer.get(contract.askProtectionRelease, { measureId, version: 2, reason })
    const yes = { measureId, version: 3, outcome: 'approved', reason } as const
    assert.match(await codeOf(reviewer.call(contract.decideProtectionRelease, yes)), /oneself/)
    assert.match(
      await codeOf(other.call(contract.decideProtectionRelease, { ...yes, reason: ' ' })),
      /invalid-input/,
    )
    assert.equal(await addressSeenBy(window, residentNo), null)
    const third = await cloud.signIn(code, 'reviewer')
    const answers = await Promise.all(
      [other, third].map((browser) => codeOf(browser.call(contract.decideProtectionRelease, yes))),
    )
    assert.deepEqual(answers.filter((answer) => answer === 'ok').length, 1, answers.join(' '))
    assert.notEqual(await addressSeenBy(window, residentNo), null)
    const { state, acts } = await look(measureId)
    assert.equal(state, 'released')
    assert.deepEqual(
      acts.map(({ kind }) => kind),
      ['released', 'release-asked', 'approved', 'asked'],
    )
  })

  test('a temporary lift opens the person to the one who asked alone, and ends by itself', async () => {
    const residentNo = numberOf('satoTaro')
    const measureId = await inForce(residentNo)
    const lift = async (version: number): Promise<void> => {
      await window.get(contract.askProtectionLift, { measureId, version, minutes: 15, reason })
      assert.equal(await addressSeenBy(window, residentNo), null)
      await other.get(contract.decideProtectionLift, {
        ...{ measureId, version: version + 1, outcome: 'approved', reason },
      })
    }
    await lift(2)
    assert.notEqual(await addressSeenBy(window, residentNo), null)
    const colleague = await cloud.signIn(code, 'window')
    assert.equal(await addressSeenBy(colleague, residentNo), null)
    const [asJob] = await cloud.as(code, ({ tx }) =>
      tx.sql<{ is: boolean }>('select access.is_suppressed($1, $2) as is', [code, residentNo]),
    )
    assert.equal(asJob!.is, true)
    await window.get(contract.endProtectionLift, { measureId, version: 4 })
    assert.equal(await addressSeenBy(window, residentNo), null)
    // A quarter of an hour that began an hour ago is over.
    const now = cloud.clock
    cloud.clock = new Date(now.getTime() - 60 * 60_000)
    await lift(5)
    assert.equal(await addressSeenBy(window, residentNo), null)
    cloud.clock = now
    await end(measureId)
  })

  async function end(measureId: string): Promise<void> {
    const { version } = await look(measureId)
    await reviewer.get(contract.askProtectionRelease, { measureId, version, reason })
    await other.get(contract.decideProtectionRelease, {
      ...{ measureId, version: version + 1, outcome: 'approved', reason },
    })
  }

  test('the day passing lifts nothing: it is listed a month ahead and after, and renewed', async () => {
    const residentNo = numberOf('satoTaro')
    const measureId = await inForce(residentNo)
    const { endsOn, renewal } = await look(measureId)
    assert.equal(renewal, null)
    const listed = async (filter: 'renewal' | 'overdue'): Promise<boolean> =>
      (await reviewer.get(contract.listProtections, { filter })).measures.some(
        (one) => one.measureId === measureId,
      )
    const now = cloud.clock
    const on = async (days: number): Promise<void> => {
      cloud.clock = new Date(`${addDays(endsOn as never, days)}T03:00:00Z`)
      reviewer = await cloud.signIn(code, 'reviewer')
      window = await cloud.signIn(code, 'window')
    }
    await on(-60)
    assert.deepEqual([await listed('renewal'), await listed('overdue')], [false, false])
    assert.match(
      await codeOf(reviewer.call(contract.renewProtection, { measureId, version: 2, reason })),
      /too-early/,
    )
    await on(-20)
    assert.deepEqual([await listed('renewal'), await listed('overdue')], [true, false])
    await on(40)
    assert.deepEqual([await listed('renewal'), await listed('overdue')], [false, true])
    assert.equal(await addressSeenBy(window, residentNo), null)
    // Whose period ended in the town's own system is told as well, to be renewed there.
    const { linked } = await reviewer.get(contract.listProtections, { filter: 'overdue' })
    assert.ok(linked.some((one) => one.residentNo === numberOf('protectionExpired')))
    await reviewer.get(contract.renewProtection, { measureId, version: 2, reason })
    const renewed = await look(measureId)
    assert.equal(renewed.startsOn, addDays(endsOn as never, 1))
    assert.deepEqual([await listed('renewal'), await listed('overdue')], [false, false])
    cloud.clock = now
    reviewer = await cloud.signIn(code, 'reviewer')
    window = await cloud.signIn(code, 'window')
    other = await cloud.signIn(code, 'reviewer')
    clerk = await cloud.signIn(code, 'clerk')
    await end(measureId)
  })

  test('whoever is protected with the applicant is protected too, and the other’s household is to be asked about', async () => {
    const [taro, moved] = [numberOf('satoTaro'), numberOf('protectionLifted')]
    const measureId = await inForce(moved, taro)
    const cautionOf = async (residentNo: string): Promise<boolean> => {
      const { caution } = await clerk.get(contract.getProtectionCaution, { residentNo })
      // The desk of the certificates says the same.
      const { person: asked } = await window.get(listCertifiable, { residentNo })
      assert.equal(asked.caution, caution)
      return caution
    }
    assert.deepEqual([await cautionOf(taro), await cautionOf(moved)], [true, false])
    const family = hida.residents.filter(
      ({ householdNo }) => householdNo === hida.people['satoTaro']!.householdNo,
    )
    assert.ok(family.length > 1)
    for (const one of family) assert.equal(await cautionOf(one.residentNo), true)
    const [free] = hida.residents.filter(
      ({ residentNo, householdNo, state }) =>
        state === 'resident' &&
        householdNo !== hida.people['satoTaro']!.householdNo &&
        residentNo !== moved &&
        !Object.values(hida.people).some((named) => named.householdNo === householdNo),
    )
    const { version } = await look(measureId)
    const person = {
      role: 'together',
      residentNo: free!.residentNo,
      name: '',
      birthOn: null,
      relation: '子',
    } as const
    assert.notEqual(await addressSeenBy(window, free!.residentNo), null)
    await clerk.get(contract.addProtectionPeople, { measureId, version, people: [person], reason })
    assert.equal(await addressSeenBy(window, free!.residentNo), null)
    await end(measureId)
    assert.notEqual(await addressSeenBy(window, free!.residentNo), null)
    assert.equal(await cautionOf(taro), false)
  })

  test('no paper of the other’s names who is protected, whatever is lifted: one household, two people', async () => {
    const [taro, hanako] = [numberOf('satoTaro'), numberOf('satoHanako')]
    const offeredTo = async (subjectId: string): Promise<string[]> => {
      const { choices } = await window.get(getIssueChoices, { kind: 'juminhyo', subjectId })
      return choices.find(({ name }) => name === 'members')!.options.map(({ value }) => value)
    }
    const before = await offeredTo(taro)
    assert.ok(before.includes(taro) && before.includes(hanako))
    const measureId = await inForce(hanako, taro)
    // Who shares the household of somebody hidden is closed as well: the desk names nobody but the one who asks.
    assert.deepEqual([await offeredTo(taro), await offeredTo(hanako)], [[taro], [hanako]])
    await window.get(contract.askProtectionLift, { measureId, version: 2, minutes: 15, reason })
    await other.get(contract.decideProtectionLift, { measureId, version: 3, outcome: 'approved', reason })
    assert.ok((await offeredTo(hanako)).includes(hanako))
    const his = await offeredTo(taro)
    assert.ok(his.includes(taro) && !his.includes(hanako))
    await end(measureId)
  })

  test('refuses measures that protect nobody, of nobody, or twice', async () => {
    const person = { name: '架空', birthOn: null, relation: '' }
    const base = { category: 'dv', scope: ['copy'], office: '市民課', agency: '', note: '' } as const
    const asked = (people: readonly object[]) =>
      codeOf(clerk.call(contract.requestProtection, { ...base, people } as never))
    const taro = { ...person, residentNo: numberOf('satoTaro') }
    assert.match(await asked([{ ...taro, role: 'perpetrator' }]), /protection\/people/)
    assert.match(await asked([{ ...person, role: 'applicant', residentNo: null }]), /protection\/people/)
    assert.match(
      await asked([
        { ...taro, role: 'applicant' },
        { ...taro, role: 'perpetrator' },
      ]),
      /protection\/people/,
    )
    assert.match(
      await asked([{ ...person, role: 'applicant', residentNo: '999999999999' }]),
      /no-such-person/,
    )
  })

  test('another town finds no measure of ours, and a retry writes once', async () => {
    const measureId = await inForce(numberOf('satoTaro'))
    const neighbour = await cloud.signIn('212032' as MunicipalityCode, 'reviewer')
    const stranger = { measureId, version: 2, reason }
    assert.match(await codeOf(neighbour.call(contract.getProtection, { measureId })), /not-found/)
    assert.match(await codeOf(neighbour.call(contract.renewProtection, stranger)), /not-found/)
    assert.match(
      await codeOf(neighbour.call(contract.askProtectionLift, { ...stranger, minutes: 15 })),
      /not-found/,
    )
    assert.equal((await neighbour.get(contract.listProtections, { filter: 'open' })).measures.length, 0)
    assert.ok(todayInJapan(cloud.clock) <= (await look(measureId)).endsOn!)
    await end(measureId)
  })
})
