import { mergePdf } from '@open-bcl/platform/pdf/merge.ts'
import { UnreadablePdf } from '@open-bcl/platform/pdf/pdf-objects.ts'
import type { Finding } from './rendering.actions.ts'

type Words = readonly (readonly string[])[]

/** What an alarm keeps: a document, the words it should have said, and where it does not. */
export type Evidence = { readonly pdf: Uint8Array; readonly words: Words; readonly found: Finding }

/**
 * Of a document of many people the pages of one, renumbered from 1: whoever looks into an alarm is asked about one person,
 * and is shown no other. Bytes that nobody can take apart stay behind.
 */
export function evidenceOfPages(whole: Evidence, first: number, count: number): Evidence {
  const pages = Array.from({ length: count }, (_, i) => first + i)
  const mismatches = whole.found.mismatches
    .map((mismatch) => ({ ...mismatch, page: mismatch.page - first }))
    .filter(({ page }) => page >= 1 && page <= count)
  return {
    pdf: takenOut(whole.pdf, pages),
    words: pages.map((page) => whole.words[page] ?? []),
    found: { ...whole.found, mismatches },
  }
}

function takenOut(pdf: Uint8Array, pages: readonly number[]): Uint8Array {
  try {
    return mergePdf([{ pdf, pages }])
  } catch (error) {
    if (error instanceof UnreadablePdf) return new Uint8Array()
    throw error
  }
}
