import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '@open-bcl/platform/db/embedded.ts'
import { portPlan } from '../tools/start/ports.ts'

const root = path.resolve(import.meta.dirname, '..')

/** The whole system as `npm start` runs it, on ports and a data folder of its own. */
export type System = {
  readonly staffUrl: string
  readonly kioskUrl: string
  readonly cardsUrl: string
  readonly mailUrl: string
  readonly kioskCode: string
  /** Where a 連携AP enrols, and where it sends. */
  readonly enrolUrl: string
  readonly linkUrl: string
  /** The system's own folder: secrets, logs, the agents' folders. */
  readonly data: string
  /** What the start printed. */
  readonly said: string
  /** Every line that the programs logged. */
  logLines(): string[]
  stop(): Promise<void>
}

export async function startSystem(): Promise<System> {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'open-bcl-e2e-'))
  const ports: Record<string, number> = {}
  for (const name of Object.keys(portPlan)) ports[name] = await freePort()
  const variables = Object.entries(portPlan).map(([name, { variable }]) => [variable, String(ports[name])])
  const child = spawn(process.execPath, [path.join(root, 'tools/start.ts')], {
    cwd: root,
    env: {
      ...process.env,
      ...Object.fromEntries(variables),
      OPEN_BCL_DATA: data,
      OPEN_BCL_DEMO_DISASTER: 'no',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = await untilAnnounced(child)
  const url = (name: string): string => `http://localhost:${ports[name]}`
  return {
    staffUrl: url('cloud'),
    kioskUrl: `${url('center')}/kiosk`,
    cardsUrl: url('cards'),
    mailUrl: url('mail'),
    kioskCode: /利用開始コード\s+(\d{4}-\d{4}-\d{4})/.exec(said)?.[1] ?? '',
    enrolUrl: `https://localhost:${ports['tls']}`,
    linkUrl: `https://localhost:${ports['link']}`,
    data,
    said,
    logLines: () =>
      fs
        .readdirSync(path.join(data, 'log'))
        .flatMap((file) => fs.readFileSync(path.join(data, 'log', file), 'utf8').split('\n')),
    async stop() {
      child.kill('SIGINT')
      for (let i = 0; i < 600 && child.exitCode === null && child.signalCode === null; i++) await delay(50)
      if (child.exitCode !== 0)
        throw new Error(`the system did not end cleanly: ${child.exitCode ?? child.signalCode}`)
      fs.rmSync(data, { recursive: true, force: true })
    },
  }
}

async function untilAnnounced(child: ChildProcess): Promise<string> {
  let said = ''
  const hear = (chunk: Buffer): void => {
    said += chunk.toString('utf8')
  }
  child.stdout!.on('data', hear)
  child.stderr!.on('data', hear)
  for (let i = 0; i < 3000; i++) {
    if (said.includes('Ctrl-C で終わります')) return said
    if (child.exitCode !== null) break
    await delay(100)
  }
  child.kill('SIGKILL')
  throw new Error(`the system did not start:\n${said}`)
}
