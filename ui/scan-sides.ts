import { greyOf, type GreyPicture } from '@open-bcl/core/picture/grey-picture.ts'

/** Photographs are made smaller to this: A4 with 600 dpi. */
const LONGEST_SIDE = 7_016

/** The sides of paper in a file, one canvas each; none when it cannot be read. */
export async function sidesOf(file: File, most: number): Promise<HTMLCanvasElement[]> {
  if (most <= 0) return []
  try {
    if (file.type === 'application/pdf' || /\.pdf$/i.test(file.name)) return await pdfSides(file, most)
    const image = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const share = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height))
    return [drawOn(document.createElement('canvas'), image, share)]
  } catch {
    return []
  }
}

async function pdfSides(file: File, most: number): Promise<HTMLCanvasElement[]> {
  const [{ getDocument, GlobalWorkerOptions }, worker] = await Promise.all([
    import('pdfjs-dist'),
    import('pdfjs-dist/build/pdf.worker.mjs?url'),
  ])
  GlobalWorkerOptions.workerSrc = worker.default
  const data = new Uint8Array(await file.arrayBuffer())
  const loading = getDocument({ data, useSystemFonts: false, enableXfa: false })
  const pdf = await loading.promise
  const sides: HTMLCanvasElement[] = []
  for (let number = 1; number <= Math.min(pdf.numPages, most); number++) {
    const page = await pdf.getPage(number)
    const viewport = page.getViewport({ scale: 300 / 72 })
    const canvas = document.createElement('canvas')
    canvas.width = Math.min(LONGEST_SIDE, Math.round(viewport.width))
    canvas.height = Math.min(LONGEST_SIDE, Math.round(viewport.height))
    await page.render({ canvas, viewport, background: 'white' }).promise
    sides.push(canvas)
  }
  await loading.destroy()
  return sides
}

export function pictureOf(canvas: HTMLCanvasElement): GreyPicture {
  const { width, height } = canvas
  return greyOf(canvas.getContext('2d')!.getImageData(0, 0, width, height).data, width, height)
}

export function drawOn(
  canvas: HTMLCanvasElement,
  image: HTMLCanvasElement | ImageBitmap,
  share = 1,
): HTMLCanvasElement {
  const { width, height } = image
  canvas.width = Math.round(width * share)
  canvas.height = Math.round(height * share)
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas
}
