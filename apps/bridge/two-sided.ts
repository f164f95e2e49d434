import { mergePdf } from '@open-bcl/platform/pdf/merge.ts'
import { PdfFile, UnreadablePdf } from '@open-bcl/platform/pdf/pdf-objects.ts'
import { pagesOf } from '@open-bcl/platform/pdf/readback.ts'

/**
 * One job for a printer that prints both sides: each page of the front with its own うら面 behind it. Throws `UnreadablePdf`,
 * also when there is not one back page for each page of the front.
 */
export function twoSided(front: Uint8Array, back: Uint8Array): Uint8Array {
  const [fronts, backs] = [front, back].map((pdf) => pagesOf(new PdfFile(pdf)).length)
  if (fronts !== backs) throw new UnreadablePdf('not one back page for each page')
  return mergePdf(
    Array.from({ length: fronts! }, (_, page) => [
      { pdf: front, pages: [page] },
      { pdf: back, pages: [page] },
    ]).flat(),
  )
}
