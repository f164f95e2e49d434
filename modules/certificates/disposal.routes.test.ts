import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Browser } from '../../apps/cloud/testing/town.ts'
import * as contract from './certificates.contract.ts'
import { disposeEverywhere } from './disposal.jobs.ts'
import { openSession } from './exchange.store.ts'
import { hida, newId, takayama, testCounter, type Counter } from './testing/counter.ts'
import { getTransaction, getTransactionDocument } from './transactions.contract.ts'

/** As the counter's tests keep papers. */
const DAYS = 30
const DAY_MS = 86_400_000

describe('what is kept for a time', () => {
  let counter: Counter
  let clerk: Browser
  let reviewer: Browser
  let began: Date
  before(async () => {
    counter = await testCounter()
    clerk = await counter.cloud.signIn(hida, 'clerk')
    reviewer = await counter.cloud.signIn(hida, 'reviewer')
    began = counter.cloud.clock
  })
  after(() => counter.close())

  const dayAfter = (days: number): void => {
    counter.cloud.clock = new Date(began.getTime() + days * DAY_MS)
  }
  const issued = async (): Promise<string> => {
    const transactionId = newId()
    const answer = await counter.call(clerk, contract.issueAtCounter, {
      ...{ transactionId, kind: 'risai', copies: 1, purpose: null },
      subjectId: counter.town.people['satoTaro']!.residentNo,
    })
    assert.equal(answer.status, 200, JSON.stringify(answer.problem))
    assert.equal(await document(transactionId), 200)
    return transactionId
  }
  const document = async (transactionId: string): Promise<number> =>
    (await counter.call(clerk, contract.getIssueDocument, { transactionId })).status
  const rows = (table: string, town: typeof hida = hida) =>
    counter.cloud.as(town, async (ctx) => {
      const [row] = await ctx.tx.sql<{ count: number }>(
        `select count(*)::int as count from certificates.${table} where municipality_code = $1`,
        [town],
      )
      return row!.count
    })
  const atKiosk = async (town: typeof hida, name: string): Promise<boolean> =>
    await counter.cloud.as(town, (ctx: Ctx) =>
      openSession(ctx.tx, Buffer.from(name.padEnd(32)), {
        ...{ residentNo: '1' as never, cardHmac: Buffer.from('x') },
        ...{ startedAt: ctx.now, expiresAt: new Date(ctx.now.getTime() + 600_000) },
      }),
    )

  test('a copy is given out to its last day and not after, though nobody has deleted it yet', async () => {
    const transactionId = await issued()
    const copy = async (): Promise<number> =>
      (await counter.call(reviewer, getTransactionDocument, { transactionId })).status
    const keptUntil = async () =>
      (await counter.call(reviewer, getTransaction, { transactionId })).body.artefact?.keepUntil ?? null
    dayAfter(DAYS)
    reviewer = await counter.cloud.signIn(hida, 'reviewer')
    assert.equal(await copy(), 200)
    assert.notEqual(await keptUntil(), null)
    dayAfter(DAYS + 1)
    reviewer = await counter.cloud.signIn(hida, 'reviewer')
    assert.equal(await copy(), 410)
    assert.equal(await keptUntil(), null)
    clerk = await counter.cloud.signIn(hida, 'clerk')
    assert.notEqual(await document(transactionId), 200)
    assert.equal(await rows('archive'), 1)
    dayAfter(0)
  })

  test('past its time it is deleted in every town, with the sessions of that age, and only the count stays', async () => {
    dayAfter(0)
    clerk = await counter.cloud.signIn(hida, 'clerk')
    await atKiosk(hida, 'old')
    await atKiosk(takayama, 'old of the neighbour')
    dayAfter(DAYS)
    await disposeEverywhere(counter.cloud.runtime, DAYS)
    assert.deepEqual([await rows('archive'), await rows('exchange_session')], [1, 1])
    dayAfter(DAYS + 1)
    clerk = await counter.cloud.signIn(hida, 'clerk')
    await atKiosk(hida, 'new')
    const young = await issued()
    await Promise.all([
      disposeEverywhere(counter.cloud.runtime, DAYS),
      disposeEverywhere(counter.cloud.runtime, DAYS),
    ])
    assert.deepEqual([await rows('archive'), await rows('exchange_session')], [1, 1])
    assert.equal(await rows('exchange_session', takayama), 0)
    assert.equal(await document(young), 200)
    // What was certified, and that it was, stays.
    assert.deepEqual([await rows('issue'), await rows('artefact')], [2, 2])
    const facts = await counter.cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ facts: Record<string, number> }>(
        `select facts from access.audit where municipality_code = $1 and event = 'certificates.disposed-of-old'`,
        [hida],
      ),
    )
    const sum = (of: string): number => facts.reduce((all, row) => all + Number(row.facts[of]), 0)
    assert.deepEqual([sum('papers'), sum('sessions')], [1, 1])
  })

  test('who signs in may not delete, and who deletes may neither read papers nor reach another town', async () => {
    const as = (town: typeof hida, sql: string, values: readonly unknown[] = []) =>
      counter.cloud.as(town, (ctx) => ctx.tx.client.query(sql, [...values]))
    await assert.rejects(as(hida, 'delete from certificates.archive'), { code: '42501' })
    const disposing = (sql: string) =>
      counter.cloud.as(takayama, async ({ tx }) => {
        await tx.client.query('set local role disposer')
        return (await tx.client.query(sql)).rowCount
      })
    await assert.rejects(disposing('select sealed_pdf from certificates.archive'), { code: '42501' })
    await assert.rejects(disposing('delete from certificates.issue'), { code: '42501' })
    await assert.rejects(disposing('select actor from access.audit'), { code: '42501' })
    assert.equal(await disposing('delete from certificates.archive'), 0)
    assert.equal(await rows('archive'), 1)
  })
})
