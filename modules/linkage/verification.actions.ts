import { randomBytes, randomUUID } from 'node:crypto'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { SpoolFull, WrongOffset, type Spool, type SpoolPlace } from '@open-bcl/platform/spool.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import type { FileState } from './gateway.contract.ts'
import { UploadAt, type GatewayLimits } from './gateway.actions.ts'
import type { Manifest } from './linkage.manifest.ts'
import { unfinishedBytes } from './inbound.store.ts'
import { linkageProblems } from './linkage.messages.ts'
import type { LinkReceipt } from './linkage.receipt.ts'

/** What the desk needs of the queue: a place in the line, and a transaction that is rolled back. */
export type TrialRunner = {
  try(town: MunicipalityCode, run: () => Promise<void>): void
  trial(
    town: MunicipalityCode,
    file: { readonly manifest: Manifest; open(): AsyncIterable<Uint8Array>; progress(rows: number): void },
  ): Promise<LinkReceipt>
}

type Trial = {
  readonly place: SpoolPlace
  readonly manifest: Manifest
  readonly bytes: number
  state: 'receiving' | 'waiting'
  touchedAt: Date
  rowsDone: number
  receipt: LinkReceipt | null
}

/** Trials of one town that are remembered; the oldest that is judged gives way. */
const MOST_TRIALS = 20
/** Of these so many may have bytes here, on the disk that all towns share. */
const MOST_OPEN = 2
/** One that is still coming gives way to another when nothing came for this long. */
const LEFT_MS = 10 * 60_000

/**
 * 検証: the same messages apart from production. A trial is known to this process only and leaves nothing: no row, no
 * receipt in the database, and its bytes go when it is judged. After a restart the agent sends it again.
 */
export class VerificationDesk {
  readonly #spool: Spool
  readonly #limits: GatewayLimits
  readonly #runner: TrialRunner
  readonly #trials = new Map<string, Trial>()

  constructor(spool: Spool, limits: GatewayLimits, runner: TrialRunner) {
    this.#spool = spool
    this.#limits = limits
    this.#runner = runner
  }

  async open(
    ctx: Ctx,
    { manifest, bytes }: { readonly manifest: Manifest; readonly bytes: number },
  ): Promise<FileState> {
    const name = nameOf(ctx, manifest)
    const known = this.#trials.get(name)
    if (known && known.manifest.sha256 === manifest.sha256 && known.bytes === bytes && known.receipt === null)
      return await this.#stateOf(known)
    if (known?.state === 'waiting' && known.receipt === null) return await this.#stateOf(known)
    if (known) await this.#drop(name, known)
    if (bytes > this.#limits.maxFileBytes) throw new Problem(linkageProblems.fileTooLarge)
    await this.#makeWay(ctx)
    // Production does not wait for trials; trials leave it the room it uses.
    const others = this.#ofTown(ctx).reduce((sum, [, one]) => sum + (one.receipt === null ? one.bytes : 0), 0)
    const production = await unfinishedBytes(ctx.tx, { business: manifest.business, fileNo: 0 })
    if (production + others + bytes > this.#limits.maxTownBytes) throw new Problem(linkageProblems.spoolFull)
    await this.#spool.requireRoom(bytes).catch(asProblem)
    this.#trials.set(name, {
      place: { municipality: ctx.municipality, uploadId: randomUUID(), key: randomBytes(32) },
      manifest,
      bytes,
      state: 'receiving',
      touchedAt: ctx.now,
      rowsDone: 0,
      receipt: null,
    })
    return { state: 'receiving', received: 0 }
  }

  #ofTown({ municipality }: Ctx): [string, Trial][] {
    return [...this.#trials].filter(([name]) => name.startsWith(`${municipality}|`))
  }

  async #makeWay(ctx: Ctx): Promise<void> {
    const town = this.#ofTown(ctx)
    const judged = town.filter(([, { receipt }]) => receipt !== null)
    if (town.length >= MOST_TRIALS && judged.length > 0) await this.#drop(...judged[0]!)
    const open = town.filter(([, { receipt }]) => receipt === null)
    if (open.length < MOST_OPEN) return
    const left = open.find(
      ([, { state, touchedAt }]) =>
        state === 'receiving' && ctx.now.getTime() - touchedAt.getTime() > LEFT_MS,
    )
    if (!left) throw new Problem(platformProblems.busy)
    await this.#drop(...left)
  }

  async add(
    ctx: Ctx,
    at: { readonly business: Business; readonly fileNo: number },
    chunk: { readonly offset: number; readonly sha256: string; readonly bytes: Uint8Array },
  ): Promise<FileState> {
    const trial = this.#trials.get(nameOf(ctx, at))
    if (!trial || trial.manifest.sha256 !== chunk.sha256) throw new Problem(linkageProblems.noUpload)
    if (trial.state !== 'receiving') return await this.#stateOf(trial)
    if (chunk.offset + chunk.bytes.length > trial.bytes)
      throw new UploadAt((await this.#spool.received(trial.place)) ?? 0)
    trial.touchedAt = ctx.now
    const received = await this.#spool.append(trial.place, chunk.offset, chunk.bytes).catch(asProblem)
    if (received === trial.bytes) {
      trial.state = 'waiting'
      this.#runner.try(ctx.municipality, () => this.#judge(ctx.municipality, trial))
    }
    return await this.#stateOf(trial)
  }

  async state(ctx: Ctx, at: { readonly business: Business; readonly fileNo: number }): Promise<FileState> {
    const trial = this.#trials.get(nameOf(ctx, at))
    return trial ? await this.#stateOf(trial) : { state: 'receiving', received: 0 }
  }

  async #judge(town: MunicipalityCode, trial: Trial): Promise<void> {
    try {
      trial.receipt = await this.#runner.trial(town, {
        manifest: trial.manifest,
        open: () => this.#spool.read(trial.place),
        progress: (rows) => (trial.rowsDone = rows),
      })
    } catch (error) {
      // It is sent anew: what could not be judged is not kept.
      trial.state = 'receiving'
      throw error
    } finally {
      await this.#spool.remove(trial.place.municipality, trial.place.uploadId)
    }
  }

  async #stateOf(trial: Trial): Promise<FileState> {
    if (trial.receipt !== null)
      return { state: trial.receipt.state === 'refused' ? 'refused' : 'verified', receipt: trial.receipt }
    if (trial.state === 'waiting')
      return { state: 'waiting', rowsDone: trial.rowsDone, rows: trial.manifest.rowCount }
    return { state: 'receiving', received: (await this.#spool.received(trial.place)) ?? 0 }
  }

  async #drop(name: string, trial: Trial): Promise<void> {
    this.#trials.delete(name)
    await this.#spool.remove(trial.place.municipality, trial.place.uploadId)
  }
}

function nameOf(
  ctx: Ctx,
  { business, fileNo }: { readonly business: Business; readonly fileNo: number },
): string {
  return `${ctx.municipality}|${business}|${fileNo}`
}

function asProblem(error: unknown): never {
  if (error instanceof WrongOffset) throw new UploadAt(error.received)
  if (error instanceof SpoolFull) throw new Problem(linkageProblems.spoolFull)
  throw error
}
