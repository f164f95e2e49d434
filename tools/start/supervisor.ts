import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** One program of the system: what runs it and where it answers when it is ready. */
export type Program = {
  readonly name: string
  readonly script: string
  readonly env: Readonly<Record<string, string>>
  readonly readyUrl: string
}

/** Runs the programs as processes of their own, starts again what dies, and remembers their pids against orphans. */
export class Supervisor {
  readonly #root: string
  readonly #runFile: string
  readonly #logFolder: string
  readonly #children = new Map<string, ChildProcess>()
  /** Programs that should run: one that is not in here is let go when it ends. */
  readonly #wanted = new Set<string>()

  constructor(root: string, dataFolder: string) {
    this.#root = root
    this.#runFile = path.join(dataFolder, 'run.json')
    this.#logFolder = path.join(dataFolder, 'log')
    fs.mkdirSync(this.#logFolder, { recursive: true })
  }

  /** Ends what a killed start left running: only processes whose pid and start time are the ones we wrote down. */
  async endOrphans(): Promise<number> {
    const orphans = readRun(this.#runFile).filter(({ pid, startedAt }) => startTimeOf(pid) === startedAt)
    for (const { pid } of orphans) signal(pid, 'SIGTERM')
    for (let i = 0; i < 200 && orphans.some(({ pid }) => startTimeOf(pid) !== null); i++) await delay(50)
    for (const { pid, startedAt } of orphans) if (startTimeOf(pid) === startedAt) signal(pid, 'SIGKILL')
    fs.rmSync(this.#runFile, { force: true })
    return orphans.length
  }

  /** Starts a program and waits until it says that it is ready; answers how to end this one alone. */
  async start(program: Program): Promise<{ stop(): Promise<void> }> {
    this.#wanted.add(program.name)
    this.#spawn(program, 0)
    for (let i = 0; i < 600; i++) {
      if (await answers(program.readyUrl)) return { stop: () => this.#stopOne(program.name) }
      const child = this.#children.get(program.name)
      if (child && child.exitCode !== null && i > 100) break
      await delay(100)
    }
    throw new Error(
      `${program.name} が起動しませんでした。記録: ${this.#logPath(program.name)}\n${this.#tail(program.name)}`,
    )
  }

  #spawn(program: Program, deaths: number): void {
    const log = fs.openSync(this.#logPath(program.name), 'a', 0o600)
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', path.join(this.#root, program.script)],
      {
        cwd: this.#root,
        env: { ...process.env, ...program.env },
        stdio: ['ignore', log, log],
      },
    )
    fs.closeSync(log)
    this.#children.set(program.name, child)
    this.#remember()
    child.once('exit', () => {
      if (!this.#wanted.has(program.name)) return
      this.#remember()
      // A program that dies is started again, a little later each time: no operator is awake at 3 a.m.
      const pause = Math.min(30_000, 200 * 2 ** deaths)
      setTimeout(() => {
        if (this.#wanted.has(program.name)) this.#spawn(program, deaths + 1)
      }, pause).unref()
    })
  }

  /** Asks all programs to end, the last started first, and kills what has not gone in time. */
  async stop(): Promise<void> {
    this.#wanted.clear()
    for (const name of [...this.#children.keys()].reverse()) await this.#stopOne(name)
    fs.rmSync(this.#runFile, { force: true })
  }

  async #stopOne(name: string): Promise<void> {
    this.#wanted.delete(name)
    const child = this.#children.get(name)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    for (let i = 0; i < 400 && child.exitCode === null && child.signalCode === null; i++) await delay(50)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  }

  #remember(): void {
    const pids = [process.pid, ...[...this.#children.values()].map((child) => child.pid ?? 0)]
    const run = pids.flatMap((pid) => {
      const startedAt = startTimeOf(pid)
      return startedAt === null ? [] : [{ pid, startedAt }]
    })
    fs.writeFileSync(`${this.#runFile}.tmp`, JSON.stringify(run))
    fs.renameSync(`${this.#runFile}.tmp`, this.#runFile)
  }

  #logPath(name: string): string {
    return path.join(this.#logFolder, `${name}.log`)
  }

  #tail(name: string): string {
    return fs.readFileSync(this.#logPath(name), 'utf8').split('\n').slice(-15).join('\n')
  }
}

type RunEntry = { readonly pid: number; readonly startedAt: string }

function readRun(file: string): RunEntry[] {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as RunEntry[]
  } catch {
    return []
  }
}

/** Start time of a process in clock ticks since boot (`/proc/PID/stat` field 22); `null` when there is none. */
function startTimeOf(pid: number): string | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It went by itself.
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok
  } catch {
    return false
  }
}
