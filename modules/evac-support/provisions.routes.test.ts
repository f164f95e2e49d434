import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import readExcel from 'read-excel-file/node'
import { canaries } from '@open-bcl/demo/people.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { Browser } from '../../apps/cloud/testing/town.ts'
import * as list from './evac-support.contract.ts'
import * as contract from './provisions.contract.ts'
import { openEvacOffice, recipient, settings, takeOver, type EvacOffice } from './testing/office.ts'

type Consent = RawInputOf<typeof list.recordEvacConsent>

describe('名簿の提供', () => {
  let office: EvacOffice
  let auditor: Browser
  let fire: string
  let elsewhere: string
  let asked: RawInputOf<typeof contract.requestEvacProvision>

  before(async () => {
    office = await openEvacOffice()
    const { cloud, town, clerk, reviewer } = office
    auditor = await cloud.signIn(town.municipality.code, 'auditor')
    await takeOver(clerk)
    fire = (await reviewer.get(contract.saveEvacRecipient, recipient())).evacRecipientId
    const volunteer = recipient({
      kind: 'welfare-volunteer',
      name: '民生　委員',
      wholeTown: false,
      areas: ['どこにもない町'],
    })
    elsewhere = (await reviewer.get(contract.saveEvacRecipient, volunteer)).evacRecipientId
    asked = { basis: 'peacetime', evacRecipientId: fire, disasterId: null, reason: '年次の更新' }
  })
  after(() => office.cloud.close())

  const count = (over: Partial<typeof asked> = {}) =>
    office.clerk.get(contract.countEvacProvision, { ...asked, ...over })
  const told = new Map<string, number>()
  const consent = async (residentNo: string, over: Partial<Consent> = {}) => {
    const consentNo = told.get(residentNo) ?? 0
    await office.clerk.get(list.recordEvacConsent, {
      ...{ residentNo, consentNo, consent: 'given', toldOn: '2026-11-20', method: 'paper', who: '本人' },
      ...{ untilOn: null, exceptKinds: [], note: '', ...over },
    })
    told.set(residentNo, consentNo + 1)
  }
  const csvOf = async (provisionId: string, browser = office.clerk) => {
    const answer = await browser.call(contract.exportEvacProvisionCsv, { provisionId })
    return answer.ok ? answer.bytes.toString() : answer.problem.title
  }
  const approved = async (over: Partial<typeof asked> = {}) => {
    const { provisionId } = await office.clerk.get(contract.requestEvacProvision, { ...asked, ...over })
    await office.reviewer.get(contract.decideEvacProvision, { provisionId, outcome: 'approved', reason: '' })
    return provisionId
  }

  test('in peacetime nobody goes out without consent; who hides is counted for the whole list, in no file', async () => {
    const { taro, hidden } = office
    const none = { people: 0, byConsent: 0, byOrdinance: 0, withoutBasis: 1, leftOut: 0 }
    assert.deepEqual(await count(), none)
    assert.equal((await office.clerk.call(contract.requestEvacProvision, asked)).status, 422)
    await consent(taro)
    await consent(hidden)
    const given = { people: 1, byConsent: 1, byOrdinance: 0, withoutBasis: 0, leftOut: 1 }
    assert.deepEqual(await count(), given)
    // By area she is counted neither here nor there: the number is the same wherever one asks.
    assert.deepEqual(await count({ evacRecipientId: elsewhere }), { ...given, people: 0, byConsent: 0 })
    const { areas } = await office.reviewer.get(contract.listEvacAreas, {})
    assert.equal(
      areas.reduce((sum, { people }) => sum + people, 0),
      1,
    )
  })

  test('one asks, another approves, and each taking-out is on the log with its people', async () => {
    const { clerk, reviewer, taro, hidden, town } = office
    const { provisionId, people } = await clerk.get(contract.requestEvacProvision, asked)
    assert.equal(people, 1)
    assert.equal(await csvOf(provisionId), 'この提供のファイルは、取り出せません')
    const decide = { provisionId, outcome: 'approved', reason: '' } as const
    assert.equal((await clerk.call(contract.decideEvacProvision, decide)).status, 403)
    // A reviewer may do both, and not on one matter.
    const own = await reviewer.get(contract.requestEvacProvision, asked)
    const same = await reviewer.call(contract.decideEvacProvision, {
      ...decide,
      provisionId: own.provisionId,
    })
    assert.ok(!same.ok && same.problem.type.includes('same-hand'), JSON.stringify(same))
    await reviewer.get(contract.decideEvacProvision, decide)
    assert.equal((await reviewer.call(contract.decideEvacProvision, decide)).status, 409)
    const text = await csvOf(provisionId)
    const person = town.people['satoTaro']!
    for (const words of [person.name.full, person.address.town, '要介護3', '飛騨市消防本部', '第49条の13'])
      assert.ok(text.includes(words), words)
    for (const words of [...canaries, town.people['motherInHiding']!.name.full, hidden])
      assert.ok(!text.includes(words), words)
    const xlsx = await clerk.call(contract.exportEvacProvisionXlsx, { provisionId })
    assert.ok(xlsx.ok)
    const sheets = (await readExcel(xlsx.bytes)) as unknown as { sheet: string; data: unknown[][] }[]
    assert.deepEqual(
      sheets.map(({ sheet }) => sheet),
      ['表紙', '名簿'],
    )
    assert.ok(JSON.stringify(sheets[0]!.data).includes('第49条の13'))
    assert.equal(sheets[1]!.data.length, 2)
    const log = await auditor.get(contract.getEvacProvision, { provisionId })
    assert.deepEqual(
      log.handovers
        .map(({ form, ...one }) => [form, one.people, one.byConsent, one.leftOut].join(' '))
        .sort((a, b) => a.localeCompare(b)),
      ['csv 1 1 1', 'xlsx 1 1 1'],
    )
    assert.deepEqual(
      [log.recipient, log.scope, log.provisionState],
      ['飛騨市消防本部', '市町村の全域', 'approved'],
    )
    const { handovers } = await clerk.get(list.getEvacPerson, { residentNo: taro })
    assert.deepEqual(
      handovers.map(({ recipient: to, personBasis }) => [to, personBasis]),
      [
        ['飛騨市消防本部', 'consent'],
        ['飛騨市消防本部', 'consent'],
      ],
    )
  })

  test('the auditor reads the log, which names nobody of the list; others read nothing', async () => {
    const { viewer, neighbour, town } = office
    const { provisions } = await auditor.get(contract.listEvacProvisions, {})
    assert.ok(provisions.length >= 2)
    assert.ok(!JSON.stringify(provisions).includes(town.people['satoTaro']!.name.full))
    const { provisionId } = provisions[0]!
    assert.equal((await auditor.call(contract.exportEvacProvisionCsv, { provisionId })).status, 403)
    assert.equal((await viewer.call(contract.listEvacProvisions, {})).status, 403)
    assert.equal((await neighbour.call(contract.getEvacProvision, { provisionId })).status, 404)
    assert.equal((await neighbour.call(contract.exportEvacProvisionCsv, { provisionId })).status, 404)
  })

  test('who withdraws after the approval is not in the next file', async () => {
    const provisionId = await approved()
    assert.ok((await csvOf(provisionId)).includes('要介護3'))
    await consent(office.taro, { consent: 'withdrawn' })
    assert.equal(await csvOf(provisionId), '提供できる方がいません')
    await consent(office.taro, { exceptKinds: ['fire'] })
    assert.equal((await count()).people, 0)
    await consent(office.taro, { untilOn: '2026-11-21' })
    assert.equal((await count()).people, 1)
  })

  test('in a disaster without consent, for a disaster of now; also to whom no plan names', async () => {
    const { cloud, clerk, reviewer, disasterId, taro } = office
    await consent(taro, { consent: 'refused' })
    const bare = await clerk.call(contract.countEvacProvision, { ...asked, basis: 'emergency' })
    assert.equal(!bare.ok && bare.problem.title, '災害時の提供ができる災害ではありません')
    const self = recipient({ kind: 'other', name: '災害派遣の隊', inPlan: false, plan: '' })
    const { evacRecipientId } = await reviewer.get(contract.saveEvacRecipient, self)
    const peace = await clerk.call(contract.countEvacProvision, { ...asked, evacRecipientId })
    assert.equal(!peace.ok && peace.problem.title, '地域防災計画に定めのない相手には、平常時に提供できません')
    const provisionId = await approved({ basis: 'emergency', disasterId, evacRecipientId })
    const text = await csvOf(provisionId)
    assert.ok(text.includes('災害時の提供') && text.includes('要介護3'))
    for (const words of canaries) assert.ok(!text.includes(words))
    // After the days that the town set it is no emergency any more.
    const now = cloud.clock
    cloud.clock = new Date('2026-12-21T00:00:00Z')
    const late = await cloud.signIn(office.town.municipality.code, 'clerk')
    assert.equal(await csvOf(provisionId, late), '災害時の提供ができる災害ではありません')
    cloud.clock = now
  })

  test('an ordinance of the town, once it holds, stands in for consent but not for a refusal', async () => {
    const { reviewer, taro } = office
    assert.equal((await count()).people, 0)
    const law = { ordinance: 'unless-refused', ordinanceSource: '飛騨市条例第5条', settingNo: 1 } as const
    await reviewer.get(list.setEvacSettings, { ...settings, ...law, fromOn: '2026-11-21' })
    assert.deepEqual(await count(), { people: 0, byConsent: 0, byOrdinance: 0, withoutBasis: 1, leftOut: 1 })
    await reviewer.get(list.setEvacSettings, { ...settings, ...law, ordinance: 'all', settingNo: 2 })
    assert.deepEqual(await count(), { people: 1, byConsent: 0, byOrdinance: 1, withoutBasis: 0, leftOut: 1 })
    const text = await csvOf(await approved())
    assert.ok(text.includes('要介護3'))
    const { handovers } = await office.clerk.get(list.getEvacPerson, { residentNo: taro })
    assert.ok(handovers.some(({ personBasis }) => personBasis === 'ordinance'))
  })

  test('a recipient changes by the version that was seen, and gets nothing when it has ended', async () => {
    const { clerk, reviewer } = office
    const provisionId = await approved()
    const ended = recipient({ evacRecipientId: fire, version: 1, ended: true })
    assert.equal((await clerk.call(contract.saveEvacRecipient, ended)).status, 403)
    assert.equal((await reviewer.call(contract.saveEvacRecipient, { ...ended, version: 0 })).status, 409)
    const nowhere = { ...ended, wholeTown: false, areas: [] }
    assert.equal((await reviewer.call(contract.saveEvacRecipient, nowhere)).status, 422)
    assert.equal((await reviewer.call(contract.saveEvacRecipient, { ...ended, plan: '' })).status, 422)
    await reviewer.get(contract.saveEvacRecipient, ended)
    assert.equal(await csvOf(provisionId), 'この提供先への提供は終わっています')
    const { recipients } = await clerk.get(contract.listEvacRecipients, {})
    assert.deepEqual(recipients.find(({ evacRecipientId }) => evacRecipientId === fire)!.version, 2)
  })
})
