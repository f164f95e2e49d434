import { readFileSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '@open-bcl/platform/config.ts'
import { openLog, type Log } from '@open-bcl/platform/log.ts'
import { loadIdentity, saveIdentity, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { endOnSignal } from '@open-bcl/platform/program.ts'
import { municipalityOf, startAgent, type AgentOptions, type RunningAgent } from './agent.ts'
import { checkForReport } from './check-command.ts'
import { Check, Enrol, Run, Status } from './config.ts'
import { enrol, Refusal, Unreachable } from './gateway-client.ts'
import { keepModesApart } from './modes.ts'
import { isDiskFull } from './state.ts'
import { exitCodeOf, statusText, type AgentView } from './view.ts'

const usage = `使い方:
  open-bcl-agent                     常駐して送信する
  open-bcl-agent enrol 登録コード    このサーバを連携APとして登録する
  open-bcl-agent status              状態を表示する（終了コード 0 正常、1 注意、2 停止・異常、3 未登録）
  open-bcl-agent check ファイル…     何も送らずに、取り込まれない行をすべて報告する（0 なし、1 行に誤り、2 全体が不可）
  open-bcl-agent send                待っているファイルを1回だけ送って終わる
`
const NOT_ENROLLED = 3
const version: string = (
  JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8')) as { version: string }
).version

const [command, ...rest] = process.argv.slice(2)
try {
  switch (command) {
    case undefined:
      await run()
      break
    case 'enrol':
      await register(rest[0])
      break
    case 'status':
      process.exitCode = await status()
      break
    case 'check':
      process.exitCode = await check(rest)
      break
    case 'send':
      process.exitCode = await send()
      break
    default:
      process.stderr.write(usage)
      process.exitCode = 64
  }
} catch (error) {
  process.stderr.write(`${wordsOf(error)}\n`)
  if (process.exitCode === undefined || process.exitCode === 0) process.exitCode = 2
}

async function register(code: string | undefined): Promise<void> {
  if (code === undefined) throw new Error('登録コードを指定してください: open-bcl-agent enrol 登録コード')
  const config = readConfig('agent', Enrol, process.env)
  const identity = await enrol({
    enrolUrl: config.AGENT_ENROL_URL,
    code,
    authorityPem: await readFile(config.AGENT_AUTHORITY_FILE, 'utf8'),
  })
  await saveIdentity(identityFile(config.AGENT_STATE_FOLDER), identity)
  process.stdout.write('連携APを登録しました。\n')
}

async function run(): Promise<void> {
  const log = openLog('agent')
  endOnSignal(log, await start(log, {}))
}

async function send(): Promise<number> {
  // Whoever asks says that what lies there is whole.
  const once = { port: null, pollMs: 3_600_000, graceMs: 0, quietMs: 0 }
  const agent = await start(openLog('agent'), once)
  await agent.look()
  const view = agent.view()
  await agent.close()
  process.stdout.write(statusText(view))
  return exitCodeOf(view.level)
}

async function start(log: Log, over: Partial<AgentOptions>): Promise<RunningAgent> {
  const config = readConfig('agent', Run, process.env)
  const file = identityFile(config.AGENT_STATE_FOLDER)
  const identity = await enrolled(file)
  for (const folder of [config.AGENT_FOLDER, config.AGENT_STATE_FOLDER]) {
    await mkdir(folder, { recursive: true, mode: 0o770 })
    await keepModesApart(folder, config.AGENT_MODE)
  }
  const url = config.AGENT_TABLES_URL_FILE
  return await startAgent({
    folder: config.AGENT_FOLDER,
    stateFolder: config.AGENT_STATE_FOLDER,
    gatewayUrl: config.AGENT_GATEWAY_URL,
    identity,
    saveIdentity: (renewed) => saveIdentity(file, renewed),
    port: config.AGENT_PORT,
    host: config.AGENT_HOST,
    log,
    version,
    mode: config.AGENT_MODE,
    send: config.AGENT_SEND,
    ...(config.AGENT_HOURS ? { hours: config.AGENT_HOURS } : {}),
    keepDays: config.AGENT_KEEP_DAYS,
    quietMs: config.AGENT_QUIET_SECONDS * 1_000,
    tables:
      url === undefined
        ? undefined
        : async (state) => {
            // Loaded only where it is wanted: most towns have files, and carry no database client in memory.
            const { TableSource } = await import('./table-source.ts')
            return await TableSource.open({
              url,
              schema: config.AGENT_TABLES_SCHEMA,
              everyMs: config.AGENT_TABLES_SECONDS * 1_000,
              folder: join(config.AGENT_STATE_FOLDER, 'tables'),
              municipality: municipalityOf(identity),
              state,
            })
          },
    ...over,
  })
}

async function status(): Promise<number> {
  const config = readConfig('agent', Status, process.env)
  await enrolled(identityFile(config.AGENT_STATE_FOLDER))
  const host = config.AGENT_HOST === '0.0.0.0' ? '127.0.0.1' : config.AGENT_HOST
  const answer = await fetch(`http://${host}:${config.AGENT_PORT}/status.json`, {
    signal: AbortSignal.timeout(30_000),
  }).catch(() => null)
  if (answer === null || !answer.ok) {
    process.stdout.write('連携APが動いていません。サービスを起動してください。\n')
    return 2
  }
  const view = (await answer.json()) as AgentView
  process.stdout.write(statusText(view))
  return exitCodeOf(view.level)
}

async function check(paths: readonly string[]): Promise<number> {
  if (paths.length === 0) throw new Error('ファイルを指定してください: open-bcl-agent check ファイル…')
  const { AGENT_STATE_FOLDER } = readConfig('agent', Check, process.env)
  const identity =
    AGENT_STATE_FOLDER === undefined
      ? null
      : await loadIdentity(identityFile(AGENT_STATE_FOLDER)).catch(() => null)
  const ours = identity === null ? null : municipalityOf(identity)
  let worst = 0
  for (const path of paths) {
    const verdict = await checkForReport(path, ours, (line) => void process.stdout.write(`${line}\n`)).catch(
      (error: unknown) => {
        process.stdout.write(`${wordsOf(error)}\n`)
        return 2
      },
    )
    worst = Math.max(worst, verdict)
  }
  return worst
}

async function enrolled(file: string): Promise<MachineIdentity> {
  const identity = await loadIdentity(file)
  if (identity !== null) return identity
  process.exitCode = NOT_ENROLLED
  throw new Error('連携APがまだ登録されていません。先に open-bcl-agent enrol 登録コード を実行してください。')
}

function wordsOf(error: unknown): string {
  if (error instanceof Unreachable) return error.reason
  if (isDiskFull(error)) return 'ディスクの空きがありません。空きを作ってから起動してください。'
  if (error instanceof Refusal) return `${error.problem.title}。${error.problem.detail}`
  return error instanceof Error ? error.message : 'error'
}

function identityFile(stateFolder: string): string {
  return join(stateFolder, 'identity.pem')
}
