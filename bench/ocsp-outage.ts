import assert from 'node:assert/strict'
import { HIDA } from '@open-bcl/app-center/testing/center.ts'
import * as contract from '@open-bcl/modules/center/kiosk.contract.ts'
import { median, quantile, report, type BenchOptions } from './result.ts'
import { openKioskBench, type Card, type Machine } from './support/kiosks.ts'

const DEFAULT_TRIES = 60
const MACHINES = 10

/**
 * JPKI does not answer: how long people wait before they are told, with machines at once, and whether the first try after
 * it is back is accepted without anybody doing anything.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const bench = await openKioskBench({ cards: MACHINES, issuing: false })
  try {
    const machines: Machine[] = []
    for (let i = 0; i < MACHINES; i++) machines.push(await bench.machine(`ocsp-${i}`))
    const waits: number[] = []
    for (const fault of ['silent', 'down', 'try-later'] as const) {
      assert.deepEqual(await all(machines, bench.cards, 1), Array(MACHINES).fill('accepted'))
      await jpki(bench.center.jpkiUrl, fault)
      const each: number[] = []
      const codes = await all(machines, bench.cards, Math.ceil((rows ?? DEFAULT_TRIES) / 3 / MACHINES), each)
      assert.ok(
        codes.every((code) => code === '110'),
        `refused with 110: ${codes.join(' ')}`,
      )
      console.log(
        `${fault}: median ${median(each).toFixed(0)} ms, longest ${Math.max(...each).toFixed(0)} ms`,
      )
      waits.push(...each)
      await jpki(bench.center.jpkiUrl, 'none')
      assert.deepEqual(
        await all(machines, bench.cards, 1),
        Array(MACHINES).fill('accepted'),
        'back by itself',
      )
    }
    report({
      name: 'ocsp-outage',
      data: `${waits.length} cards at ${MACHINES} machines while JPKI is silent, down or busy; the first try afterwards accepted`,
      figure: quantile(waits, 1),
      unit: 'ms longest refusal',
      reference: 2_000,
      ratio: 2_000 / quantile(waits, 1),
    })
    for (const machine of machines) machine.hangUp()
  } finally {
    await bench.close()
  }
}

/** Each machine so many times; the milliseconds from the proof to the answer go into `waits`. */
async function all(
  machines: readonly Machine[],
  cards: readonly Card[],
  times: number,
  waits: number[] = [],
): Promise<string[]> {
  const answers = await Promise.all(
    machines.map(async (machine, i) => {
      const said: string[] = []
      for (let n = 0; n < times; n++) {
        const started = await machine.get(contract.startSession, {})
        assert.ok(started.kind === 'started')
        const { sessionId } = started
        const proof = await machine.prove(sessionId, cards[i]!)
        const began = performance.now()
        const answer = await machine.get(contract.authenticate, {
          sessionId,
          municipalityCode: HIDA,
          ...proof,
        })
        waits.push(performance.now() - began)
        said.push(answer.kind === 'refused' ? String(answer.code) : answer.kind)
      }
      return said
    }),
  )
  return answers.flat()
}

async function jpki(url: string, ocsp: string): Promise<void> {
  const response = await fetch(`${url}/api/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ocsp }),
  })
  assert.ok(response.ok)
}
