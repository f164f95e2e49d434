import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { endProcesses, findByEnvironment, openLogFile, RestartPause } from '@open-bcl/platform/processes.ts'

/** One program of the system: what runs it and where it answers when it is ready. */
export type Program = {
  readonly name: string
  readonly script: string
  readonly env: Readonly<Record<string, string>>
  readonly readyUrl: string
}

/** Programs end in an orderly way within 20 s (`endOnSignal`); what then still runs hangs. */
const GRACE_MS = 25_000
const READY_MS = 120_000
/** A program that has died this often before it was ready once will not become so by waiting. */
const DEATHS_BEFORE_READY = 4

const MARK = 'OPEN_BCL_STARTED_IN'

/**
 * What every process that a start brings up carries in its environment, and its children with it: so that the next
 * start finds what a killed one left, at whatever moment it was killed.
 */
export function markOf(dataFolder: string): Record<string, string> {
  return { [MARK]: fs.realpathSync(dataFolder) }
}

/**
 * Ends what a killed start of this data folder left running; answers how many. Only for whoever has claimed the folder.
 * PostgreSQL is not among them: `startPostgres` ends its own.
 */
export async function endOrphans(dataFolder: string): Promise<number> {
  const orphans = findByEnvironment(MARK, markOf(dataFolder)[MARK]!)
  await endProcesses(orphans, { signal: 'SIGTERM', graceMs: GRACE_MS })
  return orphans.length
}

type Running = {
  readonly program: Program
  readonly pause: RestartPause
  /** Let go of when somebody stops it. */
  wanted: boolean
  deaths: number
  child: ChildProcess
  /** Kept when the present process has ended. */
  ended: Promise<void>
}

/** `npm run dev`: a program restarts when a file that it imports changes. */
const watched = process.env['OPEN_BCL_WATCH'] === 'true' ? ['--watch'] : []

/** Runs the programs as processes of their own and starts again what dies. */
export class Supervisor {
  readonly #root: string
  readonly #dataFolder: string
  readonly #running = new Map<string, Running>()
  #stopping = false

  constructor(root: string, dataFolder: string) {
    this.#root = root
    this.#dataFolder = dataFolder
  }

  /** Starts a program and waits until it says that it is ready. */
  async start(program: Program): Promise<void> {
    if (this.#stopping) throw new Error('終了しているところです。')
    const running: Running = {
      program,
      pause: new RestartPause(),
      wanted: true,
      deaths: 0,
      ...this.#spawn(program),
    }
    this.#running.set(program.name, running)
    void this.#keepAlive(running)
    for (const until = performance.now() + READY_MS; running.wanted; await delay(100)) {
      if (await answers(program.readyUrl)) return
      if (running.deaths >= DEATHS_BEFORE_READY || performance.now() > until) break
    }
    const log = this.#logPath(program.name)
    throw new Error(`${program.name} が起動しませんでした。記録: ${log}\n${tailOf(log)}`)
  }

  /** Asks all programs to end, the last started first, and kills what has not gone in time. */
  async stop(): Promise<void> {
    this.#stopping = true
    for (const running of this.#running.values()) running.wanted = false
    const failures: unknown[] = []
    for (const running of [...this.#running.values()].reverse())
      await this.#stopOne(running).catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw new AggregateError(failures, '終わらせられないプログラムがあります。')
  }

  async #stopOne(running: Running): Promise<void> {
    running.wanted = false
    running.child.kill('SIGTERM')
    const impatient = setTimeout(() => running.child.kill('SIGKILL'), GRACE_MS)
    await running.ended
    clearTimeout(impatient)
  }

  /** A program that dies is started again, a little later each time: no operator is awake at 3 a.m. */
  async #keepAlive(running: Running): Promise<void> {
    for (let startedAt = performance.now(); ; startedAt = performance.now()) {
      await running.ended
      if (!running.wanted) return
      running.deaths++
      await delay(running.pause.afterDeath(performance.now() - startedAt), undefined, { ref: false })
      if (!running.wanted) return
      Object.assign(running, this.#spawn(running.program))
    }
  }

  #spawn(program: Program): Pick<Running, 'child' | 'ended'> {
    fs.mkdirSync(path.join(this.#dataFolder, 'log'), { recursive: true })
    const file = this.#logPath(program.name)
    const log = openLogFile(file)
    const child = spawn(
      process.execPath,
      [...watched, '--disable-warning=ExperimentalWarning', path.join(this.#root, program.script)],
      {
        cwd: this.#root,
        env: { ...process.env, ...program.env, ...markOf(this.#dataFolder) },
        stdio: ['ignore', log, log],
        // A process group of its own: a Ctrl-C of the terminal is for us, who end the programs in order.
        detached: true,
      },
    )
    fs.closeSync(log)
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', (error) => {
        fs.appendFileSync(file, `${error.message}\n`)
        resolve()
      })
    })
    return { child, ended }
  }

  #logPath(name: string): string {
    return path.join(this.#dataFolder, 'log', `${name}.log`)
  }
}

function tailOf(file: string): string {
  return fs.readFileSync(file, 'utf8').split('\n').slice(-15).join('\n')
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok
  } catch {
    return false
  }
}
