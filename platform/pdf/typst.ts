import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type Coverage, coverText } from './coverage.ts'
import { loadExtraFonts, noExtraFonts } from './extra-fonts.ts'
import { type FontCmap, readFontCmap } from './font-file.ts'
import { type Font, unpackFonts } from './fonts.ts'
import {
  LayoutFailed,
  MissingGlyphs,
  type MissingGlyph,
  RendererBusy,
  RendererGone,
  RenderTimeout,
  TextOverflow,
} from './pdf-errors.ts'
import { textsOf } from './snapshot-text.ts'
import type { RenderAnswer, RenderJob, WorkerSetup } from './typst.worker.ts'

export type PdfEngineOptions = {
  /** Threads that render, each with fonts of its own (about 130 MB). */
  readonly workers?: number
  /** Where the fonts are unpacked; kept between starts. */
  readonly cacheDir: string
  /** Folder of further fonts (`extra-fonts.ts`); without it ours alone. */
  readonly extraFontsFolder?: string | undefined
  /** Folder of `*.typ`; layouts may read nothing outside it. */
  readonly layoutDir?: string
  /** Documents that may wait before more are refused with `RendererBusy`. */
  readonly maxWaiting?: number
}

/** What made the bytes: kept with every issue, so that the same row and the same build give the same bytes. */
export type RendererBuild = {
  /** sha256 over compiler version, layouts and fonts. */
  readonly build: string
  readonly fonts: readonly { readonly name: string; readonly sha256: string }[]
}

export type PdfEngine = {
  /**
   * Renders one layout from one frozen snapshot to PDF/A-2u; the same snapshot and build give the same bytes.
   * String fields named `...Png` are base64 pictures. Throws `MissingGlyphs`, `TextOverflow`, `RenderTimeout`,
   * `RendererBusy`, `RendererGone` or `LayoutFailed`.
   * @param layout file name in the layout folder, without `.typ`
   */
  render(layout: string, snapshot: object, options: { timeoutMs: number }): Promise<Uint8Array>
  /** Which font prints what, and what none does. */
  coverage(text: string): Coverage
  rendererBuild(): RendererBuild
  /** Documents waiting for a worker, not counting those being rendered. */
  waiting(): number
  /** Ends the workers; what they held is refused with `RendererGone`. */
  close(): Promise<void>
}

type Pending = {
  readonly job: RenderJob
  readonly resolve: (pdf: Uint8Array) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

/** One thread and the one document in its hands; a dead thread takes nothing else with it. */
type Seat = { worker: Worker; ready: boolean; held: Pending | null }

/** Unpacks the fonts, starts the workers and warms them: afterwards the first certificate is as quick as the next. */
export async function startPdfEngine(options: PdfEngineOptions): Promise<PdfEngine> {
  const { workers = 1, cacheDir, maxWaiting = 1000 } = options
  const layoutDir =
    options.layoutDir ?? fileURLToPath(new URL('../../modules/certificates/layouts', import.meta.url))
  const standard = await unpackFonts(cacheDir)
  const standardCmaps = standard.map((font) => readFontCmap(font.family, font.path))
  const extra =
    options.extraFontsFolder === undefined
      ? noExtraFonts
      : await loadExtraFonts(options.extraFontsFolder, cacheDir, standardCmaps)
  const fonts = [...standard, ...extra.fonts]
  const cmaps = [...standardCmaps, ...extra.cmaps]
  const build = await buildOf(layoutDir, fonts)
  const setup: WorkerSetup = {
    layoutDir,
    fontFolders: [dirname(standard[0]!.path), ...(extra.folder === null ? [] : [extra.folder])],
    families: fonts.map((font) => font.family),
  }

  const queue: Pending[] = []
  const seats = new Set<Seat>()
  let closed = false
  let lastId = 0

  function seatWorker(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./typst.worker.ts', import.meta.url), { workerData: setup })
      const seat: Seat = { worker, ready: false, held: null }
      seats.add(seat)
      worker.on('message', (message: 'ready' | RenderAnswer) => {
        // A worker that lost its seat (timeout, close) is no longer listened to: late output goes nowhere.
        if (!seats.has(seat)) return
        if (message === 'ready') {
          seat.ready = true
          resolve()
        } else {
          const held = seat.held
          if (held === null || held.job.id !== message.id) return
          seat.held = null
          settle(held, message)
        }
        giveWork()
      })
      let failure: Error | null = null
      worker.on('error', (error) => {
        failure = error
      })
      worker.on('exit', () => {
        const wasReady = seat.ready
        const lost = leave(seat)
        if (lost === undefined) return
        lost?.reject(new RendererGone('the renderer stopped while this document was being made'))
        if (wasReady) replaceWorker()
        else reject(failure ?? new RendererGone('the renderer did not start'))
      })
    })
  }

  /** Empties the seat. `undefined` when it was emptied before, else the document that was held, if any. */
  function leave(seat: Seat): Pending | null | undefined {
    if (!seats.delete(seat)) return undefined
    if (seat.held !== null) clearTimeout(seat.held.timer)
    return seat.held
  }

  function replaceWorker(): void {
    if (closed) return
    seatWorker().catch((error: Error) => {
      // No worker can start: nobody is left to serve the queue, so nobody is kept waiting.
      if (seats.size > 0) return
      for (const pending of queue.splice(0)) {
        clearTimeout(pending.timer)
        pending.reject(new RendererGone(error.name))
      }
    })
  }

  function giveWork(): void {
    for (const seat of seats) {
      if (!seat.ready || seat.held !== null) continue
      const next = queue.shift()
      if (next === undefined) return
      seat.held = next
      seat.worker.postMessage(next.job)
    }
  }

  function giveUp(id: number, timeoutMs: number): void {
    const error = new RenderTimeout(timeoutMs)
    const place = queue.findIndex((pending) => pending.job.id === id)
    if (place >= 0) {
      queue.splice(place, 1)[0]!.reject(error)
      return
    }
    for (const seat of seats) {
      if (seat.held?.job.id !== id) continue
      leave(seat)?.reject(error)
      void seat.worker.terminate()
      replaceWorker()
    }
  }

  function close(): Promise<unknown> {
    closed = true
    const gone = new RendererGone('the PDF engine was closed')
    for (const pending of queue.splice(0)) {
      clearTimeout(pending.timer)
      pending.reject(gone)
    }
    return Promise.all(
      [...seats].map((seat) => {
        leave(seat)?.reject(gone)
        return seat.worker.terminate()
      }),
    )
  }

  try {
    await Promise.all(Array.from({ length: workers }, seatWorker))
  } catch (error) {
    await close()
    throw error
  }

  return {
    async render(layout, snapshot, { timeoutMs }) {
      if (closed || seats.size === 0) throw new RendererGone('the PDF engine is not running')
      if (queue.length >= maxWaiting) throw new RendererBusy(queue.length)
      const job = prepare(++lastId, layout, snapshot, cmaps)
      return await new Promise<Uint8Array>((resolve, reject) => {
        const timer = setTimeout(() => giveUp(job.id, timeoutMs), timeoutMs)
        queue.push({ job, resolve, reject, timer })
        giveWork()
      })
    },
    coverage: (text) => coverText(text, cmaps),
    rendererBuild: () => build,
    waiting: () => queue.length,
    close: async () => {
      await close()
    },
  }
}

function settle(pending: Pending, answer: RenderAnswer): void {
  clearTimeout(pending.timer)
  if ('pdf' in answer) pending.resolve(answer.pdf)
  else if ('overflow' in answer) pending.reject(new TextOverflow(answer.overflow))
  else pending.reject(new LayoutFailed(answer.failed))
}

/** Checks every character of the snapshot, and takes the pictures out of it. */
function prepare(id: number, layout: string, snapshot: object, cmaps: readonly FontCmap[]): RenderJob {
  if (!/^[a-z0-9-]+$/.test(layout))
    throw new LayoutFailed('layout names are lower-case letters, digits and hyphens')
  const missing: MissingGlyph[] = []
  const apart = new Map<string, string>()
  for (const { field, text } of textsOf(snapshot)) {
    const coverage = coverText(text, cmaps)
    for (const [unit, family] of coverage.apart) apart.set(unit, family)
    for (const unit of coverage.missing) missing.push({ ...unit, field })
  }
  if (missing.length > 0) throw new MissingGlyphs(missing)
  const images: { path: string; png: Uint8Array }[] = []
  const content = JSON.stringify(snapshot, (key, value: unknown) => {
    if (!key.endsWith('Png') || typeof value !== 'string') return value
    const png = Buffer.from(value, 'base64')
    if (!isWholePng(png)) throw new LayoutFailed(`${key} is no whole PNG picture`)
    const path = `/pictures/${createHash('sha256').update(png).digest('hex')}.png`
    images.push({ path, png: new Uint8Array(png) })
    return path
  })
  return { id, layout, snapshot: content, apart: JSON.stringify(inOrder(apart)), images }
}

/** From its signature to its last chunk; what lies between, the renderer says. */
function isWholePng(png: Buffer): boolean {
  const end = png.length - 12
  return png.indexOf(PNG_BEGINS) === 0 && end >= 8 && png.indexOf(PNG_ENDS, end) === end
}
const PNG_BEGINS = Buffer.from('89504e470d0a1a0a', 'hex')
const PNG_ENDS = Buffer.from('0000000049454e44ae426082', 'hex')

/** Sequences before their bases, since the layout takes the first that matches; the same for the same characters. */
function inOrder(apart: ReadonlyMap<string, string>): Record<string, string> {
  const units = [...apart].toSorted(([a], [b]) => b.length - a.length || (a < b ? -1 : 1))
  return Object.fromEntries(units)
}

/** A layout that names a font which is not there would be drawn in any other: that is found at the start, not on paper. */
function refuseUnknownFonts(name: string, layout: string, fonts: readonly Font[]): void {
  for (const [, list] of layout.matchAll(/\bfont:\s*(\([^)]*\)|"[^"]*")/g)) {
    for (const [, family] of list!.matchAll(/"([^"]*)"/g)) {
      if (!fonts.some((font) => font.family === family))
        throw new LayoutFailed(`${name} names the font "${family}", which is not there`)
    }
  }
}

async function buildOf(layoutDir: string, fonts: readonly Font[]): Promise<RendererBuild> {
  const require = createRequire(import.meta.url)
  const hash = createHash('sha256')
  const compiler = require('@myriaddreamin/typst-ts-node-compiler/package.json') as { version: string }
  hash.update(`typst-ts-node-compiler ${compiler.version}\n`)
  const files = (await readdir(layoutDir)).filter((name) => /\.(typ|png)$/.test(name)).sort()
  for (const name of files) {
    const content = await readFile(join(layoutDir, name))
    if (name.endsWith('.typ')) refuseUnknownFonts(name, content.toString('utf8'), fonts)
    hash.update(`${name} ${createHash('sha256').update(content).digest('hex')}\n`)
  }
  for (const font of fonts) hash.update(`${font.file} ${font.sha256}\n`)
  return {
    build: hash.digest('hex'),
    fonts: fonts.map((font) => ({ name: font.family, sha256: font.sha256 })),
  }
}
