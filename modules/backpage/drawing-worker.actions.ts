import { encode } from 'uqr'
import { encodeOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'
import { openPdf, type OpenPdf } from '@open-bcl/platform/pdf/page-pictures.ts'
import { grades, gradeFor, ladder, shardsOf, type Grade, type PackedFront } from './backpage.ts'
import { packInk } from './ink-coder.ts'
import { inkOf } from './inking.ts'

/** What the process is asked. It reads PDFs of others and so holds no key: sealing is done where it is not. */
export type DrawingJob = { readonly id: number } & (
  | { readonly kind: 'fronts'; readonly pdf: Uint8Array }
  | {
      readonly kind: 'codes'
      readonly messages: readonly { readonly message: Uint8Array; readonly version: number }[]
    }
)

/** One front page: its picture and the version of the codes that carry it. */
export type DrawnFront = PackedFront & { readonly version: number }

export type DrawingAnswer =
  | { readonly id: number; readonly fronts: readonly DrawnFront[] }
  | { readonly id: number; readonly codes: readonly (readonly string[])[] }
  | { readonly id: number; readonly failed: string }

if (process.send === undefined) throw new Error('runs as a process of drawing.actions.ts')
const tell = process.send.bind(process)
process.on('message', (job: DrawingJob) => {
  void answer(job).then((done) => tell(done))
})
// Whoever asked is gone: there is nobody to draw for.
process.on('disconnect', () => process.exit())
tell('ready')

async function answer(job: DrawingJob): Promise<DrawingAnswer> {
  const { id } = job
  try {
    if (job.kind === 'codes') return { id, codes: job.messages.map(codesOf) }
    const pdf = await openPdf(job.pdf)
    try {
      const fronts: DrawnFront[] = []
      for (let page = 1; page <= pdf.pages; page++) fronts.push(await drawFront(pdf, page))
      return { id, fronts }
    } finally {
      await pdf.close()
      job.pdf.fill(0)
    }
  } catch (error) {
    // Its words may quote the document.
    return { id, failed: error instanceof Error ? error.name : 'Error' }
  }
}

/** The page in the best resolution that a back page holds. */
async function drawFront(pdf: OpenPdf, page: number): Promise<DrawnFront> {
  const drawn = new Map<number, PackedFront>()
  const draw = async (dpi: number): Promise<PackedFront> => {
    const known = drawn.get(dpi)
    if (known) return known
    const { width, height, rgba } = await pdf.draw(page, dpi)
    const picture = inkOf(rgba, width, height, dpi)
    const front = { dpi, width, height, packed: packInk(picture) }
    // What is certified stays nowhere longer than it is needed.
    rgba.fill(0)
    picture.ink.fill(0)
    drawn.set(dpi, front)
    return front
  }
  const usual = await draw(USUAL_DPI)
  for (const { dpi, upTo } of ladder) {
    const last = dpi === ladder.at(-1)!.dpi
    if (!last && !drawn.has(dpi) && !gradeFor(usual.packed.length * lengthening(dpi), upTo)) continue
    const front = await draw(dpi)
    const grade = gradeFor(front.packed.length, upTo)
    if (grade) return { ...front, version: grade.version }
  }
  throw new RangeError('a page that no back page holds')
}
const USUAL_DPI = 150
/** Roughly how much longer or shorter a page gets than with the usual resolution; only saves drawing it in vain. */
const lengthening = (dpi: number): number => (dpi > USUAL_DPI ? 1.35 : 0.9 * (dpi / USUAL_DPI) ** 1.15)

function codesOf({ message, version }: { readonly message: Uint8Array; readonly version: number }): string[] {
  const grade = grades.find((one) => one.version === version)!
  return shardsOf(message, grade).map((shard) => codePng(shard, grade))
}

/** One pixel a module; the layout draws it at its true size. What is encrypted needs no choice of mask. */
function codePng(shard: Uint8Array, { version, dots }: Grade): string {
  const { size, data } = encode([...shard], {
    ecc: 'M',
    minVersion: version,
    maxVersion: version,
    maskPattern: 0,
    border: 0,
  })
  const picture = {
    width: size,
    height: size,
    dpi: 600 / dots,
    grey: 0,
    isInked: (x: number, y: number) => data[y]![x]!,
  }
  return encodeOneBitPng(picture).toString('base64')
}
