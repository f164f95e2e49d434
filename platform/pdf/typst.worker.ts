import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'

/** What the engine sends: everything the page is made of. */
export type RenderJob = {
  readonly id: number
  /** File name inside the layout folder, without `.typ`. */
  readonly layout: string
  /** JSON; layouts read them as `/snapshot.json` and `/apart.json`. */
  readonly snapshot: string
  readonly apart: string
  /** Pictures by content: the path carries the sha256, so it can never show another picture. */
  readonly images: readonly { readonly path: string; readonly png: Uint8Array }[]
}

export type RenderAnswer =
  | { readonly id: number; readonly pdf: Uint8Array }
  | { readonly id: number; readonly overflow: string }
  | { readonly id: number; readonly failed: string }

export type WorkerSetup = {
  readonly layoutDir: string
  readonly fontFolders: readonly string[]
  readonly families: readonly string[]
}

const port = parentPort
if (port === null) throw new Error('runs as a worker of platform/pdf/typst.ts')
const setup = workerData as WorkerSetup
const compiler = NodeCompiler.create({
  workspace: setup.layoutDir,
  fontArgs: [{ fontPaths: [...setup.fontFolders] }],
})

/** Seals differ by town, and a worker serves many towns; older pictures are dropped, not kept for ever. */
const KEPT_IMAGES = 64
const images = new Set<string>()

/**
 * What a form always says (labels, rules, ground) is laid out once and kept while it is used again within so many
 * documents: kinds come mixed, and characters that are drawn apart come and go.
 */
const KEPT_DOCUMENTS = 12

// The fonts are read at the first compilation (about 80 ms); better now than under the first citizen's finger.
compiler.pdf({
  mainFileContent: setup.families.map((family) => `#text(font: ${JSON.stringify(family)})[葛]`).join('\n'),
})
port.postMessage('ready')

port.on('message', (job: RenderJob) => {
  const answer = render(job)
  if ('pdf' in answer) port.postMessage(answer, [answer.pdf.buffer as ArrayBuffer])
  else port.postMessage(answer)
  // What was not needed again goes; without this every page leaves 0.8 MB behind. The next message comes in another
  // turn of the event loop, which the native side needs to let go of its buffers.
  compiler.evictCache(KEPT_DOCUMENTS)
})

function render(job: RenderJob): RenderAnswer {
  const { id } = job
  try {
    for (const { path, png } of job.images) holdImage(path, png)
    dropImages(Math.max(KEPT_IMAGES, job.images.length))
  } catch {
    return { id, failed: 'a picture cannot be read' }
  }
  const mainFilePath = join(setup.layoutDir, `${job.layout}.typ`)
  try {
    // As files: `sys.inputs` are a part of the language's own library, and with it all that was worked out would go.
    compiler.mapShadow(SNAPSHOT, Buffer.from(job.snapshot))
    compiler.mapShadow(APART, Buffer.from(job.apart))
    // In one go: a compiled document held by JavaScript waits for a garbage collection that seldom comes here, and
    // 300 MB of them gather meanwhile.
    const pdf = compiler.pdf({ mainFilePath }, { pdfStandard: 'a-2u', pdfTags: true })
    blankSuspects(pdf)
    return { id, pdf: new Uint8Array(pdf) }
  } catch (error) {
    return { id, ...reasonOf(mainFilePath, error) }
  } finally {
    // The next document finds its own or none.
    compiler.unmapShadow(SNAPSHOT)
    compiler.unmapShadow(APART)
  }
}
const SNAPSHOT = join(setup.layoutDir, 'snapshot.json')
const APART = join(setup.layoutDir, 'apart.json')

/**
 * `/Suspects false` is what holds without it, and poppler takes it for an error ("Suspects object is wrong type"). Blanks
 * in its place leave every offset as it is.
 */
function blankSuspects(pdf: Buffer): void {
  const at = pdf.lastIndexOf(SUSPECTS)
  if (at > pdf.lastIndexOf('/MarkInfo')) pdf.fill(' ', at, at + SUSPECTS.length)
}
const SUSPECTS = '/Suspects false'

/** Compiles once more, for the diagnostics: the refusal itself carries them only when the PDF export refuses. */
function reasonOf(mainFilePath: string, refusal: unknown): { overflow: string } | { failed: string } {
  const failure = compiler.compile({ mainFilePath }).takeError()
  const messages =
    failure === null
      ? [refusal instanceof Error ? refusal.message : 'unknown']
      : (compiler.fetchDiagnostics(failure) as { message: string }[]).map(({ message }) => message)
  const overflow = messages.map((message) => /overflow:([\w.]+)/.exec(message)?.[1]).find(Boolean)
  return overflow === undefined ? { failed: messages.map(withoutValues).join('; ') } : { overflow }
}

function holdImage(path: string, png: Uint8Array): void {
  if (images.has(path)) {
    images.delete(path)
  } else {
    compiler.mapShadow(join(setup.layoutDir, path), Buffer.from(png))
  }
  images.add(path)
}

/** A document of many pages has a code on each: none of its own may go. */
function dropImages(kept: number): void {
  for (const oldest of images) {
    if (images.size <= kept) break
    compiler.unmapShadow(join(setup.layoutDir, oldest))
    images.delete(oldest)
  }
}

/**
 * What the renderer quotes or puts after a colon may be a name ("invalid integer: …"): only its own English words
 * before that are kept.
 */
function withoutValues(message: string): string {
  const own = message.replace(/^.*PDF\/A-2u error:/s, 'PDF/A-2u error -').split(/["'`:]/, 1)[0]!
  return own.replace(/[^\x20-\x7e]+/g, '…').slice(0, 200)
}
