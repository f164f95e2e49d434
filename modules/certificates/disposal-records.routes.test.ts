import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Browser } from '../../apps/cloud/testing/town.ts'
import { changeMunicipalitySetting } from '../municipalities/municipalities.actions.ts'
import { ISSUE_OPTIONS } from '../municipalities/municipalities.ts'
import { insertBatch } from './batch.store.ts'
import { findSheets, insertBundle } from './bundle.store.ts'
import * as contract from './certificates.contract.ts'
import { disposeEverywhere } from './disposal.jobs.ts'
import { previewIssue } from './preview.contract.ts'
import { getSignedDocument } from './signature.contract.ts'
import { alarmAbout, hida, newId, takayama, testCounter, type Counter } from './testing/counter.ts'
import { getTransaction, getTransactionDocument } from './transactions.contract.ts'

/** As the counter's tests keep papers. */
const DAYS = 30
const YEARS = 3

describe('what was certified, and the evidence of alarms, are kept for the years a town has set', () => {
  let counter: Counter
  let clerk: Browser
  let reviewer: Browser
  let transactionId: string
  let acknowledged: string
  let open: string
  before(async () => {
    counter = await testCounter()
    await at('2026-11-21T00:00:00Z')
    transactionId = newId()
    const subjectId = counter.town.people['satoTaro']!.residentNo
    const issue = { transactionId, kind: 'risai', subjectId, copies: 1, purpose: null } as const
    assert.equal((await counter.call(clerk, contract.issueAtCounter, issue)).status, 200)
    assert.equal((await counter.call(clerk, contract.getIssueDocument, { transactionId })).status, 200)
    assert.equal((await counter.call(clerk, contract.confirmIssuePrinted, { transactionId })).status, 200)
    acknowledged = await alarmAbout(counter, newId(), subjectId)
    await counter.call(reviewer, contract.acknowledgeAlarm, { alarmId: acknowledged, note: '試験' })
    open = await alarmAbout(counter, newId(), subjectId)
  })
  after(() => counter.close())

  const at = async (instant: string): Promise<void> => {
    counter.cloud.clock = new Date(instant)
    clerk = await counter.cloud.signIn(hida, 'clerk')
    reviewer = await counter.cloud.signIn(hida, 'reviewer')
  }
  const dispose = () => disposeEverywhere(counter.cloud.runtime, DAYS)
  const kept = () =>
    counter.cloud.as(hida, async ({ tx }) => {
      const [row] = await tx.sql<{ words: number; evidence: number }>(
        `select (select count(frozen)::int from certificates.issue where municipality_code = $1) as words,
                (select count(evidence)::int from certificates.alarm where municipality_code = $1) as evidence`,
        [hida],
      )
      return [row!.words, row!.evidence]
    })
  const facts = () =>
    counter.cloud.as(hida, ({ tx }) =>
      tx.sql<{ facts: Record<string, unknown> }>(
        `select facts from access.audit
          where municipality_code = $1 and event = 'certificates.disposed-of-old' order by at, audit_id`,
        [hida],
      ),
    )
  const evidenceOf = async (alarmId: string): Promise<number> =>
    (await counter.call(reviewer, contract.getAlarmEvidence, { alarmId })).status

  test('a town that has set nothing keeps them, however old', async () => {
    await at('2036-11-21T00:00:00Z')
    await dispose()
    assert.deepEqual(await kept(), [1, 2])
    assert.equal((await counter.call(reviewer, getTransactionDocument, { transactionId })).status, 410)
    const [only] = await facts()
    assert.equal(only!.facts['words'], 0)
  })

  test('to the last day of the last fiscal year all is there; the day after it is gone, but for an open alarm', async () => {
    const setting = (recordSource: string) =>
      counter.cloud.as(hida, (ctx) =>
        changeMunicipalitySetting(ctx, {
          fromOn: '2026-04-01' as PlainDate,
          setting: { key: 'issue-options', value: { ...ISSUE_OPTIONS, recordYears: YEARS, recordSource } },
          settingsVersion: 0,
        }),
      )
    await setting('飛騨市文書管理規程')
    // 31 March 2030, a minute before midnight in Japan.
    await at('2030-03-31T14:59:00Z')
    await dispose()
    assert.deepEqual(await kept(), [1, 2])
    await at('2030-03-31T15:00:00Z')
    await Promise.all([dispose(), dispose()])
    assert.deepEqual(await kept(), [0, 1])
    const told = (await facts()).map((row) => row.facts).filter(({ words }) => Number(words) > 0)
    assert.deepEqual(
      told.map(({ words, evidence, years, source }) => [words, evidence, years, source]),
      [[1, 1, YEARS, '飛騨市文書管理規程']],
    )
  })

  test('that it was issued, and that the alarm was looked into, stays; the rest is said to be gone', async () => {
    const view = await counter.call(reviewer, getTransaction, { transactionId })
    assert.deepEqual([view.status, view.body.state], [200, 'printed'])
    assert.equal((await counter.call(reviewer, getTransactionDocument, { transactionId })).status, 410)
    assert.equal((await counter.call(clerk, getSignedDocument, { transactionId })).status, 410)
    const document = await counter.call(clerk, contract.getIssueDocument, { transactionId })
    assert.ok(document.status >= 400 && document.status < 500, String(document.status))
    const { alarms } = (await counter.call(reviewer, contract.listAlarms, {})).body
    assert.deepEqual(
      new Map(alarms.map(({ alarmId, evidenceGoneOn }) => [alarmId, evidenceGoneOn])),
      new Map([
        [acknowledged, '2030-04-01'],
        [open, null],
      ]),
    )
    assert.deepEqual([await evidenceOf(acknowledged), await evidenceOf(open)], [410, 200])
    // The open alarm is acknowledged; then what it stopped can be asked for again, with nothing to compare it with.
    await counter.call(reviewer, contract.acknowledgeAlarm, { alarmId: open, note: '試験' })
    const looked = await counter.call(reviewer, previewIssue, {
      ...{ kind: 'risai', subjectId: counter.town.people['satoTaro']!.residentNo },
    })
    assert.deepEqual([looked.status, looked.body.last], [200, null])
  })

  test('宛名台紙 go with the papers they were made for', async () => {
    const batchId = uuidv7()
    const sheets = { pdf: Buffer.from('%PDF'), words: [['飛騨市']] }
    await counter.cloud.as(hida, async (ctx) => {
      const batch = { batchId, kind: 'risai', scopeId: uuidv7(), withSheets: true, bundleSize: 1 } as const
      await insertBatch(ctx.tx, { ...batch, askedAt: ctx.now, askedBy: '試験' }, 'test')
      const bundle = { bundleNo: 1, sheets, madeAt: ctx.now, positions: [] }
      await insertBundle(ctx.tx, await ctx.keys(), batchId, bundle)
    })
    const there = () =>
      counter.cloud.as(hida, async (ctx) => await findSheets(ctx.tx, await ctx.keys(), batchId, 1))
    await at('2030-05-01T14:59:00Z')
    await dispose()
    assert.deepEqual(await there(), sheets)
    await at('2030-05-01T15:00:00Z')
    await dispose()
    assert.equal(await there(), null)
  })

  test('who signs in may not empty them, and who empties them may not read them or reach another town', async () => {
    const open_ = await alarmAbout(counter, newId(), counter.town.people['satoTaro']!.residentNo)
    const as = (town: typeof hida, role: string, sql: string) =>
      counter.cloud.as(town, async ({ tx }) => {
        await tx.client.query(`set local role ${role}`)
        return (await tx.client.query(sql)).rowCount
      })
    const refused = { code: '42501' }
    await assert.rejects(as(hida, 'none', 'update certificates.issue set frozen = null'), refused)
    await assert.rejects(as(hida, 'none', 'update certificates.alarm set evidence = null'), refused)
    for (const sql of [
      'select frozen from certificates.issue',
      'select evidence from certificates.alarm',
      'select sheets from certificates.batch_bundle',
      "update certificates.issue set kind = 'x'",
      'delete from certificates.alarm',
    ])
      await assert.rejects(as(hida, 'disposer', sql), refused, sql)
    const empty = `update certificates.alarm set evidence = null, evidence_gone_on = '2030-05-02' where alarm_id = '${open_}'`
    assert.equal(await as(takayama, 'disposer', empty), 0)
    assert.deepEqual(await kept(), [0, 2])
  })
})
