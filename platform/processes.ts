import { randomInt } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Processes of this machine, for programs that start others and may be killed at any moment. Linux only: it reads `/proc`.
 */

/**
 * A process told from every later one with the same number: pid, start time in clock ticks since boot
 * (`/proc/PID/stat` field 22) and the boot's own number, joined by `-`.
 */
export type ProcessIdentity = string

const bootId = readText('/proc/sys/kernel/random/boot_id')?.slice(0, 8) ?? 'boot'

/** `null` when there is no such process, or only what its parent has not yet looked at (a zombie). */
export function identityOf(pid: number): ProcessIdentity | null {
  const stat = readText(`/proc/${pid}/stat`)
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // While other threads of a killed process still end, its first thread is a zombie but its ports are taken.
  if (fields[0] === 'Z' && Number(fields[17]) <= 1) return null
  return `${pid}-${fields[19]}-${bootId}`
}

export function pidOf(identity: ProcessIdentity): number {
  return Number.parseInt(identity, 10)
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identityOf(pidOf(identity)) === identity
}

/** Sends a signal to that very process, if it still lives. */
export function signalProcess(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(identity)) return
  try {
    process.kill(pidOf(identity), name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Waits until all have gone; `false` when one still lives after `ms`. */
export async function untilGone(identities: readonly ProcessIdentity[], ms: number): Promise<boolean> {
  for (const until = performance.now() + ms; identities.some(isAlive); await delay(25)) {
    if (performance.now() > until) return false
  }
  return true
}

/** Asks processes to end and kills what has not gone after `graceMs`. */
export async function endProcesses(
  identities: readonly ProcessIdentity[],
  how: { readonly signal: NodeJS.Signals; readonly graceMs: number },
): Promise<void> {
  for (const identity of identities) signalProcess(identity, how.signal)
  if (await untilGone(identities, how.graceMs)) return
  for (const identity of identities) signalProcess(identity, 'SIGKILL')
  await untilGone(identities, 10_000)
}

/** The live processes that pass a test, this one left out. What may not be looked at is not ours. */
export function findProcesses(test: (pid: number) => boolean): ProcessIdentity[] {
  return fs.readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid || !test(pid)) return []
    const identity = identityOf(pid)
    return identity === null ? [] : [identity]
  })
}

/** Processes that were started with this variable in their environment, their own children included. */
export function findByEnvironment(name: string, value: string): ProcessIdentity[] {
  return findProcesses((pid) => {
    const environment = readText(`/proc/${pid}/environ`)
    return environment !== null && environment.split('\0').includes(`${name}=${value}`)
  })
}

export type Claim =
  | { readonly kind: 'mine'; readonly release: () => void }
  | { readonly kind: 'taken'; readonly pid: number }

/**
 * Takes something for this process alone, until it is released or the process dies, however it dies. Each claimant
 * makes a file whose *name* is its identity (`<file>.<pid>-<start>-<boot>`) and then looks for others: of two that come
 * together at least one sees the other, no file can be half written, and a dead claimant's file never means anybody
 * else. Two that see each other both step back and try again.
 */
export async function claim(file: string): Promise<Claim> {
  const prefix = `${path.basename(file)}.`
  const mine = `${file}.${identityOf(process.pid)}`
  for (let tries = 1; ; tries++) {
    try {
      fs.writeFileSync(mine, '', { flag: 'wx', mode: 0o600 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      return { kind: 'taken', pid: process.pid }
    }
    const others = fs
      .readdirSync(path.dirname(file))
      .filter((name) => name.startsWith(prefix) && name !== path.basename(mine))
      .map((name) => name.slice(prefix.length))
    const live = others.find(isAlive)
    if (live === undefined) {
      for (const dead of others) fs.rmSync(`${file}.${dead}`, { force: true })
      return { kind: 'mine', release: () => fs.rmSync(mine, { force: true }) }
    }
    fs.rmSync(mine)
    if (tries === 3) return { kind: 'taken', pid: pidOf(live) }
    await delay(randomInt(50, 250))
  }
}

const HEALTHY_MS = 60_000

/** How long a program that died waits for its next start: longer each time, short again after a healthy while. */
export class RestartPause {
  #deaths = 0

  /** Milliseconds, 200 to 30,000; `livedMs` is how long the program ran this time. */
  afterDeath(livedMs: number): number {
    if (livedMs >= HEALTHY_MS) this.#deaths = 0
    return Math.min(30_000, 200 * 2 ** this.#deaths++)
  }
}

const LOG_BYTES = 10_000_000

/** Opens a program's log for appending. One that has grown past 10 MB is set aside first, over the one before. */
export function openLogFile(file: string): number {
  if ((fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES) fs.renameSync(file, `${file}.1`)
  return fs.openSync(file, 'a', 0o600)
}

function readText(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
