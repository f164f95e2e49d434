import { PdfFile, UnreadablePdf, type PdfStream } from './pdf-objects.ts'
import { pagesOf } from './readback.ts'
import { readQr, UnreadableQr } from './read-qr.ts'

/**
 * The text of the QR code on each page of a PDF of ours, where it stands as a picture of one pixel a module; `null` = there is
 * none. Two codes on a page are one too many: `UnreadablePdf`.
 */
export function codesOfPages(pdf: Uint8Array): (string | null)[] {
  const file = new PdfFile(pdf)
  return pagesOf(file).map((page) => {
    const pictures = file.resolve(file.dict(page.get('Resources')).get('XObject'))
    if (!(pictures instanceof Map)) return null
    const codes = [...pictures.values()].flatMap((picture) => codeIn(file, file.stream(picture)) ?? [])
    if (codes.length > 1) throw new UnreadablePdf('two codes on a page')
    return codes[0] ?? null
  })
}

/** The renderer draws a picture of one ink as that ink under a mask of eight bits a pixel. */
function codeIn(file: PdfFile, picture: PdfStream): string | null {
  const size = picture.dict.get('Width')
  if (typeof size !== 'number' || size !== picture.dict.get('Height') || (size - 17) % 4 !== 0 || size > 97)
    return null
  const mask = file.resolve(picture.dict.get('SMask'))
  if (typeof mask !== 'object' || mask === null || !('raw' in mask)) return null
  const pixels = file.content(mask)
  if (pixels.length !== size * size) return null
  try {
    return readQr({ size, isDark: (x, y) => pixels[y * size + x]! > 127 })
  } catch (error) {
    // Some other picture of this size.
    if (error instanceof UnreadableQr) return null
    throw error
  }
}
