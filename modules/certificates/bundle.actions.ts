import { createHash } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { mergePdf, type MergePart } from '@open-bcl/platform/pdf/merge.ts'
import { UnreadablePdf } from '@open-bcl/platform/pdf/pdf-objects.ts'
import { audit } from '../access/audit.ts'
import { certificateKinds } from '../municipalities/municipalities.ts'
import { getOwnBatch, giveUp, type Batching } from './batch.actions.ts'
import type * as contract from './batch.contract.ts'
import { batchEvents, batchProblems as problems } from './batch.messages.ts'
import * as store from './batch.store.ts'
import { leftOutWords } from './batch.ts'
import * as bundles from './bundle.store.ts'
import { findKind, standstill } from './before-freezing.actions.ts'
import { forbiddingWords } from './blocks.actions.ts'
import { certificatesProblems } from './certificates.messages.ts'
import { evidenceOfPages, type Evidence } from './evidence.actions.ts'
import { alarmOf } from './issuing.actions.ts'
import type { RefusalCode } from './refusals.ts'
import { checkDocument } from './rendering.actions.ts'

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
    todayInJapan(ctx.now),
  )
  const going: Going[] = []
  const out: Dropped[] = []
  for (const item of asked) {
    const document = documents.get(item.transactionId)
    const code = document === undefined || document.over ? 309 : await hindrance(ctx, batching, batch, item)
    if (code === null && document) going.push({ item, document })
    else out.push({ item, code: code ?? 309, printed: document?.left ?? true })
  }
  if (going.length === 0) {
    // Asked again it is refused again: what we found has to outlive this request.
    await ctx.separately((own) => dropFromBundle(own, batchId, bundleNo, out))
    throw new Problem(problems.bundleEmpty)
  }
  await dropFromBundle(ctx, batchId, bundleNo, out)
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
type Dropped = {
  readonly item: store.Item
  readonly code: RefusalCode
  /** Its page has left for a printer before. */
  readonly printed: boolean
}

/** What stays behind is void, so that no second paper of it is ever about; paper that is in a pile already has to come out. */
async function dropFromBundle(
  ctx: Ctx,
  batchId: string,
  bundleNo: number,
  dropped: readonly Dropped[],
): Promise<void> {
  // What a clerk has said was printed is out, and its own affair.
  const open = dropped.filter(({ item }) => item.state === 'bundled')
  if (open.length === 0) return
  const out = open.map(({ item, code, printed }): store.LeftOut => {
    const pull = `印刷した第${bundleNo}束の${item.bundlePlace}通目の紙を抜き取り、裁断してください`
    return { position: item.position, code, reasons: printed ? [leftOutWords(code), pull] : [] }
  })
  await store.leaveOut(ctx.tx, await ctx.keys(), batchId, out, ['bundled'])
  for (const { item, code } of open) await giveUp(ctx, [item.transactionId], `batch-${code}`)
  await audit(ctx, batchEvents.bundleLeftOut, {
    subjects: open.map(({ item }) => ({ kind: 'issue', id: item.transactionId })),
    facts: { batchId, bundleNo, count: open.length },
  })
}

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
    const { pdf, pdfSha256, content } = one.document
    if (createHash('sha256').update(pdf).digest('hex') !== pdfSha256)
      throw await alarm(ctx, one, {
        ...{ pdf, words: content.words },
        found: { finding: 'sha256', mismatches: [] },
      })
  }
  const papers = going.map((one) => paperOf(one, sheets))
  for (const [i, one] of going.entries()) {
    const [sheet] = papers[i]!.words
    const { pdf, content } = one.document
    // An address beside another's certificate is the worst of mistakes: the sheet itself says whose it is. It is no
    // evidence: it is somebody else's.
    if (sheets !== null && !sheet!.includes(one.item.transactionId))
      throw await alarm(ctx, one, {
        ...{ pdf, words: content.words },
        found: { finding: 'words', mismatches: [] },
      })
  }
  const words = papers.flatMap((paper) => paper.words)
  const bytes = merged(papers.flatMap(({ parts }) => parts))
  const found = checkDocument(bytes, words)
  if (found === null) return bytes
  // Whose it is: the evidence shows nobody else.
  for (const [i, one] of going.entries()) {
    const { parts, words: own } = papers[i]!
    const pdf = merged(parts)
    const alone = checkDocument(pdf, own)
    if (alone !== null) throw await alarm(ctx, one, { pdf, words: own, found: alone })
  }
  // The fault lies in putting them together.
  const at = (found.mismatches[0]?.page ?? 1) - 1
  let first = 0
  let owner = 0
  while (owner < going.length - 1 && at >= first + papers[owner]!.words.length)
    first += papers[owner++]!.words.length
  const evidence = evidenceOfPages({ pdf: bytes, words, found }, first, papers[owner]!.words.length)
  throw await alarm(ctx, going[owner]!, evidence)
}

/** What of one certificate goes into the document, behind its 宛名台紙, and what each page says. */
function paperOf(
  { item, document }: Going,
  sheets: bundles.Sheets | null,
): { readonly parts: readonly MergePart[]; readonly words: readonly (readonly string[])[] } {
  const own = { parts: [{ pdf: document.pdf }], words: document.content.words }
  if (sheets === null) return own
  const sheet = item.bundlePlace! - 1
  return {
    parts: [{ pdf: sheets.pdf, pages: [sheet] }, ...own.parts],
    words: [sheets.words[sheet] ?? [], ...own.words],
  }
}

/** Empty when a part cannot be taken apart: nobody can read that, and so it is found. */
function merged(parts: readonly MergePart[]): Buffer {
  try {
    return mergePdf(parts)
  } catch (error) {
    if (error instanceof UnreadablePdf) return Buffer.alloc(0)
    throw error
  }
}

async function alarm(ctx: Ctx, { document }: Going, { pdf, words, found }: Evidence): Promise<Problem> {
  const { issue, content, build } = document
  await alarmOf(ctx, 'deliver', issue, { ...content, words }, { pdf, build, found })
  return new Problem(certificatesProblems.mismatch)
}
