import { Worker } from 'node:worker_threads'
import type { DrawingAnswer, DrawingJob, DrawnFront } from './drawing-worker.actions.ts'

export class DrawingFailed extends Error {
  override readonly name = 'DrawingFailed'
}

/** Draws fronts and codes in threads of their own: a page that never ends takes its thread with it and nothing else. */
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
  readonly worker: Worker
  ready: boolean
  held: { readonly asked: Asked; readonly timer: NodeJS.Timeout } | null
}

/** A document of ten copies of three pages takes some seconds. */
const TIMEOUT_MS = 30_000
/** Documents that wait; more are refused at once rather than late. */
const MOST_WAITING = 200

type Wish = DrawingJob extends infer Job ? (Job extends DrawingJob ? Omit<Job, 'id'> : never) : never

export function openDrawingDesk(threads: number): DrawingDesk {
  const waiting: Asked[] = []
  const seats: Seat[] = []
  let lastId = 0
  let closed = false

  const seat = (): Seat => {
    const worker = new Worker(new URL('./drawing-worker.actions.ts', import.meta.url))
    const made: Seat = { worker, ready: false, held: null }
    worker.on('message', (answer: 'ready' | DrawingAnswer) => {
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
    worker.on('exit', () => leave(made, 'the thread ended'))
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
    void from.worker.terminate()
    release(from)?.asked.reject(new DrawingFailed(why))
    // A thread that never began would not begin the next time either.
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
      free.worker.postMessage(asked.job)
    }
  }

  async function ask(wish: Wish): Promise<DrawingAnswer> {
    if (closed || seats.length === 0 || waiting.length >= MOST_WAITING) throw new DrawingFailed('busy')
    return await new Promise<DrawingAnswer>((resolve, reject) => {
      waiting.push({ job: { id: ++lastId, ...wish }, resolve, reject })
      giveWork()
    })
  }

  for (let i = 0; i < threads; i++) seat()
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
          leave(one, 'closed')
          await one.worker.terminate()
        }),
      )
    },
  }
}
