import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import type { Browser } from '../../apps/cloud/testing/town.ts'
import { changeMunicipalitySetting } from '../municipalities/municipalities.contract.ts'
import * as contract from './certificates.contract.ts'
import { findPeople, listCertifiable } from './desk.contract.ts'
import { acceptLayout, listLayouts, printTestCopy } from './layout-acceptance.contract.ts'
import { layouts } from './layouts.ts'
import { previewIssue } from './preview.contract.ts'
import { changeIssuingSetting, getIssuingSettings } from './settings.contract.ts'
import { liftStop, setStop } from './stops.actions.ts'
import {
  alarmAbout,
  hida,
  issuedBy,
  madeUpLayout,
  newId,
  takayama,
  testCounter,
  type Counter,
} from './testing/counter.ts'
import { getTransaction, getTransactionDocument, searchTransactions } from './transactions.contract.ts'

describe('the screens of 管理者ページ', () => {
  let counter: Counter
  let admin: Browser
  let clerk: Browser
  let reviewer: Browser
  let viewer: Browser
  let neighbour: Browser
  let sato: string
  let mother: string

  before(async () => {
    counter = await testCounter()
    const { cloud, town } = counter
    admin = await cloud.signIn(hida, 'admin')
    clerk = await cloud.signIn(hida, 'clerk')
    reviewer = await cloud.signIn(hida, 'reviewer')
    viewer = await cloud.signIn(hida, 'viewer')
    neighbour = await cloud.signIn(takayama, 'reviewer')
    sato = town.people['satoTaro']!.residentNo
    mother = town.people['motherInHiding']!.residentNo
  })
  after(() => counter.close())

  const issue = (subjectId = sato, by = clerk) =>
    counter.call(by, contract.issueAtCounter, {
      transactionId: newId(),
      kind: 'risai',
      subjectId,
      copies: 2,
      purpose: null,
    })
  const issued = (subjectId = sato): Promise<string> => issuedBy(counter, clerk, subjectId)

  /** On another day sessions of today have ended. */
  async function onDay(day: string, work: (by: { admin: Browser; clerk: Browser }) => Promise<void>) {
    const { clock } = counter.cloud
    counter.cloud.clock = new Date(`${day}T00:00:00Z`)
    await work({
      admin: await counter.cloud.signIn(hida, 'admin'),
      clerk: await counter.cloud.signIn(hida, 'clerk'),
    })
    counter.cloud.clock = clock
  }

  describe('証明発行設定', () => {
    const change = async (
      fromOn: string,
      setting: RawInputOf<typeof changeIssuingSetting>['setting'],
      by = admin,
    ) => {
      const { body } = await counter.call(admin, getIssuingSettings, {})
      const { settingsVersion } = body
      return await counter.call(by, changeIssuingSetting, { fromOn, settingsVersion, setting })
    }
    const off = {
      juminhyo: 'none',
      kisai: 'none',
      inkan: 'none',
      tax: 'none',
      risai: 'none',
      hisai: 'none',
    } as const

    test('a kind turned off from a day on is issued until that day', async () => {
      assert.equal((await change('2026-12-01', { key: 'issues', value: off })).status, 200)
      const { body } = await counter.call(clerk, getIssuingSettings, {})
      assert.equal(body.now.issues.risai, 'bcl')
      assert.deepEqual(
        body.next.map(({ on, changed, settings }) => [on, changed, settings.issues.risai]),
        [['2026-12-01', ['participation'], 'none']],
      )
      assert.equal((await issue()).status, 200)
      await onDay('2026-12-01', async (by) => {
        assert.equal((await issue(sato, by.clerk)).problem.type, '/problems/certificates/not-issued-here')
      })
      await change('2026-12-01', { key: 'issues', value: { ...off, risai: 'bcl' } })
    })

    test('who issues is changed without what else the town takes part in', async () => {
      const { body } = await counter.call(admin, getIssuingSettings, {})
      assert.equal(body.next[0]?.settings.issues.risai, 'bcl')
      assert.equal(body.next.length, 1)
    })

    test('a fee holds from its day on, and of two days the next comes first', async () => {
      await change('2027-04-01', { key: 'fees', value: { risai: 300 } })
      await change('2027-01-01', { key: 'fees', value: { risai: 200 } })
      const { body } = await counter.call(admin, getIssuingSettings, {})
      assert.deepEqual(
        body.next.map(({ on, settings }) => [on, settings.feesYen['risai']]),
        [
          ['2026-12-01', undefined],
          ['2027-01-01', 200],
          ['2027-04-01', 300],
        ],
      )
    })

    test('the right to change is its own', async () => {
      for (const by of [clerk, reviewer, viewer])
        assert.equal((await change('2027-05-01', { key: 'fees', value: {} }, by)).status, 403)
      const denied = await counter.call(viewer, getIssuingSettings, {})
      assert.equal(denied.status, 403)
    })

    test('a change that somebody else overtook is told', async () => {
      const answer = await counter.call(admin, changeIssuingSetting, {
        fromOn: '2027-06-01',
        settingsVersion: 0,
        setting: { key: 'fees', value: {} },
      })
      assert.equal(answer.status, 409)
    })

    test('the general settings know the kind that a town turns on', () => {
      const value = { kisai: 300 }
      const parsed = changeMunicipalitySetting.input.parse({
        fromOn: '2026-12-01',
        settingsVersion: 0,
        setting: { key: 'fees', value },
      })
      assert.deepEqual(parsed.setting.value, value)
    })
  })

  describe('停止と再開', () => {
    const status = async () => (await counter.call(clerk, contract.getIssuingStatus, {})).body

    test('one press stops all kinds, and says who pressed', async () => {
      const { body } = await counter.call(admin, contract.stopIssuing, { reason: 'anomaly' })
      const { issuing, stops } = await status()
      assert.deepEqual([issuing, stops[0]?.kind, stops[0]?.by], [false, null, '試験 admin'])
      assert.equal((await issue()).status, 503)
      const { body: resumed } = await counter.call(admin, contract.resumeIssuing, body)
      assert.equal(resumed.issuing, true)
      assert.equal((await issue()).status, 200)
    })

    test('of a stop of all, one kind is taken up and the others stay', async () => {
      const { body } = await counter.call(admin, contract.stopIssuing, { reason: 'failure' })
      await counter.call(admin, contract.resumeIssuing, { ...body, kinds: ['risai'] })
      assert.equal((await issue()).status, 200)
      const standing = await status()
      assert.deepEqual([standing.issuing, standing.stops[0]?.except], [true, ['risai']])
      const again = await counter.call(admin, contract.resumeIssuing, {
        ...body,
        kinds: ['tax', 'inkan', 'juminhyo', 'kisai'],
      })
      assert.equal(again.status, 200)
      assert.equal((await status()).stops.length, 1)
      await counter.call(admin, contract.resumeIssuing, body)
      assert.deepEqual((await status()).stops, [])
    })

    test('while delivered data wait, nothing is taken up again, and the reason names them', async () => {
      const { body } = await counter.call(admin, contract.stopIssuing, { reason: 'maintenance' })
      await inScope(counter.cloud.database.linkage, hida, (tx) =>
        tx.sql(
          `insert into linkage.agent_word (municipality_code, agent_id, business, unsent, signed_at)
           values ($1, $2, 'residents', 3, $3)`,
          [hida, uuidv7(), counter.cloud.clock],
        ),
      )
      const refused = await counter.call(admin, contract.resumeIssuing, body)
      assert.equal(refused.status, 409)
      assert.match(refused.problem.errors?.[0]?.message ?? '', /^住民情報.*3 件/)
      const shown = await counter.call(admin, contract.getStopBacklog, body)
      assert.deepEqual(
        shown.body.backlog.map(({ business, unsent }) => [business, unsent]),
        [['residents', 3]],
      )
      assert.equal((await status()).issuing, false)
      await inScope(counter.cloud.database.linkage, hida, (tx) =>
        tx.sql('update linkage.agent_word set unsent = 0 where municipality_code = $1', [hida]),
      )
      assert.equal((await counter.call(admin, contract.resumeIssuing, body)).status, 200)
    })

    test("the operator's stop is lifted by the town, the centre's is not", async () => {
      const ids = [newId(), newId()] as const
      const call = { actor: { kind: 'job', task: 'open-bcl' }, municipality: hida, traceId: 't' } as const
      await withCtx(counter.cloud.runtime, call, async (ctx) => {
        await setStop(ctx, { stopId: ids[0], setBy: 'operator', reason: 'failure', kind: null })
        await setStop(ctx, { stopId: ids[1], setBy: 'center', reason: 'failure', kind: null })
      })
      assert.equal((await counter.call(clerk, contract.resumeIssuing, { stopId: ids[0] })).status, 403)
      assert.equal((await counter.call(neighbour, contract.resumeIssuing, { stopId: ids[0] })).status, 404)
      assert.equal((await counter.call(admin, contract.resumeIssuing, { stopId: ids[0] })).status, 200)
      assert.equal((await counter.call(admin, contract.resumeIssuing, { stopId: ids[1] })).status, 409)
      await counter.cloud.as(hida, (ctx) => liftStop(ctx, ids[1], ['center']))
      assert.equal((await status()).issuing, true)
    })

    test('the evidence of an alarm is shown to who may, recorded, and the note of its end is kept', async () => {
      const alarmId = await alarmAbout(counter, await issued(), sato)
      assert.equal((await counter.call(admin, contract.getAlarmEvidence, { alarmId })).status, 403)
      assert.equal((await counter.call(neighbour, contract.getAlarmEvidence, { alarmId })).status, 404)
      const { body } = await counter.call(reviewer, contract.getAlarmEvidence, { alarmId })
      assert.deepEqual([body.pages, body.mismatches[0]?.word], [[['一', '二', '三']], 2])
      const note = '試験の検知でした'
      await counter.call(reviewer, contract.acknowledgeAlarm, { alarmId, note })
      const { body: listed } = await counter.call(reviewer, contract.listAlarms, {})
      assert.deepEqual([listed.alarms[0]?.note, listed.alarms[0]?.acknowledgedBy], [note, '試験 reviewer'])
    })
  })

  describe('取引情報参照', () => {
    test('finds by number, day, kind, place, state and person, and adds up what it found', async () => {
      const first = await issued()
      const second = await issued(counter.town.people['takahashiKenichi']!.residentNo)
      await counter.call(clerk, contract.getIssueDocument, { transactionId: first })
      await counter.call(clerk, contract.confirmIssuePrinted, { transactionId: first })
      const search = async (of: RawInputOf<typeof searchTransactions>) =>
        (await counter.call(reviewer, searchTransactions, of)).body
      const ids = async (of: RawInputOf<typeof searchTransactions>) =>
        (await search(of)).transactions.map(({ transactionId }) => transactionId)
      assert.deepEqual(await ids({ transactionId: first.slice(0, 12) }), [first])
      assert.deepEqual(await ids({ state: 'printed' }), [first])
      assert.ok((await ids({ residentNo: sato as never })).includes(first))
      assert.ok(!(await ids({ residentNo: sato as never })).includes(second))
      assert.deepEqual(await ids({ fromOn: '2026-11-22' }), [])
      assert.deepEqual(await ids({ toOn: '2026-11-20' }), [])
      assert.deepEqual(await ids({ channel: 'kiosk' }), [])
      assert.deepEqual(await ids({ kind: 'tax' }), [])
      assert.deepEqual(await ids({ kioskId: 'K-1' }), [])
      const { totals } = await search({ state: 'printed' })
      assert.deepEqual(totals, [{ state: 'printed', transactions: 1, copies: 2, yen: 0 }])
      const everything = await search({ fromOn: '2026-11-21', toOn: '2026-11-21' })
      assert.equal(
        everything.totals.reduce((sum, one) => sum + one.transactions, 0),
        everything.transactions.length,
      )
      assert.ok(
        everything.refusals.some(({ code, words, count }) => code === 502 && words !== '' && count > 0),
      )
    })

    test("shows one transaction's whole way with times, people, data and renderer", async () => {
      const transactionId = await issued()
      await counter.call(clerk, contract.getIssueDocument, { transactionId })
      await counter.call(clerk, contract.abortCounterIssue, { transactionId, reason: 'paper' })
      await counter.call(clerk, contract.getIssueDocument, { transactionId })
      const { body } = await counter.call(admin, getTransaction, { transactionId })
      assert.deepEqual(
        body.states.map(({ state, by }) => [state, by]),
        ['requested', 'frozen', 'built', 'delivered', 'aborted'].map((state) => [state, '試験 clerk']),
      )
      assert.equal(body.states.at(-1)?.reason, 'paper')
      assert.match(body.artefact?.build ?? '', /^[0-9a-f]{64}$/)
      assert.ok((body.artefact?.fonts.length ?? 0) > 0)
      assert.ok(BigInt(body.dataSeq) > 0n)
      assert.deepEqual(
        body.refusals.map(({ code }) => code),
        [603],
      )
      assert.equal((await counter.call(neighbour, getTransaction, { transactionId })).status, 404)
      assert.equal((await counter.call(clerk, getTransaction, { transactionId })).status, 403)
    })

    test('the copy is shown to who may', async () => {
      const transactionId = await issued()
      assert.equal((await counter.call(admin, getTransactionDocument, { transactionId })).status, 403)
      assert.equal((await counter.call(neighbour, getTransactionDocument, { transactionId })).status, 404)
      const shown = await counter.call(reviewer, getTransactionDocument, { transactionId })
      assert.match(extractPages(shown.bytes)[0] ?? '', /試験　太郎/)
    })
  })

  describe('証明発行DB参照', () => {
    const preview = async (subjectId: string, by = admin) =>
      await counter.call(by, previewIssue, { kind: 'risai', subjectId })
    const counted = () =>
      counter.cloud.as(hida, async (ctx) => {
        const [row] = await ctx.tx.sql<{ count: number }>(
          'select count(*)::int as count from certificates.issue where municipality_code = $1',
          [hida],
        )
        return row!.count
      })

    test('shows the very words, marked, and issues nothing', async () => {
      const before = await counted()
      const { body } = await preview(sato)
      assert.ok(body.paper?.pages[0]?.includes('確認用（交付できません）'))
      assert.ok(body.paper?.pages[0]?.includes('試験　太郎'))
      assert.deepEqual(body.obstacles, [])
      assert.deepEqual(
        body.offered.map(({ name }) => name),
        ['members'],
      )
      assert.equal(await counted(), before)
    })

    test('says what changed since the last one that was printed', async () => {
      counter.cloud.clock = new Date(counter.cloud.clock.getTime() + 60_000)
      const transactionId = await issued()
      await counter.call(clerk, contract.getIssueDocument, { transactionId })
      await counter.call(clerk, contract.confirmIssuePrinted, { transactionId })
      counter.facts.set(sato, '変更　太郎')
      const { body } = await preview(sato)
      assert.equal(body.last?.transactionId, transactionId)
      assert.deepEqual(body.last?.differences, [
        { item: '世帯主氏名', before: '試験　太郎', now: '変更　太郎' },
      ])
      counter.facts.delete(sato)
      assert.deepEqual((await preview(sato)).body.last?.differences, [])
    })

    test('tells all that stands in the way, and of somebody protected neither words nor why', async () => {
      const { body: stop } = await counter.call(admin, contract.stopIssuing, { reason: 'failure' })
      const { body } = await preview(mother)
      assert.deepEqual(
        body.obstacles.map(({ code, reasons }) => [code, reasons]),
        [
          [502, []],
          [302, []],
        ],
      )
      assert.deepEqual([body.paper, body.last], [null, null])
      await counter.call(admin, contract.resumeIssuing, stop)
      assert.equal((await preview(sato, clerk)).status, 403)
      assert.equal((await counter.call(admin, previewIssue, { kind: 'tax', subjectId: sato })).status, 422)
    })
  })

  describe('様式の確認', () => {
    test('a form that comes after the town began is refused on its day until the town has accepted it', async () => {
      // Drawn by the file that is there; only its day is made up.
      counter.layouts = [madeUpLayout('2026-12-10')]
      const listed = async (by: Browser) =>
        (await counter.call(by, listLayouts, {})).body.layouts.map(({ standing }) => standing)
      assert.deepEqual(await listed(clerk), ['due'])
      const { version: layoutVersion } = counter.layouts[0]!
      await onDay('2026-12-10', async (by) => {
        assert.deepEqual(await listed(by.clerk), ['missed'])
        const status = await counter.call(by.clerk, contract.getIssuingStatus, {})
        assert.deepEqual(status.body.layouts, { due: 0, missed: 1 })
        const refused = await issue(sato, by.clerk)
        assert.equal(refused.problem.type, '/problems/certificates/not-issued-here')
        assert.match(refused.problem.errors?.[0]?.message ?? '', /試験印刷をし、確認を登録してください/)

        const accept = (who = by.admin) => counter.call(who, acceptLayout, { layoutVersion })
        assert.equal((await accept()).problem.type, '/problems/certificates/not-printed-yet')
        const copy = await counter.call(by.admin, printTestCopy, { layoutVersion })
        const [page] = extractPages(copy.bytes)
        assert.match(page ?? '', /試験印刷/)
        assert.match(page ?? '', /岐阜県飛騨市長/)
        assert.equal((await counter.call(by.clerk, printTestCopy, { layoutVersion })).status, 403)
        assert.equal((await accept(by.clerk)).status, 403)
        const both = await Promise.all([accept(), accept()])
        assert.deepEqual(
          both.map(({ status }) => status).toSorted((a, b) => a - b),
          [200, 409],
        )
        assert.deepEqual(await listed(by.clerk), ['accepted'])
        assert.equal((await issue(sato, by.clerk)).status, 200)
      })
      // Another town has its own eyes.
      const theirs = await counter.call(neighbour, listLayouts, {})
      assert.equal(theirs.body.layouts[0]?.standing, 'due')
      counter.layouts = layouts
    })

    test('those in force when the town began need nobody', async () => {
      const { body } = await counter.call(clerk, listLayouts, {})
      assert.ok(body.layouts.length > 0)
      assert.ok(body.layouts.every(({ standing }) => standing === 'given' || standing === 'accepted'))
    })

    test('every form can be tried', async () => {
      for (const { version } of layouts) {
        const { status } = await counter.call(admin, printTestCopy, { layoutVersion: version })
        assert.equal(status, 200, version)
      }
    })
  })

  describe('窓口交付', () => {
    test('finds people by words, whereabouts hidden where somebody is protected', async () => {
      const found = await counter.call(clerk, findPeople, { name: '佐藤　太郎' })
      assert.ok(found.body.people.some((one) => one.residentNo === sato && one.address !== null))
      const hidden = await counter.call(clerk, findPeople, { residentNo: mother as never })
      assert.deepEqual(
        hidden.body.people.map(({ address, suppressed }) => [address, suppressed]),
        [[null, true]],
      )
      assert.equal((await counter.call(viewer, findPeople, { name: '佐藤' })).status, 403)
      assert.equal((await counter.call(clerk, findPeople, {})).status, 422)
    })

    test('lists what the town certifies of somebody, and whether who asks may issue it', async () => {
      const { body } = await counter.call(clerk, listCertifiable, { residentNo: sato as never })
      assert.deepEqual(
        body.kinds.map(({ kind, issued: here, mayIssue, subjects }) => [
          kind,
          here,
          mayIssue,
          subjects.length,
        ]),
        [['risai', true, true, 1]],
      )
      const { body: looking } = await counter.call(admin, listCertifiable, { residentNo: sato as never })
      assert.equal(looking.kinds[0]?.mayIssue, false)
      assert.equal(
        (await counter.call(neighbour, listCertifiable, { residentNo: '999999' as never })).status,
        404,
      )
    })
  })
})
