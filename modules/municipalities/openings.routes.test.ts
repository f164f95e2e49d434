import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { insertSetting } from '../access/sign-in-settings.store.ts'
import { getLedger } from '../ledger/ledger.contract.ts'
import { listDisasters } from '../disasters/disasters.contract.ts'
import { setLedgerOpening } from './openings.actions.ts'

const hida = '212172' as MunicipalityCode
const takayama = '212032' as MunicipalityCode
let cloud: TestCloud
let clerk: Browser
let elsewhere: Browser

/** Real towns in production: the demonstration and tests have no night. */
before(async () => {
  cloud = await testCloud({ production: true })
  cloud.clock = new Date('2026-11-21T22:50:00+09:00')
  for (const code of [hida, takayama]) {
    await cloud.as(code, async (ctx) => {
      await cloud.runtime.keyring.create(ctx.tx, ctx.now)
      await ctx.tx.sql(
        'insert into app.tenant (municipality_code, name, demonstration, onboarded_at) values ($1, $2, false, $3)',
        [code, '試験市', ctx.now],
      )
      // About hours, not about signing in.
      const value = { requiredFor: 'nobody', roles: [] }
      const rule = {
        key: 'second-factor',
        fromOn: '2026-11-21',
        setAt: ctx.now,
        setBy: 'test',
        value,
        sealed: null,
      }
      await insertSetting(ctx.tx, 0, rule)
    })
  }
  clerk = await cloud.signIn(hida, 'clerk')
  elsewhere = await cloud.signIn(takayama, 'clerk')
})
after(() => cloud.close())

test('the ledger is closed outside 6:30–23:00, open while it was opened, for that town alone', async () => {
  const at = async (text: string, who = clerk): Promise<string> => {
    cloud.clock = new Date(`2026-11-21T${text}:00+09:00`)
    const answer = await who.call(getLedger, { disasterId: '019ab000-0000-7000-8000-000000000000' })
    return answer.ok ? 'open' : answer.problem.type.replace('/problems/', '')
  }
  const closed = 'municipalities/ledger-closed'
  const open = 'ledger/not-found'
  assert.equal(await at('22:59'), open, 'there is no such disaster, and that is said')
  assert.equal(await at('23:00'), closed)
  assert.equal((await clerk.call(listDisasters, {})).ok, true, 'other screens have no hours')

  const opening = {
    openingId: 'a'.repeat(32),
    fromAt: new Date('2026-11-21T23:10:00+09:00'),
    untilAt: new Date('2026-11-21T23:40:00+09:00'),
  }
  const tell = (opened: boolean) => cloud.as(hida, (ctx) => setLedgerOpening(ctx, opening, opened))
  await tell(true)
  await tell(true)
  assert.equal(await at('23:09'), closed)
  assert.equal(await at('23:10'), open)
  assert.equal(await at('23:10', elsewhere), closed, 'another town asked for nothing')
  assert.deepEqual(await tell(true), opening.untilAt)
  assert.equal(await at('23:39'), open)
  assert.equal(await at('23:40'), closed)
  cloud.clock = new Date('2026-11-21T23:20:00+09:00')
  assert.equal(await tell(false), null)
  assert.equal(await at('23:21'), closed, 'ended before its time')
  const events = await cloud.as(hida, (ctx) =>
    ctx.tx.sql<{ event: string }>(
      `select event from access.audit where municipality_code = $1 and event like 'municipalities.ledger%' order by at, event`,
      [hida],
    ),
  )
  assert.deepEqual(
    events.map(({ event }) => event),
    ['municipalities.ledger-opened', 'municipalities.ledger-opening-ended'],
  )
})
