import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import * as contract from '@open-bcl/modules/center/kiosk.contract.ts'
import { median, quantile, report, type BenchOptions } from './result.ts'
import { openKioskBench, type Machine } from './support/kiosks.ts'

const DEFAULT_MACHINES = 2_000
/** People who touch the screen meanwhile: the design's estimate of the nation's peak is 20 transactions a second. */
const SECONDS = 30

/**
 * So many machines connected at once, each over a connection that stays: all come up within the same half minute, and then
 * each says now and then that somebody is there, begins sessions and ends them. What is measured is how long the centre
 * lets a machine wait, and whether it refuses any.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const count = rows ?? DEFAULT_MACHINES
  const bench = await openKioskBench({ cards: 1, issuing: false, maxConnections: count + 500 })
  try {
    const machines = await bench.machines(count)
    const waits: number[] = []
    const failures: string[] = []
    let busy = 0
    // 503 with Retry-After is an answer: the machine comes again, and its wait is counted from the first time.
    const timed = async (work: () => Promise<unknown>): Promise<void> => {
      const began = performance.now()
      for (;;) {
        const failed = await work().then(
          () => null,
          (error: unknown) => String(error),
        )
        if (failed !== null && again.test(failed)) {
          busy += 1
          await delay(2_000)
          continue
        }
        if (failed !== null) failures.push(failed)
        break
      }
      waits.push(performance.now() - began)
    }
    const before = bench.cpu()
    const began = performance.now()
    await Promise.all(machines.map((machine, i) => life(machine, i / count, timed)))
    const seconds = (performance.now() - began) / 1000
    const after = bench.cpu()
    const connections = connectionsOf(bench.center.orders.port)
    assert.deepEqual([...new Set(failures)].slice(0, 3), [], 'no message was lost')
    const [p50, p99] = [median(waits), quantile(waits, 0.99)]
    console.log(
      `${connections} connections, ${waits.length} messages in ${seconds.toFixed(0)} s (${(waits.length / seconds).toFixed(0)}/s), ` +
        `median ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, ${busy} told to come again; centre's CPU ${(after.centre - before.centre).toFixed(1)} s, memory ${memoryMb(bench.center.pid())} MB`,
    )
    report({
      name: 'kiosks-connected',
      data: `${count} machines connected at once, ${connections} connections, ${waits.length} messages, none lost, ${busy} told to come again`,
      figure: p99,
      unit: 'ms p99',
      reference: null,
      ratio: null,
      rssMb: memoryMb(bench.center.pid()),
    })
    for (const machine of machines) machine.hangUp()
  } finally {
    await bench.close()
  }
}

/** What a machine sends again, signed anew: an answer that says so, and a connection that was lost. */
const again = /\/problems\/platform\/busy|ECONNRESET|socket hang up/

/** @param share where in the crowd it stands, 0 to 1: they come one after the other */
async function life(
  machine: Machine,
  share: number,
  timed: (work: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  await delay(share * SECONDS * 500)
  await timed(() => machine.get(contract.recoverKiosk, {}))
  await delay(SECONDS * 250)
  let sessionId = ''
  await timed(async () => {
    const started = await machine.get(contract.startSession, {})
    if (started.kind === 'refused') throw new Error(`refused ${started.code}`)
    sessionId = started.sessionId
  })
  await delay(SECONDS * 250)
  await timed(() => machine.get(contract.keepSession, { sessionId }))
  await delay((1 - share) * SECONDS * 500)
  await timed(() => machine.get(contract.endSession, { sessionId, why: 'user' }))
}

/** Established connections at the centre's port, as the kernel counts them. */
function connectionsOf(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => {
      const [, local, , state] = line.trim().split(/\s+/)
      return local?.endsWith(`:${hex}`) === true && state === '01'
    }).length
}

function memoryMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kb ?? 0) / 1000)
}
