import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { startPostgres } from '@open-bcl/platform/db/embedded.ts'
import { claim } from '@open-bcl/platform/processes.ts'
import { prepareDatabases } from './start/databases.ts'
import { centreSignIns, registerAtCentre } from './start/centre.ts'
import { recordThisBuild } from './start/fleet.ts'
import { DEMO_PIN, demoSignIns, loadDemonstration } from './start/demonstration.ts'
import { tellFlood } from './start/living-town.ts'
import { prepareMachines } from './start/machines.ts'
import { takePorts, type Ports } from './start/ports.ts'
import { agentProgram, enrolAgent, programsOf } from './start/programs.ts'
import { secret } from './start/secrets.ts'
import { endOrphans, Supervisor } from './start/supervisor.ts'
import { buildWeb } from './start/web.ts'

/**
 * `npm start`: the whole system on one machine: embedded PostgreSQL in `.data/`, `cloud`, `center`, `agent`, the simulators,
 * and the demonstration town, which comes in through the real link path. Ctrl-C ends everything in order.
 */
const root = path.resolve(import.meta.dirname, '..')
const data = path.resolve(process.env['OPEN_BCL_DATA'] ?? path.join(root, '.data'))
const startedAt = performance.now()
const say = (line: string): void =>
  console.log(`[${((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)} s] ${line}`)

/** Steps of the orderly end, in the order of the start; a step is registered before what it ends begins. */
const ending: (() => Promise<unknown> | void)[] = []
const stopping = new AbortController()
let endingNow: Promise<void> | undefined

/** Ends everything in the reverse order of the start; one step that fails does not keep the others from being done. */
async function end(code: number): Promise<void> {
  stopping.abort()
  endingNow ??= (async () => {
    for (const step of ending.reverse()) {
      try {
        await step()
      } catch (error) {
        console.error(error instanceof Error ? error.message : String(error))
        process.exitCode = 1
      }
    }
  })()
  await endingNow
  process.exit(process.exitCode ?? code)
}

async function start(): Promise<void> {
  fs.mkdirSync(data, { recursive: true, mode: 0o700 })
  const claimed = await claim(path.join(data, 'start.owner'))
  if (claimed.kind === 'taken') throw new Error(`すでに動いています（PID ${claimed.pid}）。`)
  ending.push(claimed.release)
  const orphans = await endOrphans(data)
  if (orphans > 0) say(`前回の起動で残っていた ${orphans} 個のプロセスを終わらせました。`)
  const ports = await takePorts(process.env)

  const { signal } = stopping
  await buildWeb(root, say, signal)
  signal.throwIfAborted()
  say('データベースを起動しています')
  const logFile = path.join(data, 'log', 'postgres.log')
  fs.mkdirSync(path.dirname(logFile), { recursive: true })
  const dataDir = path.join(data, 'postgres')
  const starting = startPostgres({ kind: 'embedded', dataDir, logFile, tell: say, signal })
  ending.push(() =>
    starting.then(
      (started) => started.stop(),
      () => undefined,
    ),
  )
  const postgres = await starting
  const secrets = path.join(data, 'secrets')
  await prepareDatabases(postgres.url, secrets)
  for (const key of ['master.key', 'backpage.key'])
    await secret(secrets, key, () => randomBytes(32).toString('hex'))
  await prepareMachines(path.join(data, 'pki'), new Date())
  signal.throwIfAborted()

  const supervisor = new Supervisor(root, data)
  ending.push(() => supervisor.stop())
  const programs = programsOf(data, ports)
  for (const name of ['jpki', 'cards', 'bridge', 'mail', 'cloud', 'ownServer', 'center'] as const) {
    await supervisor.start(programs[name])
    say(`${name} が起動しました`)
  }
  await recordThisBuild(secrets)
  await loadDemonstration({
    data,
    secrets,
    ports,
    say,
    async startAgent(town, enrolmentCode) {
      if (enrolmentCode !== null) enrolAgent(root, data, ports, town, enrolmentCode)
      await supervisor.start(agentProgram(data, ports, town))
    },
  })
  const { kioskCode } = await registerAtCentre(secrets, ports)
  announce(ports, kioskCode)
  // Everything runs by now: nobody waits for it. Tests of the whole system begin with an empty office.
  if (process.env['OPEN_BCL_DEMO_DISASTER'] === 'no') return
  const told = await tellFlood(`http://127.0.0.1:${ports.cloud}`)
  if (told) say(`架空の「${told.disaster}」の申請 ${told.applications} 件、支援の申請と支払を用意しました`)
}

function announce(ports: Ports, kioskCode: string): void {
  const lines = [
    '',
    '  Open BCL が動いています。登場人物はすべて架空です（デモ用のデータ）。',
    '',
    `  職員画面           http://localhost:${ports.cloud}/`,
    `  API の説明         http://localhost:${ports.cloud}/api/docs`,
    `  キオスク           http://localhost:${ports.center}/kiosk`,
    `  　利用開始コード   ${kioskCode}（この端末を初めて使うときに入力）`,
    `  センターの運用画面 http://localhost:${ports.center}/operator`,
    `  利用者向けの案内   http://localhost:${ports.center}/guide?town=212172`,
    `  裏面の確認         http://localhost:${ports.center}/backpage`,
    `  仮想カード         http://localhost:${ports.cards}/（暗証番号はどれも ${DEMO_PIN}）`,
    `  連携APの状態       http://localhost:${ports.agent}/（高山市 ${ports.agentTakayama}）`,
    `  高山市の証明発行サーバ（模擬） http://localhost:${ports.ownServerPage}/`,
    `  メールの受信箱     http://localhost:${ports.mail}/`,
    '',
    '  ログイン（デモ用。本番では使えません）',
    ...demoSignIns().map((line) => `    ${line}`),
    ...centreSignIns().map((line) => `    ${line}`),
    '',
    '  最初に試すこと: 職員画面にログイン →「災害名新規登録」→「被災者を探す」→ 罹災証明書の申請・受理・判定・交付決定',
    '                  → 仮想カードを置いて、キオスクで罹災証明書を受け取る。詳しくは README.ja.md。',
    '',
    '  Ctrl-C で終わります。',
    '',
  ]
  console.log(lines.join('\n'))
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!stopping.signal.aborted) say('終了しています')
    void end(0)
  })
}
// A terminal that was closed takes no more lines; the end must be orderly all the same.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

try {
  await start()
  if (process.argv.includes('--once')) await end(0)
} catch (error) {
  // What a start says that was given up half-way is only that.
  if (stopping.signal.aborted) await end(0)
  console.error(`\n起動できませんでした。\n${error instanceof Error ? error.message : String(error)}\n`)
  await end(1)
}
