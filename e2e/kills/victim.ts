import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findByEnvironment, findProcesses, pidOf, signalProcess } from '@open-bcl/platform/processes.ts'
import { portPlan } from '../../tools/start/ports.ts'
import { markOf } from '../../tools/start/supervisor.ts'

const root = path.resolve(import.meta.dirname, '../..')

/**
 * What a kill -9 may hit: the starter with its process group, everything at one moment as in a power cut, one program,
 * the postmaster, or one of its backends.
 */
export const targets = ['start', 'all', 'cloud', 'center', 'agent', 'postgres', 'backend'] as const
export type Target = (typeof targets)[number]

/** `npm start`'s own script on a data folder and ports of its own, to be killed and started again. */
export class Victim {
  readonly origin: string
  readonly #data: string
  readonly #env: NodeJS.ProcessEnv
  readonly #readyUrls: readonly string[]
  #starter: ChildProcess | null = null
  #said = ''

  constructor(data: string, firstPort: number) {
    fs.mkdirSync(data, { recursive: true, mode: 0o700 })
    this.#data = fs.realpathSync(data)
    const ports = Object.entries(portPlan).map(([name, { variable }], at) => ({
      name,
      variable,
      port: firstPort + at,
    }))
    this.#env = {
      ...process.env,
      OPEN_BCL_DATA: this.#data,
      OPEN_BCL_DEMO_DISASTER: 'no',
      ...Object.fromEntries(ports.map(({ variable, port }) => [variable, String(port)])),
    }
    const originOf = (program: 'cloud' | 'center' | 'agent'): string =>
      `http://127.0.0.1:${ports.find(({ name }) => name === program)!.port}`
    this.origin = originOf('cloud')
    this.#readyUrls = [
      `${originOf('cloud')}/readyz`,
      `${originOf('center')}/readyz`,
      `${originOf('agent')}/healthz`,
    ]
  }

  start(): void {
    this.#said = ''
    const starter = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', path.join(root, 'tools/start.ts')],
      { cwd: root, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    )
    const hear = (chunk: Buffer): void => {
      this.#said = (this.#said + chunk.toString('utf8')).slice(-10_000)
    }
    starter.stdout.on('data', hear)
    starter.stderr.on('data', hear)
    this.#starter = starter
  }

  get isStarted(): boolean {
    return this.#starter !== null && this.#starter.exitCode === null && this.#starter.signalCode === null
  }

  /** Waits until the start has announced itself and `cloud`, `center` with their databases and the agent answer. */
  async untilReady(seconds: number): Promise<void> {
    for (const until = performance.now() + seconds * 1000; ; await delay(50)) {
      if (!this.isStarted) throw new Error(`the start ended by itself:\n${this.#said}`)
      if (this.#said.includes('Ctrl-C で終わります') && (await this.#allAnswer())) return
      if (performance.now() > until) throw new Error(`not ready after ${seconds} s:\n${this.#said}`)
    }
  }

  async #allAnswer(): Promise<boolean> {
    return (await Promise.all(this.#readyUrls.map(answers))).every(Boolean)
  }

  /** Answers whether there was something to kill. */
  async kill(target: Target): Promise<boolean> {
    if (target === 'start' || target === 'all') {
      const others = target === 'all' ? [...this.#programs(), ...this.#servers()] : []
      if (this.isStarted) {
        process.kill(-this.#starter!.pid!, 'SIGKILL')
        for (const other of others) signalProcess(other, 'SIGKILL')
        await once(this.#starter!, 'exit')
      }
      return true
    }
    const found = this.#find(target)
    if (found !== undefined) signalProcess(found, 'SIGKILL')
    return found !== undefined
  }

  async stop(): Promise<void> {
    if (!this.isStarted) return
    this.#starter!.kill('SIGINT')
    await once(this.#starter!, 'exit')
    if (this.#starter!.exitCode !== 0) throw new Error(`the start did not end cleanly:\n${this.#said}`)
  }

  /** Superuser URL of a database of the running system. */
  databaseUrl(database: string): string {
    const read = (file: string): string => fs.readFileSync(path.join(this.#data, file), 'utf8')
    const url = new URL(read('secrets/bcl_cloud-app.url'))
    return `postgres://postgres:${read('postgres.password')}@${url.host}/${database}`
  }

  #find(target: Exclude<Target, 'start' | 'all'>): string | undefined {
    const servers = this.#servers()
    const postmaster = servers.find((one) => cmdline(pidOf(one)).includes(' -D '))
    if (target === 'postgres') return postmaster
    if (target === 'backend') return servers.find((one) => cmdline(pidOf(one)).includes('bcl_cloud'))
    return this.#programs().find((one) => cmdline(pidOf(one)).includes(`apps/${target}/main.ts`))
  }

  #programs(): string[] {
    const [[name, value]] = Object.entries(markOf(this.#data)) as [[string, string]]
    return findByEnvironment(name, value)
  }

  #servers(): string[] {
    const folder = path.join(this.#data, 'postgres')
    return findProcesses((pid) => {
      try {
        return fs.readlinkSync(`/proc/${pid}/cwd`) === folder
      } catch {
        return false
      }
    })
  }
}

function cmdline(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}
