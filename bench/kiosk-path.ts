import assert from 'node:assert/strict'
import { HIDA } from '@open-bcl/app-center/testing/center.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import * as contract from '@open-bcl/modules/center/kiosk.contract.ts'
import { median, quantile, report, type BenchOptions } from './result.ts'
import { openKioskBench, type Card, type Machine } from './support/kiosks.ts'

const MACHINES = 16
const DEFAULT_ISSUES = 1_500
/** No issue begins later than this after the first, so that a slow or busy machine has an end. */
const SECONDS = 60
/** Connections have their statements and programs their hot code by then. */
const WARM_UP = 96

/**
 * Kiosk path: 行政サービス, card with OCSP and list, 住民票の写し fixed, made, delivered, paid and printed, by machines at
 * once: issues a second, and how long a person waits from the first touch to the document. The whole way through the
 * centre, BCL with its renderer and checks, and two databases; what machines, cards and JPKI use is said apart.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const bench = await openKioskBench({ cards: 96, issuing: true })
  try {
    const machines: Machine[] = []
    for (let i = 0; i < MACHINES; i++) machines.push(await bench.machine(`path-${i}`))
    // Some of the town's people may not have one at a machine; the others are found in passing, which warms up.
    const able: Card[] = []
    let next = 0
    await Promise.all(
      machines.map(async (machine) => {
        for (let card = bench.cards[next++]; card; card = bench.cards[next++])
          if ((await issue(machine, card)) !== null) able.push(card)
      }),
    )
    assert.ok(able.length >= 24)
    const run = async (issues: number): Promise<number[]> => {
      const waits: number[] = []
      let left = issues
      const until = performance.now() + SECONDS * 1_000
      await Promise.all(
        machines.map(async (machine, i) => {
          for (let n = i; left-- > 0 && performance.now() < until; n += MACHINES)
            waits.push((await issue(machine, able[n % able.length]!)) ?? Infinity)
        }),
      )
      return waits
    }
    await run(WARM_UP)
    const before = bench.cpu()
    const began = performance.now()
    const waits = await run(rows ?? DEFAULT_ISSUES)
    const seconds = (performance.now() - began) / 1000
    const after = bench.cpu()
    const perIssue = (name: keyof typeof before): string =>
      `${(((after[name] - before[name]) * 1000) / waits.length).toFixed(1)} ms`
    console.log(
      `CPU an issue: centre ${perIssue('centre')}, BCL ${perIssue('bcl')}, database ${perIssue('database')}; ` +
        `machines, cards and JPKI ${perIssue('around')}`,
    )
    const refused = waits.filter((wait) => wait === Infinity).length
    if (refused > 0) console.log(`${refused} refused or given up: the machine was overloaded`)
    const [p50, p99] = [median(waits), quantile(waits, 0.99)]
    console.log(`first touch to document: median ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`)
    report({
      name: 'kiosk-path',
      data: `住民票の写し, ${waits.length} issues by ${MACHINES} machines at once, p99 ${p99.toFixed(0)} ms to the document`,
      figure: (waits.length - refused) / seconds,
      unit: 'issues/s',
      reference: null,
      ratio: null,
    })
    for (const machine of machines) machine.hangUp()
  } finally {
    await bench.close()
  }
}

/** One person's way: milliseconds from the first touch to the document at the machine; `null` = she was refused. */
async function issue(machine: Machine, card: Card): Promise<number | null> {
  const began = performance.now()
  const started = await machine.get(contract.startSession, {})
  assert.ok(started.kind === 'started')
  const { sessionId } = started
  const proof = await machine.prove(sessionId, card)
  const known = await machine.get(contract.authenticate, { sessionId, municipalityCode: HIDA, ...proof })
  // JPKI is in this very process: where the machine is overloaded it may be too late for the centre.
  if (known.kind === 'refused' && known.code === 110) return null
  assert.ok(known.kind === 'accepted', JSON.stringify(known))
  const kind = 'juminhyo'
  const listed = await machine.get(contract.listKioskSubjects, { sessionId, kind })
  if (listed.kind === 'refused') return null
  const quoted = await machine.get(contract.quoteTransaction, {
    ...{ sessionId, requestId: uuidv7(), kind, copies: 1 },
    subjectId: listed.subjects[0]!.subjectId,
  })
  if (quoted.kind === 'refused') return null
  const at = { sessionId, transactionId: quoted.transactionId }
  const built = await machine.get(contract.buildTransaction, at)
  if (built.kind === 'refused') return null
  const delivered = await machine.get(contract.deliverTransaction, at)
  assert.equal(delivered.kind, 'delivered')
  const waited = performance.now() - began
  for (let yen = 0, coinNo = 1; yen < quoted.totalYen; yen += 100, coinNo++)
    await machine.get(contract.insertCoin, { ...at, coinNo, yen: 100 })
  if (quoted.totalYen > 0) await machine.get(contract.payTransaction, at)
  await machine.get(contract.confirmKioskPrinted, at)
  await machine.get(contract.endSession, { sessionId, why: 'finished' })
  return waited
}
