import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { DemoTown } from '@open-bcl/demo/town.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { Browser, TestCloud } from '../../apps/cloud/testing/town.ts'
import { getVictim } from '../ledger/ledger.contract.ts'
import { openLedgerOffice } from '../ledger/testing/office.ts'
import * as contract from './cases.contract.ts'

describe('災害ケースマネジメント', () => {
  let cloud: TestCloud
  let town: DemoTown
  let clerk: Browser
  let neighbour: Browser
  let viewer: Browser
  let disasterId: string

  before(async () => {
    ;({ cloud, town, clerk, viewer, neighbour, disasterId } = await openLedgerOffice())
  })
  after(() => cloud.close())

  type Input = RawInputOf<typeof contract.recordCaseAct>
  const act = (caseId: string, version: number, changed: Partial<Input>): Input => ({
    ...{
      caseId,
      version,
      kind: 'visit',
      actedOn: '2026-11-21',
      nextOn: null,
      method: 'visit',
      result: 'met',
    },
    ...{ who: '保健師　山下', needs: ['housing'], agency: null, agencyName: '', consentOn: null },
    ...{ responsible: '', closeReason: null, words: '雨漏りがひどい' },
    ...changed,
  })
  const open = (personRef: string) =>
    clerk.call(contract.openCase, {
      ...{ disasterId, personRef, needs: ['housing'], nextOn: '2026-11-22', responsible: '' },
      words: '避難所で相談',
    })
  const couple = () => {
    const living = town.residents.filter(({ state }) => state === 'resident')
    const known = Object.values(town.people).map(({ residentNo }) => residentNo)
    return living.filter(
      (one) =>
        one.householdNo !== null &&
        !known.includes(one.residentNo) &&
        living.filter(({ householdNo }) => householdNo === one.householdNo).length === 2,
    )
  }

  test('a household has one case; its visits, plan, hand-over and end stand in the case and in the ledger', async () => {
    const [head] = couple()
    const mate = couple().find(
      ({ householdNo, residentNo }) => householdNo === head!.householdNo && residentNo !== head!.residentNo,
    )
    const personRef = `R-${head!.residentNo}`
    const made = await open(personRef)
    assert.ok(made.ok)
    assert.ok(made.ok)
    const { caseId } = made.body
    assert.equal((await open(`R-${mate!.residentNo}`)).status, 409)
    const ofMate = await clerk.get(contract.listCasesOf, { disasterId, personRef: `R-${mate!.residentNo}` })
    assert.equal(ofMate.cases[0]?.caseId, caseId)
    const two = await Promise.all([
      clerk.call(contract.recordCaseAct, act(caseId, 1, { nextOn: '2026-11-25' })),
      clerk.call(contract.recordCaseAct, act(caseId, 1, { result: 'absent' })),
    ])
    assert.deepEqual(
      two.map(({ status }) => status).toSorted((one, other) => one - other),
      [200, 409],
    )
    const noConsent = await clerk.call(
      contract.recordCaseAct,
      act(caseId, 2, { kind: 'handover', agency: 'legal' }),
    )
    assert.equal(noConsent.status, 422)
    await clerk.get(
      contract.recordCaseAct,
      act(caseId, 2, { kind: 'handover', agency: 'legal', consentOn: '2026-11-21', agencyName: '法テラス' }),
    )
    const bare = await clerk.call(contract.recordCaseAct, act(caseId, 3, { kind: 'closed' }))
    assert.equal(bare.status, 422)
    await clerk.get(contract.recordCaseAct, act(caseId, 3, { kind: 'closed', closeReason: 'self-reliant' }))
    assert.equal((await clerk.call(contract.recordCaseAct, act(caseId, 4, {}))).status, 422)
    await clerk.get(contract.recordCaseAct, act(caseId, 4, { kind: 'reopened', words: '再び相談' }))
    const whole = await clerk.get(contract.getCase, { caseId })
    assert.deepEqual(
      whole.acts.map(({ kind }) => kind),
      ['reopened', 'closed', 'handover', 'visit', 'opened'],
    )
    assert.equal(whole.acts[2]!.agencyName, '法テラス')
    const { facts } = await clerk.get(getVictim, { disasterId, personRef })
    assert.equal(facts.filter(({ kind }) => kind.startsWith('cases.')).length, 5)
  })

  test('whose next date is past is listed first, and counted', async () => {
    const made = await open(`R-${couple()[2]!.residentNo}`)
    assert.ok(made.ok)
    const { caseId } = made.body
    const list = (filter: 'late' | 'week' | 'closed') => clerk.get(contract.listCases, { disasterId, filter })
    assert.equal((await list('late')).cases.length, 0)
    const before = cloud.clock
    cloud.clock = new Date('2026-11-24T03:00:00Z')
    try {
      clerk = await cloud.signIn(town.municipality.code, 'clerk')
      const late = await list('late')
      assert.deepEqual(
        late.cases.map((one) => [one.caseId, one.late]),
        [[caseId, true]],
      )
      assert.equal(late.counts.find(({ filter }) => filter === 'late')?.count, 1)
    } finally {
      cloud.clock = before
      clerk = await cloud.signIn(town.municipality.code, 'clerk')
    }
  })

  test('of a household with somebody protected no free word and no place leaves, and nobody is handed over', async () => {
    const hidden = town.people['motherInHiding']!
    const made = await open(`R-${hidden.residentNo}`)
    assert.ok(made.ok)
    assert.ok(made.ok)
    const { caseId } = made.body
    await clerk.get(contract.recordCaseAct, act(caseId, 1, { words: '隠れ家は川沿いの赤い屋根' }))
    const whole = await clerk.get(contract.getCase, { caseId })
    assert.ok(whole.concealed)
    assert.equal(whole.person.address, null)
    assert.ok(!JSON.stringify(whole).includes('赤い屋根'))
    const page = await clerk.get(getVictim, { disasterId, personRef: `R-${hidden.residentNo}` })
    assert.ok(!JSON.stringify(page).includes('赤い屋根'))
    const handed = await clerk.call(
      contract.recordCaseAct,
      act(caseId, 2, { kind: 'handover', agency: 'npo', consentOn: '2026-11-21' }),
    )
    assert.equal(handed.status, 422)
    assert.equal((await neighbour.call(contract.getCase, { caseId })).status, 404)
    assert.equal((await neighbour.call(contract.recordCaseAct, act(caseId, 2, {}))).status, 404)
    assert.equal((await viewer.call(contract.getCase, { caseId })).status, 403)
  })
})
