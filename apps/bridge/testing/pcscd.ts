import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { loadPcsc, PcscError, type Pcsc } from '../pcsc.ts'

/** A running pcscd with one virtual reader (vsmartcard-vpcd), into which `plugIn` puts a card. */
export type TestPcscd = {
  readonly pcsc: Pcsc
  /** Where a virtual card connects. */
  readonly reader: { readonly host: string; readonly port: number }
  /** False = the machine's own, which stays as it is. */
  readonly own: boolean
  /** As if the cable of every reader was pulled: pcscd ends. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

const driver = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so'
const driverReadsFrom = 35_963

/**
 * Starts a pcscd (it has one socket a machine, in /run/pcscd), or uses the one that runs already if it has the virtual
 * reader that the package `vsmartcard-vpcd` sets up.
 */
export async function testPcscd(): Promise<TestPcscd> {
  const pcsc = loadPcsc()
  if (pcsc === null) throw new Error('libpcsclite.so.1 is missing: tools/setup-tests.ts installs pcscd')
  await endKilledRun()
  const readers = await readersOf(pcsc)
  if (readers !== null) {
    if (!readers.some((name) => name.includes('Virtual PCD')))
      throw new Error('a pcscd runs here without virtual reader: install vsmartcard-vpcd and start it anew')
    const nothing = async (): Promise<void> => undefined
    const reader = { host: '127.0.0.1', port: driverReadsFrom }
    return { pcsc, reader, own: false, start: nothing, stop: nothing, close: nothing }
  }
  const folder = await mkdtemp(join(tmpdir(), folderPrefix))
  const port = await freePair()
  await writeFile(
    join(folder, 'vpcd'),
    [
      'FRIENDLYNAME "Open BCL test reader"',
      `DEVICENAME /dev/null:0x${port.toString(16)}`,
      `LIBPATH ${driver}`,
      `CHANNELID 0x${port.toString(16)}`,
      '',
    ].join('\n'),
  )
  let child: ChildProcess | null = null

  async function start(): Promise<void> {
    const args = ['--foreground', '--config', folder]
    const asRoot = process.getuid?.() === 0
    child = asRoot
      ? spawn('/usr/sbin/pcscd', args, { stdio: 'ignore' })
      : spawn('sudo', ['-n', '/usr/sbin/pcscd', ...args], { stdio: 'ignore' })
    for (let tries = 0; !(await readersOf(pcsc!))?.length; tries++) {
      if (child.exitCode !== null || tries > 100) throw new Error(`pcscd did not start (${child.exitCode})`)
      await pause(50)
    }
  }
  async function stop(): Promise<void> {
    const running = child
    child = null
    if (running === null || running.exitCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    end((await runningPid()) ?? running.pid!)
    await ended
  }
  await start()
  return {
    pcsc,
    reader: { host: '127.0.0.1', port },
    own: true,
    start,
    stop,
    async close() {
      await stop()
      await rm(folder, { recursive: true })
    },
  }
}

const folderPrefix = 'open-bcl-pcscd-'

function end(pid: number): void {
  if (process.getuid?.() === 0) process.kill(pid, 'SIGTERM')
  else spawnSync('sudo', ['-n', 'kill', String(pid)])
}

async function runningPid(): Promise<number | null> {
  const pid = parseInt(await readFile('/run/pcscd/pcscd.pid', 'utf8').catch(() => ''))
  return Number.isNaN(pid) ? null : pid
}

/** A test run that was killed leaves its pcscd; nobody else's is touched. */
async function endKilledRun(): Promise<void> {
  const pid = await runningPid()
  const commandOf = (): Promise<string> => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  if (pid === null || !(await commandOf()).includes(folderPrefix)) return
  end(pid)
  while ((await commandOf()).includes(folderPrefix)) await pause(50)
}

/** `null` = no pcscd answers. */
async function readersOf(pcsc: Pcsc): Promise<string[] | null> {
  try {
    const context = await pcsc.establish()
    try {
      return await pcsc.listReaders(context)
    } finally {
      await pcsc.release(context)
    }
  } catch (error) {
    if (error instanceof PcscError) return null
    throw error
  }
}

/** The driver listens on two ports side by side, one a slot. */
async function freePair(): Promise<number> {
  for (let port = driverReadsFrom + 2; port < driverReadsFrom + 400; port += 2)
    if ((await isFree(port)) && (await isFree(port + 1))) return port
  throw new Error('no free port for the virtual reader')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '0.0.0.0', () => {
      const { port: taken } = server.address() as AddressInfo
      server.close(() => resolve(taken === port))
    })
  })
}
