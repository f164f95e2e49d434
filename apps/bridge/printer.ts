import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'

/** Papers of a kiosk lie in two places: certificates where the person takes them, or inside; slips outside. */
export type Tray = string

/** Two: every second page stands behind the one before it. */
export type Sides = 'one-sided' | 'two-sided-long-edge'

export type Printers = {
  readonly trays: readonly Tray[]
  /** Answers when the sheets are out, or will not come. A paper is in memory only, and in the spool of the print service. */
  print(tray: Tray, pdf: Uint8Array, sides: Sides): Promise<'printed' | 'failed'>
}

/** Runs a program of the print service; rejects when it ends with an error. */
export type Run = (
  program: 'lp' | 'lpstat' | 'cancel',
  args: readonly string[],
  input?: Uint8Array,
) => Promise<string>

const lookMs = 500
/** Twenty sheets take a minute on a slow machine. */
const patienceMs = 180_000
/** Why a queue stands still until somebody comes (IPP printer-state-reasons). */
const standsStill =
  /media-(empty|needed|jam)|door-open|cover-open|toner-empty|marker-supply-empty|offline|paused/

/** Queues of CUPS by tray. `queues` is written `certificate=QUEUE,slip=QUEUE`. */
export function cupsPrinters(queues: ReadonlyMap<Tray, string>, run: Run = runProgram): Printers {
  return {
    trays: [...queues.keys()],
    async print(tray, pdf, sides) {
      const queue = queues.get(tray)
      if (queue === undefined) return 'failed'
      // request id is QUEUE-17 (1 file(s)), whatever the language of the machine
      const jobId = /\b(\S+-\d+)\b/.exec(
        await run('lp', ['-d', queue, '-o', `sides=${sides}`, '-t', 'document', '-'], pdf),
      )?.[1]
      if (jobId === undefined) return 'failed'
      return await outcome(run, queue, jobId)
    },
  }
}

/** A job that leaves the queue is done; one that stands still is taken out of it, or it would come out for the next person. */
async function outcome(run: Run, queue: string, jobId: string): Promise<'printed' | 'failed'> {
  const until = Date.now() + patienceMs
  for (;;) {
    const waiting = await run('lpstat', ['-W', 'not-completed', '-o', queue])
    if (!waiting.split(/\s/).includes(jobId)) return 'printed'
    const state = await run('lpstat', ['-l', '-p', queue])
    if (standsStill.test(state) || Date.now() > until) {
      await run('cancel', ['-x', jobId]).catch(() => '')
      return 'failed'
    }
    await pause(lookMs)
  }
}

const runProgram: Run = (program, args, input) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0
        ? resolve(Buffer.concat(chunks).toString())
        : reject(new Error(`${program} ended with ${code}`)),
    )
    // A program that ends before it has read everything says so by its code.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
