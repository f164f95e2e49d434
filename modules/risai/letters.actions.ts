import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem, type FieldError } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { MissingGlyphs, TextOverflow } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { audit } from '../access/audit.ts'
import { revealMany } from '../access/guarded.ts'
import type { Issuing } from '../certificates/before-freezing.actions.ts'
import { renderDocument } from '../certificates/rendering.actions.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import type * as contract from './letters.contract.ts'
import { lettersEvents, lettersProblems as problems } from './letters.messages.ts'
import * as store from './letters.store.ts'
import {
  LETTER_LAYOUT,
  letterSnapshot,
  letterWords,
  MOST_LETTERS,
  type LetterBatchId,
  type LetterFacts,
  type LetterId,
} from './letters.ts'
import type { NoticeWords } from './notice-words.ts'
import { inPostingOrder } from './posting.ts'
import { postCodesOf } from './posting.actions.ts'
import { labelOf } from './risai.actions.ts'
import type { ApplicationHead } from './risai.store.ts'
import type { NoticeKind } from './risai.ts'

export type { Issuing }

/** Keeps a notice that goes by letter; it waits for its bundle, and commits with the change it tells of. */
export async function requestLetter(
  ctx: Ctx,
  head: ApplicationHead,
  kind: NoticeKind,
  { title, lines }: NoticeWords,
  told: string | null,
): Promise<void> {
  const letterId = uuidv7(ctx.now.getTime()) as LetterId
  const paragraphs = told === null ? lines : [...lines, '', `理由・説明：${told}`]
  const { disasterId, applicationId } = head
  await store.insertLetter(ctx.tx, await ctx.keys(), {
    ...{ letterId, disasterId, applicationId, kind, requestedAt: ctx.now },
    words: { title, paragraphs },
  })
  await audit(ctx, lettersEvents.requested, {
    purpose: 'notice',
    subjects: [{ kind: 'application', id: applicationId }],
    facts: { letterId, kind },
  })
}

function standing({ requestedAt, postedAt, leftOutAt, batchId: _, ...one }: store.LetterStanding) {
  return {
    ...one,
    requestedAt: requestedAt.toISOString(),
    postedAt: postedAt?.toISOString() ?? null,
    leftOutAt: leftOutAt?.toISOString() ?? null,
  }
}

function batchView(batch: store.LetterBatch): OutputOf<typeof contract.getLetterBatch>['batch'] {
  return { ...batch, madeAt: batch.madeAt.toISOString() }
}

/** What waits, and the bundles so far. */
export async function listLetterBatches(
  ctx: Ctx,
  input: InputOf<typeof contract.listLetterBatches>,
): Promise<OutputOf<typeof contract.listLetterBatches>> {
  const { disasterId } = await getDisaster(ctx, input.disasterId)
  const waiting = await store.listWaiting(ctx.tx, disasterId, MOST_LETTERS)
  return {
    waiting: await store.countWaiting(ctx.tx, disasterId),
    apart: waiting.filter(({ suppressed }) => suppressed).map(standing),
    batches: (await store.listBatches(ctx.tx, disasterId)).map(batchView),
  }
}

/** Bundles the oldest letters that wait. Whoever is protected goes into no bundle. */
export async function makeLetterBatch(
  ctx: Ctx,
  input: InputOf<typeof contract.makeLetterBatch>,
): Promise<OutputOf<typeof contract.makeLetterBatch>> {
  const { disasterId } = await getDisaster(ctx, input.disasterId)
  const waiting = await store.listWaiting(ctx.tx, disasterId, 2 * MOST_LETTERS)
  const going = waiting.filter(({ suppressed }) => !suppressed).slice(0, MOST_LETTERS)
  if (going.length === 0) throw new Problem(problems.nothingWaits)
  const batchId = uuidv7(ctx.now.getTime()) as LetterBatchId
  await store.insertBatch(
    ctx.tx,
    { batchId, disasterId, madeAt: ctx.now, madeBy: labelOf(ctx) },
    actorName(ctx.actor),
  )
  const taken = await store.takeLetters(
    ctx.tx,
    batchId,
    going.map(({ letterId }) => letterId),
  )
  // A colleague bundled them in this moment.
  if (taken === 0) throw new Problem(problems.nothingWaits)
  await audit(ctx, lettersEvents.batchMade, {
    purpose: 'notice',
    subjects: going.map(({ applicationId }) => ({ kind: 'application', id: applicationId })),
    facts: { batchId, letters: taken },
  })
  return { batchId, letters: taken, version: 1 }
}

export async function getLetterBatch(
  ctx: Ctx,
  input: InputOf<typeof contract.getLetterBatch>,
): Promise<OutputOf<typeof contract.getLetterBatch>> {
  const batch = await getBatch(ctx, input.batchId)
  const letters = await store.listOfBatch(ctx.tx, batch.batchId)
  return { batch: batchView(batch), letters: letters.map(standing) }
}

async function getBatch(ctx: Ctx, batchId: LetterBatchId): Promise<store.LetterBatch> {
  const batch = await store.findBatch(ctx.tx, batchId)
  if (!batch) throw new Problem(problems.batchNotFound)
  return batch
}

/** The bundle as one PDF in the order of posting, read back before it leaves; whoever became protected is not in it. */
export async function getLetterBatchDocument(
  ctx: Ctx,
  issuing: Issuing,
  input: InputOf<typeof contract.getLetterBatchDocument>,
): Promise<Binary> {
  const batch = await getBatch(ctx, input.batchId)
  if (batch.state === 'dissolved') throw new Problem(problems.batchEnded)
  const found = await store.listToPrint(ctx.tx, await ctx.keys(), batch.batchId)
  const words = await revealMany(
    ctx,
    found.map((one) => one.words),
    'notice',
  )
  const residents = found.flatMap(({ residentNo }) => (residentNo === null ? [] : [residentNo]))
  const codes = await postCodesOf(ctx, residents)
  const town = await getMunicipality(ctx)
  const letters = found.map(({ residentNo, serialNo, letter }, i) => {
    const { address, name } = words[i]!.form.applicant
    const known = residentNo === null ? undefined : codes.get(residentNo)
    const postCode = known?.address === address ? known.postCode : null
    return { ...letter, postCode, address, name, serialNo }
  })
  if (letters.length === 0) throw new Problem(problems.nothingToPrint)
  const facts: LetterFacts = {
    window: town.issueOptions.envelopeWindow,
    madeOn: todayInJapan(ctx.now),
    from: town.name,
    letters: inPostingOrder(letters, ({ address }) => address),
  }
  const rendering = await renderDocument(issuing, LETTER_LAYOUT, letterSnapshot(facts), letterWords(facts))
  if (rendering.kind === 'mismatch') throw new Error('letters do not say what was decided')
  if (rendering.kind === 'failed')
    throw new Problem(problems.unprintable, unprintable(facts, rendering.error))
  await audit(ctx, lettersEvents.printed, {
    purpose: 'notice',
    subjects: found.map(({ words: { subject } }) => ({ kind: 'application', id: subject.id })),
    facts: { batchId: batch.batchId, letters: letters.length },
  })
  return { bytes: rendering.pdf, fileName: '通知書.pdf' }
}

/** Which letters cannot be printed: by 整理番号, since a name that cannot be printed can hardly be shown. */
function unprintable(facts: LetterFacts, error: Error): FieldError[] {
  const fields =
    error instanceof MissingGlyphs
      ? error.units.map(({ field }) => field)
      : error instanceof TextOverflow
        ? [error.field]
        : []
  const at = new Set(fields.flatMap((field) => /^letters\.(\d+)\./.exec(field)?.[1] ?? []))
  return [...at].map((index) => ({
    pointer: '/batchId',
    message: `整理番号${facts.letters[Number(index)]?.serialNo ?? ''}の宛先または文面を印字できません`,
  }))
}

export async function postLetterBatch(
  ctx: Ctx,
  input: InputOf<typeof contract.postLetterBatch>,
): Promise<OutputOf<typeof contract.postLetterBatch>> {
  const { batchId, postedOn } = input
  if (postedOn > todayInJapan(ctx.now)) {
    throw new Problem(problems.postedInFuture, [
      { pointer: '/postedOn', message: problems.postedInFuture.title },
    ])
  }
  const batch = await getBatch(ctx, batchId)
  await end(ctx, batch, input.version, 'posted', postedOn)
  // What was not in the document was not posted.
  const hidden = (await store.listOfBatch(ctx.tx, batchId)).filter(({ suppressed }) => suppressed)
  await store.releaseLetters(
    ctx.tx,
    batchId,
    hidden.map(({ letterId }) => letterId),
  )
  await store.markPosted(ctx.tx, batchId, ctx.now)
  await audit(ctx, lettersEvents.posted, { purpose: 'notice', facts: { batchId, postedOn } })
  return { batchId, version: input.version + 1 }
}

/** Made by mistake, or the paper was ruined: its letters wait again. */
export async function withdrawLetterBatch(
  ctx: Ctx,
  input: InputOf<typeof contract.withdrawLetterBatch>,
): Promise<OutputOf<typeof contract.withdrawLetterBatch>> {
  const { batchId } = input
  const batch = await getBatch(ctx, batchId)
  await end(ctx, batch, input.version, 'dissolved', null)
  await store.releaseLetters(ctx.tx, batchId, null)
  await audit(ctx, lettersEvents.dissolved, { purpose: 'notice', facts: { batchId } })
  return { batchId, version: input.version + 1 }
}

async function end(
  ctx: Ctx,
  batch: store.LetterBatch,
  version: number,
  to: 'posted' | 'dissolved',
  postedOn: store.LetterBatch['postedOn'],
): Promise<void> {
  if (await store.endBatch(ctx.tx, { batchId: batch.batchId, version }, to, postedOn)) return
  throw new Problem(batch.version === version ? problems.batchEnded : platformProblems.changedByOther)
}

/** The applicant was told otherwise, or the letter cannot be sent: it goes into no bundle. */
export async function withdrawLetter(
  ctx: Ctx,
  input: InputOf<typeof contract.withdrawLetter>,
): Promise<OutputOf<typeof contract.withdrawLetter>> {
  const applicationId = await store.leaveOut(ctx.tx, input.letterId, ctx.now)
  if (applicationId === null) throw new Problem(problems.letterNotFound)
  await audit(ctx, lettersEvents.leftOut, {
    purpose: 'notice',
    subjects: [{ kind: 'application', id: applicationId }],
    facts: { letterId: input.letterId },
  })
  return { letterId: input.letterId }
}

/** For the page of an application. */
export async function lettersAbout(
  ctx: Ctx,
  applicationId: ApplicationHead['applicationId'],
): Promise<store.LetterStanding[]> {
  return await store.listOfApplication(ctx.tx, applicationId)
}

/** Taken back: what was to be told is not true any more. */
export async function leaveOutLetters(
  ctx: Ctx,
  applicationId: ApplicationHead['applicationId'],
): Promise<void> {
  for (const { letterId, batchId, leftOutAt } of await store.listOfApplication(ctx.tx, applicationId)) {
    if (batchId !== null || leftOutAt !== null) continue
    await store.leaveOut(ctx.tx, letterId, ctx.now)
    await audit(ctx, lettersEvents.leftOut, {
      purpose: 'notice',
      subjects: [{ kind: 'application', id: applicationId }],
      facts: { letterId },
    })
  }
}
