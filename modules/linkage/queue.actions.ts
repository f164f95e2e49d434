import { randomUUID } from 'node:crypto'
import { OPERATOR_REALM, type MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import { isRetryable } from '@open-bcl/platform/db/pool.ts'
import { errorFields } from '@open-bcl/platform/log.ts'
import { withCtx, type Call, type Runtime } from '@open-bcl/platform/runtime.ts'
import { SpoolLost, type Spool } from '@open-bcl/platform/spool.ts'
import { linkOrder, type Business } from '../interfaces/interfaces.columns.ts'
import { applyArrived, keepRefused, listTurns, NotItsTurn, tryArrived, Undone } from './apply.actions.ts'
import { raiseAlarm } from './alarms.actions.ts'
import { placeOf } from './gateway.actions.ts'
import type { Inbound } from './inbound.store.ts'
import type { Manifest } from './linkage.manifest.ts'
import { linkageLog } from './linkage.messages.ts'
import type { LinkReceipt } from './linkage.receipt.ts'
import * as uploads from './uploads.actions.ts'
import { watchTown } from './watch.actions.ts'

export type QueueOptions = {
  /** Files applied at once by this process, each of another town, and one more that is quick or protects somebody. */
  readonly atOnce?: number
  /** How often every town is looked after, ms. */
  readonly tickMs?: number
}

/** A process that is applying says so this often, and is taken for dead after three silences. */
const LEASE_MS = 30_000
const SAY_MS = 10_000
const FIRST_RETRY_MS = 5_000
const LONGEST_RETRY_MS = 10 * 60_000
/** Applied in seconds: two cities' first loads must not keep everybody's news of the day. */
const QUICK_BYTES = 8 * 1024 * 1024
const PROTECTING: ReadonlySet<Business> = new Set<Business>(['suppressions', 'issue-blocks'])
/** What may be taken up: anything, or by the place kept free for it only what is soon done. */
type Room = 'any' | 'quick'

/**
 * Applies what has arrived: one file of a town at a time, some towns at once, in the order of their numbers. It holds no
 * state of its own: what waits is in the database and in the spool, so a killed process's work is taken up by the next
 * tick of any process that has the spool.
 */
export class LinkQueue {
  readonly #runtime: Runtime
  readonly #spool: Spool
  readonly #atOnce: number
  readonly #waiting: MunicipalityCode[] = []
  readonly #running = new Map<MunicipalityCode, { readonly work: Promise<void>; readonly room: Room }>()
  /** Towns in which nothing quick was found since they were woken. */
  readonly #notQuick = new Set<MunicipalityCode>()
  /** A trial runs: one at a time, whatever the town, and where no file of the town has its turn. */
  #trying = false
  /** Towns that could not be looked after the last time. */
  readonly #failing = new Set<MunicipalityCode | ''>()
  readonly #trials: { readonly town: MunicipalityCode; readonly run: () => Promise<void> }[] = []
  readonly #timer: NodeJS.Timeout
  readonly #retries = new Set<NodeJS.Timeout>()
  #ticking: Promise<void> = Promise.resolve()
  #closed = false

  /** `runtime.pool` must be of role `linkage` with two connections for each of `atOnce` + 1, and some. */
  constructor(runtime: Runtime, spool: Spool, { atOnce = 2, tickMs = 30_000 }: QueueOptions = {}) {
    this.#runtime = runtime
    this.#spool = spool
    this.#atOnce = atOnce
    this.#timer = setInterval(() => void this.tick(), tickMs)
    this.#timer.unref()
  }

  /** Something of the town may be ready. */
  wake(town: MunicipalityCode): void {
    if (!this.#waiting.includes(town)) this.#waiting.push(town)
    this.#notQuick.delete(town)
    this.#next()
  }

  /** Runs a trial (verification) when it is the town's turn; it takes the place of a file. */
  try(town: MunicipalityCode, run: () => Promise<void>): void {
    this.#trials.push({ town, run })
    this.wake(town)
  }

  /** Looks after every town: takes up what was left, notices what is overdue. */
  async tick(): Promise<void> {
    this.#ticking = this.#ticking.then(async () => {
      const towns = await this.#guarded('', () =>
        inScope(this.#runtime.pool, OPERATOR_REALM, (tx) => uploads.townsOf(tx)),
      )
      for (const town of towns ?? []) {
        if (this.#closed) return
        // One town's trouble is not the next one's, and what is wrong with its spool does not hide that it is silent.
        await this.#guarded(town, async () => {
          try {
            await uploads.lookAfter((work) => this.#scoped(town, work), this.#spool)
          } finally {
            await this.#scoped(town, watchTown)
          }
        })
        this.wake(town)
      }
    })
    await this.#ticking
  }

  /** How many towns could not be looked after at the last tick. */
  get failing(): number {
    return this.#failing.size
  }

  async #guarded<T>(town: MunicipalityCode | '', work: () => Promise<T>): Promise<T | null> {
    try {
      const result = await work()
      this.#failing.delete(town)
      return result
    } catch (error) {
      this.#failing.add(town)
      this.#runtime.log(linkageLog.tickFailed, {
        ...(town === '' ? {} : { municipalityCode: town }),
        ...errorFields(error),
      })
      return null
    }
  }

  /** Until nothing runs and nothing is known to wait. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ work }) => work))
  }

  /** Takes up nothing new and lets what runs finish. */
  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    for (const timer of this.#retries) clearTimeout(timer)
    await this.#ticking
    await this.settled()
  }

  #next(): void {
    while (!this.#closed) {
      const room = this.#room()
      if (room === null) return
      const at = this.#waiting.findIndex(
        (town) => !this.#running.has(town) && (room === 'any' || !this.#notQuick.has(town)),
      )
      if (at < 0) return
      const [town] = this.#waiting.splice(at, 1)
      const work = this.#oneOf(town!, room)
        .then((more) => {
          if (room === 'quick' && !more) this.#notQuick.add(town!)
          // To the end of the line: a town with a long backlog does not keep the others waiting.
          if ((room === 'quick' || more) && !this.#waiting.includes(town!)) this.#waiting.push(town!)
        })
        .catch((error: unknown) => {
          this.#runtime.log(linkageLog.tickFailed, { municipalityCode: town!, ...errorFields(error) })
        })
        .finally(() => {
          this.#running.delete(town!)
          this.#next()
        })
      this.#running.set(town!, { work, room })
    }
  }

  #room(): Room | null {
    const rooms = [...this.#running.values()].map(({ room }) => room)
    if (rooms.filter((room) => room === 'any').length < this.#atOnce) return 'any'
    return rooms.includes('quick') ? null : 'quick'
  }

  /** Does one thing for a town; whether there may be another. */
  async #oneOf(town: MunicipalityCode, room: Room): Promise<boolean> {
    const turns = await this.#scoped(town, (ctx) => listTurns(ctx, linkOrder))
    for (const upload of turns) {
      if (upload.spoolId !== this.#spool.spoolId) continue
      if (room === 'quick' && upload.bytes > QUICK_BYTES && !PROTECTING.has(upload.business)) continue
      // Right after a start the whole spool file is read here.
      if ((await this.#spool.received(placeOf({ municipality: town }, upload))) !== upload.bytes) {
        await this.#scoped(town, (ctx) => uploads.forget(ctx, upload))
        continue
      }
      const leaseId = randomUUID()
      const attempts = await this.#scoped(town, (ctx) =>
        uploads.takeUp(ctx, upload, { leaseId, until: this.#leaseEnd() }),
      )
      if (attempts === null) continue
      await this.#apply(town, upload, leaseId, attempts)
      return true
    }
    const trial = this.#trials.findIndex((one) => one.town === town)
    if (trial < 0 || this.#trying || room === 'quick') return false
    this.#trying = true
    try {
      await this.#trials.splice(trial, 1)[0]!.run()
    } finally {
      this.#trying = false
      for (const other of this.#trials) this.wake(other.town)
    }
    return true
  }

  async #apply(town: MunicipalityCode, upload: Inbound, leaseId: string, attempts: number): Promise<void> {
    const { uploadId, sentBy, manifest } = upload
    let rowsDone = 0
    const say = setInterval(() => {
      const until = this.#leaseEnd()
      this.#scoped(town, (ctx) => uploads.sayProgress(ctx, uploadId, { leaseId, until, rowsDone })).catch(
        () => undefined,
      )
    }, SAY_MS)
    try {
      await this.#scoped(town, (ctx) =>
        applyArrived(
          ctx,
          { uploadId, leaseId },
          {
            manifest,
            sentBy,
            open: () => this.#spool.read(placeOf({ municipality: town }, upload)),
            progress: (rows) => (rowsDone = rows),
          },
        ),
      )
      await this.#spool.remove(town, uploadId)
    } catch (error) {
      await this.#afterFailure(town, upload, { leaseId, attempts, error })
    } finally {
      clearInterval(say)
    }
  }

  async #afterFailure(
    town: MunicipalityCode,
    upload: Inbound,
    { leaseId, attempts, error }: { leaseId: string; attempts: number; error: unknown },
  ): Promise<void> {
    const { uploadId, manifest, sentBy } = upload
    if (error instanceof Undone) {
      await this.#scoped(town, (ctx) => keepRefused(ctx, { uploadId, leaseId }, error.receipt, sentBy))
      await this.#spool.remove(town, uploadId)
      return
    }
    if (error instanceof NotItsTurn) {
      await this.#scoped(town, (ctx) => uploads.letGo(ctx, upload, leaseId))
      return
    }
    if (error instanceof SpoolLost) {
      await this.#scoped(town, (ctx) => uploads.forget(ctx, upload))
      await this.#spool.remove(town, uploadId)
      return
    }
    const { business, fileNo } = manifest
    this.#runtime.log(linkageLog.applyFailed, {
      municipalityCode: town,
      business,
      fileNo,
      attempt: attempts,
      ...errorFields(error),
    })
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1))
    await this.#scoped(town, async (ctx) => {
      await uploads.giveBack(ctx, uploadId, { leaseId, retryAt: new Date(ctx.now.getTime() + wait) })
      // A database that is away for a moment is nobody's trouble but ours.
      if (!isRetryable(error) || attempts > 3)
        await raiseAlarm(ctx, 'failure', business, { fileNo, attempts })
    }).catch(() => undefined)
    const timer = setTimeout(() => {
      this.#retries.delete(timer)
      this.wake(town)
    }, wait)
    timer.unref()
    this.#retries.add(timer)
  }

  #leaseEnd(): Date {
    return new Date(this.#runtime.now().getTime() + LEASE_MS)
  }

  async #scoped<T>(town: MunicipalityCode, work: (ctx: Ctx) => Promise<T>): Promise<T> {
    return await withCtx(this.#runtime, callOf(town), work)
  }

  /** Checks a file as if it were applied; nothing of it is kept. */
  async trial(
    town: MunicipalityCode,
    file: { readonly manifest: Manifest; open(): AsyncIterable<Uint8Array>; progress(rows: number): void },
  ): Promise<LinkReceipt> {
    try {
      return await this.#scoped(town, (ctx) => tryArrived(ctx, { ...file, sentBy: '' }))
    } catch (error) {
      if (error instanceof Undone) return error.receipt
      throw error
    }
  }
}

function callOf(municipality: MunicipalityCode): Call {
  return { actor: { kind: 'job', task: 'linkage.apply' }, municipality, traceId: `link-${randomUUID()}` }
}
