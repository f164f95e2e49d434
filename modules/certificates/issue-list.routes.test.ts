import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { Browser } from '../../apps/cloud/testing/town.ts'
import * as contract from './certificates.contract.ts'
import { hida, newId, takayama, testCounter, type Counter } from './testing/counter.ts'

describe('交付の履歴 and the choices, as a clerk sees them', () => {
  let counter: Counter
  let clerk: Browser
  let sato: ResidentNo
  let hanako: ResidentNo
  before(async () => {
    counter = await testCounter()
    clerk = await counter.cloud.signIn(hida, 'clerk')
    sato = counter.town.people['satoTaro']!.residentNo
    hanako = counter.town.people['satoHanako']!.residentNo
    counter.others.set(sato, [hanako])
  })
  after(() => counter.close())

  const list = async (by = clerk): Promise<string[]> => {
    const answer = await counter.call(by, contract.listIssues, { kind: 'risai', subjectId: sato })
    assert.equal(answer.status, 200)
    return answer.body.issues.map(({ transactionId }) => transactionId)
  }
  const issue = async (): Promise<string> => {
    const transactionId = newId()
    const asked = { transactionId, kind: 'risai' as const, subjectId: sato, copies: 1, purpose: null }
    assert.equal((await counter.call(clerk, contract.issueAtCounter, asked)).status, 200)
    return transactionId
  }
  /** Who was looked at, oldest first. */
  const audited = (event: string) =>
    counter.cloud.as(hida, async (ctx) => {
      const rows = await ctx.tx.sql<{ people: string[] }>(
        `select array(select s.subject_id from access.audit_subject s where s.municipality_code = $1
                       and s.audit_id = a.audit_id and s.subject_kind = 'resident' order by s.subject_id) as people
           from access.audit a where a.municipality_code = $1 and a.event = $2 order by a.at, a.audit_id`,
        [hida, event],
      )
      return rows.map(({ people }) => people)
    })

  test('each look is recorded, with everybody whom it is about', async () => {
    const both = [sato, hanako].toSorted()
    assert.deepEqual(await list(), [])
    const transactionId = await issue()
    assert.deepEqual(await list(), [transactionId])
    assert.deepEqual(await audited('certificates.issues-listed'), [both])
    const choices = { kind: 'risai' as const, subjectId: sato }
    assert.equal((await counter.call(clerk, contract.getIssueChoices, choices)).status, 200)
    assert.deepEqual(await audited('certificates.choices-viewed'), [both])
    const neighbour = await counter.cloud.signIn(takayama, 'clerk')
    assert.deepEqual(await list(neighbour), [])
  })

  test('of somebody protected only what a clerk still has to finish is listed', async () => {
    const [printed, aborted, unfinished] = [await issue(), await issue(), await issue()]
    await counter.call(clerk, contract.getIssueDocument, { transactionId: printed })
    await counter.call(clerk, contract.confirmIssuePrinted, { transactionId: printed })
    await counter.call(clerk, contract.abortCounterIssue, { transactionId: aborted, reason: 'declined' })
    const all = await list()
    assert.ok([printed, aborted, unfinished].every((id) => all.includes(id)))
    counter.hidden.add(sato)
    const left = await list()
    assert.ok(left.includes(unfinished))
    assert.ok(!left.includes(printed) && !left.includes(aborted))
    // It can be given up still.
    await counter.call(clerk, contract.abortCounterIssue, { transactionId: unfinished, reason: 'declined' })
    assert.ok(!(await list()).includes(unfinished))
    counter.hidden.delete(sato)
  })
})
