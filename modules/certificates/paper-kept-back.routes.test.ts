import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Browser } from '../../apps/cloud/testing/town.ts'
import * as contract from './certificates.contract.ts'
import { deliverIssue, prepareBuild } from './issuing.actions.ts'
import { getSignedDocument } from './signature.contract.ts'
import { alarmAbout, hida, issuedBy, testCounter, type Counter } from './testing/counter.ts'
import { getTransactionDocument } from './transactions.contract.ts'

describe('what keeps a paper back that was made already', () => {
  let counter: Counter
  let clerk: Browser
  let reviewer: Browser
  let sato: string
  let mother: string

  before(async () => {
    counter = await testCounter()
    clerk = await counter.cloud.signIn(hida, 'clerk')
    reviewer = await counter.cloud.signIn(hida, 'reviewer')
    sato = counter.town.people['satoTaro']!.residentNo
    mother = counter.town.people['motherInHiding']!.residentNo
  })
  after(() => counter.close())

  const issued = (): Promise<string> => issuedBy(counter, clerk, sato)

  /** On another day sessions of today have ended. */
  async function onDay(day: string, work: (by: { clerk: Browser }) => Promise<void>) {
    const { clock } = counter.cloud
    counter.cloud.clock = new Date(`${day}T00:00:00Z`)
    await work({
      clerk: await counter.cloud.signIn(hida, 'clerk'),
    })
    counter.cloud.clock = clock
  }

  const paper = async (transactionId: string, by = clerk) =>
    await counter.call(by, contract.getIssueDocument, { transactionId })

  test('what came to stand in the way since keeps the paper back', async () => {
    const transactionId = await issued()
    counter.blocked.add(sato)
    const refused = await paper(transactionId)
    assert.equal(refused.status, 422)
    assert.deepEqual(
      refused.problem.errors?.map(({ message }) => message),
      ['廃印です'],
    )
    counter.blocked.delete(sato)
    assert.equal((await paper(transactionId)).status, 200)
  })

  test('a paper of another day, and one that is out already, are not printed', async () => {
    const [forgotten, out] = [await issued(), await issued()]
    assert.equal((await paper(out)).status, 200)
    assert.equal((await paper(out)).status, 200, 'until it is printed')
    await counter.call(clerk, contract.confirmIssuePrinted, { transactionId: out })
    assert.equal((await paper(out)).problem.type, '/problems/certificates/bad-state')
    await onDay('2026-11-22', async (by) => {
      const late = await paper(forgotten, by.clerk)
      assert.equal(late.problem.type, '/problems/certificates/another-day')
      assert.match(late.problem.detail ?? '', /初めから交付し直して/)
    })
  })

  test('who stood on it and has left since is protected, too', async () => {
    const other = counter.town.people['takahashiKenichi']!.residentNo
    counter.others.set(sato, [other, mother])
    const transactionId = await issued()
    // The mother, whom the town protects, belongs to the household no more.
    counter.others.set(sato, [other])
    assert.equal((await paper(transactionId)).problem.type, '/problems/access/suppressed')
    assert.equal((await counter.call(reviewer, getTransactionDocument, { transactionId })).status, 403)
    counter.others.delete(sato)
  })

  test('the 取引番号 on a paper opens nothing of the other channel', async () => {
    const transactionId = await issued()
    const attempts = [
      () => counter.cloud.as(hida, (ctx) => prepareBuild(ctx, counter.issuing, transactionId, 'kiosk')),
      () => counter.cloud.as(hida, (ctx) => deliverIssue(ctx, counter.issuing, transactionId, 'kiosk')),
    ]
    for (const attempt of attempts)
      await assert.rejects(attempt, (error) => error instanceof Problem && error.kind.status === 404)
  })

  test('once somebody on it is protected a paper leaves through no door, however far it had come', async () => {
    const [built, delivered] = [await issued(), await issued()]
    await counter.call(clerk, contract.getIssueDocument, { transactionId: delivered })
    const doors = async (): Promise<number[]> => [
      (await counter.call(clerk, contract.getIssueDocument, { transactionId: built })).status,
      (await counter.call(clerk, contract.getIssueDocument, { transactionId: delivered })).status,
      (await counter.call(clerk, getSignedDocument, { transactionId: delivered })).status,
      (await counter.call(reviewer, getTransactionDocument, { transactionId: delivered })).status,
    ]
    counter.hidden.add(sato)
    assert.deepEqual(await doors(), [403, 403, 403, 403])
    counter.hidden.delete(sato)
    assert.deepEqual(await doors(), [200, 200, 200, 200])
    // The copy that an alarm keeps is the same paper.
    const alarmId = await alarmAbout(counter, delivered, sato)
    const evidence = () => counter.call(reviewer, contract.getAlarmEvidence, { alarmId })
    counter.hidden.add(sato)
    assert.equal((await evidence()).status, 403)
    counter.hidden.delete(sato)
    assert.equal((await evidence()).status, 200)
    await counter.call(reviewer, contract.acknowledgeAlarm, { alarmId, note: '試験の検知でした' })
  })
})
