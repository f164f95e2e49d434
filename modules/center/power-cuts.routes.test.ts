import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import pg from 'pg'
import type { TestKiosk } from '../../apps/center/testing/center.ts'
import { processCenter, type ProcessCenter } from '../../apps/center/testing/center-process.ts'
import { spawnKiosk } from '../../apps/center/testing/kiosk-process.ts'
import {
  goOn,
  outcomeOf,
  sendStep,
  signStep,
  standBefore,
  type Standing,
} from '../../apps/center/testing/steps.ts'
import type { MessageName } from './answer-check.ts'
import { powerCuts, stepNames, type Step } from './faults.ts'
import * as contract from './kiosk.contract.ts'

/**
 * The lines of the fault table that cut the power: kill -9 of the centre's process with six machines in the middle of six
 * different steps, and of a machine's process, over real TLS on a real database.
 */
let center: ProcessCenter
let admin: pg.Client
const machines = new Map<Step, TestKiosk>()

before(async () => {
  center = await processCenter()
  await center.makeCard('sato')
  for (const step of stepNames) machines.set(step, await center.kiosk(`kiosk-${step}`))
  admin = new pg.Client({ connectionString: center.database.urls.admin })
  await admin.connect()
})
after(async () => {
  await admin.end()
  await center.close()
})
afterEach(() => center.issuer.alter.clear())

/** Six machines, each before its step. */
async function everybody(): Promise<Map<Step, Standing>> {
  const standings = new Map<Step, Standing>()
  for (const [step, machine] of machines) standings.set(step, await standBefore(machine, step))
  return standings
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000
  while (!(await condition())) if (performance.now() > end) throw new Error('it did not come to that')
}

async function count(sql: string, params: readonly unknown[] = []): Promise<number> {
  const { rows } = await admin.query<{ count: number }>(sql, [...params])
  return rows[0]?.count ?? 0
}

const messages = ['quoteIssue', 'buildIssue', 'deliverIssue', 'confirmPaid', 'confirmPrinted'] as const

/** The issuing server does what it is asked, and keeps the answers to itself until they are let go. */
function holdAnswers(names: readonly MessageName[]): { all(): Promise<void>; letGo(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  const arrived = new Set<MessageName>()
  const everyOne = Promise.withResolvers<void>()
  for (const name of names) {
    center.issuer.alter.set(name, async (answer: unknown) => {
      arrived.add(name)
      if (arrived.size === names.length) everyOne.resolve()
      await promise
      return answer
    })
  }
  return { all: () => everyOne.promise, letGo: resolve }
}

/** Everybody sends; what comes back, or does not, nobody hears. */
function sendAll(standings: ReadonlyMap<Step, Standing>): Promise<unknown> {
  return Promise.allSettled([...standings].map(([step, at]) => sendStep(machines.get(step)!, at, step)))
}

/** What is in the database when a step has been recorded. */
const recorded: Readonly<Record<Step, string>> = {
  quote: `select count(*)::int from center.transaction_state where state = 'quoted' and transaction_id in`,
  build: `select count(*)::int from center.transaction_state where state = 'built' and transaction_id in`,
  deliver: `select count(*)::int from center.transaction_state where state = 'delivered' and transaction_id in`,
  coin: `select (count(*) = 2)::int as count from center.coin where transaction_id in`,
  pay: `select count(*)::int from center.transaction_state where state = 'paid' and transaction_id in`,
  print: `select count(*)::int from center.transaction_state where state = 'printed' and transaction_id in`,
}
const isRecorded = async (step: Step, { sessionId }: Standing): Promise<boolean> =>
  (await count(`${recorded[step]} (select transaction_id from center.transaction where session_id = $1)`, [
    sessionId,
  ])) > 0

/** When the power of the centre is cut: gives the moment in which all six are in the middle of it. */
const moments = {
  async before(standings: ReadonlyMap<Step, Standing>): Promise<void> {
    const lock = new pg.Client({ connectionString: center.database.urls.admin })
    await lock.connect()
    await lock.query('begin')
    // The first thing that is done with a message is to write down that it came.
    await lock.query('lock table center.kiosk_message in exclusive mode')
    const sent = sendAll(standings)
    await until(
      async () =>
        (await count(
          `select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )) >= standings.size,
    )
    await center.kill()
    await lock.end()
    await sent
  },
  async between(standings: ReadonlyMap<Step, Standing>): Promise<void> {
    const held = holdAnswers(messages)
    const sent = sendAll(new Map([...standings].filter(([step]) => step !== 'coin')))
    await held.all()
    await center.kill()
    center.issuer.alter.clear()
    held.letGo()
    await sent
  },
  async after(standings: ReadonlyMap<Step, Standing>): Promise<void> {
    const sent = sendAll(standings)
    for (const [step, at] of standings) await until(() => isRecorded(step, at))
    await center.kill()
    await sent
  },
}

/** All that the issuing server must hear it has heard: the centre's first sweep tells it after a start. */
const heard = async (): Promise<void> =>
  until(
    async () =>
      (await count('select count(*)::int from center.transaction_state where told_at is null')) === 0,
  )

async function compare(name: keyof typeof powerCuts, standings: ReadonlyMap<Step, Standing>): Promise<void> {
  await heard()
  for (const [step, at] of standings) {
    const expected = powerCuts[name].at[step]
    if (expected === null) continue
    const outcome = await outcomeOf(center.database.app, center.issuer, at)
    assert.deepEqual({ step, ...outcome }, { step, ...expected })
  }
  assert.equal(await count('select count(*)::int from center.incident'), 0)
}

describe('kill -9 of the centre with six machines in the middle of six steps', () => {
  for (const [moment, cut] of Object.entries(moments)) {
    const name = `centre-${moment as keyof typeof moments}` as const
    test(`${name}: ${powerCuts[name].ja}; ${powerCuts[name].next}`, async () => {
      const standings = await everybody()
      await cut(standings)
      await center.start()
      for (const [step, at] of standings) {
        if (powerCuts[name].at[step] === null) await machines.get(step)!.get(contract.recoverKiosk, {})
        else await goOn(machines.get(step)!, at, step)
      }
      await compare(name, standings)
    })
    const givenUp = `${name}-given-up` as const
    test(`${givenUp}: ${powerCuts[givenUp].ja}; ${powerCuts[givenUp].next}`, async () => {
      const standings = await everybody()
      await cut(standings)
      await center.start()
      for (const machine of machines.values()) await machine.get(contract.recoverKiosk, {})
      await compare(givenUp, standings)
    })
  }
})

describe('kill -9 of the machine in the middle of a step', () => {
  for (const step of stepNames) {
    if (powerCuts['kiosk-under-way'].at[step] !== null) {
      test(`${step}: it comes up before the centre has finished`, async () => {
        const machine = machines.get(step)!
        const at = await standBefore(machine, step)
        const held = holdAnswers([messageOf[step]!])
        const killed = await spawnKiosk(center.origin, signStep(machine, at, step))
        await held.all()
        await killed.kill()
        center.issuer.alter.clear()
        // What the printed paper must be told of is under way, and the end of the session waits for it.
        const recovered = machine.get(contract.recoverKiosk, {})
        if (step !== 'print') await recovered
        held.letGo()
        await recovered
        await compare('kiosk-under-way', new Map([[step, at]]))
      })
    }
    test(`${step}: it comes up when the centre has finished`, async () => {
      const machine = machines.get(step)!
      const at = await standBefore(machine, step)
      const killed = await spawnKiosk(center.origin, signStep(machine, at, step))
      await until(() => isRecorded(step, at))
      await killed.kill()
      await machine.get(contract.recoverKiosk, {})
      await compare('kiosk-after', new Map([[step, at]]))
    })
  }
})

const messageOf: Readonly<Record<Step, MessageName | null>> = {
  quote: 'quoteIssue',
  build: 'buildIssue',
  deliver: 'deliverIssue',
  coin: null,
  pay: 'confirmPaid',
  print: 'confirmPrinted',
}
