import { encode } from 'uqr'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { encodeOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'
import { MissingGlyphs } from '@open-bcl/platform/pdf/pdf-errors.ts'
import type { PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { accessEvents } from '../access/access.messages.ts'
import { audit } from '../access/audit.ts'
import { revealMany } from '../access/guarded.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { openFile, storeFile, takeUpload, type FileShelf } from '../files/files.actions.ts'
import type { FileId } from '../files/files.ts'
import {
  CORNER_CODES,
  encodeCorner,
  encodePaper,
  MAIN_CODE,
  paperPages,
  placesDigest,
} from './paper/paper.ts'
import type * as contract from './papers.contract.ts'
import * as store from './papers.store.ts'
import { rulesOf } from './rules/guidelines.ts'
import { sheetLabel } from './rules/sheets.ts'
import { getHead, labelOf } from './surveys.actions.ts'
import { surveysEvents, surveysProblems as problems } from './surveys.messages.ts'
import { findTask } from './surveys.store.ts'

const TIMEOUT_MS = 60_000

/** Papers of one kind for some houses, each with a code of its own. */
export async function printPapers(
  ctx: Ctx,
  engine: Pick<PdfEngine, 'render'>,
  input: InputOf<typeof contract.printPapers>,
): Promise<{ bytes: Uint8Array; fileName: string }> {
  const { disasterId, taskIds, ...kind } = input
  const disaster = await getDisaster(ctx, disasterId)
  const keys = await ctx.keys()
  const tasks = []
  for (const taskId of new Set(taskIds)) {
    const found = await findTask(ctx.tx, keys, taskId)
    if (!found || found.head.disasterId !== disasterId) throw new Problem(problems.taskNotFound)
    tasks.push(found)
  }
  const words = await revealMany(
    ctx,
    tasks.map((one) => one.words),
    'view',
  )
  const pages = paperPages(rulesOf(disaster.guidelineCode, disaster.occurredOn), kind)
  const places = placesDigest(pages)
  const sheets = tasks.flatMap(({ head }, i) => {
    const sheetId = uuidv7(ctx.now.getTime())
    const { address, headName } = words[i]!
    const place = head.suppressed ? '（支援措置のため、所在地は印刷しません）' : address
    return pages.map((page, at) => ({
      ...page,
      codePng: codePng(
        encodePaper({
          ...{ municipality: ctx.municipality, taskId: head.taskId, sheetId, kind, places },
          ...{ page: at + 1, pages: pages.length },
        }),
      ),
      title: `被害認定調査票　${sheetLabel(kind)}`,
      numbering: `${head.taskNo}　${at + 1}／${pages.length}ページ`,
      heading: [`所在地：${place}`, `世帯主：${headName}`, `災害：${disaster.name}`],
    }))
  })
  const snapshot = {
    sheets,
    main: MAIN_CODE,
    corners: CORNER_CODES.map((corner, i) => ({ ...corner, codePng: codePng(encodeCorner(i)) })),
    foot:
      '枠の中に、黒のボールペンで記入してください。□には✓を付けます。直すときは二重線で消し、余白に書いてください。' +
      '四隅のコードに書き込んだり、折ったりしないでください。読み取った内容は、職員が確かめてから登録します。',
  }
  await audit(ctx, surveysEvents.papersPrinted, {
    subjects: tasks.map(({ head }) => ({ kind: 'survey-task', id: head.taskId }) as const),
    facts: { ...kind, count: tasks.length },
  })
  return { bytes: await rendered(engine, snapshot), fileName: '調査票.pdf' }
}

/** A character that no font has: the paper still leaves, with 〓 in its place. */
async function rendered(engine: Pick<PdfEngine, 'render'>, snapshot: object): Promise<Uint8Array> {
  try {
    return await engine.render('survey-sheet', snapshot, { timeoutMs: TIMEOUT_MS })
  } catch (error) {
    if (!(error instanceof MissingGlyphs)) throw error
    let text = JSON.stringify(snapshot)
    for (const unit of error.units) text = text.replaceAll(unit.text, '〓')
    return await engine.render('survey-sheet', JSON.parse(text) as object, { timeoutMs: TIMEOUT_MS })
  }
}

/** One pixel a module; the layout draws it at its true size. */
function codePng(bytes: Uint8Array): string {
  const { data: rows } = encode([...bytes], { ecc: 'M', border: 0 })
  const picture = {
    ...{ width: rows.length, height: rows.length, dpi: 100, grey: 0 },
    isInked: (x: number, y: number) => rows[y]![x]!,
  }
  return encodeOneBitPng(picture).toString('base64')
}

/** Keeps a page that came back. The same page again changes nothing. */
export async function addScan(
  ctx: Ctx,
  shelf: FileShelf,
  input: InputOf<typeof contract.addScan>,
): Promise<OutputOf<typeof contract.addScan>> {
  const { taskId, scanId, sheetId, hazard, structure, stage, page, pages, picture, fileName } = input
  const head = await getHead(ctx, taskId)
  const known = await store.findScan(ctx.tx, scanId)
  if (known) {
    if (known.taskId !== taskId) throw new Problem(problems.numberTaken)
    return { scanId }
  }
  const bytes =
    'base64' in picture
      ? Buffer.from(picture.base64, 'base64')
      : await takeUpload(ctx, shelf, picture.uploadId)
  await storeFile(ctx, shelf, { fileId: scanId as FileId, bytes, fileName, accept: 'picture' })
  const made = await store.insertScan(ctx.tx, {
    ...{ scanId, taskId, sheetId, fileId: scanId, hazard, structure, stage, page, pages },
    ...{ storedAt: ctx.now, storedBy: actorName(ctx.actor), storedByLabel: labelOf(ctx) },
  })
  if (!made) throw new Problem(problems.numberTaken)
  await audit(ctx, surveysEvents.scanAdded, {
    subjects: [{ kind: 'survey-task', id: head.taskId }],
    facts: { scanId, sheetId, page },
  })
  return { scanId }
}

export async function listScans(
  ctx: Ctx,
  { taskId }: InputOf<typeof contract.listScans>,
): Promise<OutputOf<typeof contract.listScans>> {
  const head = await getHead(ctx, taskId)
  const scans = head.suppressed ? [] : await store.listScans(ctx.tx, taskId)
  return {
    scans: scans.map(({ scanId, sheetId, hazard, structure, stage, page, pages, ...one }) => ({
      ...{ scanId, sheetId, hazard, structure, stage, page, pages },
      ...{ storedAt: one.storedAt.toISOString(), storedBy: one.storedByLabel, recorded: one.recorded },
    })),
  }
}

/** The page as it came. What is written by hand on a paper about people in hiding may say anything: it is not shown. */
export async function getScan(
  ctx: Ctx,
  shelf: Pick<FileShelf, 'vault'>,
  { scanId }: InputOf<typeof contract.getScan>,
): Promise<{ bytes: Uint8Array; mediaType: string; fileName: string }> {
  const scan = await store.findScan(ctx.tx, scanId)
  const head = scan && (await getHead(ctx, scan.taskId))
  if (!scan || !head || head.suppressed) throw new Problem(problems.scanNotFound)
  await audit(ctx, accessEvents.personRevealed, {
    purpose: 'view',
    subjects: [{ kind: 'survey-task', id: head.taskId }],
    facts: { scanId },
  })
  const { bytes, mediaType } = await openFile(ctx, shelf, scan.fileId)
  return { bytes, mediaType, fileName: `scan-${scanId.slice(-8)}.${mediaType.slice('image/'.length)}` }
}
