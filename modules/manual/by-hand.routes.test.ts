import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { makeTown, residentsCsv } from '@open-bcl/demo/town.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { getIssueDocument, issueAtCounter } from '../certificates/certificates.contract.ts'
import { registerDisaster } from '../ledger/ledger.contract.ts'
import { issueGate } from '../linkage/gate.actions.ts'
import { applyRemembering } from '../linkage/apply.actions.ts'
import { changeMunicipalitySetting } from '../municipalities/municipalities.actions.ts'
import { participationOfPattern } from '../municipalities/municipalities.ts'
import { openCardSerialIntake } from '../registers/intake.actions.ts'
import { findCardHolder } from '../registers/registers.actions.ts'
import { checkedRow, sampleRow } from '../registers/testing/rows.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import * as risai from '../risai/risai.contract.ts'
import { listManualBusinesses } from './manual.contract.ts'
import { Clerk } from './testing/clerk.ts'
import { messyResidents, messySuppressions } from './testing/messy.ts'

/** A town of pattern B from nothing to a paper, and what its data must never become. */
describe('data put in by hand', () => {
  const town = makeTown({ households: 30 })
  const protectedNos = new Set<string>(town.suppressions.map((one) => one.residentNo))
  const householder = town.residents.find(
    (person) =>
      person.relationText === '世帯主' &&
      person.state === 'resident' &&
      !protectedNos.has(person.residentNo) &&
      /^[\u4E00-\u9FA0]{1,3}　[\u4E00-\u9FA0]{1,3}$/.test(person.name.full),
  )!
  const ref = `R-${householder.residentNo}`
  let cloud: TestCloud
  let code: MunicipalityCode
  let desk: Browser
  let reviewer: Browser
  let clerk: Clerk

  before(async () => {
    cloud = await testCloud({ pdf: true })
    code = await cloud.onboard('212172', '飛騨市')
    const { pattern, residentData, issues } = participationOfPattern('B')
    await cloud.as(code, async (ctx) => {
      await changeMunicipalitySetting(ctx, {
        fromOn: '2026-04-01' as PlainDate,
        setting: { key: 'participation', value: { pattern, residentData, issues: { ...issues } } },
        settingsVersion: 0,
      })
      await changeMunicipalitySetting(ctx, {
        fromOn: '2026-04-01' as PlainDate,
        setting: { key: 'mayor', value: { title: '飛騨市長', name: '見本　太郎' } },
        settingsVersion: 1,
      })
    })
    clerk = new Clerk(cloud, code, await cloud.signIn(code, 'admin'))
    desk = await cloud.signIn(code, 'clerk')
    reviewer = await cloud.signIn(code, 'reviewer')
    await clerk.load('suppressions', messySuppressions(town))
    const { apply } = await clerk.load('residents', messyResidents(town, 0).bytes)
    assert.equal(apply.state, 'done')
  })
  after(() => cloud.close())

  test('becomes a 罹災証明書 through the counter', async () => {
    const { disaster } = await desk.get(registerDisaster, {
      name: '令和８年地震',
      hazards: ['earthquake'],
      occurredOn: '2026-11-20',
      causeText: '令和８年１１月２０日の地震による',
      applicationDeadlineOn: '2027-02-20',
    })
    const { form } = await desk.get(risai.draftApplication, {
      disasterId: disaster.disasterId,
      personRef: ref,
    })
    const received = await desk.get(risai.receiveApplication, {
      disasterId: disaster.disasterId,
      personRef: ref,
      appliedOn: '2026-11-21',
      form: {
        ...form,
        damageText: '屋根瓦が落ちた',
        consents: { checkRecords: true, supportUse: true, selfJudgement: false, photoUse: false },
      },
    })
    const seen = (head: { applicationId: string; version: number }) => ({
      applicationId: head.applicationId,
      version: head.version,
    })
    const accepted = await desk.get(risai.acceptApplication, seen(received))
    const graded = await desk.get(risai.gradeDwelling, {
      ...seen(accepted),
      grade: 'G3',
      surveyedOn: '2026-11-21',
      method: 'site',
      surveyors: ['調査　一郎'],
      note: '',
    })
    const decided = await reviewer.get(risai.decideApplication, {
      ...seen(graded),
      outcome: 'issuable',
      reason: '',
    })
    const transactionId = randomBytes(16).toString('hex')
    await desk.get(issueAtCounter, {
      transactionId,
      kind: 'risai',
      subjectId: decided.certificateId!,
      copies: 1,
      purpose: null,
    })
    const paper = await desk.call(getIssueDocument, { transactionId })
    assert.ok(paper.ok)
    const words = extractPages(paper.bytes).join('').replace(/\s/g, '')
    assert.ok(words.includes(householder.name.full.replace(/\s/g, '')), 'the name')
    assert.ok(words.includes(householder.address.town), 'the 町字')
  })

  test('never becomes 住民票, 印鑑 or 税', async () => {
    for (const kind of ['juminhyo', 'inkan', 'tax'] as const) {
      const verdict = await cloud.as(code, (ctx) =>
        issueGate(ctx, kind, [householder.residentNo as ResidentNo]),
      )
      assert.equal(verdict.kind, 'closed', kind)
      // Whatever the town's settings say of who issues: it is the rows that say it.
      if (kind === 'juminhyo') assert.equal(verdict.reason, 'hand')
    }
    const refused = await desk.call(issueAtCounter, {
      transactionId: randomBytes(16).toString('hex'),
      kind: 'juminhyo',
      subjectId: householder.residentNo,
      copies: 1,
      purpose: null,
    })
    assert.equal(refused.ok, false)
  })

  test('opens nobody’s papers with a card that somebody typed in', async () => {
    const card = { issuerSki: 'ab'.repeat(20), serial: '4242' }
    const apply = (origin: 'hand' | 'link') =>
      withCtx(
        cloud.linkage,
        { actor: { kind: 'job', task: 'test' }, municipality: code, traceId: 'test' },
        async (ctx) => {
          const intake = await openCardSerialIntake(ctx, { business: 'card-serials', mode: 'delta', origin })
          const row = sampleRow('card-serials', {
            宛名番号: householder.residentNo,
            発行者鍵識別子: card.issuerSki,
            シリアル番号: card.serial,
            種別: 'card',
            有効開始年月日: '2020-01-01',
            有効終了年月日: '2040-01-01',
            失効年月日: '',
          })
          await intake.write([checkedRow('card-serials', row, 2)])
          for await (const repeats of intake.finish()) assert.deepEqual(repeats, [])
          await intake.apply(await nextSeq(ctx))
        },
      )
    const holder = () => cloud.as(code, (ctx) => findCardHolder(ctx, card))
    await apply('hand')
    assert.equal(await holder(), null)
    await apply('link')
    assert.equal(await holder(), householder.residentNo)
  })

  test('keeps the protected persons hidden: nothing is found of them by address', async () => {
    const rows = await cloud.as(code, (ctx) =>
      ctx.tx.sql<{ no: string; hidden: boolean }>(
        `select resident_no as no, residents.is_protected(municipality_code, resident_no, household_no) as hidden
           from residents.version where municipality_code = $1 and to_seq is null and latest and not deleted`,
        [code],
      ),
    )
    const open = new Set(town.suppressions.filter((one) => !one.ended).map((one) => one.residentNo as string))
    const lifted = new Set(
      town.suppressions.filter((one) => one.ended).map((one) => one.residentNo as string),
    )
    const hidden = rows.filter((row) => row.hidden).map(({ no }) => no)
    for (const no of open) if (!lifted.has(no)) assert.ok(hidden.includes(no), 'protected')
    assert.ok(hidden.length < rows.length / 2)
  })

  test('gives way to the first full file of an agent, after which nothing comes by hand', async () => {
    const chunks = async function* () {
      yield* residentsCsv(town)
    }
    await withCtx(
      cloud.linkage,
      { actor: { kind: 'machine', name: 'agent' }, municipality: code, traceId: 'test' },
      async (ctx) => {
        const seq = await nextSeq(ctx, { business: 'residents', fileNo: 1, origin: 'link' })
        await applyRemembering(
          ctx,
          { business: 'residents', mode: 'full', origin: 'link', seq, open: chunks },
          1,
        )
      },
    )
    const left = await cloud.as(code, (ctx) =>
      ctx.tx.sql<{ origin: string }>(
        `select distinct origin from residents.version where municipality_code = $1 and to_seq is null and not deleted`,
        [code],
      ),
    )
    assert.deepEqual(left, [{ origin: 'link' }])
    const { businesses } = await clerk.browser.get(listManualBusinesses, {})
    assert.deepEqual(
      businesses.filter(({ linked }) => linked).map(({ business }) => business),
      ['residents'],
    )
  })
})
