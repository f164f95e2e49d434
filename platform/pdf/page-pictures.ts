import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createCanvas, loadImage, type SKRSContext2D } from '@napi-rs/canvas'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { UnreadablePdf } from './pdf-objects.ts'

/** Red, green, blue and opacity, a byte each; rows from the top. */
export type PagePicture = {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8ClampedArray
}

/** Pixels of a page at most: A4 with 600 dpi, and a little. */
const MOST_PIXELS = 40_000_000

const require = createRequire(import.meta.url)
const library = join(dirname(require.resolve('pdfjs-dist/package.json')))

/** Pages of one PDF, to be drawn at any resolution. */
export type OpenPdf = {
  readonly pages: number
  /** @param page from 1 */
  draw(page: number, dpi: number): Promise<PagePicture>
  close(): Promise<void>
}

/**
 * Opens anybody's PDF for drawing, by PDF.js alone: nothing is fetched, no script is run and no font of the machine used. A
 * hostile file may still take long: whoever opens one does so in a thread that can be ended. Throws `UnreadablePdf`.
 */
export async function openPdf(bytes: Uint8Array): Promise<OpenPdf> {
  const loading = getDocument({
    // The library takes the bytes for itself.
    data: new Uint8Array(bytes),
    useSystemFonts: false,
    disableFontFace: true,
    enableXfa: false,
    stopAtErrors: true,
    canvasMaxAreaInBytes: 4 * MOST_PIXELS,
    standardFontDataUrl: join(library, 'standard_fonts/'),
    cMapUrl: join(library, 'cmaps/'),
    wasmUrl: join(library, 'wasm/'),
    verbosity: 0,
  })
  const document = await loading.promise.catch(() => {
    throw new UnreadablePdf('not a PDF that can be drawn')
  })
  return {
    pages: document.numPages,
    async draw(number, dpi) {
      const page = await document.getPage(number)
      const viewport = page.getViewport({ scale: dpi / 72 })
      const [width, height] = [Math.round(viewport.width), Math.round(viewport.height)]
      if (width < 1 || height < 1 || width * height > MOST_PIXELS)
        throw new UnreadablePdf('a page of no size that is printed')
      const canvas = createCanvas(width, height)
      const context = canvas.getContext('2d')
      await page
        .render({
          canvas: null,
          canvasContext: context as never,
          viewport,
          background: 'white',
          intent: 'print',
        })
        .promise.catch(() => {
          throw new UnreadablePdf('a page cannot be drawn')
        })
      page.cleanup()
      return pictureOf(context, width, height)
    },
    async close() {
      await loading.destroy()
    },
  }
}

/** A JPEG, PNG or WebP, whole, or `null` when it is none of them or too large. */
export async function readPicture(bytes: Uint8Array): Promise<PagePicture | null> {
  const image = await loadImage(Buffer.from(bytes)).catch(() => null)
  if (!image || image.width * image.height > 2 * MOST_PIXELS || image.width < 1 || image.height < 1)
    return null
  const context = createCanvas(image.width, image.height).getContext('2d')
  context.drawImage(image, 0, 0)
  return pictureOf(context, image.width, image.height)
}

function pictureOf(context: SKRSContext2D, width: number, height: number): PagePicture {
  return { width, height, rgba: context.getImageData(0, 0, width, height).data }
}
