import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { HIDA, testCenter, type TestCenter, type TestKiosk } from '../../apps/center/testing/center.ts'
import { goOn, outcomeOf, sendStep, standBefore, type Standing } from '../../apps/center/testing/steps.ts'
import type { MessageName } from './answer-check.ts'
import { revokeKiosk } from './enrolment.actions.ts'
import { stepNames, wireFaults, type Step } from './faults.ts'
import { openIncident } from './incidents.actions.ts'
import * as contract from './kiosk.contract.ts'
import { sweep } from './settle.actions.ts'

/** The lines of the fault table that need no process to die: each in its turn on a real centre over real TLS. */
const noon = new Date('2026-11-21T03:00:00Z')
let center: TestCenter
let kiosk: TestKiosk

before(async () => {
  center = await testCenter()
  kiosk = await center.kiosk('kiosk-1')
  await center.makeCard('sato')
})
after(() => center.close())
beforeEach(() => {
  center.clock = noon
})
afterEach(async () => {
  heal()
  await acknowledgeAll()
  await inCenter(center.centre.pool, (tx) =>
    tx.sql(
      `update center.stop set lifted_at = now(), lifted_by = 'test', lift_note = 'test' where lifted_at is null`,
    ),
  )
})

async function acknowledgeAll(): Promise<void> {
  await inCenter(center.centre.pool, (tx) =>
    tx.sql(
      `update center.incident set acknowledged_at = now(), acknowledged_by = 'test' where acknowledged_at is null`,
    ),
  )
}

/** The message to the issuing server that a step leads to; a coin leads to none. */
const messages = {
  quote: 'quoteIssue',
  build: 'buildIssue',
  deliver: 'deliverIssue',
  coin: null,
  pay: 'confirmPaid',
  print: 'confirmPrinted',
} as const satisfies Record<Step, MessageName | null>

function heal(): void {
  center.issuer.alter.clear()
  center.issuer.faults.clear()
  for (const name of Object.values(messages)) if (name !== null) delete center.deadlinesMs[name]
}

const leave = async (machine: TestKiosk, { sessionId }: Standing): Promise<void> =>
  void (await machine.get(contract.endSession, { sessionId, why: 'user' }))

const timeOut = async (): Promise<void> => {
  center.clock = new Date(noon.getTime() + 121_000)
  await sweep(center.centre)
  center.clock = noon
}

async function incidentKinds(): Promise<string[]> {
  const rows = await inCenter(center.centre.pool, (tx) =>
    tx.sql<{ kind: string }>('select kind from center.incident where acknowledged_at is null order by kind'),
  )
  return rows.map((row) => row.kind)
}

type Run = (at: Standing, step: Step, machine: TestKiosk) => Promise<void>

/** The issuing server does what it is told to at the step's own message. */
const afflicted =
  (fault: 'silent' | 'unreached' | 'refused', then: Run): Run =>
  async (at, step, machine) => {
    const name = messages[step]
    if (name !== null) center.issuer.faults.set(name, fault)
    await sendStep(machine, at, step)
    await then(at, step, machine)
  }

const again: Run = async (at, step, machine) => {
  heal()
  await goOn(machine, at, step)
}
const away: Run = async (at, _step, machine) => {
  await leave(machine, at)
  heal()
}

const runs: Readonly<Record<keyof typeof wireFaults, Run>> = {
  'sent-twice': async (at, step, machine) => {
    await Promise.all([sendStep(machine, at, step), sendStep(machine, at, step)])
    await goOn(machine, at, step)
  },
  'answer-lost': afflicted('silent', again),
  'answer-lost-given-up': afflicted('silent', away),
  'server-away': afflicted('unreached', async (at, step, machine) => {
    center.issuer.faults.set('abortIssue', 'unreached')
    await away(at, step, machine)
  }),
  'server-refuses': afflicted('refused', away),
  'too-late': async (at, step, machine) => {
    const name = messages[step]
    assert.ok(name !== null)
    const { promise, resolve } = Promise.withResolvers<void>()
    center.deadlinesMs[name] = 100
    center.issuer.alter.set(name, async (answer: unknown) => {
      await promise
      return answer
    })
    await sendStep(machine, at, step)
    resolve()
    while (!(await incidentKinds()).includes('late-answer')) await new Promise((done) => setImmediate(done))
    await away(at, step, machine)
  },
  'mixed-up': async (at, step, machine) => {
    const name = messages[step]
    assert.ok(name !== null)
    center.issuer.alter.set(name, (answer: object) => ({ ...answer, transactionId: 'f'.repeat(32) }))
    await sendStep(machine, at, step)
    await away(at, step, machine)
  },
  'town-stopped': async (at, step, machine) => {
    const endpoint = center.issuer.origin
    await openIncident(center.centre, { kind: 'damaged-document', municipalityCode: HIDA, endpoint })
    await sendStep(machine, at, step)
    if (wireFaults['town-stopped'].at[step].state === 'printed') await goOn(machine, at, step)
    await acknowledgeAll()
  },
  'walked-away': timeOut,
  'kiosk-revoked': async (at, step, machine) => {
    await revokeKiosk(center.database.app, `revoked-${step}`, center.clock)
    assert.equal((await sendStep(machine, at, step)).status, 401)
    await timeOut()
  },
}

for (const [name, fault] of Object.entries(wireFaults)) {
  describe(`${name}: ${fault.ja}`, () => {
    for (const step of stepNames) {
      const expected = fault.at[step]
      if (expected === null) continue
      const money = expected.payouts.join(', ') || 'no money'
      test(`at ${step}: ${expected.state}, ${money}, ${expected.issuer} there`, async () => {
        const machine = name === 'kiosk-revoked' ? await center.kiosk(`revoked-${step}`) : kiosk
        const at = await standBefore(machine, step)
        await runs[name as keyof typeof runs](at, step, machine)
        await sweep(center.centre)
        const { incident, ...outcome } = { incident: undefined, ...expected }
        assert.deepEqual(await outcomeOf(center.database.app, center.issuer, at), outcome)
        assert.deepEqual(await incidentKinds(), incident === undefined ? [] : [incident])
      })
    }
  })
}
