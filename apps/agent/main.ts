import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Port, readConfig } from '@open-bcl/platform/config.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { loadIdentity, saveIdentity } from '@open-bcl/platform/pki.ts'
import { endOnSignal } from '@open-bcl/platform/program.ts'
import { startAgent } from './agent.ts'
import { enrol, Unreachable } from './gateway-client.ts'

/**
 * 連携AP. `main.ts` runs it; `main.ts enrol CODE` registers it once with a code that staff made on the screen 連携状況.
 */
const State = z.object({
  /** The agent's own folder: key, certificate, memory. */
  AGENT_STATE_FOLDER: z.string().min(1),
})
const Run = State.extend({
  AGENT_FOLDER: z.string().min(1),
  AGENT_GATEWAY_URL: z.url({ protocol: /^https$/ }),
  AGENT_PORT: Port.default(8082),
  AGENT_HOST: z.string().min(1).default('127.0.0.1'),
})
const Enrol = State.extend({
  AGENT_ENROL_URL: z.url({ protocol: /^https$/ }),
  /** The cloud's authority (PEM), handed over by the operator. */
  AGENT_AUTHORITY_FILE: z.string().min(1),
})

const [command, code] = process.argv.slice(2)
try {
  if (command === 'enrol') await register(code)
  else if (command === undefined) await run()
  else throw new Error('使い方: main.ts または main.ts enrol 登録コード')
} catch (error) {
  const words = error instanceof Unreachable ? error.reason : error instanceof Error ? error.message : 'error'
  process.stderr.write(`${words}\n`)
  process.exitCode = 1
}

async function register(secret: string | undefined): Promise<void> {
  if (secret === undefined) throw new Error('登録コードを指定してください: main.ts enrol 登録コード')
  const config = readConfig('agent', Enrol, process.env)
  const identity = await enrol({
    enrolUrl: config.AGENT_ENROL_URL,
    code: secret,
    authorityPem: await readFile(config.AGENT_AUTHORITY_FILE, 'utf8'),
  })
  await saveIdentity(identityFile(config.AGENT_STATE_FOLDER), identity)
  process.stdout.write('連携APを登録しました。\n')
}

async function run(): Promise<void> {
  const config = readConfig('agent', Run, process.env)
  const identity = await loadIdentity(identityFile(config.AGENT_STATE_FOLDER))
  if (identity === null) throw new Error('連携APがまだ登録されていません。先に enrol を実行してください。')
  const log = openLog('agent')
  const agent = await startAgent({
    folder: config.AGENT_FOLDER,
    stateFolder: config.AGENT_STATE_FOLDER,
    gatewayUrl: config.AGENT_GATEWAY_URL,
    identity,
    port: config.AGENT_PORT,
    host: config.AGENT_HOST,
    log,
  })
  endOnSignal(log, agent)
}

function identityFile(stateFolder: string): string {
  return join(stateFolder, 'identity.pem')
}
