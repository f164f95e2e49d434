import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { PictureAnswer, PictureJob } from './picture-process.ts'

/** The bytes are no picture that can be drawn, or drawing them took too long. */
export class NotAPicture extends Error {
  override readonly name = 'NotAPicture'
}
/** Too many wait already. */
export class PicturesBusy extends Error {
  override readonly name = 'PicturesBusy'
}

export type SmallPicture = {
  /** Of the original, as it is looked at. */
  readonly width: number
  readonly height: number
  /** JPEG with nothing in it but the picture. */
  readonly jpeg: Buffer
  readonly brightness: number
  readonly contrast: number
}

/**
 * Draws pictures of strangers small, in a process of its own: one that never ends, eats memory or brings the drawing
 * library down takes its process with it and nothing else. Started when it is first asked.
 */
export type PictureDesk = {
  small(bytes: Uint8Array, wish: { readonly side: number; readonly mostBytes: number }): Promise<SmallPicture>
  close(): Promise<void>
}

type Asked = {
  readonly job: PictureJob
  readonly resolve: (answer: PictureAnswer) => void
  readonly reject: (error: Error) => void
}

/** A photo of 48 megapixels takes about a second. */
const TIMEOUT_MS = 15_000
/** Whoever waits holds a connection of the database: a few, and the others hear at once that they must try again. */
const MOST_WAITING = 8
/** The library keeps memory of what it drew: after so many pictures another process goes on. */
const PICTURES_PER_PROCESS = 2_000

export function openPictureDesk(options: { readonly timeoutMs?: number } = {}): PictureDesk {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  const waiting: Asked[] = []
  let worker: ChildProcess | null = null
  let held: { readonly asked: Asked; readonly timer: NodeJS.Timeout } | null = null
  let drawn = 0
  let lastId = 0
  let closed = false

  /** Ends the process and whatever it was at; the next picture starts another. */
  const leave = (which: ChildProcess, error: Error): void => {
    if (worker !== which) return
    worker = null
    drawn = 0
    which.kill('SIGKILL')
    const was = held
    held = null
    if (was) {
      clearTimeout(was.timer)
      was.asked.reject(error)
    }
    if (!closed) next()
  }

  const start = (): ChildProcess => {
    // Of our environment it gets what a process needs to run: no place of a secret.
    const { PATH = '', OPEN_BCL_TEST_FILE } = process.env
    const made = fork(fileURLToPath(new URL('./picture-process.ts', import.meta.url)), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH, ...(OPEN_BCL_TEST_FILE === undefined ? {} : { OPEN_BCL_TEST_FILE }) },
    })
    made.on('message', (message) => {
      const answer = message as 'ready' | PictureAnswer
      if (answer === 'ready' || held?.asked.job.id !== answer.id) return
      clearTimeout(held.timer)
      const { asked } = held
      held = null
      drawn += 1
      asked.resolve(answer)
      if (drawn >= PICTURES_PER_PROCESS) leave(made, new NotAPicture('the process ended'))
      else next()
    })
    made.on('error', () => undefined)
    made.on('exit', () => leave(made, new NotAPicture('the process ended')))
    return made
  }

  function next(): void {
    if (held || closed) return
    const asked = waiting.shift()
    if (!asked) return
    worker ??= start()
    const drawing = worker
    held = { asked, timer: setTimeout(() => leave(drawing, new NotAPicture('took too long')), timeoutMs) }
    // Where it is gone, its end says so.
    drawing.send(asked.job, () => undefined)
  }

  return {
    async small(bytes, wish) {
      if (closed || waiting.length >= MOST_WAITING) throw new PicturesBusy()
      const answer = await new Promise<PictureAnswer>((resolve, reject) => {
        waiting.push({ job: { id: ++lastId, bytes, ...wish }, resolve, reject })
        next()
      })
      if ('failed' in answer) throw new NotAPicture(answer.failed)
      const { width, height, jpeg, brightness, contrast } = answer
      return { width, height, jpeg: Buffer.from(jpeg), brightness, contrast }
    },
    async close() {
      closed = true
      for (const { reject } of waiting.splice(0)) reject(new PicturesBusy())
      const last = worker
      if (!last) return
      const gone = last.exitCode !== null || last.signalCode !== null
      const ended = gone ? undefined : once(last, 'exit')
      leave(last, new PicturesBusy())
      await ended
    },
  }
}
