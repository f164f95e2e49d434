import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { DrawingAnswer, DrawingJob, DrawnFront } from './drawing-worker.actions.ts'

export class DrawingFailed extends Error {
  override readonly name = 'DrawingFailed'
}

/**
 * Draws fronts and codes in processes of their own: a page that never ends, or that brings the drawing library down (in threads it took
 * the whole program with it now and then), takes its process with it and nothing else.
 */
export type DrawingDesk = {
  fronts(pdf: Uint8Array): Promise<readonly DrawnFront[]>
  /** For each message its twelve codes, PNG in base64. */
  codes(
    messages: readonly { readonly message: Uint8Array; readonly version: number }[],
  ): Promise<readonly (readonly string[])[]>
  close(): Promise<void>
}

type Asked = {
  readonly job: DrawingJob
  readonly resolve: (answer: DrawingAnswer) => void
  readonly reject: (error: Error) => void
}
type Seat = {
  readonly worker: ChildProcess
  ready: boolean
  held: { readonly asked: Asked; readonly timer: NodeJS.Timeout } | null
}

/** A document of ten copies of three pages takes some seconds. */
const TIMEOUT_MS = 30_000
/** Documents that wait; more are refused at once rather than late. */
const MOST_WAITING = 200

type Wish = DrawingJob extends infer Job ? (Job extends DrawingJob ? Omit<Job, 'id'> : never) : never

export function openDrawingDesk(processes: number): DrawingDesk {
  const waiting: Asked[] = []
  const seats: Seat[] = []
  let lastId = 0
  let closed = false

  const seat = (): Seat => {
    // Of our environment it gets what a process needs to run: no place of a secret.
    const { PATH = '', OPEN_BCL_TEST_FILE } = process.env
    const worker = fork(fileURLToPath(new URL('./drawing-worker.actions.ts', import.meta.url)), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH, ...(OPEN_BCL_TEST_FILE === undefined ? {} : { OPEN_BCL_TEST_FILE }) },
    })
    const made: Seat = { worker, ready: false, held: null }
    worker.on('message', (message) => {
      const answer = message as 'ready' | DrawingAnswer
      if (answer === 'ready') {
        made.ready = true
        return
      }
      if (made.held?.asked.job.id !== answer.id) return
      const { asked } = release(made)!
      if ('failed' in answer) asked.reject(new DrawingFailed(answer.failed))
      else asked.resolve(answer)
      giveWork()
    })
    worker.on('error', () => undefined)
    worker.on('exit', () => leave(made, 'the process ended'))
    seats.push(made)
    return made
  }

  const release = (from: Seat): Seat['held'] => {
    const { held } = from
    if (held) clearTimeout(held.timer)
    from.held = null
    return held
  }

  /** Whoever sat here is gone; another takes the seat, unless all is over. */
  function leave(from: Seat, why: string): void {
    const place = seats.indexOf(from)
    if (place < 0) return
    seats.splice(place, 1)
    from.worker.kill('SIGKILL')
    release(from)?.asked.reject(new DrawingFailed(why))
    // A process that never began would not begin the next time either.
    if (!closed && from.ready) seat()
    if (seats.length > 0) giveWork()
    else for (const { reject } of waiting.splice(0)) reject(new DrawingFailed(why))
  }

  function giveWork(): void {
    for (const free of seats) {
      if (free.held) continue
      const asked = waiting.shift()
      if (!asked) return
      free.held = { asked, timer: setTimeout(() => leave(free, 'took too long'), TIMEOUT_MS) }
      // Where it is gone, its end says so.
      free.worker.send(asked.job, () => undefined)
    }
  }

  async function ask(wish: Wish): Promise<DrawingAnswer> {
    if (closed || waiting.length >= MOST_WAITING) throw new DrawingFailed('busy')
    // None could begin the last time, say for want of memory: tried again when somebody asks, and not before.
    if (seats.length === 0) seat()
    return await new Promise<DrawingAnswer>((resolve, reject) => {
      waiting.push({ job: { id: ++lastId, ...wish }, resolve, reject })
      giveWork()
    })
  }

  for (let i = 0; i < processes; i++) seat()
  return {
    async fronts(pdf) {
      const answer = await ask({ kind: 'fronts', pdf })
      return 'fronts' in answer ? answer.fronts : []
    },
    async codes(messages) {
      const answer = await ask({ kind: 'codes', messages })
      return 'codes' in answer ? answer.codes : []
    },
    async close() {
      closed = true
      for (const { reject } of waiting.splice(0)) reject(new DrawingFailed('closed'))
      await Promise.all(
        [...seats].map(async (one) => {
          const gone = one.worker.exitCode !== null || one.worker.signalCode !== null
          const ended = gone ? undefined : once(one.worker, 'exit')
          leave(one, 'closed')
          await ended
        }),
      )
    },
  }
}
