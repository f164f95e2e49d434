import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem, type FieldError } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { isRetryable } from '@open-bcl/platform/db/pool.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { errorFields, logCodes } from '@open-bcl/platform/log.ts'
import { withCtx, type Call, type Runtime } from '@open-bcl/platform/runtime.ts'
import { SpoolLost, type Spool } from '@open-bcl/platform/spool.ts'
import { audit } from '../access/audit.ts'
import { fileInterfaces, type FileInterface } from '../interfaces/interfaces.columns.ts'
import { applyRemembering } from '../linkage/apply.actions.ts'
import type { AppliedFile } from '../linkage/intake.ts'
import { listNation } from '../municipalities/municipalities.actions.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import { makeAddressCutter } from './manual.address.ts'
import { headerOf, keepMapping, requireSuppressionsKnown, townOf } from './manual.actions.ts'
import type * as contract from './manual.contract.ts'
import type { RunResult } from './manual.run.ts'
import { makeConverter } from './manual.convert.ts'
import { decodeText } from './manual.encoding.ts'
import {
  changeWords,
  deletionsDiffer,
  failedWords,
  lostWords,
  manualEvents,
  manualLog,
  manualProblems as problems,
  tableWords,
} from './manual.messages.ts'
import { fillRules, missingColumns, repeatedTargets, targetNames, type Plan } from './manual.plan.ts'
import { LineMap, readRows, safeCsvLine, writeInterface, type LineFinding } from './manual.reading.ts'
import { readRecords, TableFault, type RawRecord } from './manual.records.ts'
import { RunFindings } from './run-findings.actions.ts'
import * as store from './manual.store.ts'
import {
  besides,
  bytesOf,
  firstBytes,
  removeBytes,
  requireUpload,
  requireWhole,
  sheetsOf,
  spoolProblem,
  type OpenedUpload,
} from './uploads.actions.ts'

/** More deletions than this, or than this share of what stands, are typed by the clerk before they are made. */
const MOST_DELETIONS = 100
const MOST_SHARE = 0.05
const PROGRESS_MS = 1_000
const HEADER_BYTES = 256 * 1024

/** Asks for a try or for the load itself; a job does the work. A load repeats exactly what was tried. */
export async function startRun(
  ctx: Ctx,
  spool: Spool,
  input: InputOf<typeof contract.startRun>,
): Promise<{ runId: string }> {
  const { kind, mode, plan } = input
  const upload = await requireWhole(ctx, spool, input.uploadId)
  const { business, uploadId } = upload.row
  const file = fileInterfaces[business]
  if (await store.isLinked(ctx.tx, business)) throw new Problem(problems.linked)
  requireComplete(ctx, file, plan)
  if (kind === 'apply') {
    await requireSuppressionsKnown(ctx, business)
    const tried = await store.findDoneRun(ctx.tx, uploadId, 'check')
    const same = tried?.mode === mode && (await planOf(ctx, tried)) === JSON.stringify(plan)
    if (!same) throw new Problem(problems.checkFirst)
    await keepMapping(ctx, business, await readHeaderOf(ctx, spool, upload, plan), plan)
  }
  const runId = uuidv7(ctx.now.getTime())
  const keys = await ctx.keys()
  await store.insertRun(ctx.tx, {
    runId,
    uploadId,
    business,
    kind,
    mode,
    confirmedDeletions: input.confirmedDeletions,
    sealed: keys.seal('manual.run.sealed', runId, JSON.stringify(plan)),
    startedBy: actorName(ctx.actor),
    now: ctx.now,
  })
  await audit(ctx, kind === 'check' ? manualEvents.checkStarted : manualEvents.applyStarted, {
    facts: { runId, uploadId, business, mode, confirmedDeletions: input.confirmedDeletions },
  })
  await ctx.enqueue(MANUAL_RUN, { runId })
  return { runId }
}

export const MANUAL_RUN = 'manual.run'

function requireComplete(ctx: Ctx, file: FileInterface, plan: Plan): void {
  const allowed = new Set(targetNames(file))
  const rules = new Set(fillRules(file, townOf(ctx), '').map((rule) => rule.column))
  const wrong: FieldError[] = [
    ...missingColumns(file, plan.targets, townOf(ctx)).map((name) => ({
      pointer: '/plan/targets',
      message: `「${name}」に当たる列を選んでください。`,
    })),
    ...repeatedTargets(plan.targets).map((name) => ({
      pointer: '/plan/targets',
      message: `「${name}」が2つの列で選ばれています。どちらかにしてください。`,
    })),
  ]
  const unknown =
    plan.targets.some((target) => target !== null && !allowed.has(target)) ||
    Object.keys(plan.fills).some((name) => !rules.has(name)) ||
    Object.keys(plan.zeroFill).some((name) => !allowed.has(name))
  if (unknown)
    wrong.push({ pointer: '/plan', message: '画面を読み込み直し、項目の対応を選び直してください。' })
  if (wrong.length > 0) throw new Problem(problems.planIncomplete, wrong)
}

async function planOf(ctx: Ctx, run: store.RunRow): Promise<string> {
  return (await ctx.keys()).open('manual.run.sealed', run.runId, run.sealed)
}

async function readHeaderOf(ctx: Ctx, spool: Spool, upload: OpenedUpload, plan: Plan): Promise<string[]> {
  const sheets = await sheetsOf(ctx, spool, upload)
  const head = await firstBytes(bytesOf(spool, upload, sheets, plan.sheet), HEADER_BYTES)
  async function* once(): AsyncGenerator<Uint8Array> {
    yield head
  }
  const records: RawRecord[] = []
  for await (const batch of readRecords(decodeText(once(), plan.encoding), plan)) records.push(...batch)
  return headerOf(records, plan, plan.targets.length)
}

export async function getRun(
  ctx: Ctx,
  input: { readonly runId: string },
): Promise<OutputOf<typeof contract.getRun>> {
  const run = await store.findRun(ctx.tx, input.runId)
  const upload = run && (await store.findUpload(ctx.tx, run.uploadId))
  if (!run || !upload) throw new Problem(problems.runNotFound)
  const { runId, kind, mode, state, reading, result } = run
  return {
    runId,
    kind,
    mode,
    state,
    reading,
    bytesDone: Number(run.bytesDone),
    bytes: Number(upload.bytes),
    rowsDone: Number(run.rowsDone),
    result,
  }
}

/** Every wrong or doubtful line as a CSV that Excel opens: UTF-8 with its mark. */
export async function getRunFindings(
  ctx: Ctx,
  spool: Spool,
  input: { readonly runId: string },
): Promise<Binary> {
  const run = await store.findRun(ctx.tx, input.runId)
  if (!run) throw new Problem(problems.runNotFound)
  const parts: Uint8Array[] = [Buffer.from(`\u{feff}${safeCsvLine(['種別', '行', '項目名', '理由'])}`)]
  const findingsId = run.result?.findingsId
  if (findingsId) {
    // The bytes of the upload may be gone; its key is what opens its findings.
    const place = besides(await requireUpload(ctx, spool, run.uploadId, { gone: true }), findingsId)
    try {
      for await (const part of spool.read(place)) parts.push(part)
    } catch (error) {
      throw spoolProblem(error)
    }
  }
  return { bytes: Buffer.concat(parts), fileName: '取込の誤りと注意.csv' }
}

/** A run was stopped and nothing of it stands; `result` says why. */
class Stopped extends Error {
  override readonly name = 'Stopped'
  readonly state: 'done' | 'refused'
  readonly result: RunResult
  constructor(state: 'done' | 'refused', result: RunResult) {
    super(state)
    this.state = state
    this.result = result
  }
}

/**
 * Does what a run asks, as role `linkage`: reads the file as planned and applies it in one transaction, or applies it and
 * takes it back (a try). Safe to repeat: that a load is done commits with what it loaded.
 */
export async function doRun(
  linkage: Runtime,
  spool: Spool,
  job: { readonly municipality: MunicipalityCode; readonly traceId: string },
  runId: string,
): Promise<void> {
  const call: Call = {
    actor: { kind: 'job', task: MANUAL_RUN },
    municipality: job.municipality,
    traceId: job.traceId,
  }
  const finish = (state: 'done' | 'refused' | 'failed', result: RunResult): Promise<void> =>
    withCtx(linkage, call, (ctx) => settle(ctx, runId, state, result))
  try {
    const upload = await withCtx(linkage, call, (ctx) => execute(ctx, spool, runId))
    if (upload !== null) await withCtx(linkage, call, (ctx) => removeBytes(ctx, spool, upload))
  } catch (error) {
    if (error instanceof Stopped) return await finish(error.state, error.result)
    if (error instanceof TableFault) return await finish('refused', stoppedBy(tableWords[error.kind]))
    if (error instanceof SpoolLost) return await finish('failed', stoppedBy(lostWords))
    if (error instanceof Problem) {
      const words = [...error.errors.map(({ message }) => message), error.kind.title]
      return await finish('failed', stoppedBy(words[0]!))
    }
    // The queue tries again later; anything else would fail again.
    if (isRetryable(error)) throw error
    linkage.log(logCodes.jobFailed, { task: MANUAL_RUN, traceId: job.traceId, ...errorFields(error) })
    await finish('failed', stoppedBy(failedWords))
  }
}

function stoppedBy(reason: string): RunResult {
  return {
    counts: null,
    before: 0,
    mustConfirmDeletions: false,
    notes: [],
    changes: [],
    findings: [],
    findingCount: 0,
    cautions: [],
    cautionCount: 0,
    findingsId: null,
    reason,
  }
}

async function settle(
  ctx: Ctx,
  runId: string,
  state: 'done' | 'refused' | 'failed',
  result: RunResult,
): Promise<void> {
  const run = await store.findRun(ctx.tx, runId)
  if (!run || isOver(run)) return
  await store.finishRun(ctx.tx, runId, state, result, ctx.now)
  if (run.kind === 'apply') {
    const { counts } = result
    await audit(ctx, state === 'done' ? manualEvents.applied : manualEvents.refused, {
      facts: { runId, business: run.business, mode: run.mode, ...counts },
    })
  }
  ctx.log(manualLog.finished, {
    traceId: ctx.traceId,
    municipalityCode: ctx.municipality,
    business: run.business,
    rows: result.counts?.rows ?? 0,
    errors: result.findingCount,
  })
}

function isOver(run: store.RunRow): boolean {
  return run.state === 'done' || run.state === 'refused' || run.state === 'failed'
}

/** The upload whose bytes are no more needed; `null` when the run was over already. */
async function execute(ctx: Ctx, spool: Spool, runId: string): Promise<OpenedUpload | null> {
  const asked = await store.findRun(ctx.tx, runId)
  if (!asked || isOver(asked)) return null
  const { business, mode, kind } = asked
  // The town's row is the lock: of two that work on one run, the second finds it over.
  const seq = await nextSeq(ctx, { business, fileNo: null, origin: 'hand' })
  const run = await store.findRun(ctx.tx, runId)
  if (!run || isOver(run)) return null
  if (await store.isLinked(ctx.tx, business)) throw new Stopped('refused', stoppedBy(problems.linked.title))

  const upload = await requireUpload(ctx, spool, run.uploadId)
  const plan = JSON.parse(await planOf(ctx, run)) as Plan
  const file = fileInterfaces[business]
  const sheets = await sheetsOf(ctx, spool, upload)
  const convert = makeConverter(plan, file, townOf(ctx), cutterOf(ctx))
  const lines = new LineMap()
  const findings = new RunFindings(spool, besides(upload, uuidv7(ctx.now.getTime())))
  const progress = new Progress(ctx, runId)
  const open = (): AsyncGenerator<Uint8Array> => {
    const first = progress.begin()
    const rows = readRows(progress.counted(bytesOf(spool, upload, sheets, plan.sheet)), plan)
    return writeInterface(rows, file, ctx.municipality, convert, first ? { lines, findings } : null)
  }
  const applied = await applyRemembering(
    ctx,
    { business, mode, origin: 'hand', seq, open, progress: ({ rowsDone }) => progress.rows(rowsDone) },
    null,
  )
  await findings.close()
  await progress.end()
  const result = await resultOf(run, applied, findings, lines)
  if (applied.state === 'refused') throw new Stopped('refused', result)
  if (kind === 'check') throw new Stopped('done', result)
  if (result.mustConfirmDeletions && run.confirmedDeletions !== result.counts!.deleted) {
    throw new Stopped('refused', { ...result, reason: deletionsDiffer(result.counts!.deleted) })
  }
  await settle(ctx, runId, 'done', result)
  return upload
}

function cutterOf(ctx: Ctx) {
  const nation = listNation()
  const own = nation.get(ctx.municipality)
  if (own === undefined) throw new Error('a town that is not in the national list')
  return makeAddressCutter(own, nation.values())
}

async function resultOf(
  run: store.RunRow,
  applied: AppliedFile,
  findings: RunFindings,
  lines: LineMap,
): Promise<RunResult> {
  // What only the whole file shows (a key that stands in it twice), in the lines of the file that was put in.
  const others = applied.errors
    .map((error): LineFinding => {
      if (error.line === null) return error
      const message = error.message.replace(
        /^(\d+)行目/,
        (_, line: string) => `${lines.lineOf(Number(line))}行目`,
      )
      return { line: lines.lineOf(error.line), item: error.item, message }
    })
    .filter((one) => one.line === null || !findings.hasLine(one.line))
  await findings.add(others)
  const told = await findings.told()
  const changes = told.changes.map(({ column, change, count }) => ({
    item: column,
    message: changeWords[change],
    count,
  }))
  if (applied.state === 'refused') {
    const reason = applied.errors[0]?.message ?? failedWords
    return { ...stoppedBy(reason), ...told, changes }
  }
  const { counts } = applied
  const before = counts.unchanged + counts.updated + counts.deleted
  return {
    ...told,
    changes,
    counts: { rows: applied.rows, ...counts, refused: applied.badRows },
    before,
    mustConfirmDeletions:
      counts.deleted > MOST_DELETIONS || (run.mode === 'full' && counts.deleted > before * MOST_SHARE),
    notes: [...applied.notes],
    reason: null,
  }
}

/** Tells the waiting screen how far a run is, in transactions of its own and no oftener than it looks. */
class Progress {
  readonly #ctx: Ctx
  readonly #runId: string
  #reading = 0
  #bytes = 0
  #rows = 0
  #told = 0
  #telling: Promise<void> = Promise.resolve()
  #failed: Error | null = null

  constructor(ctx: Ctx, runId: string) {
    this.#ctx = ctx
    this.#runId = runId
  }

  /** A reading begins; true for the first. */
  begin(): boolean {
    this.#reading += 1
    this.#bytes = 0
    return this.#reading === 1
  }

  async *counted(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.#bytes += chunk.length
      this.#tell()
      yield chunk
    }
  }

  rows(done: number): void {
    this.#rows = done
  }

  /** Nothing is told after this. A telling that failed is no reason to stop. */
  async end(): Promise<void> {
    await this.#telling
    if (this.#failed !== null && isRetryable(this.#failed)) throw this.#failed
  }

  #tell(): void {
    const now = performance.now()
    if (now - this.#told < PROGRESS_MS) return
    this.#told = now
    const progress = { reading: this.#reading, bytesDone: this.#bytes, rowsDone: this.#rows }
    this.#telling = this.#telling
      .then(() => this.#ctx.separately((own) => store.setProgress(own.tx, this.#runId, progress)))
      .catch((error: unknown) => {
        if (error instanceof Error) this.#failed = error
      })
  }
}
