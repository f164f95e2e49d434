import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { revealMany } from '../access/guarded.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { ledgerPlaceOf } from '../disasters/ledger-place.actions.ts'
import type * as contract from './external-link.contract.ts'
import { externalLinkProblems as problems } from './external-link.messages.ts'
import { MOST_BYTES } from './external-link.ts'
import { acknowledgeFile, makeFile, readFile } from './handover.actions.ts'
import * as handovers from './handover.store.ts'
import { takeResults } from './results.actions.ts'
import * as results from './results.store.ts'

const SHOWN = 100
const PAGE = 50

export async function getExternalLink(
  ctx: Ctx,
  input: InputOf<typeof contract.getExternalLink>,
): Promise<OutputOf<typeof contract.getExternalLink>> {
  const { disasterId } = await getDisaster(ctx, input.disasterId)
  const place = await ledgerPlaceOf(ctx, disasterId)
  return {
    elsewhere: place?.elsewhere ?? false,
    systemName: place?.systemName ?? '',
    waiting: await handovers.countWaiting(ctx.tx, disasterId),
    handovers: (await handovers.listHandovers(ctx.tx, disasterId, SHOWN)).map(handoverView),
    uploads: (await results.listUploads(ctx.tx, disasterId, SHOWN)).map(receiptView),
  }
}

export async function makeHandover(
  ctx: Ctx,
  { disasterId, kind }: InputOf<typeof contract.makeHandover>,
): Promise<OutputOf<typeof contract.makeHandover>> {
  const file = await makeFile(ctx, disasterId, kind)
  return { file: file && handoverView(file) }
}

export async function getHandoverFile(
  ctx: Ctx,
  { disasterId, kind, fileNo }: InputOf<typeof contract.getHandoverFile>,
): Promise<Binary> {
  const { csv, fileName } = await readFile(ctx, disasterId, kind, fileNo)
  return { bytes: Buffer.from(csv), fileName }
}

export async function acknowledgeHandover(
  ctx: Ctx,
  { disasterId, kind, fileNo }: InputOf<typeof contract.acknowledgeHandover>,
): Promise<OutputOf<typeof contract.acknowledgeHandover>> {
  const { acknowledgedAt } = await acknowledgeFile(ctx, disasterId, kind, fileNo)
  return { fileNo, acknowledgedAt: acknowledgedAt.toISOString() }
}

export async function uploadResults(
  ctx: Ctx,
  { disasterId, mode, gzipBase64 }: InputOf<typeof contract.uploadResults>,
): Promise<OutputOf<typeof contract.uploadResults>> {
  const bytes = await unpack(Buffer.from(gzipBase64, 'base64'))
  return receiptView(await takeResults(ctx, { disasterId, mode, bytes }))
}

/** A little that unpacks to very much is refused before it has. */
async function unpack(packed: Buffer): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(packed, { maxOutputLength: MOST_BYTES })
  } catch {
    throw new Problem(problems.unreadable)
  }
}

export async function getUpload(
  ctx: Ctx,
  input: InputOf<typeof contract.getUpload>,
): Promise<OutputOf<typeof contract.getUpload>> {
  const { disasterId } = await getDisaster(ctx, input.disasterId)
  const upload = await results.findUpload(ctx.tx, disasterId, input.uploadNo)
  if (!upload) throw new Problem(problems.uploadNotFound)
  return receiptView(upload)
}

export async function listResults(
  ctx: Ctx,
  input: InputOf<typeof contract.listResults>,
): Promise<OutputOf<typeof contract.listResults>> {
  const { disasterId } = await getDisaster(ctx, input.disasterId)
  const { applicationNo, after } = input
  const found = await results.listResults(ctx.tx, await ctx.keys(), disasterId, {
    applicationNo: applicationNo || null,
    after: after ?? null,
    limit: PAGE + 1,
  })
  const shown = await resultViews(ctx, found.slice(0, PAGE))
  return { results: shown, next: found.length > PAGE ? shown.at(-1)!.resultId : null }
}

export async function getResult(
  ctx: Ctx,
  { resultId }: InputOf<typeof contract.getResult>,
): Promise<OutputOf<typeof contract.getResult>> {
  const found = await results.findResult(ctx.tx, await ctx.keys(), resultId)
  if (!found) throw new Problem(problems.resultNotFound)
  const [view] = await resultViews(ctx, [found])
  return { ...view!, disasterId: found.head.disasterId }
}

async function resultViews(
  ctx: Ctx,
  found: readonly NonNullable<Awaited<ReturnType<typeof results.findResult>>>[],
): Promise<OutputOf<typeof contract.listResults>['results']> {
  const rows = await revealMany(
    ctx,
    found.map(({ row }) => row),
    'view',
  )
  return found.map(({ head, row }, i) => ({
    ...{ resultId: head.resultId, kind: head.kind, applicationNo: head.applicationNo },
    ...{ versionNo: head.versionNo, outcome: head.outcome, grade: head.grade, serialNo: head.serialNo },
    ...{ issueFrom: head.issueFrom, applicationId: head.applicationId, endedCause: head.endedCause },
    headName: rows[i]!.headName,
    place: row.suppressed ? null : rows[i]!.place,
    suppressed: row.suppressed,
    madeAt: head.madeAt.toISOString(),
    endedAt: head.endedAt?.toISOString() ?? null,
  }))
}

export function handoverView(
  file: handovers.Handover,
): NonNullable<OutputOf<typeof contract.makeHandover>['file']> {
  return {
    ...file,
    madeAt: file.madeAt.toISOString(),
    fetchedAt: file.fetchedAt?.toISOString() ?? null,
    acknowledgedAt: file.acknowledgedAt?.toISOString() ?? null,
  }
}

export function receiptView(upload: results.Upload): OutputOf<typeof contract.getUpload> {
  return { ...upload, errors: [...upload.errors], at: upload.at.toISOString() }
}
