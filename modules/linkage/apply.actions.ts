import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import type { BadRow } from '../interfaces/interfaces.intake.ts'
import { findVersion, isAccepted } from '../interfaces/interfaces.versions.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import { openMyNumberIntake } from '../residents/my-numbers.actions.ts'
import { endAlarm, raiseAlarm } from './alarms.actions.ts'
import * as inbound from './inbound.store.ts'
import { applyFile } from './intake.actions.ts'
import type { AppliedFile, FileToApply } from './intake.ts'
import type { Manifest } from './linkage.manifest.ts'
import { parkedOf } from './linkage.actions.ts'
import { linkageEvents, linkageLog, oldVersion, versionEnds } from './linkage.messages.ts'
import type { LinkReceipt } from './linkage.receipt.ts'
import * as store from './linkage.store.ts'
import * as trust from './trust.store.ts'

/** The transaction ends without a trace; `receipt` is what is told of it. */
export class Undone extends Error {
  override readonly name = 'Undone'
  readonly receipt: LinkReceipt
  constructor(receipt: LinkReceipt) {
    super(receipt.state)
    this.receipt = receipt
  }
}

/** Another process was faster: the file is applied, or something else has its number. */
export class NotItsTurn extends Error {
  override readonly name = 'NotItsTurn'
}

/** A file that has arrived whole. */
export type ArrivedFile = {
  readonly manifest: Manifest
  readonly sentBy: string
  open(): AsyncIterable<Uint8Array>
  progress(rowsDone: number): void
}

/**
 * Applies an upload in its turn (`applyInTurn`), unless other content has taken its number meanwhile, or another process
 * the upload: then `NotItsTurn`, and nothing of it stays.
 */
export async function applyArrived(ctx: Ctx, hold: inbound.Hold, file: ArrivedFile): Promise<LinkReceipt> {
  const receipt = await applyInTurn(ctx, file)
  // Last, so that the row is not held while the applying says its progress over another connection.
  if (!(await inbound.settle(ctx.tx, hold, { state: 'applied', fileId: receipt.fileId, now: ctx.now })))
    throw new NotItsTurn()
  return receipt
}

/**
 * Applies a file in its turn, in this transaction, with its receipt, its watermark and its bad rows. Throws `Undone` when
 * the file is refused whole, and `NotItsTurn`. Runs as role `linkage`.
 */
export async function applyInTurn(ctx: Ctx, file: ArrivedFile): Promise<LinkReceipt> {
  const { business, fileNo } = file.manifest
  // From here on we are alone: the town's row is held.
  const seq = await nextSeq(ctx, { business, fileNo, origin: 'link' })
  const last = await store.lastFileNo(ctx.tx, business)
  if (fileNo !== last + 1) throw new NotItsTurn()
  // Ended while it waited for its turn: hands may have loaded the business since.
  if ((await store.listBusinessStates(ctx.tx)).get(business)?.endedAt) throw new NotItsTurn()
  const receipt = await applyToReceipt(ctx, file, seq)
  if (receipt.state === 'refused') throw new Undone(receipt)
  await keep(ctx, receipt, file.sentBy)
  await store.setWatermark(ctx.tx, { business, fileNo, fileId: receipt.fileId, seq, now: ctx.now })
  if (receipt.mode === 'full') await store.clearUnproved(ctx.tx, business)
  for (const kind of ['failure', 'refused'] as const) await endAlarm(ctx, kind, business)
  return receipt
}

/** The same without an order of numbers and without an effect: always throws `Undone`. */
export async function tryArrived(ctx: Ctx, file: ArrivedFile): Promise<never> {
  const { business, fileNo } = file.manifest
  const receipt = await applyToReceipt(ctx, file, await nextSeq(ctx, { business, fileNo, origin: 'link' }))
  throw new Undone(receipt.state === 'applied' ? { ...receipt, state: 'verified', seq: null } : receipt)
}

/** Keeps the receipt of a file that was refused whole, unless its upload is not ours any more. */
export async function keepRefused(
  ctx: Ctx,
  hold: inbound.Hold,
  receipt: LinkReceipt,
  sentBy: string,
): Promise<void> {
  const { business, fileNo, fileId } = receipt
  if (!(await inbound.settle(ctx.tx, hold, { state: 'refused', fileId, now: ctx.now }))) return
  await keep(ctx, receipt, sentBy)
  await raiseAlarm(ctx, 'refused', business, { fileNo })
}

async function applyToReceipt(ctx: Ctx, file: ArrivedFile, seq: bigint): Promise<LinkReceipt> {
  const { manifest } = file
  const { business, fileNo, mode, sha256 } = manifest
  const told = {
    fileId: uuidv7(ctx.now.getTime()),
    business,
    fileNo,
    mode,
    sha256,
    receivedAt: ctx.now.toISOString(),
  }
  const none = { inserted: 0, updated: 0, deleted: 0, unchanged: 0, parked: 0, blocked: 0 }
  const version = await judgeVersion(ctx, manifest)
  if ('refused' in version) {
    const error = { line: null, item: 'インタフェースの版', message: version.refused }
    const counts = { ...none, rows: manifest.rowCount, refused: 0 }
    return {
      ...told,
      state: 'refused',
      seq: null,
      counts,
      hashTotal: null,
      notes: [],
      errors: [error],
      moreErrors: false,
    }
  }
  const applied = await applyRemembering(
    ctx,
    {
      business,
      mode,
      origin: 'link',
      seq,
      manifest,
      open: () => file.open(),
      progress: ({ rowsDone }) => file.progress(rowsDone),
    },
    fileNo,
  )
  const places = { errors: [...applied.errors], moreErrors: applied.moreErrors }
  if (applied.state === 'refused') {
    const counts = { ...none, rows: applied.rows, refused: applied.badRows }
    return { ...told, ...places, state: 'refused', seq: null, counts, hashTotal: null, notes: version.notes }
  }
  return {
    ...told,
    ...places,
    state: 'applied',
    seq: String(seq),
    counts: {
      ...none,
      ...applied.counts,
      rows: applied.rows,
      refused: applied.badRows,
      blocked: applied.blocked,
      parked: await parkedOf(ctx, business),
    },
    hashTotal: applied.hashTotal,
    notes: [...version.notes, ...applied.notes],
  }
}

/** Whether the town may still send the version, and a word before it may not. */
async function judgeVersion(
  ctx: Ctx,
  { business, interfaceVersion }: Manifest,
): Promise<{ readonly notes: string[] } | { readonly refused: string }> {
  const version = findVersion(business, interfaceVersion)
  if (version === undefined) throw new Error('a manifest of no version was let in')
  const today = todayInJapan(ctx.now)
  const until = ((await getMunicipality(ctx)).interfaceDeadlines[business] ?? null) as PlainDate | null
  const current = fileInterfaces[business].version
  if (!isAccepted(version, today, until)) return { refused: oldVersion(interfaceVersion, current) }
  if (version.acceptedUntil === null) return { notes: [] }
  return { notes: [versionEnds(interfaceVersion, until ?? version.acceptedUntil, current)] }
}

/**
 * Applies a file and remembers its bad rows, so that nothing is issued for their people until good rows come.
 * @param fileNo `null` of a file that came by hand
 */
export async function applyRemembering(
  ctx: Ctx,
  file: Omit<FileToApply, 'onBadRows'>,
  fileNo: number | null,
): Promise<AppliedFile & { readonly blocked: number }> {
  const of = { business: file.business, fileNo, seq: file.seq, now: ctx.now }
  const myNumbers = await openMyNumberIntake(ctx, file)
  const applied = await applyFile(ctx, {
    ...file,
    ...(myNumbers ? { myNumbers } : {}),
    onBadRows: async (rows: readonly BadRow[]) => await trust.insertBadRows(ctx.tx, of, rows),
  })
  if (applied.state === 'refused') return { ...applied, blocked: 0 }
  await myNumbers?.apply()
  if (file.origin === 'hand')
    await store.setHandLoad(ctx.tx, file.business, { at: ctx.now, rows: applied.rows })
  if (file.mode === 'full' && applied.withheld === 0 && !(await trust.hasUnreadable(ctx.tx, of)))
    await trust.closeEarlier(ctx.tx, of)
  else {
    await trust.closeRepeated(ctx.tx, of)
    await closeMended(ctx, of, applied)
  }
  if (file.business === 'residents') await trust.closeLatest(ctx.tx, of)
  return { ...applied, blocked: await trust.countBlockedBy(ctx.tx, of) }
}

async function closeMended(
  ctx: Ctx,
  of: trust.BadRowsOf,
  applied: Extract<AppliedFile, { state: 'applied' }>,
): Promise<void> {
  const most = 5_000
  for (let after = ''; ;) {
    const open = await trust.listOpenKeys(ctx.tx, of, after, most)
    if (open.length === 0) return
    const mended = await applied.mended(open)
    if (mended.size > 0) await trust.closeKeys(ctx.tx, of, [...mended])
    after = open.at(-1)!
  }
}

async function keep(ctx: Ctx, receipt: LinkReceipt, agentId: string): Promise<void> {
  await store.insertFile(ctx.tx, receipt, agentId, ctx.now)
  const applied = receipt.state === 'applied'
  const { business, fileNo, counts } = receipt
  await audit(ctx, applied ? linkageEvents.fileApplied : linkageEvents.fileRefused, {
    subjects: [{ kind: 'link-file', id: receipt.fileId }],
    facts: { business, fileNo, ...counts },
  })
  ctx.log(applied ? linkageLog.applied : linkageLog.refused, {
    traceId: ctx.traceId,
    municipalityCode: ctx.municipality,
    business,
    fileNo,
    rows: counts.rows,
    errors: receipt.errors.length,
  })
}

/** Complete files whose turn it is, the most urgent first: the next of its business, and not paused. */
export async function listTurns(ctx: Ctx, order: readonly Business[]): Promise<inbound.Inbound[]> {
  const uploads = await inbound.listUnfinished(ctx.tx, await ctx.keys())
  const states = await store.listBusinessStates(ctx.tx)
  const marks = new Map((await store.listWatermarks(ctx.tx)).map((mark) => [mark.business, mark.fileNo]))
  return uploads
    .filter(
      (one) =>
        one.state !== 'receiving' &&
        one.fileNo === (marks.get(one.business) ?? 0) + 1 &&
        states.get(one.business)?.paused !== true,
    )
    .toSorted((a, b) => order.indexOf(a.business) - order.indexOf(b.business))
}
