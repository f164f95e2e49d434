import { createHash } from 'node:crypto'
import { Problem } from '@open-bcl/core/problem.ts'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { LayoutFailed, MissingGlyphs, TextOverflow } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { retrying } from '@open-bcl/platform/retry.ts'
import { withCtx, type Call, type Runtime } from '@open-bcl/platform/runtime.ts'
import { audit } from '../access/audit.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { giveUp, isOver, type Batching } from './batch.actions.ts'
import * as store from './batch.store.ts'
import * as bundles from './bundle.store.ts'
import { isOfOne, isUnderWay, type BatchSource } from './batch.ts'
import { fieldErrors } from './certificates.actions.ts'
import { certificatesEvents } from './certificates.messages.ts'
import {
  alarmOf,
  freezeIssue,
  moveIssue,
  prepareBuild,
  renderIssue,
  type ToBuild,
} from './issuing.actions.ts'
import { findIssue, getFrozen } from './certificates.store.ts'
import { noteUnprintable } from './characters.actions.ts'
import { evidenceOfPages, type Evidence } from './evidence.actions.ts'
import {
  ENVELOPE_LAYOUT,
  envelopeSnapshot,
  envelopeWords,
  type EnvelopeFacts,
  type Sheet,
} from './papers/envelope.ts'
import type { RefusalCode } from './refusals.ts'
import { renderDocument, type Rendering } from './rendering.actions.ts'

/** Certificates that are frozen, and kept, in one transaction. */
const CHUNK = 20
/** Documents in the renderer's hands at once: enough for two threads, few enough that a kiosk does not wait for long. */
const IN_HAND = 3
/** How often a document is tried that the renderer lost. */
const TRIES = 3
/** A bundle is closed before it holds more pages: what a reader of ours opens, 宛名台紙 included. */
const MOST_PAGES = 350
const RETRY_WITHIN_MS = 30_000
/** Why a batch stopped, or a certificate was left out, when it could not be made for a reason that is nobody's data. */
const FAILED = 507

/** Taken from the list: what is to be rendered, or was made before the process was killed. */
type Taken = { readonly item: store.Item; readonly build: ToBuild | null }
type Rendered = Taken & { readonly rendering: Rendering | null }

/**
 * Makes what waits in a batch, in order: freezes the next while the last is rendered and the one before is kept. Each
 * step commits by itself and is keyed by a 取引番号 drawn when the batch was asked for, so that a killed process leaves
 * nothing to undo: whoever takes the batch up goes on at the next certificate. `ctx` holds the batch until the end.
 */
export async function runBatch(
  runtime: Runtime,
  batching: Batching,
  ctx: Ctx,
  batchId: string | undefined,
): Promise<void> {
  if (batchId === undefined || !(await store.takeUp(ctx.tx, batchId))) return
  const batch = await store.findBatch(ctx.tx, batchId)
  const source = batching.sources.find(({ kind }) => kind === batch?.kind)
  if (!batch || !source) throw new Error('a batch of a kind that is not made here')
  await new BatchRun(runtime, batching, source, ctx, batch).run()
}

class BatchRun {
  readonly #runtime: Runtime
  readonly #batching: Batching
  readonly #source: BatchSource<Ctx>
  readonly #ctx: Ctx
  readonly #batch: store.Batch
  readonly #call: Call
  /** Why the whole batch stops. */
  #stop: RefusalCode | null = null
  #after = 0

  constructor(runtime: Runtime, batching: Batching, source: BatchSource<Ctx>, ctx: Ctx, batch: store.Batch) {
    this.#runtime = runtime
    this.#batching = batching
    this.#source = source
    this.#ctx = ctx
    this.#batch = batch
    const { actor, municipality, traceId } = ctx
    this.#call = { actor, municipality, traceId }
  }

  /** Whatever fails is said before the queue hears of it: a batch is never under way with nobody at work on it. */
  async run(): Promise<void> {
    try {
      await this.#make()
      await this.#close()
    } catch (error) {
      await this.#sayFailed()
      throw error
    }
  }

  async #make(): Promise<void> {
    let keeping: Promise<void> = Promise.resolve()
    let taking = held(this.#take())
    try {
      for (;;) {
        const taken = await taking
        if (taken === null) break
        taking = held(this.#take())
        const rendered = await this.#render(taken)
        await keeping
        keeping = held(this.#keep(rendered))
      }
      await keeping
    } finally {
      // Nothing of ours goes on once somebody may take the batch up again.
      await Promise.allSettled([taking, keeping])
    }
  }

  async #own<T>(work: (ctx: Ctx) => Promise<T>, isolation?: 'repeatable read'): Promise<T> {
    const { log } = this.#ctx
    return await retrying(
      () => withCtx(this.#runtime, this.#call, work, isolation === undefined ? {} : { isolation }),
      { log, fields: { traceId: this.#ctx.traceId, task: 'certificates.batch' }, withinMs: RETRY_WITHIN_MS },
    )
  }

  /** Freezes the next certificates; `null` = there are none, or somebody wants it to stop. Asking also keeps our connection awake. */
  async #take(): Promise<Taken[] | null> {
    const batch = await store.findBatch(this.#ctx.tx, this.#batch.batchId)
    if (this.#stop !== null || batch?.state !== 'running') return null
    return await this.#own(async (own) => {
      const items = await store.listWaiting(own.tx, this.#batch.batchId, this.#after, CHUNK)
      const last = items.at(-1)
      if (!last) return null
      const taken: Taken[] = []
      const out: store.LeftOut[] = []
      for (const item of items) {
        const one = await this.#freeze(own, item)
        if (one.kind === 'taken') taken.push({ item, build: one.build })
        else if (isOfOne(one.code)) out.push({ position: item.position, ...one })
        else {
          this.#stop = one.code
          break
        }
      }
      await store.leaveOut(own.tx, await own.keys(), this.#batch.batchId, out, ['waiting'])
      this.#after = last.position
      return taken
    }, 'repeatable read')
  }

  async #freeze(
    ctx: Ctx,
    { subjectId, copies, transactionId }: store.Item,
  ): Promise<
    | { readonly kind: 'taken'; readonly build: ToBuild | null }
    | { readonly kind: 'refused'; readonly code: RefusalCode; readonly reasons: readonly string[] }
  > {
    const { issuing } = this.#batching
    try {
      const frozen = await freezeIssue(ctx, issuing, {
        ...{ transactionId, subjectId, copies, kind: this.#batch.kind, channel: 'counter' },
        ...{ recipientNo: null, kioskId: null, choices: {}, official: false, purpose: null },
      })
      if (frozen.kind === 'refused') return { ...frozen, reasons: frozen.code === 302 ? [] : frozen.reasons }
      if (frozen.content !== null) {
        const { issue, content } = frozen
        return { kind: 'taken', build: { kind: 'to-build', issue, content } }
      }
      const prepared = await prepareBuild(ctx, issuing, transactionId, 'counter')
      if (prepared.kind === 'refused') {
        // Frozen before we were killed, and given up since.
        const over = prepared.code === 603 && (await isOver(ctx, transactionId))
        return over ? { ...prepared, code: 309 } : prepared
      }
      return { kind: 'taken', build: prepared.kind === 'to-build' ? prepared : null }
    } catch (error) {
      // Gone since it was chosen.
      if (error instanceof Problem && error.kind.status === 404)
        return { kind: 'refused', code: 309, reasons: [] }
      throw error
    }
  }

  async #render(taken: readonly Taken[]): Promise<Rendered[]> {
    const rendered: Rendered[] = []
    let next = 0
    const hand = async (): Promise<void> => {
      for (let at = next++; at < taken.length; at = next++) {
        const one = taken[at]!
        const { build } = one
        const { issuing } = this.#batching
        const rendering = build === null ? null : await tried(() => renderIssue(issuing, build))
        rendered[at] = { ...one, rendering }
      }
    }
    await Promise.all(Array.from({ length: IN_HAND }, hand))
    return rendered
  }

  async #keep(rendered: readonly Rendered[]): Promise<void> {
    const { batchId, kind } = this.#batch
    await this.#own(async (own) => {
      const going = await this.#keepDocuments(own, rendered)
      const built: store.Item[] = []
      const out: store.LeftOut[] = []
      for (const { item, build, rendering } of rendered) {
        const { position, transactionId } = item
        if (build === null || going.has(transactionId)) built.push(item)
        else if (rendering?.kind === 'failed') {
          const { code, error } = rendering
          await moveIssue(own, build.issue, 'aborted', { stage: 'build', reason: `batch-${code}` })
          await noteUnprintable(own, this.#batching.issuing, { ...build.issue, ...build.content }, error)
          out.push({ position, code, reasons: reasonsOf(error) })
        } else if (rendering?.kind === 'mismatch') await this.#alarm(own, build, rendering)
        // Given up since it was frozen: the certificate was withdrawn.
        else out.push({ position, code: 309, reasons: [] })
      }
      await store.setBuilt(
        own.tx,
        batchId,
        built.map(({ position }) => position),
      )
      await store.leaveOut(own.tx, await own.keys(), batchId, out, ['waiting'])
      // Not this or that certificate but what all share (電子公印): a person has to look before the next ones are lost.
      const lost = rendered.filter(({ rendering }) => isLayoutFailed(rendering))
      if (lost.length > 1 && lost.length === rendered.length) this.#stop = FAILED
      if (built.length === 0) return
      await audit(own, certificatesEvents.issued, {
        purpose: 'certificate',
        subjects: built.map(({ transactionId }) => ({ kind: 'issue', id: transactionId })),
        facts: { kind, batchId, count: built.length },
      })
    })
    await this.#bundles(false)
  }

  /** Keeps what was rendered, as `storeBuild` does of one; answers which of them still go on. */
  async #keepDocuments(own: Ctx, rendered: readonly Rendered[]): Promise<ReadonlySet<string>> {
    const made = rendered.flatMap(({ build, rendering }): bundles.Made[] => {
      if (build === null || rendering?.kind !== 'rendered') return []
      const { transactionId, pages, issuedOn } = build.issue
      const { pdf } = rendering
      const pdfSha256 = createHash('sha256').update(pdf).digest('hex')
      const keepUntil = addDays(issuedOn, this.#batching.issuing.archiveDays)
      return [{ transactionId, pages, pdf, pdfSha256, build: rendering.build, keepUntil }]
    })
    const by = { at: own.now, actor: actorName(own.actor) }
    return await bundles.insertMade(own.tx, await own.keys(), made, by)
  }

  /** Kept for whoever looks into it; the batch goes on when the town does, with this certificate. */
  async #alarm(
    own: Ctx,
    { issue, content }: Pick<ToBuild, 'issue' | 'content'>,
    rendering: Extract<Rendering, { kind: 'mismatch' }>,
  ): Promise<void> {
    const document = { ...rendering, build: rendering.build.build }
    this.#stop = (await alarmOf(own, 'build', issue, content, document)).code
  }

  /** Puts what is made and in no bundle into bundles; `last`: however few are left. */
  async #bundles(last: boolean): Promise<void> {
    for (let more = true; more && this.#stop === null;) more = await this.#bundle(last)
  }

  /** False when there is not enough for a bundle. */
  async #bundle(last: boolean): Promise<boolean> {
    const { batchId, bundleSize, withSheets } = this.#batch
    const made = await this.#own((own) => store.listBuilt(own.tx, batchId, bundleSize))
    const over = made.filter((item) => item.over)
    if (over.length > 0) {
      await this.#leaveOutMade(over, 309, [])
      return true
    }
    let pages = 0
    const items = made.filter((item, i) => {
      pages += item.pages + 1
      return i === 0 || pages <= MOST_PAGES
    })
    const enough = items.length === bundleSize || items.length < made.length
    if (items.length === 0 || !(last || enough)) return false
    const bundleNo = (await this.#own((own) => bundles.lastBundleNo(own.tx, batchId))) + 1
    const sheeted = withSheets ? await this.#sheets(items, bundleNo) : { items, sheets: null }
    if (sheeted === null) return false
    if (sheeted.items.length === 0) return true
    await this.#own(async (own) => {
      await bundles.insertBundle(own.tx, await own.keys(), batchId, {
        ...{ bundleNo, sheets: sheeted.sheets, madeAt: own.now },
        positions: sheeted.items.map(({ position }) => position),
      })
    })
    return true
  }

  /** The 宛名台紙 of these; who cannot be addressed is left out. `null` = the renderer cannot be trusted. */
  async #sheets(
    wanted: readonly store.Item[],
    bundleNo: number,
  ): Promise<{ readonly items: readonly store.Item[]; readonly sheets: bundles.Sheets | null } | null> {
    let items = wanted
    const { addressees, madeOn, window } = await this.#own(async (own) => {
      const subjectIds = items.map(({ subjectId }) => subjectId)
      const { issueOptions } = await getMunicipality(own)
      return {
        addressees: await this.#source.addressees(own, subjectIds),
        madeOn: todayInJapan(own.now),
        window: issueOptions.envelopeWindow,
      }
    })
    const hidden = items.filter(({ subjectId }) => !addressees.has(subjectId))
    await this.#leaveOutMade(hidden, 302, [])
    items = items.filter(({ subjectId }) => addressees.has(subjectId))
    while (items.length > 0) {
      const facts: EnvelopeFacts = {
        window,
        madeOn,
        sheets: items.map(({ subjectId, transactionId }, i): Sheet => ({
          ...addressees.get(subjectId)!,
          transactionId,
          place: `第${bundleNo}束　${i + 1}通目`,
        })),
      }
      const words = envelopeWords(facts)
      const rendering = await tried(() =>
        renderDocument(this.#batching.issuing, ENVELOPE_LAYOUT, envelopeSnapshot(facts), words),
      )
      if (rendering.kind === 'rendered') return { items, sheets: { pdf: rendering.pdf, words } }
      if (rendering.kind === 'mismatch') {
        const page = (rendering.found.mismatches[0]?.page ?? 1) - 1
        const at = page < items.length ? page : 0
        await this.#alarmOfSheet(items[at]!, rendering, evidenceOfPages({ ...rendering, words }, at, 1))
        return null
      }
      const unfit = unfitSheets(rendering.error)
      if (unfit.size === 0) {
        // The renderer, or what all sheets share: the certificates are kept, and wait for their bundle.
        this.#stop = FAILED
        return null
      }
      const out = items.filter((_, i) => unfit.has(i))
      await this.#leaveOutMade(out, rendering.code, ['宛名台紙に、宛先の住所または氏名を印字できません'])
      items = items.filter((_, i) => !unfit.has(i))
    }
    return { items, sheets: null }
  }

  async #alarmOfSheet(
    item: store.Item,
    rendering: Extract<Rendering, { kind: 'mismatch' }>,
    { pdf, words, found }: Evidence,
  ): Promise<void> {
    await this.#own(async (own) => {
      const issue = await findIssue(own.tx, item.transactionId)
      if (!issue) throw new Error('a certificate in a batch without its issue')
      const content = await getFrozen(own.tx, await own.keys(), item.transactionId)
      await this.#alarm(own, { issue, content: { ...content, words } }, { ...rendering, pdf, found })
    })
  }

  async #leaveOutMade(
    items: readonly store.Item[],
    code: RefusalCode,
    reasons: readonly string[],
  ): Promise<void> {
    if (items.length === 0) return
    await this.#own(async (own) => {
      const out = items.map(({ position }) => ({ position, code, reasons }))
      await store.leaveOut(own.tx, await own.keys(), this.#batch.batchId, out, ['built'])
      const made = items.map(({ transactionId }) => transactionId)
      await giveUp(own, made, `batch-${code}`)
    })
  }

  /** By itself, since what fails takes our own transaction with it. The clerk goes on, or ends it. */
  async #sayFailed(): Promise<void> {
    const { batchId } = this.#batch
    await this.#own(async ({ tx, now, actor }) => {
      for (let said = false; !said;) {
        const batch = await store.findBatch(tx, batchId)
        if (!batch || !isUnderWay(batch.state)) return
        said = await store.appendState(tx, batchId, batch.version, {
          ...{ state: 'stopped', code: FAILED, at: now, actor: actorName(actor) },
        })
      }
    })
  }

  /** Says how it ended, in the commit that lets go of the batch. */
  async #close(): Promise<void> {
    const { tx, now, actor } = this.#ctx
    const { batchId } = this.#batch
    for (;;) {
      const batch = await store.findBatch(tx, batchId)
      if (!batch || !isUnderWay(batch.state)) return
      if (batch.state === 'running') await this.#bundles(true)
      const state = this.#stop !== null ? 'stopped' : batch.state === 'running' ? 'done' : 'paused'
      const said = await store.appendState(tx, batchId, batch.version, {
        ...{ state, at: now, actor: actorName(actor) },
        ...(this.#stop === null ? {} : { code: this.#stop }),
      })
      if (said) return
    }
  }
}

/** A document, tried again when the renderer lost it. A layout that cannot be drawn is no fault of the whole batch. */
async function tried(render: () => Promise<Rendering>): Promise<Rendering> {
  for (let tries = 1; ; tries++) {
    try {
      const rendering = await render()
      if (rendering.kind !== 'failed' || rendering.code !== 507 || tries === TRIES) return rendering
    } catch (error) {
      if (error instanceof LayoutFailed) return { kind: 'failed', code: FAILED, error }
      throw error
    }
  }
}

function isLayoutFailed(rendering: Rendering | null): boolean {
  return rendering?.kind === 'failed' && rendering.error instanceof LayoutFailed
}

function reasonsOf(error: Error): string[] {
  return error instanceof LayoutFailed
    ? ['様式に印字できませんでした。電子公印などの画像を確かめてから、もう一度、一括印刷に入れてください']
    : fieldErrors(error).map(({ message }) => message)
}

/** Numbers of the sheets that cannot be printed, from 0. */
function unfitSheets(error: Error): ReadonlySet<number> {
  const fields =
    error instanceof MissingGlyphs
      ? error.units.map(({ field }) => field)
      : error instanceof TextOverflow
        ? [error.field]
        : []
  return new Set(
    fields.flatMap((field) => {
      const number = /^sheets\.(\d+)\./.exec(field)?.[1]
      return number === undefined ? [] : [Number(number)]
    }),
  )
}

/** A promise that is awaited later: its failure is not lost, and not unhandled meanwhile. */
function held<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
