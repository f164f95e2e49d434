import { createHash } from 'node:crypto'
import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { mergePdf, type MergePart } from '@open-bcl/platform/pdf/merge.ts'
import { UnreadablePdf } from '@open-bcl/platform/pdf/pdf-objects.ts'
import { audit } from '../access/audit.ts'
import { certificateKinds } from '../municipalities/municipalities.ts'
import { getOwnBatch, type Batching } from './batch.actions.ts'
import type * as contract from './batch.contract.ts'
import { batchEvents, batchProblems as problems } from './batch.messages.ts'
import * as store from './batch.store.ts'
import * as bundles from './bundle.store.ts'
import { findKind, standstill } from './before-freezing.actions.ts'
import { forbiddingWords } from './blocks.actions.ts'
import { certificatesProblems } from './certificates.messages.ts'
import { alarmOf } from './issuing.actions.ts'
import type { RefusalCode } from './refusals.ts'
import { checkDocument, type Finding } from './rendering.actions.ts'

/**
 * A bundle on its way out: of each certificate it is asked anew what stands in its way, its bytes are those that were
 * archived, and every page of the very document that leaves says its frozen words. What is void or protected since the
 * bundle was made stays behind, its 宛名台紙 too.
 */
export async function getBundleDocument(
  ctx: Ctx,
  batching: Batching,
  { batchId, bundleNo, places }: InputOf<typeof contract.getBundleDocument>,
): Promise<Binary> {
  const batch = await getOwnBatch(ctx, batching, batchId)
  if ((await standstill(ctx, batching.issuing, batch.kind)) !== null)
    throw new Problem(certificatesProblems.stopped)
  const items = await bundles.listBundleItems(ctx.tx, batchId, bundleNo)
  if (items.length === 0) throw new Problem(problems.notFound)
  const wanted = places === undefined ? null : placesOf(places)
  const asked = items.filter(
    ({ state, bundlePlace }) => state !== 'left-out' && (wanted === null || wanted.has(bundlePlace!)),
  )
  const documents = await bundles.findDocuments(
    ctx.tx,
    await ctx.keys(),
    asked.map(({ transactionId }) => transactionId),
  )
  const going: Going[] = []
  const out: store.LeftOut[] = []
  for (const item of asked) {
    const document = documents.get(item.transactionId)
    const code = document === undefined || document.over ? 309 : await hindrance(ctx, batching, batch, item)
    if (code === null && document) going.push({ item, document })
    else out.push({ position: item.position, code: code ?? 309, reasons: [] })
  }
  await store.leaveOut(ctx.tx, await ctx.keys(), batchId, out)
  if (going.length === 0) throw new Problem(problems.bundleEmpty)
  const bytes = await mergeAndCheck(
    ctx,
    going,
    batch.withSheets ? await sheetsOf(ctx, batchId, bundleNo) : null,
  )
  const transactionIds = going.map(({ item }) => item.transactionId)
  await bundles.appendDelivered(ctx.tx, transactionIds, { at: ctx.now, actor: actorName(ctx.actor) })
  await audit(ctx, batchEvents.bundleDelivered, {
    purpose: 'certificate',
    subjects: transactionIds.map((id) => ({ kind: 'issue', id })),
    facts: { batchId, bundleNo, count: going.length, leftOut: out.length, places: places ?? null },
  })
  const again = places === undefined ? '' : '-刷り直し'
  return { bytes, fileName: `${certificateKinds[batch.kind].ja}-第${bundleNo}束${again}.pdf` }
}

type Going = { readonly item: store.Item; readonly document: bundles.Document }

function placesOf(text: string): ReadonlySet<number> {
  const places = new Set<number>()
  for (const part of text.split(',')) {
    const [first, last = first] = part.split('-').map(Number) as [number, number?]
    for (let place = first; place <= last!; place++) places.add(place)
  }
  return places
}

/** What stands in the way of a certificate that was frozen some time ago; `null` = nothing. */
async function hindrance(
  ctx: Ctx,
  { issuing }: Batching,
  batch: store.Batch,
  { subjectId }: store.Item,
): Promise<RefusalCode | null> {
  const kind = findKind(issuing, batch.kind)
  if (!kind) return 506
  const [block] = await kind.blocks(ctx, subjectId, 'counter', {})
  if (block) return block.code
  const people = await kind.people(ctx, subjectId, {})
  const forbidding = await forbiddingWords(ctx, batch.kind, 'counter', people)
  return forbidding.length > 0 ? 301 : null
}

async function sheetsOf(ctx: Ctx, batchId: string, bundleNo: number): Promise<bundles.Sheets> {
  const sheets = await bundles.findSheets(ctx.tx, await ctx.keys(), batchId, bundleNo)
  if (sheets === null) throw new Error('a bundle without its sheets')
  return sheets
}

async function mergeAndCheck(
  ctx: Ctx,
  going: readonly Going[],
  sheets: bundles.Sheets | null,
): Promise<Buffer> {
  for (const one of going) {
    const { pdf, pdfSha256 } = one.document
    if (createHash('sha256').update(pdf).digest('hex') !== pdfSha256)
      throw await alarm(ctx, one, pdf, { finding: 'sha256', mismatches: [] })
  }
  const parts: MergePart[] = []
  const words: (readonly string[])[] = []
  /** Whose page it is. */
  const owners: Going[] = []
  for (const one of going) {
    const { item, document } = one
    const sheet = item.bundlePlace! - 1
    if (sheets !== null) {
      parts.push({ pdf: sheets.pdf, pages: [sheet] })
      const said = sheets.words[sheet] ?? []
      // An address beside another's certificate is the worst of mistakes: the sheet itself says whose it is.
      if (!said.includes(item.transactionId))
        throw await alarm(ctx, one, sheets.pdf, { finding: 'words', mismatches: [] })
      words.push(said)
    }
    parts.push({ pdf: document.pdf })
    words.push(...document.content.words)
    while (owners.length < words.length) owners.push(one)
  }
  let merged: Buffer = Buffer.alloc(0)
  try {
    merged = mergePdf(parts)
  } catch (error) {
    if (!(error instanceof UnreadablePdf)) throw error
  }
  const found = checkDocument(merged, words)
  if (found === null) return merged
  throw await alarm(ctx, owners[(found.mismatches[0]?.page ?? 1) - 1] ?? going[0]!, merged, found)
}

async function alarm(ctx: Ctx, { document }: Going, pdf: Uint8Array, found: Finding): Promise<Problem> {
  const { issue, content, build } = document
  await alarmOf(ctx, 'deliver', issue, content, { pdf, build, found })
  return new Problem(certificatesProblems.mismatch)
}
